"""Memory that bad news files cost: one large file for each line of docs/reliability.md that concerns a news file.

``python -m benchmarks.bad_input [--megabytes 60] [--only NAME] [--json]``. Each file is read in a fresh process, as the
app reads it. Told are its text's size (unpacked, where it is packed), the most memory that the reading added to a
process that had read a small file before, how many times the text that is, and what a person is told. Linux only.
"""

import argparse
import bz2
import contextlib
import gzip
import io
import itertools
import json
import lzma
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import psutil
import pyarrow as pa
import pyarrow.feather

from benchmarks.fuzz import workbook
from core.errors import NewsFileError
from core.news.news import read_news

GOAL = 3.0  # times the text
_CATEGORIES = ("POLITICS", "SPORTS", "FOOD", "TRAVEL", "WORLD NEWS")
Parts = Iterator[bytes]


def _article(number: int, **other: Any) -> dict[str, Any]:
    """About as long as one of the real file's."""
    return {
        "category": _CATEGORIES[number % 5],
        "headline": f"Number {number} of the things that happened in the town on the river this week",
        "authors": "Somebody, Contributor",
        "link": f"https://www.example.com/entry/number-{number}-of-the-things-that-happened_us_5b",
        "short_description": f"What was said about it, who was there and what number {number} means for you.",
        "date": f"20{12 + number % 6}-0{1 + number % 9}-1{number % 10}",
    } | other


def _good(number: int, **other: Any) -> bytes:
    return json.dumps(_article(number, **other)).encode() + b"\n"


def _between(bad: bytes) -> Callable[[], Parts]:
    """The bad line again and again, a good one before each."""
    return lambda: (part for number in itertools.count() for part in (_good(number), bad + b"\n"))


def _single_marks(number: int) -> bytes:
    """A row of about as much text as that of ``_good``."""
    headline = f"Number {number} of the things that happened, in the town, on the river, this week " * 2
    link = f"https://www.example.com/entry/number-{number}-of-the-things-that-happened_us_5b"
    return f"'{_CATEGORIES[number % 5]}','{headline}','{link}'\n".encode()


def _all(line: Callable[[int], bytes], start: bytes = b"") -> Callable[[], Parts]:
    return lambda: itertools.chain([start], map(line, itertools.count()))


def _around(before: bytes, filling: bytes) -> Callable[[], Parts]:
    """Good lines, then one that only the file's end ends."""
    return lambda: itertools.chain(map(_good, range(1_000)), [before], itertools.repeat(filling))


def _row(number: int) -> bytes:
    article = _article(number)
    return f'{article["category"]},"{article["headline"]}, {number}",{article["date"]}\n'.encode()


_HEADER = b"category,headline,date\n"
_WITHOUT = b'{"link": "x", "authors": "y", "date": "2014-01-01"'

# Named as the lines of docs/reliability.md are. What stands in a file: parts without an end, cut at the size.
PLAIN: dict[str, Callable[[], Parts]] = {
    "good lines": _all(_good),
    "only white space": _all(lambda _: b" \t\r\n" * 1000),
    "an image named .json": _all(lambda _: bytes(range(256)) * 4, b"\x89PNG\r\n\x1a\n"),
    "a JSON array": _all(lambda number: _good(number)[:-1] + b",", b"["),
    "a JSON array of bad elements": _all(lambda number: b'{"headline": 3},', b"["),
    "a JSON array of nothing": _all(lambda _: b"," * 1000, b"["),
    "CSV": _all(_row, _HEADER),
    "CSV, every row too short": _all(lambda _: b"x\n", _HEADER),
    "CSV, every row byte 0xFF": _all(lambda _: b"\xff\n", _HEADER),
    "CSV, a quotation mark never closed": _all(lambda number: b'"' + _row(number), _HEADER),
    "CSV, rows of four bytes": _all(lambda _: b"a,b\n", b"headline,category\n"),
    "a cut line": _between(b'{"headline": "cut'),
    "byte order mark": _all(_good, b"\xef\xbb\xbf"),
    "UTF-16": _all(lambda number: _good(number).decode().encode("utf-16-le"), b"\xff\xfe"),
    "UTF-16, one long line": _all(lambda _: "Rain ahead, ".encode("utf-16-le") * 800, b"\xff\xfe"),
    "UTF-16 without a byte order mark": _all(lambda number: _good(number).decode().encode("utf-16-le")),
    "Windows-1252": _all(
        lambda number: (
            json.dumps(
                _article(number, headline=f"Le café n° {number} est fermé depuis l’été – “déjà”"),
                ensure_ascii=False,
            ).encode("cp1252")
            + b"\n"
        )
    ),
    "Windows-1252, one long line": _all(lambda _: "Le café est fermé, ".encode("cp1252") * 500),
    "GB 18030": _all(
        lambda number: (
            json.dumps(_article(number, headline=f"市长第{number}次获胜"), ensure_ascii=False).encode(
                "gb18030"
            )
            + b"\n"
        )
    ),
    "every byte above 0x7F": _all(lambda _: bytes(range(0x80, 0x100)) * 80 + b"\n", _good(1)),
    "byte 0xFF": _between(b'{"headline": "\xff", "category": "Y"}'),
    "lines of byte 0xFF alone": _all(lambda _: b"\xff\n" * 500, _good(1)),
    "U+2028 in every text": _all(
        lambda number: (
            json.dumps(_article(number, headline="one\u2028two"), ensure_ascii=False).encode() + b"\n"
        )
    ),
    "NUL in every text": _all(lambda number: _good(number, headline=f"a\x00b {number}")),
    "half a surrogate pair in every text": _all(lambda number: _good(number, headline=f"a\ud83db {number}")),
    "NaN": _between(b'{"headline": "x", "category": "Y", "link": NaN}'),
    "1e999": _between(b'{"headline": 1e999, "category": "Y"}'),
    "5,000-digit integers": _between(b'{"headline": ' + b"7" * 5000 + b', "category": "Y"}'),
    "the same key twice": _between(b'{"headline": "x", "category": "Y", "headline": "z"}'),
    "100,000 levels": _between(b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b', "headline": "x"}'),
    "levels without an end": _around(b'{"a": ', b"[" * 10_000),
    "an array of levels without an end": _all(lambda _: b"[" * 10_000),
    "one long line": _around(b'{"headline": "', b"x" * 10_000),
    "one long element of an array": _all(lambda _: b"x" * 10_000, b'[{"headline": "'),
    "one long row of a CSV": _all(lambda _: b"x" * 10_000, _HEADER),
    "a long line of a CSV's header": _all(lambda _: b"headline,category," * 500),
    "lines of 4 MB": _all(lambda number: _good(number, headline="x" * 4_000_000)),
    "headline missing": _between(_WITHOUT + b', "category": "X"}'),
    "category null": _between(_WITHOUT + b', "headline": "x", "category": null}'),
    "headline a list": _between(_WITHOUT + b', "headline": ["x"], "category": "X"}'),
    "category a number": _between(_WITHOUT + b', "headline": "x", "category": 3}'),
    "authors, link and date missing": _all(
        lambda number: b'{"headline": "It happened again, %d times", "category": "X"}\n' % number
    ),
    "dates that are all different": _all(
        lambda number: _good(number, date=f"2014-01-01T00:00:00.{number:09}")
    ),
    "dates that cannot be read, all different": _all(lambda number: _good(number, date=f"soon {number}")),
    "one category": _all(lambda number: _good(number, category="X")),
    "a category for each article": _all(lambda number: _good(number, category=f"C {number}")),
    "all empty": _all(lambda number: _good(number, headline="", short_description="")),
    "shortest articles, a date for each": _all(
        lambda number: b'{"headline":"","category":"X","date":"%d"}\n' % number
    ),
    "shortest articles, a category for each": _all(
        lambda number: b'{"headline":"","category":"%d"}\n' % number
    ),
    "shortest articles, all duplicates": _all(lambda _: b'{"headline":"","category":"X"}\n'),
    "categories that differ by white space": _all(
        lambda number: _good(number, category="X" + " " * (number % 500))
    ),
    "a JSON text sequence": _all(lambda number: b"\x1e" + _good(number)),
    "a CSV in single quotation marks": _all(_single_marks, b"category,headline,link\n"),
    "a single quotation mark that is never closed": _all(
        lambda number: _single_marks(number)[: -1 if number % 100 else -2] + b"\n",
        b"category,headline,link\n",
    ),
    "bidi and zero-width characters": _all(lambda number: _good(number, headline="\u202ea\u200b" * 20)),
}
PACKED: dict[str, Callable[[Path, Path], None]] = {}


def _packing(name: str) -> Callable[[Callable[[Path, Path], None]], Callable[[Path, Path], None]]:
    def note(pack: Callable[[Path, Path], None]) -> Callable[[Path, Path], None]:
        PACKED[name] = pack
        return pack

    return note


def _articles(text: Path) -> list[dict[str, Any]]:
    with text.open("rb") as lines:
        return [json.loads(line) for line in lines]


@_packing("Parquet")
def _parquet(text: Path, to: Path) -> None:
    pd.DataFrame(_articles(text)).to_parquet(to)


@_packing("Arrow")
def _arrow(text: Path, to: Path) -> None:
    pyarrow.feather.write_feather(pa.Table.from_pylist(_articles(text)), to)


@_packing("SQLite")
def _sqlite(text: Path, to: Path) -> None:
    with contextlib.closing(sqlite3.connect(to)) as database:
        pd.DataFrame(_articles(text)).to_sql("news", database)


@_packing(".xlsx")
def _xlsx(text: Path, to: Path) -> None:
    to.write_bytes(workbook(_articles(text)))


@_packing("an object with a list of articles")
def _wrapper(text: Path, to: Path) -> None:
    to.write_text(json.dumps({"status": "ok", "articles": _articles(text)}))


@_packing("a JSON object of columns")
def _columns(text: Path, to: Path) -> None:
    pd.DataFrame(_articles(text)).to_json(to)


@_packing("a JSON object of groups")
def _groups(text: Path, to: Path) -> None:
    articles = _articles(text)
    to.write_text(json.dumps({name: articles[at::5] for at, name in enumerate(_CATEGORIES)}))


@_packing("indented JSON objects")
def _indented(text: Path, to: Path) -> None:
    to.write_text("\n".join(json.dumps(article, indent=1) for article in _articles(text)))


@_packing(".zip of training and test tables")
def _parts(text: Path, to: Path) -> None:
    content = text.read_bytes()
    half = content.index(b"\n", len(content) // 2) + 1
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("train.json", content[:half])
        archive.writestr("test.json", content[half:])


@_packing(".gz of good lines")
def _gz(text: Path, to: Path) -> None:
    to.write_bytes(gzip.compress(text.read_bytes(), 1))


@_packing(".xz of good lines")
def _xz(text: Path, to: Path) -> None:
    to.write_bytes(lzma.compress(text.read_bytes(), preset=1))


@_packing(".zip of good lines")
def _zip(text: Path, to: Path) -> None:
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.write(text, "news.json")


@_packing(".bz2 of good lines")
def _bz2(text: Path, to: Path) -> None:
    to.write_bytes(bz2.compress(text.read_bytes(), 1))


@_packing(".zst of good lines")
def _zst(text: Path, to: Path) -> None:
    to.write_bytes(pa.compress(text.read_bytes(), codec="zstd", asbytes=True))


@_packing(".tar.gz of good lines")
def _tar(text: Path, to: Path) -> None:
    with tarfile.open(to, "w:gz", compresslevel=1) as archive:
        archive.add(text, "news/news.json")


def _texts(text: Path) -> Iterator[tuple[str, bytes]]:
    """Texts of a kilobyte in two folders."""
    content = text.read_bytes()
    for number, start in enumerate(range(0, len(content), 1_000)):
        yield f"news/{_CATEGORIES[number % 5]}/{number}.txt", content[start : start + 1_000]


@_packing(".zip with a folder for each category")
def _folders(text: Path, to: Path) -> None:
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in _texts(text):
            archive.writestr(name, content)


@_packing(".tar.gz of a folder for each category")
def _tar_folders(text: Path, to: Path) -> None:
    with tarfile.open(to, "w:gz", compresslevel=1) as archive:
        for name, content in _texts(text):
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))


@_packing(".zip of 100,000 empty texts")
def _empty(text: Path, to: Path) -> None:
    with zipfile.ZipFile(to, "w") as archive:
        for number in range(100_000):
            archive.writestr(f"{number % 100}/{number}.txt", b"")


@_packing(".tar with a name as long as the text")
def _long_name(text: Path, to: Path) -> None:
    name = tarfile.TarInfo("././@LongLink")
    name.type, name.size = tarfile.GNUTYPE_LONGNAME, text.stat().st_size
    to.write_bytes(name.tobuf(tarfile.GNU_FORMAT) + text.read_bytes())


@_packing(".gz that breaks off")
def _cut(text: Path, to: Path) -> None:
    packed = gzip.compress(text.read_bytes(), 1)
    to.write_bytes(packed[: len(packed) * 9 // 10])


@_packing(".zip of thousands of files")
def _many(text: Path, to: Path) -> None:
    with zipfile.ZipFile(to, "w") as archive:
        for number in range(text.stat().st_size // 300):
            archive.writestr(f"{number:0100}", b"x" * 60)


@_packing(".gz of 20 times as much nothing")
def _bomb(text: Path, to: Path) -> None:
    with gzip.open(to, "wb", 9) as stream:
        _write_nothing(text.stat().st_size, stream)


@_packing(".zst of 20 times as much nothing")
def _zst_bomb(text: Path, to: Path) -> None:
    with pa.CompressedOutputStream(to, "zstd") as stream:
        _write_nothing(text.stat().st_size, stream)


@_packing(".xz of 20 times as much nothing")
def _xz_bomb(text: Path, to: Path) -> None:
    with lzma.open(to, "wb", preset=0) as stream:
        _write_nothing(text.stat().st_size, stream)


@_packing(".bz2 of 20 times as much nothing")
def _bz2_bomb(text: Path, to: Path) -> None:
    with bz2.open(to, "wb", 9) as stream:
        _write_nothing(text.stat().st_size, stream)


@_packing(".tar.gz of 20 times as much nothing")
def _tar_bomb(text: Path, to: Path) -> None:
    with tempfile.TemporaryFile() as plain, tarfile.open(to, "w:gz") as archive:
        _write_nothing(text.stat().st_size, plain)
        entry = tarfile.TarInfo("news.json")
        entry.size = plain.tell()
        plain.seek(0)
        archive.addfile(entry, plain)


@_packing(".zip of texts that are nothing, 20 times as much")
def _folder_bomb(text: Path, to: Path) -> None:
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(20):
            archive.writestr(f"{'ab'[number % 2]}/{number}.txt", b" \n" * (text.stat().st_size // 2))


def _write_nothing(size: int, stream: Any) -> None:
    stream.write(_good(1))
    for _ in range(20):
        stream.write(b" \n" * (size // 2))


def write(name: str, size: int, path: Path) -> None:
    """The case's file, of about so many bytes of text."""
    if name in PLAIN:
        with path.open("wb") as stream:
            for part in PLAIN[name]():
                if stream.tell() >= size:
                    break
                stream.write(part)
    else:
        text = path.with_suffix(".text")
        write("good lines", size, text)
        PACKED[name](text, path)
        text.unlink()


def own_reading(path: Path) -> dict[str, Any]:
    """What :func:`measure` asks of a fresh process."""
    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder, "small.json")
        small.write_bytes(_good(1) + b"{\n" + _good(2))
        read_news(small)  # what is imported only now is not the file's
    process = psutil.Process()
    Path("/proc/self/clear_refs").write_text("5")  # the most so far is what is held now: proc(5)
    before = process.memory_info().rss
    try:
        news = read_news(path)
        told = [f"{one.line}: {one.reason}" for one in news.rejected[:1]] + list(news.warnings[:1])
        result = f"{len(news):,} read, {news.rejected_count:,} rejected"
        said = "; ".join([result, *told])
    except NewsFileError as error:
        said = str(error)
    status = Path("/proc/self/status").read_text()
    most = 1024 * int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1])
    return {"bytes": most - before, "said": said}


def measure(name: str, size: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "news.json")
        write(name, size, path)
        command = [sys.executable, "-m", "benchmarks.bad_input", "--read", str(path)]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        found = json.loads(told.splitlines()[-1])
        text = path.stat().st_size if name in PLAIN else max(size, path.stat().st_size)
        return {
            "case": name,
            "file_mb": round(path.stat().st_size / 1e6, 1),
            "text_mb": round(text / 1e6, 1),
            "peak_mb": round(found["bytes"] / 1e6, 1),
            "times": round(found["bytes"] / text, 2),
            "said": found["said"],
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--megabytes", type=float, default=60.0, help="of text in each file")
    parser.add_argument("--only", action="append", choices=[*PLAIN, *PACKED], metavar="NAME")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.read:
        print(json.dumps(own_reading(asked.read)))
        return
    rows = []
    print(f"{'':42}{'file':>7}{'text':>7}{'memory':>8}{'times':>7}  megabytes; what is said")
    for name in asked.only or [*PLAIN, *PACKED]:
        row = measure(name, int(asked.megabytes * 1e6))
        rows.append(row)
        print(
            f"{name:42}{row['file_mb']:7.1f}{row['text_mb']:7.1f}{row['peak_mb']:8.1f}{row['times']:7.2f}  "
            f"{row['said'][:150]}",
            flush=True,
        )
    over = [row["case"] for row in rows if row["times"] > GOAL]
    print(f"over {GOAL:g} times: {', '.join(over) or 'none'}")
    if asked.json:
        print(json.dumps({"rows": rows, "over": over}))


if __name__ == "__main__":
    main()
