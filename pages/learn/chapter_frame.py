"""What every chapter of the lesson has around its body: title, map, sentence, questions, summary, buttons to go on.

Leaves out: what a chapter computes and how its charts are drawn (``core/insight/lessons``).
"""

from collections.abc import Callable, Sequence

import streamlit as st

from core.errors import HeadlineLabError
from pages import layout, navigation, session
from pages.learn import chapters
from pages.learn.classifier_choice import own_differs
from pages.learn.material import Material, figures_caption, sentence_box
from pages.learn.network_map import network_map
from pages.learn.prose import begin, prose
from pages.learn.questions import Question, ask_questions
from pages.learn.recorded_networks import choose_network
from pages.wording import literal


def show(name: str, body: Callable[[Material], Sequence[Question]]) -> None:
    """Draw a chapter: title, map, body, the questions that the body returns, what was learnt, and the buttons to go on.

    Args:
        body: draws controls and charts; returns no questions if the file gives nothing to ask about.
    """
    visit, chapter = session.current(), chapters.CHAPTERS[name]
    position = list(chapters.CHAPTERS).index(name)
    with st.container(key="chapter_head"):  # printed across both columns (components/print_page.css)
        back_column, position_column = st.columns([1, 5], vertical_alignment="center")
        with back_column:
            if st.button("All chapters", key="all_chapters", icon=":material/arrow_back:", type="tertiary"):
                navigation.go("learn")
        position_column.caption(f"Chapter {position + 1} of {len(chapters.CHAPTERS)}")
        begin()
        layout.opening(chapter.title, chapter.summary)
        network_map(chapter.stages)
    cell = choose_network(visit, chapter.cells)
    sentence = ""
    if chapter.own_sentence:
        sentence = sentence_box(visit, cell, reads_file_alone=chapter.uses_file and not chapter.cells)
    if chapter.cells and not cell and visit.run and visit.run.result():
        own_differs(visit, chapter.cells)
    material = Material(visit=visit, sentence=sentence, cell=cell)
    questions: Sequence[Question] = ()
    try:
        questions = body(material)
    except HeadlineLabError as error:
        st.error(literal(str(error)))
        navigation.to_page("data", "Choose another file")
    with st.container(key="questions"):  # not printed: the worksheet of the teacher's pack has them
        ask_questions(visit, name, questions)
    if chapter.learnt:
        with st.container(border=True, key="learnt"):
            st.markdown("**What you now know**")
            prose("\n".join(f"- {sentence}" for sentence in chapter.learnt))
    if chapter.uses_file:
        st.caption(figures_caption(material))
    _ending(name, position)


def _ending(name: str, position: int) -> None:
    chapter, names = chapters.CHAPTERS[name], list(chapters.CHAPTERS)
    with st.container(horizontal=True):
        navigation.to_page(chapter.page, chapter.label, primary=True, key="for_real")
        if position + 1 < len(names):
            following = chapters.CHAPTERS[names[position + 1]]
            if st.button(f"Next: {following.title}", key="next_chapter", icon=":material/arrow_forward:"):
                navigation.turn(following.file, following.title)
        elif st.button("All chapters", key="to_contents", icon=":material/school:"):
            navigation.go("learn")
