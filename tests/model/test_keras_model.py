"""Keras's own layers and figures against our tables and our NumPy."""

from dataclasses import replace

import numpy as np
import pytest

from core.model.forward import bag_of_words_logits, forward, weight_shapes
from core.settings.network import CELLS, Cell, NetworkSettings, Pooling, RecurrentLayer, Tokenization
from core.settings.presets import PRESETS

pytestmark = pytest.mark.slow

STACKS = {
    "one": (RecurrentLayer(units=5, bidirectional=False),),
    "both directions": (RecurrentLayer(units=4, bidirectional=True, dropout=0.3, recurrent_dropout=0.2),),
    "article's": (
        RecurrentLayer(units=6),
        RecurrentLayer(units=5),
        RecurrentLayer(units=3, bidirectional=False),
    ),
    "mixed": (RecurrentLayer(units=3, bidirectional=False), RecurrentLayer(units=4)),
}


def _network(cell: Cell, stack: str, pooling: Pooling) -> NetworkSettings:
    return NetworkSettings(
        vocabulary_size=20,
        sequence_length=7,
        embedding_size=4,
        cell=cell,
        layers=STACKS[stack],
        pooling=pooling,
    )


@pytest.mark.parametrize(
    ("stack", "pooling"),
    [("one", "last"), ("both directions", "max_mean"), ("article's", "last"), ("mixed", "max_mean")],
)
@pytest.mark.parametrize("cell", CELLS)
def test_layer_table_and_answers_equal_keras(cell: Cell, stack: str, pooling: Pooling) -> None:
    import keras

    from core.model.keras_model import build, get_weights, set_weights
    from tests.model.stock import set_stock_weights, stock_network

    network = _network(cell, stack, pooling)
    keras.backend.clear_session()
    stock = stock_network(network, words=20, categories=3)
    layers = stock.layers[1:]  # the first is the input
    table = network.layer_table(words=20, categories=3)
    if cell != "minGRU":  # of which Keras has no layer, and so no name
        assert [row.name for row in table] == [layer.name for layer in layers]
    assert [row.parameters for row in table] == [layer.count_params() for layer in layers]
    assert [row.output for row in table] == [layer.output.shape for layer in layers]

    model = build(network, words=20, categories=3, seed=5)
    assert model.count_params() == stock.count_params()
    random = np.random.default_rng(3)
    weights = {
        name: random.normal(size=shape).astype(np.float32) * 0.7
        for name, shape in weight_shapes(network, words=20, categories=3).items()
    }
    set_weights(model, network, weights)
    for name, value in get_weights(model, network).items():
        np.testing.assert_array_equal(value, weights[name])
    set_stock_weights(stock, weights)
    ids = random.integers(1, 20, size=(6, 7)).astype(np.int32)
    for row, length in enumerate((7, 1, 3, 7, 2, 5)):
        ids[row, length:] = 0
    expected = stock(ids, training=False).numpy()
    np.testing.assert_allclose(model(ids, training=False).numpy(), expected, atol=1e-5, rtol=1e-5)
    np.testing.assert_allclose(forward(weights, network, ids).logits, expected, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("unit", ["words", "words and pairs"])
def test_readers_side_by_side_say_the_mean_of_what_each_says(unit: Tokenization) -> None:
    """Three readers against three networks of one reader, with the votes told apart."""
    from core.model.keras_model import build, get_weights, set_weights

    alone = _network("GRU", "both directions", "max_mean")
    network = replace(alone, ensemble_size=3, tokenization=unit, bigram_buckets=1_000)
    model = build(network, words=20, categories=3, seed=5)
    table = network.layer_table(words=20, categories=3)
    assert model.count_params() == sum(row.parameters for row in table)
    weights = get_weights(model, network)
    assert not np.array_equal(weights["embedding"], weights["readers/1/embedding"])
    random = np.random.default_rng(3)
    weights = {name: random.normal(size=one.shape).astype(np.float32) * 0.7 for name, one in weights.items()}
    set_weights(model, network, weights)
    ids = random.integers(1, 20, size=(6, 7)).astype(np.int32)
    ids[2, 4:] = 0
    names = weight_shapes(alone, words=20, categories=3)
    each = [
        forward({name: weights[prefix + name] for name in names}, alone, ids).logits
        for prefix in ("", "readers/1/", "readers/2/")
    ]
    expected = sum(each) / 3 + (bag_of_words_logits(weights, ids) if network.has_bag_of_words else 0)
    np.testing.assert_allclose(model(ids, training=False).numpy(), expected, atol=1e-5, rtol=1e-5)
    told = forward(weights, network, ids)
    np.testing.assert_allclose(told.logits, expected, atol=1e-5, rtol=1e-5)
    assert len(told.members) == 3


@pytest.mark.parametrize("cell", CELLS)
def test_first_weights_are_drawn_as_keras_draws_them(cell: Cell) -> None:
    """Not the same numbers, but the same zeros, ones, ranges and orthogonal rows."""
    from core.model.keras_model import build, get_weights

    network = _network(cell, "one", "last")
    weights = get_weights(build(network, words=20, categories=3, seed=5), network)
    prefix, units = "layers/0/forward", 5
    bias = weights[f"{prefix}/bias"]
    if cell == "LSTM":  # the forget gate starts open
        np.testing.assert_array_equal(bias, [0] * units + [1] * units + [0] * 2 * units)
    else:
        assert not bias.any()
    kernel = weights[f"{prefix}/kernel"]
    limit = np.sqrt(6 / sum(kernel.shape))  # Glorot and Bengio (2010)
    assert limit * 0.7 < np.abs(kernel).max() <= limit
    if cell != "minGRU":
        recurrent = weights[f"{prefix}/recurrent_kernel"]
        np.testing.assert_allclose(recurrent @ recurrent.T, np.eye(units), atol=1e-5)


def test_votes_equal_the_textbook_and_start_from_nothing() -> None:
    from core.model.keras_model import build, get_weights, set_weights

    network = replace(
        _network("GRU", "one", "max_mean"), tokenization="words and pairs", bigram_buckets=1_000
    )
    model = build(network, words=20, categories=3, seed=5)
    table = network.layer_table(words=20, categories=3)
    assert model.count_params() == sum(row.parameters for row in table)
    weights = get_weights(model, network)
    assert list(weights) == list(weight_shapes(network, words=20, categories=3))
    assert not weights["votes"].any()
    random = np.random.default_rng(3)
    weights["votes"] = random.normal(size=weights["votes"].shape).astype(np.float32)
    set_weights(model, network, weights)
    ids = random.integers(1, 20, size=(6, 7)).astype(np.int32)
    for row, length in enumerate((7, 1, 3, 7, 2, 5)):
        ids[row, length:] = 0
    np.testing.assert_allclose(
        forward(weights, network, ids).logits, model(ids, training=False).numpy(), atol=1e-5, rtol=1e-5
    )


def test_default_names_are_those_that_keras_gives() -> None:
    """The article's model, built as the article builds it, in a fresh session."""
    import keras

    keras.backend.clear_session()
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((130,)),
            layers.Embedding(500, 70),
            layers.Bidirectional(layers.SimpleRNN(64, return_sequences=True)),
            layers.Bidirectional(layers.SimpleRNN(64, return_sequences=True)),
            layers.SimpleRNN(32, activation="tanh"),
            layers.Dropout(0.5),
            layers.Dense(41, activation="softmax"),
        ]
    )
    table = PRESETS["article"].network.layer_table(words=500, categories=41)
    assert [row.name for row in table] == [layer.name for layer in model.layers]
    assert [row.parameters for row in table] == [layer.count_params() for layer in model.layers]
    assert [row.output for row in table] == [layer.output.shape for layer in model.layers]


def test_the_same_seed_gives_the_same_weights() -> None:
    from core.model.keras_model import build, get_weights

    network = _network("GRU", "both directions", "last")
    first, same, other = (
        get_weights(build(network, words=20, categories=3, seed=seed), network) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first["embedding"], same["embedding"])
    assert not np.array_equal(first["embedding"], other["embedding"])


def test_padding_does_not_change_an_answer() -> None:
    from core.model.keras_model import build

    network = replace(_network("LSTM", "mixed", "max_mean"), sequence_length=12)
    model = build(network, words=20, categories=3, seed=1)
    short = np.array([[3, 4, 5]], dtype=np.int32)
    long = np.pad(short, ((0, 0), (0, 9)))
    np.testing.assert_allclose(model(short).numpy(), model(long).numpy(), atol=1e-6)
