"""Early stopping: which epoch is the best so far, and when to stop waiting for a better one.

L. Prechelt, "Early Stopping - But When?", in "Neural Networks: Tricks of the Trade" (1998). The same as Keras's
``EarlyStopping(min_delta=0, restore_best_weights=True)``, except that a patience of 0 never stops here, while Keras
stops at the first epoch that is no better.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass


def improved(value: float, best: float, *, higher: bool = False) -> bool:
    """Whether a validation metric beats the best so far: a loss is better lower, an accuracy ``higher``."""
    return value > best if higher else value < best


def patience_exhausted(waited: int, patience: int) -> bool:
    """Whether to stop after ``waited`` epochs without improvement; a patience of 0 never stops."""
    return patience > 0 and waited >= patience


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyStop:
    """Where early stopping ends a run.

    Attributes:
        after: the last epoch trained, from 1.
        best: the epoch whose weights are kept.
        early: whether patience ended the run before its last epoch.
    """

    after: int
    best: int
    early: bool


def early_stop(metric_values: Sequence[float], patience: int, *, higher: bool = False) -> EarlyStop:
    """Where early stopping would end a run with these validation losses (``higher``: accuracies), one an epoch."""
    if not metric_values:
        raise ValueError("metric_values must hold at least one epoch, got none")
    best, best_epoch, waited = -math.inf if higher else math.inf, 0, 0
    for epoch, value in enumerate(metric_values, start=1):
        if improved(value, best, higher=higher):
            best, best_epoch, waited = value, epoch, 0
        else:
            waited += 1
        if patience_exhausted(waited, patience):
            return EarlyStop(after=epoch, best=best_epoch, early=True)
    return EarlyStop(after=len(metric_values), best=best_epoch, early=False)
