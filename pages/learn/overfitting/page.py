"""Chapter: overfitting, where to stop, and what early stopping sees of it."""

import streamlit as st

from core.insight.lessons.overfitting import compute
from core.insight.lessons.overfitting.figures import loss_chart
from pages import layout
from pages.components.chart import chart
from pages.learn import chapters
from pages.learn.chapters import Material, Question
from pages.learn.overfitting.parts import early_stopping, question, stop_after, three_ways, tutorial, whose
from pages.wording import literal


def body(material: Material) -> Question:
    left, right = layout.columns()
    with left:
        history, what = whose(material)
        epoch = stop_after(history)
        watched, patience, stop = early_stopping(history)
        st.caption(what)
    with right:
        chart(
            loss_chart(history, epoch, stop),
            "lesson_losses",
            "Training and validation loss, epoch by epoch",
            compute.stopping_caption(history, epoch),
        )
    st.markdown(literal(compute.early_stopping_caption(history, watched, patience)))
    three_ways(history, epoch, stop, watched)
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(
            "**Why two curves.** Training loss is measured on the headlines that the network learns from. Validation "
            "loss is measured on headlines that are kept apart. As long as both fall, it learns what headlines have in "
            "common. When only the first falls, it learns single headlines by heart: it overfits."
        )
        st.markdown(
            "**Patience.** Losses waver, so one epoch that is no better says little. Early stopping waits for so many, "
            "then stops and takes back the weights of the best epoch."
        )
    with right:
        tutorial()
    return question(history)


chapters.show("overfitting", body)
