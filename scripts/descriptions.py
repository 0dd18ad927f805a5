"""What the types and fields of documents are, in our words: for the docstrings of the models."""

from __future__ import annotations

MODULES: dict[str, str] = {}
BY_KEY: dict[str, str] = {}
BY_TYPE: dict[str, dict[str, str]] = {}
