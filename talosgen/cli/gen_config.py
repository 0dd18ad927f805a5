"""``gen config``, also ``machineconfig gen``."""

from __future__ import annotations

import os
import sys
from typing import Any

from talosgen import files
from talosgen.cli.access import read_bundle
from talosgen.cli.flags import UsageError
from talosgen.cli.printing import deliver
from talosgen.contract import Contract
from talosgen.errors import InputError, Problem
from talosgen.generation.generate import generate
from talosgen.generation.options import DEFAULT_INSTALL_IMAGE, MachineType, Options
from talosgen.pki.endpoint import check_endpoint
from talosgen.pki.secrets import SecretsBundle

__all__ = ["run"]

_FILES = {"controlplane": "controlplane.yaml", "worker": "worker.yaml", "talosconfig": "talosconfig"}


def run(flags: dict[str, Any], arguments: list[str]) -> int:
    """Write the base configs of a cluster."""
    for name in ("with-docs", "with-examples"):
        if flags[name]:
            raise UsageError(
                f"--{name} takes only false: configs have no comments; every field is on the documentation site"
            )
    types = flags["output-types"]
    wanted = [name for name in _FILES if name in types]
    unknown = sorted(set(types) - set(_FILES))
    if unknown:
        raise UsageError(f"unknown output type {', '.join(unknown)}; expected some of {', '.join(_FILES)}")
    if not wanted:
        raise UsageError("no output type given")
    output = flags["output"]
    if output == "-" and len(wanted) > 1:
        raise UsageError("standard output takes one output type; choose it with -t")
    if output and flags["output-dir"]:
        raise UsageError("--output and --output-dir exclude each other")
    mirrors = _mirrors(flags["registry-mirror"])

    problems: list[Problem] = []
    options = _options(flags, arguments, mirrors, problems)
    paths = _paths(wanted, output, flags["output-dir"])
    if output != "-":
        problems.extend(files.targets(paths.values(), flags["force"]))
    patches = _patches(flags, problems)
    bundle = _bundle(flags["with-secrets"], options, "talosconfig" in wanted, problems)
    if problems or bundle is None:
        raise InputError(problems)
    print("generating PKI and tokens" if not flags["with-secrets"] else "generating configs", file=sys.stderr)
    if not flags["with-secrets"]:
        bundle = SecretsBundle.generate(options.contract, kubernetes=options.with_kubernetes, etcd=options.with_etcd)
    contents = _contents(wanted, options, bundle, patches)
    if output == "-":
        deliver(contents[wanted[0]])
        return 0
    files.write({paths[name]: data for name, data in contents.items()}, force=flags["force"])
    for name in wanted:
        path = paths[name]
        print(f"Created {path}", file=sys.stderr)
    clear = [paths[name] for name in wanted if files.in_git_in_the_clear(paths[name])]
    if clear:
        print(
            f"warning: {', '.join(clear)}: secrets in the clear, inside a Git work tree that does not ignore "
            "them; add them to .gitignore",
            file=sys.stderr,
        )
    return 0


def _mirrors(specs: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    mirrors: dict[str, tuple[str, ...]] = {}
    for spec in specs:
        host, equals, url = spec.partition("=")
        if not equals:
            raise UsageError("--registry-mirror takes HOST=URL")
        mirrors[host] = (*mirrors.get(host, ()), url)
    return mirrors


def _options(
    flags: dict[str, Any], arguments: list[str], mirrors: dict[str, tuple[str, ...]], problems: list[Problem]
) -> Options:
    cluster, endpoint = arguments
    problems.extend(check_endpoint(endpoint))
    if flags["version"] != "v1alpha1":
        problems.append(Problem("unknown config version", remedy="only --version v1alpha1 is known"))
    kubernetes = flags["kubernetes-version"].removeprefix("v")
    if not kubernetes:
        problems.append(Problem("no Kubernetes version given", remedy="give one, such as 1.37.0"))
    contract = Contract()
    try:
        contract = Contract.parse(flags["talos-version"])
    except InputError as error:
        problems.extend(error.problems)
    return Options(
        cluster=cluster,
        endpoint=endpoint,
        kubernetes=kubernetes,
        contract=contract,
        install_disk=flags["install-disk"],
        install_image=flags["install-image"] or DEFAULT_INSTALL_IMAGE,
        additional_sans=flags["additional-sans"],
        dns_domain=flags["dns-domain"],
        discovery=flags["with-cluster-discovery"],
        kubespan=True if flags["with-kubespan"] else None,
        mirrors=mirrors,
        with_kubernetes=not flags["skip-k8s-etcd"],
        with_etcd=not flags["skip-k8s-etcd"],
    )


def _paths(wanted: list[str], output: str, folder: str) -> dict[str, str]:
    if output and not folder and len(wanted) == 1:
        return {wanted[0]: output}
    base = os.path.normpath(folder or output or os.getcwd())
    return {name: os.path.join(base, _FILES[name]) for name in wanted}


def _bundle(file: str, options: Options, full: bool, problems: list[Problem]) -> SecretsBundle | None:
    """The bundle named on the command line; an empty one when none is named."""
    if not file:
        return SecretsBundle()
    try:
        bundle = read_bundle(file)
    except InputError as error:
        problems.extend(error.problems)
        return None
    found = bundle.validate(kubernetes=options.with_kubernetes, etcd=options.with_etcd, full=full, source=file)
    problems.extend(found)
    return None if found else bundle


def _patches(flags: dict[str, Any], problems: list[Problem]) -> dict[str, list[Any]]:
    """The patches of each output type, in the order in which they are applied."""
    out: dict[str, list[Any]] = {"controlplane": [], "worker": []}
    for flag, types in (
        ("config-patch", ("controlplane", "worker")),
        ("config-patch-control-plane", ("controlplane",)),
        ("config-patch-worker", ("worker",)),
    ):
        if not flags[flag]:
            continue
        from talosgen.cli.patches import load_arguments, reading, tell

        try:
            loaded = load_arguments(flags[flag], f"--{flag}", **reading(flags))
        except InputError as error:
            problems.extend(error.problems)
            continue
        tell(loaded)
        for name in types:
            out[name].append(loaded)
    return out


def _contents(
    wanted: list[str], options: Options, bundle: SecretsBundle, patches: dict[str, list[Any]]
) -> dict[str, bytes]:
    out: dict[str, bytes] = {}
    problems: list[Problem] = []
    for name in wanted:
        try:
            out[name] = _content(name, options, bundle, patches).encode("utf-8", "surrogateescape")
        except InputError as error:
            problems.extend(problem for problem in error.problems if problem not in problems)
    if problems:
        raise InputError(problems)
    return out


def _content(name: str, options: Options, bundle: SecretsBundle, patches: dict[str, list[Any]]) -> str:
    if name == "talosconfig":
        from talosgen.pki.talosconfig import Talosconfig

        return Talosconfig.generate(options.cluster, bundle).to_yaml()
    config = generate(options, MachineType(name), bundle)
    for loaded in patches[name]:
        from talosgen.patching.load import apply_to_config

        config = apply_to_config(config, loaded, _FILES[name])
    return config.to_yaml()
