"""How each type of the table stands in a model: from its tree, to its tree, from what a user gives.

A form is planned once for each type. ``load`` takes the engines' canonical value and checks nothing; ``accept``
takes a user's value and raises ValueError; ``dump`` gives the tree of what a model holds, which may be a value
that nobody has checked yet (``list.append`` checks nothing), and reports to Faults.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from talosgen.config.codecs import ABSENT
from talosgen.config.decode import codec_for
from talosgen.config.engine import redactor
from talosgen.config.provenance import path_text
from talosgen.config.tree import copied
from talosgen.config.walk import opened
from talosgen.documents import values
from talosgen.errors import InputError, Problem
from talosgen.goyaml.scalars import Key, Timestamp
from talosgen.schema.table import TypeExpr, table

if TYPE_CHECKING:
    from talosgen.config.redact import Masking
    from talosgen.documents.model import Model

__all__ = ["MODELS", "Faults", "Form", "Slot", "accept_free", "conceal", "plan"]

#: The models by the names of their types in the table.
MODELS: Final[dict[str, type[Model]]] = {}

Steps = tuple[str | int, ...]
#: How deep free-form values may be nested, as in a text.
MAX_DEPTH: Final = 10_000


class Faults:
    """What is wrong with the values of a model."""

    __slots__ = ("problems",)

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def __call__(self, steps: Steps, message: str, remedy: str = "") -> None:
        self.problems.append(Problem(message, path=path_text(steps), remedy=remedy))


class Form(NamedTuple):
    """One type's form in a model. ``unset`` makes what reading gives where nothing is set."""

    load: Callable[[Any], Any]
    dump: Callable[[Any, Steps, Faults], Any]
    unset: Callable[[], Any]


class Slot(NamedTuple):
    """One field of a model: its attribute, its key, its form.

    ``zero``: the value of trees that is as good as none; ABSENT where there is no such. ``masking``: what hides
    its secrets. ``fresh``: whether reading it where it is unset makes a container, which may then be filled.
    """

    name: str
    key: str
    form: Form
    zero: Any
    masking: Masking | None
    fresh: bool


def bare(value: Any) -> Any:
    """The plain value of a leaf: what a subclass adds to str and int is for people."""
    if isinstance(value, str):
        return value if type(value) is str else str(value)
    if isinstance(value, int) and type(value) not in (int, bool):
        return int(value)
    return value


def leaf(cls: type, accept: Callable[[Any], Any], load: Callable[[Any], Any], zero: Any) -> Form:
    """The form of a leaf that models hold as ``cls``."""

    def dump(value: Any, steps: Steps, faults: Faults) -> Any:
        if type(value) is not cls or cls is int:
            try:
                value = accept(value)
            except ValueError as error:
                faults(steps, str(error))
                return ABSENT
        return bare(value)

    return Form(load, dump, lambda: zero)


def same(value: Any) -> Any:
    return value


_TEXTS: Final[dict[str, type[values.Text]]] = {
    "duration": values.Duration, "ip-addr": values.Address, "ip-prefix": values.Prefix,
    "ip-addrport": values.AddressPort, "hwaddr": values.HardwareAddress, "byte-size": values.ByteSize,
    "size": values.Size, "disk-size-matcher": values.SizeMatcher, "cel": values.Expression, "url": values.URL,
    "endpoint-url": values.URL, "base64": values.Base64, "base64-or-marker": values.Base64,
}  # fmt: skip


def _leaf(expr: TypeExpr, codec: Any) -> Form:
    name = codec.name
    if name == "enum-text":
        assert isinstance(expr, dict)
        return _enumeration(values.ENUMERATIONS[_behind_alias(expr["ref"])], codec.zero)
    if name in _TEXTS:
        cls = _TEXTS[name]
        # A pair of sizes, which a patch can leave behind, prints one of them.
        load = _load_size if cls is values.Size else cls.trusted
        return leaf(cls, cls, load, cls.trusted(codec.zero))
    if name in ("string", "named-string", "disk-type"):
        return leaf(str, values.accept_string, same, "")
    if name == "bool":
        return leaf(bool, values.accept_bool, same, False)
    if name in ("float32", "float64"):
        return leaf(float, values.accept_float, same, 0.0)
    if name == "octal-mode":
        return leaf(values.FileMode, values.accept_mode, values.FileMode, values.FileMode(0))
    if name == "disk-size":
        return leaf(int, values.accept_disk_size, same, 0)
    if name == "port-range":
        return leaf(object, values.accept_port_range, same, 0)
    if name == "arg-value":
        return leaf(object, values.accept_argument, copied, "")
    return leaf(int, values.whole(name), same, 0)


def _behind_alias(name: str) -> str:
    while (facts := table().facts(name))["kind"] == "alias":
        name = facts["of"]["ref"]
    return name


def _load_size(value: Any) -> Any:
    return values.Size.trusted(value if isinstance(value, str) else value.bytes)


def _enumeration(cls: type[values.Enumeration], zero: str) -> Form:
    members = {str(member): member for member in cls}

    def dump(value: Any, steps: Steps, faults: Faults) -> Any:
        try:
            return str(cls.accept(value))
        except ValueError as error:
            # The text of a number that has none, as Go prints it, was read and may be written.
            if value == zero:
                return zero
            faults(steps, str(error))
            return ABSENT

    return Form(lambda text: members.get(text, text), dump, lambda: members.get(zero))


def _struct(name: str) -> Form:
    def load(tree: Any) -> Any:
        return None if tree is None else MODELS[name].from_tree(tree)

    def dump(value: Any, steps: Steps, faults: Faults) -> Any:
        model = MODELS[name]
        if not isinstance(value, model):
            try:
                value = model.model_validate(value)
            except InputError as error:
                for problem in error.problems:
                    faults.problems.append(problem._replace(path=_joined(path_text(steps), problem.path)))
                return ABSENT
        return value._tree(steps, faults)

    return Form(load, dump, lambda: MODELS[name]())


def _joined(above: str, below: str) -> str:
    return f"{above}.{below}" if above and below and below[0] != "[" else above + below


def _list(item: Form) -> Form:
    load_item, dump_item = item.load, item.dump

    def dump(value: Any, steps: Steps, faults: Faults) -> Any:
        if not isinstance(value, (list, tuple)):
            faults(steps, "expected a list")
            return ABSENT
        dumped = (dump_item(part, (*steps, index), faults) for index, part in enumerate(value))
        return [part for part in dumped if part is not ABSENT]

    return Form(lambda tree: tree if tree is None else [load_item(part) for part in tree], dump, list)


def _map(item: Form) -> Form:
    load_item, dump_item = item.load, item.dump

    def dump(value: Any, steps: Steps, faults: Faults) -> Any:
        if not isinstance(value, dict):
            faults(steps, "expected a mapping")
            return ABSENT
        out = {}
        for key, part in value.items():
            if not isinstance(key, str):
                faults(steps, "expected a text as key")
                continue
            # A null that was read: an unset list or free-form value.
            dumped = part if part is None else dump_item(part, (*steps, key), faults)
            if dumped is not ABSENT:
                out[bare(key)] = dumped
        return out

    return Form(lambda tree: tree if tree is None else {key: load_item(part) for key, part in tree.items()}, dump, dict)


def accept_free(value: Any) -> Any:
    """A free-form value, copied: mappings, lists, texts, numbers, booleans, None. Raises ValueError."""
    holder: list[Any] = [value]
    work: list[tuple[Any, Any, int]] = [(holder, 0, 0)]
    while work:
        container, slot, depth = work.pop()
        item = container[slot]
        if isinstance(item, (dict, list, tuple)):
            # Also what holds itself ends here.
            if depth == MAX_DEPTH:
                raise ValueError(f"expected a value that is nested at most {MAX_DEPTH} deep")
            made: Any
            if isinstance(item, dict):
                container[slot] = made = {_free_key(key): part for key, part in item.items()}
                work.extend((made, key, depth + 1) for key in made)
            else:
                container[slot] = made = list(item)
                work.extend((made, index, depth + 1) for index in range(len(made)))
        elif item is None or isinstance(item, (str, int, float, Timestamp)):
            container[slot] = bare(item)
        else:
            raise ValueError("expected plain data: mappings, lists, texts, numbers, booleans, None")
    return holder[0]


def _free_key(key: Any) -> Any:
    if isinstance(key, (bool, float)):
        return Key(key)
    if isinstance(key, (str, int, Key)):
        return bare(key)
    raise ValueError("expected texts as keys")


def accept_object(value: Any) -> Any:
    """A free-form mapping with texts as keys. Raises ValueError."""
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise ValueError("expected a mapping with texts as keys")
    return accept_free(value)


def _free(accept: Callable[[Any], Any]) -> Form:
    def dump(value: Any, steps: Steps, faults: Faults) -> Any:
        try:
            return accept(value)
        except ValueError as error:
            faults(steps, str(error))
            return ABSENT

    return Form(copied, dump, dict)


def form(expr: TypeExpr) -> Form:
    """The form of a type."""
    if isinstance(expr, dict) and "ref" in expr and table().facts(expr["ref"]).get("codec") == "unstructured":
        return _free(accept_object)
    expr = opened(expr, table())
    if expr == "any":
        return _free(accept_free)
    codec = codec_for(expr, table())
    if codec is not None:
        return _leaf(expr, codec)
    name = table().struct_name(expr)
    if name is not None:
        return _struct(name)
    assert isinstance(expr, dict)
    if "list" in expr:
        return _list(form(expr["list"]))
    return _map(form(expr["map"][1]))


def plan(struct: str, names: dict[str, str]) -> list[Slot]:
    """The slots of a struct type's model in the order of trees; ``names`` are the attributes by their keys."""
    maskings = dict(redactor("all").struct(struct).plan or ())
    out = []
    for field in table().struct(struct).fields:
        pointer = isinstance(field.type, dict) and "ptr" in field.type
        codec = codec_for(field.type["ptr"] if pointer else field.type, table())  # type: ignore[index]
        is_struct = table().struct_name(field.type) is not None
        made = form(field.type)
        zero: Any = ABSENT
        if not pointer:
            zero = {} if is_struct else ABSENT if codec is None or codec.nillable else codec.zero
        elif codec is not None:
            # Unset is no value here, and differs from the zero.
            made = made._replace(unset=lambda: None)
        masking = None if is_struct else maskings.get(field.key)
        out.append(Slot(names[field.key], field.key, made, zero, masking, codec is None))
    return out


def conceal(value: Any, tree: Any, masked: Any) -> Any:
    """A value of a model with the texts hidden that a mask changes; ``tree`` and ``masked`` are of its form."""
    holder: list[Any] = [value]
    work: list[tuple[Any, Any, Any, Any]] = [(holder, 0, tree, masked)]
    while work:
        container, slot, plain, mask = work.pop()
        if plain is mask:
            continue
        item = container[slot]
        if isinstance(plain, dict) and isinstance(mask, dict):
            # A part has hidden its own.
            if isinstance(item, dict):
                work.extend((item, key, plain[key], mask[key]) for key in plain)
        elif isinstance(plain, list) and isinstance(mask, list):
            work.extend((item, index, plain[index], mask[index]) for index in range(len(plain)))
        elif isinstance(item, values.URL):
            container[slot] = values.SecretURL.trusted(str(item))
        elif isinstance(item, values.Base64):
            container[slot] = values.SecretBase64.trusted(str(item))
        elif isinstance(item, str):
            container[slot] = values.SecretText(item)
    return holder[0]
