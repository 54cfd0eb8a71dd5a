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
        "Change this word",
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
            "Replaced by": [
                "nothing"
                if counterfactual.substitutions[0].word is None
                else plain(counterfactual.substitutions[0].word)
                for counterfactual in counterfactuals
            ],
            "Similarity": [
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
            "Similarity": st.column_config.TextColumn(
                help="The cosine of the two words' vectors. 1: same direction. 0: nothing in common.",
            )
        },
    )
    flipped = sum(counterfactual.label != label for counterfactual in counterfactuals)
    st.markdown(counterfactual_caption(words[position], label, flipped, len(counterfactuals)))
    st.markdown("**The smallest change that flips the answer**, a counterfactual")
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
            f"The app tried {count(tried)} changes of one or two words. None flips the answer: it stays "
            f"{literal(label)}."
        )
        return
    token_row(_tokens(words, flip), "smallest_flip", label="The headline with the change")
    st.markdown(
        f"With this change the answer is {literal(flip.label)} ({percent(flip.probability)}), and "
        f"{literal(label)} has {percent(flip.original_label_probability)}. The app tried {count(tried)} "
        "changes."
    )


def counterfactual_caption(word: str, label: str, flipped: int, tried: int) -> str:
    """Whether the prediction depends on this word; Markdown."""
    quoted, name = f"“{literal(word)}”", literal(label)
    if tried == 1:
        return f"{quoted} is new to the network and has no neighbours. It can only be left out."
    if not flipped:
        return f"The answer does not depend on {quoted}. It stays {name} with every replacement."
    if flipped == tried:
        return f"The answer depends on {quoted}. With each of these replacements it is no longer {name}."
    return f"{flipped} of these {tried} replacements for {quoted} change the answer from {name}."


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
