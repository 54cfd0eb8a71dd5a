"""The categories as a file spells them -> their names: composed, trimmed, whole numbers without a fraction.

Of several labels in one text, such as SPORT#LOCAL, the first one counts, as it does of a list of labels.
"""

import html
import re
from collections.abc import Iterable, Mapping

from core.news.normal_form import nfc

_NUMBER = re.compile(r"[+-]?\d+(\.\d*)?", re.ASCII)
_WHOLE = re.compile(r"([+-]?\d+)\.0*", re.ASCII)

# An HTML entity such as &amp; or &#38;, whose semicolon joins no labels.
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|[A-Za-z]\w{1,30});")

# fastText's notation of a label in a table; of several, with blanks between them, the first one counts.
_FASTTEXT = re.compile(r"__label__(\S+)")

# What joins the labels of an article in exports such as doccano's. A comma may be part of a name.
_SEPARATOR = re.compile(r"[#|;]")


def first_labels(names: Iterable[str]) -> dict[str, str]:
    """The first label of each name that joins several by #, | or ;.

    Names are taken for joined ones if their first label is a category too, or if half of all names are like them.
    """
    names = set(names)
    parts = {name: [part.strip() for part in _SEPARATOR.split(_decoded(name), maxsplit=1)] for name in names}
    first = {name: labels[0] for name, labels in parts.items() if len(labels) > 1 and all(labels)}
    if 2 * len(first) >= len(names):
        return first
    return {name: label for name, label in first.items() if label in names}


def _decoded(name: str) -> str:
    """The name with the characters that its HTML entities stand for."""
    return _ENTITY.sub(lambda entity: html.unescape(entity[0]), name)


def category_names(spelled: Iterable[str], given: Mapping[str, str]) -> dict[str, str]:
    """The name of each category, by its spelling in the file.

    HTML entities are decoded; composed and decomposed letters (NFC) and outer white space make no difference. Where
    every category is a number, 1, 1.0 and "1." are one: a table with an empty cell writes its whole numbers with a
    fraction. Of joined labels the first one counts. Where every category is written as fastText's label,
    ``__label__sport``, its mark goes.

    Args:
        given: names that somebody gave to categories, by the names that they have without.
    """
    names = {each: nfc(_decoded(each)).strip() for each in spelled}
    labels = [_FASTTEXT.match(name) for name in names.values()]
    names = {
        each: label[1] if label and all(labels) else name
        for (each, name), label in zip(names.items(), labels, strict=True)
    }
    if all(map(_NUMBER.fullmatch, names.values())):
        names = {each: _WHOLE.sub(r"\1", name) for each, name in names.items()}
    first = first_labels(names.values())
    names = {each: first.get(name, name) for each, name in names.items()}
    return {each: given.get(name, name) for each, name in names.items()}


def are_numbers(names: Iterable[str]) -> bool:
    """Whether every category is a number, as where another file says what each stands for."""
    return all(map(_NUMBER.fullmatch, names))
