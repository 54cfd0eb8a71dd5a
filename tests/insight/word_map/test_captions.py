"""Sentences under the map are true of its data."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.insight.word_map import captions as sentences
from core.insight.word_map.computed_map import ComputedMap
from core.insight.word_map.word_effects import WordEffects
from core.insight.word_map.word_map import WordMap
from tests.insight.word_maps import save_with_map, tiny_classifier

# Three words point one way and three another; what each tells of, and in how many articles that was seen.
ROWS = [[1, 0], [1, 0.1], [1, 0.2], [-1, 0], [-1, 0.1], [-1, 0.2]]
MEANS = [[3, 0, 0], [2, 0, 1], [0, 3, 0], [0, 0, 6], [0, 0, 3], [9, 9, 9]]
TEXTS = [8, 8, 1, 8, 2, 0]


@pytest.fixture
def word_map(tmp_path: Path) -> WordMap:
    random = tiny_classifier(8, embedding_size=2)
    table = np.array([[0, 0], [0, 0], *ROWS], np.float32)
    classifier = replace(random, weights=dict(random.weights) | {"embedding": table})
    found = ComputedMap(
        tsne=np.zeros((6, 2), np.float32),
        nearest=np.array([[1, 2], [0, 2], [1, 0], [4, 5], [3, 5], [4, 3]], np.int32),
        effects=WordEffects(means=np.array(MEANS, np.float32), texts=np.array(TEXTS, np.uint8)),
        preserved_by_pca=1.25,
        preserved_by_tsne=1.5,
        preserved_by_training=0.5,
    )
    empty = WordMap.load(classifier, save_with_map(classifier, tmp_path / "one", computed=False))
    return replace(
        empty,
        computed=found,
        initial_rows=np.vstack([np.zeros((2, 2)), np.array(ROWS) / 2]).astype(np.float32),
    )


def test_of_pca(word_map: WordMap) -> None:
    assert sentences.pca(word_map, 2) == (
        "Each of the 6 words is a row of 2 numbers. The two axes on the map show 100.0\u00a0% of the differences "
        "between the rows. On average, 1.2 of the 2 nearest words are also among the 2 nearest on this map."
    )
    assert "On average" not in sentences.pca(replace(word_map, computed=None), 2)
    assert "three axes" in sentences.pca(word_map, 3)


def test_of_tsne(word_map: WordMap) -> None:
    caption = sentences.tsne(word_map)
    assert "1.5 of the 2 nearest words are also among the 2 nearest" in caption
    assert "PCA keeps 1.2" in caption


def test_of_colours(word_map: WordMap) -> None:
    """Known pairs: 0-1 and 1-0 agree, 0-2, 1-2, 2-1, 2-0 do not, 3-4 and 4-3 do: 4 of 8; 4 of 20 by chance."""
    assert sentences.category_agreement(word_map) == (
        "On average, 1.0 of a word's 2 nearest words point to the same category. At random it would be 0.4."
    )
    assert sentences.category_agreement(replace(word_map, computed=None)) == ""


def test_of_before(word_map: WordMap) -> None:
    caption = sentences.before_training(word_map)
    assert "Training has made their rows 2.0 times as long on average." in caption
    assert (
        "On average, 0.5 of a word's 2 nearest words are still among the nearest after training." in caption
    )


@pytest.mark.parametrize(
    ("word", "caption"),
    [
        # 3 less the mean of 3, 0, 0.
        (
            2,
            "“the” points to ANIMALS. It raises that score by 2.00 compared with the others, on average over 8 "
            "articles. 1 of its 4 nearest words points to the same.",
        ),
        (
            4,
            "“sat” points to HOMES. It raises that score by 2.00 compared with the others, on average over 1 "
            "article. 0 of its 4 nearest words point to the same.",
        ),
        (7, "What “mat” points to is not measured: it is in no held-out article."),
    ],
)
def test_of_word(word_map: WordMap, word: int, caption: str) -> None:
    assert sentences.searched_word(word_map, word) == caption


def test_of_word_without_a_study(word_map: WordMap) -> None:
    assert (
        sentences.searched_word(replace(word_map, computed=None), 2)
        == "What “the” points to is not measured."
    )


def test_of_a_rare_word(word_map: WordMap) -> None:
    few = replace(word_map, points=word_map.points[:2])
    assert sentences.searched_word(few, 5) == (
        "“on” is rarer than the 2 words on the map. It has neighbours, but no point."
    )
