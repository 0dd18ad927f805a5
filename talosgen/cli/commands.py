"""The tree of commands with their flags. Data: running one imports its module."""

from __future__ import annotations

from talosgen.cli.command import Command, Group
from talosgen.cli.flags import Flag

__all__ = ["ROOT"]

_FORCE = Flag("force", "bool", False, "overwrite files that exist", short="f")
_CONTRACT = Flag(
    "talos-version", "string", "", "the release whose config shape is wanted (v1.0 … v1.14); newest if empty",
    value="VERSION",
)  # fmt: skip

_MERGE = Flag(
    "merge",
    "string",
    "talos",
    "the semantics of patches: talos, or idempotent (lists unite, deletes pass)",
    value="NAME",
)

_ALLOW_UNKNOWN = Flag("allow-unknown", "bool", False, "carry documents of kinds that are not known, as their text")

_CONFIG = Command(
    "Generate the base configs of a cluster, byte for byte as talosctl does",
    "gen_config:run",
    ("CLUSTER_NAME", "CLUSTER_ENDPOINT"),
    (
        Flag("additional-sans", "strings", (), "further names and addresses in the certificates", value="SAN,…"),
        Flag("config-patch", "texts", (), "patch for all configs: @file, a file's name, or the patch itself", value="PATCH"),
        Flag("config-patch-control-plane", "texts", (), "patch for the control plane's config", value="PATCH"),
        Flag("config-patch-worker", "texts", (), "patch for the worker's config", value="PATCH"),
        _MERGE,
        _ALLOW_UNKNOWN,
        Flag("dns-domain", "string", "cluster.local", "the DNS domain of the cluster", value="DOMAIN"),
        Flag("install-disk", "string", "/dev/sda", "the disk to install to", value="PATH"),
        Flag("install-image", "string", "", "the installer image (default: the Image Factory's, of this Talos release)", value="IMAGE"),
        Flag("kubernetes-version", "string", "1.37.0", "the Kubernetes version", value="VERSION"),
        Flag("output", "string", "", "file for one output type, folder for several; - is standard output", short="o", value="PATH"),
        Flag("output-types", "strings", ("controlplane", "worker", "talosconfig"), "what to write", short="t", value="TYPE,…"),
        Flag("output-dir", "string", "", "folder to write to", hidden=True),
        Flag("registry-mirror", "strings", (), "registry mirrors, as HOST=URL", value="HOST=URL,…"),
        _CONTRACT,
        Flag("version", "string", "v1alpha1", "the config version; only v1alpha1 is known", value="VERSION"),
        Flag("with-cluster-discovery", "bool", True, "let the nodes find each other by the discovery service"),
        Flag("with-docs", "bool", False, "comments in the output: only false, see the documentation site"),
        Flag("with-examples", "bool", False, "examples in the output: only false, see the documentation site"),
        Flag("with-kubespan", "bool", False, "turn KubeSpan on"),
        Flag("with-secrets", "string", "", "the secrets bundle to use; without it a new one is made", value="FILE"),
        Flag("skip-k8s-etcd", "bool", False, "leave out Kubernetes and etcd", hidden=True),
        _FORCE,
    ),
    "Writes controlplane.yaml, worker.yaml and talosconfig (mode 0600) to the current folder. Keep the\n"
    "secrets of a cluster in a bundle (`gen secrets`) and give it with --with-secrets: the same input then\n"
    "gives the same configs.",
)  # fmt: skip

_FORMAT = (
    Flag("format", "string", "text", "how findings are printed: text, json, github or sarif", value="NAME"),
    Flag("json", "bool", False, "the same as --format json"),
)

_DERIVE = Command(
    "Print the patch that turns one machine config into another",
    "patch_derive:run",
    ("FILE", "TARGET"),
    (
        Flag("output", "string", "", "the file to write instead of standard output; it is overwritten", short="o", value="FILE"),
        Flag("reveal", "bool", False, "let the patch hold secrets"),
        _ALLOW_UNKNOWN,
    ),
    "The patch is for Talos's own merge (v1.14 and later), and is tried before it is printed. Applied to FILE it gives\n"
    "TARGET, in the layout that Talos prints. Where the two hold different secrets --reveal is asked for.",
)  # fmt: skip

_CHECK = Command(
    "Find what patches do not do, do twice, or do behind one's back",
    "patch_check:run",
    ("PATCH…",),
    (
        Flag("config", "string", "", "the machine config that the patches are for; they are laid over it in order", value="FILE"),
        _MERGE,
        _ALLOW_UNKNOWN,
        *_FORMAT,
        Flag("strict", "bool", False, "warnings fail as well"),
    ),
    "With --config the patches are tried, each of them twice; without, what may happen on some config is told. Exit status\n"
    "1 when there is an error.",
)  # fmt: skip

_PATCH = Command(
    "Apply patches to a machine config, byte for byte as talosctl machineconfig patch does",
    "patch:run",
    ("FILE",),
    (
        Flag("patch", "texts", (), "a patch: @file, a file's name, or the patch itself; may be repeated", short="p", value="PATCH"),
        Flag("output", "string", "", "the file to write instead of standard output; it is overwritten", short="o", value="FILE"),
        _MERGE,
        _ALLOW_UNKNOWN,
    ),
    "A patch is strategic merge YAML of one or many documents, or a JSON6902 list in JSON or YAML. A file that is\n"
    "named derive or check is given as ./derive or ./check.",
    {"derive": _DERIVE, "check": _CHECK},
)  # fmt: skip

_SECRETS = Command(
    "Generate a secrets bundle: certificate authorities, keys and tokens of a cluster",
    "gen_secrets:run",
    (),
    (
        Flag("output-file", "string", "secrets.yaml", "the file to write; - is standard output", short="o", value="FILE"),
        _CONTRACT,
        Flag("from-kubernetes-pki", "string", "", "take the Kubernetes authorities from this folder", short="p", value="DIR"),
        Flag("from-controlplane-config", "string", "", "take all secrets from this control-plane config", value="FILE"),
        Flag("kubernetes-bootstrap-token", "string", "", "the bootstrap token, with --from-kubernetes-pki", short="t", value="TOKEN"),
        _FORCE,
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
        _FORCE,
    ),
)  # fmt: skip

_KEY = Command(
    "Generate an Ed25519 private key",
    "gen_keys:key",
    (),
    (Flag("name", "string", "", "the name of its file", value="NAME", required=True), _FORCE),
)

_CSR = Command(
    "Make a certificate signing request",
    "gen_keys:csr",
    (),
    (
        Flag("key", "string", "", "the private key's file", value="FILE", required=True),
        Flag("ip", "string", "", "the address it is for", value="IP", required=True),
        Flag("roles", "strings", ("os:admin",), "the roles it asks for", value="ROLE,…"),
        _FORCE,
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
        _FORCE,
    ),
)

_KEYPAIR = Command(
    "Generate a self-signed Ed25519 key pair that lives a day",
    "gen_keys:keypair",
    (),
    (
        Flag("organization", "string", "", "the organization of its subject, and the name of its files", value="NAME", required=True),
        Flag("ip", "string", "", "the address it is for", value="IP"),
        _FORCE,
    ),
)  # fmt: skip

_RELEASE = Flag(
    "talos-version", "string", "", "the release that is asked about (v1.5 … v1.14); newest if empty", value="VERSION"
)

_WHY = Command(
    "Tell all about a path: type, since when, deprecated and by what replaced, how patches merge it, secret or not",
    "schema:why",
    ("PATH",),
    (_RELEASE,),
    "A path is written machine.network.interfaces[0].mtu, or with a kind in front LinkConfig.mtu; without a kind\n"
    "all kinds that have the path are told about.",
)

_SHOW = Command(
    "List the paths of a kind with their types",
    "schema:show",
    ("KIND",),
    (_RELEASE,),
    "The legacy document is the kind v1alpha1; secrets and talosconfig are taken for kinds as well.",
)

_JSON_SCHEMA = Command(
    "Write a JSON Schema (draft 2020-12) for editors and checks; it is about one document of a file",
    "schema:json",
    (),
    (
        Flag("of", "string", "config", "what the schema is of: config or patch", value="SUBJECT"),
        _RELEASE,
        Flag("output", "string", "", "the file to write instead of standard output", short="o", value="FILE"),
        _FORCE,
    ),
)  # fmt: skip

_VALIDATE = Command(
    "Give the verdict of Talos on a machine config, as talosctl validate does, with places and remedies",
    "validate:run",
    (),
    (
        Flag("config", "string", "", "the machine config", short="c", value="FILE", required=True),
        Flag("mode", "string", "", "where it is to run: metal, cloud or container", short="m", value="MODE", required=True),
        Flag("strict", "bool", False, "warnings about the legacy document are errors"),
        _ALLOW_UNKNOWN,
        *_FORMAT,
    ),
    "The rules are those of Talos v1.14.1. Findings go to standard error as text, to standard output in the other formats.",
)  # fmt: skip

ROOT = Group(
    "talosgen compiles the node configurations of Talos Linux.",
    {
        "gen": Group(
            "Generate secrets and base configs, as talosctl gen does.",
            {
                "config": _CONFIG, "secrets": _SECRETS, "ca": _CA, "key": _KEY, "csr": _CSR,
                "crt": _CRT, "keypair": _KEYPAIR,
            },
            {},
        ),
        "machineconfig": Group("Work on machine configs, as talosctl machineconfig does.", {"gen": _CONFIG, "patch": _PATCH}, {}),
        "patch": _PATCH,
        "validate": _VALIDATE,
        "schema": Group(
            "Ask what Talos's releases know: kinds, fields, deprecations, secrets; schemas for editors.",
            {"why": _WHY, "show": _SHOW, "json": _JSON_SCHEMA},
            {},
        ),
    },
    {"mc": "machineconfig"},
)  # fmt: skip
