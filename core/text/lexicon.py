"""Stop words and dictionary forms, with no network.

Stop words are scikit-learn's English list, which ships with it. Dictionary forms (lemmas) are
NLTK's: its WordNetLemmatizer over the parts of WordNet 3.0 in ``data/nltk_data``, which
``data/make_nltk_data.py`` packed. Every word is taken as a noun, as NLTK does unless told
otherwise: "women" becomes "woman", "running" stays.

Importing this module imports scikit-learn and NLTK (1 to 2 s), the first lemma reads WordNet
(about 1 s): ``cleaning.py`` imports it only when a step needs it.
"""

import threading
from functools import cache, lru_cache

import nltk
from nltk.corpus import wordnet
from nltk.corpus.reader.wordnet import NOUN
from nltk.stem import WordNetLemmatizer
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

from core.paths import NLTK_DATA

STOP_WORDS: frozenset[str] = frozenset(ENGLISH_STOP_WORDS)

# Ours alone: NLTK would take a WordNet of another version elsewhere on the machine before ours, and answer
# differently there.
nltk.data.path[:] = [str(NLTK_DATA)]

_loading = threading.Lock()
_lemmatizer = WordNetLemmatizer()


@cache
def _changing() -> tuple[tuple[str, ...], frozenset[str]]:
    """Endings that NLTK's noun rules replace, and irregular forms; no other word can change.

    Reads WordNet: NLTK's lazy loader must not be entered by two threads at once; what it has
    loaded is only read.
    """
    with _loading:
        wordnet.ensure_loaded()
    endings = tuple(old for old, _ in wordnet.MORPHOLOGICAL_SUBSTITUTIONS[NOUN])
    return endings, frozenset(wordnet._exception_map[NOUN])


def lemma(word: str) -> str:
    """The shortest noun form that WordNet lists for ``word``, or ``word`` itself; thread-safe.

    WordNet knows small letters only: "Women" stays. Shortest is NLTK's choice, and errs at times:
    "us" becomes "u", "boss" becomes "bos".
    """
    endings, irregular = _changing()
    return _looked_up(word) if word.endswith(endings) or word in irregular else word


@lru_cache(maxsize=100_000)
def _looked_up(word: str) -> str:
    return str(_lemmatizer.lemmatize(word, NOUN))
