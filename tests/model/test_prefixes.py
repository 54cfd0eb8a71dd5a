"""The logits of every beginning of a text in one pass: equal to those of each beginning as a text of its own."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core.model.forward import logits
from core.model.prefixes import prefix_logits
from core.settings.network import CELLS, POOLINGS, Cell, Pooling
from tests.model.test_forward import network, random_weights

IDS = np.array([3, 1, 4, 1, 5, 9, 2, 6])


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("pooling", POOLINGS)
@pytest.mark.parametrize("tokenization", ["words", "words and pairs"])
@pytest.mark.parametrize(
    ("units", "bidirectional", "from_right"),
    [((5, 4), False, False), ((5,), True, False), ((5,), True, True), ((5,), False, True)],
)
def test_each_row_is_the_answer_to_that_part_alone(
    cell: Cell,
    pooling: Pooling,
    tokenization: Any,
    units: tuple[int, ...],
    bidirectional: bool,
    from_right: bool,
) -> None:
    net = replace(
        network(cell, units=units, bidirectional=bidirectional, pooling=pooling),
        ensemble_size=2,
        tokenization=tokenization,
        bigram_buckets=1_000,
    )
    weights = random_weights(net)
    sizes = range(1, len(IDS) + 1)
    parts = [IDS[len(IDS) - size :] if from_right else IDS[:size] for size in sizes]
    alone = np.concatenate([logits(weights, net, part[None]) for part in parts])  # (words, categories)
    assert prefix_logits(weights, net, IDS, from_right=from_right) == pytest.approx(alone, rel=1e-6, abs=1e-6)
    assert np.abs(np.diff(alone, axis=0)).max() > 0.01  # each word changes the answer


@pytest.mark.parametrize(("bidirectional", "from_right"), [(True, False), (False, True)])
def test_a_stack_whose_beginnings_differ_is_refused(bidirectional: bool, from_right: bool) -> None:
    net = network(units=(5, 4), bidirectional=bidirectional)
    with pytest.raises(ValueError, match="network must have one layer"):
        prefix_logits(random_weights(net), net, IDS, from_right=from_right)
