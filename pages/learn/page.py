"""Learn: nine short chapters, each with something to move and one question."""

import streamlit as st

from pages import layout, navigation, session
from pages.learn.chapters import CHAPTERS
from pages.learn.questions import answered

COLUMNS = 3

visit = session.current()
layout.opening(
    "Learn",
    "Nine short chapters, from numbers for words to a network that remembers. Each has something to move and one "
    "question.",
)
answered_names = [name for name in CHAPTERS if answered(visit, name)]
if answered_names:
    st.progress(
        len(answered_names) / len(CHAPTERS),
        f"{len(answered_names)} of {len(CHAPTERS)} questions answered rightly",
    )
following = next((name for name in CHAPTERS if name not in answered_names), None)
chapters = list(enumerate(CHAPTERS.items(), 1))
for start in range(0, len(chapters), COLUMNS):
    row = chapters[start : start + COLUMNS]
    for column, (number, (name, chapter)) in zip(st.columns(COLUMNS), row, strict=False):
        with column.container(border=True, height="stretch"):
            mark = ":material/check_circle: " if name in answered_names else ""
            st.markdown(f"{mark}**{number} {chapter.title}**")
            st.caption(chapter.summary)
            if st.button(
                "Open",
                key=f"open_{name}",
                icon=chapter.icon,
                type="primary" if name == following else "secondary",
            ):
                navigation.turn(chapter.file, chapter.title)
navigation.next_step("data", "Or go step by step: Data")
