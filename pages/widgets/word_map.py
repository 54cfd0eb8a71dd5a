"""The parts of the Word map page: the map with its search, the job that still runs, the download."""

import io
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from core.errors import AnalysisError
from core.insight.evaluation.held_out import NAME as HELD_OUT
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
    strongest_words,
)
from core.insight.word_map.tensorboard_export import export_zip
from core.insight.word_map.word_map import NAME, WordMap, find_word, similar_spellings
from core.runs import jobs
from core.text.vocabulary import FIRST_WORD_ID, OOV_ID
from pages import caches, layout
from pages.loaded_classifier import LoadedClassifier
from pages.widgets.job_button import UNFINISHED, draw_job_progress
from pages.wording import count, literal, plain

SEARCH, VIEW, HUES, CLOSE = "map_search", "map_view", "map_hues", "map_close"
_MOST_SEARCHED = 60  # characters
_MOST_SUGGESTED = 4  # words offered


# --- What takes seconds ---


def keep_computing(loaded: LoadedClassifier) -> None:
    """Start the jobs that the map needs and draw their progress. The starter's folder is never written."""
    if loaded.is_starter:
        return
    folder = loaded.folder
    caches.word_map(loaded)  # sets a damaged map aside, so that it is missed below
    try:
        for name in _needed(folder):
            if jobs.state(folder, name).status == "missing":
                jobs.request_job(folder, name)
            if jobs.state(folder, name).status in UNFINISHED:
                draw_job_progress(folder, name, lead="Colours and t-SNE follow")
                return
        state = jobs.state(folder, NAME)
        if state.status != "failed":
            return
        st.warning(f"The rest of the map could not be computed. {literal(state.why)}")
        if st.button("Compute it again", key="map_again", icon=":material/refresh:"):
            jobs.request_job(folder, NAME)
            st.rerun()
    except (AnalysisError, OSError) as error:
        st.error(literal(str(error)))


def _needed(folder: Path) -> tuple[str, ...]:
    """The jobs that a map needs, in order: an older run did not keep its held-out articles."""
    failed = jobs.state(folder, HELD_OUT).status == "failed"
    return (HELD_OUT, NAME) if (folder.parent / "run.json").exists() and not failed else (NAME,)


# --- The map ---


@st.fragment
def word_map(loaded: LoadedClassifier) -> None:
    """Search at the left, the map at the right; typing runs nothing else of the page again."""
    learnt_map = caches.word_map(loaded)
    if not len(learnt_map):
        st.info("The word index of this network holds no words, so there is no map.")
        return
    left, right = layout.columns()
    with left:
        word = _draw_search(learnt_map)
        categories = _choose_categories(learnt_map)
        if word is None:
            _draw_suggestions(learnt_map)
        else:
            st.markdown(literal(sentences.searched_word(learnt_map, word)))
            _neighbours(learnt_map, word)
    with right:
        _map(learnt_map, word, categories)


def _draw_search(learnt_map: WordMap) -> int | None:
    """Draw the search; the token id of the searched word, or None."""
    typed = st.text_input(
        "Search a word",
        key=SEARCH,
        type="search",
        live="200ms",
        placeholder="Type a word",
        persist_state="session",
    )
    typed = plain((typed or "").strip()[:_MOST_SEARCHED])
    if not typed:
        return None
    word = find_word(learnt_map.classifier, typed)
    if word is None:
        st.caption(
            f"“{literal(typed)}” is not in the word index. The network reads it as number {OOV_ID}, as every unknown "
            "word."
        )
        if near := similar_spellings(learnt_map.classifier, typed.lower()):
            _offer(near, "Nearest spelled:")
    return word


def _draw_suggestions(learnt_map: WordMap) -> None:
    """Draw words to begin with."""
    if not (st.session_state.get(SEARCH) or "").strip():
        words = [
            learnt_map.words[position]
            for position in strongest_words(learnt_map, coloured_categories(learnt_map))
        ]
        long = [word for word in words if len(word) > 3 and word.isalpha()]
        _offer((long or words)[:_MOST_SUGGESTED], "Try one, and its nearest words are ringed on the map:")


def _offer(words: list[str], text: str) -> None:
    st.caption(text)
    with st.container(horizontal=True):
        for index, word in enumerate(words):
            st.button(
                literal(word),
                key=f"map_try_{index}",
                on_click=st.session_state.__setitem__,
                args=(SEARCH, word),
            )


def _neighbours(learnt_map: WordMap, word: int) -> None:
    """Draw the nearest words, the category that each affects most, and the nearest before training."""
    vocabulary, labels = learnt_map.classifier.vocabulary, learnt_map.classifier.labels
    now, before = learnt_map.neighbours(word), learnt_map.initial_neighbours(word)
    effects = [
        int(learnt_map.categories[token_id - FIRST_WORD_ID])
        if token_id - FIRST_WORD_ID < len(learnt_map)
        else -1
        for token_id, _ in now
    ]
    columns: dict[str, list[Any]] = {
        "now": [plain(name) for name in vocabulary.decode(token_id for token_id, _ in now)],
        "cosine": [cosine for _, cosine in now],
    }
    if learnt_map.has_effects:
        columns["tells"] = [plain(labels[token_id]) if token_id >= 0 else "" for token_id in effects]
    st.dataframe(
        pd.DataFrame(columns),
        key="map_neighbours",
        hide_index=True,
        height="content",
        column_config={
            "now": st.column_config.TextColumn("Nearest", help="By cosine, among the words of the map."),
            "cosine": st.column_config.NumberColumn(
                "Cosine",
                format="%.2f",
                width=60,
                help="1: the rows point the same way. 0: they have nothing in common.",
            ),
            "tells": st.column_config.TextColumn("Tells of", help="Empty where it is not measured."),
        },
    )
    if before:
        names = ", ".join(plain(name) for name in vocabulary.decode(token_id for token_id, _ in before))
        st.caption(
            f"Before training its nearest were {literal(names)}, with a cosine of {before[0][1]:.2f} at most."
        )


def _map(learnt_map: WordMap, word: int | None, categories: tuple[int, ...]) -> None:
    available = {
        PCA: True,
        TSNE: learnt_map.computed is not None,
        SPACE: True,
        BEFORE: learnt_map.initial_rows is not None,
    }
    views = [view for view, is_available in available.items() if is_available]
    marked, close = _selection(learnt_map, word), False
    with st.container(horizontal=True, vertical_alignment="bottom"):
        view = st.segmented_control(
            "View",
            views,
            default=TSNE if available[TSNE] else PCA,
            key=f"{VIEW}/{len(views)}",
            required=True,
            width="content",
        )
        if marked and view != SPACE:
            close = st.toggle(
                "Close up", True, key=CLOSE, help="Only the surroundings of the word and its neighbours."
            )
    picture = View.build(learnt_map, view or PCA, word)
    if view == SPACE:
        figure = space_chart(learnt_map, picture, categories=categories, selection=marked, ink=_ink())
    else:
        figure = plane_chart(
            learnt_map, picture, categories=categories, selection=marked, close=close, ink=_ink()
        )
    _chart(figure, picture.alt, view or PCA)
    # What is to be said of a searched word stands beside the map.
    st.caption(literal(picture.alt if word is None else picture.caption))
    _legend(learnt_map)


def _choose_categories(learnt_map: WordMap) -> tuple[int, ...]:
    """Which categories have a colour: those of the most words, or one alone."""
    if not learnt_map.has_effects:
        return ()
    labels = learnt_map.classifier.labels
    chosen = st.selectbox(
        "In colour",
        [-1, *coloured_categories(learnt_map, len(labels))],
        format_func=lambda category: (
            f"The {len(coloured_categories(learnt_map))} largest categories"
            if category < 0
            else plain(labels[category])
        ),
        key=HUES,
    )
    return coloured_categories(learnt_map) if chosen is None or chosen < 0 else (chosen,)


def _ink() -> tuple[str, str]:
    """The theme's letters and paper: names are read among points, where grey would not do."""
    kind = "dark" if st.context.theme.type == "dark" else "light"
    return st.get_option(f"theme.{kind}.textColor"), st.get_option(f"theme.{kind}.backgroundColor")


def _selection(learnt_map: WordMap, word: int | None) -> Selection | None:
    if word is None:
        return None
    near = tuple(token_id - FIRST_WORD_ID for token_id, _ in learnt_map.neighbours(word))
    return Selection(
        word=word - FIRST_WORD_ID if word - FIRST_WORD_ID < len(learnt_map) else None, neighbours=near
    )


def _chart(figure: Any, alt: str, view: str) -> None:
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


def _legend(learnt_map: WordMap) -> None:
    """What colour and size mean, and what the map leaves out."""
    notes = []
    if learnt_map.has_effects:
        notes.append(
            "Colour: the category that a word tells of, the one whose score falls most when the word is taken out of "
            "up to 8 articles that the network never learnt from. The larger a point, the more it falls; 1 more makes "
            "a category 2.7 times as likely against the others. Grey: other categories, or a word that stands in none "
            "of those articles."
        )
    elif learnt_map.computed:
        notes.append(
            "Grey: what a word tells of is not measured, because the articles that were held out are not kept with "
            "this classifier. Train your own to see it."
        )
    else:
        notes.append("Grey: what a word tells of is not measured yet.")
    if (ensemble_size := learnt_map.classifier.network.ensemble_size) > 1:
        notes.append(
            f"This network has {ensemble_size} readers, each with a word table of its own; the map is of the "
            "first. What a "
            "word tells of is measured on all of them together."
        )
    st.caption(" ".join(notes))


# --- To take away ---


def take_away(loaded: LoadedClassifier) -> None:
    """The map as a file for TensorBoard's projector."""
    learnt_map = caches.word_map(loaded)
    with st.expander("Take the map with you", icon=":material/download:"):
        st.markdown(
            f"The rows of {count(len(learnt_map))} words and what is known of each, as two tables: `vectors.tsv` and "
            "`metadata.tsv`. TensorBoard's Embedding Projector opens them with its Load button and lets you turn the "
            "map and search it."
        )
        st.download_button(
            "Download for the projector",
            data=lambda: io.BytesIO(export_zip(learnt_map)),
            file_name="word_map.zip",
            mime="application/zip",
            icon=":material/download:",
            on_click="ignore",
        )
