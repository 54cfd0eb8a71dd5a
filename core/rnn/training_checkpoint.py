"""Where training can go on: every variable that the next step depends on, in one file, whole or not at all.

Keras's own BackupAndRestore overwrites in place, forgets the batch it stood at, and leaves out the seeds of
dropout. Here one ``.npz`` holds the variables, the best weights so far and a JSON record of the place, is
written beside the last one and renamed over it, and is read without unpickling.
"""

import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from core.errors import RunError
from core.files import atomic_writer

_SCHEMA = 1
_BEST = "best/"


def write_checkpoint(
    path: Path, state: Sequence[tf.Variable], *, best: Mapping[str, np.ndarray], progress: Mapping[str, Any]
) -> None:
    """Replace the checkpoint; a crash leaves the old one or the new one, whole."""
    record = json.dumps({"schema": _SCHEMA, "progress": dict(progress)}).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_writer(path) as stream, zipfile.ZipFile(stream, "w") as archive:

        def write(name: str, value: np.ndarray) -> None:
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, value, allow_pickle=False)

        # One after the other: np.savez would want copies of all variables at once, hundreds of megabytes.
        for place, variable in enumerate(state):
            write(f"state/{place}", variable.numpy())
        for name, value in best.items():
            write(_BEST + name, value)
        write("record", np.frombuffer(record, dtype=np.uint8))


def read_checkpoint(path: Path, state: Sequence[tf.Variable]) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Put the stored values into ``state``; return the best weights and the progress.

    Nothing is assigned unless everything fits.

    Raises:
        RunError: the checkpoint is damaged or of another network.
    """
    try:
        with np.load(path, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        record = json.loads(arrays["record"].tobytes())
        if record["schema"] != _SCHEMA:
            raise ValueError(f"schema must be {_SCHEMA}, got {record['schema']}")
        values = [arrays[f"state/{place}"] for place in range(len(state))]
        for place, (variable, value) in enumerate(zip(state, values, strict=True)):
            if value.shape != tuple(variable.shape):
                raise ValueError(
                    f"variable {place} must be of shape {tuple(variable.shape)}, got {value.shape}"
                )
        progress = dict(record["progress"])
    except (OSError, EOFError, zipfile.BadZipFile, ValueError, KeyError, TypeError) as error:
        raise RunError(
            f"The checkpoint of this run cannot be read ({error or 'it is cut off'}). "
            "Start a new run with the same settings."
        ) from None
    for variable, value in zip(state, values, strict=True):
        variable.assign(value)
    best = {name.removeprefix(_BEST): value for name, value in arrays.items() if name.startswith(_BEST)}
    return best, progress
