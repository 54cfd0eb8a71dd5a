"""Sentences about a news file as a whole: what of it could not be read, and what is remarkable about the rest."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from core.news.boilerplate import shared_beginnings
from core.news.decompression import MAX_CATEGORIES
from core.news.hidden_characters import HIDDEN
from core.news.rejections import Rejections
from core.news.repeats import Repeats, find_repeats, near_duplicates
from core.news.table import TableBuilder, beginnings_at
from core.news.wording import many

_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_MISSING = frozenset({"nan", "na", "n/a", "#n/a", "<na>", "null", "none", "nil", "undefined", "?", "-", "--"})
_JOINED = re.compile(r"[,+/]")
_NAMED = 3  # reasons, categories and the like that a sentence names
_LONGEST_EXAMPLE = 80  # characters of a text


def file_alerts(rejections: Rejections, table: pd.DataFrame, name_of: Mapping[str, str]) -> Iterator[str]:
    """What stands above everything: many rows that could not be read, and the categories that lost a tenth by it.

    Args:
        name_of: the names of the categories, by their spelling in the file.
    """
    if not rejections.count:
        return
    rows = rejections.count + len(table)
    kept = table["category"].value_counts().to_dict()
    rejected = Counter[str]()
    for spelled, count in rejections.categories.items():
        rejected[name_of.get(spelled, spelled)] += count
    lost = {
        name: (count, count + kept.get(name, 0))
        for name, count in rejected.most_common()
        if count * 10 >= count + kept.get(name, 0)
    }
    if rejections.count * 100 <= rows and not lost:
        return
    reasons = [f"{reason} ({count:,})" for reason, count in rejections.reasons.most_common(_NAMED)]
    reasons += [many(len(rejections.reasons) - _NAMED, "more reason")] * (len(rejections.reasons) > _NAMED)
    yield (
        f"{rejections.count:,} of {many(rows, 'row')} ({_percent(rejections.count, rows)}) could not be "
        f"read: {', '.join(reasons)}. Everything below is about the rows that could be read."
    )
    if lost:
        losses = [f"“{name}” lost {count:,} of {of:,}" for name, (count, of) in list(lost.items())[:_NAMED]]
        losses += [f"{len(lost) - _NAMED:,} more lost a tenth or more"] * (len(lost) > _NAMED)
        yield f"The rows that could not be read, where their category is known: {', '.join(losses)}."


def reading_warnings(builder: TableBuilder) -> Iterator[str]:
    """Warnings about how the articles were read: they stay, whatever is mended of the articles."""
    if builder.replaced:
        yield (
            f"{_articles(builder.replaced)} contained broken characters (NUL or half a surrogate pair). Each "
            "became �."
        )
    yield from _date_warnings(builder)
    several = {name: len(ways) for name, ways in sorted(builder.spellings().items()) if len(ways) > 1}
    if several:
        listed = _listed([f"“{name}” in {ways} ways" for name, ways in several.items()])
        yield (
            f"{many(len(several), 'category is', 'categories are')} spelt in several ways: {listed}. Spaces "
            "around the name, separate accents, and 1 or 1.0 make no difference."
        )
    if builder.several_labels:
        yield f"{_articles(builder.several_labels)} had several labels. The first one counts as the category."


def article_warnings(table: pd.DataFrame, hashes: np.ndarray) -> Iterator[str]:
    """Warnings about the articles of ``table``, with the hashes of their texts: (articles,) int64."""
    yield from _repeat_warnings(table, hashes)
    yield from _table_warnings(table)
    yield from _beginning_warnings(table)


def leakage_warnings(learnt: pd.DataFrame, asked: pd.DataFrame) -> Iterator[str]:
    """Warnings about the articles of a test file beside those that are learnt from."""
    near = int(near_duplicates(learnt["text"].tolist(), asked["text"].tolist()).sum())
    if near:
        yield (
            f"{near:,} of {many(len(asked), 'test article')} ({_percent(near, len(asked))}) "
            f"{'nearly repeats' if near == 1 else 'nearly repeat'} an article that the network learns from "
            "(leakage). The test score looks too good."
        )


def _date_warnings(builder: TableBuilder) -> Iterator[str]:
    if builder.date_format.ambiguous:
        yield (
            "The dates fit both orders, day first and month first: no day is above 12. They are read as "
            f"{builder.date_format.words}. Choose the other order if that is wrong."
        )
    if builder.unreadable_dates:
        kept = "it is" if builder.unreadable_dates == 1 else "they are"
        yield (
            f"{_articles(builder.unreadable_dates)} had a date that cannot be read, so {kept} kept without a "
            "date."
        )


def _repeat_warnings(table: pd.DataFrame, hashes: np.ndarray) -> Iterator[str]:
    codes = table["category"].cat.codes.to_numpy()
    with_text = np.flatnonzero(table["text"].str.len().to_numpy())
    repeats = find_repeats(hashes[with_text], codes[with_text])
    if repeats.contradictions:
        yield _contradictions(repeats, with_text, table)
    if repeats.copies * 100 >= len(table):
        yield (
            f"{_articles(repeats.copies)} repeat{'s' * (repeats.copies == 1)} an earlier one word for word "
            f"({_percent(repeats.copies, len(table))}). Copies in both the training and the test part "
            "(leakage) make the test score look too good."
        )


def _contradictions(repeats: Repeats, with_text: np.ndarray, table: pd.DataFrame) -> str:
    """How many texts are in several categories, which, and one of them."""
    categories = table["category"].cat
    names = categories.categories.tolist()
    pairs = with_text[[rows[:2] for rows in repeats.contradictions]]
    codes = categories.codes.to_numpy()[pairs].tolist()
    together = Counter(tuple(sorted((names[first], names[second]))) for first, second in codes)
    most = sorted(together.items(), key=lambda entry: (-entry[1], entry[0]))
    named = [f"“{first}” and “{second}” ({count:,})" for (first, second), count in most[:_NAMED]]
    named += [many(len(together) - _NAMED, "more pair")] * (len(together) > _NAMED)
    example = _example(
        beginnings_at(table["text"], with_text[[min(repeats.contradictions[0])]], 2 * _LONGEST_EXAMPLE)[0]
    )
    count = len(repeats.contradictions)
    return (
        f"{many(count, 'text')} {'is' if count == 1 else 'are'} in several categories "
        f"({_articles(repeats.contradicted)}): {', '.join(named)}. For example “{example}”. No network can "
        "get all of these right. Correct the labels, or leave these articles out."
    )


def _table_warnings(table: pd.DataFrame) -> Iterator[str]:
    counts: Counter[str] = Counter(table["category"].value_counts().to_dict())
    if len(counts) == 1:
        yield "All articles are in one category. A network needs at least two."
    if len(counts) > MAX_CATEGORIES:
        yield (
            f"{len(counts):,} categories are more than a network here can learn ({MAX_CATEGORIES:,}). "
            "Is category the right column?"
        )
    elif len(counts) > 1 and all(map(_NUMBER.fullmatch, counts)):
        listed = ", ".join(sorted(counts, key=float)[:_NAMED]) + ", …" * (len(counts) > _NAMED)
        yield f"The {len(counts):,} categories are numbers ({listed}). Give them names, so that answers can be read."
    if single := sorted(name for name, count in counts.items() if count == 1):
        yield f"{_categories(single)} only one article. It cannot be used for both training and testing."
    names_by_key: dict[str, list[str]] = {}
    for name in sorted(counts):
        names_by_key.setdefault(" ".join(HIDDEN.sub("", name).split()).casefold(), []).append(name)
    for names in [names for names in names_by_key.values() if len(names) > 1][:10]:
        listed = " and ".join(f"“{name}”" for name in names)
        yield (
            f"The categories {listed} differ only in spaces, capitals or hidden characters. They count as "
            "different."
        )
    joined = [
        name for name in sorted(counts) if (parts := _JOINED.split(name))[1:] and parts[0].strip() in counts
    ]
    if joined:
        yield (
            f"{many(len(joined), 'category seems', 'categories seem')} to be several in one, such as "
            f"“{joined[0]}”. Each combination counts as a separate category."
        )
    if missing := [name for name in sorted(counts) if name.casefold() in _MISSING]:
        articles = sum(counts[name] for name in missing)
        yield (
            f"{_listed([f'“{name}”' for name in missing])} may be what a program writes for a missing category "
            f"({_articles(articles)}). Leave {'it' if len(missing) == 1 else 'them'} out if so."
        )
    empty = int((table["text"] == "").sum())
    if empty * 100 >= len(table):
        yield f"{_articles(empty)} without a word in headline and description. A network cannot learn from them."


def _beginning_warnings(table: pd.DataFrame) -> Iterator[str]:
    shared = shared_beginnings(table["text"], table["category"])
    if not shared:
        return
    listed = _listed([f"“{_example(each.beginning)}”" for each in shared])
    category, share = shared[0].shares[0]
    others = len(shared[0].shares) - 1
    more = f" and of {many(others, 'more category', 'more categories')}" if others else ""
    yield (
        f"Many articles begin with {listed}: {100 * share:.0f} % of “{category}”{more}. A network learns "
        "such header lines instead of the text. Remove them from the file if they give away the category."
    )


def _listed(names: Sequence[str]) -> str:
    if len(names) > _NAMED:
        return f"{', '.join(names[:_NAMED])} and {len(names) - _NAMED:,} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _example(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_EXAMPLE else line[:_LONGEST_EXAMPLE].rstrip() + "…"


def _percent(part: int, whole: int) -> str:
    share = 100 * part / whole
    return f"{share:.0f} %" if share >= 1 else f"{share:.1f} %"


def _articles(count: int) -> str:
    return many(count, "article")


def _categories(names: list[str]) -> str:
    listed = ", ".join(f"“{name}”" for name in names[:_NAMED])
    if len(names) > _NAMED:
        return f"{len(names):,} categories ({listed}, …) have"
    return f"{'The category' if len(names) == 1 else 'The categories'} {listed} {'has' if len(names) == 1 else 'have'}"
