"""Token ids of many texts in one array, with the offset of each text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.integer]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sequences:
    """Numbered texts of different lengths, end to end in one array: no padding until a batch is made.

    Attributes:
        ids: (total,) int32, the word numbers of all texts.
        offsets: (texts + 1,) int64; text ``i`` is ``ids[offsets[i]:offsets[i + 1]]``.
    """

    ids: npt.NDArray[np.int32]
    offsets: npt.NDArray[np.int64]

    @classmethod
    def from_lists(cls, texts: Iterable[Sequence[int]]) -> "Sequences":
        """From one list of numbers a text."""
        rows = [np.asarray(text, dtype=np.int32) for text in texts]
        ids = np.concatenate(rows) if rows else np.empty(0, dtype=np.int32)
        return cls(ids=ids, offsets=_offsets([len(row) for row in rows]))

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def lengths(self) -> npt.NDArray[np.int64]:
        """Words of each text, (texts,)."""
        return np.diff(self.offsets)

    def take(self, indices: Ints) -> "Sequences":
        """The texts at ``indices``, in that order."""
        indices = np.asarray(indices, dtype=np.int64)
        lengths = self.lengths[indices]
        offsets = _offsets(lengths)
        # Place j of the result lies as far from its text's start as in the source.
        places = np.arange(offsets[-1]) + np.repeat(self.offsets[indices] - offsets[:-1], lengths)
        return Sequences(ids=self.ids[places], offsets=offsets)

    def pad(self, indices: Ints, length: int | None = None) -> npt.NDArray[np.int32]:
        """A batch: the texts at ``indices``, filled up with 0 at the end.

        Args:
            indices: texts of the batch.
            length: columns; a longer text is cut at its end. None: as long as the longest of them.

        Returns:
            (batch, columns) int32.
        """
        indices = np.asarray(indices, dtype=np.int64)
        lengths = self.lengths[indices]
        columns = int(lengths.max(initial=0)) if length is None else length
        steps = np.arange(columns)
        real = steps < lengths[:, None]  # (batch, columns)
        places = self.offsets[indices][:, None] + steps  # (batch, columns)
        batch = np.zeros(real.shape, dtype=np.int32)
        batch[real] = self.ids[places[real]]
        return batch


def _offsets(lengths: Sequence[int] | Ints) -> npt.NDArray[np.int64]:
    offsets = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=offsets[1:])
    return offsets
