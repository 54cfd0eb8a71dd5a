"""Time machine, Word map: the learnt words at each snapshot, on the same two axes; the path of one word."""

import difflib
from typing import Any

import numpy as np
import streamlit as st

from core.insight.plot_style import CATEGORIES, UNKNOWN
from core.insight.replay import captions
from core.insight.replay.replay import Replay
from core.insight.word_map.figures import coloured_categories
from core.insight.word_map.label_layout import strongest_words
from core.insight.word_map.word_map import WordMap
from core.text.normalisation import is_word
from pages import caches, layout
from pages.components.player import packed, time_player
from pages.loaded_classifier import LoadedClassifier
from pages.widgets.word_map_jobs import draw_map_jobs
from pages.widgets.word_search import search_box, word_buttons
from pages.wording import count, literal, plain

_SEARCH, _CLICKED = "time_search", "time_clicked"
_MOST_SUGGESTED = 3
_MOST_NAMED = 120  # words with a name on the map, as far as there is room
_LEVELS = 2**16 - 1  # of a coordinate, as it is sent


def words(replay: Replay, *, run: str, best_epoch: int, loaded: LoadedClassifier | None) -> None:
    """Draw the player with the map, and below it the search.

    Args:
        loaded: the run's classifier, once it has ended; its word map gives the words their colours.
    """
    if not replay.header.words:
        st.info("The vocabulary of this network has no words, so there is no map.")
        return
    word_map = _load_word_map(replay, loaded) if loaded else None
    above, below = st.container(), st.container()  # the map is drawn last, and stands first
    with below:
        word = _draw_search(replay, word_map)
        if loaded:
            draw_map_jobs(loaded)
    with above:
        _map(replay, word_map, word, run=run, best_epoch=best_epoch)
    caption = captions.word_map(replay)
    st.caption(literal(caption if word is None else f"{captions.word(replay, word)} {caption}"))


def _map(replay: Replay, word_map: WordMap | None, word: int | None, *, run: str, best_epoch: int) -> None:
    caption = captions.word_map(replay)
    coloured = _coloured_categories(replay, word_map)
    time_player(
        __file__,
        replay,
        run=run,
        best_epoch=best_epoch,
        captions=[captions.words(replay, index) for index in range(len(replay))],
        alt=caption,
        data={
            "points": _points(replay),
            "words": [plain(word_text) for word_text in replay.header.words],
            "groups": _colour_groups(replay, word_map, coloured),
            "sizes": _sizes(replay, word_map),
            "named": _named_words(replay, word_map, coloured),
            "key": _legend(word_map, coloured),
            "word": -1 if word is None else word,
            "neighbours": [] if word is None else _neighbours(replay, word),
            "drawn": plain(caption),
        },
        on_word_change=_note_click,
    )


def _note_click() -> None:
    """Keep which point was clicked; a callback holds no replay, which Streamlit would keep with it."""
    st.session_state[_CLICKED] = st.session_state["time_words"]["word"]


def _search_clicked(replay: Replay) -> None:
    """Search the word whose point was clicked, if one was."""
    word = st.session_state.pop(_CLICKED, None)
    if isinstance(word, int) and 0 <= word < len(replay.header.words):
        st.session_state[_SEARCH] = plain(replay.header.words[word])


def _draw_search(replay: Replay, word_map: WordMap | None) -> int | None:
    """Draw the search; return the position of the searched word, None when there is none."""
    _search_clicked(replay)
    left, right = layout.columns()
    with left:
        typed = search_box("Follow a word", key=_SEARCH, placeholder="Type a word, or click a point")
    positions = {plain(word): position for position, word in reversed(list(enumerate(replay.header.words)))}
    searched = (
        next((positions[word] for word in (typed, typed.lower()) if word in positions), None)
        if typed
        else None
    )
    with right, st.container(horizontal=True, vertical_alignment="bottom", height=72, border=False):
        if searched is None:
            suggestions = _suggested_words(replay, word_map)
            if typed:
                suggestions = difflib.get_close_matches(typed.lower(), list(positions), n=_MOST_SUGGESTED)
                st.caption(
                    f"“{literal(typed)}” is not among the {count(len(replay.header.words))} most frequent words."
                )
            word_buttons(suggestions, box=_SEARCH, key="time_try")
    return searched


def _suggested_words(replay: Replay, word_map: WordMap | None) -> list[str]:
    """Words to begin with: of those with a name on the map the readable ones."""
    names = [
        plain(replay.header.words[position])
        for position in _named_words(replay, word_map, _coloured_categories(replay, word_map))
    ]
    return [word for word in names if is_word(word) and len(word) > 3][:_MOST_SUGGESTED]


def _coloured_categories(replay: Replay, word_map: WordMap | None) -> list[int]:
    """The categories that get a colour: those of the most words of the word map, if any word of the replay has them."""
    word_categories = _word_categories(replay, word_map)
    return (
        [category for category in coloured_categories(word_map) if (word_categories == category).any()]
        if word_map
        else []
    )


def _load_word_map(replay: Replay, loaded: LoadedClassifier) -> WordMap | None:
    """The word map of the run's classifier, if effects are measured and its words are those of the replay."""
    loaded_map = caches.word_map(loaded)
    same = loaded_map.words[: len(replay.header.words)] == replay.header.words
    return loaded_map if loaded_map.has_effects and same else None


def _word_categories(replay: Replay, word_map: WordMap | None) -> np.ndarray:
    words = len(replay.header.words)
    return np.full(words, -1) if word_map is None else word_map.categories[:words]


def _colour_groups(replay: Replay, word_map: WordMap | None, hues: list[int]) -> list[list[Any]]:
    """[hue, opacity, words] of each colour, the grey ones first."""
    word_categories = _word_categories(replay, word_map)
    groups: list[list[Any]] = [
        [UNKNOWN, 0.25 if hues else 0.6, np.flatnonzero(~np.isin(word_categories, hues)).tolist()]
    ]
    return groups + [
        [hue, 0.85, np.flatnonzero(word_categories == category).tolist()]
        for category, hue in zip(hues, CATEGORIES, strict=False)
    ]


def _sizes(replay: Replay, word_map: WordMap | None) -> list[int]:
    """Radii in tenths of a pixel: from 2 to 5 pixels, larger for a larger effect."""
    words = len(replay.header.words)
    if word_map is None:
        return [25] * words
    sizes = np.maximum(word_map.effect_sizes[:words], 0)
    largest = float(np.quantile(sizes, 0.95)) or 1.0
    radii: list[int] = np.rint(20 + 30 * np.minimum(sizes / largest, 1)).astype(int).tolist()
    return radii


def _named_words(replay: Replay, word_map: WordMap | None, hues: list[int]) -> list[int]:
    """Words to name, where there is room: those with the largest effect, else those furthest from the centre."""
    words = len(replay.header.words)
    if word_map and hues:
        return [position for position in strongest_words(word_map, hues) if position < words][:_MOST_NAMED]
    far = np.linalg.norm(replay.points[-1], axis=1)
    furthest: list[int] = np.argsort(-far, kind="stable")[:_MOST_NAMED].tolist()
    return furthest


def _legend(word_map: WordMap | None, hues: list[int]) -> list[list[str]]:
    """[name, hue]: what the colours mean."""
    if word_map is None:
        return [["what a word points to is not measured", UNKNOWN]]
    labels = word_map.classifier.labels
    named = [[plain(labels[category]), hue] for category, hue in zip(hues, CATEGORIES, strict=False)]
    return [*named, ["others", UNKNOWN]]


def _neighbours(replay: Replay, word: int) -> list[list[int]]:
    """At each moment the words nearest to the searched one."""
    positions = {name: index for index, name in enumerate(replay.header.words)}
    return [[positions[name] for name in replay.neighbours(index, word)] for index in range(len(replay))]


def _points(replay: Replay) -> str:
    """The words at each moment, from 0 to 65,535 along each axis; as on the Word map, each fills the paper."""
    flat = replay.points.reshape(-1, 2)
    low, high = flat.min(axis=0), flat.max(axis=0)
    scaled = (replay.points - low) / np.maximum(high - low, 1e-12)
    return packed(np.rint(_LEVELS * scaled).astype("<u2"))
