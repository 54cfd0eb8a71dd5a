"""Encodings: which one a file has, and its text in UTF-8 whatever that is."""

import codecs
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.encodings import KINDS, made_up_file, wrong
from core.errors import NewsFileError
from core.news.encodings import (
    CHOICES,
    NotUtf8Error,
    checked_utf8,
    detect,
    encoding_name,
    known_encoding,
    to_utf8,
)

ENGLISH = b"Chess team wins,SPORT\nCouncil votes on the park,CITY\nStreet cook opens a stall,FOOD\n" * 20


def pieces(content: bytes, size: int) -> Iterator[bytes]:
    return (content[start : start + size] for start in range(0, len(content), size))


def converted(content: bytes, encoding: str, size: int = 1 << 20) -> str:
    return b"".join(to_utf8(pieces(content, size), encoding)).decode()


@pytest.mark.parametrize("rows", [10, 100])
def test_made_up_files_in_29_languages_are_read_letter_by_letter(rows: int) -> None:
    answers = [
        wrong(*kind, rows, seed, lambda content: detect([content])) for kind in KINDS for seed in (0, 1)
    ]
    assert sum(map(bool, answers)) <= 0.01 * len(answers)


@pytest.mark.parametrize(
    "sparse",
    [
        "at the café",
        "cuts £3m",
        "it’s late",
        "“never” again",
        "rain – again",
        "tickets at 5€",
        "Ångström",
        "Peña wins",
    ],
)
def test_a_single_sign_of_windows_1252_in_an_english_file_is_enough(sparse: str) -> None:
    content = ENGLISH + sparse.encode("cp1252") + b",FOOD\n"
    assert detect([content]) == "cp1252"
    assert sparse in converted(content, "cp1252")


def test_what_decides_may_stand_after_a_million_rows_of_ascii() -> None:
    rows = ENGLISH * 1_000
    assert detect([*[rows] * 4, "Le café est fermé,FOOD\n".encode("cp1252"), rows]) == "cp1252"


def test_a_utf_8_file_with_damaged_bytes_stays_utf_8() -> None:
    good = "Le café est fermé depuis l’été,FOOD\n".encode() * 50
    assert detect([good + b"caf\xe9,FOOD\n" * 20 + b"\xff\xfe\n" + good]) == "utf-8"
    other = "Café,FOOD\n".encode() + "Le café est fermé cet été,FOOD\n".encode("cp1252") * 20
    assert "Le café est fermé cet été" in converted(other, detect([other]))


@pytest.mark.parametrize("damage", [b'{"headline": "\xff", "category": "Y"}', b"\xff", b"\xff\n" * 500])
def test_bytes_that_make_no_words_in_any_code_page_are_damage(damage: bytes) -> None:
    assert detect([ENGLISH + damage + b"\n" + ENGLISH]) == "utf-8"


def test_a_file_that_ends_within_a_character_is_utf_8() -> None:
    assert detect([ENGLISH + "Fürth".encode()[:2]]) == "utf-8"
    assert b"".join(checked_utf8([ENGLISH, "Fürth".encode()[:2]])) == ENGLISH + b"F\xc3"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "text",
    [
        "नगर में तेज़ बारिश हुई और सड़कें बंद रहीं,मौसम\r\n",
        "কলকাতায় আজ প্রবল বৃষ্টি হয়েছে,আবহাওয়া\n",
        "ฝนตกหนักในกรุงเทพวันนี้ ถนนปิด,อากาศ\n",
        "市长再次获胜 人们庆祝,体育\n",
    ],
)
def test_utf_16_in_which_few_characters_have_a_nul_byte(text: str, encoding: str) -> None:
    content = ("शीर्षक,श्रेणी\n" + text * 100).encode(encoding)
    assert detect([content]) == encoding
    with pytest.raises(NotUtf8Error):
        list(checked_utf8([content]))


@pytest.mark.parametrize(
    "text", ["Chess team wins,SPORT\n", "市长再次获胜,体育\n", "رئيس البلدية,رياضة\n", "Мэр,спорт\n"]
)
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
def test_utf_16_and_utf_32_with_and_without_a_byte_order_mark(text: str, encoding: str) -> None:
    content = ("headline,category\n" + text * 30).encode(encoding)
    answer = detect(pieces(content, 7))
    assert answer == encoding
    assert converted(content, answer, 7) == "headline,category\n" + text * 30
    with pytest.raises(NotUtf8Error):
        list(checked_utf8([content]))


def test_nul_in_a_utf_8_text_makes_it_no_utf_16() -> None:
    assert detect([b'{"headline": "a\x00b", "category": "X"}\n' * 200]) == "utf-8"
    assert detect([bytes(5_000)]) == "utf-8"
    assert detect([b"abcdefgh\x00," * 500]) == "utf-8"
    assert detect([b"Storm closes\x00the old road,SEA\nA goal\x00,BALL\n" * 200]) == "utf-8"


def test_a_byte_order_mark_is_not_part_of_the_text() -> None:
    for encoding, mark in (("utf-8", codecs.BOM_UTF8), ("utf-16-le", codecs.BOM_UTF16_LE), ("utf-16", b"")):
        assert converted(mark + "é,x".encode(encoding), encoding, 1) == "é,x"


def test_what_cannot_be_decoded_becomes_the_replacement_character_and_is_counted() -> None:
    blocks = to_utf8([b"a\x81b\x93", b"c\x8d"], "cp1252")
    assert b"".join(blocks).decode() == "a\ufffdb“c\ufffd"
    assert blocks.replaced == 2
    half = to_utf8(["é".encode("utf-16-le") + b"\x3d\xd8"], "utf-16-le")  # a surrogate alone
    assert b"".join(half).decode() == "é\ufffd"
    assert half.replaced == 1


def test_utf_8_passes_as_it_is_and_the_first_other_byte_raises() -> None:
    content = ENGLISH + "“Café” – 市长 👍\n".encode() * 100
    for size in (1, 2, 3, 1 << 20):
        assert b"".join(checked_utf8(pieces(content, size))) == content
    with pytest.raises(NotUtf8Error):
        list(checked_utf8([content, "café\n".encode("cp1252")]))


@given(st.text(), st.integers(1, 9), st.sampled_from(CHOICES))
def test_a_character_across_the_end_of_a_block_stays_whole(text: str, size: int, encoding: str) -> None:
    content = text.encode(encoding, "ignore")
    assert converted(content, encoding, size) == content.decode(encoding).removeprefix("\ufeff")


@given(st.lists(st.binary(max_size=200), max_size=4))
def test_any_bytes_have_an_encoding_and_a_text(blocks: list[bytes]) -> None:
    encoding = detect(blocks)
    assert encoding in CHOICES
    if encoding != "utf-8":  # which passes as it is, damage included
        text = converted(b"".join(blocks), encoding)
        assert text == b"".join(blocks).decode(encoding, "replace").removeprefix("\ufeff")


def test_memory_holds_a_block_and_a_sample() -> None:
    block = "Le café est fermé depuis l’été,FOOD\n".encode("cp1252") * 25_000
    detect([block])  # what chardet loads
    tracemalloc.start()
    assert detect(block for _ in range(40)) == "cp1252"
    assert sum(map(len, to_utf8((block for _ in range(40)), "cp1252"))) > 40 * len(block)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 15_000_000


def test_names() -> None:
    assert encoding_name("cp1252") == "Windows-1252 (Western European)"
    assert len({encoding_name(choice) for choice in CHOICES}) == len(CHOICES)
    for name, choice in [
        ("UTF8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("ASCII", "utf-8"),
        ("Latin-1", "iso8859-1"),
        ("windows-1252", "cp1252"),
        ("GBK", "gb18030"),
        ("shift_jis", "cp932"),
        ("euc-kr", "cp949"),
        ("koi8_r", "koi8-r"),
        ("macroman", "mac-roman"),
    ]:
        assert known_encoding(name) == choice
    for choice in CHOICES:
        assert known_encoding(choice) == choice
    for name in ("rot13", "base64", "idna", "klingon", "", "utf-7", "a\0b", "unicode_escape"):
        with pytest.raises(NewsFileError, match="is no encoding that is read here"):
            known_encoding(name)


def test_a_file_is_the_same_made_up_again() -> None:
    assert made_up_file("Polish", "cp1250", 10, 1) == made_up_file("Polish", "cp1250", 10, 1)
