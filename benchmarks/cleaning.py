"""Cleaning a whole file: ours against the article's function with its faults mended, for the same text.

``python -m benchmarks.cleaning FILE [--articles N] [--json]``. Three ways to the same words:

- ``article``: the article's function as one writes it once the patterns have their backslashes and the lemma is
  added to the sentence; still, as printed, with the stop words made into a list and a lemmatizer made at every word;
- ``article_mended``: the same with those two slips mended too, a set and one lemmatizer made once;
- ``ours``: ``clean_all`` with the article's steps, its dictionaries empty at the start.

The article's two go through the file in parts; between two parts ours cleans the whole file in one call, and its
seconds are the mean of those calls. So a neighbour's load falls on all of them alike; times are of this process on
the processor (``time.process_time``). Reading WordNet, about a second for each of them, comes before and is not
counted. The ratio to read is ``times_as_fast``: article over ours.

On the real file one text of 180,768 differs: between # and the tag stands a mark that nobody sees, which our first
step takes away, so that the next finds the tag.
"""

import argparse
import json
import re
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from core.insight.lessons.faults.loop_timing import at_every_word, once
from core.news.news import read_news
from core.text.cleaning import CleaningSettings, clean_all, texts_of
from core.text.lexicon import _cached_lemma, lemma

PARTS = 8
SETTINGS = replace(CleaningSettings.article(), keep_negations=False)  # the article's list has them


def without_marks(text: str) -> str:
    """The article's substitutions with their backslashes, links first."""
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"(?i:https?://|www\.)\S+", " ", text)
    text = re.sub(r"@\w+", " ", text)
    text = re.sub(r"\[[^\[\]]*\]", " ", text)
    text = re.sub(r"#\w+", " ", text)
    text = re.sub(r"\d+", "", text)
    text = re.sub(r"[^\w\s]", "", text)
    return text.lower()


def article(text: str) -> str:
    return " ".join(at_every_word(without_marks(text).split()))


def article_mended(text: str) -> str:
    return " ".join(once(without_marks(text).split()))


WAYS: dict[str, Callable[[list[str]], list[str]]] = {
    "article": lambda texts: [article(text) for text in texts],
    "article_mended": lambda texts: [article_mended(text) for text in texts],
    "ours": lambda texts: clean_all(texts, SETTINGS),
}


def measure(texts: list[str]) -> dict[str, float | int | bool]:
    """Seconds of each way for all texts, their ratios, and how many texts they differ on."""
    lemma("women")
    seconds = dict.fromkeys(WAYS, 0.0)
    different, step = 0, -(-len(texts) // PARTS)
    whole: list[float] = []
    for start in range(0, len(texts), step):
        part, answers = texts[start : start + step], []
        for name in ("article", "article_mended"):
            began = time.process_time()
            answers.append(WAYS[name](part))
            seconds[name] += time.process_time() - began
        _cached_lemma.cache_clear()
        began = time.process_time()
        cleaned = WAYS["ours"](texts)
        whole.append(time.process_time() - began)
        answers.append(cleaned[start : start + step])
        different += sum(len(set(three)) > 1 for three in zip(*answers, strict=True))
    seconds["ours"] = sum(whole) / len(whole)
    return {
        "articles": len(texts),
        **{f"{name}_seconds": round(taken, 2) for name, taken in seconds.items()},
        "times_as_fast": round(seconds["article"] / seconds["ours"], 1),
        "times_as_fast_as_mended": round(seconds["article_mended"] / seconds["ours"], 1),
        "different_texts": different,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Cleaning a whole file, against the article's function.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--articles", type=int, default=0, help="the first so many; 0 takes all")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    given = parser.parse_args()
    texts = texts_of(read_news(given.file).table, SETTINGS)[: given.articles or None]
    found = measure(texts)
    for name in WAYS:
        print(f"{name:<16}{found[f'{name}_seconds']:>8} s")
    print(f"ours is {found['times_as_fast']} times as fast as the article's function with its faults mended,")
    print(f"{found['times_as_fast_as_mended']} times as fast as with its two slow habits mended as well;")
    print(f"texts on which the three differ: {found['different_texts']}")
    if given.json:
        print(json.dumps(found))


if __name__ == "__main__":
    main()
