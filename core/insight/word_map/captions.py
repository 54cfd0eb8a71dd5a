"""Captions and titles of a word map's views, computed from it; captions are also for screen readers.

Plain text; a page escapes it. Leaves out: the drawing (``figures.py``).
"""

import numpy as np
import numpy.typing as npt

from core.insight.word_map.neighbour_preservation import same_category_share
from core.insight.word_map.word_map import WordMap
from core.insight.wording import percent, shorten
from core.text.vocabulary import FIRST_WORD_ID


def pca(word_map: WordMap, dimensions: int) -> str:
    """How much of the variance the PCA view shows."""
    share = float(word_map.axes.shares[:dimensions].sum())
    size = word_map.embedding.shape[1]
    caption = (
        f"Each of the {_count(len(word_map))} words is a row of {size} number{'s' * (size != 1)}. The "
        f"{'two' if dimensions == 2 else 'three'} axes on the map show {percent(share)} of the differences "
        "between the rows."
    )
    if dimensions == 2 and word_map.computed and (near := word_map.computed.nearest.shape[1]):
        caption += (
            f" On average, {word_map.computed.preserved_by_pca:.1f} of the {near} nearest words are also "
            f"among the {near} nearest on this map."
        )
    return caption


def tsne(word_map: WordMap) -> str:
    """How many neighbours t-SNE preserves."""
    assert word_map.computed
    near = word_map.computed.nearest.shape[1]
    if not near:
        return "A single word has no neighbours to keep."
    return (
        f"t-SNE keeps neighbours together. On average, {word_map.computed.preserved_by_tsne:.1f} of the "
        f"{near} nearest words are also among the {near} nearest on this map. PCA keeps "
        f"{word_map.computed.preserved_by_pca:.1f}. The distance between two groups means nothing."
    )


def category_agreement(word_map: WordMap) -> str:
    """Whether neighbours have the same category; empty where no effects were measured."""
    if not word_map.computed or not word_map.has_effects or not (near := word_map.computed.nearest.shape[1]):
        return ""
    same, chance = same_category_share(word_map.computed.nearest, word_map.categories)
    return (
        f"On average, {near * same:.1f} of a word's {near} nearest words point to the same category. At "
        f"random it would be {near * chance:.1f}."
    )


def before_training(word_map: WordMap) -> str:
    """How far training has moved the embeddings."""
    assert word_map.initial_rows is not None
    before = word_map.initial_rows[FIRST_WORD_ID : FIRST_WORD_ID + len(word_map)]
    after = word_map.embedding[FIRST_WORD_ID : FIRST_WORD_ID + len(word_map)]
    longer = _length(after) / max(_length(before), 1e-12)
    caption = (
        f"The same words on the same axes before training. Training has made their rows {longer:.1f} times "
        "as long on average."
    )
    if (
        word_map.computed
        and word_map.computed.preserved_by_training >= 0
        and (near := word_map.computed.nearest.shape[1])
    ):
        preserved = word_map.computed.preserved_by_training
        caption += (
            f" On average, {preserved:.1f} of a word's {near} nearest words are still among the nearest after "
            "training."
        )
    return caption


def searched_word(word_map: WordMap, word: int) -> str:
    """A word, its category, and how many of its neighbours share it."""
    name = word_map.classifier.vocabulary.words[word - FIRST_WORD_ID]
    position, labels = word - FIRST_WORD_ID, word_map.classifier.labels
    if position >= len(word_map):
        return (
            f"“{name}” is rarer than the {_count(len(word_map))} words on the map. It has neighbours, but no "
            "point."
        )
    category = int(word_map.categories[position])
    if category < 0:
        return f"What “{name}” points to is not measured" + (
            ": it is in no held-out article." if word_map.has_effects else "."
        )
    texts = int(word_map.computed.effects.texts[position]) if word_map.computed else 0
    caption = (
        f"“{name}” points to {labels[category]}. It raises that score by "
        f"{word_map.effect_sizes[position]:.2f} compared with the others, on average over {texts} "
        f"article{'s' * (texts != 1)}"
    )
    near = [int(word_map.categories[token_id - FIRST_WORD_ID]) for token_id, _ in word_map.neighbours(word)]
    if known := [neighbour_category for neighbour_category in near if neighbour_category >= 0]:
        same = known.count(category)
        caption += f". {same} of its {len(known)} nearest words point{'s' * (same == 1)} to the same"
    return caption + "."


# --- Titles of the views ---


def pca_title(word_map: WordMap, dimensions: int) -> str:
    """How much of the variance the axes explain."""
    share = percent(word_map.axes.shares[:dimensions].sum())
    return f"{'Two' if dimensions == 2 else 'Three'} axes show {share} of the differences"


def tsne_title(word_map: WordMap) -> str:
    """How many neighbours share a word's category; how many t-SNE preserves where no effects were measured."""
    assert word_map.computed
    near = word_map.computed.nearest.shape[1]
    if not word_map.has_effects or not near:
        return f"{word_map.computed.preserved_by_tsne:.1f} of a word's {near} nearest stay beside it"
    same, _ = same_category_share(word_map.computed.nearest, word_map.categories)
    return f"{near * same:.1f} of a word's {near} nearest point to its category"


def before_training_title(word_map: WordMap, initial_points: npt.NDArray[np.float64]) -> str:
    """How much closer together the words lay, on the first two axes."""
    before, after = (
        float(np.hypot(*points[:, :2].std(axis=0))) for points in (initial_points, word_map.points)
    )
    if before <= 0:
        return "Before training all words were in one place"
    return f"Before training, drawn {after / before:.1f} times as large"


def searched_word_title(word_map: WordMap, word: int) -> str:
    """Of the close-up of a word, given by its token id."""
    name = word_map.classifier.vocabulary.words[word - FIRST_WORD_ID]
    return f"“{shorten(name, 24)}” and the words nearest to it"


def _length(rows: np.ndarray) -> float:
    return float(np.linalg.norm(rows, axis=1).mean()) if len(rows) else 0.0


def _count(number: int) -> str:
    return f"{number:,}"
