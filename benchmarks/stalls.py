"""Cleaning and showing a megabyte that was made to stall a regular expression.

``python -m benchmarks.stalls [--characters N] [--json]``. For each text the processor's milliseconds, the quickest of
three, with the cleaning that the presets use (``marked``), with the article's, and for its Markdown on a page
(``literal``); beside them those of ordinary text of the same length, so that the ratio can be read on any machine.
And how the time grows: that of the whole text as a multiple of that of its first eighth, 8 where it grows as the text.
Dictionaries are loaded before.
"""

import argparse
import json
from collections.abc import Callable
from functools import partial
from time import process_time

from core.news.news import read_news
from core.paths import SAMPLE
from core.text.cleaning import CleaningSettings, clean
from pages.wording import literal

# Each is repeated to the length asked for.
STALLS = {
    "open brackets": "[",
    "printed bracket set": "(",
    "signs": "@#",
    "https": "https:/",
    "w": "w",
    "marks": "!",
    "alternating marks": "!?",
    "letter and mark": "a!",
    "digits": "1",
    "letter and digit": "a1",
    "blanks": " ",
    "one word": "a",
    "sigmas": "Σ.",
    "arrows": "<-",
    "combining marks": "\u0301\u0316",
    "flags": "\U0001f1eb",
    "joined emoji": "\U0001f468\u200d",
    "keycaps": "1\ufe0f\u20e3",
    "codes of HTML": "&amp;",
    "tags of HTML": "<b ",
    "comments of HTML": "<!--",
}
TASKS: dict[str, Callable[[str], object]] = {
    "marked": partial(clean, settings=CleaningSettings.marked()),
    "article": partial(clean, settings=CleaningSettings.article()),
    "literal": literal,
}


def stall(name: str, characters: int) -> str:
    """So many characters of the text of this name."""
    piece = STALLS[name]
    return (piece * (characters // len(piece) + 1))[:characters]


def quickest(task: Callable[[str], object], text: str, times: int = 3) -> float:
    """Seconds of the processor that the task with the text took, the least of so many times."""
    taken = []
    for _ in range(times):
        start = process_time()
        task(text)
        taken.append(process_time() - start)
    return min(taken)


def main() -> None:
    parser = argparse.ArgumentParser(description="Cleaning what was made to stall a regular expression.")
    parser.add_argument("--characters", type=int, default=1_000_000)
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    given = parser.parse_args()
    ordinary = " ".join(read_news(SAMPLE).table["text"])
    ordinary = (ordinary * (given.characters // len(ordinary) + 1))[: given.characters]
    texts = {"ordinary text": ordinary} | {name: stall(name, given.characters) for name in STALLS}
    rows = []
    for name, text in texts.items():
        row: dict[str, str | float] = {"text": name}
        for kind, task in TASKS.items():
            task("the women")  # loads the dictionaries
            whole = quickest(task, text)
            row[f"{kind}_ms"] = round(1000 * whole, 1)
            row[f"{kind}_growth"] = round(whole / max(quickest(task, text[: len(text) // 8]), 1e-6), 1)
        rows.append(row)
        figures = (f"{row[f'{kind}_ms']:>9} ms {kind}, times {row[f'{kind}_growth']:<5}" for kind in TASKS)
        print(f"{name:<22}" + "".join(figures))
    if given.json:
        print(json.dumps({"characters": given.characters, "rows": rows}))


if __name__ == "__main__":
    main()
