"""Where training can go on: every variable that the next step depends on, whole or not at all; the last two of them.

Keras's own BackupAndRestore overwrites in place, forgets the batch it stood at, and leaves out the seeds of dropout.
Here two files are written in turn, and a third names the newest and the SHA-256 of both::

    a.npz, b.npz    the variables, the best weights so far, and a JSON record of the place; read without unpickling
    manifest.json   {"schema": 2, "newest": "b.npz", "files": {"a.npz": {"sha256": ..., "bytes": ...}, ...}}

The manifest is replaced last. A process killed before that leaves the checkpoint of before, one killed after it the
new one; a file whose bytes are not those of the manifest is passed over for the other.
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

from core.errors import RunError
from core.files import atomic_writer, patiently, sha256, sync_folder, write_json

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
        commit: entered around every change of the folder that others see. Raises when this process may no longer
            write: another has taken the run over.
    """

    def __init__(self, folder: Path, commit: Commit = contextlib.nullcontext) -> None:
        self.folder, self._commit = folder, commit
        self._read: str | None = None  # the file that the run goes on from, which may be the older one

    def exist(self) -> bool:
        return (self.folder / MANIFEST).exists()

    def write(
        self, state: "Sequence[tf.Variable]", *, best: Mapping[str, np.ndarray], progress: Mapping[str, Any]
    ) -> None:
        """Write a checkpoint over the older one of the two; a crash at any moment leaves one that is whole."""
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
            patiently(lambda: (self.folder / _NEW).replace(self.folder / name))
            sync_folder(self.folder)
            write_json(
                self.folder / MANIFEST,
                {"schema": _SCHEMA, "newest": name, "files": manifest["files"] | {name: entry}},
            )
        self._read = None

    def read(self, state: "Sequence[tf.Variable]") -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        """Put the newest whole checkpoint's values into ``state``; return the best weights and the progress.

        Nothing is assigned unless everything fits.

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
                found = _read_archive(self.folder / name, state)
                self._read = name
                return found
            except (OSError, EOFError, zipfile.BadZipFile, ValueError, KeyError, TypeError) as error:
                reason = str(error) or "it is cut off"
        raise RunError(
            f"The checkpoint of this run cannot be read ({reason}). Start a new run with the same settings."
        )

    def keep_newest(self) -> None:
        """Give the older one's place on the disk back."""
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
        """Give the place of both back: the run cannot go on any more."""
        with self._commit():
            shutil.rmtree(self.folder, ignore_errors=True)

    def _sweep(self) -> None:
        """Remove what a process that was killed while it wrote has left half written."""
        for left in self.folder.glob(f".{_NEW}.*"):
            left.unlink(missing_ok=True)

    def _manifest(self) -> dict[str, Any]:
        """``newest`` and ``files``; none of both when there is no manifest that can be read."""
        try:
            record = json.loads((self.folder / MANIFEST).read_bytes())
            if record["schema"] == _SCHEMA and record["newest"] in record["files"]:
                files = {name: entry for name, entry in record["files"].items() if name in _NAMES}
                return {"newest": record["newest"], "files": files}
        except (OSError, ValueError, KeyError, TypeError):
            pass
        return {"newest": None, "files": {}}


class _Hashed:
    """A stream that is written from front to back, and hashed on the way: without ``seek``, ``zipfile`` does so."""

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
                # As np.lib.format.write_array, but a little at a time: what is hashed is still in the cache.
                value = np.asarray(value, order="C")
                np.lib.format.write_array_header_1_0(member, np.lib.format.header_data_from_array_1_0(value))
                numbers = value.reshape(-1)
                step = _CHUNK // value.itemsize
                for start in range(0, value.size, step):
                    member.write(numbers[start : start + step].data)

        # One after the other: np.savez would want copies of all variables at once, hundreds of megabytes.
        for place, variable in enumerate(state):
            write(f"state/{place}", variable.numpy())
        for name, value in best.items():
            write(_BEST + name, value)
        write("record", np.frombuffer(record, dtype=np.uint8))


def _read_archive(path: Path, state: "Sequence[tf.Variable]") -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    with np.load(path, allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    record = json.loads(arrays["record"].tobytes())
    if record["schema"] != _SCHEMA:
        raise ValueError(f"schema must be {_SCHEMA}, got {record['schema']}")
    values = [arrays[f"state/{place}"] for place in range(len(state))]
    for place, (variable, value) in enumerate(zip(state, values, strict=True)):
        if value.shape != tuple(variable.shape):
            raise ValueError(f"variable {place} must be of shape {tuple(variable.shape)}, got {value.shape}")
    progress = dict(record["progress"])
    for variable, value in zip(state, values, strict=True):
        variable.assign(value)
    best = {name.removeprefix(_BEST): value for name, value in arrays.items() if name.startswith(_BEST)}
    return best, progress
