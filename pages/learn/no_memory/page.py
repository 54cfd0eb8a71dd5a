"""Chapter: the same words in another order, read by a network without memory and by the recurrent classifier."""

import streamlit as st

from core.insight.lessons.no_memory import compute
from core.insight.lessons.no_memory.figures import answers_chart
from pages.components.chart import chart
from pages.learn import chapters
from pages.learn.chapters import Material, Question
from pages.learn.classifier_choice import at_hand
from pages.learn.no_memory import parts
from pages.wording import literal

DENSE, READING = "The dense network", "The recurrent network"


def body(material: Material) -> Question | None:
    member = at_hand(material)
    words = member.words(material.sentence)
    dense = parts.dense(material, member)
    if not words:
        st.info("After cleaning no word is left to put in another order. Type another sentence.")
        return None
    order = parts.chosen_order(words)
    parts.show_words(member, words, order)
    changed = [words[place] for place in order] != list(words)
    flat, read = compute.compare_answers(member.classifier, dense, words, order)
    for column, found, who, key in zip(
        st.columns(2, gap="large"), (flat, read), (DENSE, READING), ("dense", "recurrent"), strict=True
    ):
        with column:
            chart(
                answers_chart(found, who, changed=changed),
                f"order_{key}",
                "",
                compute.caption(found, who, changed=changed),
            )
    left, right = st.columns(2, gap="large")
    left.markdown(
        "A dense network takes all words at once: it adds their rows up and divides by how many they are, and a "
        "sum does not know what came first. "
        "A recurrent network takes one word after the other and carries a state along, so what a word does depends "
        "on what stood before it."
    )
    left.markdown(literal(parts.whole_part(member)))
    right.caption(parts.about_dense(material, member, dense))
    parts.by_place(member, dense, words, order)
    return parts.question(flat, read)


chapters.show("no_memory", body)
