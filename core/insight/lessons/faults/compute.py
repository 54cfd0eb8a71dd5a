"""The ten faults of the tutorial's printed code, each of which can be switched on, and their effect on a file's words.

Everything else is the tutorial's cleaning with its faults fixed. Leaves out: the patterns
(``text/cleaning_steps.py``), the time of the slow loop (``loop_timing.py``), early stopping (``overfitting``), what
Keras does with the printed calls (``data/run_printed_code.py``).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.insight.dataset.cleaning_effect import WordCounts, count_words
from core.insight.lessons.embedding_layer.compute import TUTORIAL
from core.text.cleaning import CleaningSettings, clean_all, texts_of
from core.text.cleaning_steps import PRINTED_FUNCTIONS

# In the order of the tutorial's steps.
FaultName = Literal[
    "join",
    "patterns",
    "rebuilt",
    "lemma",
    "padding",
    "rows",
    "dropout",
    "watching",
    "checkpoint",
    "cut_off",
]
NAMES: tuple[FaultName, ...] = get_args(FaultName)
TEXT_FAULTS: tuple[FaultName, ...] = ("join", "patterns", "lemma")  # faults that change the words

MENDED = replace(CleaningSettings.article(), keep_negations=False)  # its list has them
BEFORE_LOOP = replace(
    MENDED, steps=tuple(step for step in MENDED.steps if step not in ("stop_words", "lemmas"))
)
# The patterns as printed, in the printed order; the lemma is a separate fault.
PATTERNS = CleaningSettings(steps=tuple(step for step in MENDED.steps if step != "lemmas"), as_printed=True)
_LEMMAS = CleaningSettings(steps=("lemmas",))


# --- Remaining words ---


def remaining_words(
    table: pd.DataFrame, fault_names: Iterable[FaultName], progress: Callable[[float], None] | None = None
) -> WordCounts:
    """The words of all texts with those of the faults that change them; the other faults change no word.

    Args:
        table: of a News.
        progress: as of ``clean_all``; counting comes after.

    Cost: cleaning and counting the whole file, some seconds for 180,000 texts.
    """
    faults = set(fault_names)
    raw = texts_of(table, replace(MENDED, as_printed="join" in faults))
    if "lemma" in faults:  # it leaves no word, whatever the other faults left
        return count_words(list(map(PRINTED_FUNCTIONS["lemmas"], raw)))
    if "patterns" in faults:
        return count_words(clean_all(clean_all(raw, PATTERNS, progress), _LEMMAS))
    return count_words(clean_all(raw, MENDED, progress))


def non_empty_texts(words: WordCounts) -> int:
    """Number of texts with at least one word."""
    return len(words.lengths) - words.empty


# --- The join ---


@dataclass(frozen=True, slots=True, kw_only=True)
class Seams:
    """The joins of headline and description.

    Attributes:
        articles, both: the number of articles, and of those with a headline and a description.
        last, first: the last word of the headline and the first of the description in the first such article, or None.
    """

    articles: int
    both: int
    last: str | None
    first: str | None


def seams(table: pd.DataFrame) -> Seams:
    """Count the joins. Cost: a tenth of a second for 180,000 articles."""
    with_both = np.flatnonzero((table["short_description"] != "") & (table["headline"] != ""))
    last = first = None
    if len(with_both):
        article = table.iloc[int(with_both[0])]
        last, first = str(article["headline"]).split()[-1], str(article["short_description"]).split()[0]
    return Seams(articles=len(table), both=len(with_both), last=last, first=first)


# --- The length of the texts ---


@dataclass(frozen=True, slots=True, kw_only=True)
class PaddingEffect:
    """Texts cut to ``cut`` words and padded to ``columns`` positions.

    Attributes:
        filled: share of all positions that hold a word, 0 to 1.
        uncut: share of the texts that are not cut, 0 to 1.
    """

    columns: int
    cut: int
    filled: float
    uncut: float


def padding_effect(
    lengths: npt.NDArray[np.int64], *, columns: int, cut: int = TUTORIAL.padded_length
) -> PaddingEffect:
    """The effect of padding on texts of these lengths, (texts,)."""
    texts = max(len(lengths), 1)
    return PaddingEffect(
        columns=columns,
        cut=cut,
        filled=float(np.minimum(lengths, cut).sum()) / (texts * columns),
        uncut=float(np.count_nonzero(lengths <= cut)) / texts,
    )
