"""Evaluate, Calibration: whether the network's probabilities can be believed, and what a temperature mends."""

import streamlit as st

from core.insight.evaluation import captions
from core.insight.evaluation import figures as figures
from core.insight.evaluation.calibration import calibrate, fit_temperature
from pages import layout
from pages.widgets.evaluation_context import EvaluationContext
from pages.wording import count, literal


def calibration(shown: EvaluationContext) -> None:
    """The switch and two figures at the left, claimed against right at the right."""
    st.fragment(_calibration)(shown)


def _calibration(shown: EvaluationContext) -> None:
    test, validation = shown.held_out.test, shown.held_out.validation
    plain = shown.cached("calibration", lambda: calibrate(test.logits, test.y))
    left, right = layout.columns()
    with left:
        st.markdown(
            "Of all answers given with about 70 %, about 70 % should be right. A dot below the line is an answer that "
            "claims too much, a dot above it one that claims too little."
        )
        scaled = st.toggle(
            "Temperature scaling",
            key=shown.key("temperature"),
            persist_state="session",
            help="All logits are divided by one number before they become probabilities. It is fitted on the "
            f"{count(len(validation))} validation articles, so that the test articles stay unseen. No answer changes, "
            "only how sure it is.",
        )
        found = plain
        if scaled:
            fitted = shown.cached("temperature", lambda: fit_temperature(validation.logits, validation.y))
            found = shown.cached("scaled", lambda: calibrate(test.logits, test.y, temperature=fitted))
            way = "more doubtful" if fitted > 1 else "surer"
            st.markdown(f"Temperature **{fitted:.2f}**, which makes every answer {way}.")
        with st.container(horizontal=True):
            st.metric(
                "Calibration error",
                f"{100 * found.error:.1f} points",
                f"{100 * (found.error - plain.error):+.1f}" if scaled else None,
                delta_color="inverse",
                help="The expected calibration error: the mean gap between claimed and right over ten bins, each "
                "counted by its answers.",
                width=170,
            )
            st.metric(
                "Log loss",
                f"{found.loss:.3f}",
                f"{found.loss - plain.loss:+.3f}" if scaled else None,
                delta_color="inverse",
                help="How surprised the network is by the right answers.",
                width=150,
            )
    with right:
        said = captions.calibration(found)
        quiet = {"displayModeBar": False}
        drawn = figures.calibration_chart(found, plain if scaled else None)
        st.plotly_chart(drawn, key="evaluate_calibration", config=quiet, alt=said)
        st.caption(literal(said))
        bins = figures.confidence_chart(found)
        st.plotly_chart(
            bins,
            key="evaluate_confidence",
            config=quiet,
            alt=f"How sure the answers are. {bins.layout.title.text}.",
        )
