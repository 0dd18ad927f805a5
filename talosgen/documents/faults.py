"""Pydantic's errors rebuilt as problems: the path in YAML's keys, what was expected, the nearest name; no value."""

from __future__ import annotations

from collections.abc import Sequence
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin

from talosgen.config.located import Mapping, spans, written_at
from talosgen.config.provenance import path_text
from talosgen.errors import Problem, nearest

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError

__all__ = ["UNKNOWN", "placed", "problems", "unknown"]

#: How the message about a field that a model does not have begins.
UNKNOWN = "unknown field"
_EXPECTED = {
    "bool_type": "expected true or false",
    "dict_type": "expected a mapping",
    "int_type": "expected a whole number",
    "list_type": "expected a list",
    "invalid_key": "expected a text as key",
    "missing": "it is missing",
    "json_invalid": "expected JSON",
    "string_type": "expected a text",
}


def problems(error: ValidationError, model: type[BaseModel], *, yaml: bool = False) -> list[Problem]:
    """The problems of a validation error of ``model``, in its order; with ``yaml`` fields are called by their keys."""
    return [_problem(found, model, yaml) for found in error.errors(include_url=False, include_input=False)]


def placed(error: ValidationError, model: type[BaseModel], tree: Mapping) -> list[Problem]:
    """The same, each in its place in the tree that was validated; of an unknown key that of the key.

    What may have one of several forms has one problem, or those of the form that it comes nearest to.
    """
    places = spans(tree)
    forms: dict[tuple[Any, ...], list[Problem]] = {}
    for raw, problem in zip(
        error.errors(include_url=False, include_input=False), problems(error, model, yaml=True), strict=True
    ):
        key = str(raw["loc"][-1])
        if raw["type"] == "extra_forbidden":
            problem = problem._replace(path=f"{problem.path}.{key}" if problem.path else key)
        elif raw["type"] == "model_type":
            problem = problem._replace(message=_EXPECTED["dict_type"])
        elif raw["type"] == "string_pattern_mismatch":
            # The one pattern that parts of projects have.
            remedy = "use lower-case letters, digits and hyphens, at most 63"
            problem = problem._replace(message="expected a DNS label", remedy=remedy)
        choice = _steps(raw["loc"], model)[2]
        forms.setdefault(raw["loc"] if choice is None else choice, []).append(problem)
    found = [problem for several in forms.values() for problem in _nearest(several)]
    return [problem._replace(place=written_at(places, problem.path, tree.span)) for problem in found]


def _nearest(several: list[Problem]) -> list[Problem]:
    """Of the problems with each form that a value may have those that lie deepest; those of the value itself as one."""
    shortest = min(len(problem.path) for problem in several)
    deeper = [problem for problem in several if len(problem.path) > shortest]
    if deeper or len(several) == 1:
        return deeper or several
    expected = dict.fromkeys(problem.message.removeprefix("expected ") for problem in several)
    return [several[0]._replace(message=f"expected {' or '.join(expected)}")]


def unknown(name: str, steps: Sequence[str | int], model: type[BaseModel], *, keys: bool = True) -> Problem:
    """The problem of a field that a model, at the end of a path, does not have; with ``keys`` they would do as well."""
    by_key = _by_key(model)
    names = list(by_key.values())
    if name in by_key:
        return _unknown(name, steps, names, by_key[name])
    return _unknown(name, steps, names, nearest(name, [*names, *by_key] if keys else names))


def _by_key(model: type[BaseModel]) -> dict[str, str]:
    """The names of a model's fields by their keys in YAML."""
    return {field.alias or title: title for title, field in model.model_fields.items()}


def _unknown(name: str, steps: Sequence[str | int], names: list[str], near: str = "") -> Problem:
    near = near or nearest(name, names)
    remedy = f'did you mean "{near}"?' if near else "known: " + ", ".join(names)
    return Problem(f'{UNKNOWN} "{name[:80]}"', path=path_text(steps), remedy=remedy)


def _problem(found: Any, model: type[BaseModel], yaml: bool) -> Problem:
    steps, inner, _ = _steps(found["loc"], model)
    kind = found["type"]
    path = path_text(steps)
    if kind == "extra_forbidden":
        if yaml:
            return _unknown(str(steps[-1]), steps[:-1], [*_by_key(inner or model)])
        return unknown(str(steps[-1]), steps[:-1], inner or model)
    if kind == "value_error":
        return Problem(str(found["ctx"]["error"]), path=path)
    if kind == "literal_error":
        return Problem(f"expected {found['ctx']['expected']}", path=path)
    if kind == "model_type":
        return Problem(f"expected a mapping or a {found['ctx']['class_name']}", path=path)
    return Problem(_EXPECTED.get(kind, "expected another value"), path=path)


def _steps(
    location: tuple[Any, ...], model: type[BaseModel]
) -> tuple[list[str | int], type[BaseModel] | None, tuple[Any, ...] | None]:
    """A location in YAML's keys, the model of its last step, and the location of a value of several forms."""
    steps: list[str | int] = []
    holder: type[BaseModel] | None = None
    choice: tuple[Any, ...] | None = None
    annotation: Any = model
    for index, step in enumerate(location):
        if step == "[key]":
            continue
        forms = _forms(annotation)
        if len(forms) > 1:
            # The step names the form that was tried.
            choice = location[:index] if choice is None else choice
            annotation = next((form for form in forms if _named(form, str(step))), None)
            continue
        annotation = forms[0]
        fields = getattr(annotation, "model_fields", None)
        holder = None if fields is None else annotation
        if fields is not None:
            field = next((field for name, field in fields.items() if step in (name, field.alias)), None)
            annotation = None if field is None else field.annotation
            steps.append(str(step) if field is None else field.alias or step)
        else:
            origin, inner = get_origin(annotation), get_args(annotation)
            steps.append(str(step) if origin is dict else step)
            annotation = inner[-1] if origin in (list, dict) else None
    return steps, holder, choice


def _forms(annotation: Any) -> list[Any]:
    """The types that an annotation allows beside None, without what stands around them."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (Union, UnionType):
        return [form for each in get_args(annotation) if each is not NoneType for form in _forms(each)]
    return [annotation]


def _named(form: Any, step: str) -> bool:
    return step.startswith(getattr(get_origin(form) or form, "__name__", "?"))
