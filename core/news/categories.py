"""The categories as a file spells them -> their names: composed, trimmed, whole numbers without a fraction."""

import re
from collections.abc import Iterable, Mapping

from core.news.normal_form import nfc

_NUMBER = re.compile(r"[+-]?\d+(\.\d*)?", re.ASCII)
_WHOLE = re.compile(r"([+-]?\d+)\.0*", re.ASCII)


def category_names(spelled: Iterable[str], given: Mapping[str, str]) -> dict[str, str]:
    """The name of each category, by its spelling in the file.

    Composed and decomposed letters (NFC) and outer white space make no difference. Where every category is a number,
    1, 1.0 and "1." are one: a table with an empty cell writes its whole numbers with a fraction.

    Args:
        given: names that somebody gave to categories, by the names that they have without.
    """
    names = {each: nfc(each).strip() for each in spelled}
    if all(map(_NUMBER.fullmatch, names.values())):
        names = {each: _WHOLE.sub(r"\1", name) for each, name in names.items()}
    return {each: given.get(name, name) for each, name in names.items()}


def are_numbers(names: Iterable[str]) -> bool:
    """Whether every category is a number, as where another file says what each stands for."""
    return all(map(_NUMBER.fullmatch, names))
