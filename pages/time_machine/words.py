"""Time machine, Word map: the words on their way, always on the same two axes; one word's path."""

import difflib
from typing import Any

import numpy as np
import streamlit as st

from core.insight.history import captions as sentences
from core.insight.history.replay import Replay
from core.insight.plot_style import CATEGORIES, UNKNOWN
from core.insight.word_map.figures import coloured_categories, strongest_words
from core.insight.word_map.word_map import WordMap
from pages import caches, layout
from pages.components.player import packed, time_player
from pages.loaded_classifier import LoadedClassifier
from pages.widgets.word_map import keep_computing
from pages.wording import count, literal, plain

_SEARCH = "time_search"
_MOST_SEARCHED, _TRIED = 60, 3
_NAMED = 120  # words that may be named, as far as there is room
_LEVELS = 2**16 - 1  # of a coordinate, as it is sent


def words(shown: Replay, *, run: str, best_epoch: int, loaded: LoadedClassifier | None) -> None:
    """The map with its player, and below it the search.

    Args:
        loaded: the run's classifier, once it has ended: what its words tell of gives them their colours.
    """
    if not shown.header.words:
        st.info("The word index of this network holds no words, so there is no map.")
        return
    colours = _colours(shown, loaded) if loaded else None
    above, below = st.container(), st.container()  # the map is drawn last, and stands first
    with below:
        word = _searched(shown, colours)
        if loaded:
            keep_computing(loaded)
    with above:
        _map(shown, colours, word, run=run, best_epoch=best_epoch)
    said = sentences.map_caption(shown)
    st.caption(literal(said if word is None else f"{sentences.word_caption(shown, word)} {said}"))


def _map(shown: Replay, colours: WordMap | None, word: int | None, *, run: str, best_epoch: int) -> None:
    said = sentences.map_caption(shown)
    hues = _hues(shown, colours)
    time_player(
        __file__,
        shown,
        run=run,
        best_epoch=best_epoch,
        captions=[sentences.words_caption(shown, at) for at in range(len(shown))],
        alt=said,
        data={
            "points": _points(shown),
            "words": [plain(one) for one in shown.header.words],
            "groups": _groups(shown, colours, hues),
            "sizes": _sizes(shown, colours),
            "named": _named(shown, colours, hues),
            "key": _key(colours, hues),
            "word": -1 if word is None else word,
            "neighbours": [] if word is None else _neighbours(shown, word),
            "drawn": plain(said),
        },
        on_word_change=lambda: _take(shown),
    )


def _take(shown: Replay) -> None:
    """Search the word whose point was clicked."""
    word = st.session_state["time_words"]["word"]
    if isinstance(word, int) and 0 <= word < len(shown.header.words):
        st.session_state[_SEARCH] = plain(shown.header.words[word])


def _searched(shown: Replay, colours: WordMap | None) -> int | None:
    """The position of the word that is searched; None when there is none."""
    left, right = layout.columns()
    with left:
        typed = st.text_input(
            "Follow a word",
            key=_SEARCH,
            type="search",
            live="200ms",
            placeholder="Type a word, or click a point",
            persist_state="session",
        )
    typed = plain((typed or "").strip()[:_MOST_SEARCHED])
    places = {plain(one): at for at, one in reversed(list(enumerate(shown.header.words)))}
    found = next((places[one] for one in (typed, typed.lower()) if one in places), None) if typed else None
    with right, st.container(horizontal=True, vertical_alignment="bottom", height=72, border=False):
        if found is None:
            offered = _tried(shown, colours)
            if typed:
                offered = difflib.get_close_matches(typed.lower(), list(places), n=_TRIED)
                st.caption(
                    f"“{literal(typed)}” is not among the {count(len(shown.header.words))} most frequent words."
                )
            for number, one in enumerate(offered):
                st.button(
                    literal(one),
                    key=f"time_try_{number}",
                    on_click=st.session_state.__setitem__,
                    args=(_SEARCH, one),
                )
    return found


def _tried(shown: Replay, colours: WordMap | None) -> list[str]:
    """Words to begin with: those that tell most, else those that go furthest on the map, that can be read."""
    names = [plain(shown.header.words[at]) for at in _named(shown, colours, _hues(shown, colours))]
    return [one for one in names if one.isalpha() and len(one) > 3][:_TRIED]


def _hues(shown: Replay, colours: WordMap | None) -> list[int]:
    """The categories that get a colour: those that the most words of the word map tell of, if any here does."""
    told = _told(shown, colours)
    return [one for one in coloured_categories(colours) if (told == one).any()] if colours else []


def _colours(shown: Replay, loaded: LoadedClassifier) -> WordMap | None:
    """The word map of the run's classifier, where it is measured and of the same words."""
    found = caches.word_map(loaded)
    same = found.words[: len(shown.header.words)] == shown.header.words
    return found if found.has_effects and same else None


def _told(shown: Replay, colours: WordMap | None) -> np.ndarray:
    words = len(shown.header.words)
    return np.full(words, -1) if colours is None else colours.categories[:words]


def _groups(shown: Replay, colours: WordMap | None, hues: list[int]) -> list[list[Any]]:
    """[hue, opacity, words] of each colour, the grey ones first."""
    told = _told(shown, colours)
    groups: list[list[Any]] = [
        [UNKNOWN, 0.25 if hues else 0.6, np.flatnonzero(~np.isin(told, hues)).tolist()]
    ]
    return groups + [
        [hue, 0.85, np.flatnonzero(told == one).tolist()] for one, hue in zip(hues, CATEGORIES, strict=False)
    ]


def _sizes(shown: Replay, colours: WordMap | None) -> list[int]:
    """Radii in tenths of a pixel: from 2 to 5, who tells more is larger."""
    words = len(shown.header.words)
    if colours is None:
        return [25] * words
    sizes = np.maximum(colours.effect_sizes[:words], 0)
    largest = float(np.quantile(sizes, 0.95)) or 1.0
    radii: list[int] = np.rint(20 + 30 * np.minimum(sizes / largest, 1)).astype(int).tolist()
    return radii


def _named(shown: Replay, colours: WordMap | None, hues: list[int]) -> list[int]:
    """Words to name, where there is room: those that tell most of each colour, else those that stand furthest out."""
    words = len(shown.header.words)
    if colours and hues:
        return [at for at in strongest_words(colours, hues) if at < words][:_NAMED]
    far = np.linalg.norm(shown.points[-1], axis=1)
    furthest: list[int] = np.argsort(-far, kind="stable")[:_NAMED].tolist()
    return furthest


def _key(colours: WordMap | None, hues: list[int]) -> list[list[str]]:
    """[name, hue]: what the colours mean."""
    if colours is None:
        return [["what a word tells of is not measured", UNKNOWN]]
    labels = colours.classifier.labels
    named = [[plain(labels[one]), hue] for one, hue in zip(hues, CATEGORIES, strict=False)]
    return [*named, ["others", UNKNOWN]]


def _neighbours(shown: Replay, word: int) -> list[list[int]]:
    """At each moment the words nearest to the searched one."""
    places = {one: at for at, one in enumerate(shown.header.words)}
    return [[places[one] for one in shown.neighbours(at, word)] for at in range(len(shown))]


def _points(shown: Replay) -> str:
    """The words at each moment, from 0 to 65,535 along each axis; as on the Word map, each fills the paper."""
    flat = shown.points.reshape(-1, 2)
    low, high = flat.min(axis=0), flat.max(axis=0)
    scaled = (shown.points - low) / np.maximum(high - low, 1e-12)
    return packed(np.rint(_LEVELS * scaled).astype("<u2"))
