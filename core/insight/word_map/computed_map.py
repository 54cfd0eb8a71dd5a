"""The artifact of a word map: t-SNE, all neighbours and the words' effects, which take seconds to compute."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

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
from core.insight.word_map.projection import INITIAL_ROWS, pca, tsne
from core.insight.word_map.word_effects import WordEffects, measure_word_effects
from core.model.classifier import Classifier
from core.model.forward import Array
from core.settings.run import MAPPED_WORDS
from core.text.sequences import Sequences
from core.text.vocabulary import FIRST_WORD_ID

NAME = "map"
SCHEMA = 1
MOST_WORDS = MAPPED_WORDS
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


def compute_artifact(folder: Path, report: Report) -> artifacts.Arrays:
    """Compute t-SNE, all neighbours and the effect of each word: the arrays of the artifact.

    Args:
        folder: the classifier's. Without stored held-out articles, no effects are measured.
        report: called with the stage and the share of it that is done.
    """
    classifier = Classifier.load(folder)
    embedding = classifier.weights["embedding"]
    rows = embedding[FIRST_WORD_ID : FIRST_WORD_ID + MOST_WORDS]
    placing, taking = "placing the words by t-SNE", "taking each word out of headlines"
    report(placing, 0.0)
    points = tsne(rows, progress=lambda share: report(placing, _TSNE_SHARE * share))
    near = all_neighbours(embedding[: FIRST_WORD_ID + MOST_WORDS])
    before = load_initial_rows(folder, embedding)
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


def load_initial_rows(folder: Path, embedding: Array) -> Array | None:
    """The embedding before training, where it was stored and fits the learnt one."""
    try:
        rows = artifacts.read(folder, INITIAL_ROWS)["rows"]
    except (AnalysisError, KeyError):
        return None
    fits = rows.ndim == 2 and rows.shape[1] == embedding.shape[1] and len(rows) <= len(embedding)
    fits = fits and len(rows) >= min(len(embedding), FIRST_WORD_ID + MOST_WORDS)
    return rows if fits and rows.dtype == np.float32 and np.isfinite(rows).all() else None


def load_computed(folder: Path, classifier: Classifier, words: int) -> ComputedMap | None:
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
