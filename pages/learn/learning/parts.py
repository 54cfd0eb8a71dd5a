"""Widgets of the chapter on learning: a neuron's sliders, the descent of one weight, the tiny network's controls."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.insight.lessons.learning import captions, compute
from core.insight.lessons.learning.compute import OPTIMIZERS
from core.insight.lessons.learning.figures import descent_chart
from pages import layout
from pages.components.chart import chart
from pages.learn.learning.plane import draw_plane
from pages.learn.prose import prose
from pages.wording import help_text

STEPS = 60
RATES = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
BATCH_SIZES = (1, 2, 5, 10)
_SEED = "learning_seed"


def tiny_network() -> None:
    """Draw the controls, and the whole training as moments of a player."""
    left, right = layout.columns()
    with left:
        optimizer = st.segmented_control(
            "Optimizer",
            OPTIMIZERS,
            default="SGD",
            required=True,
            key="learning_optimizer",
            persist_state="session",
        )
        rate = st.select_slider(
            "Learning rate",
            RATES,
            1.0,
            key="learning_rate",
            persist_state="session",
            help=help_text("How far the weights move against the gradient in one step."),
        )
        batch_size = st.select_slider(
            "Batch",
            BATCH_SIZES,
            10,
            key="learning_batch",
            persist_state="session",
            help=help_text("How many headlines the network reads before it changes its weights once."),
        )
        if st.button("Other random weights", key="learning_again", icon=":material/casino:"):
            st.session_state[_SEED] = st.session_state.get(_SEED, 1) + 1
        prose(
            "Before training all weights are random, so the words lie anywhere. In each step the network reads a "
            "batch, computes the loss and its gradient, and moves every weight a little against it."
        )
    seed = st.session_state.get(_SEED, 1)
    training = compute.train(optimizer or "SGD", rate, batch_size=batch_size, steps=STEPS, seed=seed)
    with right:
        draw_plane(training, f"{optimizer}-{rate}-{batch_size}-{seed}")


def neuron_by_hand(left: DeltaGenerator, right: DeltaGenerator) -> None:
    """Draw the sliders of a neuron's weights, bias and inputs, and its output as a sum worked out."""
    with left:
        prose(
            "A neuron multiplies each input by a weight, adds everything up, adds a bias, and bends the sum with tanh. "
            "That is all. A layer is many neurons side by side."
        )
    with right:
        columns = st.columns(5)
        names = ("x1", "x2", "w1", "w2", "b")
        starts = (1.0, 0.5, 0.8, -0.4, 0.1)
        x1, x2, w1, w2, bias = (
            column.number_input(name, -3.0, 3.0, start, 0.1, key=f"neuron_{name}", persist_state="session")
            for column, name, start in zip(columns, names, starts, strict=True)
        )
        output = compute.neuron((w1, w2), bias, (x1, x2))
        st.code(captions.neuron((w1, w2), bias, (x1, x2), output), language=None, wrap_lines=True)
        st.progress((output + 1) / 2, f"output {output:.2f}, between -1 and 1")


def one_weight(left: DeltaGenerator, right: DeltaGenerator) -> None:
    """Draw the loss over one weight, and steps against the gradient from a weight to choose."""
    with left:
        start = st.slider("Start at w", -5.0, 5.0, -3.0, 0.5, key="descent_start", persist_state="session")
        rate = st.select_slider(
            "Learning rate",
            (0.1, 0.5, 1.0, 3.0, 10.0, 30.0),
            1.0,
            key="descent_rate",
            persist_state="session",
        )
        steps = st.slider("Steps", 1, 20, 5, key="descent_steps", persist_state="session")
        prose(
            "This network has one weight. Its loss is the cross-entropy: minus the logarithm of the probability that "
            "softmax gives to the correct label. The gradient is the slope of the curve. Training goes downhill."
        )
    descent = compute.descend(start, rate, steps)
    with right:
        chart(
            descent_chart(descent),
            "lesson_descent",
            "The loss over one weight, and the places of the steps",
            captions.descent(descent, rate),
        )
