"""Captions and titles of a prediction's charts, computed from the plotted data.

Plain text; labels and words are not escaped.
"""

import math
from collections.abc import Callable, Sequence

import numpy as np

from core.insight.prediction.attribution import ReadAlong
from core.insight.prediction.cost import words_within_a_minute
from core.insight.wording import many, percent, shorten
from core.model.cost import SPEED
from core.settings.network import NetworkSettings


def read_along(reading: ReadAlong, labels: Sequence[str]) -> str:
    """Caption of the read-along chart, in one or two sentences; plain text, not escaped."""
    label, final = labels[reading.label], reading.probabilities[-1, reading.label]
    answer = "Read from the right, the answer" if reading.from_right else "The answer"
    row = reading.word_position(reading.settled)
    word, share = reading.words[reading.settled], f"{100 * final:.1f} %"
    if row == 0:
        return f"{answer} is {label} from the first word, “{word}”. At the end it has {share}."
    before = labels[int(reading.probabilities[row - 1].argmax())]
    turns = int((np.diff(reading.probabilities.argmax(axis=1)) != 0).sum())
    changed = "once" if turns == 1 else f"{turns} times"
    return (
        f"{answer} changes {changed}. Before “{word}” it is {before}. From “{word}” on it stays {label}, and at "
        f"the end it has {share}."
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
        return f"All headlines are labelled {name}."
    second, next_share = others[0]
    return (
        f"{percent(share)} are labelled {name}, {percent(next_share)} {second}. There are {len(shares)} labels "
        "in all."
    )


def labels_title(shares: Sequence[tuple[str, float]]) -> str:
    """The most frequent label and its share."""
    label, share = shares[0]
    return f"{100 * share:.1f} % are labelled {shorten(label, 24)}"


def refusal(network: NetworkSettings, doing: str, work_of: Callable[[int], float], words: int) -> str | None:
    """Why nobody may wait for it, and what to shorten; None where it takes a minute of one core at most.

    Args:
        doing: what would be computed, with braces for the words: "Reading {} one by one".
        work_of: the work for so many words, in multiply-adds.
        words: of the headline, as far as the network reads.
    """
    fitting = words_within_a_minute(work_of, words)
    if fitting == words:
        return None
    token_name = "character" if network.tokenization == "characters" else "word"
    duration = many(math.ceil(work_of(words) / SPEED / 60), "minute")
    advice = (
        f"Shorten the headline to {many(fitting, token_name)}."
        if fitting
        else "Choose a classifier with a smaller network."
    )
    return (
        f"{doing.format(many(words, token_name))} through this network would take about {duration}. {advice}"
    )
