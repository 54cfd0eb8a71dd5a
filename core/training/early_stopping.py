"""Early stopping: which epoch is the best so far, and when to stop waiting for a better one.

L. Prechelt, "Early Stopping - But When?", in "Neural Networks: Tricks of the Trade" (1998). The same as Keras's
``EarlyStopping(min_delta=0, restore_best_weights=True)``, except that a patience of 0 never stops here, while Keras
stops at the first epoch that is no better.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass


def improved(figure: float, best: float, *, higher: bool = False) -> bool:
    """Whether a validation figure beats the best so far: a loss is better lower, an accuracy ``higher``."""
    return figure > best if higher else figure < best


def patience_exhausted(waited: int, patience: int) -> bool:
    """Whether to stop after ``waited`` epochs without improvement; a patience of 0 never stops."""
    return patience > 0 and waited >= patience


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Where early stopping ends a run.

    Attributes:
        after: the last epoch that is learnt, from 1.
        best: the epoch whose weights are kept.
        early: whether patience ended it, and not the number of epochs.
    """

    after: int
    best: int
    early: bool


def early_stop(figures: Sequence[float], patience: int, *, higher: bool = False) -> Stop:
    """What early stopping would do with a run that has these figures, one an epoch, at least one."""
    if not figures:
        raise ValueError("figures must be of one epoch at least, got none")
    best, best_epoch, waited = -math.inf if higher else math.inf, 0, 0
    for epoch, figure in enumerate(figures, start=1):
        if improved(figure, best, higher=higher):
            best, best_epoch, waited = figure, epoch, 0
        else:
            waited += 1
        if patience_exhausted(waited, patience):
            return Stop(after=epoch, best=best_epoch, early=True)
    return Stop(after=len(figures), best=best_epoch, early=False)
