"""Read-along: the prediction after each word of a headline."""

from functools import partial

import numpy as np
import streamlit as st

from core.insight.prediction import captions
from core.insight.prediction.attribution import read_along
from core.insight.prediction.cost import read_along_work
from core.insight.prediction.figures import read_along_chart
from core.tasks.prediction_tasks import ReadHeadlineAlong
from core.text.languages import LANGUAGES
from pages.components.chart import chart
from pages.components.read_along import read_along_player
from pages.loaded_classifier import LoadedClassifier
from pages.widgets.prediction_work import computed

_SIDES = ("From the left", "From the right")


def draw_read_along(loaded: LoadedClassifier, words: tuple[str, ...]) -> None:
    """Draw the probabilities over the words, the player below, and how far to trust them."""
    classifier = loaded.classifier
    from_right, right_to_left = False, LANGUAGES[classifier.cleaning.language].right_to_left
    if any(layer.bidirectional for layer in classifier.network.layers):
        sides = _SIDES[::-1] if right_to_left else _SIDES  # first word first
        side = st.segmented_control("Start reading", sides, default=sides[0], key="read_from", required=True)
        from_right = side == sides[1]
    work_of = partial(read_along_work, classifier.network, from_right=from_right)
    if sentence := captions.refusal(classifier.network, "Reading {} one by one", work_of, len(words)):
        st.info(sentence)
        return
    reading = computed(
        work_of(len(words)),
        lambda: read_along(classifier, words, from_right=from_right),
        ReadHeadlineAlong(card=loaded.card, words=words, from_right=from_right),
    )
    labels = classifier.labels
    figure = read_along_chart(reading, labels, right_to_left=right_to_left)
    chart(figure, "read_along_chart", "", captions.read_along(reading, labels))
    rankings = [
        [(labels[label], float(probabilities[label])) for label in np.argsort(-probabilities, kind="stable")]
        for probabilities in reading.probabilities
    ]
    read_along_player(reading.words, rankings, "read_along_player", from_right=reading.from_right)
    st.caption(
        "The network answers each beginning as if it were the whole headline. It has only learnt from "
        "whole texts. So the answers after the first few words are guesses."
    )
