"""What a news file looks like: counts, charts, confusable categories, rejected rows."""

from functools import partial
from typing import BinaryIO

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.insight.dataset import captions, figures
from core.insight.dataset.overview import Overview
from core.insight.wording import percent
from core.news.csv_export import to_csv
from core.news.hidden_characters import escape_hidden
from core.news.news import News, Rejected
from core.tasks.news_tasks import ReadNews
from core.text.confusable_categories import ConfusablePair
from pages.components.chart import chart
from pages.session import Session
from pages.widgets.download import download
from pages.wording import count, help_text, literal

_EXAMPLE = '{"headline": "Rain ahead", "category": "WEATHER", "short_description": "Bring hats.", "date": "2018-05-26"}'


def example() -> None:
    """Draw what an article in a file looks like."""
    st.caption("In a JSON Lines file, each article has its own line. The last two fields may be missing:")
    st.code(_EXAMPLE, language="json", wrap_lines=True)
    st.caption(
        "Or upload a table. Its columns may have any names: you say which one holds the headline and which "
        "the category."
    )


def alerts(news: News, slot: DeltaGenerator) -> None:
    """Draw in ``slot``, above everything, how much of the file is lost and why."""
    if news.alerts:
        slot.warning("  \n".join(map(literal, news.alerts)), icon=":material/warning:")


def summary(session: Session, task: ReadNews, news: News, overview: Overview) -> None:
    """Draw the numbers of the file, what is to be said about it, and the charts."""
    _numbers(news, overview)
    _remarks(session, task, news)
    _charts(news, overview)


def _numbers(news: News, overview: Overview) -> None:
    """Draw what became of the file's rows, the categories, and the share of the largest."""
    with st.container(horizontal=True):
        st.metric("Rows in the file", count(news.rows_in_file))
        if news.taken_out:
            st.metric("Removed by you", count(news.taken_out), help=help_text(_TAKEN_OUT_HELP))
        st.metric("Rows rejected", count(news.rejected_count), help=help_text(_REJECTED_HELP))
        st.metric("Articles kept", count(len(news)))
        st.metric("Categories", count(len(overview.per_category)))
        st.metric(
            "Share to beat",
            percent(overview.per_category.iloc[0] / len(news)),
            help=help_text(_MAJORITY_HELP),
        )


_TAKEN_OUT_HELP = "Rows that your changes below deleted, left out or did not draw. Your file does not change."
_REJECTED_HELP = "Rows that are damaged, or have no headline or no category. They are left out."
_MAJORITY_HELP = (
    "How often you are right if you always name the most frequent category. A network has to beat that."
)


def _remarks(session: Session, task: ReadNews, news: News) -> None:
    """Draw warnings about the file, and the rejected rows with their reasons."""
    if news.warnings:
        mark = "• " if len(news.warnings) > 1 else ""
        st.warning("  \n".join(mark + literal(warning) for warning in news.warnings))
    if news.rejected:
        first = f", the first {count(len(news.rejected))}" if len(news.rejected) < news.rejected_count else ""
        with st.expander(f"Rejected rows ({count(news.rejected_count)}{first})", icon=":material/rule:"):
            st.dataframe(
                pd.DataFrame(
                    {
                        "Line": [rejection.line for rejection in news.rejected],
                        "Reason": [escape_hidden(rejection.reason) for rejection in news.rejected],
                    }
                ),
                hide_index=True,
                height=240 if len(news.rejected) > 5 else "content",
                key="data_rejected",
                alt="Rejected rows and why",
            )
            download(
                session,
                "Download the reasons",
                partial(_write_rejected, news.rejected),
                thing=f"rejected rows of {task.key()}",
                name="rejected.csv",
                media_type="text/csv",
                key="data_rejected_download",
            )


def _write_rejected(rejected: tuple[Rejected, ...], stream: BinaryIO) -> None:
    stream.write(to_csv(("line", "reason"), ((each.line, each.reason) for each in rejected)))


def _charts(news: News, overview: Overview) -> None:
    """Draw articles per category, articles per month and words per text."""
    if news.alerts:
        st.caption("The charts show only the rows that could be read.")
    chart(
        figures.categories_chart(overview.per_category),
        "data_categories",
        "Articles per category",
        captions.categories(overview.per_category),
    )
    by_month, by_length = st.columns(2)
    with by_month:
        if len(overview.per_month):
            chart(
                figures.months_chart(overview.per_month),
                "data_months",
                "Articles per month",
                captions.months(overview.per_month),
            )
        else:
            st.caption("The articles have no dates, so there is no chart of them over time.")
    with by_length:
        chart(
            figures.lengths_chart(overview),
            "data_lengths",
            "Texts by number of words",
            captions.lengths(overview.lengths),
        )


def confusable_categories(pairs: tuple[ConfusablePair, ...]) -> None:
    """Draw the categories that share their most telling words, and when each was in use."""
    st.subheader("Confusable categories", anchor=False)
    if not pairs:
        st.caption("No two categories share their most typical words. Each has its own topic.")
        return
    text = (
        f"{count(len(pairs))} "
        f"{'pair of categories shares its' if len(pairs) == 1 else 'pairs of categories share their'} most "
        "typical words. A network will often confuse them, and so would you."
    )
    if any(pair.renamed for pair in pairs):
        text += (
            " If the first ends when the second begins, the section was probably renamed. Then only the "
            "date tells them apart, not the topic."
        )
    st.markdown(text)
    st.dataframe(
        pd.DataFrame(
            {
                "Category": [escape_hidden(pair.first) for pair in pairs],
                "Twin": [escape_hidden(pair.second) for pair in pairs],
                "Alike": [100 * pair.similarity for pair in pairs],
                "In use": [_span(pair.first_dates) for pair in pairs],
                "Other in use": [_span(pair.second_dates) for pair in pairs],
                "Words they share": [", ".join(pair.words) for pair in pairs],
            }
        ),
        hide_index=True,
        height="content",
        key="data_twins",
        column_config={
            "Alike": st.column_config.ProgressColumn(
                format="%.0f %%",
                min_value=0,
                max_value=100,
                width="small",
                help="0 % no word in common, 100 % the same words.",
            ),
            "Words they share": st.column_config.TextColumn(width="large"),
        },
        alt="Confusable categories, how similar they are, when each was in use, and which words they share",
    )


def _span(dates: tuple[pd.Timestamp, pd.Timestamp] | None) -> str:
    return f"{dates[0]:%Y-%m} – {dates[1]:%Y-%m}" if dates else ""
