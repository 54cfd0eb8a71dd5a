"""Make the built-in sample: 8,000 invented articles in 10 categories, ``data/sample_news.json.gz``.

    python -m data.make_sample

A synthetic sample with the fields of the News Category Dataset and some of its troubles, for trying the app
and for its tests. No headline in it was ever printed. What is built in:

- one article in ten has no description;
- HEALTH and WELLBEING are one topic under two names: the paper renamed it on 2016-03-01, and a few articles
  keep the wrong name. The period shows a little: half of the older descriptions lack their final full stop;
- 600 articles come in pairs of the same words in another order, in two categories: the one who acts decides
  ("Mayors Thank Chefs", "Chefs Thank Mayors");
- some headlines fit every category, some borrow words of another one;
- links, @users, #tags, [brackets], digits and double blanks, for cleaning to remove.

So a bag of words has a ceiling that an order of words has not; ``tests/data/test_sample.py`` measures both.
The seed is fixed: the same content every time.
"""

import gzip
import io
import json
import random
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from data.sample_words import (
    CATEGORIES,
    CROSSING,
    FIRM_ENDS,
    PATTERNS,
    REVERSIBLE,
    SHARED,
    SURNAME,
    TEAMS,
    TITLE,
    TOWN,
    VERBS,
)

SEED = 2018
ARTICLES = 8_000
PAIRS = 300
FIRST_DAY, LAST_DAY, RENAMED = date(2013, 1, 1), date(2018, 12, 31), date(2016, 3, 1)
KEEPS_WRONG_NAME = 0.04
WITHOUT_DESCRIPTION = 0.1
FITS_ALL = 0.025
# Topics and their shares; HEALTH stands for both of its names.
WEIGHTS = {
    **{"POLITICS": 17, "HEALTH": 16, "ENTERTAINMENT": 14, "SPORTS": 11, "FOOD": 9, "TRAVEL": 9},
    **{"BUSINESS": 9, "SCIENCE": 8, "EDUCATION": 7},
}
TWINS = ("WELLBEING", "HEALTH")
SMALL_WORDS = frozenset(
    re.findall(r"\w+", "a an the of in on at to for and or with by from as over after about says")
)
PLACEHOLDER = re.compile(r"\{(\w+)\}")

Article = dict[str, Any]


class Writer:
    """Fills patterns with words of a category; every choice comes from ``rng``."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def fill(self, pattern: str, category: str, day: date, fixed: dict[str, str] | None = None) -> str:
        """The pattern with every placeholder filled; the same placeholder is drawn anew each time."""
        fixed = fixed or {}

        def draw(found: re.Match[str]) -> str:
            name = found[1].lower()
            if name in fixed:
                return fixed[name]
            if name.startswith("other_"):
                others = [one for one in CATEGORIES if one not in {category, *TWINS}]
                return self.word(name.removeprefix("other_"), self.rng.choice(others), day)
            return self.word(name, category, day)

        while PLACEHOLDER.search(pattern):
            pattern = PLACEHOLDER.sub(draw, pattern)
        return re.sub(r"\b([Aa]) (?=[aeiouAEIOU])", r"\1n ", pattern).replace(" ,", ",")

    def word(self, name: str, category: str, day: date) -> str:
        choose = self.rng.choice
        if name == "town":
            return "".join(map(choose, TOWN))
        if name == "name":
            return f"{choose(SHARED['first'])} {''.join(map(choose, SURNAME))}"
        if name == "title":
            return " ".join(map(choose, TITLE))
        if name == "team":
            return choose(TEAMS)
        if name == "firm":
            return f"{''.join(map(choose, TOWN))} {choose(FIRM_ENDS)}"
        if name == "year":
            return choose([year for year in SHARED["year"] if int(year) <= day.year])
        lists = CATEGORIES[category]
        if name.endswith("_s"):
            return with_s(choose(lists[name.removesuffix("_s")]))
        return choose(lists.get(name) or SHARED[name])


def with_s(word: str) -> str:
    """Plural of a noun, third person of a verb: the regular ones.

    >>> with_s("school bus"), with_s("copy"), with_s("play"), with_s("taco")
    ('school buses', 'copies', 'plays', 'tacos')
    """
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return word + "es"
    return word[:-1] + "ies" if re.search(r"[^aeiou]y$", word) else word + "s"


def headline_case(text: str) -> str:
    """Capitals as in a headline: every word but the small ones and tags; the first always."""

    def cased(at: int, word: str) -> str:
        if word[0] == "#" or (at and word in SMALL_WORDS):
            return word
        return re.sub(r"[^\W\d_]", lambda letter: letter[0].upper(), word, count=1)

    return " ".join(cased(at, word) for at, word in enumerate(text.split()))


def sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def make() -> list[Article]:
    """All articles, newest first, as the dataset has them."""
    rng = random.Random(SEED)
    writer = Writer(rng)
    articles = [article for _ in range(PAIRS) for article in _pair(writer)]
    articles += [_single(writer) for _ in range(ARTICLES - len(articles))]
    rng.shuffle(articles)
    articles.sort(key=lambda article: str(article["date"]), reverse=True)
    return articles


def _day(rng: random.Random) -> date:
    return FIRST_DAY + timedelta(days=rng.randrange((LAST_DAY - FIRST_DAY).days + 1))


def _single(writer: Writer) -> Article:
    rng = writer.rng
    day = _day(rng)
    category = rng.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
    if category == "HEALTH":
        category = TWINS[(day >= RENAMED) != (rng.random() < KEEPS_WRONG_NAME)]
    if rng.random() < FITS_ALL:
        headline, description = rng.choice(SHARED["generic"]), rng.choice(SHARED["vague"])
    else:
        kind = rng.random()
        patterns = CATEGORIES[category]["own"] if kind < 0.5 else PATTERNS if kind < 0.85 else CROSSING
        headline = rng.choice(patterns)
        description = ". ".join(_sentences(rng, category))
    headline = writer.fill(headline, category, day)
    return _article(writer, category, day, headline, writer.fill(description, category, day))


def _sentences(rng: random.Random, category: str) -> Iterator[str]:
    """One to three sentences, of which any may say nothing about the category."""
    for _ in range(rng.choice((1, 1, 2, 2, 3))):
        yield rng.choice(CATEGORIES[category]["says"] if rng.random() < 0.7 else SHARED["vague"])


def _pair(writer: Writer) -> Iterator[Article]:
    """Two articles of the same words: who acts and who is acted on change places, and so the category."""
    rng = writer.rng
    first, second = rng.sample([one for one in CATEGORIES if one not in TWINS], 2)
    one, two = rng.choice(CATEGORIES[first]["actors"]), rng.choice(CATEGORIES[second]["actors"])
    day = _day(rng)
    pattern = rng.choice(REVERSIBLE)
    fixed = {name: writer.word(name, first, day) for name in ("town", "event", "reason", "mood", "feeling")}
    fixed |= {"verb": rng.choice(VERBS), "mood2": writer.word("mood", first, day)}
    description = writer.fill(rng.choice(SHARED["vague"]), first, day) if rng.random() < 0.5 else ""
    for category, roles in ((first, {"one": one, "two": two}), (second, {"one": two, "two": one})):
        yield _dressed(category, day, writer.fill(pattern, category, day, fixed | roles), description, writer)
        day = _day(rng)


def _article(writer: Writer, category: str, day: date, headline: str, description: str) -> Article:
    """With the troubles that a real file brings."""
    rng = writer.rng
    description = ". ".join(sentence(part) for part in description.split(". "))
    if rng.random() < WITHOUT_DESCRIPTION:
        description = ""
    elif not description.endswith("?") and (day >= RENAMED or rng.random() < 0.5):
        description += "."
    trouble = rng.random()
    if trouble < 0.06:
        headline += f" {rng.choice(SHARED['medium'])}"
    elif trouble < 0.09:
        headline += f" {rng.choice(SHARED['tag'])}"
    elif trouble < 0.11 and description:
        description += f" via @{rng.choice(SHARED['first']).lower()}_{rng.randrange(10, 100)}"
    elif trouble < 0.13 and description:
        description += f" More at https://www.example.com/{category.lower()}/{rng.randrange(10**5)}"
    elif trouble < 0.15:
        headline = headline.replace(" ", "  ", 1)
    return _dressed(category, day, headline, description, writer)


def _dressed(category: str, day: date, headline: str, description: str, writer: Writer) -> Article:
    """The dataset's fields, in its order."""
    rng = writer.rng
    blanks = "  " in headline
    headline = headline_case(headline) if rng.random() < 0.85 else sentence(headline)
    slug = re.sub(r"\W+", "-", headline.lower()).strip("-")[:60]
    return {
        "category": category,
        "headline": headline.replace(" ", "  ", 1) if blanks else headline,
        "authors": writer.word("name", category, day) if rng.random() < 0.8 else "",
        "link": f"https://www.example.com/entry/{slug}_{rng.randrange(16**8):08x}",
        "short_description": description,
        "date": day.isoformat(),
    }


def packed(articles: list[Article]) -> bytes:
    """JSON lines, gzip without a time of day, so that the same articles are the same bytes."""
    lines = "".join(json.dumps(article, ensure_ascii=False) + "\n" for article in articles)
    stream = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=stream, mtime=0) as file:
        file.write(lines.encode("utf-8"))
    return stream.getvalue()


def main() -> None:
    path = Path(__file__).parent / "sample_news.json.gz"
    data = packed(make())
    path.write_bytes(data)
    print(f"{path}: {ARTICLES:,} articles, {len(data):,} bytes")


if __name__ == "__main__":
    main()
