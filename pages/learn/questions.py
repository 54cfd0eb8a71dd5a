"""The question at the end of a chapter: its answers, each explained, and whether a visitor has chosen the right one."""

from dataclasses import dataclass

import streamlit as st

from pages.session import Session
from pages.wording import literal

ANSWERED = "answered/"  # prefix of a chapter's name in ``Session.seen``


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer to choose, and ``why`` it is right or wrong, shown after the choice. Plain text."""

    text: str
    why: str
    right: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The question of a chapter. Plain text. Raises ValueError unless exactly one answer is right."""

    ask: str
    answers: tuple[Answer, ...]

    def __post_init__(self) -> None:
        if sum(answer.right for answer in self.answers) != 1:
            raise ValueError(f"one answer must be right: {self.ask}")


def ask(visit: Session, name: str, question: Question) -> None:
    """Draw the question, explain the chosen answer and record a right one in the session."""
    with st.container(border=True):
        texts = [literal(answer.text) for answer in question.answers]
        st.markdown(f"**{literal(question.ask)}**")
        choice = st.radio(
            "Answers",
            range(len(texts)),
            index=None,
            format_func=texts.__getitem__,
            key=f"answer/{name}",
            label_visibility="collapsed",  # a screen reader would read the escapes of the question aloud
            persist_state="session",
        )
        if choice is None or choice >= len(texts):
            st.caption("Choose an answer; each is explained.")
            return
        answer = question.answers[choice]
        if answer.right:
            visit.see(ANSWERED + name)
            st.success(f"Right. {literal(answer.why)}", icon=":material/check_circle:")
        else:
            st.warning(f"Not so. {literal(answer.why)}", icon=":material/lightbulb:")


def answered(visit: Session, name: str) -> bool:
    """Whether the visitor has chosen the right answer to the chapter's question."""
    return ANSWERED + name in visit.seen
