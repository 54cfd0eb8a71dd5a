"""Files that are nearly right, by the thousand: the news reader and the import of a classifier must survive each.

``python -m benchmarks.fuzz [--minutes 10] [--seed 1] [--json]``. Whole files (JSON lines, array, CSV, packed; a
classifier's zip) are damaged at random: bytes changed, cut, doubled, exchanged with another file's, or put in from a
list of what readers trip over; inside a zip its members are damaged as well. Counts how many were
read, how many were refused with a sentence, and what must not be: any other error, one that takes over a second, a
file outside the folder.
"""

import argparse
import collections
import contextlib
import gzip
import io
import json
import lzma
import random
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.prediction import random_classifier
from core.errors import HeadlineLabError
from core.rnn.bundle import pack, unpack
from core.rnn.config import NetworkSettings, RecurrentLayer
from core.text.cleaning import CleaningSettings
from core.text.news import read_news

SLOW = 1.0  # seconds
MOST_KEPT = 5  # of each kind of failure, told at the end
ODD = [
    b"", b"\x00", b"\xff", b"\xef\xbb\xbf", b"\xff\xfe", b"\xe2\x80\xa8", b"\xed\xa0\x80", b"NaN", b"1e999",
    b"Infinity", b"[" * 5000, b"{" * 5000, b'{"a":' * 2000, b"9" * 5000, b'"' * 300, b"\n" * 5000, b"\\u0000",
    b"\\ud800", b"null",
    b"true", b"[]", b"{}", b",", b"\r", b"../../x", b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b\x08",
    b"\x93NUMPY", b"\x80\x04]\x94.", b"'descr': '|O'", b"(1099511627776,)", b"\xff\xff\xff\xff", b"headline",
    b"category",
]  # fmt: skip


def news_files() -> list[bytes]:
    articles = [
        {
            "headline": f"Something happened {n}",
            "short_description": "And more",
            "category": "AB"[n % 2],
            "date": "2015-01-01",
        }
        for n in range(40)
    ]
    lines = "\n".join(map(json.dumps, articles)).encode()
    table = "headline,category,short_description\n" + "\n".join(
        f'"a, {n}",{"AB"[n % 2]},"x"' for n in range(40)
    )
    plain = [lines, json.dumps(articles).encode(), table.encode()]
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("news.json", lines)
    return [*plain, gzip.compress(lines), lzma.compress(lines), stream.getvalue()]


def damaged(data: bytes, others: list[bytes], draw: random.Random) -> bytes:
    """``data`` after one to six changes."""
    made = bytearray(data)
    for _ in range(draw.randint(1, 6)):
        at = draw.randrange(len(made) + 1)
        to = min(len(made), at + draw.choice((1, 2, 8, 64, 1000)))
        match draw.randrange(6):
            case 0:
                made[at:to] = bytes(draw.randrange(256) for _ in range(to - at))
            case 1:
                del made[at:to]
            case 2:
                made[at:at] = made[at:to]
            case 3:
                made[at:at] = draw.choice(ODD)
            case 4:
                made[at:to] = draw.choice(ODD)
            case 5:
                other = draw.choice(others)
                start = draw.randrange(len(other) + 1)
                made[at:to] = other[start : start + draw.choice((4, 40, 400))]
    return bytes(made)


def damaged_zip(members: dict[str, bytes], draw: random.Random) -> bytes:
    """A zip of the members, one of them damaged, or its own bytes."""
    given = dict(members)
    name = draw.choice(list(given))
    whole = draw.random() < 0.3
    if not whole:
        given[name] = damaged(given[name], list(members.values()), draw)
    if draw.random() < 0.1:
        given[draw.choice(("../evil", "../../evil", "evil/", "weights.npz\x00", "CLASSIFIER.JSON"))] = b"evil"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", draw.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as archive:
        for one, data in given.items():
            archive.writestr(one, data)
    return damaged(stream.getvalue(), [stream.getvalue()], draw) if whole else stream.getvalue()


def measure(minutes: float, seed: int) -> dict[str, Any]:
    draw = random.Random(seed)
    counts: collections.Counter[str] = collections.Counter()
    failures: list[str] = []
    slowest = {"news": 0.0, "zip": 0.0}
    with tempfile.TemporaryDirectory() as outer:
        room = Path(outer) / "room"
        room.mkdir()
        saved = Path(outer) / "classifier"
        network = NetworkSettings(vocabulary_size=30, embedding_size=4, layers=(RecurrentLayer(units=3),))
        random_classifier(network, labels=("A", "B"), cleaning=CleaningSettings()).save(saved)
        stream = io.BytesIO()
        pack(saved, stream)
        with zipfile.ZipFile(stream) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        news = news_files()
        outside = _listed(Path(outer), room)

        def tried(kind: str, data: bytes, read: Callable[[Path], object]) -> None:
            file = room / "given"
            file.write_bytes(data)
            began = time.monotonic()
            try:
                read(file)
                counts[f"{kind} read"] += 1
            except HeadlineLabError:
                counts[f"{kind} refused"] += 1
            except Exception as error:
                counts[f"{kind} crashed"] += 1
                failures.append(f"{kind}: {type(error).__name__}: {str(error)[:200]}")
            taken = time.monotonic() - began
            slowest[kind] = max(slowest[kind], taken)
            if taken > SLOW:
                counts[f"{kind} slow"] += 1
                failures.append(f"{kind}: {taken:.1f} s")
            left = {one.name for one in room.iterdir()} - {"given", "in"}
            if left or _listed(Path(outer), room) != outside:
                counts["outside"] += 1
                failures.append(f"{kind}: left {left or 'something outside'}")

        end = time.monotonic() + 60 * minutes
        while time.monotonic() < end:
            tried("news", damaged(draw.choice(news), news, draw), read_news)
            tried("zip", damaged_zip(members, draw), lambda file: unpack(file, room / "in"))
    for name in ("crashed", "slow"):
        for kind in ("news", "zip"):
            counts[f"{kind} {name}"] += 0
    counts["outside"] += 0
    return {
        "counts": dict(sorted(counts.items())),
        "slowest_seconds": slowest,
        "failures": failures[:MOST_KEPT],
    }


def _listed(outer: Path, room: Path) -> set[Path]:
    """Everything below ``outer`` that is not in the room."""
    return {one for one in outer.rglob("*") if room not in one.parents}


def main() -> None:
    parser = argparse.ArgumentParser(description="Damaged files for the readers.")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    given = parser.parse_args()
    with contextlib.redirect_stderr(io.StringIO()):
        found = measure(given.minutes, given.seed)
    for name, number in found["counts"].items():
        print(f"{name:<16}{number:>10,}")
    print(
        "slowest: " + ", ".join(f"{kind} {taken:.2f} s" for kind, taken in found["slowest_seconds"].items())
    )
    for failure in found["failures"]:
        print(failure)
    if given.json:
        print(json.dumps(found))


if __name__ == "__main__":
    main()
