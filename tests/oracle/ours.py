"""Answers the oracle's JSON-lines requests with talosgen alone: a thin adapter over the public API."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

# The checkout itself answers, installed or not.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import talosgen
from talosgen import validation
from talosgen.cli.patches import load_arguments
from talosgen.codes import BY_NAME
from talosgen.config.loader import load as loaded
from talosgen.patching.load import apply_to_config, apply_to_text
from talosgen.validation.release import REFUSALS as REFUSED

REFUSALS = {BY_NAME[name].code for name in REFUSED}


def gen(request: dict[str, Any]) -> dict[str, Any]:
    given = {
        "kubernetes": "kubernetes", "disk": "install_disk", "image": "install_image", "dns": "dns_domain",
        "cni": "cni_url", "sysctls": "sysctls", "registryCAs": "registry_cas", "apiPort": "local_api_server_port",
        "kubePrism": "kubeprism_port", "discovery": "discovery", "kubeSpan": "kubespan",
        "hostDNSForward": "host_dns_forward", "allowScheduling": "allow_scheduling_on_control_planes",
        "debug": "debug", "skipUnattendedInstall": "skip_unattended_install",
    }  # fmt: skip
    options = {ours: request[theirs] for theirs, ours in given.items() if theirs in request}
    lists = {
        "sans": "additional_sans",
        "kernelArgs": "install_extra_kernel_args",
        "registryInsecure": "registry_insecure",
    }
    options |= {ours: tuple(request[theirs] or ()) for theirs, ours in lists.items() if theirs in request}
    mirrors = request.get("mirrors") or {}
    no_kubernetes = request.get("noKubernetes", False)
    config = talosgen.generate(
        talosgen.Options(
            cluster=request.get("cluster", ""),
            endpoint=request.get("endpoint", ""),
            contract=talosgen.Contract.parse(request.get("contract", "")),
            mirrors={host: tuple(urls or ()) for host, urls in mirrors.items()},
            with_kubernetes=not no_kubernetes,
            with_etcd=not (no_kubernetes or request.get("noEtcd", False)),
            **options,
        ),
        talosgen.MachineType.parse(request.get("role", "")),
        talosgen.SecretsBundle.load(request["bundle"]),
    )
    if request.get("patches"):
        patched = apply_to_config(config._container, load_arguments(request["patches"]))
        return {"yaml": patched.to_yaml()}
    return {"yaml": config.to_yaml()}


def load(request: dict[str, Any]) -> dict[str, Any]:
    return {"yaml": talosgen.MachineConfig.load(request["config"]).to_yaml()}


def redact(request: dict[str, Any]) -> dict[str, Any]:
    return {"yaml": talosgen.MachineConfig.load(request["config"]).redacted("talos").to_yaml()}


def bundle(request: dict[str, Any]) -> dict[str, Any]:
    config = talosgen.MachineConfig.load(request["config"])
    documents = [(document.kind.name, document.tree) for document in config]
    return {"yaml": talosgen.SecretsBundle.from_controlplane(documents).to_yaml()}


def newbundle(request: dict[str, Any]) -> dict[str, Any]:
    no_kubernetes = request.get("noKubernetes", False)
    made = talosgen.SecretsBundle.generate(
        request.get("contract", ""),
        kubernetes=not no_kubernetes,
        etcd=not (no_kubernetes or request.get("noEtcd", False)),
    )
    return {"yaml": made.to_yaml()}


def patch(request: dict[str, Any]) -> dict[str, Any]:
    return {"yaml": apply_to_text(request["config"], load_arguments(request["patches"]))}


def schematic(request: dict[str, Any]) -> dict[str, Any]:
    loaded = talosgen.Schematic.load(request["config"])
    return {"yaml": loaded.to_yaml(), "id": loaded.id}


def validate(request: dict[str, Any]) -> dict[str, Any]:
    container = loaded(request["config"])
    release = request.get("release", "")
    found = validation.validate(container, request["mode"], strict=request.get("strict", False), release=release)
    # A release that does not know a kind, field or value refuses it when it reads it: no rule is asked.
    if refused := [problem for problem in found if problem.code in REFUSALS]:
        return {"error": "\n".join(f"{problem.code} {problem}" for problem in refused)}
    # What is about images a node alone asks; whether the installer is of the stated release, nobody.
    beyond = ("TG4014",) if request.get("node") else ("TG401",)
    found = [problem for problem in found if not problem.code.startswith(beyond)]
    out: dict[str, Any] = {"warnings": [str(problem) for problem in found if problem.severity == "warning"]}
    if errors := [problem for problem in found if problem.severity == "error"]:
        out |= {"error": "\n".join(f"{problem.code} {problem}" for problem in errors), "errors": len(errors)}
    return out


OPS = {
    "gen": gen, "load": load, "bundle": bundle, "newbundle": newbundle, "schematic": schematic, "patch": patch,
    "redact": redact, "validate": validate,
}  # fmt: skip


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """The answer to one request; ``error`` when talosgen refuses."""
    op = OPS.get(request.get("op", ""))
    if op is None:
        raise SystemExit(f"unknown op {request.get('op')!r}")
    try:
        return op(request)
    except talosgen.InputError as error:
        return {"error": str(error)}


def main() -> None:
    for line in sys.stdin:
        if line.strip():
            print(json.dumps(answer(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
