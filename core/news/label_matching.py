"""Categories of one file matched with the labels of a classifier, or with the categories of another file.

People write the same category in two ways: "Food" here and " FOOD" there, 1 here and 1.0 there. Leaves out: which
articles are scored (``insight/evaluation/own_file.py``), and which of a test file are taken (``test_part.py``).
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

UNKNOWN_CATEGORY = "the network does not know this category"
_WHOLE = re.compile(r"([+-]?\d+)\.0*")


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Rows that are not scored, and why; ``category`` where that is the reason."""

    reason: str
    rows: int
    category: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelMatch:
    """The label that each category stands for.

    Attributes:
        label_of: of the categories that match a label, exactly or loosely.
        unmatched: the categories that match none, in the order given.
    """

    label_of: dict[str, str]
    unmatched: tuple[str, ...]

    @property
    def respelled(self) -> dict[str, str]:
        """The categories that are spelt otherwise than their label, with that label."""
        return {category: label for category, label in self.label_of.items() if category != label}


def match_labels(
    categories: Iterable[str], labels: Iterable[str], merged: Mapping[str, str] | None = None
) -> LabelMatch:
    """Match each category with a label: exactly, else without case, blanks and the form of letters or numbers.

    A category that could loosely be two labels is neither.

    Args:
        labels: the names to be matched.
        merged: other names of the labels, such as categories that became one label; a name whose label is not among
            ``labels`` is ignored.
    """
    label_of_name = {label: label for label in labels}
    label_of_name = {
        name: label for name, label in (merged or {}).items() if label in label_of_name
    } | label_of_name
    loose = defaultdict[str, set[str]](set)
    for name, label in label_of_name.items():
        loose[fold_label(name)].add(label)
    label_of, unmatched = {}, []
    for category in dict.fromkeys(categories):
        exact = label_of_name.get(category)
        candidates = {exact} if exact is not None else loose[fold_label(category)]
        if len(candidates) == 1:
            (label_of[category],) = candidates
        else:
            unmatched.append(category)
    return LabelMatch(label_of=label_of, unmatched=tuple(unmatched))


def fold_label(label: str) -> str:
    """What two spellings of one label have in common: no case, one blank between words, composed letters, 1 for 1.0."""
    folded = unicodedata.normalize("NFC", " ".join(label.split()).casefold())
    number = _WHOLE.fullmatch(folded)
    return number[1] if number else folded
