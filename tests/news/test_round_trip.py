"""Any table of texts, written in any shape, encoding and packing, is read back as the same rows.

As somebody would write it: Python's csv and json, pandas, a workbook, a database. The same means: in Unicode's composed
form, without blanks around. And of any lines at all, each is kept or rejected.
"""

import contextlib
import csv
import gzip
import io
import json
import lzma
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from core.errors import NewsFileError
from core.news.hidden_characters import UNSTORABLE
from core.news.news import read_news
from core.news.reading import Columns, Reading
from tests.news.case_files import to_csv, to_parquet, to_sqlite, to_xlsx, to_zip

Rows = list[tuple[str, str, str]]  # headline, description, category

NAMES = ("headline", "short_description", "category")
COLUMNS = Columns(headline=NAMES[0], description=NAMES[1], category=NAMES[2])

AWKWARD = st.sampled_from(
    [
        *(
            '"',
            "'",
            ",",
            ";",
            "\t",
            "|",
            "\n",
            "\r\n",
            "\r",
            "\\",
            '""',
            '\\"',
            "#",
            "=1+1",
            "[",
            "{",
            "}",
            ":",
        ),
        *(
            "\u2028",
            "\u00a0",
            "\ufeff",
            "\u200d",
            "e\u0301",
            "Å",
            "한",
            "हिन्दी",
            "عربي",
            "ไทย",
            "漢字",
            "😀",
            "ﬁ",
            "İ",
        ),
        *("NaN", "null", "None", "NA", "1.0", "true", "sep=;", "<b>", "&amp;", " "),
    ]
)
texts = st.lists(
    st.one_of(
        AWKWARD, st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
    ),
    max_size=5,
).map("".join)
categories = st.one_of(
    st.sampled_from(["SPORT", "FOOD", 'the "best"', "ÖL", "स्वास्थ्य", "经济", "1", " padded "]),
    st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8).map(lambda text: f"c{text}"),
)
tables = st.lists(st.tuples(texts, texts, categories), min_size=1, max_size=12)


def composed(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


def expected(rows: Rows) -> Rows:
    return [
        (composed(headline), composed(description), composed(category))
        for headline, description, category in rows
    ]


def frame(rows: Rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(NAMES), dtype="str")


def without_returns(rows: Rows) -> Rows:
    """Python's csv leaves a carriage return unquoted where line feeds end the rows: nobody can tell what it means."""
    return [
        (headline.replace("\r", ""), text.replace("\r", ""), category) for headline, text, category in rows
    ]


def objects(rows: Rows) -> list[dict[str, str]]:
    return [dict(zip(NAMES, row, strict=True)) for row in rows]


TEXTS: dict[str, Callable[[Rows], str]] = {
    "csv": lambda rows: to_csv(NAMES, rows),
    "csv, line feeds": lambda rows: to_csv(NAMES, without_returns(rows), end="\n"),
    "csv, all quoted": lambda rows: to_csv(NAMES, rows, quoting=csv.QUOTE_ALL),
    "csv, semicolons": lambda rows: to_csv(NAMES, rows, separator=";"),
    "csv, tabs": lambda rows: to_csv(NAMES, without_returns(rows), separator="\t", end="\n"),
    "csv, pipes": lambda rows: to_csv(NAMES, rows, separator="|"),
    "csv, sep=": lambda rows: "sep=;\r\n" + to_csv(NAMES, rows, separator=";"),
    "csv of pandas": lambda rows: str(frame(without_returns(rows)).to_csv(index=False)),
    "csv of pandas with its index": lambda rows: str(frame(without_returns(rows)).to_csv()),
    "tsv of pandas": lambda rows: str(frame(without_returns(rows)).to_csv(index=False, sep="\t")),
    "json lines": lambda rows: "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in objects(rows)),
    "json lines, CR": lambda rows: "".join(json.dumps(row) + "\r" for row in objects(rows)),
    "json array": lambda rows: json.dumps(objects(rows), ensure_ascii=False),
    "json array, indented": lambda rows: json.dumps(objects(rows), indent=2),
    "json objects, indented": lambda rows: "\n".join(json.dumps(row, indent=2) for row in objects(rows)),
    "json wrapper": lambda rows: json.dumps({"status": "ok", "articles": objects(rows)}, ensure_ascii=False),
    **{
        f"json of pandas, {orient}": lambda rows, orient=orient: str(  # type: ignore[misc]
            frame(rows).to_json(orient=orient, force_ascii=False)
        )
        for orient in ("records", "split", "index", "columns", "table")
    },
    "json lines of pandas": lambda rows: str(frame(rows).to_json(orient="records", lines=True)),
}
LINE_FEEDS = {
    "csv, line feeds",
    "csv, tabs",
    "csv of pandas",
    "csv of pandas with its index",
    "tsv of pandas",
}


def written(rows: Rows, shape: str) -> Rows:
    """The rows as the shape has them."""
    return without_returns(rows) if shape in LINE_FEEDS else rows


ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030")
PACKINGS: dict[str, Callable[[bytes], bytes]] = {
    "plain": lambda content: content,
    "gz": lambda content: gzip.compress(content, mtime=0),
    "xz": lzma.compress,
    "zip": lambda content: to_zip({"news": content}),
    "zip with a folder": lambda content: to_zip({"__MACOSX/._news": b"\0", "class/term 1/news": content}),
    "zst": lambda content: bytes(pa.Codec("zstd").compress(content, asbytes=True)),
}


def read_rows(path: Path, encoding: str | None = None) -> tuple[Rows, int]:
    """The rows that were kept, and how many were rejected."""
    news = read_news(path, reading=Reading(columns=COLUMNS, encoding=encoding))
    table = news.table
    columns = (table[name].tolist() for name in NAMES)
    return list(zip(*columns, strict=True)), news.rejected_count


def check(path: Path, rows: Rows, encoding: str | None = None) -> None:
    read, rejected = read_rows(path, encoding)
    assert read == expected(rows)
    assert rejected == 0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "news"


same_folder = settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])


@same_folder
@given(rows=tables, shape=st.sampled_from(sorted(TEXTS)))
def test_every_shape_gives_the_rows_back(rows: Rows, shape: str, path: Path) -> None:
    path.write_bytes(TEXTS[shape](rows).encode())
    check(path, written(rows, shape))


@same_folder
@given(rows=tables, shape=st.sampled_from(sorted(TEXTS)), encoding=st.sampled_from(ENCODINGS))
def test_every_encoding_that_is_chosen_gives_the_rows_back(
    rows: Rows, shape: str, encoding: str, path: Path
) -> None:
    path.write_bytes(TEXTS[shape](rows).encode(encoding))
    check(path, written(rows, shape), encoding)


@same_folder
@given(
    rows=tables,
    shape=st.sampled_from(sorted(TEXTS)),
    packing=st.sampled_from(sorted(PACKINGS)),
    encoding=st.sampled_from(("utf-8", "utf-8-sig", "utf-16")),
)
def test_every_packing_gives_the_rows_back(
    rows: Rows, shape: str, packing: str, encoding: str, path: Path
) -> None:
    path.write_bytes(PACKINGS[packing](TEXTS[shape](rows).encode(encoding)))
    check(path, written(rows, shape))


@same_folder
@given(rows=tables)
def test_parquet_and_databases_give_the_rows_back(rows: Rows, tmp_path: Path) -> None:
    (tmp_path / "made.sqlite").unlink(missing_ok=True)
    for content in (to_parquet(frame(rows)), to_sqlite(tmp_path, NAMES, rows)):
        path = tmp_path / "news"
        path.write_bytes(content)
        check(path, rows)


@same_folder
@given(rows=tables)
def test_a_workbook_gives_the_rows_back(rows: Rows, path: Path) -> None:
    """What XML cannot hold, and what it takes for a line end, is left out; a cell of blanks alone is none."""
    allowed = [
        tuple("".join(sign for sign in text if sign.isprintable() or sign == "\n") for text in row)
        for row in rows
    ]
    kept = [(headline, text, category) for headline, text, category in allowed if headline.strip()]
    assume(kept)
    path.write_bytes(to_xlsx(NAMES, kept))
    check(path, kept)


# -- of any lines at all, each is kept or rejected -----------------------------------------

GOOD = '{"headline": "Rain stops play", "category": "SPORT"}'
garbage = st.one_of(
    st.binary(max_size=30),
    st.text(max_size=20).map(lambda text: text.encode("utf-8", "replace")),
    st.sampled_from(
        [b"{", b"}", b"[]", b"[", b"null", b'{"headline":', b'{"headline": 1}', b'"', b"\xff\xfe", b",,,,"]
    ),
    st.just(GOOD.encode()),
    st.just(GOOD[:-5].encode()),
)


@given(lines=st.lists(garbage, max_size=20))
@same_folder
def test_of_any_lines_of_json_each_is_kept_or_rejected(lines: list[bytes], path: Path) -> None:
    physical = [line.replace(b"\n", b"").replace(b"\r", b"") for line in lines]
    path.write_bytes(b"\n".join([GOOD.encode()] * 40 + physical) + b"\n")
    news = read_news(path, reading=Reading(encoding="utf-8"))
    assert len(news) >= 40
    # Commas between two objects are no row; a line may hold several values.
    assert news.rows_in_file >= 40 + sum(bool(line.replace(b",", b"").strip()) for line in physical)


@given(lines=st.lists(garbage, max_size=20), separator=st.sampled_from([b",", b";", b"\t", b"|"]))
@example(lines=[b"  "], separator=b",")
@same_folder
def test_of_any_lines_of_csv_without_quotes_each_is_kept_or_rejected(
    lines: list[bytes], separator: bytes, path: Path
) -> None:
    """A line of nothing but spaces is an empty line, and no row."""
    good = [b"Rain stops play" + separator + b"SPORT"] * 40
    physical = [line.replace(b"\n", b"").replace(b"\r", b"").replace(b'"', b"") for line in lines]
    # The line of dashes below the names of a Markdown table is no row.
    assume(separator != b"|" or not any(b"-" in line or b"=" in line for line in physical))
    path.write_bytes(b"\n".join([b"headline" + separator + b"category", *good, *physical]) + b"\n")
    news = read_news(path, reading=Reading(encoding="utf-8"))
    assert len(news) >= 40
    assert news.rows_in_file == 40 + sum(bool(line.strip(b" ")) for line in physical)


@given(
    content=st.binary(max_size=400),
    head=st.sampled_from([b"", b"headline,category\n", b"[", b"PK\3\4", b"PAR1"]),
)
@same_folder
def test_any_bytes_are_read_or_refused_in_our_words(content: bytes, head: bytes, path: Path) -> None:
    path.write_bytes(head + content)
    with contextlib.suppress(NewsFileError):
        news = read_news(path)
        assert len(news) > 0
        assert not [text for text in news.table["headline"] if UNSTORABLE.search(text)]


@given(rows=tables, cut=st.floats(0.3, 1))
@same_folder
def test_a_file_that_ends_too_early_loses_no_whole_row(rows: Rows, cut: float, path: Path) -> None:
    text = io.StringIO()
    ends = []
    for row in objects(rows):
        text.write(json.dumps(row) + "\n")
        ends.append(text.tell())
    content = text.getvalue()[: int(len(text.getvalue()) * cut)]
    whole = [row for row, end in zip(rows, ends, strict=True) if end <= len(content)]
    path.write_bytes(content.encode())
    if whole:
        read, _ = read_rows(path)
        assert read[: len(whole)] == expected(whole)
