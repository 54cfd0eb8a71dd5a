"""The three small samples: what their README promises, measured."""

import csv
import re
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path
from random import Random

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from core import paths
from core.news.news import read_news
from data.make_samples import COLUMNS, FOLDER, SAMPLES, Sample, contracted, make, written

each_sample = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: Path(sample.name).stem)

# A word with its combining marks.
WORD = r"(?:\w|[\u0900-\u097f])+"


def words(text: str) -> list[str]:
    return re.findall(WORD, text.lower())


def rows_of(sample: Sample) -> list[dict[str, str]]:
    with (FOLDER / sample.name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def text(row: dict[str, str]) -> str:
    return f"{row['headline']} {row['short_description']}".strip()


def test_the_paths_are_those_of_the_script() -> None:
    assert {FOLDER / sample.name for sample in SAMPLES} == set(paths.SAMPLES) - {
        paths.SAMPLE,
        paths.WHO_BEAT_WHOM,
    }


@each_sample
def test_the_file_is_what_the_script_makes(sample: Sample) -> None:
    assert written(make(sample)) == (FOLDER / sample.name).read_bytes()


@each_sample
def test_its_size_its_categories_and_its_dates(sample: Sample) -> None:
    rows = rows_of(sample)
    assert len(rows) == sample.rows
    assert 600 <= len(rows) <= 2_000
    counts = Counter(row["category"] for row in rows)
    assert 5 <= len(counts) <= 8
    assert min(counts.values()) >= 90
    assert all(tuple(row) == COLUMNS and row["headline"] for row in rows)
    days = [date.fromisoformat(row["date"]) for row in rows]
    assert days == sorted(days)
    assert (days[0].year, days[-1].year) == (2022, 2024)
    assert 0.06 < np.mean([not row["short_description"] for row in rows]) < 0.2


@each_sample
def test_it_is_read_whole(sample: Sample) -> None:
    news = read_news(FOLDER / sample.name)
    assert len(news) == sample.rows
    assert news.rejected_count == 0
    assert news.table["date"].notna().all()
    assert news.table["headline"].tolist() == [row["headline"] for row in rows_of(sample)]


@each_sample
def test_no_pattern_is_left_unfilled_and_no_text_comes_twice(sample: Sample) -> None:
    texts = [text(row) for row in rows_of(sample)]
    assert not [line for line in texts if re.search(r"[{}|_]|  |\s[,.;]|^\W*$", line)]
    assert len(set(texts)) == len(texts)
    assert len({word for line in texts for word in words(line)}) > 600


@each_sample
def test_pairs_differ_from_another_by_the_order_of_words_alone(sample: Sample) -> None:
    bags: dict[tuple[str, ...], list[dict[str, str]]] = defaultdict(list)
    for row in rows_of(sample):
        bags[tuple(sorted(words(row["headline"])))].append(row)
    pairs = [
        (row, other)
        for bag in bags.values()
        for at, row in enumerate(bag)
        for other in bag[:at]
        if row["category"] != other["category"] and words(row["headline"]) != words(other["headline"])
    ]
    assert 0.05 < len(pairs) / sample.rows < 0.08  # slips of the keyboard part some pairs of tickets


@each_sample
def test_one_word_does_not_tell_the_category(sample: Sample) -> None:
    """The most that one question "is this word in it?" gets right: a little above the majority's share."""
    rows = rows_of(sample)
    categories = Counter(row["category"] for row in rows)
    by_word: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        for word in set(words(text(row))):
            by_word[word][row["category"]] += 1
    best = max(
        max(within.values()) + max((categories - within).values(), default=0) for within in by_word.values()
    )
    assert best / len(rows) < 0.35


@pytest.mark.slow
@each_sample
def test_a_linear_model_gets_far_and_not_all_the_way(sample: Sample) -> None:
    """Accuracy of a linear model on words, mean of five folds."""
    rows = rows_of(sample)
    labels = [row["category"] for row in rows]
    model = make_pipeline(TfidfVectorizer(sublinear_tf=True, token_pattern=WORD), LinearSVC(C=0.3))
    folds = StratifiedKFold(5, shuffle=True, random_state=1)
    accuracy = float(np.mean(cross_val_score(model, [text(row) for row in rows], labels, cv=folds)))
    assert max(Counter(labels).values()) / len(rows) < 0.25
    assert 0.75 < accuracy < 0.9


def test_spanish_joins_its_article() -> None:
    assert contracted("De el río a el mar, de El Prado; ante el juez", Random()) == (
        "Del río al mar, de El Prado; ante el juez"
    )


@each_sample
def test_nobody_can_be_reached_by_it(sample: Sample) -> None:
    assert not [row for row in rows_of(sample) if re.search(r"https?:|www|@|\d{6}", text(row))]
