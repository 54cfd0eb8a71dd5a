"""The questions at the end of a chapter: their answers, each explained, and what a visitor has answered.

Answers stand in an order drawn from a seed, the same for everyone: a class can talk about "the second answer".
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from pages.session import Session
from pages.wording import literal

ANSWERED = "answered/"  # prefix in ``Session.seen``: the correct answer was chosen
MISSED = "missed/"  # prefix in ``Session.seen``: another answer was chosen first


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer to choose, and ``why`` it is right or wrong, shown after the choice. Plain text."""

    text: str
    why: str
    right: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question of a chapter. Plain text. Raises ValueError unless exactly one answer is right.

    Attributes:
        name: tells the questions of a chapter apart, in stored progress too; "" is the chapter's main question.
    """

    ask: str
    answers: tuple[Answer, ...]
    name: str = ""

    def __post_init__(self) -> None:
        if sum(answer.right for answer in self.answers) != 1:
            raise ValueError(f"one answer must be right: {self.ask}")


def question_key(chapter: str, name: str) -> str:
    """What identifies a question in stored progress and in the keys of widgets."""
    return f"{chapter}/{name}" if name else chapter


def shuffled_positions(key: str, n_answers: int) -> list[int]:
    """The order of the answers, as positions in ``Question.answers``; the question's key is the seed."""
    return random.Random(key).sample(range(n_answers), n_answers)


def ask_questions(visit: Session, chapter: str, questions: Sequence[Question]) -> None:
    """Draw a chapter's questions one below the other; explain each chosen answer and record it in the session.

    Raises:
        ValueError: two questions have one name.
    """
    if len({question.name for question in questions}) < len(questions):
        raise ValueError(f"two questions of chapter {chapter} have one name")
    for number, question in enumerate(questions, 1):
        with st.container(border=True):
            if len(questions) > 1:
                st.caption(f"Question {number} of {len(questions)}")
            _ask(visit, question_key(chapter, question.name), question)


def _ask(visit: Session, key: str, question: Question) -> None:
    st.markdown(f"**{literal(question.ask)}**")
    texts = [literal(answer.text) for answer in question.answers]
    choice = st.radio(
        "Answers",
        shuffled_positions(key, len(texts)),
        index=None,
        format_func=texts.__getitem__,
        key=f"answer/{key}",
        label_visibility="collapsed",  # a screen reader would read the escapes of the question aloud
        persist_state="session",
    )
    if choice is None or choice >= len(texts):
        st.caption("Choose an answer; each is explained.")
        return
    answer = question.answers[choice]
    if answer.right:
        visit.see(ANSWERED + key)
        st.success(f"Correct. {literal(answer.why)}", icon=":material/check_circle:")
    else:
        if ANSWERED + key not in visit.seen:
            visit.see(MISSED + key)
        st.warning(f"Not quite. {literal(answer.why)}", icon=":material/lightbulb:")


def answered(visit: Session, chapter: str, names: Sequence[str] = ("",)) -> int:
    """How many of the chapter's questions the visitor has answered correctly."""
    return sum(ANSWERED + question_key(chapter, name) in visit.seen for name in names)


def answered_at_first(visit: Session, chapter: str, names: Sequence[str] = ("",)) -> int:
    """How many of the chapter's questions the visitor has answered correctly with the first answer chosen."""
    keys = [question_key(chapter, name) for name in names]
    return sum(ANSWERED + key in visit.seen and MISSED + key not in visit.seen for key in keys)
