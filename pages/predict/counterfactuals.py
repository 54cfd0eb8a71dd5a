"""What another word would do to the answer, and the smallest change that turns it."""

import pandas as pd
import streamlit as st

from core.insight.prediction.counterfactuals import Counterfactual, substitution_counterfactuals
from core.text.cleaning_steps import SEPARATOR
from pages import caches
from pages.components.token_row import Status, Token, token_row
from pages.loaded_classifier import LoadedClassifier
from pages.wording import count, distinct, literal, percent, plain


def draw_counterfactuals(loaded: LoadedClassifier, words: tuple[str, ...], label: str) -> None:
    """Choose a word, see its neighbours in its place; below, the smallest change that turns the answer."""
    places = [place for place, word in enumerate(words) if word != SEPARATOR]
    if not places:
        st.info("There is no word here to change.")
        return
    # Without a word of the headline in the key a choice of "word 3" would stay when the headline has changed.
    place = st.pills(
        "Try changing this word",
        places,
        default=places[0],
        format_func=distinct({place: literal(words[place]) for place in places}).__getitem__,
        key=f"change/{hash(words)}",
        required=True,
    )
    changes = substitution_counterfactuals(loaded.classifier, words, place)
    table = pd.DataFrame(
        {
            "In its place": [
                "nothing" if one.substitutions[0].word is None else plain(one.substitutions[0].word)
                for one in changes
            ],
            "How alike": [
                "" if one.substitutions[0].word is None else f"{one.substitutions[0].similarity:.2f}"
                for one in changes
            ],
            "Answer": [plain(one.label) for one in changes],
            "Probability": [percent(one.probability) for one in changes],
            f"{plain(label)} has": [percent(one.original_label_probability) for one in changes],
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
    turned = sum(one.label != label for one in changes)
    st.markdown(counterfactual_caption(words[place], label, turned, len(changes)))
    st.markdown("**The smallest change that turns the answer**")
    flip, tried = caches.smallest_flip(loaded, words)
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


def counterfactual_caption(word: str, label: str, turned: int, tried: int) -> str:
    """Whether the answer hangs on this word; Markdown."""
    shown, name = f"“{literal(word)}”", literal(label)
    if tried == 1:
        return f"{shown} is new to the network and has no neighbours: it can only be left out."
    if not turned:
        return f"The answer does not hang on {shown}: whatever stands in its place, it stays {name}."
    if turned == tried:
        return f"The answer hangs on {shown}: with each of these in its place it is no longer {name}."
    return f"{turned} of these {tried} changes of {shown} turn the answer away from {name}."


def _tokens(words: tuple[str, ...], flip: Counterfactual) -> list[Token]:
    """The words with those that went struck through and those that came marked."""
    swaps = {swap.position: swap.word for swap in flip.substitutions}
    tokens = []
    for place, word in enumerate(words):
        gone: Status = "removed" if place in swaps else "plain"
        tokens.append(Token(word=word, status=gone))
        if (other := swaps.get(place)) is not None:
            tokens.append(Token(word=other, status="added"))
    return tokens
