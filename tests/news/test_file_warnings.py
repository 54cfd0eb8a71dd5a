"""What is said about a file as a whole: numbers by hand, on rows made up for each sentence."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from core.news.boilerplate import SharedBeginning, shared_beginnings
from core.news.categories import first_labels
from core.news.decompression import Caps
from core.news.file_warnings import file_alerts, leakage_warnings
from core.news.formats.articles import Article, Rejected, RepairedArticle, build_article
from core.news.news import read_news
from core.news.reading import Columns
from core.news.rejections import Rejections, kind_of
from core.news.table import TableBuilder

NAMES = ("SPORT", "FOOD", "LAW", "ART")
Warnings = Callable[[Iterable[dict[str, Any]]], tuple[str, ...]]


@pytest.fixture
def warnings(tmp_path: Path) -> Warnings:
    """The warnings about a file of these articles."""

    def of(articles: Iterable[dict[str, Any]]) -> tuple[str, ...]:
        path = tmp_path / "news.jsonl"
        path.write_text("".join(json.dumps(article) + "\n" for article in articles), encoding="utf-8")
        return read_news(path).warnings

    return of


def plain(count: int) -> list[dict[str, Any]]:
    """Articles about which there is nothing to say."""
    return [
        {"headline": f"Story {chr(97 + row % 26) * (row + 1)}", "category": NAMES[row % 4]}
        for row in range(count)
    ]


def table_of(counts: dict[str, int]) -> pd.DataFrame:
    names = [name for name, count in counts.items() for _ in range(count)]
    return pd.DataFrame({"category": pd.Categorical(names)})


# --- rows that could not be read ---


def rejections(*rows: tuple[str, str]) -> Rejections:
    of = Rejections()
    for line, (reason, category) in enumerate(rows, start=1):
        of.add(Rejected(line=line, reason=reason, category=category))
    return of


def test_more_than_one_row_in_a_hundred_is_an_alert() -> None:
    lost = rejections(("headline is missing", ""), ("headline is missing", ""), ("category is empty", ""))
    assert list(file_alerts(lost, table_of({"SPORT": 197}), {})) == [
        "3 of 200 rows (2 %) could not be read: headline is missing (2), category is empty (1). "
        "Everything below is about the rows that could be read."
    ]
    assert list(file_alerts(lost, table_of({"SPORT": 297}), {})) == []  # 1 %
    assert list(file_alerts(Rejections(), table_of({"SPORT": 5}), {})) == []


def test_a_category_that_loses_a_tenth_is_an_alert_however_large_the_file() -> None:
    lost = rejections(*[("headline is null, not text", "FOOD")] * 2, ("headline is null, not text", "SPORT"))
    alerts = list(file_alerts(lost, table_of({"SPORT": 1_000, "FOOD": 18}), {}))
    assert alerts == [
        "3 of 1,021 rows (0.3 %) could not be read: headline is null, not text (3). "
        "Everything below is about the rows that could be read.",
        "The rows that could not be read, where their category is known: “FOOD” lost 2 of 20.",
    ]
    assert list(file_alerts(lost, table_of({"SPORT": 1_000, "FOOD": 19}), {})) == []
    gone = list(
        file_alerts(rejections(*[("headline is missing", "ART")] * 2), table_of({"SPORT": 1_000}), {})
    )
    assert gone[1].endswith("“ART” lost 2 of 2.")


def test_a_lost_category_goes_by_the_name_that_it_was_given() -> None:
    lost = rejections(*[("headline is missing", "1")] * 2)
    alerts = list(file_alerts(lost, table_of({"SPORT": 100, "FOOD": 4}), {"1": "FOOD", "2": "SPORT"}))
    assert alerts[1].endswith("“FOOD” lost 2 of 6.")


def test_the_file_s_alerts_and_reasons_are_its_own(tmp_path: Path) -> None:
    path = tmp_path / "news.jsonl"
    articles = [*plain(18), {"category": "FOOD"}, {"headline": "Rain"}]
    path.write_text("".join(json.dumps(article) + "\n" for article in articles), encoding="utf-8")
    news = read_news(path)
    assert news.rejected_reasons == (("headline is missing", 1), ("category is missing", 1))
    assert news.alerts == (
        "2 of 20 rows (10 %) could not be read: headline is missing (1), category is missing (1). "
        "Everything below is about the rows that could be read.",
        "The rows that could not be read, where their category is known: “FOOD” lost 1 of 6.",
    )


def test_a_single_reason_more_than_are_named_is_in_the_singular() -> None:
    rows = rejections(*((f"reason {number}", "") for number in range(4)))
    assert "reason 2 (1), 1 more reason." in next(file_alerts(rows, table_of({"SPORT": 20}), {}))


def test_many_reasons_and_categories_are_summed_up() -> None:
    rows = [(f"reason {number}", f"C{number}") for number in range(5) for _ in range(5 - number)]
    first, second = file_alerts(rejections(*rows), table_of({"SPORT": 20}), {})
    assert "reason 0 (5), reason 1 (4), reason 2 (3), 2 more reasons." in first
    assert second.endswith(
        "“C0” lost 5 of 5, “C1” lost 4 of 4, “C2” lost 3 of 3, 2 more lost a tenth or more."
    )


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("headline is missing", "headline is missing"),
        ("article 1,204: headline is missing", "headline is missing"),
        ("5 columns, but the first line names 3", "more or fewer columns than the first line names"),
        ("2 columns, but the other rows have 3 (up to line 19)", "more or fewer columns than the other rows have"),
        ("1 column, but the first line names 3", "more or fewer columns than the first line names"),
        ("3 values, but the other rows have 2", "more or fewer values than the other rows have"),
        ("article 2: 1 value, but there are 2 columns", "more or fewer values than there are columns"),
        ("byte 0xE9 at position 1,034 is not UTF-8; save the file", "a byte is not UTF-8; save the file"),
        ("not JSON at position 12: a comma is missing", "not JSON: a comma is missing"),
        ("control character U+0007 at position 3, which JSON does not allow", "a control character, which JSON does not"
         " allow"),
    ],
)  # fmt: skip
def test_reasons_are_counted_without_what_is_true_of_one_row(reason: str, kind: str) -> None:
    assert kind_of(reason) == kind


def test_reasons_and_rows_that_are_kept_have_a_limit() -> None:
    many = rejections(*[(f"reason {'x' * number}", "") for number in range(1_500)])
    assert (many.count, len(many.first), len(many.reasons)) == (1_500, 1_000, 101)
    assert many.reasons["other reasons"] == 1_400


@pytest.mark.parametrize("headline", [{"headline": None}, {}])
def test_the_category_of_a_rejected_row_is_known(headline: dict[str, None]) -> None:
    columns = Columns(headline="headline", category="category")
    rejected = build_article(headline | {"category": " FOOD "}, columns, 1)
    assert isinstance(rejected, Rejected)
    assert rejected.category == "FOOD"
    rejected = build_article(headline | {"category": None}, columns, 1)
    assert isinstance(rejected, Rejected)
    assert rejected.category == ""


# --- repeats ---


def test_nothing_is_said_about_plain_articles(warnings: Warnings) -> None:
    assert warnings(plain(40)) == ()


def test_the_same_text_under_two_categories_is_named_and_is_no_copy(warnings: Warnings) -> None:
    double = [
        {"headline": "Rain ahead", "category": "SPORT"},
        {"headline": "RAIN  ahead", "category": "FOOD"},
        {"headline": "Rain", "short_description": "ahead", "category": "FOOD"},
    ]
    assert warnings([*plain(400), *double]) == (
        "1 text is in several categories (3 articles): “FOOD” and “SPORT” (1). For example “Rain ahead”. "
        "No network can get all of these right. Correct the labels, or leave these articles out.",
    )
    two = [*double, {"headline": "Team", "category": "ART"}, {"headline": "Team", "category": "LAW"}]
    assert (
        "2 texts are in several categories (5 articles): “ART” and “LAW” (1), “FOOD” and “SPORT” (1)."
        in (warnings([*plain(400), *two])[0])
    )


def test_copies_are_those_of_the_same_category(warnings: Warnings) -> None:
    copies = [{"headline": "Rain ahead", "category": "SPORT"}] * 3
    assert warnings([*plain(40), *copies]) == (
        "2 articles repeat an earlier one word for word (5 %). "
        "Copies in both the training and the test part (leakage) make the test score look too good.",
    )
    assert warnings([*plain(400), *copies]) == ()


def test_articles_without_a_word_are_no_contradiction(warnings: Warnings) -> None:
    empty = [{"headline": "", "category": name} for name in NAMES]
    assert warnings([*plain(40), *empty]) == (
        "4 articles without a word in headline and description. A network cannot learn from them.",
    )


def test_test_articles_that_nearly_repeat_one_that_is_learnt_from() -> None:
    learnt = pd.DataFrame({"text": ["Old bank cuts its debt after summer", "Cook bakes bread"]})
    asked = pd.DataFrame(
        {"text": ["Old bank cuts its debt after a summer", "Cook bakes cake", "COOK: bakes bread!"]}
    )
    assert list(leakage_warnings(learnt, asked)) == [
        "2 of 3 test articles (67 %) nearly repeat an article that the network learns from (leakage). "
        "The test score looks too good."
    ]
    assert next(iter(leakage_warnings(learnt, asked.iloc[:1]))).startswith(
        "1 of 1 test article (100 %) nearly repeats"
    )
    assert list(leakage_warnings(learnt, asked.iloc[1:2])) == []


def built(builder: TableBuilder) -> pd.DataFrame:
    builder.seal("news", Caps())
    return builder.table({})


# --- labels ---


def test_several_labels_are_counted(warnings: Warnings) -> None:
    several = [{"headline": f"Team {'b' * row}", "category": ["SPORT", "FOOD"]} for row in range(1, 4)]
    assert warnings([*plain(40), *several]) == (
        "3 articles had several labels. The first one counts as the category.",
    )


def test_of_joined_labels_the_first_one_counts(tmp_path: Path) -> None:
    joined = [{"headline": f"Team {'b' * row}", "category": "SPORT#LOCAL"} for row in range(1, 4)]
    path = tmp_path / "news.jsonl"
    path.write_text(
        "".join(json.dumps(article) + "\n" for article in [*plain(40), *joined]), encoding="utf-8"
    )
    news = read_news(path)
    assert news.categories == ("ART", "FOOD", "LAW", "SPORT")
    assert news.warnings == ("3 articles had several labels. The first one counts as the category.",)


def test_what_may_be_joined_labels_is_named(warnings: Warnings) -> None:
    joined = [{"headline": f"Team {'b' * row}", "category": "SPORT, FOOD"} for row in range(1, 4)]
    assert warnings([*plain(40), *joined]) == (
        "1 category seems to be several in one, such as “SPORT, FOOD”. "
        "Each combination counts as a separate category.",
    )


@pytest.mark.parametrize(
    ("names", "first"),
    [
        (["SPORT#LOCAL", "SPORT", "FOOD", "LAW"], {"SPORT#LOCAL": "SPORT"}),
        (["SPORT # LOCAL # TOWN", "SPORT", "FOOD", "LAW"], {"SPORT # LOCAL # TOWN": "SPORT"}),
        (["SPORT|LOCAL", "FOOD;LOCAL", "LAW"], {"SPORT|LOCAL": "SPORT", "FOOD;LOCAL": "FOOD"}),
        (["SPORT|LOCAL", "FOOD", "LAW"], {}),  # once, and SPORT is none of its own
        (["C#", "C", "F#", "Java"], {}),
        (["#", "|", " ; "], {}),
        (["#metoo", "metoo", "law"], {}),
        (["ARTS, CULTURE", "ARTS"], {}),
    ],
)
def test_which_names_join_labels(names: list[str], first: dict[str, str]) -> None:
    assert first_labels(names) == first


def test_numbers_as_categories_ask_for_names(warnings: Warnings) -> None:
    numbered = [article | {"category": NAMES.index(article["category"])} for article in plain(40)]
    assert warnings(numbered) == (
        "The 4 categories are numbers (0, 1, 2, …). Give them names, so that answers can be read.",
    )


# --- dates ---


def test_dates_that_nothing_decides_are_asked_about(warnings: Warnings) -> None:
    dated = [
        article | {"date": f"0{row % 9 + 1}/0{row % 7 + 1}/2021"} for row, article in enumerate(plain(40))
    ]
    assert warnings(dated) == (
        "The dates fit both orders, day first and month first: no day is above 12. They are read as day "
        "first: 31/12/2021. Choose the other order if that is wrong.",
    )
    assert warnings([*dated, plain(41)[-1] | {"date": "13/01/2021"}]) == ()


# --- beginnings ---


def beginnings(texts: list[str], categories: list[str]) -> list[SharedBeginning]:
    return shared_beginnings(pd.Series(texts, dtype="str"), pd.Series(pd.Categorical(categories)))


def test_header_lines_of_a_newsgroup(warnings: Warnings) -> None:
    headers = [
        article | {"headline": f"From: someone{row} Subject: {article['headline']}"}
        for row, article in enumerate(plain(80))
    ]
    assert warnings(headers) == (
        "Many articles begin with “From:” and “Subject:”: 100 % of “ART” and of 3 more categories. "
        "A network learns such header lines instead of the text. Remove them from the file if they give away the "
        "category.",
    )


def test_what_a_fifth_of_a_category_begins_with() -> None:
    texts = ["London (Reuters) - Rain", *["Paris - Rain"] * 4] * 10 + ["Rome - Sun"] * 50
    categories = ["REAL"] * 50 + ["FAKE"] * 50
    assert beginnings(texts, categories) == [SharedBeginning(beginning="(Reuters)", shares=(("REAL", 0.2),))]
    assert beginnings(["Paris - Rain", *texts[1:]], categories) == []  # 18 %
    assert beginnings(texts[:45] + texts[50:], categories[5:]) == []  # 9 articles are few


def test_first_lines_and_bylines() -> None:
    lines = [f"By {['Ann', 'Bo', 'Cy', 'Di'][row % 4]} Miller\nText {row}" for row in range(40)]
    shared = beginnings(["The Daily\nText", *lines[1:]], ["A"] * 40)
    assert [each.beginning for each in shared] == [
        "By …", "By Bo Miller", "By Cy Miller", "By Di Miller",
    ]  # fmt: skip
    assert shared[0].shares == (("A", 39 / 40),)
    assert beginnings([text.replace("\n", " ") for text in lines], ["A"] * 40) == []


def test_repaired_articles_with_several_labels_are_counted_apart() -> None:
    builder = TableBuilder()
    builder.pending = [
        RepairedArticle("a", "X", None, None, 1, 1), RepairedArticle("b", "X", None, None, 0, 2), Article("c", "Y"),
    ]  # fmt: skip
    built(builder)
    assert (builder.replaced, builder.several_labels) == (1, 1)


def test_spellings_that_make_no_difference_are_named(warnings: Warnings) -> None:
    spelt = ["FOOD", " FOOD", "FOOD  ", "Cafe\u0301", "Caf\u00e9", " LAW", " LAW", "ART"]
    articles = [
        {"headline": f"Story {chr(97 + n) * 9}", "category": name} for n, name in enumerate(spelt * 3)
    ]
    (sentence,) = [warning for warning in warnings(articles) if "spelt" in warning]
    assert sentence.startswith(
        "2 categories are spelt in several ways: “Café” in 2 ways and “FOOD” in 3 ways."
    )
    numbers = [
        {"headline": f"Story {chr(97 + n) * 9}", "category": "1.0" if n % 3 else "2"} for n in range(9)
    ]
    assert not [warning for warning in warnings(numbers) if "spelt" in warning]
    numbers[0]["category"] = "1"
    assert [warning for warning in warnings(numbers) if "“1” in 2 ways" in warning]


def test_a_name_that_stands_for_nothing_is_doubted_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "news.csv"
    labels = ["SPORT", "FOOD", "nan", "#N/A"]
    path.write_text("headline,category\n" + "".join(f"Rain {n},{labels[n % 4]}\n" for n in range(20)))
    news = read_news(path)
    assert len(news) == 20
    assert (
        "“#N/A” and “nan” may be what a program writes for a missing category (10 articles). Leave them out if so."
        in news.warnings
    )
