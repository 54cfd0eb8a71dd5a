"""Evaluate, Where it fails: accuracy by length, year and unknown words; the most confident mistakes."""

import streamlit as st

from core.insight.evaluation import captions
from core.insight.evaluation import figures as figures
from core.insight.evaluation.confusion import most_confident_mistakes
from core.insight.evaluation.slices import Slice, by_length, by_unknown, by_year
from core.insight.wording import percent
from pages.widgets.evaluation_context import EvaluationContext
from pages.wording import literal

MOST_MISTAKES = 10


def slices(context: EvaluationContext) -> None:
    """Draw three charts of the test articles, and the most confident mistakes."""
    test, network = context.held_out.test, context.classifier.network
    token_name = "character" if network.tokenization == "characters" else "word"
    left, right = st.columns(2, gap="large")
    with left:
        lengths = context.cached("lengths", lambda: by_length(test, sequence_length=network.sequence_length))
        _draw_chart(
            context, "lengths", lengths, axis=f"{token_name}s read", phrase=f"with {{}} {token_name}s"
        )
        unknown = context.cached("unknown", lambda: by_unknown(test))
        _draw_chart(
            context,
            "unknown",
            unknown,
            axis=f"unknown {token_name}s",
            phrase=f"with {{}} unknown {token_name}s",
        )
    with right:
        years = context.cached("years", lambda: by_year(test))
        if years:
            _draw_chart(context, "years", years, axis="year", phrase="in {}")
        else:
            st.caption("The articles have no dates, so there is no chart of the years.")
        _draw_mistakes(context)


def _draw_chart(
    context: EvaluationContext, key: str, bins: tuple[Slice, ...], *, axis: str, phrase: str
) -> None:
    caption = f"By {axis}. {captions.slices(bins, phrase)}"
    figure = figures.slices_chart(bins, axis=axis, phrase=phrase, overall=context.report.scores.accuracy)
    st.plotly_chart(figure, key=f"evaluate_{key}", config={"displayModeBar": False}, alt=caption)
    st.caption(literal(caption))


def _draw_mistakes(context: EvaluationContext) -> None:
    test = context.held_out.test
    rows, probabilities = most_confident_mistakes(test, MOST_MISTAKES)
    st.markdown("**Mistakes it was most sure of**")
    if test.articles is None:
        st.caption("The headlines of the test articles were not kept with this classifier.")
        return
    if not len(rows):
        st.caption("It makes no mistakes on these articles.")
        return
    lines = [
        f"- {literal(test.articles.headlines[row])}  \n  {literal(context.labels[test.y[row]])}, called "
        f"**{literal(context.labels[test.logits[row].argmax()])}** with {percent(probability)}"
        for row, probability in zip(rows, probabilities, strict=True)
    ]
    st.markdown("\n".join(lines))
    st.caption("Would you have known? Some of these are mistakes in the file.")
