"""YAML as Go's go-yaml v4 (rc.6, the one in Talos v1.14) reads and writes it.

``reader`` makes nodes of text, ``scalars`` holds the rules that both directions share, ``writer``
makes text of plain values.
"""
