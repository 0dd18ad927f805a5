"""What single types do when they merge: keyed lists, URLs, sizes, free-form objects (Talos v1.14.1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from talosgen.config.codecs.quantity import Sizes
from talosgen.config.codecs.url import URL
from talosgen.goyaml.scalars import Timestamp

__all__ = ["LIST_MERGERS", "VALUE_MERGERS", "MergeError", "free_form"]

#: Merges two elements of a list.
_Element = Callable[[dict[str, Any], dict[str, Any]], dict[str, Any]]
_Find = Callable[[list[Any], dict[str, Any]], int | None]


class MergeError(Exception):
    """A value of a patch that cannot be merged. ``path`` is where, from the outside in."""

    def __init__(self, message: str, remedy: str = "", path: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.path = path

    def below(self, key: str) -> MergeError:
        return MergeError(self.message, self.remedy, (key, *self.path))


def _first(elements: list[Any], field: str, value: Any) -> int | None:
    for index, element in enumerate(elements):
        if element.get(field, type(value)()) == value:
            return index
    return None


def _by(field: str, zero: Any) -> _Find:
    return lambda elements, element: _first(elements, field, element.get(field, zero))


def _interface(elements: list[Any], element: dict[str, Any]) -> int | None:
    name = element.get("interface", "")
    if name:
        return _first(elements, "interface", name)
    selector = element.get("deviceSelector")
    # Selectors are compared with the address of `physical`: set on either side, they differ.
    if selector is None or "physical" in selector:
        return None
    for index, other in enumerate(elements):
        if other.get("deviceSelector") == selector:
            return index
    return None


def _keyed(find: _Find) -> Callable[[_Element], Callable[[Any, Any], Any]]:
    def make(merge: _Element) -> Callable[[Any, Any], Any]:
        def merge_lists(left: list[Any], right: list[Any]) -> list[Any]:
            out = list(left)
            for element in right:
                index = find(out, element)
                if index is None:
                    out.append(element)
                else:
                    try:
                        out[index] = merge(out[index], element)
                    except MergeError as error:
                        raise error.below(f"[{index}]") from None
            return out

        return merge_lists

    return make


def _image_rules(merge: _Element) -> Callable[[Any, Any], Any]:
    def merge_rules(left: list[Any], right: list[Any]) -> list[Any]:
        out = list(left)
        # Of equal patterns the last counts; what the patch adds is not looked at.
        places = {rule.get("image", ""): index for index, rule in enumerate(left)}
        for rule in right:
            index = places.get(rule.get("image", ""))
            if index is None:
                out.append(rule)
            else:
                out[index] = rule
        return out

    return merge_rules


#: Lists whose elements have a key, by the name of their type.
LIST_MERGERS: Final = {
    "v1alpha1.NetworkDeviceList": _keyed(_interface),
    "v1alpha1.VlanList": _keyed(_by("vlanId", 0)),
    "v1alpha1.AdmissionPluginConfigList": _keyed(_by("name", "")),
    "extensions.ConfigFileList": _keyed(_by("mountPath", "")),
    "security.ImageVerificationRules": _image_rules,
}


def _matcher(left: str, right: str) -> str:
    raise MergeError("a size that is set cannot be changed", "delete it with $patch: delete, then set it anew")


def _size(left: Any, right: Any) -> Any:
    """A percentage and a number of bytes stand side by side; a patch sets the one that it uses."""
    before = left if isinstance(left, Sizes) else Sizes.of(left)
    after = right if isinstance(right, Sizes) else Sizes.of(right)
    return Sizes(after.percent or before.percent, after.bytes or before.bytes).single()


def _url(left: str, right: str) -> str:
    """Each part of a URL that the patch's has, over the base's (Talos merges the parsed form)."""
    before, after = URL.parse(left), URL.parse(right)
    if before.user is not None and after.user is not None:
        raise MergeError(
            "user information in a URL cannot be merged", "delete the URL with $patch: delete, then set it"
        )
    return str(before.overlaid(after))


#: Leaves that are not simply replaced, by the name of their codec.
VALUE_MERGERS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "url": _url,
    "endpoint-url": _url,
    "disk-size-matcher": _matcher,
    "size": _size,
}


def _kind(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping" if all(isinstance(key, str) for key in value) else "a mapping with other keys than texts"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, int):
        return "an integer" if value < 2**63 else "a large integer"
    names: dict[type, str] = {list: "a list", str: "a text", float: "a fraction", Timestamp: "a timestamp"}
    return names.get(type(value), "null")


def free_form(left: Any, right: Any) -> Any:
    """Two values of a free-form object: mappings merge, lists append, an empty scalar keeps the base's.

    What the patch does not name is shared with the base. A stack of our own: depth is the input's.
    """
    holder: list[Any] = [left]
    work: list[tuple[Any, Any, tuple[str, ...]]] = [(holder, 0, ())]
    values = [right]
    while work:
        container, slot, path = work.pop()
        before, after = container[slot], values.pop()
        try:
            merged = _one_level(before, after)
        except MergeError as error:
            raise MergeError(error.message, error.remedy, path) from None
        container[slot] = merged
        if isinstance(before, dict) and isinstance(after, dict):
            for key, value in after.items():
                if key in before:
                    work.append((merged, key, (*path, str(key))) if len(path) < 16 else (merged, key, path))
                    values.append(value)
    return holder[0]


def _one_level(left: Any, right: Any) -> Any:
    if left is None:
        return right
    if right is None:
        raise MergeError("null cannot be merged over a value", "delete it with $patch: delete")
    kind, other = _kind(left), _kind(right)
    if kind != other:
        raise MergeError(f"{other} cannot be merged over {kind}")
    if isinstance(left, dict):
        return {**left, **{key: value for key, value in right.items() if key not in left}}
    if isinstance(left, list):
        return [*left, *right] if right else left
    if isinstance(right, bool):
        return right
    return right or left
