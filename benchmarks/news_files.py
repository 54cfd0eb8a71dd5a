"""News files of the real size for benchmarks, each visitor's a different one: made up, or drawn from a real file.

Leaves out what a network could learn from: the words of a made-up article do not depend on its category.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from core.news.news import read_news

ARTICLES, CATEGORIES = 180_000, 41
_WORDS = 100_000  # different words, by Zipf's law
_HEADLINE, _DESCRIPTION = 10, 20  # words on average, as in the real file
_STOP_WORDS = "the to a of and in for is on with that this it from at be as are by you your how why i we not"
_ONSETS = "b bl br c ch d dr f fl g gr h j k l m n p pl pr qu r s sh sl sp st t th tr v w"
_VOWELS = "a e i o u ea oo ai"
_ENDINGS = ("", "s", "ed", "ing", "er", "ly")
_BLOCK = 20_000  # articles


def write_different(files: list[Path], news: Path | None, *, articles: int = ARTICLES) -> None:
    """Write files that differ: ``articles`` made up for each, or those of ``news`` without another thousandth."""
    if news is None:
        for seed, file in enumerate(files):
            write_made_up(file, seed, articles=articles)
        return
    table = read_news(news).table[["headline", "short_description", "category", "date"]]
    for number, file in enumerate(files):
        kept = table[np.arange(len(table)) % 1_000 != number]
        kept.to_json(file, orient="records", lines=True, date_format="iso", force_ascii=False)


def write_made_up(file: Path, seed: int, *, articles: int = ARTICLES, most_bytes: int | None = None) -> None:
    """Write ``articles`` as JSON lines, or as many as ``most_bytes`` hold; another seed gives other words."""
    rng = np.random.default_rng(seed)
    days = np.datetime64("2012-01-28") + np.arange(2_300)
    written = 0
    with file.open("w", encoding="ascii") as stream:
        for done in range(0, articles, _BLOCK):
            number = min(_BLOCK, articles - done)
            categories = np.minimum(rng.geometric(0.07, number) - 1, CATEGORIES - 1).tolist()
            dates = rng.choice(days, number).astype(str).tolist()
            texts = zip(
                _texts(rng, seed, number, _HEADLINE), _texts(rng, seed, number, _DESCRIPTION), strict=True
            )
            for (headline, description), category, date in zip(texts, categories, dates, strict=True):
                line = json.dumps(
                    {
                        "category": f"CATEGORY {category}",
                        "headline": headline,
                        "short_description": description,
                        "date": date,
                    }
                )
                written += len(line) + 1
                if most_bytes is not None and written > most_bytes:
                    return
                stream.write(line + "\n")


def write_headlines(file: Path, seed: int, *, headlines: int, most_bytes: int) -> None:
    """Write made-up headlines, one a line, until one of the limits is reached; 17 words each on average."""
    rng = np.random.default_rng(seed)
    text = "\n".join(_texts(rng, seed, headlines, 17))[:most_bytes]
    file.write_text(text + "\n", encoding="ascii")


def _texts(rng: np.random.Generator, seed: int, number: int, length: int) -> Iterator[str]:
    """Made-up texts of ``length`` words on average, at least one."""
    words = _vocabulary(seed)
    shares = 1 / (np.arange(len(words)) + 2.7)
    lengths = 1 + rng.poisson(length - 1, number)
    drawn = words[np.searchsorted(np.cumsum(shares / shares.sum()), rng.random(int(lengths.sum())))].tolist()
    start = 0
    for end in np.cumsum(lengths).tolist():
        yield " ".join(drawn[start:end]).capitalize()
        start = end


def _vocabulary(seed: int) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    """Stop words, then words made of syllables, the same for the same seed."""
    rng = np.random.default_rng([seed, 1])
    onsets = rng.choice(_ONSETS.split(), (_WORDS, 3))
    vowels = rng.choice(_VOWELS.split(), (_WORDS, 3))
    syllables = rng.integers(1, 4, _WORDS).tolist()
    endings = rng.choice(_ENDINGS, _WORDS)
    made = (
        "".join(onset + vowel for onset, vowel in zip(onsets[row][:n], vowels[row][:n], strict=True))
        + endings[row]
        for row, n in enumerate(syllables)
    )
    return np.array([*_STOP_WORDS.split(), *made], dtype=object)
