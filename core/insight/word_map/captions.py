"""Captions of a word map, computed from it: the lines under the charts, also for screen readers.

Plain text; a page escapes it. Leaves out: the drawing (``figures.py``).
"""

import numpy as np

from core.insight.word_map.neighbour_preservation import same_category_share
from core.insight.word_map.word_map import WordMap
from core.insight.wording import percent
from core.text.vocabulary import FIRST_WORD_ID


def pca(shown: WordMap, dimensions: int) -> str:
    """How much of the variance the PCA view shows."""
    share = float(shown.axes.shares[:dimensions].sum())
    size = shown.embedding.shape[1]
    said = (
        f"Each of the {_count(len(shown))} words is a row of {size} number{'s' * (size != 1)}; the "
        f"{'two' if dimensions == 2 else 'three'} axes drawn hold {percent(share)} of the differences between the rows."
    )
    if dimensions == 2 and shown.computed and (near := shown.computed.nearest.shape[1]):
        said += (
            f" Of the {near} words nearest to a word, {shown.computed.preserved_by_pca:.1f} on average are among "
            f"its {near} nearest on this picture too."
        )
    return said


def tsne(shown: WordMap) -> str:
    """How many neighbours t-SNE preserves."""
    assert shown.computed
    near = shown.computed.nearest.shape[1]
    if not near:
        return "A single word has no neighbours to keep."
    return (
        f"t-SNE keeps neighbours together: of the {near} words nearest to a word, "
        f"{shown.computed.preserved_by_tsne:.1f} on average are among its {near} nearest on this picture too; PCA "
        f"keeps {shown.computed.preserved_by_pca:.1f}. How far apart two groups stand means nothing."
    )


def category_agreement(shown: WordMap) -> str:
    """Whether neighbours have the same category; empty where no effects were measured."""
    if not shown.computed or not shown.has_effects or not (near := shown.computed.nearest.shape[1]):
        return ""
    same, chance = same_category_share(shown.computed.nearest, shown.categories)
    return (
        f"Of a word's {near} nearest, {near * same:.1f} on average tell of the same category as it does; by chance it "
        f"would be {near * chance:.1f}."
    )


def before_training(shown: WordMap) -> str:
    """How far training has moved the embeddings."""
    assert shown.initial_rows is not None
    before = shown.initial_rows[FIRST_WORD_ID : FIRST_WORD_ID + len(shown)]
    after = shown.embedding[FIRST_WORD_ID : FIRST_WORD_ID + len(shown)]
    longer = _length(after) / max(_length(before), 1e-12)
    said = (
        "The same words on the same axes before anything was learnt. Training has made their rows "
        f"{longer:.1f} times as long on average."
    )
    if (
        shown.computed
        and shown.computed.preserved_by_training >= 0
        and (near := shown.computed.nearest.shape[1])
    ):
        said += f" Of a word's {near} nearest then, {shown.computed.preserved_by_training:.1f} on average are so still."
    return said


def searched_word(shown: WordMap, word: int) -> str:
    """A word, its category, and how many of its neighbours share it."""
    name = shown.classifier.vocabulary.words[word - FIRST_WORD_ID]
    place, labels = word - FIRST_WORD_ID, shown.classifier.labels
    if place >= len(shown):
        return f"“{name}” is rarer than the {_count(len(shown))} words of the map: it has neighbours, but no point."
    told = int(shown.categories[place])
    if told < 0:
        return f"What “{name}” tells of is not measured" + (
            ": it stands in no held-out article." if shown.has_effects else "."
        )
    texts = int(shown.computed.effects.texts[place]) if shown.computed else 0
    said = f"“{name}” tells of {labels[told]}: it raises its score by {shown.effect_sizes[place]:.2f} against the "
    said += f"others, the mean of {texts} article{'s' * (texts != 1)}"
    near = [int(shown.categories[one - FIRST_WORD_ID]) for one, _ in shown.neighbours(word)]
    if known := [one for one in near if one >= 0]:
        same = known.count(told)
        said += f". {same} of its {len(known)} nearest words tell{'s' * (same == 1)} of the same"
    return said + "."


def _length(rows: np.ndarray) -> float:
    return float(np.linalg.norm(rows, axis=1).mean()) if len(rows) else 0.0


def _count(number: int) -> str:
    return f"{number:,}"
