"""Rules of the legacy document, one module for each of its sections (Talos v1.14.1)."""
