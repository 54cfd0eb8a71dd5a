"""The way back against a number worked by hand and against TensorFlow's gradients through Keras's own layers."""

import itertools
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from core.model.backward import embedding_gradients
from core.model.forward import Array, Weights, forward, forward_embedded, weight_prefix
from core.settings.network import CELLS, Cell, NetworkSettings, Pooling
from tests.model.test_forward import CATEGORIES, network, random_ids, random_weights


def gradients(
    weights: Weights,
    net: NetworkSettings,
    ids: NDArray[np.integer],
    labels: NDArray[np.integer],
    prefix: str = "",
) -> Array:
    real = ids != 0
    trace = forward_embedded(weights, prefix, net, weights[f"{prefix}embedding"][ids], real)
    return embedding_gradients(weights, prefix, net, trace, real, labels)


def test_one_unit_by_hand() -> None:
    """h = tanh(w x + b) after one word, logit = k h: d logit / dx = k (1 - h^2) w."""
    net = network("SimpleRNN", units=(1,), bidirectional=False, pooling="last", size=1)
    weights = random_weights(net, categories=2)
    weights["embedding"] = np.array([[0.0], [0.5], [9.0]], np.float32)
    weights["layers/0/forward/kernel"] = np.array([[0.8]], np.float32)
    weights["layers/0/forward/bias"] = np.array([0.1], np.float32)
    weights["dense/kernel"] = np.array([[2.0, -1.0]], np.float32)
    found = gradients(weights, net, np.array([[1, 0]]), np.array([0]))
    h = np.tanh(0.8 * 0.5 + 0.1)
    assert found[0, 0, 0] == pytest.approx(2.0 * (1 - h * h) * 0.8, rel=1e-5)
    assert found[0, 1, 0] == 0  # padding
    other = gradients(weights, net, np.array([[1, 0]]), np.array([1]))
    assert other[0, 0, 0] == pytest.approx(-found[0, 0, 0] / 2, rel=1e-5)


def tensorflow_gradients(
    net: NetworkSettings, weights: Weights, ids: NDArray[np.integer], labels: NDArray[np.integer]
) -> Any:
    """Of Keras's own layers, from the embedded words on."""
    import keras
    import tensorflow as tf

    from tests.model.stock import MaxMeanPooling, stock_layer

    embedded = tf.constant(weights["embedding"][ids])
    mask = tf.constant(ids != 0)
    layers = []
    for index, layer in enumerate(net.layers):
        sequences = index < len(net.layers) - 1 or net.pooling == "max_mean"
        one = stock_layer(net.cell, layer.units, return_sequences=sequences)
        one = keras.layers.Bidirectional(one) if layer.bidirectional else one
        layers.append(one)

    def run() -> Any:
        x = embedded
        for one in layers:
            x = one(x, mask=mask)
        x = MaxMeanPooling()(x, mask=mask) if net.pooling == "max_mean" else x
        return x @ weights["dense/kernel"] + weights["dense/bias"]

    run()  # builds the layers
    for index, one in enumerate(layers):
        one.set_weights([weights[name] for name in weights if name.startswith(f"layers/{index}/")])
    with tf.GradientTape() as tape:
        tape.watch(embedded)
        chosen = tf.reduce_sum(tf.gather(run(), labels, batch_dims=1))
    return tape.gradient(chosen, embedded).numpy()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cell", "bidirectional", "pooling"), list(itertools.product(CELLS, [False, True], ["last", "max_mean"]))
)
def test_equals_tensorflow(cell: Cell, bidirectional: bool, pooling: Pooling) -> None:
    for seed, units in enumerate([(6,), (5, 4, 3)]):
        net = network(cell, units=units, bidirectional=bidirectional, pooling=pooling)
        weights = random_weights(net, seed=seed)
        ids = random_ids(seed=seed)
        labels = np.arange(len(ids)) % CATEGORIES
        expected = tensorflow_gradients(net, weights, ids, labels)
        found = gradients(weights, net, ids, labels)
        assert np.abs(found - expected).max() < 1e-5 * max(1.0, np.abs(expected).max())
        assert np.abs(expected).max() > 1e-3
        assert not found[ids == 0].any()


def test_each_reader_has_a_way_back_of_its_own() -> None:
    from dataclasses import replace

    net = replace(network("GRU"), ensemble_size=2)
    weights, ids = random_weights(net), random_ids()
    labels = np.zeros(len(ids), int)
    first, second = (gradients(weights, net, ids, labels, weight_prefix(member)) for member in range(2))
    assert np.abs(first - second).max() > 1e-3
    # A step along the mean of both moves the answer as far as they say.
    step = 1e-2
    moved = dict(weights)
    before = forward(weights, net, ids[:1]).logits[0, 0]
    for member, gradient in enumerate((first, second)):
        table = weights[f"{weight_prefix(member)}embedding"].copy()
        table[ids[0, 0]] += step * gradient[0][ids[0] == ids[0, 0]].sum(axis=0)
        moved[f"{weight_prefix(member)}embedding"] = table
    squares = [(gradient[0][ids[0] == ids[0, 0]].sum(axis=0) ** 2).sum() for gradient in (first, second)]
    after = forward(moved, net, ids[:1]).logits[0, 0]
    assert after - before == pytest.approx(step * np.mean(squares), rel=0.1)
