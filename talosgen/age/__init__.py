"""age (C2SP's `age-encryption.org/v1`): small files encrypted to recipients, with keys as people exchange them.

``file`` encrypts and decrypts, ``keys`` reads recipients and identities and makes new ones; beneath them
``header``, ``stream``, ``armor`` and ``bech32`` are the parts of the format, ``x25519``, ``hybrid``, ``ssh`` and
``passphrase`` the kinds of recipients. Nothing here reads a file, the environment or a clock.
"""
