"""What turns one tree into another under Talos's merge: what a patch deletes of it, and what it sets.

Planned once for each type from the table; no field is named. Whether a value can be merged in is asked of the
merge itself; what cannot is deleted and set anew, as high up as a delete reaches (Talos v1.14.1).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from talosgen.config.codecs import ABSENT
from talosgen.config.decode import codec_for
from talosgen.config.encode import Encoder
from talosgen.config.equality import fingerprint, same
from talosgen.config.merge import Merge, MergeError, Merger
from talosgen.config.mergers import KEYED_LISTS, KeyedList
from talosgen.config.walk import opened
from talosgen.patching.delete import element_text
from talosgen.schema.table import Field, Table, TypeExpr

__all__ = ["DELETE", "Edit", "Edits"]

#: The statement that deletes what it stands for.
DELETE: Final = {"$patch": "delete"}
#: How deep a free-form object is looked into; what differs below is set as a whole.
_DEPTH: Final = 64
#: How many elements all the statements below a map or list may copy: each makes the map or list anew.
_COPIES: Final = 1_000_000


class Edit(NamedTuple):
    """What is deleted, as an untyped tree of statements, and then set, as a typed tree; ABSENT: nothing.

    ``statements``: how many there are.
    """

    deletes: Any = ABSENT
    value: Any = ABSENT
    statements: int = 0


_UNCHANGED: Final = Edit()
#: The edit from one set value to another; None where there is none. The flag: whether deletes reach the place.
_Compare = Callable[[Any, Any, bool], Edit | None]


class Edits:
    """Plans of one table under one merge, made when first needed and kept."""

    def __init__(self, table: Table, merger: Merger, encoder: Encoder) -> None:
        self._table = table
        self._merger = merger
        self._encoder = encoder
        self._structs: dict[str, _StructEdit] = {}

    def document(self, name: str, left: dict[str, Any], right: dict[str, Any], deletable: bool) -> Edit | None:
        """The edit from one tree of a document to another; None where there is none.

        ``name``: the struct of the documents. ``deletable``: whether deletes reach this document at all.
        """
        struct = self._struct(name)
        edit = struct(left, right, deletable)
        if edit is None or edit.deletes is ABSENT or edit.value is not ABSENT:
            return edit
        # The patch of the deletes names the document, and so wipes what it does not repeat.
        return edit._replace(value=struct.repeated({}, right) or ABSENT)

    def field(self, field: Field) -> _Compare:
        """The comparison of two set values of a field."""
        merge = self._merger.field(field)
        return _whole(merge) if field.merge == "replace" else self._value(field.type, merge)

    def _struct(self, name: str) -> _StructEdit:
        compare = self._structs.get(name)
        if compare is None:
            compare = self._structs[name] = _StructEdit(self, name)
        return compare

    def _value(self, expr: TypeExpr, merge: Merge) -> _Compare:
        while isinstance(expr, dict) and "ptr" in expr:
            expr = expr["ptr"]
        keyed = KEYED_LISTS.get(expr.get("ref", "")) if isinstance(expr, dict) else None
        expr = opened(expr, self._table)
        if expr == "any":
            return _free_form(merge)
        if codec_for(expr, self._table) is not None:
            return _whole(merge)
        assert isinstance(expr, dict)
        if "list" in expr:
            return self._list(expr["list"], merge, keyed)
        if "map" in expr:
            return self._map(expr["map"][1], merge)
        name = self._table.struct_name(expr)
        assert name is not None
        return _whole(merge) if self._table.facts(name).get("codec") else self._struct(name)

    def _list(self, expr: TypeExpr, merge: Merge, keyed: KeyedList | None) -> _Compare:
        name = self._table.struct_name(expr)
        texts: dict[str, Callable[[dict[str, Any]], str | None]] = {}
        element: _Compare | None = None
        if name is not None:
            # An element is not named by a secret: that would stand in the patch once more.
            keys = [field.key for field in self._table.struct(name).fields if not field.secret]
            texts = {key: text for key in keys if (text := element_text(key, expr, self._table)) is not None}
            if keyed is not None:
                element = self._struct(name)
        return _ListEdit(merge, keyed, element, texts)

    def _map(self, expr: TypeExpr, merge: Merge) -> _Compare:
        def merge_values(left: Any, right: Any) -> Any:
            return merge({"": left}, {"": right})[""]

        leaf = codec_for(expr, self._table) is not None
        compare = _whole(merge_values) if leaf else self._value(expr, self._merger.value(expr))
        return lambda left, right, deletable: _entries(compare, left, right, deletable)


def _whole(merge: Merge) -> _Compare:
    """Of values that are set as a whole, if merging that gives the value wanted."""

    def compare(left: Any, right: Any, deletable: bool) -> Edit | None:
        if same(left, right):
            return _UNCHANGED
        return Edit(value=right) if _gives(merge, left, right, right) else None

    return compare


def _gives(merge: Merge, left: Any, right: Any, wanted: Any) -> bool:
    try:
        return same(merge(left, right), wanted)
    except MergeError:
        return False


def _at(compare: _Compare, left: Any, right: Any, deletable: bool) -> Edit | None:
    """The edit of a field or of an entry of a map: there deletes reach if they reach what it lies in."""
    if left is ABSENT:
        return Edit(value=right)
    edit = None if right is ABSENT else compare(left, right, deletable)
    return Edit(DELETE, right, 1) if edit is None and deletable else edit


def _entries(compare: _Compare, left: Any, right: Any, deletable: bool) -> Edit | None:
    """The edit of a map, entry by entry; none where nothing of it stays."""
    if left and left.keys().isdisjoint(right):
        return None
    parts: dict[Any, Edit] = {}
    for key in dict.fromkeys((*left, *right)):
        # An empty key leads nowhere, and one that begins with a bracket is taken for a position in a list.
        reached = deletable and isinstance(key, str) and key[:1] not in ("", "[")
        edit = _at(compare, left.get(key, ABSENT), right.get(key, ABSENT), reached)
        if edit is None:
            return None
        parts[key] = edit
    edit = _joined(parts)
    return edit if edit.statements * len(left) <= _COPIES else None


def _joined(parts: dict[Any, Edit]) -> Edit:
    """The edit of a mapping from those of its entries."""
    deletes = {key: edit.deletes for key, edit in parts.items() if edit.deletes is not ABSENT}
    values = {key: edit.value for key, edit in parts.items() if edit.value is not ABSENT}
    return Edit(deletes or ABSENT, values or ABSENT, sum(edit.statements for edit in parts.values()))


def _free_form(merge: Merge) -> _Compare:
    whole = _whole(merge)

    def compare(left: Any, right: Any, deletable: bool, depth: int = 0) -> Edit | None:
        if isinstance(left, list) and isinstance(right, list):
            return _tail(left, right)
        if not (isinstance(left, dict) and isinstance(right, dict)):
            return whole(left, right, deletable)
        if depth < _DEPTH:
            return _entries(lambda one, other, reached: compare(one, other, reached, depth + 1), left, right, deletable)
        return _UNCHANGED if same(left, right) else None

    return compare


def _tail(left: list[Any], right: list[Any]) -> Edit | None:
    """The edit of a list to which elements are added, if that is all."""
    if len(left) > len(right) or not same(left, right[: len(left)]):
        return None
    tail = right[len(left) :]
    return Edit(value=tail) if tail else _UNCHANGED


class _ListEdit:
    """Compares lists of one type: elements may go, be added at the end and, with keys, change in place."""

    def __init__(
        self,
        merge: Merge,
        keyed: KeyedList | None,
        element: _Compare | None,
        texts: dict[str, Callable[[dict[str, Any]], str | None]],
    ) -> None:
        self._merge = merge
        self._keyed = keyed
        self._element = element
        self._texts = texts

    def __call__(self, left: list[Any], right: list[Any], deletable: bool) -> Edit | None:
        before, after = [*map(fingerprint, left)], [*map(fingerprint, right)]
        kept: list[Any] = []
        gone: list[int] = []
        values: list[Any] = []
        for index, item in enumerate(left):
            at = len(kept)
            alike = at < len(right) and before[index] == after[at]
            if not alike and not (at < len(right) and self._meet(item, right[at])):
                gone.append(index)
                continue
            kept.append(item)
            if not alike:
                values.append(self._changed(item, right[at]))
        values.extend(right[len(kept) :])
        if gone and not (kept and deletable and len(gone) * len(left) <= _COPIES):
            return None
        deletes = self._statements(left, gone)
        if deletes is None or not (not values or _gives(self._merge, kept, values, right)):
            return None
        return Edit(deletes or ABSENT, values or ABSENT, len(gone))

    def _meet(self, left: Any, right: Any) -> bool:
        """Whether an element of a patch finds one of the base by its key."""
        if self._keyed is None:
            return False
        key = self._keyed.wanted(right)
        return key is not None and key in self._keyed.keys(left)

    def _changed(self, left: dict[str, Any], right: dict[str, Any]) -> dict[str, Any]:
        """What a patch says of an element that changes: its key and what differs, or all of it."""
        assert self._element is not None
        edit = self._element(left, right, False)
        if edit is not None and edit.value is not ABSENT:
            for key in ("", *right):
                # Most need their key beside what differs; without a key an element may be found by its absence.
                part = {key: right[key], **edit.value} if key else edit.value
                if self._meet(left, part) and _gives(self._merge, [left], [part], [right]):
                    return part
        return right

    def _statements(self, left: list[Any], gone: list[int]) -> list[Any] | None:
        """Statements that delete elements; None where a text does not name just one."""
        if not gone:
            return []
        found = {key: [*map(text_of, left)] for key, text_of in self._texts.items()}
        times = {key: Counter(texts) for key, texts in found.items()}

        def unfit(key: str) -> tuple[bool, int, int]:
            # The key itself before all; then what names most of the elements, then what is shortest.
            known = self._keyed is not None and key == self._keyed.field
            texts = times[key]
            return (
                not known,
                sum(count for text, count in texts.items() if not text or count > 1),
                len("".join(filter(None, texts))),
            )

        named: dict[int, dict[str, str]] = {}
        for key in sorted(found, key=unfit):
            for index in gone:
                text = found[key][index]
                if text and times[key][text] == 1 and index not in named:
                    named[index] = {key: text, **DELETE}
        return [named[index] for index in gone] if len(named) == len(gone) else None


class _StructEdit:
    """Compares trees of one struct, field by field; planned at the first use, so that types may be recursive."""

    __slots__ = ("_edits", "_name", "_plan", "_wiped")

    def __init__(self, edits: Edits, name: str) -> None:
        self._edits = edits
        self._name = name
        self._plan: list[tuple[str, _Compare, Any, Any, Merge]] | None = None
        self._wiped: dict[str, _StructEdit | None] = {}

    def _make(self) -> list[tuple[str, _Compare, Any, Any, Merge]]:
        edits, merger = self._edits, self._edits._merger
        self._plan = [
            (field.key, edits.field(field), edits._encoder.blank(field), merger.start(field.type), merger.field(field))
            for field in edits._table.struct(self._name).fields
        ]
        self._wiped = {
            key: None if name is None else edits._struct(name) for key, name in merger.wiped_fields(self._name).items()
        }
        return self._plan

    def __call__(self, left: dict[str, Any], right: dict[str, Any], deletable: bool) -> Edit | None:
        parts: dict[str, Edit] = {}
        for key, compare, blank, start, merge in self._plan or self._make():
            before, after = left.get(key, ABSENT), right.get(key, ABSENT)
            if before is after:
                continue
            if blank is not None:
                # What prints as if it were unset is unset.
                before = ABSENT if before is not ABSENT and blank(before) else before
                after = ABSENT if after is not ABSENT and blank(after) else after
                if before is after:
                    continue
            edit = _at(compare, before, after, deletable)
            if edit is None:
                return None
            anew = before is ABSENT or edit.deletes is DELETE
            if anew and start is not ABSENT and edit.value is not ABSENT and not _gives(merge, start, after, after):
                # Even where the base has nothing this value would not stay as it is.
                return None
            parts[key] = edit
        edit = _joined(parts)
        return edit if edit.value is ABSENT else edit._replace(value=self.repeated(edit.value, right))

    def repeated(self, values: dict[str, Any], right: dict[str, Any]) -> dict[str, Any]:
        """What a patch sets, and what it would wipe by not naming it."""
        if self._plan is None:
            self._make()
        out = dict(values)
        for key, inner in self._wiped.items():
            if key in values or key not in right:
                continue
            value = right[key] if inner is None else inner.repeated({}, right[key])
            if value or inner is None:
                out[key] = value
        return out
