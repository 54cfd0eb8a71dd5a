"""The starter as it is shipped: what is known of it is of these very weights, and holds no headline."""

import numpy as np
import pytest

from core import paths
from core.insight import artifacts
from core.insight.activations.keras_parity import KerasParity
from core.insight.activations.top_activating import UnitActivations
from core.insight.activations.trace import LayerLocation
from core.insight.evaluation.held_out import HeldOut
from core.insight.word_map.word_map import WordMap
from core.model.classifier import Classifier
from core.model.forward import forward


@pytest.fixture(scope="module")
def starter() -> Classifier:
    return Classifier.load(paths.STARTER)


def test_no_text_is_given_on() -> None:
    """Neither a headline nor the order of its words: one number an article and field, and the answers."""
    for path in (paths.STARTER / artifacts.FOLDER).iterdir():
        assert path.name in ("held_out.npz", "map.npz", "units.npz", "agreement.npz")
    arrays = artifacts.read(paths.STARTER, "held_out")
    fields = ("y", "logits", "lengths", "unknown", "years")
    parts = {f"{part}/{field}": field for part in ("validation", "test") for field in fields}
    assert set(arrays) == {"schema", "training_counts", *parts}
    for name, field in parts.items():
        rows = len(arrays[f"{name.partition('/')[0]}/y"])
        assert arrays[name].shape == ((rows, 41) if field == "logits" else (rows,))
    units = artifacts.read(paths.STARTER, "units")
    ends = [f"0/0/{direction}/{end}" for direction in ("forward", "backward") for end in ("high", "low")]
    assert set(units) == {"schema", *(f"{end}/{field}" for end in ends for field in ("words", "means"))}
    assert {array.shape for name, array in units.items() if name != "schema"} == {(96, 10)}
    assert {array.shape for array in artifacts.read(paths.STARTER, "agreement").values()} == {()}
    words = artifacts.read(paths.STARTER, "map")
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
    held_out = HeldOut.load(paths.STARTER, categories=len(starter.labels))
    assert len(held_out.test) == starter.card.test.rows
    right = float((held_out.test.logits.argmax(axis=1) == held_out.test.y).mean())
    assert right == pytest.approx(starter.card.test.accuracy, abs=0.002)
    majority = (held_out.test.y == held_out.training_counts.argmax()).mean()
    assert majority == pytest.approx(starter.card.test.majority)
    assert held_out.test.sequences is None
    assert held_out.test.articles is None


def test_the_word_map_is_of_these_weights(starter: Classifier) -> None:
    shown = WordMap.load(starter, paths.STARTER)
    # Nobody who reads the news would doubt these.
    for word, category in (("senate", "POLITICS"), ("football", "SPORTS"), ("recipe", "FOOD & DRINK")):
        place = starter.vocabulary.token_id(word) - 2
        assert starter.labels[shown.categories[place]] == category
    assert shown.computed
    assert shown.computed.tsne.shape == (5_000, 2)
    assert np.abs(shown.computed.tsne.std(axis=0)).min() > 1  # spread out, not one heap


def test_its_units_are_of_these_weights(starter: Classifier) -> None:
    """Read alone, a unit's favourite words move it to the side that they are said to, by and large."""
    found = UnitActivations.load(paths.STARTER, starter)
    for backward in (False, True):
        place = LayerLocation(backward=backward)
        high, low = (found.ends[place, end] for end in ("high", "low"))
        assert high.articles is low.articles is None
        ids = np.concatenate([high.words, low.words], axis=1)  # (96, 20)
        alone = place.trace_in(forward(starter.weights, starter.network, ids.reshape(-1, 1))).states.reshape(
            96, 20, 96
        )
        own = alone[np.arange(96), :, np.arange(96)]  # (96, 20)
        assert (own[:, :10].mean(axis=1) > own[:, 10:].mean(axis=1)).mean() > 0.95


def test_its_numbers_are_kerass() -> None:
    found = KerasParity.load(paths.STARTER)
    assert found.largest < 1e-5
    assert found.differences.keys() == {"state", "update", "reset", "candidate", "probabilities"}
    assert found.articles > 100
    assert not found.random_ids
