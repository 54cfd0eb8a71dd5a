"""Make the three small samples of ``data/samples``: Spanish news, Hindi news, English support tickets.

    python -m data.make_samples

Invented texts of a size that a class learns within seconds, in other languages and of another kind than the large
sample's. What is built in:

- texts of patterns whose words the categories share in part; a few fit every category;
- pairs of the same words in two categories, told apart by their order or by what is denied: "Not the late fee but the
  password" and "Not the password but the late fee";
- one label in forty is wrong;
- a text in twelve has no description; tickets have slips of the keyboard.

``tests/data/test_samples.py`` measures how far a linear model gets. The seeds are fixed: the same bytes every time.
"""

import csv
import io
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from data import hindi_words, spanish_words, ticket_words
from data.sample_words import Lists

FOLDER = Path(__file__).parent / "samples"
COLUMNS = ("headline", "short_description", "category", "date")
FIRST_DAY, DAYS = date(2022, 1, 1), 1_095
PAIRS, FITS_ALL, WRONG_LABEL, WITHOUT_DESCRIPTION = 0.15, 0.03, 0.025, 0.08
PLACEHOLDER = re.compile(r"\{(\w+)\}")

Row = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One of the files.

    Attributes:
        lead: patterns of headlines for every category; ``crossing`` with a word of another one; ``reversible`` for
            pairs of the same words.
        weights: of the categories, in their order.
        generic, vague, says: names of the lists that hold headlines for every category, sentences for every
            category and sentences of one category.
        stop: what ends a sentence.
        mend: changes a filled text.
    """

    name: str
    seed: int
    rows: int
    shared: Lists
    categories: dict[str, Lists]
    lead: tuple[str, ...]
    crossing: tuple[str, ...]
    reversible: tuple[str, ...]
    weights: tuple[int, ...]
    generic: str = "generic"
    vague: str = "vague"
    says: str = "says"
    own: str = "own"
    stop: str = "."
    mend: Callable[[str, random.Random], str] = field(default=lambda text, rng: text)


class Filler:
    """Fills the placeholders of patterns; every choice comes from ``rng``."""

    def __init__(self, sample: Sample, rng: random.Random) -> None:
        self.sample, self.rng = sample, rng

    def fill(self, pattern: str, category: str, fixed: dict[str, str] | None = None) -> str:
        """The pattern with a word for every placeholder; a capital letter in its name asks for one in the word.

        ``fixed`` has the words that are drawn already, by name; what is drawn joins them.
        """

        def draw(match: re.Match[str]) -> str:
            name = match[1].lower()
            if fixed is None:
                word = self._word(name, category)
            else:
                word = fixed[name] if name in fixed else fixed.setdefault(name, self._word(name, category))
            return sentence(word) if match[1][0].isupper() else word

        return PLACEHOLDER.sub(draw, pattern)

    def _word(self, name: str, category: str) -> str:
        rng, sample = self.rng, self.sample
        if name.startswith("other_"):
            category = rng.choice([other for other in sample.categories if other != category])
            name = name.removeprefix("other_")
        elif name.endswith("_n"):  # Spanish: third person plural of the present
            return self._word(name.removesuffix("_n"), category) + "n"
        elif name.endswith("_not"):  # Hindi: नहीं goes before the last part of the verb
            *parts, last = self._word(name.removesuffix("_not"), category).split()
            return " ".join((*parts, "नहीं", last))
        words = sample.categories[category].get(name) or sample.shared[name]
        return self.fill(rng.choice(words), category)


def sentence(text: str) -> str:
    """The text with a capital at its start.

    >>> sentence("¿quién paga?"), sentence("सोना")
    ('¿Quién paga?', 'सोना')
    """
    return re.sub(r"^\W*\w", lambda start: start[0].upper(), text)


def contracted(text: str, rng: random.Random) -> str:
    """Spanish joins "de el" and "a el".

    >>> contracted("La voz de el museo llega a el público; De El Prado", random.Random())
    'La voz del museo llega al público; De El Prado'
    """
    return re.sub(r"\b([Dd]e|[Aa]) el\b", r"\1l", text)


def typed(text: str, rng: random.Random) -> str:
    """A ticket as people type it: one in seven begins small, one in fifteen has two letters changed over."""
    text = re.sub(r"\b([Aa]) (?=[aeiou])", r"\1n ", text)
    if rng.random() < 0.15:
        text = text[:1].lower() + text[1:]
    letters = [at for at in range(len(text) - 1) if text[at : at + 2].isalpha()]
    if letters and rng.random() < 0.07:
        at = rng.choice(letters)
        text = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text


SAMPLES = (
    Sample(
        name="spanish_news.csv",
        seed=2022,
        rows=1_600,
        shared=spanish_words.SHARED,
        categories=spanish_words.CATEGORIES,
        lead=spanish_words.PATTERNS,
        crossing=spanish_words.CROSSING,
        reversible=spanish_words.REVERSIBLE,
        weights=(22, 20, 16, 11, 12, 11, 8),
        generic="generico",
        vague="ni_fu",
        says="dice",
        own="propio",
        mend=contracted,
    ),
    Sample(
        name="hindi_news.csv",
        seed=2023,
        rows=1_200,
        shared=hindi_words.SHARED,
        categories=hindi_words.CATEGORIES,
        lead=hindi_words.PATTERNS,
        crossing=hindi_words.CROSSING,
        reversible=hindi_words.REVERSIBLE,
        weights=(24, 22, 18, 14, 11, 11),
        stop="।",
    ),
    Sample(
        name="support_tickets.csv",
        seed=2024,
        rows=1_400,
        shared=ticket_words.SHARED,
        categories=ticket_words.CATEGORIES,
        lead=ticket_words.PATTERNS,
        crossing=ticket_words.CROSSING,
        reversible=ticket_words.REVERSIBLE,
        weights=(18, 16, 22, 14, 16, 8, 6),
        mend=typed,
    ),
)


def make(sample: Sample) -> list[Row]:
    """All rows, oldest first, no text twice."""
    rng = random.Random(sample.seed)
    filler = Filler(sample, rng)
    rows: dict[tuple[str, str], Row] = {}
    pairs = int(sample.rows * PAIRS / 2)
    while len(rows) < sample.rows:
        drawn = _pair(filler) if len(rows) < 2 * pairs else [_single(filler)]
        if not any(row[:2] in rows for row in drawn):
            rows.update((row[:2], row) for row in drawn)
    made = list(rows.values())
    rng.shuffle(made)
    return sorted(made, key=lambda row: row[3])


def _single(filler: Filler) -> Row:
    sample, rng = filler.sample, filler.rng
    category = rng.choices(list(sample.categories), sample.weights)[0]
    if rng.random() < FITS_ALL:
        headline, says = rng.choice(sample.shared[sample.generic]), sample.vague
    else:
        kind = rng.random()
        own = sample.categories[category][sample.own]
        headline = rng.choice(own if kind < 0.4 else sample.lead if kind < 0.8 else sample.crossing)
        says = sample.says
    headline = filler.fill(headline, category)
    label = category
    if rng.random() < WRONG_LABEL:
        label = rng.choice([other for other in sample.categories if other != category])
    return _row(filler, headline, _description(filler, category, says), label)


def _pair(filler: Filler) -> list[Row]:
    """Two rows of the same words: what is meant and what is denied, or who acts and who is acted on, change places."""
    sample, rng = filler.sample, filler.rng
    first, second = rng.sample(list(sample.categories), 2)
    pattern, words = rng.choice(sample.reversible), dict[str, str]()
    for name in PLACEHOLDER.findall(pattern.lower()):
        category = first if name.startswith("one_") else second
        words[name] = filler.fill("{" + name.removeprefix("one_").removeprefix("two_") + "}", category)
    swapped = {_swap(name): word for name, word in words.items()}
    description = _description(filler, first, sample.vague) if rng.random() < 0.4 else ""
    return [
        _row(filler, filler.fill(pattern, category, fixed), description, category)
        for category, fixed in ((first, words), (second, swapped))
    ]


def _swap(name: str) -> str:
    """``one_x`` for ``two_x`` and the other way round."""
    other = {"one": "two", "two": "one"}.get(name[:3])
    return other + name[3:] if other and name[3:4] == "_" else name


def _description(filler: Filler, category: str, says: str) -> str:
    """One or two sentences, of which either may say nothing about the category."""
    sample, rng = filler.sample, filler.rng
    if rng.random() < WITHOUT_DESCRIPTION:
        return ""
    lists = sample.categories[category] | sample.shared
    patterns = {
        rng.choice(lists[says if rng.random() < 0.6 else sample.vague]) for _ in range(rng.choice((1, 1, 2)))
    }
    sentences = [sentence(filler.fill(pattern, category)) for pattern in sorted(patterns)]
    return " ".join(text if text.endswith("?") else text + sample.stop for text in sentences)


def _row(filler: Filler, headline: str, description: str, category: str) -> Row:
    mend, rng = filler.sample.mend, filler.rng
    day = FIRST_DAY + timedelta(days=rng.randrange(DAYS))
    return mend(sentence(headline), rng), mend(description, rng), category, day.isoformat()


def written(rows: list[Row]) -> bytes:
    """A CSV in UTF-8, its lines ended by a line feed."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for sample in SAMPLES:
        data = written(make(sample))
        (FOLDER / sample.name).write_bytes(data)
        print(f"{FOLDER / sample.name}: {sample.rows:,} rows, {len(data):,} bytes")


if __name__ == "__main__":
    main()
