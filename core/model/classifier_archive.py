"""A classifier as one file: our zip of its three files, out and in.

What comes in may be anything. Names, sizes, kinds and packing of the zip's members are checked before one byte of them
is unpacked; they are written under our own names, so no path of the zip leads anywhere; and the folder is put in its
place only once the classifier has been loaded from it (``stored.py`` checks shapes and types before it takes memory).
Leaves out: whose it is and where it is kept (``runs/imported_classifiers.py``).
"""

import shutil
import stat
import tempfile
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO

from core.errors import ClassifierError
from core.files import atomic_writer
from core.model.classifier import Classifier
from core.model.classifier_files import (
    CARD_FILE,
    MOST_JSON,
    MOST_LIST,
    OURS,
    VOCABULARY_FILE,
    WEIGHTS_FILE,
    detect_foreign_format,
)
from core.news.decompression import directory_size

SUFFIX = ".headline-lab.zip"
# Most bytes of a zip and of its weights. `best` has 100 MB of them.
MOST_BYTES = 2**29
_MOST = {CARD_FILE: MOST_JSON, VOCABULARY_FILE: MOST_JSON, WEIGHTS_FILE: MOST_BYTES}
_RATIO = 200  # bytes unpacked a packed byte; ours are 10 at most, a bomb's a thousand
_RATIO_FROM = 2**20
_BLOCK = 2**20


def pack(folder: Path, stream: BinaryIO) -> None:
    """Write the classifier in ``folder`` to ``stream`` as a zip.

    Raises:
        ClassifierError: there is none.
    """
    Classifier.load(folder)  # nothing damaged leaves
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name in _MOST:
            archive.write(folder / name, name)


def unpack(file: Path, folder: Path, *, name: str = "") -> Classifier:
    """Put the classifier in the zip ``file`` into ``folder``, in the place of what is there, and return it.

    Args:
        name: what the file is called in the sentences that refuse it.

    Raises:
        ClassifierError: it is no zip of ours. Nothing is left behind.
    """
    name = name or file.name
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        _take_out(file, name, made)
        classifier = Classifier.load(made)
        made.chmod(0o755)
        if folder.exists():
            shutil.rmtree(folder)
        made.rename(folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return classifier


def _take_out(file: Path, name: str, made: Path) -> None:
    try:
        with file.open("rb") as stream:
            start = stream.read(4)
            if start != b"PK\x03\x04":
                kind = detect_foreign_format(file, name) or "not a zip"
                raise ClassifierError(f"{name} is {kind}. {OURS}")
            if file.stat().st_size > MOST_BYTES:
                raise ClassifierError(f"{name} is larger than {MOST_BYTES // 2**20} MB.")
            if directory_size(stream, file.stat().st_size) > MOST_LIST:
                raise ClassifierError(
                    f"{name} is not a classifier of ours: it holds thousands of files. {OURS}"
                )
            stream.seek(0)
            with zipfile.ZipFile(stream) as archive:
                for member in _checked(archive, name):
                    with archive.open(member) as source, atomic_writer(made / member.filename) as target:
                        _copy(source, target, member, name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise ClassifierError(f"{name} is damaged: {error}.") from None
    except OSError as error:
        raise ClassifierError(f"{name} cannot be read: {error.strerror or error}.") from None


def _checked(archive: zipfile.ZipFile, name: str) -> list[zipfile.ZipInfo]:
    """The three members, none of them too large, and nothing else; by the zip's own list, before any is opened."""
    members = archive.infolist()
    names = sorted(member.filename for member in members)
    if names != sorted(_MOST):
        if "config.json" in names and any(one.endswith(".weights.h5") for one in names):
            raise ClassifierError(f"{name} is a Keras model file. {OURS}")
        odd = next((one for one in names if one not in _MOST or names.count(one) > 1), None)
        what = (
            f"it holds {odd[:80]!r}"
            if odd
            else f"{next(one for one in _MOST if one not in names)} is missing"
        )
        raise ClassifierError(f"{name} is not a classifier of ours: {what}. {OURS}")
    for member in members:
        if stat.S_ISLNK(member.external_attr >> 16):
            raise ClassifierError(f"{name} is not a classifier of ours: {member.filename} is a link. {OURS}")
        if member.flag_bits & 0x1:
            raise ClassifierError(f"{name} is locked with a password.")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ClassifierError(f"{name} is packed in a way that ours never are.")
        most = _MOST[member.filename]
        if member.file_size > most:
            raise ClassifierError(f"{name}: {member.filename} is larger than {most // 2**20:,} MB.")
        if member.file_size > max(_RATIO_FROM, _RATIO * member.compress_size):
            raise ClassifierError(f"{name}: {member.filename} unpacks to more than {_RATIO} times its size.")
    return members


def _copy(source: object, target: BinaryIO, member: zipfile.ZipInfo, name: str) -> None:
    """As many bytes as the list says, and not one more."""
    left = member.file_size
    while block := source.read(min(_BLOCK, left + 1)):  # type: ignore[attr-defined]
        left -= len(block)
        if left < 0:
            raise ClassifierError(f"{name} is damaged: {member.filename} is longer than it says.")
        target.write(block)
    if left:
        raise ClassifierError(f"{name} is damaged: {member.filename} is shorter than it says.")
