"""Chapter on learning: one neuron, a step against the gradient, and a tiny network that trains in the page."""

from collections.abc import Sequence

import streamlit as st

from pages import layout
from pages.learn import chapter_frame
from pages.learn.learning.parts import neuron_by_hand, one_weight, tiny_network
from pages.learn.learning.questions import questions
from pages.learn.material import Material
from pages.learn.prose import prose
from pages.learn.questions import Question


def body(material: Material) -> Sequence[Question]:
    st.subheader("A tiny network that trains here", anchor=False)
    prose(
        "Ten headlines, two categories. Each word is a point, because its embedding has two numbers. A headline is "
        "the mean of its words. From it come two logits, one for each category, and softmax makes probabilities of "
        "them. The line is where the network is undecided. Press Play: training moves the words and the line until "
        "every headline is on its side."
    )
    tiny_network()
    st.subheader("One neuron", anchor=False)
    left, right = layout.columns()
    neuron_by_hand(left, right)
    st.subheader("One step against the gradient", anchor=False)
    left, right = layout.columns()
    one_weight(left, right)
    prose(
        "A real network does the same with every weight at once. The chain rule gives all gradients in one pass "
        "from the loss back to the first layer: that is backpropagation. The optimizer then decides how far each "
        "weight moves. SGD takes the gradient as it is. RMSprop divides it by its usual size, and Adam also "
        "smooths it over the last steps."
    )
    return questions()


chapter_frame.show("learning", body)
