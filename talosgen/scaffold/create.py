"""Makes the files of a new repository, and writes them all or none."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import Final, NamedTuple

from talosgen import files
from talosgen.age import keys
from talosgen.errors import InputError, Problem
from talosgen.goyaml.writer import quoted
from talosgen.pki.secrets import SecretsBundle
from talosgen.project.editor import json_schema
from talosgen.project.folder import CLUSTER
from talosgen.scaffold import apps, argocd, layout
from talosgen.scaffold.choices import Choices
from talosgen.schema.releases import Release
from talosgen.secrets.access import Access
from talosgen.secrets.keygen import own_key
from talosgen.secrets.sealing import advice
from talosgen.sops import file
from talosgen.sops.file import Scheme
from talosgen.sops.tree import branch

__all__ = ["Created", "create"]

_VENDORED: Final = "bootstrap/argocd/install.yaml"


class Created(NamedTuple):
    """What there is now: the files, in order, below the folder; the key file, "" where recipients were named; whether
    it was made just now; what is worth knowing about the recipients."""

    files: tuple[str, ...]
    key_file: str
    new_key: bool
    notes: tuple[Problem, ...]


def create(
    folder: str,
    choices: Choices,
    access: Access,
    recipients: Sequence[str] = (),
    vendored: tuple[str, bytes] | None = None,
) -> Created:
    """Write a new repository into a folder, which may hold other files already.

    The secrets of its cluster are made anew and encrypted for ``recipients``; without any, for the key in the usual
    file, which is made where there is none. ``vendored`` is the name and content of an install manifest of Argo CD that
    is taken into the repository. Nothing in the clear touches the disk but that key.

    Raises InputError with all that is wrong, and with every file that is there already; nothing is written then.
    """
    problems: list[Problem] = []
    recipients = [recipient.strip() for recipient in recipients]
    release = _checked(choices, recipients, vendored, problems)
    featured = _featured(choices, release, problems)
    secrets = [f"{project}/secrets.yaml" for project in layout.projects(choices)]
    wanted = [entry.target for entry in layout.plan(choices)]
    wanted += [*featured.files, *secrets, *_schemas(), *([_VENDORED] if vendored else [])]
    problems += [
        problem._replace(remedy="nothing is overwritten: move it away, or choose another folder")
        for problem in files.targets(os.path.join(folder, name) for name in dict.fromkeys(wanted))
    ]
    if release is None or problems:
        raise InputError(problems)
    key_file, new_key = "", False
    if not recipients:
        key = own_key(access)
        recipients, key_file, new_key = key.recipients, key.file, key.new
    scheme = Scheme(file.recipients(*recipients))
    contents = {**_rendered(choices, release, recipients, bool(vendored)), **_schemas(), **featured.files}
    if vendored is not None:
        contents[_VENDORED] = vendored[1]
    for name in secrets:
        tree = branch(SecretsBundle.generate(release.contract).to_tree())
        sealed = file.encrypt((tree,), scheme, access.now(), random=access.random, source=name)
        contents[name] = sealed.encode("utf-8", "surrogateescape")
    contents = dict(sorted(contents.items()))
    files.write({os.path.join(folder, name): content for name, content in contents.items()}, mode=0o644)
    notes = (*advice(scheme, os.path.join(folder, secrets[0])), *featured.notes)
    return Created(tuple(contents), key_file, new_key, notes)


def _featured(choices: Choices, release: Release | None, problems: list[Problem]) -> apps.Composed:
    """cluster.yaml with the features that are wanted, and their apps."""
    if release is None or not choices.features:
        return apps.Composed({}, ())
    source = f"{layout.base(choices)}/{CLUSTER}"
    text = layout.render(choices, release, "", "")[source]
    try:
        return apps.composed(text, source, choices.features, release)
    except InputError as error:
        problems += error.problems
        return apps.Composed({}, ())


def _checked(
    choices: Choices, recipients: Sequence[str], vendored: tuple[str, bytes] | None, problems: list[Problem]
) -> Release | None:
    """The release, once everything that was given is right."""
    release = None
    try:
        release = choices.release()
    except InputError as error:
        problems += error.problems
    for recipient in recipients:
        try:
            keys.recipient(recipient)
        except InputError as error:
            problems += error.problems
    try:
        if vendored is not None:
            argocd.require_known(vendored[1], vendored[0])
    except InputError as error:
        problems += error.problems
    return release


def _schemas() -> dict[str, bytes]:
    return {
        f"schemas/{of}.json": json.dumps(json_schema(of), indent=2, ensure_ascii=False).encode() + b"\n"
        for of in ("cluster", "node")
    }


def _rendered(choices: Choices, release: Release, recipients: Sequence[str], vendored: bool) -> dict[str, bytes]:
    lines = "\n".join(f"      - {quoted(recipient)}" for recipient in recipients)
    install = "install.yaml" if vendored else argocd.url(argocd.version())
    return {name: text.encode() for name, text in layout.render(choices, release, lines, install).items()}
