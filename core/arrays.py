"""The arrays of an ``.npz``, read without unpickling. The file may be damaged, or made to harm."""

import lzma
import math
import tokenize
import zipfile
import zlib
from pathlib import Path
from typing import IO

import numpy as np

# What zipfile raises for a damaged archive; RuntimeError: one that is encrypted or of an unknown compression.
DAMAGE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, RuntimeError)


def read_arrays(path: Path) -> dict[str, np.ndarray]:
    """Read all arrays of an ``.npz``.

    Raises:
        OSError: the file is missing or cannot be read.
        ValueError: it is damaged, or of another format.
        MemoryError: the arrays are as large as the file says, and too large for the memory.
    """
    with path.open("rb") as file:
        try:
            with zipfile.ZipFile(file) as archive:
                return {
                    member.filename.removesuffix(".npy"): _read_member(archive, member)
                    for member in archive.infolist()
                }
        except DAMAGE as error:
            raise ValueError(str(error) or "it ends too early") from error  # EOFError has no text
        except OSError as error:
            if error.errno is None:  # raised by the bz2 decompressor, not by the system
                raise ValueError(str(error)) from error
            raise


def read_header(member: IO[bytes]) -> tuple[tuple[int, ...], np.dtype, bool]:
    """Read shape, type and Fortran order of a ``.npy``, up to where its numbers begin.

    Raises:
        ValueError: it is of another format.
    """
    version = np.lib.format.read_magic(member)
    if version not in ((1, 0), (2, 0)):
        raise ValueError(f"unknown .npy version {version}")
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    try:
        shape, fortran, dtype = read(member, max_header_size=4096)
    except (SyntaxError, TypeError, tokenize.TokenError) as error:
        # NumPy does not turn these into ValueError.
        raise ValueError(f"its header cannot be read ({error})") from None
    # A one-dimensional array is in both orders at once.
    return shape, dtype, fortran and len(shape) > 1


def _read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> np.ndarray:
    with archive.open(member) as stream:
        shape, dtype, _ = read_header(stream)
        # Before NumPy allocates what the header promises.
        if member.file_size != stream.tell() + math.prod(shape) * dtype.itemsize:
            raise ValueError(f"{member.filename[:100]} is not as long as it says")
        stream.seek(0)
        array: np.ndarray = np.lib.format.read_array(stream, allow_pickle=False)
        return array
