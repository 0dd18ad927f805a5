"""Installer and boot images: schematics and their ids, names and URLs (Image Factory), computed without a network."""

from talosgen.image.check import check
from talosgen.image.references import Machine, images, installer
from talosgen.image.schematic import Schematic

__all__ = ["Machine", "Schematic", "check", "images", "installer"]
