"""The visitor's progress (file, words, model) in the sidebar of every page and on Home."""

from dataclasses import dataclass
from typing import Literal

import streamlit as st

from core.errors import HeadlineLabError
from core.insight.wording import percent
from core.runs.run import ACTIVE
from pages.session import Session
from pages.wording import count, literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the path: its page, its state, and a text about it."""

    page: str
    name: str
    state: Literal["done", "working", "missing"]
    text: str  # Markdown


ICONS = {
    "done": ":material/check_circle:",
    "working": ":material/progress_activity:",
    "missing": ":material/radio_button_unchecked:",
}


def steps(session: Session) -> tuple[Step, ...]:
    """File, words and model of this visitor. Reads no news file."""
    return _file(session), _words(session), _model(session)


def _file(session: Session) -> Step:
    if session.news_name is None:
        return Step(page="data", name="File", state="missing", text="none chosen yet")
    size = f" · {count(session.news_rows)} articles" if session.news_rows else ""
    return Step(page="data", name="File", state="done", text=literal(session.news_name) + size)


def _words(session: Session) -> Step:
    network = session.settings.network
    text = f"at most {count(network.vocabulary_size)} · {network.sequence_length} per text"
    if session.news_name is None:
        return Step(page="cleaning", name="Words", state="missing", text="needs a file")
    if "words" not in session.seen:
        return Step(page="cleaning", name="Words", state="missing", text=f"not opened yet  \n{text}")
    return Step(page="cleaning", name="Words", state="done", text=text)


def _model(session: Session) -> Step:
    run = session.run
    if run and (result := run.result()):
        text = f"yours · {percent(result.test.accuracy)} right"
        return Step(page="train", name="Model", state="done", text=text)
    if run and run.status() in ACTIVE:
        return Step(page="train", name="Model", state="working", text="training now")
    try:
        loaded = session.classifier()
    except HeadlineLabError:
        return Step(page="train", name="Model", state="missing", text="none trained yet")
    if loaded.is_starter:
        text = (
            f"starter · {percent(loaded.classifier.card.test.accuracy)} right  \nyou have not trained one yet"
        )
        return Step(page="train", name="Model", state="missing", text=text)
    return Step(page="train", name="Model", state="done", text="yours")


def four_steps(session: Session) -> tuple[Step, ...]:
    """The steps as Home draws them: the three, and Predict as the fourth."""
    return *steps(session), Step(
        page="predict", name="Predictions", state="missing", text="type headlines and see its answers"
    )


def sidebar(session: Session) -> None:
    """Draw three small paragraphs, which fit below the navigation also on a projector of 768 lines."""
    st.space("xxsmall")  # below the line under the navigation
    with st.container(gap="xsmall"):
        for step in steps(session):
            lines = "  \n".join(f":small[{line}]" for line in step.text.split("  \n"))
            st.markdown(f"{ICONS[step.state]} **{step.name}** {lines}")
