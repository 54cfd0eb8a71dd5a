"""What counts as one character and as part of a word, in every script.

A letter and its signs belong together: the vowel signs of Hindi, Thai and Arabic are combining marks (Unicode's
categories Mn, Mc, Me), which Python's ``\\w`` leaves out. :data:`MARKS` adds them to the patterns of the cleaning
steps, which so keep a word of any script whole (rule WB4 of Unicode Standard Annex #29).

Leaves out: normal form C (``core/news/normal_form.py``), the cleaning steps (``cleaning_steps.py``).
"""

import re
import unicodedata

import regex

from core.news.normal_form import character_ranges

# Signs of Arabic that say how a word is read (harakat, tanwin, shadda, sukun, superscript alef, those of the Quran),
# and tatweel, which stretches it. Not hamza and madda, which are letters with their base.
TASHKEEL = re.compile(
    "[\u0610-\u061a\u0640\u064b-\u0652\u0656-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed]"
)

_EMOJI_FROM = 0x1F000  # between here and the variation selectors no mark is assigned
_SELECTORS_FROM = 0xE0100

# Each is the inside of a set. Combining marks of all scripts, with the selectors of emoji style and the keycap.
MARKS = character_ranges(
    code
    for block in (range(0x300, _EMOJI_FROM), range(_SELECTORS_FROM, _SELECTORS_FROM + 240))
    for code in block
    if unicodedata.category(chr(code))[0] == "M"
)
# Zero-width non-joiner and joiner: part of the spelling in Persian and the scripts of India, and of emoji.
JOINERS = "\u200c\u200d"
# What may follow the first character of an emoji: marks, skin tones, and the tags of the flags of regions.
_EXTENDS = MARKS + "\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f"
_REGIONAL = "\U0001f1e6-\U0001f1ff"  # two of these letters are a flag

# What may follow a character that is neither letter, digit nor blank, so that an emoji of several characters is one:
# the second letter of a flag; marks and skin tones; a joiner and the next emoji. Each part is read once: linear time.
REST_OF_SYMBOL = (
    rf"(?:(?<=[{_REGIONAL}])[{_REGIONAL}])?+"
    rf"[{_EXTENDS}]*+(?:\u200d(?:[^\w\s{_EXTENDS}{JOINERS}][{_EXTENDS}]*+)?+)*+"
)

_SIGNS = re.compile(f"[{MARKS}{JOINERS}]")
# A flag before \X, which would count all letters before it; a blank before \X, so that none becomes part of a cluster.
_GRAPHEME = regex.compile(rf"\s|[{_REGIONAL}]{{2}}[\p{{M}}\u200d]*+|\X")


def is_word(text: str) -> bool:
    """Whether ``text`` is letters alone, of any script, with their signs: no digit, no punctuation.

    >>> is_word("खेल"), is_word("cat"), is_word("b2b"), is_word("...")
    (True, True, False, False)
    """
    return text[:1].isalpha() and _SIGNS.sub("", text).isalpha()


def graphemes(text: str) -> list[str]:
    """The characters as a reader sees them (extended grapheme clusters), blanks included; linear time.

    >>> graphemes("स्त्री 1️⃣")
    ['स्त्री', ' ', '1️⃣']
    """
    return list(text) if text.isascii() else _GRAPHEME.findall(text)
