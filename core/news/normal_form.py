"""Unicode's normal form C: a letter and its accent as one character, in time linear in the text.

Leaves out: the cleaning of texts (``core/text``).
"""

import re
import unicodedata
from collections.abc import Iterable

_MOST_MARKS = 30  # in a row, as in the Stream-Safe Text Format of Unicode Standard Annex #15
_GRAPHEME_JOINER = "\u034f"  # an invisible mark across which no mark is moved


def character_ranges(codes: Iterable[int]) -> str:
    """The characters, rising, as the inside of a regular expression's set."""
    ranges: list[list[int]] = []
    for code in codes:
        if ranges and code == ranges[-1][1] + 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges)


# The marks that normalisation may put in another order. Beyond U+1F000 there are none.
_ORDERED = character_ranges(code for code in range(0x300, 0x1F000) if unicodedata.combining(chr(code)))
_TOO_MANY = re.compile(rf"([{_ORDERED}]{{{_MOST_MARKS}}})(?=[{_ORDERED}])")


def nfc(text: str) -> str:
    """``text`` with letter and accent as one character where Unicode has it: the two forms look the same.

    Python sorts a run of marks in time that grows with the square of its length, so a run is broken after 30.
    """
    if text.isascii() or unicodedata.is_normalized("NFC", text):
        return text
    return unicodedata.normalize("NFC", _TOO_MANY.sub(rf"\1{_GRAPHEME_JOINER}", text))
