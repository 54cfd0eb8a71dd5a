"""Counterfactuals: what another word does to the prediction, and the smallest change that flips it."""

from functools import partial

import pandas as pd
import streamlit as st

from core.insight.prediction import captions
from core.insight.prediction.cost import flip_work, substitution_work
from core.insight.prediction.counterfactuals import Counterfactual, substitution_counterfactuals
from core.insight.wording import percent
from core.tasks.prediction_tasks import FindSmallestFlip, SubstituteWord
from core.text.cleaning_steps import SEPARATOR
from pages import caches
from pages.components.token_row import Status, Token, token_row
from pages.loaded_classifier import LoadedClassifier
from pages.widgets.prediction_work import computed
from pages.wording import count, distinct, literal, plain


def draw_counterfactuals(loaded: LoadedClassifier, words: tuple[str, ...], label: str) -> None:
    """Draw a choice of word and its substitutions; below, the smallest change that flips the prediction."""
    positions = [position for position, word in enumerate(words) if word != SEPARATOR]
    if not positions:
        st.info("There is no word here to change.")
        return
    # The words are part of the key: else the choice of "word 3" would outlive its headline.
    position = st.pills(
        "Try changing this word",
        positions,
        default=positions[0],
        format_func=distinct({position: literal(words[position]) for position in positions}).__getitem__,
        key=f"change/{hash(words)}",
        required=True,
    )
    classifier = loaded.classifier
    vocabulary = len(classifier.vocabulary)
    work_of = partial(substitution_work, classifier.network, vocabulary=vocabulary)
    if sentence := captions.refusal(classifier.network, "Predicting {} ten times", work_of, len(words)):
        st.info(sentence)
        return
    counterfactuals = computed(
        work_of(len(words)),
        lambda: substitution_counterfactuals(classifier, words, position),
        SubstituteWord(card=loaded.card, words=words, position=position),
    )
    table = pd.DataFrame(
        {
            "In its place": [
                "nothing"
                if counterfactual.substitutions[0].word is None
                else plain(counterfactual.substitutions[0].word)
                for counterfactual in counterfactuals
            ],
            "How alike": [
                ""
                if counterfactual.substitutions[0].word is None
                else f"{counterfactual.substitutions[0].similarity:.2f}"
                for counterfactual in counterfactuals
            ],
            "Answer": [plain(counterfactual.label) for counterfactual in counterfactuals],
            "Probability": [percent(counterfactual.probability) for counterfactual in counterfactuals],
            f"{plain(label)} has": [
                percent(counterfactual.original_label_probability) for counterfactual in counterfactuals
            ],
        }
    )
    st.dataframe(
        table,
        hide_index=True,
        width="stretch",
        height="content",
        column_config={
            "How alike": st.column_config.TextColumn(
                help="Cosine of the two words' vectors: 1 is the same direction, 0 none in common.",
            )
        },
    )
    flipped = sum(counterfactual.label != label for counterfactual in counterfactuals)
    st.markdown(counterfactual_caption(words[position], label, flipped, len(counterfactuals)))
    st.markdown("**The smallest change that turns the answer**")
    flip_work_of = partial(flip_work, classifier.network, vocabulary=vocabulary)
    if sentence := captions.refusal(
        classifier.network, "Changing {} one or two at once", flip_work_of, len(words)
    ):
        st.markdown(sentence)
        return
    flip, tried = computed(
        flip_work_of(len(words)),
        lambda: caches.smallest_flip(loaded, words),
        FindSmallestFlip(card=loaded.card, words=words),
    )
    if flip is None:
        st.markdown(
            f"None of {count(tried)} changes of one or two words does: the answer stays {literal(label)}."
        )
        return
    token_row(_tokens(words, flip), "smallest_flip", label="The headline with the change")
    st.markdown(
        f"With this change the answer is {literal(flip.label)} ({percent(flip.probability)}) and {literal(label)} has "
        f"{percent(flip.original_label_probability)}. {count(tried)} changes were tried."
    )


def counterfactual_caption(word: str, label: str, flipped: int, tried: int) -> str:
    """Whether the prediction depends on this word; Markdown."""
    quoted, name = f"“{literal(word)}”", literal(label)
    if tried == 1:
        return f"{quoted} is new to the network and has no neighbours: it can only be left out."
    if not flipped:
        return f"The answer does not hang on {quoted}: whatever stands in its place, it stays {name}."
    if flipped == tried:
        return f"The answer hangs on {quoted}: with each of these in its place it is no longer {name}."
    return f"{flipped} of these {tried} changes of {quoted} turn the answer away from {name}."


def _tokens(words: tuple[str, ...], flip: Counterfactual) -> list[Token]:
    """The words, the removed ones struck through, the substituted ones marked."""
    swaps = {swap.position: swap.word for swap in flip.substitutions}
    tokens = []
    for position, word in enumerate(words):
        status: Status = "removed" if position in swaps else "plain"
        tokens.append(Token(word=word, status=status))
        if (replacement := swaps.get(position)) is not None:
            tokens.append(Token(word=replacement, status="added"))
    return tokens
