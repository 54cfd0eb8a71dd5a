"""The learning rate of each step: constant, or falling along a cosine to zero.

The cosine is one period of I. Loshchilov and F. Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts",
arXiv 1608.03983 (2016), without a restart.
"""

import math

from core.settings.training import Schedule


def scheduled_rate(schedule: Schedule, initial_rate: float, share: float) -> float:
    """The learning rate once ``share`` of all steps is done, 0 to 1."""
    if schedule == "constant":
        return initial_rate
    return initial_rate * 0.5 * (1 + math.cos(math.pi * share))
