"""Export a classifier as a zip of its three files, and import one.

An imported zip may hold anything. Names, sizes, types and compression of its members are checked before any byte is
unpacked. Members are written under our own names, so a path inside the zip has no effect. The folder gets its final
name only after the classifier has loaded from it (``classifier_files.py`` checks shapes and types before allocating).
Leaves out: its owner and where it is stored (``runs/imported_classifiers.py``).
"""

import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from core.errors import ClassifierError
from core.files import atomic_writer, sync_folder
from core.model.classifier import Classifier
from core.model.classifier_files import (
    CARD_FILE,
    MOST_LIST,
    MOST_WEIGHTS,
    OURS,
    VOCABULARY_FILE,
    WEIGHTS_FILE,
    detect_foreign_format,
)
from core.news.decompression import directory_size

SUFFIX = ".headline-lab.zip"
# Most bytes of a zip and of its weights. `best` has 100 MB of them.
MOST_BYTES = 2**29
# JSON takes up to twenty times its size in memory. There is room for 1,000 labels, and for 400,000 words of 30 letters.
_MOST = {CARD_FILE: 2**22, VOCABULARY_FILE: 2**24, WEIGHTS_FILE: MOST_BYTES}
_RATIO = 200  # unpacked bytes for each packed byte; ours have 10 at most, a zip bomb about a thousand
_RATIO_FROM = 2**20
_BLOCK = 2**20


def pack(folder: Path, stream: BinaryIO) -> None:
    """Write the classifier in ``folder`` to ``stream`` as a zip.

    Raises:
        ClassifierError: the folder holds no valid classifier.
    """
    Classifier.load(folder)  # export nothing damaged
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name in _MOST:
            archive.write(folder / name, name)


def unpack(
    file: Path,
    folder: Path,
    *,
    name: str = "",
    most_bytes: int = MOST_WEIGHTS,
    permit: Callable[[Path], object] = lambda unpacked: None,
) -> Classifier:
    """Unpack the zip ``file`` into ``folder``, replacing what is there, and return the classifier.

    Args:
        name: the file's name in error messages.
        most_bytes: of its weights in memory.
        permit: called with the unpacked files' folder before it gets its final name; it may refuse by an exception.

    Raises:
        ClassifierError: it is no exported classifier. No file is left behind.
    """
    name = name or file.name
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        _extract(file, name, temporary)
        classifier = Classifier.load(temporary, most_bytes=most_bytes)
        permit(temporary)
        temporary.chmod(0o755)
        if folder.exists():
            shutil.rmtree(folder)
        temporary.rename(folder)
        sync_folder(folder.parent)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return classifier


def _extract(file: Path, name: str, temporary: Path) -> None:
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
                    f"{name} is not a Headline Lab classifier: it holds thousands of files. {OURS}"
                )
            stream.seek(0)
            with zipfile.ZipFile(stream) as archive:
                for member in _checked_members(archive, name):
                    with archive.open(member) as source, atomic_writer(temporary / member.filename) as target:
                        _copy(source, target, member, name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise ClassifierError(f"{name} is damaged: {error}.") from None
    except OSError as error:
        raise ClassifierError(f"{name} cannot be read: {error.strerror or error}.") from None


def _checked_members(archive: zipfile.ZipFile, name: str) -> list[zipfile.ZipInfo]:
    """Return the three members; refuse extra, large or suspicious ones by the zip's directory, before opening any."""
    members = archive.infolist()
    names = sorted(member.filename for member in members)
    if names != sorted(_MOST):
        if "config.json" in names and any(entry.endswith(".weights.h5") for entry in names):
            raise ClassifierError(f"{name} is a Keras model file. {OURS}")
        unexpected = next((entry for entry in names if entry not in _MOST or names.count(entry) > 1), None)
        what = (
            f"it holds {unexpected[:80]!r}"
            if unexpected
            else f"{next(entry for entry in _MOST if entry not in names)} is missing"
        )
        raise ClassifierError(f"{name} is not a Headline Lab classifier: {what}. {OURS}")
    for member in members:
        if stat.S_ISLNK(member.external_attr >> 16):
            raise ClassifierError(
                f"{name} is not a Headline Lab classifier: {member.filename} is a link. {OURS}"
            )
        if member.flag_bits & 0x1:
            raise ClassifierError(f"{name} is locked with a password.")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ClassifierError(f"{name} is packed in a way that Headline Lab never uses.")
        most = _MOST[member.filename]
        if member.file_size > most:
            raise ClassifierError(f"{name}: {member.filename} is larger than {most // 2**20:,} MB.")
        if member.file_size > max(_RATIO_FROM, _RATIO * member.compress_size):
            raise ClassifierError(f"{name}: {member.filename} unpacks to more than {_RATIO} times its size.")
    return members


def _copy(source: object, target: BinaryIO, member: zipfile.ZipInfo, name: str) -> None:
    """Copy exactly as many bytes as the zip's directory declares."""
    left = member.file_size
    while block := source.read(min(_BLOCK, left + 1)):  # type: ignore[attr-defined]
        left -= len(block)
        if left < 0:
            raise ClassifierError(f"{name} is damaged: {member.filename} is longer than it says.")
        target.write(block)
    if left:
        raise ClassifierError(f"{name} is damaged: {member.filename} is shorter than it says.")
