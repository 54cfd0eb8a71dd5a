"""Data: choose a news file, and see what is in it before a network does."""

import streamlit as st

from core.errors import HeadlineLabError
from core.tasks.news_tasks import SummariseNews
from pages import caches, layout, navigation, session, tasks
from pages.data import news_views, source
from pages.wording import literal

visit = session.current()
layout.opening("Data", "Choose the news that the network will learn from, and see what is in it.")
left, right = layout.columns()

with right:
    waiting = st.empty()  # progress stands where the result will
with left:
    chosen = st.container()
    source.choose_news(visit, waiting)

task = None
with right:
    try:
        task = visit.news_task if visit.read_news(waiting) else None
    except HeadlineLabError as error:
        st.error(literal(str(error)))
    if task is None:
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
        news_views.summary(caches.read_news(task), tasks.result(SummariseNews(news=task)))

if task:
    with chosen:
        source.draw_details(caches.read_news(task), visit)
    news_views.articles(task)
    news_views.confusable_categories(tasks.result(SummariseNews(news=task)).confusable_pairs)
    navigation.next_step("cleaning")
