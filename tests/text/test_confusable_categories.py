"""Confusable categories: the score against the paper's formula, the pairs on made-up and on real news."""

import math

import numpy as np
import pandas as pd
import pytest

from core.news.news import News
from core.text.confusable_categories import ConfusablePair, find_confusable_categories, log_odds_z_scores
from tests.present import present


def news(**texts: list[str]) -> News:
    rows = [(category, text) for category, some in texts.items() for text in some]
    table = pd.DataFrame(
        {
            "headline": pd.Series([text for _, text in rows], dtype="str"),
            "short_description": "",
            "category": pd.Categorical([category for category, _ in rows]),
            "date": pd.to_datetime([None] * len(rows)),
            "text": pd.Series([text for _, text in rows], dtype="str"),
        }
    )
    return News(table=table, fingerprint="", name="made up")


def many(words: str, number: int) -> list[str]:
    """Texts of three of the words each, in turn."""
    tokens = words.split()
    return [" ".join(tokens[(start + step) % len(tokens)] for step in (0, 1, 3)) for start in range(number)]


def test_deviations_are_those_of_the_paper() -> None:
    """Monroe et al. 2008, equations 16, 20 and 22, written out for one word of one category."""
    texts, sizes = np.array([[30.0, 5.0], [10.0, 40.0]]), np.array([[100.0], [80.0]])
    share = 40 / 180 * 50  # the prior: 50 texts' worth of the whole file
    inside, outside = 30 + share, 10 + share
    log_odds = math.log(inside / (150 - inside)) - math.log(outside / (130 - outside))
    expected = log_odds / math.sqrt(1 / inside + 1 / outside)
    assert log_odds_z_scores(texts, sizes)[0, 0] == pytest.approx(expected)
    assert log_odds_z_scores(texts, sizes)[0, 1] == 0  # rarer inside than outside


def test_categories_that_share_their_words_come_out_and_others_do_not() -> None:
    pairs = find_confusable_categories(
        news(
            FOOD=many("soup bread cheese apple salt", 60),
            TASTE=many("apple soup salt bread cheese butter", 40),
            SPORT=many("goal match team coach league", 60),
            MONEY=many("bank share price market loan", 60),
        )
    )
    assert [(pair.first, pair.second) for pair in pairs] == [("FOOD", "TASTE")]
    assert pairs[0].similarity > 0.7
    assert set(pairs[0].words) <= {"soup", "bread", "cheese", "apple", "salt"}
    assert pairs[0].first_dates is None


def test_words_of_other_scripts_stay_whole() -> None:
    (pair,) = find_confusable_categories(
        news(
            A=many("अचार रोटी मिठाई दाल चटनी", 60),
            B=many("रोटी अचार दाल मिठाई चटनी पूरी", 40),
            C=many("टीम लीग दौड़ ख़िताब कोच", 60),
            D=many("बैंक शेयर क़र्ज़ बाज़ार मुनाफ़ा", 60),
        )
    )
    assert (pair.first, pair.second) == ("A", "B")
    assert set(pair.words) <= {"अचार", "रोटी", "मिठाई", "दाल", "चटनी"}


def test_the_first_of_two_twins_has_more_articles_and_the_dates_are_their_own() -> None:
    dated = news(
        A=many("soup bread cheese apple", 20),
        B=many("soup bread cheese apple", 30),
        C=many("goal match team coach", 30),
    )
    days = pd.Series(pd.date_range("2014-01-01", periods=80, unit="us"))
    dated.table["date"] = days
    (pair,) = find_confusable_categories(dated)
    assert (pair.first, pair.second) == ("B", "A")
    assert pair.first_dates == (days[20], days[49])
    assert pair.second_dates == (days[0], days[19])


@pytest.mark.parametrize(
    ("first", "second", "renamed"),
    [
        (("2012-01-01", "2014-04-17"), ("2014-04-18", "2018-01-01"), True),
        (("2014-04-18", "2018-01-01"), ("2012-01-01", "2014-04-17"), True),
        (("2012-01-01", "2014-04-17"), ("2014-05-18", "2018-01-01"), False),  # 31 days later
        (("2012-01-01", "2014-06-01"), ("2014-04-18", "2018-01-01"), False),  # side by side for six weeks
        (None, ("2014-04-18", "2018-01-01"), False),
    ],
)
def test_a_name_given_up_as_the_other_begins_was_renamed(
    first: tuple[str, str] | None, second: tuple[str, str], renamed: bool
) -> None:
    def days(dates: tuple[str, str] | None) -> tuple[pd.Timestamp, pd.Timestamp] | None:
        return dates and (pd.Timestamp(dates[0]), pd.Timestamp(dates[1]))

    pair = ConfusablePair(
        first="A",
        second="B",
        similarity=0.5,
        words=("soup",),
        first_dates=days(first),
        second_dates=days(second),
    )
    assert pair.renamed is renamed


@pytest.mark.parametrize(
    "texts",
    [
        {"A": ["soup"] * 50},
        {"A": ["soup"] * 50, "B": ["soup"]},
        {"A": [""] * 50, "B": [""] * 50},
        {"A": ["same words here"] * 50, "B": ["same words here"] * 50},
    ],
)
def test_files_without_anything_telling_have_no_twins(texts: dict[str, list[str]]) -> None:
    assert find_confusable_categories(news(**texts)) == ()


@pytest.mark.long
@pytest.mark.slow
def test_the_real_file_shows_the_names_that_changed_on_2014_04_18(real_news: News) -> None:
    pairs = {frozenset((pair.first, pair.second)): pair for pair in find_confusable_categories(real_news)}
    renamed = [
        ("WELLNESS", "HEALTHY LIVING"),
        ("PARENTING", "PARENTS"),
        ("STYLE & BEAUTY", "STYLE"),
        ("FOOD & DRINK", "TASTE"),
        ("ENVIRONMENT", "GREEN"),
    ]
    for old, new in renamed:
        pair = pairs[frozenset((old, new))]
        dates = {pair.first: pair.first_dates, pair.second: pair.second_dates}
        assert present(dates[old])[1] < pd.Timestamp("2014-04-18") <= present(dates[new])[0]
    assert len(pairs) < 20  # of 820 pairs
