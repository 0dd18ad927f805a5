"""The tree of commands with their flags. Data: running one imports its module."""

from __future__ import annotations

from talosgen.cli.command import Group
from talosgen.cli.commands.app import APP
from talosgen.cli.commands.credentials import KUBECONFIG, TALOSCONFIG
from talosgen.cli.commands.explain import BLAME, EXPLAIN, PLAN
from talosgen.cli.commands.features import FEATURES
from talosgen.cli.commands.gen import CONFIG, GEN
from talosgen.cli.commands.image import IMAGE
from talosgen.cli.commands.init import INIT
from talosgen.cli.commands.patch import PATCH
from talosgen.cli.commands.project import BUILD, CHECK, COMMANDS, EMIT
from talosgen.cli.commands.schema import SCHEMA
from talosgen.cli.commands.secrets import SECRETS
from talosgen.cli.commands.validate import VALIDATE

__all__ = ["ROOT"]

ROOT = Group(
    "talosgen compiles the node configurations of Talos Linux.",
    {
        "init": INIT,
        "build": BUILD,
        "check": CHECK,
        "emit": EMIT,
        "plan": PLAN,
        "explain": EXPLAIN,
        "blame": BLAME,
        "commands": COMMANDS,
        "gen": GEN,
        "machineconfig": Group("Work on machine configs, as talosctl machineconfig does.", {"gen": CONFIG, "patch": PATCH}, {}),
        "patch": PATCH,
        "validate": VALIDATE,
        "features": FEATURES,
        "app": APP,
        "image": IMAGE,
        "secrets": SECRETS,
        "talosconfig": TALOSCONFIG,
        "kubeconfig": KUBECONFIG,
        "schema": SCHEMA,
    },
    {"mc": "machineconfig"},
)  # fmt: skip
