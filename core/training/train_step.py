"""One training step, compiled by TensorFlow: forward pass, loss, backpropagation, optimizer.

The members of an ensemble learn one after the other, each forward and back, so that the activations of one are freed
before the next begins. Leaves out: which batch comes next and when training ends (``trainer.py``), the update rules
(``optimizers.py``).
"""

from typing import cast

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from core.model.keras_model import Network, ensemble_logits
from core.settings.training import TrainingSettings
from core.training.optimizers import RowwiseOptimizer


class TrainStep:
    """Learns from one batch, or only answers it; each compiled once, for batches of any size and any length.

    Args:
        model: its weights are updated in place.
        settings: optimizers, label smoothing and the weight of the auxiliary loss.
        trainable_rows: (words,) bool, the rows of the word embeddings that are updated; None updates all.
        class_weights: (categories,) float32, the weight of each category in the loss; None weighs all alike.
    """

    def __init__(
        self,
        model: Network,
        settings: TrainingSettings,
        trainable_rows: npt.NDArray[np.bool_] | None = None,
        class_weights: npt.NDArray[np.float32] | None = None,
    ) -> None:
        self.model, self.settings = model, settings
        self._trainable_rows = None if trainable_rows is None else tf.constant(trainable_rows)
        self.class_weights = None if class_weights is None else tf.constant(class_weights)
        sparse = model.sparse_variables
        dense = [each for each in model.trainable_variables if all(each is not other for other in sparse)]
        self._dense_optimizer = RowwiseOptimizer(settings.optimizer, dense)
        if settings.embedding_optimizer == "same":
            self._sparse_optimizer = RowwiseOptimizer(settings.optimizer, sparse)
            self._sparse_rate_factor = 1.0  # their learning rate as a multiple of the dense weights'
        else:
            self._sparse_optimizer = RowwiseOptimizer(settings.embedding_optimizer, sparse)
            self._sparse_rate_factor = settings.embedding_learning_rate / settings.learning_rate

        ids = tf.TensorSpec((None, None), tf.int32)  # (batch, words)
        labels = tf.TensorSpec((None,), tf.int32)  # (batch,)
        rate = tf.TensorSpec((), tf.float32)
        # No Python branch below depends on a tensor, so AutoGraph would only cost half a second of rewriting.
        self._step = tf.function(self._learn, input_signature=[ids, labels, rate], autograph=False)
        self._predict = tf.function(self._answer, input_signature=[ids], autograph=False)

    @property
    def state(self) -> list[tf.Variable]:
        """Every variable that the next step depends on: weights, dropout's seeds, the optimizers' slots."""
        return [
            *(variable.value for variable in self.model.trainable_variables),
            *(variable.value for variable in self.model.non_trainable_variables),
            *self._dense_optimizer.state,
            *self._sparse_optimizer.state,
        ]

    def __call__(
        self, ids: npt.NDArray[np.int32], labels: npt.NDArray[np.int32], learning_rate: float
    ) -> tuple[float, int]:
        """Update the weights by one batch.

        Args:
            ids: (batch, words), each row filled up with 0 at its end.
            labels: (batch,)

        Returns:
            the sum of the articles' cross-entropies, without smoothing, class weights and auxiliary loss, and the
            number of correct answers; both before the update.
        """
        loss_sum, correct = self._step(ids, labels, tf.constant(learning_rate, tf.float32))
        return float(loss_sum), int(correct)

    def logits(self, ids: npt.NDArray[np.int32]) -> npt.NDArray[np.float32]:
        """Logits without dropout: (batch, words) -> (batch, categories)."""
        return cast("npt.NDArray[np.float32]", self._predict(ids).numpy())

    def _answer(self, ids: tf.Tensor) -> tf.Tensor:
        return self.model(ids, training=False)  # (batch, words) -> (batch, categories)

    def _learn(self, ids: tf.Tensor, labels: tf.Tensor, rate: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        # (batch, categories), and each gradient by its variable's id()
        logits, gradients = self._backpropagate(ids, labels)
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)  # (batch,)
        correct = tf.equal(tf.argmax(logits, axis=1, output_type=tf.int32), labels)  # (batch,)

        sparse = [gradients[id(variable)] for variable in self._sparse_optimizer.variables]
        members = len(self.model.members)  # the word embeddings stand first
        sparse[:members] = [self._without_frozen_rows(gradient) for gradient in sparse[:members]]
        self._sparse_optimizer.apply(sparse, rate * self._sparse_rate_factor)
        dense = [gradients[id(variable)] for variable in self._dense_optimizer.variables]
        self._dense_optimizer.apply(dense, rate)
        return tf.reduce_sum(losses), tf.reduce_sum(tf.cast(correct, tf.int32))

    def _backpropagate(
        self, ids: tf.Tensor, labels: tf.Tensor
    ) -> tuple[tf.Tensor, dict[int, tf.Tensor | tf.IndexedSlices]]:
        """Logits of the whole network, (batch, categories), and the gradient of every trainable variable.

        A bag-of-words branch adds its logits to those of each member. Its gradient is the sum of what the members'
        losses and its own auxiliary loss send back.
        """
        branch = self.model.bag_of_words
        branch_logits: list[tf.Tensor] = []  # none or one, (batch, categories)
        if branch:
            with tf.GradientTape() as branch_tape:
                branch_logits = [branch(ids, training=True)]  # (batch, categories)
                branch_loss = self.settings.auxiliary_loss_weight * self._loss(branch_logits[0], labels)  # ()

        gradients: dict[int, tf.Tensor | tf.IndexedSlices] = {}
        member_logits: list[tf.Tensor] = []  # each (batch, categories)
        branch_gradients: list[tf.Tensor] = []  # of branch_logits, from each member: (batch, categories)
        for member in self.model.members:
            weights = _variables(member)
            with tf.GradientTape() as tape:
                tape.watch(branch_logits)
                member_logits.append(member(ids, training=True))  # (batch, categories)
                loss = self._member_loss(member_logits[-1], branch_logits, labels)  # ()
            of_weights_and_branch = tape.gradient(loss, [*weights, *branch_logits])
            gradients |= zip(map(id, weights), of_weights_and_branch, strict=False)
            branch_gradients += of_weights_and_branch[len(weights) :]

        if branch:
            weights = _variables(branch)
            of_weights = branch_tape.gradient(
                [*branch_logits, branch_loss],
                weights,
                output_gradients=[tf.add_n(branch_gradients), tf.ones(())],
            )
            gradients |= zip(map(id, weights), of_weights, strict=True)
        return ensemble_logits(member_logits, branch_logits), gradients

    def _member_loss(
        self, member_logits: tf.Tensor, branch_logits: list[tf.Tensor], labels: tf.Tensor
    ) -> tf.Tensor:
        """The loss that one member learns from, a scalar.

        A member never sees the logits of another: an ensemble gains from members that err differently. With a
        bag-of-words branch it learns jointly, and for the auxiliary share of the loss by itself.
        """
        if not branch_logits:
            return self._loss(member_logits, labels)
        joint = self._loss(member_logits + branch_logits[0], labels)
        auxiliary = self.settings.auxiliary_loss_weight
        if not auxiliary:
            return joint
        return (1 - auxiliary) * joint + auxiliary * self._loss(member_logits, labels)

    def _loss(self, logits: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        """Mean cross-entropy with label smoothing and class weights: (batch, categories), (batch,) -> ().

        Each article's loss is multiplied by its category's weight, as Keras's ``class_weight`` does; the mean divides
        by the articles. Smoothing: C. Szegedy et al., "Rethinking the Inception Architecture", arXiv 1512.00567 (2015).
        """
        smoothing = self.settings.label_smoothing
        cross_entropy = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)  # (batch,)
        if smoothing:
            # To equal shares: (batch,)
            uniform_cross_entropy = -tf.reduce_mean(tf.nn.log_softmax(logits), axis=1)
            cross_entropy = (1 - smoothing) * cross_entropy + smoothing * uniform_cross_entropy  # (batch,)
        if self.class_weights is not None:
            cross_entropy *= tf.gather(self.class_weights, labels)  # (batch,)
        return tf.reduce_mean(cross_entropy)  # ()

    def _without_frozen_rows(self, gradient: tf.IndexedSlices) -> tf.IndexedSlices:
        """The gradient of a word embedding, (rows, embedding_size), for its trainable rows alone."""
        if self._trainable_rows is None:
            return gradient
        trainable = tf.gather(self._trainable_rows, gradient.indices)  # (rows,) bool
        return tf.IndexedSlices(
            tf.boolean_mask(gradient.values, trainable),
            tf.boolean_mask(gradient.indices, trainable),
            gradient.dense_shape,
        )


def _variables(layer: keras.layers.Layer) -> list[tf.Variable]:
    return [weight.value for weight in layer.trainable_variables]
