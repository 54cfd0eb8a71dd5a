"""Checkpoints: every variable that the next training step depends on, complete or not at all; the last two of them.

Keras's BackupAndRestore overwrites in place, loses the position within the epoch, and leaves out dropout's seeds.
Here two files are written in turn, and a third names the newest and the SHA-256 of both::

    a.npz, b.npz    the variables, the best weights so far, and the progress as JSON; read without unpickling
    manifest.json   {"schema": 2, "newest": "b.npz", "files": {"a.npz": {"sha256": ..., "bytes": ...}, ...}}

The manifest is replaced last. A process killed before that leaves the previous checkpoint, one killed after it the
new one. If a file's hash is not that of the manifest, the other file is read.
"""

import contextlib
import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from core.arrays import read_arrays
from core.errors import RunError
from core.files import atomic_writer, retry_while_locked, sha256, sync_folder, write_json

if TYPE_CHECKING:
    import tensorflow as tf

_SCHEMA = 2
_BEST = "best/"
_NAMES = ("a.npz", "b.npz")
_NEW = "new.npz"  # until it takes the older one's place
MANIFEST = "manifest.json"
_CHUNK = 2**18  # bytes

Commit = Callable[[], contextlib.AbstractContextManager[Any]]


class Checkpoints:
    """The checkpoints of one run, in a folder of their own.

    Args:
        commit: entered around every visible change of the folder. Raises if another process has taken the run over.
    """

    def __init__(self, folder: Path, commit: Commit = contextlib.nullcontext) -> None:
        self.folder, self._commit = folder, commit
        self._read: str | None = None  # the file that the run resumed from, which may be the older one

    def exist(self) -> bool:
        return (self.folder / MANIFEST).exists()

    def write(
        self, state: "Sequence[tf.Variable]", *, best: Mapping[str, np.ndarray], progress: Mapping[str, Any]
    ) -> None:
        """Replace the older of the two checkpoints; a crash at any moment leaves a complete one.

        Args:
            state: the variables, always in the same order.
            best: the best weights so far, by name; may be empty.
            progress: JSON values.

        Raises:
            OSError: the disk is full.
        """
        record = json.dumps({"schema": _SCHEMA, "progress": dict(progress)}).encode()
        self.folder.mkdir(parents=True, exist_ok=True)
        manifest = self._manifest()
        name = next(name for name in _NAMES if name != (self._read or manifest["newest"]))
        self._sweep()
        with atomic_writer(self.folder / _NEW) as file:
            stream = _Hashed(file)
            _write_archive(stream, state, best, record)
        entry = {"sha256": stream.digest(), "bytes": stream.bytes}
        with self._commit():
            retry_while_locked(lambda: (self.folder / _NEW).replace(self.folder / name))
            sync_folder(self.folder)
            write_json(
                self.folder / MANIFEST,
                {"schema": _SCHEMA, "newest": name, "files": manifest["files"] | {name: entry}},
            )
        self._read = None

    def read(self, state: "Sequence[tf.Variable]") -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """Assign the newest complete checkpoint to ``state``; return the best weights and the progress.

        Nothing is assigned unless all shapes fit.

        Raises:
            RunError: both are damaged, or of another network.
        """
        manifest = self._manifest()
        names = sorted(manifest["files"], key=lambda name: name != manifest["newest"])
        reason = "its manifest is damaged"
        for name in names:
            try:
                if sha256(self.folder / name) != manifest["files"][name]["sha256"]:
                    raise ValueError("its bytes are not those that were written")
                best_and_progress = _read_archive(self.folder / name, state)
                self._read = name
                return best_and_progress
            except (OSError, ValueError, KeyError, TypeError) as error:
                reason = str(error) or "it is cut off"
        raise RunError(
            f"The checkpoint of this run cannot be read ({reason}). Start a new run with the same settings."
        )

    def keep_newest(self) -> None:
        """Remove the older checkpoint, to free the disk."""
        with self._commit():
            manifest = self._manifest()
            newest = manifest["newest"]
            if newest is None:
                return
            manifest["files"] = {newest: manifest["files"][newest]}
            write_json(self.folder / MANIFEST, {"schema": _SCHEMA, **manifest})
            for name in _NAMES:
                if name != newest:
                    (self.folder / name).unlink(missing_ok=True)
            self._sweep()

    def remove(self) -> None:
        """Remove both checkpoints; the run cannot resume any more."""
        with self._commit():
            shutil.rmtree(self.folder, ignore_errors=True)

    def _sweep(self) -> None:
        """Remove the partial files of a process that was killed while it wrote."""
        for partial in self.folder.glob(f".{_NEW}.*"):
            partial.unlink(missing_ok=True)

    def _manifest(self) -> dict[str, Any]:
        """``newest`` and ``files``; None and {} if there is no readable manifest."""
        try:
            record = json.loads((self.folder / MANIFEST).read_bytes())
            if record["schema"] == _SCHEMA and record["newest"] in record["files"]:
                files = {name: entry for name, entry in record["files"].items() if name in _NAMES}
                return {"newest": record["newest"], "files": files}
        except (OSError, ValueError, KeyError, TypeError):
            pass
        return {"newest": None, "files": {}}


class _Hashed:
    """A stream that hashes what is written. It has no ``seek``, so ``zipfile`` writes it from front to back."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._hash, self.bytes = stream, hashlib.sha256(), 0

    def write(self, data: Any) -> int:
        self._hash.update(data)
        self.bytes += memoryview(data).nbytes
        return self._stream.write(data)

    def flush(self) -> None:
        self._stream.flush()

    def digest(self) -> str:
        return self._hash.hexdigest()


def _write_archive(
    stream: _Hashed, state: "Sequence[tf.Variable]", best: Mapping[str, np.ndarray], record: bytes
) -> None:
    with zipfile.ZipFile(stream, "w") as archive:  # type: ignore[call-overload]

        def write(name: str, value: np.ndarray) -> None:
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                # As np.lib.format.write_array, but in chunks, which are still in the cache when they are hashed.
                value = np.asarray(value, order="C")
                np.lib.format.write_array_header_1_0(member, np.lib.format.header_data_from_array_1_0(value))
                numbers = value.reshape(-1)
                step = _CHUNK // value.itemsize
                for start in range(0, value.size, step):
                    member.write(numbers[start : start + step].data)

        # One variable at a time: np.savez needs copies of all at once, hundreds of megabytes.
        for index, variable in enumerate(state):
            write(f"state/{index}", variable.numpy())
        for name, value in best.items():
            write(_BEST + name, value)
        write("record", np.frombuffer(record, dtype=np.uint8))


def _read_archive(path: Path, state: "Sequence[tf.Variable]") -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    arrays = read_arrays(path)
    record = json.loads(arrays["record"].tobytes())
    if record["schema"] != _SCHEMA:
        raise ValueError(f"schema must be {_SCHEMA}, got {record['schema']}")
    values = [arrays[f"state/{index}"] for index in range(len(state))]
    for index, (variable, value) in enumerate(zip(state, values, strict=True)):
        if value.shape != tuple(variable.shape):
            raise ValueError(f"variable {index} must be of shape {tuple(variable.shape)}, got {value.shape}")
    progress = dict(record["progress"])
    for variable, value in zip(state, values, strict=True):
        variable.assign(value)
    best = {name.removeprefix(_BEST): value for name, value in arrays.items() if name.startswith(_BEST)}
    return best, progress
