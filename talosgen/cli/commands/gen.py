"""``gen`` and what stands below it."""

from __future__ import annotations

from talosgen.cli.command import Command, Group
from talosgen.cli.commands.shared import ALLOW_UNKNOWN, CONTRACT, FORCE, MERGE
from talosgen.cli.flags import Flag

__all__ = ["CONFIG", "GEN"]

CONFIG = Command(
    "Generate the base configs of a cluster, byte for byte as talosctl does",
    "gen_config:run",
    ("CLUSTER_NAME", "CLUSTER_ENDPOINT"),
    (
        Flag("additional-sans", "strings", (), "further names and addresses in the certificates", value="SAN,…"),
        Flag("config-patch", "texts", (), "patch for all configs: @file, a file's name, or the patch itself", value="PATCH"),
        Flag("config-patch-control-plane", "texts", (), "patch for the control plane's config", value="PATCH"),
        Flag("config-patch-worker", "texts", (), "patch for the worker's config", value="PATCH"),
        MERGE,
        ALLOW_UNKNOWN,
        Flag("dns-domain", "string", "cluster.local", "the DNS domain of the cluster", value="DOMAIN"),
        Flag("install-disk", "string", "/dev/sda", "the disk to install to", value="PATH"),
        Flag("install-image", "string", "", "the installer image (default: the Image Factory's, of this Talos release)", value="IMAGE"),
        Flag("kubernetes-version", "string", "1.37.0", "the Kubernetes version", value="VERSION"),
        Flag("output", "string", "", "file for one output type, folder for several; - is standard output", short="o", value="PATH"),
        Flag("output-types", "strings", ("controlplane", "worker", "talosconfig"), "what to write", short="t", value="TYPE,…"),
        Flag("output-dir", "string", "", "folder to write to", hidden=True),
        Flag("registry-mirror", "strings", (), "registry mirrors, as HOST=URL", value="HOST=URL,…"),
        CONTRACT,
        Flag("version", "string", "v1alpha1", "the config version; only v1alpha1 is known", value="VERSION"),
        Flag("with-cluster-discovery", "bool", True, "let the nodes find each other by the discovery service"),
        Flag("with-docs", "bool", False, "comments in the output: only false, see the documentation site"),
        Flag("with-examples", "bool", False, "examples in the output: only false, see the documentation site"),
        Flag("with-kubespan", "bool", False, "turn KubeSpan on"),
        Flag("with-secrets", "string", "", "the secrets bundle to use; without it a new one is made", value="FILE"),
        Flag("skip-k8s-etcd", "bool", False, "leave out Kubernetes and etcd", hidden=True),
        FORCE,
    ),
    "Writes controlplane.yaml, worker.yaml and talosconfig (mode 0600) to the current folder. Keep the\n"
    "secrets of a cluster in a bundle (`gen secrets`) and give it with --with-secrets: the same input then\n"
    "gives the same configs.",
)  # fmt: skip

_SECRETS = Command(
    "Generate a secrets bundle: certificate authorities, keys and tokens of a cluster",
    "gen_secrets:run",
    (),
    (
        Flag("output-file", "string", "secrets.yaml", "the file to write; - is standard output", short="o", value="FILE"),
        CONTRACT,
        Flag("from-kubernetes-pki", "string", "", "take the Kubernetes authorities from this folder", short="p", value="DIR"),
        Flag("from-controlplane-config", "string", "", "take all secrets from this control-plane config", value="FILE"),
        Flag("kubernetes-bootstrap-token", "string", "", "the bootstrap token, with --from-kubernetes-pki", short="t", value="TOKEN"),
        FORCE,
    ),
)  # fmt: skip

_CA = Command(
    "Generate a certificate authority",
    "gen_keys:ca",
    (),
    (
        Flag("organization", "string", "", "the organization of its subject, and the name of its files", value="NAME", required=True),
        Flag("hours", "int", 87600, "its lifetime in hours", value="N"),
        Flag("rsa", "bool", False, "RSA-4096 instead of Ed25519"),
        FORCE,
    ),
)  # fmt: skip

_KEY = Command(
    "Generate an Ed25519 private key",
    "gen_keys:key",
    (),
    (Flag("name", "string", "", "the name of its file", value="NAME", required=True), FORCE),
)

_CSR = Command(
    "Make a certificate signing request",
    "gen_keys:csr",
    (),
    (
        Flag("key", "string", "", "the private key's file", value="FILE", required=True),
        Flag("ip", "string", "", "the address it is for", value="IP", required=True),
        Flag("roles", "strings", ("os:admin",), "the roles it asks for", value="ROLE,…"),
        FORCE,
    ),
)

_CRT = Command(
    "Sign a request with a certificate authority",
    "gen_keys:crt",
    (),
    (
        Flag("name", "string", "", "the name of the certificate's file", value="NAME", required=True),
        Flag("ca", "string", "", "the authority's files without .crt and .key", value="NAME", required=True),
        Flag("csr", "string", "", "the request's file", value="FILE", required=True),
        Flag("hours", "int", 24, "its lifetime in hours", value="N"),
        FORCE,
    ),
)

_KEYPAIR = Command(
    "Generate a self-signed Ed25519 key pair that lives a day",
    "gen_keys:keypair",
    (),
    (
        Flag("organization", "string", "", "the organization of its subject, and the name of its files", value="NAME", required=True),
        Flag("ip", "string", "", "the address it is for", value="IP"),
        FORCE,
    ),
)  # fmt: skip

GEN = Group(
    "Generate secrets and base configs, as talosctl gen does.",
    {"config": CONFIG, "secrets": _SECRETS, "ca": _CA, "key": _KEY, "csr": _CSR, "crt": _CRT, "keypair": _KEYPAIR},
    {},
)
