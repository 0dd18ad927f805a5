"""Creation rules, regular expressions of RE2, and where identities are looked for."""

from __future__ import annotations

import json
import os
import sys

import pytest
from vectors import FOLDER

from talosgen.age import keys
from talosgen.errors import InputError, Problem
from talosgen.sops import file, keyring, rules
from talosgen.sops.pattern import pattern
from talosgen.sops.selection import DEFAULT, Selection
from talosgen.sops.tree import branch

PEOPLE = json.loads((FOLDER / "sops" / "identities.json").read_text(encoding="utf-8"))["identities"]
ALICE, BOB, CAROL = (PEOPLE[name]["recipient"] for name in ("alice", "bob", "carol"))
NOW = "2026-01-15T12:34:56Z"


def read(text, path="/repo/.sops.yaml"):
    return rules.load(text, path)


def rule(body):
    """The single rule of a file."""
    (found,) = read("creation_rules:\n  - " + body.replace("\n", "\n    ")).rules
    return found


def faults(text):
    with pytest.raises(InputError) as caught:
        read(text)
    return [(problem.place.line, problem.path) for problem in caught.value.problems]


# -- creation rules --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        f"age: {ALICE},{BOB}",
        f"age: [{ALICE}, {BOB}]",
        f"age: >-\n  {ALICE},\n  {BOB}",
        f"age: ' {ALICE} , , {BOB}, '",
        f"age: [{ALICE}, {BOB}, {ALICE}]",
        f"key_groups: [{{age: [{ALICE}, {BOB}]}}]\nage: {CAROL}",
        f"key_groups: [{{merge: [{{age: [{ALICE}]}}], age: [{BOB}, {ALICE}]}}]",
    ],
)
def test_recipients_are_read_in_every_form(body):
    (group,) = rule(body).groups
    assert group.recipients == (ALICE, BOB)


def test_the_first_rule_that_matches_holds():
    found = read(
        f"creation_rules:\n"
        f"  - {{path_regex: 'secrets/.*[.]yaml$', age: {ALICE}}}\n"
        f"  - {{path_regex: '^cluster/', age: {BOB}}}\n"
        f"  - {{path_regex: '', age: {CAROL}}}\n"
    )

    def who(path):
        return found.rule_for(path).groups[0].recipients[0]

    assert who("/repo/a/secrets/x.yaml") == ALICE
    assert who("/repo/secrets/x.yaml.txt") == CAROL
    assert who("/repo/cluster/x") == BOB
    # Outside of the folder a pattern sees the whole path.
    assert who("/elsewhere/cluster/x") == CAROL


def test_a_path_that_no_rule_matches_is_refused():
    found = read(f"creation_rules:\n  - {{path_regex: ^a, age: {ALICE}}}\n")
    with pytest.raises(InputError, match="no creation rule matches b") as caught:
        found.rule_for("/repo/b")
    assert caught.value.problems[0].code == "sops-no-rule"


@pytest.mark.parametrize("text", ["", "{}\n", "creation_rules:\n", "creation_rules: []\n", "# nothing\n"])
def test_a_file_without_rules_decides_nothing(text):
    assert read(text).rule_for("/repo/x") is None


def test_the_settings_of_a_rule_are_those_of_the_file():
    found = rule(f"age: {ALICE}\nencrypted_regex: ^(data)$\nmac_only_encrypted: true\nshamir_threshold: 2\n")
    assert found.scheme(2) == file.Scheme(file.recipients(ALICE), Selection("encrypted_regex", "^(data)$"), True, 2, 2)
    assert rule(f"age: {ALICE}").scheme() == file.Scheme(file.recipients(ALICE), DEFAULT)
    other = file.recipients(BOB)
    assert found.scheme(groups=other).groups == other


def test_keys_of_other_services_are_read():
    (group,) = rule(
        "age: " + ALICE + "\n"
        "pgp: ABC, DEF\n"
        "kms: arn:aws:kms:x+arn:aws:iam::role\n"
        "gcp_kms: projects/p\n"
        "azure_keyvault: https://v.vault.azure.net/keys/k/1\n"
        "hc_vault_transit_uri: https://vault:8200/v1/transit/keys/k\n"
    ).groups
    assert dict(group.entries) == {
        "age": ({"recipient": ALICE},),
        "pgp": ({"fp": "ABC"}, {"fp": "DEF"}),
        "kms": ({"arn": "arn:aws:kms:x", "role": "arn:aws:iam::role"},),
        "gcp_kms": ({"resource_id": "projects/p"},),
        "azure_kv": ({"vault_url": "https://v.vault.azure.net", "name": "k", "version": "1"},),
        "hc_vault": ({"vault_address": "https://vault:8200", "engine_path": "transit", "key_name": "k"},),
    }
    assert group.foreign == ("pgp", "kms", "gcp_kms", "azure_kv", "hc_vault")


def test_unknown_keys_are_warnings_with_their_places():
    found = read(
        f"creation_rule: []\ncreation_rules:\n  - age: {ALICE}\n    path_regexp: x\nstores:\n  yaml: {{indnt: 2}}\n"
    )
    assert [(note.path, note.place.line, note.severity) for note in found.notes] == [
        ("creation_rule", 1, "warning"),
        ("creation_rules[0].path_regexp", 4, "warning"),
        ("stores.yaml.indnt", 6, "warning"),
    ]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("[]\n", [(1, "")]),
        ("creation_rules: {}\n", [(1, "creation_rules")]),
        ("creation_rules: [x]\n", [(1, "creation_rules[0]")]),
        ("creation_rules:\n  - path_regex: (\n", [(2, "creation_rules[0].path_regex")]),
        ("creation_rules:\n  - path_regex: a\n    path_regex: b\n", [(3, "creation_rules[0].path_regex")]),
        ("creation_rules:\n  - encrypted_regex: ^(?!x)\n", [(2, "creation_rules[0].encrypted_regex")]),
        ("creation_rules:\n  - {encrypted_regex: a, encrypted_suffix: b}\n", [(2, "creation_rules[0]")]),
        ("creation_rules:\n  - mac_only_encrypted: maybe\n", [(2, "creation_rules[0].mac_only_encrypted")]),
        ("creation_rules:\n  - shamir_threshold: 256\n", [(2, "creation_rules[0].shamir_threshold")]),
        ("creation_rules:\n  - age: 5\n", [(2, "creation_rules[0].age")]),
        ("creation_rules:\n  - age: [[a]]\n", [(2, "creation_rules[0].age")]),
        ("creation_rules:\n  - azure_keyvault: x\n", [(2, "creation_rules[0].azure_keyvault")]),
        ("creation_rules:\n  - path_regex: [a]\n  - age: {}\n", [(2, "creation_rules[0].path_regex"), (3, "creation_rules[1].age")]),
        ("stores: {yaml: {indent: x}}\n", [(1, "stores.yaml.indent")]),
    ],
)  # fmt: skip
def test_every_fault_of_a_rule_is_told_with_its_place(text, wanted):
    assert faults(text) == wanted


def test_groups_that_merge_without_end_are_refused():
    text = "creation_rules:\n  - key_groups:\n      - " + "{merge: [" * 50 + "{}" + "]}" * 50 + "\n"
    with pytest.raises(InputError, match="20 levels"):
        read(text)


def test_rules_are_found_above_the_working_directory(tmp_path):
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    (tmp_path / ".sops.yaml").write_text(f"creation_rules: [{{age: {ALICE}}}]\n", encoding="utf-8")
    (tmp_path / "a" / ".sops.yml").write_text("creation_rules: []\n", encoding="utf-8")
    found = rules.find(str(deep), {})
    assert found.path == str(tmp_path / ".sops.yaml")
    assert [note.place.source for note in found.notes] == [str(tmp_path / "a" / ".sops.yml")]
    (tmp_path / "a" / ".sops.yaml").write_text(f"creation_rules: [{{age: {BOB}}}]\n", encoding="utf-8")
    assert rules.find(str(deep), {}).rules[0].groups[0].recipients == (BOB,)
    named = rules.find(str(deep), {"SOPS_CONFIG": "../../.sops.yaml"})
    assert named.rules[0].groups[0].recipients == (ALICE,)
    with pytest.raises(InputError, match="SOPS_CONFIG names a file that is not there"):
        rules.find(str(deep), {"SOPS_CONFIG": "nowhere"})


def test_no_rules_are_found_where_there_are_none():
    assert rules.find("/a/b", {}, lambda path: None) is None


def test_recipients_of_the_environment_are_read():
    assert rules.recipients_of({"SOPS_AGE_RECIPIENTS": f"{ALICE}, {BOB}"}) == (ALICE, BOB)
    assert rules.recipients_of({}) == ()


def test_what_differs_between_a_file_and_its_rule_is_listed():
    text = file.encrypt((branch({"a": "b"}),), file.Scheme(file.recipients(ALICE, BOB)), NOW)
    got = file.decrypt(text, keys.identities(PEOPLE["alice"]["identity"]))
    assert rules.differences(got.metadata, file.Scheme(file.recipients(BOB, ALICE))) == []
    scheme = rule(f"age: [{ALICE}, {CAROL}]\nencrypted_regex: a\nmac_only_encrypted: true").scheme()
    assert rules.differences(got.metadata, scheme) == [
        f"+ {CAROL}: the rule has it, the file has not",
        f"- {BOB}: the file has it, the rule has not",
        "the file has unencrypted_suffix: _unencrypted, the rule encrypted_regex: a",
        "mac_only_encrypted is false in the file, true in the rule",
    ]
    rules.require_agreement(got.metadata, file.Scheme(file.recipients(BOB, ALICE)))
    with pytest.raises(InputError) as caught:
        rules.require_agreement(got.metadata, scheme, "secrets.yaml")
    assert len(caught.value.problems) == 4
    assert str(caught.value.problems[0]) == (
        f"secrets.yaml: sops: the file and its rule disagree: + {CAROL}: the rule has it, the file has not"
    )


# -- regular expressions ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "text", "matches"),
    [
        ("a", "bab", True), ("^a$", "a", True), ("^a$", "a\n", False), ("(?m)^b$", "a\nb\nc", True), ("", "", True),
        ("^(data|stringData)$", "stringData", True), ("^(data|stringData)$", "metadata", False),
        (r"\.sops\.ya?ml$", "x/talos.sops.yaml", True), ("(?i)SeCret", "a secret", True), ("(?i:a)b", "AB", False),
        ("a(?i)b|c", "C", True), ("a(?i)b|c", "AB", False), ("(?i)K", "\u212a", True), ("(?-i:a)", "A", False),
        ("^a{2,3}$", "aa", True), ("^a{2,3}$", "aaaa", False), ("^a{2,}$", "aaaaa", True), ("a{,2}", "a{,2}", True),
        ("[[:alpha:]]+$", "12a", True), ("[^[:alpha:]]", "abc", False), ("[[:^digit:]]", "1", False),
        (r"\bfoo\b", "a foo", True), (r"\bfoo\b", "afoo", False), (r"\Bo", "foo", True), (r"\Qa.b\E+$", "a.bbb", True),
        (r"[a\]]", "]", True), ("[]a]", "]", True), ("[^]a]", "]", False), ("[a-]", "-", True), (r"\x{41}\x42", "AB", True),
        (r"\101", "A", True), (r"^\d+\s\w\D\S\W$", "12 xyz-", True), (r"\s", "\v", False), (".", "\n", False),
        ("(?s).", "\n", True), (r"\Aa\z", "a", True), ("(?P<name>a)(?<other>b)", "ab", True), ("x*?y", "xxy", True),
        ("^(a+)+$", "a" * 60 + "b", False), ("(a*)*b", "a" * 60, False), ("a|", "", True), ("}]", "}]", True),
        ("é", "caf\u00e9", True), ("^.$", "\U0001f510", True),
    ],
)  # fmt: skip
def test_an_expression_matches_as_in_re2(expression, text, matches):
    assert pattern(expression).search(text) is matches


@pytest.mark.parametrize(
    "expression",
    ["(", ")", "[a", "[z-a]", "*a", "a**", "a+*", "|*", "(?i)*", "a{2}{3}", "a{1001}", "a{3,2}", "(a{1000}){1000}",
     "(?=a)", "(?!a)", "(?<=a)", "(?<!a)", r"(a)\1", r"\8", r"\pL", r"\P{Greek}", r"\C", "(?U)a", "(?", "(?P<a", "(?P<>a)",
     "(?P<a>x)(?P<a>y)", "(?x)a", "\\", r"\y", r"\x{110000}", r"\xg", "[[:foo:]]", "[[:alpha", "(" * 200 + ")" * 200,
     "a" * 5000],
)  # fmt: skip
def test_what_is_no_expression_of_re2_is_refused(expression):
    with pytest.raises(ValueError, match=r"\w"):
        pattern(expression)


# -- where identities are looked for ---------------------------------------------------------------


class Machine:
    """A machine with files and commands."""

    def __init__(self, files=(), commands=()):
        self.files = dict(files)
        self.commands = dict(commands)
        self.ran = []

    def read(self, path):
        return self.files.get(path)

    def run(self, command, variables):
        self.ran.append((tuple(command), dict(variables)))
        answer = self.commands[tuple(command)]
        return answer(variables) if callable(answer) else answer

    def find(self, environment=(), platform="linux", **more):
        return keyring.find(dict(environment), platform=platform, home="/home/me", read=self.read, run=self.run, **more)


def people(found):
    names = {
        PEOPLE[name]["recipient"].split(" ")[1 if "ssh" in PEOPLE[name]["recipient"] else 0]: name for name in PEOPLE
    }
    return [
        names[str(each.recipient).removeprefix("ssh-ed25519 ").removeprefix("ssh-rsa ")] for each in found.identities
    ]


def key(name):
    return PEOPLE[name]["identity"].encode()


@pytest.mark.parametrize(
    ("platform", "environment", "path"),
    [
        ("linux", {}, "/home/me/.config/sops/age/keys.txt"),
        ("linux", {"XDG_CONFIG_HOME": "/xdg"}, "/xdg/sops/age/keys.txt"),
        ("linux", {"XDG_CONFIG_HOME": "relative"}, None),
        ("darwin", {}, "/home/me/Library/Application Support/sops/age/keys.txt"),
        ("darwin", {"XDG_CONFIG_HOME": "/xdg"}, "/xdg/sops/age/keys.txt"),
        ("win32", {"AppData": r"C:\Users\me\AppData\Roaming"}, r"C:\Users\me\AppData\Roaming\sops\age\keys.txt"),
        ("win32", {}, None),
    ],
)
def test_the_usual_key_file_of_each_system(platform, environment, path):
    assert keyring.default_file(environment, platform, "/home/me") == path
    machine = Machine({path: key("alice")} if path else {})
    assert people(machine.find(environment, platform)) == (["alice"] if path else [])


def test_all_sources_are_used_together():
    machine = Machine(
        {
            "/ssh": key("frank"),
            "/home/me/.ssh/id_ed25519": key("erin"),
            "/keys": key("bob"),
            "/home/me/.config/sops/age/keys.txt": b"# mine\n" + key("carol"),
        }
    )
    found = machine.find(
        {
            "SOPS_AGE_SSH_PRIVATE_KEY_FILE": "/ssh",
            "SOPS_AGE_KEY": PEOPLE["alice"]["identity"],
            "SOPS_AGE_KEY_FILE": "/keys",
        }
    )
    assert people(found) == ["frank", "erin", "alice", "bob", "carol"]
    assert not found.problems
    assert found.missing == ("SOPS_AGE_SSH_PRIVATE_KEY_CMD", "/home/me/.ssh/id_rsa", "SOPS_AGE_KEY_CMD")


def test_identities_in_a_variable_may_stand_beside_each_other():
    text = f"# both\n{PEOPLE['alice']['identity']} {PEOPLE['bob']['identity']}\n"
    assert people(Machine().find({"SOPS_AGE_KEY": text})) == ["alice", "bob"]
    locked = Machine().find(
        {"SOPS_AGE_KEY": PEOPLE["bob"]["passphrase_protected_identity_file"]},
        ask=lambda source: PEOPLE["bob"]["passphrase"],
    )
    text = file.encrypt((branch({"a": "b"}),), file.Scheme(file.recipients(BOB)), NOW)
    assert file.decrypt(text, locked.identities)


def test_a_home_in_a_variable_is_followed():
    machine = Machine({"/home/me/k": key("alice")})
    assert people(machine.find({"SOPS_AGE_KEY_FILE": "~/k"})) == ["alice"]


def test_a_command_is_split_like_a_shell_does_and_told_the_recipient():
    machine = Machine(
        commands={
            ("get", "the key"): lambda variables: key(
                "alice" if variables.get("SOPS_AGE_RECIPIENT") == ALICE else "bob"
            )
        }
    )
    found = machine.find({"SOPS_AGE_KEY_CMD": "get 'the key'"}, recipients=[ALICE, BOB, BOB])
    assert people(found) == ["alice", "bob"]
    assert [variables for _, variables in machine.ran] == [{"SOPS_AGE_RECIPIENT": each} for each in (ALICE, BOB, BOB)]
    machine = Machine(commands={("get",): key("alice")})
    assert people(machine.find({"SOPS_AGE_KEY_CMD": "get"}, recipients=[ALICE, BOB, CAROL])) == ["alice"]
    assert len(machine.ran) == 2
    machine = Machine(commands={("get",): key("erin")})
    assert people(machine.find({"SOPS_AGE_SSH_PRIVATE_KEY_CMD": "get"})) == ["erin"]


def test_what_is_wrong_with_a_source_is_told_only_when_nothing_opens_the_file():
    machine = Machine({"/bad": b"AGE-SECRET-KEY-1NONSENSE\n", "/home/me/.config/sops/age/keys.txt": key("bob")})
    found = machine.find({"SOPS_AGE_KEY_FILE": "/bad", "SOPS_AGE_KEY_CMD": "'open"})
    assert people(found) == ["bob"]
    text = file.encrypt((branch({"a": "b"}),), file.Scheme(file.recipients(BOB)), NOW)
    assert file.decrypt(text, found.identities)
    other = file.encrypt((branch({"a": "b"}),), file.Scheme(file.recipients(ALICE)), NOW)
    with pytest.raises(InputError) as caught:
        file.decrypt(other, found.identities)
    explained = found.explain(caught.value)
    usual = "/home/me/.config/sops/age/keys.txt"
    places = [str(problem.place) for problem in explained.problems]
    assert places == ["<text>", "/bad:1:1", "SOPS_AGE_KEY_CMD", usual, "None"]
    assert f"no identity fits {ALICE}" in str(explained)
    assert f"{usual}: this key was tried: {BOB}" in str(explained)
    assert "/home/me/.ssh/id_rsa, SOPS_AGE_KEY;" in str(explained)
    assert "NONSENSE" not in str(explained)
    unrelated = InputError(Problem("other"))
    assert found.explain(unrelated) is unrelated


def test_a_variable_that_names_no_file_is_told():
    found = Machine().find({"SOPS_AGE_KEY_FILE": "/nowhere"})
    assert [problem.message for problem in found.problems] == ["SOPS_AGE_KEY_FILE names a file that is not there"]


def test_real_files_and_commands_are_used_by_default(tmp_path):
    folder = tmp_path / ".config" / "sops" / "age"
    folder.mkdir(parents=True)
    (folder / "keys.txt").write_bytes(key("alice"))
    (tmp_path / "bob").write_bytes(key("bob"))
    script = f"import sys, os; sys.stdout.write(open({str(tmp_path / 'bob')!r}).read())"
    environment = {"SOPS_AGE_KEY_CMD": f'"{sys.executable}" -c "{script}"'}
    found = keyring.find(environment, platform="linux", home=str(tmp_path))
    assert people(found) == ["bob", "alice"]
    failing = keyring.find(
        {"SOPS_AGE_KEY_CMD": f'"{sys.executable}" -c "import sys; sys.exit(3)"'}, platform="linux", home=str(tmp_path)
    )
    assert [problem.message for problem in failing.problems] == ["the command failed with status 3"]
    absent = keyring.find({"SOPS_AGE_KEY_CMD": "/nowhere/command"}, platform="linux", home=str(tmp_path))
    assert [problem.message for problem in absent.problems] == ["the command could not be run to its end"]


@pytest.mark.skipif(
    os.name == "nt" or getattr(os, "geteuid", lambda: 0)() == 0, reason="the superuser reads every file"
)
def test_a_file_that_cannot_be_read_is_told(tmp_path):
    (tmp_path / "k").write_bytes(key("alice"))
    (tmp_path / "k").chmod(0)
    found = keyring.find({"SOPS_AGE_KEY_FILE": str(tmp_path / "k")}, platform="linux", home=str(tmp_path))
    assert "cannot be read" in str(found.problems[0])
