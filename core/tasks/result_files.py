"""A task's result as files: JSON, with arrays as ``.npy`` and tables as Arrow files beside it.

Arrays and tables are mapped into memory when they are read: pages of the disk that the system may take back, and that
two processes share. Nothing is pickled. Every file's SHA-256 stands in ``result.json`` and is compared first.
"""

import typing
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pandas as pd
import pyarrow as pa

from core.files import sha256

RECORD = "result.json"


class _Record(msgspec.Struct):
    """``result.json``: the result, where each array or table is the name of its file, and the SHA-256 of the files."""

    result: msgspec.Raw
    files: dict[str, str]


def write(folder: Path, result: Any) -> None:
    """Write ``result`` into the empty ``folder``.

    Args:
        result: dataclasses, tuples, lists, dictionaries, numbers and texts; NumPy arrays, pandas tables and times.

    Raises:
        OSError: the disk takes no more.
    """
    names: list[str] = []

    def store(value: Any) -> Any:
        if isinstance(value, pd.Timestamp):
            return value.isoformat()
        if not isinstance(value, np.ndarray | pd.DataFrame | pd.Series):
            raise NotImplementedError(f"a {type(value).__name__} cannot be kept")
        name = f"{len(names)}.{'npy' if isinstance(value, np.ndarray) else 'arrow'}"
        names.append(name)
        if isinstance(value, np.ndarray):
            np.save(folder / name, value, allow_pickle=False)
        else:
            _write_table(folder / name, value if isinstance(value, pd.DataFrame) else value.to_frame())
        return name

    encoded = msgspec.json.encode(result, enc_hook=store)
    files = {name: sha256(folder / name) for name in names}
    (folder / RECORD).write_bytes(msgspec.json.encode(_Record(result=msgspec.Raw(encoded), files=files)))


def read(folder: Path, result_type: Any) -> Any:
    """Read what :func:`write` wrote.

    Raises:
        OSError: a file is missing or cannot be read.
        ValueError: a file is damaged, or of another type.
    """
    record = msgspec.json.decode((folder / RECORD).read_bytes(), type=_Record)
    for name, digest in record.files.items():
        if sha256(folder / name) != digest:
            raise ValueError(f"{name} is damaged")

    def load(kind: Any, stored: Any) -> Any:
        kind = typing.get_origin(kind) or kind
        if kind is pd.Timestamp:
            return pd.Timestamp(stored)
        if stored not in record.files:
            raise ValueError(f"{stored!r} is no file of this result")
        if kind is np.ndarray:
            return np.load(folder / stored, mmap_mode="r", allow_pickle=False)
        table = _read_table(folder / stored)
        return table if kind is pd.DataFrame else table.iloc[:, 0]

    return msgspec.json.decode(record.result, type=result_type, dec_hook=load)


def _write_table(path: Path, table: pd.DataFrame) -> None:
    arrow = pa.Table.from_pandas(table)
    with pa.OSFile(str(path), "wb") as stream, pa.ipc.new_file(stream, arrow.schema) as writer:
        writer.write_table(arrow)


def _read_table(path: Path) -> pd.DataFrame:
    with pa.memory_map(str(path)) as stream:
        return pa.ipc.open_file(stream).read_all().to_pandas()
