"""Write the tables of the documentation's page of findings from the registry of codes, and its examples of lints.

python scripts/findings.py docs/findings.md tests/vectors/lints.yaml
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import yaml

from talosgen.codes import BY_NAME, CODES, Code

HEAD = "| code | name | severity | what was found | what to do |\n|---|---|---|---|---|\n"


def row(code: Code) -> str:
    """One row of a table, which a link can lead to."""
    anchor = f'<a id="{code.anchor}"></a>'
    severity = f"{code.severity}{releases(code)}"
    return f"| {anchor}`{code.code}` | `{code.name}` | {severity} | {code.title} | {code.help} |\n"


def releases(code: Code) -> str:
    """In which releases of Talos the finding is made; empty for all that can be stated."""
    if code.until < 99:
        return f" (v1.{code.since} to v1.{code.until})" if code.since > 5 else f" (to v1.{code.until})"
    return f" (from v1.{code.since} on)" if code.since > 5 else ""


def table(prefix: str) -> str:
    """The table of the codes that begin so."""
    return HEAD + "".join(row(code) for code in CODES.values() if code.code.startswith(prefix))


def block(text: str) -> str:
    """A text as a block of code."""
    return f"```yaml\n{text.rstrip()}\n```\n"


def example(entry: dict[str, Any]) -> str:
    """Why one lint is there, what it finds, and how it should be."""
    code = BY_NAME[entry["name"]]
    when = f" on {entry['now']}" if "now" in entry else ""
    patches = "".join(f"with the patch\n\n{block(patch)}\n" for patch in entry.get("patches", ()))
    return (
        f"### {code.code} {code.name}\n\n{entry['why'].strip()}\n\nFound{when} in\n\n{block(entry['found'])}\n{patches}"
        f"and not in\n\n{block(entry['fixed'])}\n"
    )


def page(text: str, examples: list[dict[str, Any]]) -> str:
    """The page with its tables and examples written anew."""
    # Each table stands below a comment that says which codes it has.
    text = re.sub(r"(<!-- (TG\d+)… -->\n\n)(?:\|.*\n)*\n*", lambda found: f"{found[1]}{table(found[2])}\n", text)
    written = "".join(map(example, examples))
    return re.sub(
        r"(<!-- examples -->\n\n).*(<!-- end of examples -->)", lambda found: found[1] + written + found[2], text,
        flags=re.DOTALL,
    )  # fmt: skip


def main() -> None:
    path = Path(sys.argv[1])
    examples = yaml.safe_load(Path(sys.argv[2]).read_text(encoding="utf-8"))
    path.write_text(page(path.read_text(encoding="utf-8"), examples), encoding="utf-8")


if __name__ == "__main__":
    main()
