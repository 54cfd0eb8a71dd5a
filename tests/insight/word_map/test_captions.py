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
def shown(tmp_path: Path) -> WordMap:
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


def test_of_pca(shown: WordMap) -> None:
    assert sentences.pca(shown, 2) == (
        "Each of the 6 words is a row of 2 numbers; the two axes drawn hold 100.0\u00a0% of the differences between "
        "the rows. Of the 2 words nearest to a word, 1.2 on average are among its 2 nearest on this picture too."
    )
    assert "Of the" not in sentences.pca(replace(shown, computed=None), 2)
    assert "three axes" in sentences.pca(shown, 3)


def test_of_tsne(shown: WordMap) -> None:
    said = sentences.tsne(shown)
    assert "of the 2 words nearest to a word, 1.5 on average are among its 2 nearest" in said
    assert "PCA keeps 1.2" in said


def test_of_colours(shown: WordMap) -> None:
    """Known pairs: 0-1 and 1-0 agree, 0-2, 1-2, 2-1, 2-0 do not, 3-4 and 4-3 do: 4 of 8; 4 of 20 by chance."""
    assert sentences.category_agreement(shown) == (
        "Of a word's 2 nearest, 1.0 on average tell of the same category as it does; by chance it would be 0.4."
    )
    assert sentences.category_agreement(replace(shown, computed=None)) == ""


def test_of_before(shown: WordMap) -> None:
    said = sentences.before_training(shown)
    assert "Training has made their rows 2.0 times as long on average." in said
    assert "Of a word's 2 nearest then, 0.5 on average are so still." in said


@pytest.mark.parametrize(
    ("word", "said"),
    [
        # 3 less the mean of 3, 0, 0.
        (2, "“the” tells of ANIMALS: 2.00, 8 articles. 1 of its 4 nearest words tells of the same."),
        (4, "“sat” tells of HOMES: 2.00, 1 article. 0 of its 4 nearest words tell of the same."),
        (7, "What “mat” tells of is not measured: it stands in no held-out article."),
    ],
)
def test_of_word(shown: WordMap, word: int, said: str) -> None:
    shortened = (
        sentences.searched_word(shown, word)
        .replace("it raises its score by ", "")
        .replace("the mean of ", "")
    )
    assert shortened.replace(" against the others", "") == said


def test_of_word_without_a_study(shown: WordMap) -> None:
    assert sentences.searched_word(replace(shown, computed=None), 2) == "What “the” tells of is not measured."


def test_of_a_rare_word(shown: WordMap) -> None:
    few = replace(shown, points=shown.points[:2])
    assert sentences.searched_word(few, 5) == (
        "“on” is rarer than the 2 words of the map: it has neighbours, but no point."
    )
