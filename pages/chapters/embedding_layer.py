"""Chapter: the Embedding layer, and what input_dim, output_dim and input_length do to it."""

import streamlit as st

from core.insight.figures.lessons.embedding_layer import table_chart
from core.insight.lessons import embedding_layer
from core.text.cleaning import clean
from pages.ui import lesson, page
from pages.ui.chart import chart
from pages.ui.lesson import Material, Question
from pages.ui.lesson_embedding_layer import figures_of, keras_says, one_sentence, question, sliders, tutorial
from pages.ui.word_views import no_word_left


def body(material: Material) -> Question | None:
    study = material.studied()
    if not study.running_words:
        no_word_left()
        return None
    words = clean(material.sentence, material.visit.settings.cleaning).split()
    left, right = page.columns()
    with left:
        chosen = sliders()
    found = embedding_layer.layer(study, **chosen)
    numbers = study.encode(words, size=found.input_dim)
    with right:
        chart(
            table_chart(found, numbers[: found.input_length]),
            "lesson_table",
            "The layer's table and one text's output",
            embedding_layer.said(found),
        )
        figures_of(found)
    one_sentence(words, numbers, found)
    left, right = st.columns(2, gap="large")
    with left:
        tutorial(study)
    with right:
        keras_says()
    return question(found)


lesson.show("embedding_layer", body)
