"""A classifier's word map: each word's point, category and neighbours, before and after training.

The map shows the embedding of the first ensemble member, since each member has its own; a word's effect on the logits
(``word_effects.py``) is the whole network's. What takes seconds is an artifact (``computed_map.py``).
Leaves out: t-SNE in 3D, which takes too long to wait for; 3D is PCA's.
"""

import difflib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.insight.word_map import computed_map
from core.insight.word_map.computed_map import ComputedMap, load_computed, load_initial_rows
from core.insight.word_map.neighbour_preservation import MOST_NEIGHBOURS
from core.insight.word_map.projection import Axes, pca
from core.insight.word_map.word_effects import NOT_MEASURED
from core.model.classifier import Classifier
from core.model.forward import Array
from core.model.nearest_words import nearest
from core.text.cleaning_steps import SEPARATOR
from core.text.vocabulary import FIRST_WORD_ID

DIMENSIONS = 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WordMap:
    """The word map of one classifier. A word's position is its token id less FIRST_WORD_ID.

    Attributes:
        axes: the principal components of the learnt embeddings.
        points: (words, 3), the words on these axes.
        initial_rows: (rows, size) of the embedding before training, as many as were stored; None where none were.
        computed: None until the artifact is computed.
    """

    classifier: Classifier
    axes: Axes
    points: npt.NDArray[np.float64]
    initial_rows: Array | None
    computed: ComputedMap | None

    @property
    def embedding(self) -> Array:
        """(rows, size): the first ensemble member's embedding."""
        return self.classifier.weights["embedding"]

    def __len__(self) -> int:
        """Words on the map."""
        return len(self.points)

    @property
    def words(self) -> tuple[str, ...]:
        return self.classifier.vocabulary.words[: len(self)]

    @property
    def categories(self) -> npt.NDArray[np.int64]:
        """(words,): the category that each word supports most, as a position in the labels, or NOT_MEASURED."""
        if self.computed is None:
            return np.full(len(self), NOT_MEASURED)
        return self.computed.effects.categories

    @property
    def effect_sizes(self) -> Array:
        """(words,): the word's effect on that category's logit; 0 where not measured."""
        return np.zeros(len(self), np.float32) if self.computed is None else self.computed.effects.sizes

    @property
    def has_effects(self) -> bool:
        """Whether any word's category is known."""
        return self.computed is not None and bool(self.computed.effects.texts.any())

    def neighbours(self, word: int, *, most: int = MOST_NEIGHBOURS) -> list[tuple[int, float]]:
        """The mapped words nearest to the word of this token id: (token id, cosine), the nearest first.

        Rarer words are left out: training hardly moved their embeddings, so their neighbours are chance.
        """
        mapped = self.embedding[: FIRST_WORD_ID + len(self)]
        if word < len(mapped):
            return _nearest(mapped, word, most)
        return _nearest(np.concatenate([mapped, self.embedding[word : word + 1]]), len(mapped), most)

    def initial_neighbours(self, word: int, *, most: int = MOST_NEIGHBOURS) -> list[tuple[int, float]] | None:
        """The neighbours before training; None for a rarer word, or where the initial rows were not stored."""
        if self.initial_rows is None or word >= FIRST_WORD_ID + len(self):
            return None
        return _nearest(self.initial_rows[: FIRST_WORD_ID + len(self)], word, most)

    def initial_points(self) -> npt.NDArray[np.float64] | None:
        """(words, 3): the initial embeddings, projected on the learnt axes."""
        if self.initial_rows is None:
            return None
        return self.axes.project(self.initial_rows[FIRST_WORD_ID : FIRST_WORD_ID + len(self)])

    @classmethod
    def load(cls, classifier: Classifier, folder: Path) -> "WordMap":
        """The map of a classifier and of its folder's artifacts; damaged ones and those of other weights are ignored.

        Cost: about 50 ms for 30,000 words.
        """
        embedding = classifier.weights["embedding"]
        rows = embedding[FIRST_WORD_ID : FIRST_WORD_ID + computed_map.MOST_WORDS].astype(np.float64)
        axes = pca(rows, DIMENSIONS)
        return cls(
            classifier=classifier,
            axes=axes,
            points=axes.project(rows),
            initial_rows=load_initial_rows(folder, embedding),
            computed=load_computed(folder, classifier, len(rows)),
        )


def _nearest(embedding: Array, word: int, most: int) -> list[tuple[int, float]]:
    ids, cosines = nearest(embedding, [word], most=most)
    return list(zip(ids[0].tolist(), cosines[0].tolist(), strict=True))


def find_word(classifier: Classifier, typed: str) -> int | None:
    """The token id of the word typed: as it is, in lower case, or as the classifier cleans it; None if unknown."""
    for word in (typed, typed.lower(), *classifier.words_of(typed)):
        if word in classifier.vocabulary and word != SEPARATOR:
            return classifier.vocabulary.token_id(word)
    return (
        classifier.vocabulary.token_id(SEPARATOR)
        if typed == SEPARATOR and SEPARATOR in classifier.vocabulary
        else None
    )


def similar_spellings(classifier: Classifier, word: str, *, most: int = 3) -> list[str]:
    """Vocabulary words of similar spelling, among the most frequent 5,000."""
    return difflib.get_close_matches(word, classifier.vocabulary.words[: computed_map.MOST_WORDS], n=most)
