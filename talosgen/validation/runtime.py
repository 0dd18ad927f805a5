"""The machine's own services: environment, files, modules, parameters, logs, out of memory, installing, watchdog."""

from __future__ import annotations

import re
from typing import Final

from talosgen.validation.checks.addresses import host_port
from talosgen.validation.checks.sizes import nanoseconds
from talosgen.validation.checks.urls import parsed_url
from talosgen.validation.expressions import expression
from talosgen.validation.rule import At, Tree, rule

__all__: list[str] = []

_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
#: Files in /etc that are Talos's own, and folders.
_FILES: Final = frozenset(
    ("resolv.conf", "hosts", "machine-id", "extensions.yaml", "localtime", "os-release", "xattr.conf")
)
_FOLDERS: Final = frozenset(
    (
        "apparmor.d", "apparmor", "ca-certificates", "cni", "cri", "iscsi", "kubernetes", "lvm", "nvme", "pki",
        "selinux", "ssl",
    )
)  # fmt: skip
_TEN_SECONDS: Final = 10 * 10**9


@rule("EnvironmentConfig")
def environment(document: Tree, at: At) -> None:
    for name in document.get("variables") or {}:
        if _VARIABLE.fullmatch(name) is None:
            at("variable-name", "variables", name)


@rule("EtcFileConfig")
def etc_file(document: Tree, at: At) -> None:
    """One finding."""
    name = document.get("name", "")
    if not name:
        at("name-missing")
    elif name.startswith(".") or not _is_local(name):
        at("etc-file-path", "name")
    elif name in _FILES or name.partition("/")[0] in _FOLDERS:
        at("etc-file-managed", "name")


def _is_local(path: str) -> bool:
    """Whether a path stays below where it starts (Go's filepath.IsLocal)."""
    if path.startswith("/"):
        return False
    depth = 0
    for part in path.split("/"):
        if part == "..":
            depth -= 1
        elif part not in ("", "."):
            depth += 1
        if depth < 0:
            return False
    return True


@rule("EventSinkConfig")
def event_sink(document: Tree, at: At) -> None:
    if host_port(document.get("endpoint", "")) is None:
        at("event-sink-endpoint", "endpoint")


@rule("KernelModuleConfig")
def kernel_module(document: Tree, at: At) -> None:
    if not document.get("name"):
        at("name-missing")


@rule("KmsgLogConfig")
def kernel_log(document: Tree, at: At) -> None:
    """One finding."""
    text = document.get("url")
    if not document.get("name"):
        at("name-missing")
        return
    url = parsed_url(text) if text else None
    if url is None:
        at("kernel-log-url-missing")
    elif url.scheme not in ("tcp", "udp"):
        at("kernel-log-scheme", "url")
    elif url.path not in (b"", b"/"):
        at("kernel-log-path", "url")
    elif not url.port:
        at("kernel-log-port", "url")


@rule("OOMConfig")
def out_of_memory(document: Tree, at: At) -> None:
    if trigger := document.get("triggerExpression"):
        expression(trigger, "oom-trigger", at.below("triggerExpression"), "oom-trigger-invalid")
    if ranking := document.get("cgroupRankingExpression"):
        expression(ranking, "oom-ranking", at.below("cgroupRankingExpression"), "oom-ranking-invalid")
    if nanoseconds(document.get("sampleInterval")) < 0:
        at("oom-interval", "sampleInterval")


@rule("SysctlConfig", "SysfsConfig")
def parameters(document: Tree, at: At) -> None:
    if "" in (document.get("params") or {}):
        at("parameter-unnamed", "params", "")


@rule("UnattendedInstallConfig")
def unattended_install(document: Tree, at: At) -> None:
    if not (document.get("installer") or {}).get("image"):
        at("installer-image")
    match = ((document.get("provisioning") or {}).get("diskSelector") or {}).get("match")
    below = at.below("provisioning", "diskSelector", "match")
    if match:
        expression(match, "disk", below, "disk-selector-invalid")
    else:
        below("install-selector-missing")


@rule("WatchdogTimerConfig")
def watchdog(document: Tree, at: At) -> None:
    """One finding."""
    timeout = nanoseconds(document.get("timeout"))
    if not document.get("device"):
        at("watchdog-device")
    elif timeout and timeout < _TEN_SECONDS:
        at("watchdog-timeout", "timeout")
