"""The file "Who beat whom": order and memory decide in it, and neither words nor pairs of words do."""

import gzip
import json
from collections import Counter
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_score

from core.news.news import read_news
from core.paths import WHO_BEAT_WHOM
from core.settings.presets import PRESETS
from core.text.cleaning import CleaningSettings, clean_all, texts_of
from data.make_sample import packed
from data.make_who_beat_whom import (
    FEWEST,
    LOST,
    MOST,
    NORTH,
    REPEATS,
    SOUTH,
    WON,
    distance,
    informative,
    make,
)

SIDES = {team: side for side, teams in (("NORTH", NORTH), ("SOUTH", SOUTH)) for team in teams}
Article = dict[str, Any]


@pytest.fixture(scope="module")
def articles() -> list[Article]:
    with gzip.open(WHO_BEAT_WHOM, "rt", encoding="utf-8", newline="\n") as lines:
        return [json.loads(line) for line in lines]


def test_the_file_is_what_the_script_makes(articles: list[Article]) -> None:
    made = make()
    assert made == articles
    assert packed(made) == packed(make())


def test_it_has_the_datasets_fields_and_reads_without_a_warning(articles: list[Article]) -> None:
    fields = ["category", "headline", "authors", "link", "short_description", "date"]
    assert all(list(article) == fields for article in articles)
    dates = [article["date"] for article in articles]
    assert dates == sorted(dates, reverse=True)
    news = read_news(WHO_BEAT_WHOM)
    assert len(news.table) == len(articles) == 6_400
    assert news.table["category"].value_counts().to_dict() == {"NORTH": 3_200, "SOUTH": 3_200}


def test_the_side_that_won_is_the_category(articles: list[Article]) -> None:
    for article in articles:
        first, verb, second = informative(article["headline"])
        assert {SIDES[first], SIDES[second]} == {"NORTH", "SOUTH"}
        assert (verb in WON) != (verb in LOST)
        assert article["category"] == SIDES[first if verb in WON else second]


def test_the_same_words_stand_equally_often_under_both_categories(articles: list[Article]) -> None:
    bags = Counter((*sorted(informative(article["headline"])), article["category"]) for article in articles)
    assert len(bags) == 2 * len(NORTH) * len(SOUTH) * len(WON + LOST)
    assert set(bags.values()) == {REPEATS}


def test_neither_a_verb_nor_a_name_at_its_place_tells_the_category(articles: list[Article]) -> None:
    for place in range(3):
        counts = Counter(
            (informative(article["headline"])[place], article["category"]) for article in articles
        )
        words = {word for word, _ in counts}
        assert all(counts[word, "NORTH"] == counts[word, "SOUTH"] > 0 for word in words)


@pytest.mark.parametrize("preset", PRESETS)
def test_fillers_stand_between_all_three_also_after_cleaning(preset: str) -> None:
    """So no pair of neighbours holds two of the three; the article's cleaning removes stop words and cuts words."""
    cleaning = PRESETS[preset].cleaning
    three = {clean_all([word], cleaning)[0] for word in (*NORTH, *SOUTH, *WON, *LOST)}
    assert len(three) == 8
    for text in clean_all(texts_of(read_news(WHO_BEAT_WHOM).table, cleaning), cleaning):
        words = text.split()
        assert sum(word in three for word in words) == 3
        assert not any(left in three and right in three for left, right in pairwise(words))


def test_each_distance_is_about_equally_likely(articles: list[Article]) -> None:
    distances = Counter(distance(article["headline"]) for article in articles)
    assert set(distances) == set(range(FEWEST, MOST + 1))
    expected = len(articles) / len(distances)  # 221; its standard deviation is 15
    assert all(abs(count - expected) < 60 for count in distances.values())


def test_a_preset_reads_every_word(articles: list[Article]) -> None:
    longest = max(len(article["headline"].split()) for article in articles)
    assert longest <= PRESETS["quick"].network.sequence_length


@pytest.mark.parametrize("words", [(1, 1), (2, 2), (1, 2)])
def test_a_logistic_regression_on_words_and_on_pairs_is_at_chance(
    articles: list[Article], words: tuple[int, int]
) -> None:
    """Accuracy over five folds, each article once: within 2 points of a half."""
    cleaning = CleaningSettings()
    texts = clean_all([article["headline"] for article in articles], cleaning)
    counts = CountVectorizer(ngram_range=words).fit_transform(texts)
    labels = [article["category"] for article in articles]
    folds = StratifiedKFold(5, shuffle=True, random_state=1)
    accuracy = np.mean(cross_val_score(LogisticRegression(max_iter=1_000), counts, labels, cv=folds))
    assert abs(accuracy - 0.5) <= 0.02


def test_the_three_words_in_order_tell_it_all(articles: list[Article]) -> None:
    """The measure can tell more than chance: the same regression knows the answer of the three words in order."""
    order = [
        f"{SIDES[informative(article['headline'])[0]]}_{informative(article['headline'])[1]}"
        for article in articles
    ]
    labels = [article["category"] for article in articles]
    counts = CountVectorizer(lowercase=False).fit_transform(order)
    assert LogisticRegression(max_iter=1_000).fit(counts[:1000], labels[:1000]).score(counts, labels) == 1.0
