"""How a run learnt, from its snapshots: answers, confusions and words, moment by moment.

The words of all moments are drawn on the same two axes: the principal components (K. Pearson, "On lines and planes of
closest fit", 1901) of the last moment's rows. Within one run the rows of two moments are rows of the same table, moved
by training, so their coordinates can be compared as they are, and one fixed straight view shows exactly what moved: a
word whose row stands still stands still on the map. Axes found anew at each moment would turn and flip by themselves.
So M. Li, Z. Zhao and C. Scheidegger, "Visualizing Neural Networks with the Grand Tour", Distill (2020), argue for
linear projections. Turning each moment onto the next (orthogonal Procrustes, P. Schönemann, 1966) is for tables that
were trained apart (W. Hamilton and others, ACL 2016); here it would hide a turn that did take place.

Leaves out: the files (``training/snapshots.py``), what is said of it (``replay_sentences.py``).
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
    """A run's snapshots that can be read, in their order.

    Attributes:
        passed_over: why others cannot, in words.
        axes: two, of the last moment's rows.
        points: (moments, words, 2), the words on these axes.
        answers: (moments, headlines), the positions of the answers in the labels.
    """

    header: SnapshotHeader
    moments: tuple[Snapshot, ...]
    passed_over: tuple[str, ...]
    axes: Axes
    points: Floats
    answers: Ints

    def __len__(self) -> int:
        """Moments."""
        return len(self.moments)

    @property
    def labels(self) -> tuple[str, ...]:
        return self.header.labels

    @property
    def truth(self) -> Ints:
        """(headlines,): the right answers."""
        return self.header.y[self.header.headline_rows].astype(np.int64)

    def measured(self, at: int) -> tuple[Ints, Ints]:
        """The right answers and those given at moment ``at``, to the validation articles that were asked there."""
        y = self.header.y if self.moments[at].whole else self.header.y[self.header.few]
        return y.astype(np.int64), self.moments[at].answers.astype(np.int64)

    def accuracy(self, at: int) -> float:
        """Over the whole validation part at an epoch's end, as the run told it; else over some of its articles."""
        told = self.moments[at].accuracy
        if told is not None:
            return told
        y, given = self.measured(at)
        return float((y == given).mean())

    def confusion(self, at: int) -> Counts:
        """(categories, categories): articles by their own category (row) and the one named (column)."""
        y, given = self.measured(at)
        categories = len(self.labels)
        return np.bincount(y * categories + given, minlength=categories**2).reshape(categories, categories)

    def found(self, at: int) -> tuple[Floats, Counts]:
        """(categories,) share of each category's articles that is found, 0 where none is asked; and how many are."""
        y, given = self.measured(at)
        articles = np.bincount(y, minlength=len(self.labels))
        right = np.bincount(y[y == given], minlength=len(self.labels))
        return right / np.maximum(articles, 1), articles

    def probabilities(self, at: int) -> npt.NDArray[np.float32]:
        """(headlines, categories): the probabilities."""
        return np.asarray(self.moments[at].probabilities, np.float32)

    def ranking(self, at: int, headline: int) -> list[tuple[str, float]]:
        """(label, probability) of a headline, the one that is answered first, then falling."""
        row, answer = self.probabilities(at)[headline], self.answers[at, headline]
        order = np.argsort(-row, kind="stable")
        # Two that 16 bits cannot tell apart: the answer is what the network said.
        order = np.concatenate([[answer], order[order != answer]])
        return [(self.labels[one], float(row[one])) for one in order]

    @property
    def changes(self) -> npt.NDArray[np.bool_]:
        """(moments, headlines): whether the answer is another than the moment before; at the first nowhere."""
        changed = np.zeros(self.answers.shape, np.bool_)
        changed[1:] = self.answers[1:] != self.answers[:-1]
        return changed

    @property
    def right(self) -> npt.NDArray[np.bool_]:
        """(moments, headlines)."""
        return self.answers == self.truth

    def moved(self, at: int) -> Floats:
        """(words,): how far each word's row went since the moment before, in the table's numbers; 0 at the first."""
        if at == 0:
            return np.zeros(len(self.header.words))
        return np.linalg.norm(self.moments[at].embedding - self.moments[at - 1].embedding, axis=1)

    def shares(self, at: int) -> float:
        """Share of the differences between the words at this moment that the two axes hold."""
        rows = self.moments[at].embedding.astype(np.float64)
        apart = rows - rows.mean(axis=0) if len(rows) else rows
        total = float((apart**2).sum())
        return float(((apart @ self.axes.directions.T) ** 2).sum()) / total if total else 0.0

    def neighbours(self, at: int, word: int, *, most: int = _NEAREST) -> list[str]:
        """The words nearest to the word at this position by cosine at this moment, among those of the map."""
        rows = self.moments[at].embedding
        table = np.concatenate(
            [np.zeros((FIRST_WORD_ID, rows.shape[1]), np.float32), rows]
        )  # padding, unknown
        ids, _ = nearest(table, [word + FIRST_WORD_ID], most=most)
        return [self.header.words[one - FIRST_WORD_ID] for one in ids[0]]

    @classmethod
    def load(cls, folder: Path) -> "Replay":
        """Of the snapshots in this folder; those that are damaged are passed over, with a word.

        Cost: about 5 ms a snapshot.

        Raises:
            RunError: there is none that can be read.
        """
        fixed = snapshots.read_header(folder)
        moments, passed_over = [], []
        for place in snapshots.moments(folder):
            try:
                moments.append(snapshots.read(folder, place, fixed))
            except RunError as error:
                if snapshots.file_of(
                    folder, place
                ).exists():  # else a run at work has thinned it away meanwhile
                    passed_over.append(str(error))
        if not moments:
            raise RunError(passed_over[0] if passed_over else "This run has no snapshots yet.")
        return cls.of(fixed, moments, passed_over)

    @classmethod
    def of(
        cls, fixed: SnapshotHeader, moments: list[Snapshot], passed_over: list[str] | None = None
    ) -> "Replay":
        """Put together what was read; at least one moment."""
        sizes = {moment.embedding.shape[1] for moment in moments}
        if len(sizes) > 1:
            raise RunError(f"The snapshots have rows of {sorted(sizes)} numbers, and cannot be of one run.")
        axes = pca(moments[-1].embedding.astype(np.float64), 2)
        headlines = fixed.headline_rows
        answers = [
            moment.answers[headlines] if moment.whole else moment.answers[: len(headlines)]
            for moment in moments
        ]
        return cls(
            header=fixed,
            moments=tuple(moments),
            passed_over=tuple(passed_over or ()),
            axes=axes,
            points=np.stack([axes.project(moment.embedding) for moment in moments]),
            answers=np.stack(answers).astype(np.int64),
        )
