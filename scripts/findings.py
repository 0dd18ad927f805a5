"""Write the tables of the documentation's page of findings from the registry of codes.

python scripts/findings.py docs/findings.md
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from talosgen.codes import CODES, Code

HEAD = "| code | name | severity | what was found | what to do |\n|---|---|---|---|---|\n"


def row(code: Code) -> str:
    """One row of a table."""
    return f"| `{code.code}` | `{code.name}` | {code.severity}{releases(code)} | {code.title} | {code.help} |\n"


def releases(code: Code) -> str:
    """In which releases of Talos the finding is made; empty for all that can be stated."""
    if code.until < 99:
        return f" (v1.{code.since} to v1.{code.until})" if code.since > 5 else f" (to v1.{code.until})"
    return f" (from v1.{code.since} on)" if code.since > 5 else ""


def table(prefix: str) -> str:
    """The table of the codes that begin so."""
    return HEAD + "".join(row(code) for code in CODES.values() if code.code.startswith(prefix))


def main() -> None:
    page = Path(sys.argv[1])
    text = page.read_text(encoding="utf-8")
    # Each table stands below a comment that says which codes it has.
    written = re.sub(r"(<!-- (TG\d+)… -->\n\n)(?:\|.*\n)*", lambda found: found[1] + table(found[2]), text)
    page.write_text(written, encoding="utf-8")


if __name__ == "__main__":
    main()
