"""Evaluate, Where it fails: by length, by year, by unknown words, and the mistakes it is surest of."""

import streamlit as st

from core.insight.evaluation import captions
from core.insight.evaluation import figures as figures
from core.insight.evaluation.confusion import most_confident_mistakes
from core.insight.evaluation.slices import Slice, by_length, by_unknown, by_year
from pages.widgets.evaluation_context import EvaluationContext
from pages.wording import literal, percent

MOST_MISTAKES = 10


def slices(shown: EvaluationContext) -> None:
    """Three charts of the test part, and the ten surest mistakes."""
    test, network = shown.held_out.test, shown.classifier.network
    unit = "character" if network.tokenization == "characters" else "word"
    left, right = st.columns(2, gap="large")
    with left:
        found = shown.cached("lengths", lambda: by_length(test, sequence_length=network.sequence_length))
        _chart(shown, "lengths", found, axis=f"{unit}s read", what=f"with {{}} {unit}s")
        unknown = shown.cached("unknown", lambda: by_unknown(test))
        _chart(shown, "unknown", unknown, axis=f"unknown {unit}s", what=f"with {{}} unknown {unit}s")
    with right:
        years = shown.cached("years", lambda: by_year(test))
        if years:
            _chart(shown, "years", years, axis="year", what="in {}")
        else:
            st.caption("The articles carry no dates, so there is no chart of the years.")
        _mistakes(shown)


def _chart(shown: EvaluationContext, key: str, found: tuple[Slice, ...], *, axis: str, what: str) -> None:
    said = f"By {axis}. {captions.slices(found, what)}"
    figure = figures.slices_chart(found, axis=axis, phrase=what, overall=shown.report.scores.accuracy)
    st.plotly_chart(figure, key=f"evaluate_{key}", config={"displayModeBar": False}, alt=said)
    st.caption(literal(said))


def _mistakes(shown: EvaluationContext) -> None:
    test = shown.held_out.test
    rows, sure = most_confident_mistakes(test, MOST_MISTAKES)
    st.markdown("**The mistakes it is surest of**")
    if test.articles is None:
        st.caption("The headlines of the test articles were not kept with this classifier.")
        return
    if not len(rows):
        st.caption("It makes none on these articles.")
        return
    lines = [
        f"- {literal(test.articles.headlines[row])}  \n  {literal(shown.labels[test.y[row]])}, called "
        f"**{literal(shown.labels[test.logits[row].argmax()])}** with {percent(chance)}"
        for row, chance in zip(rows, sure, strict=True)
    ]
    st.markdown("\n".join(lines))
    st.caption("Would you have known? Some of these are the file's mistakes.")
