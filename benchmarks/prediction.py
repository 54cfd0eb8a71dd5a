"""How long one headline takes, and how long a classifier takes to load: ``python -m benchmarks.prediction``.

The claims: a headline is answered in under 5 ms in process with a word index of 50,000, and a classifier
loads in tens of milliseconds. Random weights do: the time does not depend on what was learnt.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from core.model.classifier import Card, Classifier
from core.model.forward import weight_shapes
from core.model.scores import Scores
from core.settings.network import NetworkSettings
from core.settings.presets import PRESETS
from core.text.cleaning import CleaningSettings
from core.text.vocabulary import FIRST_WORD_ID, Vocabulary

HEADLINE = "Why The New Library In Town Lends Out Ladders, Telescopes And A Cello To Anyone Who Asks"
WORDS, CATEGORIES = 50_000, 41
TARGET_SECONDS = 0.005


def random_classifier(
    network: NetworkSettings,
    *,
    labels: tuple[str, ...],
    cleaning: CleaningSettings,
    known: tuple[str, ...] = (),
    seed: int = 1,
) -> Classifier:
    """A classifier that learnt nothing: the ``known`` words and made-up ones, weights drawn at random."""
    rng = np.random.default_rng(seed)
    words = tuple(dict.fromkeys(known))
    words += tuple(f"word{number}" for number in range(network.vocabulary_size - FIRST_WORD_ID - len(words)))
    shapes = weight_shapes(network, words=len(words) + FIRST_WORD_ID, categories=len(labels))
    return Classifier(
        cleaning=cleaning,
        network=network,
        vocabulary=Vocabulary(words=words, counts=tuple(range(len(words), 0, -1))),
        labels=labels,
        weights={name: rng.normal(0, 0.3, shape).astype(np.float32) for name, shape in shapes.items()},
        card=Card(
            news_name="random weights",
            fingerprint="0" * 64,
            rows=1_000,
            categories=len(labels),
            trained_at="2024-01-31",
            preset="none",
            seed=seed,
            epochs=0,
            seconds=0.0,
            validation_accuracy=0.25,
            test=Scores(rows=200, accuracy=0.25, top3_accuracy=0.5, macro_f1=0.2, loss=1.5, majority=0.125),
        ),
    )


def seconds(task: Callable[[], object], *, times: int) -> tuple[float, float]:
    """Median and 95th percentile of ``times`` calls, after one that is not counted."""
    task()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        task()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken), statistics.quantiles(taken, n=20)[-1]


def measure() -> dict[str, dict[str, float]]:
    """For every preset's network with 50,000 words: seconds a headline, for a file's headlines, for a load."""
    figures = {}
    labels = tuple(f"CATEGORY {number}" for number in range(CATEGORIES))
    for preset, settings in PRESETS.items():
        known = tuple(HEADLINE.lower().replace(",", " ,").split())
        network = replace(settings.network, vocabulary_size=WORDS)
        classifier = random_classifier(network, labels=labels, cleaning=settings.cleaning, known=known)
        median, slow = seconds(lambda c=classifier: c.predict([HEADLINE]), times=200)  # type: ignore[misc]
        start = time.perf_counter()
        classifier.probabilities([HEADLINE] * 2_000)
        many = 2_000 / (time.perf_counter() - start)
        with tempfile.TemporaryDirectory() as folder:
            classifier.save(Path(folder) / "whole")
            classifier.save(Path(folder) / "small", small=True)
            load, _ = seconds(lambda at=Path(folder) / "whole": Classifier.load(at), times=10)  # type: ignore[misc]
            load_small, _ = seconds(lambda at=Path(folder) / "small": Classifier.load(at), times=10)  # type: ignore[misc]
        figures[preset] = {
            "headline_seconds": median,
            "headline_seconds_95": slow,
            "headlines_per_second": many,
            "load_seconds": load,
            "load_small_seconds": load_small,
        }
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    figures = measure()
    if parser.parse_args().json:
        print(json.dumps({"words": WORDS, "target_seconds": TARGET_SECONDS, "presets": figures}))
        return
    print(f"word index of {WORDS:,}; one headline of {len(HEADLINE.split())} words")
    for preset, figure in figures.items():
        print(
            f"{preset:>8}: {1000 * figure['headline_seconds']:5.2f} ms a headline "
            f"(95 %: {1000 * figure['headline_seconds_95']:.2f}; target {1000 * TARGET_SECONDS:.0f}), "
            f"{figure['headlines_per_second']:,.0f} a second from a file, "
            f"load {1000 * figure['load_seconds']:.0f} ms ({1000 * figure['load_small_seconds']:.0f} in 8 bits)"
        )


if __name__ == "__main__":
    main()
