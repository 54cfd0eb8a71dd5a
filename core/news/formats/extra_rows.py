"""Rows of a table that are no articles: its header once more, and a total below the last one.

Tables that were joined have the first; spreadsheets have the second.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

REPEATED_HEADER = "the header once more, not an article"
TOTAL = "a total, not an article"

_NUMBER = re.compile(r"[+-]?[\d.,'\s\xa0]*\d[.,%\s\xa0]*")
# English, German, Spanish, French, Italian, Portuguese, Dutch, Polish, Russian, Turkish, Arabic, Hindi, Chinese.
_TOTALS_IN_LANGUAGES = (
    "total totals grandtotal subtotal sum count totalcount totalrows rows summe gesamt gesamtsumme anzahl insgesamt"
    " suma totale somma somme soma totaal razem итого всего toplam المجموع الإجمالي कुल योग 总计 合计 總計 合計"
)
_TOTALS = frozenset(_TOTALS_IN_LANGUAGES.split())
_RARE = 0.05  # share of a column's values that may be numbers where a number is a total
Item = TypeVar("Item")


class TotalRow:
    """Tells the total below a table by the table's first rows."""

    def __init__(self, columns: Sequence[str], sample: Sequence[Mapping[str, Any]]) -> None:
        self._columns, self._sample = columns, sample

    def is_total(self, values: Mapping[str, Any]) -> bool:
        """Whether a row says "total" first and a number after it, in a column where the other rows have none."""
        filled = [(name, text) for name in self._columns if (text := _text(values.get(name)))]
        if len(filled) < 2 or "".join(filled[0][1].casefold().split()).strip(":") not in _TOTALS:
            return False
        numbers = [name for name, text in filled[1:] if _NUMBER.fullmatch(text)]
        return len(numbers) == len(filled) - 1 and any(self._has_no_numbers(name) for name in numbers)

    def _has_no_numbers(self, column: str) -> bool:
        texts = [text for row in self._sample if (text := _text(row.get(column)))]
        numbers = sum(bool(_NUMBER.fullmatch(text)) for text in texts)
        return (
            numbers <= max(1, _RARE * len(texts)) and len(texts) > 2
        )  # the total itself may be in the sample


def with_last(items: Iterable[Item], change: Callable[[Item], Item]) -> Iterator[Item]:
    """The items, the last one changed."""
    stream = iter(items)
    for last in stream:
        for item in stream:
            yield last
            last = item
        yield change(last)


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()
