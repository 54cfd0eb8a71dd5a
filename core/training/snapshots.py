"""Small snapshots of a run while it learns: not its weights, but what is to be seen of them again.

A network of `quick` has 34 MB of weights; a snapshot of it takes a quarter of a megabyte::

    fixed.npz           what all of them are of: categories, words, headlines, the right answers
    000-0000000.npz     before anything was learnt
    000-0000064.npz     after 64 batches of the first epoch; after 1, 2, 4, 8 ... of them there is one
    002-0000000.npz     at the end of the second epoch

A file's name is its place in the run and its content depends on nothing else, so what a resumed run writes again is
what stood there. All is read without unpickling. :data:`MOST` files of :data:`BYTES` are 20 MB: long runs keep every
second epoch, then every fourth. Leaves out: what is made of them (``insight/history/replay.py``).
"""

import contextlib
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from core.errors import RunError
from core.files import atomic_writer

SCHEMA = 1
HEADER_FILE = "fixed.npz"
MOST, BYTES = 64, 290_000  # snapshots of a run, and bytes of each; the rest of 20 MB is for what is fixed
MOST_ANSWERS = 65_536  # validation articles whose answers are kept at an epoch's end
# ... and inside the first epoch, where nothing else would measure them: one for so many articles learnt from, so that
# it costs a short run no larger share of its time than a long one.
FEW, LEARNT_FOR_ONE = 1_024, 100
MOST_HEADLINES, MOST_WORDS = 100, 2_000
_HEADLINES_BYTES = 60_000  # of a snapshot, for their probabilities
_OVERHEAD = 4_096  # bytes of a snapshot's names and headers
_STREAM = 3  # of random numbers, see batches.py: [seed, 0, purpose]
_LONGEST_HEADLINE, _LONGEST_NAME, _LONGEST_WORD = 300, 120, 60  # characters
_NAME = re.compile(r"(\d{3})-(\d{7})\.npz")

Ints = npt.NDArray[np.integer]
Floats = npt.NDArray[np.floating]
Moment = tuple[int, int]  # epochs finished, and batches done in the one after them
Commit = Callable[[], contextlib.AbstractContextManager[Any]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SnapshotSelection:
    """Of what a run's snapshots are: a function of its data and its seed.

    Attributes:
        rows: (answers,) int64, positions in the validation part, rising: all of it, up to MOST_ANSWERS.
        few: (few,) int64, positions in ``rows`` of the articles answered inside the first epoch, in a random order;
            the first ``headlines`` of them are those whose probabilities are kept.
        headlines: how many.
        words: the most frequent words whose rows are kept.
    """

    rows: npt.NDArray[np.int64]
    few: npt.NDArray[np.int64]
    headlines: int
    words: int

    @classmethod
    def of(
        cls, *, training: int, validation: int, categories: int, words: int, size: int, seed: int
    ) -> "SnapshotSelection":
        """What fits into BYTES.

        Args:
            training, validation: articles of these parts.
            words: in the word index.
            size: numbers that stand for a word.
            seed: the run's. The draw has a stream of its own, so that none of the run's draws is another for it.
        """
        random = np.random.default_rng([seed, 0, _STREAM])
        rows = np.arange(validation)
        if validation > MOST_ANSWERS:
            rows = np.sort(random.choice(validation, MOST_ANSWERS, replace=False))
        few = random.permutation(len(rows))[: max(MOST_HEADLINES, min(FEW, training // LEARNT_FOR_ONE))]
        headlines = min(MOST_HEADLINES, len(few), max(1, _HEADLINES_BYTES // (2 * categories)))
        room = BYTES - _OVERHEAD - 2 * len(rows) - 2 * headlines * categories
        return cls(
            rows=rows, few=few, headlines=headlines, words=max(0, min(MOST_WORDS, words, room // (2 * size)))
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SnapshotHeader:
    """What all snapshots of a run have in common.

    Attributes:
        labels: the categories, in the network's order.
        words: the most frequent words, those whose rows are kept.
        headlines: as a person reads them.
        y: (answers,) uint16, the right answers.
        few: see Kept.
        validation: articles of the whole validation part.
    """

    labels: tuple[str, ...]
    words: tuple[str, ...]
    headlines: tuple[str, ...]
    y: npt.NDArray[np.uint16]
    few: npt.NDArray[np.int64]
    validation: int

    @property
    def headline_rows(self) -> npt.NDArray[np.int64]:
        """Positions of the headlines in ``y``."""
        return self.few[: len(self.headlines)]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Snapshot:
    """A moment of the run.

    Attributes:
        epochs: finished.
        step: batches done in the epoch after these.
        steps: batches in an epoch.
        rows: training articles seen, those seen again counted again.
        answers: uint16, what is answered: to all of ``Fixed.y`` at an epoch's end, else to ``Fixed.few``.
        probabilities: (headlines, categories), the probabilities.
        embedding: (words, size), the first reader's rows of the words.
        accuracy, loss: over the whole validation part; None inside an epoch.
    """

    epochs: int
    step: int
    steps: int
    rows: int
    answers: npt.NDArray[np.uint16]
    probabilities: Floats
    embedding: Floats
    accuracy: float | None = None
    loss: float | None = None

    @property
    def moment(self) -> Moment:
        return self.epochs, self.step

    @property
    def whole(self) -> bool:
        """Whether it is of an epoch's end, where all of the validation part is answered."""
        return self.epochs > 0 and self.step == 0


def is_due(epochs: int, step: int) -> bool:
    """Whether a snapshot is taken at this place inside an epoch: in the first, after 0, 1, 2, 4, 8 ... batches.

    Most is learnt in the first few hundred batches, and each doubling shows about as much as the one before.
    """
    return epochs == 0 and step & (step - 1) == 0


class Snapshots:
    """The snapshots of one run, in a folder of their own; for the one process that works on the run.

    Args:
        headlines: of the validation part, in the order of the split, as a person reads them.
        commit: as of ``Checkpoints``: entered around every change of the folder.
    """

    def __init__(
        self, folder: Path, headlines: Sequence[str], commit: Commit = contextlib.nullcontext
    ) -> None:
        self.folder, self.headlines, self._commit = folder, headlines, commit

    def begin(self, fixed: SnapshotHeader) -> None:
        """Write what all of them are of, and remove what a process that was killed has left half written."""
        with self._commit():
            self.folder.mkdir(parents=True, exist_ok=True)
            for left in self.folder.glob(".*"):
                left.unlink(missing_ok=True)
        self._write(
            HEADER_FILE,
            {
                "schema": np.array(SCHEMA),
                "labels": _texts(fixed.labels, _LONGEST_NAME),
                "words": _texts(fixed.words, _LONGEST_WORD),
                "headlines": _texts(fixed.headlines, _LONGEST_HEADLINE),
                "y": fixed.y,
                "few": fixed.few.astype(np.int32),
                "validation": np.array(fixed.validation),
            },
        )

    def write(self, snapshot: Snapshot) -> None:
        """Add one.

        Raises:
            OSError: the disk is full.
        """
        # Scaled, because a row that began as somebody's word vector may be longer than 16 bits can say.
        scale = max(float(np.abs(snapshot.embedding).max(initial=0)), 1e-30)
        figures = [np.nan if one is None else one for one in (snapshot.accuracy, snapshot.loss)]
        self._write(
            _name(snapshot.moment),
            {
                "schema": np.array(SCHEMA),
                "place": np.array([snapshot.epochs, snapshot.step, snapshot.steps, snapshot.rows], np.int64),
                "figures": np.array(figures, np.float64),
                "answers": snapshot.answers,
                "probabilities": snapshot.probabilities.astype(np.float16),
                "embedding": (snapshot.embedding / scale).astype(np.float16),
                "scale": np.array(scale, np.float64),
            },
        )

    def forget_after(self, place: Moment) -> None:
        """Remove what is later than where the run goes on: by another plan it would be otherwise now."""
        self._remove([one for one in moments(self.folder) if one > place])

    def thin(self, best: int) -> None:
        """Keep at most MOST; call it once a checkpoint stands where the last one was taken.

        Args:
            best: the epoch of the best weights so far, which stays; 0: of none.
        """
        there = moments(self.folder)
        kept = thinned(there, best)
        self._remove([one for one in there if one not in kept])

    def _remove(self, some: Sequence[Moment]) -> None:
        if some:
            with self._commit():
                for place in some:
                    (self.folder / _name(place)).unlink(missing_ok=True)

    def _write(self, name: str, arrays: Mapping[str, np.ndarray]) -> None:
        # Not durable: to wait for the disk would be most of the cost, and what a power cut takes is passed over.
        with self._commit(), atomic_writer(self.folder / name, durable=name == HEADER_FILE) as stream:
            np.savez(stream, **arrays)  # type: ignore[arg-type]


def thinned(there: Sequence[Moment], best: int) -> set[Moment]:
    """Those that stay: all up to the first epoch's end, the best, the last, of those between every 2nd, 4th, 8th ...

    By how many epochs there were, not by how many files there are: so nothing changes for having thinned before. Nor
    for having gone on: the best of a longer run was the best from its end on.
    """
    last = max(there, default=(0, 0))
    room = MOST - sum(1 for _, step in there if step)
    stride = 1
    while (
        4 + last[0] // stride > room and stride < last[0]
    ):  # 4: before, the first epoch's end, the best, the last
        stride *= 2
    return {one for one in there if one[1] or one[0] in (0, 1, best) or one[0] % stride == 0 or one == last}


def moments(folder: Path) -> list[Moment]:
    """Where the run in whose folder this is has snapshots, in order."""
    if not folder.is_dir():
        return []
    found = (_NAME.fullmatch(one.name) for one in folder.iterdir())
    return sorted((int(one[1]), int(one[2])) for one in found if one)


def file_of(folder: Path, place: Moment) -> Path:
    return folder / _name(place)


def read_header(folder: Path) -> SnapshotHeader:
    """What all snapshots are of.

    Raises:
        RunError: there are none, or the file is damaged.
    """
    arrays = _read(folder / HEADER_FILE)
    try:
        y, few, validation = arrays["y"], arrays["few"].astype(np.int64), int(arrays["validation"])
        fixed = SnapshotHeader(
            labels=_texts_of(arrays["labels"]),
            words=_texts_of(arrays["words"]),
            headlines=_texts_of(arrays["headlines"]),
            y=y,
            few=few,
            validation=validation,
        )
        if y.ndim != 1 or y.dtype != np.uint16 or few.ndim != 1 or not len(few) or validation < len(y):
            raise ValueError("its articles are not counted rightly")
        if not len(fixed.headlines) <= len(few) <= len(y) or few.min() < 0 or few.max() >= len(y):
            raise ValueError("it names an article that is not there")
        if y.max() >= len(fixed.labels):
            raise ValueError("it names a category that is not there")
    except (KeyError, ValueError, TypeError, UnicodeDecodeError) as error:
        raise _damaged(folder / HEADER_FILE, error) from None
    return fixed


def read(folder: Path, place: Moment, fixed: SnapshotHeader) -> Snapshot:
    """One snapshot, checked against what it is of.

    Raises:
        RunError: it is damaged, or is gone.
    """
    path = file_of(folder, place)
    arrays = _read(path)
    try:
        epochs, step, steps, rows = (int(one) for one in arrays["place"])
        accuracy, loss = (None if np.isnan(one) else float(one) for one in arrays["figures"])
        stored = arrays["probabilities"] if "probabilities" in arrays else arrays["chances"]  # version 0.1.0
        answers, probabilities = arrays["answers"], stored.astype(np.float32)
        # Back to float32 before the scale is put on: 16 bits may not hold it.
        embedding = (arrays["embedding"].astype(np.float64) * float(arrays["scale"])).astype(np.float32)
        if (epochs, step) != place or not 0 <= step <= steps or steps < 1 or rows < 0:
            raise ValueError("it is of another place")
        whole = step == 0 and epochs > 0
        if answers.shape != (len(fixed.y) if whole else len(fixed.few),) or answers.dtype != np.uint16:
            raise ValueError(f"it has answers of the shape {answers.shape}")
        if answers.max(initial=0) >= len(fixed.labels):
            raise ValueError("it names a category that is not there")
        if probabilities.shape != (len(fixed.headlines), len(fixed.labels)):
            raise ValueError(f"it has probabilities of the shape {probabilities.shape}")
        if embedding.ndim != 2 or len(embedding) != len(fixed.words):
            raise ValueError(f"it has rows of the shape {embedding.shape}")
        if not (np.isfinite(probabilities).all() and np.isfinite(embedding).all()):
            raise ValueError("it holds NaN or infinity")
        if whole and accuracy is None:
            raise ValueError("it lacks the accuracy")
        if whole and len(fixed.y) == fixed.validation and accuracy != float((answers == fixed.y).mean()):
            raise ValueError("its answers are not those of its accuracy")
    except (KeyError, ValueError, TypeError) as error:
        raise _damaged(path, error) from None
    return Snapshot(
        epochs=epochs,
        step=step,
        steps=steps,
        rows=rows,
        answers=answers,
        probabilities=probabilities,
        embedding=embedding,
        accuracy=accuracy,
        loss=loss,
    )


def _read(path: Path) -> dict[str, np.ndarray]:
    try:
        with np.load(path, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        if int(arrays["schema"]) != SCHEMA:
            raise ValueError("it is of another version of Headline Lab")
    except FileNotFoundError:
        raise RunError(f"There is no {path.name} among this run's snapshots.") from None
    except OSError as error:
        raise RunError(f"{path.name} cannot be read: {error.strerror}.") from None
    except (ValueError, TypeError, EOFError, KeyError, zipfile.BadZipFile, zlib.error) as error:
        raise _damaged(path, error) from None
    return arrays


def _damaged(path: Path, why: object) -> RunError:
    return RunError(f"{path.name} is damaged: {why}.")


def _name(place: Moment) -> str:
    return f"{place[0]:03}-{place[1]:07}.npz"


def _texts(texts: Sequence[str], longest: int) -> np.ndarray:
    """Texts, each cut at ``longest`` characters, as the bytes of a JSON list, (bytes,) uint8."""
    cut = json.dumps([text[:longest] for text in texts], ensure_ascii=False)
    return np.frombuffer(cut.encode("utf-8", "replace"), np.uint8)  # half a surrogate pair cannot be encoded


def _texts_of(stored: np.ndarray) -> tuple[str, ...]:
    texts = json.loads(stored.tobytes())
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise ValueError("its texts are no list")
    return tuple(texts)
