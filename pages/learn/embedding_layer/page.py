"""Chapter on the Embedding layer: the effect of input_dim, output_dim and input_length."""

from collections.abc import Sequence

import streamlit as st

from core.insight.lessons.embedding_layer import captions, compute
from core.insight.lessons.embedding_layer.figures import embedding_layer_chart
from core.text.cleaning import clean
from pages import layout
from pages.components.chart import chart
from pages.learn import chapter_frame
from pages.learn.embedding_layer.parts import (
    keras_note,
    layer_metrics,
    sentence_lookup,
    sliders,
    tutorial_layer,
)
from pages.learn.embedding_layer.questions import questions
from pages.learn.material import Material
from pages.learn.questions import Question
from pages.words.word_index import no_word_left


def body(material: Material) -> Sequence[Question]:
    coverage = material.coverage()
    if not coverage.token_count:
        no_word_left()
        return ()
    words = clean(material.sentence, material.visit.settings.cleaning).split()
    left, right = layout.columns()
    with left:
        arguments = sliders()
    layer = compute.embedding_layer(coverage, **arguments)
    token_ids = coverage.encode(words, size=layer.input_dim)
    with right:
        chart(
            embedding_layer_chart(layer, token_ids[: layer.input_length]),
            "lesson_table",
            "The layer's table and one text's output",
            captions.embedding_layer(layer),
        )
        layer_metrics(layer)
    sentence_lookup(words, token_ids, layer)
    left, right = st.columns(2, gap="large")
    with left:
        tutorial_layer(coverage)
    with right:
        keras_note()
    return questions(layer)


chapter_frame.show("embedding_layer", body)
