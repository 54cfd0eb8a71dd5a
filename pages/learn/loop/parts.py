"""Widgets of the chapter on the loop: two sentences with the same ending, the step as a formula with its numbers."""

import streamlit as st

from core.insight.glossary import TERMS
from core.insight.lessons.loop import by_hand, captions, compute
from core.insight.lessons.loop.figures import ending_chart
from core.text.cleaning_steps import SEPARATOR
from pages.components.chart import chart
from pages.learn.classifier_choice import ChapterClassifier
from pages.learn.material import EXAMPLE, MOST_CHARACTERS, Material, own_example
from pages.learn.prose import prose
from pages.wording import literal

OTHER_BEGINNING = "A new film tells of a family"  # default of the second sentence's beginning
OTHER_MATCH = "Snowick bravely lost"  # the same where a recorded network on "Who beat whom" reads
_OTHER_KEY = "loop_other"


def compare_beginnings(material: Material, chosen: ChapterClassifier, words: tuple[str, ...]) -> None:
    """Draw the distance between the hidden states of two sentences with the same ending, at each timestep."""
    left, right = st.columns([1, 2], gap="large")
    half = (sum(word != SEPARATOR for word in words)) // 2
    beginning, ending = words[:half], words[half:]
    with left:
        st.markdown("**The state remembers the beginning**")
        # A headline of the visitor's own where the network does not read English.
        own = own_example(material.visit, 1)
        typed = st.text_input(
            "Different beginning",
            OTHER_MATCH if material.cell else OTHER_BEGINNING if own == EXAMPLE else own,
            max_chars=MOST_CHARACTERS,
            key=f"{_OTHER_KEY}/match" if material.cell else _OTHER_KEY,
            live="200ms",
            persist_state="session",
        )
        room = chosen.classifier.network.sequence_length - len(ending)
        other_beginning = tuple(word for word in chosen.words(typed or "") if word != SEPARATOR)[:room]
        prose(
            "Two sentences that end with the same words. Their states still differ, because each step also "
            "takes what earlier words have left. That is the memory of the network. The line shows how "
            "much is left."
        )
        st.caption(
            literal(
                f"“{' '.join(beginning) or '…'}” or “{' '.join(other_beginning) or '…'}”, then “{' '.join(ending)}”"
            )
        )
    difference = compute.compare_endings(chosen.classifier, beginning, other_beginning, ending)
    with right:
        chart(ending_chart(difference), "loop_endings", "", captions.shared_ending(difference))


def step_by_hand() -> None:
    """Draw the formula of a SimpleRNN with its letters explained, and one word's step with all its numbers."""
    st.subheader("The step as a formula", anchor=False)
    left, right = st.columns(2, gap="large")
    steps = {step.word: step for step in by_hand.read_words()}
    with left:
        st.latex(TERMS["SimpleRNN"].formula, width="content")
        prose(
            "This is the whole step of a SimpleRNN. It adds up what the word says, what the old state says and a "
            "bias. Then tanh bends each sum."
        )
        prose(captions.letters(*by_hand.W.shape))
    with right:
        word = st.segmented_control(
            "A layer of two units reads “dog bites man”. Its step at",
            list(steps),
            default=next(iter(steps)),
            required=True,
            key="loop_by_hand",
            persist_state="session",
        )
        st.code(captions.worked_step(steps[word or "dog"]), language=None, wrap_lines=True)
        st.caption("W, U and b are the same at every word. Only x and the old h change.")
