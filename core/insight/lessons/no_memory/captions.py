"""Sentences on what another word order changes in a network's prediction; plain text."""

from core.insight.lessons.no_memory.compute import Answers
from core.insight.wording import percent, points


def caption(answers: Answers, network_name: str, *, changed: bool) -> str:
    """How the order changes one network's prediction; plain text.

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
    one = answers.most_moved
    moved = (
        f"{answers.labels[one]} goes from {percent(float(answers.before[one]))} to "
        f"{percent(float(answers.after[one]))}; in all {points(answers.moved_probability)} change hands."
    )
    if before == after:
        return f"{network_name} still says {answers.labels[before]}, but is moved: {moved}"
    return (
        f"{network_name} changes its answer from {answers.labels[before]} to {answers.labels[after]}: {moved}"
    )


def finding(found: Answers, changed: bool) -> str:
    if not changed:
        return "the order as typed"
    if found.same:
        return "nothing moves"
    return f"{100 * found.moved_probability:.1f} points move"
