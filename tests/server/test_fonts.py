"""Each script that the app tells apart has a font, which the app itself serves."""

import asyncio
import itertools
import re

import pytest
from starlette.applications import Starlette

from core.paths import FONTS
from core.text.languages import LANGUAGES
from server.fonts import font_route
from tests.fonts import FAMILY, NAMES, STREAMLITS_OWN, faces, theme
from tests.server.asgi import Exchange, ask

JOINERS = frozenset(
    map(ord, "\u200c\u200d")
)  # within words of many scripts, drawn with the font of their word
HAN = "fonts/noto-sans-jp.woff2", "fonts/noto-sans-sc.woff2"


def fetch(path: str) -> Exchange:
    return asyncio.run(ask(Starlette(routes=[font_route()]), path))


def test_each_font_of_the_theme_is_served_whole_and_kept_by_the_browser() -> None:
    assert sorted(face.address for face in faces()) == sorted(
        f"fonts/{file.name}" for file in FONTS.glob("*.woff2")
    )
    for face in faces():
        answer = fetch(f"/{face.address}")
        assert (answer.status, answer.header("content-type")) == (200, ["font/woff2"])
        assert answer.header("cache-control") == ["public, max-age=2592000"]
        # WOFF2: the signature, the flavour, then the length of the file.
        assert answer.body[:4] == b"wOF2"
        assert int.from_bytes(answer.body[8:12]) == len(answer.body)


def test_fonts_are_served_below_a_base_path() -> None:
    assert fetch("/class/7b/fonts/noto-sans-thai.woff2").body == (FONTS / "noto-sans-thai.woff2").read_bytes()


@pytest.mark.parametrize(
    "name", ["OFL.txt", "README.md", "noto-sans-latin.woff2", "..%2Fsample_news.json.gz"]
)
def test_nothing_else_is_served(name: str) -> None:
    assert fetch(f"/fonts/{name}").status == 404


def test_each_script_that_the_app_tells_apart_has_a_font() -> None:
    assert NAMES.keys() == {language.script for language in LANGUAGES.values()} - STREAMLITS_OWN
    for script, names in NAMES.items():
        addresses = [
            face.address
            for face in faces()
            if face.characters >= {ord(char) for char in names if char != " "}
        ]
        assert addresses == (list(HAN) if script in ("Han", "Japanese") else addresses[:1]), script
        assert addresses, script


def test_no_two_fonts_want_the_same_character() -> None:
    """The Japanese and the Chinese do: of the two the browser asks the later first, and the other for what it lacks."""
    for first, second in itertools.combinations(faces(), 2):
        if (first.address, second.address) == HAN:
            assert first.characters == second.characters
        else:
            assert first.characters & second.characters <= JOINERS, (first.address, second.address)


def test_latin_digits_and_blanks_stay_streamlits_own() -> None:
    own = set(range(0x20, 0x530)) | {0x2013, 0x2019, 0x201C, 0x201D, 0x2026, 0x2192}
    assert [face.address for face in faces() if face.characters & own] == []


def test_text_headings_and_code_end_with_the_same_fonts() -> None:
    lists = [theme()[key].split(", ") for key in ("font", "headingFont", "codeFont")]
    assert [fonts[0] for fonts in lists] == ['"Source Sans"', '"Source Serif"', '"Source Code Pro"']
    assert lists[0][1:] == lists[1][1:] == lists[2][1:]
    assert lists[0][-1] == f'"{FAMILY}"'


def test_the_licence_and_the_list_of_fonts_stand_beside_them() -> None:
    licence = (FONTS / "OFL.txt").read_text("utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert "Reserved Font Name 'Source'" in licence
    rows = re.findall(
        r"^\| .* \| `(.+)` \| ([\d,]+) \|", (FONTS / "README.md").read_text("utf-8"), re.MULTILINE
    )
    assert {name: int(size.replace(",", "")) for name, size in rows} == {
        file.name: round(file.stat().st_size / 1000) for file in FONTS.glob("*.woff2")
    }
    # An owner for each font; the Chinese, Japanese and Korean have one.
    assert licence.count("The Noto Project Authors") == len(rows) - 3
