"""Two networks on the same articles, one that learnt two categories apart and one that learnt them as one.

The first is judged by the second's categories: the probabilities of those that are one there are added.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.special import softmax

from core.errors import AnalysisError
from core.insight.evaluation.held_out import HeldOutPart
from core.insight.intervals import PairedDifference, paired_difference


def merged_label_ids(
    apart: Sequence[str], merged: Sequence[str], names: Sequence[tuple[str, str]]
) -> npt.NDArray[np.int64]:
    """For each label of ``apart`` its position in ``merged``: under its own name, or under that of what it is part of.

    Args:
        names: (category of the file, name it is learnt under) of the second network.

    Raises:
        AnalysisError: a label has no place.
    """
    into = dict(names)
    found = []
    for label in apart:
        if label in merged:
            found.append(merged.index(label))
        elif label in into:
            found.append(merged.index(into[label]))
        else:  # it was made of several itself: "A + B" within "A + B + C"
            inside = [at for at, name in enumerate(merged) if name.startswith(f"{label} + ")]
            inside += [at for at, name in enumerate(merged) if name.endswith(f" + {label}")]
            if not inside:
                raise AnalysisError(f"The merged network has no category for {label[:60]!r}.")
            found.append(inside[0])
    return np.array(found)


def correct_when_merged(part: HeldOutPart, label_ids: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Which articles the network that learnt apart answers rightly when judged by the merged categories."""
    chance = softmax(part.logits.astype(np.float64), axis=1)
    together = np.zeros((len(part), int(label_ids.max()) + 1))
    np.add.at(together.T, label_ids, chance.T)
    return together.argmax(axis=1) == label_ids[part.y]


def compare_accuracy(
    apart: HeldOutPart, merged: HeldOutPart, label_ids: npt.NDArray[np.int64]
) -> PairedDifference:
    """Accuracy of the network that learnt apart, and of the one that learnt as one, on the same articles.

    Raises:
        AnalysisError: the two parts are not of the same articles.
    """
    if len(apart) != len(merged) or not np.array_equal(label_ids[apart.y], merged.y):
        raise AnalysisError("The two runs were not tested on the same articles, so they cannot be compared.")
    return paired_difference(correct_when_merged(apart, label_ids), merged.logits.argmax(axis=1) == merged.y)
