"""Fixtures that several test files share."""

from __future__ import annotations

import os

import pytest
from build import Oracle, UnavailableError, build
from hypothesis import settings

# How long an example takes is no property of the code where other tests run beside it. A run has the same examples as
# the one before, so that what fails is what was changed; TALOSGEN_RANDOM=1 draws others.
settings.register_profile("talosgen", deadline=None, derandomize=os.environ.get("TALOSGEN_RANDOM") != "1")
settings.load_profile("talosgen")

pytest_plugins = ["certificates", "gitfolder", "plaintext", "repository"]


def _running(release=""):
    try:
        program = build(release)
    except UnavailableError as error:
        if os.environ.get("TALOSGEN_REQUIRE_ORACLE") == "1":
            pytest.fail(f"the oracle is required: {error}")
        pytest.skip(f"needs the oracle: {error}")
    return Oracle(program)


@pytest.fixture(scope="session")
def oracle():
    """Talos's own machinery, answering requests; skipped where it cannot be had."""
    running = _running()
    yield running
    running.close()


@pytest.fixture(scope="session", params=["1.13", "1.12"])
def older(request):
    """An older release, and its own machinery, which loads and validates; skipped where it cannot be had."""
    running = _running(request.param)
    yield request.param, running
    running.close()
