"""Documents of unknown kinds, carried as text when that is allowed: through loading, writing and patching."""

from __future__ import annotations

import pytest

import talosgen
from talosgen import InputError, MachineConfig
from talosgen.cli import main
from talosgen.goyaml import stream
from talosgen.goyaml.reader import read
from talosgen.patching.load import apply_to_text, load_all

ROUTE = "apiVersion: v2\nkind: RouteConfig # new\nname: r1\n\n# which way\nvia: [a,   b]\nwhen: 2030-01-02\n"
KNOWN = "apiVersion: v1alpha1\nkind: LinkConfig\nname: eth0\n"
LEGACY = MachineConfig.load("machine: {type: worker}\n").to_yaml()
BEHIND = LEGACY.count("\n") + 2
BOTH = LEGACY + "---\n" + ROUTE


def load(text):
    return MachineConfig.load(text, "c.yaml", allow_unknown=True)


def faults(text, **options):
    with pytest.raises(InputError) as caught:
        MachineConfig.load(text, "c.yaml", **options)
    return str(caught.value)


def patched(text, *patches, merge="talos"):
    loaded = load_all([(patch, f"p{number}") for number, patch in enumerate(patches)], merge=merge, allow_unknown=True)
    return apply_to_text(text, loaded, "c.yaml")


def test_unknown_kinds_are_errors_unless_allowed():
    assert f'c.yaml:{BEHIND}:1: unknown kind "RouteConfig"' in faults(BOTH)
    assert "c.yaml:1:1: unknown apiVersion of LinkConfig" in faults(KNOWN.replace("v1alpha1", "v2"))


def test_an_unknown_document_is_its_text():
    config = load(ROUTE + "---\nmachine: {type: worker}\n")
    assert config.to_yaml() == BOTH
    assert config == load(BOTH)
    legacy, route = config.documents
    assert (route.identity, route.name, str(route.place), route.known, legacy.known) == (
        "RouteConfig/r1", "r1", "c.yaml:1:1", False, True,
    )  # fmt: skip
    tree = config.to_dict()[1]
    assert (tree["kind"], tree["via"]) == ("RouteConfig", ["a", "b"])
    assert "a,   b" not in repr(config) + repr(config.documents)


def test_another_version_of_a_known_kind_is_unknown():
    config = load(KNOWN.replace("v1alpha1", "v2") + "whatever: 1\n")
    assert not config.documents[0].known
    assert config.documents[0].identity == "LinkConfig/eth0"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (KNOWN + "nope: 1\n", 'unknown key "nope"'),
        ("kind: RouteConfig\n", "no apiVersion"),
        ("apiVersion: v2\nname: x\n", "no kind"),
        ("apiVersion: 2\nkind: RouteConfig\n", 'unknown kind "RouteConfig"'),
        ("apiVersion: v2\nkind: [x]\n", "expected a text"),
        ("apiVersion: v2\nkind: v1alpha1\n", "unknown key"),
        (ROUTE + "via: 1\n", "this key stands already in line 6"),
        (ROUTE + "x: {[a]: b}\n", "cannot be a key"),
        (ROUTE + "x: !!int y\n", "this text is no integer"),
        (ROUTE + "---\n" + ROUTE, "document RouteConfig/r1 stands already in line 1"),
        (ROUTE + "---\n" + ROUTE.replace("v2", "v3"), "a second document RouteConfig/r1"),
        (KNOWN + "---\n" + KNOWN.replace("v1alpha1", "v2"), "a second document LinkConfig/eth0"),
    ],
)
def test_what_stays_an_error(text, message):
    assert message in faults(text, allow_unknown=True)


def test_the_kind_of_a_key_that_is_no_text_is_none():
    assert "kind" in faults("apiVersion: v2\n!!binary kind: X\n", allow_unknown=True)


BODY = "apiVersion: v2\nkind: X\n"


@pytest.mark.parametrize(
    ("text", "carried"),
    [
        ("---\n" + BODY, BODY),
        ("--- # why\n" + BODY, "# why\n" + BODY),
        ("--- {apiVersion: v2,\nkind: X}\n", "{apiVersion: v2,\nkind: X}\n"),
        ("---\t!!map\n" + BODY, "!!map\n" + BODY),
        ("%YAML 1.1\n---\n" + BODY, BODY),
        ("%YAML 1.1\n%TAG !e! tag:e,1:\n# c\n--- # d\n" + BODY, "# d\n" + BODY),
        (BODY + "%YAML 1.1\n---\nmachine: {}\n", BODY),
        ("\ufeff" + BODY, BODY),
        (BODY.replace("\n", "\r\n") + "---\r\n" + LEGACY, BODY.replace("\n", "\r\n")),
        (BODY.replace("\n", "\u2028") + "---\u2028" + LEGACY, BODY.replace("\n", "\u2028")),
        (BODY + "...\n# lost\n---\n" + LEGACY, BODY),
        (BODY + "... # lost\n", BODY),
        ("...\n# c\n" + BODY, "# c\n" + BODY),
        ("# lost\n---\n# kept\n" + BODY + "# kept too\n", "# kept\n" + BODY + "# kept too\n"),
        (BODY[:-1], BODY),
        ("  " + BODY.replace("\n", "\n  ")[:-2], "  " + BODY.replace("\n", "\n  ")[:-2]),
        (BODY + "a: |\n  ---\n  x\n   ---\n\n---\n---\n", BODY + "a: |\n  ---\n  x\n   ---\n\n"),
        (BODY + 'a: "x\n%YAML 1.1"\n---\n', BODY + 'a: "x\n%YAML 1.1"\n'),
        (BODY + "a: {b: c\n%YAML 1.1}\n---\n", BODY + "a: {b: c\n%YAML 1.1}\n"),
        (BODY + "a: |+\n  x\n\n\n...\n", BODY + "a: |+\n  x\n\n\n"),
        (BODY + "a: &x [1]\nb: *x\nc: !e d\n", BODY + "a: &x [1]\nb: *x\nc: !e d\n"),
        (BODY + "---x: 1\n", BODY + "---x: 1\n"),
    ],
)
def test_the_text_between_the_markers_is_carried(text, carried):
    for given in (text, text.encode()):
        (document,) = [document for document in load(given) if not document.known]
        assert document.to_yaml() == carried
    assert load(carried).to_yaml() == carried
    joined = load(LEGACY + "---\n" + carried)
    assert joined.to_yaml() == LEGACY + "---\n" + carried
    assert joined.to_dict()[1] == document.tree


def test_a_text_in_another_encoding_is_carried():
    assert load((BODY + "a: é\n").encode("utf-16")).to_yaml() == BODY + "a: é\n"


@pytest.mark.parametrize(
    "text",
    [
        "%TAG !e! tag:e,1:\n---\n" + BODY + "a: !e!x b\n",
        "%TAG !! tag:e,1:\n---\n" + BODY + "a: !!str b\n",
        "machine: &a {type: worker}\n---\n" + BODY + "m: *a\n",
        "--- &a\n" + BODY + "---\n*a\n",
        "---\n\ufeffa: b\n" + BODY,
        BODY + "a: |\n  text",
    ],
)
def test_what_would_be_another_document_alone_is_refused(text):
    told = faults(text, allow_unknown=True)
    assert "is not the same when it stands alone" in told or "stands already in line" in told


def test_deep_and_long_documents_are_carried():
    deep = BODY + "a: " + "[" * 9_000 + "]" * 9_000 + "\n"
    assert load(deep).to_yaml() == deep
    long = "".join(f"---\napiVersion: v2\nkind: X\nname: n{number}\n" for number in range(3_000))
    assert load(long).to_yaml() == long.removeprefix("---\n")


def test_each_document_of_a_stream_has_a_text():
    text = "# a\n---\n---\n# b\nx: 1\n...\n...\n--- y\n"
    assert stream.texts(text) == ["", "# b\nx: 1\n", "y\n"]
    assert len(read(text)) == 3
    assert stream.texts("# only\n") == []


# -- patches ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("merge", ["talos", "idempotent"])
def test_a_patch_adds_and_deletes_whole_documents(merge):
    added = patched(LEGACY, ROUTE + "---\nmachine: {type: controlplane}\n", merge=merge)
    assert added == LEGACY.replace("worker", "controlplane") + "---\n" + ROUTE
    delete = "apiVersion: v2\nkind: RouteConfig\nname: r1\n$patch: delete\n"
    assert patched(BOTH, delete, merge=merge) == LEGACY
    assert patched(BOTH, delete.replace("r1", "r2"), merge=merge) == BOTH
    other = ROUTE.replace("which", "another")
    assert patched(BOTH, f"{delete}---\n{other}", merge=merge) == LEGACY + "---\n" + other
    assert patched(BODY, BODY + "name: n\n", merge=merge) == f"{BODY}---\n{BODY}name: n\n"


@pytest.mark.parametrize("merge", ["talos", "idempotent"])
def test_a_patch_leaves_unknown_documents_of_the_config_alone(merge):
    assert patched(BOTH, "machine: {certSANs: [a]}", merge=merge) == load(BOTH).patch(
        "machine: {certSANs: [a]}", merge=merge, allow_unknown=True
    ).to_yaml()  # fmt: skip
    assert patched(BOTH, "machine: {certSANs: [a]}", merge=merge).endswith("---\n" + ROUTE)
    # A config that may hold them takes patches that may not.
    assert load(BOTH).patch("machine: {certSANs: [a]}", merge=merge).to_yaml().endswith("---\n" + ROUTE)


def test_an_unknown_document_does_not_merge():
    with pytest.raises(InputError) as caught:
        patched(BOTH, "x: 1\n" + ROUTE)
    assert str(caught.value) == (
        "p0:1:1: a document of an unknown kind can only be added or deleted whole (in RouteConfig/r1 of "
        f"c.yaml:{BEHIND}:1); "
        "delete the whole document with `$patch: delete`, then add it anew"
    )
    with pytest.raises(InputError, match="added or deleted whole"):
        patched(BOTH, ROUTE)
    with pytest.raises(InputError, match="added or deleted whole"):
        patched(LEGACY, ROUTE + "---\n" + ROUTE)


def test_with_idempotent_semantics_the_same_text_is_there_already():
    assert patched(BOTH, ROUTE, merge="idempotent") == BOTH
    assert patched(BOTH, ROUTE, ROUTE, merge="idempotent") == BOTH
    with pytest.raises(InputError, match="added or deleted whole"):
        patched(BOTH, ROUTE.replace("# which", "# Which"), merge="idempotent")


@pytest.mark.parametrize(
    ("part", "merge"),
    [
        ("via: {$patch: delete}\n", "talos"),
        ("a: [{b: c, $patch: delete}]\n", "talos"),
        ("$patch: replace\n", "idempotent"),
        ("$patch: Delete\n", "talos"),
        ("a: {$patch: merge}\n", "idempotent"),
    ],
)
def test_nothing_in_an_unknown_document_is_deleted_or_replaced(part, merge):
    with pytest.raises(InputError, match="nothing in a document of an unknown kind can be deleted or replaced"):
        patched(BOTH, "apiVersion: v2\nkind: RouteConfig\nname: r1\n" + part, merge=merge)


def test_unknown_documents_of_patches_are_errors_unless_allowed():
    with pytest.raises(InputError, match='<patch 1>:1:1: unknown kind "RouteConfig"'):
        load(BOTH).patch(ROUTE.replace("r1", "r2"))
    with pytest.raises(InputError, match='unknown kind "RouteConfig"'):
        apply_to_text(BOTH, load_all([("machine: {certSANs: [a]}", "p")]), "c.yaml")
    assert talosgen.patch(load(LEGACY), ROUTE, allow_unknown=True).to_yaml() == BOTH


def test_operations_work_on_the_text():
    operation = '[{"op": "add", "path": "/via", "value": "c"}]'
    assert patched(BODY, operation) == "apiVersion: v2\nkind: X\nvia: c\n"
    # What comes behind a strategic patch, and before one.
    assert patched(BODY, operation, BODY + "name: n\n") == "apiVersion: v2\nkind: X\nvia: c\n---\n" + BODY + "name: n\n"
    with pytest.raises(InputError, match="config of one document, this one has 2"):
        patched(BOTH, operation)
    assert load(BODY).patch(operation, allow_unknown=True).to_yaml() == "apiVersion: v2\nkind: X\nvia: c\n"


def test_operations_that_name_documents_pass_unknown_ones_by():
    change = "[{op: replace, path: /machine/type, value: controlplane, document: {kind: v1alpha1}}]"
    assert patched(BOTH, change, merge="idempotent") == BOTH.replace("worker", "controlplane")
    with pytest.raises(
        InputError, match="operation 1: a document of an unknown kind can only be added or deleted whole"
    ):
        patched(BOTH, change.replace("v1alpha1", "RouteConfig, name: r1"), merge="idempotent")


def test_history_tells_of_unknown_documents():
    config = load(BOTH).patch(
        "apiVersion: v2\nkind: RouteConfig\nname: r1\n$patch: delete\n---\n" + BODY, allow_unknown=True
    )
    told = [(change.action, change.path, str(change.place)) for change in config.history("kind", "RouteConfig/r1")]
    assert told == [("set", "kind", f"c.yaml:{BEHIND + 1}:7"), ("deleted", "kind", "<patch 1>:1:1")]
    assert [str(change.place) for change in config.history("kind", "X/")] == ["<patch 1>:7:7"]


# -- the command line ------------------------------------------------------------------------------


def test_patch_takes_the_flag(tmp_path, capfdbinary):
    config = tmp_path / "c.yaml"
    config.write_text(LEGACY)
    arguments = ["patch", str(config), "-p", ROUTE]
    assert main(arguments) == 1
    assert b'unknown kind "RouteConfig"' in capfdbinary.readouterr().err
    assert main([*arguments, "--allow-unknown"]) == 0
    assert capfdbinary.readouterr().out.decode() == BOTH + "\n"


def test_gen_config_takes_the_flag(tmp_path, capfdbinary, vectors_bundle):
    arguments = [
        "gen", "config", "demo", "https://h:6443", "-t", "worker", "-o", "-", "--with-secrets", vectors_bundle,
        "--config-patch", ROUTE,
    ]  # fmt: skip
    assert main(arguments) == 1
    assert b'unknown kind "RouteConfig"' in capfdbinary.readouterr().err
    assert main([*arguments, "--allow-unknown"]) == 0
    assert capfdbinary.readouterr().out.decode().endswith("---\n" + ROUTE)


@pytest.fixture
def vectors_bundle():
    from pathlib import Path

    return str(Path(__file__).parent / "vectors" / "conformance" / "bundles" / "v1.14.yaml")
