"""The presets against the linear classifiers and against the article's code, each from the file to its accuracy.

``python -m benchmarks.race FILE [--only NAME ...] [--sample N] [--json]``. One after the other, each in a process of
its own, on the same articles:

- ``quick``, ``best``: ``python -m core train --preset``, ``best`` within ten minutes, after which it is interrupted
  and shows what it has. ``seconds`` run as the run's own clock does, from the opening of the file to the end of the
  learning (reading, cleaning, word index, TensorFlow's start, learning, the validation part's scores);
- ``svm``, ``svm_words``, ``svm_article``, ``fasttext``: see ``baselines.py``; the split is quick's, ``seconds`` from
  the opening of the file to the classifier. fastText takes part where its package is installed;
- ``article``: see ``article.py``; on 20,000 articles of their own, its row holds one for each of Keras's epochs, with
  our seconds to the validation accuracy that the article's code then has.

``accuracy`` is the test part's, but for ``article``. ``process_seconds`` are of the whole command: Python's start, all
imports, the test's score, for the presets a second reading of the file and the saving as well. ``peak_mb`` is the most
memory the process held at once. For ``quick`` the goal is at least the SVM's accuracy in at most its time:
``of_the_svms_time`` and ``above_the_svm`` tell, where both took part.
"""

import argparse
import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

from benchmarks import article
from benchmarks.watched import only, train, watched
from core.training.events import EpochEnd, Finished, Prepared, Scoring

LIMIT = 600.0  # seconds that `best` may take
PRESETS, BASELINES = ("quick", "best"), ("svm", "svm_words", "svm_article", "fasttext")
ENTRANTS = ("quick", "svm", "svm_words", "svm_article", "fasttext", "best", "article")


def of_preset(file: Path, preset: str, sample: int) -> dict[str, Any]:
    done, events = train(file, preset, sample=sample, limit=LIMIT if preset == "best" else float("inf"))
    moments = {type(event): event.seconds for event in events}
    ending = only(events, Finished)
    return {
        "seconds": round(moments[Scoring], 2),
        "preparing_seconds": round(moments[Prepared], 2),
        "accuracy": ending.test.accuracy,
        "validation_accuracy": ending.validation_accuracy,
        "macro_f1": ending.test.macro_f1,
        "training_rows": only(events, Prepared).training_rows,
        "test_rows": ending.test.rows,
        "epochs": [round(event.seconds, 2) for event in events if isinstance(event, EpochEnd)],
        "interrupted": done.stopped,
        "process_seconds": done.seconds,
        "peak_mb": done.peak_mb,
    }


def of_baseline(file: Path, way: str, sample: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.baselines", str(file.resolve()), "--way", way]
    done = watched([*command, "--sample", str(sample), "--json"])
    return {**done.record, "process_seconds": done.seconds, "peak_mb": done.peak_mb}


def run(
    name: str, file: Path, *, sample: int, article_sample: int, article_epochs: int, rounds: int
) -> dict[str, Any]:
    if name in PRESETS:
        return of_preset(file, name, sample)
    if name in BASELINES:
        return of_baseline(file, name, sample)
    return article.measure(file, sample=article_sample, epochs=article_epochs, rounds=rounds)


def against_svm(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """For every SVM that took part beside ``quick``: quick's time as a share of its, and by how much it is better."""
    named = {row["name"]: row for row in rows}
    quick = named.get("quick")
    if quick is None:
        return {}
    return {
        name: {
            "of_the_svms_time": round(quick["seconds"] / row["seconds"], 3),
            "above_the_svm": round(quick["accuracy"] - row["accuracy"], 4),
        }
        for name, row in named.items()
        if name.startswith("svm")
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description="The presets against linear classifiers and the article's code."
    )
    parser.add_argument("file", type=Path)
    parser.add_argument(
        "--only", action="append", choices=ENTRANTS, help="who takes part; may be given again"
    )
    parser.add_argument("--sample", type=int, default=0, help="articles drawn at random; 0 takes all")
    parser.add_argument(
        "--article-sample", type=int, default=20_000, help="articles for the article's network"
    )
    parser.add_argument("--article-epochs", type=int, default=1, help="epochs of the article's code")
    parser.add_argument("--rounds", type=int, default=3, help="runs of ours for the article's network")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    given = parser.parse_args()
    if not given.file.is_file():
        sys.exit(f"{given.file} is not a file.")
    rows: list[dict[str, Any]] = []
    print(f"{'':<12}{'seconds':>9}{'accuracy':>10}{'process s':>11}{'MB':>7}")
    for name in [one for one in ENTRANTS if one in (given.only or ENTRANTS)]:
        if name == "fasttext" and importlib.util.find_spec("fasttext") is None:
            print(f"{name:<12} skipped: the package fasttext is not installed")
            continue
        found = run(
            name,
            given.file,
            sample=given.sample,
            article_sample=given.article_sample,
            article_epochs=max(1, given.article_epochs),
            rounds=max(1, given.rounds),
        )
        rows.append({"name": name, **found})
        if name == "article":
            print(article.told(found))
            continue
        print(
            f"{name:<12}{found['seconds']:>9.2f}{found['accuracy']:>10.2%}{found['process_seconds']:>11.2f}"
            f"{found['peak_mb']:>7}",
            flush=True,
        )
    compared = against_svm(rows)
    for name, figures in compared.items():
        print(
            f"quick takes {figures['of_the_svms_time']} times the time of {name} "
            f"and is right on {figures['above_the_svm']:+.2%} of the test part"
        )
    if given.json:
        print(json.dumps({"file": given.file.name, "rows": rows, "quick_against": compared}))


if __name__ == "__main__":
    main()
