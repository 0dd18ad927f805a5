"""Patches: loading them, strategic merge, JSON6902 (Talos v1.14.1)."""
