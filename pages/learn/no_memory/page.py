"""Chapter on word order: a dense and a recurrent network on the same words in two orders."""

from collections.abc import Sequence

import streamlit as st

from core.insight.lessons.no_memory import captions, compute
from core.insight.lessons.no_memory.figures import answers_chart
from pages.components.chart import chart
from pages.learn import chapter_frame
from pages.learn.classifier_choice import choose_classifier
from pages.learn.material import Material
from pages.learn.no_memory import parts
from pages.learn.no_memory.questions import questions
from pages.learn.prose import prose
from pages.learn.questions import Question
from pages.wording import literal

DENSE, RECURRENT = "The dense network", "The recurrent network"


def body(material: Material) -> Sequence[Question]:
    chosen = choose_classifier(material)
    words = chosen.words(material.sentence)
    dense_network = parts.fit_dense_network(material, chosen)
    if not words:
        st.info("After cleaning, no word is left to reorder. Type a different sentence.")
        return ()
    order = parts.order_buttons(material, words)
    parts.show_words(chosen, words, order)
    changed = [words[position] for position in order] != list(words)
    dense_answers, recurrent_answers = compute.compare_answers(chosen.classifier, dense_network, words, order)
    for column, answers, network_name, key in zip(
        st.columns(2, gap="large"),
        (dense_answers, recurrent_answers),
        (DENSE, RECURRENT),
        ("dense", "recurrent"),
        strict=True,
    ):
        with column:
            chart(
                answers_chart(answers, network_name, changed=changed),
                f"order_{key}",
                "",
                captions.word_order(answers, network_name, changed=changed),
            )
    left, right = st.columns(2, gap="large")
    prose(
        "A dense network takes all words at once. To it a text is a bag of words. It computes the average of "
        "their rows, and an average does not know what came first (apart from rounding). A "
        "recurrent network takes one word after the other and carries a state along. So "
        "the effect of a word depends on the words before it.",
        left,
    )
    left.markdown(literal(parts.test_set_caption(material, chosen)))
    right.caption(parts.networks_caption(material, chosen, dense_network))
    parts.position_weights(chosen, dense_network, words, order)
    return questions(dense_answers, recurrent_answers)


chapter_frame.show("no_memory", body)
