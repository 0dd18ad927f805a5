"""What is secret, by Talos's list and by ours, and how it is masked."""

from __future__ import annotations

import pytest
from canaries import CANARY, canaries
from places import places
from scripted import script
from vectors import FOLDER

from talosgen import InputError, MachineConfig
from talosgen.config.decode import codec_for
from talosgen.config.redact import MARKER, is_secret, masked, redact, secret_paths
from talosgen.config.walk import opened
from talosgen.goyaml.writer import emit
from talosgen.schema.table import table


def listed(level):
    """The list of a level as people read it: a field a line, with what of it is masked."""
    return [
        " ".join((kind, path, mask.part, *mask.names))
        for kind in (*sorted(table().kinds), *table().roots)
        for path, mask in secret_paths(kind, level)
    ]


@pytest.mark.parametrize("level", ["All", "some", "", None])
def test_a_level_that_is_none_is_refused_and_not_the_narrower_one(level):
    config = MachineConfig.load("machine:\n  type: worker\n")
    with pytest.raises(InputError, match="no level of redaction; give talos or all"):
        config.redacted(level)


@pytest.mark.parametrize("level", ["talos", "all"])
def test_the_lists_are_those_that_people_have_read(level):
    assert listed(level) == (FOLDER / "secrecy" / f"{level}.txt").read_text(encoding="utf-8").splitlines()


def test_ours_has_all_that_talos_masks():
    assert set(listed("talos")) < set(listed("all"))


def test_no_fact_is_of_a_field_that_is_not_there():
    # The facts are laid over the reference by name: a slip of the pen would leave a secret in the open.
    secrecy = script("secrecy")
    facts = table()
    fields = {
        name: {"fields": [{"yaml": field.key} for field in facts.struct(name).fields]}
        for name in secrecy.BY_FIELD
        if facts.is_struct(name)
    }
    assert secrecy.strangers(fields) == []
    for name, entries in secrecy.BY_FIELD.items():
        for field in facts.struct(name).fields:
            if field.key in entries:
                assert [[mask.level, mask.part, *mask.names] for mask in field.masks] == entries[field.key]


def test_a_whole_mask_stands_where_a_text_may_stand():
    facts = table()
    for place in places():
        found = [mask for path, mask in secret_paths(place.kind) if path == place.path and mask.part == "whole"]
        if found:
            expr = opened(place.type, facts)
            while isinstance(expr, dict) and ("list" in expr or "map" in expr):
                expr = opened(expr["list"] if "list" in expr else expr["map"][1], facts)
            codec = codec_for(expr, facts)
            assert expr == "any" or codec.name in ("string", "base64-or-marker"), place


def test_every_free_form_value_and_every_url_has_a_mask():
    for place in places():
        expr = opened({"list": place.type}, table())["list"]
        codec = codec_for(expr, table())
        if opened(expr, table()) == "any" or (codec is not None and codec.name in ("url", "endpoint-url")):
            field = place.path.removesuffix("[]").removesuffix(".*")
            assert field in {path for path, _ in secret_paths(place.kind)}, place


LISTED = canaries()


@pytest.mark.parametrize("canary", LISTED, ids=lambda canary: canary.id)
def test_every_secret_is_masked(canary):
    config = MachineConfig.load(emit(canary.document()))
    assert canary.sung(config.to_yaml())
    for level in ("talos", "all"):
        copy = config.redacted(level).to_yaml()
        if level == "all" or canary.mask.level == "talos":
            assert not canary.sung(copy)
            assert MARKER in copy or "%2A%2A%2A%2A%2A%2A" in copy
        elif not any(path == canary.place.path for path, _ in secret_paths(canary.kind, "talos")):
            assert canary.sung(copy)
        again = MachineConfig.load(copy)
        assert again.to_yaml() == copy
        assert again.redacted(level).to_yaml() == copy


@pytest.mark.parametrize("canary", LISTED, ids=lambda canary: canary.id)
def test_one_value_alone_is_masked_as_in_its_document(canary):
    tree = MachineConfig.load(emit(canary.document())).to_dict()[0]
    copy = redact(tree, table().kinds[canary.kind].type, "all")
    for steps, value in every(tree):
        assert masked(canary.kind, steps, value) == at(copy, steps)
        if not isinstance(value, (dict, list)) and canary.sung(str(value)):
            assert is_secret(canary.kind, steps) == (canary.mask.part not in ("query", "userinfo"))


def every(tree, steps=()):
    yield steps, tree
    for step, value in tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ():
        yield from every(value, (*steps, step))


def at(tree, steps):
    for step in steps:
        tree = tree[step]
    return tree


SECRET = [
    ("v1alpha1", ("machine", "token")),
    ("v1alpha1", ("machine", "registries", "config", "x.io", "auth", "password")),
    ("v1alpha1", ("machine", "registries", "config", "x.io", "auth", "username")),
    ("v1alpha1", ("machine", "env", "HTTP_PROXY")),
    ("v1alpha1", ("machine", "env")),
    ("v1alpha1", ("machine", "files", 0, "content")),
    ("v1alpha1", ("machine", "pods", 3, "spec", "containers", 0, "env", 1, "value")),
    ("v1alpha1", ("machine", "ca", "key")),
    ("v1alpha1", ("cluster", "inlineManifests", 1, "contents")),
    ("KubeEtcdEncryptionConfig", ("config", "resources", 0, "providers", 0, "aescbc", "keys", 0, "name")),
    ("WireguardConfig", ("peers", 0, "presharedKey")),
    ("NoSuchKind", ("a",)),
    ("v1alpha1", ("machine", "noSuchKey")),
]
OPEN = [
    ("v1alpha1", ()),
    ("v1alpha1", ("machine",)),
    ("v1alpha1", ("machine", "ca", "crt")),
    ("v1alpha1", ("machine", "files", 0, "path")),
    ("v1alpha1", ("machine", "registries", "config", "x.io", "auth")),
    ("v1alpha1", ("machine", "kubelet", "extraArgs", "x", 0)),
    ("v1alpha1", ("machine", "pods", 3, "spec", "containers", 0, "image")),
    ("v1alpha1", ("cluster", "controlPlane", "endpoint")),
    ("SideroLinkConfig", ("apiUrl",)),
    ("WireguardConfig", ("peers", 0, "publicKey")),
]


@pytest.mark.parametrize(("kind", "steps"), SECRET)
def test_is_secret(kind, steps):
    assert is_secret(kind, steps)
    assert masked(kind, steps, {"a": ["x", "", None]}) == {"a": [MARKER, "", None]}


@pytest.mark.parametrize(("kind", "steps"), OPEN)
def test_is_not_secret_as_a_whole(kind, steps):
    assert not is_secret(kind, steps)


@pytest.mark.parametrize(
    ("kind", "steps", "value", "shown"),
    [
        ("v1alpha1", ("machine", "install", "extraKernelArgs", 0), "a=b", "a=b"),
        (
            "v1alpha1", ("machine", "install", "extraKernelArgs", 0),
            "siderolink.api=https://u:p@h?jointoken=x&a=1", "siderolink.api=https://******@h?jointoken=******&a=1",
        ),
        ("v1alpha1", ("machine", "registries", "mirrors", "x", "endpoints"), ["http://u@h", "h"], ["http://******@h", "h"]),
        ("v1alpha1", ("cluster", "controlPlane", "endpoint"), "https://u:p@h:1/x@y", "https://%2A%2A%2A%2A%2A%2A@h:1/x@y"),
        ("v1alpha1", ("cluster", "controlPlane", "endpoint"), "https://u:p@h:x", "https://******@h:x"),
        ("SideroLinkConfig", ("apiUrl",), "https://u@h?b=1&jointoken=x", "https://%2A%2A%2A%2A%2A%2A@h?b=1&jointoken=%2A%2A%2A%2A%2A%2A"),
        ("SideroLinkConfig", ("apiUrl",), "https://h:x?b=1&jointoken=x", "https://h:x?b=1&jointoken=******"),
        ("v1alpha1", ("cluster", "apiServer", "extraArgs", "x"), ["//u@h", "y"], ["//******@h", "y"]),
    ],
)  # fmt: skip
def test_urls_lose_their_users_and_join_tokens(kind, steps, value, shown):
    assert masked(kind, steps, value) == shown


@pytest.mark.parametrize("level", ["talos", "all"])
def test_of_a_document_of_an_unknown_kind_all_is_masked_but_what_names_it(level):
    text = "machine: {token: x}\n---\n# a comment\napiVersion: v2\nkind: Foo\nname: n\na: [b, {c: 1}]\nd: ''\ne: null\n"
    copy = MachineConfig.load(text, allow_unknown=True).redacted(level)
    assert copy.documents[1].to_yaml() == (
        "a:\n    - '******'\n    - c: '******'\napiVersion: v2\nd: \"\"\ne: null\nkind: Foo\nname: 'n'\n"
    )
    assert copy.documents[1].identity == "Foo/n"
    again = MachineConfig.load(copy.to_yaml(), allow_unknown=True)
    assert again.redacted(level).to_yaml() == copy.to_yaml()


def test_what_has_no_secret_is_shared():
    config = MachineConfig.load("machine:\n  type: worker\n  token: x\n  network: {hostname: a}\n  files: []\n---\n"
                                "apiVersion: v1alpha1\nkind: HostnameConfig\nhostname: a\n")  # fmt: skip
    copy = config.redacted("all")
    before, after = config.documents[0].tree, copy.documents[0].tree
    assert after["machine"]["network"] is before["machine"]["network"]
    assert copy.documents[1].tree is config.documents[1].tree
    assert before["machine"]["token"] == "x"


def test_nothing_secret_is_left_in_a_copy():
    config = MachineConfig.load(f"machine:\n  token: {CANARY}\n", "source.yaml")
    copy = config.redacted("all").patch("machine: {type: worker}")
    assert all(CANARY not in repr((document.tree, document.node)) for document in copy)
    assert str(copy.documents[0].place) == "source.yaml"
    assert not any(CANARY in str(change[3:]) for change in copy.history("machine"))


def test_bundles_and_client_configs_have_their_lists():
    bundle = {
        "cluster": {"id": "i", "secret": "s"},
        "trustdinfo": {"token": "t"},
        "certs": {"os": {"crt": "c", "key": "k"}},
    }
    assert redact(bundle, "secrets.Bundle", "all") == {
        "cluster": {"id": "i", "secret": MARKER}, "trustdinfo": {"token": MARKER}, "certs": {"os": {"crt": "c", "key": MARKER}},
    }  # fmt: skip
    assert is_secret("talosconfig", ("contexts", "a", "key"))
    assert not is_secret("talosconfig", ("contexts", "a", "crt"))


def test_depth_costs_no_stack():
    deep = {"secret": "x"}
    for _ in range(9_000):
        deep = {"a": [deep]}
    copy = redact({"config": deep}, "k8s.KubeEtcdEncryptionConfigV1Alpha1", "talos")["config"]
    for _ in range(9_000):
        copy = copy["a"][0]
    assert copy == {"secret": MARKER}
    assert redact({"config": deep}, "k8s.KubeEtcdEncryptionConfigV1Alpha1", "all")["config"] is not deep
    assert not is_secret("v1alpha1", ("machine", "pods", 0, *["a", 0] * 9_000))
