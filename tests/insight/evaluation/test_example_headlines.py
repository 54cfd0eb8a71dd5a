"""Headlines to try: of the test part, different, of different categories, the same each time."""

import numpy as np
import pytest

from core.insight.evaluation.example_headlines import example_headlines
from core.insight.evaluation.held_out import Articles, HeldOutPart


def part(headlines: list[str], y: list[int]) -> HeldOutPart:
    rows = len(headlines)
    numbers = np.ones(rows, np.int32)
    years = np.zeros(rows, np.int16)
    articles = Articles(headlines=tuple(headlines), descriptions=("",) * rows, years=years)
    return HeldOutPart(
        y=np.array(y, np.int32),
        logits=np.zeros((rows, 3), np.float32),
        lengths=numbers,
        unknown=numbers,
        years=years,
        articles=articles,
    )


@pytest.mark.parametrize("seed", range(5))
def test_as_many_categories_as_there_are_come_first(seed: int) -> None:
    headlines = [f"गाँव {number}" for number in range(30)]
    examples = example_headlines(part(headlines, [0] * 14 + [1] * 15 + [2]), seed=seed)
    assert len(examples) == 3
    assert "गाँव 29" in examples  # the only article of its category
    assert len({headlines.index(example) // 14 for example in examples[:3]}) >= 2
    assert examples == example_headlines(part(headlines, [0] * 14 + [1] * 15 + [2]), seed=seed)


def test_copies_blanks_and_long_headlines_are_left_out() -> None:
    held_out = part([" ", "", "rain", "rain", "x" * 101, "  snow\n falls "], [0, 1, 0, 1, 2, 0])
    assert sorted(example_headlines(held_out)) == ["rain", "snow falls"]


def test_without_texts_there_are_none() -> None:
    without = HeldOutPart(
        y=np.zeros(0, np.int32),
        logits=np.zeros((0, 3), np.float32),
        lengths=np.zeros(0, np.int32),
        unknown=np.zeros(0, np.int32),
        years=np.zeros(0, np.int16),
    )
    assert example_headlines(without) == ()
