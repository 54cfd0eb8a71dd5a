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
    fields = ("y", "logits", "lengths", "unknown", "years")
    parts = {f"{part}/{field}": field for part in ("validation", "test") for field in fields}
    assert set(arrays) == {"schema", "training_counts", *parts}
    for name, field in parts.items():
        rows = len(arrays[f"{name.partition('/')[0]}/y"])
        assert arrays[name].shape == ((rows, 41) if field == "logits" else (rows,))
    words = studies.read(places.STARTER, "map")
    assert set(words) == {"schema", "tsne", "nearest", "effects", "texts", "kept"}
    assert {array.shape for array in words.values()} == {
        (),
        (5_000, 2),
        (5_000, 10),
        (5_000, 41),
        (5_000,),
        (3,),
    }


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
