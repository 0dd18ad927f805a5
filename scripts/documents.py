"""Write the models of documents, talosgen/documents/, from the package's table.

    python scripts/documents.py [FOLDER]

One module for each family of Talos's types: the prefix of their names in the table. What a field is stands in
``descriptions.py``; since when it is there, what deprecates it and how it merges is read from table and matrix.
"""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from descriptions import MODULES, description

from talosgen.config.codecs import Codec
from talosgen.config.decode import codec_for
from talosgen.config.mergers import KEYED_LISTS
from talosgen.config.walk import opened
from talosgen.documents import values
from talosgen.schema.table import Field, Kind, TypeExpr, matrix, table

TABLE = table()
KINDS = {kind.type: kind for kind in TABLE.kinds.values()}
PACKAGE = Path(__file__).resolve().parents[1] / "talosgen" / "documents"

# Members of enumerations are named after their texts; those that begin with a digit get this in front.
MEMBER_PREFIX = {"BondMode": "IEEE_", "VLANProtocol": "IEEE_", "RoutingTable": "TABLE_", "MDMetadata": "V"}
# Names that Python keeps for itself.
KEPT = {"except": "except_"}
# Longer enumerations are typed as texts: their members tell nothing.
LONGEST_LITERAL = 16

PLAIN = {
    "string": "String", "named-string": "String", "disk-type": "String", "bool": "Bool", "float32": "Float",
    "float64": "Float", "int": "Int", "int32": "Int32", "int64": "Int64", "uint": "UInt", "uint8": "UInt8",
    "uint16": "UInt16", "uint32": "UInt32", "uint64": "UInt64",
}  # fmt: skip
VALUES = {
    "duration": "Duration", "ip-addr": "Address", "ip-prefix": "Prefix", "ip-addrport": "AddressPort",
    "hwaddr": "HardwareAddress", "byte-size": "ByteSize", "size": "Size", "disk-size-matcher": "SizeMatcher",
    "cel": "Expression", "url": "URL", "endpoint-url": "URL", "base64": "Base64", "base64-or-marker": "Base64",
    "octal-mode": "FileMode",
}  # fmt: skip


def family(name: str) -> str:
    """The module of a type: its prefix."""
    return name.rpartition(".")[0].removeprefix("resources/")


def class_name(name: str) -> str:
    """The name of the class of a type: the document's kind, else the name that Talos gives the type."""
    kind = KINDS.get(name)
    if kind is not None and not kind.legacy:
        return kind.name
    return name.rpartition(".")[2].removesuffix("V1Alpha1")


def attribute(key: str) -> str:
    """The attribute of a key: ``certSANs`` is ``cert_sans``."""
    text = key.replace("-", "_").replace("IPv", "Ipv")
    text = re.sub(r"([A-Z]{2,})s(?=[A-Z]|$)", lambda found: found[1].capitalize() + "s", text)
    text = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", text)
    text = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", text).lower()
    return KEPT.get(text, text)


def behind_alias(name: str) -> str:
    while not TABLE.is_struct(name) and TABLE.facts(name)["kind"] == "alias":
        name = TABLE.facts(name)["of"]["ref"]
    return name


class Annotation:
    """A field's type as the module writes it: what is read, and what may be given where that is more."""

    def __init__(self, read: str, given: str | None = None, uses: frozenset[str] = frozenset()) -> None:
        self.read = read
        self.given = given
        self.uses = uses

    def text(self, optional: bool) -> str:
        tail = " | None" if optional else ""
        if self.given is None:
            return self.read + tail
        return f"Value[{self.read}{tail}, {self.given}{tail}]"

    def inside(self, read: str, given: str) -> Annotation:
        given_inside = self.given
        return Annotation(
            read.format(self.read), None if given_inside is None else given.format(given_inside), self.uses
        )


def leaf(expr: TypeExpr, codec: Codec, field: Field) -> Annotation:
    name = codec.name
    if name == "enum-text":
        assert isinstance(expr, dict)
        enum = behind_alias(expr["ref"])
        values = TABLE.facts(enum)["values"]
        given = f"Literal{values!r}" if len(values) <= LONGEST_LITERAL else "str"
        return Annotation(class_name(enum), f"{class_name(enum)} | {given}", frozenset((enum,)))
    whole = any(mask.part == "whole" for mask in field.masks)
    if name in VALUES:
        return Annotation(VALUES[name], f"{VALUES[name]}Like")
    if name == "disk-size":
        return Annotation("Bytes", "int | str")
    if name == "port-range":
        return Annotation("PortRange")
    if name == "arg-value":
        return Annotation("Argument", "str | Sequence[str]")
    if name in ("string", "named-string", "disk-type"):
        listed = field.enum or (TABLE.facts(expr["ref"]).get("values") if isinstance(expr, dict) else None)
        if listed and not whole:
            return Annotation("String", f"Literal{list(listed)!r} | str")
        return Annotation("Secret" if whole else "String")
    return Annotation(PLAIN[name])


def annotation(expr: TypeExpr, field: Field) -> Annotation:
    """The annotation of a type."""
    if isinstance(expr, dict) and "ref" in expr and TABLE.facts(expr["ref"]).get("codec") == "unstructured":
        return Annotation("Free")
    expr = opened(expr, TABLE)
    codec = codec_for(expr, TABLE)
    if codec is not None:
        return leaf(expr, codec, field)
    struct = TABLE.struct_name(expr)
    if struct is not None:
        return Annotation(class_name(struct), uses=frozenset((struct,)))
    assert isinstance(expr, dict)
    if "list" in expr:
        return annotation(expr["list"], field).inside("list[{}]", "Sequence[{}]")
    return annotation(expr["map"][1], field).inside("dict[str, {}]", "Mapping[str, {}]")


class History:
    """Since when a type's field is there, and what deprecates it, over all the places where it stands."""

    def __init__(self) -> None:
        self.since: list[tuple[int, ...]] = []
        self.deprecated: list[tuple[int, ...] | None] = []
        self.replaced: dict[str, None] = {}


def version(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(".")))


@cache
def histories() -> dict[tuple[str, str], History]:
    out: dict[tuple[str, str], History] = {}
    for kind in TABLE.kinds.values():
        paths = matrix()[kind.name]
        work: list[tuple[TypeExpr, str]] = [({"ref": kind.type}, "")]
        while work:
            expr, path = work.pop()
            expr = opened(expr, TABLE)
            struct = TABLE.struct_name(expr)
            if struct is None:
                if isinstance(expr, dict) and "list" in expr:
                    work.append((expr["list"], f"{path}[]"))
                elif isinstance(expr, dict) and "map" in expr:
                    work.append((expr["map"][1], f"{path}.*"))
                continue
            for field in TABLE.struct(struct).fields:
                below = f"{path}.{field.key}" if path else field.key
                work.append((field.type, below))
                found = paths.get(below)
                if found is None:
                    continue
                history = out.setdefault((struct, field.key), History())
                history.since.append(version(found[0]))
                history.deprecated.append(version(found[2]) if found[2] else None)
                history.replaced |= dict.fromkeys(found[3])
    return out


def since(struct: str) -> tuple[int, ...]:
    """The first release that has any field of a type."""
    found = [
        min(history.since)
        for field in TABLE.struct(struct).fields
        if (history := histories().get((struct, field.key))) is not None
    ]
    return min(found, default=(1, 0))


def dotted(release: tuple[int, ...]) -> str:
    return ".".join(map(str, release))


def merge_rule(field: Field) -> str:
    """How a patch changes the field, where it does not do what it does with every other of its type."""
    if field.merge == "replace":
        return "A patch replaces it whole."
    keyed = KEYED_LISTS.get(field.type.get("ref", "")) if isinstance(field.type, dict) else None
    if keyed is not None and keyed.merges:
        return f"A patch merges elements with the same ``{keyed.field}``."
    if keyed is not None:
        return f"An element of a patch takes the place of the one with the same ``{keyed.field}``."
    expr = opened(field.type, TABLE)
    if isinstance(expr, dict) and "list" in expr:
        return "A patch appends to it."
    return ""


def field_doc(struct: str, field: Field, above: tuple[int, ...]) -> str:
    """The sentences of a field."""
    parts = [description(struct, field.key)]
    history = histories().get((struct, field.key))
    if history is not None and (first := min(history.since)) > above and first > (1, 0):
        parts.append(f"Since Talos {dotted(first)}.")
    if history is not None and all(history.deprecated):
        by = " and ".join(f"``{name}``" for name in history.replaced)
        release = dotted(min(filter(None, history.deprecated)))
        parts.append(f"Deprecated since {release}{f'; use {by}' if by else ''}.")
    parts.append(merge_rule(field))
    return " ".join(filter(None, parts))


def wrapped(text: str, indent: int) -> str:
    """A docstring, wrapped."""
    pad = " " * indent
    width = 116 - indent
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            if line and len(line) + 1 + len(word) > width - 3:
                lines.append(line)
                line = word
            else:
                line = f"{line} {word}" if line else word
        lines.append(line)
    if len(lines) == 1:
        return f'{pad}"""{lines[0]}"""'
    return f'{pad}"""' + f"\n{pad}".join(lines).replace(f"\n{pad}\n", "\n\n") + f'\n{pad}"""'


def model_class(struct: str) -> tuple[str, frozenset[str], str]:
    """The text of a model, the types that it uses, and its name."""
    kind = KINDS.get(struct)
    uses: set[str] = set()
    first = since(struct)
    rows: list[str] = []
    for field in TABLE.struct(struct).fields:
        name = attribute(field.key)
        pointer = isinstance(field.type, dict) and "ptr" in field.type
        made = annotation(field.type, field)
        uses |= made.uses
        if kind is not None and not kind.legacy and field.key in ("apiVersion", "kind"):
            value = kind.api_version if field.key == "apiVersion" else kind.name
            rows.append(f'    {name}: Literal["{value}"] = key("{field.key}")')
            continue
        is_leaf = codec_for(field.type["ptr"] if pointer else field.type, TABLE) is not None  # type: ignore[index]
        rows.append(f'    {name}: {made.text(optional=(pointer and is_leaf) or zeroless(field))} = key("{field.key}")')
        if doc := field_doc(struct, field, first):
            rows.append(wrapped(doc, 4))
    base = "Model" if kind is None else "Document"
    text = [f"class {class_name(struct)}({base}):", wrapped(class_doc(struct, kind, first), 4), ""]
    text += [f'    talos_type: ClassVar[str] = "{struct}"', "", *rows]
    return "\n".join(text), frozenset(uses), class_name(struct)


def zeroless(field: Field) -> bool:
    """Whether an unset enumeration has no text."""
    if isinstance(field.type, dict) and ("ptr" in field.type or "list" in field.type):
        return False
    codec = codec_for(field.type, TABLE)
    if codec is None or codec.name != "enum-text":
        return False
    assert isinstance(field.type, dict)
    return codec.zero not in TABLE.facts(behind_alias(field.type["ref"]))["values"]


def words(name: str) -> str:
    """The words of a type's name, acronyms kept."""
    text = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1 \2", name)
    parts = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", text).split(" ")
    return " ".join(part if part.isupper() else part.lower() for part in parts)


def class_doc(struct: str, kind: Kind | None, first: tuple[int, ...]) -> str:
    what = description(struct, "")
    if not what:
        text = words(class_name(struct))
        what = text[:1].upper() + text[1:] + "."
    parts = [what]
    if first > (1, 0):
        parts.append(f"Since Talos {dotted(first)}.")
    if kind is not None and not kind.legacy:
        facts = []
        if kind.name_field:
            facts.append(f"A config may hold several, told apart by ``{kind.name_field}``.")
        else:
            facts.append("A config holds one.")
        if kind.controlplane_only:
            facts.append("For control plane nodes only.")
        if kind.conflicts_with:
            facts.append(f"Not beside {' or '.join(f'``{other}``' for other in kind.conflicts_with)} of the same name.")
        return " ".join(parts) + "\n\n" + " ".join(facts)
    return " ".join(parts)


def enum_class(name: str) -> str:
    """The text of an enumeration."""
    title = class_name(name)
    rows = []
    for value in TABLE.facts(name)["values"]:
        member = re.sub(r"[^A-Za-z0-9]", "_", value).upper()
        if member[0].isdecimal():
            member = MEMBER_PREFIX[title] + member
        rows.append(f'    {member} = "{value}"')
    what = description(name, "") or words(title)[:1].upper() + words(title)[1:] + "."
    return "\n".join([f'class {title}(Enumeration, type="{name}"):', wrapped(what, 4), "", *rows])


@cache
def reachable() -> dict[str, list[str]]:
    """The structs and enumerations of all documents, by family, each after what it uses."""
    order: dict[str, None] = {}

    def visit(name: str) -> None:
        if name in order:
            return
        if TABLE.is_struct(name):
            for field in TABLE.struct(name).fields:
                for used in sorted(annotation(field.type, field).uses):
                    visit(used)
        order[name] = None

    for kind in TABLE.kinds.values():
        visit(kind.type)
    out: dict[str, list[str]] = {}
    for name in order:
        out.setdefault(family(name), []).append(name)
    return out


WORD = re.compile(r"\b[A-Za-z_][A-Za-z0-9_]*\b")


def module(name: str, types: list[str]) -> str:
    """The text of one family's module."""
    classes: list[str] = []
    uses: set[str] = set()
    for entry in types:
        if TABLE.is_struct(entry):
            text, used, _ = model_class(entry)
            uses |= used
        else:
            text = enum_class(entry)
        classes.append(text)
    body = "\n\n\n".join(classes)
    code = re.sub(r'"""[\s\S]*?"""|"[^"]*"|\'[^\']*\'', "", body)
    present = set(WORD.findall(code))
    imports = ["from __future__ import annotations", ""]
    if found := sorted({"Mapping", "Sequence"} & present):
        imports.append(f"from collections.abc import {', '.join(found)}")
    if found := sorted({"ClassVar", "Literal"} & present):
        imports.append(f"from typing import {', '.join(found)}")
    if imports[-1]:
        imports.append("")
    for other in sorted({family(used) for used in uses} - {name}):
        found = sorted({class_name(used) for used in uses if family(used) == other})
        imports.append(f"from talosgen.documents.{other} import {', '.join(found)}")
    if found := sorted({"Document", "Model", "key"} & present):
        imports.append(f"from talosgen.documents.model import {', '.join(found)}")
    if found := sorted(set(values.__all__) & present):
        imports.append(f"from talosgen.documents.values import {', '.join(found)}")
    title = f'"""{MODULES[name]}\n\nWritten by scripts/documents.py from the table.\n"""'
    names = ", ".join(f'"{title}"' for title in sorted(class_name(entry) for entry in types))
    return "\n".join([title, "", *imports, "", f"__all__ = [{names}]", "", "", body, ""])


def package() -> str:
    """The text of the package: every kind by its name, loaded when first asked for."""
    homes: dict[str, str] = {kind.name: family(kind.type) for kind in TABLE.kinds.values() if not kind.legacy}
    by_home: dict[str, list[str]] = {}
    for kind, home in homes.items():
        by_home.setdefault(home, []).append(kind)
    rows = [
        '"""Models of all kinds of documents, each loaded with its family when first asked for.',
        "",
        "The kinds are here by their names; the parts of a document are in the module of its family, and the legacy",
        "document with its parts is in ``v1alpha1``. Written by scripts/documents.py from the table.",
        '"""',
        "",
        "from __future__ import annotations",
        "",
        "# Not from typing: importing the package must not pay for its import.",
        "TYPE_CHECKING = False",
        "if TYPE_CHECKING:",
        "    from typing import Any",
        "",
    ]
    rows += [
        f"    from talosgen.documents.{home} import {', '.join(sorted(by_home[home]))}" for home in sorted(by_home)
    ]
    names = ", ".join(f'"{name}"' for name in sorted(homes))
    rows += ["", f"__all__ = [{names}]", "", "#: The family of each kind.", "HOMES = {"]
    rows += [f'    "{name}": "{homes[name]}",' for name in sorted(homes)]
    rows += [
        "}",
        "",
        "",
        "def __getattr__(name: str) -> Any:",
        "    from importlib import import_module",
        "",
        "    home = HOMES.get(name)",
        "    if home is None:",
        '        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")',
        '    value = getattr(import_module(f"{__name__}.{home}"), name)',
        "    globals()[name] = value",
        "    return value",
        "",
        "",
        "def __dir__() -> list[str]:",
        "    return sorted(__all__)",
        "",
    ]
    return "\n".join(rows)


def formatted(text: str) -> str:
    """A module's text in the project's style."""
    settings = Path(__file__).resolve().parents[1] / "pyproject.toml"
    command = [sys.executable, "-m", "ruff"]
    for arguments in (["check", "--fix", "--quiet", "--select", "I,RUF022"], ["format", "--quiet"]):
        done = subprocess.run(
            [*command, *arguments, "--config", str(settings), "--stdin-filename", "talosgen/documents/x.py", "-"],
            input=text, capture_output=True, text=True, encoding="utf-8", check=True,
        )  # fmt: skip
        text = done.stdout
    return text


def modules() -> dict[str, str]:
    """The names and texts of all modules that are written."""
    out = {"__init__.py": package()}
    out |= {f"{name}.py": module(name, types) for name, types in sorted(reachable().items())}
    return {name: formatted(text) for name, text in out.items()}


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else PACKAGE
    for name, text in modules().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
