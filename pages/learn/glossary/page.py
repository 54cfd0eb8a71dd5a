"""Glossary: the field's words, each in a plain sentence, with its formula and where to see it in the app."""

import streamlit as st

from core.insight.glossary import TERMS, anchor
from pages import layout, navigation
from pages.learn.chapters import CHAPTERS
from pages.wording import literal

layout.opening(
    "Glossary",
    f"{len(TERMS)} technical words, each explained in one plain sentence, and where to see them in this app.",
)
sought = (
    st.text_input("Find a word", max_chars=40, placeholder="gradient", live="200ms", key="glossary_sought")
    or ""
).strip()
matching = [
    name
    for name, term in TERMS.items()
    if any(sought.lower() in text.lower() for text in (name, term.meaning, *term.also))
]
if not matching:
    st.info(f"No word here has “{literal(sought)}” in it.")
for name in sorted(matching, key=str.lower):
    term = TERMS[name]
    st.subheader(name, anchor=anchor(name))
    st.markdown(literal(term.meaning))
    if term.formula:
        st.latex(term.formula, width="content")
    with st.container(horizontal=True):
        for chapter in term.chapters:
            if st.button(
                f"Chapter: {CHAPTERS[chapter].title}",
                key=f"{name}/{chapter}",
                icon=CHAPTERS[chapter].icon,
                type="tertiary",
            ):
                navigation.turn(CHAPTERS[chapter].file, CHAPTERS[chapter].title)
        if term.page and st.button(
            f"Page: {navigation.PAGES[term.page].title}",
            key=f"{name}/page",
            icon=navigation.PAGES[term.page].icon,
            type="tertiary",
        ):
            navigation.go(term.page)
