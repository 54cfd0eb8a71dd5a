"""Sentences on the hidden states over one text, and over two texts with the same ending; the step as a formula.

Plain text, or Markdown where it says so.
"""

from core.insight.lessons.loop.by_hand import B, Floats, Step, U, W
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
        return "Both begin with the same words, so their states are the same."
    same_words = "the same word" if words == 1 else f"the same {words} words"
    if not end:
        return (
            f"Before {same_words} a unit differs by {start:.2f} on average, and after them by nothing. It is "
            "forgotten."
        )
    if end > start:
        return (
            f"Before {same_words} a unit differs by {start:.2f} on average, and after them by {end:.3f}. So the "
            f"difference has grown to {remaining_share(ending)}. A network without memory would have 0 from the "
            "first of these words."
        )
    return (
        f"Before {same_words} a unit differs by {start:.2f} on average, and after them by {end:.3f}. So "
        f"{remaining_share(ending)} of the difference is still there. A network without memory would have 0 "
        "from the first of these words."
    )


def title(ending: SharedEnding) -> str:
    """The title of the chart of the differences."""
    if not ending.differences[0]:
        return "Alike from the beginning"
    words = len(ending.shared)
    after = "one word" if words == 1 else f"{words} words"
    if ending.differences[-1] > ending.differences[0]:
        return f"The difference grows to {remaining_share(ending)}"
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
            " The picture shows the layer that reads forward. A second one, with its own weights, reads "
            "from the last word to the first."
        )
    if len(network.layers) > 1:
        caption += (
            f" It is the first of {len(network.layers)} layers. The next one reads its states instead of "
            "the words."
        )
    if network.ensemble_size > 1:
        caption += f" The classifier has {network.ensemble_size} networks side by side. This is the first."
    if sequence.largest > 1:
        caption += (
            f" The state of a {network.cell} has no limits. The strongest colour is {sequence.largest:.2f}."
        )
    if len(sequence.words) > most_steps:
        caption += f" The first {most_steps} of {len(sequence.words):,} words are drawn."
    if SEPARATOR in sequence.words:
        caption += f" {SEPARATOR} marks the border between a headline and its description."
    if not all(sequence.known):
        caption += " Dashed words are unknown. They all share the same row."
    return caption


# The formula's letters in its order, and what each is in one line; Markdown.
LETTERS = (
    ("h_t", "the new hidden state: one number for each unit"),
    (r"\tanh", "the curve that bends each number to one between -1 and 1"),
    (
        "W",
        "the kernel: the weights of the word, a row for each unit, a column for each number of the embedding",
    ),
    ("x_t", "the word that is read now: its embedding"),
    ("U", "the recurrent kernel: the weights of the old state, a row and a column for each unit"),
    ("h_{t-1}", "the old hidden state: what the last timestep left. Before the first word it is all zeros"),
    ("b", "the bias: one number for each unit"),
)


def letters(units: int, size: int) -> str:
    """Each letter of the formula in one line, with its shape in a layer of ``units``; Markdown.

    Args:
        size: numbers in an embedding.
    """
    shapes = {
        "h_t": f"{units:,}",
        "W": f"{units:,}\u00a0×\u00a0{size:,}",
        "x_t": f"{size:,}",
        "U": f"{units:,}\u00a0×\u00a0{units:,}",
        "h_{t-1}": f"{units:,}",
        "b": f"{units:,}",
    }
    return "\n".join(
        f"- ${letter}$ is {meaning}." + (f" Shape: {shapes[letter]}." if letter in shapes else "")
        for letter, meaning in LETTERS
    )


def worked_step(step: Step) -> str:
    """The step of two units with its numbers: each unit's products, its sum, and the sum bent by tanh."""
    lines = [f"x = {_row(step.x, 1)}, old h = {_row(step.before, 3)}"]
    for unit, bias in enumerate(B):
        from_word, from_state = float(W[unit] @ step.x), float(U[unit] @ step.before)
        lines += [
            "",
            f"unit {unit + 1}",
            f"W x = {_products(W[unit], step.x, 1)} = {from_word:.3f}",
            f"U h = {_products(U[unit], step.before, 3)} = {from_state:.3f}",
            f"sum = {from_word:.3f} + {_term(from_state, 3)} + {_term(float(bias), 1)} = {step.total[unit]:.3f}",
            f"new h = tanh({step.total[unit]:.3f}) = {step.after[unit]:.3f}",
        ]
    return "\n".join(lines)


def _products(weights: Floats, values: Floats, digits: int) -> str:
    pairs = zip(weights.tolist(), values.tolist(), strict=True)
    return " + ".join(f"{_term(weight, 1)}·{_term(value, digits)}" for weight, value in pairs)


def _term(value: float, digits: int) -> str:
    """A number in a sum or product: a negative one in brackets."""
    return f"{value:.{digits}f}" if value >= 0 else f"({value:.{digits}f})"


def _row(values: Floats, digits: int) -> str:
    return f"({', '.join(f'{value:.{digits}f}' for value in values.tolist())})"
