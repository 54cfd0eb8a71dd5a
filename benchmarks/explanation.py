"""How long a look into one answer takes: ``python -m benchmarks.explanation [MODEL] [--json]``.

Of some invented headlines, one of them with a description, each look by itself as the Predict page asks for it: the
reading along from the left, both kinds of contributions, a word's neighbours, the smallest change that turns the
answer. The claim is that reading along and contributions to one headline together take under 0.3 s. ``missing`` is the
most that integrated gradients failed to sum up to, against a thousandth.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from core import paths
from core.insight.prediction.attribution import METHODS, attribute_words, read_along, words_read
from core.insight.prediction.counterfactuals import smallest_flip, substitution_counterfactuals
from core.model.classifier import Classifier

HEADLINES = (
    "Senate votes on new climate bill after a long night",
    "Ten easy dinners for busy weeknights",
    "Striker scores twice in the last minute of the final",
    "Why the new library in town lends out ladders, telescopes and a cello to anyone who asks for one politely, and "
    "what its neighbours, its mayor and two visiting professors of economics think about that this winter",
)


def looks(classifier: Classifier, words: tuple[str, ...]) -> dict[str, Callable[[], object]]:
    """Each look at one text, by its name."""
    return {
        "read along": lambda: read_along(classifier, words),
        **{method: partial(attribute_words, classifier, words, method=method) for method in METHODS},
        "another word": lambda: substitution_counterfactuals(classifier, words, 0),
        "smallest change": lambda: smallest_flip(classifier, words),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="How long a look into one answer takes.")
    parser.add_argument("model", type=Path, nargs="?", default=paths.STARTER)
    parser.add_argument("--rounds", type=int, default=15, help="calls of each, of which the median counts")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    given = parser.parse_args()
    classifier = Classifier.load(given.model)
    rows: list[dict[str, str | int | float]] = []
    missing = 0.0
    for headline in HEADLINES:
        words = words_read(classifier, headline)
        for name, look in looks(classifier, words).items():
            look()
            taken = []
            for _ in range(given.rounds):
                start = time.perf_counter()
                look()
                taken.append(time.perf_counter() - start)
            milliseconds = round(1000 * statistics.median(taken), 2)
            rows.append({"words": len(words), "look": name, "median_ms": milliseconds})
            print(f"{len(words):>3} words  {name:<22}{milliseconds:>9.2f} ms")
        missing = max(missing, abs(attribute_words(classifier, words).completeness_gap))
    print(f"integrated gradients miss the difference in logit by {missing:.1e} at most")
    if given.json:
        print(json.dumps({"rows": rows, "missing": missing}))


if __name__ == "__main__":
    main()
