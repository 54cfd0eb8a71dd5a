"""The three ways to turn text into numbers that the article names, each learnt by the same network on the same split.

``python -m benchmarks.units FILE [--only UNIT ...] [--preset quick] [--sample N] [--json]``: one after the other
``python -m core train --unit UNIT`` with a preset's settings besides:

- ``words``: a number for each word;
- ``characters``: a number for each character; as much text is read as in words, in six times the steps;
- ``words and pairs``: a number for each word, and pairs of words vote beside the network (n-grams).

``seconds`` run as the run's own clock does, from the opening of the file to the end of the learning; ``numbers`` are
the rows of the word table, ``parameters`` the weights of the whole network.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from benchmarks.watched import only, train
from core.settings.network import TOKENIZATIONS
from core.settings.presets import PRESETS
from core.training.events import Finished, Prepared, Scoring


def measure(file: Path, unit: str, *, preset: str, sample: int) -> dict[str, Any]:
    done, events = train(file, preset, sample=sample, options=["--unit", unit])
    prepared, ending = only(events, Prepared), only(events, Finished)
    return {
        "unit": unit,
        "numbers": prepared.words,
        "parameters": prepared.parameters,
        "seconds": round(only(events, Scoring).seconds, 2),
        "validation_accuracy": ending.validation_accuracy,
        "accuracy": ending.test.accuracy,
        "macro_f1": ending.test.macro_f1,
        "training_rows": prepared.training_rows,
        "test_rows": ending.test.rows,
        "peak_mb": done.peak_mb,
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Words, characters, words and pairs: the same network on each."
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--only", action="append", choices=TOKENIZATIONS, help="may be given again")
    parser.add_argument("--preset", choices=list(PRESETS), default="quick")
    parser.add_argument("--sample", type=int, default=0, help="articles drawn at random; 0 takes all")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    given = parser.parse_args()
    if not given.file.is_file():
        sys.exit(f"{given.file} is not a file.")
    rows = []
    print(
        f"{'':<16}{'numbers':>9}{'parameters':>12}{'seconds':>9}{'validation':>12}{'test':>8}{'macro F1':>10}"
    )
    for unit in given.only or TOKENIZATIONS:
        row = measure(given.file, unit, preset=given.preset, sample=given.sample)
        rows.append(row)
        print(
            f"{unit:<16}{row['numbers']:>9,}{row['parameters']:>12,}{row['seconds']:>9.2f}"
            f"{row['validation_accuracy']:>12.2%}{row['accuracy']:>8.2%}{row['macro_f1']:>10.3f}",
            flush=True,
        )
    if given.json:
        print(json.dumps({"file": given.file.name, "preset": given.preset, "rows": rows}))


if __name__ == "__main__":
    main()
