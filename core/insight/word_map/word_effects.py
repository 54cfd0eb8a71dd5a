"""Which category a word supports: how the logits change when it is removed from headlines that contain it.

"Leave one out", or occlusion: M. Zeiler and R. Fergus, arXiv 1311.2901 (2013); for words J. Li, W. Monroe and
D. Jurafsky, arXiv 1612.08220 (2016). The whole network predicts, all ensemble members and the bag-of-words branch, so
an effect is that of the word in its context, not of its embedding alone. Leaves out: attribution of one text's words
(``prediction/attribution.py``).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.model.classifier import Classifier
from core.model.forward import Array
from core.text.sequences import Sequences
from core.text.vocabulary import FIRST_WORD_ID, OOV_ID

MOST_TEXTS = 8  # of each word at most: enough for a mean, few enough to wait for
NOT_MEASURED = -1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WordEffects:
    """The effects of words on the logits, from the most frequent word on.

    Attributes:
        means: (words, categories) float, the mean change of each logit that the word brings; 0 where not measured.
        texts: (words,) number of texts averaged; 0 for a word that occurs in no text.
    """

    means: Array
    texts: npt.NDArray[np.uint8]

    @property
    def relative(self) -> Array:
        """(words, categories): each word's effects less their mean over the categories.

        Raising all logits by the same amount changes no probability, so only the difference counts.
        """
        means = self.means.astype(np.float32)
        relative: Array = means - means.mean(axis=1, keepdims=True)
        return relative

    @property
    def categories(self) -> npt.NDArray[np.int64]:
        """(words,): the category that each word supports most; NOT_MEASURED for a word without texts."""
        return np.where(self.texts > 0, self.relative.argmax(axis=1), NOT_MEASURED)

    @property
    def sizes(self) -> Array:
        """(words,): how far it raises that category's logit above the mean of all, 0 or more."""
        sizes: Array = self.relative.max(axis=1)
        return sizes

    @classmethod
    def unmeasured(cls, words: int, categories: int) -> "WordEffects":
        """The effects where no held-out texts are stored."""
        return cls(means=np.zeros((words, categories), np.float32), texts=np.zeros(words, np.uint8))


def measure_word_effects(
    classifier: Classifier,
    texts: Sequences,
    *,
    words: int,
    most: int = MOST_TEXTS,
    seed: int = 1,
    progress: Callable[[float], None] | None = None,
) -> WordEffects:
    """Remove each of the ``words`` most frequent words from at most ``most`` of the ``texts`` that contain it.

    All occurrences in a text are removed at once. The texts are the first in a random order by ``seed``.
    Cost: forward passes over at most ``(words + 1) * most`` texts.
    """
    report = progress or (lambda share: None)
    word, text = _sample_occurrences(texts, words=words, most=most, seed=seed)  # (pairs,) each, words rising
    whole, whole_index = np.unique(text, return_inverse=True)
    total = max(len(whole) + len(text), 1)
    before = classifier.logits_of(texts.take(whole), lambda share: report(share * len(whole) / total))
    after = classifier.logits_of(
        remove_words(texts.take(text), word), lambda share: report((len(whole) + share * len(text)) / total)
    )
    change = (before[whole_index] - after).astype(np.float64)  # (pairs, categories): what the word brings
    counts = np.bincount(word - FIRST_WORD_ID, minlength=words)
    sums = np.zeros((words, len(classifier.labels)))
    np.add.at(sums, word - FIRST_WORD_ID, change)
    means = sums / np.maximum(counts, 1)[:, None]
    return WordEffects(means=means.astype(np.float32), texts=counts.astype(np.uint8))


def remove_words(texts: Sequences, words: npt.NDArray[np.int32]) -> Sequences:
    """The texts, each without its word of ``words`` (texts,).

    A text without words left becomes one out-of-vocabulary word, as in ``text/vocabulary.py``.
    """
    lengths = texts.lengths
    stays = texts.ids != np.repeat(words, lengths)
    owner = np.repeat(np.arange(len(texts)), lengths)
    left = np.bincount(owner[stays], minlength=len(texts))
    # A text that lost every word keeps its first position, for the out-of-vocabulary word.
    empty = (left == 0) & (lengths > 0)
    ids = texts.ids.copy()
    first = texts.offsets[:-1][empty]
    ids[first], stays[first] = OOV_ID, True
    offsets = np.concatenate([[0], np.cumsum(np.where(empty, 1, left))]).astype(np.int64)
    return Sequences(ids=ids[stays], offsets=offsets)


def _sample_occurrences(
    texts: Sequences, *, words: int, most: int, seed: int
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
    """(word id, text) for at most ``most`` texts of each word, (pairs,) each."""
    order = np.random.default_rng(seed).permutation(len(texts))  # text -> its rank
    owner = np.repeat(order, texts.lengths)
    counted = (texts.ids >= FIRST_WORD_ID) & (texts.ids < FIRST_WORD_ID + words)
    # One number for each pair sorts them by word, then by the text's rank, and leaves each once.
    pairs = np.unique(texts.ids[counted].astype(np.int64) * max(len(texts), 1) + owner[counted])
    word, rank = np.divmod(pairs, max(len(texts), 1))
    starts = np.searchsorted(word, word)  # where the word's pairs begin
    taken = np.arange(len(word)) - starts < most
    return word[taken].astype(np.int32), np.argsort(order)[rank[taken]]
