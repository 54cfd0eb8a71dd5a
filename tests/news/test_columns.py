"""Which columns are guessed: headers of public data sets and of class files in many languages, with made-up rows."""

import itertools
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.news import columns
from core.news.columns import guess_columns
from core.news.reading import ROLES, Columns

ROWS = 40
ENGLISH = (
    "river market team cup song law vote rain virus rocket school bridge film coach tax star train judge"
)
CHINESE = "球队赢得联赛冠军望远镜发现彗星银行公布利润厨师烤面包"
HINDI = "बैंक ने क़र्ज़ घटाया टीम जीती नया धूमकेतु देखा गया दादी अचार पकाया"
LABELS = ("WORLD", "SPORT", "ARTS & CULTURE", "SCIENCE")
LONG_LABELS = ("Credit reporting, repair services, or other personal consumer reports", "Debt collection")
SENTENCES = ("Nobody was there to see it.", "It took many people in the town by surprise.")
START = 1_614_556_800


def some(choice: random.Random, words: str, least: int, most: int) -> str:
    return " ".join(choice.choices(words.split(), k=choice.randint(least, most))).capitalize()


# What a column holds: a value of each row, from its number and a source of chance.
KINDS: dict[str, Callable[[int, random.Random], Any]] = {
    "title": lambda row, choice: some(choice, ENGLISH, 4, 8),
    "short": lambda row, choice: some(choice, ENGLISH, 1, 3),
    "text": lambda row, choice: some(choice, ENGLISH, 15, 40),
    "sentences": lambda row, choice: SENTENCES[row % 2],
    "chinese": lambda row, choice: "".join(choice.choices(CHINESE, k=12)),
    "chinese text": lambda row, choice: "".join(choice.choices(CHINESE, k=60)),
    "chinese labels": lambda row, choice: ("体育", "科技")[row % 2],
    "hindi": lambda row, choice: some(choice, HINDI, 4, 8),
    "hindi text": lambda row, choice: some(choice, HINDI, 15, 30),
    "labels": lambda row, choice: LABELS[row % 4],
    "lists": lambda row, choice: [LABELS[row % 4], "LOCAL"],
    "long labels": lambda row, choice: LONG_LABELS[row % 2],
    "numbers": lambda row, choice: row % 4,
    "numbers as text": lambda row, choice: f"{row % 4}.0",
    "yes or no": lambda row, choice: row % 3 == 0,
    "fine labels": lambda row, choice: f"{LABELS[row % 4]} {row % 8}",
    "constant": lambda row, choice: "1",
    "keywords": lambda row, choice: ",".join(choice.sample(ENGLISH.split(), 5)),
    "people": lambda row, choice: ("Ann Miller", "Bo Lee", "Cy Young")[row % 3],
    "paper": lambda row, choice: ("Times", "Guardian", "BBC")[row % 3],
    "id": lambda row, choice: row,
    "code": lambda row, choice: f"d{choice.getrandbits(64):x}MpA7",
    "link": lambda row, choice: f"https://example.org/{row}.html",
    "file": lambda row, choice: f"{row:03}.txt",
    "language": lambda row, choice: "en",
    "count": lambda row, choice: choice.randint(1, 9_000),
    "iso": lambda row, choice: f"2021-03-{row % 28 + 1:02}",
    "zone": lambda row, choice: f"2021-03-{row % 28 + 1:02}T10:00:00Z",
    "day first": lambda row, choice: f"{row % 28 + 1:02}/03/2021",
    "in words": lambda row, choice: f"March {row % 28 + 1}, 2021",
    "abroad": lambda row, choice: f"{row % 28 + 1} août 2021 à 10h30",
    "chinese days": lambda row, choice: f"2021年3月{row % 28 + 1}日",
    "headlines with years": lambda row, choice: f"{row + 1} {some(choice, ENGLISH, 3, 5)} in May 2021",
    "epoch": lambda row, choice: START + row * 86_400,
    "years": lambda row, choice: 2010 + row % 9,
    "days": lambda row, choice: 20_030_201 + row % 28,
    "empty": lambda row, choice: "",
    "missing": lambda row, choice: float("nan"),
}

# Data set: columns as "name: kind", and "> role" where it is to be used.
HEADERS = (Path(__file__).parent / "headers.txt").read_text(encoding="utf-8")


def cases() -> list[Any]:
    params = []
    for line in HEADERS.strip().splitlines():
        name, _, header = line.partition(": ")
        columns: list[tuple[str, str]] = []
        roles: dict[str, str] = {}
        for part in header.split("|"):
            column, _, kind = part.rpartition(":")
            kind, _, role = kind.partition(">")
            column = column if "  " in part else column.strip()
            columns.append((column, kind.strip()))
            if role:
                roles[role.strip()] = column
        assert set(roles) <= set(ROLES), line
        params.append(pytest.param(columns, Columns(**roles), id=name))
    return params


def rows(columns: list[tuple[str, str]], count: int = ROWS) -> list[dict[str, Any]]:
    choice = random.Random(len(columns))
    return [{name: KINDS[kind](row, choice) for name, kind in columns} for row in range(count)]


@pytest.mark.parametrize(("columns", "wanted"), cases())
def test_headers_of_public_data_sets(columns: list[tuple[str, str]], wanted: Columns) -> None:
    assert guess_columns([name for name, _ in columns], rows(columns)) == wanted


def test_there_are_enough_headers() -> None:
    assert len(cases()) == len({param.id for param in cases()}) >= 80


@pytest.mark.parametrize("rows_given", [1, 3, 6])
def test_known_names_need_few_rows(rows_given: int) -> None:
    columns = [("Title", "title"), ("Description", "text"), ("Label", "labels"), ("Date", "iso")]
    guessed = guess_columns([name for name, _ in columns], rows(columns, rows_given))
    assert guessed == Columns(headline="Title", description="Description", category="Label", date="Date")


def test_known_names_need_no_rows_and_unknown_ones_are_never_guessed_without() -> None:
    assert guess_columns(["category", "headline", "short_description", "date"], []) == Columns(
        headline="headline", description="short_description", category="category", date="date"
    )
    assert guess_columns(["a", "b"], []) == Columns()


def test_each_column_has_one_role_whatever_the_order() -> None:
    columns = [("title", "title"), ("text", "text"), ("label", "labels"), ("published", "iso")]
    for order in itertools.permutations(columns):
        guessed = guess_columns([name for name, _ in order], rows(columns))
        assert guessed == Columns(headline="title", description="text", category="label", date="published")


def test_values_of_any_type_are_looked_at() -> None:
    odd: list[dict[str, Any]] = [
        {"headline": None, "category": {"a": 1}, "extra": [], "more": [[1]]},
        {"headline": "Rain ahead today", "category": 10**400, "extra": float("inf"), "more": b"x"},
    ]
    assert guess_columns(["headline", "category", "extra", "more", ""], odd).headline == "headline"


def test_a_column_that_a_row_lacks_is_missing_there() -> None:
    sample = [{"text": "Rain ahead today"}, {"text": "Team wins the cup", "label": "SPORT"}]
    assert guess_columns(["text", "label"], sample) == Columns(headline="text", category="label")


def test_of_very_many_columns_those_of_a_known_name_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    names = (
        [f"x{number}" for number in range(900)]
        + ["label", "title"]
        + [f"y{number}" for number in range(5_000)]
    )
    looked_at: list[str] = []
    profile = columns._profile

    def counted(name: str, sample: Any) -> Any:
        looked_at.append(name)
        return profile(name, sample)

    monkeypatch.setattr(columns, "_profile", counted)
    sample = [{"title": f"Rain {n} falls again", "label": "AB"[n % 2], "x1": n} for n in range(20)]
    assert guess_columns(names, sample) == Columns(headline="title", category="label")
    assert len(looked_at) == 100
