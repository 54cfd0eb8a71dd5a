"""Evaluate, Calibration: how far confidence and accuracy agree, and what temperature scaling changes."""

import streamlit as st

from core.insight.evaluation import captions
from core.insight.evaluation import figures as figures
from core.insight.evaluation.calibration import calibrate, fit_temperature
from pages import layout
from pages.evaluate.choice import evaluation_of
from pages.loaded_classifier import ClassifierKey
from pages.widgets.evaluation_context import EvaluationContext
from pages.wording import count, help_text, literal


def calibration(context: EvaluationContext) -> None:
    """Draw the switch and two metrics at the left, the reliability diagram at the right."""
    _calibration(context.loaded.key)


@st.fragment
def _calibration(key: ClassifierKey) -> None:
    context = evaluation_of(key)
    if context is None:
        return
    test, validation = context.held_out.test, context.held_out.validation
    uncalibrated = context.cached("calibration", lambda: calibrate(test.logits, test.y))
    left, right = layout.columns()
    with left:
        st.markdown(
            "When the network says 70 %, it should be right about 70 % of the time. Dots below the line: "
            "too sure. Dots above it: not sure enough."
        )
        scaled = st.toggle(
            "Temperature scaling",
            key=context.key("temperature"),
            persist_state="session",
            help=help_text(
                "All logits are divided by one number before they become probabilities. That number is fitted "
                f"on the {count(len(validation))} validation articles, so the test articles stay unseen. The "
                "answers stay the same. Only how sure they are changes."
            ),
        )
        calibrated = uncalibrated
        if scaled:
            temperature = context.cached(
                "temperature", lambda: fit_temperature(validation.logits, validation.y)
            )
            calibrated = context.cached(
                "scaled", lambda: calibrate(test.logits, test.y, temperature=temperature)
            )
            direction = "less sure" if temperature > 1 else "surer"
            st.markdown(f"Temperature **{temperature:.2f}**, which makes every answer {direction}.")
        with st.container(horizontal=True):
            st.metric(
                "Calibration error",
                f"{100 * calibrated.error:.1f} points",
                f"{100 * (calibrated.error - uncalibrated.error):+.1f}" if scaled else None,
                delta_color="inverse",
                help=help_text(
                    "The expected calibration error. Answers are sorted into ten bins. It is the average gap "
                    "between claimed and correct, weighted by answers."
                ),
                width=170,
            )
            st.metric(
                "Log loss",
                f"{calibrated.loss:.3f}",
                f"{calibrated.loss - uncalibrated.loss:+.3f}" if scaled else None,
                delta_color="inverse",
                help=help_text("How surprised the network is by the correct answers. Lower is better."),
                width=150,
            )
    with right:
        caption = captions.calibration(calibrated)
        config = {"displayModeBar": False}
        chart = figures.calibration_chart(calibrated, uncalibrated if scaled else None)
        st.plotly_chart(chart, key="evaluate_calibration", config=config, alt=caption)
        st.caption(literal(caption))
        bins = figures.confidence_chart(calibrated)
        st.plotly_chart(
            bins,
            key="evaluate_confidence",
            config=config,
            alt=f"How sure the answers are. {bins.layout.title.text}.",
        )
