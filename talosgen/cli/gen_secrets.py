"""``gen secrets``."""

from __future__ import annotations

import sys
from typing import Any

from talosgen import files
from talosgen.cli.access import read
from talosgen.cli.printing import deliver
from talosgen.contract import Contract
from talosgen.errors import InputError
from talosgen.pki.secrets import SecretsBundle

__all__ = ["run"]


def run(flags: dict[str, Any], arguments: list[str]) -> int:
    """Write a secrets bundle."""
    target = flags["output-file"]
    contract = Contract.parse(flags["talos-version"])
    if target != "-" and (problems := files.targets([target], flags["force"])):
        raise InputError(problems)
    if folder := flags["from-kubernetes-pki"]:
        from pathlib import Path

        from talosgen.pki.kubernetes import from_kubernetes_pki

        bundle = from_kubernetes_pki(Path(folder), contract, flags["kubernetes-bootstrap-token"])
    elif file := flags["from-controlplane-config"]:
        from talosgen.config.loader import load

        config = load(read(file), file)
        bundle = SecretsBundle.from_controlplane([(document.kind.name, document.tree) for document in config.documents])
    else:
        bundle = SecretsBundle.generate(contract)
    text = bundle.to_yaml().encode("utf-8", "surrogateescape")
    if target == "-":
        deliver(text)
        return 0
    files.write({target: text}, force=flags["force"], make_folders=False)
    if files.in_git_in_the_clear(target):
        print(
            f"{target}: warning: this holds every secret of the cluster in the clear, inside a Git work tree that "
            "does not ignore it; add it to .gitignore or encrypt it before you commit",
            file=sys.stderr,
        )
    return 0
