"""Which front end reads a folder, and what it may ask of the world: files in the clear, keys, the environment."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from glob import escape, glob
from typing import TYPE_CHECKING, Final

from talosgen import inputs
from talosgen.errors import InputError, Problem
from talosgen.pki.secrets import SecretsBundle
from talosgen.project import native, placeholder
from talosgen.project.cluster import Cluster
from talosgen.project.folder import CLUSTER, SECRETS, VARIABLES
from talosgen.project.patches import PatchFile
from talosgen.source import Span

if TYPE_CHECKING:
    from talosgen.secrets.access import Access

__all__ = ["folders", "load", "opened"]

#: Of every file that cannot be opened for want of a key.
_NO_KEY: Final = "sops-no-identity"
#: What is said of one whose keys are none of age's.
_FOREIGN: Final = "sops-foreign"


def folders(here: str = ".") -> list[str]:
    """The projects that are meant where none is named: this folder, else ``cluster/``, else each of ``clusters/*/``.

    Raises InputError when there is none.
    """
    for folder in (here, os.path.join(here, "cluster")):
        if os.path.isfile(os.path.join(folder, CLUSTER)):
            return [os.path.normpath(folder)]
    found = sorted(glob(os.path.join(escape(here), "clusters", "*", CLUSTER)))
    if not found:
        message = f"there is no {CLUSTER} here, in cluster/ or in clusters/*/"
        raise InputError(Problem(message, Span(here), remedy="name the project's folder, or make one: `talosgen init`"))
    return [os.path.normpath(os.path.dirname(path)) for path in found]


def load(
    folder: str | os.PathLike[str],
    *,
    environment: Mapping[str, str] | None = None,
    identities: str | None = None,
    bundle: SecretsBundle | None = None,
    placeholders: bool = False,
) -> Cluster:
    """The cluster of a project's folder: its nodes and their ordered patches, its secrets.

    Encrypted files are decrypted in memory: by ``identities``, the text of an age key file, else by the keys that sops
    would find in ``environment``, which is also what ``${env.NAME}`` reads; by default it is the process's own.
    ``bundle`` takes the place of the folder's secrets.yaml. ``placeholders``: constants of the package stand in for
    all secrets, and no key is asked for.

    Raises InputError with all that is wrong, in all files.
    """
    from talosgen.secrets.access import Access

    given = None
    if identities is not None:
        from talosgen.age import keys

        given = keys.identities(identities, "<identities>")
    access = Access(os.environ if environment is None else environment, identities=given)
    return opened(os.fspath(folder), access, bundle=bundle, placeholders=placeholders)


def opened(
    folder: str,
    access: Access,
    *,
    bundle: SecretsBundle | None = None,
    patches: Iterable[tuple[str, str]] = (),
    placeholders: bool = False,
    keyless: bool = False,
    environment_allowed: bool = True,
    faults: list[Problem] | None = None,
    instead: Mapping[str, bytes] | None = None,
) -> Cluster:
    """The same for whoever has ``access``.

    ``patches``: texts and names of further patches, the last layers of every node. ``keyless``: what no key at hand
    opens is passed over: the bundle and values of vars.sops.yaml become placeholders, nodes that need another file are
    left out and stand in ``Cluster.locked``. Without ``environment_allowed`` placeholders stand in for what the
    environment would say. ``instead`` has contents that stand in for those of files. With ``faults`` what is wrong is
    added there, and the nodes that are right are given.
    Raises InputError, with ``faults`` only where nothing can be said of any node.
    """
    reader = _Reader(access, keyless, placeholders, instead or {})
    asks = native.Access(
        reader.read,
        (lambda name: placeholder.TEXT) if placeholders or not environment_allowed else access.environment.get,
        keyless or placeholders,
        lambda: not environment_allowed or any(os.path.basename(path) == VARIABLES for path in reader.closed),
    )
    stand_in = placeholder.bundle() if placeholders else bundle
    extra = [PatchFile(text, source) for text, source in patches]
    cluster = native.load(folder, asks, stand_in, extra, faults)
    cluster = cluster._replace(closed=reader.closed, encrypted=frozenset(reader.encrypted))
    if placeholders or (bundle is None and (faults is not None or keyless) and cluster.bundle == SecretsBundle()):
        return cluster._replace(bundle=placeholder.bundle(cluster.contract), placeholder=True)
    return cluster._replace(placeholder=placeholder.is_placeholder(cluster.bundle))


class _Reader:
    """Reads a project's files, decrypted where they are encrypted."""

    def __init__(self, access: Access, keyless: bool, placeholders: bool, instead: Mapping[str, bytes]) -> None:
        self._content = inputs.reader(instead)
        self._access = access
        self._keyless = keyless
        self._placeholders = placeholders
        #: The files that were passed over, and why.
        self.closed: dict[str, tuple[Problem, ...]] = {}
        #: The values that are encrypted in those that were opened.
        self.encrypted: set[str] = set()

    def read(self, path: str) -> bytes:
        """The content of a file in the clear, every value in its line. Raises InputError."""
        data = self._content(path)
        # Worth a closer look: the word is in every encrypted file, in UTF-8 or UTF-16.
        if b"sops" not in data and b"s\0o\0p\0s" not in data:
            return data
        from talosgen.secrets.reading import is_encrypted

        if not is_encrypted(data):
            return data
        if not self._placeholders:
            try:
                return self._clear(path, data)
            except InputError as error:
                codes = {problem.code for problem in error.problems}
                if not self._keyless or "sops-data-key" in codes or not codes & {_NO_KEY, _FOREIGN}:
                    raise
                missing = [problem for problem in error.problems if problem.code in (_NO_KEY, _FOREIGN)]
                self.closed[path] = error.problems
                locked = InputError(problem._replace(code=_NO_KEY) for problem in missing)
        else:
            message = "the file is encrypted, and with placeholders no encrypted file is opened"
            locked = InputError(Problem(message, Span(path), code=_NO_KEY))
        if os.path.basename(path) == VARIABLES:
            return placeholder.concealed(data, path)
        raise locked

    def _clear(self, path: str, data: bytes) -> bytes:
        from talosgen.secrets.reading import clear, values

        if os.path.basename(path) == SECRETS:
            from talosgen.secrets.bundle import require_whole
            from talosgen.sops.document import load as tree_of
            from talosgen.sops.metadata import split

            tree, metadata = split(tree_of(data, path), path)
            require_whole(tree, metadata, path)
        found = clear(data, path, self._access)
        if os.path.basename(path) not in (SECRETS, VARIABLES):
            self.encrypted |= values(data, found)
        return found
