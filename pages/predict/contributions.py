"""Attribution: what each word adds to a label's logit, as colour and as a figure under the word."""

from typing import get_args

import streamlit as st

from core.insight.prediction.attribution import Attribution, Method, attribute_words
from core.insight.wording import percent
from core.model.classifier import Classifier
from pages.components.token_row import Token, token_row
from pages.wording import literal

_NAMES: dict[Method, str] = {"integrated gradients": "Share of the answer", "leave-one-out": "Leave it out"}
_HELP = (
    "Share of the answer: integrated gradients; the words' parts sum to the whole. "
    "Leave it out: the answer to the headline without the word, compared with the answer to all of it."
)


def draw_contributions(classifier: Classifier, words: tuple[str, ...], label: int) -> None:
    """Draw the choice of a label, at first ``label``, each word's attribution to its logit, and a caption."""
    left, right = st.columns([2, 3], gap="medium")
    with left:
        options = list(range(len(classifier.labels)))
        target = st.selectbox(
            "Which category",
            options,
            label,
            format_func=classifier.labels.__getitem__,
            key=f"contributions_to/{label}",
        )
    with right:
        method = st.segmented_control(
            "How it is measured",
            get_args(Method),
            default=get_args(Method)[0],
            format_func=_NAMES.__getitem__,
            key="contributions_by",
            help=_HELP,
            required=True,
        )
    attribution = attribute_words(classifier, words, label=target, method=method)
    largest = max(float(abs(attribution.salience).max()), 1e-6)
    tokens = [
        Token(word=word, number=f"{salience:+.2f}", weight=float(salience) / largest)
        for word, salience in zip(attribution.words, attribution.salience, strict=True)
    ]
    token_row(tokens, "contributions", label="Words and what each adds")
    st.markdown(contribution_caption(attribution, classifier.labels[target]))
    if attribution.method == "integrated gradients":
        st.caption(
            "The figures are parts of the category's logit, the number that softmax makes a probability of. "
            f"Together they are {attribution.salience.sum():+.2f}: by so much it stands above the logit of as many "
            "words without meaning."
        )
    else:
        st.caption(
            "The figure under a word is by how much the category's logit falls when that word is left out. The figures "
            "do not sum to anything: two words may each be enough."
        )


def contribution_caption(attribution: Attribution, label: str) -> str:
    """Which word speaks most for the label and which most against it; Markdown."""
    best, worst = int(attribution.salience.argmax()), int(attribution.salience.argmin())
    name = literal(label)
    if attribution.salience[best] <= 0 <= attribution.salience[worst]:
        return f"No word speaks for {name} or against it."
    if attribution.salience[best] <= 0:
        return f"No word speaks for {name}; “{literal(attribution.words[worst])}” speaks most against it."
    text = f"“{literal(attribution.words[best])}” speaks most for {name}"
    if attribution.probability_without is not None:
        text += f": without it {name} would have {percent(float(attribution.probability_without[best]))}"
    if attribution.salience[worst] < 0:
        return f"{text}; “{literal(attribution.words[worst])}” speaks most against it."
    return f"{text}; no word speaks against it."
