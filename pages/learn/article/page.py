"""Chapter that reproduces the tutorial: its steps with their numbers, its network, its training, its code mended."""

from collections.abc import Sequence

import streamlit as st

from core.insight.lessons.article import captions
from pages import layout
from pages.learn import chapter_frame
from pages.learn.article.parts import (
    choose_cut,
    count_file,
    layer_table,
    mended_code,
    recorded_training,
    step_table,
)
from pages.learn.article.questions import questions
from pages.learn.material import Material
from pages.learn.prose import prose
from pages.learn.questions import Question


def body(material: Material) -> Sequence[Question]:
    prose(
        "The tutorial has six steps. It reads the file (1), joins headline and description (2) and cleans the texts "
        "(3). It numbers words and labels (4), builds the network (5), trains it and tests it (6). Here are its "
        "printed numbers, beside those of your file."
    )
    left, right = layout.columns()
    with left:
        cut = choose_cut()
    with right:
        counts = count_file(material, cut)
        step_table(material, counts, cut)
    prose(captions.politics_cut(counts, cut=cut), left)
    prose(captions.word_index(counts), left)
    st.subheader("Its network, layer by layer", anchor=False)
    layer_table(counts)
    st.subheader("Its training", anchor=False)
    training = recorded_training(material)
    st.subheader("Its code, mended", anchor=False)
    mended_code(material.visit)
    st.subheader("Key takeaways", anchor=False)
    prose(captions.takeaways(counts, training))
    return questions()


chapter_frame.show("article", body)
