"""The search of the word map: a word, its neighbours, and suggestions while there is none."""

from typing import Any

import pandas as pd
import streamlit as st

from core.insight.word_map.figures import coloured_categories
from core.insight.word_map.label_layout import strongest_words
from core.insight.word_map.word_map import WordMap, find_word, similar_spellings
from core.text.normalisation import is_word
from core.text.vocabulary import FIRST_WORD_ID, OOV_ID
from pages.widgets.word_search import search_box, word_buttons
from pages.wording import literal, plain

_SEARCH = "map_search"
_MOST_SUGGESTED = 4  # words offered


def draw_search(learnt_map: WordMap) -> int | None:
    """Draw the search; the token id of the searched word, or None."""
    typed = search_box("Search a word", key=_SEARCH, placeholder="Type a word")
    if not typed:
        return None
    word = find_word(learnt_map.classifier, typed)
    if word is None:
        st.caption(
            f"“{literal(typed)}” is not in the vocabulary. The network reads it as number {OOV_ID}, like "
            "every unknown word."
        )
        if near := similar_spellings(learnt_map.classifier, typed.lower()):
            _draw_words(near, "Nearest spelled:")
    return word


def draw_suggestions(learnt_map: WordMap) -> None:
    """Draw words to begin with, while nothing is typed."""
    if not (st.session_state.get(_SEARCH) or "").strip():
        words = [
            learnt_map.words[position]
            for position in strongest_words(learnt_map, coloured_categories(learnt_map))
        ]
        long = [word for word in words if len(word) > 3 and is_word(word)]
        _draw_words(
            (long or words)[:_MOST_SUGGESTED], "Try one of these. The map will circle its nearest words:"
        )


def _draw_words(words: list[str], caption: str) -> None:
    st.caption(caption)
    with st.container(horizontal=True):
        word_buttons(words, box=_SEARCH, key="map_try")


def draw_neighbours(learnt_map: WordMap, word: int) -> None:
    """Draw the nearest words, the category that each affects most, and the nearest before training."""
    vocabulary, labels = learnt_map.classifier.vocabulary, learnt_map.classifier.labels
    now, before = learnt_map.neighbours(word), learnt_map.initial_neighbours(word)
    categories = [
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
        columns["tells"] = [plain(labels[category]) if category >= 0 else "" for category in categories]
    st.dataframe(
        pd.DataFrame(columns),
        key="map_neighbours",
        hide_index=True,
        height="content",
        column_config={
            "now": st.column_config.TextColumn("Nearest", help="By cosine, among the words on the map."),
            "cosine": st.column_config.NumberColumn(
                "Cosine",
                format="%.2f",
                width=60,
                help="1: the vectors point the same way. 0: they have nothing in common.",
            ),
            "tells": st.column_config.TextColumn("Points to", help="Empty where it is not measured."),
        },
    )
    if before:
        names = ", ".join(plain(name) for name in vocabulary.decode(token_id for token_id, _ in before))
        st.caption(
            f"Before training, its nearest words were {literal(names)}, with a cosine of at most "
            f"{before[0][1]:.2f}."
        )
