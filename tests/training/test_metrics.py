import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import log_loss, top_k_accuracy_score

from core.training.metrics import score


def test_four_rows_worked_by_hand() -> None:
    logits = np.log([[0.7, 0.1, 0.1, 0.1], [0.1, 0.2, 0.3, 0.4], [0.4, 0.3, 0.2, 0.1], [0.1, 0.6, 0.2, 0.1]])
    scores = score(logits, np.array([0, 0, 0, 1]), majority_label=0)
    assert scores.rows == 4
    assert scores.accuracy == 0.75  # rows 0, 2 and 3
    assert scores.top3_accuracy == 0.75  # row 1's truth is fourth
    # Category 0: precision 1, recall 2/3, F1 0.8. Category 1: F1 1. Category 3: answered once, never true: 0.
    assert scores.macro_f1 == pytest.approx((0.8 + 1.0 + 0.0) / 3)
    assert scores.loss == pytest.approx(-np.log([0.7, 0.1, 0.4, 0.6]).mean())
    assert scores.majority == 0.75


@given(st.integers(4, 50), st.integers(0, 10_000))
def test_equals_scikit_learn(rows: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    logits, y = random.normal(size=(rows, 5)), random.integers(0, 5, rows)
    scores = score(logits, y, majority_label=2)
    chance = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    assert scores.top3_accuracy == pytest.approx(top_k_accuracy_score(y, logits, k=3, labels=range(5)))
    assert scores.loss == pytest.approx(log_loss(y, chance, labels=range(5)))
    assert scores.majority == np.mean(y == 2)


def test_nothing_to_score_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one row"):
        score(np.empty((0, 3)), np.empty(0, dtype=int), majority_label=0)
