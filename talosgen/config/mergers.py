"""What single types do when they merge: lists, URLs, sizes, free-form objects, in either semantics.

``talos`` is what Talos v1.14.1 does; ``idempotent`` is the union mode of the patch algebra.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Any, Final, Literal, NamedTuple

from talosgen.config.codecs.quantity import Sizes
from talosgen.config.codecs.url import URL
from talosgen.config.equality import fingerprint
from talosgen.config.tree import at, copied
from talosgen.goyaml.order import sort_keys
from talosgen.goyaml.scalars import Timestamp

__all__ = [
    "IDEMPOTENT", "KEYED_LISTS", "SEMANTICS", "TALOS", "KeyedList", "Mark", "Merge", "MergeError", "MergeName",
    "ReplacingList", "ReplacingMap", "Semantics", "form", "replace",
    "replaces", "uncopyable",
]  # fmt: skip

#: Merges two set values; the right one is the patch's. Raises MergeError.
Merge = Callable[[Any, Any], Any]
MergeName = Literal["talos", "idempotent"]
_Key = Callable[[dict[str, Any]], Hashable | None]
#: What two elements of a list have in common exactly when they are the same.
Mark = Callable[[Any], Hashable]


class ReplacingMap(dict[str, Any]):
    """A mapping of a patch that replaces the one it meets. Only patches hold it."""

    __slots__ = ()


class ReplacingList(list[Any]):
    """A list of a patch that replaces the one it meets. Only patches hold it."""

    __slots__ = ()


class MergeError(Exception):
    """A value of a patch that cannot be merged. ``path`` is where in the patch, from the outside in."""

    def __init__(self, message: str, remedy: str = "", path: tuple[str | int, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.path = path

    def below(self, key: str | int) -> MergeError:
        """The same error, seen from one step higher."""
        return MergeError(self.message, self.remedy, (key, *self.path))


def replaces(tree: Any, steps: Iterable[Hashable]) -> bool:
    """Whether a patch's tree replaces what stands at a path, by itself or with what is around it."""
    for step in (None, *steps):
        tree = tree if step is None else at(tree, (step,))
        if type(tree) in (ReplacingMap, ReplacingList):
            return True
    return False


def replace(left: Any, right: Any) -> Any:
    """The merge in which the patch's value takes the place of what was there."""
    return right


def appending(mark: Mark) -> Merge:
    """The merge that puts the right list behind the left one."""
    return lambda left, right: [*left, *right] if right else left


def uniting(mark: Mark) -> Merge:
    """The merge that adds to the left list what it does not have of the right one; over an empty list, all of it."""

    def unite(left: Any, right: Any) -> Any:
        if not left or not right:
            return copied(right) if right else left
        present = set(map(mark, left))
        out = list(left)
        for item in right:
            own = mark(item)
            if own not in present:
                present.add(own)
                out.append(copied(item))
        return out if len(out) > len(left) else left

    return unite


def uniting_blocks(mark: Mark) -> Merge:
    """The merge that adds the whole right list, unless it occurs in the left one as it stands."""

    def unite(left: Any, right: Any) -> Any:
        letters: dict[Any, str] = {}
        wanted = "".join(letters.setdefault(mark(item), chr(len(letters))) for item in right)
        other = chr(len(letters))
        if wanted in "".join(letters.get(mark(item), other) for item in left):
            return left
        return [*left, *copied(right)]

    return unite


class KeyedList(NamedTuple):
    """A list whose elements are told apart.

    ``field``: what a delete statement names an element by. ``wanted``: the key by which an element of a patch
    looks for its like, None when it is always added. ``keys``: those by which an element is found. ``unique``:
    a key repeated in one patch is at odds with itself. ``merge``: the merge of two lists.
    """

    field: str
    wanted: _Key
    keys: Callable[[dict[str, Any]], list[Hashable]]
    unique: bool
    merge: Callable[[KeyedList, Semantics, Merge, Mark], Merge]

    @property
    def merges(self) -> bool:
        """Whether elements with the same key merge; else the patch's takes the place of the other."""
        return self.merge is _merge_keyed


def _merge_keyed(keyed: KeyedList, semantics: Semantics, merge: Merge, mark: Mark) -> Merge:
    add = semantics.list(mark)

    def index_of(elements: list[Any]) -> dict[Hashable, int]:
        first: dict[Hashable, int] = {}
        for index, element in enumerate(elements):
            for key in keyed.keys(element):
                first.setdefault(key, index)
        return first

    def merge_lists(left: list[Any], right: list[Any]) -> list[Any]:
        out = list(left)
        first = index_of(out)
        for position, element in enumerate(right):
            key = keyed.wanted(element)
            index = None if key is None else first.get(key)
            if index is None:
                if key is None and len(add(out, [element])) == len(out):
                    continue
                made = merge({}, element) if semantics.from_nothing else element
                for key in keyed.keys(made):
                    first.setdefault(key, len(out))
                out.append(made)
                continue
            before = out[index]
            try:
                out[index] = merge(before, element)
            except MergeError as error:
                raise error.below(position) from None
            if keyed.keys(before) != keyed.keys(out[index]):
                first = index_of(out)
        return out

    return merge_lists


def _merge_image_rules(keyed: KeyedList, semantics: Semantics, merge: Merge, mark: Mark) -> Merge:
    def merge_rules(left: list[Any], right: list[Any]) -> list[Any]:
        out = list(left)
        # Of equal patterns the last counts; what the patch adds is not looked at.
        places = {keyed.wanted(rule): index for index, rule in enumerate(left)}
        for rule in right:
            index = places.get(keyed.wanted(rule))
            if index is None:
                out.append(semantics.taken(rule))
            else:
                out[index] = semantics.taken(rule)
        return out

    return merge_rules


def _keyed(field: str, zero: Any, unique: bool = True, merge: Any = _merge_keyed) -> KeyedList:
    return KeyedList(
        field, lambda element: element.get(field, zero), lambda element: [element.get(field, zero)], unique, merge
    )


def _interface_keys(element: dict[str, Any]) -> list[Hashable]:
    selector = element.get("deviceSelector")
    return [element.get("interface"), None if selector is None else ("deviceSelector", fingerprint(selector))]


def _interface(element: dict[str, Any]) -> Hashable | None:
    name, selector = _interface_keys(element)
    # Selectors are compared with the address of `physical`: set on either side, they differ.
    return name or (None if "physical" in element.get("deviceSelector", {}) else selector)


#: Lists whose elements have a key, by the name of their type.
KEYED_LISTS: Final = {
    "v1alpha1.NetworkDeviceList": KeyedList("interface", _interface, _interface_keys, True, _merge_keyed),
    "v1alpha1.VlanList": _keyed("vlanId", 0),
    "v1alpha1.AdmissionPluginConfigList": _keyed("name", ""),
    "extensions.ConfigFileList": _keyed("mountPath", "", unique=False),
    "security.ImageVerificationRules": _keyed("image", "", unique=False, merge=_merge_image_rules),
}


def _matcher(left: str, right: str) -> str:
    raise MergeError("a size that is set cannot be changed", "delete it first, or use `--merge idempotent`")


def size(left: Any, right: Any) -> Any:
    """A percentage and a number of bytes stand side by side; a patch sets the one that it uses."""
    before = left if isinstance(left, Sizes) else Sizes.of(left)
    after = right if isinstance(right, Sizes) else Sizes.of(right)
    return Sizes(after.percent or before.percent, after.bytes or before.bytes).single()


def _url(left: str, right: str) -> str:
    """Each part of a URL that the patch's has, over the base's (Talos merges the parsed form)."""
    before, after = URL.parse(left), URL.parse(right)
    if before.user is not None and after.user is not None:
        raise MergeError(
            "user information in a URL cannot be merged", "delete the URL first, or use `--merge idempotent`"
        )
    return str(before.overlaid(after))


def _url_with_user(left: str, right: str) -> str:
    """The same, with the user of the patch where both have one."""
    before, after = URL.parse(left), URL.parse(right)
    if before.user is not None and after.user is not None:
        before = before._replace(user=None)
    return str(before.overlaid(after))


def form(value: Any) -> str:
    """What a value of a free-form object is, in words: two of different forms do not merge."""
    if isinstance(value, dict):
        return "a mapping" if all(isinstance(key, str) for key in value) else "a mapping with other keys than texts"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, int):
        return "an integer" if value < 2**63 else "a large integer"
    names: dict[type, str] = {str: "a text", float: "a fraction", Timestamp: "a timestamp"}
    return "a list" if isinstance(value, list) else names.get(type(value), "null")


def uncopyable(value: Any) -> str:
    """Why Talos cannot copy a value before it merges, what is in it aside; empty when it can."""
    if isinstance(value, Timestamp):
        return "an unquoted date"
    odd = isinstance(value, dict) and not all(isinstance(key, str) for key in value)
    return "a key that is no text" if odd else ""


def _free_form(semantics: Semantics) -> Merge:
    """The merge of two values of a free-form object: mappings merge, an empty scalar keeps the base's.

    What the patch does not name is shared with the base. A stack of our own: depth is the input's.
    """
    taken = semantics.taken
    join = semantics.list(fingerprint)

    def one_level(left: Any, right: Any) -> Any:
        if left is None or type(right) in (ReplacingMap, ReplacingList):
            return taken(right)
        if right is None:
            if semantics.null_keeps:
                return left
            raise MergeError("null cannot be merged over a value", "delete the key with $patch: delete")
        kind, other = form(left), form(right)
        if kind != other:
            raise MergeError(f"{other} cannot be merged over {kind}")
        if isinstance(left, dict):
            return {**left, **{key: taken(value) for key, value in right.items() if key not in left}}
        if isinstance(left, list):
            return join(left, right)
        if isinstance(right, bool):
            return right
        return right or left

    def merge(left: Any, right: Any) -> Any:
        holder: list[Any] = [left]
        work: list[tuple[Any, Any, tuple[str, ...]]] = [(holder, 0, ())]
        values = [right]
        while work:
            container, slot, path = work.pop()
            before, after = container[slot], values.pop()
            try:
                merged = one_level(before, after)
            except MergeError as error:
                raise MergeError(error.message, error.remedy, path) from None
            container[slot] = merged
            if isinstance(before, dict) and isinstance(after, dict) and type(after) is not ReplacingMap:
                # Depth first, in the order in which the keys are printed: of several faults the first is told (D4).
                for key in reversed(tuple(sort_keys(after))):
                    if key in before:
                        work.append((merged, key, (*path, str(key))) if len(path) < 16 else (merged, key, path))
                        values.append(after[key])
        return holder[0]

    return merge


class Semantics(NamedTuple):
    """How values merge where a semantics has a choice.

    ``list``: makes the merge of lists without keys, ``arguments`` that of those in which position and repetition
    carry meaning.
    ``from_nothing``: what the base lacks merges into an empty value, instead of being taken as it stands.
    ``taken``: what becomes of a patch's value that is taken whole.
    ``null_keeps``: null over a value of a free-form object keeps it, instead of being a fault. ``values``:
    leaves that are not simply replaced, by the name of their codec.
    """

    name: MergeName
    list: Callable[[Mark], Merge]
    arguments: Callable[[Mark], Merge]
    from_nothing: bool
    taken: Callable[[Any], Any]
    null_keeps: bool
    values: dict[str, Merge]

    @property
    def free_form(self) -> Merge:
        """The merge of two free-form objects."""
        return _free_form(self)


#: What Talos v1.14.1 does.
TALOS: Final = Semantics(
    name="talos", list=appending, arguments=appending, from_nothing=False, taken=lambda value: value, null_keeps=False,
    values={"url": _url, "endpoint-url": _url, "disk-size-matcher": _matcher, "size": size},
)  # fmt: skip
#: The union mode of the patch algebra: laying a patch over its own result changes nothing.
IDEMPOTENT: Final = Semantics(
    name="idempotent", list=uniting, arguments=uniting_blocks, from_nothing=True, taken=copied, null_keeps=True,
    values={"url": _url_with_user, "endpoint-url": _url_with_user, "size": size},
)  # fmt: skip
SEMANTICS: Final[dict[str, Semantics]] = {"talos": TALOS, "idempotent": IDEMPOTENT}
