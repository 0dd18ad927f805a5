"""The ``sops`` block of a file: who has the data key, what is encrypted, and the MAC."""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from talosgen.errors import InputError, Problem
from talosgen.sops.selection import DEFAULT, KINDS, Selection
from talosgen.sops.tree import Branch, Entry, Items, Tree, branch, plain
from talosgen.source import Span

__all__ = [
    "MAX_KEYS", "PROVIDERS", "VERSION", "Group", "Metadata", "has_metadata", "is_overlong", "join", "split",
    "too_many_keys",
]  # fmt: skip

#: The release of sops whose files these are. It must be a real one: sops reads the number.
VERSION: Final = "3.13.3"
#: The key services that sops knows, age first.
PROVIDERS: Final = ("age", "azure_kv", "gcp_kms", "hc_vault", "hckms", "kms", "pgp")
#: The most entries of keys that a file may have.
MAX_KEYS: Final = 1000

_KNOWN: Final = frozenset(
    (*PROVIDERS, *KINDS, "key_groups", "lastmodified", "mac", "mac_only_encrypted", "shamir_threshold", "version")
)
#: These stand in every element of `key_groups`, empty or not.
_ALWAYS_IN_GROUPS: Final = ("age", "hc_vault")
_VERSION: Final = re.compile(r"v?[0-9]+\.[0-9]+\.[0-9]+(?:[-+].*)?", re.ASCII)
# The block in the text of a file, up to the next line that begins in the first column; and what its parts begin with.
_BLOCK: Final = re.compile(r"""(?m)^["']?sops["']?[ \t]*:""")
_BEHIND: Final = re.compile(r"[\n\r][^\s]")
_PART_MARKS: Final = "\n\r,{["
#: A thousand post-quantum recipients take a third of it.
_MAX_PARTS: Final = 100_000
_TIME: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:[.,][0-9]+)?(Z|[-+][0-9]{2}:[0-9]{2})", re.ASCII
)


class Group(NamedTuple):
    """Keys of which one is enough: entries as they stand in the file, by provider."""

    entries: tuple[tuple[str, tuple[dict[str, Any], ...]], ...]

    def of(self, provider: str) -> tuple[dict[str, Any], ...]:
        """The entries of one provider."""
        return next((entries for name, entries in self.entries if name == provider), ())

    @property
    def recipients(self) -> tuple[str, ...]:
        """The age recipients."""
        return tuple(str(entry.get("recipient", "")) for entry in self.of("age"))

    @property
    def foreign(self) -> tuple[str, ...]:
        """The other providers that have a key here."""
        return tuple(name for name, entries in self.entries if name != "age" and entries)

    def __repr__(self) -> str:
        return f"<Group of {sum(len(entries) for _, entries in self.entries)}>"


class Metadata(NamedTuple):
    """The block, read. ``unknown`` names keys of it that sops would drop."""

    groups: tuple[Group, ...]
    lastmodified: str
    mac: str
    selection: Selection = DEFAULT
    only_encrypted: bool = False
    threshold: int = 0
    version: str = VERSION
    unknown: tuple[str, ...] = ()

    @property
    def recipients(self) -> tuple[str, ...]:
        """The age recipients of all groups."""
        return tuple(recipient for group in self.groups for recipient in group.recipients)

    @property
    def mac_aad(self) -> bytes:
        """What the MAC is sealed with: the time of the last change, to the second."""
        found = _TIME.fullmatch(self.lastmodified)
        assert found is not None
        zone = "Z" if found[2][1:] == "00:00" else found[2]
        return f"{found[1]}{zone}".encode("ascii")


def has_metadata(tree: Tree) -> bool:
    """Whether the first document has a ``sops`` key: the file is encrypted, or damaged."""
    return bool(tree) and any(isinstance(item, Entry) and item.key == "sops" for item in tree[0])


def is_overlong(text: str) -> bool:
    """Whether a text has a block that is out of all proportion; told before it is read, which would take long."""
    found = _BLOCK.search(text) if "sops" in text else None
    if found is None:
        return False
    behind = _BEHIND.search(text, found.end())
    end = len(text) if behind is None else behind.start()
    return sum(text.count(mark, found.start(), end) for mark in _PART_MARKS) > _MAX_PARTS


def too_many_keys(source: str) -> InputError:
    """The error for a block with more than ``MAX_KEYS`` keys."""
    message = f"the file has more than {MAX_KEYS} keys"
    return InputError(Problem(message, Span(source), "sops", code="sops-metadata"))


def split(tree: Tree, source: str = "<text>") -> tuple[Tree, Metadata]:
    """The documents without their ``sops`` keys, and the block of the first. Raises InputError."""
    found = next((item.value for item in tree[0] if isinstance(item, Entry) and item.key == "sops"), None)
    if found is None:
        raise InputError(
            Problem("this file is not encrypted: it has no sops block", Span(source), code="sops-metadata-missing")
        )
    if not isinstance(found, Branch):
        raise _Reading(source).fault("sops", "expected a mapping")
    rest = tuple(
        Branch(item for item in document if not (isinstance(item, Entry) and item.key == "sops")) for document in tree
    )
    return rest, _Reading(source).metadata(plain(found))


class _Reading:
    def __init__(self, source: str) -> None:
        self._source = source

    def fault(self, path: str, message: str, remedy: str = "", code: str = "sops-metadata") -> InputError:
        return InputError(Problem(message, Span(self._source), path, remedy, code=code))

    def metadata(self, block: dict[str, Any]) -> Metadata:
        lastmodified = block.get("lastmodified")
        if not isinstance(lastmodified, str) or _TIME.fullmatch(lastmodified) is None:
            raise self.fault("sops.lastmodified", "expected a time in quotes, RFC 3339")
        version = block.get("version")
        if not isinstance(version, str) or _VERSION.fullmatch(version) is None:
            raise self.fault("sops.version", "expected a release of sops, such as 3.13.3", code="sops-version")
        mac = self._text(block, "mac")
        rules = [Selection(kind, text) for kind in KINDS if (text := self._text(block, kind))]
        if len(rules) > 1:
            raise self.fault("sops", f"expected one at most of {', '.join(rule.kind for rule in rules)}")
        for rule in rules:
            rule.matcher(Span(self._source))
        return Metadata(
            self._groups(block),
            lastmodified,
            mac,
            rules[0] if rules else DEFAULT,
            self._flag(block, "mac_only_encrypted"),
            self._number(block, "shamir_threshold"),
            version,
            tuple(sorted(set(block) - _KNOWN)),
        )

    def _groups(self, block: dict[str, Any]) -> tuple[Group, ...]:
        whole = self._group(block, "sops")
        groups = [whole] if any(entries for _, entries in whole.entries) else []
        listed = block.get("key_groups")
        if not groups and listed is not None:
            if not isinstance(listed, list) or not all(isinstance(group, dict) for group in listed):
                raise self.fault("sops.key_groups", "expected a list of mappings")
            if len(listed) > MAX_KEYS:
                raise too_many_keys(self._source)
            groups = [self._group(group, f"sops.key_groups[{index}]") for index, group in enumerate(listed)]
        count = sum(len(entries) for group in groups for _, entries in group.entries)
        if count > MAX_KEYS:
            raise too_many_keys(self._source)
        if not count:
            raise self.fault("sops", "no key can open this file: it names none", code="sops-no-keys")
        return tuple(groups)

    def _group(self, block: dict[str, Any], path: str) -> Group:
        found = []
        for provider in PROVIDERS:
            entries = block.get(provider) or []
            if not isinstance(entries, list):
                raise self.fault(f"{path}.{provider}", "expected a list of mappings")
            if len(entries) > MAX_KEYS:
                raise too_many_keys(self._source)
            for index, entry in enumerate(entries):
                if not isinstance(entry, dict) or not isinstance(entry.get("enc", ""), str):
                    raise self.fault(f"{path}.{provider}[{index}]", "expected a mapping with its data key in enc")
            if entries:
                found.append((provider, tuple(entries)))
        return Group(tuple(found))

    def _text(self, block: dict[str, Any], name: str) -> str:
        value = block.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self.fault(f"sops.{name}", "expected a string")
        return value

    def _flag(self, block: dict[str, Any], name: str) -> bool:
        value = block.get(name)
        # sops takes these texts and numbers as well.
        if value in ("1", "t", "T", "true", "True", "TRUE", True, 1):
            return True
        if value in (None, "", "0", "f", "F", "false", "False", "FALSE", False, 0):
            return False
        raise self.fault(f"sops.{name}", "expected true or false")

    def _number(self, block: dict[str, Any], name: str) -> int:
        value = block.get(name)
        if value is None or value == "":
            return 0
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 5:
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 255:
            raise self.fault(f"sops.{name}", "expected a number of groups, 255 at most")
        return value


def join(tree: Tree, metadata: Metadata) -> Tree:
    """The documents with the block at the end of each, its keys sorted and empty ones left out."""
    block: dict[str, Any] = {
        "lastmodified": metadata.lastmodified,
        "mac": metadata.mac,
        metadata.selection.kind: metadata.selection.text,
        "version": metadata.version,
    }
    if metadata.only_encrypted:
        block["mac_only_encrypted"] = True
    if metadata.threshold:
        block["shamir_threshold"] = metadata.threshold
    if len(metadata.groups) > 1:
        block["key_groups"] = [
            {name: group.of(name) for name in PROVIDERS if group.of(name) or name in _ALWAYS_IN_GROUPS}
            for group in metadata.groups
        ]
    else:
        block.update((name, list(entries)) for group in metadata.groups for name, entries in group.entries)
    entry = Entry("sops", branch(_sorted(block)))
    return tuple(Branch((*document, entry)) for document in tree)


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    if isinstance(value, (list, tuple, Items)):
        return [_sorted(item) for item in value]
    return value
