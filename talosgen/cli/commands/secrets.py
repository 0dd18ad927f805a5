"""``secrets`` and what stands below it."""

from __future__ import annotations

from talosgen.cli.command import Command, Group
from talosgen.cli.commands.shared import CONTRACT, FORCE
from talosgen.cli.flags import Flag

__all__ = ["ACCEPT", "SECRETS"]

_AGE = Flag(
    "age", "strings", (), "who can open the file: age recipients; else the rules of .sops.yaml say", value="RECIPIENT,…"
)
_KEYGEN = (
    Flag("keygen", "bool", False, "make a key file in its usual place and a .sops.yaml, each where there is none"),
    Flag("post-quantum", "bool", False, "with --keygen: a post-quantum key, which sops reads from 3.12 on"),
)

ACCEPT = Flag(
    "accept-recipients", "bool", False, "let recipients and rules of the file stand that .sops.yaml does not have"
)

_NEW = Command(
    "Make a secrets bundle, encrypted; nothing in the clear touches the disk",
    "secrets:new",
    (),
    (
        _AGE,
        *_KEYGEN,
        CONTRACT,
        Flag("output", "string", "secrets.yaml", "the file to write; it must not exist", short="o", value="FILE"),
    ),
    "It is encrypted for the recipients of --age, else by the rule for the file in .sops.yaml. Without either, --keygen\n"
    "makes a key of your own and a .sops.yaml.",
)  # fmt: skip

_SHOW = Command(
    "Show what an encrypted file holds, secrets masked",
    "secrets:show",
    ("FILE",),
    (Flag("reveal", "bool", False, "show the secrets"),),
)

_EDIT = Command(
    "Edit an encrypted file with $EDITOR; what did not change keeps its ciphertext",
    "secrets:edit",
    ("FILE",),
    (ACCEPT,),
)

_ENCRYPT = Command(
    "Encrypt a YAML file in place",
    "secrets:encrypt",
    ("FILE",),
    (
        _AGE,
        *_KEYGEN,
        Flag("again", "bool", False, "encrypt anew, by the rule that holds now, what is encrypted already"),
    ),
)

_DECRYPT = Command(
    "Print an encrypted file in the clear",
    "secrets:decrypt",
    ("FILE",),
    (Flag("output", "string", "", "the file to write instead of standard output", short="o", value="FILE"), FORCE),
)

_IMPORT = Command(
    "Take the secrets of a cluster that is there over into a new encrypted bundle",
    "secrets_import:run",
    ("FROM",),
    (
        _AGE,
        *_KEYGEN,
        Flag("output", "string", "secrets.yaml", "the file to write; it must not exist", short="o", value="FILE"),
        CONTRACT,
        Flag("kubernetes-bootstrap-token", "string", "", "the bootstrap token, for a PKI folder", short="t", value="TOKEN"),
    ),
    "FROM is a control-plane config, a Kubernetes PKI folder (that of kubeadm), or a secrets bundle of Talos or talhelper;\n"
    "files may be encrypted. What is incomplete, damaged or does not belong together is refused.",
)  # fmt: skip

_INVENTORY = Command(
    "List the certificates, keys and tokens in files, with lifetime and expiry, and without any secret",
    "secrets_inventory:run",
    ("FILE…",),
    (
        Flag("at", "string", "", "the moment that is asked about (default: now), such as 2026-01-31", value="DATE"),
        Flag("format", "string", "text", "how it is printed: text or json", value="NAME"),
        Flag("json", "bool", False, "the same as --format json"),
    ),
    "A FILE is a secrets bundle, a machine config or a talosconfig; it may be encrypted.",
)

SECRETS = Group(
    "Keep the secrets of a cluster in Git, encrypted with age in the format of SOPS.",
    {
        "new": _NEW,
        "show": _SHOW,
        "edit": _EDIT,
        "encrypt": _ENCRYPT,
        "decrypt": _DECRYPT,
        "import": _IMPORT,
        "inventory": _INVENTORY,
    },
    {},
)  # fmt: skip
