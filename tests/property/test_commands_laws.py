"""Laws of commands: whatever names, addresses and folders are, a shell reads the words that were meant, or there are none."""

from __future__ import annotations

import shlex
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from projects import bundle_text
from stubs import Stubs

from talosgen.contract import Contract
from talosgen.errors import InputError
from talosgen.generation.options import MachineType, Options
from talosgen.outputs import commands
from talosgen.outputs.manifest import Manifest, read
from talosgen.outputs.script import GitOps, script
from talosgen.pki.secrets import SecretsBundle
from talosgen.project.cluster import Cluster, Node

HOSTILE = [
    "$(touch pwned)", "`touch pwned`", "; touch pwned", "a b", "a\nb", "-n", "--help", "'", '"', "\\", "*", "~", "a;b",
    "a&b", "|x", "#x", "", "..", "a/b", "\x1b[2J", "\u202e", "é", "a\0b", "10.0.0.999", "fe80::1%eth0;x", "$HOME",
]  # fmt: skip
SOUND_NAMES = st.from_regex(r"\A[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?\Z")
SOUND_ADDRESSES = st.ip_addresses().map(str) | st.from_regex(r"\A[a-z]([a-z0-9-]{0,8}[a-z])?(\.[a-z]{1,8}){0,2}\Z")
TEXTS = st.sampled_from(HOSTILE) | st.text(max_size=12)
NAMES = SOUND_NAMES | TEXTS
ADDRESSES = SOUND_ADDRESSES | TEXTS
#: Folders may have any name that a file system takes; a control character in one is refused.
FOLDERS = st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=12).filter(
    lambda text: text not in (".", "..") and len(text.encode()) < 200
)
ONE_FOLDER = st.just("cluster")
BUNDLE = SecretsBundle.load(bundle_text())


@st.composite
def clusters(draw, names=NAMES, addresses=ADDRESSES, folder=ONE_FOLDER):
    roles = draw(st.lists(st.sampled_from([MachineType.CONTROLPLANE, MachineType.WORKER]), min_size=1, max_size=4))
    image = draw(
        st.sampled_from(["factory.talos.dev/metal-installer/ab12:v1.14.1", "r:5000/a@sha256:00", "$(x)", "a b"])
    )
    nodes = tuple(
        Node(name, role, draw(addresses), draw(st.just(name) | names), (), image)
        for role in roles
        for name in [draw(names)]
    )
    options = Options("home", "https://10.0.0.10:6443", contract=Contract(1, 14))
    return Cluster("home", draw(folder), options, "v1.14.1", nodes, BUNDLE)


def lines(cluster):
    """All commands for a cluster, or None where it is refused."""
    try:
        return [
            *commands.apply(cluster), *commands.upgrade(cluster), *commands.upgrade_kubernetes(cluster),
            commands.health(cluster), *commands.reset(cluster), *commands.retire(cluster, cluster.nodes),
        ]  # fmt: skip
    except InputError:
        return None


@settings(max_examples=25, deadline=None)
@given(clusters(), FOLDERS, FOLDERS)
def test_the_script_runs_what_was_meant_and_nothing_else(cluster, folder, app):
    try:
        text = script(cluster, apps=GitOps(f"../{app}", (f"../{app}/{folder}.sops.yaml",)))
    except InputError:
        return
    with tempfile.TemporaryDirectory() as place:
        here = Path(place) / folder
        here.mkdir()
        (here / "commands.sh").write_text(text, encoding="utf-8")
        before = sorted(here.iterdir())
        stubs = Stubs(Path(place), {"version": [0, ""]})
        status, calls, out = stubs.run("bash", str(here / "commands.sh"))
        assert status == 0, out
        assert sorted(here.iterdir()) == before
    asked = [call[2] for call in calls if call[-1] == "version"]
    for node in cluster.nodes:
        assert node.address in asked
    assert ["talosgen", "secrets", "decrypt", f"../{app}/{folder}.sops.yaml"] in calls
    assert ["kubectl", "apply", "-f", f"../{app}/bootstrap.yaml"] in calls


@settings(max_examples=200, deadline=None)
@given(clusters(folder=FOLDERS))
def test_each_command_is_one_line_of_one_program(cluster):
    for line in lines(cluster) or ():
        assert "\n" not in line
        words = shlex.split(line)
        assert words[0] in ("talosctl", "kubectl")
        assert shlex.join(words) == line


@settings(max_examples=100, deadline=None)
@given(clusters(SOUND_NAMES, SOUND_ADDRESSES, FOLDERS), st.sampled_from(HOSTILE), st.integers(0, 3), st.data())
def test_a_hostile_word_is_refused_wherever_it_stands(cluster, text, place, data):
    index = data.draw(st.integers(0, len(cluster.nodes) - 1))
    field = ("name", "address", "hostname", "image")[place]
    if field == "image" and text in ("", "a/b"):
        # A name of an image like any other, and none at all.
        return
    nodes = list(cluster.nodes)
    nodes[index] = nodes[index]._replace(**{field: text})
    assert lines(cluster._replace(nodes=tuple(nodes))) is None


@settings(max_examples=50, deadline=None)
@given(clusters(SOUND_NAMES, SOUND_ADDRESSES), TEXTS, TEXTS)
def test_a_manifest_cannot_put_words_into_a_command(cluster, host, address):
    machine = commands.Machine("gone", "worker", address, host)
    try:
        made = commands.retired(cluster, machine)
    except InputError:
        return
    for line in made:
        assert shlex.join(shlex.split(line)) == line
        assert "\n" not in line


@given(st.dictionaries(SOUND_NAMES, st.tuples(TEXTS, TEXTS)), st.booleans())
def test_a_manifest_reads_as_it_was_written(entries, placeholder):
    files = {f"{name}.yaml": commands.Machine(name, "worker", *each) for name, each in entries.items()}
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / ".manifest.json").write_bytes(Manifest(files, placeholder).to_json())
        assert read(place) == Manifest(files, placeholder)
