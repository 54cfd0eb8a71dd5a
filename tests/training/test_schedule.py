"""The learning rate at shares of a run, worked by hand."""

import math

import pytest

from core.training.schedule import scheduled_rate


@pytest.mark.parametrize("share", [0.0, 0.25, 1.0])
def test_a_constant_rate_stays(share: float) -> None:
    assert scheduled_rate("constant", 0.02, share) == 0.02


@pytest.mark.parametrize(
    ("share", "expected"), [(0.0, 0.02), (1 / 3, 0.015), (0.5, 0.01), (2 / 3, 0.005), (1.0, 0.0)]
)
def test_the_cosine_falls_from_the_initial_rate_to_zero(share: float, expected: float) -> None:
    assert math.isclose(
        scheduled_rate("cosine", 0.02, share), expected, abs_tol=1e-12
    )  # cos 60 degrees is a half
