"""Evaluate, Where it fails: by length, by year, by unknown words, and the mistakes it is surest of."""

import streamlit as st

from core.insight.evaluation import captions
from core.insight.evaluation import figures as figures
from core.insight.evaluation.confusion import most_confident_mistakes
from core.insight.evaluation.slices import Slice, by_length, by_unknown, by_year
from pages.widgets.evaluation_context import EvaluationContext
from pages.wording import literal, percent

MOST_MISTAKES = 10


def slices(context: EvaluationContext) -> None:
    """Three charts of the test part, and the ten surest mistakes."""
    test, network = context.held_out.test, context.classifier.network
    token_name = "character" if network.tokenization == "characters" else "word"
    left, right = st.columns(2, gap="large")
    with left:
        lengths = context.cached("lengths", lambda: by_length(test, sequence_length=network.sequence_length))
        _chart(context, "lengths", lengths, axis=f"{token_name}s read", what=f"with {{}} {token_name}s")
        unknown = context.cached("unknown", lambda: by_unknown(test))
        _chart(
            context,
            "unknown",
            unknown,
            axis=f"unknown {token_name}s",
            what=f"with {{}} unknown {token_name}s",
        )
    with right:
        years = context.cached("years", lambda: by_year(test))
        if years:
            _chart(context, "years", years, axis="year", what="in {}")
        else:
            st.caption("The articles carry no dates, so there is no chart of the years.")
        _mistakes(context)


def _chart(context: EvaluationContext, key: str, bins: tuple[Slice, ...], *, axis: str, what: str) -> None:
    caption = f"By {axis}. {captions.slices(bins, what)}"
    figure = figures.slices_chart(bins, axis=axis, phrase=what, overall=context.report.scores.accuracy)
    st.plotly_chart(figure, key=f"evaluate_{key}", config={"displayModeBar": False}, alt=caption)
    st.caption(literal(caption))


def _mistakes(context: EvaluationContext) -> None:
    test = context.held_out.test
    rows, probabilities = most_confident_mistakes(test, MOST_MISTAKES)
    st.markdown("**The mistakes it is surest of**")
    if test.articles is None:
        st.caption("The headlines of the test articles were not kept with this classifier.")
        return
    if not len(rows):
        st.caption("It makes none on these articles.")
        return
    lines = [
        f"- {literal(test.articles.headlines[row])}  \n  {literal(context.labels[test.y[row]])}, called "
        f"**{literal(context.labels[test.logits[row].argmax()])}** with {percent(probability)}"
        for row, probability in zip(rows, probabilities, strict=True)
    ]
    st.markdown("\n".join(lines))
    st.caption("Would you have known? Some of these are the file's mistakes.")
