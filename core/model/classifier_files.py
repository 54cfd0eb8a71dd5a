"""Read a classifier's files, which may hold anything: check each before allocating memory for it, and refuse the rest.

Nothing here executes what it reads: msgspec decodes JSON into given types, weights are plain arrays.
Leaves out: what the files mean (``classifier.py``).
"""

import math
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO, BinaryIO, TypeVar, cast

import msgspec
import numpy as np

from core.arrays import DAMAGE, read_header
from core.errors import ClassifierError
from core.files import sha256
from core.model.forward import Array
from core.news.decompression import directory_size

T = TypeVar("T")

CARD_FILE, VOCABULARY_FILE, WEIGHTS_FILE = "classifier.json", "vocabulary.json", "weights.npz"
FILES = (CARD_FILE, VOCABULARY_FILE, WEIGHTS_FILE)
MOST_LIST = 2**18  # bytes of a zip's directory; ours have some hundred entries of some hundred bytes
SCALE = "/scale"  # suffix of the array with a matrix's row scales, where it is stored in 8 bits

OURS = (
    f"Headline Lab only reads classifiers that it wrote itself: a folder with {CARD_FILE}, "
    f"{VOCABULARY_FILE} and {WEIGHTS_FILE}, or a zip of the three. Model files from other programs are not "
    "opened, because they can contain code."
)
# Most bytes of a JSON file: 400,000 words of 30 letters, with room to spare.
MOST_JSON = 64 * 2**20
# Most bytes of all weights in memory: twice the largest embedding matrix that the settings allow.
MOST_WEIGHTS = 2 * 400_000 * 512 * 4

# Detect a file's format by its first bytes, then by its name.
_BEGINNINGS = (
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file, as Keras writes .h5 models"),
    (b"\x80\x02", "a Python pickle"),
    (b"\x80\x03", "a Python pickle"),
    (b"\x80\x04", "a Python pickle"),
    (b"\x80\x05", "a Python pickle"),
)
_ENDINGS = {
    ".keras": "a Keras model file",
    ".h5": "an HDF5 file, as Keras writes .h5 models",
    ".hdf5": "an HDF5 file, as Keras writes .h5 models",
    ".pkl": "a Python pickle",
    ".pickle": "a Python pickle",
    ".joblib": "a joblib file, which is a Python pickle",
    ".pt": "a PyTorch model file",
    ".pth": "a PyTorch model file",
    ".pb": "a TensorFlow model file",
    ".onnx": "an ONNX model file",
}


def detect_foreign_format(path: Path, name: str = "") -> str | None:
    """Describe the format of another program's model file; None for a format not listed above.

    Args:
        name: its original name, when it is stored under another.
    """
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except OSError:
        start = b""
    for beginning, kind in _BEGINNINGS:
        if start.startswith(beginning):
            return kind
    return _ENDINGS.get(Path(name or path.name).suffix.lower())


def check_folder(folder: Path) -> None:
    """Raise ClassifierError unless ``folder`` is a folder with a ``classifier.json``."""
    try:
        if folder.is_dir():
            if (folder / CARD_FILE).is_file():
                return
            for path in sorted(folder.iterdir()):
                if kind := detect_foreign_format(path):
                    raise ClassifierError(f"{folder.name} holds {path.name}, {kind}. {OURS}")
            raise ClassifierError(f"{folder.name} is not a classifier: it has no {CARD_FILE}. {OURS}")
        if folder.exists():
            kind = detect_foreign_format(folder) or "a file, not a classifier's folder"
            raise ClassifierError(f"{folder.name} is {kind}. {OURS}")
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise ClassifierError(f"{folder.name} cannot be read: {error}") from None
    raise ClassifierError(f"There is no classifier {folder.name!r}. Train one first, or name another folder.")


def read_json(path: Path, kind: type[T]) -> T:
    """Decode a JSON file as ``kind``; ignore fields that ``kind`` does not have.

    Raises:
        ClassifierError: missing, too large, not UTF-8, truncated, not JSON, or not of that type.
    """
    content = _content(path)
    try:
        return msgspec.json.decode(content, type=kind)
    except UnicodeDecodeError:
        raise ClassifierError(f"{path.name} is damaged: it is not UTF-8 text.") from None
    except RecursionError:
        raise ClassifierError(f"{path.name} is damaged: it is nested too deep.") from None
    except msgspec.DecodeError as error:
        raise ClassifierError(f"{path.name} is damaged: {error}.") from None


def _content(path: Path) -> bytes:
    if kind := detect_foreign_format(path):
        raise ClassifierError(f"{path.name} is {kind}. {OURS}")
    try:
        if path.stat().st_size > MOST_JSON:
            raise ClassifierError(f"{path.name} is larger than {MOST_JSON // 2**20} MB; it is not ours.")
        return path.read_bytes()
    except FileNotFoundError:
        raise ClassifierError(f"The classifier is incomplete: {path.name} is missing.") from None
    except OSError as error:
        raise ClassifierError(f"{path.name} cannot be read: {error.strerror}.") from None


def hashes(folder: Path) -> dict[str, str]:
    """The SHA-256 of the vocabulary and the weights by file name, as ``classifier.json`` records them."""
    return {name: sha256(folder / name) for name in (VOCABULARY_FILE, WEIGHTS_FILE)}


def has_token_rows(name: str) -> bool:
    """Whether a weight has a row for each token or bigram, as embeddings do; these are most of a classifier's size."""
    return name.endswith("embedding") or name == "votes"


def quantise(name: str, matrix: Array) -> dict[str, np.ndarray]:
    """Quantise a matrix (rows, size) to int8, a quarter of its size: numbers from -127 to 127 and a scale for each row.

    The scale (rows,) maps a row's largest absolute value to 127, so no number changes by more than a 254th of it.
    """
    scale = np.abs(matrix).max(axis=1) / np.float32(127)  # (rows,)
    numbers = np.rint(matrix / np.maximum(scale, np.finfo(np.float32).tiny)[:, None])
    return {name: numbers.astype(np.int8), name + SCALE: scale}


def read_weights(
    path: Path, shapes: Mapping[str, tuple[int, ...]], *, most_bytes: int = MOST_WEIGHTS
) -> dict[str, Array]:
    """Read the arrays of an ``.npz`` as float32, exactly those of ``shapes``.

    Checks every array's declared shape, type and size before allocating memory for it. Embeddings may be stored as
    :func:`quantise` returns them.

    Args:
        most_bytes: of all arrays in memory, however small the file is.

    Raises:
        ClassifierError: names, shapes, types or sizes differ from ``shapes``, or a number is NaN or infinite.
    """
    if kind := detect_foreign_format(path):
        raise ClassifierError(f"{path.name} is {kind}. {OURS}")
    needed = 4 * sum(map(math.prod, shapes.values()))
    if needed > most_bytes:
        raise ClassifierError(
            f"The network is too large: its weights take {needed / 2**20:,.0f} MB of memory, and at most "
            f"{most_bytes // 2**20:,} MB are opened here."
        )
    try:
        with path.open("rb") as file:
            _check_arrays(path.name, file, shapes)
            file.seek(0)
            with np.load(file, allow_pickle=False) as stored:
                weights = {name: stored[name].astype(np.float32, copy=False) for name in shapes}
                for name in shapes:
                    if name + SCALE in stored:
                        weights[name] *= stored[name + SCALE][:, None]
    except FileNotFoundError:
        raise ClassifierError(f"The classifier is incomplete: {path.name} is missing.") from None
    except DAMAGE as error:
        raise ClassifierError(f"{path.name} is damaged: {error}.") from None
    except (OSError, ValueError) as error:
        raise ClassifierError(f"{path.name} cannot be read: {error}.") from None
    for name, array in weights.items():
        if not np.isfinite(array).all():
            raise ClassifierError(f"{path.name} is damaged: {name} holds NaN or infinity.")
    return weights


def _check_arrays(file_name: str, file: IO[bytes], shapes: Mapping[str, tuple[int, ...]]) -> None:
    """Compare the names and headers of all arrays with ``shapes``; reads a few hundred bytes of each array."""
    # Check the directory's size before reading it: zipfile makes an object for each entry.
    if directory_size(cast(BinaryIO, file), file.seek(0, os.SEEK_END)) > MOST_LIST:
        raise ClassifierError(f"{file_name} does not fit the network: it holds too many arrays.")
    file.seek(0)
    with zipfile.ZipFile(file) as archive:
        names = sorted(archive.namelist())
        quantised = [name for name in shapes if has_token_rows(name) and f"{name}{SCALE}.npy" in names]
        arrays = dict(shapes) | {name + SCALE: shapes[name][:1] for name in quantised}
        expected = sorted(f"{name}.npy" for name in arrays)
        if names != expected:
            mismatched = sorted(set(names) ^ set(expected)) or names
            raise ClassifierError(
                f"{file_name} does not fit the network of {CARD_FILE}: array {mismatched[0][:100]!r} is "
                f"{'missing' if mismatched[0] in expected else 'not expected'}."
            )
        for name, shape in arrays.items():
            with archive.open(f"{name}.npy") as member:
                stored_shape, dtype, fortran = read_header(member)
                header_size = member.tell()
            kind = np.dtype(np.int8 if name in quantised else np.float32)
            if stored_shape != shape or fortran:
                raise ClassifierError(
                    f"{file_name} does not fit the network of {CARD_FILE}: {name} must have the shape "
                    f"{shape}, got {stored_shape}{' in Fortran order' if fortran else ''}."
                )
            if dtype != kind:
                raise ClassifierError(f"{file_name}: {name} must be of type {kind}, got {dtype}.")
            if archive.getinfo(f"{name}.npy").file_size != header_size + math.prod(shape) * dtype.itemsize:
                raise ClassifierError(f"{file_name} is damaged: {name} is not as long as it says.")
