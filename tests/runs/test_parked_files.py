"""Temporary files of visitors: which one makes room, and what is said of one that has."""

import gc
import io
import tempfile
from pathlib import Path

import pytest

from core.errors import HeadlineLabError
from core.runs.parked_files import ParkedFile, ParkedFiles
from core.runs.quotas import Client, Quota

ANNA, BERTA = Client("anna", "school"), Client("berta", "school")
CARLO = Client("carlo", "home")


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def content(file: ParkedFile) -> bytes:
    stream = io.BytesIO()
    file.copy_to(stream)
    return stream.getvalue()


def test_a_file_is_there_until_nobody_refers_to_it(temporary: Path) -> None:
    files = ParkedFiles(Quota(visitor=9, address=9, total=9))
    parked = files.park(ANNA, b"answers")
    assert content(parked) == b"answers"
    del parked
    gc.collect()
    assert list(temporary.iterdir()) == []
    files.park(ANNA, b"123456789")


def test_the_oldest_of_the_same_visitor_makes_room_and_says_so() -> None:
    files = ParkedFiles(Quota(visitor=3, address=99, total=99))
    theirs = files.park(BERTA, b"123")
    first, second, third = (files.park(ANNA, b"%d" % n) for n in range(3))
    last = files.park(ANNA, b"45")
    assert [file.is_there for file in (theirs, first, second, third, last)] == [
        True,
        False,
        False,
        True,
        True,
    ]
    with pytest.raises(HeadlineLabError, match="removed to make room"):
        content(first)
    assert content(last) == b"45"


def test_who_drops_the_cookie_each_time_takes_room_at_the_same_address_alone(temporary: Path) -> None:
    files = ParkedFiles(Quota(visitor=3, address=6, total=99))
    there = files.park(CARLO, b"123")
    flood = [files.park(Client(f"visitor {n}", "school"), b"123") for n in range(5)]
    assert [file.is_there for file in (there, *flood)] == [True, False, False, False, True, True]
    assert sum(file.stat().st_size for file in temporary.iterdir()) == 9


def test_where_all_have_too_much_the_address_with_most_makes_room() -> None:
    files = ParkedFiles(Quota(visitor=9, address=9, total=10))
    there = files.park(CARLO, b"1234")
    school = [files.park(ANNA, b"123"), files.park(BERTA, b"123")]
    last = files.park(Client("dora", "train"), b"1")
    assert [file.is_there for file in (there, *school, last)] == [True, False, True, True]
    whole = files.park(Client("emil", "park"), b"123456789")
    assert [file.is_there for file in (there, *school, last, whole)] == [False, False, False, True, True]


def test_what_is_larger_than_all_that_one_may_park_is_refused(temporary: Path) -> None:
    files = ParkedFiles(Quota(visitor=3, address=9, total=9))
    first = files.park(ANNA, b"123")
    with pytest.raises(HeadlineLabError, match="more than is kept"):
        files.park(ANNA, b"1234")
    assert first.is_there
    assert len(list(temporary.iterdir())) == 1
