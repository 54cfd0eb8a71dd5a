"""The compiled loops against Keras's own layers and TensorFlow's own gradients."""

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pytest
from numpy.typing import NDArray

from core.model.forward import Array
from core.model.recurrent_kernels import OUTPUTS, Output
from core.settings.network import CELLS, GATES, Cell
from core.settings.run import THREADS

if TYPE_CHECKING:
    import tensorflow as tf

pytestmark = pytest.mark.slow

Directions = Literal[1, 2]

SIZE, UNITS = 5, 4


def _case(
    cell: Cell, *, batch: int, words: int, seed: int = 0
) -> tuple[Array, NDArray[np.int32], list[Array]]:
    """A batch of texts of different lengths, an empty one among them, and weights for both directions."""
    random = np.random.default_rng(seed)
    x = random.normal(size=(batch, words, SIZE)).astype(np.float32)
    lengths = random.integers(1, words + 1, size=batch).astype(np.int32)
    lengths[0] = words
    wide = GATES[cell] * UNITS
    one = [(SIZE, wide), (UNITS, wide), (2, wide) if cell == "GRU" else (wide,)]
    if cell == "minGRU":
        del one[1]
    weights = [random.normal(size=shape).astype(np.float32) * 0.6 for shape in one * 2]
    return x, lengths, weights


def _stock(
    cell: Cell,
    x: Array,
    lengths: NDArray[np.int32],
    weights: list[Array],
    *,
    directions: Directions,
    output: Output,
) -> "tuple[tf.Tensor, list[tf.Tensor]]":
    """Answer and gradients of Keras's layers; the gradient of each number of the answer is its own cosine."""
    import tensorflow as tf

    from tests.model.stock import MaxMeanPooling, stock_layer

    mask = tf.sequence_mask(lengths, x.shape[1])
    half = len(weights) // 2
    layers = [
        stock_layer(cell, UNITS, return_sequences=True, go_backwards=bool(direction))
        for direction in range(directions)
    ]
    for direction, layer in enumerate(layers):
        layer.build(x.shape)
        layer.set_weights(weights[direction * half :][:half])
    x = tf.constant(x)
    variables = [variable.value for layer in layers for variable in layer.trainable_variables]
    with tf.GradientTape() as tape:
        tape.watch([x, *variables])
        states = [
            layer(x, mask=mask) if not direction else tf.reverse(layer(x, mask=mask), [1])
            for direction, layer in enumerate(layers)
        ]
        if output == "last":
            ends = tf.stack([tf.range(len(lengths)), lengths - 1], axis=1)
            answer = tf.concat([tf.gather_nd(states[0], ends)] + [s[:, 0] for s in states[1:]], axis=1)
        elif output == "max_mean":
            answer = MaxMeanPooling()(tf.concat(states, axis=2), mask=mask)
        else:
            answer = tf.concat(states, axis=2) * tf.cast(mask, tf.float32)[:, :, tf.newaxis]
        loss = tf.reduce_sum(tf.sin(answer))
    return answer, tape.gradient(loss, [x, *variables])


def _recur(
    cell: Cell,
    x: "tf.Tensor",
    lengths: "tf.Tensor",
    weights: "list[tf.Tensor]",
    *,
    output: Output = "states",
    **given: Any,
) -> "tf.Tensor":
    """``recur`` with the batch first, as Keras has it."""
    import tensorflow as tf

    from core.model.recurrent_layer import recur

    answer = recur(cell, tf.transpose(x, (1, 0, 2)), lengths, weights, output=output, **given)
    return tf.transpose(answer, (1, 0, 2)) if output == "states" else answer


def _ours(
    cell: Cell,
    x: Array,
    lengths: NDArray[np.int32],
    weights: list[Array],
    *,
    directions: Directions,
    output: Output,
    **keep: "tf.Tensor",
) -> "tuple[tf.Tensor, list[tf.Tensor]]":
    import tensorflow as tf

    half = len(weights) // 2
    x, weights = tf.constant(x), [tf.constant(weight) for weight in weights[: directions * half]]

    def both() -> "tuple[tf.Tensor, list[tf.Tensor]]":
        with tf.GradientTape() as tape:
            tape.watch([x, *weights])
            answer = _recur(
                cell,
                x,
                tf.constant(lengths),
                weights,
                directions=directions,
                output=output,
                training=True,
                **keep,
            )
            loss = tf.reduce_sum(tf.sin(answer))
        return answer, tape.gradient(loss, [x, *weights])

    answer, gradients = tf.function(both)()
    return answer, gradients


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("directions", [1, 2])
@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize(
    "batch", [1, 7, THREADS * 128 + 5]
)  # one tile, one a thread, several and a part of one
def test_answers_and_gradients_equal_keras(
    cell: Cell, directions: Directions, output: Output, batch: int
) -> None:
    import tensorflow as tf

    x, lengths, weights = _case(cell, batch=batch, words=6)
    answer, gradients = _ours(cell, x, lengths, weights, directions=directions, output=output)
    true_answer, true_gradients = _stock(cell, x, lengths, weights, directions=directions, output=output)
    assert answer.shape == true_answer.shape
    np.testing.assert_allclose(answer, true_answer, atol=1e-5)
    assert len(gradients) == len(true_gradients)
    for ours, true in zip(gradients, true_gradients, strict=True):
        np.testing.assert_allclose(ours, true, atol=1e-5 * max(1.0, float(tf.reduce_max(tf.abs(true)))))


@pytest.mark.parametrize("cell", CELLS)
def test_the_answer_is_the_same_without_a_gradient(cell: Cell) -> None:
    import tensorflow as tf

    x, lengths, weights = _case(cell, batch=9, words=6)
    given = tf.constant(x), tf.constant(lengths), [tf.constant(weight) for weight in weights]
    kept = _recur(cell, *given, directions=2, output="max_mean", training=True)
    np.testing.assert_array_equal(kept, _recur(cell, *given, directions=2, output="max_mean"))


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("cell", CELLS)
def test_what_stands_beyond_the_end_of_a_text_changes_nothing(cell: Cell, output: Output) -> None:
    x, lengths, weights = _case(cell, batch=9, words=6)
    other = np.where(np.arange(6)[None, :, None] < lengths[:, None, None], x, np.float32(np.nan))
    wider = np.pad(other, ((0, 0), (0, 3), (0, 0)), constant_values=np.nan)
    answer, gradients = _ours(cell, x, lengths, weights, directions=2, output=output)
    far, far_gradients = _ours(cell, wider, lengths, weights, directions=2, output=output)
    if output == "states":
        assert not np.any(far[:, 6:])
        far = far[:, :6]
    np.testing.assert_array_equal(answer, far)
    np.testing.assert_array_equal(gradients[0], far_gradients[0][:, :6])
    for ours, theirs in zip(gradients[1:], far_gradients[1:], strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("cell", CELLS)
def test_a_text_without_words_gives_zeros_and_no_gradient(cell: Cell) -> None:
    x, lengths, weights = _case(cell, batch=3, words=6)
    lengths[1] = 0
    for output in OUTPUTS:
        answer, gradients = _ours(cell, x, lengths, weights, directions=2, output=output)
        assert not np.any(answer[1])
        assert np.any(answer[0])
        assert not np.any(gradients[0][1])


@pytest.mark.parametrize("cell", CELLS)
def test_dropout_multiplies_words_and_states(cell: Cell) -> None:
    """The gradient under masks against differences; the masks' effect against masked weights."""
    import tensorflow as tf

    x, lengths, weights = _case(cell, batch=5, words=4)
    random = np.random.default_rng(1)
    keep_x = (random.integers(0, 2, size=(5, SIZE)) * 2).astype(np.float32)
    keep_h = (random.integers(0, 2, size=(5, UNITS)) * 2).astype(np.float32)
    answer, gradients = _ours(
        cell,
        x,
        lengths,
        weights,
        directions=2,
        output="last",
        keep_x=tf.constant(keep_x),
        keep_h=tf.constant(keep_h),
    )
    for row in range(5):  # one row at a time, the masks are part of the kernels
        half = len(weights) // 2
        masked = [weight.copy() for weight in weights]
        for direction in range(2):
            masked[direction * half] *= keep_x[row][:, None]
            if cell != "minGRU":
                masked[direction * half + 1] *= keep_h[row][:, None]
        alone, _ = _ours(cell, x[row : row + 1], lengths[row : row + 1], masked, directions=2, output="last")
        np.testing.assert_allclose(answer[row], alone[0], atol=1e-6)

    def loss(changed: list[Array]) -> float:
        told = _recur(
            cell,
            tf.constant(x),
            tf.constant(lengths),
            [tf.constant(weight) for weight in changed],
            directions=2,
            output="last",
            keep_x=tf.constant(keep_x),
            keep_h=tf.constant(keep_h),
        )
        return float(tf.reduce_sum(tf.sin(tf.cast(told, tf.float64))))

    for place, gradient in enumerate(gradients[1:]):
        flat = int(np.abs(gradient).argmax())
        up, down = ([weight.copy() for weight in weights] for _ in range(2))
        up[place].flat[flat] += 1e-2
        down[place].flat[flat] -= 1e-2
        assert (loss(up) - loss(down)) / 2e-2 == pytest.approx(float(np.ravel(gradient)[flat]), rel=2e-2)


@pytest.mark.parametrize("cell", CELLS)
def test_a_number_that_is_none_comes_through(cell: Cell) -> None:
    """Steps that were too long must end in a loss that is no number, not in a plausible one."""
    x, lengths, weights = _case(cell, batch=3, words=6)
    weights[0][:] = np.nan
    answer, _ = _ours(cell, x, lengths, weights, directions=1, output="last")
    assert np.all(np.isnan(answer))


def test_steps_of_different_layers_do_not_meet() -> None:
    """Two layers read forward before either reads back, as a stack does."""
    import tensorflow as tf

    x, lengths, weights = _case("GRU", batch=7, words=6)
    half = len(weights) // 2
    given, kernels = tf.constant(x), [tf.constant(weight) for weight in weights]

    def stacked(below: "list[tf.Tensor]") -> "tf.Tensor":
        states = _recur("GRU", given, tf.constant(lengths), below, training=True)
        above = [tf.pad(kernels[half], [[0, 0], [0, 0]])[:UNITS], *kernels[half + 1 :]]
        return _recur("GRU", states, tf.constant(lengths), above, output="last", training=True)

    with tf.GradientTape() as tape:
        tape.watch(kernels)
        loss = tf.reduce_sum(tf.sin(stacked(kernels[:half])))
    gradients = tape.gradient(loss, kernels)
    flat = int(np.abs(gradients[0]).argmax())
    moved = []
    for step in (1e-2, -1e-2):
        below = [weight.copy() for weight in weights[:half]]
        below[0].flat[flat] += step
        told = stacked([tf.constant(weight) for weight in below])
        moved.append(float(tf.reduce_sum(tf.sin(tf.cast(told, tf.float64)))))
    assert (moved[0] - moved[1]) / 2e-2 == pytest.approx(float(np.ravel(gradients[0])[flat]), rel=2e-2)
