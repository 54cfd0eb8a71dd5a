"""The dates of a column -> ``datetime64[us]``: one format for the whole column, never row by row.

What can mean only one date is always read: 2021-12-31 (ISO 8601, with a zone or without), 31 December 2021, Tue, 02 Mar
2021 10:00:00 GMT. The column's format decides what could mean several: 01/03/2021, and numbers such as 44256.
Leaves out: calendars other than the Gregorian (but Thai years are read), dates relative to today ("2 hours ago").
"""

import datetime
import functools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from core.errors import NewsFileError
from core.news.hidden_characters import HIDDEN, UNSTORABLE

LONGEST = 64  # characters of a date


@dataclass(frozen=True, slots=True, kw_only=True)
class DateFormat:
    """How the dates of a column are written.

    Attributes:
        name: what is stored; empty when a column has no dates.
        words: what people read.
        ambiguous: nothing in the column decides between day first and month first.
    """

    name: str
    words: str
    ambiguous: bool = False


NO_DATES = DateFormat(name="", words="no dates")
CHOICES = tuple(
    DateFormat(name=name, words=words)
    for name, words in (
        ("year-first", "year first: 2021-12-31"),
        ("day-first", "day first: 31/12/2021"),
        ("month-first", "month first: 12/31/2021"),
        ("short-year-first", "year first, two digits: 21/12/31"),
        ("month-in-words", "month in words: 31 December 2021"),
        ("year", "years: 2021"),
        ("year-month", "year and month: 202112"),
        ("year-month-day", "year, month, day: 20211231"),
        ("day-month-year", "day, month, year: 31122021"),
        ("month-day-year", "month, day, year: 12312021"),
        ("year-to-minute", "year to minute: 202112312359"),
        ("year-to-second", "year to second: 20211231235959"),
        ("seconds", "seconds since 1970: 1640908800"),
        ("milliseconds", "milliseconds since 1970: 1640908800000"),
        ("microseconds", "microseconds since 1970: 1640908800000000"),
        ("nanoseconds", "nanoseconds since 1970: 1640908800000000000"),
        ("excel", "days as a spreadsheet counts them: 44561"),
    )
)
_BY_NAME = {choice.name: choice for choice in (NO_DATES, *CHOICES)}

_NAT = np.datetime64("NaT", "us")
_NUMBER = re.compile(r"-?\d{1,19}(\.0+)?|\d{5,12}\.\d+|\d(\.\d+)?[eE]\+?\d{1,2}")


def format_named(name: str) -> DateFormat:
    """The format of this name.

    Raises:
        NewsFileError: there is none.
    """
    if name not in _BY_NAME:
        raise NewsFileError(
            f"“{name[:40]}” is no way of writing dates that is read here. Choose one of "
            f"{', '.join(choice.name for choice in CHOICES)}."
        )
    return _BY_NAME[name]


def decide_format(values: Iterable[object]) -> DateFormat:
    """The format in which most of a column's distinct values can be read.

    Of day first and month first the one that more values allow: one day above 12 decides. If both allow as many, dots
    mean day first; else, if the dates of one follow each other twice as closely in the order given, that one; else
    day first.

    Args:
        values: the distinct values in the order in which they first occur.
    """
    return _Column(list(values)).decide()


def parse(values: Sequence[object], date_format: DateFormat) -> np.ndarray:
    """Dates as ``datetime64[us]`` of UTC, without a zone: (values,). NaT for what the format does not read."""
    return _Column(values).parse(date_format)


def decide_and_parse(
    values: Sequence[object], date_format: DateFormat | None = None
) -> tuple[DateFormat, np.ndarray]:
    """The format, decided if it is None, and the dates, in one pass over the values."""
    column = _Column(values)
    date_format = date_format or column.decide()
    return date_format, column.parse(date_format)


@dataclass(frozen=True, slots=True)
class _Triple:
    """Three numbers such as 01/03/2021, and the seconds from their midnight, in UTC."""

    numbers: tuple[str, str, str]
    seconds: int
    dots: bool = False


class _Column:
    """The values of a column by what they are, each under its index.

    Attributes:
        plain: those that can mean only one date, NaT for the others: (values,).
        in_words: how many of these name a month.
        numbers: those that are a number.
        triples: three numbers whose order the format decides.
    """

    def __init__(self, values: Sequence[object]) -> None:
        self.numbers: dict[int, float] = {}
        self.triples: dict[int, _Triple] = {}
        texts: list[str | None] = [None] * len(values)
        dates: dict[int, np.datetime64] = {}
        for index, value in enumerate(values):
            if isinstance(value, str):
                stripped = value.strip()
                if _NUMBER.fullmatch(stripped):
                    self.numbers[index] = float(stripped)
                elif stripped and len(stripped) <= LONGEST and not UNSTORABLE.search(stripped):
                    texts[index] = stripped
            elif isinstance(value, int | float) and not isinstance(value, bool):
                if abs(value) < 1e19:  # false for what is not a number
                    self.numbers[index] = float(value)
            elif isinstance(value, datetime.date):  # a datetime is one too
                dates[index] = _of_python(value)
        iso = pd.to_datetime(pd.Series(texts, dtype="str"), format="ISO8601", errors="coerce", utc=True)
        self.plain: np.ndarray = iso.dt.tz_localize(None).to_numpy(dtype="datetime64[us]").copy()
        for index, date in dates.items():
            self.plain[index] = date
        year_first: dict[int, _Triple] = {}
        in_words: dict[int, _Written] = {}
        unread = np.isnat(self.plain)
        for index, text in enumerate(texts):
            if text is None or not unread[index]:
                continue
            if match := _PLAIN_TRIPLE.fullmatch(text):
                self.triples[index] = _plain_triple(match)
            elif written := _written(text):
                if (triple := written.triple()) is None:
                    in_words[index] = written
                else:
                    (year_first if len(triple.numbers[0]) == 4 else self.triples)[index] = triple
        self._read(year_first)
        self.in_words = self._read(_in_words(in_words))

    def _read(self, triples: Mapping[int, _Triple]) -> int:
        """Write year, month and day into ``plain``; how many are dates."""
        dates = _read_triples(list(triples.values()), "ymd")
        self.plain[list(triples)] = dates
        return int((~np.isnat(dates)).sum())

    def decide(self) -> DateFormat:
        count = Counter[str]()
        count["year-first"] = int((~np.isnat(self.plain)).sum()) - self.in_words
        count["month-in-words"] = self.in_words
        number_format, count[number_format], ambiguous_numbers = _decide_numbers(self.numbers.values())
        order, ambiguous = _decide_order(list(self.triples.values()))
        count[order] = len(self.triples)
        name, most = count.most_common(1)[0]
        undecided = (name == order and ambiguous) or (name == number_format and ambiguous_numbers)
        return replace(_BY_NAME[name], ambiguous=undecided) if most else NO_DATES

    def parse(self, date_format: DateFormat) -> np.ndarray:
        dates = self.plain.copy()
        if order := _ORDERS.get(date_format.name):
            dates[list(self.triples)] = _read_triples(list(self.triples.values()), order)
        if self.numbers and date_format.name:
            numbers = np.array(list(self.numbers.values()), dtype=np.float64)
            indexes = np.fromiter(self.numbers, dtype=np.int64)
            if date_format.name in _NUMBERS:
                dates[indexes] = _read_numbers(numbers, date_format.name)
            else:  # among written dates the size of a number says what it is
                for name in reversed(_NUMBERS):
                    read = _read_numbers(numbers, name)
                    likely = _likely(read, name)
                    dates[indexes[likely]] = read[likely]
        return dates


# --- numbers ---

_UNITS = {"seconds": 1.0, "milliseconds": 1e3, "microseconds": 1e6, "nanoseconds": 1e9}
_DIGITS = {"year": 4, "year-month": 6, "year-month-day": 8, "year-to-minute": 12, "year-to-second": 14}
_YEAR_LAST = ("day-month-year", "month-day-year")  # of eight digits, or seven where the first is 0
# Those with fields first: few numbers are a date by chance.
_NUMBERS = (*_DIGITS, *_YEAR_LAST, "excel", *_UNITS)
# The dates that speak for a format; a format that is chosen reads earlier ones too.
_EARLIEST = {name: np.datetime64("1973-01-01", "us") for name in _UNITS} | {
    "excel": np.datetime64("1950-01-01", "us"),
    "year": np.datetime64("1600-01-01", "us"),
}
_LATEST = np.datetime64("2101-01-01", "us")


def _decide_numbers(numbers: Iterable[float]) -> tuple[str, int, bool]:
    """The format that gives most numbers a likely date, how many, and whether day and month may as well be swapped."""
    values = np.array(list(numbers), dtype=np.float64)
    best, most = "year", 0
    counts = {name: int(_likely(_read_numbers(values, name), name).sum()) for name in _NUMBERS}
    for name, count in counts.items():
        if count > most:
            best, most = name, count
    day_first, month_first = _YEAR_LAST
    if best != day_first or counts[month_first] < most:
        return best, most, False
    by_day, by_month = _read_numbers(values, day_first), _read_numbers(values, month_first)
    if np.array_equal(by_day, by_month, equal_nan=True):
        return best, most, False
    return (month_first if 2 * _length(by_month) < _length(by_day) else day_first), most, True


def _likely(dates: np.ndarray, name: str) -> np.ndarray:
    """Which dates speak for a format of numbers."""
    likely: np.ndarray = (_EARLIEST.get(name, _EARLIEST["year"]) <= dates) & (dates < _LATEST)
    return likely


def _read_numbers(numbers: np.ndarray, name: str) -> np.ndarray:
    """The dates of numbers in one format: (numbers,) ``datetime64[us]``."""
    if name in _UNITS:
        return _since_1970(numbers / _UNITS[name])
    if name == "excel":  # day 60 is 1900-02-29, which never was; so day 61 is the first that all count alike
        return np.where(numbers >= 61, _since_1970((numbers - 25_569) * 86_400), _NAT)
    if name in _YEAR_LAST:
        fits = (numbers >= 1_000_000) & (numbers < 100_000_000) & (numbers % 1 == 0)
        first, year = np.divmod(np.where(fits, numbers, 0).astype(np.int64), 10_000)
        first, second = np.divmod(first, 100)
        month, day = (second, first) if name == "day-month-year" else (first, second)
        return _moments(year, month, day, np.where(fits, 0, -1))
    digits = _DIGITS[name]
    fits = (numbers >= 10 ** (digits - 1)) & (numbers < 10**digits) & (numbers % 1 == 0)
    # To 14 digits: the first month, the first day, midnight.
    left = np.where(fits, numbers, 0).astype(np.int64) * 10 ** (14 - digits) + 101_000_000 % 10 ** (
        14 - digits
    )
    fields = []
    for _ in ("second", "minute", "hour", "day", "month"):
        left, field = np.divmod(left, 100)
        fields.append(field)
    second, minute, hour, day, month = fields
    fits &= (hour < 24) & (minute < 60) & (second < 60)
    return _moments(left, month, day, np.where(fits, (hour * 60 + minute) * 60 + second, -1))


def _since_1970(seconds: np.ndarray) -> np.ndarray:
    """Within the years 1 to 9999, which Python has."""
    fits = (seconds >= -62_135_596_800) & (seconds < 253_402_300_800)
    microseconds = np.round(np.where(fits, seconds, 0) * 1e6).astype(np.int64)
    return np.where(fits, microseconds.astype("datetime64[us]"), _NAT)


def _moments(year: np.ndarray, month: np.ndarray, day: np.ndarray, seconds: np.ndarray) -> np.ndarray:
    """The dates of whole numbers, NaT for days that do not exist and for negative seconds."""
    fits = (
        (year >= 1)
        & (year <= 9999)
        & (month >= 1)
        & (month <= 12)
        & (day >= 1)
        & (day <= 31)
        & (seconds >= 0)
    )
    months = np.where(fits, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    days = months.astype("datetime64[D]") + np.where(fits, day - 1, 0)
    fits &= days.astype("datetime64[M]") == months
    return np.where(fits, days.astype("datetime64[us]") + seconds.astype("timedelta64[s]"), _NAT)


# --- three numbers ---

_ORDERS = {"day-first": "dmy", "month-first": "mdy", "short-year-first": "ymd"}
_NAME_OF_ORDER = {order: name for name, order in _ORDERS.items()}
_COMPARED = 5_000  # triples whose sequence is compared


def _plain_triple(match: re.Match[str]) -> _Triple:
    first, separator, second, third, hour, minute, seconds = match.groups("0")
    clock = (int(hour) * 60 + int(minute)) * 60 + int(seconds)
    fits = int(hour) < 24 and int(minute) < 60 and int(seconds) < 60
    return _Triple((first, second, third if fits else "000"), clock, separator == ".")


def _decide_order(triples: Sequence[_Triple]) -> tuple[str, bool]:
    """The name of the order that most triples allow, and whether nothing in them decides it."""
    dates = {order: _read_triples(triples, order) for order in _NAME_OF_ORDER}
    allowed = {order: int((~np.isnat(dates[order])).sum()) for order in dates}
    best = max(allowed.values())
    orders = [order for order in dates if allowed[order] == best]
    first = orders[0]
    if len(orders) == 1 or all(
        np.array_equal(dates[first], dates[order], equal_nan=True) for order in orders
    ):
        return _NAME_OF_ORDER[first], False
    if first == "dmy" and sum(triple.dots for triple in triples) * 2 > len(triples):
        return "day-first", False
    lengths = {order: _length(dates[order]) for order in orders}
    shortest = min(orders, key=lambda order: lengths[order])
    if all(2 * lengths[shortest] < lengths[order] for order in orders if order != shortest):
        first = shortest
    return _NAME_OF_ORDER[first], True


def _read_triples(triples: Sequence[_Triple], order: str) -> np.ndarray:
    """The dates of the triples in the order ``dmy``, ``mdy`` or ``ymd``: (triples,) ``datetime64[us]``."""
    numbers = np.array([tuple(map(int, triple.numbers)) for triple in triples], dtype=np.int64).reshape(-1, 3)
    digits = np.array([tuple(map(len, triple.numbers)) for triple in triples], dtype=np.int64).reshape(-1, 3)
    year, month, day = (order.index(field) for field in "ymd")
    fits = (digits[:, year] != 3) & (digits[:, month] <= 2) & (digits[:, day] <= 2)
    years = numbers[:, year]
    thai = (years >= _THAI_YEARS + 1900) & (years < _THAI_YEARS + 2101)
    if 2 * thai.sum() > len(years):
        years = years - _THAI_YEARS * thai
    century = np.where(years < 69, 2000, 1900)  # two digits are a year from 1969 to 2068, as in POSIX
    years = years + np.where(digits[:, year] <= 2, century, 0)
    dates = _moments(years, numbers[:, month], numbers[:, day], np.where(fits, 0, -1))
    dates += np.array([triple.seconds for triple in triples], dtype="timedelta64[s]")
    return dates


def _length(dates: np.ndarray) -> int:
    """The days from each date to the next, summed."""
    days = dates[~np.isnat(dates)][:_COMPARED].astype("datetime64[D]").astype(np.int64)
    return int(np.abs(np.diff(days)).sum())


def _of_python(value: datetime.date) -> np.datetime64:
    if isinstance(value, datetime.datetime) and (offset := value.utcoffset()) is not None:
        # not by astimezone, which raises within a day of the years 1 and 9999
        return np.datetime64(value.replace(tzinfo=None), "us") - np.timedelta64(offset)
    return np.datetime64(value.replace(tzinfo=None) if isinstance(value, datetime.datetime) else value, "us")


# --- texts ---

# Languages whose months Babel knows; the first ones win where two languages share a word.
_ENGLISH = ("en", "en_GB")
_LANGUAGES = (
    *(
        "es",
        "fr",
        "de",
        "de_AT",
        "pt",
        "pt_PT",
        "it",
        "nl",
        "ru",
        "uk",
        "pl",
        "cs",
        "sk",
        "sl",
        "hr",
        "sr",
        "sr_Latn",
    ),
    *(
        "bg",
        "ro",
        "hu",
        "el",
        "tr",
        "sv",
        "da",
        "nb",
        "fi",
        "et",
        "lv",
        "lt",
        "ca",
        "hi",
        "mr",
        "ne",
        "bn",
        "ta",
        "te",
    ),
    *("ur", "fa", "ar", "ar_SY", "ar_DZ", "he", "id", "ms", "th", "az", "eu", "gl"),
)
_EAST_ASIAN = str.maketrans({"年": "-", "月": "-", "日": " ", "년": "-", "월": "-", "일": " "})
_LATIN_ACCENT = re.compile("[\u0300-\u036f]")
_WORD = re.compile(r"[^\s\d,;:()/|'’\"-]+")
_DIGITS_OF_A_TEXT = re.compile(r"\d+")
# The most frequent shape, read at once.
_PLAIN_TRIPLE = re.compile(
    r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})(?:[ T]([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?)?"
)
_DIVIDED = re.compile(r"(\d+)\s*([-/.])\s*(\d+)(?:\s*[-/.]\s*(\d+))?")
_CLOCK = re.compile(
    r"(?<![\d.])(\d{1,2})[:h](\d{2})(?!\d)(?::(\d{2})(?:[.,]\d+)?)?\s*(?:([ap])\.?\s?m\b\.?)?"
    r"\s*(?:\(?(?:gmt|utc)\)?)?\s*(z\b|[+-]\d{2}:?\d{2}\b|(?<=gmt|utc)[+-]\d{1,2}\b)?"
)
_DOTTED_CLOCK = re.compile(r"(?<=\s)([0-2]?\d)\.([0-5]\d)()()(?:\s*uhr)?()$")  # after a whole date: klo 10.30
_YEAR = re.compile(r"\d{4}")
_QUARTER = re.compile(r"(?:(\d{4})[\s/-]*q([1-4])|q([1-4])[\s/'-]*(\d{4}))")
# A year of an emperor, or of two digits.
_SHORT_EAST_ASIAN_YEAR = re.compile(r"(?<!\d)\d{1,3}\s*[年년]")
_FULL_HOUR = re.compile(r"(?<![\d.])(\d{1,2})()()\s*([ap])\.?\s?m\b\.?()")
# Hours from UTC. What is not here counts as UTC, like a time without a zone.
_ZONES = {"est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7} | {
    "cet": 1, "cest": 2, "bst": 1, "eet": 2, "eest": 3, "msk": 3, "ist": 5.5, "jst": 9, "aest": 10,
}  # fmt: skip
_MOST_WORDS = 5  # of a date, such as segunda-feira, 4 de janeiro de 2021
_WORDS_BESIDE_A_DATE = (
    "mon tue wed thu fri sat sun tues weds thur thurs monday tuesday wednesday thursday friday saturday sunday"
    " st nd rd th t of the at on et ct mt pt gmt utc published updated posted"
)
_ENGLISH_WORDS = frozenset((*_WORDS_BESIDE_A_DATE.split(), *_ZONES))
_THAI_YEARS = 543  # ahead of the Gregorian ones


@dataclass(frozen=True, slots=True)
class _Written:
    """A text with numbers, taken apart: without case and accents, the seconds from midnight separate."""

    rest: str
    numbers: tuple[str, ...]
    words: tuple[str, ...]
    seconds: int

    def triple(self) -> _Triple | None:
        """Its three divided numbers; the first day when there are only a month and a year."""
        if not (match := _DIVIDED.search(self.rest)):
            return None
        first, separator, second, third = match.groups()
        if third is None and len(self.numbers) == 2 and {len(first), len(second)} in ({1, 4}, {2, 4}):
            year, month = sorted((first, second), key=len, reverse=True)
            return _Triple((year, month, "1"), self.seconds)
        if third is None or len(self.numbers) != 3:
            return None
        return _Triple((first, second, third), self.seconds, separator == ".")

    def in_words(self, months: Mapping[str, int]) -> _Triple | None:
        """Year, month and day if one of the words is a month; weekdays may stand before it."""
        known = [word for word in self.words if word in months]
        if not known or len(self.numbers) > 2:
            return None
        numbers = sorted(self.numbers, key=lambda number: len(number) == 4 or int(number) > 31)
        year, day = numbers[-1], numbers[0] if len(numbers) == 2 else "1"
        if len(numbers) == 1 and len(year) != 4:
            return None
        if "\u0e00" <= known[-1][0] <= "\u0e7f" and int(year) > 2400:
            year = str(int(year) - _THAI_YEARS)
        return _Triple((year, str(months[known[-1]]), day), self.seconds)


def _in_words(unread: Mapping[int, _Written]) -> dict[int, _Triple]:
    """Year, month and day of texts that name a month: in English if that explains each word, else in any language."""
    triples: dict[int, _Triple] = {}
    for languages in (_ENGLISH, (*_ENGLISH, *_LANGUAGES)) if unread else ():
        months = _merged_months(languages, (word for parts in unread.values() for word in parts.words))
        explained = months.keys() | _ENGLISH_WORDS if languages == _ENGLISH else None
        for index, parts in unread.items():
            if explained is not None and not explained.issuperset(parts.words):
                continue
            if triple := parts.in_words(months):
                triples[index] = triple
        unread = {index: parts for index, parts in unread.items() if index not in triples}
        if not unread:
            break
    return triples


def _plain(text: str) -> str:
    """Without case and without the accents of Latin, Greek and Cyrillic letters."""
    if text.isascii():
        return text.lower()
    normal = unicodedata.normalize("NFKC", HIDDEN.sub("", text)).translate(_EAST_ASIAN)
    return _LATIN_ACCENT.sub("", unicodedata.normalize("NFKD", normal).casefold()).replace("ı", "i")


def _words(plain: str) -> tuple[str, ...]:
    return tuple(word for part in _WORD.findall(plain) if (word := part.replace(".", "")))


def _written(text: str) -> _Written | None:
    """The parts of a text that may be a date; None if it cannot."""
    if not text.isascii() and _SHORT_EAST_ASIAN_YEAR.search(text):
        return None
    rest, seconds, has_offset = _plain(text), 0, True
    if quarter := _QUARTER.fullmatch(rest):  # its first month
        year, number = quarter[1] or quarter[4], int(quarter[2] or quarter[3])
        rest = f"{year}-{3 * number - 2}"
    match = _CLOCK.search(rest) or _FULL_HOUR.search(rest) or _DOTTED_CLOCK.search(rest)
    if match and (match.re is not _DOTTED_CLOCK or _YEAR.search(rest[: match.start()])):
        hour, minute, second, half, offset = match.groups()
        hours = int(hour) % 12 + 12 * (half == "p") if half and int(hour) <= 12 else int(hour)
        if hours > 23 or int(minute or 0) > 59 or int(second or 0) > 59:
            return None
        seconds, has_offset = (hours * 60 + int(minute or 0)) * 60 + int(second or 0), bool(offset)
        if offset and offset != "z":
            digits = offset[1:].replace(":", "")
            east = (int(digits[:2]) * 60 + int(digits[2:] or 0)) * 60
            seconds -= east if offset[0] == "+" else -east
        rest = f"{rest[: match.start()]} {rest[match.end() :]}"
    numbers, words = tuple(_DIGITS_OF_A_TEXT.findall(rest)), _words(rest)
    if not 1 <= len(numbers) <= 3 or max(map(len, numbers)) > 4 or len(words) > _MOST_WORDS:
        return None
    if not has_offset:
        seconds -= int(3_600 * next((_ZONES[word] for word in words if word in _ZONES), 0))
    return _Written(rest, numbers, words, seconds)


@functools.cache
def _months_in(language: str) -> dict[str, int]:
    """The months of a language, short and long, and what their names can be cut to: word -> 1 to 12."""
    from babel.dates import get_month_names  # takes longer to import than most files to read

    months: dict[str, int] = {}
    cut: dict[str, set[int]] = {}
    for width in ("wide", "abbreviated"):
        for context in ("format", "stand-alone"):
            for month, name in get_month_names(width, context, language).items():
                word = (_words(_plain(name)) or ("",))[-1]
                months.setdefault(word, month)
                for length in (3, 4) if width == "wide" else ():
                    cut.setdefault(word[:length], set()).add(month)
    months |= {
        word: min(of) for word, of in cut.items() if len(of) == 1 and word not in months and len(word) > 2
    }
    return months | {f"ב{word}": month for word, month in months.items() if language == "he"}  # in January


def _merged_months(languages: Sequence[str], words: Iterable[str]) -> dict[str, int]:
    """The months of several languages; where they share a word, that of the language that knows most of the words."""
    distinct = set(words)
    known = {language: len(distinct & _months_in(language).keys()) for language in languages}
    merged: dict[str, int] = {}
    for language in sorted(languages, key=lambda language: known[language], reverse=True):
        for word, month in _months_in(language).items():
            merged.setdefault(word, month)
    return merged
