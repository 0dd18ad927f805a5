"""The pages of the documentation that tell of commands and names: what they show is there, and does what they say."""

from __future__ import annotations

import re
import shlex

import pytest
import scripted
from pages import ROOT, Shell, read, steps
from programs import ARGOCD, VERSIONS
from projects import node, write
from vectors import FOLDER, lines

import talosgen
from talosgen.cli.command import Command, Group
from talosgen.cli.commands import ROOT as TREE
from talosgen.cli.flags import UsageError, parse

PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
    if "reference" not in path.parts
}


# -- the command reference ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def script():
    """scripts/commands.py."""
    return scripted.script("commands")


def test_the_command_reference_is_that_of_the_tree(script):
    # python scripts/commands.py docs/commands.md
    assert script.page(read("commands.md")) == read("commands.md")


def test_every_command_of_the_tree_is_in_the_reference(script):
    page = read("commands.md")
    found = [path for path, command in script.walk(TREE, ()) if isinstance(command, Command)]
    assert len(found) > 45
    for path in found:
        usage = f"    talosgen {' '.join(path)}"
        assert f"\n{usage} " in page or f"\n{usage}\n" in page or f"`{' '.join(path)}` is another name" in page


def test_words_by_hand_stay_when_the_reference_is_written_anew(script):
    page = read("commands.md")
    changed = page.replace("| [`emit`](#emit)", "| old", 1).replace("Print the config of one node.\n", "Old.\n", 1)
    changed = changed.replace("## emit\n", "## emit\n\nBefore it.\n", 1).replace(
        "\n## plan\n", "\nBehind it.\n\n## plan\n", 1
    )
    assert changed != page
    written = script.page(changed)
    assert "Old." not in written
    assert written.replace("\nBefore it.\n", "").replace("\nBehind it.\n", "") == page


def test_a_section_of_a_command_that_is_gone_is_not_lost_silently(script):
    section = "## gone\n\n<!-- made -->\n<!-- end -->\n\nWords.\n\n"
    with pytest.raises(SystemExit, match="gone"):
        script.page(read("commands.md").replace("## emit\n", section + "## emit\n"))


def test_every_command_says_what_it_and_its_flags_do(script):
    for path, command in script.walk(TREE, ()):
        assert command.summary, path
        for flag in getattr(command, "flags", ()):
            assert flag.help, (path, flag.name)
            assert flag.kind == "bool" or flag.value or flag.hidden, (path, flag.name)


# -- commands that pages show --------------------------------------------------------------------------------


def shown():
    """The command lines of all pages: in console blocks, in blocks of code that are set in, and in sentences."""
    for name, text in PAGES.items():
        # Not the usage lines of the reference.
        text = re.sub(r"<!-- made -->.*?<!-- end -->", "", text, flags=re.DOTALL)
        lines = [step.line for step in steps(text) if step.line]
        lines += re.findall(r"^ {4}(talosgen .*)$", text, re.MULTILINE)
        # Those in a sentence, where they are not made of words to choose from.
        lines += re.findall(r"`(talosgen [a-z][^`\\[|…]+)`", text)
        for line in lines:
            for part in re.split(r"&&|\|\||[|;>]", line):
                if part.strip().startswith("talosgen "):
                    yield name, part.strip()


def understood(line):
    """Find the command that a line means and read its flags. Raises UsageError."""
    here, rest = TREE, shlex.split(line.replace("…", ""))[1:]
    while rest and isinstance(here, Group):
        word = here.aliases.get(rest[0], rest[0])
        if word not in here.commands:
            raise UsageError(f"no command {word}")
        here, rest = here.commands[word], rest[1:]
    while rest and rest[0] in here.commands:
        here, rest = here.commands[rest[0]], rest[1:]
    if isinstance(here, Command):
        parse(here.flags, rest)


def test_every_command_line_of_the_documentation_is_understood():
    lines = list(shown())
    assert len(lines) > 80
    refused = []
    for name, line in lines:
        try:
            understood(line)
        except UsageError as error:
            # A sentence names the command, not all that it wants.
            if not str(error).startswith("required: "):
                refused.append((name, line, str(error)))
    assert refused == []


@pytest.fixture
def shell(tree, tmp_path):
    return Shell(tree.folder, tmp_path / "programs")


def test_the_commands_of_getting_started_lead_from_nothing_to_configs(tree, shell):
    outputs = shell.follow(read("getting-started.md"))
    platform = tree.folder / "platform"
    assert tree.git("status", "--porcelain", folder=platform) == ""
    assert "metal-amd64.iso" in outputs["talosgen image node cp1"]
    rendered = {
        path.name: path.read_text(encoding="utf-8") for path in (platform / "cluster" / "rendered").glob("*.yaml")
    }
    assert set(rendered) == {"cp1.yaml", "w1.yaml", "w2.yaml"}
    assert "nvme0n1" in rendered["w2.yaml"]
    assert "vm.max_map_count" in rendered["w1.yaml"]


def test_the_commands_in_place_of_talosctl_do_what_the_page_says(tree, shell):
    shell.follow(read("talosctl.md"))
    names = {path.name for path in tree.folder.iterdir()}
    assert names == {
        ".git",
        "secrets.yaml",
        "controlplane.yaml",
        "worker.yaml",
        "talosconfig",
        "cp1.yaml",
        "findings.txt",
    }


# -- the library ---------------------------------------------------------------------------------------------


def test_the_page_of_the_library_tells_of_every_public_name():
    rows = re.findall(r"^\| (`.*?) \|", read("library.md"), re.MULTILINE)
    told = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    # Two modules that are public as well.
    assert told == {*talosgen.__all__, "schema", "documents"}


def test_the_blocks_of_the_page_of_the_library_run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "cluster", {"controlplane-cp1.yaml": node("10.0.0.21"), "worker-w1.yaml": node("10.0.0.31")})
    names = {"text": (ROOT / "docs" / "examples" / "v1alpha1.yaml").read_text(encoding="utf-8")}
    blocks = re.findall(r"```python\n(.*?)```", read("library.md"), re.DOTALL)
    assert len(blocks) == 6
    for block in blocks:
        exec(compile(block, "library.md", "exec"), names)
    out = capsys.readouterr().out
    assert "\nw1.yaml:1:11 " in out
    assert "\nset hostname cluster/controlplane-cp1.yaml\n" in out
    assert "\nHostnameConfig/ hostname settings cluster/controlplane-cp1.yaml \n" in out
    assert names["link"] is None
    assert [document.kind.name for document in names["config"]] == ["v1alpha1", "HostnameConfig", "LinkConfig"]


def test_names_of_the_library_that_pages_show_are_there():
    known = {*talosgen.__all__, *(path.stem for path in (ROOT / "talosgen").iterdir())}
    names = {name for text in PAGES.values() for name in re.findall(r"(?<![.\w/])talosgen\.([A-Za-z]\w+)", text)}
    # The name of a file.
    assert names - known == {"sarif"}


# -- how exactness is proved -----------------------------------------------------------------------------------


def recorded():
    """How many answers of each sort the vectors have, by the words of the page."""

    def answers(*names):
        return sum(len(list(lines(name))) for name in names)

    return {
        "values as go-yaml writes them": answers("go-yaml-emit.jsonl.gz"),
        "texts as go-yaml reads them": answers("go-yaml-decode.jsonl.gz"),
        "configs generated": answers("conformance/gen.jsonl.gz"),
        "configs loaded and encoded": answers("conformance/load.jsonl.gz"),
        "patches applied": answers("conformance/patch.jsonl.gz"),
        "verdicts": answers("conformance/validate.jsonl.gz"),
        "configs masked": answers("conformance/redact.jsonl.gz"),
        "bundles out of configs, and new ones": answers(
            "conformance/bundle.jsonl.gz", "conformance/newbundle.jsonl.gz"
        ),
        "schematics": answers("conformance/schematic.jsonl.gz"),
        "files of sops, good ones and damaged ones": sum(
            len(list((FOLDER / "sops" / name).iterdir())) for name in ("genuine", "negative")
        ),
    }


def test_the_page_of_exactness_counts_what_is_recorded():
    page = read("exactness.md")
    _, _, table = page.partition("| answers | how many |\n")
    rows = re.findall(r"^\| (.*?) \| (\d+) \|$", table.partition("\n\n")[0], re.MULTILINE)
    assert {what: int(count) for what, count in rows} == recorded()


def test_the_page_of_exactness_states_the_versions_that_are_asked():
    page = read("exactness.md")
    for name, package in VERSIONS.items():
        assert re.search(rf"`{name}` {package.rpartition('@')[2]}", page), name
    argocd = re.search(r"argo-cd/v3 (v\S+)", (ARGOCD / "go.mod").read_text(encoding="utf-8"))[1]
    assert f"Argo CD {argocd} " in page


# -- README, and the way to every page -----------------------------------------------------------------------


def test_links_of_readme_lead_to_files():
    for target in re.findall(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)", PAGES["README.md"]):
        assert (ROOT / target).is_file(), target


def test_every_page_is_in_the_navigation():
    navigation = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:\n")[2]
    named = re.findall(r": (\S+\.md)$", navigation, re.MULTILINE)
    pages = {path.name for path in (ROOT / "docs").glob("*.md")}
    assert sorted(named) == sorted({*pages, "features/index.md", "reference/index.md"})
