"""explain, blame and plan: which layer set what, and what would change."""

from __future__ import annotations

import json

import pytest
from projects import CLUSTER, node, opened, write

from talosgen import compiler
from talosgen.errors import InputError
from talosgen.machineconfig import MachineConfig
from talosgen.outputs import blame, explain, plan
from talosgen.outputs.masked import masked
from talosgen.outputs.masks import Masks


@pytest.fixture
def made(tmp_path):
    def make(files, folder="a"):
        write(tmp_path / folder, files)
        cluster = opened(tmp_path / folder)
        return cluster, compiler.compile(cluster)

    return make


FILES = {
    "cluster.yaml": CLUSTER + "labels: {region: eu}\npatches: [patches/a.yaml]\n",
    "patches/a.yaml": "machine:\n  certSANs: [one, two]\n  env: {SECRET: hunter2}\n",
    "worker.yaml": "machine:\n  certSANs:\n    $patch: delete\n",
    "worker-w1.yaml": node("10.0.0.31", "install: {disk: /dev/vda}\n") + "---\nmachine:\n  certSANs: [three]\n",
    "controlplane-cp1.yaml": node("10.0.0.21"),
}


def chain(config, path, tmp_path):
    return [
        (origin.path, [(link.layer, str(link.place or "").replace(f"{tmp_path}/a/", "")) for link in origin.chain])
        for origin in explain.explain(config, path)
    ]


def test_a_value_tells_all_that_set_it(made, tmp_path):
    _, configs = made(FILES)
    assert chain(configs["w1"], "UnattendedInstallConfig.provisioning.diskSelector", tmp_path) == [
        (
            "provisioning.diskSelector.match",
            [("base for contract v1.14", "cluster.yaml:6:10"), ("settings", "worker-w1.yaml:4:17")],
        )
    ]


def test_what_was_deleted_is_told_of(made, tmp_path):
    _, configs = made(FILES)
    assert chain(configs["w1"], "machine.certSANs", tmp_path) == [
        ("machine.certSANs[0]", [("node file", "worker-w1.yaml:7:14")]),
        ("machine.certSANs[1]", [("patch of the cluster", "patches/a.yaml:2:19"), ("worker file", "worker.yaml:3:5")]),
    ]


def test_a_path_that_is_nowhere_is_told_with_its_successor(made):
    _, configs = made(FILES)
    with pytest.raises(InputError, match="the newest release has HostnameConfig"):
        explain.explain(configs["w1"], "machine.network.hostname")


def test_secrets_are_masked_in_all_forms(made):
    cluster, configs = made(FILES)
    config = configs["cp1"]
    masks = Masks.of(cluster)
    lines = blame.blame(config, masks)
    texts = [
        explain.as_text(config.origins(), masks), explain.as_json(config.origins(), masks),
        blame.as_text(lines), blame.as_json(lines), blame.as_html(lines, "cp1", blame.deleted(config, masks)),
        *(form(plan.plan({}, configs, masks)) for form in (plan.as_text, plan.as_json, plan.as_markdown)),
    ]  # fmt: skip
    secrets = ["hunter2", cluster.bundle.cluster.secret, cluster.bundle.trustdinfo.token]
    assert not [secret for secret in secrets for text in texts if secret in text]
    assert all("******" in text or "a secret" in text for text in texts)


def test_each_line_of_a_config_is_blamed(made):
    _, configs = made(FILES)
    for config in configs.values():
        lines = blame.blame(config, Masks(reveal=True))
        assert "\n".join(line.text for line in lines) + "\n" == config.to_yaml()
        unknown = [
            line.text for line in lines if not line.chain and not line.text.rstrip().endswith((":", "---", "{}"))
        ]
        assert unknown == []


def test_a_lists_elements_keep_their_histories_when_others_go(made, tmp_path):
    files = {
        "patches/a.yaml": "machine: {certSANs: [one, two]}\n",
        "patches/b.yaml": "- {op: remove, path: /machine/certSANs/0}\n",
        "cluster.yaml": CLUSTER.replace("v1.14.1", "v1.11.6")
        + "merge: talos\npatches: [patches/a.yaml, patches/b.yaml]\n",
        "worker-w1.yaml": node("10.0.0.31"),
    }
    _, configs = made(files)
    (origin, *_) = [
        origin for origin in explain.explain(configs["w1"], "v1alpha1.machine.certSANs") if not origin.deleted
    ]
    assert (origin.path, origin.chain[-1].after, origin.chain[-1].layer) == (
        "machine.certSANs[0]", "two", "patch of the cluster"
    )  # fmt: skip


def test_the_page_escapes_what_the_user_wrote(made):
    files = {"worker-w1.yaml": node("10.0.0.31", "annotations: {x: '<script>alert(1)</script>'}\n")}
    _, configs = made(files)
    page = blame.as_html(blame.blame(configs["w1"], Masks()), "<w1>")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_a_plan_tells_what_changes(made):
    _, before = made(FILES)
    changed = {**FILES, "worker-w1.yaml": FILES["worker-w1.yaml"].replace("/dev/vda", "/dev/vdb")}
    del changed["controlplane-cp1.yaml"]
    changed["worker-w2.yaml"] = node("10.0.0.32")
    cluster, after = made(changed, "b")
    found = plan.plan(before, after, Masks.of(cluster))
    assert [(node.node, node.action) for node in found] == [("w1", "changed"), ("w2", "added"), ("cp1", "removed")]
    assert plan.as_text(found[:1]) == (
        "~ w1\n    ~ UnattendedInstallConfig\n        ~ provisioning.diskSelector.match: "
        'disk.dev_path == "/dev/vda" → disk.dev_path == "/dev/vdb"\n'
    )
    assert json.loads(plan.as_json(found))[0]["documents"][0]["values"][0]["action"] == "changed"
    assert plan.plan(after, after, Masks()) == []


def test_two_secrets_are_not_told_apart(made):
    _, before = made(FILES)
    _, after = made({**FILES, "patches/a.yaml": FILES["patches/a.yaml"].replace("hunter2", "hunter3")}, "b")
    text = plan.as_text(plan.plan(before, after, Masks()))
    assert "machine.env.SECRET: a secret" in text
    assert "hunter" not in text


def test_a_secret_of_several_lines_or_a_number_is_masked_wherever_it_stands(made):
    text = "first-line\nsecond-line\n"
    files = {
        "worker-w1.yaml": node("10.0.0.31", "annotations: {note: \"first-line\\nsecond-line\\n\"}\n")
        + "---\napiVersion: v1alpha1\nkind: LinkConfig\nname: eth0\nmtu: 1417\n"
    }  # fmt: skip
    _, configs = made(files)
    config, masks = configs["w1"], Masks(frozenset((text, "1417")))
    lines = blame.blame(config, masks)
    forms = [
        explain.as_text(config.origins(), masks), explain.as_json(config.origins(), masks), blame.as_text(lines),
        blame.as_json(lines), blame.as_html(lines, "w1"), plan.as_json(plan.plan({}, configs, masks)),
    ]  # fmt: skip
    assert not [word for word in ("first-line", "second-line", "1417") for form in forms if word in form]


FORMS = {
    "a duration": ("5430s", "WatchdogTimerConfig", "device: /dev/watchdog0\ntimeout: VALUE\n", "1h30m30s"),
    "an address": ("2001:0db8:0000::00aa", "LinkConfig", "name: e0\nroutes: [{gateway: 'VALUE'}]\n", "2001:db8::aa"),
    "a part of one": ("2001:0db8:0:0::aa", "LinkConfig", "name: e0\naddresses: [{address: 'VALUE/64'}]\n", "8::aa/64"),
    "a URL": ("to ken|x", "KmsgLogConfig", "name: r\nurl: 'tcp://host:1#VALUE'\n", "to%20ken"),
    "a number": ("17.25e3", "KubeletConfig", "config: {a: 'VALUE'}\n", "17250"),
    "an end of line": ('"rule7\\n"', "KubeNodeConfig", "annotations: {a: 'VALUE', b: rule7}\n", "rule7"),
    "a name": ("enp7secret", "LinkConfig", "name: VALUE\nmtu: 1500\n", "enp7secret"),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_secret_is_masked_in_the_form_that_a_field_gives_it(made, form):
    value, kind, text, printed = FORMS[form]
    text = f"apiVersion: v1alpha1\nkind: {kind}\n" + text.replace("VALUE", "${secrets.it}")
    files = {"vars.sops.yaml": f"it: {value}\n", "worker.yaml": text, "worker-w1.yaml": node("10.0.0.31")}
    cluster, configs = made(files)
    config, masks = configs["w1"], Masks.of(cluster)
    assert printed in config.to_yaml()
    lines = blame.blame(config, masks)
    origins = [origin for origin in config.origins() if origin.document.startswith(kind)]
    _, others = made({"worker-w1.yaml": node("10.0.0.31")}, "b")
    forms = [
        explain.as_text(origins, masks), explain.as_json(origins, masks), blame.as_text(lines), blame.as_json(lines),
        blame.as_html(lines, "w1"), plan.as_json(plan.plan(others, configs, masks)),
        plan.as_text(plan.plan(configs, others, masks)), masked(config.to_yaml(), masks),
    ]  # fmt: skip
    assert not [text for text in forms if printed in text]


def test_the_value_of_a_taint_that_is_taken_apart_is_masked(made):
    files = {
        "cluster.yaml": CLUSTER.replace("v1.14.1", "v1.14.1\ncontract: v1.11") + "taints: {a: '${secrets.it}'}\n",
        "vars.sops.yaml": "it: aside7:NoSchedule\n", "worker-w1.yaml": node("10.0.0.31"),
    }  # fmt: skip
    cluster, configs = made(files)
    assert "value: aside7\n" in configs["w1"].to_yaml()
    assert "aside7" not in masked(configs["w1"].to_yaml(), Masks.of(cluster))


def test_a_document_with_a_secret_name_that_was_deleted_is_not_named(made):
    files = {
        "cluster.yaml": CLUSTER + "patches: [patches/a.yaml, patches/b.yaml]\n",
        "patches/a.yaml": "apiVersion: v1alpha1\nkind: LinkConfig\nname: '${secrets.it}'\nmtu: 1500\n",
        "patches/b.yaml": "apiVersion: v1alpha1\nkind: LinkConfig\nname: '${secrets.it}'\n$patch: delete\n",
        "vars.sops.yaml": "it: enp7secret\n", "worker-w1.yaml": node("10.0.0.31"),
    }  # fmt: skip
    cluster, configs = made(files)
    masks = Masks.of(cluster)
    gone = blame.deleted(configs["w1"], masks)
    page = blame.as_html(blame.blame(configs["w1"], masks), "w1", gone)
    assert "LinkConfig/****** mtu" in page
    assert "enp7secret" not in page + explain.as_text(configs["w1"].origins(), masks)


def test_a_variable_of_the_environment_that_is_empty_hides_nothing():
    assert Masks({"", " "}).leaf("text") == "text"
    assert Masks({"e"}).leaf("text") == "******"


def test_what_emptied_a_mapping_or_a_list_is_told_of(made, tmp_path):
    files = {
        "cluster.yaml": CLUSTER + "patches: [patches/a.yaml, patches/b.yaml]\n",
        "patches/a.yaml": "machine: {udev: {rules: [one]}}\n",
        "patches/b.yaml": "machine: {udev: {rules: {$patch: delete}}}\n",
        "worker-w1.yaml": node("10.0.0.31"),
    }
    _, configs = made(files)
    assert chain(configs["w1"], "machine.udev", tmp_path) == [
        ("machine.udev", [("patch of the cluster", "patches/b.yaml:1:25")]),
        ("machine.udev.rules[0]", [("patch of the cluster", "patches/a.yaml:1:26"), ("patch of the cluster", "patches/b.yaml:1:25")]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("[{name: a}, {name: b}]", "[{name: z}, {name: a}, {name: b}]", ["+ machine.kernel.modules[0].name: z"]),
        ("[{name: z}, {name: a}, {name: b}]", "[{name: a}, {name: b}]", ["- machine.kernel.modules[0].name: z"]),
        ("[{name: a}, {name: b}]", "[{name: b}, {name: c}]",
         ["+ machine.kernel.modules[1].name: c", "- machine.kernel.modules[0].name: a"]),
    ],
)  # fmt: skip
def test_elements_that_stay_are_no_change_wherever_they_are(before, after, told):
    left, right = (
        MachineConfig.load(f"machine: {{kernel: {{modules: {text}}}}}") for text in (before, after)
    )  # fmt: skip
    lines = plan.as_text(plan.plan({"n": left}, {"n": right}, Masks())).splitlines()[2:]
    assert [line.strip() for line in lines] == told
