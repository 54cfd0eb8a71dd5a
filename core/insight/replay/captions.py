"""Captions of a replay: of each moment, of each headline, of the whole run.

Plain text; a page escapes it. Leaves out: the computations (``replay.py``).
"""

import numpy as np

from core.insight.evaluation.report import MIN_ARTICLES
from core.insight.replay.replay import Replay
from core.insight.wording import join_names, many, percent

_FOUND = 0.5  # recall above which a category counts as found
_STILL = 1e-3  # of a vector's length: 16 bits resolve no smaller move


def moment(replay: Replay, at: int) -> str:
    """The moment in the run: "After 64 batches, 16,384 articles read"."""
    snapshot = replay.moments[at]
    if snapshot.whole:
        return f"End of epoch {snapshot.epochs}"
    if not snapshot.rows:
        return "Before anything is learnt"
    return f"After {many(snapshot.step, 'batch', 'batches')}, {many(snapshot.rows, 'article')} read"


def accuracy(replay: Replay, at: int) -> str:
    """Accuracy at a moment, and the number of articles that it was measured on."""
    measured, whole = len(replay.moments[at].predictions), replay.header.validation
    if replay.moments[at].whole:
        return f"right for {percent(replay.accuracy(at))} of {many(whole, 'unseen article')}"
    some = many(measured, "unseen article")
    return f"right for {percent(replay.accuracy(at))} of {some}" + (
        f" of {whole:,}" if measured < whole else ""
    )


# --- Headlines ---


def headlines(replay: Replay) -> str:
    """How many headlines change their prediction in the run, and how many are wrong only at the end."""
    headline_count, changes = len(replay.header.headlines), replay.changes.sum(axis=0)
    right = replay.right
    if len(replay) == 1:
        return f"There is one snapshot so far, in which {_right(replay, 0)}."
    lost = int((_learnt(replay).any(axis=0) & ~right[-1]).sum())
    turned, most = int((changes > 0).sum()), int(changes.max())
    change = "changes its" if turned == 1 else "change their"
    text = f"{turned} of {many(headline_count, 'headline')} {change} answer, at most {_times(most)}"
    if not turned:
        text = "No headline changes its answer"
    text += f"; {_count_are(int(right[-1].sum()))} right at the last snapshot"
    if lost:
        is_, was = ("is", "was") if lost == 1 else ("are", "were")
        text += f", and {lost} {is_} wrong there that {was} right before"
    return f"{text}."


def predictions(replay: Replay, at: int) -> str:
    """How the predictions changed since the snapshot before."""
    right = replay.right
    text = f"{_right(replay, at)}."
    if not replay.moments[at].rows:
        names = len(set(replay.answers[at].tolist()))
        return (
            f"{text} Nothing is learnt yet. The network answers {many(names, 'category', 'categories')} at "
            "random."
        )
    if at == 0:
        return text
    changed = replay.changes[at]
    if not changed.any():
        return f"{text} No answer has changed since the last snapshot."
    won = int((changed & right[at]).sum())
    lost = int((changed & right[at - 1]).sum())
    rest = int(changed.sum()) - won - lost
    parts = [f"{won} now right"] * bool(won) + [f"{lost} no longer right"] * bool(lost)
    parts += [f"{rest} from one wrong answer to another"] * bool(rest)
    count = int(changed.sum())
    has = "has" if count == 1 else "have"
    return f"{text} {count} {has} a different answer since the last snapshot: {', '.join(parts)}."


def headline(replay: Replay, headline_row: int) -> str:
    """One headline's category, the number of changes of its prediction, and since when it has its final one."""
    answers, truth = replay.answers[:, headline_row], int(replay.truth[headline_row])
    changed = np.flatnonzero(replay.changes[:, headline_row])
    labels, last = replay.labels, int(answers[-1])
    text = f"Its category is {labels[truth]}."
    if not len(changed):
        return f"{text} All snapshots call it {labels[last]}."
    text += (
        f" Its answer changes {_times(len(changed))}. It is {labels[last]} since "
        f"{_point(replay, int(changed[-1]))}."
    )
    if last == truth:
        return text
    was = _learnt(replay)[:, headline_row].any()
    return f"{text} That is wrong" + (", though it was right before." if was else ".")


def _learnt(replay: Replay) -> np.ndarray:
    """(moments, headlines) whether the prediction is correct, without moments before any training."""
    return replay.right[[snapshot.rows > 0 for snapshot in replay.moments]]


# --- Words ---


def word_map(replay: Replay) -> str:
    """The map's axes, and when the words move most."""
    last = len(replay) - 1
    word_count, share = len(replay.header.words), percent(replay.shares(last))
    text = (
        f"The {word_count:,} most frequent words on the same two axes at every snapshot. Along these axes "
        f"the rows differ most at the last snapshot ({share} of all differences)."
    )
    if last == 0:
        return text
    steps = np.array([replay.moved(at).sum() for at in range(len(replay))])
    if not steps.sum():
        return f"{text} No word has moved."
    most = int(steps.argmax())
    return (
        f"{text} They move most between {_point(replay, most - 1)} and {_point(replay, most)}: "
        f"{percent(steps[most] / steps.sum())} of the whole way."
    )


def words(replay: Replay, at: int, *, most: int = 3) -> str:
    """The mean length of the embedding vectors, and the words that moved furthest since the moment before."""
    if not replay.header.words:
        return "The vocabulary has no words."
    lengths = [np.linalg.norm(replay.moments[index].embedding, axis=1).mean() for index in (0, at)]
    if at == 0:
        return f"The vectors of the words have an average length of {lengths[0]:.2f}."
    longer = lengths[1] / max(lengths[0], 1e-12)
    text = (
        f"The vectors of the words have an average length of {lengths[1]:.2f}, {longer:.1f} times the length at "
        "the start."
    )
    moved = replay.moved(at)
    furthest = [
        int(index) for index in np.argsort(-moved, kind="stable")[:most] if moved[index] > _STILL * lengths[1]
    ]
    if not furthest:
        return f"{text} No word has moved since the last snapshot."
    names = ", ".join(f"“{replay.header.words[index]}”" for index in furthest)
    return f"{text} Moved furthest since the last snapshot: {names}."


def word(replay: Replay, word_row: int) -> str:
    """How far one word moves, compared with the others."""
    way = np.sum([replay.moved(at) for at in range(len(replay))], axis=0)
    name = replay.header.words[word_row]
    if len(replay) == 1 or not way[word_row]:
        return f"“{name}” has not moved."
    others = np.delete(way, word_row)
    if not len(others):
        return f"“{name}” is the only word."
    return (
        f"“{name}” moves further than {percent(float((others < way[word_row]).mean()))} of the other words."
    )


# --- Confusion ---


def confusion(replay: Replay, at: int) -> str:
    """How many categories are predicted at all at this moment, and how many are mostly predicted correctly."""
    counts = replay.confusion(at)
    occurring = np.flatnonzero(counts.sum(axis=1))
    predicted = int((counts.sum(axis=0) > 0).sum())
    own = int((counts[occurring].argmax(axis=1) == occurring).sum())
    categories = many(len(replay.labels), "category", "categories")
    return (
        f"The network answers {predicted} of {categories} at least once. For {own} of the {len(occurring)} "
        "that occur here, the correct name is the most frequent answer."
    )


def recall(replay: Replay) -> str:
    """How many categories have a recall above one half at the last snapshot, and which of them for the longest."""
    recalls = np.array([replay.recall(at)[0] for at in range(len(replay))])
    enough = replay.recall(len(replay) - 1)[1] >= MIN_ARTICLES  # recall over fewer articles is noise
    if not enough.any():
        return (
            f"No category has {MIN_ARTICLES} articles at the last snapshot, too few to say which are found."
        )
    settled = np.flatnonzero((recalls[-1] > _FOUND) & enough)
    text = (
        f"At the last snapshot {len(settled)} of {many(int(enough.sum()), 'category', 'categories')} with "
        f"{MIN_ARTICLES} "
    )
    text += f"articles or more {'is' if len(settled) == 1 else 'are'} found in more than half of them"
    # An untrained network predicts two or three categories for everything, whose recall is high by luck: so their
    # precision must be above one half as well, without a break until the last moment.
    precision = np.array([_precision(replay, at) for at in range(len(replay))])
    unbroken = np.logical_and.accumulate(((recalls > _FOUND) & (precision > _FOUND))[::-1], axis=0)[::-1]
    settled = settled[unbroken[-1, settled]]
    if not len(settled) or len(replay) == 1:
        return f"{text}."
    since = unbroken[:, settled].argmax(axis=0)
    earliest = int(since.min())
    names = [replay.labels[category] for category in settled[since == earliest]]
    return (
        f"{text}. {join_names(names, most=3)} {'has' if len(names) == 1 else 'have'} been for the longest: "
        f"since {_point(replay, earliest)}. From then on, most articles with such an answer are right."
    )


def _precision(replay: Replay, at: int) -> np.ndarray:
    """(categories,): the precision of each category; 0 where it is never predicted."""
    y, predictions = replay.measured(at)
    right, predicted = (
        np.bincount(labels, minlength=len(replay.labels)) for labels in (y[y == predictions], predictions)
    )
    return right / np.maximum(predicted, 1)


def _right(replay: Replay, at: int) -> str:
    count, headline_count = int(replay.right[at].sum()), len(replay.header.headlines)
    return f"{count} of {many(headline_count, 'headline')} {'is' if count == 1 else 'are'} right"


def _count_are(number: int) -> str:
    return f"{number} {'is' if number == 1 else 'are'}"


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def _point(replay: Replay, at: int) -> str:
    """A moment within a sentence: "batch 64"."""
    snapshot = replay.moments[at]
    if snapshot.whole:
        return f"the end of epoch {snapshot.epochs}"
    return f"batch {snapshot.step:,}" if snapshot.rows else "the start"
