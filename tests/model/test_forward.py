"""The NumPy network against hand-worked numbers, against properties, and against stock Keras layers."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.model.forward import (
    Array,
    Forward,
    Weights,
    bag_of_words_logits,
    forward,
    logits,
    sigmoid,
    softmax,
    weight_shapes,
)
from core.settings.network import Cell, NetworkSettings, Pooling, RecurrentLayer
from core.settings.presets import PRESETS
from tests.present import present

WORDS, CATEGORIES = 11, 5


def network(
    cell: Cell = "GRU",
    *,
    units: tuple[int, ...] = (3,),
    bidirectional: bool | tuple[bool, ...] = True,
    pooling: Pooling = "max_mean",
    size: int = 4,
) -> NetworkSettings:
    """A small network; ``bidirectional`` is one boolean or one a layer."""
    both = bidirectional if isinstance(bidirectional, tuple) else (bidirectional,) * len(units)
    return NetworkSettings(
        vocabulary_size=WORDS,
        sequence_length=9,
        embedding_size=size,
        cell=cell,
        layers=tuple(RecurrentLayer(units=u, bidirectional=b) for u, b in zip(units, both, strict=True)),
        pooling=pooling,
    )


def random_weights(
    net: NetworkSettings,
    *,
    seed: int = 0,
    words: int = WORDS,
    categories: int = CATEGORIES,
    scale: float = 0.7,
) -> dict[str, Array]:
    rng = np.random.default_rng(seed)
    shapes = weight_shapes(net, words=words, categories=categories)
    return {name: rng.normal(0, scale, shape).astype(np.float32) for name, shape in shapes.items()}


def random_ids(
    *, seed: int = 0, batch: int = 6, words: int = 9, padding: str = "behind"
) -> NDArray[np.int32]:
    rng = np.random.default_rng(seed)
    ids = rng.integers(1, WORDS, (batch, words)).astype(np.int32)
    lengths = rng.integers(1, words + 1, batch)
    lengths[0], lengths[-1] = words, 1
    if padding == "behind":
        ids[np.arange(words) >= lengths[:, None]] = 0
    else:  # holes anywhere, but at least one word
        ids[rng.random((batch, words)) < 0.4] = 0
        ids[:, 3] = 7
    return ids


def probabilities(weights: Weights, net: NetworkSettings, ids: NDArray[np.integer]) -> Array:
    """The answers as a classifier asks for them, without gates."""
    return softmax(logits(weights, net, ids))


# --- Numbers worked by hand ---


def by_hand(cell: Cell) -> tuple[NetworkSettings, dict[str, Array]]:
    """One unit, embedding of one number; every product is a product of two numbers. Words 0.5, then -1."""
    net = network(cell, units=(1,), bidirectional=False, pooling="last", size=1)
    weights = random_weights(net, categories=2)
    weights["embedding"] = np.array([[9.0], [0.5], [-1.0]], np.float32)
    weights["dense/kernel"] = np.array([[2.0, -1.0]], np.float32)
    weights["dense/bias"] = np.array([0.1, 0.3], np.float32)
    return net, weights


def logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def check(net: NetworkSettings, weights: Weights, h: Sequence[float]) -> Forward:
    answer = forward(weights, net, np.array([[1, 2, 0]], np.int32))
    assert answer.members[0].layers[0].states[0, :, 0] == pytest.approx([h[0], h[1], h[1]], abs=1e-6)
    logits = [2 * h[1] + 0.1, -h[1] + 0.3]
    assert answer.logits[0] == pytest.approx(logits, abs=1e-6)
    total = math.exp(logits[0]) + math.exp(logits[1])
    assert answer.probabilities[0] == pytest.approx([math.exp(x) / total for x in logits], abs=1e-6)
    return answer


def test_simple_rnn_by_hand() -> None:
    net, weights = by_hand("SimpleRNN")
    weights["layers/0/forward/kernel"] = np.array([[0.8]], np.float32)
    weights["layers/0/forward/recurrent_kernel"] = np.array([[-0.5]], np.float32)
    weights["layers/0/forward/bias"] = np.array([0.2], np.float32)
    first = math.tanh(0.8 * 0.5 + 0.2)
    check(net, weights, (first, math.tanh(0.8 * -1 - 0.5 * first + 0.2)))


def test_lstm_by_hand() -> None:
    net, weights = by_hand("LSTM")
    weights["layers/0/forward/kernel"] = np.array([[0.1, 0.2, 0.3, 0.4]], np.float32)  # i f c o
    weights["layers/0/forward/recurrent_kernel"] = np.array([[0.5, 0.6, 0.7, 0.8]], np.float32)
    weights["layers/0/forward/bias"] = np.array([0.0, 1.0, 0.0, -1.0], np.float32)
    h, c, states = 0.0, 0.0, []
    for x in (0.5, -1.0):
        i, f = logistic(0.1 * x + 0.5 * h), logistic(0.2 * x + 0.6 * h + 1)
        g, o = math.tanh(0.3 * x + 0.7 * h), logistic(0.4 * x + 0.8 * h - 1)
        c = f * c + i * g
        h = o * math.tanh(c)
        states.append(h)
    gates = check(net, weights, states).members[0].layers[0].forward.gates
    last = {"input": i, "forget": f, "candidate": g, "output": o, "cell": c}
    assert {name: float(gate[0, 1, 0]) for name, gate in gates.items()} == pytest.approx(last, abs=1e-6)
    assert all(gate[0, 2, 0] == 0 for gate in gates.values())  # padding opens no gate


def test_gru_by_hand() -> None:
    net, weights = by_hand("GRU")
    weights["layers/0/forward/kernel"] = np.array([[0.1, 0.2, 0.3]], np.float32)  # z r h
    weights["layers/0/forward/recurrent_kernel"] = np.array([[0.5, 0.6, 0.7]], np.float32)
    weights["layers/0/forward/bias"] = np.array([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]], np.float32)
    h, states = 0.0, []
    for x in (0.5, -1.0):
        z = logistic(0.1 * x + 0.1 + 0.5 * h + 0.4)
        r = logistic(0.2 * x + 0.2 + 0.6 * h + 0.5)
        g = math.tanh(0.3 * x + 0.3 + r * (0.7 * h + 0.6))  # reset after the product
        h = z * h + (1 - z) * g
        states.append(h)
    gates = check(net, weights, states).members[0].layers[0].forward.gates
    assert {name: float(gate[0, 1, 0]) for name, gate in gates.items()} == pytest.approx(
        {"update": z, "reset": r, "candidate": g}, abs=1e-6
    )


@pytest.mark.claim("gates", "a minGRU's gate is computed from the word alone")
def test_min_gru_by_hand() -> None:
    net, weights = by_hand("minGRU")
    weights["layers/0/forward/kernel"] = np.array([[0.1, 0.3]], np.float32)  # z h
    weights["layers/0/forward/bias"] = np.array([0.2, 0.4], np.float32)
    h, states = 0.0, []
    for x in (0.5, -1.0):
        z = logistic(0.1 * x + 0.2)
        g = 0.3 * x + 0.4
        h = (1 - z) * h + z * g
        states.append(h)
    gates = check(net, weights, states).members[0].layers[0].forward.gates
    assert {name: float(gate[0, 1, 0]) for name, gate in gates.items()} == pytest.approx(
        {"update": z, "candidate": g}, abs=1e-6
    )


def test_votes_by_hand() -> None:
    """Words 2, 3, 2 and padding: three words and two pairs vote, each as loud as one part of the root of 5."""
    net = replace(network("SimpleRNN"), tokenization="words and pairs", bigram_buckets=1_000)
    weights = random_weights(net)
    words, table = len(weights["embedding"]), weights["votes"]
    rows = [
        words + (first * 1_000_003 + second * 8_191) % 2_147_483_647 % 1_000
        for first, second in ((2, 3), (3, 2))
    ]
    said = 2 * table[2] + table[3] + table[rows].sum(axis=0)
    ids = np.array([[2, 3, 2, 0, 0], [0, 0, 0, 0, 0]])
    assert bag_of_words_logits(weights, ids)[0] == pytest.approx(said / math.sqrt(5), abs=1e-6)
    assert not bag_of_words_logits(weights, ids)[1].any()
    silent = weights | {"votes": np.zeros_like(table)}
    told = forward(weights, net, ids).logits - forward(silent, net, ids).logits
    assert told == pytest.approx(bag_of_words_logits(weights, ids), abs=1e-5)


def test_pairs_of_rare_words_are_those_of_whole_numbers_without_end() -> None:
    """Word ids come in 32 bits; Python's own numbers say which row is meant, and Keras was trained on that one."""
    net = replace(network("SimpleRNN"), tokenization="words and pairs", bigram_buckets=65_536)
    weights = random_weights(net, words=30_000)
    ids = np.array([[2_147, 2_148, 29_999, 29_998, 7]], np.int32)
    pairs = list(itertools.pairwise(ids[0].tolist()))
    rows = [30_000 + (one * 1_000_003 + other * 8_191) % 2_147_483_647 % 65_536 for one, other in pairs]
    said = weights["votes"][[*ids[0].tolist(), *rows]].sum(axis=0)
    assert bag_of_words_logits(weights, ids)[0] == pytest.approx(said / 3, abs=1e-5)


def test_backward_direction_begins_at_the_last_real_word() -> None:
    net = network("SimpleRNN", units=(1,), pooling="last", size=1)
    weights = by_hand("SimpleRNN")[1] | {
        "layers/0/forward/kernel": np.zeros((1, 1), np.float32),
        "layers/0/forward/recurrent_kernel": np.zeros((1, 1), np.float32),
        "layers/0/forward/bias": np.zeros(1, np.float32),
        "layers/0/backward/kernel": np.array([[0.8]], np.float32),
        "layers/0/backward/recurrent_kernel": np.array([[-0.5]], np.float32),
        "layers/0/backward/bias": np.array([0.2], np.float32),
        "dense/kernel": np.ones((2, 2), np.float32),
    }
    trace = forward(weights, net, np.array([[1, 2, 0, 0]], np.int32)).members[0].layers[0]
    second = math.tanh(0.8 * -1 + 0.2)
    first = math.tanh(0.8 * 0.5 - 0.5 * second + 0.2)
    assert present(trace.backward).states[0, :2, 0] == pytest.approx([first, second], abs=1e-6)
    assert trace.last[0] == pytest.approx([0.0, first], abs=1e-6)


def test_max_mean_pools_over_real_words_only() -> None:
    net = network("SimpleRNN", units=(2,), bidirectional=False)
    weights = random_weights(net)
    answer = forward(weights, net, np.array([[3, 4, 5, 0, 0]], np.int32))
    states = answer.members[0].layers[0].states[0, :3]
    assert answer.members[0].summary[0] == pytest.approx(
        [*states.max(axis=0), *states.mean(axis=0)], abs=1e-6
    )


def test_parameters_of_the_articles_network() -> None:
    """12,297,859 in all, as the article prints it."""
    shapes = weight_shapes(PRESETS["article"].network, words=174_991, categories=41)
    assert sum(math.prod(shape) for shape in shapes.values()) == 12_297_859


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_weight_shapes_agree_with_the_layer_table(preset: str) -> None:
    net = PRESETS[preset].network
    shapes = weight_shapes(net, words=1_000, categories=41)
    table = net.layer_table(words=1_000, categories=41)
    assert sum(math.prod(shape) for shape in shapes.values()) == sum(row.parameters for row in table)


# --- Properties ---

nets = st.builds(
    network,
    st.sampled_from(["SimpleRNN", "LSTM", "GRU"]),
    units=st.lists(st.integers(1, 4), min_size=1, max_size=3).map(tuple),
    bidirectional=st.booleans(),
    pooling=st.sampled_from(["last", "max_mean"]),
)


@settings(deadline=None, max_examples=60)
@given(nets, st.integers(0, 1000))
def test_more_padding_and_other_rows_change_nothing(net: NetworkSettings, seed: int) -> None:
    weights, ids = random_weights(net, seed=seed), random_ids(seed=seed)
    together = probabilities(weights, net, np.pad(ids, ((0, 0), (0, 5))))
    for row, alone in zip(together, ids, strict=True):
        assert probabilities(weights, net, alone[alone > 0][None])[0] == pytest.approx(row, abs=1e-5)


@settings(deadline=None, max_examples=30)
@given(nets, st.integers(0, 1000))
def test_answers_alone_equal_answers_with_traces(net: NetworkSettings, seed: int) -> None:
    weights, ids = random_weights(net, seed=seed), random_ids(seed=seed)
    answer = forward(weights, net, ids)
    assert np.array_equal(probabilities(weights, net, ids), answer.probabilities)
    assert answer.probabilities.sum(axis=1) == pytest.approx(1, abs=1e-5)
    assert answer.probabilities.dtype == np.float32
    for trace, layer in zip(answer.members[0].layers, net.layers, strict=True):
        assert trace.states.shape == (*ids.shape, layer.units * (2 if layer.bidirectional else 1))
        for direction in filter(None, (trace.forward, trace.backward)):
            assert all(gate.shape == direction.states.shape for gate in direction.gates.values())


@settings(deadline=None, max_examples=30)
@given(st.sampled_from(["SimpleRNN", "LSTM", "GRU"]), st.integers(0, 1000))
def test_backward_is_forward_on_the_reversed_headline(cell: Cell, seed: int) -> None:
    net = network(cell)
    weights = random_weights(net, seed=seed)
    for part in ("kernel", "recurrent_kernel", "bias"):
        weights[f"layers/0/backward/{part}"] = weights[f"layers/0/forward/{part}"]
    ids = np.random.default_rng(seed).integers(1, WORDS, (3, 7))
    there = forward(weights, net, ids).members[0].layers[0]
    back = forward(weights, net, ids[:, ::-1]).members[0].layers[0]
    assert present(there.backward).states[:, ::-1] == pytest.approx(back.forward.states, abs=1e-6)


def test_a_row_of_padding_has_a_summary_of_zeros() -> None:
    for pooling in ("last", "max_mean"):
        net = network(pooling=pooling)
        weights = random_weights(net)
        answer = forward(weights, net, np.zeros((2, 4), np.int32))
        assert np.all(answer.members[0].summary == 0)
        assert answer.logits[0] == pytest.approx(weights["dense/bias"])


def test_no_rows_and_no_words() -> None:
    net = network()
    weights = random_weights(net)
    assert probabilities(weights, net, np.zeros((0, 4), np.int32)).shape == (0, CATEGORIES)
    assert probabilities(weights, net, np.zeros((2, 0), np.int32)).shape == (2, CATEGORIES)


def test_large_numbers_do_not_overflow() -> None:
    with np.errstate(over="raise", invalid="raise"):
        assert list(sigmoid(np.array([-1e4, 0, 1e4], np.float32))) == [0, 0.5, 1]
        assert list(softmax(np.array([[1e4, -1e4]], np.float32))[0]) == [1, 0]


def test_ids_of_another_kind_are_refused() -> None:
    net = network()
    weights = random_weights(net)
    with pytest.raises(ValueError, match=r"\(batch, words\).*int64 \(3,\)"):
        forward(weights, net, np.array([1, 2, 3]))
    with pytest.raises(ValueError, match=r"whole numbers.*float64"):
        forward(weights, net, np.ones((1, 3)))  # type: ignore[arg-type]


# --- Keras's own layers, with the same weights ---


def keras_model(net: NetworkSettings, weights: Weights) -> Any:
    """Stock layers: Embedding(mask_zero=True), SimpleRNN, LSTM or GRU, Bidirectional; pooling on the mask."""
    import keras

    cell = {"SimpleRNN": keras.layers.SimpleRNN, "LSTM": keras.layers.LSTM, "GRU": keras.layers.GRU}[net.cell]
    ids = keras.Input((None,), dtype="int32")
    table = keras.layers.Embedding(*weights["embedding"].shape, mask_zero=True)
    x = table(ids)
    recurrent = []
    for index, layer in enumerate(net.layers):
        sequences = index < len(net.layers) - 1 or net.pooling == "max_mean"
        one = cell(layer.units, return_sequences=sequences)
        one = keras.layers.Bidirectional(one) if layer.bidirectional else one
        x = one(x)
        recurrent.append(one)
    if net.pooling == "max_mean":
        mask = keras.ops.expand_dims(keras.ops.not_equal(ids, 0), -1)
        largest = keras.ops.max(keras.ops.where(mask, x, -1e9), axis=1)
        mean = keras.ops.sum(keras.ops.where(mask, x, 0.0), axis=1) / keras.ops.sum(
            keras.ops.cast(mask, "float32"), axis=1
        )
        x = keras.ops.concatenate([largest, mean], axis=-1)
    dense = keras.layers.Dense(weights["dense/bias"].shape[0], activation="softmax")
    model = keras.Model(ids, dense(x))
    table.set_weights([weights["embedding"]])
    for index, one in enumerate(recurrent):
        names = [name for name in weights if name.startswith(f"layers/{index}/")]
        one.set_weights([weights[name] for name in names])
    dense.set_weights([weights["dense/kernel"], weights["dense/bias"]])
    return model


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cell", "bidirectional", "pooling"),
    list(itertools.product(["SimpleRNN", "LSTM", "GRU"], [False, True], ["last", "max_mean"])),
)
def test_equals_keras(cell: Cell, bidirectional: bool, pooling: Pooling) -> None:
    for seed, (units, padding) in enumerate(itertools.product([(6,), (4, 6, 3)], ["behind", "holes"])):
        net = network(cell, units=units, bidirectional=bidirectional, pooling=pooling)
        weights = random_weights(net, seed=seed)
        ids = random_ids(seed=seed, padding=padding)
        expected = np.asarray(keras_model(net, weights)(ids))
        assert np.abs(probabilities(weights, net, ids) - expected).max() < 1e-5


@pytest.mark.slow
def test_equals_keras_for_the_article_shape() -> None:
    """Two layers in both directions, then one forward; 130 words."""
    net = network("SimpleRNN", units=(64, 64, 32), bidirectional=(True, True, False), pooling="last", size=70)
    weights = random_weights(net, scale=0.1)
    ids = random_ids(batch=16, words=130)
    expected = np.asarray(keras_model(net, weights)(ids))
    assert np.abs(probabilities(weights, net, ids) - expected).max() < 1e-5
