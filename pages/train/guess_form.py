"""A guess before Start: the accuracy, and the hardest category, beside what can be known without any training."""

import hashlib

import streamlit as st

from core.errors import HeadlineLabError, NewsFileError
from core.insight.history.guess_outcome import Anchors, anchors, merged_counts
from core.insight.wording import percent
from core.runs.guess import Guess
from core.runs.run import Run
from core.tasks.news_tasks import CountCategories
from pages import tasks
from pages.session import Session
from pages.wording import count, distinct, help_text, literal, plain

_ACCURACY = (
    "How many of 100 new articles will it get right? After the run you see your guess next to the result. "
    "Below: two scores that need no learning."
)
_HARDEST = (
    "Which category will it get wrong most often? After each name: how many articles the file has. You may "
    "leave out either guess."
)


def guess_form(session: Session, runs: list[Run]) -> Guess | None:
    """Draw both guesses, empty for every new run; return None where nothing is guessed.

    Args:
        runs: the visitor's, newest first.
    """
    if session.news_path is None:
        return None
    counts = _counted_categories(session)
    names = merged_counts(counts, session.settings.merged) if counts else {}
    key = f"guess/{runs[0].id if runs else ''}/{_digest(str(session.news_path))}"
    with st.container(border=True, gap="xsmall"):
        accuracy = st.number_input(
            "Guess: accuracy in %",
            0.0,
            100.0,
            None,
            step=1.0,
            format="%g",
            key=f"{key}/accuracy",
            placeholder="none",
            help=help_text(_ACCURACY),
            persist_state="session",
        )
        hardest = st.selectbox(
            "Guess: hardest category",
            list(names),
            None,
            format_func=distinct(
                {name: f"{plain(name)} · {count(articles)}" for name, articles in names.items()}
            ).__getitem__,
            key=f"{key}/hardest/{_digest(repr(list(names.items())))}",
            placeholder="none" if names else "Once the file is read",
            help=help_text(_HARDEST),
            disabled=not names,
            persist_state="session",
        )
        st.caption(literal(_anchors_caption(anchors(names))) if names else "The file is being read.")
    if accuracy is None and hardest is None:
        return None
    return Guess(accuracy=None if accuracy is None else accuracy / 100, hardest=hardest)


def redraw_with_categories(session: Session) -> None:
    """Read the file at the end of the page, and rerun the page if the form was drawn without its categories."""
    if session.news_path is None or _counted_categories(session) is not None:
        return
    try:
        if task := session.news_task:
            session.read_news()
            tasks.result(CountCategories(news=task))
    except HeadlineLabError:  # the start of a run reports it
        return
    st.rerun()


def _counted_categories(session: Session) -> dict[str, int] | None:
    """Articles of each category, most frequent first; None until the file has been read."""
    try:
        task = session.news_task
    except NewsFileError:
        return None
    return tasks.peek(CountCategories(news=task)) if task else None


def _anchors_caption(baselines: Anchors) -> str:
    """The accuracies of the trivial baselines; plain text."""
    return (
        f"Random guessing: {percent(baselines.chance)}. Always naming {baselines.largest}: "
        f"{percent(baselines.share)}."
    )


def _digest(text: str) -> str:
    """A short hash for widget keys; the text itself does not go to the browser."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]
