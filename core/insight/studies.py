"""What was found out about a classifier, kept with it: one ``studies/NAME.npz`` in its folder.

A study stands inside the folder of the weights that it describes, so it goes when they are replaced. Arrays only, read
with ``allow_pickle=False``; texts are stored as the bytes of a JSON list. Leaves out: what takes seconds and is
therefore done in a process of its own (``runs/study.py``).
"""

import zipfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
import numpy as np

from core.errors import StudyError
from core.files import atomic_writer

FOLDER = "studies"

Arrays = dict[str, np.ndarray]


def file_of(classifier: Path, name: str) -> Path:
    """Where the study ``name`` of the classifier in this folder stands, or would."""
    return classifier / FOLDER / f"{name}.npz"


def write(classifier: Path, name: str, arrays: Mapping[str, np.ndarray]) -> None:
    """Keep a study, whole or not at all."""
    path = file_of(classifier, name)
    path.parent.mkdir(exist_ok=True)
    with atomic_writer(path) as stream:
        np.savez(stream, **arrays)  # type: ignore[arg-type]


def read(classifier: Path, name: str) -> Arrays:
    """The arrays of a study.

    Raises:
        StudyError: it was not made yet, or is damaged.
    """
    path = file_of(classifier, name)
    try:
        with np.load(path, allow_pickle=False) as stored:
            return {key: stored[key] for key in stored.files}
    except FileNotFoundError:
        raise StudyError("This has not been computed yet.") from None
    except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile, zlib.error) as error:
        raise StudyError(f"{path.name} is damaged: {error}. Remove it, and it is computed again.") from None


def texts_to_array(texts: Sequence[str]) -> np.ndarray:
    """Texts as bytes, (bytes,) uint8: an array of strings would take four times the longest for each."""
    return np.frombuffer(msgspec.json.encode(list(texts)), np.uint8)


def texts_from_array(stored: np.ndarray) -> tuple[str, ...]:
    """The inverse of :func:`texts_to_array`. Raises StudyError for anything else."""
    try:
        return tuple(msgspec.json.decode(stored.tobytes(), type=list[str]))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise StudyError(f"The stored texts are damaged: {error}.") from None
