"""Small news files, most of 60 to 2,000 rows, for ``benchmarks.small``: made up, and drawn from a large file.

``python -m benchmarks.small_files FOLDER [--seed 1] [--news FILE] [--test 0] [--only NAME]``. What is hard about each:

- ``foreign``: 200 rows; one word of a topic in five is another topic's;
- ``wrong``, ``wrong1200``: 400 and 1,200 rows; 15 % of the labels are wrong;
- ``rare``: 500 rows; a topic has 800 words, of which a text holds two;
- ``long``: 500 rows of 120 to 250 words, of which six are of the topic;
- ``many``: 900 rows in 30 categories;
- ``sixty``: 60 rows in four categories;
- ``tickets``, ``spanish``, ``hindi``: as many rows as ``data/samples`` has, from its words, with another seed;
- ``news300`` to ``news8000``, with ``--news``: that many articles of 4, 5, 6, 8 and 12 of its categories, as far as it
  has so many.

With ``--test ROWS`` each file is a zip of the training rows and as many others of the same kind to score: what is
chosen on such files is chosen by a score that few rows more or less do not change. Another seed draws other rows and
other words, so that settings are tuned on one seed and reported on another.
"""

import argparse
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from core.news.news import read_news
from data.make_samples import SAMPLES, make

Rows = list[dict[str, str]]
_NEWS = {
    "news300": (300, 4),
    "news600": (600, 5),
    "news1000": (1_000, 6),
    "news2000": (2_000, 8),
    "news8000": (8_000, 12),
}
_SYLLABLES = [first + vowel for first in "bcdfghjklmnprstvwz" for vowel in "aeiou"]
_SHARED = 400  # words that belong to no topic


def made_up(
    rng: np.random.Generator,
    rows: int,
    *,
    topics: int = 4,
    own: int = 60,
    lengths: tuple[int, int] = (6, 14),
    topical: tuple[int, int] = (1, 3),
    foreign: float = 0.0,
    wrong: float = 0.0,
) -> Rows:
    """Texts of words without meaning, some of which belong to the category.

    Args:
        own: words of each topic; all words of a list follow Zipf's law.
        lengths, topical: words of a text and how many of them are its topic's, from and to.
        foreign: share of these that are another topic's.
        wrong: share of the labels that are wrong.
    """
    syllables = rng.choice(_SYLLABLES, (_SHARED + topics * own, 4))
    words = np.array(["".join(word) for word in syllables])
    shared, by_topic = words[:_SHARED], words[_SHARED:].reshape(topics, own)
    made = []
    for _ in range(rows):
        topic = int(rng.integers(topics))
        text = _drawn(rng, shared, int(rng.integers(lengths[0], lengths[1] + 1)))
        positions = rng.choice(len(text), int(rng.integers(topical[0], topical[1] + 1)), replace=False)
        for at in positions:
            of = _other(rng, topic, topics) if rng.random() < foreign else topic
            text[at] = _drawn(rng, by_topic[of], 1)[0]
        label = _other(rng, topic, topics) if rng.random() < wrong else topic
        made.append({"headline": " ".join(text).capitalize(), "category": f"TOPIC {label}"})
    return made


def _drawn(rng: np.random.Generator, words: np.ndarray, number: int) -> list[str]:
    shares = 1 / (np.arange(len(words)) + 3.0)
    return [str(word) for word in rng.choice(words, number, p=shares / shares.sum())]


def _other(rng: np.random.Generator, topic: int, topics: int) -> int:
    return int((topic + rng.integers(1, topics)) % topics)


def sampled(name: str, seed: int, extra: int) -> tuple[int, Rows]:
    """The rows that a sample of ``data/samples`` has, and ``extra`` more, of another seed, in any order."""
    (sample,) = (each for each in SAMPLES if each.name.startswith(name) or f"_{name}" in each.name)
    made = make(replace(sample, seed=100_000 + seed, rows=sample.rows + extra))
    order = np.random.default_rng([seed, 2]).permutation(len(made))
    names = ("headline", "short_description", "category", "date")
    return sample.rows, [dict(zip(names, made[row], strict=True)) for row in order]


def drawn(news: Path, seed: int, extra: int) -> Iterator[tuple[str, int, Rows]]:
    """Articles of some categories of a large file, each of at least a hundredth of its articles."""
    table = read_news(news).table
    shares = table["category"].value_counts(normalize=True)
    large = sorted(shares[shares >= 0.01].index)
    for name, (rows, categories) in _NEWS.items():
        rng = np.random.default_rng([seed, rows])
        chosen = table[table["category"].isin(rng.choice(large, min(categories, len(large)), replace=False))]
        if len(chosen) < rows + extra:
            continue
        parts = chosen.iloc[rng.choice(len(chosen), rows + extra, replace=False)]
        yield name, rows, parts[["headline", "short_description", "category"]].astype(str).to_dict("records")


def files(seed: int, extra: int, news: Path | None) -> Iterator[tuple[str, int, Rows]]:
    """Each file's name, its rows to learn from, and these rows with ``extra`` more."""
    rng = np.random.default_rng(seed)
    yield "foreign", 200, made_up(rng, 200 + extra, foreign=0.2)
    yield "wrong", 400, made_up(rng, 400 + extra, wrong=0.15)
    yield "rare", 500, made_up(rng, 500 + extra, own=800, topical=(2, 2))
    yield "long", 500, made_up(rng, 500 + extra, lengths=(120, 250), topical=(6, 6))
    yield "many", 900, made_up(rng, 900 + extra, topics=30, own=20)
    yield "sixty", 60, made_up(rng, 60 + extra, own=30, topical=(2, 4))
    yield "wrong1200", 1_200, made_up(rng, 1_200 + extra, wrong=0.15)
    for name in ("tickets", "spanish", "hindi"):
        yield name, *sampled(name, seed, extra)
    if news:
        yield from drawn(news, seed, extra)


def written(rows: Rows) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--news", type=Path, help="a large file to draw from as well")
    parser.add_argument("--test", type=int, default=0, metavar="ROWS", help="more of the same kind, to score")
    parser.add_argument("--only", action="append", metavar="NAME", help="may be given again")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    for name, learnt, rows in files(options.seed, options.test, options.news):
        if options.only and name not in options.only:
            continue
        if options.test:
            path = options.folder / f"{name}.zip"
            stream = io.BytesIO()
            with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr("train.jsonl", written(rows[:learnt]))
                archive.writestr("test.jsonl", written(rows[learnt:]))
            path.write_bytes(stream.getvalue())
        else:
            path = options.folder / f"{name}.jsonl"
            path.write_text(written(rows), encoding="utf-8")
        print(f"{path}: {learnt:,} rows to learn from, {len(rows) - learnt:,} to score")


if __name__ == "__main__":
    main()
