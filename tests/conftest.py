"""Fixtures that several test files share."""

from __future__ import annotations

import os

import pytest
from build import Oracle, UnavailableError, build

pytest_plugins = ["certificates"]


@pytest.fixture(scope="session")
def oracle():
    """Talos's own machinery, answering requests; skipped where it cannot be had."""
    try:
        program = build()
    except UnavailableError as error:
        if os.environ.get("TALOSGEN_REQUIRE_ORACLE") == "1":
            pytest.fail(f"the oracle is required: {error}")
        pytest.skip(f"needs the oracle: {error}")
    running = Oracle(program)
    yield running
    running.close()
