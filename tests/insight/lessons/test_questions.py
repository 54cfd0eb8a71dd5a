"""What the answers of the chapters' fixed questions state about Keras: run in Keras."""

from typing import TYPE_CHECKING

import numpy as np
import pytest

if TYPE_CHECKING:
    import keras

pytestmark = pytest.mark.slow  # imports Keras


@pytest.fixture(scope="module")
def embedding() -> "keras.layers.Embedding":
    import keras

    layer = keras.layers.Embedding(10, 4, mask_zero=True)
    layer.build()
    return layer


@pytest.mark.claim(
    "embedding_layer", "the layer takes row 7 of its table for token id 7, and row 0 for padding"
)
def test_the_layer_takes_the_row_of_the_id_and_row_0_for_padding(embedding: "keras.layers.Embedding") -> None:
    (table,) = embedding.get_weights()
    ids = np.array([[7, 3, 9, 2, 5, 0, 0, 0]])
    rows = np.asarray(embedding(ids))[0]  # (8, 4)
    assert rows.shape == (8, 4)
    assert np.array_equal(rows[0], table[7])
    assert np.array_equal(rows[5:], np.stack([table[0]] * 3))
    assert np.asarray(embedding.compute_mask(ids)).tolist() == [[True] * 5 + [False] * 3]


@pytest.mark.claim("loop", "the hidden state before the first word is 0, for every text anew")
def test_the_first_state_is_0_and_no_text_leaves_anything_to_the_next() -> None:
    import keras

    layer = keras.layers.SimpleRNN(3)
    inputs = np.random.default_rng(1).normal(size=(1, 4, 2)).astype("float32")
    first = np.asarray(layer(inputs))
    assert np.array_equal(first, np.asarray(layer(inputs)))
    from_zero = np.asarray(layer(inputs, initial_state=np.zeros((1, 3), "float32")))
    assert np.array_equal(first, from_zero)


@pytest.mark.claim("gates", "a GRU whose update gate is 1 at every word ends with the 0 that it started with")
def test_an_update_gate_of_1_keeps_the_first_state() -> None:
    import keras

    layer = keras.layers.GRU(3)
    layer.build((None, None, 2))
    kernel, recurrent, bias = layer.get_weights()
    bias[0, :3] = 100.0  # Keras has the update gate first
    layer.set_weights([kernel, recurrent, bias])
    inputs = np.random.default_rng(1).normal(size=(1, 20, 2)).astype("float32")
    assert np.allclose(np.asarray(layer(inputs)), 0, atol=1e-6)


@pytest.mark.claim("gates", "an LSTM carries two states from word to word, a GRU one")
def test_an_lstm_has_two_states_and_a_gru_one() -> None:
    import keras

    inputs = np.ones((1, 4, 2), "float32")
    _, *lstm_states = keras.layers.LSTM(3, return_state=True)(inputs)
    _, *gru_states = keras.layers.GRU(3, return_state=True)(inputs)
    assert (len(lstm_states), len(gru_states)) == (2, 1)
