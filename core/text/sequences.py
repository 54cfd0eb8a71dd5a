"""Token ids of many texts in one array, with the offset of each text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.integer]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sequences:
    """Encoded texts of different lengths in one flat array; padding is added only when a batch is made.

    Attributes:
        ids: (total,) int32, the token ids of all texts.
        offsets: (texts + 1,) int64; text ``i`` is ``ids[offsets[i]:offsets[i + 1]]``.
    """

    ids: npt.NDArray[np.int32]
    offsets: npt.NDArray[np.int64]

    @classmethod
    def from_lists(cls, texts: Iterable[Sequence[int]]) -> "Sequences":
        """From one list of token ids per text."""
        rows = [np.asarray(text, dtype=np.int32) for text in texts]
        ids = np.concatenate(rows) if rows else np.empty(0, dtype=np.int32)
        return cls(ids=ids, offsets=_offsets([len(row) for row in rows]))

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def lengths(self) -> npt.NDArray[np.int64]:
        """Tokens of each text, (texts,)."""
        return np.diff(self.offsets)

    def take(self, indices: Ints) -> "Sequences":
        """The texts at ``indices``, in that order."""
        indices = np.asarray(indices, dtype=np.int64)
        lengths = self.lengths[indices]
        offsets = _offsets(lengths)
        # A token keeps its distance from its text's start, so shift each text's positions to the source.
        positions = np.arange(offsets[-1]) + np.repeat(self.offsets[indices] - offsets[:-1], lengths)
        return Sequences(ids=self.ids[positions], offsets=offsets)

    def pad(self, indices: Ints, length: int | None = None) -> npt.NDArray[np.int32]:
        """A batch: the texts at ``indices``, padded with 0 at the end.

        Args:
            indices: texts of the batch.
            length: timesteps; a longer text is truncated at its end. None: the length of the longest text.

        Returns:
            (batch, timesteps) int32.
        """
        indices = np.asarray(indices, dtype=np.int64)
        lengths = self.lengths[indices]
        timesteps = np.arange(int(lengths.max(initial=0)) if length is None else length)
        mask = timesteps < lengths[:, None]  # (batch, timesteps), false for padding
        positions = self.offsets[indices][:, None] + timesteps  # (batch, timesteps)
        batch = np.zeros(mask.shape, dtype=np.int32)
        batch[mask] = self.ids[positions[mask]]
        return batch


def _offsets(lengths: Sequence[int] | Ints) -> npt.NDArray[np.int64]:
    offsets = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=offsets[1:])
    return offsets
