"""Takes the snapshots of a run: which are due, and of what (``snapshots.py`` writes them)."""

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import softmax

from core.model.scores import Scores
from core.settings.run import RunSettings
from core.text.vocabulary import FIRST_WORD_ID
from core.training.evaluation import Evaluator, Logits
from core.training.progress import Progress
from core.training.snapshots import Snapshot, SnapshotHeader, Snapshots, SnapshotSelection, is_due

if TYPE_CHECKING:
    import keras


class SnapshotRecorder:
    """Takes snapshots of one run; nothing that is learnt depends on them.

    Args:
        snapshots: where they are kept.
        evaluator: predicts the articles that a snapshot holds.
        embedding: the first ensemble member's word embedding, (words, embedding_size).
    """

    def __init__(
        self, snapshots: Snapshots, evaluator: Evaluator, embedding: "keras.Variable", settings: RunSettings
    ) -> None:
        self.snapshots, self._evaluator, self._embedding = snapshots, evaluator, embedding
        data = evaluator.data
        self._validation = data.split.validation
        self._selection = SnapshotSelection.of(
            training=len(data.split.training),
            validation=len(data.split.validation),
            categories=len(data.labels),
            words=len(data.vocabulary.words),
            size=settings.network.embedding_size,
            seed=settings.training.seed,
        )

    def begin(self, progress: Progress) -> None:
        """Write what all snapshots have in common, and drop those from after the point where the run goes on."""
        selection, data, headlines = self._selection, self._evaluator.data, self.snapshots.headlines
        self.snapshots.begin(
            SnapshotHeader(
                labels=data.labels,
                words=data.vocabulary.words[: selection.words],
                headlines=tuple(
                    headlines[row] for row in selection.rows[selection.sample[: selection.headlines]]
                ),
                y=data.y[self._validation[selection.rows]].astype(np.uint16),
                sample=selection.sample,
                validation=len(self._validation),
            )
        )
        self.snapshots.forget_after((progress.epoch - 1, progress.step))
        self.snapshots.thin(progress.best_epoch)

    def due(self, progress: Progress, steps: int) -> bool:
        """Whether a snapshot is due here, within an epoch of ``steps`` batches."""
        return progress.step < steps and is_due(progress.epoch - 1, progress.step)

    def take_within_epoch(self, progress: Progress, steps: int) -> None:
        """Take a snapshot with the predictions for a sample of articles."""
        sample, headlines = self._selection.sample, self._selection.headlines
        # (sampled, categories)
        logits = self._evaluator.logits(self._validation[self._selection.rows[sample]])
        self._take(progress.epoch - 1, progress.step, steps, progress.rows, logits, logits[:headlines])

    def take_at_epoch_end(self, progress: Progress, logits: Logits, scores: Scores) -> None:
        """Take a snapshot of a finished epoch; ``logits`` (validation, categories) are what ``scores`` measure."""
        selection = self._selection
        # (headlines, categories)
        headline_logits = logits[selection.rows[selection.sample[: selection.headlines]]]
        self._take(
            progress.epoch, 0, progress.step, progress.rows, logits[selection.rows], headline_logits, scores
        )

    def _take(
        self,
        epochs: int,
        step: int,
        steps: int,
        rows: int,
        logits: Logits,
        headline_logits: Logits,
        scores: Scores | None = None,
    ) -> None:
        words = slice(FIRST_WORD_ID, FIRST_WORD_ID + self._selection.words)
        self.snapshots.write(
            Snapshot(
                epochs=epochs,
                step=step,
                steps=steps,
                rows=rows,
                predictions=logits.argmax(axis=1).astype(np.uint16),
                probabilities=softmax(headline_logits.astype(np.float64), axis=1),
                embedding=self._embedding.value[words].numpy(),
                accuracy=scores.accuracy if scores else None,
                loss=scores.loss if scores else None,
            )
        )
