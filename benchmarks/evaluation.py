"""How long an evaluation takes: ``python -m benchmarks.evaluation [CLASSIFIER]``.

The claims: the whole test part is evaluated in under 10 s, and no view of the Evaluate page takes over 1 s, be it the
first time. CLASSIFIER is the folder of one with its held-out articles, a run's or, by default, the starter, whose test
part has 18,076 articles in 41 categories. The page is run by Streamlit's own AppTest, without a browser.
"""

import argparse
import importlib
import json
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from core import paths

T = TypeVar("T")
VIEWS = ("Scores", "Confusion", "Calibration", "Where it fails", "Confusable", "Word order")
TARGET_EVALUATION, TARGET_VIEW = 10.0, 1.0


def evaluation(folder: Path) -> tuple[dict[str, float], int, int]:
    """Seconds of each step of an evaluation, in a process that has computed none; test articles and categories."""
    # Here, so that the time of their own imports is nobody's.
    from core.insight.evaluation import calibration, confusion, slices
    from core.insight.evaluation.held_out import HeldOut
    from core.insight.evaluation.report import evaluate
    from core.model.classifier import Classifier

    seconds: dict[str, float] = {}

    def timed(name: str, task: Callable[[], T]) -> T:
        started = time.perf_counter()
        result = task()
        seconds[name] = time.perf_counter() - started
        return result

    classifier = timed("load the classifier", lambda: Classifier.load(folder))
    held = timed(
        "load the held-out articles", lambda: HeldOut.load(folder, categories=len(classifier.labels))
    )
    test, validation = held.test, held.validation
    report = timed("scores and confusion", lambda: evaluate(test, held.training_counts))
    timed("order of the categories", lambda: confusion.order_by_similarity(report.confusion))
    pairs = timed("confused pairs", lambda: confusion.confused_pairs(report.confusion))
    if pairs:
        first, second = pairs[0].first, pairs[0].second
        words = classifier.vocabulary
        timed(
            "words of a pair",
            lambda: confusion.distinguishing_words((validation, test), words, first, second),
        )
        timed("articles of a cell", lambda: confusion.cell_articles(test, first, second))
    timed("calibration", lambda: calibration.calibrate(test.logits, test.y))
    timed("temperature", lambda: calibration.fit_temperature(validation.logits, validation.y))
    length = classifier.network.sequence_length
    timed(
        "slices",
        lambda: (
            slices.by_length(test, sequence_length=length),
            slices.by_year(test),
            slices.by_unknown(test),
        ),
    )
    return seconds, len(test), len(classifier.labels)


def views(folder: Path) -> dict[str, tuple[float, float]]:
    """Seconds that the page takes for each view, the first time and again."""
    from streamlit.testing.v1 import AppTest

    importlib.import_module(
        "pages.evaluate.confusable_categories"
    )  # with Plotly and Streamlit, as a server has them
    taken: dict[str, tuple[float, float]] = {}
    with tempfile.TemporaryDirectory() as storage:
        os.environ["HEADLINE_LAB_STORAGE"] = (
            storage  # a fresh visitor: what is in the starter's place is shown
        )
        paths.STARTER = folder
        page = AppTest.from_file(str(paths.ROOT / "pages" / "evaluate" / "page.py"), default_timeout=120)
        for view in VIEWS:
            times = []
            for _ in range(2):
                if page.segmented_control:  # the first view is the one that the page opens with
                    page.segmented_control(key="evaluate_view").set_value(view)
                started = time.perf_counter()
                page.run()
                times.append(time.perf_counter() - started)
                if page.exception or not page.segmented_control:
                    raise SystemExit(f"{folder} is no classifier with its held-out articles.")
            taken[view] = (times[0], times[1])
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("classifier", type=Path, nargs="?", default=paths.STARTER)
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    given = parser.parse_args()
    steps, articles, categories = evaluation(given.classifier)
    shown = views(given.classifier)
    total = sum(steps.values())
    print(
        f"{articles:,} test articles, {categories} categories: {total:.2f} s in all (target {TARGET_EVALUATION:.0f})"
    )
    for name, seconds in steps.items():
        print(f"{name:>28}: {1000 * seconds:7.1f} ms")
    print(f"the page, first time and again (target {1000 * TARGET_VIEW:.0f} ms)")
    for view, (first, again) in shown.items():
        print(f"{view:>28}: {1000 * first:7.1f} ms {1000 * again:7.1f} ms")
    if given.json:
        record = {
            "articles": articles,
            "categories": categories,
            "seconds": total,
            "steps": steps,
            "views": {view: {"first": first, "again": again} for view, (first, again) in shown.items()},
        }
        print(json.dumps(record))


if __name__ == "__main__":
    main()
