"""Evaluate, Scores: the accuracy over all articles of a small file, by a k-fold cross-validation."""

import streamlit as st

from core.insight.evaluation import captions
from core.insight.evaluation.cross_validation import DEFAULT_FOLDS, NAME, load
from core.insight.wording import percent
from core.runs import jobs
from core.settings.fitting import SMALL
from pages.widgets.evaluation_context import EvaluationContext
from pages.widgets.job_button import job_result
from pages.wording import count, help_text, literal


def draw_folds(context: EvaluationContext) -> None:
    """Draw the accuracy of the folds, or the button that measures it, where a file is small or a run asks for it."""
    run, folder = context.loaded.run, context.loaded.folder
    if run is None:
        return
    rows = context.classifier.card.rows - (context.report.scores.rows if run.test else 0)
    small = rows <= SMALL
    if not small and not run.settings.training.folds and jobs.state(folder, NAME).status == "missing":
        return
    folds = run.settings.training.folds or DEFAULT_FOLDS
    ready = job_result(
        folder,
        NAME,
        label=f"Measure on all articles: {folds} folds",
        why=literal(captions.folds_reason(rows, context.report.scores.rows, folds))
        + f" It runs in the background and takes about {folds} times as long as the training.",
    )
    if not ready:
        return
    measured = load(folder)
    with st.container(horizontal=True):
        st.metric(
            f"Accuracy, {len(measured.each)} folds",
            percent(measured.mean),
            help=help_text(
                f"The share of all {count(measured.articles)} articles that a network gets right without having "
                "seen them. The range is Wilson's interval over these articles. It does not include what a "
                "different seed would change."
            ),
            width=180,
        )
        st.metric("95 % interval", f"{percent(measured.low)} to {percent(measured.high)}", width=260)
        st.metric(
            "Spread of the folds",
            f"{100 * measured.spread:.1f} points",
            help=help_text(
                "The standard deviation of their accuracies: "
                + ", ".join(percent(accuracy) for accuracy in measured.each)
                + "."
            ),
            width=180,
        )
    st.markdown(literal(captions.folds(measured)))
