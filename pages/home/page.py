"""Home: a headline to classify at once, and the four steps of the path with what is done and what is next."""

import streamlit as st

from core.errors import HeadlineLabError
from core.insight.wording import percent
from pages import layout, navigation, progress_sidebar, session
from pages.components.ranking_bars import ranking_bars
from pages.components.token_row import token_row
from pages.widgets.headline_box import examples_of
from pages.widgets.prediction_work import predict
from pages.widgets.token_rows import prediction_tokens
from pages.wording import count, literal

EXAMPLE = "Star striker signs for rival club after cup final"
ACTIONS = ("Choose a file", "Clean and count", "Train a network", "Ask it")


@st.fragment
def try_it(visit: session.Session) -> None:
    """Draw a headline, its tokens with their ids, and the prediction, at every keystroke."""
    try:
        loaded = visit.classifier()
    except HeadlineLabError as error:
        layout.empty_state("Type a headline here", f"{literal(str(error))} Start with a news file, below.")
        return
    classifier = loaded.classifier
    left, right = st.columns(2, gap="large")
    with left:
        example, key = EXAMPLE, "home_headline"
        if not loaded.is_starter:  # it may read another language: a box and an example of its own
            example, key = next(iter(examples_of(loaded)), ""), f"home_headline/{loaded.stamp[1]}"
        headline = st.text_input("Type a headline", example, max_chars=300, key=key, live=True)
        try:
            prediction = predict(loaded, headline or "")
        except HeadlineLabError as error:
            st.error(literal(str(error)))
            return
        token_row(
            prediction_tokens(classifier, prediction), "home_words", label="Words as the network reads them"
        )
        card = classifier.card
        whose = "The starter" if loaded.is_starter else "Your classifier"
        st.caption(
            f"{whose}, trained on {count(card.rows)} articles of {literal(card.news_name)}: correct for "
            f"{percent(card.test.accuracy)} of articles it had never seen."
        )
    with right:
        if not headline or prediction.all_out_of_vocabulary:
            st.caption(
                "The network knows none of these words. So this answer says nothing about your headline."
            )
        ranking_bars(prediction.ranking, "home_ranking")


visit = session.current()
layout.opening(
    "Headline Lab",
    "Train a network that reads headlines word by word. See what it learns, and where it fails.",
)
try_it(visit)
st.subheader("Your path", anchor=False)
steps = progress_sidebar.four_steps(visit)
following = next((step for step in steps if step.state != "done"), steps[-1])
for number, (column, step) in enumerate(zip(st.columns(4), steps, strict=True), 1):
    with column.container(border=True, height="stretch"):
        st.markdown(f"{progress_sidebar.ICONS[step.state]} **{number} {step.name}**")
        st.caption(step.text)
        navigation.to_page(step.page, ACTIONS[number - 1], primary=step is following)
with st.container(horizontal=True, vertical_alignment="center"):
    st.markdown("New to neural networks? The short chapters start from zero.", width="content")
    navigation.to_page("learn", "Open the chapters")
