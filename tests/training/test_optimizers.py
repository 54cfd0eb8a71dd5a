"""Our rules against Keras's optimizers, and against themselves for rows."""

import numpy as np
import pytest

from core.settings.training import OPTIMIZERS, Optimizer

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_whole_variables_move_as_in_keras(name: Optimizer) -> None:
    import keras
    import tensorflow as tf

    from core.training.optimizers import RowwiseOptimizer

    random = np.random.default_rng(0)
    start = random.normal(size=(4, 3)).astype(np.float32)
    ours, theirs = keras.Variable(start), keras.Variable(start)
    optimizer = RowwiseOptimizer(name, [ours])
    start_of_slots = {"initial_accumulator_value": 0.0} if name == "Adagrad" else {}
    reference = getattr(keras.optimizers, name)(learning_rate=0.01, **start_of_slots)
    for _ in range(5):
        gradient = tf.constant(random.normal(size=(4, 3)).astype(np.float32))
        optimizer.apply([gradient], tf.constant(0.01))
        reference.apply([gradient], [theirs])
    assert not np.allclose(ours.numpy(), start)
    np.testing.assert_allclose(ours.numpy(), theirs.numpy(), atol=1e-6)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_rows_move_as_a_table_of_those_rows_alone(name: Optimizer) -> None:
    """Rows read twice move once, by the sum; used rows follow the dense rule, unused rows do not move."""
    import keras
    import tensorflow as tf

    from core.model.keras_model import embedding_lookup
    from core.training.optimizers import RowwiseOptimizer

    random = np.random.default_rng(1)
    start = random.normal(size=(6, 2)).astype(np.float32)
    table, used = keras.Variable(start), keras.Variable(start[[1, 4]])
    rowwise, dense = RowwiseOptimizer(name, [table]), RowwiseOptimizer(name, [used])
    for _ in range(4):
        values = random.normal(size=(3, 2)).astype(np.float32)
        with tf.GradientTape() as tape:
            read = embedding_lookup(table.value, tf.constant([4, 1, 4]))
        sparse = tape.gradient(read, table.value, output_gradients=tf.constant(values))
        assert sorted(sparse.indices.numpy()) == [1, 4]
        rowwise.apply([sparse], tf.constant(0.1))
        dense.apply([tf.constant(np.stack([values[1], values[0] + values[2]]))], tf.constant(0.1))
    np.testing.assert_allclose(table.numpy()[[1, 4]], used.numpy(), atol=1e-6)
    np.testing.assert_array_equal(table.numpy()[[0, 2, 3, 5]], start[[0, 2, 3, 5]])
