"""Compare a network trained on separate categories with one trained on them merged, on the same articles.

The first is scored on the second's categories: the probabilities of the merged categories are added.
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
    """For each label of ``apart`` its position in ``merged``: its own name, or the merged category it belongs to.

    Args:
        names: (category of the file, merged category) of the second network.

    Raises:
        AnalysisError: ``merged`` has no category for a label.
    """
    into = dict(names)
    label_ids = []
    for label in apart:
        if label in merged:
            label_ids.append(merged.index(label))
        elif label in into:
            label_ids.append(merged.index(into[label]))
        else:  # the label is itself merged: "A + B" within "A + B + C"
            containing = [index for index, name in enumerate(merged) if name.startswith(f"{label} + ")]
            containing += [index for index, name in enumerate(merged) if name.endswith(f" + {label}")]
            if not containing:
                raise AnalysisError(f"The merged network has no category for {label[:60]!r}.")
            label_ids.append(containing[0])
    return np.array(label_ids)


def correct_when_merged(part: HeldOutPart, label_ids: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Which articles the network trained on separate categories gets right, scored on the merged categories."""
    probabilities = softmax(part.logits.astype(np.float64), axis=1)
    merged_probabilities = np.zeros((len(part), int(label_ids.max()) + 1))
    np.add.at(merged_probabilities.T, label_ids, probabilities.T)
    correct: npt.NDArray[np.bool_] = merged_probabilities.argmax(axis=1) == label_ids[part.y]
    return correct


def compare_accuracy(
    apart: HeldOutPart, merged: HeldOutPart, label_ids: npt.NDArray[np.int64]
) -> PairedDifference:
    """Accuracies of the network trained on separate categories and of the one trained on merged ones.

    Raises:
        AnalysisError: the two parts contain different articles.
    """
    if len(apart) != len(merged) or not np.array_equal(label_ids[apart.y], merged.y):
        raise AnalysisError("The two runs were tested on different articles, so they cannot be compared.")
    return paired_difference(correct_when_merged(apart, label_ids), merged.logits.argmax(axis=1) == merged.y)
