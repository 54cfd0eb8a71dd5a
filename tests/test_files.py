"""A file is written whole or not at all."""

import json
import os
from pathlib import Path

import pytest

from core.files import atomic_writer, unwritable, write_json


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


def test_where_a_storage_cannot_be_written_is_named_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    below_a_file = [tmp_path / "file" / "storage" / name for name in ("uploads", "runs")]
    assert unwritable([tmp_path, tmp_path / "not" / "made" / "yet"]) == []
    assert unwritable([tmp_path / "new", *below_a_file]) == [tmp_path / "file"]
    assert not (tmp_path / "new").exists()


def test_a_folder_that_the_system_keeps_read_only_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system's answer is replaced: these tests may run as root, to whom a mode denies nothing."""
    read_only = tmp_path / "storage"
    read_only.mkdir()
    asked = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: path != read_only and asked(path, mode))
    assert unwritable([read_only / "uploads", read_only / "runs", tmp_path / "elsewhere"]) == [read_only]
