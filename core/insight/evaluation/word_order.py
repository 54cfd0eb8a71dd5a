"""Does word order matter? The same articles with their words shuffled, reversed, or a third of them removed.

The separator between headline and description keeps its position, and a word stays on its side of it, so only the order
changes. Leaves out: the bag-of-words baseline (``training/bag_of_words.py``).
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
    """Token id of the separator between headline and description; None where it is not in the vocabulary."""
    return classifier.vocabulary.token_id(SEPARATOR) if SEPARATOR in classifier.vocabulary else None


def reorder_sequences(
    sequences: Sequences, reordering: Reordering, *, separator: int | None, seed: int = SEED
) -> Sequences:
    """The texts with their words reordered, or a third of them removed (rounded down); the separator stays.

    Args:
        separator: token id that keeps its position and that no word crosses.
        seed: of the random order; reversing is deterministic.
    """
    ids, offsets = sequences.ids, sequences.offsets
    separators = ids == separator if separator is not None else np.zeros(len(ids), bool)
    keys = np.random.default_rng(seed).random(len(ids))
    text = np.repeat(np.arange(len(sequences)), sequences.lengths)
    if reordering == "thinned":
        # Sort each text's words randomly, separators last, and remove the first third.
        shuffled = np.lexsort((keys, separators, text))
        rank = np.arange(len(ids)) - offsets[text]
        words = np.bincount(text[~separators], minlength=len(sequences))
        mask = np.ones(len(ids), bool)
        mask[shuffled] = rank >= (words // 3)[text]
        lengths = np.bincount(text[mask], minlength=len(sequences))
        return Sequences(ids=ids[mask], offsets=np.concatenate([[0], np.cumsum(lengths)]))
    if reordering == "reversed":
        keys = -np.arange(len(ids), dtype=float)
    # A segment starts at a text's start, at a separator, and after one.
    begins = separators.copy()
    begins[1:] |= separators[:-1]
    begins[offsets[:-1][sequences.lengths > 0]] = True
    return Sequences(ids=ids[np.lexsort((keys, np.cumsum(begins)))], offsets=offsets)


def measure_word_order(
    classifier: Classifier,
    test: HeldOutPart,
    bag: BagOfWords | None,
    report: Callable[[str, float], None] = lambda stage, share: None,
) -> artifacts.Arrays:
    """Which articles are predicted correctly before and after each reordering, (articles,) bool: the artifact's arrays.

    Raises:
        AnalysisError: the test part's token ids were not stored.
    """
    if test.sequences is None:
        raise AnalysisError("The words of the test part were not kept, so the app cannot reorder them.")
    separator = separator_id(classifier)
    arrays: artifacts.Arrays = {"network/before": test.logits.argmax(axis=1) == test.y}
    if bag:
        arrays["bag/before"] = bag.predict(test.sequences) == test.y
    for index, reordering in enumerate(REORDERINGS):
        reordered = reorder_sequences(test.sequences, reordering, separator=separator)
        logits = classifier.logits_of(
            reordered,
            lambda share, at=index: report(
                "answering the disturbed articles", (at + share) / len(REORDERINGS)
            ),  # type: ignore[misc]
        )
        arrays[f"network/{reordering}"] = logits.argmax(axis=1) == test.y
        if bag:
            arrays[f"bag/{reordering}"] = bag.predict(reordered) == test.y
    return arrays


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The effect of one reordering; ``bag`` is None without a bag-of-words baseline."""

    reordering: Reordering
    network: PairedDifference
    bag: PairedDifference | None


def load_outcomes(classifier: Path, rows: int) -> tuple[Outcome, ...]:
    """The stored outcomes of the classifier in this folder, for ``rows`` test articles.

    Raises:
        AnalysisError: not computed yet; or damaged or of other articles, and set aside.
    """
    arrays = artifacts.read(classifier, NAME)
    try:
        if arrays["network/before"].shape != (rows,):
            raise ValueError(f"network/before must be ({rows},), got {arrays['network/before'].shape}")
        return outcomes_from_arrays(arrays)
    except (KeyError, ValueError) as error:
        raise artifacts.set_aside(classifier, NAME, error) from None


def outcomes_from_arrays(arrays: artifacts.Arrays) -> tuple[Outcome, ...]:
    """The artifact's arrays as paired differences. Raises KeyError or ValueError for other arrays."""
    return tuple(
        Outcome(
            reordering=reordering,
            network=paired_difference(arrays["network/before"], arrays[f"network/{reordering}"]),
            bag=paired_difference(arrays["bag/before"], arrays[f"bag/{reordering}"])
            if "bag/before" in arrays
            else None,
        )
        for reordering in REORDERINGS
    )
