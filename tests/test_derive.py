"""Patches derived from two configs: what they say, and that they lead from the one to the other."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import talosgen
from talosgen import InputError
from talosgen.config.loader import load
from talosgen.patching.derive import derive, differences, joined
from talosgen.patching.load import apply_to_text, load_all
from talosgen.patching.strategic import StrategicPatch


def document(kind, text="", name=""):
    return f"apiVersion: v1alpha1\nkind: {kind}\n" + (f"name: {name}\n" if name else "") + text


def check(before, after, **options):
    """The derived patches, once they have been tried: one after the other, and as one."""
    patches = derive(load(before), load(after), **options)
    for form in (patches, [joined(patches)]) if patches else ():
        assert apply_to_text(before, load_all((text, "p") for text in form)) == load(after).to_yaml()
    return patches


VOLUME = "provisioning:\n    diskSelector: {match: disk.transport == 'nvme'}\n    minSize: 10GB\n"
FILES = "name: a\nconfigFiles:\n    - {mountPath: /a, content: x}\n"

# The classes of differences that Talos's own configdiff does not carry over (7.3 of the notes on patching),
# each with what is derived: deletes, then values.
CLASSES = {
    "an enumeration changed to its zero": (
        document("NetworkDefaultActionConfig", "ingress: block\n"),
        document("NetworkDefaultActionConfig", "ingress: accept\n"),
        [document("NetworkDefaultActionConfig", "ingress:\n    $patch: delete\n")],
    ),
    "a text changed to an empty one": (
        "machine: {token: abc, type: worker}",
        "machine: {type: worker}",
        ["machine:\n    token:\n        $patch: delete\n"],
    ),
    "an entry of a map changed to an empty text": (
        "machine: {nodeLabels: {a: b, c: d}}",
        "machine: {nodeLabels: {a: '', c: d}}",
        [
            "machine:\n    nodeLabels:\n        a:\n            $patch: delete\n",
            'machine:\n    nodeLabels:\n        a: ""\n',
        ],
    ),
    "a URL that loses a part": (
        "cluster: {controlPlane: {endpoint: 'https://h:6443/path'}}",
        "cluster: {controlPlane: {endpoint: 'https://h:6443'}}",
        [
            "cluster:\n    controlPlane:\n        endpoint:\n            $patch: delete\n",
            "cluster:\n    controlPlane:\n        endpoint: https://h:6443\n",
        ],
    ),
    "a URL of which a part changes": (
        "cluster: {controlPlane: {endpoint: 'https://h:6443/path'}}",
        "cluster: {controlPlane: {endpoint: 'https://other:6443/path'}}",
        ["cluster:\n    controlPlane:\n        endpoint: https://other:6443/path\n"],
    ),
    "user information in a URL": (
        document("KmsgLogConfig", "url: tcp://u@h:1\n", "a"),
        document("KmsgLogConfig", "url: tcp://v@h:1\n", "a"),
        [
            document("KmsgLogConfig", "url:\n    $patch: delete\n", "a"),
            document("KmsgLogConfig", "url: tcp://v@h:1\n", "a"),
        ],
    ),
    "one member of a certificate and its key": (
        "machine: {ca: {crt: QUFB, key: QkJC}}",
        "machine: {ca: {crt: QUFB, key: Q0ND}}",
        ["machine:\n    ca:\n        crt: QUFB\n        key: Q0ND\n"],
    ),
    "a value beside those that a patch wipes": (
        document("VolumeConfig", VOLUME, "EPHEMERAL"),
        document("VolumeConfig", VOLUME + "    grow: true\n", "EPHEMERAL"),
        [
            document(
                "VolumeConfig",
                "provisioning:\n    diskSelector:\n        match: disk.transport == 'nvme'\n    grow: true\n"
                "    minSize: 10GB\n",
                "EPHEMERAL",
            )
        ],
    ),
    "a delete beside values that a patch wipes": (
        document("VolumeConfig", VOLUME + "    grow: true\n", "EPHEMERAL"),
        document("VolumeConfig", VOLUME, "EPHEMERAL"),
        [
            document("VolumeConfig", "provisioning:\n    grow:\n        $patch: delete\n", "EPHEMERAL"),
            document(
                "VolumeConfig",
                "provisioning:\n    diskSelector:\n        match: disk.transport == 'nvme'\n    minSize: 10GB\n",
                "EPHEMERAL",
            ),
        ],
    ),
    "a boolean that a patch of its parent wipes": (
        document("ContainerConfig", "image: r.example/a:1\nsecurity: {machinedAccess: true, profile: baseline}\n", "a"),
        document("ContainerConfig", "image: r.example/a:1\nsecurity: {machinedAccess: true, profile: x}\n", "a"),
        [document("ContainerConfig", "security:\n    profile: x\n    machinedAccess: true\n", "a")],
    ),
    "a free-form object: zero, null, another type, a shorter list": (
        "machine: {kubelet: {extraConfig: {a: 1, b: x, l: [1, 2], m: 1, o: 1, same: {x: 1}}}}",
        "machine: {kubelet: {extraConfig: {a: 0, b: '', l: [1], m: null, o: 1.5, same: {x: 1}}}}",
        [
            "machine:\n    kubelet:\n        extraConfig:\n"
            + "".join(f"            {key}:\n                $patch: delete\n" for key in "ablmo"),
            "machine:\n    kubelet:\n        extraConfig:\n            a: 0\n"
            '            b: ""\n            l:\n                - 1\n            m: null\n            o: 1.5\n',
        ],
    ),
    "a free-form object: what merges": (
        "machine: {kubelet: {extraConfig: {a: 1, d: {e: f}, l: [1], n: null, t: true}}}",
        "machine: {kubelet: {extraConfig: {a: 2, d: {e: f, g: null}, l: [1, 2], n: 1, t: false}}}",
        [
            "machine:\n    kubelet:\n        extraConfig:\n            a: 2\n            d:\n                g: null\n"
            "            l:\n                - 2\n            'n': 1\n            t: false\n"
        ],
    ),
    "the size that an install disk is matched by": (
        "machine: {install: {diskSelector: {size: '> 1GB'}}}",
        "machine: {install: {diskSelector: {size: '> 2GB'}}}",
        [
            "machine:\n    install:\n        diskSelector:\n            size:\n                $patch: delete\n",
            "machine:\n    install:\n        diskSelector:\n            size: '> 2GB'\n",
        ],
    ),
    "a percentage after bytes": (
        document("VolumeConfig", "provisioning: {maxSize: 10GB}\n", "EPHEMERAL"),
        document("VolumeConfig", "provisioning: {maxSize: 80%}\n", "EPHEMERAL"),
        [
            document("VolumeConfig", "provisioning:\n    maxSize:\n        $patch: delete\n", "EPHEMERAL"),
            document("VolumeConfig", "provisioning:\n    maxSize: 80%\n", "EPHEMERAL"),
        ],
    ),
    "a key repeated in a keyed list": (
        "machine: {network: {interfaces: [{interface: e0}, {interface: e0}]}}",
        "machine: {network: {interfaces: [{interface: e0}, {interface: e0, mtu: 9000}]}}",
        [
            "machine:\n    network:\n        $patch: delete\n",
            "machine:\n    network:\n        interfaces:\n            - interface: e0\n"
            "            - interface: e0\n              mtu: 9000\n",
        ],
    ),
    "a key repeated where even a new list collapses": (
        document("ExtensionServiceConfig", FILES),
        document("ExtensionServiceConfig", FILES + "    - {mountPath: /a, content: z}\n"),
        [
            document("ExtensionServiceConfig", "$patch: delete\n", "a"),
            document(
                "ExtensionServiceConfig",
                "configFiles:\n    - content: x\n      mountPath: /a\n    - content: z\n      mountPath: /a\n",
                "a",
            ),
        ],
    ),
    "the legacy document removed": (
        "machine: {type: worker}\n---\n" + document("ZswapConfig"),
        document("ZswapConfig"),
        ['apiVersion: ""\nkind: ""\n$patch: delete\n'],
    ),
    "the version, which configdiff does not see": (
        "version: v1alpha1\nmachine: {type: worker}",
        "version: v2\nmachine: {type: worker}",
        ["version: v2\ndebug: null\n"],
    ),
}


@pytest.mark.parametrize("case", CLASSES)
def test_differences_that_cannot_simply_be_merged_in(case):
    before, after, patches = CLASSES[case]
    assert check(before, after) == patches


EDITS = {
    "a text": ("machine: {type: worker}", "machine: {type: controlplane}", ["machine:\n    type: controlplane\n"]),
    "an element at the end": (
        "machine: {certSANs: [a, b]}",
        "machine: {certSANs: [a, b, c]}",
        ["machine:\n    certSANs:\n        - c\n"],
    ),
    "an element of a list of texts out": (
        "machine: {certSANs: [a, b]}",
        "machine: {certSANs: [b]}",
        [
            "machine:\n    certSANs:\n        $patch: delete\n",
            "machine:\n    certSANs:\n        - b\n",
        ],
    ),
    "the last element out": (
        "machine: {certSANs: [a]}",
        "machine: {certSANs: []}",
        ["machine:\n    certSANs:\n        $patch: delete\n"],
    ),
    "a list that is replaced": (
        "cluster: {network: {podSubnets: [10.0.0.0/8], serviceSubnets: [10.96.0.0/12]}}",
        "cluster: {network: {podSubnets: [10.1.0.0/16], serviceSubnets: [10.96.0.0/12]}}",
        ["cluster:\n    network:\n        podSubnets:\n            - 10.1.0.0/16\n"],
    ),
    "an element named by what tells it apart best": (
        "machine: {files: [{path: /a, op: create, content: long}, {path: /b, op: create, content: text}]}",
        "machine: {files: [{path: /b, op: create, content: text}, {path: /c, op: append}]}",
        [
            "machine:\n    files:\n        - $patch: delete\n          path: /a\n",
            "machine:\n    files:\n        - path: /c\n          op: append\n",
        ],
    ),
    "an address out": (
        document("LinkConfig", "addresses: [{address: 10.0.0.1/8}, {address: 10.0.0.2/8}]\n", "e0"),
        document("LinkConfig", "addresses: [{address: 10.0.0.2/8}]\n", "e0"),
        [document("LinkConfig", "addresses:\n    - $patch: delete\n      address: 10.0.0.1/8\n", "e0")],
    ),
    "an element that no text names alone": (
        "machine: {files: [{path: /a, op: create}, {path: /a, op: create}, {path: /b, op: create}]}",
        "machine: {files: [{path: /a, op: create}, {path: /b, op: create}]}",
        [
            "machine:\n    files:\n        $patch: delete\n",
            "machine:\n    files:\n        - path: /a\n          op: create\n        - path: /b\n          op: create\n",
        ],
    ),
    "a field of an element with a key, and a new element": (
        "machine: {network: {interfaces: [{interface: e0, dhcp: true}, {interface: e1, mtu: 1500}]}}",
        "machine: {network: {interfaces: [{interface: e0, dhcp: true}, {interface: e1, mtu: 9000}, {interface: e2}]}}",
        [
            "machine:\n    network:\n        interfaces:\n            - interface: e1\n              mtu: 9000\n"
            "            - interface: e2\n"
        ],
    ),
    "an element with a key, found by its selector": (
        "machine: {network: {interfaces: [{deviceSelector: {driver: virtio}, addresses: [10.0.0.1/8]}]}}",
        "machine: {network: {interfaces: [{deviceSelector: {driver: virtio}, addresses: [10.0.0.1/8, 10.0.0.2/8]}]}}",
        [
            "machine:\n    network:\n        interfaces:\n            - deviceSelector:\n"
            "                driver: virtio\n              addresses:\n                - 10.0.0.2/8\n"
        ],
    ),
    "a keyed list within an element with a key": (
        "machine: {network: {interfaces: [{interface: e0, vlans: [{vlanId: 3, mtu: 1}, {vlanId: 4}]}]}}",
        "machine: {network: {interfaces: [{interface: e0, vlans: [{vlanId: 3, mtu: 2}, {vlanId: 4}]}]}}",
        [
            "machine:\n    network:\n        interfaces:\n            - interface: e0\n              vlans:\n"
            "                - vlanId: 3\n                  mtu: 2\n"
        ],
    ),
    "an element with a key out, others turned": (
        "machine: {network: {interfaces: [{interface: e0}, {interface: e1}]}}",
        "machine: {network: {interfaces: [{interface: e1}, {interface: e0}]}}",
        [
            "machine:\n    network:\n        interfaces:\n            - $patch: delete\n              interface: e0\n",
            "machine:\n    network:\n        interfaces:\n            - interface: e0\n",
        ],
    ),
    "a field out of an element, where no delete reaches": (
        "machine: {network: {interfaces: [{interface: e0, mtu: 9000}]}}",
        "machine: {network: {interfaces: [{interface: e0}]}}",
        [
            "machine:\n    network:\n        interfaces:\n            $patch: delete\n",
            "machine:\n    network:\n        interfaces:\n            - interface: e0\n",
        ],
    ),
    "an image rule, replaced in its place": (
        document("ImageVerificationConfig", "rules: [{image: a, skip: true}, {image: b, skip: true}]\n"),
        document("ImageVerificationConfig", "rules: [{image: a, deny: true}, {image: b, skip: true}]\n"),
        [document("ImageVerificationConfig", "rules:\n    - image: a\n      deny: true\n")],
    ),
    "arguments": (
        "machine: {kubelet: {extraArgs: {a: b, v: '4', w: x}}}",
        "machine: {kubelet: {extraArgs: {a: [b, c], v: ''}}}",
        [
            "machine:\n    kubelet:\n        extraArgs:\n            w:\n                $patch: delete\n",
            "machine:\n    kubelet:\n        extraArgs:\n            a:\n                - b\n                - c\n"
            "            v: null\n",
        ],
    ),
    "keys that no delete reaches": (
        "machine: {sysctls: {'': a, '[x': b, k: c}}",
        "machine: {sysctls: {'[x': b, k: c}}",
        [
            "machine:\n    sysctls:\n        $patch: delete\n",
            "machine:\n    sysctls:\n        '[x': b\n        k: c\n",
        ],
    ),
    "a text that Go's literal block does not carry": (
        "machine: {type: worker}",
        "machine: {type: worker, sysctls: {k: \"\\tx\\ny\"}, kubelet: {extraArgs: {a: \"\\n b\"}}}",
        ['machine:\n    kubelet:\n        extraArgs:\n            a: "\\n b"\n    sysctls:\n        k: "\\tx\\ny"\n'],
    ),
    "what is there but does not print": (
        "machine: {type: worker, certSANs: [], network: {interfaces: []}}",
        "machine: {type: worker, network: {}}",
        [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", EDITS)
def test_patches_of_usual_edits_are_short(case):
    before, after, patches = EDITS[case]
    assert check(before, after) == patches


def links(*names, **mtus):
    texts = (document("DummyLinkConfig", f"mtu: {mtus[name]}\n" if name in mtus else "", name) for name in names)
    return "---\n".join(texts)


def deletes(*names):
    return "---\n".join(document("DummyLinkConfig", "$patch: delete\n", name) for name in names)


@pytest.mark.parametrize(
    ("before", "after", "patches"),
    [
        (links("b", "a"), links("b", "a", a=1, b=2), [links("a", "b", a=1, b=2)]),
        (links("a", "b"), links("b"), [deletes("a")]),
        (links("b", "a"), links("b", "a", "d", "c"), [links("d", "c")]),
        (links("a", "b", "c"), links("a", "c", "b"), [deletes("b"), links("b")]),
        (links("a", "b"), links("b", "a"), [deletes("a"), links("a")]),
        (links("c", "b", "a"), links("c", "x", "b", "a", c=1), [deletes("a", "b"), links("c", "x", "b", "a", c=1)]),
        (links("a"), "machine: {}\n---\n" + links("a"), ["machine: {}\n"]),
    ],
    ids=["changed", "gone", "new", "in another order", "turned", "new in the middle", "the legacy one is in front"],
)
def test_documents_and_their_order(before, after, patches):
    assert check(before, after) == patches


def test_without_order_what_is_out_of_place_stays():
    before, after = load(links("a", "b", "c")), load(links("x", "c", "b", a=1))
    assert derive(before, after, ordered=False) == [deletes("a"), links("x")]


def test_all_documents_out():
    assert check(links("a"), "debug: null\n") == [deletes("a"), "debug: null\n"]


@pytest.mark.parametrize("word", ["kind", "apiVersion"])
def test_a_name_that_is_taken_for_a_key(word):
    # Talos looks for the kind among the values as well: it has to come last.
    def log(url):
        return f"name: {word}\nurl: {url}\napiVersion: v1alpha1\nkind: KmsgLogConfig\n"

    assert check(log("udp://h:514"), log("udp://h:515")) == [log("udp://h:515")]


def test_a_document_that_has_its_apiversion_from_a_value():
    def log(url):
        return f"kind: KmsgLogConfig\nname: machine\nurl: {url}\n"

    assert check(log("udp://h:514"), log("udp://h:515")) == [log("udp://h:515")]
    assert check(log("udp://h:514"), "machine: {}\n")[0] == (
        'apiVersion: ""\nkind: KmsgLogConfig\nname: machine\n$patch: delete\n'
    )


def test_what_does_not_print_is_no_part_of_the_merge_but_is_wiped_where_it_would_show():
    # Neither provider nor keys: the encryption is there and not printed.
    hidden = document("RawVolumeConfig", "encryption: {cipher: x}\n", "a")
    shown = document("RawVolumeConfig", "encryption: {provider: luks2}\n", "a")
    assert check(hidden, shown) == [
        document("RawVolumeConfig", "$patch: delete\n", "a"),
        document("RawVolumeConfig", "encryption:\n    provider: luks2\n", "a"),
    ]


def test_documents_of_unknown_kinds_are_taken_whole():
    def new(name, text):
        return f"apiVersion: v2\nkind: NewConfig # as written\nname: {name}\n{text}"

    def config(*texts):
        return load("---\n".join(texts), allow_unknown=True)

    stays, before, after = new("a", "x: 1\n"), new("5", "x: [1]\n"), new("5", "x: [1 ]\n")
    patches = derive(config(stays, before, new("c", "")), config(stays, after, links("l", l=1)))
    assert patches == [
        'apiVersion: v2\nkind: NewConfig\nname: "5"\n$patch: delete\n---\n'
        "apiVersion: v2\nkind: NewConfig\nname: c\n$patch: delete\n",
        after + "---\n" + links("l", l=1),
    ]
    result = StrategicPatch.load(joined(patches), allow_unknown=True).apply(config(stays, before, new("c", "")))
    assert result.to_yaml() == config(stays, after, links("l", l=1)).to_yaml()
    assert derive(config(stays, before), config(stays, before)) == []


def test_many_deletes_become_one():
    keys = [f"k{number}" for number in range(3000)]
    labels = "machine:\n    nodeLabels:\n"
    before = labels + "".join(f"        {key}: x\n" for key in keys)
    deleted, values = check(before, labels + "".join(f"        {key}: x\n" for key in keys[::2]))
    assert deleted == "machine:\n    nodeLabels:\n        $patch: delete\n"
    assert len(values.splitlines()) == 1502
    assert len(check(before, labels + "".join(f"        {key}: x\n" for key in keys[10:]))) == 1


@pytest.mark.parametrize("depth", [60, 70, 500])
@pytest.mark.parametrize("pair", ["{}", "[]"])
def test_deep_free_form_objects(depth, pair):
    def text(leaf):
        opening, closing = ("{a: ", "}") if pair == "{}" else ("[", "]")
        nest = opening * depth + leaf + closing * depth
        return f"machine: {{kubelet: {{extraConfig: {{x: {nest}, y: 1}}}}}}\n"

    patches = check(text("1"), text("0"))
    assert len(patches) == 2
    assert patches[0].count("\n") <= 70
    assert check(text("1"), text("1")) == []


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("machine: {}", "machine: {nodeLabels: {$patch: delete}}", "machine.nodeLabels: no patch gives v1alpha1/ what"),
        ("machine: {kubelet: {extraConfig: {a: 2001-01-01}}}", "machine: {}", "an unquoted date"),
        (
            "machine: {}\n---\n" + document("DummyLinkConfig", "mtu: 1\n"),
            "machine: {}\n---\n" + document("DummyLinkConfig"),
            "mtu: no patch gives DummyLinkConfig/ what the second config has here; give the document a name",
        ),
        (document("DummyLinkConfig"), "machine: {}", "no patch removes DummyLinkConfig/"),
    ],
    ids=["a statement as data", "a date in the base", "no name to be found by", "no name to be deleted by"],
)
def test_what_no_patch_can_do_is_refused(before, after, message):
    with pytest.raises(InputError) as caught:
        derive(load(before), load(after))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_refusal_holds_no_value():
    secret = "machine: {token: s3cret, nodeLabels: {$patch: delete}}"
    with pytest.raises(InputError) as caught:
        derive(load("machine: {token: 0ther}"), load(secret))
    assert not {"s3cret", "0ther"} & {word for part in repr(caught.value).split("'") for word in part.split()}
    assert caught.value.__context__ is None


def test_no_element_is_named_by_a_secret():
    def peers(*keys):
        texts = (f"    - {{publicKey: same, presharedKey: {key}}}\n" for key in keys)
        return document("WireguardConfig", "peers:\n" + "".join(texts), "wg0")

    assert check(peers("first", "second"), peers("second")) == [
        document("WireguardConfig", "peers:\n    $patch: delete\n", "wg0"),
        document("WireguardConfig", "peers:\n    - publicKey: same\n      presharedKey: second\n", "wg0"),
    ]


def test_a_statement_as_data_that_stays_is_let_be():
    assert check("machine: {nodeLabels: {$patch: delete, a: b}}", "machine: {nodeLabels: {$patch: delete, a: c}}") == [
        "machine:\n    nodeLabels:\n        a: c\n"
    ]


def test_dates_and_other_keys_can_be_set():
    config = "machine: {kubelet: {extraConfig: {a: 2001-01-01, b: {true: z, 1: x}}}}"
    assert check("machine: {}", config) == [
        "machine:\n    kubelet:\n        extraConfig:\n            a: 2001-01-01T00:00:00Z\n            b:\n"
        "                true: z\n                1: x\n"
    ]


def test_where_two_configs_differ():
    before = "machine: {type: worker, certSANs: [a, b]}\n---\n" + links("a", "b", a=1)
    after = "machine: {type: worker, certSANs: [a, c], token: t}\n---\n" + links("b", "a", a=2)
    assert list(differences(load(before), load(after))) == [
        ("DummyLinkConfig/a", ("mtu",)),
        ("v1alpha1/", ("machine", "certSANs", 1)),
        ("v1alpha1/", ("machine", "token")),
    ]
    gone = list(differences(load(links("a", a=1)), load(links("b"))))
    assert [(identity, steps[-1]) for identity, steps in gone] == [
        ("DummyLinkConfig/a", "apiVersion"), ("DummyLinkConfig/a", "kind"), ("DummyLinkConfig/a", "name"),
        ("DummyLinkConfig/a", "mtu"), ("DummyLinkConfig/b", "apiVersion"), ("DummyLinkConfig/b", "kind"),
        ("DummyLinkConfig/b", "name"),
    ]  # fmt: skip


def test_the_configs_stay_as_they_were():
    before, after = load(CLASSES["a value beside those that a patch wipes"][0]), load(links("a"))
    texts = before.to_yaml(), after.to_yaml()
    patches = derive(before, after)
    StrategicPatch.load(joined(patches)).apply(before)
    assert (before.to_yaml(), after.to_yaml()) == texts


def test_the_hash_seed_has_no_say():
    pairs = [entry[:2] for entry in (*CLASSES.values(), *EDITS.values())]
    code = (
        "from talosgen.config.loader import load; from talosgen.patching.derive import derive\n"
        f"for before, after in {pairs!r}: print(derive(load(before), load(after)))"
    )
    root = str(Path(talosgen.__file__).parent.parent)
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": root},
            capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(outputs) == 1
