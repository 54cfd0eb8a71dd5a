"""Sentences on vanishing and exploding gradients, and numbers of any size as text; plain text."""

import math

from core.insight.lessons.vanishing.compute import (
    Chain,
    ClassifierGradients,
    relative_gradients,
)
from core.settings.network import NetworkSettings

_SHOWN = 4  # factors written out at either end


def product_text(chain: Chain) -> str:
    """The factors from the end back and their product: "0.90 × 0.90 × … × 0.90 = 0.0148"."""
    factors = [f"{factor:.3f}" for factor in chain.factors[::-1]]
    if not factors:
        return "1 (there is one word, and no step back)"
    if len(factors) > 2 * _SHOWN:
        factors = [*factors[:_SHOWN], f"… {len(factors) - 2 * _SHOWN} more …", *factors[-_SHOWN:]]
    return f"{' × '.join(factors)} = {format_number(chain.first_gradient)}"


def format_number(value: float) -> str:
    """A number of any size: 0.0148, 4,183, or 2.3 · 10⁻⁹ where it has too many digits."""
    if not value:
        return "0"
    if 1e-4 <= abs(value) < 1e6:
        digits = max(0, 2 - math.floor(math.log10(abs(value))))
        return f"{value:,.{digits}f}"
    exponent = math.floor(math.log10(abs(value)))
    power = str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{value / 10.0**exponent:.1f} · 10{power}"


def caption(chain: Chain) -> str:
    """The caption of the unit's gradient; plain text."""
    words = len(chain.states)
    if words == 1:
        return "One word: there is no way back yet."
    back = words - 1
    share, mean = chain.first_gradient, chain.first_gradient ** (1 / back)
    start = f"{back} word{'s' * (back != 1)} before the last one, {format_number(share)} times its gradient arrives"
    if share > 10:
        return f"{start}: each step back multiplies by {mean:.2f} on average, and the gradient explodes."
    if share < 0.1:
        return f"{start}: each step back multiplies by {mean:.2f} on average, and the gradient vanishes."
    return f"{start}: each step back multiplies by {mean:.2f} on average."


def classifier_caption(gradients: ClassifierGradients, network: NetworkSettings) -> str:
    """The caption of the classifier's two lines; plain text."""
    steps = len(gradients.words) - 1
    if not steps or not gradients.state[-1]:
        return (
            "With one word there is no way back yet."
            if not steps
            else "Nothing comes back, even to the last word."
        )
    share = float(relative_gradients(gradients.state)[0])
    told = (
        f"Through the {network.cell}'s state, {format_number(share)} times the last word's gradient arrives "
        f"at the first"
    )
    if share > 0:
        told += f", as if every step multiplied by {share ** (1 / steps):.2f}"
    if network.pooling == "max_mean":
        return (
            f"{told}. The answer has shorter ways besides: it takes the largest and the mean of the states after all "
            "words, so each word is near it."
        )
    if len(network.layers) > 1:
        return f"{told}. The answer has shorter ways besides: the next layer reads this one's states at all words."
    if network.layers[0].bidirectional:
        return f"{told}. The answer has another way besides: a layer that reads from the last word back to the first."
    return f"{told}. The answer rests on the last state, so its gradient goes this way too."


def title(found: Chain) -> str:
    back = len(found.states) - 1
    if not back:
        return "One word: no way back yet"
    verb = (
        "explodes to"
        if found.first_gradient > 10
        else "vanishes to"
        if found.first_gradient < 0.1
        else "becomes"
    )
    return f"{back} word{'s' * (back != 1)} back, it {verb} {format_number(found.first_gradient)}"
