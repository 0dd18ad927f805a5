"""Lints: each by its example, what they leave alone, and that they are no part of Talos's verdict."""

from __future__ import annotations

import ast
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

import talosgen.validation.lints
from talosgen.cli import main
from talosgen.codes import BY_NAME, CODES
from talosgen.config.loader import load
from talosgen.machineconfig import MachineConfig
from talosgen.schema.table import table
from talosgen.validation import findings
from talosgen.validation.checks.der import validity
from talosgen.validation.checks.pem import blocks
from talosgen.validation.lints import FAMILIES, lint
from talosgen.validation.lints.expiry import SOON

FOLDER = Path(talosgen.validation.lints.__file__).parent
VECTORS = Path(__file__).parent / "vectors"
PAGE = Path(talosgen.__file__).parents[1] / "docs" / "findings.md"
EXAMPLES = {entry["name"]: entry for entry in yaml.safe_load((VECTORS / "lints.yaml").read_text(encoding="utf-8"))}
LINTS = [code for code in CODES.values() if code.code.startswith("TG5")]


def day(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None


def found(text, mode="metal", now=None):
    """The names and paths of what lints find."""
    return [(finding.name, finding.path) for finding in lint(load(text), mode, now=now)]


def names(text, **options):
    return [name for name, _ in found(text, **options)]


def told(config, **options):
    by_code = {code.code: code.name for code in CODES.values()}
    return [by_code[problem.code] for problem in config.validate("metal", **options)]


# The examples of the documentation.


def test_every_lint_has_its_example_in_the_order_of_the_codes():
    assert list(EXAMPLES) == [code.name for code in LINTS]


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_example_is_found_and_mended(name):
    entry = EXAMPLES[name]
    config = MachineConfig.load(entry["found"]).patch(*entry.get("patches", ()))
    now = day(entry.get("now"))
    assert name in told(config, now=now)
    assert name not in told(config, now=now, lint=False)
    assert [other for other in told(MachineConfig.load(entry["fixed"]), now=now) if BY_NAME[other] in LINTS] == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_example_has_no_other_lint(name):
    entry = EXAMPLES[name]
    config = MachineConfig.load(entry["found"]).patch(*entry.get("patches", ()))
    assert {other for other in told(config, now=day(entry.get("now"))) if BY_NAME[other] in LINTS} == {name}


def test_the_page_of_findings_has_each_example():
    page = PAGE.read_text(encoding="utf-8")
    for code in LINTS:
        entry = EXAMPLES[code.name]
        section = page.partition(f"### {code.code} {code.name}\n")[2].partition("\n### ")[0]
        assert entry["why"].strip() in section
        assert f"```yaml\n{entry['found'].rstrip()}\n```" in section
        assert f"```yaml\n{entry['fixed'].rstrip()}\n```" in section


# What lints are to the verdict.


@pytest.mark.parametrize(
    "path", sorted((VECTORS / "conformance/bases").glob("val-v*.yaml")), ids=lambda path: path.stem
)
def test_nothing_is_said_of_what_talos_generates(path):
    text = path.read_text(encoding="utf-8")
    # The Kubernetes of these configs was chosen for the contract, their installer is the newest.
    assert set(names(text, now=datetime(2027, 1, 1, tzinfo=UTC))) <= {"installer-kubernetes"}


def test_lints_are_no_findings_of_talos():
    for entry in EXAMPLES.values():
        config = MachineConfig.load(entry["found"]).patch(*entry.get("patches", ()))
        assert all(not finding.code.startswith("TG5") for finding in findings(config._container, "metal", strict=True))


def test_strictness_makes_no_errors_of_lints():
    text = EXAMPLES["worker-taints"]["found"]
    severities = {problem.code: problem.severity for problem in MachineConfig.load(text).validate("cloud", strict=True)}
    assert severities[BY_NAME["worker-taints"].code] == "warning"


def test_only_what_keeps_a_node_from_booting_is_an_error():
    assert {code.name for code in LINTS if code.severity == "error"} == {"file-operation", "file-create", "file-path"}


# What single lints leave alone, and what they reach.


def file(path, operation="create", mode="0o644"):
    return f"machine:\n  files: [{{path: {path!r}, op: {operation}, permissions: {mode}, content: a}}]\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (file("/var/lib/a"), []),
        (file("/etc/a", "overwrite"), []),
        (file("/etc/a", "append"), []),
        (file("/variable/a"), ["file-create"]),
        (file("/etc/cri/conf.d/20-customization.part"), []),
        (file("/etc/kubernetes/manifests/a.yaml"), []),
        (file(""), ["file-path"]),
        (file("/", "overwrite"), ["file-path"]),
        (file("var/a"), ["file-path-relative"]),
        (file("/var/a", "''"), ["file-operation"]),
        (file("/var/a", "Create"), ["file-operation"]),
        (file("/var/a", mode="0o1204"), ["file-mode"]),
        (file("/var/a", mode="0644"), []),
        (file("/var/a", mode="420"), []),
        (file("/var/a", mode="0o100644"), ["file-mode"]),
        (file("/etc/a", "add", "600"), ["file-operation", "file-mode"]),
        ("apiVersion: v1alpha1\nkind: EtcFileConfig\nname: a\nmode: 755\ncontents: a\n", ["file-mode"]),
    ],
)
def test_files(text, expected):
    assert names(text) == expected


def manifest(text):
    return json.dumps({"apiVersion": "v1alpha1", "kind": "KubeInlineManifestConfig", "name": "a", "manifest": text})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kind: Secret\ndata: {a: Yg==}\n", True),
        ("kind: ConfigMap\ndata: {a: b}\n", False),
        ("kind: ConfigMap\n---\nkind: 'Secret'\nstringData:\n  a: b\n", True),
        ('{"apiVersion":"v1","kind":"Secret","data":{"a":"Yg=="}}', True),
        ("kind: List\nitems:\n- kind: Secret\n  data: {a: Yg==}\n", True),
        # Nothing is in it.
        ("kind: Secret\nmetadata: {name: a}\n", False),
        ("kind: Secret\ndata: {}\n", False),
        ("kind: Secret\nstringData: {a: ''}\n", False),
        # Others only speak of secrets.
        ("kind: SealedSecret\nspec: {template: {data: {a: b}}}\n", False),
        ("kind: Role\nrules: [{resources: [secrets], kind: Secret}]\ndata: {a: b}\n", False),
        ("kind: Secret\ndata: {a: 'ENC[AES256_GCM,data:x]'}\nsops: {version: 3.9.0}\n", False),
        # What cannot be read is judged by its look.
        ("kind: Secret\ndata: {a: b\n", True),
    ],
)
def test_secrets_in_manifests(text, expected):
    assert ("inline-secret" in names(manifest(text))) is expected
    legacy = json.dumps({"cluster": {"inlineManifests": [{"name": "a", "contents": text}]}})
    assert ("inline-secret" in names(legacy)) is expected


def test_keys_in_files_and_pods():
    key = "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n"
    pod = {"spec": {"containers": [{"env": [{"name": "K", "value": key}]}]}}
    assert found(json.dumps({"machine": {"pods": [pod]}})) == [
        ("inline-key", "machine.pods[0].spec.containers[0].env[0].value")
    ]
    document = {"apiVersion": "v1alpha1", "kind": "KubeStaticPodConfig", "name": "a", "pod": pod}
    assert found(json.dumps(document)) == [("inline-key", "pod.spec.containers[0].env[0].value")]
    encrypted = key.replace("EC PRIVATE", "ENCRYPTED PRIVATE")
    for text, expected in ((key, ["inline-key"]), (encrypted, []), (key.replace("PRIVATE", "PUBLIC"), [])):
        assert (
            names(
                json.dumps({"apiVersion": "v1alpha1", "kind": "CRICustomizationConfig", "name": "a", "content": text})
            )
            == expected
        )


@pytest.mark.parametrize(
    ("url", "moving"),
    [
        ("https://raw.githubusercontent.com/o/r/main/a.yaml", True),
        ("https://raw.githubusercontent.com/o/r/refs/heads/master/v1.2.3/a.yaml", True),
        ("https://raw.githubusercontent.com/o/r/refs/tags/v1.2.3/main/a.yaml", False),
        ("https://raw.githubusercontent.com/o/r/376567988ad370138ad8b2698212367b8edcb69b/main/a.yaml", False),
        ("https://github.com/o/r/releases/latest/download/a.yaml", True),
        ("https://github.com/o/r/releases/download/v1.2.3/latest.yaml", False),
        ("https://github.com/o/main/releases/download/v1.2.3/a.yaml", False),
        ("https://example.com/manifests?ref=main", True),
        ("https://example.com/manifests?ref=v1.2.3", False),
        ("https://example.com/a.yaml", False),
        ("https://example.com/cilium-1.16.0/main/a.yaml", False),
        ("not/a/main:url", False),
    ],
)
def test_urls_that_can_change(url, moving):
    document = {"apiVersion": "v1alpha1", "kind": "KubeExternalManifestConfig", "name": "a", "url": url}
    assert ("manifest-unpinned" in names(json.dumps(document))) is moving
    for tree in (
        {"extraManifests": ["x", url]},
        {"externalCloudProvider": {"enabled": True, "manifests": ["x", url]}},
        {"network": {"cni": {"name": "custom", "urls": ["x", url]}}},
    ):
        paths = [path for name, path in found(json.dumps({"cluster": tree})) if name == "manifest-unpinned"]
        assert [path[-3:] for path in paths] == (["[1]"] if moving else [])


def documents(*trees):
    return "---\n".join(json.dumps({"apiVersion": "v1alpha1", **tree}) + "\n" for tree in trees)


def test_versions_of_kubernetes_in_documents():
    api = {"kind": "KubeAPIServerConfig", "image": "registry.k8s.io/kube-apiserver:v1.37.0@sha256:" + "0" * 64}
    proxy = {"kind": "KubeProxyConfig", "image": "registry.k8s.io/kube-proxy:v1.36.0"}
    kubelet = {"kind": "KubeletConfig", "image": "mirror:5000/kubelet:v1.37.0-fat"}
    text = documents(kubelet, proxy, api)
    messages = [finding.message for finding in lint(load(text), "cloud") if finding.name == "kubernetes-versions"]
    assert messages == [
        "kubelet is v1.37.0-fat, kube-apiserver is v1.37.0", "kube-proxy is v1.36.0, kube-apiserver is v1.37.0"
    ]  # fmt: skip
    # What is off, or has no version, says nothing.
    same = documents(api, {**proxy, "enabled": False}, {**kubelet, "image": "kubelet:latest"})
    assert "kubernetes-versions" not in names(same)


def test_what_an_installer_knows():
    install = {"kind": "UnattendedInstallConfig", "installer": {"image": "ghcr.io/siderolabs/installer:v1.13.9"}}
    (finding,) = [finding for finding in lint(load(documents(install)), "metal") if finding.name == "installer-older"]
    assert (finding.message.rpartition(" ")[2], finding.path) == ("UnattendedInstallConfig", "installer.image")
    for image in ("installer:v1.14.0", "installer:v2.0.0", "installer@sha256:" + "0" * 64, "installer"):
        install["installer"]["image"] = image
        assert names(documents(install)) == []


def test_arguments_that_talos_sets():
    arguments = {"etcd-servers": "x", "feature-gates": "x"}
    tree = {"machine": {"type": "controlplane"}, "cluster": {"apiServer": {"extraArgs": arguments}}}
    assert found(json.dumps(tree)) == [("argument-refused", "cluster.apiServer.extraArgs.etcd-servers")]
    document = {"kind": "KubeletConfig", "image": "a", "extraArgs": {"cert-dir": "/x", "node-ip": "x"}}
    assert found(documents(document)) == [("argument-refused", "extraArgs.cert-dir")]
    later = {"feature-gates": "x", "listen-client-http-urls": "x", "tls-min-version": "x", "quota-backend-bytes": "1"}
    tree["cluster"] = {"etcd": {"extraArgs": later}, "apiServer": {"extraArgs": {"tls-min-version": "x"}}}
    refused = [f"cluster.etcd.extraArgs.{name}" for name in list(later)[:3]]
    refused = sorted([*refused, "cluster.apiServer.extraArgs.tls-min-version"])
    for release, expected in (("v1.13", []), ("v1.14", refused)):
        told = lint(load(json.dumps(tree)), "metal", release=release)
        assert sorted(finding.path for finding in told if finding.name == "argument-refused") == expected
    # Validation says of this one all that is to say.
    refused = {"kind": "KubeAPIServerConfig", "image": "a", "extraArgs": {"authorization-config": "x"}}
    assert names(documents(refused)) == []


@pytest.mark.parametrize(
    ("label", "refused"),
    [
        ("example.com/a", False), ("a", False), ("node-role.kubernetes.io/worker", True), ("app.kubernetes.io/name", True),
        ("topology.kubernetes.io/zone", False), ("topology.kubernetes.io/rack", True), ("kubernetes.io/hostname", False),
        ("feature.node.kubernetes.io/x", False), ("kubelet.kubernetes.io/x", False), ("node-restriction.kubernetes.io/x", True),
        ("k8s.io/x", True), ("x.k8s.io/x", True), ("notkubernetes.io/x", False),
    ],
)  # fmt: skip
def test_labels_of_workers(label, refused):
    for role, expected in (("worker", refused), ("controlplane", False)):
        text = json.dumps({"machine": {"type": role, "nodeLabels": {label: ""}}})
        assert ("worker-label" in names(text)) is expected
        node = documents({"kind": "KubeNodeConfig", "labels": {label: ""}})
        assert ("worker-label" in names(f"machine: {{type: {role}}}\n---\n{node}")) is expected


def test_what_a_worker_has_no_use_for():
    text = "machine: {type: worker}\ncluster: {scheduler: {}, coreDNS: {disabled: true}, aggregatorCA: {crt: YQ==, key: YQ==}}\n"
    text += "---\n" + documents({"kind": "Layer2VIPConfig", "name": "10.0.0.1", "link": "eth0"})
    assert found(text) == [
        ("worker-setting", "cluster.coreDNS"), ("worker-secret", "cluster.aggregatorCA.key"), ("worker-setting", "")
    ]  # fmt: skip
    assert found(text.replace("worker", "controlplane")) == []


def test_taints_of_a_worker_work_since_1_14():
    text = "machine: {type: worker, nodeTaints: {a: ':NoSchedule'}, install: {image: 'installer:v1.%d.0'}}\n"
    assert ["worker-taints" in names(text % minor) for minor in (9, 13, 14)] == [True, True, False]


def test_names_of_certificates():
    text = "machine: {type: controlplane, certSANs: [%s]}\ncluster: {controlPlane: {endpoint: 'https://%s:6443'}}\n"
    for given, host, missing in (
        ("", "api.example.com", False), ("API.example.com", "api.example.com", False), ("a", "api.example.com", True),
        ("'fd00::1'", "[fd00:0::1]", False), ("10.0.0.1", "10.0.0.2", True),
    ):  # fmt: skip
        assert ("endpoint-not-in-sans" in names(text % (given, host))) is missing
    vip = "---\n" + documents({"kind": "Layer2VIPConfig", "name": "10.0.0.2", "link": "eth0"})
    # The endpoint is the shared address, a name, another address.
    assert names(text % ("a", "10.0.0.2") + vip) == []
    assert names(text % ("a", "a") + vip) == []
    assert found(text % ("10.0.0.3", "10.0.0.3") + vip) == [("vip-not-in-sans", "name")]


def test_the_hostname_in_other_places():
    text = (
        "machine:\n  install: {extraKernelArgs: [talos.hostname=%s]}\n  kubelet: {extraArgs: {hostname-override: %s}}\n---\n"
        + documents({"kind": "HostnameConfig", "hostname": "a"})
    )
    assert [path for name, path in found(text % ("b", "[b]")) if name == "hostname-elsewhere"] == [
        "machine.install.extraKernelArgs[0]", "machine.kubelet.extraArgs.hostname-override"
    ]  # fmt: skip
    assert "hostname-elsewhere" not in names(text % ("a", "a"))


def test_kernel_arguments():
    text = "machine: {install: {image: '%s', extraKernelArgs: [a]%s}}\n"
    assert names(text % ("installer:v1.9.5", "")) == []
    assert names(text % ("installer:v1.12.0", "")) == names(text % ("", "")) == ["kernel-arguments-uki"]
    # Talos refuses these by itself.
    assert names(text % ("installer:v1.12.0", ", grubUseUKICmdline: true")) == []


def test_what_kubernetes_an_installer_runs():
    text = "machine: {type: worker, install: {image: 'installer:%s'}, kubelet: {image: 'kubelet:%s'}}\n"
    for talos, kubernetes, fits in (
        ("v1.13.0", "v1.36.9", True), ("v1.13.0", "v1.37.0", False), ("v1.12.7", "v1.30.0", True), ("v1.12.7", "v1.29.9", False),
        ("v1.99.0", "v1.1.0", True), ("latest", "v1.1.0", True),
    ):  # fmt: skip
        assert ("installer-kubernetes" in names(text % (talos, kubernetes))) is not fits


# What ends.


CERTIFICATE = re.search(
    "-----BEGIN.*-----\n", re.sub("(?m)^ +", "", EXAMPLES["certificate-early"]["found"]), re.DOTALL
)[0]
END = datetime(2027, 7, 1, tzinfo=UTC)


def test_the_time_of_a_certificate_is_read():
    (block,) = blocks(CERTIFICATE)
    assert validity(block.content) == (datetime(2026, 7, 1, tzinfo=UTC), END)
    assert validity(block.content[:40]) is validity(b"") is validity(b"\x30\x80") is None


@pytest.mark.parametrize(
    "path", sorted((VECTORS / "conformance/bases").glob("cp-1.1*.yaml")), ids=lambda path: path.stem
)
def test_times_are_those_that_the_cryptography_library_reads(path):
    from cryptography import x509

    read = []
    for text in re.findall(r"crt: ([A-Za-z0-9+/=]+)", path.read_text(encoding="utf-8")):
        import base64

        for block in blocks(base64.b64decode(text).decode()):
            certificate = x509.load_der_x509_certificate(block.content)
            assert validity(block.content) == (certificate.not_valid_before_utc, certificate.not_valid_after_utc)
            read.append(block)
    assert read or "1.14" in path.stem


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (END - SOON - timedelta(seconds=1), []),
        (END - SOON, ["certificate-expires"]),
        (END - timedelta(seconds=1), ["certificate-expires"]),
        (END, ["certificate-expired"]),
        (None, []),
    ],
)
def test_when_a_certificate_is_told_of(now, expected):
    pem = CERTIFICATE
    import base64

    encoded = base64.b64encode(pem.encode()).decode()
    places = [
        ({"machine": {"ca": {"crt": encoded}}}, "machine.ca.crt"),
        ({"machine": {"acceptedCAs": [{"crt": encoded}]}}, "machine.acceptedCAs[0].crt"),
        ({"cluster": {"etcd": {"ca": {"crt": encoded}}}}, "cluster.etcd.ca.crt"),
        ({"machine": {"registries": {"config": {"h": {"tls": {"ca": encoded}}}}}}, "machine.registries.config.h.tls.ca"),
        ({"apiVersion": "v1alpha1", "kind": "KubeAPIServerCAConfig", "acceptedCAs": [pem]}, "acceptedCAs[0]"),
        ({"apiVersion": "v1alpha1", "kind": "KubeAggregatorCAConfig", "issuingCA": {"cert": pem, "key": "x"}}, "issuingCA.cert"),
        ({"apiVersion": "v1alpha1", "kind": "RegistryTLSConfig", "name": "h", "ca": pem}, "ca"),
        ({"apiVersion": "v1alpha1", "kind": "TrustedRootsConfig", "name": "h", "certificates": pem * 3}, "certificates"),
    ]  # fmt: skip
    for tree, path in places:
        assert found(json.dumps(tree), now=now) == [(name, path) for name in expected]


def test_what_is_no_token_says_nothing():
    after = END + timedelta(days=9)
    for text in (
        "eyJh.eyJhbGci.eyJhbGciOiJIUzI1NiJ9",
        "eyJ" * 100_000,
        "eyJhbGciOiJub25lIn0.eyJleHAiOiJ4In0.x",
        "a.b.c",
    ):
        assert found(json.dumps({"machine": {"env": {"A": text}}}), now=after) == []
    token = EXAMPLES["token-expired"]["found"].rpartition(" ")[2].strip()
    headers = {"cluster": {"extraManifestHeaders": {"Authorization": f"Bearer {token}"}}}
    text = json.dumps({"machine": {"type": "controlplane"}, **headers})
    assert found(text, now=after) == [("token-expired", "cluster.extraManifestHeaders.Authorization")]


# What Talos does not read back.


def test_a_text_that_talos_does_not_read_back():
    text = json.dumps({"machine": {"files": [{"content": "\ta\nb", "path": "/var/a", "op": "create"}]}})
    assert found(text) == [("no-round-trip", "machine.files[0].content")]
    assert found(text.replace(r"\ta", "a")) == []
    rule = documents(
        {
            "kind": "NetworkRuleConfig",
            "name": "a",
            "portSelector": {"ports": [1]},
            "ingress": [{"subnet": "10.0.0.0/8"}],
        }
    )
    assert found(rule) == [("no-round-trip", "portSelector")]
    assert found(rule.replace('"ports"', '"protocol": "tcp", "ports"')) == []


# What stands where, and who set it.


def test_no_message_tells_a_secret():
    key = "-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----\n"
    text = json.dumps(
        {
            "machine": {"type": "worker", "files": [{"path": "a", "content": key + "\n"}]},
            "cluster": {
                "secretboxEncryptionSecret": "hunter2",
                "inlineManifests": [{"name": "a", "contents": "kind: Secret\ndata: {a: hunter2}"}],
            },
        }
    )
    problems = MachineConfig.load(text).validate("metal")
    assert {"inline-key", "inline-secret", "worker-secret"} <= {CODES[problem.code].name for problem in problems}
    assert "hunter2" not in "".join(map(str, problems))


def test_a_finding_names_the_patch_that_set_the_value(tmp_path):
    first, second = tmp_path / "first.yaml", tmp_path / "second.yaml"
    first.write_text("machine:\n  files:\n    - {path: /var/a, op: create}\n    - {path: /etc/b, op: create}\n")
    second.write_text(
        "machine:\n  type: nope\n  files:\n    - {path: /etc/c, op: create}\n  nodeLabels:\n    'a b': c\n"
    )
    base = "machine:\n  type: worker\n  files:\n    - {path: /etc/a, op: create}\n  ca: {crt: Zm9v}\n  sysctls: {a: b}\ncluster: {}\n"
    config = MachineConfig.load(base, "base.yaml").patch(first, second)
    by_path = {problem.path: (str(problem.place), problem.layer) for problem in config.validate("cloud")}
    assert by_path == {
        "machine.type": (f"{second}:2:9", str(second)),
        "machine.files": ("base.yaml:4:5", ""),
        "machine.files[0].path": ("base.yaml:4:14", ""),
        "machine.files[2].path": (f"{first}:4:14", str(first)),
        "machine.files[3].path": (f"{second}:4:14", str(second)),
        "machine.nodeLabels.a b": (f"{second}:6:12", str(second)),
    }


def test_what_a_patch_took_away_is_its_doing(tmp_path):
    base = "machine:\n  type: worker\n  ca: {crt: Zm9v}\n  install:\n    disk: /dev/sda\n    wipe: true\ncluster: {}\n"
    patch = "machine:\n  install:\n    disk: {$patch: delete}\n"
    config = MachineConfig.load(base, "base.yaml").patch(patch, "machine: {nodeLabels: {a: b}}")
    (problem,) = config.validate("metal")
    assert (CODES[problem.code].name, str(problem.place), problem.layer) == (
        "install-disk-missing",
        "<patch 1>:3:11",
        "<patch 1>",
    )


def test_operations_are_layers_as_well():
    base = "machine:\n  type: worker\n  certSANs: [a]\n  ca: {crt: Zm9v}\ncluster: {}\n"
    operations = "- op: add\n  path: /machine/nodeLabels\n  value: {'a b': c}\n"
    config = MachineConfig.load(base, "base.yaml").patch("machine: {type: join}", operations)
    assert {problem.path: problem.layer for problem in config.validate("cloud")} == {
        "machine.type": "<patch 1>", "machine.nodeLabels.a b": "<patch 2>",
    }  # fmt: skip


def test_what_patches_wipe_is_told_unless_a_later_one_sets_it():
    volume = "apiVersion: v1alpha1\nkind: VolumeConfig\nname: EPHEMERAL\n"
    base = volume + "provisioning: {minSize: 10GB}\n"
    wiping = volume + "trim: {enabled: true}\n"
    config = MachineConfig.load(base).patch(wiping)
    (problem,) = [problem for problem in config.validate("cloud") if problem.code == BY_NAME["wiped-by-absence"].code]
    assert (problem.path, problem.layer) == ("provisioning.minSize", "<patch 1>")
    assert "wiped-by-absence" not in told(config.patch(volume + "provisioning: {minSize: 20GB}\n"))
    assert "wiped-by-absence" not in told(config.patch(volume + "$patch: delete\n"))
    assert "wiped-by-absence" not in told(config, lint=False)


def test_many_findings_of_a_patched_list_cost_little():
    count = 4_000
    entries = "".join(f"    - {{path: /etc/{n}, op: create}}\n" for n in range(count))
    config = MachineConfig.load("machine:\n  files:\n" + entries, "base.yaml")
    for _ in range(3):
        config = config.patch("machine:\n  files:\n" + entries)
    trail = config._trail()
    legacy = config.documents[0]
    places = [trail(legacy, ("machine", "files", index, "path")) for index in range(0, 4 * count, 7)]
    assert {layer for _, layer in places} == {"", "<patch 1>"}
    assert all(place.line == (index * 7) % count + 3 for index, (place, _) in enumerate(places))


# The command.


def run(capsys, *arguments):
    status = main(["validate", *arguments])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


GOOD = "machine:\n  type: worker\n  install: {disk: /dev/sda}\n  ca: {crt: Zm9v}\ncluster:\n  controlPlane: {endpoint: 'https://h:6443'}\n"


def test_lints_are_printed_and_change_no_verdict(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("a.yaml").write_text(GOOD.replace("type: worker", "type: worker\n  nodeTaints: {a: ':NoSchedule'}"))
    for more in ([], ["--strict"]):
        status, out, err = run(capsys, "-c", "a.yaml", "-m", "metal", *more)
        assert (status, out) == (0, "a.yaml is valid for metal mode\n")
        assert err.startswith("a.yaml:3:15: warning[TG5084 worker-taints]: machine.nodeTaints: ")
    assert run(capsys, "-c", "a.yaml", "-m", "metal", "--no-lint") == (0, "a.yaml is valid for metal mode\n", "")


def test_a_lint_that_is_an_error_fails(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("a.yaml").write_text(GOOD.replace("type: worker", "type: worker\n  files: [{path: /etc/a, op: create}]"))
    assert run(capsys, "-c", "a.yaml", "-m", "metal")[0] == 1
    assert run(capsys, "-c", "a.yaml", "-m", "metal", "--no-lint")[0] == 0


def test_sarif_leads_to_the_page(monkeypatch):
    from talosgen.outputs.reports import render

    problems = MachineConfig.load(EXAMPLES["worker-taints"]["found"]).validate("cloud")
    assert "helpUri" not in render(problems, "sarif", tool_version="1", docs="")
    rules = json.loads(render(problems, "sarif", tool_version="1", docs="https://example.com/findings/"))["runs"][0][
        "tool"
    ]["driver"]["rules"]
    assert "https://example.com/findings/#tg5084" in [rule["helpUri"] for rule in rules]
    assert '<a id="tg5084"></a>' in PAGE.read_text(encoding="utf-8")


# The modules.


def modules():
    return sorted(path for path in FOLDER.glob("*.py") if path.stem != "__init__")


def test_every_module_of_lints_is_in_force():
    with_rules = {path.stem for path in modules() if "LINTS." in path.read_text(encoding="utf-8")}
    assert with_rules == set(FAMILIES)


def test_lints_are_for_types_and_kinds_that_the_table_has():
    known = set(table().kinds)
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "rule":
                for argument in node.args:
                    if isinstance(argument, ast.Constant):
                        assert argument.value in known or table().is_struct(argument.value), (path, argument.value)


def test_arguments_are_of_types_and_kinds_that_the_table_has():
    from talosgen.validation.lints.arguments import _REFUSED

    for name in _REFUSED:
        struct = table().kinds[name].type if name in table().kinds else name
        assert "extraArgs" in [field.key for field in table().struct(struct).fields]


def volume(kind, name, match="system_disk", **fields):
    return {"kind": kind, "name": name, "provisioning": {"diskSelector": {"match": match}, "minSize": "1GB", **fields}}


@pytest.mark.parametrize(
    ("ephemeral", "expected"),
    [
        ([], ["volume-no-room"]),
        ([volume("VolumeConfig", "EPHEMERAL")], ["volume-no-room"]),
        ([{"kind": "VolumeConfig", "name": "EPHEMERAL", "mount": {"secure": True}}], ["volume-no-room"]),
        ([volume("VolumeConfig", "EPHEMERAL", maxSize="50%")], []),
        ([volume("VolumeConfig", "EPHEMERAL", "!system_disk")], []),
        ([volume("VolumeConfig", "IMAGECACHE", maxSize="2GB")], ["volume-no-room"]),
    ],
)
@pytest.mark.parametrize("kind", ["UserVolumeConfig", "RawVolumeConfig", "SwapVolumeConfig"])
def test_ephemeral_leaves_room_where_it_is_told_to(kind, ephemeral, expected):
    assert names(documents(*ephemeral, volume(kind, "a"))) == expected
    assert names(documents(*ephemeral, volume(kind, "a", 'disk.dev_path == "/dev/sdb"'))) == []


def test_volumes_of_one_disk_are_told_of_the_greedy_one():
    match = "!system_disk"
    small = volume("UserVolumeConfig", "a", match)
    bounded = volume("RawVolumeConfig", "b", match, grow=True, maxSize="2GB")
    greedy = volume("SwapVolumeConfig", "c", " !system_disk ", grow=True)
    whole = {
        "kind": "UserVolumeConfig", "name": "d", "volumeType": "disk", "provisioning": {"diskSelector": {"match": match}},
    }  # fmt: skip
    assert names(documents(small, bounded)) == []
    told = [
        (one.document.name, one.message.split()[0]) for one in lint(load(documents(small, bounded, greedy)), "metal")
    ]
    assert sorted(told) == [("a", "SwapVolumeConfig/c"), ("b", "SwapVolumeConfig/c")]
    assert names(documents(small, whole)) == ["volumes-one-disk"]
    assert names(documents(greedy, whole)) == ["volumes-one-disk", "volumes-one-disk"]
