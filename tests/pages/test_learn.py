"""The Learn page and the frame around a chapter: one question, wrong answers explained, right ones remembered."""

from collections import Counter
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.learn import chapters
from pages.learn.chapters import CHAPTERS, STAGES, Chapter
from pages.learn.material import EXAMPLE, SENTENCE_KEY
from pages.learn.questions import (
    ANSWERED,
    Answer,
    Question,
    answered,
    answered_at_first,
    ask_questions,
    question_key,
    shuffled_positions,
)
from pages.navigation import PAGES
from pages.session import Session
from tests.pages.opening import open_page

ROOT = Path(__file__).resolve().parents[2]
LEARN = str(ROOT / "pages" / "learn" / "page.py")


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return Session("v" * 32, tmp_path / "visitor.json")


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    chapter = Chapter(
        title="Made up",
        summary="Nothing to move.",
        icon=":material/tag:",
        page="data",
        label="There",
        stages=("text", "tokens"),
        learnt=("Two and two are 4.",),
        questions=("", "more"),
    )
    monkeypatch.setattr(chapters, "CHAPTERS", {"made_up": chapter})


def chapter(session: Session, body: str) -> AppTest:
    """A chapter whose body is this source."""
    source = f"""
from core.errors import AnalysisError
from pages.learn import chapter_frame
from pages.learn.questions import Answer, Question
import streamlit as st
def body(material):
    {body}
chapter_frame.show("made_up", body)
"""
    page = AppTest.from_string(source, default_timeout=60)
    page.session_state["session"] = session
    page.run()
    assert not page.exception
    return page


ASKING = """
    st.text(material.sentence)
    return (
        Question(ask="2 :red[and] 2?", answers=(
            Answer(text="4", why="Count.", right=True), Answer(text="*5*", why="One too many."),
        )),
        Question(name="more", ask="3 and 3?", answers=(
            Answer(text="7", why="One too many."), Answer(text="6", why="Count.", right=True),
        )),
    )
"""


@pytest.mark.claim("all", "a wrong answer is explained, a right one is remembered")
@pytest.mark.usefixtures("made_up")
def test_a_wrong_answer_is_explained_and_a_right_one_remembered(session: Session) -> None:
    page = chapter(session, ASKING)
    assert not page.success
    assert not page.warning
    page.radio(key="answer/made_up").set_value(1).run()
    assert page.warning[0].value == r"Not quite. One too many\."
    assert not answered(session, "made_up")
    page.radio(key="answer/made_up").set_value(0).run()
    assert page.success[0].value == r"Correct. Count\."
    assert not page.warning
    assert answered(session, "made_up")
    # A text that came out of a file is no markup.
    assert r"**2 \:red\[and\] 2\?**".replace(":red", ":\u2060red") in [
        element.value for element in page.markdown
    ]
    assert set(page.radio(key="answer/made_up").options) == {"4", r"\*5\*"}


@pytest.mark.usefixtures("made_up")
def test_retries_are_told_from_first_tries(session: Session) -> None:
    page = chapter(session, ASKING)
    page.radio(key="answer/made_up").set_value(1).run()
    page.radio(key="answer/made_up").set_value(0).run()
    page.radio(key="answer/made_up/more").set_value(1).run()
    page.radio(key="answer/made_up/more").set_value(0).run()  # to read why it is wrong: no longer a first try
    names = ("", "more")
    assert answered(session, "made_up", names) == 2
    assert answered_at_first(session, "made_up", names) == 1
    (progress,) = open_page(LEARN, session).get("progress")
    assert progress.proto.text == "2 of 2 questions answered correctly, 1 of them at the first try"


@pytest.mark.usefixtures("made_up")
def test_a_chapter_shows_where_it_is_on_the_map_and_ends_with_what_was_learnt(session: Session) -> None:
    texts = [element.value for element in chapter(session, ASKING).markdown]
    (drawn,) = [text for text in texts if "softmax" in text]
    assert drawn.count(":green-badge") == 2
    assert drawn.count("-badge[") == len(STAGES)
    assert "- Two and two are 4." in texts


def test_answers_stand_in_an_order_of_their_own() -> None:
    """The same for everyone, and the first of the source (or any other) is not always in one position."""
    keys = [question_key(name, question) for name in CHAPTERS for question in CHAPTERS[name].questions]
    for n_answers in (3, 4, 5):
        firsts = Counter(shuffled_positions(key, n_answers).index(0) for key in keys)
        assert len(firsts) > 1
        for key in keys:
            assert sorted(shuffled_positions(key, n_answers)) == [*range(n_answers)]
            assert shuffled_positions(key, n_answers) == shuffled_positions(key, n_answers)


def test_two_questions_of_a_chapter_have_two_names(session: Session) -> None:
    question = Question(ask="?", answers=(Answer(text="a", why="b", right=True),))
    with pytest.raises(ValueError, match="one name"):
        ask_questions(session, "loop", [question, question])


def test_every_chapter_marks_stages_of_the_map() -> None:
    for chapter in CHAPTERS.values():
        assert chapter.stages
        assert set(chapter.stages) <= set(STAGES)
        assert 2 <= len(chapter.learnt) <= 4


@pytest.mark.usefixtures("made_up")
def test_the_sentence_is_the_visitors_own_or_the_example(session: Session) -> None:
    page = chapter(session, ASKING)
    assert page.text[0].value == EXAMPLE
    page.text_input(key=SENTENCE_KEY).set_value("A cat on a roof").run()
    assert page.text[0].value == "A cat on a roof"
    page.text_input(key=SENTENCE_KEY).set_value("   ").run()
    assert page.text[0].value == EXAMPLE


@pytest.mark.usefixtures("made_up")
def test_an_error_for_people_is_shown_and_the_way_on_stays(session: Session) -> None:
    page = chapter(session, 'raise AnalysisError("This *file* is gone.")')
    assert page.error[0].value == r"This \*file\* is gone\."
    assert page.button(key="for_real").label == "There"
    assert not page.radio


@pytest.mark.claim("all", "exactly one answer of a question is right")
def test_exactly_one_answer_must_be_right() -> None:
    with pytest.raises(ValueError, match="one answer must be right"):
        Question(ask="?", answers=(Answer(text="a", why="b"), Answer(text="c", why="d")))
    with pytest.raises(ValueError, match="one answer must be right"):
        Question(
            ask="?", answers=(Answer(text="a", why="b", right=True), Answer(text="c", why="d", right=True))
        )


def test_every_chapter_has_a_script_and_ends_at_a_page() -> None:
    for name, chapter in CHAPTERS.items():
        assert chapter.file == f"learn/{name}/page.py"
        assert (ROOT / "pages" / chapter.file).exists()
        assert chapter.page in PAGES


def test_the_first_chapter_that_is_not_answered_is_the_one_to_open(session: Session) -> None:
    first, second, *_ = CHAPTERS
    for answered_name, following in ((None, first), (first, second)):
        if answered_name:
            for name in CHAPTERS[answered_name].questions:
                session.see(ANSWERED + question_key(answered_name, name))
        page = open_page(LEARN, session)
        marked = [name for name in CHAPTERS if page.button(key=f"open_{name}").proto.type == "primary"]
        assert marked == [following]


@pytest.mark.usefixtures("made_up")
def test_the_contents_tell_what_is_answered(session: Session) -> None:
    page = open_page(LEARN, session)
    assert page.button(key="open_made_up").label == "Open"
    assert page.markdown[1].value == "**1 Made up**"
    session.see(ANSWERED + "made_up")
    assert open_page(LEARN, session).markdown[1].value == "**1 Made up**"  # one question is left
    session.see(ANSWERED + "made_up/more")
    assert open_page(LEARN, session).markdown[1].value == ":material/check_circle: **1 Made up**"
