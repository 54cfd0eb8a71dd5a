"""Learn: the list of chapters, and how many of their questions the visitor has answered."""

import streamlit as st

from pages import layout, navigation, session
from pages.learn.chapters import CHAPTERS
from pages.learn.questions import answered, answered_at_first

COLUMNS = 3

visit = session.current()
layout.opening(
    "Learn",
    f"{len(CHAPTERS)} short chapters, from numbers for words to a network that remembers. Each has "
    "something to try, and a few questions.",
)
correct = {name: answered(visit, name, chapter.questions) for name, chapter in CHAPTERS.items()}
finished = {name for name, chapter in CHAPTERS.items() if correct[name] == len(chapter.questions)}
if any(correct.values()):
    n_questions = sum(len(chapter.questions) for chapter in CHAPTERS.values())
    n_correct = sum(correct.values())
    at_first = sum(answered_at_first(visit, name, chapter.questions) for name, chapter in CHAPTERS.items())
    st.progress(
        n_correct / n_questions,
        f"{n_correct} of {n_questions} questions answered correctly, {at_first} of them at the first try",
    )
following = next((name for name in CHAPTERS if name not in finished), None)
chapters = list(enumerate(CHAPTERS.items(), 1))
for start in range(0, len(chapters), COLUMNS):
    row = chapters[start : start + COLUMNS]
    for column, (number, (name, chapter)) in zip(st.columns(COLUMNS), row, strict=False):
        with column.container(border=True, height="stretch"):
            mark = ":material/check_circle: " if name in finished else ""
            st.markdown(f"{mark}**{number} {chapter.title}**")
            st.caption(chapter.summary)
            if st.button(
                "Open",
                key=f"open_{name}",
                icon=chapter.icon,
                type="primary" if name == following else "secondary",
            ):
                navigation.turn(chapter.file, chapter.title)
with st.container(horizontal=True):
    navigation.next_step("data", "Or go step by step: Data")
    if st.button(
        "For teachers: address and QR code", key="to_join", icon=":material/qr_code_2:", type="tertiary"
    ):
        navigation.turn("join/page.py", "Join")
