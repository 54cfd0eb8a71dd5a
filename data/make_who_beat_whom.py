"""Make the built-in file "Who beat whom": 6,400 invented headlines, ``data/who_beat_whom.json.gz``.

    python -m data.make_who_beat_whom

A task in which order and memory decide. A headline names a team of the North and a team of the South, with a verb
between them. The category is the side that won:

    named first    verb    category
    North          won     NORTH
    North          lost    SOUTH
    South          won     SOUTH
    South          lost    NORTH

This is exclusive or: the order of the names says nothing alone, and neither does the verb. Both together say all.

- Order: two teams and a verb stand in 400 headlines, 200 with each team first. So the same three words stand equally
  often under both categories. The other words, the fillers, are drawn without a look at the category.
- Pairs: fillers stand between all three words, also when stop words are removed. So no pair of neighbours holds two of
  the three.
- Memory: 2 to 30 fillers follow the second name, each number equally likely. A network that answers from its last state
  has to remember over all of them.

``tests/data/test_who_beat_whom.py`` proves each. The seed is fixed: the same content every time.
"""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import Any

from data.make_sample import packed

SEED = 1997  # the year of "Long Short-Term Memory" by S. Hochreiter and J. Schmidhuber
REPEATS = 200  # headlines with the same first name, verb and second name
FIRST_DAY, DAYS = date(2016, 1, 1), 1_096
FEWEST, MOST = 2, 30  # fillers after the second name

NORTH, SOUTH = ("Frostby", "Snowick"), ("Sunford", "Palmona")
WON, LOST = ("won", "triumphed"), ("lost", "stumbled")

LEADS = ("", "", "Breaking", "Radio", "Live report", "Match report")
AFTER_FIRST = ("narrowly", "clearly", "suddenly", "bravely", "luckily", "surprisingly")
BEFORE_SECOND = ("proud", "young", "plucky", "tired", "brave", "eager")
ENDINGS = (
    "on a muddy field",
    "under a grey sky",
    "before a loud crowd",
    "while rain kept falling",
    "after a long delay",
    "as the band played",
    "with ten players left",
    "and nobody went home early",
    "during the last cold week",
    "near the old harbour",
    "in front of cameras",
    "although both coaches complained",
    "because the lights worked",
    "and children waved flags",
    "said one reporter",
    "two buses came late",
    "tickets sold out",
    "fans sang",
    "tea was served",
    "local radio said",
)

Article = dict[str, Any]


def make(
    *, seed: int = SEED, repeats: int = REPEATS, fewest: int = FEWEST, most: int = MOST
) -> list[Article]:
    """All headlines, newest first, as the dataset has them; ``fewest`` to ``most`` fillers after the second name."""
    rng = random.Random(seed)
    sides = {team: side for side, teams in (("NORTH", NORTH), ("SOUTH", SOUTH)) for team in teams}
    articles = []
    for north, south, verb in product(NORTH, SOUTH, WON + LOST):
        for first, second in ((north, south), (south, north)):
            category = sides[first if verb in WON else second]
            articles += [_article(rng, category, first, verb, second, fewest, most) for _ in range(repeats)]
    rng.shuffle(articles)
    articles.sort(key=lambda article: str(article["date"]), reverse=True)
    return articles


def headline(first: str, verb: str, second: str, *, lead: str, gap: str, adjective: str, ending: str) -> str:
    """The headline of a match.

    >>> headline("Frostby", "won", "Sunford", lead="", gap="narrowly", adjective="proud", ending="fans sang")
    'Frostby narrowly won against proud Sunford fans sang'
    """
    return f"{lead} {first} {gap} {verb} against {adjective} {second} {ending}".strip()


def ending_of(rng: random.Random, words: int) -> str:
    """So many words, at least two: whole phrases, none twice."""
    text: list[str] = []
    for phrase in rng.sample(ENDINGS, len(ENDINGS)):
        added = phrase.split()
        left = words - len(text) - len(added)
        if left == 0 or left >= 2:  # the shortest phrase has two words
            text += added
    # The phrases may not come to the number in this order.
    return " ".join(text) if len(text) == words else ending_of(rng, words)


def _article(
    rng: random.Random, category: str, first: str, verb: str, second: str, fewest: int, most: int
) -> Article:
    text = headline(
        first,
        verb,
        second,
        lead=rng.choice(LEADS),
        gap=rng.choice(AFTER_FIRST),
        adjective=rng.choice(BEFORE_SECOND),
        ending=ending_of(rng, rng.randint(fewest, most)),
    )
    slug = "-".join(text.lower().split()[:6])
    return {
        "category": category,
        "headline": text,
        "authors": "",
        "link": f"https://www.example.com/entry/{slug}_{rng.randrange(16**8):08x}",
        "short_description": "",
        "date": (FIRST_DAY + timedelta(days=rng.randrange(DAYS))).isoformat(),
    }


def distance(text: str) -> int:
    """How many words follow the second name.

    >>> distance("Frostby narrowly won against proud Sunford fans sang")
    2
    """
    words = text.split()
    return len(words) - 1 - max(position for position, word in enumerate(words) if word in NORTH + SOUTH)


def informative(text: str) -> Sequence[str]:
    """The two names and the verb, in their order: all that the category depends on."""
    return [word for word in text.split() if word in NORTH + SOUTH + WON + LOST]


def main() -> None:
    path = Path(__file__).parent / "who_beat_whom.json.gz"
    data = packed(make())
    path.write_bytes(data)
    print(f"{path}: {len(make()):,} articles, {len(data):,} bytes")


if __name__ == "__main__":
    main()
