"""Widgets of the chapter on vanishing gradients: sliders, the classifier's gradients, layers of many units."""

import streamlit as st

from core.insight.lessons.vanishing import captions, compute, many_units
from core.insight.lessons.vanishing.compute import MOST_WORDS, Chain, ClassifierGradients
from core.insight.lessons.vanishing.figures import MOST_EIGENVALUE, eigenvalues_chart, many_units_chart
from pages.components.chart import chart
from pages.components.unrolled_gradient import unrolled_gradient
from pages.learn.classifier_choice import ChapterClassifier
from pages.learn.prose import prose
from pages.single_flight_cache import SingleFlightCache
from pages.wording import help_text

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
        help=help_text("The unit's last state is multiplied by this before it comes in again."),
    )
    words = st.slider("Words", 2, MOST_WORDS, WORDS, key="vanishing_words", persist_state="session")
    push = st.segmented_control(
        "Each word pushes the state by",
        tuple(PUSHES),
        default=next(iter(PUSHES)),
        required=True,
        key="vanishing_push",
        persist_state="session",
        help=help_text(
            "When words push the state away from 0, the tanh curve is flatter there, and every factor is "
            "smaller."
        ),
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


def unit_formula() -> None:
    """Draw the formula of one unit with its letters explained, then its slope."""
    st.subheader("One unit as a formula", anchor=False)
    left, right = st.columns(2, gap="large")
    with left:
        st.latex(captions.UNIT, width="content")
        prose("This is the step of a SimpleRNN that has a single unit, so every letter is one number:")
        prose("\n".join(f"- ${letter}$ is {meaning}." for letter, meaning in captions.UNIT_LETTERS))
    with right:
        st.latex(captions.SLOPE, width="content")
        prose(
            "How much does the new state change when the old one grows a little? By the chain rule that is "
            "the weight $w$ times the slope of tanh. The slope of tanh is $1 - h_t^2$. It is 1 where the hidden state "
            "is 0, and nearly 0 where the state is near 1 or -1."
        )


def back_through_time(chain: Chain) -> None:
    """Draw the unit unrolled over the words, forward and back, and the factors with their product."""
    st.subheader("Backpropagation through time", anchor=False)
    prose(
        "Unrolled, the network has a copy of the unit for each word. Forward, each state goes into the next copy. "
        "The loss is computed at the end. Then the gradient goes back along the same way, from the last word to the "
        "first. This is backpropagation through time. Each step back multiplies the gradient by its factor."
    )
    unrolled_gradient(chain, key="unrolled_gradient")
    prose(
        "All copies share the weight w. Its own gradient is a sum with one part from each copy. Where the factors stay "
        "below 1, the far words add next to nothing: a vanishing gradient. Where they stay above 1, the parts of the "
        "far words grow and grow: an exploding gradient. All factors of your unit, from the end back:"
    )


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
            help=help_text("Its size: the distance from 0. Also called the spectral radius of the matrix."),
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
