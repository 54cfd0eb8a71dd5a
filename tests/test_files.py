"""A file is written whole or not at all."""

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import psutil
import pytest

from core.files import atomic_writer, read_arrays, write_json


def _fail_halfway(path: Path) -> None:
    with atomic_writer(path) as stream:
        stream.write(b"half of what")
        stream.flush()
        raise ZeroDivisionError


def test_a_failure_in_the_middle_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    write_json(path, {"name": "Zürich \u2028"})
    with pytest.raises(ZeroDivisionError):
        _fail_halfway(path)
    assert json.loads(path.read_bytes()) == {"name": "Zürich \u2028"}
    assert list(tmp_path.iterdir()) == [path]


def test_a_reader_sees_the_old_bytes_until_the_block_has_ended(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with atomic_writer(path) as stream:
        stream.write(b"new")
        stream.flush()
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_json(tmp_path / "none" / "file", {})


def _npz() -> bytes:
    stream = io.BytesIO()
    np.savez(stream, letters=np.arange(26, dtype=np.uint8), pi=np.float32(3.14))
    return stream.getvalue()


def _npy() -> bytes:
    stream = io.BytesIO()
    np.save(stream, np.arange(3))
    return stream.getvalue()


def _encrypted() -> bytes:
    """An archive whose entries say that they are encrypted: bit 0 of the flags of each in both lists of a zip."""
    archive = bytearray(_npz())
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        for entry in opened.infolist():
            archive[entry.header_offset + 6] |= 1
    start = archive.index(b"PK\x01\x02")
    while start >= 0:
        archive[start + 8] |= 1
        start = archive.find(b"PK\x01\x02", start + 1)
    return bytes(archive)


def test_the_arrays_that_were_written_are_read(tmp_path: Path) -> None:
    path = tmp_path / "arrays.npz"
    path.write_bytes(_npz())
    arrays = read_arrays(path)
    assert sorted(arrays) == ["letters", "pi"]
    assert arrays["letters"].tolist() == list(range(26))
    assert arrays["pi"] == np.float32(3.14)


@pytest.mark.parametrize(
    "content",
    [b"", b"text", _npz()[:100], b"PK\x03\x04" + bytes(50), _npy(), _encrypted()],
    ids=["empty", "text", "cut off", "no archive behind its first bytes", "one array", "encrypted"],
)
def test_a_damaged_archive_is_refused_and_not_left_open(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "arrays.npz"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"\w") as error:
        read_arrays(path)
    # While the error lives, so does what its traceback refers to: a file left open is open still.
    assert path.as_posix() not in {Path(file.path).as_posix() for file in psutil.Process().open_files()}, (
        error
    )
