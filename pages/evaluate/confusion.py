"""Evaluate, Confusion: the confusion matrix, and the headlines of each of its cells."""

import numpy as np
import streamlit as st

from core.insight.evaluation import captions
from core.insight.evaluation.confusion import cell_articles, most_frequent, order_by_similarity, row_shares
from core.insight.evaluation.figures import MOST_CATEGORIES
from core.insight.evaluation.report import MIN_ARTICLES
from core.insight.wording import percent
from pages.components.confusion_grid import confusion_grid
from pages.evaluate.choice import evaluation_of
from pages.loaded_classifier import ClassifierKey
from pages.widgets.evaluation_context import EvaluationContext
from pages.wording import count, literal, plain

_TRUE, _PREDICTED = "evaluate_own", "evaluate_named"
MOST_HEADLINES = 40


def confusion(context: EvaluationContext) -> None:
    """Draw the matrix and the chosen cell's headlines. A fragment: a click does not rerun the rest of the page."""
    _confusion(context.loaded.key)


@st.fragment
def _confusion(key: ClassifierKey) -> None:
    context = evaluation_of(key)
    if context:
        draw_confusion(context)


def draw_confusion(context: EvaluationContext) -> None:
    """Draw the matrix and the chosen cell's headlines, within a fragment."""
    counts, labels = context.report.confusion, context.labels
    order = context.cached("order", lambda: _order(context))
    true_key, predicted_key = context.key(_TRUE), context.key(_PREDICTED)
    if true_key not in st.session_state:
        st.session_state[true_key], st.session_state[predicted_key] = _largest_mistake(context)

    def choose(row: int, column: int) -> None:
        st.session_state[true_key], st.session_state[predicted_key] = row, column

    grid, headlines = st.columns([2, 1], gap="medium")
    with headlines:
        names = {category: plain(label) for category, label in enumerate(labels)}
        left, right = st.columns(2)
        left.selectbox(
            "Articles of", order, format_func=names.__getitem__, key=true_key, persist_state="session"
        )
        right.selectbox(
            "called", order, format_func=names.__getitem__, key=predicted_key, persist_state="session"
        )
        _draw_headlines(context, st.session_state[true_key], st.session_state[predicted_key])
    caption = captions.confusion(counts, labels)
    with grid:
        confusion_grid(
            counts,
            labels,
            order,
            chosen=(st.session_state[true_key], st.session_state[predicted_key]),
            key=context.key("grid"),
            alt=caption,
            on_choose=choose,
        )
    st.caption(literal(caption))
    not_drawn = len(labels) - len(order)
    st.caption(
        (
            "This is the confusion matrix. Each row shows the articles of one category. A stronger colour means a "
            "larger share of the row. Green is correct, purple is wrong. Categories that are often confused are side "
            "by side."
        )
        + (f" The {count(not_drawn)} smallest categories are left out." if not_drawn else "")
    )


def _order(context: EvaluationContext) -> list[int]:
    """The categories drawn: the MOST_CATEGORIES largest, similar ones side by side."""
    counts = context.report.confusion
    largest = most_frequent(counts, MOST_CATEGORIES)
    return [int(category) for category in largest[order_by_similarity(counts[np.ix_(largest, largest)])]]


def _largest_mistake(context: EvaluationContext) -> tuple[int, int]:
    """The cell that the caption names: the wrong label with the largest share of a category."""
    counts = context.report.confusion
    is_drawn = np.isin(np.arange(len(counts)), context.cached("order", lambda: _order(context)))
    shares = row_shares(counts) * (counts.sum(axis=1) >= MIN_ARTICLES)[:, None]
    shares = shares * np.outer(is_drawn, is_drawn)
    np.fill_diagonal(shares, 0)
    row, column = np.unravel_index(shares.argmax(), shares.shape)
    return (int(row), int(column)) if is_drawn[row] and is_drawn[column] else (int(is_drawn.argmax()),) * 2


def _draw_headlines(context: EvaluationContext, true_label: int, predicted_label: int) -> None:
    """Draw the articles of a cell with the probability of the predicted label, falling."""
    test = context.held_out.test
    rows, probabilities = cell_articles(test, true_label, predicted_label)
    articles = int((test.y == true_label).sum())
    if len(rows):
        summary = f"**{count(len(rows))}** of {count(articles)} articles ({percent(len(rows) / articles)})"
        st.markdown(f"{summary}, the surest first:")
    if not len(rows):
        st.caption("No article is in this cell.")
    elif test.articles is None:
        st.caption("The headlines of these articles were not kept with this classifier.")
    else:
        articles_shown = test.articles
        lines = [
            f"- **{percent(probability)}** {literal(articles_shown.headlines[row])}"
            for row, probability in zip(rows[:MOST_HEADLINES], probabilities, strict=False)
        ]
        with st.container(height=400, border=False):
            st.markdown("\n".join(lines))
            if len(rows) > MOST_HEADLINES:
                st.caption(f"The first {MOST_HEADLINES} of {count(len(rows))}.")
