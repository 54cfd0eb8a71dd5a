"""Sentences on what another word order changes in a network's prediction."""

from core.insight.lessons.no_memory.compute import Answers
from core.insight.wording import percent, points


def word_order(answers: Answers, network_name: str, *, changed: bool) -> str:
    """How the order changes one network's prediction.

    Args:
        network_name: subject of the sentence, as "The dense network".
        changed: whether the order differs from the typed one.
    """
    before, after = int(answers.before.argmax()), int(answers.after.argmax())
    if not changed:
        return (
            f"{network_name} says {answers.labels[before]}, {percent(float(answers.before[before]))}. Now "
            f"change the order."
        )
    if answers.same:
        return (
            f"{network_name} says {answers.labels[before]} as before: no probability moves, to the last bit."
        )
    label = answers.most_moved
    moved = (
        f"{answers.labels[label]} goes from {percent(float(answers.before[label]))} to "
        f"{percent(float(answers.after[label]))}; in all {points(answers.moved_probability)} change hands."
    )
    if before == after:
        return f"{network_name} still says {answers.labels[before]}, but is moved: {moved}"
    return (
        f"{network_name} changes its answer from {answers.labels[before]} to {answers.labels[after]}: {moved}"
    )


def title(network_name: str, answers: Answers, *, changed: bool) -> str:
    """The title of the chart of one network's predictions."""
    if not changed:
        return f"{network_name}: the order as typed"
    if answers.same:
        return f"{network_name}: nothing moves"
    return f"{network_name}: {100 * answers.moved_probability:.1f} points move"
