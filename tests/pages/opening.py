"""A page as a visitor opens it, without a browser."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

from core import paths
from pages.learn.material import SENTENCE_KEY
from pages.session import Session

CHAPTERS = paths.ROOT / "pages" / "learn"
SECONDS = 120  # guards against a hang


def open_page(page: str | Path, session: Session | None = None, **state: object) -> AppTest:
    """The page after its first run, which raised nothing.

    Args:
        page: its script.
        session: the visitor's; None: one who comes for the first time.
        state: what stands in the session's state before, by a widget's key.
    """
    test = AppTest.from_file(str(page), default_timeout=SECONDS)
    if session:
        test.session_state["session"] = session
    for key, value in state.items():
        test.session_state[key] = value
    test.run()
    assert not test.exception
    return test


def open_chapter(name: str, sentence: str | None = None, session: Session | None = None) -> AppTest:
    """The chapter with this sentence in its box; None: with its example."""
    state = {} if sentence is None else {SENTENCE_KEY: sentence}
    return open_page(CHAPTERS / name / "page.py", session, **state)
