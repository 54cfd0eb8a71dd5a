"""Evaluate, Word order: the accuracy that is lost when the words are shuffled, reversed or thinned out."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from core.insight.evaluation import captions
from core.insight.evaluation import figures as figures
from core.insight.evaluation.word_order import (
    NAME,
    REORDERINGS,
    Reordering,
    load_outcomes,
    reorder_sequences,
    separator_id,
)
from core.insight.order_task import captions as recorded
from core.insight.order_task.captions import TASK
from core.insight.order_task.results import order_results
from pages import layout
from pages.widgets.evaluation_context import EvaluationContext
from pages.widgets.job_button import job_result
from pages.widgets.order_results import accuracy_table
from pages.wording import literal

_MOST_WORDS = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class _Name:
    option: str
    change: str  # the noun phrase after "With"


_NAMES: dict[Reordering, _Name] = {
    "shuffled": _Name(option="Shuffle the words", change="the words shuffled"),
    "reversed": _Name(option="Reverse the words", change="the words reversed"),
    "thinned": _Name(option="Drop a third of the words", change="a third of the words gone"),
}


def word_order(context: EvaluationContext) -> None:
    """Draw an article's words in each order at the left, the loss of accuracy on the test articles at the right."""
    if context.held_out.test.sequences is None:
        st.info(
            "The words of this classifier's test articles were not kept, so the app cannot reorder them. "
            "Your own runs keep them. Below are networks that were recorded before."
        )
        _draw_recorded()
        return
    left, right = layout.columns()
    with left:
        st.markdown(
            "A network reads word by word, so word order could matter. Does it? The network answers its "
            "test articles again, changed in three ways."
        )
        _draw_example(context)
    with right:
        ready = job_result(
            context.loaded.folder,
            NAME,
            label="Change the order and ask again",
            why=(
                "The network answers its test articles in three changed orders. A bag of words, which only "
                "counts words, does the same. If needed, it is trained first. Everything runs in the "
                "background."
            ),
        )
        if ready:
            _draw_outcomes(context)
            st.caption(
                f"{literal(recorded.reordered(order_results(), 'GRU'))}. That was recorded on “Who beat whom”, where "
                "order decides; your own network read other articles, so it differs."
            )


def _draw_recorded() -> None:
    """Draw what another order does on "Who beat whom"."""
    st.subheader("Does order matter? On “Who beat whom” it decides", anchor=False)
    st.markdown(TASK)
    accuracy_table()


def _draw_example(context: EvaluationContext) -> None:
    """Draw the first test article of 8 to _MOST_WORDS known words, as it is and in each order."""
    test = context.held_out.test
    assert test.sequences is not None
    row = ((test.lengths >= 8) & (test.lengths <= _MOST_WORDS) & (test.unknown == 0)).argmax()
    original = test.sequences.take(np.array([row]))
    separator = separator_id(context.classifier)
    orders = [
        ("As it is", original),
        *(
            (_NAMES[order].option, reorder_sequences(original, order, separator=separator))
            for order in REORDERINGS
        ),
    ]
    for name, sequence in orders:
        words = context.classifier.vocabulary.decode(sequence.ids[:40].tolist())
        st.caption(name)
        st.markdown(literal(" ".join(words)))
    if separator is not None:
        st.caption(
            "The mark ¶ between headline and description stays. Each word stays on its side of the mark."
        )


def _draw_outcomes(context: EvaluationContext) -> None:
    outcomes = load_outcomes(context.loaded.folder, len(context.held_out.test))
    captions_by_order = {
        outcome.reordering: captions.word_order(
            outcome.network, outcome.bag, _NAMES[outcome.reordering].change
        )
        for outcome in outcomes
    }
    st.plotly_chart(
        figures.word_order_chart(outcomes),
        key="evaluate_order",
        config={"displayModeBar": False},
        alt=" ".join(captions_by_order.values()),
    )
    st.markdown("\n".join(f"- {literal(sentence)}" for sentence in captions_by_order.values()))
