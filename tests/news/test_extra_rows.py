"""A header that is repeated and a total below the rows are no articles, and are counted as rejected."""

from pathlib import Path

import pytest

from core.news.formats.extra_rows import REPEATED_HEADER, TOTAL
from core.news.news import read_news
from tests.news.case_files import to_xlsx

ROWS = [(f"Rain {number} again", "WEATHER" if number % 2 else "SPORT") for number in range(12)]


def lines(rows: list[tuple[str, str]], separator: str) -> str:
    return "".join(f"{headline}{separator}{category}\r\n" for headline, category in rows)


@pytest.mark.parametrize(
    "again", ["headline,category", "headline, category ", "Headline,CATEGORY", "\ufeffheadline,category"]
)
def test_the_header_of_a_joined_file_costs_its_row(again: str, tmp_path: Path) -> None:
    path = tmp_path / "news.csv"
    path.write_text(
        f"headline,category\r\n{lines(ROWS, ',')}{again}\r\n{lines(ROWS[:5], ',')}",
        encoding="utf-8",
        newline="",
    )
    news = read_news(path)
    assert news.table["headline"].tolist() == [headline for headline, _ in ROWS + ROWS[:5]]
    assert [(row.line, row.reason) for row in news.rejected] == [(14, REPEATED_HEADER)]
    assert news.rows_in_file == 18


@pytest.mark.parametrize("total", ["Total,12", "Grand total:,12", "SUMME,12.0", "Всего,12", "合计,12"])
def test_a_total_below_the_rows_is_rejected(total: str, tmp_path: Path) -> None:
    path = tmp_path / "news.csv"
    path.write_text(f"headline,category\r\n{lines(ROWS, ',')}{total}\r\n", encoding="utf-8")
    news = read_news(path)
    assert (len(news), news.rejected_reasons) == (12, ((TOTAL, 1),))
    assert news.categories == ("SPORT", "WEATHER")


@pytest.mark.parametrize(
    "rows",
    [
        [*ROWS, ("Total", "BUSINESS")],  # a headline about a company
        [("Total", "12"), *ROWS],  # not the last
        [
            (headline, str(len(category))) for headline, category in [*ROWS, ("Total", "GAMES")]
        ],  # numbered labels
    ],
)
def test_what_may_be_an_article_stays(rows: list[tuple[str, str]], tmp_path: Path) -> None:
    path = tmp_path / "news.csv"
    path.write_text(f"headline,category\r\n{lines(rows, ',')}")
    assert (len(read_news(path)), read_news(path).rejected_count) == (13, 0)


def test_a_sheet_s_repeated_header_and_total_are_rejected(tmp_path: Path) -> None:
    path = tmp_path / "news.xlsx"
    path.write_bytes(
        to_xlsx(("headline", "category"), [*ROWS, ("headline", "category"), *ROWS[:3], ("Total", 15)])
    )
    news = read_news(path)
    assert len(news) == 15
    assert [row.reason for row in news.rejected] == [REPEATED_HEADER, TOTAL]
