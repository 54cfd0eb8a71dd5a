"""Sentences on vanishing and exploding gradients, and numbers of any size as text; plain text."""

import math
from collections.abc import Sequence

from core.insight.lessons.vanishing.compute import (
    Chain,
    ClassifierGradients,
    relative_gradients,
)
from core.insight.lessons.vanishing.many_units import Layer
from core.insight.wording import join_names, superscript
from core.settings.network import NetworkSettings

_WRITTEN_OUT = 4  # factors at either end


# The formula of one unit, its letters in one line each, and its slope; LaTeX and Markdown.
UNIT = r"h_t = \tanh(w \, h_{t-1} + p_t)"
UNIT_LETTERS = (
    ("h_t", "the state after word t: one number, as there is one unit"),
    ("h_{t-1}", "the state before that word"),
    ("w", "the recurrent weight. In a layer of many units it is the matrix $U$"),
    ("p_t", "the push of the word. In a layer it is $W x_t + b$"),
)
SLOPE = r"\frac{\partial h_t}{\partial h_{t-1}} = w \, (1 - h_t^2)"


def factors(chain: Chain) -> str:
    """The factors from the end back and their product: "0.90 × 0.90 × … × 0.90 = 0.0148"."""
    texts = [f"{factor:.3f}" for factor in chain.factors[::-1]]
    if not texts:
        return "1 (there is one word, and no step back)"
    if len(texts) > 2 * _WRITTEN_OUT:
        texts = [*texts[:_WRITTEN_OUT], f"… {len(texts) - 2 * _WRITTEN_OUT} more …", *texts[-_WRITTEN_OUT:]]
    return f"{' × '.join(texts)} = {format_number(chain.first_gradient)}"


def format_number(value: float) -> str:
    """A number of any size: 0.0148, 4,183, or 2.3 · 10⁻⁹ where it has too many digits."""
    if not value:
        return "0"
    if 1e-4 <= abs(value) < 1e6:
        digits = max(0, 2 - math.floor(math.log10(abs(value))))
        return f"{value:,.{digits}f}"
    exponent = math.floor(math.log10(abs(value)))
    return f"{value / 10.0**exponent:.1f} · 10{superscript(exponent)}"


def unit_gradient(chain: Chain) -> str:
    """The share of the gradient that arrives at the first word."""
    words = len(chain.states)
    if words == 1:
        return "With one word there is no way back yet."
    back = words - 1
    share, mean = chain.first_gradient, chain.first_gradient ** (1 / back)
    start = f"{back} word{'s' * (back != 1)} before the last one, {format_number(share)} times its gradient arrives"
    if share > 10:
        return f"{start}: each step back multiplies by {mean:.2f} on average, and the gradient explodes."
    if share < 0.1:
        return f"{start}: each step back multiplies by {mean:.2f} on average, and the gradient vanishes."
    return f"{start}: each step back multiplies by {mean:.2f} on average."


def forward_step(chain: Chain, position: int) -> str:
    """The state after a word with its numbers; ``position`` counts from 0."""
    before = chain.states[position - 1] if position else 0.0
    return (
        f"Forward, word {position + 1}: h = tanh({chain.weight:g} · {format_number(before)} + {chain.word_input:g}) = "
        f"{format_number(chain.states[position])}."
    )


def gradient_at_the_end(words: int) -> str:
    """Where the way back begins."""
    return f"The loss comes from the state after word {words}. There the gradient is counted as 1."


def backward_step(chain: Chain, later: int, earlier: int) -> str:
    """What arrives at a word of what was at a later one; both count from 0."""
    steps = later - earlier
    factor = format_number(chain.gradients[earlier] / chain.gradients[later])
    how = f"times {factor}" if steps == 1 else f"times {factor}, the product of {steps} factors"
    return (
        f"Back to word {earlier + 1}: {format_number(chain.gradients[later])}, {how}, is "
        f"{format_number(chain.gradients[earlier])}."
    )


def pushed_unit(free: Chain, pushed: Chain) -> str:
    """What a push does to a gradient that explodes in one unit; both chains have the same weight above 1."""
    return (
        "Above 1 it explodes, but in one unit this only lasts while the state is exactly 0. At w = "
        f"{free.weight:g} and {len(free.states)} words it is {format_number(free.first_gradient)}. If each "
        f"word pushes the state by {pushed.word_input:g}, it is {format_number(pushed.first_gradient)}. The "
        "state moves away from 0 to where tanh is flat. There each factor is below 1."
    )


def many_units(layers: Sequence[Layer]) -> str:
    """How much arrives in layers of different size with the same largest eigenvalue."""
    back, largest = len(layers[0].gradients) - 1, float(abs(layers[0].eigenvalues[0]))
    parts = [
        f"{format_number(layer.first_gradient)} in {layer.units} unit{'s' * (layer.units != 1)}"
        for layer in layers
    ]
    return (
        f"With a largest eigenvalue of {largest:.1f}, this much of the gradient arrives {back} words back: "
        f"{join_names(parts)}."
    )


def many_units_title(layer: Layer) -> str:
    """The title of the chart of the layers' gradients; ``layer`` is the largest of them."""
    verb = (
        "it explodes to"
        if layer.first_gradient > 10
        else "it vanishes to"
        if layer.first_gradient < 0.1
        else "it is"
    )
    return f"{layer.units} units: {verb} {format_number(layer.first_gradient)}"


def eigenvalues_title(layer: Layer) -> str:
    outside = int((abs(layer.eigenvalues) > 1).sum())
    return f"{outside} of {layer.units} eigenvalues outside the circle"


def classifier_gradients(gradients: ClassifierGradients, network: NetworkSettings) -> str:
    """The share of the classifier's gradient that arrives at the first word, and the shorter ways that it has."""
    steps = len(gradients.words) - 1
    if not steps or not gradients.state[-1]:
        return (
            "With one word there is no way back yet."
            if not steps
            else "Nothing comes back, even to the last word."
        )
    share = float(relative_gradients(gradients.state)[0])
    start = (
        f"Through the {network.cell}'s state, {format_number(share)} times the last word's gradient arrives "
        f"at the first"
    )
    if share > 0:
        start += f", as if every step multiplied by {share ** (1 / steps):.2f}"
    if network.pooling == "max_mean":
        return (
            f"{start}. The answer also has shorter ways: it takes the largest and the mean of the states "
            "after all words. So each word is near it."
        )
    if len(network.layers) > 1:
        return (
            f"{start}. The answer also has shorter ways: the next layer reads the states of this one at all "
            "words."
        )
    if network.layers[0].bidirectional:
        return f"{start}. The answer also has another way: a layer that reads from the last word back to the first."
    return f"{start}. The answer rests on the last state, so its gradient goes this way too."


def title(chain: Chain) -> str:
    """The title of the chart of the gradients."""
    back = len(chain.states) - 1
    if not back:
        return "One word: no way back yet"
    verb = (
        "explodes to"
        if chain.first_gradient > 10
        else "vanishes to"
        if chain.first_gradient < 0.1
        else "becomes"
    )
    return f"{back} word{'s' * (back != 1)} back, it {verb} {format_number(chain.first_gradient)}"


def drawn_gradients(gradients: ClassifierGradients, network: NetworkSettings, *, max_words: int) -> str:
    """Which gradients of the classifier are drawn beside those of the one unit over ``max_words`` words."""
    caption = (
        f"The network reads your sentence again and again, {len(gradients.words):,} words in all. The chart "
        "shows the gradient at each word. One line starts from the last state of the first layer, forward. "
        "The other starts from the logit of the answer."
    )
    if len(gradients.words) < max_words:
        caption += f" It reads at most {network.sequence_length:,} words, so its lines end there."
    if network.has_bag_of_words:
        caption += " The direct votes of words and pairs are left out."
    return caption
