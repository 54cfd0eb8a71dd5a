"""Sentences on the hidden states over one text, and over two texts with the same ending; plain text."""

from core.insight.lessons.loop.compute import SharedEnding, StateSequence
from core.settings.network import NetworkSettings
from core.text.cleaning_steps import SEPARATOR


def states(sequence: StateSequence) -> str:
    """Where the hidden state changes most and least."""
    start = f"The same {sequence.weight_count:,} weights at every word."
    if len(sequence.words) == 1:
        return f"{start} At “{sequence.words[0]}” a unit changes by {sequence.changes[0]:.2f} on average."
    most, least = int(sequence.changes.argmax()), int(sequence.changes.argmin())
    return (
        f"{start} The state changes most at “{sequence.words[most]}”, by {sequence.changes[most]:.2f} a unit on "
        f"average, and least at “{sequence.words[least]}”, by {sequence.changes[least]:.2f}."
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
        f"{remaining_share(ending)} of the difference is still there. "
        "A network without memory has 0 from the first of them on."
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


def drawn_states(network: NetworkSettings, sequence: StateSequence, *, most_steps: int) -> str:
    """Which hidden states are drawn, of ``most_steps`` words at most, and which other layers and members there are."""
    caption = f"Each box of the strip is one of {sequence.units:,} units: green above 0, purple below."
    if network.layers[0].bidirectional:
        caption += (
            " Drawn is the layer that reads forward; another with weights of its own reads from the last word back "
            "to the first."
        )
    if len(network.layers) > 1:
        caption += (
            f" It is the first of {len(network.layers)} layers: the next one reads its states in the words' "
            "place."
        )
    if network.ensemble_size > 1:
        caption += f" The classifier has {network.ensemble_size} readers side by side; this is the first."
    if sequence.largest > 1:
        caption += f" A {network.cell}'s state has no bounds; the fullest colour is {sequence.largest:.2f}."
    if len(sequence.words) > most_steps:
        caption += f" The first {most_steps} of {len(sequence.words):,} words are drawn."
    if SEPARATOR in sequence.words:
        caption += f" {SEPARATOR} is the mark that stands between a headline and its description."
    if not all(sequence.known):
        caption += " Dashed words are unknown to it; all of them have one and the same row."
    return caption
