"""Recorded results in sentences and in a chart, by hand; the swap of two names."""

from dataclasses import replace

import numpy as np
import pytest

from core.insight.order_task import captions
from core.insight.order_task.figures import by_distance_chart
from core.insight.order_task.results import (
    CELL_NAMES,
    LONGER,
    PAIRS,
    WORDS,
    LearnerResult,
    OrderResults,
    Spread,
    name_positions,
    swap_names,
)
from core.settings.presets import PRESETS
from core.text.sequences import Sequences
from core.text.vocabulary import Vocabulary

ORDERS = {"shuffled": 0.5, "reversed": 0.25, "thinned": 0.75}
# At 5 and at 25 words, of two seeds.
BY_DISTANCE = {
    WORDS: ((0.5, 0.5), (0.5, 0.5)),
    PAIRS: ((0.5, 0.5), (0.5, 0.5)),
    "SimpleRNN": ((0.7, 0.5), (0.9, 0.54)),
    "LSTM": ((1.0, 1.0), (1.0, 0.98)),
    "GRU": ((1.0, 0.9), (1.0, 1.0)),
    "minGRU": ((0.8, 0.7), (0.8, 0.7)),
    LONGER: ((1.0, 1.0), (0.5, 0.5)),
}
RESULTS = OrderResults(
    settings=PRESETS["quick"],
    longer=PRESETS["quick"],
    distances=(5, 25),
    made_headlines=320,
    fingerprint="",
    results=tuple(
        LearnerResult(
            learner=learner,
            seed=seed,
            units=32,
            epochs=40 if learner == LONGER else 20,
            validation=0.5,
            accuracy=accuracies[0],
            by_distance=accuracies,
            orders=ORDERS,  # type: ignore[arg-type]
            moved=0.0 if learner == WORDS else 0.9 + seed / 100,
            changed=0.0,
        )
        for learner, seeds in BY_DISTANCE.items()
        for seed, accuracies in enumerate(seeds, 1)
    ),
)

ALIKE = replace(RESULTS, results=tuple(replace(result, moved=0.9998) for result in RESULTS.results))


def test_mean_and_spread_by_hand() -> None:
    assert RESULTS.seeds == 2
    simple, gru = RESULTS.accuracy("SimpleRNN"), RESULTS.at_distance("GRU", 25)
    assert (simple.mean, simple.low, simple.high) == pytest.approx((0.8, 0.7, 0.9))
    assert (gru.mean, gru.low, gru.high) == pytest.approx((0.95, 0.9, 1.0))
    assert RESULTS.after("LSTM", "reversed") == Spread(mean=0.25, low=0.25, high=0.25)
    assert captions.spread(RESULTS.at_distance("GRU", 25)) == "95.0\u00a0% (90.0\u00a0% to 100.0\u00a0%)"


def test_what_the_chart_says_and_draws() -> None:
    assert captions.by_distance_title(RESULTS) == "SimpleRNN at chance, LSTM and GRU right"
    assert "GRU 95.0\u00a0% (90.0\u00a0% to 100.0\u00a0%)" in captions.by_distance(RESULTS)
    lines = {trace.name: trace for trace in by_distance_chart(RESULTS).data}
    assert set(lines) == {"bag of words", *CELL_NAMES}
    simple = lines["SimpleRNN"]
    assert list(simple.x) == [5, 25]
    assert list(simple.y) == pytest.approx([0.8, 0.52])
    assert list(simple.error_y.array) == pytest.approx([0.1, 0.02])
    assert list(simple.error_y.arrayminus) == pytest.approx([0.1, 0.02])


def test_sentences_on_swaps_longer_training_and_a_classifier_of_ones_own() -> None:
    effect = captions.order_effect(RESULTS, "GRU")
    assert "moves the GRU by 91.5 points. That is the mean of 2 seeds: 91.0 to 92.0 points." in effect
    assert "A bag of words moves by 0.0 points." in effect
    assert "That is the mean of 2 seeds. A bag" in captions.order_effect(ALIKE, "GRU")
    assert "1 of 2 seeds do learn the task" in captions.longer(RESULTS)
    own = captions.own_differs(RESULTS, cell="LSTM", news_name="my.csv", categories=7, accuracy=0.5)
    assert own.startswith(
        "Your own LSTM reads here. It learnt from my.csv, has 7 categories and is right for 50.0"
    )
    assert "LSTM on “Who beat whom” is right for 100.0\u00a0%" in own


def test_two_names_change_places() -> None:
    vocabulary = Vocabulary.fit(["frostby won against sunford snowick palmona"], size=10)
    words = ["frostby won sunford", "palmona won against snowick"]
    ids = [vocabulary.encode(text.split()) for text in words]
    swapped = swap_names(Sequences.from_lists(ids), vocabulary)
    assert (
        " ".join(vocabulary.decode(swapped.ids.tolist())) == "sunford won frostby snowick won against palmona"
    )
    assert np.array_equal(swapped.offsets, [0, 3, 7])
    assert name_positions(words[1].split()) == (0, 3)
    assert name_positions(["frostby", "won"]) is None
    # Two texts with three names and one: four in all, but not two in each.
    uneven = ["frostby sunford snowick", "palmona won"]
    with pytest.raises(ValueError, match="exactly two names"):
        swap_names(Sequences.from_lists([vocabulary.encode(text.split()) for text in uneven]), vocabulary)
