"""SOPS files against the real ``sops``, in both directions; and the keys that only it can use."""

from __future__ import annotations

import difflib
import json
import os
import re
import shutil
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, assume, given, settings
from programs import program, required
from strategies_sops import commented_trees, selections, trees, whole
from vectors import FOLDER, lines

from talosgen.age import hybrid, keys
from talosgen.errors import InputError
from talosgen.sops import file, keyring, rules
from talosgen.sops.document import load
from talosgen.sops.layout import dump
from talosgen.sops.program import Program, find, read
from talosgen.sops.selection import DEFAULT, Selection
from talosgen.sops.tree import Branch, Comment, Entry, Items, branch, plain, same, without_comments

pytestmark = pytest.mark.programs

SOPS = FOLDER / "sops"
PEOPLE = json.loads((SOPS / "identities.json").read_text(encoding="utf-8"))["identities"]
ALICE = PEOPLE["alice"]["recipient"]
ME = keys.identities(PEOPLE["alice"]["identity"])
NOW = "2026-01-15T12:34:56Z"
SLOW = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
PLAIN = sorted((SOPS / "plain").iterdir())
#: A clear text that holds an integer beyond 64 bits: sops makes a float of it, which is refused here.
LOSSY = "20-scalars-from-yaml-text.yaml"


@pytest.fixture(scope="module")
def sops():
    """Runs the real program on a text; gives what it prints, or raises with what it says."""
    path = required(lambda: program("sops"))

    def call(*arguments, text, identity=PEOPLE["alice"]["identity"], **variables):
        environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "SOPS_AGE_KEY": identity, **variables}
        named = [] if "--filename-override" in arguments else ["--filename-override", "x.yaml"]
        command = [path, "--disable-version-check", *arguments, *named, "--input-type", "yaml", "--output-type", "yaml"]
        done = subprocess.run(command, input=text.encode(), capture_output=True, env=environment, check=False)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    return call


def skeleton(text):
    """An encrypted text without what is random: the ciphertexts by their types and sizes."""
    text = re.sub(r"ENC\[AES256_GCM,data:([^,]*),[^\]]*type:(\w+)\]", lambda found: f"{found[2]}{len(found[1])}", text)
    text = re.sub(r"(?s)enc: \|.*?-----END AGE[^\n]*\n", "enc\n", text)
    return re.sub(r'lastmodified: "[^"]*"', "", text)


@pytest.fixture(scope="module")
def theirs(sops, tmp_path_factory):
    """Encrypts a text with the real program, by one rule."""
    config = tmp_path_factory.mktemp("rules") / ".sops.yaml"

    def encrypt(text, selection=DEFAULT, only_encrypted=False):
        rule = {"age": ALICE, selection.kind: selection.text, "mac_only_encrypted": only_encrypted}
        config.write_text(json.dumps({"creation_rules": [rule]}), encoding="utf-8")
        return sops("--config", config, "encrypt", text=text)

    return encrypt


def ours(tree, selection=DEFAULT, only_encrypted=False):
    return file.encrypt(tree, file.Scheme(file.recipients(ALICE), selection, only_encrypted), NOW)


def ours_if_any(tree, selection, only_encrypted=False):
    """As ``ours``; an example in which a setting encrypts nothing, which sops lets pass, is given up."""
    try:
        return ours(tree, selection, only_encrypted)
    except InputError as error:
        assume(error.problems[0].code != "sops-nothing")
        raise


def assert_same_lines(left, right):
    assert left == right, "\n".join(difflib.unified_diff(left.split("\n"), right.split("\n"), lineterm=""))


@SLOW
@given(trees, selections)
def test_sops_and_we_write_the_same_file_and_read_each_other(sops, theirs, tree, selection):
    text = dump(tree)
    tree = whole(tree)
    written = ours_if_any(tree, selection)
    other = theirs(text, selection)
    assert_same_lines(skeleton(written), skeleton(other))
    got = file.decrypt(other, ME)
    assert same(got.tree, tree)
    clear = sops("decrypt", text=written)
    assert clear == sops("decrypt", text=other)
    assert clear == dump(got.tree)


@SLOW
@given(trees, selections)
def test_so_it_is_where_the_mac_covers_ciphertexts_only(sops, theirs, tree, selection):
    written = ours_if_any(whole(tree), selection, True)
    other = theirs(dump(tree), selection, True)
    assert_same_lines(skeleton(written), skeleton(other))
    assert same(file.decrypt(other, ME).tree, whole(tree))
    assert sops("decrypt", text=written) == sops("decrypt", text=other)


@SLOW
@given(commented_trees)
def test_so_it_is_with_comments(sops, theirs, tree):
    # An explicit key moves the comments behind it with every sops.
    assume("? " not in dump(tree))
    text = dump(tree)
    written = ours(load(text))
    other = theirs(text)
    assert_same_lines(skeleton(written), skeleton(other))
    assert same(file.decrypt(other, ME).tree, load(text))
    assert sops("decrypt", text=written) == sops("decrypt", text=other)


@pytest.mark.parametrize("path", [path for path in PLAIN if path.name != LOSSY], ids=lambda path: path.name)
def test_a_plain_file_becomes_the_same_file(sops, theirs, path):
    text = path.read_text(encoding="utf-8")
    # What each text is recorded with is its own matter; here the default is enough.
    tree = load(text)
    other = theirs(text)
    written = ours(tree)
    assert_same_lines(skeleton(written), skeleton(other))
    assert same(without_comments(file.decrypt(other, ME).tree), without_comments(tree))
    assert sops("decrypt", text=written) == sops("decrypt", text=other)


BUNDLES = sorted((FOLDER / "conformance" / "bundles").iterdir())
RENDERED = [vector["answer"]["yaml"] for vector in lines("conformance/gen.jsonl.gz") if "yaml" in vector["answer"]][
    ::97
]


@pytest.mark.parametrize("path", BUNDLES, ids=lambda path: path.name)
def test_a_bundle_goes_both_ways(sops, theirs, path):
    go_both_ways(sops, theirs, path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("text", RENDERED, ids=range(len(RENDERED)))
def test_a_rendered_config_goes_both_ways(sops, theirs, text):
    go_both_ways(sops, theirs, text)


def go_both_ways(sops, theirs, text):
    tree = load(text)
    written, other = ours(tree), theirs(text)
    assert_same_lines(skeleton(written), skeleton(other))
    assert same(file.decrypt(other, ME).tree, tree)
    assert sops("decrypt", text=written) == sops("decrypt", text=other)
    # A change by one is read by the other, and nothing else changes.
    changed = file.save(file.decrypt(other, ME), (*tree[:-1], Branch((*tree[-1], Entry("zz", "new")))), NOW)
    assert load(sops("decrypt", text=changed))[-1][-1] == Entry("zz", "new")
    old, new = (
        [line for line in each.split("\n") if "ENC[" in line and "    mac:" not in line] for each in (other, changed)
    )
    assert set(old) <= set(new)


#: Hand-made: what YAML lets people write.
STRANGE = {
    "empty": "{}\n",
    "empty documents": "a: 1\n---\n---\nb: 2\n",
    "flow": "{a: [1, {b: [], c: {}}], 'd': \"\\u263A\"}\n",
    "folded": "a: >\n  one\n  two\n\n  three\nb: >-\n  x\nc: |+\n  y\n\n",
    "anchors": "base: &b {x: 1, y: [2]}\nother:\n  <<: *b\n  z: *b\nlist: [*b, *b]\n",
    "anchored keys": "&k a: 1\nb: *k\n*k : 2\n".replace("*k : 2\n", "c: {*k : 3}\n"),
    "keys of lines": '? |\n  name\n: a\n? "b\\nc"\n: {d: [x]}\n',
    "numbers": "a: 0x1F\nb: 017\nc: 0o17\nd: 0b11\ne: 1_000\nf: +5\ng: 08\nh: 1e3\ni: .5\nj: 5.\nk: -0\nl: -0.0\nm: .inf\n",
    "words": "a: yes\nb: No\nc: on\nd: ~\ne: Null\nf: TRUE\ng: =\nh: 1:30\n",
    "times": "a: 2024-01-02\nb: 2001-12-14t21:59:43.10-05:00\nc: 2024-01-02 03:04:05\nd: 2024-01-02 03:04:05 +02:00\n",
    "tags": "a: !!str 42\nb: !!float 3\nc: !!int '3'\nd: !!binary aGk=\ne: !thing x\ng: ! 12\nh: !\ni: !thing 12\nf: !!null ''\n",
    "bytes": "a: !!binary /w==\nb_unencrypted: !!binary /w==\n",
    "quotes": "'1': a\n'true': b\n\"a: b\": c\n' x ': d\n'#': e\n? 'long'\n: f\n",
    "separators": 'a: "x\\Ly"\nb: ["\\P", "\\N", "\\_"]\n',
    "wide": "a: " + "x " * 200 + "\n" + "k" * 129 + ": 1\n",
    "windows": "a: 1\r\nb:\r\n  - x\r\n  - |\r\n    y\r\n",
    "mark": "\ufeffa: 1\n",
    "markers": "%YAML 1.1\n---\na: 1\n...\n---\nb: 2\n...\n",
    "indentless": "a:\n- b:\n  - c\n- - d\n  - e\n",
    "deep": "a: " + "[" * 60 + "x" + "]" * 60 + "\n",
    "comments": "# h\n\n# h2\na: 1 # i\n# f\n\nb: # k\n  # c\n  c: 1\n  # t\nl:\n- x # i\n# m\n- k: v\n  # d\n  j: w\n",
    "suffixes": "a_unencrypted: {b: 1, c: [x]}\nd:\n  e_unencrypted: y\n  f: z\n",
}


@pytest.mark.parametrize("text", STRANGE.values(), ids=STRANGE)
def test_a_strange_file_goes_both_ways(sops, theirs, text):
    tree = load(text)
    written, other = ours(tree), theirs(text)
    assert_same_lines(skeleton(written), skeleton(other))
    assert same(settled(file.decrypt(other, ME).tree), settled(tree))
    assert sops("decrypt", text=written) == sops("decrypt", text=other)


def settled(value):
    """A tree in which no comment of a list is inline: an encrypted one is an item of its own."""
    if isinstance(value, Items):
        return Items(item._replace(inline=False) if isinstance(item, Comment) else settled(item) for item in value)
    if isinstance(value, Entry):
        return Entry(value.key, settled(value.value))
    return type(value)(map(settled, value)) if isinstance(value, tuple) and not isinstance(value, Comment) else value


@pytest.mark.parametrize("person", ["alice", "erin", "frank", "dora", "carol"])
def test_sops_opens_files_for_every_kind_of_recipient(sops, person, tmp_path):
    if person == "dora" and not hybrid.available():
        pytest.skip("the installed cryptography has no ML-KEM-768")
    text = file.encrypt((branch({"a": "b"}),), file.Scheme(file.recipients(PEOPLE[person]["recipient"])), NOW)
    identity = PEOPLE[person]["identity"]
    if identity.startswith("-----"):
        (tmp_path / "key").write_text(identity, encoding="ascii")
        clear = sops("decrypt", text=text, SOPS_AGE_SSH_PRIVATE_KEY_FILE=str(tmp_path / "key"))
    else:
        clear = sops("decrypt", text=text, identity=identity)
    assert clear == "a: b\n"


def test_sops_opens_what_we_changed_rotated_and_gave_to_others(sops):
    first = sops("encrypt", "--age", ALICE, text="a: secret\nb: [x, 1]\n")
    got = file.decrypt(first, ME)
    changed = file.save(got, (branch({"a": "other", "b": ["x", 1]}),), NOW)
    assert sops("decrypt", text=changed) == "a: other\nb:\n    - x\n    - 1\n"
    rotated = file.rotate(file.decrypt(changed, ME), NOW)
    assert sops("decrypt", text=rotated) == sops("decrypt", text=changed)
    bob = PEOPLE["bob"]
    shared = file.update_keys(rotated, ME, file.recipients(ALICE, bob["recipient"]))
    assert sops("decrypt", text=shared, identity=bob["identity"]) == sops("decrypt", text=rotated)


def test_what_sops_sets_in_our_file_is_all_that_changes(tmp_path):
    path = required(lambda: program("sops"))
    text = ours((branch({"a": "x", "b": ["y", "y", {"c": 1.5}], "d": True}),))
    (tmp_path / "f.yaml").write_text(text, encoding="utf-8")
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "SOPS_AGE_KEY": PEOPLE["alice"]["identity"]}
    command = [path, "--disable-version-check", "set", tmp_path / "f.yaml", '["a"]', '"new"']
    subprocess.run(command, env=environment, capture_output=True, check=True)
    changed = (tmp_path / "f.yaml").read_text(encoding="utf-8")
    got = file.decrypt(changed, ME)
    assert plain(got.tree[0]) == {"a": "new", "b": ["y", "y", {"c": 1.5}], "d": True}
    new = [line.split(":")[0].strip() for line in changed.split("\n") if line not in text.split("\n")]
    # sops takes the last nonce for both of two equal values.
    assert [name for name in new if not name.startswith("- ENC")] == ["a", "lastmodified", "mac"]


def test_sops_opens_a_data_key_shared_among_groups(sops, tmp_path):
    groups = tuple(file.recipients(PEOPLE[name]["recipient"])[0] for name in ("alice", "bob", "carol"))
    text = file.encrypt((branch({"a": "b"}),), file.Scheme(groups, threshold=2), NOW)
    both = "\n".join(PEOPLE[name]["identity"] for name in ("bob", "carol"))
    assert sops("decrypt", text=text, identity=both) == "a: b\n"


def test_sops_and_we_agree_on_which_rule_holds(sops, tmp_path):
    config = """\
creation_rules:
  - path_regex: \\.enc\\.ya?ml$
    age: >-
      {bob},
      {alice}
    encrypted_regex: ^(data|stringData)$
  - path_regex: ^talos/
    key_groups:
      - age: [{alice}]
        merge:
          - age: [{bob}, {alice}]
    mac_only_encrypted: true
  - age: [{alice}]
    unencrypted_suffix: _clear
stores:
  yaml:
    indent: 2
""".format(alice=ALICE, bob=PEOPLE["bob"]["recipient"])
    (tmp_path / ".sops.yaml").write_text(config, encoding="utf-8")
    found = rules.find(str(tmp_path), {})
    assert not found.notes
    text = "data:\n    - secret\nother: value\nx_clear: 1\n"
    for name in ("a.enc.yaml", "talos/b.yaml", "deep/talos/b.yaml", "c.yaml"):
        path = str(tmp_path / name)
        other = sops("--config", tmp_path / ".sops.yaml", "encrypt", "--filename-override", path, text=text)
        scheme = found.rule_for(path).scheme(found.indent)
        written = file.encrypt(load(text), scheme, NOW)
        assert_same_lines(skeleton(written), skeleton(other))
        assert rules.differences(file.decrypt(other, ME).metadata, scheme) == []


@pytest.mark.skipif(sys.platform != "linux", reason="the places are those of Linux")
@pytest.mark.parametrize("place", ["default", "xdg", "file", "variable", "command", "ssh", "ssh file", "ssh command"])
def test_sops_and_we_find_the_same_identity(place, tmp_path):
    path = required(lambda: program("sops"))
    name = "erin" if place.startswith("ssh") else "carol"
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    spot = {
        "default": ".config/sops/age/keys.txt", "xdg": "xdg/sops/age/keys.txt", "ssh": ".ssh/id_ed25519",
    }.get(place, "somewhere")  # fmt: skip
    (tmp_path / spot).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / spot).write_text(PEOPLE[name]["identity"], encoding="ascii")
    environment |= {
        "xdg": {"XDG_CONFIG_HOME": str(tmp_path / "xdg")},
        "file": {"SOPS_AGE_KEY_FILE": str(tmp_path / spot)},
        "variable": {"SOPS_AGE_KEY": f"{PEOPLE['bob']['identity']} {PEOPLE['carol']['identity']}"},
        "command": {"SOPS_AGE_KEY_CMD": f"cat '{tmp_path / spot}'"},
        "ssh file": {"SOPS_AGE_SSH_PRIVATE_KEY_FILE": str(tmp_path / spot)},
        "ssh command": {"SOPS_AGE_SSH_PRIVATE_KEY_CMD": f"cat '{tmp_path / spot}'"},
    }.get(place, {})
    text = file.encrypt((branch({"a": "b"}),), file.Scheme(file.recipients(PEOPLE[name]["recipient"])), NOW)
    found = keyring.find(environment, home=str(tmp_path))
    assert plain(file.decrypt(text, found.identities).tree[0]) == {"a": "b"}
    runner = Program(str(path), environment)
    assert plain(runner.decrypt(text.encode())[0]) == {"a": "b"}
    bare = Program(str(path), {"PATH": os.environ["PATH"], "HOME": str(tmp_path / "nobody")})
    with pytest.raises(InputError, match="status 128"):
        bare.decrypt(text.encode())


# -- the program in our hands -----------------------------------------------------------------------


def test_the_program_is_found_on_the_path(tmp_path):
    path = required(lambda: program("sops"))
    assert find({"PATH": str(path.parent)}).path == str(path)
    assert find({"PATH": str(tmp_path)}) is None


def test_the_program_encrypts_and_decrypts_through_pipes(tmp_path):
    path = required(lambda: program("sops"))
    (tmp_path / ".sops.yaml").write_text(f"creation_rules:\n  - age: {ALICE}\n", encoding="utf-8")
    runner = Program(str(path), {"PATH": "", "HOME": str(tmp_path), "SOPS_AGE_KEY": PEOPLE["alice"]["identity"]})
    text = runner.encrypt("a: secret\n", str(tmp_path / "x.yaml"), str(tmp_path / ".sops.yaml"))
    assert plain(file.decrypt(text, ME).tree[0]) == {"a": "secret"}
    assert plain(runner.decrypt(text.encode())[0]) == {"a": "secret"}
    assert [each.name for each in tmp_path.iterdir()] == [".sops.yaml"]
    with pytest.raises(InputError, match="failed with status 51") as caught:
        runner.decrypt(re.sub("lastmodified: .*", 'lastmodified: "2020-01-01T00:00:00Z"', text).encode())
    assert "secret" not in str(caught.value)


def test_a_file_for_pgp_is_opened_through_the_program(tmp_path, sops):
    gpg = shutil.which("gpg")
    if gpg is None:
        pytest.skip("gpg is not installed")
    home = tmp_path / "gnupg"
    home.mkdir(mode=0o700)
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "GNUPGHOME": str(home)}
    batch = [
        "--batch",
        "--passphrase",
        "",
        "--quick-gen-key",
        "talosgen test <test@example.com>",
        "default",
        "default",
        "never",
    ]
    done = subprocess.run([gpg, *batch], env=environment, capture_output=True, check=False)
    try:
        if done.returncode:
            pytest.skip(f"gpg makes no key here: {done.stderr.decode()[-200:]}")
        listed = subprocess.run([gpg, "--list-keys", "--with-colons"], env=environment, capture_output=True, check=True)
        finger = next(line.split(":")[9] for line in listed.stdout.decode().split("\n") if line.startswith("fpr"))
        text = sops("encrypt", "--pgp", finger, text="a: secret\n", GNUPGHOME=str(home))
        with pytest.raises(InputError, match="a key of PGP can only be used through sops"):
            file.decrypt(text, ME)
        runner = Program(str(required(lambda: program("sops"))), environment)
        assert plain(read(text.encode(), ME, program=runner)[0]) == {"a": "secret"}
        with pytest.raises(InputError, match="put sops on PATH"):
            read(text.encode(), ME)
    finally:
        subprocess.run(["gpgconf", "--kill", "all"], env=environment, capture_output=True, check=False)


def test_the_program_writes_a_whole_file_in_the_clear_where_we_refuse(sops):
    text = sops("encrypt", "--age", ALICE, "--encrypted-regex", "(", text="a: secret\n")
    assert text.startswith("a: secret\n")
    with pytest.raises(InputError, match="no usable regular expression"):
        ours(load("a: secret\n"), Selection("encrypted_regex", "("))
