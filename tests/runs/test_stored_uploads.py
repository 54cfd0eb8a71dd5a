"""What the server keeps of uploads: quotas of visitor, address and all, and what makes room."""

import io
import json
import os
import shutil
import threading
from collections import namedtuple
from pathlib import Path

import pytest

from core import paths
from core.errors import NewsFileError, WordVectorsError
from core.files import write_json
from core.news import content_store
from core.news.decompression import NEWS
from core.runs import quotas, retention, stored_uploads
from core.runs.quotas import Client, Quota, uploaders
from core.runs.run_store import RunStore
from core.settings.presets import PRESETS
from core.text.word_vectors import WORD_VECTORS

ANNA, BERTA = Client("anna", "school"), Client("berta", "school")
CARLO = Client("carlo", "home")
MB = 2**20
WIDE = 10**12
OLD = 1_000_000_000.0  # 2001


@pytest.fixture(autouse=True)
def _count_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small files count what they have, and nothing is limited until a test limits it."""
    monkeypatch.setattr(quotas, "_LEAST", 1)
    monkeypatch.setattr(stored_uploads, "FREE_BYTES", 0)
    limit(monkeypatch)


def limit(
    monkeypatch: pytest.MonkeyPatch, *, visitor: int = WIDE, address: int = WIDE, total: int = WIDE
) -> None:
    monkeypatch.setattr(stored_uploads, "UPLOADS", Quota(visitor=visitor, address=address, total=total))


def upload(uploader: Client, content: bytes, folder: Path | None = None) -> Path:
    return stored_uploads.keep(
        io.BytesIO(content), len(content), "n.json", folder or paths.uploads(), uploader, expected=NEWS
    )


def choose(uploader: Client, path: Path) -> Path:
    """As pages/session.py notes what a visitor has chosen."""
    paths.visitors().mkdir(parents=True, exist_ok=True)
    record = {"news": {"path": str(path)}, "settings": {"vectors": None}}
    write_json(paths.visitors() / f"{uploader.visitor}.json", record)
    return path


def run_on(uploader: Client, path: Path) -> None:
    RunStore(paths.runs()).create(
        PRESETS["quick"],
        news=path,
        news_name="n.json",
        fingerprint=path.parent.name,
        owner=uploader.visitor,
    )


def kept() -> set[bytes]:
    return {
        path.read_bytes()
        for folder in (paths.uploads(), paths.word_vectors())
        for path in content_store.stored(folder)
    }


def age(path: Path) -> None:
    for each in (*path.parent.iterdir(), path.parent):
        os.utime(each, (OLD, OLD))


def test_what_a_visitor_uses_is_limited_and_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    limit(monkeypatch, visitor=3 * MB)
    run_on(ANNA, upload(ANNA, b"a" * MB))
    choose(ANNA, upload(ANNA, b"b" * MB))
    run_on(ANNA, upload(ANNA, b"c" * MB))
    with pytest.raises(NewsFileError) as refusal:
        upload(ANNA, b"d")
    assert str(refusal.value) == (
        "n.json cannot be kept: your runs and choices use 3 MB of uploaded files, and one visitor may use 3 MB. "
        "Remove a run whose file you no longer need, then upload this one again."
    )
    assert kept() == {b"a" * MB, b"b" * MB, b"c" * MB}
    upload(BERTA, b"d")
    assert not list(paths.uploads().glob(".incoming-*"))


def test_news_and_word_vectors_count_together(monkeypatch: pytest.MonkeyPatch) -> None:
    limit(monkeypatch, visitor=2)
    choose(ANNA, upload(ANNA, b"aa"))
    with pytest.raises(WordVectorsError, match="one visitor may use"):
        stored_uploads.keep(
            io.BytesIO(b"v"), 1, "glove.txt", paths.word_vectors(), ANNA, expected=WORD_VECTORS
        )


def test_a_visitor_s_own_upload_that_nobody_uses_makes_room_the_oldest_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    limit(monkeypatch, visitor=3)
    first = upload(ANNA, b"a")
    age(first)
    run_on(ANNA, upload(ANNA, b"b"))
    upload(ANNA, b"c")
    upload(ANNA, b"d")
    assert kept() == {b"b", b"c", b"d"}
    upload(ANNA, b"ee")
    assert kept() == {b"b", b"ee"}


def test_what_another_visitor_has_chosen_makes_no_room_and_does_not_count(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    limit(monkeypatch, visitor=1)
    upload(ANNA, b"a")
    choose(BERTA, upload(BERTA, b"a"))
    upload(ANNA, b"b")
    assert kept() == {b"a", b"b"}


def test_the_same_bytes_that_another_has_just_brought_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """Carlo's page reads them, and he chooses them once it has."""
    limit(monkeypatch, visitor=1)
    upload(ANNA, b"a")
    shared = upload(CARLO, b"a")
    with pytest.raises(NewsFileError, match="one visitor may use"):
        upload(ANNA, b"b")
    choose(CARLO, shared)
    upload(ANNA, b"b")
    assert kept() == {b"a", b"b"}


def test_nothing_goes_where_that_would_not_make_room_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    limit(monkeypatch, visitor=3)
    run_on(ANNA, upload(ANNA, b"aa"))
    upload(ANNA, b"b")
    with pytest.raises(NewsFileError, match="one visitor may use"):
        upload(ANNA, b"cc")
    assert kept() == {b"aa", b"b"}


def test_who_drops_the_cookie_meets_the_limit_of_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    limit(monkeypatch, visitor=2, address=6)
    for n in range(3):
        uploader = Client(f"visitor {n}", "school")
        choose(uploader, upload(uploader, b"%d " % n))
    with pytest.raises(NewsFileError, match="everybody on your network has uploaded 0 MB of files"):
        upload(Client("visitor 3", "school"), b"3")
    upload(CARLO, b"3")


def test_a_file_that_a_class_uploads_counts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    limit(monkeypatch, visitor=4, address=4, total=4)
    for n in range(30):
        uploader = Client(f"visitor {n}", "school")
        choose(uploader, upload(uploader, b"news"))
    assert kept() == {b"news"}
    upload(CARLO, b"news")
    with pytest.raises(NewsFileError, match="The limit is"):
        upload(Client("visitor 30", "school"), b"x")


def test_who_brought_what_stands_beside_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    path = upload(ANNA, b"news")
    upload(CARLO, b"news")
    upload(ANNA, b"news")
    assert uploaders(path.parent) == [CARLO, ANNA]
    assert content_store.find(path.parent.name, paths.uploads()) == path
    (path.parent / ".uploaders.json").write_bytes(b"[{")
    upload(BERTA, b"news")
    assert uploaders(path.parent) == [BERTA]


def test_all_together_are_limited_and_what_nobody_has_used_for_an_hour_makes_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    limit(monkeypatch, total=2)
    first = upload(ANNA, b"a")
    choose(BERTA, upload(BERTA, b"b"))
    with pytest.raises(NewsFileError, match="the server has 0 MB of uploaded files that are in use"):
        upload(CARLO, b"c")  # Anna may be about to choose hers
    age(first)
    upload(CARLO, b"c")
    assert kept() == {b"b", b"c"}


def test_the_disk_is_looked_at_before_anything_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(100, 0, 20))
    monkeypatch.setattr(stored_uploads, "FREE_BYTES", 10)
    age(upload(BERTA, b"b" * 8))

    class Unread(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise AssertionError("it was read")

    def upload_unread(size: int) -> None:
        stored_uploads.keep(Unread(), size, "n.json", paths.uploads(), ANNA, expected=NEWS)

    with pytest.raises(
        NewsFileError, match=r"^n\.json cannot be kept: the server's disk is nearly full\. Ask"
    ):
        upload_unread(19)
    assert kept() == {b"b" * 8}
    with pytest.raises(AssertionError, match="it was read"):
        upload_unread(18)
    assert kept() == set()  # made room


def test_a_small_file_counts_four_mb(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quotas, "_LEAST", 4 * MB)
    limit(monkeypatch, address=8 * MB)
    for n in range(2):
        uploader = Client(f"visitor {n}", "school")
        choose(uploader, upload(uploader, b"%d" % n))
    with pytest.raises(NewsFileError, match=r"has uploaded 8 MB of files that are in use\. The limit is 8"):
        upload(ANNA, b"x")


def test_uploads_at_the_same_time_do_not_both_take_the_last_room(monkeypatch: pytest.MonkeyPatch) -> None:
    limit(monkeypatch, address=1)
    meeting = threading.Barrier(8)
    refused: list[str] = []

    def bring(n: int) -> None:
        meeting.wait()
        try:
            upload(Client(f"visitor {n}", "school"), b"%d" % n)
        except NewsFileError as error:
            refused.append(str(error))

    threads = [threading.Thread(target=bring, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(kept()) == 1
    assert len(refused) == 7


def test_an_upload_that_cannot_be_read_goes_unless_somebody_has_the_same() -> None:
    """A server short of descriptors cannot read a good file either."""
    stored_uploads.discard(upload(ANNA, b"bad"), ANNA, expected=NEWS)
    assert kept() == set()
    run_on(ANNA, upload(ANNA, b"own"))
    stored_uploads.discard(upload(ANNA, b"own"), ANNA, expected=NEWS)
    upload(BERTA, b"both")
    stored_uploads.discard(upload(ANNA, b"both"), ANNA, expected=NEWS)
    assert kept() == {b"own", b"both"}


def test_clean_takes_an_upload_with_the_note_and_leaves_the_lock() -> None:
    unused, chosen = upload(ANNA, b"a"), choose(BERTA, upload(BERTA, b"b"))
    for path in (unused, chosen):
        age(path)
    lock = paths.uploads() / ".quota.lock"
    os.utime(lock, (OLD, OLD))
    assert retention.clean(30).uploads == 1
    assert sorted(path.name for path in paths.uploads().iterdir()) == sorted([lock.name, chosen.parent.name])
    assert json.loads((chosen.parent / ".uploaders.json").read_bytes()) == [
        {"visitor": "berta", "address": "school"}
    ]
