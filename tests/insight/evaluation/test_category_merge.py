"""A network judged by the categories of another one, which learnt two of them as one."""

import numpy as np
import pytest

from core.errors import AnalysisError
from core.insight.evaluation.category_merge import compare_accuracy, correct_when_merged, merged_label_ids
from tests.insight.held_out_parts import held_out_part

NAMES = (("ARTS", "ARTS + CULTURE"), ("CULTURE", "ARTS + CULTURE"))


def test_labels_find_their_place() -> None:
    merged = ("ARTS + CULTURE", "SPORTS")
    assert merged_label_ids(("ARTS", "CULTURE", "SPORTS"), merged, NAMES).tolist() == [0, 0, 1]
    assert merged_label_ids(merged, ("ARTS + CULTURE + X", "SPORTS"), ()).tolist() == [0, 1]
    assert merged_label_ids(merged, ("X + ARTS + CULTURE", "SPORTS"), ()).tolist() == [0, 1]
    with pytest.raises(AnalysisError, match="no category for 'MUSIC'"):
        merged_label_ids(("MUSIC",), merged, NAMES)


def test_probabilities_of_the_merged_are_added() -> None:
    places = np.array([0, 0, 1])
    # 0.3 + 0.3 against 0.4: apart it says SPORTS, as one ARTS + CULTURE. Then 0.2 + 0.2 against 0.6.
    logits = np.log([[0.3, 0.3, 0.4], [0.2, 0.2, 0.6]])
    assert correct_when_merged(held_out_part([0, 1], logits), places).tolist() == [True, False]
    apart = held_out_part([0, 1], logits)
    as_one = held_out_part([0, 0], np.log([[0.7, 0.3], [0.7, 0.3]]))
    difference = compare_accuracy(apart, as_one, places)
    assert (difference.before, difference.after) == (0.5, 1.0)
    with pytest.raises(AnalysisError, match="tested on different articles"):
        compare_accuracy(apart, held_out_part([0, 1], as_one.logits), places)
    with pytest.raises(AnalysisError, match="tested on different articles"):
        compare_accuracy(apart, held_out_part([0], as_one.logits[:1]), places)
