"""Widgets of the chapter on the loop: two sentences with the same ending."""

import streamlit as st

from core.insight.lessons.loop import captions, compute
from core.insight.lessons.loop.figures import ending_chart
from core.text.cleaning_steps import SEPARATOR
from pages.components.chart import chart
from pages.learn.classifier_choice import ChapterClassifier
from pages.learn.material import MOST_CHARACTERS
from pages.learn.prose import prose
from pages.wording import literal

OTHER_BEGINNING = "A new film tells of a family"  # default of the second sentence's beginning
_OTHER_KEY = "loop_other"


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
        prose(
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
