"""commands.sh: what brings a cluster up, in order (talosctl v1.14). It can be run again."""

from __future__ import annotations

import os
from typing import Final, NamedTuple

from talosgen.generation.options import MachineType
from talosgen.outputs import words
from talosgen.outputs.commands import first, health_words
from talosgen.outputs.words import command
from talosgen.project.cluster import Cluster

__all__ = ["MARK", "GitOps", "gitops", "script"]

#: By this line it is known that a file was written here.
MARK: Final = "# Brings the cluster up, step by step. Written by `talosgen build`: changes are lost."

_HEAD: Final = f"""\
#!/usr/bin/env bash
{MARK}
# It needs talosctl and kubectl. It can be run again: what is done already is passed over.
set -euo pipefail
cd -- "$(dirname -- "${{BASH_SOURCE[0]}}")"
export TALOSCONFIG="$PWD/talosconfig" KUBECONFIG="$PWD/kubeconfig"

step() {{ printf '\\n== %s\\n' "$1"; }}

# Tries a command again until it succeeds: machines install and restart.
patiently() {{
  local left=120
  until "$@" >/dev/null 2>&1; do
    left=$((left - 1))
    if [ "$left" -le 0 ]; then
      printf 'gave up: %s\\n' "$*" >&2
      return 1
    fi
    sleep 10
  done
}}

# A machine that knows the cluster has its config already; another one, in maintenance mode, takes it.
configure() {{ # ADDRESS FILE
  if talosctl --nodes "$1" --endpoints "$1" version >/dev/null 2>&1; then
    printf '%s has its config already\\n' "$1"
  else
    printf '%s gets %s\\n' "$1" "$2"
    CONFIGURE
  fi
}}

# Once in the life of a cluster.
bootstrap() {{ # ADDRESS
  local said left=60
  until said=$(talosctl bootstrap --nodes "$1" --endpoints "$1" 2>&1); do
    case $said in
      *AlreadyExists*)
        printf 'it is bootstrapped already\\n'
        return
        ;;
    esac
    left=$((left - 1))
    if [ "$left" -le 0 ]; then
      printf '%s\\n' "$said" >&2
      return 1
    fi
    sleep 10
  done
}}
"""
_CLEAR: Final = 'talosctl apply-config --insecure --nodes "$1" --file "$2"'
_ENCRYPTED: Final = 'talosgen secrets decrypt "$2" | talosctl apply-config --insecure --nodes "$1" --file /dev/stdin'
_CRDS: Final = ("applications.argoproj.io", "applicationsets.argoproj.io", "appprojects.argoproj.io")


class GitOps(NamedTuple):
    """The folder that Argo CD is installed and started from, relative to the cluster's, and encrypted Secrets in it."""

    folder: str
    secrets: tuple[str, ...] = ()


def gitops(folder: str, root: str) -> GitOps | None:
    """The nearest folder ``bootstrap/`` with Argo CD's installation, from a cluster's folder up to ``root``."""
    here = os.path.realpath(folder)
    root = os.path.realpath(root)
    while True:
        found = os.path.join(here, "bootstrap")
        if os.path.isfile(os.path.join(found, "argocd", "kustomization.yaml")):
            shown = os.path.relpath(found, os.path.realpath(folder))
            secrets = sorted(name for name in os.listdir(found) if name.endswith((".sops.yaml", ".sops.yml")))
            return GitOps(shown, tuple(os.path.join(shown, name) for name in secrets))
        above = os.path.dirname(here)
        if here == root or above == here:
            return None
        here = above


def script(cluster: Cluster, *, configs: str = "rendered", encrypted: bool = False, apps: GitOps | None = None) -> str:
    """The text of commands.sh, which stands in the cluster's folder.

    ``configs``: the folder of the configs, relative to it; they may be ``encrypted``. ``apps``: what Argo CD is started
    from. Raises InputError when something cannot be a word of a command, or there is no control plane.
    """
    words.check(cluster)
    leader = first(cluster).address
    suffix = ".sops.yaml" if encrypted else ".yaml"

    def configure(role: MachineType) -> list[str]:
        return [
            command("configure", node.address, words.path(f"{configs}/{node.name}{suffix}"))
            for node in cluster.role(role)
        ]

    to_leader = ("--nodes", leader, "--endpoints", leader)
    steps = [
        ("The control plane gets its configs", configure(MachineType.CONTROLPLANE)),
        ("The first machine installs and restarts", [command("patiently", "talosctl", *to_leader, "version")]),
        ("The cluster is bootstrapped", [command("bootstrap", leader)]),
        (
            "The kubeconfig is written beside this script",
            [command("talosctl", "kubeconfig", "kubeconfig", *to_leader, "--merge=false", "--force")],
        ),
        ("The workers get their configs", configure(MachineType.WORKER)),
        ("The cluster becomes well", [command("talosctl", *health_words(cluster), "--endpoints", leader)]),
        ("Argo CD is installed, and takes over", [] if apps is None else _argocd(apps)),
    ]
    lines = [_HEAD.replace("CONFIGURE", _ENCRYPTED if encrypted else _CLEAR)]
    for title, commands in steps:
        if commands:
            lines += [command("step", title), *commands, ""]
        if commands and commands[0].startswith("talosctl kubeconfig"):
            lines += ["# Without a CNI (`cni: none`) install one now: until then no node becomes ready.", ""]
    return "\n".join(lines)


def _argocd(apps: GitOps) -> list[str]:
    folder = words.path(apps.folder)
    kubectl = ("kubectl", "--namespace", "argocd")
    return [
        command("kubectl", "apply", "--server-side", "--force-conflicts", "-k", f"{folder}/argocd"),
        command("kubectl", "wait", "--for=condition=Established", "--timeout=2m", *(f"crd/{name}" for name in _CRDS)),
        command(*kubectl, "rollout", "status", "deploy/argocd-server", "--timeout=10m"),
        *(
            f"{command('talosgen', 'secrets', 'decrypt', words.path(file))} | {command('kubectl', 'apply', '-f', '-')}"
            for file in apps.secrets
        ),
        command("kubectl", "apply", "-f", f"{folder}/bootstrap.yaml"),
    ]
