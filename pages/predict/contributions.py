"""Attribution: what each word adds to a label's logit, as colour and as a figure under the word."""

from functools import partial
from typing import get_args

import streamlit as st

from core.insight.prediction import captions
from core.insight.prediction.attribution import MOST_PIECES, Attribution, Method, attribute_words
from core.insight.prediction.cost import (
    MOST_WORK,
    SMALL_WORK,
    integrated_gradients_work,
    leave_one_out_work,
    pieces_within,
)
from core.insight.wording import percent
from core.tasks.prediction_tasks import AttributeWords
from pages import tasks
from pages.components.token_row import Token, token_row
from pages.loaded_classifier import LoadedClassifier
from pages.widgets.prediction_work import computed
from pages.wording import help_text, literal

_NAMES: dict[Method, str] = {
    "integrated gradients": "Share of the answer",
    "leave-one-out": "Leave one word out",
}
_HELP = (
    "A number that says how much a word counts is an attribution. Share of the answer: integrated gradients. The "
    "parts of all words add up to the whole. Leave one word out: compare the answer without the word with the answer "
    "to the whole headline."
)


def draw_contributions(loaded: LoadedClassifier, words: tuple[str, ...], label: int) -> None:
    """Draw the choice of a label, at first ``label``, each word's attribution to its logit, and a caption."""
    classifier = loaded.classifier
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
            "Method",
            get_args(Method),
            default=get_args(Method)[0],
            format_func=_NAMES.__getitem__,
            key="contributions_by",
            help=help_text(_HELP),
            required=True,
        )
    work_of = leave_one_out_work if method == "leave-one-out" else integrated_gradients_work
    work_of = partial(work_of, classifier.network)
    if sentence := captions.refusal(classifier.network, "Measuring the share of {}", work_of, len(words)):
        st.info(sentence)
        return
    attribution = _attribution(loaded, words, target, method)
    largest = max(float(abs(attribution.salience).max()), 1e-6)
    tokens = [
        Token(word=word, number=f"{salience:+.2f}", weight=float(salience) / largest)
        for word, salience in zip(attribution.words, attribution.salience, strict=True)
    ]
    token_row(tokens, "contributions", label="Words and what each adds")
    st.markdown(contribution_caption(attribution, classifier.labels[target]))
    if attribution.method == "integrated gradients":
        st.caption(
            "Each number is a part of the category's logit, which softmax turns into a probability. "
            f"Together they are {attribution.salience.sum():+.2f}. The logit is that far above the logit of "
            f"the same number of unknown words.{completeness_note(attribution)}"
        )
    else:
        st.caption(
            "The number under a word says how much the category's logit falls without that word. The "
            "numbers do not add up: either of two words may be enough."
        )


def _attribution(loaded: LoadedClassifier, words: tuple[str, ...], label: int, method: Method) -> Attribution:
    """The attribution, computed here if little work is enough for it.

    How many pieces integrated gradients need is known only when they have been computed. So it is tried here with as
    many as make little work, and where their sum is not exact then, a worker process takes as many as a minute allows.
    """
    classifier = loaded.classifier
    network, count = classifier.network, len(words)

    def task(most_pieces: int) -> AttributeWords:
        return AttributeWords(
            card=loaded.card, words=words, label=label, method=method, most_pieces=most_pieces
        )

    def attribute(most_pieces: int) -> Attribution:
        return attribute_words(classifier, words, label=label, method=method, most_pieces=most_pieces)

    if method == "leave-one-out":
        work = leave_one_out_work(network, count)
        return computed(work, partial(attribute, MOST_PIECES), task(MOST_PIECES))
    few, many = (pieces_within(network, count, work) for work in (SMALL_WORK, MOST_WORK))
    if integrated_gradients_work(network, count, few) <= SMALL_WORK and not tasks.has_result(task(many)):
        attribution = attribute(few)
        if attribution.is_complete or few == many:
            return attribution
    return tasks.result(task(many))


def completeness_note(attribution: Attribution) -> str:
    """By how much the parts miss the difference that they should sum to, where that is more than a rounding error."""
    if attribution.is_complete:
        return ""
    return f" This is only exact to {abs(attribution.completeness_gap):.1g}. More would take over a minute."


def contribution_caption(attribution: Attribution, label: str) -> str:
    """Which word speaks most for the label and which most against it; Markdown."""
    best, worst = int(attribution.salience.argmax()), int(attribution.salience.argmin())
    name = literal(label)
    if attribution.salience[best] <= 0 <= attribution.salience[worst]:
        return f"No word speaks for {name} or against it."
    if attribution.salience[best] <= 0:
        return f"No word speaks for {name}. “{literal(attribution.words[worst])}” speaks most against it."
    text = f"“{literal(attribution.words[best])}” speaks most for {name}"
    if attribution.probability_without is not None:
        text += f": without it {name} would have {percent(float(attribution.probability_without[best]))}"
    if attribution.salience[worst] < 0:
        return f"{text}. “{literal(attribution.words[worst])}” speaks most against it."
    return f"{text}. No word speaks against it."
