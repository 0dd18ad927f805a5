"""The secrets of a cluster that is there already, taken over into an encrypted bundle."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from talosgen.contract import Contract
from talosgen.errors import InputError, Problem
from talosgen.inputs import read
from talosgen.pki.secrets import SecretsBundle
from talosgen.secrets import bundle as bundles
from talosgen.secrets.forms import form
from talosgen.secrets.reading import clear, is_encrypted
from talosgen.source import Span

if TYPE_CHECKING:
    from talosgen.secrets.access import Access

__all__ = ["Imported", "import_secrets", "taken"]

#: What talhelper puts the environment's values in the place of.
_VARIABLE: Final = re.compile(r"\$(\{|[A-Za-z_])")
#: What Talos makes of a bootstrap token that is not there.
_NO_TOKEN: Final = "."


class Imported(NamedTuple):
    """A bundle that was taken over, and what is worth knowing about it."""

    bundle: SecretsBundle
    notes: tuple[Problem, ...]


def taken(
    source: str,
    access: Access,
    contract: Contract | str = "",
    *,
    bootstrap_token: str = "",
    now: datetime | None = None,
    random: Callable[[int], bytes] = os.urandom,
) -> Imported:
    """The secrets in a Kubernetes PKI folder, a control-plane config, a secrets bundle of Talos or of talhelper.

    Files may be encrypted. Of a folder what it lacks is made new: ``contract``, ``bootstrap_token``, ``now`` and
    ``random`` are for that. Raises InputError when something is missing, damaged or does not belong together: the
    result is a bundle that a cluster can be made from, with or without Kubernetes.
    """
    if os.path.isdir(source):
        from talosgen.pki.kubernetes import from_kubernetes_pki

        contract = Contract.parse(contract)
        made = from_kubernetes_pki(Path(source), contract, bootstrap_token, now=now, random=random)
        return Imported(made, tuple(_notes_of_folder(source)))
    data = read(source)
    encrypted = is_encrypted(data)
    text = clear(data, source, access)
    found = form(text, source)
    if found == "secrets":
        bundle = SecretsBundle.load(text, source)
    elif found == "config":
        bundle = _of_config(text, source)
    else:
        remedy = "give a control-plane config, a Kubernetes PKI folder or a secrets bundle"
        raise InputError(
            Problem("this is a client's file: it has none of the cluster's secrets", Span(source), remedy=remedy)
        )
    if problems := [*_variables(bundle, source), *_missing(bundle, source, of_config=found == "config")]:
        if found == "config":
            remedy = "a worker's has but a few of them: give a control-plane config, or a bundle"
            problems.append(Problem("this config does not have all secrets", Span(source), "", remedy, "note"))
        raise InputError(problems)
    notes = () if encrypted else tuple(_notes_of_file(source))
    return Imported(bundle, notes)


def import_secrets(
    source: str,
    target: str,
    access: Access,
    recipients: Sequence[str] = (),
    contract: Contract | str = "",
    *,
    bootstrap_token: str = "",
    accept: bool = False,
) -> list[Problem]:
    """Take secrets over into a new encrypted file, in one step; what is worth knowing about them and their readers.

    Nothing in the clear touches the disk, no file is overwritten. Raises InputError as ``taken`` and
    ``bundle.create`` do; nothing is written then.
    """
    found = taken(source, access, contract, bootstrap_token=bootstrap_token)
    return [*found.notes, *bundles.create(target, found.bundle, access, recipients, accept=accept)]


def _of_config(text: bytes, source: str) -> SecretsBundle:
    from talosgen.config.loader import load

    documents = load(text, source, allow_unknown=True)
    try:
        return SecretsBundle.from_controlplane([(document.kind.name, document.tree) for document in documents])
    except InputError as error:
        place = Span(source)
        raise InputError([problem._replace(place=problem.place or place) for problem in error.problems]) from None


def _missing(bundle: SecretsBundle, source: str, of_config: bool) -> list[Problem]:
    """What keeps a cluster from being made from a bundle.

    Without any part of Kubernetes it is one without; a bundle may be one without etcd.
    """
    certs = bundle.certs
    kubernetes = certs is None or any((certs.k8s, certs.k8saggregator, certs.k8sserviceaccount))
    etcd = (kubernetes and of_config) or (certs is not None and certs.etcd is not None)
    problems = bundle.validate(kubernetes=kubernetes, etcd=etcd, full=True, source=source)
    if kubernetes and bundle.secrets is not None and bundle.secrets.bootstraptoken == _NO_TOKEN:
        message = "the bootstrap token (cluster.token) is missing, or not two parts with a dot between"
        problems.append(Problem(message, Span(source)))
    return problems


def _variables(bundle: SecretsBundle, source: str) -> list[Problem]:
    """Values that talhelper would still fill in."""
    return [
        Problem("this holds a variable of the environment", Span(source), f"{name}.{field}", "fill it in before")
        for name in ("cluster", "secrets", "trustdinfo")
        if (part := getattr(bundle, name)) is not None
        for field in part._fields
        if _VARIABLE.search(getattr(part, field))
    ]


def _notes_of_file(source: str) -> list[Problem]:
    message = "the secrets still stand in the clear here"
    remedy = "delete this once the bundle is safe; if it was ever committed, Git's history has them too"
    return [Problem(message, Span(source), remedy=remedy, severity="warning")]


def _notes_of_folder(source: str) -> list[Problem]:
    message = "no PKI folder has the key that secrets are encrypted with in etcd: the bundle has a new one"
    remedy = "keep the old one as long as etcd holds what it encrypted"
    return [Problem(message, Span(source), remedy=remedy, severity="warning"), *_notes_of_file(source)]
