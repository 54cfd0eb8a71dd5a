"""The content store of uploads: one copy per content, complete or not at all, and no name that is a path."""

import errno
import hashlib
import io
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import paths
from core.errors import NewsFileError, WordVectorsError
from core.news import content_store
from core.news.news import read_news
from core.text.word_vectors import WORD_VECTORS, match_words


def test_an_upload_stands_under_its_fingerprint(tmp_path: Path) -> None:
    path = content_store.store(io.BytesIO(b"news"), "my news.json", tmp_path / "uploads")
    # printf news | sha256sum
    assert path.parent.name == hashlib.sha256(b"news").hexdigest()
    assert path.name == "my news.json"
    assert path.read_bytes() == b"news"
    assert content_store.find(path.parent.name, tmp_path / "uploads") == path


def test_thirty_visitors_leave_one_copy(tmp_path: Path) -> None:
    content = os.urandom(3_000_000)
    paths: list[Path] = []
    visitors = [
        threading.Thread(
            target=lambda n=n: paths.append(content_store.store(io.BytesIO(content), f"{n}.json", tmp_path))
        )
        for n in range(30)
    ]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    assert len(set(paths)) == 1
    assert len(paths) == 30
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [paths[0]]
    assert paths[0].read_bytes() == content


def half(content: bytes) -> bytes:
    return content[: len(content) // 2]


def one_bit_flipped(content: bytes) -> bytes:
    return content[:-1] + bytes([content[-1] ^ 1])


def emptied(content: bytes) -> bytes:
    return b""


every_damage = pytest.mark.parametrize("damage", [half, one_bit_flipped, emptied])


@every_damage
def test_the_true_upload_replaces_a_damaged_copy(damage: Callable[[bytes], bytes], tmp_path: Path) -> None:
    content = os.urandom(2_000_001)
    stored = content_store.store(io.BytesIO(content), "first.json", tmp_path)
    stored.write_bytes(damage(content))
    with pytest.raises(
        NewsFileError, match=r"The server's copy of my\.json is damaged .* Upload the file again"
    ):
        content_store.verify(stored, "my.json", tmp_path)
    assert content_store.store(io.BytesIO(content), "second.json", tmp_path) == stored
    assert stored.read_bytes() == content
    content_store.verify(stored, "my.json", tmp_path)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [stored]


def test_a_whole_copy_is_left_as_it_is(tmp_path: Path) -> None:
    stored = content_store.store(io.BytesIO(b"news"), "first.json", tmp_path)
    before = stored.stat()
    content_store.store(io.BytesIO(b"news"), "second.json", tmp_path)
    assert (stored.stat().st_ino, stored.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_file_outside_the_store_has_no_fingerprint_to_keep(tmp_path: Path) -> None:
    folder = tmp_path / ("0" * 64)
    folder.mkdir()
    (folder / "own.json").write_bytes(b"x")
    content_store.verify(folder / "own.json", "own.json", tmp_path / "uploads")


def test_twenty_thousand_articles_cut_to_half_are_twenty_thousand_after_the_next_upload() -> None:
    content = b"".join(b'{"headline": "Headline %d", "category": "A"}\n' % number for number in range(20_000))
    stored = content_store.store(io.BytesIO(content), "news.json", paths.uploads())
    stored.write_bytes(half(content))
    with pytest.raises(NewsFileError, match=r"copy of news\.json is damaged"):
        read_news(stored)
    content_store.store(io.BytesIO(content), "news.json", paths.uploads())
    assert len(read_news(stored)) == 20_000


def test_word_vectors_cut_to_half_are_refused_until_the_next_upload() -> None:
    content = b"".join(b"word%d 1 2 3 4\n" % number for number in range(1_000))
    stored = content_store.store(
        io.BytesIO(content), "glove.txt", paths.word_vectors(), expected=WORD_VECTORS
    )
    stored.write_bytes(half(content))
    with pytest.raises(WordVectorsError, match=r"copy of glove\.txt is damaged"):
        match_words(stored, (), sizes=(1, 10))
    content_store.store(io.BytesIO(content), "glove.txt", paths.word_vectors(), expected=WORD_VECTORS)
    assert match_words(stored, (), sizes=(1, 10)).lines == 1_000


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="the name of an open file is asked of Linux")
@pytest.mark.parametrize("damaged", [False, True])
def test_an_upload_is_on_the_disk_before_it_has_its_name(
    damaged: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """First the bytes under a temporary name, then the folder in which the final name stands."""
    if damaged:
        content_store.store(io.BytesIO(b"news"), "x.json", tmp_path).write_bytes(b"ne")
    flushed: list[tuple[Path, set[str]]] = []
    fsync = os.fsync

    def record(descriptor: int) -> None:
        fsync(descriptor)
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        flushed.append((path, {p.name for p in path.iterdir()} if path.is_dir() else {path.read_text()}))

    monkeypatch.setattr(os, "fsync", record)
    stored = content_store.store(io.BytesIO(b"news"), "x.json", tmp_path)
    assert flushed[0][0].parent.name.startswith(".incoming-")
    assert flushed[0][1] == {"news"}
    named = stored if damaged else stored.parent
    assert flushed[-1] == (named.parent, {named.name})


def test_too_large_an_upload_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(NewsFileError, match=r"x\.json is larger than 1 MB"):
        content_store.store(io.BytesIO(b"x" * (2**20 + 1)), "x.json", tmp_path, max_bytes=2**20)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("code", "message"), [(errno.ENOSPC, "disk is full"), (errno.EROFS, "read-only")])
def test_a_disk_that_cannot_be_written_is_said(code: int, message: str, tmp_path: Path) -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(code, "x")

    with pytest.raises(NewsFileError, match=message):
        content_store.store(Failing(), "x.json", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_a_crash_left_goes_after_a_day(tmp_path: Path) -> None:
    for name, age in (("old", 2 * 24 * 3600), ("new", 60)):
        left = tmp_path / f".incoming-{name}"
        left.mkdir()
        (left / "half").write_bytes(b"x")
        made = left.stat().st_mtime
        os.utime(left, (made - age, made - age))
    content_store.store(io.BytesIO(b"news"), "x", tmp_path)
    assert [path.name for path in tmp_path.glob(".incoming-*")] == [".incoming-new"]


@pytest.mark.parametrize("fingerprint", ["0" * 64, "", "../..", "0" * 63, "A" * 64])
def test_what_is_not_there_is_said(fingerprint: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(NewsFileError, match="no longer on the server"):
        content_store.find(fingerprint, tmp_path)


def test_only_a_shelved_file_is_discarded(tmp_path: Path) -> None:
    path = content_store.store(io.BytesIO(b"photo"), "x.json", tmp_path / "uploads")
    content_store.remove(path, tmp_path)
    assert path.is_file()
    content_store.remove(path, tmp_path / "uploads")
    assert not path.parent.exists()


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../news.json", "news.json"),
        ("C:\\fakepath\\news.json", "news.json"),
        ("../..", "news"),
        ("", "news"),
        (".hidden", "hidden"),
        ("a\u202egnp.json", "agnp.json"),
        ("a\x00\n b.json", "a b.json"),
        ("x" * 300 + ".json.xz", "x" * 79 + "…" + "x" * 12 + ".json.xz"),
        ('a<b>:"|?*.json', "a_b______.json"),
        ("Schlagzeilen – März.csv", "Schlagzeilen – März.csv"),
    ],
)
def test_safe_names(name: str, safe: str) -> None:
    assert content_store.safe_name(name) == safe


@given(st.text(max_size=400))
def test_a_safe_name_is_always_a_short_plain_name(name: str) -> None:
    safe = content_store.safe_name(name)
    assert 1 <= len(safe) <= 100
    assert Path(safe).name == safe
    assert safe not in (".", "..")
    assert content_store.safe_name(safe) == safe
    assert safe.isprintable() or " " in safe or any(c.isspace() for c in safe)


def test_a_long_name_of_wide_signs_can_be_stored(tmp_path: Path) -> None:
    for sign in ("\u65b0", "\U0001f600"):
        name = content_store.safe_name(f"{sign * 300}.json")
        assert name.endswith(".json")
        assert len(name.encode()) <= 255
        assert content_store.store(io.BytesIO(b"{}" + sign.encode()), name, tmp_path).exists()
