"""Secrets that live in Git: the bundle and other files, made encrypted, opened in memory, changed in place.

``access`` is who opens and seals: identities, rules, the sops program, as arguments. ``reading`` gives any input
in the clear, ``replace`` puts a file in another's place, ``bundle`` makes and opens the secrets bundle, ``files``
encrypts and decrypts any file, ``editing`` lets an editor at one, ``keygen`` makes the first key and the first rule.
"""
