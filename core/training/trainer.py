"""The training loop: a generator that does one batch after the other and reports what happens.

It yields events (``events.py``) and returns the best weights; whoever calls draws, records and saves.
The order of the batches is a function of (seed, epoch), and a checkpoint holds every variable that the
next step depends on, so a run that is cut off goes on as if nothing had happened, dropout included.

Leaves out: where the news came from (``preparation.py``), processes (``runs/worker.py``).
"""

import math
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import tensorflow as tf
from scipy.special import softmax

from core.errors import RunError
from core.model.keras_model import Network, answer_of, build, get_weights, set_weights
from core.model.scores import Scores
from core.settings.run import MAPPED_WORDS, RunSettings
from core.settings.training import Plan
from core.text.vocabulary import FIRST_WORD
from core.text.word_vectors import WordVectors
from core.training.batches import epoch_batches
from core.training.checkpoints import Checkpoints
from core.training.early_stopping import better, patience_is_over
from core.training.events import (
    BatchEnd,
    Changed,
    Ending,
    EpochEnd,
    Event,
    Paused,
    Prepared,
    Resumed,
    Scoring,
)
from core.training.metrics import score
from core.training.optimizers import RowwiseOptimizer
from core.training.preparation import TrainingData
from core.training.snapshots import Fixed, Kept, Snapshot, Snapshots, is_due

Halt = Literal["stop", "pause"]

REPORT_SECONDS = 0.4  # between two BatchEnd events; a page draws about once a second
# ... over some steps: a batch's texts are of like lengths, so one alone would stand far from its neighbours. The first
# step takes long, until the graph is traced. Where steps are slow, not longer than this.
STEPS_REPORTED, LONGEST_REPORT_SECONDS = 4, 2.0
CHECKPOINT_SECONDS = 30.0
WATCHED = 256  # validation articles measured for one BatchEnd ...
WATCHED_KEPT = 4  # ... and how many such measurements its figures are the mean of
SCORED = 256  # rows in one forward pass without a gradient; the layers' memory grows with them


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """What came out: the weights with the lowest validation loss, under forward.py's names."""

    weights: dict[str, np.ndarray]
    ending: Ending
    epochs: int
    best_epoch: int
    validation_loss: float
    validation_accuracy: float
    test: Scores
    validation_logits: np.ndarray  # (articles, categories) float32, in the order of the split
    test_logits: np.ndarray
    seconds: float
    first_rows: (
        np.ndarray
    )  # (words, embedding_size): the first reader's most frequent words before anything was learnt


@dataclass(slots=True, kw_only=True)
class _Progress:
    """Where the run stands; with the variables, all that a checkpoint holds."""

    learning_rate: float  # the plan: at first the settings', see Plan
    epochs: int
    epoch: int = 1
    step: int = 0  # batches done in this epoch
    rows: int = 0  # training articles seen since the start
    loss_sum: float = 0.0  # over this epoch
    correct: int = 0
    epoch_rows: int = 0
    rate: float = 0.0  # of the last step
    waited: int = 0  # epochs since the best one
    best_epoch: int = 0
    best_loss: float = math.inf
    best_accuracy: float = 0.0
    seconds: float = 0.0
    finished_epochs: int = 0
    ending: Ending | None = None


@dataclass(slots=True)
class Trainer:
    """One run's network, optimizer and data. Use :func:`train`; this is its inside."""

    data: TrainingData
    settings: RunSettings
    checkpoints: Checkpoints | None = None
    elapsed: float = 0.0
    vectors: WordVectors | None = None
    snapshots: Snapshots | None = None
    progress: _Progress = field(init=False)
    model: Network = field(init=False)
    optimizer: RowwiseOptimizer = field(init=False)
    table_optimizer: RowwiseOptimizer = field(init=False)  # of the embedding and the votes
    table_factor: float = field(init=False)  # its steps' length as a multiple of the others'
    best: dict[str, np.ndarray] = field(init=False, default_factory=dict)
    first_rows: np.ndarray = field(init=False)
    moving: tf.Tensor | None = field(init=False, default=None)  # (words,) bool; None: every row learns
    _learn: Callable[..., Any] = field(init=False)
    _answer: Callable[..., Any] = field(init=False)
    _started: float = field(init=False)
    _watch_order: np.ndarray = field(init=False)
    _kept: Kept = field(init=False)
    _watched: list[tuple[float, float]] = field(init=False, default_factory=list)
    _watch_place: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        training = self.settings.training
        self._started = time.monotonic() - self.elapsed
        self.progress = _Progress(learning_rate=training.learning_rate, epochs=training.epochs)
        self.model = build(
            self.settings.network,
            words=len(self.data.vocabulary),
            categories=len(self.data.labels),
            seed=training.seed,
        )
        tables = self.model.tables
        others = [one for one in self.model.trainable_variables if all(one is not table for table in tables)]
        if self.settings.vectors:
            self._start_from_vectors(frozen=self.settings.vectors.frozen)
        # Made from the seed, so a resumed run has them again.
        self.first_rows = self.model.embeddings[0].numpy()[: FIRST_WORD + MAPPED_WORDS].copy()
        self.optimizer = RowwiseOptimizer(training.optimizer, others)
        if training.embedding_optimizer == "same":
            rule, self.table_factor = training.optimizer, 1.0
        else:
            rule = training.embedding_optimizer
            self.table_factor = training.embedding_learning_rate / training.learning_rate
        self.table_optimizer = RowwiseOptimizer(rule, tables)
        # A fixed random order: neighbours in the file are of one day, and often of one story.
        self._watch_order = np.random.default_rng(training.seed).permutation(self.data.split.validation)
        self._kept = Kept.of(
            training=len(self.data.split.training),
            validation=len(self.data.split.validation),
            categories=len(self.data.labels),
            words=len(self.data.vocabulary.words),
            size=self.settings.network.embedding_size,
            seed=training.seed,
        )
        self._compile()

    def _start_from_vectors(self, *, frozen: bool) -> None:
        """Put the file's rows into the word tables; the words it has not, padding and unknown stay random.

        Frozen, only the rows found stand still: one that is still at random and never learns would be noise.
        """
        if self.vectors is None:
            raise ValueError("settings that start from word vectors need them")
        found = np.zeros(len(self.data.vocabulary), np.bool_)
        found[FIRST_WORD:] = self.vectors.matched.found
        for table in self.model.embeddings:
            rows = table.numpy()
            rows[found] = self.vectors.values[self.vectors.matched.found]
            table.assign(rows)
        if frozen:
            self.moving = tf.constant(~found)

    def _compile(self) -> None:
        """Trace the two graphs once, for any batch and any length."""
        ids = tf.TensorSpec((None, None), tf.int32)  # (batch, words)
        y = tf.TensorSpec((None,), tf.int32)  # (batch,)
        rate = tf.TensorSpec((), tf.float32)
        tables, others = self.table_optimizer.variables, self.optimizer.variables
        smoothing, alone = self.settings.training.label_smoothing, self.settings.training.alone_share

        def loss_of(logits: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
            """The mean cross-entropy to the truth, smoothed."""
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(y, logits)  # (batch,)
            doubt = -tf.reduce_mean(tf.nn.log_softmax(logits), axis=1)  # (batch,)
            return tf.reduce_mean((1 - smoothing) * losses + smoothing * doubt if smoothing else losses)

        def to_learn_from(reader: tf.Tensor, votes: list[tf.Tensor], y: tf.Tensor) -> tf.Tensor:
            """No reader sees what the others say: they would err alike. With the votes each learns together."""
            if not votes:
                return loss_of(reader, y)
            together = loss_of(reader + votes[0], y)
            return (1 - alone) * together + alone * loss_of(reader, y) if alone else together

        def learn(ids: tf.Tensor, y: tf.Tensor, rate: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            gradients: dict[int, tf.Tensor | tf.IndexedSlices] = {}  # by the weight's identity
            said: list[tf.Tensor] = []  # by each reader, (batch, categories)
            votes: list[tf.Tensor] = []  # none or one, (batch, categories)
            if self.model.votes:
                with tf.GradientTape() as votes_tape:
                    votes = [self.model.votes(ids, training=True)]
                    unhelped = alone * loss_of(votes[0], y)
            of_votes: list[tf.Tensor] = []  # their gradient, from each reader
            # One reader after the other, each forward and back: the room of one's states is the next one's.
            for reader in self.model.readers:
                weights = [weight.value for weight in reader.trainable_variables]
                with tf.GradientTape() as tape:
                    tape.watch(votes)
                    said.append(reader(ids, training=True))
                    loss = to_learn_from(said[-1], votes, y)
                found = tape.gradient(loss, [*weights, *votes])
                gradients |= zip(map(id, weights), found, strict=False)
                of_votes += found[len(weights) :]
            if self.model.votes:
                weights = [weight.value for weight in self.model.votes.trainable_variables]
                reach = [tf.add_n(of_votes), tf.ones(())]
                found = votes_tape.gradient([*votes, unhelped], weights, output_gradients=reach)
                gradients |= zip(map(id, weights), found, strict=True)
            of_tables, of_others = ([gradients[id(weight)] for weight in some] for some in (tables, others))

            logits = answer_of(said, votes)  # (batch, categories)
            # (batch,): what is reported
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(y, logits)
            if self.moving is not None:  # a row that is not in the gradient takes no step
                for place, table in enumerate(of_tables[: len(said)]):
                    learns = tf.gather(self.moving, table.indices)  # (words in the batch,)
                    of_tables[place] = tf.IndexedSlices(
                        tf.boolean_mask(table.values, learns),
                        tf.boolean_mask(table.indices, learns),
                        table.dense_shape,
                    )
            self.table_optimizer.apply(of_tables, rate * self.table_factor)
            self.optimizer.apply(of_others, rate)
            hits = tf.equal(tf.argmax(logits, axis=1, output_type=tf.int32), y)
            return tf.reduce_sum(losses), tf.reduce_sum(tf.cast(hits, tf.int32))

        def answer(ids: tf.Tensor) -> tf.Tensor:
            return self.model(ids, training=False)  # (batch, categories)

        # No branch here depends on a tensor, so AutoGraph would rewrite everything for nothing: half a second a run.
        self._learn = tf.function(learn, input_signature=[ids, y, rate], autograph=False)
        self._answer = tf.function(answer, input_signature=[ids], autograph=False)

    # --- The clock and the learning rate ---

    def seconds(self) -> float:
        return self.progress.seconds + time.monotonic() - self._started

    def _rate(self, steps: int) -> float:
        """Learning rate of the next step; ``steps`` is the batches of an epoch."""
        progress = self.progress
        if self.settings.training.schedule == "constant":
            return progress.learning_rate
        done = ((progress.epoch - 1) * steps + progress.step) / (progress.epochs * steps)
        return progress.learning_rate * 0.5 * (1 + math.cos(math.pi * done))

    # --- Measuring ---

    def logits(self, rows: np.ndarray) -> np.ndarray:
        """The network's answers to articles ``rows``, (rows, categories), computed in batches of like lengths."""
        by_length = np.argsort(self.data.sequences.lengths[rows], kind="stable")
        answers = np.empty((len(rows), len(self.data.labels)), dtype=np.float32)
        for start in range(0, len(rows), SCORED):
            some = by_length[start : start + SCORED]
            answers[some] = self._answer(self.data.sequences.pad(rows[some])).numpy()
        return answers

    def score(self, rows: np.ndarray, logits: np.ndarray | None = None) -> Scores:
        """Scores on articles ``rows``; ``logits`` where the answers are known already."""
        majority = int(np.bincount(self.data.y[self.data.split.training]).argmax())
        answers = self.logits(rows) if logits is None else logits
        return score(answers, self.data.y[rows], majority_label=majority)

    def _watch(self) -> tuple[float, float]:
        """Loss and accuracy over the next few validation articles, meaned with the last few measurements."""
        order = self._watch_order
        rows = order[self._watch_place : self._watch_place + WATCHED]
        self._watch_place = 0 if self._watch_place + WATCHED >= len(order) else self._watch_place + WATCHED
        logits = tf.constant(self.logits(rows))
        y = self.data.y[rows]
        loss = float(tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(y, logits)))
        self._watched.append((loss, float((logits.numpy().argmax(axis=1) == y).mean())))
        del self._watched[:-WATCHED_KEPT]
        losses, accuracies = zip(*self._watched, strict=True)
        return sum(losses) / len(losses), sum(accuracies) / len(accuracies)

    def _must_be_finite(self, loss: float) -> None:
        """Raise RunError, with advice, for a loss that no step can mend."""
        if not math.isfinite(loss):
            raise RunError(
                f"The loss is no longer a number after {self.progress.rows:,} articles: the steps are too long. "
                f"Choose a learning rate below {self.progress.learning_rate:g}."
            )

    # --- Snapshots ---

    def begin_snapshots(self) -> None:
        """Say what they are of, and drop those of a place that this run has not come to, if there are to be any."""
        if self.snapshots is None:
            return
        kept, validation, headlines = self._kept, self.data.split.validation, self.snapshots.headlines
        self.snapshots.begin(
            Fixed(
                labels=self.data.labels,
                words=self.data.vocabulary.words[: kept.words],
                headlines=tuple(headlines[row] for row in kept.rows[kept.few[: kept.headlines]]),
                y=self.data.y[validation[kept.rows]].astype(np.uint16),
                few=kept.few,
                validation=len(validation),
            )
        )
        self.snapshots.forget_after((self.progress.epoch - 1, self.progress.step))
        self.snapshots.thin(self.progress.best_epoch)

    def _snapshot(self, steps: int, logits: np.ndarray | None = None, scores: Scores | None = None) -> None:
        """Take one, if there are to be any.

        Args:
            steps: batches of the epoch.
            logits, scores: (validation, categories) and what they score, at the epoch's end; inside it a few articles
                are asked.
        """
        if self.snapshots is None:
            return
        progress, kept, whole = self.progress, self._kept, logits is not None
        if logits is None:
            logits = self.logits(self.data.split.validation[kept.rows[kept.few]])
            answered, told = logits, logits[: kept.headlines]
        else:
            answered, told = logits[kept.rows], logits[kept.rows[kept.few[: kept.headlines]]]
        self.snapshots.write(
            Snapshot(
                epochs=progress.epoch if whole else progress.epoch - 1,
                step=0 if whole else progress.step,
                steps=steps,
                rows=progress.rows,
                answers=answered.argmax(axis=1).astype(np.uint16),
                chances=softmax(told.astype(np.float64), axis=1),
                embedding=self.model.embeddings[0].value[FIRST_WORD : FIRST_WORD + kept.words].numpy(),
                accuracy=scores.accuracy if scores else None,
                loss=scores.loss if scores else None,
            )
        )

    # --- Checkpoints ---

    def _state(self) -> list[Any]:
        """Every variable that the next step depends on: weights, dropout's seeds, the optimizer's slots."""
        return [
            *(variable.value for variable in self.model.trainable_variables),
            *(variable.value for variable in self.model.non_trainable_variables),
            *self.optimizer.state,
            *self.table_optimizer.state,
        ]

    def save(self) -> None:
        """Write a checkpoint, if there are to be any."""
        if self.checkpoints is not None:
            progress = {name: getattr(self.progress, name) for name in _Progress.__slots__}
            self.checkpoints.write(
                self._state(),
                best=self.best,
                progress=progress | {"seconds": self.seconds()},
            )

    def restore(self) -> bool:
        """Go on from the newest checkpoint, if there is one; RunError when none can be read."""
        if self.checkpoints is None or not self.checkpoints.exist():
            return False
        self.best, progress = self.checkpoints.read(self._state())
        self.progress = _Progress(**progress)
        self._started = time.monotonic()
        return True

    def change(self, plan: Plan) -> Changed | None:
        """Take over what the plan wants otherwise; None when it wants nothing that is not so already.

        A run that had come to its end goes on when more was asked for there.
        """
        progress = self.progress
        rate, epochs = plan.learning_rate or progress.learning_rate, plan.epochs or progress.epochs
        more = progress.ending is not None and progress.finished_epochs == plan.beyond
        if (rate, epochs) == (progress.learning_rate, progress.epochs) and not more:
            return None
        if more:
            progress.ending, progress.waited = None, 0
        before = progress.learning_rate
        progress.learning_rate, progress.epochs = rate, epochs
        return Changed(
            learning_rate=rate,
            rate_before=before,
            epochs=epochs,
            epoch=progress.epoch,
            step=progress.step,
            seconds=self.seconds(),
        )

    # --- The loop ---

    def epoch(self, halt: Callable[[], Halt | None]) -> Generator[Event, None, Halt | None]:
        """The rest of the current epoch; returns what halted it before its end, if anything did."""
        progress, training = self.progress, self.settings.training
        rows = self.data.split.training
        sequences, y = self.data.sequences, self.data.y
        batches = epoch_batches(
            sequences.lengths[rows], training.batch_size, seed=training.seed, epoch=progress.epoch
        )
        reported = saved = time.monotonic()
        loss_since, correct_since, rows_since, steps_since, told = 0.0, 0, 0, 0, False
        if progress.step == 0 and is_due(progress.epoch - 1, 0):
            self._snapshot(len(batches))
        for batch in batches[progress.step :]:
            if halted := halt():
                return halted
            articles = rows[batch]
            progress.rate = self._rate(len(batches))
            losses, correct = self._learn(
                sequences.pad(articles), y[articles], tf.constant(progress.rate, tf.float32)
            )
            loss_since, correct_since = loss_since + float(losses), correct_since + int(correct)
            rows_since, steps_since = rows_since + len(batch), steps_since + 1
            progress.loss_sum += float(losses)
            progress.correct += int(correct)
            progress.epoch_rows += len(batch)
            progress.rows += len(batch)
            progress.step += 1
            if progress.step < len(batches) and is_due(progress.epoch - 1, progress.step):
                self._snapshot(len(batches))
            now = time.monotonic()
            # The few batches left at an epoch's end would make a point far from its neighbours: not told, unless
            # they are all that the epoch has.
            waited = REPORT_SECONDS if steps_since >= STEPS_REPORTED else LONGEST_REPORT_SECONDS
            if now - reported >= waited or (progress.step == len(batches) and not told):
                told = True
                self._must_be_finite(loss_since)
                validation_loss, validation_accuracy = self._watch()
                self._must_be_finite(validation_loss)  # the last step alone may have been too long
                yield BatchEnd(
                    epoch=progress.epoch,
                    step=progress.step,
                    steps=len(batches),
                    rows=progress.rows,
                    loss=loss_since / rows_since,
                    accuracy=correct_since / rows_since,
                    validation_loss=validation_loss,
                    validation_accuracy=validation_accuracy,
                    rows_per_second=rows_since / (now - reported),
                    seconds=self.seconds(),
                )
                reported = time.monotonic()
                loss_since, correct_since, rows_since, steps_since = 0.0, 0, 0, 0
            if now - saved >= CHECKPOINT_SECONDS:
                self.save()
                saved = time.monotonic()
        return None

    def end_epoch(self) -> EpochEnd:
        """Measure the whole validation part, keep the weights if they are the best, decide whether to go on."""
        progress, training = self.progress, self.settings.training
        logits = self.logits(self.data.split.validation)
        scores = self.score(self.data.split.validation, logits)
        self._must_be_finite(scores.loss)
        self._snapshot(progress.step, logits, scores)
        del logits
        best = better(scores.loss, progress.best_loss)
        if best:
            progress.best_loss, progress.best_accuracy = scores.loss, scores.accuracy
            progress.best_epoch = progress.epoch
            self.best = {}  # the old ones are given back before the new ones are taken: a hundred megabytes
            self.best = get_weights(self.model, self.settings.network)
        progress.waited = 0 if best else progress.waited + 1
        event = EpochEnd(
            epoch=progress.epoch,
            rows=progress.rows,
            loss=progress.loss_sum / progress.epoch_rows,
            accuracy=progress.correct / progress.epoch_rows,
            validation_loss=scores.loss,
            validation_accuracy=scores.accuracy,
            best=best,
            learning_rate=progress.rate,
            seconds=self.seconds(),
        )
        progress.finished_epochs = progress.epoch
        if progress.epoch >= progress.epochs:
            progress.ending = "epochs"
        elif patience_is_over(progress.waited, training.patience):
            progress.ending = "patience"
        progress.epoch, progress.step = progress.epoch + 1, 0
        progress.loss_sum, progress.correct, progress.epoch_rows = 0.0, 0, 0
        return event


def train(
    data: TrainingData,
    settings: RunSettings,
    *,
    checkpoints: Checkpoints | None = None,
    halt: Callable[[], Halt | None] = lambda: None,
    plan: Plan | None = None,
    elapsed: float = 0.0,
    vectors: WordVectors | None = None,
    snapshots: Snapshots | None = None,
) -> Generator[Event, None, Trained | None]:
    """Train a network, one event at a time.

    Args:
        checkpoints: what to go on from when there is one, and where to write one every 30 s and at each epoch's end.
        halt: asked before every batch. "stop": training ends and the best weights so far are kept (before the first
            epoch's end: the weights as they are). "pause": it stands still at a checkpoint.
        plan: what is to be otherwise than the settings, or an earlier plan, say.
        elapsed: seconds that the run has taken so far; the events' clock goes on from there.
        vectors: of the words of ``data.vocabulary``, in its order, when ``settings.vectors`` says to start from
            some. A resumed run needs them too: its checkpoint has the rows, they say which of them are frozen.
        snapshots: where to keep what is to be seen again: within the first epoch and at each one's end. They change
            nothing of what is learnt.

    Yields:
        Prepared, then Resumed if there was a checkpoint, Changed if the plan is new, BatchEnd a few times a second,
        EpochEnd, and Scoring or Paused.

    Returns:
        What came out, or None when the run was paused.

    Raises:
        RunError: the loss is no longer a number, or no checkpoint can be read.
    """
    trainer = Trainer(data, settings, checkpoints, elapsed, vectors, snapshots)
    network = settings.network
    table = network.layer_table(words=len(data.vocabulary), categories=len(data.labels))
    known = vectors.matched.coverage(data.vocabulary.counts) if vectors else None
    yield Prepared(
        training_rows=len(data.split.training),
        validation_rows=len(data.split.validation),
        test_rows=len(data.split.test),
        categories=len(data.labels),
        words=len(data.vocabulary),
        majority=data.majority,
        parameters=sum(row.parameters for row in table),
        seconds=trainer.seconds(),
        vectors_found=known.found if known else None,
        vectors_running=known.running if known else None,
    )
    resumed = trainer.restore()
    progress = trainer.progress
    if resumed:
        yield Resumed(epoch=progress.epoch, step=progress.step, seconds=trainer.seconds())
    if changed := trainer.change(plan or Plan()):
        yield changed
        trainer.save()  # before anything is learnt by it
    trainer.begin_snapshots()
    ending = progress.ending
    while ending is None:
        halted = yield from trainer.epoch(halt)
        if halted:
            trainer.save()  # a run that was stopped may be asked for more epochs
        if halted == "pause":
            yield Paused(epoch=progress.epoch, step=progress.step, seconds=trainer.seconds())
            return None
        if not halted:
            # Told, then saved: killed in between, the run does the epoch's end again, and told_once drops the first.
            yield trainer.end_epoch()
            trainer.save()
            if snapshots:
                snapshots.thin(progress.best_epoch)
        ending = "stopped" if halted else progress.ending
    yield Scoring(rows=len(data.split.test), seconds=trainer.seconds())
    if progress.best_epoch:
        set_weights(trainer.model, network, trainer.best)
    # The kept weights' answers, which are kept with them.
    validation_logits, test_logits = trainer.logits(data.split.validation), trainer.logits(data.split.test)
    if not progress.best_epoch:  # stopped before the first epoch's end
        trainer.best = get_weights(trainer.model, network)
        so_far = trainer.score(data.split.validation, validation_logits)
        progress.best_loss, progress.best_accuracy = so_far.loss, so_far.accuracy
    return Trained(
        weights=trainer.best,
        ending=ending,
        epochs=progress.finished_epochs,
        best_epoch=progress.best_epoch,
        validation_loss=progress.best_loss,
        validation_accuracy=progress.best_accuracy,
        test=trainer.score(data.split.test, test_logits),
        validation_logits=validation_logits,
        test_logits=test_logits,
        seconds=trainer.seconds(),
        first_rows=trainer.first_rows,
    )
