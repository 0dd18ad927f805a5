"""``secrets`` and what stands below it."""

from __future__ import annotations

from talosgen.cli.command import Command, Group
from talosgen.cli.commands.shared import CONTRACT, FORCE, FORMAT
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
        ACCEPT,
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
        ACCEPT,
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
        ACCEPT,
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
)  # fmt: skip

_NEW_KEY = Command(
    "Make a key of your own, and print the recipient by which others let it in",
    "secrets_git:keygen",
    (),
    (
        Flag(
            "output",
            "string",
            "",
            "the file to write, where it is not the usual place; it must not exist",
            short="o",
            value="FILE",
        ),
        Flag("post-quantum", "bool", False, "a post-quantum key, which sops reads from 3.12 on"),
    ),
)

_LIST = Command("Tell who can read which encrypted files of the repository", "secrets_git:listing")

_ADD = Command(
    "Let a new reader into every encrypted file of the repository, and into .sops.yaml",
    "secrets_git:add",
    ("RECIPIENT…",),
    (
        Flag(
            "like", "string", "", "only where this recipient is: a second device of the same person", value="RECIPIENT"
        ),
        ACCEPT,
    ),
    "All files are opened and checked before the first is written; then all are written, or none. The data keys stay, and\n"
    "with them every ciphertext.",
)

_REMOVE = Command(
    "Take a reader from every encrypted file of the repository, and from .sops.yaml",
    "secrets_git:remove",
    ("RECIPIENT…",),
    (Flag("rotate", "bool", False, "draw new data keys as well, and encrypt every value anew"), ACCEPT),
    "Old commits still decrypt with the key that is removed. New data keys (--rotate, or secrets rotate) keep its holder\n"
    "from what is written later; the secrets themselves must be made anew.",
)

_UPDATE = Command("Give every encrypted file the recipients that its rule in .sops.yaml names", "secrets_git:update")

_RECIPIENTS = Group(
    "Who can read the encrypted files of the repository.",
    {"list": _LIST, "add": _ADD, "remove": _REMOVE, "update": _UPDATE},
    {},
)

_ROTATE = Command(
    "Draw new data keys and encrypt every value anew, in all encrypted files of the repository or those named",
    "secrets_git:rotate",
    ("[FILE…]",),
    (ACCEPT,),
    "The secrets that whoever could read the files before still knows are printed: these stay what they are.",
)

_CHECK = Command(
    "Find secrets in the clear, and encrypted files that are not as they should be, in what Git would commit",
    "secrets_git:check",
    (),
    (Flag("require-keys", "bool", False, "fail when a file cannot be opened, so that its MAC is not checked"), *FORMAT),
    "Git's index is looked at. Files that a rule of .sops.yaml names, secrets bundles, secrets.yaml and *.sops.* must be\n"
    "encrypted; private keys must not be in the clear in any file, but for those that .talosgen-allow lists.",
    statuses={1: "there is an error"},
)

_TEXTCONV = Command(
    "Print an encrypted file in the clear for git diff; as it is where no key opens it",
    "secrets_git:textconv",
    ("FILE",),
    (),
    "git config diff.talosgen.textconv 'talosgen secrets textconv', and in .gitattributes: *.sops.yaml diff=talosgen",
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
        "keygen": _NEW_KEY,
        "recipients": _RECIPIENTS,
        "rotate": _ROTATE,
        "check": _CHECK,
        "textconv": _TEXTCONV,
    },
    {},
)  # fmt: skip
