"""Characters that nobody sees, found in names of categories and shown by code points; and what no table holds."""

import re

# Characters that change the writing direction or have no width. Source: Unicode 16, chapter 23.
HIDDEN = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
# NUL and lone surrogates, which C strings and UTF-8 cannot hold.
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def escape_hidden(text: str) -> str:
    """The text with each hidden character replaced by its code point, as the tables show it."""
    return HIDDEN.sub(lambda match: f"⟨U+{ord(match.group()):04X}⟩", text)
