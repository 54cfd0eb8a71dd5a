"""The accuracy over all articles: its interval by hand, what is said of it, and what is no artifact of it."""

from pathlib import Path

import numpy as np
import pytest

from core.errors import AnalysisError
from core.insight import artifacts
from core.insight.evaluation import captions
from core.insight.evaluation.cross_validation import NAME, CrossValidation, load, to_arrays

FOLD = np.repeat(np.arange(4, dtype=np.int32), 25)
# 20, 18, 22 and 20 of 25 right: 80 of 100.
RIGHT = np.concatenate([np.arange(25) < number for number in (20, 18, 22, 20)])
Y = (np.arange(100) % 10 == 0).astype(np.int32)


def test_the_interval_is_wilsons_over_all_articles() -> None:
    measured = CrossValidation.from_arrays(to_arrays(FOLD, Y, RIGHT))
    assert (measured.articles, measured.mean, measured.majority) == (100, 0.8, 0.9)
    assert measured.each == pytest.approx((0.8, 0.72, 0.88, 0.8))
    # By hand, with z = 1.96: (0.8 + 0.019208 -+ 1.96 sqrt(0.0016 + 0.00009604)) / 1.038416.
    assert measured.low == pytest.approx(0.7112, abs=5e-4)
    assert measured.high == pytest.approx(0.8666, abs=5e-4)
    assert measured.spread == pytest.approx((2 * 0.08**2 / 3) ** 0.5)


def test_folds_of_different_sizes_weigh_by_their_articles() -> None:
    fold, right = np.array([0, 0, 0, 1, 1], np.int32), np.array([True, True, True, False, False])
    measured = CrossValidation.from_arrays(to_arrays(fold, np.zeros(5, np.int32), right))
    assert measured.each == (1.0, 0.0)
    assert measured.mean == pytest.approx(0.6)


def test_the_sentence_names_the_interval_and_whose_score_it_is() -> None:
    measured = CrossValidation.from_arrays(to_arrays(FOLD, Y, RIGHT))
    sentence = captions.folds(measured).replace("\u00a0", " ")
    assert "Over 4 folds, 80.0 % of all 100 articles are right (95 % interval 71.1 % to 86.7 %)" in sentence
    assert "Single folds have 72.0 % to 88.0 %" in sentence
    assert "largest category is right for 90.0 %. These numbers do not show that the network" in sentence
    even = CrossValidation.from_arrays(to_arrays(FOLD, np.arange(100, dtype=np.int32) % 2, RIGHT))
    assert "largest category" not in captions.folds(even)


def test_the_reason_compares_the_widths_of_both_intervals() -> None:
    reason = captions.folds_reason(300, 60, 5)
    assert (
        "With 60 test articles, an accuracy is only known to about ±12 points. With all 300 it is ±6"
        in reason
    )
    assert "With 1 test article, an accuracy" in captions.folds_reason(10, 1, 5)


@pytest.mark.parametrize(
    "change",
    [
        {"fold": FOLD[:50]},
        {"fold": np.zeros(100, np.int32)},
        {"fold": FOLD + 1},
        {"right": RIGHT.astype(np.int32)},
        {"y": Y[:7]},
    ],
)
def test_a_damaged_artifact_is_set_aside(tmp_path: Path, change: dict[str, np.ndarray]) -> None:
    (tmp_path / "classifier.json").write_text("{}")
    artifacts.write(tmp_path, NAME, to_arrays(FOLD, Y, RIGHT))
    assert load(tmp_path).articles == 100
    artifacts.write(tmp_path, NAME, to_arrays(FOLD, Y, RIGHT) | change)
    with pytest.raises(AnalysisError, match="set aside"):
        load(tmp_path)
    assert not artifacts.artifact_path(tmp_path, NAME).exists()
