"""Dates of a column: one format for all of it. Wanted values are worked by hand or come from ``datetime``."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from core.errors import NewsFileError
from core.news.dates import CHOICES, NO_DATES, decide_and_parse, decide_format, format_named, parse

MARCH = [datetime.datetime(2021, 3, day, 10, 30) for day in range(1, 29)]


def read(values: Sequence[object]) -> tuple[str, list[str]]:
    """The name of the format, and the dates to the second."""
    date_format, dates = decide_and_parse(values)
    return date_format.name, [str(date)[:19] for date in dates]


def days(values: Sequence[object]) -> list[str]:
    return [date[:10] for date in read(values)[1]]


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("%Y-%m-%d", "year-first"),
        ("%Y-%m-%dT%H:%M:%SZ", "year-first"),
        ("%Y-%m-%d %H:%M:%S.000 UTC", "year-first"),
        ("%Y/%m/%d", "year-first"),
        ("%Y.%m.%d", "year-first"),
        ("%Y. %m. %d.", "year-first"),
        ("%Y年%m月%d日", "year-first"),
        ("%Y년 %m월 %d일", "year-first"),
        ("%d/%m/%Y", "day-first"),
        ("%d.%m.%Y", "day-first"),
        ("%d-%m-%Y %H:%M", "day-first"),
        ("%d/%m/%y", "day-first"),
        ("%A, %d.%m.%Y, %H:%M", "day-first"),
        ("%m/%d/%Y", "month-first"),
        ("%m/%d/%Y %I:%M:%S %p", "month-first"),
        ("%m-%d-%y", "month-first"),
        ("%d %B %Y", "month-in-words"),
        ("%B %d, %Y", "month-in-words"),
        ("%b %d %y", "month-in-words"),
        ("%d-%b-%Y", "month-in-words"),
        ("%a %b %d %H:%M:%S %Y", "month-in-words"),
        ("%a, %d %b %Y %H:%M:%S GMT", "month-in-words"),
        ("%b. %d, %Y %I:%M %p", "month-in-words"),
        ("%H:%M, %d %B %Y", "month-in-words"),
        ("%a %b %d %Y %H:%M:%S GMT+0000 (Coordinated Universal Time)", "month-in-words"),
        ("%Y%m%d", "year-month-day"),
        ("%d%m%Y", "day-month-year"),
        ("%m%d%Y", "month-day-year"),
        ("%Y%m%d%H%M", "year-to-minute"),
        ("%Y%m%d%H%M%S", "year-to-second"),
    ],
)  # fmt: skip
def test_each_way_to_write_a_day(pattern: str, name: str) -> None:
    has_time = "%M" in pattern
    wanted = [f"{day:%Y-%m-%d}T{'10:30:00' if has_time else '00:00:00'}" for day in MARCH]
    assert read([day.strftime(pattern) for day in MARCH]) == (name, wanted)


@pytest.mark.parametrize(
    ("values", "name", "wanted"),
    [
        ([2015, 2016], "year", ["2015-01-01", "2016-01-01"]),
        (["2015", "2016.0"], "year", ["2015-01-01", "2016-01-01"]),
        ([202103, 202112], "year-month", ["2021-03-01", "2021-12-01"]),
        ([20210301, 20211231], "year-month-day", ["2021-03-01", "2021-12-31"]),
        ([20210301.0], "year-month-day", ["2021-03-01"]),
        ([1032021, 31032021], "day-month-year", ["2021-03-01", "2021-03-31"]),  # a number has no first 0
        (["01312021", "12012021"], "month-day-year", ["2021-01-31", "2021-12-01"]),
        ([20112012, 13122012], "day-month-year", ["2012-11-20", "2012-12-13"]),
        (["1/3/2564", "29/2/2563"], "day-first", ["2021-03-01", "2020-02-29"]),  # as in Thailand
        (["2021-Q1", "Q4 2021", "2021 q2"], "year-first", ["2021-01-01", "2021-10-01", "2021-04-01"]),
        (["2026/11/05 11:05:09 PM GMT+2"], "year-first", ["2026-11-05"]),
        ([1614556800, "1614643200"], "seconds", ["2021-03-01", "2021-03-02"]),
        ([1614556800.5], "seconds", ["2021-03-01"]),
        ([1614556800000], "milliseconds", ["2021-03-01"]),
        ([1614556800000000], "microseconds", ["2021-03-01"]),
        ([1614556800000000000], "nanoseconds", ["2021-03-01"]),
        (["1.6145568e+09", "1.6146432E9"], "seconds", ["2021-03-01", "2021-03-02"]),
        ([44256, 44257.75], "excel", ["2021-03-01", "2021-03-02"]),
        (["2021-03"], "year-first", ["2021-03-01"]),
        (["03/2021", "12/2021"], "year-first", ["2021-03-01", "2021-12-01"]),
        (["March 2021"], "month-in-words", ["2021-03-01"]),
        (["3rd of March 2021", "1st March 2021"], "month-in-words", ["2021-03-03", "2021-03-01"]),
        (["19-Feb-18", "December 31, 2017 "], "month-in-words", ["2018-02-19", "2017-12-31"]),
        ([datetime.date(2021, 3, 1), pd.Timestamp("2021-03-02")], "year-first", ["2021-03-01", "2021-03-02"]),
        (["१ मार्च २०२१", "٣ مارس ٢٠٢١"], "month-in-words", ["2021-03-01", "2021-03-03"]),
        (["5 มี.ค. 2564", "5 มีนาคม 2021"], "month-in-words", ["2021-03-05", "2021-03-05"]),
        (["mar. 2 avr. 2021"], "month-in-words", ["2021-04-02"]),  # mardi, a Tuesday or so
    ],
)  # fmt: skip
def test_numbers_and_words(values: list[object], name: str, wanted: list[str]) -> None:
    assert (read(values)[0], days(values)) == (name, wanted)


def test_numbers_of_days_and_months_below_thirteen_are_ambiguous() -> None:
    assert decide_format(["01022021", "02032021"]) == replace(format_named("day-month-year"), ambiguous=True)
    assert not decide_format(["01012021", "02022021"]).ambiguous  # both ways are the same day
    assert not decide_format(["01022021", "13032021"]).ambiguous
    days_of_june = [f"06{day:02}2021" for day in range(1, 13)]
    assert decide_format(days_of_june) == replace(format_named("month-day-year"), ambiguous=True)


def test_an_hour_of_a_form_is_counted_from_greenwich() -> None:
    assert read(["2026/11/05 1:05:09 PM GMT+2"])[1] == ["2026-11-05T11:05:09"]
    assert read(["2026/11/05 1:05:09 PM GMT-11"])[1] == ["2026-11-06T00:05:09"]


LANGUAGES = "en es fr de pt it hi ar ru tr nl pl sv da fi cs uk ro hu el id he bn fa"


@pytest.mark.parametrize("language", LANGUAGES.split())
@pytest.mark.parametrize("style", ["long", "medium", "full"])
def test_months_in_many_languages(language: str, style: str) -> None:
    calendar = [datetime.date(2021, month, 3 + month) for month in range(1, 13)]
    values = [format_date(day, style, locale=language) for day in calendar]
    assert days(values) == [str(day) for day in calendar], values


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2021-03-01T23:30:00-02:00", "2021-03-02T01:30:00"),
        ("Mon, 01 Mar 2021 23:30:00 -0200", "2021-03-02T01:30:00"),
        ("Mar 1, 2021 8:30 PM EST", "2021-03-02T01:30:00"),
        ("Mar 5, 2021 4:00 PM ET", "2021-03-05T16:00:00"),  # summer time or not is not said
        ("5 March 2021 12am", "2021-03-05T00:00:00"),
        ("5 March 2021 12:05 p.m.", "2021-03-05T12:05:00"),
        ("31 déc. 2021 à 10h30", "2021-12-31T10:30:00"),
        ("15.3.2021 klo 10.30", "2021-03-15T10:30:00"),
        ("5. März 2021, 10.30 Uhr", "2021-03-05T10:30:00"),
    ],
)
def test_the_time_of_day_in_utc(text: str, wanted: str) -> None:
    assert read([text])[1] == [wanted]


@pytest.mark.parametrize(
    "text",
    ["soon", "2 hours ago", "Friday", "May 5 people", "31/02/2021", "2021-13-01", "3 March", "Mar-21", "32 March 2021",
     "1.2.3.4", "12:75, 3 March 2021", "5/6", "x" * 1_000, "March " * 9 + "3 2021", "99999-01-01",
     "令和3年3月5日", "5.3 10.30"],
)  # fmt: skip
def test_what_is_no_date_has_none(text: str) -> None:
    for date_format in (NO_DATES, *CHOICES):
        assert np.isnat(parse([text], date_format)).all(), date_format


def test_a_day_above_12_anywhere_decides_for_all() -> None:
    early = [f"{day:02}/03/2021" for day in range(1, 13)]
    assert decide_format([*early, "13/03/2021"]).name == "day-first"
    assert decide_format([*early, "03/13/2021"]).name == "month-first"
    assert not decide_format([*early, "13/03/2021"]).ambiguous
    assert days(["01/03/2021", "03/28/2021", "03/29/2021", "28/03/2021"]) == [  # two against one
        "2021-01-03", "2021-03-28", "2021-03-29", "NaT",
    ]  # fmt: skip


def test_what_nothing_decides_is_asked_and_read_in_one_way() -> None:
    undecided = decide_format(["01/02/2021", "03/04/2021"])
    assert (undecided.name, undecided.ambiguous) == ("day-first", True)
    assert days(["01/02/2021", "03/04/2021"]) == ["2021-02-01", "2021-04-03"]
    # Neighbouring rows are days apart in one of the two readings, months in the other.
    undecided = decide_format([f"03/{day:02}/2021" for day in range(1, 13)])
    assert (undecided.name, undecided.ambiguous) == ("month-first", True)
    undecided = decide_format([f"{day:02}/03/2021" for day in range(1, 13)])
    assert (undecided.name, undecided.ambiguous) == ("day-first", True)
    assert not decide_format(["01.03.2021", "02.03.2021"]).ambiguous  # nobody writes a month first with dots
    assert not decide_format(["01/01/2021", "02/02/2021"]).ambiguous  # both readings are the same


def test_two_digits_of_a_year_may_come_first() -> None:
    assert read(["21-03-30", "21-03-31", "99-04-01"]) == (
        "short-year-first",
        ["2021-03-30T00:00:00", "2021-03-31T00:00:00", "1999-04-01T00:00:00"],
    )
    assert days(["30-03-99", "31-03-21"]) == ["1999-03-30", "2021-03-31"]


def test_the_range_of_numbers_decides_for_the_whole_column() -> None:
    assert days([44256, 44257, 2021]) == ["2021-03-01", "2021-03-02", "1905-07-13"]
    assert days([2015, 2016, 44256]) == ["2015-01-01", "2016-01-01", "NaT"]
    assert days([20210301, 20210230, 20210302]) == ["2021-03-01", "NaT", "2021-03-02"]


def test_what_can_mean_only_one_date_is_read_in_any_column() -> None:
    values = [
        "2021-03-01",
        "3 mars 2021",
        "15 août 2021",
        "2021年3月5日",
        "Mar 5, 2021",
        2021,
        1614556800,
        "2 hours ago",
    ]
    assert days(values) == [
        "2021-03-01", "2021-03-03", "2021-08-15", "2021-03-05", "2021-03-05", "2021-01-01", "2021-03-01", "NaT",
    ]  # fmt: skip
    assert days(["13/03/2021", "14/03/2021", "2021-03-15"]) == ["2021-03-13", "2021-03-14", "2021-03-15"]


def test_a_date_whose_order_the_column_does_not_decide_has_none() -> None:
    assert days(["2021-03-01", "2021-03-02", "01/02/2021"]) == ["2021-03-01", "2021-03-02", "NaT"]


def test_a_column_without_dates() -> None:
    columns: list[list[object]] = [
        [],
        [None, ""],
        ["soon"],
        [True],
        [0, 5],
        [float("nan"), float("inf")],
        [[], {}],
    ]
    for values in columns:
        date_format, dates = decide_and_parse(values)
        assert date_format == NO_DATES
        assert np.isnat(dates).all()
        assert len(dates) == len(values)


def test_a_format_chosen_by_hand_is_kept() -> None:
    assert parse(["03/04/2021"], format_named("month-first"))[0] == np.datetime64("2021-03-04")
    assert parse(["03/04/2021"], format_named("day-first"))[0] == np.datetime64("2021-04-03")
    assert parse([0, 86_400], format_named("seconds")).tolist() == [
        datetime.datetime(1970, 1, 1), datetime.datetime(1970, 1, 2),
    ]  # fmt: skip
    assert [format_named(choice.name) for choice in CHOICES] == list(CHOICES)
    with pytest.raises(NewsFileError, match=r"“soon” .* one of year-first, day-first, "):
        format_named("soon")


WRITERS: dict[str, Callable[[datetime.datetime], object]] = {
    "year-first": lambda day: day.isoformat(),
    "day-first": lambda day: f"{day.day}/{day.month}/{day.year:04} {day:%H:%M:%S}",
    "month-first": lambda day: f"{day.month}/{day.day}/{day.year:04} {day:%H:%M:%S}",
    "month-in-words": lambda day: f"{day.day} {day:%B} {day.year:04} {day:%H:%M:%S}",
    "year-to-second": lambda day: int(f"{day.year:04}{day:%m%d%H%M%S}"),
    "seconds": lambda day: int((day - datetime.datetime(1970, 1, 1)).total_seconds()),
    "milliseconds": lambda day: 1_000 * int((day - datetime.datetime(1970, 1, 1)).total_seconds()),
    "excel": lambda day: (day - datetime.datetime(1899, 12, 30)) / datetime.timedelta(days=1),
}


@pytest.mark.parametrize("name", list(WRITERS))
@given(
    moments=st.lists(
        st.datetimes(datetime.datetime(1950, 1, 1), datetime.datetime(2099, 12, 31)), max_size=20
    )
)
def test_what_is_written_in_a_format_is_read_in_it(name: str, moments: list[datetime.datetime]) -> None:
    seconds = [moment.replace(microsecond=0) for moment in moments]
    dates = parse([WRITERS[name](moment) for moment in seconds], format_named(name))
    assert (np.abs(dates - np.array(seconds, "datetime64[us]")) <= np.timedelta64(1, "ms")).all()


@given(
    st.lists(
        st.text(alphabet="0123456789/.-: ,TZAPMamp年月日marché३", max_size=30)
        | st.text(max_size=20) | st.integers() | st.floats() | st.booleans() | st.none()
        | st.datetimes(timezones=st.timezones() | st.none()) | st.lists(st.integers()),
        max_size=12,
    )
)  # fmt: skip
def test_any_values_are_read_or_have_no_date(values: list[object]) -> None:
    date_format, dates = decide_and_parse(values)
    assert dates.dtype == np.dtype("datetime64[us]")
    assert dates.shape == (len(values),)
    assert date_format == decide_format(values)
    assert np.array_equal(dates, parse(values, date_format), equal_nan=True)
    assert date_format == NO_DATES or not np.isnat(dates).all()
    for choice in CHOICES:
        parse(values, choice)


def test_half_a_surrogate_pair_is_no_date() -> None:
    date_format, dates = decide_and_parse(["2014-03-02", "2014-\ud8203-02"])
    assert date_format.name == "year-first"
    assert np.isnat(dates).tolist() == [False, True]


def test_hours_from_the_first_and_last_year_have_their_date() -> None:
    east = datetime.timezone(datetime.timedelta(hours=3))
    _, dates = decide_and_parse(
        [datetime.datetime(1, 1, 1, tzinfo=east), datetime.datetime(9999, 12, 31, 23, tzinfo=datetime.UTC)]
    )
    assert dates.tolist() == [
        np.datetime64("0000-12-31T21:00", "us").item(),
        datetime.datetime(9999, 12, 31, 23),
    ]
