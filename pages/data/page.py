"""Data: choose a news file, and see what is in it before a network does."""

import streamlit as st

from core.errors import HeadlineLabError
from pages import caches, layout, navigation, session
from pages.data import news_views, source
from pages.widgets import news_source
from pages.wording import literal

visit = session.current()
layout.opening("Data", "Choose the news that the network will learn from, and see what is in it.")
left, right = layout.columns()

with right:
    waiting = st.empty()  # progress stands where the result will
with left:
    chosen = st.container()
    source.choose_news(visit, waiting)

news = None
with right:
    try:
        news = news_source.read(visit, waiting)
    except HeadlineLabError as error:
        st.error(literal(str(error)))
    if news is None:
        layout.empty_state(
            "No file yet",
            "Here stands what is in your file: how many articles of which category, from when, how long, "
            "and what could not be read. Upload one, or start with 8,000 invented articles.",
        )
        if st.button("Start with the synthetic sample", type="primary", key="data_start"):
            source.use_sample(visit)
            st.rerun()
        news_views.example()
    else:
        with st.spinner("Comparing the categories", show_time=True):
            overview = caches.overview(news)
        news_views.numbers(news, overview)
        news_views.remarks(news)
        news_views.charts(overview)

if news is not None:
    with chosen:
        source.draw_details(news, visit)
    news_views.articles(news, overview)
    news_views.confusable_categories(overview.confusable_pairs)
    navigation.next_step("cleaning")
