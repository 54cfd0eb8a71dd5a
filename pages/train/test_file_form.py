"""Part of the Train page: a test file of the visitor's own, which the run is scored on instead of a part of its own."""

from collections import Counter
from pathlib import Path

import streamlit as st

from core.insight.evaluation import captions
from core.news.label_matching import UNKNOWN_CATEGORY, LeftOut, match_labels
from core.news.news import News
from core.news.test_part import rejected_by_reason
from core.runs.run import ScoredFile
from pages import caches
from pages.session import Session
from pages.widgets.test_file import choose_test_file
from pages.wording import literal


def scored_file(session: Session) -> ScoredFile | None:
    """Draw the upload and what of the file is scored; the file, None without one.

    Raises:
        HeadlineLabError: the file cannot be read.
    """
    with st.expander("Your own test file", icon=":material/rule:"):
        st.caption(
            "The network then learns from the whole file chosen on Data, except the validation part. It is "
            "scored only on this test file. The test share above is not used."
        )
        task = choose_test_file(session, "Score it on this file", key="train_test_file")
        if task is None:
            return None
        test, news = caches.read_news(task), session.read_news()
        if news:
            _draw_accounting(news, test)
        return ScoredFile.of(test, Path(task.file.path))


def _draw_accounting(news: News, test: News) -> None:
    """Say how many rows are scored: those whose category is in the file that is learnt from."""
    occurring = Counter(test.table["category"].astype(str))
    unmatched = match_labels(occurring, news.categories).unmatched
    left_out = [LeftOut(reason=UNKNOWN_CATEGORY, category=name, rows=occurring[name]) for name in unmatched]
    scored = len(test) - sum(group.rows for group in left_out)
    st.caption(literal(captions.accounting(scored, (*left_out, *rejected_by_reason(test)))))
