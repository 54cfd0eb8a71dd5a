"""Which checkpoint is gone on from: the newest whose bytes are those that the manifest says. Without TensorFlow."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from core.errors import RunError
from core.training.checkpoints import Checkpoints


class Variable:
    """What a checkpoint needs of TensorFlow's."""

    def __init__(self, value: float) -> None:
        self.value = np.full((3, 2), value, np.float32)

    @property
    def shape(self) -> tuple[int, ...]:
        return self.value.shape

    def numpy(self) -> np.ndarray:
        return self.value

    def assign(self, value: np.ndarray) -> None:
        self.value = value


def _write(folder: Path, number: int) -> None:
    Checkpoints(folder).write([Variable(number)], best={"w": np.full(4, number)}, progress={"number": number})


def _read(folder: Path) -> int:
    """The number that was written; variables, best weights and progress must be of one checkpoint."""
    variable = Variable(-1)
    best, progress = Checkpoints(folder).read([variable])
    (number,) = {*variable.value.ravel().tolist(), *best["w"].tolist(), progress["number"]}
    return int(number)


def test_a_whole_archive_that_is_not_the_one_that_was_written_is_passed_over(tmp_path: Path) -> None:
    """It could be read, of the same network and without an error: only its hash tells."""
    for number in (1, 2):
        _write(tmp_path / "ours", number)
    for number in (7, 8):
        _write(tmp_path / "another", number)
    assert (_read(tmp_path / "ours"), _read(tmp_path / "another")) == (2, 8)
    shutil.copy(tmp_path / "another" / "b.npz", tmp_path / "ours" / "b.npz")
    assert _read(tmp_path / "ours") == 1
    _write(tmp_path / "ours", 3)  # over the one that was passed over
    assert _read(tmp_path / "ours") == 3
    for name in ("a.npz", "b.npz"):
        shutil.copy(tmp_path / "another" / name, tmp_path / "ours" / name)
    with pytest.raises(RunError, match="its bytes are not those that were written"):
        _read(tmp_path / "ours")
