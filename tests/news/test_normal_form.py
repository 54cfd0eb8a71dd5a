"""Normal form C: Unicode's own answer for ordinary text, and a bound on the run of marks that Python would sort."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from core.news.normal_form import nfc

ACUTE, GRAVE_BELOW, JOINER = "\u0301", "\u0316", "\u034f"


@given(st.text())
def test_it_is_unicodes(text: str) -> None:
    assert nfc(text) == unicodedata.normalize("NFC", text)
    assert nfc(nfc(text)) == nfc(text)


def test_a_run_of_marks_is_broken_after_thirty() -> None:
    marks = (ACUTE + GRAVE_BELOW) * 15
    assert nfc("x" + marks) == "x" + GRAVE_BELOW * 15 + ACUTE * 15
    assert nfc("x" + marks * 2) == nfc("x" + marks) + JOINER + GRAVE_BELOW * 15 + ACUTE * 15
    assert nfc(nfc("x" + marks * 3)) == nfc("x" + marks * 3)
