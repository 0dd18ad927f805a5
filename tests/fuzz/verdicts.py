"""Damaged configs through loading, validation and lints: each must end in a verdict.

    python tests/fuzz/verdicts.py [--count 100000] [--seed N] [--jobs 2]

Recorded configs are changed in their bytes, their tokens, their trees and their values; a release is stated for most. Prints every
exception that is none of ours, once for each place that it comes from, and the input to the folder `--keep` if given.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import sys
import time
import traceback
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS.parent), str(TESTS), str(TESTS / "differential")]

from configs import Configs  # noqa: E402

from talosgen import InputError, MachineConfig  # noqa: E402
from talosgen.config.container import Container, Document  # noqa: E402
from talosgen.config.tree import copied  # noqa: E402
from talosgen.goyaml.writer import emit  # noqa: E402
from talosgen.schema import RELEASES  # noqa: E402
from talosgen.schema.table import table  # noqa: E402

FOLDER = TESTS / "vectors" / "conformance"
#: By what certificates and tokens are judged.
NOW = datetime(2030, 1, 1, tzinfo=UTC)
MODES = ("metal", "cloud", "container", "metal-agent")
#: Pieces of text that have a meaning somewhere.
PIECES = (
    b"\x00", b"\xff", b"\xef\xbb\xbf", b"\xff\xfe", b"\t", b"\r", b"\n---\n", b"\n...\n", b"&a ", b"*a", b"<<: *a", b"!!binary ",
    b"!!int ", b"!x ", b"? ", b"- ", b": ", b"{", b"}", b"[", b"]", b"|\n", b">-\n", b"'", b'"', b"%YAML 1.2\n", b"null", b"~",
    b".inf", b"1e400", b"0x", b"2020-01-01", b"\xc2\x85", b"\xe2\x80\xae", b"\xed\xa0\x80", b"$patch: delete", b"9" * 400,
    b"[" * 300, b"%", b"-1", b"******", b"kind: ", b"name: ", b"machine:", b"cluster: {}",
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**64, -(2**63), 1.5, float("inf"), "", "x", "\x00", "a" * 5000, "é", "\u202e", "[", "a:b:c",
    "https://[::1", "10.0.0.0/33", "fe80::1%eth0", "!10.0.0.0/8", "%d", "1h", "-5GB", "50%", "9" * 400, "disk.size > 1u",
    "((((", "a/b:v1.31.0@sha256:x", "v1.99999999999999999999.0", "-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n",
    [], {}, [None], {"": None}, {"a": {"b": [1]}}, [[[]]],
)  # fmt: skip


@cache
def recorded() -> list[str]:
    """The texts of recorded configs, the large ones and the small."""
    texts = {path.read_text(encoding="utf-8") for path in (FOLDER / "bases").glob("*.yaml")}
    for name in ("validate", "load"):
        with gzip.open(FOLDER / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            texts |= {found for line in lines if isinstance(found := json.loads(line).get("config"), str)}
    return sorted(texts)


@cache
def trees() -> list[list[dict[str, Any]]]:
    """The recorded configs that can be read, as trees."""
    out = []
    for text in recorded():
        try:
            out.append(MachineConfig.load(text).to_dict())
        except InputError:
            continue
    return out


@cache
def words() -> list[bytes]:
    """The tokens of all recorded configs."""
    return sorted({word for text in recorded() for word in tokens(text.encode("utf-8", "surrogatepass"))})


def tokens(data: bytes) -> list[bytes]:
    return re.findall(rb"[A-Za-z0-9_./+=-]+|\s+|.", data)


def bytes_changed(order: random.Random) -> bytes:
    """A recorded text with some of its bytes changed."""
    data = bytearray(order.choice(recorded()).encode("utf-8", "surrogatepass"))
    for _ in range(order.choice([1, 1, 2, 5])):
        start = order.randrange(len(data) + 1)
        end = min(len(data), start + order.choice([0, 0, 1, 1, 3, 20]))
        more = order.choice([bytes([order.randrange(256)]), order.choice(PIECES), bytes(data[start:end]) * 2])
        data[start:end] = more
    return bytes(data)


def tokens_changed(order: random.Random) -> bytes:
    """A recorded text with tokens left out, doubled, swapped, or taken from other texts."""
    parts = tokens(order.choice(recorded()).encode("utf-8", "surrogatepass")) or [b""]
    for _ in range(order.choice([1, 1, 2, 4])):
        at, other = order.randrange(len(parts)), order.randrange(len(parts))
        change = order.randrange(4)
        if change == 0:
            parts[at] = b""
        elif change == 1:
            parts[at] = order.choice(words())
        elif change == 2:
            parts[at], parts[other] = parts[other], parts[at]
        else:
            parts[at] = parts[at] + parts[other]
    return b"".join(parts)


def trees_changed(order: random.Random) -> bytes:
    """A recorded config with values put in the place of others, kinds of values mixed, documents of others added."""
    documents = copied(order.choice(trees()))
    if order.random() < 0.3:
        documents.extend(copied(order.choice(trees())))
    for _ in range(order.choice([1, 1, 2, 4])):
        places = list(_places(documents))
        container, step = order.choice(places)
        change = order.random()
        if change < 0.2:
            del container[step]
        elif change < 0.4:
            other, taken = order.choice(places)
            container[step] = copied(other[taken]) if _holds(other, taken) else None
        else:
            container[step] = copied(order.choice(VALUES))
        if not documents:
            break
    return "---\n".join(emit(document) for document in documents).encode("utf-8", "surrogatepass")


def _holds(container: Any, step: Any) -> bool:
    return step in container if isinstance(container, dict) else step < len(container)


def _places(value: Any) -> Any:
    work = [value]
    while work:
        container = work.pop()
        steps = list(container) if isinstance(container, dict) else range(len(container))
        for step in steps:
            yield container, step
            if isinstance(container[step], dict | list):
                work.append(container[step])


@cache
def known(release: str) -> list[list[dict[str, Any]]]:
    """The trees whose kinds a release knows."""
    kinds = table(release).kinds
    return [tree for tree in trees() if all(part.get("kind", "v1alpha1") in kinds for part in tree)]


def values_changed(order: random.Random) -> bytes:
    """A config with values of the right types in it, so that the rules have something to look at."""
    # The first three have fewer kinds than a stream takes.
    release = order.choice(RELEASES[3:])
    configs = Configs(order.randrange(2**32), table(release))
    text = configs.stream() if order.random() < 0.3 else configs.mutated(order.choice(known(release)))
    return text.encode("utf-8", "surrogatepass")


CHANGES = (bytes_changed, tokens_changed, trees_changed, values_changed, values_changed)


def verdict(data: bytes, order: random.Random) -> str:
    """``refused``, ``bad`` or ``good``; whatever else happens is a find."""
    release = order.choice(["", *(f"v{release}" for release in RELEASES), "v1.12.7"])
    try:
        config = MachineConfig.load(data, "fuzz.yaml", order.random() < 0.2)
        if order.random() < 0.2:
            # Without a text: as patches and models leave documents.
            made = [Document(document.kind, document.tree) for document in config if document.known]
            config = MachineConfig(Container(made, check=False))
        found = config.validate(
            order.choice(MODES), strict=order.random() < 0.3, talos_version=release, lint=order.random() < 0.5, now=NOW
        )
    except InputError as error:
        str(error)
        return "refused"
    text = "\n".join(map(str, found))
    return "bad" if text and any(problem.severity == "error" for problem in found) else "good"


def run(seed: int, count: int) -> tuple[Counter[str], dict[str, tuple[str, bytes]], float]:
    """The verdicts on that many inputs, the finds, and how long the slowest input took."""
    order = random.Random(seed)
    said: Counter[str] = Counter()
    finds: dict[str, tuple[str, bytes]] = {}
    slowest = 0.0
    for _ in range(count):
        data = order.choice(CHANGES)(order)
        begun = time.perf_counter()
        try:
            said[verdict(data, order)] += 1
        except Exception as error:
            frame = traceback.extract_tb(error.__traceback__)[-1]
            finds.setdefault(f"{type(error).__name__} {frame.filename}:{frame.lineno}", (traceback.format_exc(), data))
        slowest = max(slowest, time.perf_counter() - begun)
    return said, finds, slowest


def main() -> int:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--count", type=int, default=100_000)
    arguments.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    arguments.add_argument("--jobs", type=int, default=2)
    arguments.add_argument("--keep", type=Path)
    given = arguments.parse_args()
    begun = time.monotonic()
    share = -(-given.count // given.jobs)
    said: Counter[str] = Counter()
    finds: dict[str, tuple[str, bytes]] = {}
    slowest = 0.0
    with ProcessPoolExecutor(given.jobs) as pool:
        for part, more, longest in pool.map(run, range(given.seed, given.seed + given.jobs), [share] * given.jobs):
            said += part
            finds |= more
            slowest = max(slowest, longest)
    for number, (where, (text, data)) in enumerate(finds.items()):
        print(f"{where}\n{text}")
        if given.keep:
            given.keep.mkdir(parents=True, exist_ok=True)
            (given.keep / f"find-{number}.yaml").write_bytes(data)
    print(
        f"{sum(said.values())} verdicts from seed {given.seed} on in {time.monotonic() - begun:.0f} s: "
        f"{dict(sorted(said.items()))}; the slowest took {slowest:.2f} s; {len(finds)} finds"
    )
    return 1 if finds else 0


if __name__ == "__main__":
    sys.exit(main())
