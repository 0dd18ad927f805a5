"""What all models of documents and their parts share.

A model holds what was set. What was not reads as it does in Talos: a text as ``""``, a number as 0, a value for
which unset differs from that as None, a part as an empty one that can be filled, so that
``config.machine.install.disk = "/dev/vda"`` needs no parts made first. Assigning None, or ``del``, unsets.
"""

from __future__ import annotations

import reprlib
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from talosgen.config.codecs import ABSENT
from talosgen.config.container import Document as TreeDocument
from talosgen.config.decode import Faults as DecodeFaults
from talosgen.config.engine import decoder, encoder, sparse_encoder
from talosgen.config.equality import same
from talosgen.config.loader import load
from talosgen.config.redact import redact
from talosgen.documents.faults import problems, unknown
from talosgen.documents.plan import MODELS, Faults, Slot, Steps, conceal, plan
from talosgen.errors import InputError, Problem
from talosgen.goyaml.reader import read
from talosgen.schema.table import Kind, table
from talosgen.source import Span

__all__ = ["Document", "Model", "key"]

#: Fields that say which document this is; they stand there without being set.
_META = {"apiVersion": "v1alpha1", "version": "v1alpha1"}


def key(name: str) -> Any:
    """A field with its key in YAML; it may be left out."""
    # The default never shows: what is unset is taken out again, and read as the table says.
    return Field(default_factory=_unset, alias=name)


def _unset() -> None:
    return None


class Model(BaseModel):
    """A part of a document. Fields are set by their names or by their keys.

    ``to_tree`` and ``to_yaml`` are its plain forms; pydantic's own dumps know nothing of parts that were filled.
    """

    model_config = ConfigDict(
        extra="forbid",
        populate_by_name=True,
        validate_assignment=True,
        hide_input_in_errors=True,
        defer_build=True,
        arbitrary_types_allowed=False,
        protected_namespaces=(),
    )

    #: The name of the type in the table.
    talos_type: ClassVar[str] = ""

    def __init__(self, /, **data: Any) -> None:
        """Raises InputError with all that is wrong: unknown names, values that Talos would not take."""
        try:
            super().__init__(**data)
            return
        except ValidationError as error:
            found = problems(error, type(self))
        # Outside of the handler: the error of pydantic knows the values.
        raise InputError(found)

    # Parts are validated without a call of this, so that one error holds all faults with their whole paths.
    __init__.__pydantic_base_init__ = True  # type: ignore[attr-defined]

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        if cls.talos_type and "talos_type" in cls.__dict__:
            MODELS[cls.talos_type] = cls

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, data: Any) -> Any:
        # As in YAML, null leaves a field as it was: unset.
        return {name: value for name, value in data.items() if value is not None} if isinstance(data, dict) else data

    def model_post_init(self, context: Any, /) -> None:
        held = self.__dict__
        for name in held.keys() - self.__pydantic_fields_set__:
            del held[name]
        self._conceal(held)

    def _conceal(self, names: Any) -> None:
        """Hide the secrets that only a mask can find, in free-form values and URLs."""
        held = self.__dict__
        for slot in slots(type(self)).values():
            if slot.masking is not None and slot.name in names and slot.name in held:
                tree = slot.form.dump(held[slot.name], (), Faults())
                if tree is not ABSENT and (masked := slot.masking(tree)) is not tree:
                    held[slot.name] = conceal(held[slot.name], tree, masked)

    @classmethod
    def model_validate(cls, obj: Any, **options: Any) -> Self:
        """The model of a mapping, by names or keys. Raises InputError."""
        try:
            return super().model_validate(obj, **options)
        except ValidationError as error:
            found = problems(error, cls)
        raise InputError(found)

    @classmethod
    def model_validate_json(cls, json_data: str | bytes | bytearray, **options: Any) -> Self:
        """The model of a JSON text, by names or keys. Raises InputError."""
        try:
            return super().model_validate_json(json_data, **options)
        except ValidationError as error:
            found = problems(error, cls)
        raise InputError(found)

    @classmethod
    def model_validate_strings(cls, obj: Any, **options: Any) -> Self:
        """The model of a mapping of texts, by names or keys. Raises InputError."""
        try:
            return super().model_validate_strings(obj, **options)
        except ValidationError as error:
            found = problems(error, cls)
        raise InputError(found)

    def model_dump(self, **options: Any) -> dict[str, Any]:
        """What is set, as pydantic dumps it; secrets are in it. Raises InputError for values put in unchecked."""
        self.to_tree()
        # Pydantic's own warnings would tell the values.
        return super().model_dump(**options | {"warnings": False})

    def model_dump_json(self, **options: Any) -> str:
        """What is set, as JSON; secrets are in it. Raises InputError for values put in unchecked."""
        self.to_tree()
        return super().model_dump_json(**options | {"warnings": False})

    @classmethod
    def from_tree(cls, tree: dict[str, Any]) -> Self:
        """The model of a tree as the engines hold it; nothing is checked, and the tree is not shared."""
        model = cls.__new__(cls)
        held: dict[str, Any] = {}
        for slot in slots(cls).values():
            if slot.key in tree:
                value = tree[slot.key]
                loaded = slot.form.load(value)
                if slot.masking is not None and (masked := slot.masking(value)) is not value:
                    loaded = conceal(loaded, value, masked)
                held[slot.name] = loaded
        setting = object.__setattr__
        setting(model, "__dict__", held)
        setting(model, "__pydantic_fields_set__", set(held))
        setting(model, "__pydantic_extra__", None)
        setting(model, "__pydantic_private__", None)
        return model

    def to_tree(self) -> dict[str, Any]:
        """The tree of what is set, in the order of the schema. Raises InputError for values put in unchecked."""
        faults = Faults()
        tree = self._tree((), faults)
        if faults.problems:
            raise InputError(faults.problems)
        return tree

    def _tree(self, steps: Steps, faults: Faults, constants: bool = True) -> dict[str, Any]:
        held = self.__dict__
        chosen = self.__pydantic_fields_set__
        tree: dict[str, Any] = {}
        for slot in slots(type(self)).values():
            value = held.get(slot.name, ABSENT)
            if value is ABSENT or value is None:
                continue
            dumped = slot.form.dump(value, (*steps, slot.key), faults)
            # A container that reading made counts once something was put in.
            if dumped is ABSENT or (slot.name not in chosen and (not dumped if slot.fresh else not constants)):
                continue
            if slot.zero is ABSENT or dumped != slot.zero:
                tree[slot.key] = dumped
        return tree

    def to_yaml(self) -> str:
        """The text that Talos v1.14.1 writes for this, comments off. Raises InputError."""
        return encoder().text(self.talos_type, self.to_tree())

    @classmethod
    def load(cls, text: str | bytes, source: str = "<text>") -> Self:
        """The model of a YAML text; ``source`` names it in messages. Raises InputError with every fault."""
        roots = read(text, source)
        if len(roots) != 1:
            raise InputError(Problem("expected one document", Span(source)))
        faults = DecodeFaults(source)
        tree = decoder().root(cls.talos_type)(roots[0], faults)
        if found := faults.problems(roots[0]):
            raise InputError(found)
        return cls.from_tree({} if tree is ABSENT else tree)

    @property
    def model_fields_set(self) -> set[str]:
        """The names of the fields that are set, also by filling a part that was read."""
        tree = self._tree((), Faults())
        return {slot.name for slot in slots(type(self)).values() if slot.key in tree}

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        return same(self.to_tree(), other.to_tree())

    __hash__ = None  # type: ignore[assignment]

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            slot = slots(type(self)).get(name)
            if slot is None:
                return super().__getattr__(name)
            value = slot.form.unset()
            return self.__dict__.setdefault(name, value) if slot.fresh else value

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in slots(type(self)):
            if name[:1] != "_":
                raise InputError(unknown(name, (), type(self), keys=False))
            super().__setattr__(name, value)
            return
        if value is None:
            self.__delattr__(name)
            return
        try:
            super().__setattr__(name, value)
            self._conceal((name,))
            return
        except ValidationError as error:
            found = problems(error, type(self))
        raise InputError(found)

    def __delattr__(self, name: str) -> None:
        if name not in slots(type(self)):
            super().__delattr__(name)
            return
        self.__dict__.pop(name, None)
        self.__pydantic_fields_set__.discard(name)

    def __repr_args__(self) -> Any:
        # What may be shown is the redacted tree's: no other list of secrets, and none can be forgotten.
        tree = redact(self._tree((), Faults()), self.talos_type, "all")
        shown = type(self).from_tree(tree)
        return [(name, _Bounded(value)) for name, value in shown.__dict__.items()]


class _Bounded:
    """Shows a value to some depth: free-form ones may be nested deeper than Python can print."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __repr__(self) -> str:
        if isinstance(self.value, Model):
            return repr(self.value)
        if isinstance(self.value, list) and any(isinstance(item, Model) for item in self.value):
            return f"[{', '.join(map(repr, self.value))}]"
        short = reprlib.Repr()
        short.maxstring = short.maxother = short.maxlong = 200
        short.maxlist = short.maxdict = 20
        return short.repr(self.value)


class Document(Model):
    """A whole document. Built without ``apiVersion`` and ``kind``, which its class says."""

    def model_post_init(self, context: Any, /) -> None:
        super().model_post_init(context)
        for slot in slots(type(self)).values():
            if slot.key in ("apiVersion", "kind", "version"):
                self.__dict__.setdefault(slot.name, _META.get(slot.key, self.talos_kind().name))

    @classmethod
    def talos_kind(cls) -> Kind:
        """The kind's facts in the table."""
        return kinds()[cls.talos_type]

    @classmethod
    def load(cls, text: str | bytes, source: str = "<text>") -> Self:
        """The document that a YAML text holds; ``source`` names it in messages. Raises InputError with every fault."""
        documents = load(text, source).documents
        kind = cls.talos_kind()
        if len(documents) != 1 or documents[0].kind.type != cls.talos_type:
            raise InputError(Problem(f"expected one document, of the kind {kind.name}", Span(source)))
        return cls.from_tree(documents[0].tree)

    def to_document(self) -> TreeDocument:
        """The document as the engines hold it. Raises InputError."""
        return TreeDocument(self.talos_kind(), self.to_tree())

    def to_patch(self) -> str:
        """The text of a strategic merge patch that sets what is set here, and nothing else. Raises InputError."""
        faults = Faults()
        tree = self._tree((), faults, constants=False)
        if faults.problems:
            raise InputError(faults.problems)
        kind = self.talos_kind()
        if not kind.legacy:
            tree = {"apiVersion": kind.api_version, "kind": kind.name, **tree}
        return sparse_encoder().text(self.talos_type, tree)


@cache
def kinds() -> dict[str, Kind]:
    """The kinds of the table by the names of their types."""
    return {kind.type: kind for kind in table().kinds.values()}


@cache
def slots(model: type[Model]) -> dict[str, Slot]:
    """The slots of a model by its attributes."""
    if not model.talos_type:
        return {}
    names = {field.alias or name: name for name, field in model.model_fields.items()}
    return {slot.name: slot for slot in plan(model.talos_type, names)}
