"""``talosconfig`` and ``kubeconfig``: credentials made offline."""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

from talosgen import files
from talosgen.cli.access import read_bundle
from talosgen.cli.flags import UsageError
from talosgen.cli.printing import deliver
from talosgen.config.codecs.quantity import duration_ns
from talosgen.errors import InputError, Problem
from talosgen.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from talosgen.pki.secrets import SecretsBundle

__all__ = ["kubeconfig", "moment", "talosconfig"]

_DATE = re.compile(r"(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d:\d\d)([Zz]|[+-]\d\d:\d\d))?", re.ASCII)


def talosconfig(flags: dict[str, Any], arguments: list[str]) -> int:
    """Write a talosconfig."""
    from talosgen.pki.talosconfig import Talosconfig

    life = _life(flags)
    bundle = _bundle(flags)
    made = Talosconfig.generate(
        flags["cluster-name"],
        bundle,
        endpoints=flags["endpoints"],
        nodes=flags["nodes"],
        roles=flags["roles"],
        within_authority=True,
        **life,
    )
    return _give(made.to_yaml(), flags, life)


def kubeconfig(flags: dict[str, Any], arguments: list[str]) -> int:
    """Write a kubeconfig."""
    from talosgen.pki.kubeconfig import Kubeconfig

    life = _life(flags)
    bundle = _bundle(flags)
    made = Kubeconfig.generate(
        flags["cluster-name"],
        flags["cluster-endpoint"],
        bundle,
        user=flags["user"],
        groups=flags["groups"],
        context=flags["force-context-name"],
        **life,
    )
    return _give(made.to_yaml(), flags, life)


def _bundle(flags: dict[str, Any]) -> SecretsBundle:
    """The bundle, once the target has been looked at."""
    target, force = flags["output"], flags["force"]
    if target != "-" and (problems := files.targets([target], force)):
        raise InputError(problems)
    bundle = read_bundle(flags["with-secrets"])
    from talosgen.project.placeholder import is_placeholder

    if is_placeholder(bundle):
        raise InputError(
            Problem(
                "these secrets are placeholders, which everybody knows: there are no credentials of them",
                Span(flags["with-secrets"]),
                remedy="name the cluster's own bundle",
            )
        )
    return bundle


def _life(flags: dict[str, Any]) -> dict[str, Any]:
    """Start, lifetime and reproducibility that the flags ask for. Raises UsageError."""
    reproducible, start = flags["reproducible"], flags["start"]
    if reproducible != bool(start):
        raise UsageError(
            "--reproducible and --start go together: what comes out the same has to begin at the same time"
        )
    try:
        lifetime = timedelta(microseconds=duration_ns(flags["crt-ttl"]) // 1000)
    except (ValueError, OverflowError):
        raise UsageError("--crt-ttl takes a duration such as 8760h or 90m") from None
    return {
        "lifetime": lifetime,
        "now": moment(start, "--start") if start else datetime.now(UTC),
        "reproducible": reproducible,
    }


def moment(text: str, flag: str) -> datetime:
    """The moment that a flag's text names: a date, its midnight in UTC; or a time with its zone. Raises UsageError."""
    found = _DATE.fullmatch(text)
    try:
        if found is None:
            raise ValueError
        if found[2] is None:
            return datetime.fromisoformat(found[1]).replace(tzinfo=UTC)
        return datetime.fromisoformat(f"{found[1]}T{found[2]}{found[3].upper()}").astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError(f"{flag} takes a date such as 2026-01-31, or 2026-01-31T12:00:00Z") from None


def _give(text: str, flags: dict[str, Any], life: dict[str, Any]) -> int:
    target = flags["output"]
    data = text.encode("utf-8", "surrogateescape")
    if target == "-":
        deliver(data)
    else:
        files.write({target: data}, force=flags["force"], make_folders=False)
        if files.in_git_in_the_clear(target):
            print(
                f"{target}: warning: this holds a private key in the clear, inside a Git work tree that does not "
                "ignore it; add it to .gitignore",
                file=sys.stderr,
            )
    end = life["now"] + life["lifetime"]
    if end <= datetime.now(UTC):
        # Only of those that were asked for by their start.
        print(f"warning: the certificate expired at {end:%Y-%m-%dT%H:%M:%SZ}; give a later --start", file=sys.stderr)
    return 0
