"""Evaluate, Scores: the metrics over all test articles, the baselines, and each category."""

import msgspec
import numpy as np
import pandas as pd
import streamlit as st

from core.errors import AnalysisError
from core.insight import artifacts
from core.insight.evaluation import captions
from core.insight.evaluation import figures as figures
from core.insight.evaluation.near_repeats import NAME as NEAR_REPEATS
from core.insight.evaluation.near_repeats import load_near_repeats
from core.insight.evaluation.report import Report
from core.insight.wording import percent
from core.training.events import Baseline, Prepared
from pages.evaluate.folds import draw_folds
from pages.widgets.evaluation_context import EvaluationContext
from pages.widgets.job_button import job_result
from pages.wording import count, help_text, literal, plain

_METRIC_WIDTH = 150  # pixels


def scores(context: EvaluationContext) -> None:
    """Draw four metrics, the comparison with the baselines, and the categories as a chart and a table."""
    report = context.report
    _draw_test_file(context)
    draw_metrics(report)
    st.markdown(literal(captions.scores(report)))
    _draw_suggestion(context)
    draw_folds(context)
    chart, tables = st.columns([3, 2], gap="large")
    with chart:
        caption = captions.categories(report, context.labels)
        figure = context.cached("categories", lambda: figures.categories_chart(report, context.labels))
        st.plotly_chart(figure, key="evaluate_categories", config={"displayModeBar": False}, alt=caption)
        st.caption(literal(caption))
        if (not_drawn := len(context.labels) - figures.MOST_CATEGORIES) > 0:
            st.caption(f"The {count(not_drawn)} smallest categories are only in the table.")
    with tables:
        _draw_comparison(context)
        _draw_near_repeats(context)
        draw_table(context)


def _draw_test_file(context: EvaluationContext) -> None:
    """Say which file the run is scored on, where that is one of its owner's, and what of it is left out."""
    run = context.loaded.run
    prepared = run.last(Prepared) if run else None
    if not isinstance(prepared, Prepared) or isinstance(prepared.test_left_out, msgspec.UnsetType):
        return
    name = f"{run.test.name}, a separate test file" if run and run.test else "the test file in the archive"
    accounting = captions.accounting(prepared.test_rows, prepared.test_left_out)
    st.caption(literal(f"Scored on {name}: {accounting}"))


def _draw_suggestion(context: EvaluationContext) -> None:
    """Suggest class weights where the visitor's run has none and never predicts a category."""
    run = context.loaded.run
    if run is None:
        return
    class_weight = run.settings.training.class_weight
    if caption := captions.class_weights(context.report, context.labels, class_weight):
        st.info(
            f"{literal(caption)} To try it, set “Class weights” under Learning on the Train page to balanced, and "
            "train again.",
            icon=":material/balance:",
        )


def draw_metrics(report: Report) -> None:
    """Draw accuracy, top three, macro F1 and log loss, and how far each is from the baseline's."""
    model_scores, prior_scores = report.scores, report.prior_scores
    with st.container(horizontal=True):
        st.metric(
            "Accuracy",
            percent(model_scores.accuracy),
            f"{100 * (model_scores.accuracy - prior_scores.accuracy):+.1f} points",
            help=help_text(
                f"The share of {count(model_scores.rows)} articles that get the correct category. Below each "
                "number: the difference from always naming the largest category."
            ),
            width=_METRIC_WIDTH,
        )
        st.metric(
            "Top three",
            percent(model_scores.top3_accuracy),
            f"{100 * (model_scores.top3_accuracy - prior_scores.top3_accuracy):+.1f} points",
            help=help_text("The share of articles whose category is among the three most probable answers."),
            width=_METRIC_WIDTH,
        )
        st.metric(
            "Macro F1",
            percent(model_scores.macro_f1),
            f"{100 * (model_scores.macro_f1 - prior_scores.macro_f1):+.1f} points",
            help=help_text(
                "The average F1 of all categories. F1 is high when few articles are missed and few get this "
                "name wrongly. Small categories count the same as large ones."
            ),
            width=_METRIC_WIDTH,
        )
        st.metric(
            "Log loss",
            f"{model_scores.loss:.2f}",
            f"{model_scores.loss - prior_scores.loss:+.2f}",
            delta_color="inverse",
            help=help_text(
                "How surprised the network is by the correct answers: 0 if it was sure of all of them. Being "
                "sure and wrong costs most. It is compared with a guesser that only knows how frequent each "
                "category is."
            ),
            width=_METRIC_WIDTH,
        )


def _draw_comparison(context: EvaluationContext) -> None:
    """Draw the network's scores beside those of the majority baseline and, once computed, of linear models."""
    model_scores, prior_scores = context.report.scores, context.report.prior_scores
    rows = [("The network", model_scores.accuracy, model_scores.macro_f1), *_linear_scores(context)]
    rows.append(("Always the largest category", prior_scores.accuracy, prior_scores.macro_f1))
    st.markdown("**The same articles, simpler methods**")
    st.table(
        pd.DataFrame(
            {
                "": [name for name, *_ in rows],
                "Accuracy": [percent(accuracy) for _, accuracy, _ in rows],
                "Macro F1": [percent(f1) for *_, f1 in rows],
            }
        ).set_index("")
    )
    if context.loaded.run:
        job_result(
            context.loaded.folder,
            "linear",
            label="Compare with counting words",
            why=(
                "Two models that only count. One counts words and pairs of words, the other only words. They "
                "learn from the same articles in the background. For 180,000 articles that takes about a "
                "minute."
            ),
        )


def _draw_near_repeats(context: EvaluationContext) -> None:
    """Say how many test articles nearly repeat one that was learnt from; before they are counted, the button for it."""
    folder, test = context.loaded.folder, context.held_out.test
    if context.loaded.run is None or test.articles is None:
        return
    ready = job_result(
        folder,
        NEAR_REPEATS,
        label="Count near-repeats",
        why=(
            "How many test articles are nearly the same as a training article? Such articles are easy and make "
            "the scores look too good. The app reads the file again for this, in the background."
        ),
    )
    if ready:
        st.markdown(literal(captions.near_repeats(load_near_repeats(folder, test))))


def _linear_scores(context: EvaluationContext) -> list[tuple[str, float, float]]:
    """Name, accuracy and macro F1 of each linear model whose scores are stored."""
    try:
        stored = artifacts.read(context.loaded.folder, "linear")
        return [
            (name, float(stored[f"{prefix}/accuracy"]), float(stored[f"{prefix}/macro_f1"]))
            for name, prefix in (
                ("TF-IDF + linear, words and pairs", "linear"),
                ("TF-IDF + linear, words alone", "bag"),
            )
        ]
    except (AnalysisError, KeyError):
        baseline = (
            context.loaded.run.last(Baseline) if context.loaded.run else None
        )  # the linear model's is the last
        if isinstance(baseline, Baseline) and baseline.name == "linear":
            return [("TF-IDF + linear, words and pairs", baseline.test_accuracy, baseline.test_macro_f1)]
        return []


def draw_table(context: EvaluationContext) -> None:
    """Draw the metrics of every category."""
    report = context.report
    table = pd.DataFrame(
        {
            "Category": [plain(label) for label in context.labels],
            "Articles": report.articles,
            "Found": 100 * report.recall,
            "from": 100 * report.recall_low,
            "to": 100 * report.recall_high,
            "Right": 100 * report.precision,
            "F1": 100 * report.f1,
        }
    )
    table = table.iloc[np.argsort(-report.articles, kind="stable")]
    with st.expander("All categories in numbers", icon=":material/table:"):
        st.dataframe(
            table,
            hide_index=True,
            height=420,
            key="evaluate_table",
            column_config={
                "Articles": st.column_config.NumberColumn(
                    format="localized", help="Articles in this category."
                ),
                "Found": st.column_config.NumberColumn(
                    help="Recall: the share of its articles that get its name.", format="%.1f %%"
                ),
                "from": st.column_config.NumberColumn(
                    help="Lower end of the 95 % interval for Found.", format="%.1f %%"
                ),
                "to": st.column_config.NumberColumn(help="Upper end.", format="%.1f %%"),
                "Right": st.column_config.NumberColumn(
                    help=(
                        "Precision: when the network gives this name, how often is it correct? Empty: it never "
                        "gives this name."
                    ),
                    format="%.1f %%",
                ),
                "F1": st.column_config.NumberColumn(
                    help="The harmonic mean of Found and Right.", format="%.1f %%"
                ),
            },
            alt="Articles, recall with its interval, precision and F1 of every category",
        )
