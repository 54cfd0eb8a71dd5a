"""Word vectors: what GloVe's and word2vec's text says, what is malformed, and what is no such file."""

import gzip
import io
import lzma
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import WordVectorsError
from core.news.decompression import Caps
from core.text.word_vectors import CAPS, MAX_KEPT_REJECTED, WordVectors, match_words, read_vectors

SIZES = (1, 512)
GLOVE = b"the 0.1 -2 3e-1\nParis 1 2 3\ncat 4 5 6\n"
WORDS = ("cat", "dog", "the")


def _read(
    tmp_path: Path,
    content: bytes,
    words: tuple[str, ...] = WORDS,
    *,
    lower: bool = False,
    caps: Caps = CAPS,
) -> WordVectors:
    path = tmp_path / "vectors.txt"
    path.write_bytes(content)
    return read_vectors(path, words, sizes=SIZES, lower=lower, caps=caps)


def _zipped(content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("vectors.txt", content)
    return packed.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        GLOVE,
        b"3 3\n" + GLOVE,  # word2vec's text
        GLOVE.replace(b"\n", b" \n"),  # as word2vec.c ends its lines
        GLOVE.replace(b" ", b"\t").replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + GLOVE,
        GLOVE.rstrip(b"\n"),
        GLOVE + b"\n\n",
        GLOVE.replace(b" -2 ", b"  -2  "),
        gzip.compress(GLOVE, mtime=0),
        lzma.compress(GLOVE),
        _zipped(b"3 3\n" + GLOVE),
    ],
)
def test_each_kind_gives_the_same_rows(tmp_path: Path, content: bytes) -> None:
    read = _read(tmp_path, content)
    assert read.values.dtype == np.float32
    np.testing.assert_array_equal(
        read.values, np.array([[4, 5, 6], [0, 0, 0], [0.1, -2, 0.3]], dtype=np.float32)
    )
    matched = read.match
    assert matched.has_vector.tolist() == [True, False, True]
    assert (matched.size, matched.lines, matched.rejected_count, matched.repeated) == (3, 3, 0, 0)
    assert matched.warnings == ()


def test_coverage_is_counted_in_words_and_in_running_words(tmp_path: Path) -> None:
    """Three words that occur 6, 3 and 1 times; "cat" and "the" have a vector."""
    matched = _read(tmp_path, GLOVE).match
    all_of_them = matched.coverage((6, 3, 1))
    assert (all_of_them.matched, all_of_them.words, all_of_them.token_share) == (2, 3, 0.7)
    two = matched.coverage(
        (6, 3, 1), most_frequent=2
    )  # a vocabulary of two words; the text still has ten tokens
    assert (two.matched, two.words, two.token_share) == (1, 2, 0.6)


def test_only_small_letters_find_large_ones_and_the_word_itself_comes_first(tmp_path: Path) -> None:
    words = ("paris", "us")
    assert not _read(tmp_path, GLOVE, words).match.has_vector.any()
    content = b"Paris 1 1\nUS 2 2\nPARIS 3 3\nus 4 4\nUs 5 5\n"
    read = _read(tmp_path, content, words, lower=True)
    assert read.values.tolist() == [[1, 1], [4, 4]]
    assert read.match.has_vector.all()
    assert read.match.repeated == 0


def test_of_a_word_that_stands_twice_the_first_counts(tmp_path: Path) -> None:
    read = _read(tmp_path, b"cat 1 1\ncat 2 2\ndog 3 3\ncat nan 4\n")
    assert read.values.tolist() == [[1, 1], [3, 3], [0, 0]]
    assert read.match.repeated == 2


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"cat 1 2", "2 numbers where other lines have 3"),
        (b"cat 1", "1 number where other lines have 3"),
        (b"cat", "0 numbers where other lines have 3"),
        (b"cat 1 2 3 4", "4 numbers where other lines have 3"),
        (b"cat 1  2", "2 numbers where other lines have 3"),
        (b". . . 1 2 3", "5 numbers where other lines have 3"),
        (b"cat 1 two 3", "not all that follows the word are numbers"),
        (b"cat 1 2_0 3", "not all that follows the word are numbers"),
        (b"cat 1 nan 3", "holds NaN or infinity"),
        (b"cat 1 -inf 3", "holds NaN or infinity"),
        (b"cat 1 1e999 3", "holds NaN or infinity"),
        (b"cat 1 2e6 3", "holds a number beyond 1,000,000"),
        (b"c\xffat 1 2 3", "the word is not UTF-8 text"),
        (b"cat " + b"1" * 70_000, "longer than 64 kB"),
        (b"cat " + b"1" * 3_000_000, "longer than 64 kB"),
    ],
)
def test_a_malformed_line_is_named_and_the_others_are_kept(tmp_path: Path, line: bytes, reason: str) -> None:
    good = b"the 1 2 3\n"
    matched = _read(tmp_path, good + line + b"\n" + b"dog 4 5 6\n").match
    assert [(line.line, line.reason) for line in matched.rejected] == [(2, reason)]
    assert matched.has_vector.tolist() == [False, True, True]
    assert matched.lines == 2
    # After a header the line number is one higher.
    matched = _read(tmp_path, b"3 3\n" + good + line + b"\ndog 4 5 6\n").match
    assert (matched.rejected[0].line, matched.warnings) == (3, ())


def test_the_first_malformed_lines_are_named_and_all_are_counted(tmp_path: Path) -> None:
    matched = _read(tmp_path, b"the 1 2\n" * 300 + b"cat 1\n" * 150).match
    assert (len(matched.rejected), matched.rejected_count) == (MAX_KEPT_REJECTED, 150)
    assert matched.rejected[0].line == 301


def test_a_first_line_unlike_the_others_does_not_decide(tmp_path: Path) -> None:
    matched = _read(tmp_path, b"odd 1 2\n" + GLOVE).match
    assert (matched.size, matched.rejected_count, matched.lines) == (3, 1, 3)


def test_digits_with_one_number_each_are_words_and_no_header(tmp_path: Path) -> None:
    read = _read(tmp_path, b"7 1\n8 2\n", ("7", "8"))
    assert read.values.tolist() == [[1], [2]]


def test_a_file_that_was_cut_off_is_said(tmp_path: Path) -> None:
    matched = _read(tmp_path, b"400 3\n" + GLOVE).match
    assert matched.warnings == (
        "The first line announces 400 words; the file has 3 lines of words. It may be cut off.",
    )
    many = b"".join(b"w%d 1.25 2.5\n" % number for number in range(50_000))
    whole = gzip.compress(many)
    matched = _read(tmp_path, whole[: len(whole) // 2]).match
    assert "ends too early" in matched.warnings[0]
    assert 0 < matched.lines < 50_000
    assert matched.rejected_count == 0  # the last line, cut in a number, is not taken for a shorter one


# word2vec.c's binary form: the header, then each word, a blank, and its numbers as bytes.
BINARY = b"3 4\n" + b"".join(
    word + b" " + struct.pack("<4f", 0.1, -0.2, 0.3, -0.4) for word in (b"a", b"b", b"c")
)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (BINARY, "binary word2vec file"),
        (
            b"2000 300\nthe " + np.random.default_rng(0).normal(size=60_000).astype("<f4").tobytes(),
            "binary word2vec",
        ),
        (b"\x80\x04\x95\x10\x00\x00\x00\x00", "a Python pickle"),
        (gzip.compress(b"\x80\x04\x95\x10\x00\x00\x00\x00", mtime=0), "a Python pickle"),
        (b"\xba\x16O/\x0c\x00\x00\x00", "binary fastText"),
        (b"\x93NUMPY\x01\x00", "a NumPy array"),
        (GLOVE.decode().encode("utf-16"), "UTF-16"),
        (b'{"headline": "a", "category": "B"}\n', "line 1 is not a word followed by numbers"),
        (b"once upon a time\n", "is not a file of word vectors"),
        (b"5 3\n", "there is no word"),
        (b"5 3\n{}\n", "line 2 is not a word followed by numbers"),
        (b"3 4\n" + GLOVE, "announces 4 numbers a word in its first line and has 3"),
        (b"the" + b" 1" * 513 + b"\n", "has 513 numbers a word; here a word can have 1 to 512"),
        (b"\xff\xfc 1 2\n", "line 1: the word is not UTF-8"),
        (gzip.compress(GLOVE, mtime=0)[:11], "damaged"),
    ],
)
def test_what_is_no_such_file_is_said(tmp_path: Path, content: bytes, says: str) -> None:
    with pytest.raises(WordVectorsError, match=says) as error:
        _read(tmp_path, content)
    assert "news" not in str(error.value).replace("headline", "")


def test_several_files_in_one_zip_are_refused(tmp_path: Path) -> None:
    """As glove.6B.zip comes."""
    path = tmp_path / "glove.6B.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for size in (50, 100):
            archive.writestr(f"glove.6B.{size}d.txt", GLOVE)
    with pytest.raises(WordVectorsError, match=r"holds 2 files: glove\.6B\.50d\.txt, glove\.6B\.100d"):
        match_words(path, WORDS, sizes=SIZES)


def test_a_bomb_and_too_many_lines_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = gzip.compress(GLOVE + b"0" * 3_000_000)
    with pytest.raises(WordVectorsError, match="which word vectors never does"):
        _read(tmp_path, bomb, caps=Caps(ratio_from=2**20))
    with pytest.raises(WordVectorsError, match="larger than"):
        _read(tmp_path, GLOVE * 10, caps=Caps(unpacked=100))
    monkeypatch.setattr("core.text.word_vectors.MAX_LINES", 2)
    with pytest.raises(WordVectorsError, match="more than 2 lines"):
        _read(tmp_path, GLOVE)


def test_matching_keeps_the_same_record_without_the_numbers(tmp_path: Path) -> None:
    read = _read(tmp_path, GLOVE)
    matched = match_words(tmp_path / "vectors.txt", WORDS, sizes=SIZES)
    np.testing.assert_array_equal(matched.has_vector, read.match.has_vector)
    assert (matched.fingerprint, matched.size, matched.lines) == (
        read.match.fingerprint,
        read.match.size,
        read.match.lines,
    )
    assert (
        match_words(tmp_path / "vectors.txt", (), sizes=SIZES).lines == 3
    )  # nothing asked for, all of it read


_word = st.text(st.characters(exclude_categories=("Cs", "Z", "Cc")), min_size=1, max_size=8).filter(
    lambda word: word.split() == [word]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.dictionaries(_word, st.lists(st.floats(-1e6, 1e6, width=32), min_size=3, max_size=3), min_size=2),
    header=st.booleans(),
)
def test_what_is_written_is_read(tmp_path: Path, rows: dict[str, list[float]], header: bool) -> None:
    lines = [f"{word} {' '.join(map(repr, row))}\n" for word, row in rows.items()]
    content = ("".join([f"{len(rows)} 3\n"] * header + lines)).encode()
    if content.startswith((b"BM", b"MZ", b"<", b"GIF8", b"RIFF", b"PAR1", b"BZh", b"Rar!", b"%PDF", b"PK")):
        return
    read = _read(tmp_path, content, tuple(rows))
    assert read.match.has_vector.all()
    np.testing.assert_array_equal(read.values, np.array(list(rows.values()), np.float32))


_piece = st.one_of(
    st.binary(max_size=40),
    st.sampled_from(
        (b"cat 1 2\n", b"the 1 nan\n", b"2 2\n", b"\n", b" ", b"1e5 ", b"\x00", b"x 1 2", b"\r", b"-")
    ),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(content=st.lists(_piece, max_size=30).map(b"".join), packed=st.booleans(), lower=st.booleans())
def test_any_bytes_are_read_or_refused_in_words(
    tmp_path: Path, content: bytes, packed: bool, lower: bool
) -> None:
    try:
        read = _read(tmp_path, gzip.compress(content) if packed else content, lower=lower)
    except WordVectorsError:
        return
    assert np.isfinite(read.values).all()
    assert read.values.shape == (3, read.match.size)
    assert not read.values[~read.match.has_vector].any()
