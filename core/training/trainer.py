"""The training loop: a generator that learns batch by batch and reports what happens.

It yields events (``events.py``) and returns the best weights; the caller draws, records and saves. The order of the
batches is a function of (seed, epoch), and a checkpoint holds every variable that the next step depends on, so a run
that is cut off goes on to the same weights, dropout included.

Leaves out: the forward pass, the loss and the optimizers (``train_step.py``), where the articles come from
(``preparation.py``), processes (``runs/worker.py``).
"""

import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Literal

import msgspec
import numpy as np
import numpy.typing as npt

from core.model.keras_model import build, get_weights, initialise_embeddings, set_weights
from core.model.scores import Scores
from core.settings.run import MAPPED_WORDS, RunSettings
from core.settings.training import RunOverrides
from core.text.vocabulary import FIRST_WORD_ID
from core.text.word_vectors import WordVectors
from core.training.batch_reports import BatchReports
from core.training.batches import balanced_weights, epoch_batches
from core.training.checkpoints import Checkpoints
from core.training.evaluation import Evaluator, ValidationEstimate
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
from core.training.preparation import TrainingData
from core.training.progress import Progress
from core.training.schedule import scheduled_rate
from core.training.snapshot_recorder import SnapshotRecorder
from core.training.snapshots import Snapshots
from core.training.train_step import TrainStep

Halt = Literal["stop", "pause", "preempt"]

CHECKPOINT_SECONDS = 30.0  # between two checkpoints within an epoch


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """The outcome of a training: the weights with the lowest validation loss, and how good they are.

    Attributes:
        weights: under the names of :func:`core.model.forward.weight_shapes`.
        best_epoch: whose weights they are; 0 when the run was stopped in its first epoch.
        validation_logits, test_logits: (articles, categories) float32, in the order of the split.
        seconds: from the run's start.
        first_rows: (words, embedding_size), the first ensemble member's embeddings of the most frequent words before
            the first step.
    """

    weights: dict[str, np.ndarray]
    ending: Ending
    epochs: int
    best_epoch: int
    validation_loss: float
    validation_accuracy: float
    test: Scores
    validation_logits: np.ndarray
    test_logits: np.ndarray
    seconds: float
    first_rows: np.ndarray


def train(
    data: TrainingData,
    settings: RunSettings,
    *,
    checkpoints: Checkpoints | None = None,
    halt: Callable[[], Halt | None] = lambda: None,
    overrides: RunOverrides | None = None,
    elapsed: float = 0.0,
    vectors: WordVectors | None = None,
    snapshots: Snapshots | None = None,
) -> Generator[Event, None, Trained | None]:
    """Train a network, one event at a time.

    Args:
        checkpoints: where a checkpoint is written every 30 s and at each epoch's end; if there is one already, the
            run goes on from it.
        halt: asked before every batch. "stop" ends the training and keeps the best weights so far (in the first
            epoch: the current ones). "pause" writes a checkpoint and returns, "preempt" too and says why.
        overrides: changes of learning rate and epochs since the run began.
        elapsed: seconds that the run has taken so far; the events' clock goes on from there.
        vectors: of the words of ``data.vocabulary``, in its order; needed when ``settings.vectors`` is set. A resumed
            run needs them too: its checkpoint holds the rows, they say which of these are frozen.
        snapshots: where snapshots are kept. Nothing that is learnt depends on them.

    Yields:
        Prepared, then Resumed if there was a checkpoint, Changed if the overrides are new, BatchEnd a few times a
        second, EpochEnd, and Scoring or Paused.

    Returns:
        the outcome, or None when the run was paused or preempted.

    Raises:
        RunError: the loss is no longer a number, or no checkpoint can be read.
    """
    trainer = Trainer(data, settings, checkpoints, elapsed, vectors, snapshots)
    yield trainer.prepared()
    yield from trainer.resume(overrides or RunOverrides())
    progress = trainer.progress
    ending = progress.ending
    while ending is None:
        halted: Halt | None = None
        batches = trainer.begin_epoch()  # each (batch,): positions in the data, of texts of similar length
        reports = BatchReports()
        for rows in batches[progress.step :]:
            if halted := halt():
                break
            ids, labels = data.sequences.pad(rows), data.y[rows]  # (batch, words), (batch,)
            rate = trainer.learning_rate(len(batches))
            loss_sum, correct = trainer.step(ids, labels, rate)  # forward pass, loss, gradients, optimizer
            progress.add_batch(loss_sum, correct, len(rows), rate=rate)
            reports.add(loss_sum, correct, len(rows))
            trainer.take_snapshot(len(batches))
            if reports.due(last=progress.step == len(batches)):
                yield trainer.batch_end(reports, len(batches))
                reports.restart()
            trainer.save_if_due()
        else:
            # Reported, then saved: a run killed in between ends the epoch again, and its first event is dropped.
            yield trainer.end_epoch()  # validation, early stopping, snapshot
        trainer.save()  # when stopped too: such a run may be asked for more epochs
        trainer.thin_snapshots()
        if halted in ("pause", "preempt"):
            yield Paused(
                epoch=progress.epoch,
                step=progress.step,
                seconds=trainer.seconds(),
                preempted=halted == "preempt",
            )
            return None
        ending = "stopped" if halted else progress.ending
    yield Scoring(rows=len(data.split.test), seconds=trainer.seconds())
    return trainer.finish(ending)


class Trainer:
    """The state of a run while :func:`train` works on it."""

    def __init__(
        self,
        data: TrainingData,
        settings: RunSettings,
        checkpoints: Checkpoints | None = None,
        elapsed: float = 0.0,
        vectors: WordVectors | None = None,
        snapshots: Snapshots | None = None,
    ) -> None:
        self.data, self.settings, self.checkpoints, self.vectors = data, settings, checkpoints, vectors
        training = settings.training
        self._started = time.monotonic() - elapsed
        self.progress = Progress(learning_rate=training.learning_rate, epochs=training.epochs)
        self.model = build(
            settings.network, words=len(data.vocabulary), categories=len(data.labels), seed=training.seed
        )
        trainable_rows = None
        if settings.vectors:
            if vectors is None:
                raise ValueError("settings that start from word vectors need them")
            initialised = initialise_embeddings(self.model, vectors)  # (words,) bool
            # A word that the file lacks starts at random: frozen, it would stay noise.
            trainable_rows = ~initialised if settings.vectors.frozen else None
        embedding = self.model.embeddings[0]  # (words, embedding_size)
        # A function of the seed and the word vectors, so a resumed run has the same.
        self.first_rows = embedding.numpy()[: FIRST_WORD_ID + MAPPED_WORDS].copy()
        class_weights = None
        if training.class_weight == "balanced":
            class_weights = balanced_weights(data.y[data.split.training], categories=len(data.labels))
        self.step = TrainStep(self.model, training, trainable_rows, class_weights)
        self.evaluator = Evaluator(data, self.step.logits)
        self._estimate = ValidationEstimate(self.evaluator, seed=training.seed)
        self._recorder = (
            SnapshotRecorder(snapshots, self.evaluator, embedding, settings) if snapshots else None
        )
        self.best_weights: dict[str, np.ndarray] = {}
        self._saved = time.monotonic()

    def seconds(self) -> float:
        """Since the run's start, over all its processes."""
        return self.progress.seconds + time.monotonic() - self._started

    def learning_rate(self, steps: int) -> float:
        """The learning rate of the next step; ``steps`` is the batches of an epoch."""
        progress = self.progress
        return scheduled_rate(self.settings.training.schedule, progress.learning_rate, progress.share(steps))

    # --- Begin ---

    def prepared(self) -> Prepared:
        """What the run learns from, and the size of its network."""
        data, network = self.data, self.settings.network
        table = network.layer_table(words=len(data.vocabulary), categories=len(data.labels))
        coverage = self.vectors.match.coverage(data.vocabulary.counts) if self.vectors else None
        return Prepared(
            training_rows=len(data.split.training),
            validation_rows=len(data.split.validation),
            test_rows=len(data.split.test),
            categories=len(data.labels),
            words=len(data.vocabulary),
            majority=data.majority,
            parameters=sum(row.parameters for row in table),
            seconds=self.seconds(),
            vectors_found=coverage.matched if coverage else None,
            vectors_running=coverage.token_share if coverage else None,
            test_left_out=msgspec.UNSET if data.test_left_out is None else data.test_left_out,
        )

    def resume(self, overrides: RunOverrides) -> Iterator[Resumed | Changed]:
        """Go on from the newest checkpoint, if there is one, and take over the overrides' changes."""
        if self.checkpoints is not None and self.checkpoints.exist():
            self.best_weights, record = self.checkpoints.read(self.step.state)
            self.progress = Progress.from_json(record)
            self._started = time.monotonic()
            yield Resumed(epoch=self.progress.epoch, step=self.progress.step, seconds=self.seconds())
        progress, before = self.progress, self.progress.learning_rate
        if progress.change(overrides):
            yield Changed(
                learning_rate=progress.learning_rate,
                rate_before=before,
                epochs=progress.epochs,
                epoch=progress.epoch,
                step=progress.step,
                seconds=self.seconds(),
            )
            self.save()  # before the first step by the new overrides
        if self._recorder:
            self._recorder.begin(progress)

    # --- An epoch ---

    def begin_epoch(self) -> list[npt.NDArray[np.int64]]:
        """All batches of the current epoch, each (batch,) positions in the data."""
        training, rows = self.settings.training, self.data.split.training
        batches = epoch_batches(
            self.data.sequences.lengths[rows],
            training.batch_size,
            seed=training.seed,
            epoch=self.progress.epoch,
        )
        if self.progress.step == 0:
            self.take_snapshot(len(batches))
        self._saved = time.monotonic()
        return [rows[batch] for batch in batches]

    def batch_end(self, reports: BatchReports, steps: int) -> BatchEnd:
        """The report on the last few batches; RunError when a loss is no longer a number."""
        progress = self.progress
        progress.require_finite(reports.loss_sum)
        validation_loss, validation_accuracy = self._estimate.measure()
        progress.require_finite(validation_loss)  # the last step alone may have been too long
        return BatchEnd(
            epoch=progress.epoch,
            step=progress.step,
            steps=steps,
            rows=progress.rows,
            loss=reports.loss_sum / reports.rows,
            accuracy=reports.correct / reports.rows,
            validation_loss=validation_loss,
            validation_accuracy=validation_accuracy,
            rows_per_second=reports.rows / reports.seconds,
            seconds=self.seconds(),
        )

    def end_epoch(self) -> EpochEnd:
        """Measure the whole validation part, keep the weights if they are the best, decide whether to go on."""
        progress = self.progress
        logits = self.evaluator.logits(self.data.split.validation)  # (validation, categories)
        scores = self.evaluator.score(self.data.split.validation, logits)
        progress.require_finite(scores.loss)
        if self._recorder:
            self._recorder.take_at_epoch_end(progress, logits, scores)
        del logits
        best = progress.add_validation(scores.loss, scores.accuracy)
        if best:
            self.best_weights = {}  # freed before the new ones are copied: a hundred megabytes
            self.best_weights = get_weights(self.model, self.settings.network)
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
        progress.next_epoch(patience=self.settings.training.patience)
        return event

    # --- Checkpoints and snapshots ---

    def save(self) -> None:
        """Write a checkpoint, if the run keeps any."""
        if self.checkpoints is not None:
            progress = self.progress.to_json() | {"seconds": self.seconds()}
            self.checkpoints.write(self.step.state, best=self.best_weights, progress=progress)

    def save_if_due(self) -> None:
        """Write a checkpoint if the last one of this epoch, or its beginning, is 30 s ago."""
        if time.monotonic() - self._saved >= CHECKPOINT_SECONDS:
            self.save()
            self._saved = time.monotonic()

    def take_snapshot(self, steps: int) -> None:
        """Take a snapshot if the run keeps any and one is due; ``steps`` is the batches of an epoch."""
        if self._recorder and self._recorder.due(self.progress, steps):
            self._recorder.take_within_epoch(self.progress, steps)

    def thin_snapshots(self) -> None:
        """Keep few enough snapshots; call it after :meth:`save`."""
        if self._recorder:
            self._recorder.snapshots.thin(self.progress.best_epoch)

    # --- End ---

    def finish(self, ending: Ending) -> Trained:
        """Put the best weights back and score them on the test part."""
        progress, network, split = self.progress, self.settings.network, self.data.split
        if progress.best_epoch:
            set_weights(self.model, network, self.best_weights)
        validation_logits = self.evaluator.logits(split.validation)  # (validation, categories)
        test_logits = self.evaluator.logits(split.test)  # (test, categories)
        if not progress.best_epoch:  # stopped in the first epoch
            self.best_weights = get_weights(self.model, network)
            scores = self.evaluator.score(split.validation, validation_logits)
            progress.best_loss, progress.best_accuracy = scores.loss, scores.accuracy
        return Trained(
            weights=self.best_weights,
            ending=ending,
            epochs=progress.finished_epochs,
            best_epoch=progress.best_epoch,
            validation_loss=progress.best_loss,
            validation_accuracy=progress.best_accuracy,
            test=self.evaluator.score(split.test, test_logits),
            validation_logits=validation_logits,
            test_logits=test_logits,
            seconds=self.seconds(),
            first_rows=self.first_rows,
        )
