"""The synthetic sample: what it promises, measured."""

import gzip
import json
import re
from collections import Counter, defaultdict
from datetime import date
from typing import Any

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from core.paths import SAMPLE
from data.make_sample import RENAMED, TWINS, headline_case, make, packed, with_s


@pytest.fixture(scope="module")
def articles() -> list[dict[str, Any]]:
    with gzip.open(SAMPLE, "rt", encoding="utf-8", newline="\n") as lines:
        return [json.loads(line) for line in lines]


def text(article: dict[str, Any]) -> str:
    return f"{article['headline']} {article['short_description']}".strip()


def words(line: str) -> list[str]:
    return re.findall(r"\w+", line.lower())


def test_the_file_is_what_the_script_makes(articles: list[dict[str, Any]]) -> None:
    made = make()
    assert made == articles
    assert packed(made) == packed(make())
    assert packed(made[:3])[4:8] == b"\0\0\0\0"  # RFC 1952: the time of day; none


@pytest.mark.claim("readme", "the synthetic sample has 8,000 articles in 10 categories")
def test_8_000_articles_in_10_categories_with_the_datasets_fields(articles: list[dict[str, Any]]) -> None:
    assert len(articles) == 8_000
    assert len({article["category"] for article in articles}) == 10
    fields = ["category", "headline", "authors", "link", "short_description", "date"]
    assert all(list(article) == fields for article in articles)
    assert all(article["headline"] for article in articles)
    assert min(Counter(article["category"] for article in articles).values()) >= 400
    days = [date.fromisoformat(article["date"]) for article in articles]
    assert days == sorted(days, reverse=True)
    assert days[0].year - days[-1].year == 5


def test_every_host_is_reserved_for_examples(articles: list[dict[str, Any]]) -> None:
    """RFC 2606 keeps example.com for this."""
    hosts = {host for article in articles for host in re.findall(r"https?://([^/]+)", json.dumps(article))}
    assert hosts == {"www.example.com"}


def test_the_troubles_are_there(articles: list[dict[str, Any]]) -> None:
    assert 0.08 < np.mean([not article["short_description"] for article in articles]) < 0.16
    for pattern, least in (
        (r"https://", 80),
        (r"@\w", 80),
        (r"(?<!\S)#\w", 150),
        (r"\[[A-Z]+\]", 250),
        (r"\d", 2_000),
    ):
        assert sum(bool(re.search(pattern, text(article))) for article in articles) > least, pattern
    assert sum("  " in article["headline"] for article in articles) > 80


def test_no_pattern_is_left_unfilled(articles: list[dict[str, Any]]) -> None:
    assert not [article for article in articles if re.search(r"[{}]|\b[Aa] [aeiou]\w|\s[,.]", text(article))]
    assert len({article["headline"] for article in articles}) > 7_000
    assert len({word for article in articles for word in words(text(article))}) > 2_000


def test_the_twins_differ_by_date(articles: list[dict[str, Any]]) -> None:
    old, new = (
        [date.fromisoformat(one["date"]) for one in articles if one["category"] == name] for name in TWINS
    )
    assert 0.90 < np.mean([day < RENAMED for day in old]) < 0.99
    assert 0.90 < np.mean([day >= RENAMED for day in new]) < 0.99


def test_a_few_hundred_articles_differ_from_another_by_the_order_of_words_alone(
    articles: list[dict[str, Any]],
) -> None:
    bags: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for article in articles:
        bags[tuple(sorted(words(text(article))))].append(article)
    reversed_roles = [
        (one, other)
        for bag in bags.values()
        for at, one in enumerate(bag)
        for other in bag[:at]
        if one["category"] != other["category"] and words(one["headline"]) != words(other["headline"])
    ]
    assert 280 <= len(reversed_roles) <= 340


def in_order(line: str) -> list[str]:
    """The words, and the first three again by their place: the least that an order of words can tell."""
    bag = words(line)
    return bag + [f"{at} {word}" for at, word in enumerate(bag[:3])] + [f"early {word}" for word in bag[:3]]


@pytest.mark.long
@pytest.mark.slow
def test_a_bag_of_words_tops_out_and_order_goes_further(articles: list[dict[str, Any]]) -> None:
    """Accuracy of linear models, mean of five folds: words 85-90 %, word pairs too, words in order above."""
    texts, labels = [text(one) for one in articles], [one["category"] for one in articles]
    folds = StratifiedKFold(5, shuffle=True, random_state=1)

    def accuracy(**how: Any) -> float:
        model = make_pipeline(TfidfVectorizer(sublinear_tf=True, **how), LinearSVC(C=0.3))
        return float(np.mean(cross_val_score(model, texts, labels, cv=folds)))

    bag, pairs = accuracy(), accuracy(ngram_range=(1, 2), min_df=2)
    assert 0.85 <= bag <= 0.90
    assert 0.85 <= pairs <= 0.90
    assert accuracy(analyzer=in_order) > max(bag, pairs) + 0.02


@pytest.mark.parametrize(
    ("word", "expected"),
    [("bus", "buses"), ("copy", "copies"), ("play", "plays"), ("coach", "coaches"), ("taco", "tacos")],
)
def test_the_regular_s(word: str, expected: str) -> None:
    assert with_s(word) == expected


def test_headlines_take_capitals() -> None:
    assert headline_case("the end of 'velvet' TV #fun") == "The End of 'Velvet' TV #fun"
