"""What a replay shows, in sentences computed from it: of each moment, of each headline, of the whole run.

Plain text; a page escapes it. Leaves out: what is counted (``replay.py``).
"""

import numpy as np

from core.insight.evaluation.captions import MIN_ARTICLES
from core.insight.history.replay import Replay
from core.insight.wording import percent

_FOUND = 0.5  # share of its articles from which a category is said to be found
_STILL = 1e-3  # of a row's length: 16 bits tell no smaller move


def moment(shown: Replay, at: int) -> str:
    """Where the run stands: "After 64 batches: 16,384 articles seen"."""
    here = shown.moments[at]
    if here.whole:
        return f"End of epoch {here.epochs}"
    if not here.rows:
        return "Before anything is learnt"
    return f"After {_many(here.step, 'batch', 'batches')}, {_many(here.rows, 'article')} read"


def accuracy(shown: Replay, at: int) -> str:
    """How often it is right there, and on how many articles that was measured."""
    measured, whole = len(shown.moments[at].answers), shown.header.validation
    if shown.moments[at].whole:
        return f"right for {percent(shown.accuracy(at))} of {_many(whole, 'unseen article')}"
    some = _many(measured, "unseen article")
    return f"right for {percent(shown.accuracy(at))} of {some}" + (
        f" of {whole:,}" if measured < whole else ""
    )


# --- Headlines ---


def of_headlines(shown: Replay) -> str:
    """How many headlines change their answer over the run, and how many are right once and wrong at the end."""
    many, changes = len(shown.header.headlines), shown.changes.sum(axis=0)
    right = shown.right
    if len(shown) == 1:
        return f"There is one snapshot so far, in which {_right(shown, 0)}."
    lost = int((_learnt(shown).any(axis=0) & ~right[-1]).sum())
    turned, most = int((changes > 0).sum()), int(changes.max())
    change = "changes its" if turned == 1 else "change their"
    said = f"{turned} of {_many(many, 'headline')} {change} answer, {_times(most)} at most"
    if not turned:
        said = "No headline changes its answer"
    said += f"; {_are(int(right[-1].sum()))} right at the last snapshot"
    if lost:
        is_, was = ("is", "was") if lost == 1 else ("are", "were")
        said += f", and {lost} {is_} wrong there that {was} right before"
    return f"{said}."


def of_answers(shown: Replay, at: int) -> str:
    """What has changed since the snapshot before."""
    right = shown.right
    said = f"{_right(shown, at)}."
    if not shown.moments[at].rows:
        names = len(set(shown.answers[at].tolist()))
        return f"{said} Nothing is learnt yet: the network names {_many(names, 'category', 'categories')} by chance."
    if at == 0:
        return said
    changed = shown.changes[at]
    if not changed.any():
        return f"{said} None has another answer than at the snapshot before."
    won = int((changed & right[at]).sum())
    lost = int((changed & right[at - 1]).sum())
    rest = int(changed.sum()) - won - lost
    parts = [f"{won} now right"] * bool(won) + [f"{lost} no longer right"] * bool(lost)
    parts += [f"{rest} from one wrong answer to another"] * bool(rest)
    count = int(changed.sum())
    has = "has" if count == 1 else "have"
    return f"{said} {count} {has} another answer than at the snapshot before: {', '.join(parts)}."


def of_headline(shown: Replay, headline: int) -> str:
    """Of one headline: its category, how often its answer changes, and since when it is what it is at the end."""
    answers, truth = shown.answers[:, headline], int(shown.truth[headline])
    changed = np.flatnonzero(shown.changes[:, headline])
    labels, last = shown.labels, int(answers[-1])
    said = f"It is of {labels[truth]}."
    if not len(changed):
        return f"{said} All snapshots call it {labels[last]}."
    said += (
        f" Its answer changes {_times(len(changed))}; {labels[last]} since {_point(shown, int(changed[-1]))}."
    )
    if last == truth:
        return said
    was = _learnt(shown)[:, headline].any()
    return f"{said} That is wrong" + (", though it was right before." if was else ".")


def _learnt(shown: Replay) -> np.ndarray:
    """(moments, headlines) which are right; not of before anything is learnt, where that is luck."""
    return shown.right[[one.rows > 0 for one in shown.moments]]


# --- Words ---


def of_map(shown: Replay) -> str:
    """What the axes are, how far the words go, and when."""
    last = len(shown) - 1
    words, share = len(shown.header.words), percent(shown.shares(last))
    said = (
        f"The {words:,} most frequent words, at every snapshot on the same two axes: those along which the rows of the "
        f"last one differ most ({share} of all differences)."
    )
    if last == 0:
        return said
    steps = np.array([shown.moved(at).sum() for at in range(len(shown))])
    if not steps.sum():
        return f"{said} No word has moved."
    most = int(steps.argmax())
    return (
        f"{said} Of all the way that they go from snapshot to snapshot, {percent(steps[most] / steps.sum())} lies "
        f"between {_point(shown, most - 1)} and {_point(shown, most)}."
    )


def of_words(shown: Replay, at: int, *, most: int = 3) -> str:
    """How long the rows are, and which words have moved furthest since the moment before."""
    if not shown.header.words:
        return "The word index holds no words."
    lengths = [np.linalg.norm(shown.moments[one].embedding, axis=1).mean() for one in (0, at)]
    if at == 0:
        return f"The words' rows of numbers are {lengths[0]:.2f} long on average."
    longer = lengths[1] / max(lengths[0], 1e-12)
    said = f"The words' rows of numbers are {lengths[1]:.2f} long on average, {longer:.1f} times as long as at first."
    moved = shown.moved(at)
    furthest = [
        int(one) for one in np.argsort(-moved, kind="stable")[:most] if moved[one] > _STILL * lengths[1]
    ]
    if not furthest:
        return f"{said} No word has moved since the snapshot before."
    names = ", ".join(f"“{shown.header.words[one]}”" for one in furthest)
    return f"{said} Furthest since the snapshot before: {names}."


def of_word(shown: Replay, word: int) -> str:
    """How far one word goes, against the others."""
    way = np.sum([shown.moved(at) for at in range(len(shown))], axis=0)
    name = shown.header.words[word]
    if len(shown) == 1 or not way[word]:
        return f"“{name}” has not moved."
    others = np.delete(way, word)
    if not len(others):
        return f"“{name}” is the only word."
    return f"“{name}” goes further than {percent(float((others < way[word]).mean()))} of the other words."


# --- Confusion ---


def of_matrix(shown: Replay, at: int) -> str:
    """How many categories are named at all at this moment, and how many get their own name most often."""
    counts = shown.confusion(at)
    there = np.flatnonzero(counts.sum(axis=1))
    named = int((counts.sum(axis=0) > 0).sum())
    own = int((counts[there].argmax(axis=1) == there).sum())
    categories = _many(len(shown.labels), "category", "categories")
    return (
        f"{named} of {categories} {'is' if named == 1 else 'are'} named at all; {own} of the {len(there)} that occur "
        f"here {'gets its' if own == 1 else 'get their'} own name most often."
    )


def of_settling(shown: Replay) -> str:
    """How many categories are found at the last snapshot, and which of them for the longest."""
    shares = np.array([shown.found(at)[0] for at in range(len(shown))])
    enough = shown.found(len(shown) - 1)[1] >= MIN_ARTICLES  # of fewer articles, chance speaks
    if not enough.any():
        return (
            f"No category has {MIN_ARTICLES} articles at the last snapshot, too few to say which are found."
        )
    found = np.flatnonzero((shares[-1] > _FOUND) & enough)
    said = f"At the last snapshot {len(found)} of {_many(int(enough.sum()), 'category', 'categories')} with "
    said += f"{MIN_ARTICLES} articles or more {'is' if len(found) == 1 else 'are'} found in more than half of them"
    # Before anything is learnt all is called by two or three names, and those are found, by luck: so they must be
    # mostly right as well. Unbroken until the last.
    right = np.array([_rightly_named(shown, at) for at in range(len(shown))])
    kept = np.logical_and.accumulate(((shares > _FOUND) & (right > _FOUND))[::-1], axis=0)[::-1]
    found = found[kept[-1, found]]
    if not len(found) or len(shown) == 1:
        return f"{said}."
    since = kept[:, found].argmax(axis=0)
    earliest = int(since.min())
    names = [shown.labels[category] for category in found[since == earliest]]
    return (
        f"{said}; for the longest {_listed(names)}: since {_point(shown, earliest)}, from where on most of what is "
        "called so is so."
    )


def _rightly_named(shown: Replay, at: int) -> np.ndarray:
    """(categories,): of the articles that are called so, the share that is so; 0 where none is."""
    y, given = shown.measured(at)
    right, named = (np.bincount(some, minlength=len(shown.labels)) for some in (y[y == given], given))
    return right / np.maximum(named, 1)


def _right(shown: Replay, at: int) -> str:
    count, many = int(shown.right[at].sum()), len(shown.header.headlines)
    return f"{count} of {_many(many, 'headline')} {'is' if count == 1 else 'are'} right"


def _are(number: int) -> str:
    return f"{number} {'is' if number == 1 else 'are'}"


def _many(number: int, one: str, more: str = "") -> str:
    return f"{number:,} {one if number == 1 else more or one + 's'}"


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def _point(shown: Replay, at: int) -> str:
    """A moment within a sentence: "batch 64"."""
    here = shown.moments[at]
    if here.whole:
        return f"the end of epoch {here.epochs}"
    return f"batch {here.step:,}" if here.rows else "the start"


def _listed(names: list[str], *, most: int = 3) -> str:
    if len(names) > most:
        names = [*names[:most], f"{len(names) - most} more"]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
