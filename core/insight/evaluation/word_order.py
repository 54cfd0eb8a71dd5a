"""Does the order of the words matter? The same articles with their words shuffled, reversed, or a third of them gone.

The mark between headline and description keeps its place, and a word stays on its side of it: what changes is the
order alone. Leaves out: what a bag of words learns (``training/bag_of_words.py``).
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import numpy as np

from core.errors import AnalysisError
from core.insight import artifacts
from core.insight.evaluation.held_out import HeldOutPart
from core.insight.intervals import PairedDifference, paired_difference
from core.model.classifier import Classifier
from core.text.cleaning_steps import SEPARATOR
from core.text.sequences import Sequences
from core.training.bag_of_words import BagOfWords

NAME = "order"
SEED = 1
Reordering = Literal["shuffled", "reversed", "thinned"]
REORDERINGS: tuple[Reordering, ...] = get_args(Reordering)


def separator_id(classifier: Classifier) -> int | None:
    """The number of the mark between headline and description; None where the classifier knows none."""
    return classifier.vocabulary.token_id(SEPARATOR) if SEPARATOR in classifier.vocabulary else None


def reorder_sequences(
    sequences: Sequences, reordering: Reordering, *, separator: int | None, seed: int = SEED
) -> Sequences:
    """The texts with their words in another order, or a third of them gone (rounded down); the mark stays.

    Args:
        mark: the number that keeps its place, and that no word passes.
        seed: of what is drawn at random; reversing draws nothing.
    """
    ids, offsets = sequences.ids, sequences.offsets
    marks = ids == separator if separator is not None else np.zeros(len(ids), bool)
    keys = np.random.default_rng(seed).random(len(ids))
    text = np.repeat(np.arange(len(sequences)), sequences.lengths)
    if reordering == "thinned":
        # Words of each text in a random order, marks last: the first third of them goes.
        drawn = np.lexsort((keys, marks, text))
        rank = np.arange(len(ids)) - offsets[text]
        words = np.bincount(text[~marks], minlength=len(sequences))
        kept = np.ones(len(ids), bool)
        kept[drawn] = rank >= (words // 3)[text]
        lengths = np.bincount(text[kept], minlength=len(sequences))
        return Sequences(ids=ids[kept], offsets=np.concatenate([[0], np.cumsum(lengths)]))
    if reordering == "reversed":
        keys = -np.arange(len(ids), dtype=float)
    # A stretch begins with a text, with a mark, and behind one.
    begins = marks.copy()
    begins[1:] |= marks[:-1]
    begins[offsets[:-1][sequences.lengths > 0]] = True
    return Sequences(ids=ids[np.lexsort((keys, np.cumsum(begins)))], offsets=offsets)


def measure_word_order(
    classifier: Classifier,
    test: HeldOutPart,
    bag: BagOfWords | None,
    report: Callable[[str, float], None] = lambda stage, share: None,
) -> artifacts.Arrays:
    """Which articles are answered rightly before and after each way, (articles,) bool each: the arrays of the study.

    Raises:
        AnalysisError: the words of the test part were not kept.
    """
    if test.sequences is None:
        raise AnalysisError(
            "The words of the test part were not kept, so they cannot be put in another order."
        )
    mark = separator_id(classifier)
    found: artifacts.Arrays = {"network/before": test.logits.argmax(axis=1) == test.y}
    if bag:
        found["bag/before"] = bag.answers(test.sequences) == test.y
    for place, way in enumerate(REORDERINGS):
        changed = reorder_sequences(test.sequences, way, separator=mark)
        logits = classifier.logits_of(
            changed,
            lambda share, at=place: report(
                "answering the disturbed articles", (at + share) / len(REORDERINGS)
            ),  # type: ignore[misc]
        )
        found[f"network/{way}"] = logits.argmax(axis=1) == test.y
        if bag:
            found[f"bag/{way}"] = bag.answers(changed) == test.y
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one way of disturbing the words changes; ``bag`` is None where there was no bag of words to ask."""

    reordering: Reordering
    network: PairedDifference
    bag: PairedDifference | None


def load_outcomes(classifier: Path, rows: int) -> tuple[Outcome, ...]:
    """The study of the classifier in this folder, made on so many test articles.

    Raises:
        AnalysisError: there is none, or it is damaged or of other articles, and is set aside then.
    """
    found = artifacts.read(classifier, NAME)
    try:
        if found["network/before"].shape != (rows,):
            raise ValueError(f"network/before must be ({rows},), got {found['network/before'].shape}")
        return outcomes_from_arrays(found)
    except (KeyError, ValueError) as error:
        raise artifacts.set_aside(classifier, NAME, error) from None


def outcomes_from_arrays(found: artifacts.Arrays) -> tuple[Outcome, ...]:
    """The study's arrays as changes with their intervals; KeyError or ValueError for those of another study."""
    return tuple(
        Outcome(
            reordering=way,
            network=paired_difference(found["network/before"], found[f"network/{way}"]),
            bag=paired_difference(found["bag/before"], found[f"bag/{way}"])
            if "bag/before" in found
            else None,
        )
        for way in REORDERINGS
    )
