"""A memory race from the command line: ``python -m benchmarks.memory_race FILE [--articles N] [--epochs N] [--json]``.

The runs go through the queue as a visitor's do, each in a process of its own, one after the other. Printed is what the
page shows: units, parameters, accuracy, seconds of learning (without reading the file and starting up), articles a
second while it learns, multiply-adds of a text of mean length; then the verdict, and how far each cell remembers the
word that tells its category best to all of them. ``seconds`` is the whole race on the wall, ``distance_ms`` all
distances of all cells, ``words_ms`` what it takes to find the telling words and the fillers.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from core.insight.evaluation.held_out import HeldOut
from core.insight.memory_race import captions
from core.insight.memory_race.forgetting import filler_orders, half_life, measure_forgetting
from core.insight.memory_race.results import compare, relative_spread, result
from core.insight.memory_race.word_choice import telling_words, uninformative_words
from core.model.classifier import Classifier
from core.news.news import read_news
from core.runs import memory_race
from core.runs.run_store import RunStore
from core.runs.start import TrainingFile
from core.settings.memory_race import equal_budget_settings
from core.settings.network import CELLS

LOOK = 0.2  # seconds between two looks at the race


def measure(file: Path, cells: list[str], **wanted: Any) -> dict[str, Any]:
    """Race ``cells`` on ``file``; ``wanted`` as :func:`core.settings.memory_race.equal_budget_settings` takes it."""
    news = read_news(file)
    settings = [one for one in equal_budget_settings(**wanted) if one.network.cell in cells]
    with tempfile.TemporaryDirectory() as storage:
        began = time.perf_counter()
        found = memory_race.start_race(
            RunStore(Path(storage)), "benchmark", settings, TrainingFile.of(news, file)
        )
        while found.at_work or any(run.alive() for run in found.runs):
            time.sleep(LOOK)
        seconds = time.perf_counter() - began
        if failed := [run for run in found.runs if run.result() is None]:
            raise RuntimeError(f"{failed[0].settings.network.cell} has failed:\n{failed[0].last_output()}")
        classifiers = {
            run.settings.network.cell: Classifier.load(run.classifier_folder) for run in found.runs
        }
        held = [
            HeldOut.load(
                run.classifier_folder, categories=len(classifiers[run.settings.network.cell].labels)
            ).test
            for run in found.runs
        ]
        words = float(held[0].lengths.mean())
        standings = [result(run.settings, run.events()[0], words=words) for run in found.runs]
        right = {
            one.cell: part.logits.argmax(axis=1) == part.y for one, part in zip(standings, held, strict=True)
        }
        verdict = captions.verdict(compare(standings, right))
        return {
            "file": file.name,
            "seconds": round(seconds, 1),
            "words": round(words, 1),
            "title": verdict.title,
            "said": verdict.text,
            "apart": round(relative_spread([one.layer_parameters for one in standings]), 4),
            "rows": [
                {
                    "cell": one.cell,
                    "units": one.units,
                    "layer": one.layer_parameters,
                    "parameters": one.parameters,
                    "validation": one.validation,
                    "test": one.test.accuracy if one.test else None,
                    "majority": one.test.majority if one.test else None,
                    "seconds": round(one.seconds or 0.0, 2),
                    "rate": round(one.rate or 0.0),
                    "multiply_adds": round(one.multiply_adds or 0.0),
                }
                for one in standings
            ],
            **_distances(classifiers),
        }


def _distances(classifiers: dict[Any, Classifier]) -> dict[str, Any]:
    among = list(classifiers.values())
    began = time.perf_counter()
    words, fillers = telling_words(among), uninformative_words(among)
    chosen = time.perf_counter() - began
    word = words[0]
    first = among[0]
    length = first.network.sequence_length - 1
    orders = filler_orders(first.vocabulary.encode(fillers), length)
    began = time.perf_counter()
    found = {
        cell: measure_forgetting(one, word.token_id, word.label, orders) for cell, one in classifiers.items()
    }
    return {
        "words_ms": round(1000 * chosen),
        "distance_ms": round(1000 * (time.perf_counter() - began)),
        "telling": [(one.word, first.labels[one.label], round(one.probability, 3)) for one in words],
        "fillers": fillers,
        "half_gone": {cell: half_life(one.effect) for cell, one in found.items()},
        "gradient_half_gone": {cell: half_life(one.gradients) for cell, one in found.items()},
        "distance": captions.probability(found, word.word, first.labels[word.label]),
        "gradient": captions.gradient(found),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="A memory race from the command line.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--articles", type=int, default=20_000, help="drawn at random; 0 takes all")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--units", type=int, default=64, help="of the GRU")
    parser.add_argument("--length", type=int, default=40, help="words read of a text at most")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", action="append", choices=CELLS, help="who takes part; may be given again")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    given = parser.parse_args()
    if not given.file.is_file():
        sys.exit(f"{given.file} is not a file.")
    found = measure(
        given.file,
        given.only or list(CELLS),
        articles=given.articles,
        epochs=given.epochs,
        units=given.units,
        sequence_length=given.length,
        seed=given.seed,
    )
    print(
        f"{'':<10}{'units':>6}{'layer':>8}{'in all':>11}{'valid.':>8}{'test':>8}{'s':>7}{'rows/s':>8}{'mult.-adds':>12}"
    )
    for row in found["rows"]:
        print(
            f"{row['cell']:<10}{row['units']:>6}{row['layer']:>8,}{row['parameters']:>11,}{row['validation']:>8.1%}"
            f"{row['test']:>8.1%}{row['seconds']:>7.1f}{row['rate']:>8,}{row['multiply_adds']:>12,}"
        )
    print(*(found[name] for name in ("title", "said", "distance", "gradient")), sep="\n")
    print(
        f"{found['seconds']} s in all; all distances of all cells in {found['distance_ms']} ms, the words found in "
        f"{found['words_ms']} ms"
    )
    if given.json:
        print(json.dumps(found))


if __name__ == "__main__":
    main()
