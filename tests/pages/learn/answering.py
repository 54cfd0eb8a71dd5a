"""Answers every question of a chapter in every way."""

from streamlit.testing.v1 import AppTest

from pages.learn.chapters import CHAPTERS
from pages.learn.questions import answered, answered_at_first, question_key, shuffled_positions
from pages.session import Session


def unescaped(markdown: str) -> str:
    """The text that ``pages.wording.literal`` escaped."""
    return markdown.replace("\\", "").replace("\u2060", "")


def answer_in_every_way(page: AppTest, chapter: str) -> dict[str, str]:
    """Choose each answer of each question of the chapter, the correct one last.

    Asserts that each wrong answer is explained, that each question has one correct answer, and that all are recorded.

    Returns:
        What was shown for each answer, by the answer's text; without Markdown's backslashes.
    """
    feedback: dict[str, str] = {}
    names = CHAPTERS[chapter].questions
    drawn = [str(radio.key) for radio in page.radio if str(radio.key).startswith("answer/")]
    assert drawn == [f"answer/{question_key(chapter, name)}" for name in names]
    for n_answered, name in enumerate(names):
        key = question_key(chapter, name)
        options = page.radio(key=f"answer/{key}").options
        correct = []
        order = shuffled_positions(key, len(options))
        for position, text in [*zip(order, options, strict=True)]:
            page.radio(key=f"answer/{key}").set_value(position).run()
            assert not page.exception
            assert len(page.success) + len(page.warning) == n_answered + 1
            is_correct = len(page.success) == n_answered + 1
            (shown,) = [page.success[-1].value] if is_correct else [element.value for element in page.warning]
            feedback[unescaped(text)] = unescaped(shown)
            correct += [position] * is_correct
        assert len(correct) == 1
        page.radio(key=f"answer/{key}").set_value(correct[0]).run()
    session: Session = page.session_state["session"]
    assert answered(session, chapter, names) == len(names)
    assert answered_at_first(session, chapter, names) < len(names) or order.index(correct[0]) == 0
    return feedback
