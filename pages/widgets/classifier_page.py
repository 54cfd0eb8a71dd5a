"""The skeleton of a page that asks one classifier: its content on top, the classifier picker below."""

from collections.abc import Callable

import streamlit as st

from pages import layout, navigation
from pages.loaded_classifier import LoadedClassifier
from pages.session import Session
from pages.widgets.classifier_picker import pick_classifier

Draw = Callable[[LoadedClassifier], object]


def classifier_page(session: Session, *, content: Draw, beside_picker: Draw, empty: str) -> None:
    """Draw the page.

    Args:
        content: draws the page's own part, on top.
        beside_picker: draws what stands at the right of the picker.
        empty: what the page will show once there is a classifier.
    """
    above, below = st.container(), st.container()
    with below:
        left, right = layout.columns()
        with left:
            loaded = pick_classifier(session)
        if loaded:
            with right:
                beside_picker(loaded)
    with above:
        if loaded:
            content(loaded)
        else:
            layout.empty_state("No classifier yet", empty, page="train")
    if loaded:
        navigation.next_step("train", "Train your own")
