"""Idempotent semantics: what they change against Talos's, what they refuse."""

from __future__ import annotations

import pytest

from talosgen.config.loader import load
from talosgen.errors import InputError
from talosgen.patching.load import apply_to_text
from talosgen.patching.load import load as load_patch
from talosgen.patching.strategic import StrategicPatch


def laid(base, patch, merge="idempotent"):
    """The first document's tree once a patch is laid over, with a look that a second time changes nothing."""
    config = StrategicPatch.load(patch, "p.yaml", merge).apply(load(base, "base.yaml"))
    if merge == "idempotent":
        assert StrategicPatch.load(patch, "p.yaml", merge).apply(config).to_yaml() == config.to_yaml()
    return config.documents[0].tree


def refused(base, patch):
    with pytest.raises(InputError) as caught:
        laid(base, patch)
    return str(caught.value)


@pytest.mark.parametrize(
    ("base", "patch", "wanted"),
    [
        ("[a]", "[b]", ["a", "b"]),
        ("[a, b]", "[b, c]", ["a", "b", "c"]),
        ("[]", "[a, a]", ["a", "a"]),
        ("[a, a, b]", "[b]", ["a", "a", "b"]),
        ("[x]", "[a, a]", ["x", "a"]),
        ("[a, b]", "[{$patch: replace}, b, c]", ["b", "c"]),
        ("[a, b]", "[{$patch: replace}]", []),
    ],
)
def test_lists_unite(base, patch, wanted):
    assert laid(f"machine: {{certSANs: {base}}}", f"machine: {{certSANs: {patch}}}")["machine"]["certSANs"] == wanted


@pytest.mark.parametrize(
    ("base", "patch", "wanted"),
    [
        ('[--x, "1"]', '[--y, "1"]', ["--x", "1", "--y", "1"]),
        ('[--x, "1", --y, "1"]', '[--y, "1"]', ["--x", "1", "--y", "1"]),
        ("[a, b]", "[b, a]", ["a", "b", "b", "a"]),
    ],
)
def test_arguments_are_united_as_a_block(base, patch, wanted):
    head = "apiVersion: v1alpha1\nkind: ContainerConfig\nname: c\n"
    assert laid(f"{head}args: {base}", f"{head}args: {patch}")["args"] == wanted


def interfaces(base, patch):
    tree = laid(f"machine: {{network: {{interfaces: {base}}}}}", patch)
    return tree["machine"]["network"]["interfaces"]


def test_keyed_elements_merge_and_their_lists_unite():
    patch = "machine: {network: {interfaces: [{interface: e0, addresses: [X, Y]}]}}"
    assert interfaces("[{interface: e0, addresses: [X]}]", patch) == [{"interface": "e0", "addresses": ["X", "Y"]}]


def test_elements_without_a_key_are_added_once():
    patch = "machine: {network: {interfaces: [{mtu: 9000}]}}"
    assert interfaces("[{mtu: 9000}]", patch) == [{"mtu": 9000}]
    assert interfaces("[]", "machine: {network: {interfaces: [{deviceSelector: {physical: true}}]}}") == [
        {"deviceSelector": {"physical": True}}
    ]


def test_an_element_can_be_replaced_and_so_can_a_list_in_it():
    patch = "machine: {network: {interfaces: [{interface: e0, $patch: replace, dhcp: true}, {interface: e1, addresses: [{$patch: replace}, Z]}]}}"
    base = "[{interface: e0, addresses: [X]}, {interface: e1, addresses: [Y]}]"
    assert interfaces(base, patch) == [{"interface": "e0", "dhcp": True}, {"interface": "e1", "addresses": ["Z"]}]


DELETE = (
    "machine: {network: {interfaces: [{interface: e0, $patch: delete}]}}\n---\nmachine: {network: {interfaces: [%s]}}"
)


def test_an_element_deleted_and_added_anew_goes_to_the_end():
    found = interfaces("[{interface: e0, mtu: 1}, {interface: e9}]", DELETE % "{interface: e0}, {interface: e1}")
    assert [element["interface"] for element in found] == ["e9", "e0", "e1"]


def test_what_deleting_and_adding_anew_merely_moves_keeps_its_place():
    found = interfaces("[{interface: e0}, {interface: e1}]", DELETE % "{interface: e0}, {interface: e1}")
    assert [element["interface"] for element in found] == ["e0", "e1"]
    # Not so behind an element that the patch alone would not make.
    found = interfaces("[{interface: e0}, {interface: e9}]", DELETE % "{interface: e0}")
    assert [element["interface"] for element in found] == ["e9", "e0"]


def test_documents_deleted_and_added_anew_keep_their_place_likewise():
    watchdog = "apiVersion: v1alpha1\nkind: WatchdogTimerConfig\ndevice: /dev/w\n"
    zswap = "apiVersion: v1alpha1\nkind: ZswapConfig\n"
    patch = StrategicPatch.load(
        f"apiVersion: v1alpha1\nkind: WatchdogTimerConfig\n$patch: delete\n---\n{watchdog}---\n{zswap}",
        "p",
        "idempotent",
    )
    for first in (watchdog, f"{watchdog}---\n{zswap}", f"{zswap}---\n{watchdog}"):
        once = patch.apply(load(first))
        assert patch.apply(once).to_yaml() == once.to_yaml()
    kept = patch.apply(load(f"{watchdog}---\n{zswap}"))
    assert [document.kind.name for document in kept] == ["WatchdogTimerConfig", "ZswapConfig"]


@pytest.mark.parametrize(
    "patch",
    [
        "machine: {nodeLabels: {zz: {$patch: delete}}}",
        "machine: {network: {hostname: {$patch: delete}}}",
        "machine: {network: {interfaces: [{interface: e0, $patch: delete}]}}",
        "machine: {kubelet: {extraConfig: {a: {b: {$patch: delete}}}}}",
        "apiVersion: v1alpha1\nkind: LinkConfig\nname: e0\n$patch: delete",
        "",
        "{}",
        "version: v1alpha1",
    ],
)
def test_deleting_what_is_not_there_and_saying_nothing_change_nothing(patch):
    base = "machine: {nodeLabels: {c: d}}"
    assert laid(base, patch) == load(base).documents[0].tree


def test_maps_and_structs_can_be_replaced_at_any_depth():
    base = "machine: {nodeLabels: {a: b}, network: {hostname: h, nameservers: [1.1.1.1]}, kubelet: {extraConfig: {x: {y: 1}, l: [1]}}}"
    patch = "machine: {nodeLabels: {$patch: replace, c: d}, network: {$patch: replace, hostname: i}, kubelet: {extraConfig: {x: {$patch: replace, z: 2}, l: [{$patch: replace}, 2]}}}"
    assert laid(base, patch) == {
        "machine": {
            "kubelet": {"extraConfig": {"x": {"z": 2}, "l": [2]}},
            "network": {"hostname": "i"},
            "nodeLabels": {"c": "d"},
        }
    }


def test_replacing_holds_where_the_base_has_nothing():
    patch = "machine: {nodeLabels: {$patch: replace, c: d}, certSANs: [{$patch: replace}, a], ca: {$patch: replace, crt: Zm9v}, kubelet: {extraArgs: {v: [{$patch: replace}, a]}}}"
    tree = laid("machine: {}", patch)
    assert tree["machine"]["nodeLabels"] == {"c": "d"}
    assert tree["machine"]["certSANs"] == ["a"]
    assert {type(value) for value in (*tree["machine"].values(), tree["machine"]["kubelet"]["extraArgs"]["v"])} <= {
        dict,
        list,
    }


def test_a_whole_document_can_be_replaced_in_its_place():
    base = "apiVersion: v1alpha1\nkind: LinkConfig\nname: e0\nmtu: 1\n---\napiVersion: v1alpha1\nkind: ZswapConfig\n"
    assert laid(base, "apiVersion: v1alpha1\nkind: LinkConfig\nname: e0\n$patch: replace\nup: true") == {
        "apiVersion": "v1alpha1", "kind": "LinkConfig", "name": "e0", "up": True,
    }  # fmt: skip


def test_users_in_urls_size_matchers_and_nulls_do_not_stand_in_the_way():
    head = "apiVersion: v1alpha1\nkind: KmsgLogConfig\nname: k\n"
    assert laid(f"{head}url: tcp://a:b@h:1/", f"{head}url: tcp://c:d@h:1/")["url"] == "tcp://c:d@h:1/"
    selector = "machine: {install: {diskSelector: {size: '%s'}}}"
    assert laid(selector % "> 1GB", selector % "> 2GB")["machine"]["install"]["diskSelector"]["size"] == "> 2GB"
    config = "machine: {kubelet: {extraConfig: {a: %s}}}"
    assert laid(config % "1", config % "null")["machine"]["kubelet"]["extraConfig"] == {"a": 1}


def test_the_kind_is_looked_for_among_the_keys_alone():
    base = "apiVersion: v1alpha1\nkind: LinkConfig\nname: machine\n"
    assert laid(base, "apiVersion: v1alpha1\nkind: LinkConfig\nname: machine\nmtu: 9")["mtu"] == 9
    patch = "name: kind\napiVersion: v1alpha1\nkind: LinkConfig\nmtu: 9"
    assert laid(patch, patch)["mtu"] == 9


REFUSED = [
    ("machine: {network: {interfaces: [{interface: e0}, {interface: e0}]}}", "with this key stands already"),
    (
        "machine: {network: {interfaces: [{interface: e0, deviceSelector: {driver: v}}, {deviceSelector: {driver: v}}]}}",
        "a name and a selector",
    ),
    (
        "apiVersion: v1alpha1\nkind: LinkConfig\nname: l\naddresses: [{address: 10.0.0.1/8}]\n---\n"
        "apiVersion: v1alpha1\nkind: LinkConfig\nname: l\naddresses: [{address: 10.0.0.2/8, $patch: delete}]",
        "after the patch has added",
    ),
    (
        "cluster: {apiServer: {admissionControl: [{configuration: {a: 1}, $patch: delete}]}}",
        "no element can be named by this key",
    ),
    (
        "machine: {network: {interfaces: [{dhcp: true, $patch: delete}]}}\n---\nmachine: {network: {interfaces: [{interface: e0}]}}",
        "no element can be named by this key",
    ),
    (
        "apiVersion: v1alpha1\nkind: ExtensionServiceConfig\nname: s\nconfigFiles: [{content: x, $patch: delete}]\n---\n"
        "apiVersion: v1alpha1\nkind: ExtensionServiceConfig\nname: s\nconfigFiles: [{mountPath: /a}]",
        "told apart by mountPath",
    ),
    (
        "machine: {kubelet: {extraConfig: {a: 1}}}\n---\nmachine: {kubelet: {extraConfig: {a: x}}}",
        "this is a text, and an integer elsewhere",
    ),
    ("machine: {kubelet: {extraConfig: {a: 2001-01-01}}}", "an unquoted date"),
    ("machine: {kubelet: {extraConfig: {a: {1: b}}}}", "a key that is no text"),
    (
        "machine: {files: [{path: /a, $patch: delete}]}\n---\nmachine: {files: [{path: /a, content: x}, {path: /a, content: y}]}",
        "fits two elements",
    ),
    ("machine: {nope: {$patch: delete}}", "there is no field nope"),
    ("machine: {certSANs: {a: {$patch: delete}}}", "a list has no keys"),
    ("machine: {ca: {key: {$patch: delete}}}", "below a single value"),
    ("machine: {certSANs: [{a: b, $patch: delete}]}", "no element can be named"),
    ("machine: {nodeLabels: {$patch: merge, a: b}}", "unknown directive"),
    ("machine: {$patch: replaced}", "unknown directive"),
]


@pytest.mark.parametrize(("patch", "why"), REFUSED)
def test_what_could_not_be_repeated_is_refused(patch, why):
    assert why in refused("machine: {}", patch)


def test_a_delete_statement_that_fits_two_elements_is_refused():
    base = "apiVersion: v1alpha1\nkind: LinkConfig\nname: l\naddresses: [{address: 10.0.0.1/8}, {address: 10.0.0.1/8}]"
    patch = "apiVersion: v1alpha1\nkind: LinkConfig\nname: l\naddresses: [{address: 10.0.0.1/8, $patch: delete}]"
    assert "more than one element" in refused(base, patch)


def test_under_talos_a_directive_that_is_none_is_named_with_its_remedy():
    patch = "machine: {network: {$patch: replace}}"
    with pytest.raises(InputError, match=r"p\.yaml:1:21: .*--merge idempotent"):
        load_patch(patch, "p.yaml")
    (note,) = StrategicPatch.load("machine: {nodeLabels: {$patch: replace, c: d}}", "p.yaml").notes
    assert (note.code, str(note.place)) == ("TG0111", "p.yaml:1:24")


def test_errors_name_the_place_in_the_patch_and_the_document_of_the_base():
    found = refused(
        "---\nmachine: {kubelet: {extraConfig: {a: 1}}}", "machine:\n  kubelet:\n    extraConfig:\n      a: x\n"
    )
    assert found == (
        "p.yaml:4:10: machine.kubelet.extraConfig.a: a text cannot be merged over an integer "
        "(in v1alpha1/ of base.yaml:2:1)"
    )


@pytest.mark.parametrize(
    ("base", "patch"),
    [
        ("machine: {disks: [{device: a}]}", "machine: {disks: [{device: a, partitions: []}]}"),
        ("machine: {acceptedCAs: [{}]}", "machine: {acceptedCAs: [{crt: ''}]}"),
        ("cluster: {apiServer: {extraVolumes: [{hostPath: /a}]}}", "cluster: {apiServer: {extraVolumes: [{hostPath: /a, readonly: false}]}}"),
    ],
)  # fmt: skip
def test_elements_that_print_alike_are_one(base, patch):
    config = load(base)
    assert StrategicPatch.load(patch, "p", "idempotent").apply(config).to_yaml() == config.to_yaml()


@pytest.mark.parametrize("merge", ["talos", "idempotent"])
def test_what_a_patch_does_not_touch_is_shared_with_the_base(merge):
    link = "apiVersion: v1alpha1\nkind: LinkConfig\nname: e0\n"
    base = load(f"machine: {{certSANs: [a], nodeLabels: {{a: b}}, kubelet: {{extraArgs: {{a: b}}}}}}\n---\n{link}")
    made = StrategicPatch.load("machine: {certSANs: [b], kubelet: {image: i}}", "p", merge).apply(base)
    assert made.documents[1] is base.documents[1]
    before, after = (config.documents[0].tree["machine"] for config in (base, made))
    assert after["nodeLabels"] is before["nodeLabels"]
    assert after["kubelet"]["extraArgs"] is before["kubelet"]["extraArgs"]
    assert after["certSANs"] is not before["certSANs"]


def test_a_config_whose_last_document_is_deleted_can_be_patched_again():
    zswap = "apiVersion: v1alpha1\nkind: ZswapConfig\n"
    gone = load_patch(f"{zswap}$patch: delete", merge="idempotent")
    assert apply_to_text(zswap, [gone]) == apply_to_text("", [gone]) == ""
    assert apply_to_text("", [load_patch(zswap, merge="idempotent")]) == zswap
    with pytest.raises(InputError, match="no config document"):
        apply_to_text("", [load_patch(zswap)])
