"""Laws of patching under both semantics, on documents of all kinds."""

from __future__ import annotations

import contextlib
import copy
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, seed
from hypothesis import strategies as st
from strategies_documents import configs, documents, meta, pairs, patches
from test_against_the_oracle import repeatable

from talosgen.config.container import Container, Document
from talosgen.config.engine import merger
from talosgen.config.loader import load
from talosgen.config.tree import copied
from talosgen.errors import InputError
from talosgen.goyaml.writer import emit
from talosgen.patching.contradictions import contradictions
from talosgen.patching.load import apply_to_config, apply_to_text
from talosgen.patching.load import load as load_patch
from talosgen.patching.roundtrip import round_trip
from talosgen.patching.strategic import StrategicPatch
from talosgen.schema.table import table

pytestmark = pytest.mark.laws

SEMANTICS = ["talos", "idempotent"]
EXAMPLES = 600


def text(trees):
    return "---\n".join(map(emit, trees))


def answer(base, patch, merge):
    """The text that a patch makes of a config's; None when it does not apply."""
    try:
        return apply_to_text(base, [load_patch(patch, "p", merge=merge)])
    except InputError:
        return None


def law(number, strategy, examples=EXAMPLES):
    """A law to be tried on examples, the same ones in every run."""

    def wrap(check):
        return seed(20261100 + number)(repeatable(examples)(given(strategy)(check)))

    return wrap


# -- determinism -----------------------------------------------------------------------------------

PROGRAM = """
import json, sys
from talosgen.errors import InputError
from talosgen.patching.load import apply_to_text, load
for line in sys.stdin:
    base, patch, merge = json.loads(line)
    try:
        print(json.dumps(apply_to_text(base, [load(patch, "p", merge=merge)])))
    except InputError as error:
        print(json.dumps(str(error)))
"""


def test_the_same_input_gives_the_same_bytes_in_every_process(tmp_path):
    requests = []

    @law(1, pairs())
    def collect(pair):
        requests.append([text(pair[0]), text(pair[1]), SEMANTICS[len(requests) % 2]])

    collect()
    assert len(requests) >= 500
    given_lines = "".join(f"{json.dumps(request)}\n" for request in requests)
    answers = []
    root = str(Path(__file__).resolve().parents[2])
    for number, (hash_seed, locale, zone) in enumerate(
        [("0", "C", "UTC"), ("1", "C.UTF-8", "Asia/Kathmandu"), ("4242", "tr_TR.UTF-8", "America/St_Johns")]
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        environment = os.environ | {
            "PYTHONHASHSEED": hash_seed, "LC_ALL": locale, "TZ": zone, "PYTHONUTF8": "0",
            "PYTHONIOENCODING": "utf-8", "PYTHONPATH": root,
        }  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM], input=given_lines, capture_output=True, encoding="utf-8", check=True,
            cwd=folder, env=environment,
        )  # fmt: skip
        answers.append(done.stdout)
    assert answers[0] == answers[1] == answers[2]
    assert answers[0].count("\n") == len(requests)


# -- purity ----------------------------------------------------------------------------------------


def _refuse(*_args, **_kwargs):
    raise AssertionError("an engine changed its input")


class FrozenDict(dict):
    __setitem__ = __delitem__ = update = pop = popitem = setdefault = clear = __ior__ = _refuse


class FrozenList(list):
    __setitem__ = __delitem__ = append = extend = insert = pop = remove = sort = reverse = clear = _refuse
    __iadd__ = __imul__ = _refuse


def frozen(value):
    if isinstance(value, dict):
        return FrozenDict((key, frozen(item)) for key, item in value.items())
    return FrozenList(map(frozen, value)) if isinstance(value, list) else value


def remade(config, make):
    return Container([Document(part.kind, make(part.tree), part.node, part.source) for part in config], check=False)


def test_merging_works_on_frozen_containers():
    @law(2, pairs())
    def check(pair):
        try:
            config, patch = load(text(pair[0])), load_patch(text(pair[1]), "p")
            wanted = patch.apply(config).to_yaml()
        except InputError:
            return
        parts = tuple(
            Document(part.kind, frozen(part.tree), part.node, part.source) if isinstance(part, Document) else part
            for part in patch.parts
        )
        # The writer knows plain containers alone.
        assert remade(patch._replace(parts=parts).apply(remade(config, frozen)), copied).to_yaml() == wanted

    check()


@pytest.mark.parametrize("merge", SEMANTICS)
def test_inputs_are_not_changed(merge):
    @law(3, pairs())
    def check(pair):
        try:
            config, patch = load(text(pair[0])), load_patch(text(pair[1]), "p", merge=merge)
        except InputError:
            return
        trees = [part.tree for part in (*config, *patch.parts) if isinstance(part, Document)]
        before = copy.deepcopy(trees)
        with contextlib.suppress(InputError):
            patch.apply(config)
        assert repr(trees) == repr(before)

    check()


# -- identity --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "nothing", ["", "# nothing\n", "---\n", "null", "[]", "{}", "version: v1alpha1", "kind: LinkConfig"]
)
def test_an_idempotent_patch_that_says_nothing_changes_no_byte(nothing):
    @law(3, configs())
    def check(base):
        assert answer(text(base), nothing, "idempotent") == text(base)

    check()


def test_no_patch_at_all_changes_no_byte():
    @law(4, configs())
    def check(base):
        assert apply_to_text(text(base), []) == text(base)

    check()


def test_what_is_printed_is_read_back_and_printed_the_same():
    @law(5, configs())
    def check(base):
        try:
            config = load(text(base))
        except InputError:
            return
        if not list(round_trip(config, "c")):
            printed = config.to_yaml()
            assert load(printed).to_yaml() == printed

    check()


# -- the order of keys -----------------------------------------------------------------------------


def shuffled(tree, order):
    if isinstance(tree, dict):
        keys = list(tree)
        if "$patch" not in tree:
            order.shuffle(keys)
        return {key: shuffled(tree[key], order) for key in keys}
    return [shuffled(item, order) for item in tree] if isinstance(tree, list) else tree


@pytest.mark.parametrize("merge", SEMANTICS)
def test_the_order_of_keys_in_a_patch_does_not_matter(merge):
    @law(6, st.tuples(pairs(), st.integers(0, 999)))
    def check(given_parts):
        (base, patch), number = given_parts
        other = [shuffled(tree, random.Random(number)) for tree in patch]
        assert answer(text(base), text(patch), merge) == answer(text(base), text(other), merge)

    check()


# -- commuting -------------------------------------------------------------------------------------

LEGACY_SECTIONS = ("machine", "cluster")


def halves(tree):
    """Two patches of one document that touch unrelated places."""
    head = meta(tree)
    if "kind" in tree:
        keys = [key for key in tree if key not in head]
        return [{**head, **{key: tree[key] for key in keys[first::2]}} for first in (0, 1)]
    out = [{}, {}]
    number = 0
    for section in LEGACY_SECTIONS:
        for key, value in (tree.get(section) or {}).items():
            out[number % 2].setdefault(section, {})[key] = value
            number += 1
    return [{"machine": {}, **half} for half in out]


def wipes(tree):
    """Whether naming a document of this kind touches fields that are not named."""
    return bool(merger().wiped_fields(table().kinds[tree["kind"]].type)) if "kind" in tree else False


@pytest.mark.parametrize("merge", SEMANTICS)
def test_patches_on_unrelated_places_commute(merge):
    met = [0, 0]

    def laid(config, *given_patches):
        try:
            return apply_to_config(config, [load_patch(text([part]), "p", merge=merge) for part in given_patches])
        except InputError:
            return None

    @law(7, st.tuples(configs(), st.data()), 1200)
    def check(given_parts):
        base, data = given_parts
        try:
            config = load(text(base))
        except InputError:
            return
        tree = data.draw(patches(base, 1))[0]
        sections = [tree, *(tree.get(section) or {} for section in LEGACY_SECTIONS)]
        if wipes(tree) or any("$patch" in section for section in sections):
            return
        one, other = halves(tree)
        left, right = laid(config, one, other), laid(config, other, one)
        if left is None or right is None:
            return
        if len(left) == len(config):
            met[0] += 1
            assert left.to_yaml() == right.to_yaml()
        else:
            met[1] += 1
            assert sorted(document.to_yaml() for document in left) == sorted(document.to_yaml() for document in right)

    check()
    assert met[0] >= 300


@pytest.mark.parametrize("merge", SEMANTICS)
def test_patches_of_different_documents_commute_up_to_the_order_of_new_documents(merge):
    @law(8, st.tuples(configs(), st.data()))
    def check(given_parts):
        base, data = given_parts
        one, other = (data.draw(patches(base, 1))[0] for _ in range(2))
        if (one.get("kind"), one.get("name")) == (other.get("kind"), other.get("name")):
            return
        texts = [answer(text(base), text([first]), merge) for first in (one, other)]
        if None in texts:
            return
        both = [answer(once, text([then]), merge) for once, then in zip(texts, (other, one), strict=True)]
        if None not in both:
            left, right = (sorted(part.to_yaml() for part in load(made)) for made in both if made)
            assert left == right

    check()


# -- layering --------------------------------------------------------------------------------------


def test_merging_one_patch_into_another_is_laying_both_over_a_config():
    met = [0]

    def additive(trees):
        patch = StrategicPatch.load(text(trees), "p")
        parts = [part for part in patch.parts if isinstance(part, Document)]
        # What a list has twice depends on what was there: it is copied, not merged.
        return None if list(contradictions(parts)) or len(parts) < len(patch.parts) else patch

    @law(
        9,
        configs(1).flatmap(lambda base: st.tuples(st.just(base), *[documents(base[0].get("kind", "v1alpha1"))] * 2)),
        1200,
    )
    def check(given_parts):
        base, first, second = given_parts
        try:
            config, one, other = load(text(base)), additive([first]), additive([second])
            if one is None or other is None:
                return
            layered = other.apply(one.apply(config))
            joined = other.apply(Container(one.parts, check=False))
            together = one._replace(parts=tuple(joined.documents)).apply(config)
        except InputError:
            return
        met[0] += 1
        assert together.to_yaml() == layered.to_yaml()

    check()
    assert met[0] >= 300
