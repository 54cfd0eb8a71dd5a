"""Data: choose a news file, see how it is read and what is in it, and mend it before a network learns from it."""

import streamlit as st

from core.errors import HeadlineLabError
from core.tasks.news_tasks import SummariseNews
from pages import caches, layout, navigation, session, tasks
from pages.data import articles, mending, news_views, reading_form, source
from pages.wording import literal

visit = session.current()
layout.opening("Data", "Choose the news that the network will learn from, and see what is in it.")
above = st.container()
left, right = layout.columns()

with right:
    waiting = st.empty()  # progress stands where the result will
with left:
    chosen = st.container()
    source.choose_news(visit, waiting)

task, shape, is_read = None, None, False
with right:
    try:
        task = visit.news_task
        if task:
            shape = reading_form.inspect(task)
            is_read = reading_form.is_complete(shape) and visit.read_news(waiting) is not None
    except HeadlineLabError as error:
        st.error(literal(str(error)))
    if task and shape:
        if is_read:
            news_views.alerts(caches.read_news(task), above)
        reading_form.draw_reading(visit, task, shape, caches.read_news(task) if is_read else None)
    else:
        layout.empty_state(
            "No file yet",
            "This page shows what is in your file: categories, dates, text lengths, and what could not be "
            "read. Upload a file, or start with 8,000 invented articles.",
        )
        if st.button("Start with the synthetic sample", type="primary", key="data_start"):
            source.use_sample(visit)
            st.rerun()
        news_views.example()
    if task and is_read:
        news_views.summary(visit, task, caches.read_news(task), tasks.result(SummariseNews(news=task)))

with chosen:
    source.draw_details(visit, caches.read_news(task).fingerprint if task and is_read else None)
if task and is_read:
    articles.articles(visit, task)
    mending.mending(visit, task)
    news_views.confusable_categories(tasks.result(SummariseNews(news=task)).confusable_pairs)
    navigation.next_step("cleaning")
elif task:
    mending.undo_all(visit)
