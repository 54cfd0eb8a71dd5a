"""The map of the learnt words: its views, its colours, and its search."""

from typing import Any

import streamlit as st

from core.insight.word_map import captions as sentences
from core.insight.word_map.figures import (
    BEFORE,
    PCA,
    SPACE,
    TSNE,
    Selection,
    View,
    coloured_categories,
    plane_chart,
    space_chart,
)
from core.insight.word_map.word_map import WordMap
from core.text.vocabulary import FIRST_WORD_ID
from pages import caches, layout
from pages.loaded_classifier import ClassifierKey
from pages.widgets.classifier_picker import load_classifier
from pages.word_map.search import draw_neighbours, draw_search, draw_suggestions
from pages.wording import help_text, literal, plain

_VIEW, _CATEGORY, _CLOSE = "map_view", "map_hues", "map_close"


@st.fragment
def draw_word_map(key: ClassifierKey) -> None:
    """Draw the search at the left and the map at the right. A fragment: typing does not rerun the rest of the page."""
    loaded = load_classifier(key)
    if loaded is None:
        return
    learnt_map = caches.word_map(loaded)
    if not len(learnt_map):
        st.info("The vocabulary of this network has no words, so there is no map.")
        return
    left, right = layout.columns()
    with left:
        word = draw_search(learnt_map)
        categories = _choose_categories(learnt_map)
        if word is None:
            draw_suggestions(learnt_map)
        else:
            st.markdown(literal(sentences.searched_word(learnt_map, word)))
            draw_neighbours(learnt_map, word)
    with right:
        _draw_map(learnt_map, word, categories)


def _draw_map(learnt_map: WordMap, word: int | None, categories: tuple[int, ...]) -> None:
    available = {
        PCA: True,
        TSNE: learnt_map.computed is not None,
        SPACE: True,
        BEFORE: learnt_map.initial_rows is not None,
    }
    views = [view for view, is_available in available.items() if is_available]
    selection, close = _selection(learnt_map, word), False
    with st.container(horizontal=True, vertical_alignment="bottom"):
        view = st.segmented_control(
            "View",
            views,
            default=TSNE if available[TSNE] else PCA,
            key=f"{_VIEW}/{len(views)}",
            required=True,
            width="content",
        )
        if selection and view != SPACE:
            close = st.toggle(
                "Close up", True, key=_CLOSE, help=help_text("Show only the word and its neighbours.")
            )
    picture = View.build(learnt_map, view or PCA, word)
    if view == SPACE:
        figure = space_chart(learnt_map, picture, categories=categories, selection=selection, ink=_ink())
    else:
        figure = plane_chart(
            learnt_map, picture, categories=categories, selection=selection, close=close, ink=_ink()
        )
    _draw_chart(figure, picture.alt, view or PCA)
    # What is known of the searched word stands at the left.
    st.caption(literal(picture.alt if word is None else picture.caption))
    _draw_legend(learnt_map)


def _choose_categories(learnt_map: WordMap) -> tuple[int, ...]:
    """Draw the choice of the coloured categories: the largest ones, or a single one; return their ids."""
    if not learnt_map.has_effects:
        return ()
    labels = learnt_map.classifier.labels
    names = {-1: f"The {len(coloured_categories(learnt_map))} largest categories"}
    names |= {category: plain(labels[category]) for category in coloured_categories(learnt_map, len(labels))}
    chosen = st.selectbox("In colour", list(names), format_func=names.__getitem__, key=_CATEGORY)
    return coloured_categories(learnt_map) if chosen is None or chosen < 0 else (chosen,)


def _ink() -> tuple[str, str]:
    """The theme's colours of text and background; grey names could not be read among the points."""
    kind = "dark" if st.context.theme.type == "dark" else "light"
    return st.get_option(f"theme.{kind}.textColor"), st.get_option(f"theme.{kind}.backgroundColor")


def _selection(learnt_map: WordMap, word: int | None) -> Selection | None:
    if word is None:
        return None
    near = tuple(token_id - FIRST_WORD_ID for token_id, _ in learnt_map.neighbours(word))
    return Selection(
        word=word - FIRST_WORD_ID if word - FIRST_WORD_ID < len(learnt_map) else None, neighbours=near
    )


def _draw_chart(figure: Any, alt: str, view: str) -> None:
    plane_buttons = ["zoomIn2d", "zoomOut2d", "pan2d", "resetScale2d"]
    st.plotly_chart(
        figure,
        key="map_chart",
        alt=alt,
        config={
            "displaylogo": False,
            "displayModeBar": True,
            "modeBarButtons": [["resetCameraDefault3d"] if view == SPACE else plane_buttons],
        },
    )


def _draw_legend(learnt_map: WordMap) -> None:
    """Draw what colour and size mean, and what the map leaves out."""
    notes = []
    if learnt_map.has_effects:
        notes.append(
            "Colour: the category that a word points to. The app removes the word from up to 8 held-out "
            "articles and looks whose score falls most. A larger point means a larger fall. A word with 1 "
            "makes its category 2.7 times as likely, compared with the others. Grey: other categories, or "
            "words in none of these articles."
        )
    elif learnt_map.computed:
        notes.append(
            "Grey: what a word points to is not measured, because the held-out articles are not kept with "
            "this classifier. Train your own to see it."
        )
    else:
        notes.append("Grey: what a word points to is not measured yet.")
    if (ensemble_size := learnt_map.classifier.network.ensemble_size) > 1:
        notes.append(
            f"This network is an ensemble of {ensemble_size}, each with its own embedding. The map shows "
            "the first one. What a word points to is measured on all of them together."
        )
    st.caption(" ".join(notes))
