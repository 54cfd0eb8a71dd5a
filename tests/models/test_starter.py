"""The starter as it is shipped: what is known of it is of these very weights, and holds no headline."""

import numpy as np
import pytest

from core import places
from core.insight import studies
from core.insight.held_out import HeldOut
from core.insight.word_map import WordMap
from core.rnn.classifier import Classifier


@pytest.fixture(scope="module")
def starter() -> Classifier:
    return Classifier.load(places.STARTER)


def test_no_text_is_given_on() -> None:
    """Neither a headline nor the order of its words: one number an article and field, and the answers."""
    for path in (places.STARTER / studies.FOLDER).iterdir():
        assert path.name in ("held_out.npz", "map.npz")
    arrays = studies.read(places.STARTER, "held_out")
    rows = len(arrays["test/y"])
    for name, array in arrays.items():
        if name.startswith("test/"):
            assert array.shape in ((rows,), (rows, 41)), name
        assert array.dtype.kind in "iuf", name


def test_the_evaluation_is_of_these_weights(starter: Classifier) -> None:
    """In 8 bits, so within two thousandths of what its card says of the weights that were trained."""
    held_out = HeldOut.load(places.STARTER, categories=len(starter.labels))
    assert len(held_out.test) == starter.card.test.rows
    right = float((held_out.test.logits.argmax(axis=1) == held_out.test.y).mean())
    assert right == pytest.approx(starter.card.test.accuracy, abs=0.002)
    majority = (held_out.test.y == held_out.majority_label).mean()
    assert majority == pytest.approx(starter.card.test.majority)
    assert held_out.test.sequences is held_out.test.articles is None


def test_the_word_map_is_of_these_weights(starter: Classifier) -> None:
    shown = WordMap.of(starter, places.STARTER)
    # Nobody who reads the news would doubt these.
    for word, category in (("senate", "POLITICS"), ("football", "SPORTS"), ("recipe", "FOOD & DRINK")):
        place = starter.vocabulary.number(word) - 2
        assert starter.labels[shown.categories[place]] == category
    assert shown.found
    assert shown.found.tsne.shape == (5_000, 2)
    assert np.abs(shown.found.tsne.std(axis=0)).min() > 1  # spread out, not one heap
