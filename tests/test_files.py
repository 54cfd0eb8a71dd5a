"""A file is written whole or not at all."""

import json
from pathlib import Path

import pytest

from core.files import atomic_writer, write_json


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
