"""Schematics and images: ids, names and URLs as the Image Factory has them, and what it could not make."""

from __future__ import annotations

import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from projects import configs, node, write

from talosgen.cli import main
from talosgen.errors import InputError
from talosgen.image import Machine, Schematic, check, images, installer
from talosgen.image.check import nowhere
from talosgen.image.references import ARCHITECTURES, EMPTY, platforms
from talosgen.project.frontends import opened
from talosgen.schema.releases import Release, known
from talosgen.secrets.access import Access
from talosgen.sops import file
from talosgen.sops.document import load

IDS = {
    "{}": EMPTY,
    "customization: {extraKernelArgs: []}": EMPTY,
    "customization: {extraKernelArgs: [noapic, nolapic]}": "9cba8e32753f91a16c1837ab8abf356af021706ef284aef07380780177d9a06c",
    "customization: {meta: [{key: 10, value: foo}]}": "d308a2a5ee2277bed5fbaa104fcbc8d59122abfa737df987a95b4ca763459a7f",
    "customization: {secureboot: {includeWellKnownCertificates: true}}": "fa8e05f142a851d3ee568eb0a8e5841eaf6b0ebc8df9a63df16ac5ed2c04f3e6",
    "customization: {diskImage: {sectorSize: 4096}}": "92833e9ddd9bb9e11b2464fa5525429f01866306d52ebd882ee08d7918f6d1ea",
    "overlay: {name: rpi_generic, image: siderolabs/sbc-raspberrypi}": "ee21ef4a5ef808a9b7484cc0dda0f25075021691c8c09a276591eedb638ea1f9",
    "customization: {systemExtensions: {officialExtensions: [siderolabs/gvisor, siderolabs/amd-ucode]}}": "a993cf18ef6a65e3fc6d2f651c0363981b6b2e823829ad95a2557cfc97ca6595",
    "customization: {systemExtensions: {officialExtensions: [siderolabs/amd-ucode, siderolabs/gvisor]}}": "ed510afbbd542b252bf618c09ac0d3f4ad8711c6ce752ebafa91c0779836a5c0",
    "customization: {secureboot: {enrollKeys: 'off'}}": "d8f665fc030589c746e0948aacb3f6009984ffe16082f5f286cfa0ce6213cdfe",
}
BOARD = Schematic.load("overlay: {name: rpi_generic, image: siderolabs/sbc-raspberrypi}")
BOARD_ID = "ee21ef4a5ef808a9b7484cc0dda0f25075021691c8c09a276591eedb638ea1f9"
NEW = Release.parse("v1.14.0")


def extensions(*names):
    return Schematic({"customization": {"systemExtensions": {"officialExtensions": list(names)}}})


def found(schematic, release="v1.14.1", machine=Machine()):  # noqa: B008
    return check(schematic, Release.parse(release), machine, nowhere)


def codes(schematic, release="v1.14.1", machine=Machine()):  # noqa: B008
    return [problem.code for problem in found(schematic, release, machine)]


@pytest.mark.parametrize("text", IDS)
def test_the_id_of_a_schematic(text, tmp_path, capsys):
    file = tmp_path / "schematic.yaml"
    file.write_text(text, encoding="utf-8")
    assert main(["image", "id", str(file)]) == 0
    assert capsys.readouterr().out == IDS[text] + "\n"
    assert main(["image", "id", str(file), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["id"] == IDS[text] == Schematic.load(told["schematic"]).id


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "customization: {secureboot: {enrollKeys: 'off'}}",
            "27e859ebfe0bd0bb6c9a53595770359cbafaa9fc7ef0059c046435c91e0db8c4",
        ),
        (
            'customization: {extraKernelArgs: ["console=tty0", "yes", "123", "-console", "talos.config=https://e.com/c?h=${hostname}&m=${mac}"]}',
            "32dbc7ac2a584a0e973fc51b23b3cc07b2b45ee062018c69bb04c983e6178b2e",
        ),
        ("{}", EMPTY),
    ],
)
def test_the_id_that_older_factories_give(text, expected, tmp_path, capsys):
    file = tmp_path / "schematic.yaml"
    file.write_text(text, encoding="utf-8")
    assert main(["image", "id", str(file), "--older"]) == 0
    assert capsys.readouterr().out == expected + "\n"
    assert main(["image", "id", str(file), "--older", "--canonical"]) == 2


def test_options_of_an_overlay_at_an_older_factory():
    deep = "[" * 9000 + "]" * 9000
    schematic = Schematic.load(f"overlay: {{name: a, image: b, options: {{a: {deep}}}}}")
    assert schematic.older_id == schematic.id
    with pytest.raises(InputError, match="the key 'y' is printed in another way"):
        _ = Schematic.load("overlay: {name: a, image: b, options: {'y': 1}}").older_id


def test_all_images_of_a_board():
    base = f"https://factory.talos.dev/image/{BOARD_ID}/v1.14.0"
    assert images(BOARD, NEW, Machine(arch="arm64")) == {
        "installer": f"factory.talos.dev/metal-installer/{BOARD_ID}:v1.14.0",
        "iso": f"{base}/metal-arm64.iso",
        "disk": f"{base}/metal-arm64.raw.xz",
        "pxe": f"https://pxe.talos.dev/pxe/{BOARD_ID}/v1.14.0/metal-arm64",
        "kernel": f"{base}/kernel-arm64",
        "initramfs": f"{base}/initramfs-arm64.xz",
        "cmdline": f"{base}/cmdline-metal-arm64",
        "uki": f"{base}/metal-arm64-uki.efi",
    }


def test_images_for_secure_boot_have_another_name_and_the_same_schematic():
    plain, secure = images(Schematic({}), NEW), images(Schematic({}), NEW, Machine(secure_boot=True))
    assert secure["installer"] == f"factory.talos.dev/metal-installer-secureboot/{EMPTY}:v1.14.0"
    assert secure["iso"].endswith("/metal-amd64-secureboot.iso")
    assert secure["disk"].endswith("/metal-amd64-secureboot.raw.zst")
    assert secure["uki"].endswith("/metal-amd64-secureboot-uki.efi")
    assert secure["cmdline"].endswith("/cmdline-metal-amd64-secureboot")
    assert secure["pxe"].endswith("/metal-amd64-secureboot")
    assert {key for key in plain if plain[key] == secure[key]} == {"kernel", "initramfs"}


@pytest.mark.parametrize(
    ("release", "platform", "secure", "name"),
    [
        ("v1.9.6", "metal", False, "installer"),
        ("v1.9.6", "aws", True, "installer-secureboot"),
        ("v1.10.0", "metal", False, "metal-installer"),
        ("v1.10.0", "digital-ocean", False, "digital-ocean-installer"),
        ("v1.14.1", "nocloud", True, "nocloud-installer-secureboot"),
    ],
)
def test_the_name_of_the_installer_by_release(release, platform, secure, name):
    assert installer(EMPTY, Release.parse(release), platform, secure) == f"factory.talos.dev/{name}/{EMPTY}:{release}"


@pytest.mark.parametrize(
    ("platform", "disk", "boot"),
    [
        ("metal", "raw.zst", {"iso", "pxe"}), ("aws", "raw.xz", set()), ("gcp", "raw.tar.gz", set()),
        ("equinixMetal", None, {"pxe"}), ("azure", "vhd.xz", set()), ("digital-ocean", "raw.gz", set()),
        ("nocloud", "raw.xz", {"iso", "pxe"}), ("openstack", "raw.xz", {"iso", "pxe"}), ("vmware", "ova", {"iso"}),
        ("akamai", "raw.gz", set()), ("cloudstack", "raw.gz", set()), ("hcloud", "raw.xz", set()),
        ("oracle", "qcow2", set()), ("upcloud", "raw.xz", set()), ("vultr", None, {"iso", "pxe"}),
        ("exoscale", "qcow2", set()), ("opennebula", "raw.zst", {"iso"}), ("scaleway", "raw.zst", {"iso"}),
        ("alibabacloud", "qcow2", set()),
    ],
)  # fmt: skip
def test_what_there_is_for_a_platform(platform, disk, boot):
    made = images(Schematic({}), NEW, Machine(platform))
    assert set(made) & {"iso", "pxe"} == boot
    assert made.get("disk") == (disk and f"https://factory.talos.dev/image/{EMPTY}/v1.14.0/{platform}-amd64.{disk}")


def test_older_releases_have_no_zstd_and_no_unified_kernel_image():
    assert images(Schematic({}), Release.parse("v1.7.7"))["disk"].endswith(".raw.xz")
    assert images(Schematic({}), Release.parse("v1.8.0"))["disk"].endswith(".raw.zst")
    assert "uki" not in images(Schematic({}), Release.parse("v1.4.8"))
    assert "uki" in images(Schematic({}), Release.parse("v1.5.0"))


def test_another_factory_serves_all_of_its_images():
    made = images(Schematic({}), NEW, factory="factory.example.com:8443/talos")
    assert made["installer"].startswith("factory.example.com:8443/talos/metal-installer/")
    assert all(
        url.startswith("https://factory.example.com:8443/talos/") for key, url in made.items() if key != "installer"
    )
    assert images(Schematic({}), NEW, factory="f.example.com", pxe="p.example.com")["pxe"].startswith(
        "https://p.example.com/"
    )


def test_what_can_be_no_part_of_a_url_is_refused_all_at_once():
    with pytest.raises(InputError) as caught:
        images(Schematic({}), NEW, Machine("me/tal", "riscv"), factory="https://f", pxe="a b")
    assert [problem.message for problem in caught.value.problems] == [
        "'https://f' is no host of an image factory", "'a b' is no host of an image factory",
        "'me/tal' is no name of a platform", "'riscv' is no architecture of Talos",
    ]  # fmt: skip


@given(
    st.sampled_from(sorted(platforms())), st.sampled_from(ARCHITECTURES), st.booleans(), st.sampled_from(known()),
    st.sampled_from(sorted(IDS)),
)  # fmt: skip
def test_every_image_names_its_schematic_and_release(platform, arch, secure, line, text):
    release, schematic = Release.parse(f"{line}.0"), Schematic.load(text)
    for name, image in images(schematic, release, Machine(platform, arch, secure)).items():
        assert schematic.id in image
        assert f"{line}.0" in image
        assert (arch in image) == (name != "installer")


@pytest.mark.parametrize(
    ("name", "release", "expected"),
    [
        ("siderolabs/zfs", "v1.6.0", []),
        ("siderolabs/zfs", "v1.14.1", []),
        ("siderolabs/anything", "v1.5.5", []),
        ("siderolabs/multipath-tools", "v1.11.6", ["TG4107"]),
        ("siderolabs/multipath-tools", "v1.12.0", []),
        ("siderolabs/hyperv-guest-agent", "v1.13.0", ["TG4107"]),
        ("siderolabs/zfss", "v1.14.1", ["TG4106"]),
        ("zfs", "v1.14.1", ["TG4106"]),
        ("siderolabs/i915-ucode", "v1.8.4", []),
        ("siderolabs/i915-ucode", "v1.9.0", ["TG4108"]),
        ("siderolabs/nvidia-container-toolkit", "v1.7.7", []),
        ("siderolabs/nvidia-container-toolkit", "v1.8.0", ["TG4108"]),
        ("siderolabs/xe-guest-utilities", "v1.6.8", []),
        ("siderolabs/xe-guest-utilities", "v1.7.0", ["TG4108"]),
    ],
)
def test_extensions_by_release(name, release, expected):
    assert codes(extensions(name), release) == expected


def test_an_unknown_extension_is_told_with_a_near_name_and_its_place():
    schematic, locate = Schematic.read(
        "customization:\n  systemExtensions:\n    officialExtensions:\n      - zfs\n", "s.yaml"
    )
    (problem,) = check(schematic, NEW, locate=locate)
    assert str(problem) == (
        "s.yaml:4:9: customization.systemExtensions.officialExtensions[0]: the extension zfs is unknown; "
        "did you mean siderolabs/zfs?"
    )


def test_twice_the_same_extension():
    assert codes(extensions("siderolabs/zfs", "siderolabs/zfs")) == ["TG4109"]


@pytest.mark.parametrize(
    ("text", "release", "machine", "expected"),
    [
        ("{}", "v1.14.1", Machine(), []),
        ("{}", "v1.14.1", Machine("mtal"), ["TG4101"]),
        ("{}", "v1.6.0", Machine("akamai"), ["TG4102"]),
        ("{}", "v1.8.0-alpha.1", Machine("cloudstack"), ["TG4102"]),
        ("{}", "v1.8.0-alpha.2", Machine("cloudstack"), []),
        ("{}", "v1.8.0", Machine("cloudstack"), []),
        ("{}", "v1.14.1", Machine("hcloud", "arm64"), ["TG4103"]),
        ("{}", "v1.14.1", Machine("aws", "amd64", True), ["TG4103"]),
        ("overlay: {name: rpi_5, image: siderolabs/sbc-raspberrypi}", "v1.12.2", Machine(arch="arm64"), ["TG4105"]),
        ("overlay: {name: rpi_5, image: siderolabs/sbc-raspberrypi}", "v1.12.3", Machine(arch="arm64"), []),
        ("overlay: {name: rpi_5, image: siderolabs/sbc-raspberrypi}", "v1.12.3", Machine(), ["TG4103"]),
        ("overlay: {name: rpi5, image: siderolabs/sbc-raspberrypi}", "v1.14.1", Machine(arch="arm64"), ["TG4104"]),
        ("overlay: {name: rpi_5, image: siderolabs/sbc-rockchip}", "v1.14.1", Machine(arch="arm64"), ["TG4104"]),
        ("overlay: {name: pine64, image: siderolabs/sbc-allwinner}", "v1.6.8", Machine(arch="arm64"), ["TG4110"]),
        ("customization: {embeddedMachineConfiguration: x}", "v1.11.0", Machine(), ["TG4110"]),
        ("customization: {embeddedMachineConfiguration: x}", "v1.12.0", Machine(), []),
        ("customization: {secureboot: {enrollKeys: if-safe}}", "v1.14.1", Machine(secure_boot=True), []),
        ("customization: {secureboot: {enrollKeys: always}}", "v1.14.1", Machine(secure_boot=True), ["TG4111"]),
        ("customization: {secureboot: {enrollKeys: if-safe}}", "v1.14.1", Machine(), ["TG4112"]),
        ("customization: {meta: [{key: 10, value: foo}]}", "v1.14.1", Machine(), ["TG4112"]),
        ("customization: {extraKernelArgs: [a]}", "v1.9.6", Machine(), ["TG4112"]),
        ("customization: {extraKernelArgs: [a]}", "v1.9.6", Machine(secure_boot=True), []),
        ("customization: {extraKernelArgs: [a]}", "v1.10.0", Machine(), []),
        ("owner: alice", "v1.14.1", Machine(), ["TG4113"]),
        ("customization: {secureboot: {enrollKeys: 'off'}}", "v1.14.1", Machine(secure_boot=True), ["TG4114"]),
        ("customization: {extraKernelArgs: ['22:22']}", "v1.14.1", Machine(), ["TG4114"]),
        ('customization: {extraKernelArgs: ["a\\u2028b"]}', "v1.14.1", Machine(), ["TG4114"]),
    ],
)  # fmt: skip
def test_what_a_factory_could_not_make(text, release, machine, expected):
    assert codes(Schematic.load(text), release, machine) == expected


def test_keys_of_an_overlays_options_count_as_texts():
    text = "overlay: {name: rpi_generic, image: siderolabs/sbc-raspberrypi, options: {'y': {z: 'on'}}}"
    paths = [problem.path for problem in found(Schematic.load(text), machine=Machine(arch="arm64"))]
    assert paths == ["overlay.options.y", "overlay.options.y.z"]


def test_urls_on_the_command_line(tmp_path, capsys):
    file = tmp_path / "s.yaml"
    file.write_text("overlay: {name: rpi_generic, image: siderolabs/sbc-raspberrypi}\n", encoding="utf-8")
    assert main(["image", "urls", str(file), "--talos-version", "v1.14.0", "--arch", "arm64", "--json"]) == 0
    out = json.loads(capsys.readouterr().out)
    assert out.pop("id") == BOARD_ID
    assert out == images(BOARD, NEW, Machine(arch="arm64"))
    assert main(["image", "installer", "--talos-version", "v1.14.1", "--platform", "mtal"]) == 0
    told = capsys.readouterr()
    assert told.out == f"factory.talos.dev/mtal-installer/{EMPTY}:v1.14.1\n"
    assert "did you mean metal?" in told.err
    assert main(["image", "urls", str(tmp_path / "none.yaml"), "--talos-version", "1.14"]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 2
    assert main(["image", "urls", "a", "b", "--talos-version", "v1.14.1"]) == 2
    assert "takes 0 to 1 arguments" in capsys.readouterr().err


CLUSTER = """\
apiVersion: talosgen/v1
kind: Cluster
name: home
endpoint: https://10.0.0.10:6443
talosVersion: v1.14.1
install: {disk: /dev/sda}
machine: {platform: nocloud}
"""
INLINE = """\
schematic:
  customization:
    systemExtensions:
      officialExtensions: [siderolabs/zfs]
"""


def test_images_of_a_projects_node(tmp_path, capsys, monkeypatch):
    rest = "machine: {arch: arm64, secureBoot: true}\nschematic: s.yaml\n"
    files = {
        "cluster.yaml": CLUSTER + INLINE,
        "controlplane-cp1.yaml": node("10.0.0.11"),
        "worker-w1.yaml": node("10.0.0.21", rest),
        "s.yaml": "customization:\n  systemExtensions:\n    officialExtensions:\n    - siderolabs/zsf\n",
    }
    write(tmp_path / "cluster", files, secrets=False)
    monkeypatch.chdir(tmp_path)
    assert main(["image", "node", "cp1", "--json"]) == 0
    told = capsys.readouterr()
    out = json.loads(told.out)
    schematic = extensions("siderolabs/zfs")
    assert out == {"id": schematic.id, **images(schematic, Release.parse("v1.14.1"), Machine("nocloud"))}
    assert told.err.count("TG4106") == 1
    assert "cluster/s.yaml:4:7: warning[TG4106 extension-unknown]" in told.err
    assert main(["image", "node", "w1", "cluster"]) == 0
    assert "/nocloud-arm64-secureboot.iso" in capsys.readouterr().out
    assert main(["image", "node", "w2"]) == 1
    assert "it has cp1, w1" in capsys.readouterr().err
    assert main(["image", "node", "cp1", "elsewhere"]) == 1


def test_an_image_that_the_project_names_stays(tmp_path, capsys):
    text = CLUSTER.replace(
        "install: {disk: /dev/sda}", "install: {disk: /dev/sda, image: registry.local/installer:v1.14.1}"
    )
    write(tmp_path, {"cluster.yaml": text, "controlplane-cp1.yaml": node("10.0.0.11")}, secrets=False)
    assert main(["image", "node", "cp1", str(tmp_path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["installer"] == "registry.local/installer:v1.14.1"


@pytest.mark.parametrize("release", ["v1.11.6", "v1.12.7", "v1.14.1"])
def test_the_schematic_of_a_file_that_is_encrypted_is_that_of_the_clear_one(repository, release):
    text = "# what the nodes need\ncustomization:\n    extraKernelArgs:\n        - console=ttyS0 # the console\n"
    tree = file.encrypt(load(text), file.Scheme(file.recipients(repository.key())), "2026-01-01T00:00:00Z")
    files = {
        "cluster.yaml": CLUSTER.replace("v1.14.1", release) + "kernelArgs: [quiet]\n",
        "worker-a.yaml": node("10.0.0.11", "schematic: files/clear.yaml\n"),
        "worker-b.yaml": node("10.0.0.12", "schematic: files/sealed.yaml\n"),
        "files/clear.yaml": text,
        "files/sealed.yaml": tree,
    }
    write(repository.folder, files)
    told = [repository.run("image", "node", name, "--json") for name in ("a", "b")]
    assert [status for status, _, _ in told] == [0, 0]
    assert told[0][1] == told[1][1]
    # From contract v1.12 on kernel arguments are the schematic's, before the machine config's.
    arguments = ["console=ttyS0"] if release == "v1.11.6" else ["console=ttyS0", "quiet"]
    assert json.loads(told[0][1])["id"] == Schematic({"customization": {"extraKernelArgs": arguments}}).id
    assert repository.run("image", "id", "files/sealed.yaml")[1] == repository.run("image", "id", "files/clear.yaml")[1]


@pytest.mark.parametrize("place", ["cluster", "node"])
def test_without_a_key_nodes_of_an_encrypted_schematic_are_passed_over(repository, place):
    recipients = file.recipients(repository.key(write=False))
    sealed = file.encrypt(
        load("customization: {extraKernelArgs: [a=b]}\n"), file.Scheme(recipients), "2026-01-01T00:00:00Z"
    )
    name = "schematic: s.yaml\n"
    files = {
        "cluster.yaml": CLUSTER + (name if place == "cluster" else ""),
        "worker-a.yaml": node("10.0.0.11", name if place == "node" else ""),
        "worker-b.yaml": node("10.0.0.12"),
        "s.yaml": sealed,
    }
    write(repository.folder, files)
    cluster = opened(str(repository.folder), Access(os.environ), keyless=True)
    passed_over = {"a", "b"} if place == "cluster" else {"a"}
    assert set(cluster.locked) == passed_over
    assert {each.name for each in cluster.nodes} == {"a", "b"} - passed_over


@pytest.mark.parametrize("release", ["v1.9.6", "v1.11.6", "v1.12.7"])
def test_kernel_arguments_of_secure_boot_are_the_schematics(tmp_path, release):
    files = {
        "cluster.yaml": CLUSTER.replace("v1.14.1", release) + "kernelArgs: [quiet]\n",
        "worker-a.yaml": node("10.0.0.11", "machine: {secureBoot: true}\n"),
        "worker-b.yaml": node("10.0.0.12"),
    }
    secure, plain = (configs(tmp_path, files)[name].to_yaml() for name in ("a", "b"))
    name = Schematic({"customization": {"extraKernelArgs": ["quiet"]}}).id
    assert f"installer-secureboot/{name}:{release}" in secure
    # From contract v1.12 on those of all are.
    assert f"installer/{name if release == 'v1.12.7' else EMPTY}:{release}" in plain
