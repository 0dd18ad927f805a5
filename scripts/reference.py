"""Write the pages of the reference, docs/reference/: one for each kind of document, and an index by family.

    python scripts/reference.py [FOLDER]

All facts come from the package's table and from ``descriptions.py``, the examples from docs/examples/.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from descriptions import MODULES, description
from documents import VALUES, family

from talosgen.documents import values
from talosgen.schema import Entry, entries, wording
from talosgen.schema.facts import fields_of
from talosgen.schema.table import NEWEST, Field, Kind, TypeExpr, matrix, table

DOCS = Path(__file__).resolve().parents[1] / "docs"
TABLE = table()

# Longer enumerations are told by their ends.
LONGEST_LIST = 16
# Types that are no class of talosgen.documents.values, and those whose class tells less.
TYPES = {
    "any": "Whatever YAML holds.",
    "arg-value": "The value of an argument: a text, or a list of texts, which repeats the argument.",
    "base64": "Bytes in base64.",
    "bool": "`true` or `false`.",
    "disk-size": "A number of bytes, or a text such as `10GB`.",
    "disk-size-matcher": "A size with an operator in front: `>= 100GB`.",
    "disk-type": "`ssd`, `hdd`, `nvme` or `sd`.",
    "enum": "One of the listed texts.",
    "object": "A mapping with the fields that are listed below it.",
    "octal-mode": "The mode of a file, in octal digits: `0o644`.",
    "pem-cert": "A mapping with `crt`: a certificate, PEM in base64.",
    "pem-cert-key": "A mapping with `crt` and `key`: a certificate and its key, PEM in base64.",
    "pem-key": "A mapping with `key`: a private key, PEM in base64.",
    "port-range": "A port, or a range of them: `8000-8080`.",
    "string": "A text.",
    "unstructured": "A mapping that Talos hands on: what may stand in it, another system says.",
}
RELEASES = "v1.5 to v" + NEWEST


def prose(text: str) -> str:
    """A description as Markdown has it."""
    return text.replace("``", "`")


def anchor(path: str) -> str:
    """The name of a section in its page; paths that differ give names that differ."""
    return path.replace("[]", "").replace(".*", "")


def innermost(expr: TypeExpr) -> str | None:
    """The struct of a type, of its items or of its values."""
    expr = TABLE.opened(expr)
    while isinstance(expr, dict) and ("list" in expr or "map" in expr):
        expr = TABLE.opened(expr["list"] if "list" in expr else expr["map"][1])
    return TABLE.struct_name(expr)


def within(field: Field, path: str) -> tuple[str, str] | None:
    """The path of what is inside a field with fields of its own, and the struct that it is; None for other fields."""
    struct = innermost(field.type)
    if struct is None:
        return None
    expr = TABLE.opened(field.type)
    while isinstance(expr, dict) and ("list" in expr or "map" in expr):
        path += "[]" if "list" in expr else ".*"
        expr = TABLE.opened(expr["list"] if "list" in expr else expr["map"][1])
    return path, struct


def typed(found: Entry, inside: str) -> str:
    """The cell of a type: without the texts of an enumeration, with a link to what is inside."""
    name = f"`{re.sub(r'[(].*[)]', '', found.type)}`"
    return f"[{name}](#{anchor(inside)})" if inside else name


def texts(listed: tuple[str, ...]) -> str:
    """The texts of an enumeration."""
    if len(listed) > LONGEST_LIST:
        return f"{len(listed)} texts from `{listed[0]}` to `{listed[-1]}`"
    return ", ".join(f"`{text}`" for text in listed)


def linked(name: str) -> str:
    """What replaces something: a kind with a page, or a path."""
    return f"[{name}]({name}.md)" if name in TABLE.kinds else f"`{name}`"


def notes(found: Entry, struct: str, field: Field, name_field: str) -> str:
    """The last cell of a row: what the field is, and what else is to be said of it."""
    inner = innermost(field.type)
    what = description(struct, field.key) or (description(inner, "") if inner else "")
    if not what and found.path == name_field:
        what = "The name; it tells documents of this kind apart."
    parts = [prose(what)]
    if found.required:
        parts.append("Required.")
    if found.values:
        parts.append(f"One of {texts(found.values)}.")
    elif found.enum:
        parts.append(f"Documented: {texts(found.enum)}; others are taken.")
    if found.default is not None:
        parts.append(f"Default: `{json.dumps(found.default, ensure_ascii=False)}`.")
    if found.deprecated:
        along = f" with `{found.deprecated_with}`" if found.deprecated_with else ""
        use = f"; see {' and '.join(map(linked, found.replaced_by))}" if found.replaced_by else ""
        parts.append(f"**Deprecated** since v{found.deprecated}{along}{use}.")
    return " ".join(filter(None, parts))


def merged(found: Entry) -> str:
    """The cell of the merge rule."""
    return f"{found.merge} by `{'` or `'.join(found.merge_by)}`" if found.merge_by else found.merge


def secrecy(found: Entry) -> str:
    """The cell of secrecy: whose list masks what."""
    return "; ".join(
        f"{'Talos' if mask.level == 'talos' else 'talosgen'}: {wording.mask(mask)}" for mask in found.masks
    )


def row(found: Entry, struct: str, field: Field, name_field: str) -> str:
    """A field's row."""
    inside = within(field, found.path)
    link = inside[0] if inside and TABLE.struct(inside[1]).fields else ""
    cells = [
        f"`{field.key}`",
        typed(found, link),
        f"v{found.since}",
        merged(found),
        secrecy(found),
        notes(found, struct, field, name_field),
    ]
    # A bar would end the cell, in code as well.
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |\n"


def sections(kind: Kind) -> list[str]:
    """The tables of a kind's fields: its own first, then those of each part, in the order of documents."""
    known = {found.path: found for found in entries(kind.name)}
    rows: dict[str, list[str]] = {"": []}
    titles: dict[str, str] = {"": ""}
    for path, struct, field in fields_of(TABLE, {"ref": kind.type}):
        above = path.rpartition(".")[0]
        if not kind.legacy and path in ("apiVersion", "kind"):
            continue
        rows[above].append(row(known[path], struct, field, kind.name_field))
        inside = within(field, path)
        if inside is not None and TABLE.struct(inside[1]).fields:
            rows[inside[0]] = []
            titles[inside[0]] = inside[1]
    head = "| field | type | since | [merge](index.md#merging) | [secret](index.md#secrecy) | what it is |\n"
    out = []
    for path, found in rows.items():
        title = f"## `{path}` {{ #{anchor(path)} }}\n\n" if path else "## Fields\n\n"
        what = prose(description(titles[path], "")) + "\n\n" if path else ""
        out.append(f"{title}{what}{head}|---|---|---|---|---|---|\n{''.join(found)}")
    return out


def facts(kind: Kind) -> list[tuple[str, str]]:
    """What is to be said of the kind as a whole."""
    if kind.legacy:
        return [
            ("Header", "none: the one kind without `apiVersion` and `kind`"),
            ("Model", "`talosgen.documents.v1alpha1.Config`"),
            ("In a config", "one at most; what newer kinds have taken over is marked below"),
        ]
    first, _, deprecated, replaced = matrix()[kind.name]["kind"]
    rows = [
        ("Header", f"`apiVersion: {kind.api_version}`, `kind: {kind.name}`"),
        ("Since", f"Talos v{first}"),
        ("Deprecated", f"since v{deprecated}{'; see ' + ', '.join(map(linked, replaced)) if replaced else ''}")
        if deprecated
        else ("Deprecated", "no"),
        ("Model", f"`talosgen.documents.{kind.name}`, parts in `talosgen.documents.{family(kind.type)}`"),
        ("In a config", f"several, told apart by `{kind.name_field}`" if kind.name_field else "one"),
    ]
    if kind.controlplane_only:
        rows.append(("Machines", "control plane nodes only"))
    if kind.conflicts_with:
        rows.append(("Not beside", f"{', '.join(map(linked, kind.conflicts_with))} of the same name"))
    if kind.conflicts_with_v1alpha1:
        rows.append(("Not beside", "the fields of [v1alpha1](v1alpha1.md) that it replaces"))
    return rows


def example(kind: str) -> str:
    """The example of a kind."""
    return (DOCS / "examples" / f"{kind}.yaml").read_text(encoding="utf-8")


def page(kind: Kind) -> str:
    """The page of a kind."""
    what = prose(description(kind.type, ""))
    rows = "".join(f"| {name} | {text} |\n" for name, text in facts(kind))
    head = f"# {kind.name}\n\n{what}\n\n| | |\n|---|---|\n{rows}"
    shown = f"## Example\n\n```yaml\n{example(kind.name)}```\n"
    return "\n".join([head, shown, *sections(kind)])


def types() -> str:
    """The table of types."""
    used = set()
    for kind in TABLE.kinds:
        for found in entries(kind):
            used.add(re.sub(r"[(].*[)]", "", found.type).replace("[]", "").replace("map[string]", ""))
    rows = []
    for name in sorted(used):
        if name in TYPES:
            text = TYPES[name]
        elif name in VALUES:
            text = prose((getattr(values, VALUES[name]).__doc__ or "").partition("\n")[0])
        else:
            # Numbers say in their names what they are.
            text = "A number that is not negative." if name.startswith("u") else "A number."
            bits = name.lstrip("uint")
            text = text.replace("number", f"whole number of {bits} bits" if bits else "whole number")
        rows.append(f"| `{name}` | {text} |\n")
    return "| type | what it is |\n|---|---|\n" + "".join(rows)


def merges() -> str:
    """The table of merge rules."""
    rows = [f"| {rule} | {text.format(keys='the named field')} |\n" for rule, text in wording.MERGES.items()]
    return "| rule | what a patch does |\n|---|---|\n" + "".join(rows)


INDEX = f"""\
# Reference

Every kind of document of Talos v{NEWEST}, with all its fields. `talosgen schema why PATH` and
`talosgen schema show KIND` tell the same for each release from {RELEASES}; [schema](../schema.md) has the schemas for
editors, and [library](../library.md) the models.

{{kinds}}
## Reading the tables

`[]` stands for the items of a list, `*` for the keys of a mapping: `machine.network.interfaces[].vlans[]`. *Since* is
the first release whose decoder takes the field; v1.0 is that or an older one.

## Types {{{{ #types }}}}

`[]TYPE` is a list, `map[string]TYPE` a mapping with texts as keys. What a type takes of Python's objects, its model
takes.

{{types}}
## Merging {{{{ #merging }}}}

What a strategic merge patch does to a value that is set, by Talos's own semantics; [patching](../patching.md) tells
what the idempotent ones change.

{{merges}}
## Secrecy {{{{ #secrecy }}}}

What is masked wherever talosgen shows a config to people: *Talos* is masked by Talos itself as well, *talosgen* only
here and with `redacted("all")`.
"""


def kinds() -> str:
    """The kinds, by family."""
    families: dict[str, list[Kind]] = {}
    for kind in TABLE.kinds.values():
        families.setdefault(family(kind.type), []).append(kind)
    out = []
    for name, members in sorted(families.items()):
        out.append(
            f"## {MODULES[name].removesuffix('.')} {{ #{name} }}\n\n| kind | since | what it is |\n|---|---|---|\n"
        )
        for kind in sorted(members, key=lambda kind: kind.name):
            first = "1.0" if kind.legacy else matrix()[kind.name]["kind"][0]
            what = prose(description(kind.type, ""))
            out.append(f"| [{kind.name}]({kind.name}.md) | {wording.since(first)} | {what} |\n")
        out.append("\n")
    return "".join(out[:-1])


def pages() -> dict[str, str]:
    """The names and texts of all pages."""
    index = INDEX.format(kinds=kinds(), types=types(), merges=merges())
    return {"index.md": index} | {f"{kind.name}.md": page(kind) for kind in TABLE.kinds.values()}


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DOCS / "reference"
    folder.mkdir(exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
