"""A number and what it counts, for sentences."""


def many(number: int, singular: str, plural: str = "") -> str:
    """A number and what it counts: "1 word", "1,200 words"; ``plural`` where that is not ``singular`` and an s."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"
