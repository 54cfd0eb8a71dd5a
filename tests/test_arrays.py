"""Arrays are read as they were written, and a damaged file is a ValueError whatever is wrong with it."""

import io
import re
import zipfile
from pathlib import Path

import numpy as np
import psutil
import pytest

from core.arrays import read_arrays


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


def _zip(member: bytes, compression: int = zipfile.ZIP_STORED) -> bytes:
    """An archive of one member."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        archive.writestr("a.npy", member)
    return stream.getvalue()


def _damaged_stream(compression: int) -> bytes:
    """An archive of one compressed array whose first compressed bytes are flipped."""
    archive = bytearray(_zip(_npy(), compression))
    start = 30 + len("a.npy") + 10  # behind the local header, the name, and the stream's own first bytes
    archive[start : start + 8] = bytes(byte ^ 0xFF for byte in archive[start : start + 8])
    return bytes(archive)


def _promising(numbers: int) -> bytes:
    """An array of ten numbers whose header says another length."""
    stream = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        stream, {"descr": "<f8", "fortran_order": False, "shape": (numbers,)}
    )
    return stream.getvalue() + bytes(80)


def test_the_arrays_that_were_written_are_read(tmp_path: Path) -> None:
    path = tmp_path / "arrays.npz"
    path.write_bytes(_npz())
    arrays = read_arrays(path)
    assert sorted(arrays) == ["letters", "pi"]
    assert arrays["letters"].tolist() == list(range(26))
    assert arrays["pi"] == np.float32(3.14)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"", "not a zip file", id="empty"),
        pytest.param(b"text", "not a zip file", id="text"),
        pytest.param(_npz()[:100], "not a zip file", id="cut off"),
        pytest.param(b"PK\x03\x04" + bytes(50), "not a zip file", id="no archive behind its first bytes"),
        pytest.param(_npy(), "not a zip file", id="one array"),
        pytest.param(_encrypted(), "is encrypted", id="encrypted"),
        pytest.param(_damaged_stream(zipfile.ZIP_DEFLATED), "Bad CRC-32 for file 'a.npy'", id="deflate"),
        pytest.param(_damaged_stream(zipfile.ZIP_BZIP2), "Invalid data stream", id="bz2"),
        pytest.param(_damaged_stream(zipfile.ZIP_LZMA), "Corrupt input data", id="lzma"),
        pytest.param(_zip(b"text"), "reading magic string, expected 8 bytes got 4", id="no array"),
        pytest.param(
            _zip(_npy().replace(b"(3,)", b"(3,(")),
            "its header cannot be read",
            id="a header that is no header",
        ),
        pytest.param(_zip(_promising(2**44)), "a.npy is not as long as it says", id="longer than memory"),
        pytest.param(_zip(_promising(9)), "a.npy is not as long as it says", id="longer than it says"),
    ],
)
def test_a_damaged_archive_is_refused_and_not_left_open(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "arrays.npz"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=re.escape(reason)) as error:
        read_arrays(path)
    # While the error lives, so does what its traceback refers to: a file left open is open still.
    assert path.as_posix() not in {Path(file.path).as_posix() for file in psutil.Process().open_files()}, (
        error
    )


@pytest.mark.parametrize(
    "compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_every_compression_is_read(tmp_path: Path, compression: int) -> None:
    path = tmp_path / "arrays.npz"
    path.write_bytes(_zip(_npy(), compression))
    assert read_arrays(path)["a"].tolist() == [0, 1, 2]


def test_a_disk_that_cannot_be_read_is_no_damage(tmp_path: Path) -> None:
    with pytest.raises((IsADirectoryError, PermissionError)):  # the latter on Windows
        read_arrays(tmp_path)
