"""``app`` and what stands below it."""

from __future__ import annotations

from talosgen.cli.command import Command, Group
from talosgen.cli.flags import Flag

__all__ = ["APP"]

_ADD = Command(
    "Write the app of a feature to apps/, and the feature to cluster.yaml",
    "app:add",
    ("NAME", "[DIR]"),
    (
        Flag("set", "texts", (), "a parameter of the feature, written to cluster.yaml as well; repeatable", value="NAME=VALUE"),
        Flag("group", "string", "", "the group of nodes that gets the feature; by default all nodes", value="NAME"),
    ),
    "DIR is the folder of cluster.yaml, by default the working folder, else cluster/ in it, else the one in clusters/, of\n"
    "several base/. Comments of cluster.yaml stay. Where the app's folder is there already nothing is written: the\n"
    "difference goes to standard output, as git apply takes it. To remove an app delete its folder.",
)  # fmt: skip

_LIST = Command(
    "List the features that have an app",
    "app:show",
    (),
    (Flag("json", "bool", False, "print JSON"),),
)

APP = Group(
    "The cluster's side of features: folders below apps/, which Argo CD deploys.",
    {"add": _ADD, "list": _LIST},
    {"ls": "list"},
)
