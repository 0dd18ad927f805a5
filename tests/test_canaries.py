"""A marked secret in every secret place of every kind; whatever the library then says does not hold it."""

from __future__ import annotations

import copy as copying
import json
import logging
import pickle
import warnings

import pytest
from canaries import CANARY, canaries

from talosgen import InputError, MachineConfig, SecretsBundle, check_patches, compile_to_talos, derive
from talosgen.cli import main
from talosgen.config.walk import opened
from talosgen.documents.binding import model_type
from talosgen.documents.model import Model
from talosgen.goyaml.writer import emit
from talosgen.outputs import blame, explain, plan
from talosgen.outputs.masks import Masks
from talosgen.outputs.reports import FORMATS, render
from talosgen.patching.analysis import analyse
from talosgen.patching.load import load
from talosgen.schema.table import table

LISTED = canaries()
SEMANTICS = ["talos", "idempotent"]


def voices(error):
    """All that an exception says, and those that it came from."""
    seen = []
    while error is not None and error not in seen:
        seen.append(error)
        yield from (str(error), repr(error), repr(error.args), *getattr(error, "__notes__", ()))
        yield from map(repr, getattr(error, "problems", ()))
        error = error.__cause__ or error.__context__


class Listener:
    """Hears whether the marked secret of a canary is said, and counts the errors."""

    def __init__(self, canary):
        self.canary = canary
        self.errors = 0

    def said(self, *texts):
        for text in texts:
            assert not self.canary.sung(text), text

    def findings(self, problems):
        problems = list(problems)
        self.said(*map(str, problems), *map(repr, problems))
        self.said(*(render(problems, form, tool_version="0") for form in FORMATS))

    def tried(self, action, *arguments, **named):
        """What an action gives, or None when it raises an InputError; nothing else may come out of it."""
        try:
            return action(*arguments, **named)
        except InputError as error:
            self.errors += 1
            self.said(*voices(error))
            self.findings(error.problems)
            return None

    def loaded(self, text):
        config = self.tried(MachineConfig.load, text, "c.yaml")
        if config is not None:
            self.said(repr(config), str(config), repr(config.documents), repr(config._container), f"{config!s}")
            self.said(*(repr(document.node) for document in config))
            for mode in ("metal", "container"):
                self.findings(config.validate(mode, strict=True))
        return config

    def modelled(self, model, sound=True):
        """What a model says of itself, in all the ways in which it is shown, logged, copied and dumped.

        ``sound``: nothing was put into its lists unchecked; a text that was is a plain one as long as it is there.
        """
        for copy in (
            model,
            copying.copy(model),
            copying.deepcopy(model),
            pickle.loads(pickle.dumps(model)),
            model.model_copy(),
            type(model).model_construct(**model.__dict__),
        ):
            self.said(repr(copy), str(copy), f"{copy} {copy!s} {copy!r}", "%s %r" % (copy, copy))  # noqa: UP031
            self.said(repr(list(copy.__rich_repr__())), repr([copy, {"a": copy}]))
            if sound:
                self.said(repr(list(copy)), repr(vars(copy)))
            record = logging.LogRecord("a", logging.INFO, "a.py", 1, "made %s and %r", (copy, [copy]), None)
            self.said(logging.Formatter().format(record))
            with warnings.catch_warnings(record=True) as warned:
                warnings.simplefilter("always")
                self.said(repr(self.tried(copy.model_dump)))
                self.tried(copy.model_dump, mode="json", warnings="error")
                self.tried(copy.model_dump_json)
            self.said(*(str(warning.message) for warning in warned))
        self.tried(model.to_yaml)
        self.tried(MachineConfig.of, model)

    def patched(self, config, *patches):
        for merge in SEMANTICS:
            notes = []
            patched = self.tried(config.patch, *patches, merge=merge, report=notes.append)
            self.findings(notes)
            texts = [patch.to_patch() if isinstance(patch, Model) else patch for patch in patches]
            for text in texts:
                self.tried(load, text, "p.yaml", merge=merge)
            if patched is not None:
                self.said(repr(patched), repr(patched._steps), *map(repr, patched._steps))
                for document in patched:
                    for key in document.tree:
                        found = patched.history(key, document.identity)
                        self.said(repr(found), *(str(change.place) + change.path for change in found))
        given = [(text, "p.yaml") for text in texts]
        self.findings([*analyse(given, (config.to_yaml(), "c.yaml")), *analyse(given, merge="idempotent")])


def containers(tree, besides=(), steps=()):
    """The mappings and lists of a tree with the steps to them; not those behind some keys."""
    if isinstance(tree, (dict, list)):
        yield steps, tree
        for step, value in tree.items() if isinstance(tree, dict) else enumerate(tree):
            if step not in besides:
                yield from containers(value, besides, (*steps, step))


def with_(tree, steps, value):
    if not steps:
        return value
    if isinstance(tree, list):
        return [with_(item, steps[1:], value) if index == steps[0] else item for index, item in enumerate(tree)]
    return {**tree, steps[0]: with_(tree.get(steps[0]), steps[1:], value)}


def at(tree, steps):
    for step in steps:
        tree = tree[step]
    return tree


@pytest.mark.parametrize("canary", LISTED, ids=lambda canary: canary.id)
def test_a_config_that_loads_does_not_show_it(canary):
    listener = Listener(canary)
    config = listener.loaded(emit(canary.document()))
    copy = config.redacted("all")
    listener.said(copy.to_yaml(), repr(copy.to_dict()), repr(copy))


@pytest.mark.parametrize("canary", LISTED, ids=lambda canary: canary.id)
def test_wrong_documents_do_not_show_it(canary):
    listener = Listener(canary)
    document = canary.document()
    for steps, value in containers(document):
        if isinstance(value, dict):
            listener.loaded(emit(with_(document, steps, {**value, "noSuchKey": 1})))
            listener.loaded(emit(with_(document, steps, {"noSuchKey": 1, **value})))
        else:
            listener.loaded(emit(with_(document, steps, [*value, {"noSuchKey": [value]}])))
    assert listener.errors
    value = canary.value
    for wrong in (
        {"a": value},
        [value],
        [[value]],
        {"a": {"b": value}},
        [{"a": value}],
        1.5,
        True,
        f"%zz{value}",
        f"1:{CANARY}",
    ):
        listener.loaded(emit(canary.document(wrong)))
    for depth in range(1, len(canary.place.steps)):
        # Indented too little, or too much: the secret stands where something else is wanted.
        short = canary.place._replace(steps=canary.place.steps[:depth])
        listener.loaded(emit(short.document(CANARY)))
        listener.loaded(emit(short.document([CANARY])))
    text = emit(document)
    listener.loaded(f"{text}---\n{text}")
    listener.loaded(f"{text}---\n{text.replace('n', 'm', 1)}---\n- {CANARY}\n")
    listener.loaded(f"- {json.dumps(document)}\n")


MARKS = [
    "*",
    "&",
    "!",
    "!!int ",
    "!!binary ",
    "!!timestamp ",
    "%",
    "@",
    "`",
    '"',
    "'",
    "{",
    "[",
    "|",
    ">",
    "? ",
    "- ",
    "#",
    "&a *",
    "*a ",
    "\t",
    "<<: ",
]
ENDS = [": b", " : : x", "\n  - x", "\n\t- x", '"', "]", "}", "\n?", "\n", ": *b", "\x07", " #", "\\", "\n---", "\n...", "\n&a"]  # fmt: skip


@pytest.mark.parametrize("canary", LISTED, ids=lambda canary: canary.id)
def test_broken_yaml_does_not_show_it(canary):
    listener = Listener(canary)
    text = emit(canary.document())
    secret = CANARY if CANARY in text else canary.value
    for mark in MARKS:
        listener.loaded(text.replace(secret, mark + secret))
        listener.loaded(text.replace(secret, f'"{secret}\\{mark}"'))
    for end in ENDS:
        listener.loaded(text.replace(secret, secret + end))
        listener.loaded(text.replace(secret, f'"{secret}{end}'))
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if secret in line:
            listener.loaded("\n".join([*lines[: number + 1], line, *lines[number + 1 :]]))
            listener.loaded("\n".join([*lines[:number], f" {line}", *lines[number + 1 :]]))
            listener.loaded("\n".join([*lines[: number + 1], f"\t{line}", *lines[number + 1 :]]))
    assert listener.errors > 5


@pytest.mark.parametrize("canary", LISTED, ids=lambda canary: canary.id)
def test_patches_do_not_show_it(canary):
    listener = Listener(canary)
    document = canary.document()
    text = emit(document)
    config = MachineConfig.load(text)
    bare = canary.place._replace(steps=()).document({})
    meta = {key: document[key] for key in ("apiVersion", "kind", "name") if key in document}
    listener.patched(config, text)
    listener.patched(MachineConfig.load(emit(bare)), text, text)
    # One of the names that a mask has is as good as the other.
    others = canary.mask.names[1:]
    for steps, value in containers(document, others):
        if not steps:
            continue
        listener.patched(config, emit({**meta, **with_({}, steps[:1], at(document, steps[:1]))}))
        if isinstance(value, dict):
            for key in (key for key in value if key not in others):
                # Deletes that name an element by its secret, that find nothing, and that come twice.
                for statement in (
                    {key: value[key], "$patch": "delete"},
                    {"$patch": "delete"},
                    {key: f"no{CANARY}", "$patch": "delete"},
                ):
                    patch = emit({**meta, **with_(document, steps, statement)})
                    listener.patched(config, patch)
                    listener.patched(MachineConfig.load(emit(bare)), patch)
            listener.patched(config, emit({**meta, **with_(document, steps, {**value, "noSuchKey": 1})}))
    for wrong in ([canary.value], {"a": canary.value}, 1.5):
        listener.patched(config, emit(canary.document(wrong)))
    assert listener.errors


@pytest.mark.parametrize("canary", LISTED, ids=lambda canary: canary.id)
def test_operations_do_not_show_it(canary):
    listener = Listener(canary)
    document = canary.document()
    config = MachineConfig.load(emit(document))
    tree = config.to_dict()[0]
    others = canary.mask.names[1:]
    for steps, value in containers(tree, others):
        for step in value if isinstance(value, dict) else range(len(value)):
            pointer = "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in (*steps, step))
            here = value[step]
            if step in others or not canary.sung(emit(here)):
                continue
            for operations in (
                [{"op": "test", "path": pointer, "value": here}],
                [{"op": "test", "path": pointer, "value": f"no{CANARY}"}],
                [{"op": "replace", "path": pointer, "value": here}, {"op": "remove", "path": f"{pointer}/x"}],
                [{"op": "replace", "path": f"{pointer}/no/such", "value": here}],
                [{"op": "add", "path": pointer, "value": {"a": here}}],
                [{"op": "add", "path": f"{pointer}/-", "value": here}],
                [{"op": "add", "path": f"{pointer}/9", "value": CANARY}],
                [{"op": "copy", "from": pointer, "path": "/no/such"}, {"op": "move", "from": pointer, "path": "/no"}],
                [{"op": "nosuch", "path": pointer, "value": here}],
                [{"op": "add", "path": 1, "value": here}],
                [{"op": "add", "path": "no", "value": here}],
            ):
                listener.patched(config, json.dumps(operations))
    assert listener.errors


def model(canary):
    return model_type(table().kinds[canary.kind])


@pytest.mark.parametrize("canary", LISTED, ids=lambda canary: canary.id)
def test_models_do_not_show_it(canary):
    listener = Listener(canary)
    document = canary.document()
    given = model(canary).model_validate(document)
    assert canary.sung(given.to_yaml())
    listener.modelled(given)
    listener.modelled(MachineConfig.load(emit(document)).models()[0])
    listener.modelled(model(canary).model_validate_json(json.dumps(document)))


@pytest.mark.parametrize("canary", LISTED, ids=lambda canary: canary.id)
def test_wrong_models_do_not_show_it(canary):
    listener = Listener(canary)
    document = canary.document()
    made = model(canary)
    wrong = [
        with_(document, steps, {**value, "noSuchKey": 1} if isinstance(value, dict) else [*value, {"a": [object()]}])
        for steps, value in containers(document)
    ]
    for value in ({"a": canary.value}, [canary.value], [[canary.value]], {"a": {"b": object()}, "c": canary.value},
                  CANARY.encode(), f"%zz{CANARY}", object):  # fmt: skip
        wrong.append(canary.document(value))
        wrong.extend(
            canary.place._replace(steps=canary.place.steps[:depth]).document(value)
            for depth in range(1, len(canary.place.steps))
        )
    for tree in wrong:
        listener.tried(made.model_validate, tree)
        listener.tried(made, **tree)
        text = json.dumps(tree, default=repr)
        for broken in (text, text[:-1], text.replace(":", "", 1), f"[{text}]", f'{text[:-1]}, "a": {CANARY}}}'):
            listener.tried(made.model_validate_json, broken)
        listener.tried(made.load, text)
        listener.tried(made.model_validate_strings, tree)
    assert listener.errors


@pytest.mark.parametrize("canary", LISTED, ids=lambda canary: canary.id)
def test_what_is_put_into_a_model_does_not_show(canary):
    listener = Listener(canary)
    value = canary.value
    for wrong in (value, [value], {"a": value}, [{"a": value}], 1.5, object(), CANARY.encode(), f"%{value}"):
        given = part = model(canary).model_validate(canary.document())
        for step in canary.place.steps:
            if isinstance(part, Model):
                name = next(name for name, field in type(part).model_fields.items() if step in (name, field.alias))
                below = getattr(part, name)
                listener.tried(setattr, part, name, wrong)
                if name in part.model_fields_set and part.__dict__.get(name) is not below:
                    # It was taken: the parts below are no more.
                    break
                part = below
            elif isinstance(part, list):
                # Nothing is checked here before the model is asked for its text.
                part.append(wrong)
                part = part[0]
            elif isinstance(part, dict):
                part["k2"] = wrong
                part = part["k"]
        listener.modelled(given, sound=False)
    listener.tried(setattr, given, "noSuchField", value)
    assert listener.errors


@pytest.mark.parametrize("canary", LISTED, ids=lambda canary: canary.id)
def test_configs_of_models_do_not_show_it(canary):
    listener = Listener(canary)
    given = model(canary).model_validate(canary.document())
    bare = model(canary).model_validate(canary.place._replace(steps=()).document({}))
    config, other = MachineConfig.of(given), MachineConfig.of(bare)
    listener.said(
        repr(config), str(config), repr(config.models()), repr(config.get(type(given), getattr(given, "name", "")))
    )
    listener.patched(other, given)
    listener.patched(config, given, bare)
    for before, after in ((other, config), (config, other)):
        # What it would have to say it refuses.
        patches = listener.tried(derive, before, after)
        listener.said(*(patches or ()))
        changed = before.replace(*after.models())
        listener.said(repr(changed), *map(repr, changed._steps))
        for key in changed.documents[0].tree:
            listener.said(repr(changed.history(key, changed.documents[0].identity)))
    for action in (config.add, other.add):
        listener.tried(action, given)
    listener.tried(MachineConfig.of, given, given)
    listener.findings(check_patches(given, config=config))
    listener.tried(compile_to_talos, given, other)
    listener.tried(lambda: config.v1alpha1)
    listener.tried(config.remove, type(given), "nosuch")
    listener.tried(other.replace, given)
    with pytest.raises(AssertionError) as caught:
        assert given == bare, (given, bare)
    listener.said(*voices(caught.value))


@pytest.mark.parametrize("canary", LISTED, ids=lambda canary: canary.id)
def test_what_explains_and_compares_configs_does_not_show_it(canary):
    listener = Listener(canary)
    text, bare = emit(canary.document()), emit(canary.place._replace(steps=()).document({}))
    config, other = MachineConfig.load(text, "c.yaml"), MachineConfig.load(bare, "b.yaml")
    meta = {key: value for key, value in canary.document().items() if key in ("apiVersion", "kind", "name")}
    key = canary.place.steps[0]
    gone = (
        config.patch(emit({**meta, key: {"$patch": "delete"}})) if isinstance(canary.document()[key], dict) else config
    )
    masks = Masks()
    for one in (config, other.patch(text), config.patch(text, merge="idempotent"), gone):
        origins = one.origins()
        listener.said(explain.as_text(origins, masks), explain.as_json(origins, masks), repr(origins))
        lines = blame.blame(one, masks)
        listener.said(blame.as_text(lines), blame.as_json(lines), blame.as_html(lines, "n", blame.deleted(one, masks)))
        listener.said(repr(lines), repr(blame.deleted(one, masks)))
        for before, after in ((other, one), (one, other), (config, one), (one, gone)):
            found = plan.plan({"a": before, "b": before}, {"a": after, "c": after}, masks)
            listener.said(plan.as_text(found), plan.as_json(found), plan.as_markdown(found), repr(found))
    listener.tried(explain.explain, config, "no.such.path")


def test_a_patch_does_not_show_it():
    for text in (f"machine: {{token: {CANARY}}}", f'[{{"op": "add", "path": "/machine/token", "value": "{CANARY}"}}]'):
        patch = load(text)
        assert CANARY not in repr(patch) + str(patch)


@pytest.mark.parametrize("canary", LISTED, ids=lambda canary: canary.id)
def test_the_command_line_does_not_show_it(canary, tmp_path, capsys):
    listener = Listener(canary)
    good, bad, patch = tmp_path / "good.yaml", tmp_path / "bad.yaml", tmp_path / "patch.yaml"
    document = canary.document()
    good.write_text(emit(document))
    bad.write_text(emit({**document, "noSuchKey": 1}))
    patch.write_text(emit(canary.document([[canary.value]])))
    for arguments in (
        (str(bad),),
        (str(good), "-p", str(patch)),
        (str(bad), "-p", f"@{bad}"),
        (str(good), "-p", emit(document) + "\nx: ["),
    ):
        main(["patch", *arguments])
        listener.said(capsys.readouterr().err)
    bare = tmp_path / "bare.yaml"
    bare.write_text(emit(canary.place._replace(steps=()).document({})))
    for arguments in (
        *(["validate", "-c", str(file), "-m", mode] for file in (good, bad, patch) for mode in ("metal", "container")),
        *(["patch", "check", str(good), str(file), "--format", form] for file in (bad, patch) for form in FORMATS),
        *(["patch", "check", str(good), "--config", str(file)] for file in (good, bad)),
        *(["patch", "derive", str(first), str(bare)] for first in (good, bad)),
        *(["patch", "derive", str(bare), str(second)] for second in (good, bad)),
    ):
        # Nothing but findings is printed here, or a patch that holds no secret.
        main(arguments)
        listener.said(*capsys.readouterr())


BUNDLE = {
    "cluster": {"id": "i", "secret": CANARY},
    "secrets": {"bootstraptoken": CANARY, "aescbcencryptionsecret": CANARY, "secretboxencryptionsecret": CANARY},
    "trustdinfo": {"token": CANARY},
    "certs": {name: {"crt": "Zm9v", "key": "eENhbmFyeXg="} for name in ("etcd", "k8s", "k8saggregator", "os")}
    | {"k8sserviceaccount": {"key": "eENhbmFyeXg="}},
}  # fmt: skip


def test_bundles_do_not_show_them():
    listener = Listener(LISTED[0])
    assert opened({"ref": "secrets.Bundle"}, table()) == {"ref": "secrets.Bundle"}
    bundle = SecretsBundle.load(emit(BUNDLE))
    listener.said(repr(bundle), str(bundle), *map(repr, bundle), *map(repr, bundle.certs))
    listener.findings(bundle.validate())
    for steps, value in containers(BUNDLE):
        for key in value:
            for wrong in ([value[key]], {"a": value[key]}, 1.5, f"%{CANARY}"):
                made = listener.tried(SecretsBundle.load, emit(with_(BUNDLE, (*steps, key), wrong)))
                if made is not None:
                    listener.said(repr(made))
                    listener.findings(made.validate())
    assert listener.errors
