"""Three ways of cutting texts: each figure against counting strings by hand; the trade as it is drawn."""

from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest

from core.insight.dataset.coverage import VocabularyCoverage, measure_coverage
from core.insight.lessons.numbers import captions
from core.insight.lessons.numbers.compute import TokenizationCost, tokenization_costs
from core.insight.lessons.numbers.figures import tradeoff_chart
from core.text.ngrams import NGramIndex
from core.training.batches import Split
from core.training.preparation import SplitArticles

TEXTS = ["a cat sat on a mat", "a dog sat", "", "on a mat a cat sat on", "new cat sat on a mat", "a bird", ""]


def coverage_of(texts: list[str], training: list[int]) -> VocabularyCoverage:
    rows = np.arange(len(texts))
    held_out = np.setdiff1d(rows, training)
    parts = Split(training=np.array(training), validation=held_out[::2], test=held_out[1::2])
    return measure_coverage(
        texts, SplitArticles(rows=rows, labels=("A",), y=np.zeros(len(texts), np.int32), split=parts)
    )


def by_hand(
    texts: list[str], pieces: list[list[str]], training: list[int]
) -> tuple[int, float, float | None]:
    """Different pieces, pieces a text with words, share never seen: by sets and lists of strings."""
    learnt = Counter(piece for row in training for piece in pieces[row])
    new = [piece for row in range(len(pieces)) if row not in training for piece in pieces[row]]
    unseen = sum(piece not in learnt for piece in new) / len(new) if new else None
    return len(learnt), learnt.total() / sum(bool(texts[row]) for row in training), unseen


def runs(text: str, n: int) -> list[str]:
    words = text.split()
    return [" ".join(words[start : start + n]) for start in range(len(words) - n + 1)]


def costs_of(texts: list[str], training: list[int], n: int = 4) -> tuple[TokenizationCost, ...]:
    coverage = coverage_of(texts, training)
    return tokenization_costs(
        coverage, coverage.ngrams(n), [text for row, text in enumerate(texts) if row not in training]
    )


@pytest.mark.claim("numbers", "how many different tokens each tokenization has, how many in a text")
def test_every_way_equals_counting_strings() -> None:
    training = [0, 1, 2]  # an empty text here, and one that is held out
    tokenizers: list[Callable[[str], list[str]]] = [
        list,
        str.split,
        *(lambda text, n=n: runs(text, n) for n in (2, 3, 4)),
    ]
    for cost, pieces in zip(costs_of(TEXTS, training), tokenizers, strict=True):
        different, mean, unseen = by_hand(TEXTS, [pieces(text) for text in TEXTS], training)
        assert (cost.different, cost.pieces, cost.unseen) == pytest.approx((different, mean, unseen))
    characters, words, *_ = costs_of(TEXTS, training)
    # "new" and "bird" of 7 + 6 + 2 words are new.
    assert words.unseen == 2 / 15
    assert characters.different == len(set("a cat sat on a mat a dog sat"))


@pytest.mark.claim("numbers", "the share of a new text's n-grams that was never seen")
def test_unseen_ngrams_of_many_texts_equal_a_set_of_strings() -> None:
    random = np.random.default_rng(3)
    texts = [
        " ".join(f"w{word}" for word in random.integers(0, 12, size=random.integers(1, 9)))
        for _ in range(120)
    ]
    training = list(range(70))
    for cost in costs_of(texts, training)[2:]:
        assert (cost.different, cost.pieces, cost.unseen) == pytest.approx(
            by_hand(texts, [runs(text, cost.words) for text in texts], training)
        )


def test_a_number_beyond_the_base_is_no_other_ngrams_code() -> None:
    # Place 2 and word 13 of base 10 would give the code of place 3 and word 3.
    index = NGramIndex.fit(np.array([3, 3], np.int32), np.array([0, 2]), n=2, vocabulary_size=10)
    other = np.array([2, 13], np.int32), np.array([0, 2])
    assert index.unseen_shares(*other) == (1.0,)
    assert index.unseen_shares(np.array([3, 3], np.int32), np.array([0, 2])) == (0.0,)
    assert index.unseen_shares(np.array([3, 3], np.int32), np.array([0, 1, 2])) == (
        None,
    )  # no text has two words


@pytest.mark.claim("numbers", "more of a new text's long n-grams were never seen")
def test_where_nothing_is_held_out_that_long_nothing_is_claimed() -> None:
    short = costs_of(["a b c", "b a c", "a", "b"], [0, 1])
    assert [cost.unseen for cost in short] == [0, 0, None, None, None]
    assert captions.n_grams(short, 2) == "No held-out text has 2 words."
    figure = tradeoff_chart(short, 2)
    assert figure.layout.title.text == "No new text has 2 words"
    assert len(figure.data[0].x) == 2
    assert tradeoff_chart(costs_of(["a", "", "b"], [0, 1]), 3).layout.title.text == "No new text has 3 words"


def test_the_sentence_and_the_figure_say_what_was_counted() -> None:
    costs = costs_of(TEXTS, [0, 1, 2])
    # Six words: a cat sat on mat dog; seven pairs. New are "mat a", "new cat" and "a bird", of 6 + 5 + 1 pairs.
    assert (costs[1].different, costs[2].different, costs[2].unseen) == (6, 7, 3 / 12)
    assert captions.n_grams(costs, 2) == (
        "There are 1.2 times as many different n-grams of 2 words as words. In a new text, 13.3\u00a0% of the words "
        "were never seen before, and 25.0\u00a0% of the n-grams."
    )
    figure = tradeoff_chart(costs, 2)
    line = figure.data[0]
    assert list(line.x) == [cost.different for cost in costs]
    assert list(line.y) == [cost.unseen for cost in costs]
    assert list(line.text) == ["characters", "words", "n = 2", "n = 3", "n = 4"]
    assert max(line.marker.size) == line.marker.size[2]
    assert figure.layout.title.text == "n = 2: 25.0\u00a0% never seen"
