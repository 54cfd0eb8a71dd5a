"""The tiny network: its gradients and optimizers against Keras, the boundary, one weight against its formula."""

import math

import numpy as np
import pytest

from core.insight.lessons.learning import captions, compute
from core.insight.lessons.learning.compute import HEADLINES, LABELS, MEANS, OPTIMIZERS, WORDS, Optimizer
from core.insight.lessons.learning.figures import descent_chart

STEPS = 6


def keras_moments(optimizer: Optimizer, learning_rate: float, seed: int) -> list[list[np.ndarray]]:
    """The weights before and after each step of the same network in Keras, which reads all headlines in each batch."""
    import keras

    start = compute.initial_parameters(seed)
    model = keras.Sequential(
        [
            keras.Input((len(WORDS),), dtype="float64"),
            keras.layers.Dense(2, use_bias=False, dtype="float64"),  # the mean times the table
            keras.layers.Dense(2, activation="softmax", dtype="float64"),
        ]
    )
    model.set_weights([start.embedding, start.kernel, start.bias])
    model.compile(getattr(keras.optimizers, optimizer)(learning_rate), loss="sparse_categorical_crossentropy")
    moments = [model.get_weights()]
    for _ in range(STEPS):
        model.train_on_batch(MEANS, LABELS)
        moments.append(model.get_weights())
    return moments


@pytest.mark.claim("learning", "every step of the tiny network is Keras's, with SGD, RMSprop and Adam")
@pytest.mark.slow  # imports Keras
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_step_is_keras(optimizer: Optimizer) -> None:
    training = compute.train(optimizer, 0.1, batch_size=len(HEADLINES), steps=STEPS, seed=3)
    for moment, (embedding, kernel, bias) in zip(
        training.moments, keras_moments(optimizer, 0.1, 3), strict=True
    ):
        assert moment.embedding == pytest.approx(embedding, abs=1e-5)
        assert moment.kernel == pytest.approx(kernel, abs=1e-5)
        assert moment.bias == pytest.approx(bias, abs=1e-5)


@pytest.mark.claim("learning", "a gradient says how the loss changes when a weight grows a little")
def test_gradients_are_differences_of_the_loss() -> None:
    parameters = compute.initial_parameters(5)
    gradients = parameters.gradients(np.arange(len(HEADLINES)))
    arrays = (parameters.embedding, parameters.kernel, parameters.bias)
    for values, gradient in zip(arrays, gradients, strict=True):
        for place in np.ndindex(values.shape):
            values[place] += 1e-6
            higher = parameters.loss()
            values[place] -= 2e-6
            lower = parameters.loss()
            values[place] += 1e-6
            assert gradient[place] == pytest.approx((higher - lower) / 2e-6, abs=1e-6)


@pytest.mark.claim(
    "learning", "training tells all ten headlines apart, with each optimizer's start values on the page"
)
@pytest.mark.parametrize(("optimizer", "rate"), [("SGD", 1.0), ("RMSprop", 0.1), ("Adam", 0.1)])
def test_it_learns(optimizer: Optimizer, rate: float) -> None:
    for seed in range(1, 6):
        training = compute.train(optimizer, rate, batch_size=10, steps=60, seed=seed)
        assert training.accuracies[-1] == 1
        assert training.losses[-1] < 0.5 * training.losses[0]
        assert "all 10 headlines are correct" in captions.development(training)


def test_a_training_is_the_same_every_time_and_another_seed_begins_elsewhere() -> None:
    first, again, other = (compute.train("SGD", 1.0, batch_size=2, steps=5, seed=seed) for seed in (1, 1, 2))
    assert first.losses == again.losses
    assert first.losses != other.losses


def test_both_categories_are_equally_probable_on_the_line() -> None:
    parameters = compute.train("Adam", 0.1, batch_size=10, steps=20, seed=1).moments[-1]
    line = compute.boundary(parameters, 3.0)
    assert line
    for point in line:
        logits = np.array(point) @ parameters.kernel + parameters.bias
        assert logits[0] == pytest.approx(logits[1])
    assert math.dist(*line) == pytest.approx(6.0)
    flat = compute.Parameters(embedding=parameters.embedding, kernel=np.ones((2, 2)), bias=np.zeros(2))
    assert compute.boundary(flat, 3.0) is None


@pytest.mark.claim(
    "learning", "a neuron is the sum of its inputs times their weights, plus a bias, bent by tanh"
)
@pytest.mark.slow  # imports Keras
def test_a_neuron_is_keras_dense_unit() -> None:
    import keras

    layer = keras.layers.Dense(1, activation="tanh")
    layer.build((None, 2))
    layer.set_weights([np.array([[0.8], [-0.4]]), np.array([0.1])])
    output = float(np.asarray(layer(np.array([[1.0, 0.5]])))[0, 0])
    assert compute.neuron((0.8, -0.4), 0.1, (1.0, 0.5)) == pytest.approx(output)
    assert "= 0.70\ntanh(0.70) = 0.60" in captions.neuron((0.8, -0.4), 0.1, (1.0, 0.5), output)


@pytest.mark.claim(
    "learning", "one weight: the loss is least at ln 4, and too large a learning rate makes it grow"
)
def test_one_weight_goes_downhill_to_ln_4_unless_its_steps_are_too_long() -> None:
    for weight in (-3.0, 0.0, 2.0):
        loss, gradient = compute.one_weight_loss(weight)
        assert loss == pytest.approx(0.8 * math.log1p(math.exp(-weight)) + 0.2 * math.log1p(math.exp(weight)))
        higher, lower = compute.one_weight_loss(weight + 1e-6)[0], compute.one_weight_loss(weight - 1e-6)[0]
        assert gradient == pytest.approx((higher - lower) / 2e-6, abs=1e-6)
    descent = compute.descend(-3.0, 1.0, 200)
    assert descent.weights[-1] == pytest.approx(math.log(4), abs=1e-3)
    assert "nearly 0" in captions.descent(descent, 1.0)
    wild = compute.descend(-3.0, 30.0, 5)
    assert wild.losses[1] > wild.losses[0]  # it has jumped over the valley
    slow = captions.descent(compute.descend(-3.0, 0.1, 2), 0.1)
    assert "still falling" in slow
    assert "So would a larger learning rate" in slow
    across = compute.descend(-3.0, 10.0, 1)
    assert across.weights[0] < math.log(4) < across.weights[1]
    assert across.losses[1] < across.losses[0]
    assert "jumped over the lowest point" in captions.descent(across, 10.0)
    assert "still falling" not in captions.descent(across, 10.0)
    assert "larger learning rate" not in captions.descent(compute.descend(5.0, 10.0, 1), 10.0)
    assert descent_chart(wild).layout.title.text == captions.descent_title(wild)


@pytest.mark.parametrize("rate", [0.1, 0.5, 1.0])
@pytest.mark.parametrize("start", np.arange(-5.0, 5.5, 0.5).tolist())
def test_where_a_larger_learning_rate_is_advised_the_next_one_of_the_slider_lowers_the_loss(
    start: float, rate: float
) -> None:
    larger = {0.1: 0.5, 0.5: 1.0, 1.0: 3.0}[rate]
    for steps in range(1, 21):
        descent = compute.descend(start, rate, steps)
        if "larger learning rate" in captions.descent(descent, rate):
            assert compute.descend(start, larger, steps).losses[-1] < descent.losses[-1]
            assert compute.descend(start, rate, steps + 1).losses[-1] < descent.losses[-1]
