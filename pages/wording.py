"""Text on the page: a visitor's words shown literally, and numbers as a person writes them."""

import re
from collections import Counter
from collections.abc import Mapping
from typing import TypeVar

from core.insight.glossary import link_first_uses

Key = TypeVar("Key")

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_JOINER = "\u2060"  # has no width: it only keeps two characters from being read as one sign
_BACKTICKS = re.compile("`+")
_SURROGATE = re.compile("[\ud800-\udfff]")
# What Streamlit replaces after Markdown's own escapes are undone: :emoji: and :material/icons:, mail
# addresses, www. links, and the arrows and dashes that it makes of ->, <=, --.
_REPLACED_LATER = re.compile(r"(?<=[:@])|(?<=[wW]{3})(?=\.)|(?<=[-<>~])(?=[-=>])")
# Controls and the marks that turn the direction of the text after them.
_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069]+")
# What is written from right to left: from one of its letters to the last before a letter of another script.
_RIGHT_TO_LEFT = re.compile(
    r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc](?:[\W\d_\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]*"
    r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc])?"
)


def plain(text: str) -> str:
    """``text`` in one line, without controls, direction marks and lone surrogates."""
    return _SURROGATE.sub("\ufffd", _INVISIBLE.sub(" ", text)).strip()


def help_text(text: str) -> str:
    """A help text of ours whose first use of each of the field's words is linked to the glossary, as in a chapter.

    It depends on the text alone, not on what else is linked on the page: a widget whose help changes begins again.
    """
    return link_first_uses(text)[0]


def literal(text: str) -> str:
    """Markdown that shows ``text`` as it stands, for labels, captions, titles, toasts, helps and radio options.

    Streamlit's Markdown draws colours, icons, emoji, formulas and links; none of them comes out of a
    visitor's text. What runs from right to left is isolated, so that it moves no figures behind it: "علوم, 94 %".
    Not for what Streamlit shows as plain text (select boxes, tables, ``st.text``). Linear.
    """
    guarded = _REPLACED_LATER.sub(_JOINER, plain(text))
    return _RIGHT_TO_LEFT.sub("\u2067\\g<0>\u2069", _PUNCTUATION.sub(r"\\\1", guarded))


def code_span(text: str) -> str:
    """Markdown that shows ``text`` as code. It adds no invisible sign, so what is copied from it is ``text``."""
    one_line = plain(text)
    fence = "`" * (1 + max(map(len, _BACKTICKS.findall(one_line)), default=0))
    return f"{fence} {one_line} {fence}"


def distinct(names: Mapping[Key, str]) -> dict[Key, str]:
    """The names with a number behind those that stand there twice: Streamlit finds an option by its text again."""
    occurrences: Counter[str] = Counter()
    unique = {}
    for key, name in names.items():
        occurrences[name] += 1
        unique[key] = name if occurrences[name] == 1 else f"{name} ({occurrences[name]})"
    return unique


def count(number: float) -> str:
    """180768 -> "180,768"."""
    return f"{number:,.0f}"


def duration(seconds: float) -> str:
    """80 -> "1 min 20 s", 0.31 -> "0.3 s", 7380 -> "2 h 3 min"; the two largest units."""
    if seconds < 9.95:
        return f"{max(seconds, 0):.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def size(amount: int) -> str:
    """Bytes in the unit a person reads: 8388608 -> "8.4 MB"."""
    for limit, unit in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if amount >= limit:
            return f"{amount / limit:.1f} {unit}"
    return f"{amount} B"
