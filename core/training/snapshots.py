"""Small snapshots of a run during training: predictions and embeddings instead of all weights.

The weights of `quick` take 34 MB, a snapshot a quarter of a megabyte::

    fixed.npz           the header: categories, words, headlines, labels
    000-0000000.npz     before the first step
    000-0000064.npz     after 64 batches of the first epoch; there is one after 0, 1, 2, 4, 8 ... batches
    002-0000000.npz     at the end of the second epoch

A file's name is its moment in the run, and its content depends on nothing else: a resumed run that writes it again
writes the same. Everything is read without unpickling. :data:`MOST` files of :data:`BYTES` are 20 MB: long runs keep
every second epoch, then every fourth. Leaves out: when they are taken (``snapshot_recorder.py``) and what is drawn
from them (``insight/replay/replay.py``).
"""

import contextlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from core.arrays import read_arrays
from core.errors import RunError
from core.files import atomic_writer

SCHEMA = 1
HEADER_FILE = "fixed.npz"
MOST, BYTES = 64, 290_000  # snapshots of a run, and bytes of each; the rest of 20 MB is for the header
MOST_PREDICTIONS = 65_536  # validation articles whose predictions are kept at an epoch's end
# Within the first epoch, where the predictions are computed for the snapshot alone: one validation article for so many
# training articles, at most MOST_SAMPLED. So a short run spends no larger share of its time on them than a long one.
MOST_SAMPLED, TRAINING_PER_SAMPLED = 1_024, 100
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
    """The articles and words that a run's snapshots hold: a function of its data and its seed.

    Attributes:
        rows: (predictions,) int64, positions in the validation part, rising: all of it, up to MOST_PREDICTIONS.
        sample: (sampled,) int64, positions in ``rows`` of the articles predicted within the first epoch, in a random
            order; the probabilities of the first ``headlines`` of them are kept.
        headlines: number of headlines.
        words: number of words whose embeddings are kept, the most frequent ones.
    """

    rows: npt.NDArray[np.int64]
    sample: npt.NDArray[np.int64]
    headlines: int
    words: int

    @classmethod
    def of(
        cls, *, training: int, validation: int, categories: int, words: int, size: int, seed: int
    ) -> "SnapshotSelection":
        """As much as fits into BYTES.

        Args:
            training, validation: number of articles of these parts.
            words: number of words in the vocabulary.
            size: of the embedding.
            seed: the run's. The draw has its own random stream and changes no other draw of the run.
        """
        random = np.random.default_rng([seed, 0, _STREAM])
        rows = np.arange(validation)
        if validation > MOST_PREDICTIONS:
            rows = np.sort(random.choice(validation, MOST_PREDICTIONS, replace=False))
        sampled = max(MOST_HEADLINES, min(MOST_SAMPLED, training // TRAINING_PER_SAMPLED))
        sample = random.permutation(len(rows))[:sampled]
        headlines = min(MOST_HEADLINES, len(sample), max(1, _HEADLINES_BYTES // (2 * categories)))
        free = BYTES - _OVERHEAD - 2 * len(rows) - 2 * headlines * categories
        return cls(
            rows=rows,
            sample=sample,
            headlines=headlines,
            words=max(0, min(MOST_WORDS, words, free // (2 * size))),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SnapshotHeader:
    """What all snapshots of a run have in common.

    Attributes:
        labels: the categories, in the network's order.
        words: the most frequent words, whose embeddings are kept.
        headlines: before cleaning.
        y: (predictions,) uint16, the labels.
        sample: see SnapshotSelection.
        validation: number of articles in the whole validation part.
    """

    labels: tuple[str, ...]
    words: tuple[str, ...]
    headlines: tuple[str, ...]
    y: npt.NDArray[np.uint16]
    sample: npt.NDArray[np.int64]
    validation: int

    @property
    def headline_rows(self) -> npt.NDArray[np.int64]:
        """Positions of the headlines in ``y``."""
        return self.sample[: len(self.headlines)]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Snapshot:
    """The state of the network at a moment of the run.

    Attributes:
        epochs: finished.
        step: batches done in the epoch after these.
        steps: batches in an epoch.
        rows: training articles seen, counted again in each epoch.
        predictions: uint16, predicted labels: of all of ``SnapshotHeader.y`` at an epoch's end, else of ``sample``.
        probabilities: (headlines, categories).
        embedding: (words, size), of the first ensemble member.
        accuracy, loss: over the whole validation part; None within an epoch.
    """

    epochs: int
    step: int
    steps: int
    rows: int
    predictions: npt.NDArray[np.uint16]
    probabilities: Floats
    embedding: Floats
    accuracy: float | None = None
    loss: float | None = None

    @property
    def moment(self) -> Moment:
        return self.epochs, self.step

    @property
    def whole(self) -> bool:
        """Whether it is from an epoch's end, with predictions for the whole validation part."""
        return self.epochs > 0 and self.step == 0


def is_due(epochs: int, step: int) -> bool:
    """Whether a snapshot is taken within an epoch: in the first one, after 0, 1, 2, 4, 8 ... batches.

    Most is learnt in the first few hundred batches, and each doubling shows about as much as the one before.
    """
    return epochs == 0 and step & (step - 1) == 0


class Snapshots:
    """The snapshots of one run, in a folder of their own; written by the one process that works on the run.

    Args:
        headlines: of the validation part, in the order of the split, before cleaning.
        commit: as of ``Checkpoints``: entered around every change of the folder.
    """

    def __init__(
        self, folder: Path, headlines: Sequence[str], commit: Commit = contextlib.nullcontext
    ) -> None:
        self.folder, self.headlines, self._commit = folder, headlines, commit

    def begin(self, header: SnapshotHeader) -> None:
        """Write the header, and remove the partial files of a process that was killed."""
        with self._commit():
            self.folder.mkdir(parents=True, exist_ok=True)
            for partial in self.folder.glob(".*"):
                partial.unlink(missing_ok=True)
        self._write(
            HEADER_FILE,
            {
                "schema": np.array(SCHEMA),
                "labels": _encode_texts(header.labels, _LONGEST_NAME),
                "words": _encode_texts(header.words, _LONGEST_WORD),
                "headlines": _encode_texts(header.headlines, _LONGEST_HEADLINE),
                "y": header.y,
                "few": header.sample.astype(np.int32),
                "validation": np.array(header.validation),
            },
        )

    def write(self, snapshot: Snapshot) -> None:
        """Add a snapshot.

        Raises:
            OSError: the disk is full.
        """
        # Scaled, because an embedding that started from a word vector may exceed the range of 16 bits.
        scale = max(float(np.abs(snapshot.embedding).max(initial=0)), 1e-30)
        figures = [np.nan if value is None else value for value in (snapshot.accuracy, snapshot.loss)]
        self._write(
            _name(snapshot.moment),
            {
                "schema": np.array(SCHEMA),
                "place": np.array([snapshot.epochs, snapshot.step, snapshot.steps, snapshot.rows], np.int64),
                "figures": np.array(figures, np.float64),
                "answers": snapshot.predictions,
                "probabilities": snapshot.probabilities.astype(np.float16),
                "embedding": (snapshot.embedding / scale).astype(np.float16),
                "scale": np.array(scale, np.float64),
            },
        )

    def forget_after(self, moment: Moment) -> None:
        """Remove the snapshots after the moment where the run resumes: with other settings they would differ now."""
        self._remove([later for later in moments(self.folder) if later > moment])

    def thin(self, best: int) -> None:
        """Keep at most MOST; call it after the checkpoint of the last snapshot's moment.

        Args:
            best: the epoch of the best weights so far, which is kept; 0: none yet.
        """
        taken = moments(self.folder)
        kept = thinned(taken, best)
        self._remove([moment for moment in taken if moment not in kept])

    def _remove(self, removed: Sequence[Moment]) -> None:
        if removed:
            with self._commit():
                for moment in removed:
                    (self.folder / _name(moment)).unlink(missing_ok=True)

    def _write(self, name: str, arrays: Mapping[str, np.ndarray]) -> None:
        # Not durable: waiting for the disk would be most of the cost, and a snapshot lost in a power cut is skipped.
        with self._commit(), atomic_writer(self.folder / name, durable=name == HEADER_FILE) as stream:
            np.savez(stream, **arrays)  # type: ignore[arg-type]


def thinned(taken: Sequence[Moment], best: int) -> set[Moment]:
    """The moments to keep: all up to the first epoch's end, the best, the last, and every 2nd, 4th, 8th ... between.

    This depends on the number of epochs, not on the number of files, so thinning twice changes nothing. Nor does
    resuming: the best epoch of a longer run was the best from its end on.
    """
    last = max(taken, default=(0, 0))
    most_epochs = MOST - sum(1 for _, step in taken if step)
    stride = 1
    # 4: before the first step, the first epoch's end, the best, the last
    while 4 + last[0] // stride > most_epochs and stride < last[0]:
        stride *= 2
    return {
        (epochs, step)
        for epochs, step in taken
        if step or epochs in (0, 1, best) or epochs % stride == 0 or (epochs, step) == last
    }


def moments(folder: Path) -> list[Moment]:
    """The moments of the snapshots in ``folder``, in order."""
    if not folder.is_dir():
        return []
    names = (_NAME.fullmatch(path.name) for path in folder.iterdir())
    return sorted((int(name[1]), int(name[2])) for name in names if name)


def snapshot_path(folder: Path, moment: Moment) -> Path:
    return folder / _name(moment)


def read_header(folder: Path) -> SnapshotHeader:
    """Read the header, what all snapshots have in common.

    Raises:
        RunError: there are none, or the file is damaged.
    """
    arrays = _read(folder / HEADER_FILE)
    try:
        y, sample, validation = arrays["y"], arrays["few"].astype(np.int64), int(arrays["validation"])
        header = SnapshotHeader(
            labels=_decode_texts(arrays["labels"]),
            words=_decode_texts(arrays["words"]),
            headlines=_decode_texts(arrays["headlines"]),
            y=y,
            sample=sample,
            validation=validation,
        )
        if y.ndim != 1 or y.dtype != np.uint16 or sample.ndim != 1 or not len(sample) or validation < len(y):
            raise ValueError("its articles are not counted correctly")
        if not len(header.headlines) <= len(sample) <= len(y) or sample.min() < 0 or sample.max() >= len(y):
            raise ValueError("it names an article that is not there")
        if y.max() >= len(header.labels):
            raise ValueError("it names a category that is not there")
    except (KeyError, ValueError, TypeError, UnicodeDecodeError) as error:
        raise _damaged(folder / HEADER_FILE, error) from None
    return header


def read(folder: Path, moment: Moment, header: SnapshotHeader) -> Snapshot:
    """Read one snapshot and check it against the header.

    Raises:
        RunError: it is damaged, or is gone.
    """
    path = snapshot_path(folder, moment)
    arrays = _read(path)
    try:
        epochs, step, steps, rows = (int(number) for number in arrays["place"])
        accuracy, loss = (None if np.isnan(figure) else float(figure) for figure in arrays["figures"])
        stored = arrays["probabilities"] if "probabilities" in arrays else arrays["chances"]  # version 0.1.0
        predictions, probabilities = arrays["answers"], stored.astype(np.float32)
        # Scaled in float64: 16 bits may not hold the result.
        embedding = (arrays["embedding"].astype(np.float64) * float(arrays["scale"])).astype(np.float32)
        if (epochs, step) != moment or not 0 <= step <= steps or steps < 1 or rows < 0:
            raise ValueError("it is of another place")
        whole = step == 0 and epochs > 0
        if (
            predictions.shape != (len(header.y) if whole else len(header.sample),)
            or predictions.dtype != np.uint16
        ):
            raise ValueError(f"it has answers of the shape {predictions.shape}")
        if predictions.max(initial=0) >= len(header.labels):
            raise ValueError("it names a category that is not there")
        if probabilities.shape != (len(header.headlines), len(header.labels)):
            raise ValueError(f"it has probabilities of the shape {probabilities.shape}")
        if embedding.ndim != 2 or len(embedding) != len(header.words):
            raise ValueError(f"it has rows of the shape {embedding.shape}")
        if not (np.isfinite(probabilities).all() and np.isfinite(embedding).all()):
            raise ValueError("it holds NaN or infinity")
        if whole and accuracy is None:
            raise ValueError("it lacks the accuracy")
        if (
            whole
            and len(header.y) == header.validation
            and accuracy != float((predictions == header.y).mean())
        ):
            raise ValueError("its answers are not those of its accuracy")
    except (KeyError, ValueError, TypeError) as error:
        raise _damaged(path, error) from None
    return Snapshot(
        epochs=epochs,
        step=step,
        steps=steps,
        rows=rows,
        predictions=predictions,
        probabilities=probabilities,
        embedding=embedding,
        accuracy=accuracy,
        loss=loss,
    )


def _read(path: Path) -> dict[str, np.ndarray]:
    try:
        arrays = read_arrays(path)
        if int(arrays["schema"]) != SCHEMA:
            raise ValueError("it is of another version of Headline Lab")
    except FileNotFoundError:
        raise RunError(f"There is no {path.name} among this run's snapshots.") from None
    except OSError as error:
        raise RunError(f"{path.name} cannot be read: {error.strerror}.") from None
    except (ValueError, TypeError, KeyError) as error:
        raise _damaged(path, error) from None
    return arrays


def _damaged(path: Path, why: object) -> RunError:
    return RunError(f"{path.name} is damaged: {why}.")


def _name(moment: Moment) -> str:
    epochs, step = moment
    return f"{epochs:03}-{step:07}.npz"


def _encode_texts(texts: Sequence[str], longest: int) -> np.ndarray:
    """Texts, each cut at ``longest`` characters, as the bytes of a JSON list, (bytes,) uint8."""
    cut = json.dumps([text[:longest] for text in texts], ensure_ascii=False)
    return np.frombuffer(cut.encode("utf-8", "replace"), np.uint8)  # half a surrogate pair cannot be encoded


def _decode_texts(stored: np.ndarray) -> tuple[str, ...]:
    texts = json.loads(stored.tobytes())
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise ValueError("its texts are no list")
    return tuple(texts)
