"""What a word map shows, in sentences computed from it: under each chart, and for who cannot see the chart.

Plain text; a page escapes it. Leaves out: the drawing (``figures/word_map.py``).
"""

import numpy as np

from core.insight.word_map.neighbour_preservation import alike
from core.insight.word_map.word_map import WordMap
from core.insight.wording import percent
from core.text.vocabulary import FIRST_WORD_ID


def of_pca(shown: WordMap, dimensions: int) -> str:
    """How much of the truth the straight view shows."""
    share = float(shown.axes.shares[:dimensions].sum())
    size = shown.table.shape[1]
    said = (
        f"Each of the {_count(len(shown))} words is a row of {size} number{'s' * (size != 1)}; the "
        f"{'two' if dimensions == 2 else 'three'} axes drawn hold {percent(share)} of the differences between the rows."
    )
    if dimensions == 2 and shown.found and (near := shown.found.nearest.shape[1]):
        said += (
            f" Of the {near} words nearest to a word, {shown.found.kept_pca:.1f} on average are among its {near} "
            "nearest on this picture too."
        )
    return said


def of_tsne(shown: WordMap) -> str:
    """What the map of neighbourhoods keeps and what it does not."""
    assert shown.found
    near = shown.found.nearest.shape[1]
    if not near:
        return "A single word has no neighbours to keep."
    return (
        f"t-SNE keeps neighbours together: of the {near} words nearest to a word, {shown.found.kept_tsne:.1f} on "
        f"average are among its {near} nearest on this picture too; PCA keeps {shown.found.kept_pca:.1f}. How far "
        "apart two groups stand means nothing."
    )


def of_colours(shown: WordMap) -> str:
    """Whether words that stand together tell of the same; empty where nothing was measured."""
    if not shown.found or not shown.measured or not (near := shown.found.nearest.shape[1]):
        return ""
    same, chance = alike(shown.found.nearest, shown.categories)
    return (
        f"Of a word's {near} nearest, {near * same:.1f} on average tell of the same category as it does; by chance it "
        f"would be {near * chance:.1f}."
    )


def of_before(shown: WordMap) -> str:
    """How far training has moved the words."""
    assert shown.before is not None
    before = shown.before[FIRST_WORD_ID : FIRST_WORD_ID + len(shown)]
    after = shown.table[FIRST_WORD_ID : FIRST_WORD_ID + len(shown)]
    longer = _length(after) / max(_length(before), 1e-12)
    said = (
        "The same words on the same axes before anything was learnt. Training has made their rows "
        f"{longer:.1f} times as long on average."
    )
    if shown.found and shown.found.kept_learning >= 0 and (near := shown.found.nearest.shape[1]):
        said += f" Of a word's {near} nearest then, {shown.found.kept_learning:.1f} on average are so still."
    return said


def of_word(shown: WordMap, word: int) -> str:
    """A word, what it tells of, and whether its neighbours agree."""
    name = shown.classifier.vocabulary.words[word - FIRST_WORD_ID]
    place, labels = word - FIRST_WORD_ID, shown.classifier.labels
    if place >= len(shown):
        return f"“{name}” is rarer than the {_count(len(shown))} words of the map: it has neighbours, but no point."
    told = int(shown.categories[place])
    if told < 0:
        return f"What “{name}” tells of is not measured" + (
            ": it stands in no held-out article." if shown.measured else "."
        )
    texts = int(shown.found.effects.texts[place]) if shown.found else 0
    said = f"“{name}” tells of {labels[told]}: it raises its score by {shown.sizes[place]:.2f} against the others, "
    said += f"the mean of {texts} article{'s' * (texts != 1)}"
    near = [int(shown.categories[one - FIRST_WORD_ID]) for one, _ in shown.neighbours(word)]
    if known := [one for one in near if one >= 0]:
        same = known.count(told)
        said += f". {same} of its {len(known)} nearest words tell{'s' * (same == 1)} of the same"
    return said + "."


def _length(rows: np.ndarray) -> float:
    return float(np.linalg.norm(rows, axis=1).mean()) if len(rows) else 0.0


def _count(number: int) -> str:
    return f"{number:,}"
