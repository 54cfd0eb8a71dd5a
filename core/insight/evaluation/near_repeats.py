"""Which test articles nearly repeat one that the network learnt from, and how often it is right for the others.

Counted by the run itself for a small file, by a job for a large one (``runs/news_jobs.py``). Leaves out: the
comparison of the texts (``news/repeats.py``).
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.insight import artifacts
from core.insight.artifacts import Arrays
from core.insight.evaluation.held_out import HeldOutPart
from core.news.repeats import near_duplicates

NAME = "near_repeats"
AT_ONCE = 10_000_000  # characters of a file, some 60,000 articles, whose near-repeats take less than a second


@dataclass(frozen=True, slots=True, kw_only=True)
class NearRepeats:
    """The near-repeats in a test part.

    Attributes:
        articles: of the test part.
        near: how many of them nearly repeat a training article.
        accuracy: of the network on the others; NaN where there are none.
    """

    articles: int
    near: int
    accuracy: float


def find_near_repeats(
    texts: pd.Series, training: npt.NDArray[np.int64], test: npt.NDArray[np.int64]
) -> Arrays:
    """Which test articles nearly repeat a training article: ``near``, (test articles,) bool.

    Args:
        texts: of the news table.
        training, test: positions in it.
    """
    return {"near": near_duplicates(texts.iloc[training].tolist(), texts.iloc[test].tolist())}


def count_near_repeats(test: HeldOutPart, near: npt.NDArray[np.bool_]) -> NearRepeats:
    """Count the near-repeats of a test part, and score the articles that are none.

    Args:
        near: (articles,) whether each nearly repeats a training article.
    """
    others = ~near
    correct = (test.logits.argmax(axis=1) == test.y)[others]
    return NearRepeats(
        articles=len(test),
        near=int(near.sum()),
        accuracy=float(correct.mean()) if len(correct) else float("nan"),
    )


def load_near_repeats(classifier: Path, test: HeldOutPart) -> NearRepeats:
    """The stored near-repeats of the classifier in this folder.

    Raises:
        AnalysisError: not computed yet; or set aside because it is damaged or of another test part.
    """
    try:
        near = artifacts.read(classifier, NAME)["near"]
        if near.shape != (len(test),) or near.dtype != np.bool_:
            raise ValueError(f"near must be {len(test)} truth values, got {near.shape} of {near.dtype}")
    except (KeyError, ValueError) as error:
        raise artifacts.set_aside(classifier, NAME, error) from None
    return count_near_repeats(test, near)
