"""CSV in the shapes that programs and people write it: separators, headers, line ends, quotation marks."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.news.caps import Caps
from core.news.formats.articles import Rejected
from core.news.formats.csv_layout import DELIMITERS
from core.news.formats.raw_table import RawTable, Row
from core.news.formats.recognition import open_table


def table_of(content: bytes, *, caps: Caps | None = None) -> RawTable:
    return open_table([content], Path("news"), "news", caps or Caps())


def cells(content: bytes) -> list[list[str]]:
    """The cells of each row that can be read."""
    return [list(row.values.values()) for row in table_of(content).rows() if isinstance(row, Row)]


def rejected(content: bytes) -> list[tuple[int, str]]:
    return [(row.line, row.reason) for row in table_of(content).rows() if isinstance(row, Rejected)]


ROWS = [["Rain, ahead", "WEATHER"], ["Team; wins | today", "SPORTS"], ["Wind\tturns", "WEATHER"]]


def written(rows: Sequence[Sequence[str]], delimiter: str = ",", end: str = "\n") -> bytes:
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter, lineterminator=end).writerows(rows)
    return stream.getvalue().encode()


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", DELIMITERS)
@pytest.mark.parametrize("names", [["headline", "category"], ["Überschrift", "Rubrik"], ["foo", "bar"]])
def test_the_content_decides_the_separator(names: list[str], delimiter: str, end: str) -> None:
    content = written([names, *ROWS], delimiter, end)
    table = table_of(content)
    assert table.columns == tuple(names)
    assert table.kind == f"CSV, separated by {DELIMITERS[delimiter]}"
    assert cells(content) == ROWS
    assert rejected(content) == []


@pytest.mark.parametrize("line", [b"sep=;\n", b'"sep=;"\r\n', b"SEP=;\n"])
def test_a_line_for_excel_names_the_separator(line: bytes) -> None:
    content = line + b"title;class\r\nRain, again;X\r\nWind, too;Y\r\n"
    assert table_of(content).columns == ("title", "class")
    assert cells(content) == [["Rain, again", "X"], ["Wind, too", "Y"]]
    assert [row.line for row in table_of(content).rows()] == [3, 4]


def test_a_title_above_the_header_is_no_article() -> None:
    content = b"News of our class, autumn,\n,,\ntitle,topic,date\nRain,X,2014-01-02\nWind,Y,2014-01-03\n"
    table = table_of(content)
    assert table.columns == ("title", "topic", "date")
    assert table.remarks == ("The first 2 lines are a title, not articles.",)
    assert [row.line for row in table.rows()] == [4, 5]


@pytest.mark.parametrize(
    "first",
    [
        "3,Wall Street turns round,Shares rose",  # a number
        "WEATHER,Rain,It rains",  # a category that comes again
        "SCIENCE,A telescope sees the first stars of all,Far away",  # a long text
        "SCIENCE,Rain,",  # nothing in it
    ],
)
def test_a_file_without_a_header_keeps_its_first_row(first: str) -> None:
    content = f"{first}\nWEATHER,Rain,It rains\nSPORTS,Team wins,A game\nWEATHER,Wind,It blows\n".encode()
    table = table_of(content)
    assert table.columns == ("column 1", "column 2", "column 3")
    assert "not a header" in table.remarks[0]
    assert cells(content)[0] == first.split(",")
    assert len(cells(content)) == 4


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        (",headline,category", ("column 1", "headline", "category")),
        ("title,text,text", ("title", "text", "text (2)")),
        ("headline,category", ("column 1", "headline", "category")),  # as R writes names of rows
        ("0,1,2", ("0", "1", "2")),  # as pandas writes columns without names
        (" Headline , CATEGORY , x ", ("Headline", "CATEGORY", "x")),
    ],
)
def test_every_column_gets_a_name_of_its_own(header: str, columns: tuple[str, ...]) -> None:
    content = f"{header}\n1,Rain,WEATHER\n2,Wind,SPORTS\n".encode()
    assert table_of(content).columns == columns
    assert cells(content) == [["1", "Rain", "WEATHER"], ["2", "Wind", "SPORTS"]]


def test_line_ends_may_be_mixed_and_stay_as_they_are_inside_of_quotation_marks() -> None:
    content = b'headline,category\na,X\rb,Y\rc,Z\r\nd,W\n"e\rf\r\ng\nh",V\n'
    assert cells(content) == [["a", "X"], ["b", "Y"], ["c", "Z"], ["d", "W"], ["e\rf\r\ng\nh", "V"]]


def test_more_carriage_returns_inside_of_quotation_marks_than_lines_end_no_line() -> None:
    content = b'headline,category\r\n"a\rb\rc\rd",X\r\n"e",Y\r\n'
    assert cells(content) == [["a\rb\rc\rd", "X"], ["e", "Y"]]


@pytest.mark.parametrize("delimiter", [",", "|"])
def test_each_line_may_have_an_end_of_its_own(delimiter: str) -> None:
    rows = [[f"Rain {n}", "WEATHER" if n % 2 else "SPORTS"] for n in range(60)]
    lines = [delimiter.join(row) for row in [["title", "topic"], *rows]]
    ends = ["\r", "\n", "\r\n", "\r", "\r\n", "\n"]
    content = "".join(line + ends[n % 6] for n, line in enumerate(lines))
    assert cells(content.encode()) == rows
    broken = content.replace(f"Rain 30{delimiter}SPORTS", "Rain 30")  # costs its own row alone
    assert cells(broken.encode()) == rows[:30] + rows[31:]
    assert [line for line, _ in rejected(broken.encode())] == [32]


FORM = (
    "Marca de la hora",
    "Escribe un titular que te haya gustado mucho",
    "¿De qué trata el titular elegido?",
)


@pytest.mark.parametrize(
    "filled",
    [
        ("27/11/2026 20:15:30", "26/11/2026 9:05:01", "26/11/2026 9:05:07"),
        ("2026/11/27 8:15:30 PM GMT+1", "2026/11/26 9:05:01 AM GMT+1", "2026/11/26 9:05:07 AM GMT+1"),
        ("ana@colegio.es", "leo@colegio.es", "eva@colegio.es"),
        ("https://forms.example/1", "https://forms.example/2", "https://forms.example/3"),
    ],
)  # fmt: skip
def test_questions_of_a_form_are_a_header_over_answers_of_another_kind(filled: Sequence[str]) -> None:
    answers = [[value, f"La lluvia cae sobre el norte {row}", "Clima"] for row, value in enumerate(filled)]
    table = table_of(written([FORM, *answers]))
    assert table.columns == FORM
    assert cells(written([FORM, *answers])) == answers
    assert table.remarks == ()


def test_a_known_name_makes_a_header_of_long_names() -> None:
    header = ("Headline", "What made you choose it, in a sentence or two?")
    assert (
        table_of(written([header, ("Rain in the north", "I was there"), ("Team wins", "A fan")])).columns
        == header
    )


def test_long_cells_that_nothing_tells_from_the_others_are_an_article() -> None:
    rows = [
        ["Rain floods the old town", "WORLD"],
        ["Striker scores twice again", "SPORT"],
        ["Bank cuts rates", "ARTS"],
    ]
    assert cells(written(rows)) == rows


def test_a_header_whose_last_names_are_empty_is_a_header() -> None:
    rows = [["ham" if n % 3 else "spam", f"Call me at {n}", "", "", ""] for n in range(20)]
    rows[7][2] = " or write"
    content = written([["v1", "v2", "", "", ""], *rows])
    assert table_of(content).columns == ("v1", "v2", "column 3", "column 4", "column 5")
    assert cells(content) == rows
    assert table_of(written(rows)).columns[0] == "column 1"  # the same rows without one


@pytest.mark.parametrize(
    ("row", "headline"),
    [
        (r'"The \"best\" of it",X', 'The "best" of it'),
        (r'"Ends with a \"mark\"",X', 'Ends with a "mark"'),
        (r'"A path C:\\new, ""here""",X', 'A path C:\\new, "here"'),
    ],
)
def test_quotation_marks_may_be_escaped_by_backslashes(row: str, headline: str) -> None:
    content = f'headline,category\n{row}\nplain,Y\n"and \\"more\\" of it",Z\n'.encode()
    assert [values[0] for values in cells(content)] == [headline, "plain", 'and "more" of it']


@pytest.mark.parametrize("delimiter", DELIMITERS)
@pytest.mark.parametrize("escaped", ["''", "\\'"])
@pytest.mark.parametrize("header", ["headline{0}category\n", "'headline'{0}'category'\n", ""])
def test_cells_may_stand_in_single_marks(delimiter: str, escaped: str, header: str) -> None:
    """Their separators tore rows apart, and the marks stayed."""
    rows = [(f'Rain, wind; "sun" | don\'t go {number}', "weather") for number in range(4)]
    rows += [(f"The team\twins {number}", "sports") for number in range(4)]
    lines = (
        delimiter.join(f"'{cell.replace(mark, escaped)}'" for cell in row) for mark in "'" for row in rows
    )
    content = (header.format(delimiter) + "\n".join(lines)).encode()
    assert cells(content) == [list(row) for row in rows]


@pytest.mark.parametrize(
    "text", ["It's day {} of 'the deal'", "'Tis cold in {} towns", "'Stay home {}' is off", "'Stay {}'"]
)
def test_apostrophes_and_quotations_of_a_text_stay(text: str) -> None:
    rows = [
        [text.format(number), "sports"] if number % 2 else [f"Wind {number}", "weather"]
        for number in range(9)
    ]
    assert cells(written([["headline", "category"], *rows])) == rows


def test_an_apostrophe_that_ends_a_cell_too_early_costs_its_row_with_the_reason() -> None:
    rows = [f"'Rain, wind {number}','weather'\n" for number in range(20)]
    content = "".join(["headline,category\n", *rows, "'Don't go','weather'\n"]).encode()
    assert len(cells(content)) == 20
    assert rejected(content) == [(22, "a quotation mark inside quotation marks must be written twice ('')")]


def test_rows_that_are_never_closed_cost_themselves_alone() -> None:
    """All texts have as many commas, so that without the marks each row has as many cells."""
    rows = [f"'weather','Rain, wind, sun {number}','link {number}'\n" for number in range(20)]
    damaged = "'weather','Rain, wind, sun','link\n"
    content = "".join(["category,headline,link\n", damaged, *rows[:9], damaged, *rows[9:]]).encode()
    assert [headline for _, headline, _ in cells(content)] == [
        f"Rain, wind, sun {number}" for number in range(20)
    ]
    assert [line for line, _ in rejected(content)] == [2, 12]


@pytest.mark.parametrize("headline", ["Rain, wind {}", "Rain {}"])
def test_single_marks_beside_double_ones_are_signs_of_the_text(headline: str) -> None:
    rows = [[headline.format(number), f"'{('sports', 'weather')[number % 2]}'"] for number in range(9)]
    content = "headline,category\n" + "".join(f'"{text}",{category}\n' for text, category in rows)
    assert cells(content.encode()) == rows


def test_backslashes_are_texts_in_a_file_that_doubles_its_marks() -> None:
    content = written([["headline", "category"], ['C:\\dir\\"a"', "X"], ["b\\", "Y"]])
    assert cells(content) == [['C:\\dir\\"a"', "X"], ["b\\", "Y"]]


@pytest.mark.parametrize("delimiter", DELIMITERS)
@pytest.mark.parametrize(
    "after",
    [
        ["Wind;WEATHER"] * 3,
        ['"Wind";WEATHER'] * 3,
        ['Wind of 12" size;WEATHER'] * 3,
        ['A screen of 12";WEATHER', "Wind;WEATHER"],
        ['Wind;"WEATHER"'],
        [],
    ],
)
def test_an_unclosed_quotation_mark_costs_its_own_row_only(after: list[str], delimiter: str) -> None:
    lines = ["headline;category", 'A 9" disk;X', "Rain;X", '"oops;X', *after]
    content = "\n".join(lines).replace(";", delimiter).encode() + b"\n"
    reason = "a quotation mark that is never closed" if after else "ends too early, inside a quotation mark"
    assert rejected(content) == [(4, reason)]
    assert len(cells(content)) == 2 + len(after)


def test_marks_at_the_start_of_a_text_are_part_of_it_where_tabs_tell_the_cells() -> None:
    content = b'headline\tcategory\n"Rain" says the forecast\tX\n"Wind"\tY\n'
    assert cells(content) == [['"Rain" says the forecast', "X"], ["Wind", "Y"]]
    assert rejected(content.replace(b"\t", b",")) == [
        (2, 'a quotation mark inside quotation marks must be written twice ("")')
    ]


def test_looking_for_the_end_of_a_text_is_bounded() -> None:
    """Each line opens a text that the next one seems to go on with: lines are parsed five times at most."""
    content = b"headline,category\n" + b'x","\n' * 40_000
    assert len(rejected(content)) == 40_000


def test_rows_of_another_width_are_named() -> None:
    content = b"headline,category\nRain,X,,\nWind\nStorm, today,X\n\n   \nSun,X\n,\n"
    assert rejected(content) == [
        (3, "1 column, but the first line names 2"),
        (4, "3 columns, but the first line names 2"),
    ]
    assert cells(content) == [["Rain", "X"], ["Sun", "X"], ["", ""]]


def test_a_text_without_columns_has_one() -> None:
    table = table_of(b"Rain, and wind\nSun\nStorm, they say\n")
    assert (table.kind, table.columns) == ("text, a row a line", ("column 1",))
    assert cells(b"Rain, and wind\nSun\nStorm, they say\n") == [
        ["Rain, and wind"],
        ["Sun"],
        ["Storm, they say"],
    ]
    assert table_of(b'headline\n"Rain, and wind"\nSun\n').columns == ("headline",)
    assert cells(b'headline\n"Rain, and wind"\nSun\n') == [["Rain, and wind"], ["Sun"]]


texts = st.text(max_size=12)


@given(
    st.lists(st.tuples(texts, texts, texts), min_size=1, max_size=12),
    st.sampled_from(sorted(DELIMITERS)),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_what_a_csv_writer_writes_is_read_back(
    rows: list[tuple[str, ...]], delimiter: str, end: str, quoting: int
) -> None:
    """All scripts, marks, blanks and line ends; \\r is quoted by the writer only if it is part of the line end."""
    if end == "\n":
        rows = [tuple(text.replace("\r", "") for text in row) for row in rows]
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter, lineterminator=end, quoting=quoting)  # type: ignore[arg-type]
    writer.writerows([("headline", "category", "date"), *rows])
    content = stream.getvalue().encode("utf-8", "replace")
    expected = [[text.encode("utf-8", "replace").decode() for text in row] for row in rows]
    assert rejected(content) == []
    assert cells(content) == expected


@given(st.lists(st.sampled_from(['"', ",", "\n", "a", '""', "\\", "\r\n", "\t", ";", "\xe9"]), max_size=40))
def test_rows_and_rejected_lines_account_for_every_line(parts: list[str]) -> None:
    content = b"headline,category\n" + "".join(parts).encode()
    lines = content.count(b"\n") + 1
    accounted: list[int] = []
    for row in table_of(content).rows():
        accounted.append(row.line)
    assert accounted == sorted(set(accounted))
    assert all(1 < line <= lines for line in accounted)
    blank = [number for number, line in enumerate(content.split(b"\n"), 1) if not line.strip(b" \r")]
    if b'"' not in content:  # a line is a row
        assert {*accounted, 1, *blank} == set(range(1, lines + 1))


PIPES = {
    "Markdown": "| title | label |\n|:---|---:|\n| {} | A |\n| {} | B |\n",
    "Markdown without a frame": "title | label\n--- | ---\n{} | A\n{} | B\n",
    "short rules": "|title|label|\n|-|-|\n|{}|A|\n|{}|B|\n",
    "psql": " title | label \n-------+-------\n {} | A\n {} | B\n",
    "mysql": "+----+----+\n| title | label |\n+----+----+\n| {} | A |\n| {} | B |\n+----+----+\n",
    "an org table": "| title | label |\n|-------+-------|\n| {} | A |\n| {} | B |\n",
}


@pytest.mark.parametrize("shape", PIPES)
def test_the_rules_and_frames_of_a_table_of_bars_are_no_rows(shape: str) -> None:
    content = PIPES[shape].format('Rain -- "here"', "Wind + hail").encode()
    assert table_of(content).columns == ("title", "label")
    assert [[cell.strip() for cell in row] for row in cells(content)] == [
        ['Rain -- "here"', "A"],
        ["Wind + hail", "B"],
    ]
    assert rejected(content) == []


def test_a_row_that_breaks_out_of_its_frame_is_rejected() -> None:
    content = b"| title | label |\n|---|---|\n| Rain | A |\n| Wind | hail | B |\n| Sun | B |\n"
    assert len(cells(content)) == 2
    assert rejected(content) == [(4, "3 columns, but the first line names 2")]


@pytest.mark.parametrize("delimiter", ["^", "~", "#", "@", "\xa6", "\x01", "\x1f"])
def test_rare_separators_of_three_columns(delimiter: str) -> None:
    rows = [["title", "label", "date"], ["Rain, hail", "A", "2021-03-01"], ["Wind", "B", "2021-03-02"]]
    content = "".join(delimiter.join(row) + "\n" for row in rows).encode()
    assert table_of(content).columns == tuple(rows[0])
    assert cells(content) == rows[1:]


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_of_two_separators_that_fit_equally_well_that_of_repeated_labels_is_taken(delimiter: str) -> None:
    rows = [["AB"[row % 3 == 0], f"Rain in valley {row}, they say"] for row in range(9)]
    assert cells("".join(delimiter.join(row) + "\n" for row in rows).encode()) == rows


@pytest.mark.parametrize("long", ["The report goes on, " * 20_000, "The report goes on\n" * 20_000])
def test_an_article_as_long_as_a_book_is_a_row(long: str) -> None:
    content = f'headline,text,category\nRain,"{long}",A\nSnow,short,B\n'.encode()
    assert [row.values["text"] for row in table_of(content).rows() if isinstance(row, Row)] == [long, "short"]


def test_a_table_that_was_saved_as_one_column_of_texts_is_a_table_again() -> None:
    rows = [("headline", "category"), ('Rain, "heavy" rain', "A"), ("Snow", "B"), ("Wind", "A")]
    lines = [
        ",".join('"' + cell.replace('"', '""') + '"' if "," in cell else cell for cell in row) for row in rows
    ]
    content = "\r\n".join('"' + line.replace('"', '""') + '"' for line in lines).encode()
    table = table_of(content)
    assert table.columns == ("headline", "category")
    assert [tuple(row.values.values()) for row in table.rows() if isinstance(row, Row)] == rows[1:]


def test_quoted_headlines_with_a_comma_each_are_no_table() -> None:
    content = b"".join(b'"Rain comes, wind goes %d"\n' % number for number in range(9))
    assert table_of(content).columns == ("column 1",)
