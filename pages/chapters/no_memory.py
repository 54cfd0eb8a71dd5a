"""Chapter: the same words in another order, read by a network without memory and by the recurrent classifier."""

import streamlit as st

from core.insight.figures.lessons.no_memory import answers_chart
from core.insight.lessons import no_memory
from pages.ui import lesson, lesson_no_memory
from pages.ui.chart import chart
from pages.ui.lesson import Material, Question
from pages.ui.lesson_reader import at_hand
from pages.ui.text import literal

DENSE, READING = "The dense network", "The recurrent network"


def body(material: Material) -> Question | None:
    reader = at_hand(material)
    words = reader.words(material.sentence)
    dense = lesson_no_memory.dense(material, reader)
    if not words:
        st.info("After cleaning no word is left to put in another order. Type another sentence.")
        return None
    order = lesson_no_memory.chosen_order(words)
    lesson_no_memory.show_words(reader, words, order)
    changed = [words[place] for place in order] != list(words)
    flat, read = no_memory.both(reader.classifier, dense, words, order)
    for column, found, who, key in zip(
        st.columns(2, gap="large"), (flat, read), (DENSE, READING), ("dense", "recurrent"), strict=True
    ):
        with column:
            chart(
                answers_chart(found, who, changed=changed),
                f"order_{key}",
                "",
                no_memory.said(found, who, changed=changed),
            )
    left, right = st.columns(2, gap="large")
    left.markdown(
        "A dense network takes all words at once: it adds their rows up and divides by how many they are, and a "
        "sum does not know what came first. "
        "A recurrent network takes one word after the other and carries a state along, so what a word does depends "
        "on what stood before it."
    )
    left.markdown(literal(lesson_no_memory.whole_part(reader)))
    right.caption(lesson_no_memory.about_dense(material, reader, dense))
    lesson_no_memory.by_place(reader, dense, words, order)
    return lesson_no_memory.question(flat, read)


lesson.show("no_memory", body)
