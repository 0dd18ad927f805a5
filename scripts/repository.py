"""Write what `init` and `app add` make of the platform among the projects for tests: all but its clusters' own files.

python scripts/repository.py tests/projects/platform
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from pathlib import Path

from talosgen.features.catalogue import Catalogue
from talosgen.scaffold import Choices, Wanted, apps, create
from talosgen.secrets.access import Access

#: The platform when it was new.
CHOICES = Choices(
    "platform", "https://10.10.0.10:6443", "v1.14.1", "", "https://git.example.org/platform.git", "main",
    clusters=("nonprod", "prod"),
)  # fmt: skip
#: A public key of nobody's.
RECIPIENT = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
#: What people write; what is made anew each time; what is of the repository's tools alone.
OWN = re.compile(r"clusters/[a-z]+/([a-z0-9-]+\.yaml|patches/.*)")
OTHER = re.compile(r"schemas/.*|\.github/.*|\.git/.*")


def written(platform: Path, into: Path) -> dict[str, bytes]:
    """The files that the commands write for the clusters of a platform today, by name; the clusters' own among them."""
    create(str(into), CHOICES, Access({}), [RECIPIENT])
    for path in files(into):
        if OWN.fullmatch(path):
            (into / path).unlink()
    for path in files(platform):
        if OWN.fullmatch(path):
            (into / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(platform / path, into / path)
    # The clusters read what lies beside them within one work tree.
    (into / ".git").mkdir()
    for name in asked(platform):
        apps.write(apps.prepare(str(into / "clusters" / "base"), Wanted(name)))
    return {path: (into / path).read_bytes() for path in files(into)}


def asked(platform: Path) -> list[str]:
    """The features of the base whose apps stand below apps/."""
    base = (platform / "clusters" / "base" / "cluster.yaml").read_text(encoding="utf-8")
    known = {feature.name: feature.manifest.app for feature in apps.apps(Catalogue())}
    named = re.findall(r"(?m)^  - ([a-z-]+)", base)
    return [name for name in named if (app := known.get(name)) is not None and app.there is None]


def files(folder: Path) -> list[str]:
    """The names of the files below a folder that are compared."""
    names = [path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file()]
    return [name for name in names if not OTHER.fullmatch(name)]


def main(folder: str) -> None:
    """Write the files into the platform's folder, in place of those that are there."""
    platform = Path(folder)
    with tempfile.TemporaryDirectory() as scratch:
        made = written(platform, Path(scratch))
    for name in files(platform):
        if name not in made:
            (platform / name).unlink()
    for name, data in made.items():
        (platform / name).parent.mkdir(parents=True, exist_ok=True)
        (platform / name).write_bytes(data)


if __name__ == "__main__":
    main(*sys.argv[1:])
