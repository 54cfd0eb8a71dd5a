"""What was found out about a classifier, kept with it: one ``studies/NAME.npz`` in its folder.

A study stands inside the folder of the weights that it describes, so it goes when they are replaced. Arrays only, read
with ``allow_pickle=False``; texts are stored as the bytes of a JSON list. Leaves out: what takes seconds and is
therefore done in a process of its own (``runs/jobs.py``).
"""

import contextlib
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
import numpy as np

from core import paths
from core.errors import AnalysisError
from core.files import atomic_writer, sha256
from core.model.classifier_files import CARD_FILE

FOLDER = "studies"
_WEIGHTS_KEY = "of"  # the array that says which weights a study describes

Arrays = dict[str, np.ndarray]


def artifact_path(classifier: Path, name: str) -> Path:
    """Where the study ``name`` of the classifier in this folder stands, or would."""
    return classifier / FOLDER / f"{name}.npz"


def weights_digest(classifier: Path) -> str:
    """Which weights stand in this folder: the SHA-256 of their card, which has those of the other files."""
    return sha256(classifier / CARD_FILE)


def write(
    classifier: Path,
    name: str,
    arrays: Mapping[str, np.ndarray],
    *,
    weights: str | None = None,
    compressed: bool = False,
) -> None:
    """Keep a study, whole or not at all.

    Args:
        weights: :func:`of` the weights that it describes, where they may have been replaced since; None: those there.
        small: compressed, for the repository.
    """
    path = artifact_path(classifier, name)
    path.parent.mkdir(exist_ok=True)
    described = texts_to_array([weights or weights_digest(classifier)])
    with atomic_writer(path) as stream:
        (np.savez_compressed if compressed else np.savez)(stream, **arrays, **{_WEIGHTS_KEY: described})  # type: ignore[arg-type]


def read(classifier: Path, name: str) -> Arrays:
    """The arrays of a study.

    Raises:
        AnalysisError: it was not made yet, or is damaged or of other weights, and is set aside then.
    """
    path = artifact_path(classifier, name)
    try:
        weights = weights_digest(classifier)
        with np.load(path, allow_pickle=False) as stored:
            arrays = {key: stored[key] for key in stored.files}
        if _WEIGHTS_KEY not in arrays:  # from before studies said so
            raise ValueError("it does not say of which weights it is")
        described = texts_from_array(arrays.pop(_WEIGHTS_KEY))
        if described != (weights,):
            if (
                weights_digest(classifier) != weights
            ):  # others took their place while this was read, and theirs is read instead
                return read(classifier, name)
            raise ValueError("it is of other weights")
    except FileNotFoundError:
        raise AnalysisError("This has not been computed yet.") from None
    except OSError as error:  # it may be good: the disk does not give it now
        raise AnalysisError(f"{path.name} cannot be read: {error.strerror}.") from None
    except (ValueError, EOFError, KeyError, AnalysisError, zipfile.BadZipFile, zlib.error) as error:
        raise set_aside(classifier, name, error) from None
    return arrays


def set_aside(classifier: Path, name: str, reason: object) -> AnalysisError:
    """Put a study that is no good out of the way, so that it can be made again; the error to raise.

    What came with the program stays where it is.
    """
    path = artifact_path(classifier, name)
    if classifier != paths.STARTER:
        with contextlib.suppress(OSError):
            path.replace(path.with_suffix(".damaged"))
    return AnalysisError(f"{path.name} is damaged: {reason}. It is set aside and can be computed again.")


def texts_to_array(texts: Sequence[str]) -> np.ndarray:
    """Texts as bytes, (bytes,) uint8: an array of strings would take four times the longest for each."""
    return np.frombuffer(msgspec.json.encode(list(texts)), np.uint8)


def texts_from_array(stored: np.ndarray) -> tuple[str, ...]:
    """The inverse of :func:`texts_to_array`. Raises AnalysisError for anything else."""
    try:
        return tuple(msgspec.json.decode(stored.tobytes(), type=list[str]))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise AnalysisError(f"The stored texts are damaged: {error}.") from None
