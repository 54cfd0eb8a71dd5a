"""Evaluate, Word order: what the network loses when its words are shuffled, reversed or thinned out."""

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
from pages import layout
from pages.widgets.evaluation_context import EvaluationContext
from pages.widgets.job_button import job_result
from pages.wording import literal

_MOST_WORDS = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class _Name:
    option: str
    done: str


_NAMES: dict[Reordering, _Name] = {
    "shuffled": _Name(option="Shuffle the words", done="the words shuffled"),
    "reversed": _Name(option="Reverse them", done="the words reversed"),
    "thinned": _Name(option="Drop a third of them", done="a third of the words gone"),
}


def word_order(shown: EvaluationContext) -> None:
    """An article's words in each order at the left; what that costs over the test part at the right."""
    if shown.held_out.test.sequences is None:
        st.info(
            "The words of this classifier's test articles were not kept, so they cannot be put in another order. A run "
            "of your own keeps them."
        )
        return
    left, right = layout.columns()
    with left:
        st.markdown(
            "A network reads word by word, so the order could matter to it. Does it? The test articles are given "
            "to it once more, changed in three ways."
        )
        _example(shown)
    with right:
        ready = job_result(
            shown.loaded.folder,
            NAME,
            label="Change the order and ask again",
            why="The network answers its test articles in three other orders, and so does a bag of words, which counts "
            "words and sees no order. It learns first if need be. All of it runs in the background.",
        )
        if ready:
            _outcomes(shown)


def _example(shown: EvaluationContext) -> None:
    """The first test article of a fair length whose words are all known, as it is and in each way."""
    test = shown.held_out.test
    assert test.sequences is not None
    fair = ((test.lengths >= 8) & (test.lengths <= _MOST_WORDS) & (test.unknown == 0)).argmax()
    one = test.sequences.take(np.array([fair]))
    mark = separator_id(shown.classifier)
    orders = [
        ("As it is", one),
        *((_NAMES[way].option, reorder_sequences(one, way, separator=mark)) for way in REORDERINGS),
    ]
    for name, sequence in orders:
        words = shown.classifier.vocabulary.decode(sequence.ids[:40].tolist())
        st.caption(name)
        st.markdown(literal(" ".join(words)))
    if mark is not None:
        st.caption("The mark ¶ between headline and description stays, and a word stays on its side of it.")


def _outcomes(shown: EvaluationContext) -> None:
    found = load_outcomes(shown.loaded.folder, len(shown.held_out.test))
    said = {
        one.reordering: captions.word_order(one.network, one.bag, _NAMES[one.reordering].done)
        for one in found
    }
    st.plotly_chart(
        figures.word_order_chart(found),
        key="evaluate_order",
        config={"displayModeBar": False},
        alt=" ".join(said.values()),
    )
    st.markdown("\n".join(f"- {literal(sentence)}" for sentence in said.values()))
