"""``talosgen features`` and ``talosgen features show``."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from catalogue import CATALOGUE, NAMES
from projects import write

from talosgen.cli import main


def printed(capsys, *arguments, status=0):
    assert main(["features", *arguments]) == status
    return capsys.readouterr()


def test_all_features_are_listed(capsys):
    lines = printed(capsys).out.splitlines()
    assert [line.split()[0] for line in lines] == NAMES
    assert "vip" in NAMES
    assert any(line.startswith("vip ") and line.endswith("(controlplane only)") for line in lines)
    assert [row["name"] for row in json.loads(printed(capsys, "--json").out)] == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_feature_is_shown(capsys, name):
    text = printed(capsys, "show", name).out
    manifest = CATALOGUE.get(name).manifest
    assert text.startswith(f"{name}: {manifest.title}\n")
    assert all(f"\n  {parameter}: " in text for parameter in manifest.parameters)
    assert all(f"\n# {role}, Talos v1." in text for role in manifest.roles)
    made = json.loads(printed(capsys, "show", name, "--json").out)
    assert [row["role"] for row in made["shown"]] == manifest.roles
    assert all(row["patches"] in text for row in made["shown"])


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], 'kind: SysctlConfig\nparams:\n    user.max_user_namespaces: "11255"\n'),
        (["--contract", "v1.13"], "# worker, Talos v1.14 with a base of v1.13\nmachine:\n    sysctls:\n"),
        (["--talos-version", "v1.10"], "# worker, Talos v1.10\nmachine:\n    sysctls:\n"),
        (["-p", "limit=5"], 'user.max_user_namespaces: "5"'),
    ],
)
def test_the_form_follows_release_and_base(capsys, arguments, expected):
    assert expected in printed(capsys, "show", "user-namespaces", "--role", "worker", *arguments).out


def test_a_reference_stands_for_a_secret(capsys):
    arguments = [
        "-p",
        "address=10.0.0.1",
        "-p",
        "link=eth0",
        "-p",
        "provider=hcloud",
        "-p",
        "api_token=${secrets.token}",
    ]
    assert "apiToken: ${secrets.token}" in printed(capsys, "show", "vip", *arguments).out
    found = printed(capsys, "show", "vip", *arguments[:-1], "api_token=hello", status=1).err
    assert "api_token: expected a secret" in found
    assert "hello" not in found


def test_features_of_a_project_are_known(capsys, tmp_path):
    write(
        tmp_path,
        {
            "features/motd/feature.yaml": (
                "apiVersion: talosgen/v1\nkind: Feature\ntitle: Message\nabout: Says hello.\n"
                "releases: {since: v1.12, until: v1.13}\nroles: [worker]\npatches: [{file: env.yaml}]\n"
            ),
            "features/motd/env.yaml": "machine: {env: {MOTD: hello}}\n",
        },
    )
    listed = printed(capsys, str(tmp_path)).out
    assert "  Message (v1.12 to v1.13, worker only, of this project)\n" in listed
    assert (
        "# worker, Talos v1.13\nmachine:\n    env:\n        MOTD: hello\n"
        in printed(capsys, "show", "motd", str(tmp_path)).out
    )
    assert (
        "motd is for Talos up to v1.13"
        in printed(capsys, "show", "motd", str(tmp_path), "--talos-version", "v1.14", status=1).err
    )


@pytest.mark.parametrize(
    ("arguments", "status", "expected"),
    [
        (["show", "metalb"], 1, 'there is no feature "metalb"; did you mean metallb?'),
        (["show", "vip", "--role", "master"], 2, "--role takes controlplane or worker"),
        (["show", "vip", "--contract", "v1.99"], 1, "--contract: Talos v1.99 is not known"),
        (["show", "vip", "--talos-version", "new"], 1, "--talos-version: this is no Talos version"),
        (["show", "vip", "--talos-version", "v1.8"], 1, "vip is for Talos v1.9 and newer"),
        (["show", "vip", "--talos-version", "v1.12", "--contract", "v1.13"], 1, "it is newer than Talos v1.12"),
        (["show", "vip", "-p", "link"], 1, "expected a form such as limit=5"),
        (["show", "vip", "-p", "link=[", "-p", "link"], 1, "expected a form such as limit=5"),
        (["show", "vip", "-p", "link=eth0"], 1, "vip needs the parameter address"),
        (["show", "vip", "-p", "link=eth0", "-p", "address=x"], 1, "address: expected an IP address"),
        (["show", "vip", "nowhere"], 1, "nowhere"),
        (["nowhere"], 1, "nowhere"),
    ],
)
def test_faults_are_told(capsys, arguments, status, expected):
    assert expected in printed(capsys, *arguments, status=status).err


def test_an_installed_wheel_has_the_catalogue(tmp_path):
    build = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
    repository = Path(__file__).parent.parent
    made = subprocess.run(
        [sys.executable, "-c", build, str(tmp_path)], cwd=repository, capture_output=True, text=True, check=True
    )
    wheel, target = tmp_path / made.stdout.split()[-1], tmp_path / "installed"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--disable-pip-version-check"]
    subprocess.run([*pip, "--target", str(target), str(wheel)], check=True, capture_output=True)
    environment = {**os.environ, "PYTHONPATH": str(target)}

    def run(*arguments):
        command = [sys.executable, *arguments]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True).stdout

    assert Path(run("-c", "import talosgen; print(talosgen.__file__)").strip()).is_relative_to(target)
    assert [line.split()[0] for line in run("-m", "talosgen", "features").splitlines()] == NAMES
    assert "kind: Layer2VIPConfig" in run("-m", "talosgen", "features", "show", "vip")
