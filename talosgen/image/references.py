"""Names of installer images, as the Image Factory has them."""

from __future__ import annotations

from typing import Final

from talosgen.schema.releases import Release

__all__ = ["EMPTY", "FACTORY", "installer"]

FACTORY: Final = "factory.talos.dev"
#: The id of the schematic in which nothing is.
EMPTY: Final = "376567988ad370138ad8b2698212367b8edcb69b5fd68c80be1f2ec7d603b4ba"


def installer(
    schematic: str, release: Release, platform: str = "metal", secure_boot: bool = False, factory: str = FACTORY
) -> str:
    """The installer image of a schematic's id (Image Factory client v1.4.0: one for each platform from v1.10 on)."""
    name = f"{platform}-installer" if (release.major, release.minor) >= (1, 10) else "installer"
    return f"{factory}/{name}{'-secureboot' if secure_boot else ''}/{schematic}:{release}"
