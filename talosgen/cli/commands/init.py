"""``init``."""

from __future__ import annotations

from talosgen.cli.command import Command
from talosgen.cli.flags import Flag

__all__ = ["INIT"]

INIT = Command(
    "Make a new repository of a platform: nodes, Argo CD, apps, charts, checks",
    "init:run",
    ("[DIR]",),
    (
        Flag("name", "string", "", "the cluster's name; by default that of the folder", value="NAME"),
        Flag("endpoint", "string", "https://10.0.0.11:6443", "the URL of the Kubernetes API", value="URL"),
        Flag("talos-version", "string", "", "the release of Talos, in full; by default the newest that is known", value="VERSION"),
        Flag("kubernetes-version", "string", "", "the version of Kubernetes; by default that of the release", value="VERSION"),
        Flag("repo-url", "string", "", "the URL by which Argo CD reads the repository", value="URL"),
        Flag("revision", "string", "main", "the branch that Argo CD follows", value="NAME"),
        Flag(
            "age", "strings", (),
            "who can read the secrets: age recipients; without them your own key, which is made where there is none",
            value="RECIPIENT,…",
        ),
        Flag("with", "strings", (), "features that come with their apps: see `talosgen app list`", value="FEATURE,…"),
        Flag("set", "texts", (), "a parameter of one of them; repeatable", value="FEATURE.NAME=VALUE"),
        Flag("layout", "string", "single", "single: one cluster; multi: several, which extend clusters/base", value="NAME"),
        Flag(
            "clusters", "strings", (),
            "the clusters of --layout multi, each ENVIRONMENT or ENVIRONMENT-REGION; by default nonprod,prod-eu,prod-us",
            value="NAME,…",
        ),
        Flag("vendor-argocd", "string", "", "a downloaded install.yaml of Argo CD, to be kept in the repository", value="FILE"),
    ),
    "DIR is by default the working folder. Nothing is overwritten and nothing is fetched: with --vendor-argocd the install\n"
    "manifest is taken into the repository, once its checksum is known to be right; without, kustomize fetches it.",
)  # fmt: skip
