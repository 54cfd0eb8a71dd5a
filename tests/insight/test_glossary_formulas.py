"""The formulas of the glossary, each computed as it is written and again by Keras or scikit-learn."""

from typing import TYPE_CHECKING

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score, precision_score, recall_score

from core.insight.glossary import TERMS

if TYPE_CHECKING:
    import keras

pytestmark = pytest.mark.slow  # imports Keras

UNITS, SIZE = 3, 2
X = np.array([0.5, -1.0], np.float32)  # the word's vector
H = np.array([0.2, -0.3, 0.7], np.float32)  # the last hidden state
C = np.array([1.5, -0.5, 0.1], np.float32)  # an LSTM's last carry


def formula(term: str) -> str:
    return TERMS[term].formula.replace(" ", "")


def sigmoid(x: np.ndarray) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-x)))


def step(layer: "keras.layers.Layer", *states: np.ndarray) -> list[np.ndarray]:
    """Keras's states after the word ``X``."""
    import keras

    keras.utils.set_random_seed(4)
    layer.build((None, None, SIZE))
    layer.set_weights([np.random.default_rng(6).normal(size=w.shape) for w in layer.get_weights()])
    _, *after = layer(X[None, None], initial_state=[state[None] for state in states])
    return [np.asarray(state)[0] for state in after]


@pytest.mark.claim(
    "glossary", "a SimpleRNN's new state is tanh(W x + U h + b), a neuron's output tanh of its sum"
)
def test_simple_rnn() -> None:
    import keras

    assert formula("SimpleRNN") == r"h_t=\tanh(Wx_t+Uh_{t-1}+b)"
    layer = keras.layers.SimpleRNN(UNITS, return_state=True)
    (after,) = step(layer, H)
    w, u, b = layer.get_weights()
    total = X @ w + H @ u + b
    assert after == pytest.approx(np.tanh(total), abs=1e-6)
    assert after[0] == pytest.approx(
        np.tanh(sum(w[i, 0] * X[i] for i in range(SIZE)) + sum(u[i, 0] * H[i] for i in range(UNITS)) + b[0]),
        abs=1e-6,
    )


@pytest.mark.claim(
    "glossary", "a GRU's new state is z · old state + (1 - z) · proposal, its gate a sigmoid of a sum"
)
def test_gru() -> None:
    import keras

    assert formula("GRU") == r"h_t=z_t\odoth_{t-1}+(1-z_t)\odot\tilde{h}_t"
    assert formula("gate") == r"z_t=\sigma(W_zx_t+U_zh_{t-1}+b_z)"
    layer = keras.layers.GRU(UNITS, return_state=True)
    (after,) = step(layer, H)
    w, u, b = layer.get_weights()
    (w_z, w_r, w_h), (u_z, u_r, u_h) = np.split(w, 3, axis=1), np.split(u, 3, axis=1)
    (bx_z, bx_r, bx_h), (bh_z, bh_r, bh_h) = (np.split(bias, 3) for bias in b)
    z = sigmoid(X @ w_z + H @ u_z + bx_z + bh_z)
    r = sigmoid(X @ w_r + H @ u_r + bx_r + bh_r)
    proposal = np.tanh(X @ w_h + bx_h + r * (H @ u_h + bh_h))
    assert after == pytest.approx(z * H + (1 - z) * proposal, abs=1e-6)


@pytest.mark.claim("glossary", "an LSTM's carry is f · old carry + i · proposal, its state o · tanh(carry)")
def test_lstm() -> None:
    import keras

    assert formula("LSTM") == r"c_t=f_t\odotc_{t-1}+i_t\odot\tilde{c}_t,\quadh_t=o_t\odot\tanhc_t"
    layer = keras.layers.LSTM(UNITS, return_state=True)
    state, carry = step(layer, H, C)
    w, u, b = layer.get_weights()
    i, f, proposal, o = np.split(X @ w + H @ u + b, 4)
    expected = sigmoid(f) * C + sigmoid(i) * np.tanh(proposal)
    assert carry == pytest.approx(expected, abs=1e-6)
    assert state == pytest.approx(sigmoid(o) * np.tanh(expected), abs=1e-6)


@pytest.mark.claim("glossary", "softmax, sigmoid, tanh and cross-entropy are Keras's")
def test_curves_and_loss() -> None:
    import keras

    z = np.array([2.0, -1.0, 0.5])
    assert formula("softmax") == r"p_i=\frac{e^{z_i}}{\sum_je^{z_j}}"
    probabilities = np.exp(z) / np.exp(z).sum()
    assert np.asarray(keras.ops.softmax(z)) == pytest.approx(probabilities, abs=1e-6)
    assert probabilities.sum() == pytest.approx(1)
    assert formula("sigmoid") == r"\sigma(x)=\frac{1}{1+e^{-x}}"
    assert np.asarray(keras.ops.sigmoid(z)) == pytest.approx(sigmoid(z), abs=1e-6)
    assert formula("tanh") == r"\tanhx=\frac{e^x-e^{-x}}{e^x+e^{-x}}"
    assert np.asarray(keras.ops.tanh(z)) == pytest.approx(
        (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z)), abs=1e-6
    )
    assert formula("cross-entropy") == r"\text{loss}=-\lnp_{\text{correct}}"
    loss = keras.losses.CategoricalCrossentropy(from_logits=True)(np.eye(3)[:1], z[None])
    assert float(loss) == pytest.approx(-np.log(probabilities[0]), abs=1e-6)


@pytest.mark.claim("glossary", "accuracy and F1 are scikit-learn's")
def test_scores() -> None:
    labels, answers = [1, 1, 1, 0, 0, 1, 0], [1, 0, 1, 0, 1, 1, 0]
    assert accuracy_score(labels, answers) == 5 / 7  # five of seven answers are correct
    precision, recall = precision_score(labels, answers), recall_score(labels, answers)
    assert formula("F1") == (
        r"F_1=\frac{2\cdot\text{precision}\cdot\text{recall}}{\text{precision}+\text{recall}}"
    )
    assert f1_score(labels, answers) == pytest.approx(2 * precision * recall / (precision + recall))
    macro = (f1_score(labels, answers, pos_label=0) + f1_score(labels, answers)) / 2
    assert f1_score(labels, answers, average="macro") == pytest.approx(macro)
    assert "average over all categories" in TERMS["F1"].meaning


@pytest.mark.claim("glossary", "one step of SGD is w - learning rate · gradient")
def test_a_step() -> None:
    import keras

    assert formula("learning rate").startswith(r"w\leftarroww-\eta")
    weight = keras.Variable(2.0)
    keras.optimizers.SGD(0.25).apply([keras.ops.convert_to_tensor(3.0)], [weight])
    assert float(weight) == 2.0 - 0.25 * 3.0
