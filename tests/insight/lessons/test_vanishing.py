"""The gradient back to each word: by hand, against differences, powers and TensorFlow; the classifier's own as well."""

import itertools
import math

import numpy as np
import pytest

from core.insight.lessons.vanishing import captions, compute, many_units
from core.insight.lessons.vanishing.compute import ClassifierGradients
from core.insight.lessons.vanishing.figures import eigenvalues_chart, many_units_chart, vanishing_chart
from core.model.classifier import Classifier
from core.model.forward import forward, forward_embedded
from core.settings.network import CELLS, RecurrentLayer
from core.text.cleaning_steps import SEPARATOR
from pages.components import unrolled_gradient
from tests.insight.word_maps import tiny_classifier

WORDS = ("the", "cat", "sat", "on", "zebra", "mat")
GRID = list(itertools.product([0.3, 0.8, 1.0, 1.7], [0.0, 0.1, 0.5]))


def end(weight: float, push: float, states: int, h: float) -> float:
    for _ in range(states):
        h = math.tanh(weight * h + push)
    return h


@pytest.mark.claim("vanishing", "a step back multiplies the gradient by w (1 - h²)")
def test_two_words_by_hand() -> None:
    chain = compute.chain(0.5, 2, 1.0)
    first = math.tanh(1)
    second = math.tanh(0.5 * first + 1)
    assert chain.states == pytest.approx([first, second], rel=1e-12)
    assert chain.gradients == pytest.approx([0.5 * (1 - second**2), 1], rel=1e-12)
    assert chain.factors == pytest.approx([0.5 * (1 - second**2)], rel=1e-12)


@pytest.mark.claim("vanishing", "a step back multiplies the gradient by w (1 - h²)")
@pytest.mark.parametrize(("weight", "push"), GRID)
def test_equals_the_difference_that_a_moved_state_makes(weight: float, push: float) -> None:
    chain = compute.chain(weight, 9, push)
    step = 1e-6
    for position, state in enumerate(chain.states.tolist()):
        left, right = (end(weight, push, 8 - position, state + side * step) for side in (-1, 1))
        assert chain.gradients[position] == pytest.approx((right - left) / (2 * step), rel=1e-4, abs=1e-9)
    assert chain.first_gradient == pytest.approx(float(np.prod(chain.factors)), rel=1e-12)


@pytest.mark.claim("vanishing", "where no word pushes, what arrives is a power of w")
@pytest.mark.parametrize("weight", [0.5, 1.0, 1.5])
def test_where_nothing_is_pushed_it_is_a_power_of_the_weight(weight: float) -> None:
    chain = compute.chain(weight, 41, 0.0)
    assert chain.gradients == pytest.approx([weight**back for back in range(40, -1, -1)], rel=1e-9)


@pytest.mark.claim("vanishing", "a step back multiplies the gradient by w (1 - h²)")
@pytest.mark.slow
@pytest.mark.parametrize(("weight", "push"), GRID)
def test_one_unit_equals_tensorflow(weight: float, push: float) -> None:
    import tensorflow as tf

    h, states = tf.constant(0.0, tf.float64), []
    with tf.GradientTape() as tape:
        tape.watch(h)
        for _ in range(30):
            h = tf.tanh(weight * h + push)
            states.append(h)
    chain = compute.chain(weight, 30, push)
    assert chain.states == pytest.approx([float(state) for state in states], abs=1e-12)
    expected = [float(gradient) for gradient in tape.gradient(h, states)]
    assert chain.gradients == pytest.approx(expected, rel=1e-9, abs=1e-30)


@pytest.mark.claim("vanishing", "one unit of a SimpleRNN is h = tanh(w h + p)")
@pytest.mark.claim("vanishing", "the gradient of w is a sum with one part from each timestep")
@pytest.mark.slow
def test_one_unit_is_keras_and_each_timestep_has_its_part_in_the_gradient_of_w() -> None:
    import keras
    import tensorflow as tf

    weight, push, words = 0.9, 0.3, 12
    layer = keras.layers.SimpleRNN(1, return_sequences=True, use_bias=False, dtype="float64")
    layer.build((None, None, 1))
    layer.set_weights([np.array([[1.0]]), np.array([[weight]])])
    with tf.GradientTape() as tape:
        states = layer(np.full((1, words, 1), push))
        end = states[0, -1, 0]
    (of_weight,) = np.asarray(tape.gradient(end, layer.trainable_weights[1])).ravel()
    chain = compute.chain(weight, words, push)
    assert chain.states == pytest.approx(np.asarray(states)[0, :, 0], abs=1e-12)
    before = np.concatenate([[0.0], chain.states[:-1]])
    parts = chain.gradients * (1 - chain.states**2) * before
    assert of_weight == pytest.approx(parts.sum(), rel=1e-9)
    # The parts of the near words count more than those of the far ones.
    assert parts[-1] > 10 * parts[1]


@pytest.mark.claim(
    "vanishing", "the slope of tanh is 1 - h²: 1 at a state of 0, nearly 0 at a state near 1 or -1"
)
@pytest.mark.parametrize("total", [-4.0, -0.7, 0.0, 0.3, 4.0])
def test_the_slope_of_tanh(total: float) -> None:
    slope = (math.tanh(total + 1e-6) - math.tanh(total - 1e-6)) / 2e-6
    assert slope == pytest.approx(1 - math.tanh(total) ** 2, abs=1e-9)
    assert (slope == pytest.approx(1, abs=1e-9)) == (total == 0)
    assert (slope < 0.01) == (abs(total) == 4)


@pytest.mark.parametrize("words", [2, 5, 6, 40])
def test_the_drawn_factors_lead_from_the_end_to_the_first_word(words: int) -> None:
    chain = compute.chain(0.9, words, 0.0)
    drawn = unrolled_gradient.data(chain)
    assert len(drawn["boxes"]) == min(words, 5)
    assert [drawn["boxes"][0]["word"], drawn["boxes"][-1]["word"]] == ["word 1", f"word {words}"]
    assert sum(factor["between"] for factor in drawn["factors"]) == words - len(drawn["boxes"])
    product = math.prod(float(factor["text"].removeprefix("× ")) for factor in drawn["factors"])
    assert product == pytest.approx(chain.first_gradient, rel=0.01)
    assert float(drawn["boxes"][0]["gradient"]) == pytest.approx(chain.first_gradient, rel=0.01)
    assert len(drawn["moments"]) == 2 * len(drawn["boxes"])


def test_the_moments_are_said_with_their_numbers() -> None:
    drawn = unrolled_gradient.data(compute.chain(0.5, 2, 1.0))
    # tanh(1) = 0.7616, tanh(0.5 * 0.7616 + 1) = 0.8811, 0.5 (1 - 0.8811²) = 0.1118
    assert drawn["moments"] == [
        "Forward, word 1: h = tanh(0.5 · 0 + 1) = 0.762.",
        "Forward, word 2: h = tanh(0.5 · 0.762 + 1) = 0.881.",
        "The loss comes from the state after word 2. There the gradient is counted as 1.",
        "Back to word 1: 1.00, times 0.112, is 0.112.",
    ]
    assert captions.backward_step(compute.chain(0.5, 9, 0.0), 3, 0) == (
        "Back to word 1: 0.0312, times 0.125, the product of 3 factors, is 0.00391."
    )


def test_no_words_are_refused() -> None:
    with pytest.raises(ValueError, match="words must be at least 1, got 0"):
        compute.chain(1.0, 0, 0.0)


def test_numbers_of_any_size() -> None:
    texts = {
        0.0: "0",
        0.0148: "0.0148",
        0.00016615: "0.000166",
        45.259: "45.3",
        4183.4: "4,183",
        1.0: "1.00",
        2.34e-9: "2.3 · 10⁻⁹",
        3.3e18: "3.3 · 10¹⁸",
    }
    assert {value: captions.format_number(value) for value in texts} == texts


def test_the_factors_are_written_out() -> None:
    assert captions.factors(compute.chain(0.5, 1, 0.0)).startswith("1 (")
    assert captions.factors(compute.chain(0.5, 4, 0.0)) == "0.500 × 0.500 × 0.500 = 0.125"
    long = captions.factors(compute.chain(0.8, 40, 0.0))
    assert long == f"{'0.800 × ' * 4}… 31 more … × {' × '.join(['0.800'] * 4)} = 0.000166"


@pytest.mark.claim("vanishing", "with w above 1 and no push the gradient of one unit explodes")
def test_what_is_said() -> None:
    assert "0.80 on average, and the gradient vanishes" in captions.unit_gradient(compute.chain(0.8, 40, 0.0))
    assert "1.20 on average, and the gradient explodes" in captions.unit_gradient(compute.chain(1.2, 40, 0.0))
    assert captions.unit_gradient(compute.chain(1.0, 40, 0.0)).endswith("multiplies by 1.00 on average.")
    assert "no way back" in captions.unit_gradient(compute.chain(1.0, 1, 0.0))


def test_a_sentence_again_and_again() -> None:
    assert compute.repeat_words(("a", "b", SEPARATOR), 5) == ("a", "b", "a", "b", "a")
    assert compute.repeat_words(("a", "b", "c"), 2) == ("a", "b")
    assert compute.repeat_words((SEPARATOR,), 5) == ()


def moved(
    classifier: Classifier, ids: list[int], position: int, dimension: int, step: float
) -> tuple[np.ndarray, np.ndarray]:
    """What the first layer and the answer make of the words when one number of one word's vector is moved."""
    embedded = classifier.weights["embedding"][np.array([ids])].copy()
    embedded[0, position, dimension] += step
    mask = np.ones(embedded.shape[:2], bool)
    trace = forward_embedded(classifier.weights, "", classifier.network, embedded, mask)
    return trace.layers[0].forward.last[0].astype(float), trace.logits[0].astype(float)


@pytest.mark.claim("vanishing", "the classifier's own gradients")
@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("pooling", ["last", "max_mean"])
def test_a_classifiers_own_equal_the_differences_that_a_moved_word_makes(cell: str, pooling: str) -> None:
    layers = (RecurrentLayer(units=3), RecurrentLayer(units=2, bidirectional=False))
    classifier = tiny_classifier(cell=cell, pooling=pooling, layers=layers)
    gradients = compute.classifier_gradients(classifier, WORDS)
    ids = classifier.encode(WORDS)
    label = int(forward(classifier.weights, classifier.network, np.array([ids])).logits[0].argmax())
    step = 1e-2
    for position in range(len(WORDS)):
        states, answers = [], []
        for dimension in range(4):
            left, right = (moved(classifier, ids, position, dimension, side * step) for side in (-1, 1))
            states.append((right[0] - left[0]) / (2 * step))
            answers.append((right[1][label] - left[1][label]) / (2 * step))
        norms = np.linalg.norm(np.array(states), axis=0)  # of each unit
        assert gradients.state[position] == pytest.approx(math.sqrt((norms**2).mean()), rel=2e-2, abs=1e-4)
        if pooling == "last":  # else the largest state may pass from one word to another
            assert gradients.answer[position] == pytest.approx(np.linalg.norm(answers), rel=2e-2, abs=1e-4)


@pytest.mark.claim("vanishing", "the classifier's own gradients")
@pytest.mark.slow
def test_a_classifiers_own_equals_tensorflow() -> None:
    import tensorflow as tf

    classifier = tiny_classifier(
        cell="GRU", pooling="last", layers=(RecurrentLayer(units=5, bidirectional=False),)
    )
    import keras

    rows = tf.constant(classifier.weights["embedding"][np.array([classifier.encode(WORDS)])])
    layer = keras.layers.GRU(5)
    layer(rows)
    layer.set_weights([array for name, array in classifier.weights.items() if name.startswith("layers/0/")])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(rows)
        last = layer(rows)
        logits = last @ classifier.weights["dense/kernel"] + classifier.weights["dense/bias"]
        best = tf.reduce_max(logits)
    gradients = compute.classifier_gradients(classifier, WORDS)
    answer = np.linalg.norm(tape.gradient(best, rows).numpy()[0], axis=1)
    assert gradients.answer == pytest.approx(answer, rel=1e-4, abs=1e-6)
    jacobian = tape.jacobian(last, rows).numpy()[0, :, 0]  # (units, words, size)
    assert gradients.state == pytest.approx(
        np.sqrt((jacobian**2).sum(axis=2).mean(axis=0)), rel=1e-4, abs=1e-6
    )


def test_the_members_of_an_ensemble_are_averaged() -> None:
    classifier = tiny_classifier(cell="LSTM", ensemble_size=2)
    gradients = compute.classifier_gradients(classifier, WORDS)
    assert gradients.answer.shape == gradients.state.shape == (6,)
    assert (gradients.answer > 0).all()
    assert len(compute.classifier_gradients(classifier, WORDS * 9).words) == 12  # as many as it reads


def test_what_is_said_of_a_classifier() -> None:
    gradients = ClassifierGradients(
        words=("a", "b", "c"), state=np.array([0.25, 0.5, 1.0]), answer=np.ones(3)
    )
    network = tiny_classifier(cell="GRU", pooling="max_mean").network
    caption = captions.classifier_gradients(gradients, network)
    assert "Through the GRU's state, 0.250 times the last word's gradient arrives at the first" in caption
    assert "multiplied by 0.50" in caption
    assert "largest and the mean" in caption
    last = tiny_classifier(pooling="last", layers=(RecurrentLayer(units=3, bidirectional=False),)).network
    assert "goes this way too" in captions.classifier_gradients(gradients, last)
    assert "reads from the last word back" in captions.classifier_gradients(
        gradients, tiny_classifier(pooling="last").network
    )
    # The layer above takes the first one's state at each word: the gradient need not go through all of them.
    two_layers = tiny_classifier(
        pooling="last", layers=(RecurrentLayer(units=3, bidirectional=False),) * 2
    ).network
    assert "the next layer reads the states of this one at all words" in captions.classifier_gradients(
        gradients, two_layers
    )
    no_gradient = ClassifierGradients(words=("a", "b"), state=np.zeros(2), answer=np.zeros(2))
    assert "Nothing comes back" in captions.classifier_gradients(no_gradient, network)
    assert np.isnan(compute.relative_gradients(no_gradient.state)).all()


@pytest.mark.parametrize(
    ("weight", "words", "title"),
    [
        (0.8, 40, "39 words back, it vanishes to 0.000166"),
        (1.2, 40, "39 words back, it explodes to 1,225"),
        (1.0, 2, "1 word back, it becomes 1.00"),
    ],
)
def test_the_chart_counts_back_from_the_end(weight: float, words: int, title: str) -> None:
    chain = compute.chain(weight, words, 0.0)
    gradients = ClassifierGradients(words=("a", "b"), state=np.array([0.5, 2.0]), answer=np.array([0.0, 3.0]))
    figure = vanishing_chart(chain, gradients)
    unit, state, answer = figure.data
    assert list(unit.x) == list(range(words))
    assert list(unit.y) == pytest.approx([weight**back for back in range(words)], rel=1e-9)
    assert list(state.y) == [1.0, 0.25]
    assert list(answer.y) == [1.0, None]  # 0 has no logarithm
    assert figure.layout.title.text == title


def test_a_line_leaves_the_chart_where_it_is_too_small() -> None:
    (unit,) = vanishing_chart(compute.chain(0.1, 60, 0.0), None).data
    assert [position for position, value in enumerate(unit.y) if value is not None] == list(range(13))


@pytest.mark.claim(
    "vanishing",
    "above 1 one unit explodes only at a state of 0: 1,225 at w = 1.2, 0.672 with a push of 0.001",
)
def test_one_unit_explodes_only_while_its_state_is_0() -> None:
    free, pushed = (compute.chain(1.2, 40, push) for push in (0.0, 0.001))
    # By the difference that a moved first state makes, from a state that is worked out apart.
    for chain, push, expected in ((free, 0.0, "1,225"), (pushed, 0.001, "0.672")):
        first, step = math.tanh(push), 1e-7
        left, right = (end(1.2, push, 39, first + side * step) for side in (-1, 1))
        assert captions.format_number((right - left) / (2 * step)) == expected
        assert chain.first_gradient == pytest.approx((right - left) / (2 * step), rel=1e-5)
    said = captions.pushed_unit(free, pushed)
    assert "At w = 1.2 and 40 words it is 1,225. If each word pushes the state by 0.001, it is 0.672" in said
    assert compute.chain(2.0, 40, 0.1).first_gradient < 1e-30  # even w = 2 vanishes


@pytest.mark.claim("vanishing", "where a pushed unit comes to rest the factor is below 1, whatever w is")
@pytest.mark.parametrize("weight", [0.5, 1.0, 1.2, 2.0, 5.0])
@pytest.mark.parametrize("push", [0.001, 0.1, 0.5])
def test_where_a_pushed_unit_rests_the_factor_is_below_1(weight: float, push: float) -> None:
    at_rest = end(weight, push, 20_000, 0.0)
    assert at_rest == pytest.approx(math.tanh(weight * at_rest + push), rel=1e-9)
    assert weight * (1 - at_rest**2) < 1


@pytest.mark.claim("vanishing", "a step back in a layer multiplies by U and by the slopes of tanh")
@pytest.mark.parametrize(("units", "largest"), [(1, 0.8), (4, 1.3), (16, 2.0)])
def test_a_layers_gradients_equal_the_differences_that_a_moved_state_makes(
    units: int, largest: float
) -> None:
    words, step = 8, 1e-6
    layer = many_units.layer(units, largest, words)
    pushes = [np.arctanh(layer.states[0])]
    pushes += [
        np.arctanh(state) - layer.matrix @ before for before, state in itertools.pairwise(layer.states)
    ]
    for t in range(words):
        jacobian = np.empty((units, units))
        for unit in range(units):
            ends = []
            for side in (-1, 1):
                h = layer.states[t].copy()
                h[unit] += side * step
                for push in pushes[t + 1 :]:
                    h = np.tanh(layer.matrix @ h + push)
                ends.append(h)
            jacobian[:, unit] = (ends[1] - ends[0]) / (2 * step)
        rows = [float(np.linalg.norm(row)) for row in jacobian]  # of each unit of the end
        assert layer.gradients[t] == pytest.approx(math.sqrt(sum(row**2 for row in rows) / units), rel=1e-4)


@pytest.mark.claim("vanishing", "a layer's gradients are TensorFlow's")
@pytest.mark.slow
def test_a_layers_gradients_equal_tensorflow() -> None:
    import tensorflow as tf

    layer = many_units.layer(16, 2.0, 20)
    before = [np.zeros(16), *layer.states[:-1]]
    pushes = [np.arctanh(state) - layer.matrix @ h for h, state in zip(before, layer.states, strict=True)]
    h = tf.Variable(layer.states[0])
    with tf.GradientTape() as tape:
        last = tf.identity(h)
        for push in pushes[1:]:
            last = tf.tanh(tf.linalg.matvec(tf.constant(layer.matrix), last) + push)
    jacobian = tape.jacobian(last, h).numpy()
    assert layer.first_gradient == pytest.approx(math.sqrt((jacobian**2).sum() / 16), rel=1e-6)


@pytest.mark.claim("vanishing", "the largest eigenvalue of U is the chosen number")
@pytest.mark.parametrize("units", [1, 4, 64])
@pytest.mark.parametrize("largest", [0.5, 1.0, 2.7])
def test_the_largest_eigenvalue_is_the_chosen_number(units: int, largest: float) -> None:
    layer = many_units.layer(units, largest, 2)
    sizes = np.abs(layer.eigenvalues)
    assert sizes[0] == pytest.approx(largest)
    assert (sizes <= sizes[0] + 1e-12).all()
    # The numbers of which U - value I has no inverse, and whose sum is the sum of the diagonal.
    for value in layer.eigenvalues:
        assert np.linalg.svd(layer.matrix - value * np.eye(units), compute_uv=False)[-1] < 1e-9
    assert layer.eigenvalues.sum() == pytest.approx(np.trace(layer.matrix), abs=1e-9)


@pytest.mark.claim("vanishing", "with all states at 0 the largest eigenvalue alone counts in the end")
def test_powers_of_a_matrix_grow_as_its_largest_eigenvalue() -> None:
    """Gelfand's formula: the k-th root of the norm of U to the k goes to the size of the largest eigenvalue."""
    matrix = many_units.layer(64, 1.2, 2).matrix
    power = np.linalg.matrix_power(matrix, 600)
    assert np.linalg.norm(power) ** (1 / 600) == pytest.approx(1.2, rel=5e-3)


@pytest.mark.claim(
    "vanishing", "with a largest eigenvalue of 2, 1 and 4 units vanish over 40 words and 64 explode"
)
def test_explosion_takes_many_units() -> None:
    few, some, many = (many_units.layer(units, 2.0, 40) for units in (1, 4, 64))
    assert few.first_gradient < 1e-20
    assert some.first_gradient < 1e-8
    assert many.first_gradient > 10
    assert many_units.layer(64, 3.0, 40).first_gradient > 1_000
    for units in (1, 4, 64):  # below 1 all vanish
        assert many_units.layer(units, 0.8, 40).first_gradient < 1e-3


@pytest.mark.claim("vanishing", "a single unit soon stays where tanh is flat; of many some are always near 0")
def test_many_units_keep_each_other_moving() -> None:
    few, many = (many_units.layer(units, 2.0, 60) for units in (1, 64))
    assert (2.0 * (1 - few.states[10:] ** 2) < 1).all()  # each factor below 1
    assert ((1 - many.states**2).max(axis=1) > 0.95).all()  # the steepest of each word
    assert np.abs(np.diff(many.states[10:], axis=0)).max(axis=1).min() > 0.5  # at every word some move far
    assert np.abs(np.diff(few.states[10:], axis=0)).max() < 0.2


def test_a_layer_without_units_or_words_is_refused() -> None:
    with pytest.raises(ValueError, match="units and words must be at least 1, got 0 and 4"):
        many_units.layer(0, 1.0, 4)


def test_what_is_said_and_drawn_of_many_units() -> None:
    layers = [many_units.layer(units, 2.0, 40) for units in (1, 4, 64)]
    said = captions.many_units(layers)
    assert said.startswith(
        "With a largest eigenvalue of 2.0, this much of the gradient arrives 39 words back: "
    )
    for layer in layers:
        assert f"{captions.format_number(layer.first_gradient)} in {layer.units} unit" in said
    figure = many_units_chart(layers)
    power, one, four, many = figure.data
    assert (one.name, four.name, many.name) == ("1 unit", "4 units", "64 units")
    assert many.y[39] == pytest.approx(layers[-1].first_gradient)
    assert power.y[10] == pytest.approx(2.0**10)
    assert figure.layout.title.text.startswith("64 units: it explodes to ")
    assert captions.many_units_title(many_units.layer(64, 0.5, 40)).startswith("64 units: it vanishes to ")
    assert captions.many_units_title(many_units.layer(64, 1.0, 1)) == "64 units: it is 1.00"
    points = eigenvalues_chart(layers[-1])
    outside = sum(math.hypot(x, y) > 1 for x, y in zip(points.data[0].x, points.data[0].y, strict=True))
    assert points.layout.title.text == f"{outside} of 64 eigenvalues outside the circle"
    assert eigenvalues_chart(many_units.layer(64, 0.5, 2)).layout.title.text.startswith("0 of 64 ")


@pytest.mark.claim(
    "vanishing", "a larger learning rate does not make up for it: it multiplies near and far words alike"
)
def test_a_learning_rate_multiplies_all_gradients_alike() -> None:
    chain = compute.chain(0.8, 40, 0.0)
    rate = 1 / chain.first_gradient  # lifts the first word's step to 1
    assert rate * chain.gradients[0] == pytest.approx(1)
    assert rate * chain.gradients[-1] == pytest.approx(0.8**-39)
