"""Settings: what each becomes for every contract, and what is said of those that are wrong."""

from __future__ import annotations

import pytest
from projects import CLUSTER, configs, document, node, opened, problems, write

from talosgen import compiler
from talosgen.errors import InputError

OLD, DOCUMENTS, NEWEST = "v1.11.6", "v1.12.7", "v1.14.1"
EVERY = ["v1.5.5", "v1.6.8", "v1.7.7", "v1.8.4", "v1.9.6", "v1.10.9", OLD, DOCUMENTS, "v1.13.9", NEWEST]


def of_release(folder, release, settings, own="", role="worker"):
    """The config of a node with these settings."""
    files = {"cluster.yaml": CLUSTER.replace("v1.14.1", release) + settings, f"{role}-n.yaml": node("10.0.0.31", own)}
    return configs(folder, files)["n"]


@pytest.mark.parametrize("release", EVERY)
@pytest.mark.parametrize("role", ["controlplane", "worker"])
def test_taints_take_effect_on_every_role(tmp_path, release, role):
    config = of_release(tmp_path, release, "taints: {special: 'yes:NoSchedule', plain: NoExecute}\n", role=role)
    machine = document(config, "v1alpha1")["machine"]
    if release == NEWEST:
        taints = document(config, "KubeNodeConfig")["taints"]
        assert (taints["special"], taints["plain"]) == ("yes:NoSchedule", "NoExecute")
    elif role == "controlplane" and release != "v1.5.5":
        assert machine["nodeTaints"] == {"special": "yes:NoSchedule", "plain": "NoExecute"}
    else:
        # The kubelet of a worker may not set taints of its node; it registers with them.
        assert "nodeTaints" not in machine
        assert machine["kubelet"]["extraConfig"] == {
            "registerWithTaints": [
                {"key": "special", "value": "yes", "effect": "NoSchedule"}, {"key": "plain", "effect": "NoExecute"}
            ]
        }  # fmt: skip


def test_a_taint_without_an_effect_is_refused_in_every_form(tmp_path):
    for number, release in enumerate(EVERY):
        with pytest.raises(InputError) as caught:
            of_release(tmp_path / str(number), release, "taints: {special: 'yes'}\n")
        assert [problem.place.line for problem in caught.value.problems] == [7], release


def links(config):
    return [(part.kind.name, part.name) for part in config if part.kind.name.endswith(("LinkConfig", "DHCPv4Config"))]


@pytest.mark.parametrize("setting", ["{dhcp: false}", "{}", "{vlans: {7: {dhcp: true}}}"])
def test_a_link_without_addresses_gets_none_by_dhcp(tmp_path, setting):
    network = f"network: {{interfaces: {{eth0: {setting}}}}}\n"
    old = document(of_release(tmp_path / "old", OLD, network), "v1alpha1")["machine"]["network"]["interfaces"]
    assert [(item["interface"], item.get("dhcp", False)) for item in old] == [("eth0", False)]
    # A link that no document is about would ask by DHCP.
    assert ("LinkConfig", "eth0") in links(of_release(tmp_path / "new", DOCUMENTS, network))


@pytest.mark.parametrize(
    ("settings", "dhcp"),
    [
        ("vip: {address: 10.0.0.10, link: eth0}\n", True),
        ("vip: {address: 10.0.0.10, link: eth0, dhcp: false}\n", False),
        ("vip: {address: 10.0.0.10, link: eth0}\nnetwork: {interfaces: {eth0: {addresses: [10.0.0.5/24]}}}\n", False),
        ("vip: {address: 10.0.0.10, link: eth0}\nnetwork: {interfaces: {eth1: {addresses: [10.0.0.5/24]}}}\n", True),
    ],
)
def test_the_link_of_a_shared_address_keeps_its_own(tmp_path, settings, dhcp):
    old = of_release(tmp_path / "old", OLD, settings, role="controlplane")
    (found,) = [
        item for item in document(old, "v1alpha1")["machine"]["network"]["interfaces"] if item["interface"] == "eth0"
    ]
    assert (found["vip"], found.get("dhcp", False)) == ({"ip": "10.0.0.10"}, dhcp)
    new = of_release(tmp_path / "new", DOCUMENTS, settings, role="controlplane")
    assert document(new, "Layer2VIPConfig", "10.0.0.10")["link"] == "eth0"
    assert (("DHCPv4Config", "eth0") in links(new)) is dhcp


@pytest.mark.parametrize("release", [OLD, DOCUMENTS, NEWEST])
def test_workers_hold_no_shared_address_of_a_link(tmp_path, release):
    network = "network: {interfaces: {eth0: {dhcp: true, vip: 10.0.0.10, vlans: {9: {dhcp: true, vip: 10.0.0.10}}}}}\n"
    assert "10.0.0.10" not in of_release(tmp_path, release, network).to_yaml().replace("https://10.0.0.10:6443", "")


@pytest.mark.parametrize("release", [OLD, DOCUMENTS, NEWEST])
@pytest.mark.parametrize(
    ("bond", "expected"),
    [
        (
            "{mode: active-backup}",
            "cluster.yaml:7:19: network.bonds.bond0: the bond has no links; name them in `links`",
        ),
        (
            "{links: [eth0, eth1]}",
            "cluster.yaml:7:19: network.bonds.bond0: the bond has no mode; set `mode`, to active-backup or 802.3ad for "
            "instance",
        ),
    ],
)
def test_a_bond_says_its_links_and_its_mode(tmp_path, release, bond, expected):
    settings = CLUSTER.replace("v1.14.1", release) + f"network: {{bonds: {{bond0: {bond}}}}}\n"
    assert problems(tmp_path, {"cluster.yaml": settings, "worker-w1.yaml": node("10.0.0.31")}) == [expected]


def test_a_cni_that_is_not_known_is_refused(tmp_path):
    expected = (
        "cluster.yaml:7:6: cni: this is no CNI that Talos installs; write flannel, none, or the URL of a manifest"
    )
    assert problems(tmp_path, {"cluster.yaml": CLUSTER + "cni: calico\n", "worker-w1.yaml": node("10.0.0.31")}) == [
        expected
    ]


@pytest.mark.parametrize("version", ["1.37", "v1", "1.37.0.1", "latest", "1.37.0 "])
def test_a_version_of_kubernetes_is_a_whole_one(tmp_path, version):
    settings = CLUSTER + f"kubernetesVersion: '{version}'\n"
    assert problems(tmp_path, {"cluster.yaml": settings, "worker-w1.yaml": node("10.0.0.31")}) == [
        "cluster.yaml:7:20: this is no version of Kubernetes; write it in full, as 1.36.3"
    ]


def test_an_image_of_ones_own_that_lacks_what_settings_ask_for_is_told_of(tmp_path):
    image = "install: {disk: /dev/sda, image: 'example.org/metal-installer/%s:v1.14.1'}\nkernelArgs: [console=ttyS0]\n"
    plain = CLUSTER.replace("install: {disk: /dev/sda}\n", "")
    files = {"cluster.yaml": plain + image % "mine", "worker-w1.yaml": node("10.0.0.31")}
    (note,) = opened(write(tmp_path, files)).notes
    assert (note.severity, note.place.line, note.place.column) == ("warning", 6, 34)
    assert note.message == "this image is installed as it is, and does not name the schematic that the settings make"
    cluster = opened(write(tmp_path, {**files, "cluster.yaml": plain + image % opened(tmp_path).node("w1").schematic}))
    assert cluster.notes == ()


def test_whether_a_disk_is_wiped_is_said_of_a_disk(tmp_path):
    files = {"cluster.yaml": CLUSTER.replace("disk: /dev/sda", "wipe: true"), "worker-w1.yaml": node("10.0.0.31")}
    assert problems(tmp_path, files) == [
        "cluster.yaml:6:11: which disk is wiped is not said; write disk, selector or match beside it"
    ]


def test_what_may_have_several_forms_is_told_once(tmp_path):
    settings = "features: [{metallb: 5}, [x]]\npatches: [5, {flie: x}]\nschematic: [5]\n"
    assert problems(tmp_path, {"cluster.yaml": CLUSTER + settings, "worker-w1.yaml": node("10.0.0.31")}) == [
        "cluster.yaml:9:1: schematic: expected a mapping or a text",
        "cluster.yaml:7:13: features[0].metallb: expected a mapping",
        "cluster.yaml:7:26: features[1]: expected a text or a mapping",
        "cluster.yaml:8:11: patches[0]: expected a text or a mapping",
        "cluster.yaml:8:14: patches[1].file: it is missing",
        'cluster.yaml:8:15: patches[1].flie: unknown field "flie"; did you mean "file"?',
    ]


# -- install ---------------------------------------------------------------------------------------------------

BARE = CLUSTER.replace("install: {disk: /dev/sda}\n", "")
DISK, SELECTOR = "install: {disk: /dev/sda}\n", "install: {selector: {size: '>= 5GB'}}\n"
OTHER_DISK, OTHER_SELECTOR = "install: {disk: /dev/sdb}\n", "install: {selector: {type: ssd}}\n"
MATCH = "install: {match: disk.rotational}\n"
EXPRESSIONS = {
    DISK: 'disk.dev_path == "/dev/sda"',
    OTHER_DISK: 'disk.dev_path == "/dev/sdb"',
    SELECTOR: "disk.size >= 5000000000u",
    OTHER_SELECTOR: "!disk.rotational",
    MATCH: "disk.rotational",
}


def installed_to(config):
    """What a config installs to: of the legacy section, and of the document."""
    section = document(config, "v1alpha1")["machine"].get("install", {})
    found = [
        part.tree["provisioning"]["diskSelector"] for part in config if part.kind.name == "UnattendedInstallConfig"
    ]
    return {key: section[key] for key in ("disk", "diskSelector") if key in section}, found


@pytest.mark.parametrize("release", EVERY)
@pytest.mark.parametrize("level", ["group", "node"])
@pytest.mark.parametrize(
    ("below", "above"),
    [
        (DISK, OTHER_DISK), (DISK, SELECTOR), (DISK, MATCH), (SELECTOR, DISK), (SELECTOR, MATCH), (MATCH, DISK),
        (MATCH, SELECTOR),
    ],
)  # fmt: skip
def test_where_a_later_layer_installs_to_takes_the_place_of_what_earlier_ones_say(
    tmp_path, release, level, below, above
):
    cluster = BARE.replace("v1.14.1", release) + below
    own = above
    if level == "group":
        cluster += f"groups: {{g: {{{above.strip()}}}}}\n"
        own = "groups: [g]\n"
    files = {"cluster.yaml": cluster, "worker-n.yaml": node("10.0.0.31", own)}
    if release != NEWEST and above == MATCH:
        (found,) = problems(tmp_path, files)
        assert "from contract v1.14 on only" in found
        return
    section, found = installed_to(configs(tmp_path, files)["n"])
    if release == NEWEST:
        assert (section, found) == ({}, [{"match": EXPRESSIONS[above]}])
    elif above in (DISK, OTHER_DISK):
        assert (section, found) == ({"disk": EXPRESSIONS[above].split('"')[1]}, [])
    else:
        assert (section, found) == ({"diskSelector": {"size": ">= 5GB"}}, [])


@pytest.mark.parametrize(("release", "expected"), [(OLD, {"size": ">= 5GB", "type": "ssd"}), (NEWEST, None)])
def test_selectors_of_layers_are_merged_as_all_settings_are(tmp_path, release, expected):
    files = {
        "cluster.yaml": BARE.replace("v1.14.1", release) + SELECTOR,
        "worker-n.yaml": node("10.0.0.31", OTHER_SELECTOR),
        "worker-o.yaml": node("10.0.0.32", "install: {selector: {size: null, type: ssd}}\n"),
    }
    made = configs(tmp_path, files)
    section, found = installed_to(made["n"])
    alone, other = installed_to(made["o"])
    if expected is None:
        assert (found, other) == (
            [{"match": "disk.size >= 5000000000u && !disk.rotational"}],
            [{"match": "!disk.rotational"}],
        )
    else:
        assert (section, alone) == ({"diskSelector": expected}, {"diskSelector": {"type": "ssd"}})


@pytest.mark.parametrize("below", [DISK, SELECTOR])
@pytest.mark.parametrize("removal", ["install: null\n", "install: {disk: null, selector: null}\n"])
@pytest.mark.parametrize("release", [OLD, NEWEST])
def test_where_a_node_installs_to_can_be_removed(tmp_path, release, removal, below):
    files = {"cluster.yaml": BARE.replace("v1.14.1", release) + below, "worker-n.yaml": node("10.0.0.31", removal)}
    made = compiler.compile(opened(write(tmp_path, files)), validate=False)
    assert installed_to(made["n"]) == ({}, [])


@pytest.mark.parametrize("release", [OLD, NEWEST])
def test_null_for_one_way_to_say_where_to_install_to_leaves_another(tmp_path, release):
    files = {
        "cluster.yaml": BARE.replace("v1.14.1", release) + DISK,
        "worker-n.yaml": node("10.0.0.31", "install: {selector: null}\n"),
    }
    section, found = installed_to(configs(tmp_path, files)["n"])
    assert (section or found[0]) == ({"disk": "/dev/sda"} if release == OLD else {"match": EXPRESSIONS[DISK]})


@pytest.mark.parametrize("level", ["cluster", "group", "node"])
def test_one_layer_says_one_way_where_to_install_to(tmp_path, level):
    both = "install: {disk: /dev/sda, selector: {type: ssd}}"
    cluster = {"cluster": CLUSTER.replace(DISK, both + "\n"), "group": f"{CLUSTER}groups: {{g: {{{both}}}}}\n"}
    own = {"node": both + "\n", "group": "groups: [g]\n"}
    files = {"cluster.yaml": cluster.get(level, CLUSTER), "worker-n.yaml": node("10.0.0.31", own.get(level, ""))}
    (found,) = problems(tmp_path, files)
    assert found.endswith("disk, selector and match exclude each other; keep one of them")


# -- routes ----------------------------------------------------------------------------------------------------


def routes(config):
    """The routes of eth0 in a config, as the legacy section has them: with all destinations and families."""
    for item in document(config, "v1alpha1")["machine"].get("network", {}).get("interfaces", ()):
        return [{key: str(value) for key, value in route.items()} for route in item["routes"]]
    (link,) = [part.tree for part in config if part.kind.name == "LinkConfig"]
    return [{key: str(value) for key, value in route.items()} for route in link["routes"]]


@pytest.mark.parametrize(
    "route", ["{network: '::/0'}", "{network: '0::0/0', metric: 5}", "{network: '::/0', source: 'fd00::1'}"]
)
@pytest.mark.parametrize(
    "place", ["interfaces: {eth0: %s}", "interfaces: {eth0: {vlans: {7: %s}}}", "bonds: {b: {links: [a], mode: x, %s}}"]
)
def test_documents_have_no_default_route_without_gateway_for_ipv6(tmp_path, route, place):
    setting = place % (f"routes: [{route}]" if place.startswith("bonds") else f"{{routes: [{route}]}}")
    with pytest.raises(InputError) as caught:
        of_release(tmp_path, DOCUMENTS, f"network: {{{setting}}}\n")
    (found,) = caught.value.problems
    assert found.message == "a default route without gateway is one of IPv4 from contract v1.12 on"
    assert found.remedy == "write its gateway, or a destination such as 2000::/3"
    assert (found.place.line, found.place.column) == (7, setting.index(route) + len("network: {") + 1)
    if not place.startswith("bonds"):
        assert "::/0" in of_release(tmp_path / "old", OLD, f"network: {{{setting}}}\n").to_yaml().replace(
            "::0/0", "::/0"
        )


@pytest.mark.parametrize("release", EVERY)
@pytest.mark.parametrize("route", ["{}", "{metric: 5}", "{source: 'fd00::1'}", "{network: null}"])
def test_a_route_says_where_it_leads(tmp_path, release, route):
    with pytest.raises(InputError) as caught:
        of_release(tmp_path, release, f"network: {{interfaces: {{eth0: {{routes: [{route}]}}}}}}\n")
    (found,) = caught.value.problems
    assert (found.message, found.remedy) == ("this route leads nowhere", "write network, gateway or both")
    assert (found.place.line, found.place.column, found.path) == (7, 40, "network.interfaces.eth0.routes[0]")


@pytest.mark.parametrize("release", EVERY)
@pytest.mark.parametrize("route", ["{network: '::/0', gateway: 10.0.0.1}", "{network: 0.0.0.0/0, gateway: 'fe80::1'}"])
def test_a_default_route_and_its_gateway_are_of_one_family(tmp_path, release, route):
    with pytest.raises(InputError) as caught:
        of_release(tmp_path, release, f"network: {{interfaces: {{eth0: {{routes: [{route}]}}}}}}\n")
    (found,) = caught.value.problems
    assert found.message == "the gateway of this default route is of another family"


@pytest.mark.parametrize(
    ("route", "old", "new"),
    [
        ("{gateway: 10.0.0.1}", {"network": "0.0.0.0/0", "gateway": "10.0.0.1"}, {"gateway": "10.0.0.1"}),
        ("{gateway: 'fe80::1'}", {"network": "::/0", "gateway": "fe80::1"}, {"gateway": "fe80::1"}),
        ("{network: '::/0', gateway: 'fe80::1'}", {"network": "::/0", "gateway": "fe80::1"}, {"gateway": "fe80::1"}),
        (
            "{network: '0:0::/0', gateway: 'fe80::1'}",
            {"network": "0:0::/0", "gateway": "fe80::1"},
            {"gateway": "fe80::1"},
        ),
        ("{network: 0.0.0.0/0}", {"network": "0.0.0.0/0"}, {}),
        ("{network: 2000::/3}", {"network": "2000::/3"}, {"destination": "2000::/3"}),
    ],
)
def test_a_default_route_is_one_of_its_family_in_every_form(tmp_path, route, old, new):
    setting = f"network: {{interfaces: {{eth0: {{routes: [{route}]}}}}}}\n"
    assert routes(of_release(tmp_path / "old", OLD, setting)) == [old]
    assert routes(of_release(tmp_path / "new", DOCUMENTS, setting)) == [new]


# -- shared addresses ------------------------------------------------------------------------------------------

VLAN = "network: {interfaces: {eth0: {vlans: {7: {addresses: [10.7.0.2/24]}}}}}\n"
SHARED = "vip: {address: 10.7.0.10, link: eth0.7%s}\n"


@pytest.mark.parametrize("dhcp", [None, True, False])
def test_a_shared_address_of_a_vlan_is_one_of_it(tmp_path, dhcp):
    settings = VLAN + SHARED % ("" if dhcp is None else f", dhcp: {str(dhcp).lower()}")
    old = document(of_release(tmp_path / "old", OLD, settings, role="controlplane"), "v1alpha1")
    (item,) = old["machine"]["network"]["interfaces"]
    (vlan,) = item["vlans"]
    assert (vlan["vlanId"], vlan["vip"], bool(vlan.get("dhcp"))) == (7, {"ip": "10.7.0.10"}, bool(dhcp))
    new = of_release(tmp_path / "new", DOCUMENTS, settings, role="controlplane")
    assert document(new, "Layer2VIPConfig", "10.7.0.10")["link"] == "eth0.7"
    assert (("DHCPv4Config", "eth0.7") in links(new)) is bool(dhcp)


@pytest.mark.parametrize("release", [OLD, DOCUMENTS])
@pytest.mark.parametrize(("network", "vip"), [(True, False), (False, True)])
def test_whether_a_link_asks_by_dhcp_is_said_by_network_first(tmp_path, release, network, vip):
    settings = (
        f"network: {{bonds: {{b: {{links: [eth1], mode: active-backup, miimon: 100, dhcp: {str(network).lower()}}}}}}}\n"
        f"vip: {{address: 10.0.0.10, link: b, dhcp: {str(vip).lower()}}}\n"
    )
    config = of_release(tmp_path, release, settings, role="controlplane")
    if release == OLD:
        (item,) = document(config, "v1alpha1")["machine"]["network"]["interfaces"]
        assert item.get("dhcp", False) is network
    else:
        assert (("DHCPv4Config", "b") in links(config)) is network


TWO = "network: {interfaces: {eth0: {dhcp: true, vip: 10.0.0.10}, eth1: {dhcp: true}}}\n"


def test_a_link_of_the_legacy_section_holds_one_shared_address(tmp_path):
    settings = TWO + "vip: {address: 'fd00::10', link: eth0}\n"
    with pytest.raises(InputError) as caught:
        of_release(tmp_path, OLD, settings, role="controlplane")
    (found,) = caught.value.problems
    assert (found.message, found.path) == ("the link holds another shared address already", "vip.address")
    assert found.remedy == "a link can hold several from contract v1.12 on only; keep one"
    assert (found.place.line, found.place.column) == (8, 16)
    assert "eth0" in of_release(tmp_path / "w", OLD, settings).to_yaml()
    new = of_release(tmp_path / "new", DOCUMENTS, settings, role="controlplane")
    assert [document(new, "Layer2VIPConfig", name)["link"] for name in ("10.0.0.10", "fd00::10")] == ["eth0", "eth0"]


@pytest.mark.parametrize("release", [OLD, DOCUMENTS, NEWEST])
@pytest.mark.parametrize(
    ("settings", "place"),
    [
        (TWO + "vip: {address: 10.0.0.10, link: eth1}\n", "cluster.yaml:8:16: vip.address"),
        (TWO.replace("eth1: {dhcp: true", "eth1: {vip: 10.0.0.10"), "cluster.yaml:7:72: network.interfaces.eth1.vip"),
    ],
)
def test_a_shared_address_is_on_one_link(tmp_path, release, settings, place):
    files = {"cluster.yaml": CLUSTER.replace("v1.14.1", release) + settings, "controlplane-n.yaml": node("10.0.0.31")}
    assert problems(tmp_path, files) == [f"{place}: this shared address is on another link already; keep one of them"]
    of_release(tmp_path / "worker", release, settings)


@pytest.mark.parametrize("release", [OLD, DOCUMENTS, NEWEST])
@pytest.mark.parametrize(
    ("setting", "place"),
    [
        ("interfaces: {b: {mtu: 1400}}, bonds: {b: {links: [eth1], mode: active-backup, miimon: 100}}", "7:49: network.bonds.b"),
        ("interfaces: {eth0: {vlans: {7: {dhcp: true}}}, eth0.7: {mtu: 1400}}", "7:58: network.interfaces.eth0.7"),
    ],
)  # fmt: skip
def test_a_link_is_described_once(tmp_path, release, setting, place):
    files = {
        "cluster.yaml": CLUSTER.replace("v1.14.1", release) + f"network: {{{setting}}}\n",
        "worker-n.yaml": node("10.0.0.31"),
    }
    assert problems(tmp_path, files) == [f"cluster.yaml:{place}: this link is described already; keep one of them"]


@pytest.mark.parametrize("release", ["v1.5.5", "v1.9.6", OLD])
def test_kernel_arguments_of_layers_are_each_there_once(tmp_path, release):
    config = of_release(tmp_path, release, "kernelArgs: [b=2, -quiet]\n", "kernelArgs: [-quiet, a=1]\n")
    assert document(config, "v1alpha1")["machine"]["install"]["extraKernelArgs"] == ["b=2", "-quiet", "a=1"]


@pytest.mark.parametrize("release", [OLD, DOCUMENTS, NEWEST])
def test_mirrors_that_the_cluster_sets_cannot_be_replaced_by_removing_them_first(tmp_path, release):
    mirrors = "registries: {mirrors: {ghcr.io: [https://%s.example.org]}}"
    groups = f"groups: {{g: {{registries: null}}, h: {{{mirrors % 'b'}}}}}\n"
    files = {
        "cluster.yaml": CLUSTER.replace("v1.14.1", release) + mirrors % "a" + "\n" + groups,
        "worker-n.yaml": node("10.0.0.31", "groups: [g, h]\n"),
        "worker-o.yaml": node("10.0.0.32", "groups: [h]\n"),
    }
    (found,) = problems(tmp_path, files)
    assert found == (
        "cluster.yaml:7:33: registries.mirrors.ghcr.io: the cluster sets registries.mirrors.ghcr.io for all nodes, and a node "
        "can only add to it; set it for the groups of nodes that want it, not for the cluster"
    )


@pytest.mark.parametrize("release", [OLD, NEWEST])
@pytest.mark.parametrize("identifier", ["x", "0", "007", "4095", "-1", "1.5", "99999999999", "'1_0'"])
def test_a_vlan_has_a_number(tmp_path, release, identifier):
    files = {
        "cluster.yaml": CLUSTER.replace("v1.14.1", release)
        + f"network: {{interfaces: {{eth0: {{vlans: {{{identifier}: {{dhcp: true}}}}}}}}}}\n",
        "worker-n.yaml": node("10.0.0.31"),
    }
    (found,) = problems(tmp_path, files)
    assert found.startswith("cluster.yaml:7:39: network.interfaces.eth0.vlans.")
    assert found.endswith(": this is no id of a VLAN; expected a number from 1 to 4094")


@pytest.mark.parametrize("release", [OLD, DOCUMENTS])
def test_layers_may_each_say_a_part_of_a_shared_address(tmp_path, release):
    config = of_release(tmp_path, release, "vip: {address: 10.0.0.10}\n", "vip: {link: eth1}\n", role="controlplane")
    if release == OLD:
        (item,) = document(config, "v1alpha1")["machine"]["network"]["interfaces"]
        assert (item["interface"], item["vip"]) == ("eth1", {"ip": "10.0.0.10"})
    else:
        assert document(config, "Layer2VIPConfig", "10.0.0.10")["link"] == "eth1"


@pytest.mark.parametrize("release", [OLD, DOCUMENTS])
@pytest.mark.parametrize(
    ("setting", "missing"), [("{address: 10.0.0.10}", "link"), ("{link: eth0}", "address"), ("{}", "address")]
)
def test_a_shared_address_is_said_whole(tmp_path, release, setting, missing):
    network = "network: {interfaces: {eth0: {dhcp: true}}}\n"
    files = {
        "cluster.yaml": CLUSTER.replace("v1.14.1", release) + network + f"vip: {setting}\n",
        "controlplane-n.yaml": node("10.0.0.31"),
        "worker-w.yaml": node("10.0.0.32"),
    }
    (found,) = problems(tmp_path, files)
    assert found == f"cluster.yaml:8:1: vip: the shared address has no {missing}; write {missing} beside the rest"


def test_two_nodes_have_no_host_name_in_common(tmp_path):
    files = {
        "cluster.yaml": CLUSTER + "hostname: one\n",
        "worker-a.yaml": node("10.0.0.31"),
        "worker-b.yaml": node("10.0.0.32"),
        "worker-c.yaml": node("10.0.0.33", "hostname: ONE\n"),
        "worker-d.yaml": node("10.0.0.34", "hostname: '${node.name}-x'\n"),
    }
    assert problems(tmp_path, files) == [
        "cluster.yaml:7:11: hostname: the nodes a and b have the same host name (node b); give each its own, as ${node.name}-x",
        "worker-c.yaml:4:11: hostname: the nodes a and c have the same host name; give each its own, as ${node.name}-x",
    ]


def test_a_group_that_is_null_is_none(tmp_path):
    files = {
        "cluster.yaml": CLUSTER + "groups: {g: null, gh: {}}\n",
        "worker-n.yaml": node("10.0.0.31", "groups: [g]\n"),
    }
    assert problems(tmp_path, files) == ['worker-n.yaml:4:10: there is no group "g"; did you mean gh?']


@pytest.mark.parametrize(
    ("release", "setting", "path"),
    [
        (OLD, "kernelArgs: [console=tty0, console=ttyS0]", "kernelArgs"),
        (NEWEST, "registries: {mirrors: {h: [https://a.org, https://b.org]}}", "registries.mirrors.h"),
    ],
)
def test_what_the_cluster_sets_cannot_be_put_in_another_order_for_one_node(tmp_path, release, setting, path):
    first, second = setting[setting.index("[") + 1 : setting.index("]")].split(", ")
    key = setting.partition(":")[0]
    groups = f"groups: {{g: {{{key}: null}}, h: {{{setting.replace(first, 'x').replace(second, first).replace('x,', second + ',')}}}}}\n"
    files = {
        "cluster.yaml": CLUSTER.replace("v1.14.1", release) + setting + "\n" + groups,
        "worker-n.yaml": node("10.0.0.31", "groups: [g, h]\n"),
        "worker-o.yaml": node("10.0.0.32", "groups: [h]\n"),
    }
    (found,) = problems(tmp_path, files)
    assert f": {path}: the cluster sets {path} for all nodes, and a node can only add to it" in found


@pytest.mark.parametrize("release", [OLD, DOCUMENTS, NEWEST])
def test_pods_and_services_have_subnets_of_the_same_families(tmp_path, release):
    subnets = "podSubnets: [10.10.0.0/16, 'fd10::/56']\nserviceSubnets: [10.11.0.0/16]\n"
    files = {"cluster.yaml": CLUSTER.replace("v1.14.1", release) + subnets, "controlplane-n.yaml": node("10.0.0.31")}
    (found,) = problems(tmp_path, files)
    message = "pods and services have subnets of other families; give one of each for every family"
    assert found == f"cluster.yaml:7:13: podSubnets: {message}"
