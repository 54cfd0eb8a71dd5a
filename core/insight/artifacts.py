"""Results computed from a classifier, stored beside it: one ``studies/NAME.npz`` per artifact.

An artifact lies in the folder of the weights it describes, so replacing them removes it too. Files hold arrays only
and are read with ``allow_pickle=False``; texts are stored as the bytes of a JSON list. Leaves out: the computation,
which takes seconds and runs in a process of its own (``runs/jobs.py``).
"""

import contextlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
import numpy as np

from core import paths
from core.arrays import read_arrays
from core.errors import AnalysisError
from core.files import atomic_writer, sha256
from core.model.classifier_files import CARD_FILE

FOLDER = "studies"
_WEIGHTS_KEY = "of"  # the array that says which weights the artifact describes

Arrays = dict[str, np.ndarray]


def artifact_path(classifier: Path, name: str) -> Path:
    """The path of the artifact ``name``, whether it exists or not."""
    return classifier / FOLDER / f"{name}.npz"


def weights_digest(classifier: Path) -> str:
    """The SHA-256 of the classifier's card, which in turn lists the SHA-256 of its other files."""
    return sha256(classifier / CARD_FILE)


def write(
    classifier: Path,
    name: str,
    arrays: Mapping[str, np.ndarray],
    *,
    weights: str | None = None,
    compressed: bool = False,
) -> None:
    """Store an artifact, complete or not at all.

    Args:
        weights: :func:`weights_digest` of the weights described; None: of those in the folder now.
        compressed: smaller and slower to write, for files in the repository.
    """
    path = artifact_path(classifier, name)
    path.parent.mkdir(exist_ok=True)
    described = texts_to_array([weights or weights_digest(classifier)])
    with atomic_writer(path) as stream:
        (np.savez_compressed if compressed else np.savez)(stream, **arrays, **{_WEIGHTS_KEY: described})  # type: ignore[arg-type]


def read(classifier: Path, name: str) -> Arrays:
    """The arrays of an artifact.

    Raises:
        AnalysisError: not computed yet, or damaged or of other weights; a file of the last two is set aside.
    """
    path = artifact_path(classifier, name)
    try:
        weights = weights_digest(classifier)
        arrays = read_arrays(path)
        if _WEIGHTS_KEY not in arrays:  # written before artifacts named their weights
            raise ValueError("it does not say of which weights it is")
        described = texts_from_array(arrays.pop(_WEIGHTS_KEY))
        if described != (weights,):
            # The weights were replaced while this was read: read theirs.
            if weights_digest(classifier) != weights:
                return read(classifier, name)
            raise ValueError("it is of other weights")
    except FileNotFoundError:
        raise AnalysisError("This has not been computed yet.") from None
    except OSError as error:  # the file may be intact, so it is not set aside
        raise AnalysisError(f"{path.name} cannot be read: {error.strerror}.") from None
    except (ValueError, KeyError, AnalysisError) as error:
        raise set_aside(classifier, name, error) from None
    return arrays


def set_aside(classifier: Path, name: str, reason: object) -> AnalysisError:
    """Move a damaged artifact away so that it can be computed again; return the error to raise.

    The starter's artifacts are part of the program and stay in place.
    """
    path = artifact_path(classifier, name)
    if classifier != paths.STARTER:
        with contextlib.suppress(OSError):
            path.replace(path.with_suffix(".damaged"))
    return AnalysisError(f"{path.name} is damaged: {reason}. It was set aside and can be computed again.")


def texts_to_array(texts: Sequence[str]) -> np.ndarray:
    """Texts as a (bytes,) uint8 array: a string array takes four bytes times the longest text for each."""
    return np.frombuffer(msgspec.json.encode(list(texts)), np.uint8)


def texts_from_array(stored: np.ndarray) -> tuple[str, ...]:
    """The inverse of :func:`texts_to_array`. Raises AnalysisError for anything else."""
    try:
        return tuple(msgspec.json.decode(stored.tobytes(), type=list[str]))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise AnalysisError(f"The stored texts are damaged: {error}.") from None
