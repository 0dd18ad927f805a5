"""``features`` and what stands below it."""

from __future__ import annotations

from talosgen.cli.command import Command
from talosgen.cli.flags import Flag

__all__ = ["FEATURES"]

_JSON = Flag("json", "bool", False, "print JSON")

_SHOW = Command(
    "Tell all about a feature: parameters, what it excludes and needs, the patches that it gives",
    "features:show",
    ("NAME", "[DIR]"),
    (
        Flag("talos-version", "string", "", "the release of the nodes (v1.9 … v1.14); the newest that it is for if empty", value="VERSION"),
        Flag("contract", "string", "", "the release whose config shape they have; that of --talos-version if empty", value="VERSION"),
        Flag("role", "string", "", "controlplane or worker; both if empty", value="NAME"),
        Flag("param", "texts", (), "a parameter, its value in YAML; may be repeated", short="p", value="NAME=VALUE"),
        _JSON,
    ),
    "Without --param the example of the feature is shown. A value such as ${secrets.name} stands for a secret. With DIR,\n"
    "the folder of a project, its own features are known as well.",
)  # fmt: skip

FEATURES = Command(
    "List the features of the catalogue, and those of a project",
    "features:list_all",
    ("[DIR]",),
    (_JSON,),
    "Features stand below `features:` of cluster.yaml, of its groups and of nodes. A folder that is named show is given\n"
    "as ./show.",
    {"show": _SHOW},
)
