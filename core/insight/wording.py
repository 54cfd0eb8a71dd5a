"""Numbers and lists formatted for sentences."""

from collections.abc import Sequence

from core.news.wording import many as many

_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def percent(share: float) -> str:
    """0.6443999 -> "64.4 %"; the space does not break."""
    return f"{100 * share:.1f}\u00a0%"


def points(difference: float) -> str:
    """A difference of two shares, without its sign: "1.3 points"."""
    return f"{100 * abs(difference):.1f} points"


def join_names(names: Sequence[str], *, most: int | None = None) -> str:
    """Join names for a sentence: "a", "a and b", "a, b and c"; beyond ``most`` names "a, b and 4 more"."""
    if most is not None and len(names) > most:
        names = [*names[:most], f"{len(names) - most:,} more"]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def shorten(text: str, most: int) -> str:
    """``text`` cut to ``most`` characters, the last an ellipsis."""
    return text if len(text) <= most else text[: most - 1] + "…"


def ordinal(number: int) -> str:
    """2 -> "2nd", 12 -> "12th"."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{ending}"


def superscript(number: int) -> str:
    """-7 -> "⁻⁷"."""
    return str(number).translate(_SUPERSCRIPTS)
