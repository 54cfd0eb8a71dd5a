"""Chapter: the Embedding layer, and what input_dim, output_dim and input_length do to it."""

import streamlit as st

from core.insight.lessons.embedding_layer import compute
from core.insight.lessons.embedding_layer.figures import embedding_layer_chart
from core.text.cleaning import clean
from pages import layout
from pages.components.chart import chart
from pages.learn import chapters
from pages.learn.chapters import Material, Question
from pages.learn.embedding_layer.parts import (
    figures_of,
    keras_says,
    one_sentence,
    question,
    sliders,
    tutorial,
)
from pages.words.word_index import no_word_left


def body(material: Material) -> Question | None:
    study = material.studied()
    if not study.token_count:
        no_word_left()
        return None
    words = clean(material.sentence, material.visit.settings.cleaning).split()
    left, right = layout.columns()
    with left:
        chosen = sliders()
    found = compute.embedding_layer(study, **chosen)
    numbers = study.encode(words, size=found.input_dim)
    with right:
        chart(
            embedding_layer_chart(found, numbers[: found.input_length]),
            "lesson_table",
            "The layer's table and one text's output",
            compute.caption(found),
        )
        figures_of(found)
    one_sentence(words, numbers, found)
    left, right = st.columns(2, gap="large")
    with left:
        tutorial(study)
    with right:
        keras_says()
    return question(found)


chapters.show("embedding_layer", body)
