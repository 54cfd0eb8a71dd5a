"""Lines of a text and its label: a separator at either end, and fastText's notation."""

from pathlib import Path

import pytest

from core.news.caps import Caps
from core.news.formats.articles import Rejected
from core.news.formats.labelled_lines import FASTTEXT, Labelling, labelling_of
from core.news.formats.raw_table import RawTable, Row
from core.news.formats.recognition import open_table
from core.news.news import read_news

TEXTS = (
    "Rain, wind and hail",
    'The "best" team wins',
    "Shares fall; banks wait",
    "A comet returns",
    "Rain again",
    "Cup final ends",
)
LABELS = ("weather", "sport", "money", "weather", "weather", "sport")
PAIRS = tuple(zip(TEXTS, LABELS, strict=True))


def table_of(content: str) -> RawTable:
    return open_table([content.encode()], Path("news"), "news", Caps())


def values(content: str) -> list[tuple[object, ...]]:
    return [tuple(row.values.values()) for row in table_of(content).rows() if isinstance(row, Row)]


@pytest.mark.parametrize("separator", ["@", "~", "^", "#", "::", "=>", " -> ", " - ", ": "])
@pytest.mark.parametrize("at_end", [True, False])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_label_at_either_end_of_each_line(separator: str, at_end: bool, end: str) -> None:
    lines = [f"{text}{separator}{label}" if at_end else f"{label}{separator}{text}" for text, label in PAIRS]
    assert values(end.join(lines)) == list(PAIRS)


def test_only_the_last_or_the_first_separator_counts() -> None:
    assert values("".join(f"Mail a@b about {text} .@{label}\n" for text, label in PAIRS)) == [
        (f"Mail a@b about {text} .", label) for text, label in PAIRS
    ]
    assert values("".join(f"{label}: now: {text}\n" for text, label in PAIRS)) == [
        (f"now: {text}", label) for text, label in PAIRS
    ]


def test_a_blank_stands_behind_a_label_that_is_no_word() -> None:
    for label in ("0", "DESC:manner", "+1"):
        lines = [f"{label if row % 2 else 'NUM:count'} {text}" for row, text in enumerate(TEXTS)]
        assert labelling_of("\n".join(lines).encode()) == Labelling(separator=" ")
    assert labelling_of("\n".join(TEXTS).encode()) is None


def test_known_names_on_the_first_line_are_a_header() -> None:
    content = "sentence@label\n" + "".join(f"{text}@{label}\n" for text, label in PAIRS)
    assert table_of(content).columns == ("sentence", "label")
    assert values(content) == list(PAIRS)


def test_a_line_without_a_label_is_rejected_by_its_number() -> None:
    content = "".join(f"{text} {row}@{label}\n" for row in range(20) for text, label in PAIRS) + "Rain\n"
    assert list(table_of(content).rows())[-1] == Rejected(line=121, reason="no “@” between text and label")


@pytest.mark.parametrize(
    "lines", [["Rain@a", "Sun@b", "Wind@a"], ["Rain", "Sun", "Wind", "Hail"], ["a@b"] * 9]
)
def test_few_lines_labels_that_do_not_repeat_and_no_words_are_no_labelling(lines: list[str]) -> None:
    assert labelling_of("\n".join(lines).encode()) is None


def test_the_fields_of_yaml_are_no_labels() -> None:
    assert (
        labelling_of("".join(f"- title: {text}\n  label: {label}\n" for text, label in PAIRS).encode())
        is None
    )


FASTTEXT_LINES = (
    "__label__weather Rain, wind and hail\n"
    '__label__sport __label__local , The "best" team\twins\n'
    "Shares fall __label__money\n"
    "__label__weather __label__sport\n"
    "__label__sport The cup\n"
)


def test_fasttext_lines_have_one_label_or_several() -> None:
    assert labelling_of(FASTTEXT_LINES.encode()) == FASTTEXT
    assert values(FASTTEXT_LINES) == [
        ("Rain, wind and hail", ["weather"]),
        ('The "best" team\twins', ["sport", "local"]),
        ("Shares fall", ["money"]),
        ("", ["weather", "sport"]),
        ("The cup", ["sport"]),
    ]


# With neither a header nor quotation marks it is fastText's lines.
@pytest.mark.parametrize(("header", "quote"), [("text,label\n", '"'), ("text,label\n", ""), ("", '"')])
def test_fasttext_labels_in_a_column_of_a_table_are_its_categories(
    tmp_path: Path, header: str, quote: str
) -> None:
    rows = [
        ("Rain, and hail", "weather"),
        ('The "best" team', "sport"),
        ("Sun", "weather"),
        ("A goal", "sport"),
    ]
    path = tmp_path / "news.csv"
    cells = [
        f'"{text.replace(chr(34), 2 * chr(34))}",{quote}__label__{label}{quote}\n' for text, label in rows
    ]
    path.write_text(header + "".join(cells))
    news = read_news(path)
    assert [*zip(news.table["headline"], news.table["category"], strict=True)] == rows
    assert news.rejected_count == 0


def test_fasttext_lines_are_news(tmp_path: Path) -> None:
    path = tmp_path / "news.txt"
    path.write_text("No label in this line\n" + FASTTEXT_LINES, "utf-8")
    news = read_news(path)
    assert news.table["category"].tolist() == ["weather", "sport", "money", "weather", "sport"]
    assert news.rejected == (Rejected(line=1, reason="no __label__"),)
    assert any(warning.startswith("2 articles had several labels") for warning in news.warnings)
