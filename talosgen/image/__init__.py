"""Installer and boot images: schematics and their ids (Image Factory)."""

from talosgen.image.schematic import Schematic

__all__ = ["Schematic"]
