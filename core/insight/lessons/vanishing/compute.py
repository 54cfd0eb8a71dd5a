"""Backpropagation through time: how the gradient from the end of a text shrinks or grows on its way to each word.

One unit, by the chain rule: h(t) = tanh(w h(t-1) + x(t)), so each step back multiplies by w (1 - h(t)²). S.
Hochreiter, "Untersuchungen zu dynamischen neuronalen Netzen", diploma thesis, TU München, 1991; Y. Bengio, P. Simard
and P. Frasconi, "Learning Long-Term Dependencies with Gradient Descent Is Difficult", IEEE Transactions on Neural
Networks 5(2), 1994. Also the gradients of a classifier over a text. Leaves out: one word moved away from the end of a
text, for four cells with the same training (``memory_race/forgetting.py``).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from core.model.backward import embedding_gradients
from core.model.classifier import Classifier
from core.model.forward import Weights, forward, forward_embedded, weight_prefix
from core.settings.network import NetworkSettings
from core.text.cleaning_steps import SEPARATOR

MOST_WORDS = 60
_MOST_UNITS = 32  # of the last state, evenly spaced: each needs a backward pass

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chain:
    """One recurrent unit over some words; all arrays from the first word to the last.

    Attributes:
        weight: w, the recurrent weight.
        word_input: x, the same at every timestep.
        states: (words,) h after each word.
        gradients: (words,) d h(end) / d h(t).
    """

    weight: float
    word_input: float
    states: Floats
    gradients: Floats

    @property
    def factors(self) -> Floats:
        """(words - 1,): the factor of the gradient from each word to the word before."""
        return self.weight * (1 - self.states[1:] ** 2)

    @property
    def first_gradient(self) -> float:
        """The gradient at the first word; at the last it is 1."""
        return float(self.gradients[0])


def chain(weight: float, words: int, word_input: float) -> Chain:
    """Run the unit forward over ``words`` words, then backward by the chain rule."""
    if words < 1:
        raise ValueError(f"words must be at least 1, got {words}")
    states, h = np.empty(words), 0.0
    for t in range(words):
        h = math.tanh(weight * h + word_input)
        states[t] = h
    gradients, back = np.empty(words), 1.0  # back: d h(end) / d h(t)
    for t in reversed(range(words)):
        gradients[t] = back
        back *= weight * (1 - states[t] ** 2)  # tanh' = 1 - tanh²
    return Chain(weight=weight, word_input=word_input, states=states, gradients=gradients)


# --- Gradients of a classifier ---


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ClassifierGradients:
    """A classifier's gradients with respect to the embedding vectors of a text, (words,) each, in the text's order.

    Attributes:
        state: norm of the gradient of a unit of the first layer's last forward state; root mean square over the units.
        answer: norm of the gradient of the predicted label's logit, without the bag-of-words branch; mean over the
            ensemble members.
    """

    words: tuple[str, ...]
    state: Floats
    answer: Floats


def repeat_words(words: Sequence[str], most: int) -> tuple[str, ...]:
    """Repeat the words, without separators, until there are ``most``; () if there is none."""
    real_words = [word for word in words if word != SEPARATOR]
    return tuple(real_words[position % len(real_words)] for position in range(most)) if real_words else ()


def classifier_gradients(classifier: Classifier, words: Sequence[str]) -> ClassifierGradients:
    """Gradients over at least one word; longer texts are cut to the classifier's sequence length.

    Cost: a forward and a backward pass of 32 texts through the first layer; 0.1 s for 60 words and 100 units.
    """
    ids = np.array([classifier.encode(words)])  # (1, words)
    weights, network = classifier.weights, classifier.network
    mask = np.ones(ids.shape, bool)
    label = forward(weights, network, ids).logits.argmax(axis=1)  # (1,)
    answer = np.zeros(ids.shape[1])
    for member in range(network.ensemble_size):
        prefix = weight_prefix(member)
        trace = forward_embedded(weights, prefix, network, weights[f"{prefix}embedding"][ids], mask)
        answer += _norms(embedding_gradients(weights, prefix, network, trace, mask, label)[0])
    return ClassifierGradients(
        words=tuple(words[: ids.shape[1]]),
        state=_state_gradients(weights, network, ids),
        answer=answer / network.ensemble_size,
    )


def _state_gradients(weights: Weights, network: NetworkSettings, ids: npt.NDArray[np.integer]) -> Floats:
    """Gradients of a network that consists of the first layer's forward direction and outputs its last state."""
    units = network.layers[0].units
    one_layer = replace(
        network,
        tokenization="words",
        ensemble_size=1,
        pooling="last",
        layers=(replace(network.layers[0], bidirectional=False),),
    )
    layer_weights = {name: array for name, array in weights.items() if name.startswith("layers/0/forward/")}
    layer_weights |= {
        "dense/kernel": np.eye(units, dtype=np.float32),
        "dense/bias": np.zeros(units, np.float32),
    }
    unit_indices = np.unique(np.linspace(0, units - 1, min(units, _MOST_UNITS)).astype(int))
    embedded = np.repeat(weights["embedding"][ids], len(unit_indices), axis=0)  # (units, words, size)
    mask = np.ones(embedded.shape[:2], bool)
    trace = forward_embedded(layer_weights, "", one_layer, embedded, mask)
    # (units, words)
    norms = _norms(embedding_gradients(layer_weights, "", one_layer, trace, mask, unit_indices))
    return np.asarray(np.sqrt((norms**2).mean(axis=0)))


def _norms(gradients: npt.NDArray[np.float32]) -> Floats:
    """Euclidean norms over the last axis, in double precision, because the squares of small numbers underflow."""
    return np.asarray(np.linalg.norm(gradients.astype(np.float64), axis=-1))


def relative_gradients(gradients: Floats) -> Floats:
    """Each gradient as a share of that at the last word; NaN if that is 0."""
    last = float(gradients[-1])
    return gradients / last if last else np.full(len(gradients), np.nan)
