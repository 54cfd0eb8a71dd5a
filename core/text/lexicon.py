"""Stop words and dictionary forms, with no network.

Stop words are scikit-learn's English list, which ships with it. Dictionary forms (lemmas) are
NLTK's: its WordNetLemmatizer over the parts of WordNet 3.0 in ``data/nltk_data``, which
``data/make_nltk_data.py`` packed. Every word is taken as a noun, as NLTK and the article do:
"women" becomes "woman", "running" stays.

Importing this module imports scikit-learn and NLTK (about a second); ``cleaning.py`` does so only
when a step needs it.
"""

import threading
from functools import lru_cache

import nltk
from nltk.corpus.reader.wordnet import NOUN
from nltk.stem import WordNetLemmatizer
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

from core.places import NLTK_DATA

STOP_WORDS: frozenset[str] = frozenset(ENGLISH_STOP_WORDS)

# First on NLTK's path, so that a copy elsewhere on the machine cannot change the answers.
nltk.data.path.insert(0, str(NLTK_DATA))

_loading = threading.Lock()  # NLTK's lazy corpus loader is not safe to enter twice

_lemmatizer = WordNetLemmatizer()


@lru_cache(maxsize=200_000)
def lemma(word: str) -> str:
    """The shortest noun form that WordNet lists for ``word``, or ``word`` itself. Knows small letters only."""
    with _loading:
        return str(_lemmatizer.lemmatize(word, NOUN))
