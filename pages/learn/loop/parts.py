"""Widgets of the chapter on the loop: a caption, two sentences with the same ending."""

import streamlit as st

from core.insight.lessons.loop import captions, compute
from core.insight.lessons.loop.compute import StateSequence
from core.insight.lessons.loop.figures import ending_chart
from core.text.cleaning_steps import SEPARATOR
from pages.components.chart import chart
from pages.components.loop_drawing import MOST_STEPS
from pages.learn.classifier_choice import ChapterClassifier
from pages.learn.material import MOST_CHARACTERS
from pages.wording import count, literal

OTHER_BEGINNING = "A new film tells of a family"  # default of the second sentence's beginning
_OTHER_KEY = "loop_other"


def states_caption(chosen: ChapterClassifier, states: StateSequence) -> str:
    """Which hidden states are drawn, and which other layers and members the classifier has; Markdown."""
    network = chosen.classifier.network
    caption = (
        f"{chosen.caption} Each box of the strip is one of {count(states.units)} units: green above 0, purple "
        "below."
    )
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
    if states.largest > 1:
        caption += f" A {network.cell}'s state has no bounds; the fullest colour is {states.largest:.2f}."
    if len(states.words) > MOST_STEPS:
        caption += f" The first {MOST_STEPS} of {count(len(states.words))} words are drawn."
    if SEPARATOR in states.words:
        caption += f" {SEPARATOR} is the mark that stands between a headline and its description."
    if not all(states.known):
        caption += " Dashed words are unknown to it; all of them have one and the same row."
    return caption


def compare_beginnings(chosen: ChapterClassifier, words: tuple[str, ...]) -> None:
    """Draw the distance between the hidden states of two sentences with the same ending, at each timestep."""
    left, right = st.columns([1, 2], gap="large")
    half = (sum(word != SEPARATOR for word in words)) // 2
    beginning, ending = words[:half], words[half:]
    with left:
        st.markdown("**The beginning is in it**")
        typed = st.text_input(
            "Begin otherwise",
            OTHER_BEGINNING,
            max_chars=MOST_CHARACTERS,
            key=_OTHER_KEY,
            live="200ms",
            persist_state="session",
        )
        room = chosen.classifier.network.sequence_length - len(ending)
        other_beginning = tuple(word for word in chosen.words(typed or "") if word != SEPARATOR)[:room]
        st.markdown(
            "Two sentences that end alike: after the same words the states are not the same, because the step also "
            "takes what the words before have left. That is the network's memory; the line shows how much is left."
        )
        st.caption(
            literal(
                f"“{' '.join(beginning) or '…'}” or “{' '.join(other_beginning) or '…'}”, then “{' '.join(ending)}”"
            )
        )
    difference = compute.compare_endings(chosen.classifier, beginning, other_beginning, ending)
    with right:
        chart(ending_chart(difference), "loop_endings", "", captions.shared_ending(difference))
