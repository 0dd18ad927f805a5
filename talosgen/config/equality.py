"""When two values of trees are the same: by type and content, whatever the order of a mapping's keys."""

from __future__ import annotations

from typing import Any

__all__ = ["difference", "fingerprint", "same"]


def fingerprint(value: Any) -> Any:
    """What two values share exactly when they are the same; hashable. An own stack: depth is the input's."""
    if not isinstance(value, (dict, list)):
        return _leaf(value)
    out: list[Any] = []
    work: list[Any] = [value]
    while work:
        item = work.pop()
        if isinstance(item, dict):
            out.append((dict, len(item)))
            for key in sorted(item, key=_order, reverse=True):
                work.append(item[key])
                work.append(_Key(key))
        elif isinstance(item, list):
            out.append((list, len(item)))
            work.extend(reversed(item))
        elif type(item) is _Key:
            out.append(_leaf(item.value))
        else:
            out.append(_leaf(item))
    return tuple(out)


class _Key:
    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


def _order(key: Any) -> tuple[str, str]:
    return type(key).__name__, str(key)


def _leaf(value: Any) -> Any:
    # A boolean is no number here, and a number that is none is itself.
    return (type(value), repr(value)) if isinstance(value, float) else (type(value), value)


def same(left: Any, right: Any) -> bool:
    """Whether two values are the same."""
    return left is right or fingerprint(left) == fingerprint(right)


def difference(left: Any, right: Any, *, unset_is_empty: bool = False) -> tuple[str | int, ...] | None:
    """The steps to the first place at which two values differ; None when they are the same.

    ``unset_is_empty``: a key with an empty list, mapping or text is as good as none.
    """
    work: list[tuple[tuple[str | int, ...], Any, Any]] = [((), left, right)]
    while work:
        path, old, new = work.pop()
        if old is new:
            continue
        if isinstance(old, dict) and isinstance(new, dict):
            for key in (*old, *new):
                if (key in old) != (key in new):
                    value = old.get(key, new.get(key))
                    if not unset_is_empty or not isinstance(value, (dict, list, str)) or value:
                        return (*path, key)
            work.extend(((*path, key), old[key], new[key]) for key in reversed(old) if key in new)
        elif isinstance(old, list) and isinstance(new, list):
            if len(old) != len(new):
                return (*path, min(len(old), len(new)))
            work.extend(((*path, index), old[index], new[index]) for index in reversed(range(len(old))))
        elif _leaf(old) != _leaf(new):
            return path
    return None
