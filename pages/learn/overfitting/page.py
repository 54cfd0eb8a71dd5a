"""Chapter on overfitting: the epoch to stop after, by hand and by early stopping."""

from collections.abc import Sequence

import streamlit as st

from core.insight.lessons.overfitting import captions
from core.insight.lessons.overfitting.figures import loss_chart
from pages import layout
from pages.components.chart import chart
from pages.learn import chapter_frame
from pages.learn.material import Material
from pages.learn.overfitting.parts import (
    choose_history,
    compare_stops,
    early_stopping_controls,
    stop_slider,
    tutorial_monitor,
    validation_above_training,
)
from pages.learn.overfitting.questions import questions
from pages.learn.prose import prose
from pages.learn.questions import Question
from pages.wording import literal


def body(material: Material) -> Sequence[Question]:
    left, right = layout.columns()
    with left:
        history, caption = choose_history(material)
        epoch = stop_slider(history)
        monitored, patience, stop = early_stopping_controls(history)
        st.caption(caption)
    with right:
        chart(
            loss_chart(history, epoch, stop),
            "lesson_losses",
            "Training and validation loss, epoch by epoch",
            captions.stopping(history, epoch),
        )
    st.markdown(literal(captions.early_stopping(history, monitored, patience)))
    compare_stops(history, epoch, stop, monitored)
    left, right = st.columns(2, gap="large")
    with left:
        prose(
            "**Why two curves.** Training loss is measured on the headlines that the network learns from. Validation "
            "loss is measured on headlines that are kept apart: the validation part. As long as both fall, it learns "
            "what headlines have in common. When only the first falls, it learns single headlines by heart: it "
            "overfits."
        )
        prose(
            "**The gap.** A gap between training and validation accuracy shows overfitting. It is not the share of the "
            "headlines that is learnt by heart: many of those the network would get right anyway."
        )
        prose(
            "**What helps.** Whatever keeps a network from overfitting is called regularisation. Dropout is the usual "
            "way: in training it sets some numbers to 0 at random. The test part shows in the end whether it helped."
        )
        prose(
            "**Patience.** The loss wobbles, so one bad epoch proves little. Early stopping waits for that many bad "
            "epochs. Then it stops and takes back the weights of the best epoch."
        )
    with right:
        tutorial_monitor()
    validation_above_training()
    return questions(history)


chapter_frame.show("overfitting", body)
