"""Decompression: every packing, tables that need random access, and what a bomb costs."""

import bz2
import gzip
import hashlib
import io
import lzma
import sqlite3
import tempfile
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import NewsFileError, WordVectorsError
from core.news.caps import Caps
from core.news.decompression import Decompressor, unpacks_to_at_most
from core.text.word_vectors import WORD_VECTORS

TEXT = b"headline,category\n" + b"".join(b"Team wins %d,SPORT\n" % (n * n) for n in range(10_000))
Store = Callable[..., Decompressor]


def zstd(content: bytes) -> bytes:
    return pa.compress(content, codec="zstd", asbytes=True)  # type: ignore[no-any-return]


def zipped(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("news.csv", content)
    return buffer.getvalue()


def gzipped(content: bytes) -> bytes:
    return gzip.compress(content, 6, mtime=0)


def xz(content: bytes) -> bytes:
    return lzma.compress(content, preset=0)


def bzip2(content: bytes) -> bytes:
    return bz2.compress(content, 1)


Pack = Callable[[bytes], bytes]
STREAMS: tuple[Pack, ...] = (gzipped, xz, bzip2, zstd)


@pytest.fixture
def stored(tmp_path: Path) -> Store:
    def store(content: bytes, **more: object) -> Decompressor:
        path = tmp_path / "stored"
        path.write_bytes(content)
        return Decompressor(path, "news", **more)  # type: ignore[arg-type]

    return store


@pytest.mark.parametrize("pack", [bytes, *STREAMS, zipped])
def test_every_packing_gives_the_plain_bytes_and_the_hash_of_the_stored_ones(
    pack: Pack, stored: Store
) -> None:
    shares: list[float] = []
    decompressor = stored(pack(TEXT), progress=shares.append)
    blocks = list(decompressor)
    assert b"".join(blocks) == TEXT
    assert all(0 < len(block) <= 1 << 20 for block in blocks)
    assert decompressor.fingerprint == hashlib.sha256(pack(TEXT)).hexdigest()
    assert decompressor.damage == ""
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert decompressor.table_file() is None
    assert decompressor.contents is None or decompressor.contents.members == ("news.csv",)


@pytest.mark.parametrize("pack", STREAMS)
def test_several_streams_in_one_file_are_one_text(pack: Pack, stored: Store) -> None:
    assert b"".join(stored(pack(TEXT) + pack(b"one more\n"))) == TEXT + b"one more\n"


@pytest.mark.parametrize("pack", STREAMS)
def test_what_breaks_off_is_kept_up_to_there(pack: Pack, stored: Store) -> None:
    long = TEXT * 4 + hashlib.shake_256(b"x").digest(1_000_000)
    packed = pack(long)
    decompressor = stored(packed[:-100_000])
    text = b"".join(decompressor)
    assert long.startswith(text)
    assert len(text) > len(TEXT)
    assert decompressor.damage == (
        f"The compressed file is damaged or ends too early after {len(text):,} bytes of text. Download it again."
    )
    assert decompressor.fingerprint == hashlib.sha256(packed[:-100_000]).hexdigest()
    with pytest.raises(NewsFileError, match="damaged and cannot be unpacked"):
        list(stored(packed[:12]))


@pytest.mark.parametrize("pack", [*STREAMS, zipped])
def test_a_bomb_costs_no_memory_and_is_stopped_at_the_caps(pack: Pack, stored: Store) -> None:
    bomb = pack(TEXT + b"\n" * 50_000_000)
    decompressor = stored(bomb)
    small = stored(bomb, caps=Caps(unpacked=2**21))
    tracemalloc.start()
    with pytest.raises(NewsFileError, match="unpacks to more than 200 times its size"):
        sum(map(len, stored(bomb, caps=Caps(ratio_from=2_000_000))))
    with pytest.raises(NewsFileError, match=r"is larger than 0\.00195312 GB when unpacked"):
        sum(map(len, small))
    if len(bomb) * 200 > len(TEXT) + 50_000_000:
        assert sum(map(len, decompressor)) == len(TEXT) + 50_000_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16_000_000


def parquet() -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table({"headline": ["Team wins"], "category": ["SPORT"]}), buffer)
    return buffer.getvalue()


def arrow() -> bytes:
    table = pa.table({"headline": ["Team wins"]})
    buffer = io.BytesIO()
    with pa.ipc.new_file(buffer, table.schema) as writer:
        writer.write_table(table)
    return buffer.getvalue()


def sqlite() -> bytes:
    database = sqlite3.connect(":memory:")
    database.execute("create table news (headline text)")
    return database.serialize()


def workbook() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in ("[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"):
            archive.writestr(name, "<x/>")
    return buffer.getvalue()


TABLES = [parquet, arrow, sqlite, workbook, lambda: b"\xd0\xcf\x11\xe0" + bytes(600)]


@pytest.mark.parametrize("table", TABLES)
def test_a_table_of_random_access_is_given_as_a_file(table: Callable[[], bytes], stored: Store) -> None:
    content = table()
    plain = stored(content)
    assert plain.table_file() == plain.path
    assert b"".join(plain) == content
    assert plain.fingerprint == hashlib.sha256(content).hexdigest()
    for pack in (*STREAMS, zipped):
        packed = stored(pack(content))
        file = packed.table_file()
        assert file is not None
        assert file != packed.path
        assert file.read_bytes() == content
        assert b"".join(packed.table_bytes()) == content
        assert packed.fingerprint == hashlib.sha256(pack(content)).hexdigest()
        del packed
        assert not file.exists()


def test_a_packed_table_is_unpacked_under_the_caps(stored: Store) -> None:
    content = gzipped(parquet() + b"\0" * 3_000_000)
    with pytest.raises(NewsFileError, match="unpacks to more than 200 times its size"):
        stored(content, caps=Caps(ratio_from=1_000_000)).table_file()


def test_a_zip_in_a_packed_file_is_no_table(stored: Store) -> None:
    decompressor = stored(gzipped(zipped(TEXT)))
    assert decompressor.table_file() is None
    with pytest.raises(NewsFileError, match="packed once more"):
        list(decompressor)


@pytest.mark.parametrize("table", TABLES)
def test_word_vectors_are_no_tables(table: Callable[[], bytes], stored: Store) -> None:
    for content in (table(), gzipped(table())):
        with pytest.raises(WordVectorsError):
            list(stored(content, expected=WORD_VECTORS))


def test_a_file_is_as_large_as_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "stored"
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w", zipfile.ZIP_DEFLATED) as archive:
        for n in range(10):
            archive.writestr(f"{'ab'[n % 2]}/{n}.txt", b"x" * 1_000)
    for content, size in [
        (TEXT, len(TEXT)),
        *((pack(TEXT), len(TEXT)) for pack in (*STREAMS, zipped)),
        (many.getvalue(), 10_000),
    ]:
        path.write_bytes(content)
        assert unpacks_to_at_most(path, size)
        assert not unpacks_to_at_most(path, size - 1)
    path.write_bytes(parquet())  # a column of one value repeated takes no room
    assert not unpacks_to_at_most(path, 1 << 20)


@given(
    st.binary(max_size=600),
    st.sampled_from([b"", b"BZh9", b"\x28\xb5\x2f\xfd", b"\x1f\x8b\x08", b"\xfd7zXZ\x00", b"PK\x03\x04"]),
    st.booleans(),
)
def test_any_bytes_are_read_or_refused(content: bytes, start: bytes, tar: bool) -> None:
    with tempfile.NamedTemporaryFile() as file:
        file.write(start + (content[:257].ljust(257) + b"ustar" + content[257:] if tar else content))
        file.flush()
        decompressor = Decompressor(Path(file.name), "news")
        try:
            list(decompressor)
            decompressor.table_file()
        except NewsFileError:
            return
        assert len(decompressor.fingerprint) == 64
