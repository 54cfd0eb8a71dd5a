"""Evaluate, Confusion: what is called what, and the headlines behind every cell."""

import numpy as np
import streamlit as st

from core.insight.evaluation import captions
from core.insight.evaluation.confusion import cell_articles, most_frequent, order_by_similarity, row_shares
from core.insight.evaluation.figures import MOST_CATEGORIES
from pages.components.confusion_grid import confusion_grid
from pages.widgets.evaluation_context import EvaluationContext
from pages.wording import count, literal, percent, plain

_OWN, _NAMED = "evaluate_own", "evaluate_named"
MOST_HEADLINES = 40


def confusion(shown: EvaluationContext) -> None:
    """The matrix at the left, the chosen cell's headlines at the right; a click runs nothing else of the page."""
    st.fragment(_confusion)(shown)


def _confusion(shown: EvaluationContext) -> None:
    counts, labels = shown.report.confusion, shown.labels
    places = shown.cached("order", lambda: _order(shown))
    own, named = shown.key(_OWN), shown.key(_NAMED)
    if own not in st.session_state:
        st.session_state[own], st.session_state[named] = _largest_mistake(shown)

    def choose(row: int, column: int) -> None:
        st.session_state[own], st.session_state[named] = row, column

    grid, behind = st.columns([2, 1], gap="medium")
    with behind:
        names = {at: plain(label) for at, label in enumerate(labels)}
        left, right = st.columns(2)
        left.selectbox("Articles of", places, format_func=names.__getitem__, key=own, persist_state="session")
        right.selectbox("called", places, format_func=names.__getitem__, key=named, persist_state="session")
        _headlines(shown, st.session_state[own], st.session_state[named])
    said = captions.confusion(counts, labels)
    with grid:
        confusion_grid(
            counts,
            labels,
            places,
            chosen=(st.session_state[own], st.session_state[named]),
            key=shown.key("grid"),
            alt=said,
            on_choose=choose,
        )
    st.caption(literal(said))
    rest = len(labels) - len(places)
    st.caption(
        "Each row is one category's articles: the stronger the colour, the larger the share of the row. Green is "
        "right, purple is wrong. Categories that are taken for one another stand side by side."
        + (f" The {count(rest)} smallest categories are not drawn." if rest else "")
    )


def _order(shown: EvaluationContext) -> list[int]:
    """The categories drawn: at most 60, the largest, those alike side by side."""
    counts = shown.report.confusion
    kept = most_frequent(counts, MOST_CATEGORIES)
    return [int(at) for at in kept[order_by_similarity(counts[np.ix_(kept, kept)])]]


def _largest_mistake(shown: EvaluationContext) -> tuple[int, int]:
    """The cell that the sentence under the matrix names: the largest share that gets one wrong name."""
    counts = shown.report.confusion
    drawn = np.isin(np.arange(len(counts)), shown.cached("order", lambda: _order(shown)))
    shares = row_shares(counts) * (counts.sum(axis=1) >= captions.MIN_ARTICLES)[:, None]
    shares = shares * np.outer(drawn, drawn)
    np.fill_diagonal(shares, 0)
    row, column = np.unravel_index(shares.argmax(), shares.shape)
    return (int(row), int(column)) if drawn[row] and drawn[column] else (int(drawn.argmax()),) * 2


def _headlines(shown: EvaluationContext, own: int, named: int) -> None:
    """The articles of a cell, the surest first, with how sure the network is."""
    test = shown.held_out.test
    rows, sure = cell_articles(test, own, named)
    articles = int((test.y == own).sum())
    if len(rows):
        said = f"**{count(len(rows))}** of {count(articles)} articles ({percent(len(rows) / articles)})"
        st.markdown(f"{said}, the surest first:")
    if not len(rows):
        st.caption("No article is in this cell.")
    elif test.articles is None:
        st.caption("The headlines of these articles were not kept with this classifier.")
    else:
        told = test.articles
        lines = [
            f"- **{percent(chance)}** {literal(told.headlines[row])}"
            for row, chance in zip(rows[:MOST_HEADLINES], sure, strict=False)
        ]
        with st.container(height=400, border=False):
            st.markdown("\n".join(lines))
            if len(rows) > MOST_HEADLINES:
                st.caption(f"The first {MOST_HEADLINES} of {count(len(rows))}.")
