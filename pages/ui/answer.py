"""One headline's answer: its words as the network reads them, the likeliest label, the ranking."""

import streamlit as st

from core.insight.figures.prediction import ranking_chart
from core.rnn.classifier import Classifier, Prediction
from core.text.vocabulary import UNKNOWN
from pages.ui import page
from pages.ui.text import count, literal, percent
from pages.ui.tokens import Status, Token, token_row

# Invented; enough to see the ranking move.
EXAMPLES = (
    "Senate votes on new climate bill after a long night",
    "Ten easy dinners for busy weeknights",
    "Striker scores twice in the last minute of the final",
)


def draw_answer(classifier: Classifier, prediction: Prediction) -> None:
    """The words on top; below them at the left the label, at the right the ranking."""
    token_row(_tokens(classifier, prediction), key="words_read", label="Words that the network reads")
    left, right = page.columns()
    with left:
        st.metric("Most likely", literal(prediction.label))
        st.metric("Probability", percent(prediction.probability))
        for note in _notes(classifier, prediction):
            st.caption(note)
    with right:
        st.plotly_chart(
            ranking_chart(prediction.ranking),
            key="ranking",
            config={"displayModeBar": False},
            alt="; ".join(f"{label} {percent(share)}" for label, share in prediction.ranking[:8]),
        )


def _tokens(classifier: Classifier, prediction: Prediction) -> list[Token]:
    tokens = []
    for place, word in enumerate(prediction.words):
        number = classifier.vocabulary.number(word)
        status: Status = "unknown" if number == UNKNOWN else "plain"
        cut = place >= prediction.read
        tokens.append(Token(word=word, number=None if cut else number, status="cut" if cut else status))
    return tokens


def _notes(classifier: Classifier, prediction: Prediction) -> list[str]:
    """What a reader should know before trusting the answer; Markdown."""
    notes = []
    cut = len(prediction.words) - prediction.read
    if not prediction.words:
        notes.append("After cleaning no word is left, so the answer only says which categories are frequent.")
    elif prediction.knows_nothing:
        notes.append("It knows none of these words, so the answer only says which categories are frequent.")
    elif prediction.unknown:
        many = len(prediction.unknown) > 1
        words = f"{len(prediction.unknown)} words are" if many else "One word is"
        notes.append(
            f"{words} new to it (dashed): it reads number {UNKNOWN}, which stands for every unknown word."
        )
    if cut:
        length = classifier.network.sequence_length
        notes.append(f"It reads {length} words at most; the last {count(cut)} (faded) are cut off.")
    return notes


def try_examples(key: str) -> None:
    """What will stand here, and three headlines that fill it; ``key`` is the text input's."""
    with st.container(border=True):
        st.markdown("Its words, their numbers and the ranking of the categories will stand here. Try one:")
        for number, example in enumerate(EXAMPLES):
            st.button(
                literal(example),
                key=f"example_{number}",
                type="tertiary",
                icon=":material/format_quote:",
                on_click=st.session_state.__setitem__,
                args=(key, example),
            )
