"""SOPS: YAML files whose values are encrypted one by one, as `sops` 3.13 reads and writes them.

``file`` has the operations: encrypt, decrypt, encrypt again, rotate, update the keys. Beneath it ``document`` reads
text to trees (``tree``) and ``layout`` prints them, ``walk`` encrypts and decrypts a tree leaf by leaf, ``metadata``
is the ``sops`` block, ``datakey`` gives its data key to recipients and takes it back, ``rules`` reads ``.sops.yaml``
and ``keyring`` finds age identities. The environment, files, time and randomness are arguments.
"""
