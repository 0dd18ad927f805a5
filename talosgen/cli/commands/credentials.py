"""``talosconfig`` and ``kubeconfig``."""

from __future__ import annotations

from talosgen.cli.command import Command
from talosgen.cli.commands.shared import FORCE
from talosgen.cli.flags import Flag

__all__ = ["KUBECONFIG", "TALOSCONFIG"]

_REPRODUCIBLE = (
    "With --reproducible and --start nothing is drawn: key and serial number follow from the authority's private key,\n"
    "the kind of file, the names in the certificate, start and lifetime, and the signature is deterministic. The same\n"
    "command then writes the same bytes, in Git and in CI. ECDSA asks for OpenSSL 3.2 or newer below `cryptography`.\n"
    "Under an RSA authority the certificate's key is then P-256, the signature PKCS#1 v1.5."
)

_NAME = Flag("cluster-name", "string", "", "the name of the cluster", value="NAME", required=True)
_SECRETS = Flag("with-secrets", "string", "secrets.yaml", "the secrets bundle; it may be encrypted", value="FILE")
_LIFE = (
    Flag("crt-ttl", "string", "8760h", "the lifetime of the certificate", value="DURATION"),
    Flag("reproducible", "bool", False, "the same input gives the same bytes; asks for --start"),
    Flag("start", "string", "", "when the certificate begins: 2026-01-31, or 2026-01-31T12:00:00Z", value="DATE"),
)

TALOSCONFIG = Command(
    "Make a talosconfig with a new client certificate, without a live node",
    "credentials:talosconfig",
    (),
    (
        _NAME,
        _SECRETS,
        Flag("roles", "strings", ("os:admin",), "the roles of the certificate", value="ROLE,…"),
        Flag("endpoints", "strings", (), "the endpoints in the file: control-plane nodes", short="e", value="HOST,…"),
        Flag("nodes", "strings", (), "the nodes in the file that commands are for", short="n", value="HOST,…"),
        *_LIFE,
        Flag("output", "string", "talosconfig", "the file to write; - is standard output", short="o", value="FILE"),
        FORCE,
    ),
    "The certificate is that of `talosctl config new`, signed by the Talos authority of the bundle.\n\n"
    + _REPRODUCIBLE,
)

KUBECONFIG = Command(
    "Make a kubeconfig with a new client certificate, without a live node",
    "credentials:kubeconfig",
    (),
    (
        _NAME,
        Flag("cluster-endpoint", "string", "", "the URL of the Kubernetes API", value="URL", required=True),
        _SECRETS,
        Flag("user", "string", "admin", "the user whom the certificate names", value="NAME"),
        Flag("groups", "strings", ("system:masters",), "the groups of the user", value="GROUP,…"),
        Flag("force-context-name", "string", "", "the name of the context (default: USER@CLUSTER)", value="NAME"),
        *_LIFE,
        Flag("output", "string", "kubeconfig", "the file to write; - is standard output", short="o", value="FILE"),
        FORCE,
    ),
    "The file is that of `talosctl kubeconfig --merge=false`, signed by the Kubernetes authority of the bundle.\n"
    "Kubernetes cannot revoke a certificate, and system:masters may do everything: for daily work give groups that RBAC\n"
    "binds, and a short life.\n\n" + _REPRODUCIBLE,
)
