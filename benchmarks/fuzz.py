"""Files that are nearly right, by the thousand: the news reader and the import of a classifier must survive each.

``python -m benchmarks.fuzz [--minutes 10 | --inputs N] [--group NAME] [--seed 1] [--guided] [--json]``. Whole files
(news in every shape, packing and encoding; a classifier's zip) are damaged at random: bytes changed, cut, doubled,
exchanged with another file's, or put in from a list of what readers trip over; inside a zip its members are damaged
as well. With ``--guided`` atheris chooses the damage, by the lines of ``core/`` that it reaches. Counts how many were
read, how many were refused with a sentence, and what must not be: any other error, one that takes over a second of
work, a file outside the folder.
"""

import argparse
import bz2
import collections
import contextlib
import csv
import gzip
import importlib.util
import io
import json
import lzma
import random
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import time
import traceback
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.feather

from benchmarks.prediction import random_classifier
from core.errors import HeadlineLabError
from core.model.classifier_archive import pack, unpack
from core.news.news import read_news
from core.settings.network import NetworkSettings, RecurrentLayer
from core.text.cleaning import CleaningSettings

SLOW = 1.0  # seconds
MOST_KEPT = 5  # of each kind of failure, told at the end
ODD = [
    b"", b"\x00", b"\xff", b"\xef\xbb\xbf", b"\xff\xfe", b"\xe2\x80\xa8", b"\xed\xa0\x80", b"NaN", b"1e999",
    b"Infinity", b"[" * 5000, b"{" * 5000, b'{"a":' * 2000, b"9" * 5000, b'"' * 300, b"\n" * 5000, b"\\u0000",
    b"\\ud800", b"null",
    b"true", b"[]", b"{}", b",", b"\r", b"../../x", b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b\x08",
    b"\x93NUMPY", b"\x80\x04]\x94.", b"'descr': '|O'", b"(1099511627776,)", b"\xff\xff\xff\xff", b"headline",
    b"category", b"ustar", b"BZh9", b"\x28\xb5\x2f\xfd", b"\xe9", b"\x92", b"\x00\x00", b"PAR1", b"../",
]  # fmt: skip


def news_groups() -> dict[str, list[bytes]]:
    """Good small files, by the readers that they go to."""
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
    return {
        "json": [lines, json.dumps(articles).encode(), *json_files(articles)],
        "csv": [table.encode(), *csv_files(articles)],
        "tables": table_files(articles),
        "encodings": encoded(table),
        "packed": packed(lines, table.encode()),
    }


def news_files() -> list[bytes]:
    """The files of all groups."""
    return [file for files in news_groups().values() for file in files]


def table_files(articles: list[dict[str, str]]) -> list[bytes]:
    """Parquet, Arrow, SQLite, a workbook."""
    frame = pd.DataFrame(articles)
    stream, feather = io.BytesIO(), io.BytesIO()
    frame.to_parquet(stream)
    pyarrow.feather.write_feather(pa.Table.from_pandas(frame), feather)
    with contextlib.closing(sqlite3.connect(":memory:")) as database:
        frame.to_sql("news", database)
        stored = database.serialize()
    return [stream.getvalue(), feather.getvalue(), stored, workbook(articles)]


def json_files(articles: list[dict[str, str]]) -> list[bytes]:
    """JSON of other forms than lines and an array, and Python's notation."""
    frame = pd.DataFrame(articles)
    orients: list[Any] = ["columns", "index", "split", "table", "values"]
    return [
        *(frame.to_json(orient=orient).encode() for orient in orients),
        json.dumps({"status": "ok", "articles": articles}, indent=1).encode(),
        "\n".join(json.dumps(article, indent=1) for article in articles).encode(),
        "\n".join(map(repr, articles)).encode(),
        "\n".join(json.dumps(list(article.values())) for article in articles).encode(),
        json.dumps({"A": articles[::2], "B": articles[1::2]}).encode(),
    ]


def csv_files(articles: list[dict[str, str]]) -> list[bytes]:
    """CSV by tabs with marks escaped; by semicolons, with a line that says so, line ends of a Mac and no header."""
    frame = pd.DataFrame(articles)
    return [
        frame.to_csv(sep="\t", index=False, quoting=csv.QUOTE_ALL).replace("1", '\\"1\\"').encode(),
        ("sep=;\r" + frame.to_csv(sep=";", header=False, lineterminator="\r")).encode(),
    ]


def workbook(articles: list[dict[str, str]]) -> bytes:
    """An .xlsx file with no more than its format asks for."""
    office = "http://schemas.openxmlformats.org"
    main, relations = f"{office}/spreadsheetml/2006/main", f"{office}/package/2006/relationships"
    types = f"{office}/officeDocument/2006/relationships"
    rows = "".join(
        f'<row r="{number}">'
        + "".join(
            f'<c r="{"ABCDEF"[at]}{number}" t="inlineStr"><is><t>{text}</t></is></c>'
            for at, text in enumerate(texts)
        )
        + "</row>"
        for number, texts in enumerate(
            [list(articles[0]), *(list(one.values()) for one in articles)], start=1
        )
    )
    members = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": f'<Relationships xmlns="{relations}"><Relationship Id="r" Type="{types}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{types}"><sheets>'
        '<sheet name="News" sheetId="1" r:id="r"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{relations}"><Relationship Id="r" '
        f'Type="{types}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>',
    }
    return zipped({name: text.encode() for name, text in members.items()}, zipfile.ZIP_DEFLATED)


def encoded(table: str) -> list[bytes]:
    """A table in encodings that are told by the whole file."""
    accented = table.replace("happened", "a passé l’été – déjà")
    return [accented.encode("cp1252"), accented.encode("utf-16"), accented.encode("utf-16-le")]


def packed(lines: bytes, table: bytes) -> list[bytes]:
    """Packed files and archives."""
    texts = {f"news/{'ab'[n % 2]}/{n}.txt": line for n, line in enumerate(lines.split(b"\n"))}
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as archive:
        for name, content in texts.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return [
        gzip.compress(lines),
        lzma.compress(lines),
        bz2.compress(lines),
        pa.compress(lines, codec="zstd", asbytes=True),
        zipped({"folder/news.json": lines, "README": b"x"}, zipfile.ZIP_DEFLATED),
        zipped({"train.csv": table, "test.csv": table}),
        zipped(texts, zipfile.ZIP_DEFLATED),
        tar.getvalue(),
        gzip.compress(tar.getvalue()),
    ]


def classifier_files(folder: Path) -> tuple[bytes, dict[str, bytes]]:
    """The zip of a small classifier, and its members."""
    saved = folder / "classifier"
    network = NetworkSettings(vocabulary_size=30, embedding_size=4, layers=(RecurrentLayer(units=3),))
    random_classifier(network, labels=("A", "B"), cleaning=CleaningSettings()).save(saved)
    stream = io.BytesIO()
    pack(saved, stream)
    return stream.getvalue(), members_of(stream.getvalue())


def members_of(archive: bytes) -> dict[str, bytes]:
    """The members of a zip."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def zipped(members: dict[str, bytes], packing: int = zipfile.ZIP_STORED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", packing) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


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
    made = zipped(given, draw.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)))
    return damaged(made, [made], draw) if whole else made


class Trial:
    """Gives files to the readers in a folder of its own, and counts what comes of it."""

    def __init__(self, outer: Path) -> None:
        self.counts: collections.Counter[str] = collections.Counter()
        self.failures: list[str] = []
        self.slowest = {"news": 0.0, "zip": 0.0}
        self._outer, self._room = outer, outer / "room"
        self._room.mkdir()
        self.whole, self.members = classifier_files(outer)
        self._outside = self._listed()

    def news(self, data: bytes) -> None:
        self._tried("news", data, read_news)

    def zip(self, data: bytes) -> None:
        self._tried("zip", data, lambda file: unpack(file, self._room / "in"))

    def found(self) -> dict[str, Any]:
        names = [
            f"{kind} {name}" for kind in ("news", "zip") for name in ("read", "refused", "crashed", "slow")
        ]
        counts = dict.fromkeys([*names, "outside"], 0) | self.counts
        return {
            "counts": dict(sorted(counts.items())),
            "slowest_seconds": self.slowest,
            "failures": self.failures[:MOST_KEPT],
        }

    def _tried(self, kind: str, data: bytes, read: Callable[[Path], object]) -> None:
        file = self._room / "given"
        file.write_bytes(data)
        began = time.process_time()  # a busy machine makes nothing slow
        try:
            read(file)
            self.counts[f"{kind} read"] += 1
        except HeadlineLabError:
            self.counts[f"{kind} refused"] += 1
        except Exception as error:
            self.counts[f"{kind} crashed"] += 1
            where = traceback.extract_tb(error.__traceback__)[-1]
            self.failures.append(
                f"{kind}: {type(error).__name__}: {str(error)[:200]}, {Path(where.filename).name}:{where.lineno}"
            )
        taken = time.process_time() - began
        self.slowest[kind] = max(self.slowest[kind], taken)
        if taken > SLOW:
            self.counts[f"{kind} slow"] += 1
            self.failures.append(f"{kind}: {taken:.1f} s")
        left = {one.name for one in self._room.iterdir()} - {"given", "in"}
        if left or self._listed() != self._outside:
            self.counts["outside"] += 1
            self.failures.append(f"{kind}: left {left or 'something outside'}")

    def _listed(self) -> set[Path]:
        """Everything that is not in the room."""
        return {one for one in self._outer.rglob("*") if self._room not in one.parents}


def measure(minutes: float, seed: int, inputs: int | None = None, group: str = "") -> dict[str, Any]:
    """Counts of what came of damaged files: of so many for each reader, or of as many as the minutes take.

    Args:
        group: of ``news_groups``, these files alone; otherwise all of them and the classifier's zip.
    """
    draw = random.Random(seed)
    every = news_files()
    news = news_groups()[group] if group else every
    with tempfile.TemporaryDirectory() as outer:
        trial = Trial(Path(outer))
        end, given = time.monotonic() + 60 * minutes, 0
        while time.monotonic() < end if inputs is None else given < inputs:
            given += 1
            trial.news(damaged(draw.choice(news), every, draw))
            if not group:
                trial.zip(damaged_zip(trial.members, draw))
    return trial.found()


def guided(minutes: float, seed: int, inputs: int | None = None) -> dict[str, Any]:
    """The same counts of inputs that atheris made, half of the time for each reader, see ``guided.py``."""
    if not importlib.util.find_spec("atheris"):
        sys.exit("atheris is not installed: requirements-dev.txt has it, for Linux only.")
    kept = Path(tempfile.mkdtemp(prefix="headline-lab-fuzz-"))
    found: dict[str, Any] = {"counts": {}, "slowest_seconds": {}, "failures": [], "corpus": {}}
    for reader in ("news", "zip"):
        folder = kept / reader
        folder.mkdir()
        command = [
            sys.executable,
            "-m",
            "benchmarks.guided",
            reader,
            str(folder),
            str(round(30 * minutes)),
            str(seed),
            str(inputs or -1),
        ]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if not (folder / "stats.json").exists():
            sys.exit(done.stdout[-2000:])
        own = json.loads((folder / "stats.json").read_text())
        found["counts"] |= {name: own["counts"][name] for name in own["counts"] if name.startswith(reader)}
        found["counts"]["outside"] = found["counts"].get("outside", 0) + own["counts"]["outside"]
        found["slowest_seconds"][reader] = own["slowest_seconds"][reader]
        found["corpus"][reader] = len(list((folder / "corpus").iterdir()))
        found["failures"] += own["failures"]
        if done.returncode:
            found["failures"].append(f"the fuzzer ended with {done.returncode}: {done.stdout[-500:]}")
    if found["failures"]:
        found["failures"].append(f"the inputs are kept in {kept}")
    else:
        shutil.rmtree(kept)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description="Damaged files for the readers.")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--inputs", type=int, help="for each reader, however long they take")
    parser.add_argument("--group", choices=list(news_groups()), help="news files of these readers alone")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--guided", action="store_true", help="let atheris choose the damage, by the lines that run"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    given = parser.parse_args()
    if given.guided:
        found = guided(given.minutes, given.seed, given.inputs)
    else:
        with contextlib.redirect_stderr(io.StringIO()):
            found = measure(given.minutes, given.seed, given.inputs, given.group or "")
    for name, number in found["counts"].items():
        print(f"{name:<16}{number:>10,}")
    print(
        "slowest: " + ", ".join(f"{kind} {taken:.2f} s" for kind, taken in found["slowest_seconds"].items())
    )
    if given.guided:
        print(
            "inputs that reached something new: "
            + ", ".join(f"{n:,} {kind}" for kind, n in found["corpus"].items())
        )
    for failure in found["failures"]:
        print(failure)
    if given.json:
        print(json.dumps(found))


if __name__ == "__main__":
    main()
