"""The prediction for one headline: its tokens, the most probable label, the ranking."""

import streamlit as st

from core.insight.wording import percent
from core.model.classifier import Classifier, Prediction
from core.text.cleaning_steps import SEPARATOR
from core.text.vocabulary import OOV_ID
from pages import layout
from pages.components.ranking_bars import ranking_bars
from pages.components.token_row import token_row
from pages.loaded_classifier import LoadedClassifier
from pages.widgets.headline_box import MOST_CHARACTERS
from pages.widgets.prediction_work import predict
from pages.widgets.token_rows import prediction_tokens
from pages.wording import count, help_text, literal

_MOST_CUT = 10  # words drawn after the last that is read; the others are counted


def draw_answer(loaded: LoadedClassifier, headline: str) -> Prediction:
    """Draw the tokens on top, the label at the left below them, the ranking at the right; return the prediction.

    Raises:
        HeadlineLabError: there is no prediction.
    """
    classifier, prediction = loaded.classifier, predict(loaded, headline[:MOST_CHARACTERS])
    tokens = prediction_tokens(classifier, prediction)[: prediction.tokens_read + _MOST_CUT]
    token_row(tokens, "words_read", label="Words as the network reads them")
    left, right = layout.columns()
    with left:
        with st.container(horizontal=True):
            st.metric("Most likely", literal(prediction.label), width="content")
            st.metric(
                "Probability",
                percent(prediction.probability),
                width="content",
                help=help_text("How sure the network is. It can be sure and still be wrong."),
            )
        for note in _notes(classifier, prediction):
            st.caption(note)
        if len(headline) > MOST_CHARACTERS:
            st.caption(f"Only the first {count(MOST_CHARACTERS)} characters are used.")
    with right:
        st.caption("Probability of each category")
        ranking_bars(prediction.ranking, "ranking", most=8)
    return prediction


def _notes(classifier: Classifier, prediction: Prediction) -> list[str]:
    """What a visitor should know before trusting the prediction; Markdown."""
    notes = ["The number under a word is all the network sees of that word."] if prediction.words else []
    if SEPARATOR in prediction.words:
        notes.append(f"{SEPARATOR} marks where the description begins in the training articles.")
    cut = len(prediction.words) - prediction.tokens_read
    if not prediction.words:
        notes.append(
            "After cleaning, no word is left. So the answer only shows which categories are frequent."
        )
    elif prediction.all_out_of_vocabulary:
        notes.append("It knows none of these words. So the answer only shows which categories are frequent.")
    elif prediction.unknown:
        several = len(prediction.unknown) > 1
        words = f"{len(prediction.unknown)} words are" if several else "One word is"
        notes.append(
            f"{words} new to it (dashed). It reads number {OOV_ID} instead, the number of every unknown word."
        )
    if cut:
        length = classifier.network.sequence_length
        notes.append(f"It reads at most {length} words. The last {count(cut)} (faded) are cut off.")
    return notes
