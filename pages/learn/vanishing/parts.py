"""Widgets of the chapter on vanishing gradients: sliders, the classifier's gradients, layers of many units."""

import streamlit as st

from core.insight.lessons.vanishing import captions, compute, many_units
from core.insight.lessons.vanishing.compute import MOST_WORDS, Chain, ClassifierGradients
from core.insight.lessons.vanishing.figures import MOST_EIGENVALUE, eigenvalues_chart, many_units_chart
from pages.components.chart import chart
from pages.learn.classifier_choice import ChapterClassifier
from pages.learn.prose import prose
from pages.single_flight_cache import SingleFlightCache

PUSHES = {"0": 0.0, "0.001": 0.001, "0.1": 0.1, "0.5": 0.5}
WEIGHT, WORDS = 0.8, 40  # initial values of the sliders; the question uses them
EXPLODING, HARDLY = 1.2, 0.001  # a weight above 1, and a push that is enough against it
UNITS = 1, 4, 64  # of the layers

_gradients = SingleFlightCache[ClassifierGradients](64)


def chain_sliders() -> Chain:
    """Draw the sliders; return the chain of one recurrent unit that they define."""
    weight = st.slider(
        "Recurrent weight w",
        0.1,
        2.0,
        WEIGHT,
        0.05,
        key="vanishing_weight",
        persist_state="session",
        help="By what the unit's last state is multiplied before it comes in again.",
    )
    words = st.slider("Words", 2, MOST_WORDS, WORDS, key="vanishing_words", persist_state="session")
    push = st.segmented_control(
        "Each word pushes the state by",
        tuple(PUSHES),
        default=next(iter(PUSHES)),
        required=True,
        key="vanishing_push",
        persist_state="session",
        help="A state that was pushed away from 0 lies where tanh is flatter, and there every factor is smaller.",
    )
    return compute.chain(weight, words, PUSHES[push or "0"])


def repeated_sentence_gradients(
    chosen: ChapterClassifier, words: tuple[str, ...], max_words: int
) -> ClassifierGradients | None:
    """Gradients of the classifier over the sentence, repeated to ``max_words``; None if it has no words. Cached."""
    length = min(max_words, chosen.classifier.network.sequence_length)
    text = compute.repeat_words(words, length)
    if not text:
        return None
    # The weight and the push of the one unit are no part of the key: they change no gradient of the classifier.
    key = (chosen.key, chosen.classifier.labels, len(chosen.classifier.vocabulary), text)
    return _gradients.get(key, lambda: compute.classifier_gradients(chosen.classifier, text))


def many_unit_layers(words: int) -> None:
    """Draw the slider of the largest eigenvalue, the eigenvalues, and the gradient in layers of different size."""
    st.subheader("It takes many units to explode", anchor=False)
    left, right = st.columns([2, 3], gap="large")
    with left:
        largest = st.slider(
            "Largest eigenvalue",
            0.5,
            MOST_EIGENVALUE,
            2.0,
            0.1,
            key="vanishing_eigenvalue",
            persist_state="session",
            help="Its size: the distance from 0. Also called the spectral radius of the matrix.",
        )
        layers = [many_units.layer(units, largest, words) for units in UNITS]
        chart(
            eigenvalues_chart(layers[-1]),
            "lesson_eigenvalues",
            "The eigenvalues of the matrix of 64 units, and the circle of size 1",
            "Each point is an eigenvalue. Dotted: the circle of all numbers of size 1.",
        )
    with right:
        chart(
            many_units_chart(layers),
            "lesson_many_units",
            "The gradient in layers of 1, 4 and 64 units, counted back from the end, on a logarithmic axis",
            captions.many_units(layers),
        )
    prose(
        "In a layer of many units each state pushes all the others. The weight w becomes a matrix **U**: a step back "
        "multiplies by U, and by the slope of tanh at each unit. An eigenvalue is the factor by which U stretches a "
        "direction that it does not turn. With all states at 0, only the largest one counts in the end. Then there is "
        "tanh. A single unit soon stays where tanh is flat. Many units keep each other moving: some of them are always "
        "near 0, where tanh is steep. So with a largest eigenvalue well above 1 the gradient grows."
    )
    st.caption(
        "U is drawn at random and scaled; each word pushes each unit at random, by about 0.1. R. Pascanu, T. Mikolov, "
        "Y. Bengio: On the Difficulty of Training Recurrent Neural Networks, ICML 2013."
    )
