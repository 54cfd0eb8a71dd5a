"""A run's training from its snapshots: predictions, confusion matrix and embedding, moment by moment.

The embeddings of all moments share two axes: the principal components (K. Pearson, "On lines and planes of closest
fit", 1901) of the last moment. Within one run the embeddings of two moments are the same matrix, moved by training, so
their coordinates are comparable, and one fixed linear projection shows exactly what moved: a vector that does not
change does not move on the map. Axes computed anew at each moment would turn and flip by themselves. M. Li, Z. Zhao and
C. Scheidegger, "Visualizing Neural Networks with the Grand Tour", Distill (2020), argue for linear projections for this
reason. Orthogonal Procrustes alignment (P. Schönemann, 1966) is for embeddings that were trained apart (W. Hamilton and
others, ACL 2016); here it would hide a real rotation.

Leaves out: the files (``training/snapshots.py``), the captions (``captions.py``).
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.errors import RunError
from core.insight.evaluation.report import Counts
from core.insight.word_map.projection import Axes, pca
from core.model.nearest_words import nearest
from core.text.vocabulary import FIRST_WORD_ID
from core.training import snapshots
from core.training.snapshots import Snapshot, SnapshotHeader

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
_NEAREST = 4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Replay:
    """The readable snapshots of a run, in order.

    Attributes:
        passed_over: for each unreadable snapshot the reason, in words.
        axes: the two principal components of the last moment's embedding.
        points: (moments, words, 2) the embedding projected on these axes.
        answers: (moments, headlines) the predicted labels' ids.
    """

    header: SnapshotHeader
    moments: tuple[Snapshot, ...]
    passed_over: tuple[str, ...]
    axes: Axes
    points: Floats
    answers: Ints

    def __len__(self) -> int:
        """Number of moments."""
        return len(self.moments)

    @property
    def labels(self) -> tuple[str, ...]:
        return self.header.labels

    @property
    def truth(self) -> Ints:
        """(headlines,): the true labels' ids."""
        return self.header.y[self.header.headline_rows].astype(np.int64)

    def measured(self, at: int) -> tuple[Ints, Ints]:
        """True and predicted label ids of the validation articles that moment ``at`` measured."""
        y = self.header.y if self.moments[at].whole else self.header.y[self.header.sample]
        return y.astype(np.int64), self.moments[at].predictions.astype(np.int64)

    def accuracy(self, at: int) -> float:
        """Validation accuracy: over the whole validation part at an epoch's end, else over some of its articles."""
        measured = self.moments[at].accuracy
        if measured is not None:
            return measured
        y, predictions = self.measured(at)
        return float((y == predictions).mean())

    def confusion(self, at: int) -> Counts:
        """The confusion matrix, (categories, categories): articles by true (row) and predicted category (column)."""
        y, predictions = self.measured(at)
        categories = len(self.labels)
        return np.bincount(y * categories + predictions, minlength=categories**2).reshape(
            categories, categories
        )

    def recall(self, at: int) -> tuple[Floats, Counts]:
        """(categories,) recall of each category, 0 where it has no article; and its number of articles."""
        y, predictions = self.measured(at)
        articles = np.bincount(y, minlength=len(self.labels))
        right = np.bincount(y[y == predictions], minlength=len(self.labels))
        return right / np.maximum(articles, 1), articles

    def probabilities(self, at: int) -> npt.NDArray[np.float32]:
        """(headlines, categories): the predicted probabilities."""
        return np.asarray(self.moments[at].probabilities, np.float32)

    def ranking(self, at: int, headline: int) -> list[tuple[str, float]]:
        """(label, probability) of a headline: the predicted label first, then by falling probability."""
        row, answer = self.probabilities(at)[headline], self.answers[at, headline]
        order = np.argsort(-row, kind="stable")
        # Stored in 16 bits, two probabilities may be equal: the prediction comes first.
        order = np.concatenate([[answer], order[order != answer]])
        return [(self.labels[label], float(row[label])) for label in order]

    @property
    def changes(self) -> npt.NDArray[np.bool_]:
        """(moments, headlines): whether the prediction differs from the moment before; False at the first."""
        changed = np.zeros(self.answers.shape, np.bool_)
        changed[1:] = self.answers[1:] != self.answers[:-1]
        return changed

    @property
    def right(self) -> npt.NDArray[np.bool_]:
        """(moments, headlines): whether the prediction is correct."""
        right: npt.NDArray[np.bool_] = self.answers == self.truth
        return right

    def moved(self, at: int) -> Floats:
        """(words,): Euclidean distance of each embedding vector from the moment before; 0 at the first."""
        if at == 0:
            return np.zeros(len(self.header.words))
        moved: Floats = np.linalg.norm(self.moments[at].embedding - self.moments[at - 1].embedding, axis=1)
        return moved

    def shares(self, at: int) -> float:
        """Share of this moment's variance between the words that the two axes explain."""
        rows = self.moments[at].embedding.astype(np.float64)
        centred = rows - rows.mean(axis=0) if len(rows) else rows
        total = float((centred**2).sum())
        return float(((centred @ self.axes.directions.T) ** 2).sum()) / total if total else 0.0

    def neighbours(self, at: int, word: int, *, most: int = _NEAREST) -> list[str]:
        """The nearest words on the map by cosine similarity at this moment; ``word`` is a position on the map."""
        rows = self.moments[at].embedding
        # Before them rows for padding and the out-of-vocabulary word.
        embedding = np.concatenate([np.zeros((FIRST_WORD_ID, rows.shape[1]), np.float32), rows])
        ids, _ = nearest(embedding, [word + FIRST_WORD_ID], most=most)
        return [self.header.words[token_id - FIRST_WORD_ID] for token_id in ids[0]]

    @classmethod
    def load(cls, folder: Path) -> "Replay":
        """Read the snapshots in this folder; skip damaged ones and list the reasons in ``passed_over``.

        Cost: about 5 ms a snapshot.

        Raises:
            RunError: no snapshot is readable.
        """
        header = snapshots.read_header(folder)
        moments, passed_over = [], []
        for moment in snapshots.moments(folder):
            try:
                moments.append(snapshots.read(folder, moment, header))
            except RunError as error:
                if snapshots.snapshot_path(
                    folder, moment
                ).exists():  # else the running training has just removed it
                    passed_over.append(str(error))
        if not moments:
            raise RunError(passed_over[0] if passed_over else "This run has no snapshots yet.")
        return cls.of(header, moments, passed_over)

    @classmethod
    def of(
        cls, header: SnapshotHeader, moments: list[Snapshot], passed_over: list[str] | None = None
    ) -> "Replay":
        """Build the replay from at least one moment.

        Raises:
            RunError: the embeddings differ in their dimensions.
        """
        sizes = {moment.embedding.shape[1] for moment in moments}
        if len(sizes) > 1:
            raise RunError(f"The snapshots have rows of {sorted(sizes)} numbers, and cannot be of one run.")
        axes = pca(moments[-1].embedding.astype(np.float64), 2)
        headlines = header.headline_rows
        answers = [
            moment.predictions[headlines] if moment.whole else moment.predictions[: len(headlines)]
            for moment in moments
        ]
        return cls(
            header=header,
            moments=tuple(moments),
            passed_over=tuple(passed_over or ()),
            axes=axes,
            points=np.stack([axes.project(moment.embedding) for moment in moments]),
            answers=np.stack(answers).astype(np.int64),
        )
