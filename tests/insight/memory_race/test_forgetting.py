"""A word moved away from the end: gradients against TensorFlow's, halves by hand, words chosen as one would by hand."""

from dataclasses import replace

import numpy as np
import pytest

from core.insight.memory_race import captions
from core.insight.memory_race.forgetting import (
    ORDERS,
    Forgetting,
    filler_orders,
    forgetting_work,
    half_life,
    measure_forgetting,
    supports_forgetting,
)
from core.insight.memory_race.word_choice import (
    TellingWord,
    single_word_probabilities,
    telling_word,
    telling_words,
    uninformative_words,
)
from core.insight.prediction.cost import SMALL_WORK
from core.model import cost
from core.model.classifier import Card, Classifier
from core.model.forward import Weights, weight_shapes
from core.model.scores import Scores
from core.settings.memory_race import equal_budget_settings
from core.settings.network import CELLS, Cell, NetworkSettings, RecurrentLayer
from core.text.cleaning import CleaningSettings
from core.text.sequences import Sequences
from core.text.vocabulary import OOV_ID, Vocabulary
from tests.model.counting import Counting, count_work
from tests.present import present

WORDS = ("¶", "the", "goal", "vote", "of", ",")
LABELS = ("POLITICS", "SPORTS", "TRAVEL")
SCORES = Scores(rows=9, accuracy=0.5, top3_accuracy=1.0, macro_f1=0.5, loss=1.0, majority=0.4)


def tiny_cell(
    cell: Cell = "GRU", *, units: int = 12, seed: int = 0, length: int = 30, weights: Weights | None = None
) -> Classifier:
    """At random, but for the weights that are given."""
    network = NetworkSettings(
        vocabulary_size=20,
        sequence_length=length,
        embedding_size=8,
        cell=cell,
        layers=(RecurrentLayer(units=units, bidirectional=False),),
        pooling="last",
    )
    rng = np.random.default_rng(seed)
    shapes = weight_shapes(network, words=len(WORDS) + 2, categories=len(LABELS))
    random_weights = {name: rng.normal(0, 0.5, shape).astype(np.float32) for name, shape in shapes.items()}
    return Classifier(
        cleaning=CleaningSettings.marked(),
        network=network,
        vocabulary=Vocabulary(words=WORDS, counts=tuple(range(len(WORDS), 0, -1))),
        labels=LABELS,
        weights={**random_weights, **(weights or {})},
        card=Card(
            news_name="n", fingerprint="0" * 64, rows=90, categories=3, trained_at="2026-01-01", preset="race",
            seed=1, epochs=1, seconds=1.0, validation_accuracy=0.5, test=SCORES,
        ),
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("cell", CELLS)
def test_gradients_at_every_distance_are_tensorflows(cell: Cell) -> None:
    """By Keras's own layers, one text at a time and without padding."""
    from tests.model.test_backward import tensorflow_gradients

    classifier = tiny_cell(cell)
    fillers = [3, 6, 5, 1, 3, 4] * 4 + [2, 3]
    found = measure_forgetting(classifier, 4, 1, [fillers])
    assert len(found.gradients) == 27
    for behind in (0, 1, 2, 5, 11, 20, 26):
        text = np.array([[4, *fillers[:behind]]])
        theirs = tensorflow_gradients(classifier.network, dict(classifier.weights), text, np.array([1]))
        expected = np.linalg.norm(theirs[0, 0].astype(np.float64))
        assert found.gradients[behind] == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("cell", CELLS)
def test_probabilities_are_those_of_the_texts_themselves(cell: Cell) -> None:
    classifier = tiny_cell(cell)
    found = measure_forgetting(classifier, 4, 2, [[3, 6, 5]])
    for behind, text in enumerate(("goal", "goal the", "goal the of", "goal the of vote")):
        (answer,) = classifier.predict([text])
        # Its cleaning writes the mark behind the headline; without it, word by word:
        words = [word for word in answer.words if word != "¶"]
        alone_said = classifier.probabilities_of(_texts([classifier.encode(words)]))[0]
        assert found.probabilities[behind] == pytest.approx(alone_said[2], abs=1e-6)
        without = classifier.probabilities_of(_texts([[OOV_ID, *classifier.encode(words)[1:]]]))[0]
        assert found.without[behind] == pytest.approx(without[2], abs=1e-6)
        assert found.effect[behind] == pytest.approx(alone_said[2] - without[2], abs=1e-6)


@pytest.mark.parametrize("cell", CELLS)
def test_several_orders_are_meaned(cell: Cell) -> None:
    classifier = tiny_cell(cell)
    orders = [[3, 6, 5], [5, 3, 3], [6, 6, 1]]
    alone_found = [measure_forgetting(classifier, 4, 2, [one]) for one in orders]
    found = measure_forgetting(classifier, 4, 2, orders)
    for name in ("probabilities", "without", "gradients"):
        expected = np.mean([getattr(one, name) for one in alone_found], axis=0)
        assert getattr(found, name) == pytest.approx(expected, rel=1e-5)


def test_no_filler_at_all() -> None:
    forgetting = measure_forgetting(tiny_cell(), 4, 2, filler_orders([3, 5], 0))
    assert len(forgetting.probabilities) == len(forgetting.without) == len(forgetting.gradients) == 1


def test_orders_hold_every_filler_equally_often() -> None:
    found = filler_orders([3, 4, 5], 9)
    assert len({tuple(one) for one in found}) == len(found) == ORDERS
    assert all(sorted(one) == [3, 3, 3, 4, 4, 4, 5, 5, 5] for one in found)
    assert filler_orders([3, 4, 5], 9) == found
    assert {len(one) for one in filler_orders([3, 4, 5], 7)} == {7}
    assert filler_orders([1], 4) == [[1, 1, 1, 1]]


def _texts(ids: list[list[int]]) -> Sequences:
    return Sequences.from_lists(ids)


def test_a_leaky_unit_by_hand() -> None:
    """h(t) = tanh(w x(t) + u h(t-1)) near 0 is w x + u h: the gradient falls by u with every word that says nothing."""
    u, w, k = 0.25, 1e-3, 3.0
    classifier = tiny_cell(
        "SimpleRNN",
        units=1,
        weights={
            "embedding": np.eye(8, dtype=np.float32)[:8] * 1e-3,
            "layers/0/forward/kernel": np.array([[w]] + [[0.0]] * 7, np.float32),
            "layers/0/forward/recurrent_kernel": np.array([[u]], np.float32),
            "layers/0/forward/bias": np.zeros(1, np.float32),
            "dense/kernel": np.array([[k, 0, 0]], np.float32),
            "dense/bias": np.zeros(3, np.float32),
        },
    )
    found = measure_forgetting(classifier, 2, 0, [[4] * 4])
    assert found.gradients == pytest.approx([k * w * u**n for n in range(5)], rel=1e-4)
    assert half_life(found.gradients) == 1
    assert "LSTM" not in captions.gradient({"SimpleRNN": found})
    assert plain_spaces(captions.gradient({"SimpleRNN": found})) == (
        "Half of the gradient is gone in SimpleRNN after 1 word. After 4 words, this much is left: SimpleRNN 0.4 %."
    )


@pytest.mark.parametrize(
    ("values", "after"),
    [
        ([8, 7, 4, 3, 1], 3),  # 4 is half, not less
        ([8, 3, 5, 3, 2], 3),  # it came back at 2
        ([8, 9, 7, 5, 4], None),
        ([8, 3, 1, 1, 6], None),
        ([8], None),
        ([0, 1, 1], 0),
        ([-0.1, 0.0, -0.2], 0),
        ([8, -5, -6], 1),
    ],
)
def test_from_where_on_half_is_gone(values: list[float], after: int | None) -> None:
    assert half_life(values) == after


def test_a_network_that_reads_from_both_ends_has_no_distance() -> None:
    cell = tiny_cell()
    network = replace(cell.network, layers=(RecurrentLayer(units=12, bidirectional=True),))
    assert supports_forgetting(cell.network)
    assert not supports_forgetting(network)
    assert not supports_forgetting(replace(cell.network, pooling="max_mean"))
    assert not supports_forgetting(replace(cell.network, ensemble_size=2))
    assert not supports_forgetting(replace(cell.network, tokenization="words and pairs"))
    shapes = weight_shapes(network, words=len(WORDS) + 2, categories=3)
    both = replace(
        cell, network=network, weights={name: np.zeros(shape, np.float32) for name, shape in shapes.items()}
    )
    with pytest.raises(ValueError, match="in one direction"):
        measure_forgetting(both, 2, 0, [[3]])


# --- Which words ---


def classifier_of_words(rows: dict[str, tuple[int, float]], *, seed: int = 0) -> Classifier:
    """After a word alone the network says its category, the surer the larger the number; after others nothing."""
    table = np.zeros((len(WORDS) + 2, 8), np.float32)
    for word, (label, loud) in rows.items():
        table[WORDS.index(word) + 2, label] = loud
    kernel = np.zeros((8, 2 * 12), np.float32)
    kernel[:3, 12:15] = np.eye(3)  # the minGRU's proposal: each number to its own unit
    bias = np.zeros(24, np.float32)
    bias[:12] = 9.0  # its gate open
    dense = np.zeros((12, 3), np.float32)
    dense[:3] = np.eye(3)
    return tiny_cell(
        "minGRU",
        seed=seed,
        weights={
            "embedding": table,
            "layers/0/forward/kernel": kernel,
            "layers/0/forward/bias": bias,
            "dense/kernel": dense,
            "dense/bias": np.zeros(3, np.float32),
        },
    )


def test_the_telling_word_of_each_category_is_one_that_all_cells_agree_on() -> None:
    first = classifier_of_words({"goal": (1, 3.0), "vote": (0, 5.0), "of": (1, 4.0), "¶": (2, 9.0)})
    second = classifier_of_words({"goal": (1, 2.0), "vote": (0, 1.5), "of": (0, 4.0), "¶": (2, 9.0)})
    found = telling_words([first, second])
    # "of" is louder, but the second hears another category; the mark is no word.
    assert [(one.word, LABELS[one.label]) for one in found] == [
        ("goal", "SPORTS"),
        ("vote", "POLITICS"),
    ]
    assert [one.token_id for one in found] == [4, 5]
    assert found[0].probability == pytest.approx(np.exp(2.0) / (np.exp(2.0) + 2), abs=1e-3)
    assert found[1].probability == pytest.approx(np.exp(1.5) / (np.exp(1.5) + 2), abs=1e-3)


def test_where_no_word_is_heard_alike_the_one_that_comes_nearest_is_taken() -> None:
    sets = [{word: (label, 2.0) for word in WORDS if word != "¶"} for label in (0, 1)]
    sets[1]["goal"] = (1, 0.5)
    (telling,) = telling_words([classifier_of_words(words) for words in sets])
    assert (telling.word, telling.label) == ("goal", 0)


def test_a_word_of_ones_own() -> None:
    some = [classifier_of_words({"goal": (1, 3.0)}), classifier_of_words({"goal": (1, 1.0)})]
    chosen = present(telling_word(some, "goal"))
    assert chosen == TellingWord(word="goal", token_id=4, label=1, probability=chosen.probability)
    assert chosen.probability == pytest.approx(np.e / (np.e + 2), abs=1e-3)
    assert telling_word(some, "zebra") is None


def test_quiet_words_are_those_that_say_least() -> None:
    some = [classifier_of_words({"goal": (1, 3.0), "vote": (0, 4.0), "of": (2, 0.1)})]
    # The mean of the answers lies where the loud ones pull it, away from TRAVEL; the comma is no word.
    assert uninformative_words(some, most=2) == ("the", "of")
    assert set(uninformative_words(some)) == {"the", "of", "goal", "vote"}


def test_answers_to_words_alone() -> None:
    cell = tiny_cell()
    (answer,) = single_word_probabilities(cell, np.array([4]))
    assert answer == pytest.approx(cell.probabilities_of(_texts([[4]]))[0])


# --- In words ---


def plain_spaces(text: str) -> str:
    """The same with spaces that break."""
    return text.replace("\u00a0", " ")


def forgetting_of(probabilities: list[float], gradients: list[float], without: float = 0.1) -> Forgetting:
    return Forgetting(
        probabilities=np.array(probabilities),
        without=np.full(len(probabilities), without),
        gradients=np.array(gradients),
    )


def test_what_is_said() -> None:
    forgetting: dict[Cell, Forgetting] = {
        "SimpleRNN": forgetting_of([0.9, 0.2, 0.1], [1.0, 1e-3, 1e-6]),
        "LSTM": forgetting_of([0.8, 0.8, 0.7], [1.0, 0.9, 0.6]),
        "GRU": forgetting_of([0.7, 0.7, 0.2], [2.0, 4.0, 5.0]),
    }
    assert plain_spaces(captions.probability(forgetting, "goal", "SPORTS")) == (
        "With nothing after it, “goal” adds 60.0 to 80.0 points to the probability of SPORTS. Half of that is gone in "
        "SimpleRNN after 1 word, GRU after 2. LSTM keeps more than half of it over all 2 words."
    )
    assert plain_spaces(captions.gradient(forgetting)) == (
        "Half of the gradient is gone in SimpleRNN after 1 word. LSTM and GRU keep more than half of it over all "
        "2 words. After 2 words, this much is left: SimpleRNN 1 part in 1,000,000, LSTM 60.0 %, GRU 2.5 times as "
        "much."
    )
    assert captions.forgetting_title(forgetting) == "After 1 word half of its effect on SimpleRNN is gone"
    assert captions.forgetting_title(forgetting, gradient=True) == "SimpleRNN: half the gradient after 1 word"
    lstm_alone: dict[Cell, Forgetting] = {"LSTM": forgetting["LSTM"]}
    assert captions.forgetting_title(lstm_alone) == "No cell loses half of it within 2 words"
    assert captions.probability(lstm_alone, "goal", "SPORTS").endswith(
        "LSTM keeps more than half of that over all 2 words."
    )


def test_a_word_that_speaks_against_the_category_adds_nothing() -> None:
    forgetting: dict[Cell, Forgetting] = {"LSTM": forgetting_of([0.05, 0.06], [1.0, 1.0])}
    assert captions.probability(forgetting, "of", "SPORTS") == (
        "“of” does not speak for SPORTS. It adds less than a point, which is too little to follow."
    )
    assert captions.forgetting_title(forgetting) == "No cell learns enough from the word to forget it"
    assert (
        captions.forgetting_title({"GRU": forgetting_of([0.9], [0.0])}, gradient=True)
        == "No cell has a gradient to lose"
    )
    assert captions.gradient({"GRU": forgetting_of([0.9], [0.0])}).startswith(
        "No cell has a gradient back to the word"
    )


def test_a_cell_to_which_the_word_says_nothing_has_nothing_to_forget() -> None:
    forgetting: dict[Cell, Forgetting] = {
        "LSTM": forgetting_of([0.05, 0.06], [1.0, 1.0]),
        "minGRU": forgetting_of(
            [0.109, 0.02], [1.0, 1.0]
        ),  # 0.9 of a point, whose half the fillers would hide
        "GRU": forgetting_of([0.7, 0.2], [1.0, 7e-9]),
    }
    assert plain_spaces(captions.probability(forgetting, "of", "SPORTS")) == (
        "With nothing after it, “of” adds 60.0 points to the probability of SPORTS, in LSTM and minGRU less than one. "
        "Half of that is gone in GRU after 1 word."
    )
    assert captions.forgetting_title(forgetting) == "After 1 word half of its effect on GRU is gone"
    # 1 / 7e-9 is 142,857,143.
    assert captions.gradient(forgetting).endswith(
        "LSTM 100.0\u00a0%, minGRU 100.0\u00a0%, GRU 1 part in 140,000,000."
    )
    forgetting["GRU"] = forgetting_of([0.7, 0.2], [1.0, 0.0])
    assert captions.gradient(forgetting).endswith("GRU less than 1 part in a billion.")


@pytest.mark.parametrize("cell", CELLS)
def test_it_does_no_more_than_its_work(cell: Cell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cost, "LEAST_ROWS", 1)
    classifier = tiny_cell(cell)
    weights = {name: array.view(Counting) for name, array in classifier.weights.items()}
    orders = filler_orders([3, 5], 7)
    counted = count_work(
        monkeypatch, lambda: measure_forgetting(replace(classifier, weights=weights), 4, 2, orders)
    )
    work = forgetting_work(classifier.network, orders=len(orders), words=8)
    assert counted < work


def test_the_least_race_is_measured_at_once_and_the_largest_by_a_process() -> None:
    works = [
        [
            forgetting_work(run.network, orders=ORDERS, words=run.network.sequence_length)
            for run in equal_budget_settings(units=units, sequence_length=words)
        ]
        for units, words in ((64, 40), (112, 100))
    ]
    assert max(works[0]) < SMALL_WORK < max(works[1])
