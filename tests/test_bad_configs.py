"""What is no config, or a very large or faulty one: a verdict all the same, in bounded time and memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from talosgen.machineconfig import MachineConfig

#: Seconds after which a run hangs; and the memory that it may take, in KiB.
HANGS = 300
MEMORY = 2_000_000

RUN = (
    "import sys, resource; from talosgen.cli import main; status = main(sys.argv[1:]); "
    "size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss; "
    "print(size // (1024 if sys.platform == 'darwin' else 1), file=sys.stderr); sys.exit(status)"
)


def verdict(tmp_path, data):
    """The status and the findings of ``validate`` on a file."""
    (tmp_path / "config.yaml").write_bytes(data)
    done = subprocess.run(
        [sys.executable, "-c", RUN, "validate", "-c", "config.yaml", "-m", "metal", "--json"],
        cwd=tmp_path, capture_output=True, timeout=HANGS, check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )  # fmt: skip
    assert b"Traceback" not in done.stderr
    *_, memory = done.stderr.split()
    assert int(memory) < MEMORY
    return done.returncode, json.loads(done.stdout)["findings"]


LARGE = 16 * 1024 * 1024
DOCUMENT = b"apiVersion: v1alpha1\nkind: KubeInlineManifestConfig\nname: a\nmanifest: "
MAPPING = b"machine:\n  type: worker\n  ca: {crt: Zm9v}\n  nodeLabels:\n"
FILES = b"machine:\n  type: worker\n  ca: {crt: Zm9v}\n  files:\n"


@pytest.mark.skipif(sys.platform == "win32", reason="resource limits are those of Unix")
@pytest.mark.parametrize(
    ("data", "at_least"),
    [
        pytest.param(b"", 1, id="empty"),
        pytest.param(b"\n# nothing\n---\n", 1, id="nothing"),
        pytest.param(b"just a text", 1, id="text"),
        pytest.param(b"- a\n- b\n", 1, id="list"),
        pytest.param(b"\x00\xff\xfe" * 1000, 1, id="bytes"),
        pytest.param(b"\x7fELF" + bytes(range(256)) * 100, 1, id="program"),
        pytest.param(b"a: {" * 20_000, 1, id="deep"),
        pytest.param(b"apiVersion: v1\nkind: Secret\ndata: {}\n", 1, id="another-kind"),
        pytest.param(MAPPING + b"".join(b"    '-%d': x\n" % n for n in range(10_000)), 10_000, id="faults"),
        pytest.param(FILES + b"".join(b"    - {path: /etc/%d, op: create}\n" % n for n in range(10_000)), 10_000, id="lints"),
        pytest.param(FILES + b"".join(b"    - {nope%d: 1}\n" % n for n in range(10_000)), 10_000, id="unknown-keys"),
        pytest.param(b"a" * (LARGE + 1), 1, id="too-large"),
        pytest.param(b"a" * LARGE, 1, id="large-text"),
        pytest.param(b"#" * (LARGE - 1) + b"\n", 1, id="large-comment"),
    ],
)  # fmt: skip
def test_what_is_no_config_or_a_faulty_one_is_refused(tmp_path, data, at_least):
    status, found = verdict(tmp_path, data)
    assert status == 1
    assert len([finding for finding in found if finding["severity"] == "error"]) >= at_least


@pytest.mark.skipif(sys.platform == "win32", reason="resource limits are those of Unix")
@pytest.mark.parametrize(
    ("data", "codes"),
    [
        pytest.param(b"'" + b"eyJ." * (LARGE // 4 - 100) + b"'\n", [], id="token"),
        pytest.param(b"|\n" + b"  kind: Secret\n  ---\n" * (LARGE // 22 - 100), [], id="manifests"),
        pytest.param(b"|\n" + b"  kind: Secret\n  data: {a: b}\n" * (LARGE // 32 - 100), ["TG5011"], id="secret"),
        pytest.param(b"'" + b"-----BEGIN " * (LARGE // 11 - 100) + b"'\n", [], id="key"),
    ],
)  # fmt: skip
def test_a_config_of_the_largest_size_is_judged(tmp_path, data, codes):
    status, found = verdict(tmp_path, DOCUMENT + data)
    assert (status, [finding["code"] for finding in found]) == (0, codes)


def test_each_fault_is_found_once_whatever_their_number():
    text = MAPPING.decode() + "".join(f"    '-{n}': x\n" for n in range(2_000))
    problems = MachineConfig.load(text).validate("cloud")
    assert len(problems) == len(set(problems))
    assert len([problem for problem in problems if problem.path.startswith("machine.nodeLabels.-")]) == 2_000
