"""Stop words and dictionary forms (lemmas), without access to the internet.

Stop words are scikit-learn's English list, which ships with it. Lemmas come from NLTK's
WordNetLemmatizer over the parts of WordNet 3.0 in ``data/nltk_data``, which
``data/make_nltk_data.py`` packed. Every word counts as a noun, NLTK's default: "women" becomes
"woman", "running" stays.

Importing this module imports scikit-learn and NLTK (1 to 2 s), and the first lemma reads WordNet
(about 1 s). ``cleaning_steps.py`` imports it only when a step needs it.
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

# Search only this folder: NLTK would prefer a WordNet elsewhere on the machine, whose version may give other lemmas.
nltk.data.path[:] = [str(NLTK_DATA)]

_loading = threading.Lock()
_lemmatizer = WordNetLemmatizer()


@cache
def _inflections() -> tuple[tuple[str, ...], frozenset[str]]:
    """Endings that NLTK's noun rules replace, and irregular forms; every other word is its own lemma.

    Loads WordNet under a lock: NLTK's lazy loader is not thread-safe. Later use only reads.
    """
    with _loading:
        wordnet.ensure_loaded()
        _keep_only_nouns()
    endings = tuple(old for old, _ in wordnet.MORPHOLOGICAL_SUBSTITUTIONS[NOUN])
    return endings, frozenset(wordnet._exception_map[NOUN])


def _keep_only_nouns() -> None:
    """Free three quarters of what WordNet takes in memory, 60 MB: where its meanings stand, and all but the nouns.

    NLTK's rules only ask whether a form is in the index. One text in between: else the nouns, which lie scattered among
    what is freed, keep its memory.
    """
    nouns = "\n".join(word for word, offsets in wordnet._lemma_pos_offset_map.items() if NOUN in offsets)
    wordnet._lemma_pos_offset_map = {}
    is_noun: dict[str, list[int]] = {NOUN: []}
    wordnet._lemma_pos_offset_map = dict.fromkeys(nouns.split("\n"), is_noun)


def lemma(word: str) -> str:
    """The shortest noun form that WordNet lists for ``word``, or ``word`` itself; thread-safe.

    WordNet lists lower-case words only: "Women" stays. NLTK takes the shortest form, which is sometimes
    wrong: "us" becomes "u", "boss" becomes "bos".
    """
    endings, irregular = _inflections()
    return _cached_lemma(word) if word.endswith(endings) or word in irregular else word


@lru_cache(maxsize=100_000)
def _cached_lemma(word: str) -> str:
    return str(_lemmatizer.lemmatize(word, NOUN))
