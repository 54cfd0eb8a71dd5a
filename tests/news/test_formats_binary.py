"""Parquet, Arrow, workbooks and databases: the same rows as in text, and a sentence for what cannot be read."""

import datetime
import io
import json
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pandas as pd
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import NewsFileError
from core.news.caps import Caps
from core.news.formats import workbook, workbook_size
from core.news.formats.articles import Article, Rejected
from core.news.formats.raw_table import RawTable, Row
from core.news.formats.recognition import open_table
from core.news.reading import Columns

COLUMNS = Columns(headline="title", category="label", description="text", date="date")
ROWS: list[dict[str, Any]] = [
    {"title": "Rain, “ahead”", "label": "WEATHER", "text": "Bring\na coat", "n": 1},
    {"title": "हवा चली", "label": "SPORTS", "text": None, "n": 2},
    {"title": "<Wind> & more", "label": "WEATHER", "text": "It blows", "n": 3},
]


def table_of(path: Path, *, caps: Caps | None = None) -> RawTable:
    return open_table([], path, "news", caps or Caps())


def rows(path: Path) -> list[dict[str, Any]]:
    return [dict(row.values) for row in table_of(path).rows() if isinstance(row, Row)]


def articles(path: Path, columns: Columns = COLUMNS) -> list[Article]:
    return [row for row in table_of(path).articles(columns) if isinstance(row, Article)]


def rejected(path: Path, columns: Columns = COLUMNS) -> list[tuple[int, str]]:
    given_ = table_of(path).articles(columns)
    return [(article.line, article.reason) for article in given_ if isinstance(article, Rejected)]


def cell(reference: str, value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return f'<c r="{reference}" t="b"><v>{int(value)}</v></c>'
        case int() | float():
            return f'<c r="{reference}"><v>{value}</v></c>'
        case datetime.date():
            days = (value - datetime.date(1899, 12, 30)).days
            return f'<c r="{reference}" s="1"><v>{days}</v></c>'
    return f'<c r="{reference}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'


def xlsx(path: Path, sheets: dict[str, list[list[Any]]], *, extra: str = "") -> Path:
    """A workbook, with no more than its format asks for; style 1 is a date."""
    office = "http://schemas.openxmlformats.org"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{office}/package/2006/relationships"><Relationship Id="r" '
            f'Type="{office}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/>'
            "</Relationships>",
        )
        numbers = range(1, len(sheets) + 1)
        named = zip(numbers, sheets, strict=True)
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{office}/spreadsheetml/2006/main" xmlns:r="{office}/officeDocument/2006/relationships">'
            "<sheets>"
            + "".join(f'<sheet name="{escape(name)}" sheetId="{n}" r:id="r{n}"/>' for n, name in named)
            + "</sheets></workbook>",
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{office}/package/2006/relationships">'
            + "".join(
                f'<Relationship Id="r{n}" Type="{office}/officeDocument/2006/relationships/worksheet" '
                f'Target="worksheets/sheet{n}.xml"/>'
                for n in numbers
            )
            + f'<Relationship Id="s" Type="{office}/officeDocument/2006/relationships/styles" Target="styles.xml"/>'
            "</Relationships>",
        )
        archive.writestr(
            "xl/styles.xml",
            f'<styleSheet xmlns="{office}/spreadsheetml/2006/main"><cellXfs count="2"><xf numFmtId="0"/>'
            '<xf numFmtId="14"/></cellXfs></styleSheet>',
        )
        for n, table in zip(numbers, sheets.values(), strict=True):
            body = "".join(
                f'<row r="{number}">'
                + "".join(cell(f"{chr(65 + column)}{number}", value) for column, value in enumerate(values))
                + "</row>"
                for number, values in enumerate(table, start=1)
            )
            archive.writestr(
                f"xl/worksheets/sheet{n}.xml",
                f'<worksheet xmlns="{office}/spreadsheetml/2006/main"><sheetData>{body}{extra}</sheetData></worksheet>',
            )
    return path


def workbook_of(path: Path, table: list[dict[str, Any]]) -> Path:
    return xlsx(path, {"News": [list(table[0]), *(list(row.values()) for row in table)]})


def database_of(path: Path, table: list[dict[str, Any]]) -> Path:
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as database:
        names = ", ".join(f'"{name}"' for name in table[0])
        database.execute(f"CREATE TABLE news ({names})")
        marks = ", ".join("?" * len(table[0]))
        database.executemany(f"INSERT INTO news VALUES ({marks})", [list(row.values()) for row in table])
    database.close()
    return path


def parquet_of(path: Path, table: list[dict[str, Any]]) -> Path:
    pq.write_table(pa.Table.from_pylist(table), path)
    return path


def feather_of(path: Path, table: list[dict[str, Any]]) -> Path:
    pyarrow.feather.write_feather(pa.Table.from_pylist(table), str(path), compression="zstd")
    return path


WRITERS: dict[str, Callable[[Path, list[dict[str, Any]]], Path]] = {
    "Parquet": parquet_of,
    "Arrow": feather_of,
    "the sheet “News” of a workbook": workbook_of,
    "the table “news” of an SQLite database": database_of,
}


@pytest.mark.parametrize("kind", WRITERS)
def test_every_format_gives_the_same_rows(kind: str, tmp_path: Path) -> None:
    path = WRITERS[kind](tmp_path / "misleading.png", ROWS)
    table = table_of(path)
    assert table.kind == kind
    assert table.columns == ("title", "label", "text", "n")
    assert rows(path) == ROWS
    assert [dict(row) for row in table.sample] == ROWS
    given_ = [(article.headline, article.category, article.short_description) for article in articles(path)]
    assert given_ == [(row["title"], row["label"], row["text"]) for row in ROWS]
    assert rejected(path) == []


def test_dates_keep_their_types(tmp_path: Path) -> None:
    day = datetime.date(2014, 3, 2)
    table: list[dict[str, Any]] = [
        {"title": "Rain", "label": "X", "date": day},
        {"title": "Wind", "label": "Y", "date": None},
    ]
    assert [article.date for article in articles(parquet_of(tmp_path / "p", table))] == [day, None]
    assert [article.date for article in articles(workbook_of(tmp_path / "x", table))] == [day, None]
    stamps = pd.DataFrame({"title": ["Rain"], "label": ["X"], "date": [pd.Timestamp("2014-03-02 10:30")]})
    stamps.to_parquet(tmp_path / "s")
    assert [article.date for article in articles(tmp_path / "s")] == [datetime.datetime(2014, 3, 2, 10, 30)]
    beyond = pa.table({"title": ["Rain"], "label": ["X"], "date": pa.array([2**40], pa.timestamp("s"))})
    pq.write_table(beyond, tmp_path / "b")
    assert [article.date for article in articles(tmp_path / "b")] == [None]


@pytest.mark.parametrize(
    ("labels", "categories"),
    [
        ([1, 2], ["1", "2"]),
        ([1.0, 2.5], ["1", "2.5"]),
        ([True, False], ["true", "false"]),
        ([Decimal("1.00"), Decimal("2.5")], ["1", "2.5"]),
        ([["A", "B"], ["C"]], ["A", "C"]),
        ([b"A", b"\xc3\xa9"], ["A", "é"]),
        ([datetime.date(2014, 1, 1), datetime.date(2015, 1, 1)], ["2014-01-01", "2015-01-01"]),
    ],
)
def test_a_label_of_any_type_becomes_a_category(
    labels: list[Any], categories: list[str], tmp_path: Path
) -> None:
    path = parquet_of(tmp_path / "p", [{"title": "x", "label": label} for label in labels])
    assert [article.category for article in articles(path)] == categories


def test_numbered_labels_get_the_names_that_the_hub_gives_them(tmp_path: Path) -> None:
    features = {"text": {"_type": "Value"}, "label": {"names": ["World", "Sports"], "_type": "ClassLabel"}}
    table = pa.table({"text": ["Rain", "Wind", "Sun"], "label": [1, 0, 7]})
    metadata = {"huggingface": json.dumps({"info": {"features": features}})}
    pq.write_table(table.replace_schema_metadata(metadata), tmp_path / "p")
    columns = Columns(headline="text", category="label")
    assert [article.category for article in articles(tmp_path / "p", columns)] == ["Sports", "World", "7"]


def test_rows_that_give_no_article_are_named_by_their_number(tmp_path: Path) -> None:
    table: list[dict[str, Any]] = [
        {"title": "Rain", "label": None},
        {"title": None, "label": "X"},
        {"title": "Wind", "label": "Y"},
    ]
    for kind, write in WRITERS.items():
        first = 2 if "workbook" in kind else 1  # a sheet's first row is its header
        assert rejected(write(tmp_path / "news", table)) == [
            (first, "label is null, not text"),
            (first + 1, "title is null, not text"),
        ]


def test_a_headline_that_a_sheet_takes_for_a_number_is_a_text(tmp_path: Path) -> None:
    path = workbook_of(tmp_path / "x", [{"title": 1984, "label": "BOOKS"}, {"title": 7.5, "label": "FILM"}])
    assert [article.headline for article in articles(path)] == ["1984", "7.5"]


def test_a_sheet_may_have_a_title_empty_rows_and_neighbours(tmp_path: Path) -> None:
    sheets: dict[str, list[list[Any]]] = {
        "Notes": [["Only a note"]],
        "Autumn": [["News of our class"], [], ["title", "label"], ["Rain", "X"], [], ["Wind", "Y"]],
        "Spring": [["title", "label"], ["Sun", "X"]],
    }
    table = table_of(xlsx(tmp_path / "x", sheets))
    assert table.columns == ("title", "label")
    assert [(row.line, *row.values.values()) for row in table.rows() if isinstance(row, Row)] == [
        (4, "Rain", "X"),
        (6, "Wind", "Y"),
    ]
    assert table.remarks == (
        "The first line is a title.",
        "The workbook has several sheets. “Autumn” is read, not “Notes”, “Spring”.",
    )


def test_the_sheet_with_headline_and_category_is_read_wherever_it_stands(tmp_path: Path) -> None:
    sheets: dict[str, list[list[Any]]] = {
        "Read me": [["About", "This workbook"], ["Author", "Ms Low"], ["Year", 2021]],
        "Data": [["Title", "Label"], ["Rain in the north", "X"], ["A team wins", "Y"]],
        "More": [["Title", "Label"], ["Wind", "Y"]],
    }
    table = table_of(xlsx(tmp_path / "x", sheets))
    assert (table.kind, table.columns) == ("the sheet “Data” of a workbook", ("Title", "Label"))
    assert table.remarks == ("The workbook has several sheets. “Data” is read, not “Read me”, “More”.",)
    del sheets["Data"], sheets["More"]
    assert table_of(xlsx(tmp_path / "x", sheets)).kind == "the sheet “Read me” of a workbook"


def test_a_sheet_that_claims_to_be_vast_is_refused_before_it_is_held(tmp_path: Path) -> None:
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    path = xlsx(tmp_path / "x", {"News": [["title", "label"], ["Rain", "X"]]}, extra=far)
    with pytest.raises(NewsFileError, match="too many cells"):
        table_of(path)


def ods(path: Path, rows_of_xml: str) -> Path:
    namespaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", kind)
        manifest = 'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
        archive.writestr(
            "META-INF/manifest.xml",
            f'<manifest:manifest {manifest}><manifest:file-entry manifest:full-path="/" '
            f'manifest:media-type="{kind}"/></manifest:manifest>',
        )
        archive.writestr(
            "content.xml",
            f"<office:document-content {namespaces}><office:body><office:spreadsheet>"
            f'<table:table table:name="News">{rows_of_xml}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return path


def ods_row(*texts: str, attributes: str = "", more: str = "") -> str:
    cells = "".join(
        f'<table:table-cell office:value-type="string"{more}><text:p>{text}</text:p></table:table-cell>'
        for text in texts
    )
    return f"<table:table-row{attributes}>{cells}</table:table-row>"


def test_an_open_document_is_read_and_its_empty_rows_are_none(tmp_path: Path) -> None:
    empty = (
        '<table:table-row table:number-rows-repeated="1048573">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    path = ods(
        tmp_path / "o", ods_row("title", "label") + ods_row("Rain", "X") + ods_row("Wind", "Y") + empty
    )
    assert rows(path) == [{"title": "Rain", "label": "X"}, {"title": "Wind", "label": "Y"}]


@pytest.mark.parametrize(
    ("attributes", "more"),
    [
        (' table:number-rows-repeated="1000000"', ' table:number-columns-repeated="16384"'),
        (' table:number-rows-repeated="20000000"', ""),
        ("", ' table:number-columns-repeated="30000000"'),
    ],
)
def test_a_row_that_comes_too_often_is_refused(attributes: str, more: str, tmp_path: Path) -> None:
    row = ods_row("Rain", "X", attributes=attributes, more=more)
    with pytest.raises(NewsFileError, match="too many cells"):
        table_of(ods(tmp_path / "o", ods_row("title", "label") + row))


def test_a_workbook_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook_size, "MAX_UNPACKED", 1_000_000)
    path = xlsx(tmp_path / "x", {"News": [["title", "label"], ["x" * 2_000_000, "X"]]})
    with pytest.raises(NewsFileError, match="too many cells"):
        table_of(path)


def test_of_several_tables_the_one_with_articles_is_read(tmp_path: Path) -> None:
    path = database_of(tmp_path / "d", ROWS)
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE visits (visitor INTEGER, seconds REAL)")
        database.execute(
            "CREATE VIEW endless AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x FROM n) SELECT x FROM n"
        )
    database.close()
    assert rows(path) == ROWS
    before = path.read_bytes()
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE more AS SELECT * FROM news")
    database.close()
    with pytest.raises(NewsFileError, match=r"several tables of articles \(“news”, “more”\)"):
        table_of(path)
    path.write_bytes(before)
    assert len(articles(path)) == 3
    assert path.read_bytes() == before
    assert [found.name for found in tmp_path.iterdir()] == ["d"]


@pytest.mark.parametrize("kind", WRITERS)
def test_a_damaged_file_keeps_what_can_be_read_or_is_refused_in_our_words(kind: str, tmp_path: Path) -> None:
    table = [{"title": f"Rain {number}", "label": "AB"[number % 2]} for number in range(3_000)]
    whole = WRITERS[kind](tmp_path / "news", table).read_bytes()
    for share in (0.1, 0.5, 0.9, 0.999):
        for damaged in (
            whole[: int(len(whole) * share)],
            whole[: int(len(whole) * share)] + b"\xff" * 40 + whole[int(len(whole) * share) + 40 :],
        ):
            (tmp_path / "news").write_bytes(damaged)
            try:
                given_ = list(table_of(tmp_path / "news").articles(COLUMNS))
            except NewsFileError as error:
                assert str(error).startswith("news ")  # noqa: PT017
            else:
                assert len(given_) >= 1


def test_an_arrow_file_whose_columns_have_no_names_is_refused_in_our_words(tmp_path: Path) -> None:
    """Found by ``benchmarks.fuzz``: a column's name that is not UTF-8."""
    path = feather_of(tmp_path / "news.arrow", [{"headline": "Rain", "category": "A"}])
    path.write_bytes(path.read_bytes().replace(b"headline", b"head\xf8ine"))
    with pytest.raises(NewsFileError, match="a damaged Arrow file"):
        table_of(path)


def test_a_parquet_file_with_a_vast_number_of_rows_is_refused(tmp_path: Path) -> None:
    path = parquet_of(tmp_path / "p", ROWS)
    with pytest.raises(NewsFileError, match="has 3 rows in 0 MB: keep fewer of them"):
        table_of(path, caps=Caps(articles=2))
    once = pa.array(["x" * 100_000] * 3_000).dictionary_encode()
    pq.write_table(pa.table({"title": once, "label": ["X"] * 3_000}), path)
    assert path.stat().st_size < 200_000
    with pytest.raises(NewsFileError, match=r"GB of text\. Keep fewer articles"):
        list(table_of(path, caps=Caps(unpacked=2**24)).rows())


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)


@given(
    st.lists(st.tuples(texts, texts), min_size=1, max_size=6),
    st.sampled_from([kind for kind in WRITERS if "workbook" not in kind]),  # XML holds no control characters
)
def test_any_texts_are_read_back(given_: list[tuple[str, str]], kind: str) -> None:
    table = [{"title": title, "label": label} for title, label in given_]
    with tempfile.TemporaryDirectory() as folder:
        assert rows(WRITERS[kind](Path(folder) / "news", table)) == table


def test_a_zip_of_another_kind_is_no_workbook(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("news.json", b"{}")
    (tmp_path / "a").write_bytes(stream.getvalue())
    assert not workbook.is_workbook(tmp_path / "a")
    assert workbook.is_workbook(xlsx(tmp_path / "x", {"News": [["title"]]}))


def test_a_workbook_whose_table_of_contents_is_damaged_is_refused(tmp_path: Path) -> None:
    """Found by ``benchmarks.fuzz``: bytes that are missing make ``zipfile`` look before the file's first byte."""
    path = xlsx(tmp_path / "x", {"News": [["title", "label"], ["Rain", "X"]]})
    content = path.read_bytes()
    path.write_bytes(content[:40] + content[300:])
    with pytest.raises(NewsFileError, match="a damaged workbook"):
        table_of(path)
