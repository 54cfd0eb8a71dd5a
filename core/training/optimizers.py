"""Optimizers with sparse updates: of an embedding, only the rows that a batch used are updated.

A dense update touches every row of the embedding and of its running averages for each batch, though a batch holds few
of the words. Here every update rule is one function of (slots, gradient), applied to whole variables and to single
rows.

With dense gradients these are Keras's rules (a test compares). With sparse gradients they are "lazy": a row's running
averages do not change while its word does not occur.

RMSprop: Hinton, Coursera lecture 6e (2012). Adam: Kingma & Ba, arXiv 1412.6980. Adagrad: Duchi and
others, JMLR 12 (2011). Leaves out: momentum, weight decay, clipping.
"""

from collections.abc import Callable

import keras
import tensorflow as tf

from core.settings.training import Optimizer

EPSILON = 1e-7  # Keras's default

# (slots, gradient, step from 1) -> (new slots, direction); the weight changes by -learning_rate * direction.
Rule = Callable[[list[tf.Tensor], tf.Tensor, tf.Tensor], tuple[list[tf.Tensor], tf.Tensor]]


def _sgd(slots: list[tf.Tensor], gradient: tf.Tensor, step: tf.Tensor) -> tuple[list[tf.Tensor], tf.Tensor]:
    return [], gradient


def _adagrad(
    slots: list[tf.Tensor], gradient: tf.Tensor, step: tf.Tensor
) -> tuple[list[tf.Tensor], tf.Tensor]:
    total = slots[0] + gradient**2
    return [total], gradient / tf.sqrt(total + EPSILON)


def _rmsprop(
    slots: list[tf.Tensor], gradient: tf.Tensor, step: tf.Tensor
) -> tuple[list[tf.Tensor], tf.Tensor]:
    mean_square = 0.9 * slots[0] + 0.1 * gradient**2
    return [mean_square], gradient / tf.sqrt(mean_square + EPSILON)


def _adam(slots: list[tf.Tensor], gradient: tf.Tensor, step: tf.Tensor) -> tuple[list[tf.Tensor], tf.Tensor]:
    mean = 0.9 * slots[0] + 0.1 * gradient
    square = 0.999 * slots[1] + 0.001 * gradient**2
    correction = tf.sqrt(1 - tf.pow(0.999, step)) / (1 - tf.pow(0.9, step))
    return [mean, square], correction * mean / (tf.sqrt(square) + EPSILON)


# A rule and the initial values of its slots. Adagrad's is 0 as in the paper, not Keras's 0.1, against which the small
# gradients of rare words would count for nothing.
RULES: dict[Optimizer, tuple[Rule, tuple[float, ...]]] = {
    "SGD": (_sgd, ()),
    "Adagrad": (_adagrad, (0.0,)),
    "RMSprop": (_rmsprop, (0.0,)),
    "Adam": (_adam, (0.0, 0.0)),
}


class RowwiseOptimizer:
    """Updates ``variables`` by gradient descent; call :meth:`apply` inside a ``tf.function``."""

    def __init__(self, name: Optimizer, variables: list[keras.Variable]) -> None:
        self.rule, starts = RULES[name]
        self.variables = [variable.value for variable in variables]
        self.slots = [
            [tf.Variable(tf.fill(variable.shape, start)) for start in starts] for variable in self.variables
        ]
        self.step = tf.Variable(0, dtype=tf.int64)

    @property
    def state(self) -> list[tf.Variable]:
        """Every variable besides the weights that the next step depends on."""
        return [self.step, *(slot for slots in self.slots for slot in slots)]

    def apply(self, gradients: list[tf.Tensor | tf.IndexedSlices], rate: tf.Tensor) -> None:
        """One step with learning rate ``rate``: dense gradients update whole variables, IndexedSlices some rows.

        No row may occur in an IndexedSlices twice; :func:`core.model.keras_model.embedding_lookup` ensures it.
        """
        step = tf.cast(self.step.assign_add(1), tf.float32)
        for variable, slots, gradient in zip(self.variables, self.slots, gradients, strict=True):
            if isinstance(gradient, tf.IndexedSlices):
                rows = gradient.indices  # (rows,); the values are (rows, size)
                new, direction = self.rule([tf.gather(slot, rows) for slot in slots], gradient.values, step)
                for slot, value in zip(slots, new, strict=True):
                    slot.scatter_update(tf.IndexedSlices(value, rows))
                variable.scatter_sub(tf.IndexedSlices(rate * direction, rows))
            else:
                new, direction = self.rule([slot.read_value() for slot in slots], gradient, step)
                for slot, value in zip(slots, new, strict=True):
                    slot.assign(value)
                variable.assign_sub(rate * direction)
