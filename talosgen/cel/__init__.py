"""CEL, the language of Talos's selectors: expressions are parsed and their types checked, never evaluated.

The language is that of cel-go v0.31, its macros and standard library; what may be named is declared in the data.
"""

from talosgen.cel.environment import check
from talosgen.cel.error import CelError

__all__ = ["CelError", "check"]
