"""A classifier's word map: each word's point, category and neighbours, before and after training.

The map shows the embedding of the first ensemble member, since each member has its own; a word's effect on the logits
(``word_effects.py``) is the whole network's. What takes seconds is an artifact: :func:`compute_artifact`.
Leaves out: t-SNE in 3D, which takes too long to wait for; 3D is PCA's.
"""

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.errors import AnalysisError
from core.insight import artifacts
from core.insight.evaluation.held_out import HeldOut
from core.insight.word_map.neighbour_preservation import (
    MOST_NEIGHBOURS,
    NeighbourIds,
    all_neighbours,
    preserved_share,
    shared_share,
)
from core.insight.word_map.projection import INITIAL_ROWS, Axes, pca, tsne
from core.insight.word_map.word_effects import NOT_MEASURED, WordEffects, measure_word_effects
from core.model.classifier import Classifier
from core.model.forward import Array
from core.model.nearest_words import nearest
from core.settings.run import MAPPED_WORDS
from core.text.cleaning_steps import SEPARATOR
from core.text.sequences import Sequences
from core.text.vocabulary import FIRST_WORD_ID

NAME = "map"
SCHEMA = 1
MOST_WORDS = MAPPED_WORDS
DIMENSIONS = 3
_TSNE_SHARE = 0.45  # of the computation's time

Report = Callable[[str, float], None]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ComputedMap:
    """The computed artifact, word by word from the most frequent on.

    Attributes:
        tsne: (words, 2).
        nearest: (words, at most ten) positions of the nearest of these words by cosine, the nearest first.
        effects: of each word on the logits.
        preserved_by_pca, preserved_by_tsne: how many of a word's ten nearest are so on that map; the mean.
        preserved_by_training: how many of its ten nearest before training are so still; negative if unknown.
    """

    tsne: Array
    nearest: NeighbourIds
    effects: WordEffects
    preserved_by_pca: float
    preserved_by_tsne: float
    preserved_by_training: float


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
        table = classifier.weights["embedding"]
        rows = table[FIRST_WORD_ID : FIRST_WORD_ID + MOST_WORDS].astype(np.float64)
        axes = pca(rows, DIMENSIONS)
        return cls(
            classifier=classifier,
            axes=axes,
            points=axes.project(rows),
            initial_rows=_load_initial_rows(folder, table),
            computed=_load_computed(folder, classifier, len(rows)),
        )


def _nearest(table: Array, word: int, most: int) -> list[tuple[int, float]]:
    ids, cosines = nearest(table, [word], most=most)
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
    return difflib.get_close_matches(word, classifier.vocabulary.words[:MOST_WORDS], n=most)


def compute_artifact(folder: Path, report: Report) -> artifacts.Arrays:
    """Compute t-SNE, all neighbours and the effect of each word: the arrays of the artifact.

    Args:
        folder: the classifier's. Without stored held-out articles, no effects are measured.
        report: called with the stage and the share of it that is done.
    """
    classifier = Classifier.load(folder)
    table = classifier.weights["embedding"]
    rows = table[FIRST_WORD_ID : FIRST_WORD_ID + MOST_WORDS]
    placing, taking = "placing the words by t-SNE", "taking each word out of headlines"
    report(placing, 0.0)
    points = tsne(rows, progress=lambda share: report(placing, _TSNE_SHARE * share))
    near = all_neighbours(table[: FIRST_WORD_ID + MOST_WORDS])
    before = _load_initial_rows(folder, table)
    report(taking, _TSNE_SHARE)
    texts = held_out_texts(folder, len(classifier.labels))
    if texts is None:
        effects = WordEffects.unmeasured(len(rows), len(classifier.labels))
    else:
        rest = 1 - _TSNE_SHARE
        effects = measure_word_effects(
            classifier,
            texts,
            words=len(rows),
            progress=lambda share: report(taking, _TSNE_SHARE + rest * share),
        )
    return {
        "schema": np.array(SCHEMA),
        "tsne": points,
        "nearest": near.astype(np.int16),
        "effects": effects.means.astype(np.float16),
        "texts": effects.texts,
        "kept": np.array(
            [
                preserved_share(near, pca(rows, 2).project(rows)),
                preserved_share(near, points),
                -1.0
                if before is None
                else shared_share(near, all_neighbours(before[: FIRST_WORD_ID + MOST_WORDS])),
            ],
            np.float32,
        ),
    }


def held_out_texts(folder: Path, categories: int) -> Sequences | None:
    """The token ids of the validation and the test part, concatenated; None where they were not stored."""
    try:
        held_out = HeldOut.load(folder, categories=categories)
    except AnalysisError:
        return None
    parts = [part.sequences for part in (held_out.validation, held_out.test) if part.sequences is not None]
    if not parts:
        return None
    lengths = np.concatenate([part.lengths for part in parts])
    return Sequences(
        ids=np.concatenate([part.ids for part in parts]),
        offsets=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
    )


def _load_initial_rows(folder: Path, table: Array) -> Array | None:
    """The embedding before training, where it was stored and fits this table."""
    try:
        rows = artifacts.read(folder, INITIAL_ROWS)["rows"]
    except (AnalysisError, KeyError):
        return None
    fits = rows.ndim == 2 and rows.shape[1] == table.shape[1] and len(rows) <= len(table)
    fits = fits and len(rows) >= min(len(table), FIRST_WORD_ID + MOST_WORDS)
    return rows if fits and rows.dtype == np.float32 and np.isfinite(rows).all() else None


def _load_computed(folder: Path, classifier: Classifier, words: int) -> ComputedMap | None:
    """The artifact, where it exists, is intact and is of this classifier."""
    try:
        arrays = artifacts.read(folder, NAME)
        if int(arrays["schema"]) != SCHEMA:
            raise ValueError("it is of another version of Headline Lab")
        shapes = {
            "tsne": (words, 2),
            "nearest": (words, min(MOST_NEIGHBOURS, max(words - 1, 0))),
            "effects": (words, len(classifier.labels)),
            "texts": (words,),
            "kept": (3,),
        }
        if wrong := [name for name, shape in shapes.items() if arrays[name].shape != shape]:
            raise ValueError(f"{wrong[0]} must be {shapes[wrong[0]]}, got {arrays[wrong[0]].shape}")
        if not all(np.isfinite(arrays[name]).all() for name in ("tsne", "effects", "kept")):
            raise ValueError("it holds NaN or infinity")
        near = arrays["nearest"].astype(np.int32)
        if near.size and not 0 <= near.min() <= near.max() < words:
            raise ValueError("nearest names a word that is not there")
        return ComputedMap(
            tsne=arrays["tsne"].astype(np.float32),
            nearest=near,
            effects=WordEffects(
                means=arrays["effects"].astype(np.float32), texts=arrays["texts"].astype(np.uint8)
            ),
            preserved_by_pca=float(arrays["kept"][0]),
            preserved_by_tsne=float(arrays["kept"][1]),
            preserved_by_training=float(arrays["kept"][2]),
        )
    except AnalysisError:  # not computed yet, or already set aside
        return None
    except (KeyError, ValueError, TypeError) as error:
        artifacts.set_aside(folder, NAME, error)
        return None
