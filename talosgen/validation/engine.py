"""The walk: every document is visited by the rules of its types, then the set by its own.

The engine knows no rule and no field. What it visits is planned once for each struct type of the table: only fields
below which some rule is registered.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from talosgen.config.container import Container, Document
from talosgen.errors import InputError, Problem
from talosgen.schema.table import Table, TypeExpr, table
from talosgen.source import Span
from talosgen.validation.families import load
from talosgen.validation.place import Places
from talosgen.validation.rule import TALOS, At, Context, Finding, Mode, Rules, Step, StructRule, Tree

__all__ = ["can_be_stated", "findings", "problems", "validate", "walk"]


def validate(container: Container, mode: Mode, *, strict: bool = False, release: str = "") -> list[Problem]:
    """What Talos v1.14.1 would say of a config that is to run in ``mode``, in the order of the documents.

    ``strict`` makes errors of the legacy document's warnings, as Talos does. An empty list, or one of warnings only,
    means that the node would take the config. ``release``: a version from v1.5 to v1.14 whose verdict is wanted; what
    it does not know or want is found as well, and images that do not fit it. Raises InputError for another version.
    """
    return problems(container, findings(container, mode, strict=strict, release=release))


def can_be_stated(version: str) -> bool:
    """Whether ``validate`` knows the verdict of a release."""
    from talosgen.validation.release import stated

    try:
        stated(version)
    except InputError:
        return False
    return True


def findings(container: Container, mode: Mode, *, strict: bool = False, release: str = "") -> list[Finding]:
    """The findings behind ``validate``: each knows its document and the steps of its path."""
    load()
    context = Context(container, mode)
    if release:
        from talosgen.validation.images import images
        from talosgen.validation.release import deprecated, known, stated

        context = Context(container, mode, release=stated(release))
        context.container = known(context, release)
        deprecated(context)
        images(context)
    walk(context, TALOS)
    found = list(context.found)
    if strict:
        found = [_stricter(finding) for finding in found]
    return found


def walk(context: Context, rules: Rules) -> None:
    """Ask all rules about all documents of known kinds; what they find the context has."""
    for document in context.container:
        if not document.known:
            continue
        _visit(_plan(document.kind.type, document.kind.name, rules), document.tree, context.at(document))
    for across in rules.of_the_set:
        across(context)


def problems(
    container: Container,
    found: list[Finding],
    locate: Callable[[Document, tuple[Step, ...]], tuple[Span | None, str]] | None = None,
) -> list[Problem]:
    """Findings as problems, each with its place in the text, in the order of the documents.

    ``locate`` gives the place of what stands in a document, and the layer that set it; else the text that the
    documents were read from has it.
    """
    places = Places()
    order = {id(document): index for index, document in enumerate(container)}
    # What no document is at fault for is the text's as a whole.
    whole = next((Span(document.source) for document in container if document.source), None)
    out: list[tuple[int, Span, Problem]] = []
    for finding in found:
        layer = ""
        if finding.document is None:
            place = whole
        elif locate is None:
            place = places.of(finding.document, finding.steps)
        else:
            place, layer = locate(finding.document, finding.steps)
        problem = Problem(finding.message, place, finding.path, finding.remedy, finding.severity, finding.code, layer)
        out.append((order.get(id(finding.document), len(order)), place or Span(""), problem))
    # The order of equals is that of the rules.
    out.sort(key=lambda entry: (entry[0], entry[1]))
    return [entry[2] for entry in out]


def _stricter(finding: Finding) -> Finding:
    # Strictness reaches the legacy document only (Talos v1.14.1).
    if finding.severity != "warning" or finding.document is None or not finding.document.kind.legacy:
        return finding
    return finding._replace(severity="error")


class _Plan:
    """The rules of one type, and the fields that lead to further ones."""

    __slots__ = ("fields", "rules")

    def __init__(self, rules: list[StructRule]) -> None:
        self.rules = rules
        self.fields: list[_Branch] = []


class _Branch(NamedTuple):
    key: str
    plan: _Plan
    # How the structs are wrapped: "" one of them, "list", "map".
    wrapping: str


def _visit(plan: _Plan, tree: Tree, at: At) -> None:
    """Call the rules of a value and of what is below it. As deep as the types are nested."""
    for rule in plan.rules:
        if rule(tree, at):
            return
    for key, below, wrapping in plan.fields:
        value: Any = tree.get(key)
        if not value and wrapping:
            continue
        if value is None:
            continue
        if not wrapping:
            _visit(below, value, at.below(key))
        elif wrapping == "list":
            for index, item in enumerate(value):
                _visit(below, item, at.below(key, index))
        else:
            for name, item in value.items():
                if item is not None:
                    _visit(below, item, at.below(key, name))


@cache
def _plan(struct: str, kind: str, rules: Rules) -> _Plan:
    """The plan of a document: the rules of its type and of its kind."""
    own = _plans(rules)(struct)
    extra = rules.of(kind)
    if not extra:
        return own
    plan = _Plan([*own.rules, *extra])
    plan.fields = own.fields
    return plan


@cache
def _plans(rules: Rules) -> _Planner:
    return _Planner(table(), rules)


class _Planner:
    """Makes the plans of struct types, each once."""

    def __init__(self, facts: Table, rules: Rules) -> None:
        self._table = facts
        self._rules = rules
        self._made: dict[str, _Plan] = {}

    def __call__(self, struct: str) -> _Plan:
        plan = self._made.get(struct)
        if plan is not None:
            return plan
        plan = self._made[struct] = _Plan(self._rules.of(struct))
        for field in self._table.struct(struct).fields:
            name, wrapping = self._reached(field.type)
            if name:
                below = self(name)
                if below.rules or below.fields:
                    plan.fields.append(_Branch(field.key, below, wrapping))
        return plan

    def _reached(self, expr: TypeExpr, wrapping: str = "") -> tuple[str, str]:
        """The struct that a field's type leads to, and how it is wrapped; an empty name for none."""
        while isinstance(expr, dict):
            if "ptr" in expr:
                expr = expr["ptr"]
                continue
            if "list" in expr or "map" in expr:
                if wrapping:
                    return "", ""
                wrapping = "list" if "list" in expr else "map"
                expr = expr["list"] if "list" in expr else expr["map"][1]
                continue
            name: str = expr.get("ref") or expr["ext"]
            if self._table.is_struct(name):
                return name, wrapping
            if "ext" in expr:
                return "", ""
            facts = self._table.facts(name)
            if facts.get("codec", "inline-manifests") != "inline-manifests" or "of" not in facts:
                return "", ""
            expr = facts["of"] if facts["kind"] == "alias" else {facts["kind"]: facts["of"]}
        return "", ""
