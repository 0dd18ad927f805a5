"""Verdicts of a stated release: what it does not know, what it deprecates, which images fit it, which rules it has."""

from __future__ import annotations

import json

import pytest
from vectors import FOLDER

import talosgen
from talosgen import InputError, MachineConfig
from talosgen.cli import main
from talosgen.codes import CODES
from talosgen.config.loader import load
from talosgen.schema import RELEASES
from talosgen.schema.releases import Line, Version
from talosgen.schema.table import matrix, table
from talosgen.validation import findings, validate
from talosgen.validation.release import REFUSALS

WORKER = """\
machine:
  type: worker
  ca: {crt: Zm9v}
  install: {disk: /dev/sda}
cluster:
  controlPlane: {endpoint: 'https://h:6443'}
"""
BUNDLE = (FOLDER / "conformance" / "bundles" / "v1.14.yaml").read_text(encoding="utf-8")
MINORS = [int(release.partition(".")[2]) for release in RELEASES]


def found(text, release, mode="metal"):
    """What a release finds, by the second names of the codes."""
    return [CODES[problem.code].name for problem in validate(load(text, "c.yaml"), mode, release=release)]


def one(text, release, name):
    """The only finding of that name."""
    problems = [p for p in validate(load(text, "c.yaml"), "cloud", release=release) if CODES[p.code].name == name]
    assert len(problems) == 1, problems
    return problems[0]


def generated(contract, role):
    options = talosgen.Options(
        cluster="demo",
        endpoint="https://10.0.0.1:6443",
        contract=talosgen.Contract.parse(contract),
        kubernetes=f"1.{Line.of(contract).newest_kubernetes}.0",
        install_disk="/dev/sda",
        install_image=f"ghcr.io/siderolabs/installer:v{contract}.0",
    )
    return talosgen.generate(options, talosgen.MachineType.parse(role), talosgen.SecretsBundle.load(BUNDLE))


@pytest.mark.parametrize("role", ["controlplane", "worker"])
@pytest.mark.parametrize("release", RELEASES)
def test_a_release_takes_what_is_generated_for_it(release, role):
    config = generated(release, role)
    problems = config.validate("metal", talos_version=f"v{release}")
    assert {problem.severity for problem in problems} <= {"note"}, problems
    read = MachineConfig.load(config.to_yaml()).validate("metal", talos_version=release)
    assert [problem.code for problem in read] == [problem.code for problem in problems]


def test_a_kind_that_is_too_new_is_named_with_what_the_release_has_instead():
    text = f"{WORKER}---\napiVersion: v1alpha1\nkind: KubeSpanConfig\nenabled: true\n"
    problem = one(text, "v1.12.7", "kind-too-new")
    assert (problem.place.line, problem.severity) == (8, "error")
    assert problem.message == "the kind KubeSpanConfig is not known to Talos v1.12; it came with v1.13"
    assert problem.remedy == "v1.12 wants machine.network.kubespan"
    assert "kind-too-new" not in found(text, "v1.13")


def test_no_other_rule_looks_at_a_kind_that_is_too_new():
    text = "apiVersion: v1alpha1\nkind: VLANConfig\nname: v\n"
    assert found(text, "v1.11") == ["kind-too-new"]
    assert found(text, "v1.12") == ["vlan-id", "vlan-parent"]


def test_a_field_that_is_too_new_is_found_where_it_stands():
    text = WORKER.replace("  type:", "  features:\n    hostDNS: {enabled: false}\n  type:")
    problem = one(text, "v1.6", "field-too-new")
    assert (problem.place.line, problem.path) == (3, "machine.features.hostDNS")
    assert problem.message == "this field is not known to Talos v1.6; it came with v1.7"


def test_a_field_that_is_too_new_counts_when_it_is_empty_as_well():
    text = "apiVersion: v1alpha1\nkind: OOMConfig\nstrictCgroupClassOrdering: false\n"
    assert found(text, "v1.13.3") == found(text, "v1.12.8") == ["field-too-new"]
    assert found(text, "v1.13.4") == found(text, "v1.12.9") == found(text, "v1.12") == []


@pytest.mark.parametrize(
    ("text", "release", "first"),
    [
        ("kind: UserVolumeConfig\nname: a\nvolumeType: external\n", "v1.12", "v1.13"),
        ("kind: UserVolumeConfig\nname: a\nprovisioning: {maxSize: 50%}\n", "v1.11", "v1.12"),
        ("kind: UserVolumeConfig\nname: a\nprovisioning: {minSize: -5GB}\n", "v1.12", "v1.13"),
        ("machine: {kubelet: {extraArgs: {v: [a, b]}}}\n", "v1.12", "v1.13"),
    ],
)
def test_a_value_that_is_too_new(text, release, first):
    text = text if "machine" in text else f"apiVersion: v1alpha1\n{text}"
    assert "value-too-new" in found(text, release)
    assert "value-too-new" not in found(text, first)


def test_a_patched_config_is_judged_by_what_it_is_now_and_not_by_its_text():
    config = MachineConfig.load(f"{WORKER}---\napiVersion: v1alpha1\nkind: KubeSpanConfig\nenabled: true\n", "c.yaml")
    patched = config.patch("machine:\n  nodeAnnotations: {a: b}\n")
    names = [CODES[problem.code].name for problem in patched.validate("metal", talos_version="v1.7")]
    assert names.count("field-too-new") == 1
    assert names.count("kind-too-new") == 1


def test_what_a_release_deprecates_is_noted_once_with_what_it_has_instead():
    text = WORKER.replace("  type:", "  network: {hostname: a, nameservers: [1.1.1.1]}\n  type:")
    problem = one(text, "v1.13", "field-deprecated")
    assert (problem.severity, problem.path) == ("note", "machine.network")
    assert "HostnameConfig" in problem.remedy
    paths = [p.path for p in validate(load(text), "cloud", release="v1.12") if CODES[p.code].name == "field-deprecated"]
    assert paths == ["machine.network.hostname", "machine.network.nameservers"]
    assert "field-deprecated" not in found(text, "v1.11")


def test_without_a_release_nothing_is_said_of_releases():
    text = WORKER.replace("{disk: /dev/sda}", "{disk: /dev/sda, image: 'ghcr.io/siderolabs/installer:v1.9.0'}")
    assert found(text, "") == []
    assert {"installer-release", "field-deprecated"} <= set(found(text, "v1.14"))


@pytest.mark.parametrize(
    ("image", "release", "name"),
    [
        ("ghcr.io/siderolabs/kubelet:v1.35.0", "v1.14", None),
        ("ghcr.io/siderolabs/kubelet:v1.38.0", "v1.14", "kubernetes-unsupported"),
        ("ghcr.io/siderolabs/kubelet:v1.31.4@sha256:" + "a" * 64, "v1.14", "kubernetes-unsupported"),
        ("ghcr.io/siderolabs/kubelet@sha256:" + "a" * 64, "v1.11", "kubernetes-version-unknown"),
        ("ghcr.io/siderolabs/kubelet@sha256:" + "a" * 64, "v1.10", None),
        ("ghcr.io/siderolabs/kubelet:v1.35.0", "v1.10", "kubernetes-untested"),
    ],
)
def test_the_version_of_kubernetes_fits_the_release(image, release, name):
    names = found(
        f"{WORKER.replace('machine:', f'machine:{chr(10)}  kubelet: {{image: {json.dumps(image)}}}')}", release
    )
    assert [one for one in names if one.startswith("kubernetes")] == ([name] if name else [])


def test_images_of_the_control_plane_count_on_the_control_plane():
    text = f"{WORKER}  apiServer: {{image: 'registry.k8s.io/kube-apiserver:v1.20.0'}}\n"
    assert "kubernetes-unsupported" not in found(text, "v1.13")
    assert "kubernetes-unsupported" in found(text.replace("worker", "controlplane"), "v1.13")


@pytest.mark.parametrize(
    ("image", "release", "said"),
    [
        ("ghcr.io/siderolabs/installer:v1.13.2", "v1.13", ""),
        ("factory.talos.dev/metal-installer/376567988ad370138ad8b2698212367b8edcb69b5fd68c80be1f2ec7d603b4ba:v1.14.0", "v1.13", "v1.14"),
        ("ghcr.io/siderolabs/installer:v1.10.0", "v1.13", "one step"),
        ("example.org/mine:v3.1.0", "v1.13", ""),
    ],
)  # fmt: skip
def test_the_installer_is_of_the_release(image, release, said):
    text = WORKER.replace("{disk: /dev/sda}", f"{{disk: /dev/sda, image: '{image}'}}")
    problems = [p for p in validate(load(text), "metal", release=release) if p.code == "TG4014"]
    assert [said in problem.message for problem in problems] == ([True] if said else [])


@pytest.mark.parametrize(
    ("version", "said"), [("v1.4", "generated"), ("v1.0.0", "generated"), ("v1.15", "no table"), ("x", "no Talos")]
)
def test_a_release_that_cannot_judge_is_refused(version, said):
    with pytest.raises(InputError, match=said):
        validate(load(WORKER), "metal", release=version)


def test_twins_are_refused_from_the_release_on_that_refuses_them():
    text = WORKER.replace("  type:", "  network: {kubespan: {enabled: false}, hostname: a}\n  type:")
    text += "---\napiVersion: v1alpha1\nkind: HostnameConfig\nhostname: b\n"
    text += "---\napiVersion: v1alpha1\nkind: KubeSpanConfig\nenabled: false\n"
    for release, twins in (("v1.14", 2), ("v1.13", 2), ("v1.12", 1)):
        assert found(text, release).count("legacy-twin") == twins


def test_what_a_mode_wants_depends_on_the_release():
    assert found(WORKER, "v1.13", "container")[-2:] == ["container-dns-off", "container-dns-forward"]
    assert "container-host-dns" in found(WORKER, "v1.14", "container")
    assert not {"container-dns-off", "container-host-dns"} & set(found(WORKER, "v1.6", "container"))
    bare = WORKER.replace("  install: {disk: /dev/sda}\n", "")
    assert ("install-missing" in found(bare, "v1.13"), "install-missing" in found(bare, "v1.14")) == (True, False)


def test_the_command_states_a_release(tmp_path, capsys):
    path = tmp_path / "c.yaml"
    path.write_text(f"{WORKER}---\napiVersion: v1alpha1\nkind: KubeSpanConfig\nenabled: true\n")
    assert main(["validate", "-c", str(path), "-m", "cloud", "--talos-version", "v1.12", "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert [finding["code"] for finding in report["findings"] if finding["severity"] == "error"] == ["TG4001"]
    assert main(["validate", "-c", str(path), "-m", "cloud", "--talos-version", "v1.3"]) == 1
    assert "generated, but not checked" in capsys.readouterr().err


def test_a_finding_of_the_set_has_the_same_place_with_a_release_and_without():
    config = generated("1.14", "controlplane")
    assert [f for f in findings(config._container, "container", release="v1.14") if f.code[2] not in "4"] == findings(
        config._container, "container"
    )


# The tables themselves.


def test_ranges_of_codes_are_no_empty_ones():
    for code in CODES.values():
        assert 0 <= code.since <= code.until, code
        assert code.until == 99 or 5 <= code.until <= 14, code
        assert code.since == 0 or 5 < code.since <= 14, code


def test_every_release_that_can_be_stated_has_its_compatibility():
    rows = [Line.of(release) for release in RELEASES]
    assert Line.of("1.0") is None
    assert Line.of("9.9") is None
    for row, minor in zip(rows, MINORS, strict=True):
        assert row.oldest_kubernetes < row.newest_kubernetes
        assert row.upgrades_from < minor < row.downgrades_below
        assert row.reached_from(Version(1, minor))
    assert [row.newest_kubernetes for row in rows] == list(range(28, 38))


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("1.32.0", Version(1, 32)), (" v01.32 ", Version(1, 32)), ("1", Version(1, 0)), ("1.2.3-rc.1+b", Version(1, 2, 3)),
        ("", None), ("1.2.3-", None), ("1.2.3-01", None), ("1.2.3.4", None), ("x", None), ("1.99999999999999999999", None),
    ],
)  # fmt: skip
def test_versions_are_read_as_talos_reads_them(text, version):
    assert Version.parse(text) == version


def test_every_kind_and_field_of_an_older_release_is_known_to_the_newest():
    newest = table()
    for release in RELEASES:
        for name in table(release).kinds:
            assert name in newest.kinds
            assert all(entry[1] is None for entry in matrix()[name].values())


def test_refusals_are_errors():
    assert {CODES[code].severity for code in CODES if CODES[code].name in REFUSALS} == {"error"}


@pytest.mark.parametrize("release", ["v1.14", "v1.7"])
def test_what_is_nested_deep_is_judged_as_well(release):
    depth = 4900
    policy = f"{'{a: ' * depth}1{'}' * depth}"
    text = f"{WORKER}  apiServer: {{auditPolicy: {policy}}}\n".replace(
        "machine:", "machine:\n  nodeAnnotations: {a: b}"
    )
    assert ("field-too-new" in found(text, release)) == (release == "v1.7")


def test_ten_thousand_faults_are_all_found():
    arguments = "".join(f"      k{number}: [v]\n" for number in range(10_000))
    names = found(WORKER.replace("machine:", f"machine:\n  kubelet:\n    extraArgs:\n{arguments}"), "v1.12")
    assert names.count("value-too-new") == 10_000
