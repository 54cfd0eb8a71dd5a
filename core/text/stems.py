"""Stems by the Snowball algorithms, for languages other than English: "corriendo" and "corrieron" become "corr".

Snowball (BSD) cuts endings by rules and knows no dictionary: a stem need not be a word. English keeps WordNet's lemmas
(``lexicon.py``).
"""

import threading
from functools import cache, lru_cache
from importlib import import_module
from typing import Any

_NAMES = (
    "ar arabic, hy armenian, eu basque, ca catalan, cs czech, da danish, nl dutch, eo esperanto, et estonian, "
    "fi finnish, fr french, de german, el greek, hi hindi, hu hungarian, id indonesian, ga irish, it italian, "
    "lt lithuanian, ne nepali, no norwegian, fa persian, pl polish, pt portuguese, ro romanian, ru russian, "
    "es spanish, sv swedish, ta tamil, tr turkish"
)
_ALGORITHMS: dict[str, str] = dict(entry.split() for entry in _NAMES.split(", "))
_LONGEST_WORD = 100  # characters; nothing longer is inflected, and Python takes its time for it

_one_at_a_time = threading.Lock()  # a stemmer keeps the word that it works on


def has_stems(language: str) -> bool:
    """Whether there are rules for the language with this code."""
    return language in _ALGORITHMS


def stem(language: str, word: str) -> str:
    """The stem of a word in small letters; the word itself where there are no rules. Thread-safe.

    >>> stem("es", "corriendo"), stem("de", "häuser"), stem("zu", "amanzi")
    ('corr', 'haus', 'amanzi')
    """
    return _cached_stem(language, word) if language in _ALGORITHMS and len(word) <= _LONGEST_WORD else word


@lru_cache(maxsize=100_000)
def _cached_stem(language: str, word: str) -> str:
    with _one_at_a_time:
        return str(_stemmer(language).stemWord(word)) or word


@cache
def _stemmer(language: str) -> Any:
    return import_module("snowballstemmer").stemmer(_ALGORITHMS[language])
