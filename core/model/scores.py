"""The scores of a classifier on a part of the articles."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """How often a classifier is right on ``rows`` articles that it did not learn from.

    ``majority`` is the accuracy of always naming the most frequent category of the training part.
    """

    rows: int
    accuracy: float
    top3_accuracy: float
    macro_f1: float
    loss: float
    majority: float
