"""Sentences on the hidden states over one text, and over two texts with the same ending; plain text."""

from core.insight.lessons.loop.compute import SharedEnding, StateSequence


def states(sequence: StateSequence) -> str:
    """Where the hidden state changes most and least."""
    start = f"The same {sequence.weight_count:,} weights at every word."
    if len(sequence.words) == 1:
        return f"{start} At “{sequence.words[0]}” a unit changes by {sequence.changes[0]:.2f} on average."
    most, least = int(sequence.changes.argmax()), int(sequence.changes.argmin())
    return (
        f"{start} The state changes most at “{sequence.words[most]}”, by {sequence.changes[most]:.2f} a unit on "
        f"average, and "
        f"least at “{sequence.words[least]}”, by {sequence.changes[least]:.2f}."
    )


def remaining_share(ending: SharedEnding) -> str:
    """Share of the initial difference that remains after the shared words, as text."""
    share = 100 * float(ending.differences[-1] / ending.differences[0])
    return f"{share:.0f}\u00a0%" if share >= 1 else "less than 1\u00a0%"


def shared_ending(ending: SharedEnding) -> str:
    """How much of the difference remains at the end."""
    start, end, words = (
        float(ending.differences[0]),
        float(ending.differences[-1]),
        len(ending.shared),
    )
    if not start:
        return "Both begin alike, so their states are one and the same."
    same_words = "the same word" if words == 1 else f"the same {words} words"
    if not end:
        return f"Before {same_words} a unit differs by {start:.2f} on average, after them by nothing: it is forgotten."
    return (
        f"Before {same_words} a unit differs by {start:.2f} on average, after them by {end:.3f}: "
        f"{remaining_share(ending)} of the "
        f"difference is still there. A network without memory has 0 from the first of "
        "them on."
    )


def title(ending: SharedEnding) -> str:
    """The title of the chart of the differences."""
    if not ending.differences[0]:
        return "Alike from the beginning"
    words = len(ending.shared)
    after = "one word" if words == 1 else f"{words} words"
    return (
        f"{remaining_share(ending)} is left after the same {after}"
        if ending.differences[-1]
        else f"Forgotten after {after}"
    )
