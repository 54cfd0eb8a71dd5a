"""Chapter on vanishing gradients: backpropagation through time in one unit by hand and in the classifier."""

from collections.abc import Sequence

import streamlit as st

from core.insight.lessons.vanishing import captions, compute
from core.insight.lessons.vanishing.figures import vanishing_chart
from core.insight.order_task.captions import TASK
from pages import layout
from pages.components.chart import chart
from pages.learn import chapter_frame
from pages.learn.classifier_choice import choose_classifier
from pages.learn.material import Material
from pages.learn.prose import prose
from pages.learn.questions import Question
from pages.learn.vanishing.parts import (
    EXPLODING,
    HARDLY,
    WORDS,
    back_through_time,
    chain_sliders,
    many_unit_layers,
    repeated_sentence_gradients,
    unit_formula,
)
from pages.learn.vanishing.questions import questions
from pages.widgets.order_results import by_distance
from pages.wording import literal


def body(material: Material) -> Sequence[Question]:
    chosen = choose_classifier(material)
    left, right = layout.columns()
    with left:
        chain = chain_sliders()
    length = len(chain.states)
    gradients = repeated_sentence_gradients(chosen, chosen.words(material.sentence), length)
    with right:
        chart(
            vanishing_chart(chain, gradients),
            "lesson_vanishing",
            "The gradient at each word, counted back from the end, on a logarithmic axis",
            captions.unit_gradient(chain),
        )
    unit_formula()
    back_through_time(chain)
    st.code(captions.factors(chain), language=None, wrap_lines=True)
    left, right = st.columns(2, gap="large")
    exploding = (compute.chain(EXPLODING, WORDS, push) for push in (0.0, HARDLY))
    prose(
        "The same number again and again: below 1 the product is soon almost 0. "
        f"{captions.pushed_unit(*exploding)} S. Hochreiter found this in 1991. Y. Bengio, P. Simard and P. "
        "Frasconi showed it in 1994 (IEEE Transactions on Neural Networks 5(2)).",
        left,
    )
    if gradients:
        network = chosen.classifier.network
        right.markdown(literal(captions.classifier_gradients(gradients, network)))
        right.caption(f"{chosen.caption} {captions.drawn_gradients(gradients, network, max_words=length)}")
    else:
        right.caption("After cleaning no word is left of your sentence, so only the one unit is drawn.")
    many_unit_layers(length)
    st.subheader("A task where a far word decides", anchor=False)
    st.markdown(TASK)
    by_distance()
    return questions()


chapter_frame.show("vanishing", body)
