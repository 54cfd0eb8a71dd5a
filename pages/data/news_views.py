"""What a news file looks like: counts, charts, a searchable table, confusable categories, rejected lines."""

import pandas as pd
import streamlit as st

from core.insight.dataset import captions, figures
from core.insight.dataset.overview import Overview
from core.insight.wording import percent
from core.news.hidden_characters import escape_hidden
from core.news.news import News
from core.tasks.news_tasks import CountCategories, ReadNews
from core.text.confusable_categories import ConfusablePair
from pages import caches, tasks
from pages.components.chart import chart
from pages.wording import count, literal

_MOST_ROWS = 500
_ALL_CATEGORIES = "All categories"
_EXAMPLE = '{"headline": "Rain ahead", "category": "WEATHER", "short_description": "Bring hats.", "date": "2018-05-26"}'


def example() -> None:
    """Draw what an article in a file looks like."""
    st.caption("An article in such a file stands on one line. The last two fields may be missing:")
    st.code(_EXAMPLE, language="json", wrap_lines=True)


def summary(news: News, overview: Overview) -> None:
    """Draw the numbers of the file, what is to be said about it, and the charts."""
    _numbers(news, overview)
    _remarks(news)
    _charts(overview)


def _numbers(news: News, overview: Overview) -> None:
    """Draw the numbers of articles, rejected lines and categories, and the share of the largest."""
    with st.container(horizontal=True):
        st.metric("Articles kept", count(len(news)))
        st.metric("Lines rejected", count(news.rejected_count), help=_REJECTED_HELP)
        st.metric("Categories", count(len(overview.per_category)))
        st.metric("Share to beat", percent(overview.per_category.iloc[0] / len(news)), help=_MAJORITY_HELP)


_REJECTED_HELP = (
    "Lines of the file that are no article: damaged, or without a headline or a category. They are left out."
)
_MAJORITY_HELP = (
    "How often one is right who always answers with the most frequent category. A network has to beat that."
)


def _remarks(news: News) -> None:
    """Draw warnings about the file, and the rejected lines with their reasons."""
    if news.warnings:
        mark = "• " if len(news.warnings) > 1 else ""
        st.warning("  \n".join(mark + literal(warning) for warning in news.warnings))
    if news.rejected:
        first = f", the first {count(len(news.rejected))}" if len(news.rejected) < news.rejected_count else ""
        with st.expander(f"Rejected lines ({count(news.rejected_count)}{first})", icon=":material/rule:"):
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
                alt="Rejected lines and why",
            )


def _charts(overview: Overview) -> None:
    """Draw articles per category, articles per month and words per text."""
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
            st.caption("The articles carry no dates, so there is no chart of them over time.")
    with by_length:
        chart(
            figures.lengths_chart(overview),
            "data_lengths",
            "Texts by number of words",
            captions.lengths(overview.lengths),
        )


@st.fragment
def articles(task: ReadNews) -> None:
    """Draw the search and the table. The browser gets only the rows drawn; nothing in them is read as markup."""
    news, counts = caches.read_news(task), tasks.result(CountCategories(news=task))
    st.subheader("Read the articles", anchor=False)
    search_column, category_column = st.columns([3, 2])
    file = news.fingerprint[:12]  # another file starts with nothing searched
    searched = search_column.text_input(
        "Search headline and description",
        key=f"data_search_{file}",
        placeholder="A word or part of one",
        max_chars=200,
        live="300ms",
    )
    labels = {name: f"{escape_hidden(name)} ({count(articles)})" for name, articles in counts.items()}
    category = category_column.selectbox(
        "Category",
        [_ALL_CATEGORIES, *range(len(labels))],
        format_func=lambda index: index if index == _ALL_CATEGORIES else list(labels.values())[index],
        key=f"data_category_{file}",
    )
    table = news.table
    mask = pd.Series(True, index=table.index)
    if searched and searched.strip():
        mask &= table["text"].str.contains(searched.strip(), case=False, regex=False)
    if category != _ALL_CATEGORIES:
        mask &= table["category"] == list(labels)[category]
    matches = int(mask.sum())
    rows = table[mask].head(_MOST_ROWS)
    st.dataframe(
        pd.DataFrame(
            {
                "Date": rows["date"].dt.date,
                "Category": rows["category"].astype(str).map(escape_hidden),
                "Headline": rows["headline"].map(escape_hidden),
                "Description": rows["short_description"].map(escape_hidden),
            }
        ),
        hide_index=True,
        height=320,
        key="data_articles",
        column_config={
            "Date": st.column_config.DateColumn(width="small"),
            "Headline": st.column_config.TextColumn(width="large"),
            "Description": st.column_config.TextColumn(width="large"),
        },
        alt="Articles found",
    )
    summary = "articles" if matches == len(table) else f"of {count(len(table))} articles match"
    st.caption(
        f"{count(matches)} {summary}"
        + (f"; the first {_MOST_ROWS} are shown." if matches > _MOST_ROWS else ".")
    )


def confusable_categories(pairs: tuple[ConfusablePair, ...]) -> None:
    """Draw the categories that share their most telling words, and when each was in use."""
    st.subheader("Twin categories", anchor=False)
    if not pairs:
        st.caption("No two categories share their most telling words: each has a topic of its own.")
        return
    text = (
        f"{count(len(pairs))} {'pair of names shares' if len(pairs) == 1 else 'pairs of names share'} the words that "
        "tell most about them. A network will often take one for the other, and so would you."
    )
    if any(pair.renamed for pair in pairs):
        text += " Where one ends as the other begins, a section was renamed: the date, not the topic, tells them apart."
    st.markdown(text)
    st.dataframe(
        pd.DataFrame(
            {
                "Category": [escape_hidden(pair.first) for pair in pairs],
                "Twin": [escape_hidden(pair.second) for pair in pairs],
                "Alike": [100 * pair.similarity for pair in pairs],
                "In use": [_span(pair.first_dates) for pair in pairs],
                "Twin in use": [_span(pair.second_dates) for pair in pairs],
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
        alt="Twin categories, how alike they are, when each was in use, and the words that they share",
    )


def _span(dates: tuple[pd.Timestamp, pd.Timestamp] | None) -> str:
    return f"{dates[0]:%Y-%m} – {dates[1]:%Y-%m}" if dates else ""
