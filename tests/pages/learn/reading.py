"""What the tests of the chapters stand on in which a classifier reads a sentence."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

from pages.learn import chapters
from pages.session import Session

CHAPTERS = Path(__file__).parents[3] / "pages" / "learn"
KNOWN = ("the", "cat", "sat", "on", "a", "mat", ":red[x]", "<script>", "🙂")


def open_chapter(name: str, sentence: str | None, session: Session | None) -> AppTest:
    """The chapter with this sentence in its box; None: with its example."""
    page = AppTest.from_file(str(CHAPTERS / name / "page.py"), default_timeout=120)
    page.session_state["session"] = session or Session("visitor", None)
    if sentence is not None:
        page.session_state[chapters.SENTENCE] = sentence
    page.run()
    assert not page.exception
    return page
