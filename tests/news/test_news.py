"""Reading news: every kind of file, and everything in limits.md's "Bad input" that touches files."""

import contextlib
import gzip
import hashlib
import io
import json
import lzma
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from core.errors import NewsFileError
from core.news.formats.articles import Article, Rejected, build_article
from core.news.formats.recognition import open_table
from core.news.hidden_characters import escape_hidden
from core.news.news import (
    Caps,
    News,
    articles_per_category,
    articles_per_month,
    read_news,
    words_per_text,
)
from core.news.reading import Columns

A = {
    "headline": "Rain ahead",
    "category": "WEATHER",
    "short_description": "Bring a coat.",
    "date": "2014-03-02",
}
B = {"headline": "Team wins", "category": "SPORTS", "short_description": "", "date": "2014-05-31"}
Reading = Callable[..., News]


COLUMNS = Columns(headline="headline", description="short_description", category="category", date="date")


def read_articles(blocks: Iterable[bytes], name: str, caps: Caps) -> Iterator[Article | Rejected]:
    return open_table(blocks, Path(name), name, caps).articles(COLUMNS)


def lines(*articles: Any) -> bytes:
    return b"".join(json.dumps(one).encode() + b"\n" for one in articles)


@pytest.fixture
def reading(tmp_path: Path) -> Reading:
    """Read these bytes as a file of this name."""

    def read(content: bytes, name: str = "news.json", **more: Any) -> News:
        path = tmp_path / "stored"
        path.write_bytes(content)
        return read_news(path, name=name, **more)

    return read


def refusal(reading: Reading, content: bytes, name: str = "news.json", **more: Any) -> str:
    with pytest.raises(NewsFileError) as caught:
        reading(content, name, **more)
    return str(caught.value)


def zipped(**entries: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


CSV = b"""headline,category,short_description,date
Rain ahead,WEATHER,Bring a coat.,2014-03-02
"Team wins",SPORTS,,2014-05-31
"""
SHAPES = {
    "lines": lines(A, B),
    "lines without the last end": lines(A, B)[:-1],
    "lines ending as on Windows": lines(A, B).replace(b"\n", b"\r\n"),
    "lines with blank ones": b"\n \n" + lines(A).replace(b"\n", b"\n\n") + lines(B),
    "array on one line": json.dumps([A, B]).encode(),
    "array over many lines": json.dumps([A, B], indent=2).encode() + b"\n",
    "array with authors as a list": json.dumps([A | {"authors": ["x", ["y]", "{"]]}, B]).encode(),
    "csv": CSV,
    "csv ending as on Windows": CSV.replace(b"\n", b"\r\n"),
    "csv with semicolons": CSV.replace(b",", b";"),
    "csv with tabs": CSV.replace(b",", b"\t"),
    "csv with other columns": pd.DataFrame([{"link": "x,y", **A}, {"link": "z", **B}]).to_csv().encode(),
    "csv as pandas writes it": pd.DataFrame([A, B]).to_csv(index=False).encode(),
    "lines as pandas writes them": pd.DataFrame([A, B]).to_json(orient="records", lines=True).encode(),
}
PACKINGS: dict[str, Callable[[bytes], bytes]] = {
    "plain": bytes,
    "gz": gzip.compress,
    "two gz members": lambda content: gzip.compress(content[:50]) + gzip.compress(content[50:]),
    "xz": lzma.compress,
    "two xz streams": lambda content: lzma.compress(content[:50]) + bytes(4) + lzma.compress(content[50:]),
    "zip": lambda content: zipped(**{"a.json": content}),
    "zip of macOS": lambda content: zipped(
        **{"a.json": content, "__MACOSX/._a.json": b"litter", ".DS_Store": b"x"}
    ),
    "byte order mark": lambda content: b"\xef\xbb\xbf" + content,
}


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_in_every_packing_gives_the_same_table(
    shape: str, packing: str, reading: Reading
) -> None:
    stored = PACKINGS[packing](SHAPES[shape])
    news = reading(stored, "misleading.png")
    assert news.table["headline"].tolist() == ["Rain ahead", "Team wins"]
    assert news.table["short_description"].tolist() == ["Bring a coat.", ""]
    assert news.table["text"].tolist() == ["Rain ahead Bring a coat.", "Team wins"]
    assert news.table["category"].tolist() == ["WEATHER", "SPORTS"]
    assert news.table["date"].tolist() == [pd.Timestamp("2014-03-02"), pd.Timestamp("2014-05-31")]
    assert news.categories == ("SPORTS", "WEATHER")
    assert news.rejected == ()
    assert news.fingerprint == hashlib.sha256(stored).hexdigest()


def test_the_table_has_compact_columns(reading: Reading) -> None:
    types = reading(lines(A, B)).table.dtypes.astype(str).to_dict()
    assert types == {
        "headline": "str",
        "short_description": "str",
        "category": "category",
        "date": "datetime64[us]",
        "text": "str",
    }


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b'{"headline": "cut', "ends too early"),
        (b'{"headline": "x", "category": "Y"', "ends too early"),
        (b'{"headline": "\xff", "category": "Y"}', "byte 0xFF at position 15 is not UTF-8"),
        (b'{"headline": "\xed\xa0\x80", "category": "Y"}', "byte 0xED at position 15 is not UTF-8"),
        (b'{"headline": "a\x00b", "category": "Y"}', "control character U+0000 at position 16"),
        (b'{"headline": 1e999, "category": "Y"}', "headline is a number, not text"),
        (b'{"headline": ' + b"7" * 5000 + b', "category": "Y"}', "headline is a number, not text"),
        (b'{"headline": "x", "category": "Y", "headline": "z"}', "headline stands twice"),
        (b'{"date": null, "headline": "x", "category": "Y", "date": "2014-01-01"}', "date stands twice"),
        (b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b', "headline": "x", "category": "Y"}', "too deep"),
        (b'{"category": "Y"}', "headline is missing"),
        (b'{"headline": "x"}', "category is missing"),
        (b'{"headline": null, "category": "Y"}', "headline is null, not text"),
        (b'{"headline": ["x"], "category": "Y"}', "headline is a list, not text"),
        (b'{"headline": {"x": 1}, "category": "Y"}', "headline is an object, not text"),
        (b'{"headline": true, "category": "Y"}', "headline is true or false, not text"),
        (b'{"headline": "x", "category": null}', "category is null, not text"),
        (b'{"headline": "x", "category": NaN}', "category is null, not text"),
        (b'{"headline": "x", "category": 1e999}', "category is a number without end"),
        (b'{"headline": "x", "category": []}', "category is an empty list"),
        (b'{"headline": "x", "category": [[0, 4, "Y"]]}', "category is a list of marked passages"),
        (b'{"headline": "x", "category": {"y": 1}}', "category is an object, not text"),
        (b'{"headline": "x", "category": " "}', "category is empty"),
        (b'"text"', "text instead of an article"),
        (b"[1, 2]", "a list instead of an article"),
        (b"nonsense", "not JSON at position 1"),
    ],
)
def test_a_bad_line_is_rejected_with_number_and_reason_and_the_good_ones_stay(
    bad: bytes, reason: str, reading: Reading
) -> None:
    news = reading(lines(A) + bad + b"\n" + lines(B))
    assert news.table["headline"].tolist() == ["Rain ahead", "Team wins"]
    assert news.rejected_count == 1
    assert news.rejected[0].line == 2
    assert reason in news.rejected[0].reason
    if not bad.startswith(
        (b'{"headline": "cut', b'{"headline": "x", "category": "Y"')
    ):  # those end what is around them
        array = reading(
            b"[\n" + json.dumps(A).encode() + b",\n" + bad + b",\n" + json.dumps(B).encode() + b"]"
        )
        assert array.table["headline"].tolist() == ["Rain ahead", "Team wins"]
        assert array.rejected == (Rejected(line=3, reason=f"article 2: {news.rejected[0].reason}"),)


@pytest.mark.parametrize(
    ("shape", "cut", "reason"),
    [
        (lines(A, B, A), 9, "ends too early"),
        (
            lines(A, B)[:-1] + b'\n{"headline": "Rain in F\xc3\xbcrth',
            4,
            "byte 0xC3 at position 24 is not UTF-8",
        ),
        (CSV + b'"Rain ahead', 0, "ends too early, inside a quotation mark"),
        (CSV + b"Rain ahe", 0, "1 column, but the first line names 4"),
    ],
    ids=["within a record", "within a character", "within quotation marks", "within a row"],
)
def test_a_last_line_that_breaks_off_is_rejected_and_the_others_stay(
    shape: bytes, cut: int, reason: str, reading: Reading
) -> None:
    """Plain, as a copy that was interrupted leaves it: nothing packed says that something is missing."""
    news = reading(shape[: len(shape) - cut])
    assert news.table["headline"].tolist() == ["Rain ahead", "Team wins"]
    ((line, said),) = [(one.line, one.reason) for one in news.rejected]
    assert line == shape[: len(shape) - cut].count(b"\n") + 1
    assert reason in said


@pytest.mark.parametrize(
    "odd",
    [
        b'{"headline": "x", "category": "Y", "link": 1e999}',
        b'{"headline": "x", "category": "Y", "link": NaN}',
        b'{"headline": "x", "category": "Y", "link": -Infinity}',
        b'{"headline": "x", "category": "Y", "short_description": NaN, "date": NaN}',
        b'{"headline": "x", "category": "Y", "short_description": {"y": 1}}',
        b'{"headline": "x", "category": " Y "}',
        b'{"headline": "x", "category": ["Y", "Z"]}',
        b'{"headline": "x", "category": "Y", "n": ' + b"7" * 5000 + b"}",
        b'{"headline": "x", "category": "Y"}',
        b'{"headline": "x", "category": "Y", "authors": null, "link": null, "date": null, "short_description": null}',
        b'{"headline": "x", "category": "Y", "inner": {"headline": 1, "headline": 2}}',
        b'{"category": "Y", "x": "\\"headline\\"", "headline": "x"}',
    ],
)
def test_what_stands_in_fields_that_are_not_used_or_may_be_missing_is_fine(
    odd: bytes, reading: Reading
) -> None:
    news = reading(odd)
    assert news.table[["headline", "category", "text", "short_description"]].to_numpy().tolist() == [
        ["x", "Y", "x", ""]
    ]
    assert news.rejected_count == 0
    assert news.table["date"].isna().all()


def test_lines_end_at_newlines_only_and_u2028_stays_in_the_text(reading: Reading) -> None:
    text = "one\u2028two\u2029three\x85four\x0bfive"
    for content in (
        json.dumps(A | {"headline": text}, ensure_ascii=False).replace("\x0b", "\\u000b").encode() + b"\n{",
        f"headline,category\n{text},WEATHER\n".encode(),
    ):
        assert reading(content).table["headline"].tolist() == [text]


@pytest.mark.parametrize("escape", [r"\ud83d", r"\udc4d", r"\u0000", r"\udc4d\ud83d"])
def test_half_a_surrogate_pair_and_nul_become_the_replacement_character(
    escape: str, reading: Reading
) -> None:
    content = lines(A).replace(b"Rain", b"R" + escape.encode()) + lines(B)
    news = reading(content)
    assert news.table["headline"][0] == "R" + "�" * escape.count("\\") + " ahead"
    assert news.warnings[0].startswith("1 article contained broken characters (NUL or half a surrogate pair)")
    news.table["text"][0].encode("utf-8")  # would raise for a lone surrogate


def test_a_whole_surrogate_pair_is_a_character(reading: Reading) -> None:
    assert reading(lines(A | {"headline": "👍"})).table["headline"].tolist() == ["👍"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b" \n\t\r\n ", "only white space"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "a PNG image"),
        (b"\xff\xd8\xff\xe0" + bytes(50), "a JPEG image"),
        (b"BM" + bytes(50), "a bitmap image"),
        (b"%PDF-1.7", "a PDF document"),
        (bytes(100), "binary data"),
        (b"\x89HDF\r\n\x1a\n" + bytes(8), "an HDF5 file, as .h5 models are"),
        (__import__("pickle").dumps([A, B]), "a Python pickle"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (b"Dear diary,\ntoday it rained.", "Which column of news.json holds the category"),
        (b"who,when\nx,3\n", "the columns “who”, “when”"),
        (b"42", "Which column of news.json holds the headline"),
        (b"[]", "no articles in it"),
        (b"headline,category\n", "no articles in it"),
        (lines({"headline": 3}), "holds the category?"),
        (b'[{"headline": "x", "category": "Y"', "Line 1: article 1: the array ends too early"),
        (gzip.compress(b"", mtime=0), "is empty"),
        (gzip.compress(b"\x89PNG\r\n\x1a\n", mtime=0), "a PNG image"),
        (gzip.compress(gzip.compress(lines(A), mtime=0), mtime=0), "packed once more"),
        (gzip.compress(lines(A), mtime=0)[:12], "damaged"),
        (lzma.compress(lines(A))[:40], "damaged"),
        (b"\x1f\x8b" + b"x" * 40, "damaged"),
        (b"PK\x03\x04" + b"x" * 40, "a damaged zip file"),
        (zipped(), "holds 0 files"),
        (zipped(**{"a.json": lines(A), "b.json": lines(B)}), "holds 2 files"),
        (zipped(**{"../a.json": lines(A)}), "folders or paths"),
        (zipped(**{"/etc/a.json": lines(A)}), "folders or paths"),
        (zipped(**{"c:\\a.json": lines(A)}), "folders or paths"),
        (zipped(**{"config.json": b"{}", "metadata.json": b"{}", "model.weights.h5": b"x"}), "a Keras model"),
        (zipped(**{"m/data.pkl": b"x", "m/version": b"3"}), "a PyTorch model"),
        (zipped(**{"[Content_Types].xml": b"x", "word/document.xml": b"x"}), "an Office document"),
    ],
)
def test_what_is_no_news_is_refused_by_what_it_is(content: bytes, said: str, reading: Reading) -> None:
    message = refusal(reading, content)
    assert said in message
    assert "news.json" in message


def test_a_link_and_a_password_in_a_zip_are_refused(reading: Reading) -> None:
    link = zipfile.ZipInfo("a.json")
    link.external_attr = 0o120777 << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(link, b"/etc/passwd")
    assert "a link instead of a file" in refusal(reading, buffer.getvalue())
    locked = bytearray(zipped(**{"a.json": lines(A)}))
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    assert "locked with a password" in refusal(reading, bytes(locked))


def test_a_zip_with_a_huge_table_of_contents_is_refused_before_it_is_read(reading: Reading) -> None:
    entries = zipped(**{f"{number:06}{'x' * 60}": b"" for number in range(2_000)})
    caps = Caps(directory=100_000)
    assert "holds more than 150,000 files, or very long names" in refusal(reading, entries, caps=caps)


def test_white_space_before_the_news_is_passed_over_up_to_the_cap(reading: Reading) -> None:
    assert reading(b" " * (4 * 2**20 - 500) + b"\n" + lines(A)).table["headline"].tolist() == ["Rain ahead"]
    message = refusal(reading, b" \n" * (2 * 2**20 + 2**19) + lines(A))
    assert message == "news.json begins with 4,194,304 bytes of nothing but white space. Remove them."


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(NewsFileError, match="cannot be opened: No such file"):
        read_news(tmp_path / "gone.json")
    with pytest.raises(NewsFileError, match="cannot be opened: Is a directory"):
        read_news(tmp_path)


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress, lambda content: zipped(a=content)])
def test_a_bomb_is_stopped_at_the_caps(pack: Callable[[bytes], bytes], reading: Reading) -> None:
    bomb = pack(lines(A) + b"\n" * 3_000_000)
    caps = Caps(ratio_from=1_000_000)
    assert "unpacks to more than 200 times its size" in refusal(reading, bomb, caps=caps)
    assert "is larger than 0.00195312 GB when unpacked" in refusal(reading, bomb, caps=Caps(unpacked=2**21))
    assert len(reading(bomb)) == 1


@pytest.mark.slow
def test_a_cut_download_keeps_what_was_whole_and_says_so(reading: Reading) -> None:
    many = lines(*({"headline": f"{number * number} apples", "category": "FOOD"} for number in range(20_000)))
    for packed in (gzip.compress(many), lzma.compress(many), gzip.compress(many) + b"trailing"):
        stored = packed[: len(packed) * 3 // 4] if not packed.endswith(b"trailing") else packed
        news = reading(stored)
        assert news.table["headline"][0] == "0 apples"
        assert 10_000 < len(news) <= 20_000
        assert "damaged or ends too early" in news.warnings[0]
        assert news.fingerprint == hashlib.sha256(stored).hexdigest()


@pytest.mark.parametrize("start", [b"", b"[", b"headline,category\n"])
def test_a_line_over_the_cap_costs_neither_memory_nor_the_others(start: bytes, reading: Reading) -> None:
    import tracemalloc

    caps = Caps(line=2_000_000)
    long = b"x" * 30_000_000
    content = {
        b"": lines(A) + b'{"headline": "' + long + b'"}\n' + lines(B),
        b"[": b"[" + lines(A) + b',\n{"headline": "' + long + b'"},\n' + lines(B) + b"]",
        b"headline,category\n": b"headline,category\nRain ahead,WEATHER\n" + long + b",X\nTeam wins,SPORTS\n",
    }[start]
    reading(lines(A))  # imports
    tracemalloc.start()
    news = reading(content, caps=caps)
    peak = tracemalloc.get_traced_memory()[1] - len(content)  # the fixture's own copy is on the list too
    tracemalloc.stop()
    assert peak < 10_000_000
    assert news.rejected_count == 1
    assert news.rejected[0].line == {b"": 2, b"[": 3}.get(start, 3)
    assert "longer than 2,000,000 bytes" in news.rejected[0].reason
    if start == b"[":  # where a broken element ends, nobody can tell
        assert "The rest is not read" in news.rejected[0].reason
        assert news.table["headline"].tolist() == ["Rain ahead"]
    else:
        assert news.table["headline"].tolist() == ["Rain ahead", "Team wins"]


def test_in_an_array_what_follows_an_over_long_element_is_read_only_if_its_end_is_in_sight(
    reading: Reading,
) -> None:
    """The limit that docs/reliability.md names: no more of an element than the cap and a block is held."""
    caps = Caps(line=200_000)
    for length, after, more in ((400_000, ["Team wins"], ""), (3_000_000, [], ". The rest is not read")):
        long = A | {"short_description": "x" * length}
        for before in ([A], []):
            given = b"[" + b",\n".join(lines(one)[:-1] for one in [*before, long, B]) + b"]"
            reason = f"article {len(before) + 1}: longer than 200,000 bytes, which no article is{more}"
            if not before and not after:
                assert f"Line 1: {reason}." in refusal(reading, given, caps=caps)
                continue
            news = reading(given, caps=caps)
            assert news.table["headline"].tolist() == [one["headline"] for one in before] + after
            assert news.rejected == (Rejected(line=len(before) + 1, reason=reason),)


def test_too_many_articles_or_categories_are_refused(reading: Reading) -> None:
    assert "more than 1 articles" in refusal(reading, lines(A, B), caps=Caps(articles=1))
    assert "more than 1 categories. Is category the right column?" in refusal(
        reading, lines(A, B), caps=Caps(categories=1)
    )
    assert len(reading(lines(A, B), caps=Caps(articles=2, categories=2))) == 2


def test_a_file_of_too_many_bad_lines_is_not_read_to_its_end(reading: Reading) -> None:
    """Found by ``benchmarks.bad_input``: 60 MB of commas took minutes, each being counted."""
    assert refusal(reading, b"[" + b"," * 500_000, caps=Caps(articles=3)) == (
        "More than 3 rows of news.json cannot be read. Line 1: article 1: nothing between commas."
    )
    assert len(reading(lines(A, B) + b"{\n" * 3, caps=Caps(articles=3))) == 2


def test_bad_lines_of_a_csv_are_counted_without_being_held(reading: Reading) -> None:
    """Found by ``benchmarks.bad_input``: ``csv.reader`` skips them in one go, and each was kept until then."""
    import tracemalloc

    given = CSV + b"\xff\n" * 40_000 + b"Rain again,WEATHER,,\n"
    reading(CSV + b"\xff\n")  # imports, also the tables that encodings are told by
    tracemalloc.start()
    news = reading(given)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000  # cut into lines they are most of it; with 40,000 reasons it was 12 MB
    assert news.table["headline"].tolist() == ["Rain ahead", "Team wins", "Rain again"]
    assert news.rejected_count == 40_000
    assert [one.line for one in news.rejected] == list(range(4, 1_004))


def test_a_row_begins_where_it_begins_whatever_was_skipped_before_and_within_it(reading: Reading) -> None:
    news = reading(b'headline,category\n\xff\n\xff\n"two\n\xff\nlines",X\n\xff\nonly\nlast,X\n\xff')
    assert news.table["headline"].tolist() == ["two\nlines", "last"]
    assert [one.line for one in news.rejected] == [2, 3, 5, 7, 8, 10]
    assert news.rejected[4].reason == "1 column, but the first line names 2"


def test_long_articles_are_moved_into_the_table_before_there_are_many(reading: Reading) -> None:
    """Found by ``benchmarks.bad_input``: a whole batch of them was held beside the table."""
    import tracemalloc

    long = [A | {"headline": f"{n} " + "x" * 2_000_000} for n in range(12)]
    given = lines(*long)
    tracemalloc.start()
    news = reading(given)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 24_000_000  # Arrow's own memory is not traced; twelve would be 24 MB of text alone
    assert news.table["headline"].str.len().tolist() == [2_000_002] * 10 + [2_000_003] * 2


def test_rejected_lines_are_all_counted_and_the_first_thousand_kept(reading: Reading) -> None:
    news = reading(b"{\n" * 1_500 + lines(A))
    assert (news.rejected_count, len(news.rejected), len(news)) == (1_500, 1_000, 1)
    assert [one.line for one in news.rejected[:3]] == [1, 2, 3]


@pytest.mark.parametrize(
    ("bad", "line", "reason"),
    [
        (b"only one\n", 3, "1 column, but the first line names 2"),
        (b"a,b,c\n", 3, "3 columns, but the first line names 2"),
        (b"x,\n", 3, "CATEGORY is empty"),
        (b'"say "hi" now",X\n', 3, "must be written twice"),
        (b"caf\xc3\xa9 caf\xe9,X\n", 3, "byte 0xE9 at position 10 is not UTF-8"),
    ],
)
def test_bad_rows_of_a_csv(bad: bytes, line: int, reason: str, reading: Reading) -> None:
    news = reading(b"Headline , CATEGORY\nRain,WEATHER\n" + bad + b'"two\nlines",SPORTS\n')
    assert news.table["headline"].tolist() == ["Rain", "two\nlines"]
    assert [(one.line, reason in one.reason) for one in news.rejected] == [(line, True)]


def test_a_quotation_mark_that_is_never_closed(reading: Reading) -> None:
    news = reading(b'headline,category\nRain,WEATHER\n"oops,X\n' + b"Wind,WEATHER\n" * 20_000)
    assert news.rejected == (Rejected(line=3, reason="a quotation mark that is never closed"),)
    assert len(news) == 20_001
    news = reading(b'headline,category\nRain,WEATHER\n"oops,X\n')
    assert news.rejected == (Rejected(line=3, reason="ends too early, inside a quotation mark"),)


def test_nul_in_a_csv_is_replaced(reading: Reading) -> None:
    assert reading(b"headline,category\na\x00b,X\n").table["headline"].tolist() == ["a�b"]


def test_dates_of_every_kind(reading: Reading) -> None:
    given = ["2014-03-02", "2014-03-02T23:30:00+02:00", "March 2, 2014", 1393718400, 1393718400000, "", None]
    bad = ["soon", [2014], 1e300, float("inf"), True, "9" * 50, "99999-01-01"]
    content = lines(*(A | {"date": date} for date in given + bad))
    news = reading(content.replace(b"Infinity", b"1e999"))
    assert news.rejected_count == 0
    days = news.table["date"].dt.strftime("%Y-%m-%d").tolist()
    assert days[:5] == ["2014-03-02"] * 5
    assert all(day is np.nan or day != day for day in days[5:])
    assert "7 articles had a date that cannot be read, so they are kept without a date." in news.warnings


def test_warnings_that_concern_the_whole_file(reading: Reading) -> None:
    one = [A | {"headline": str(number)} for number in range(10)]
    assert any("All articles are in one category" in w for w in reading(lines(*one)).warnings)
    assert any("“SPORTS” has only one article" in w for w in reading(lines(*one, B)).warnings)
    alike = [
        A,
        A | {"category": "Weather ", "headline": "2"},
        A | {"category": "WEA\u200bTHER", "headline": "3"},
    ]
    assert any("differ only in spaces, capitals or hidden" in w for w in reading(lines(*alike * 9)).warnings)
    copies = [w for w in reading(lines(*[A, B] * 5)).warnings if "leakage" in w]
    assert copies[0].startswith("8 articles repeat an earlier one word for word (80 %)")
    many = [{"headline": str(n), "category": str(n % 1_001)} for n in range(3_003)]
    assert any("1,001 categories are more than" in w for w in reading(lines(*many)).warnings)
    blank = [A | {"headline": "", "short_description": ""}]
    assert any("1 article without a word" in w for w in reading(lines(*one, B, B, *blank)).warnings)
    assert reading(lines(*one, B, B | {"headline": "Team loses"})).warnings == ()


@pytest.mark.parametrize("name", ["../../x", "..\\..\\x", "x", "/etc/x", "\u202ex"])
def test_the_name_shown_is_never_a_path(name: str, reading: Reading) -> None:
    assert reading(lines(A), name).name == "x"
    assert len(reading(lines(A), "x" * 300 + ".json").name) == 100


def test_hidden_characters_are_kept_in_the_table_and_written_out_for_the_eye(reading: Reading) -> None:
    news = reading(lines(A | {"headline": "a\u202eb\u200b"}))
    assert news.table["headline"][0] == "a\u202eb\u200b"
    assert escape_hidden("a\u202eb\u200b") == "a⟨U+202E⟩b⟨U+200B⟩"
    assert escape_hidden("plain – “text” 👍") == "plain – “text” 👍"


def test_counts_by_hand(reading: Reading) -> None:
    news = reading(lines(A, B, B | {"headline": "Team loses again"}, A | {"date": None}))
    assert articles_per_category(news).to_dict() == {"SPORTS": 2, "WEATHER": 2}
    assert list(articles_per_category(news).index) == ["SPORTS", "WEATHER"]
    months = articles_per_month(news)
    assert [(f"{month:%Y-%m}", count) for month, count in months.items()] == [
        ("2014-03", 1),
        ("2014-04", 0),
        ("2014-05", 2),
    ]
    assert words_per_text(news).tolist() == [5, 2, 3, 5]
    assert len(articles_per_month(reading(lines(A | {"date": None})))) == 0


@pytest.mark.slow
def test_progress_rises_to_one(reading: Reading) -> None:
    many = lines(*({"headline": f"{number**3}", "category": "N"} for number in range(60_000)))
    for pack in (bytes, gzip.compress, lambda content: zipped(a=content)):
        shares: list[float] = []
        reading(pack(many), progress=shares.append)
        assert shares == sorted(shares)
        assert shares[-1] == 1.0
        assert 0 <= shares[0] < 1


text = st.text(max_size=30)
# JSON's integers beyond 64 bits are read as floats.
integers = st.integers(-(2**63) + 1, 2**63 - 1)
maybe = st.one_of(text, st.none(), integers, st.floats(), st.lists(text, max_size=2), st.booleans())
records = st.dictionaries(
    st.sampled_from(["headline", "category", "short_description", "date", "link"]), maybe
)


def expected_label(value: Any) -> str:
    """The category, empty for none: a text without blanks around it, a number, the first of a list."""
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, float) and np.isfinite(value):
        return f"{value:.0f}" if value == round(value) and abs(value) < 1e15 else str(value)
    return str(value).strip() if isinstance(value, str | int) else ""


def test_a_category_of_hundreds_of_digits_is_rejected(reading: Reading) -> None:
    assert isinstance(build_article({"category": 10**400}, Columns(category="category"), 1), Rejected)
    news = reading(lines(A, A | {"category": 10**400}, A | {"category": 10**20}))
    assert news.rejected == (Rejected(line=2, reason="category is a number without end, not a label"),)
    assert news.categories == ("1e+20", "WEATHER")


@given(st.lists(st.one_of(records, maybe), max_size=8), st.integers(1, 64))
def test_the_quick_way_and_blocks_of_any_size_give_what_json_gives(given_: list[Any], size: int) -> None:
    """Lines are read as the standard library reads them, wherever the blocks are cut."""
    content = lines(A, *given_, B)
    blocks = [content[at : at + size] for at in range(0, len(content), size)]
    whole = list(read_articles([content], "x", Caps()))
    assert [repr(one) for one in read_articles(blocks, "x", Caps())] == [repr(one) for one in whole]
    expected = []
    for one in [A, *given_, B]:
        if isinstance(one, dict) and isinstance(one.get("headline"), str):
            label = expected_label(one.get("category"))
            if label:
                expected.append(tuple(t.replace("\x00", "�") for t in (one["headline"], label)))
    kept = [(one.headline, one.category) for one in whole if isinstance(one, Article)]
    assert kept == expected


@given(st.lists(records, max_size=6), st.integers(1, 64), st.sampled_from([None, 1, "\t"]))
def test_an_array_gives_the_articles_that_lines_give(given_: list[Any], size: int, indent: Any) -> None:
    content = json.dumps([A, *given_, B], indent=indent).encode()
    blocks = [content[at : at + size] for at in range(0, len(content), size)]
    of_lines = [
        repr(one) for one in read_articles([lines(A, *given_, B)], "x", Caps()) if isinstance(one, Article)
    ]
    assert [repr(one) for one in read_articles(blocks, "x", Caps()) if isinstance(one, Article)] == of_lines


@given(st.binary(max_size=200))
def test_any_bytes_give_articles_or_a_sentence(content: bytes) -> None:
    for start in (b"", b"[", lines(A), b"headline,category\n"):
        with contextlib.suppress(NewsFileError):
            assert all(
                isinstance(one, Article | Rejected) for one in read_articles([start + content], "x", Caps())
            )


odd = st.one_of(
    st.binary(max_size=12),
    st.sampled_from(
        [b"\xef\xbb\xbf", b"\xff\xfe", b"\xe2\x80\xa8", b"\\ud800", b"\\u0000", b"1e999", b"NaN", b"[" * 3000]
    ),
    st.sampled_from(
        [b'"', b"\n", b"\r", b"{", b"}", b"]", b",", b"\x00", b"9" * 5000, b"PK\x01\x02", b"\x1f\x8b\x08"]
    ),
)


@hypothesis_settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(sorted(SHAPES)),
    st.sampled_from(sorted(PACKINGS)),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 20), odd), min_size=1, max_size=4),
    st.booleans(),
)
def test_any_bytes_within_a_good_file_give_a_table_or_a_sentence_and_leave_nothing_behind(
    tmp_path: Path, shape: str, packing: str, changes: list[tuple[float, int, bytes]], before_packing: bool
) -> None:
    """Bytes are put in, or in the place of others, before the file is packed or after."""

    def changed(content: bytes) -> bytes:
        for place, instead, given_ in changes:
            at = round(place * len(content))
            content = content[:at] + given_ + content[at + instead :]
        return content

    pack = PACKINGS[packing]
    stored = pack(changed(SHAPES[shape])) if before_packing else changed(pack(SHAPES[shape]))
    path = tmp_path / "stored"
    path.write_bytes(stored)
    with contextlib.suppress(NewsFileError):
        news = read_news(path)
        assert news.fingerprint == hashlib.sha256(stored).hexdigest()
        assert len(news) >= 1
        assert len(news.rejected) == news.rejected_count
        assert news.table["text"].map(lambda text: text.encode()).notna().all()  # no half of a surrogate pair
        assert (news.table["category"].astype(str).str.strip() != "").all()
    assert [one.name for one in tmp_path.iterdir()] == ["stored"]


@pytest.mark.long
@pytest.mark.slow
def test_the_real_file_as_pandas_reads_it(real_news_path: Path) -> None:
    news = read_news(real_news_path)
    theirs = pd.read_json(real_news_path, lines=True)
    assert len(news) == 180_768
    assert news.rejected_count == 0
    assert len(news.categories) == 41
    for column in ("headline", "short_description"):
        composed = theirs[column].map(lambda text: unicodedata.normalize("NFC", text).strip())
        assert (news.table[column] == composed).all()
    assert (news.table["category"].astype(str) == theirs["category"]).all()
    assert (news.table["date"] == theirs["date"]).all()
    assert int((news.table["short_description"] == "").sum()) == int(
        (theirs["short_description"] == "").sum()
    )


@pytest.mark.parametrize("header", [b"PK\x03\x04", b"PK\x01\x02"], ids=["of the file", "of the list"])
def test_a_zip_whose_name_is_not_the_utf_8_that_it_claims_is_refused(tmp_path: Path, header: bytes) -> None:
    """Found by ``benchmarks.fuzz``: Python's ``zipfile`` lets the decoder's own error through."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("\u00e9.json", b"{}")
    data = bytearray(stream.getvalue())
    name = data.index("\u00e9".encode(), data.index(header))
    data[name] = 0x91
    path = tmp_path / "n.zip"
    path.write_bytes(data)
    with pytest.raises(NewsFileError, match="damaged"):
        read_news(path)
