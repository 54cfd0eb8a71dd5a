"""Captions and titles of a prediction's charts, computed from the plotted data.

Plain text; labels and words are not escaped.
"""

from collections.abc import Sequence

import numpy as np

from core.insight.prediction.attribution import ReadAlong
from core.insight.wording import percent, shorten


def read_along(reading: ReadAlong, labels: Sequence[str]) -> str:
    """Caption of the read-along chart, in one or two sentences; plain text, not escaped."""
    label, final = labels[reading.label], reading.probabilities[-1, reading.label]
    answer = "Read from the right, the answer" if reading.from_right else "The answer"
    row = reading.word_position(reading.settled)
    word = reading.words[reading.settled]
    end = f"in the end it has {100 * final:.1f} %"
    if row == 0:
        return f"{answer} is {label} from the first word, “{word}”, on; {end}."
    before = labels[int(reading.probabilities[row - 1].argmax())]
    turns = int((np.diff(reading.probabilities.argmax(axis=1)) != 0).sum())
    changed = "once" if turns == 1 else f"{turns} times"
    return (
        f"{answer} changes {changed}. Before “{word}” it is {before}; from “{word}” on it stays {label}, "
        f"and {end}."
    )


def read_along_title(reading: ReadAlong, labels: Sequence[str]) -> str:
    """The word from which on the prediction is the final one."""
    label = shorten(labels[reading.label], 24)
    if not reading.word_position(reading.settled):
        return f"{label} from the first word on"
    return f"{label} from “{shorten(reading.words[reading.settled], 20)}” on"


def labels(shares: Sequence[tuple[str, float]]) -> str:
    """The most frequent label; ``shares`` of the headlines, in descending order."""
    (name, share), *others = shares
    if not others:
        return f"All of them are labelled {name}."
    second, next_share = others[0]
    return f"{percent(share)} are labelled {name}, {percent(next_share)} {second}; {len(shares)} labels are given."


def labels_title(shares: Sequence[tuple[str, float]]) -> str:
    """The most frequent label and its share."""
    label, share = shares[0]
    return f"{100 * share:.1f} % are labelled {shorten(label, 24)}"
