"""Widgets of the chapter on vanishing gradients: sliders, the classifier's gradients."""

import streamlit as st

from core.insight.lessons.vanishing import compute
from core.insight.lessons.vanishing.compute import MOST_WORDS, Chain, ClassifierGradients
from pages.learn.classifier_choice import ChapterClassifier
from pages.single_flight_cache import SingleFlightCache

PUSHES = {"nothing": 0.0, "a little, 0.1": 0.1, "much, 0.5": 0.5}
WEIGHT, WORDS = 0.8, 40  # initial values of the sliders; the question uses them

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
    return compute.chain(weight, words, PUSHES[push or "nothing"])


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
