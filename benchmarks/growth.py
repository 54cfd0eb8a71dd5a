"""How the time grows with the file: nothing but itself, a third of the file against the whole.

``python -m benchmarks.growth FILE [--sizes 20000 60000 180000] [--rounds 3] [--json]``. For each size a file of its
own, plain JSON lines of so many articles drawn from FILE, and ``python -m core train --preset quick`` on it; the sizes
in turns, medians over the rounds. From the log of each run:

- ``training_us``: microseconds an article while it learns, from the first point of the curves to the last of the first
  epoch. What comes before the first point, TensorFlow's tracing of its graphs, takes the same time for any file; it is
  in the next;
- ``epoch_us``: microseconds an article of the whole first epoch, tracing and the validation part's score included;
- ``classifier_us``: microseconds an article of the file, from its opening to the end of the learning.

Flat is: the largest is at most 1.2 times the smallest (``training_spread``). The other two fall as the file grows, for
a part of them is the same for all.
"""

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.watched import train
from core.news.news import News, read_news
from core.training.events import BatchEnd, EpochEnd, Event, Prepared, Scoring

FLAT = 1.2

# The same batches and epochs for every size: a preset fits itself to the file.
UNFITTED = ("--epochs", "2", "--set", "batch_size=256")


def write(news: News, size: int, file: Path) -> int:
    """``size`` articles of ``news``, drawn at random, as JSON lines; how many there were to draw."""
    size = min(size, len(news))
    table = news.table.sample(size, random_state=1).sort_index()
    columns = ["headline", "short_description", "category", "date"]
    table[columns].to_json(file, orient="records", lines=True, date_format="iso", force_ascii=False)
    return size


def measured(events: list[Event]) -> dict[str, float | None]:
    """A run's figures, in microseconds an article."""
    prepared = next(event for event in events if isinstance(event, Prepared))
    epoch = next(event for event in events if isinstance(event, EpochEnd))
    points = [event for event in events if isinstance(event, BatchEnd) and event.epoch == 1]
    first, last = points[0], points[-1]
    learnt = last.rows - first.rows  # none when the epoch was too short for two points
    total = prepared.training_rows + prepared.validation_rows + prepared.test_rows
    ready = next(event.seconds for event in events if isinstance(event, Scoring))
    return {
        "training_us": 1e6 * (last.seconds - first.seconds) / learnt if learnt else None,
        "epoch_us": 1e6 * (epoch.seconds - prepared.seconds) / epoch.rows,
        "classifier_us": 1e6 * ready / total,
        "classifier_seconds": ready,
    }


def spread(values: list[float | None]) -> float | None:
    """The largest over the smallest."""
    known = [value for value in values if value]
    return round(max(known) / min(known), 3) if len(known) == len(values) else None


def measure(file: Path, sizes: list[int], rounds: int) -> list[dict[str, Any]]:
    found: dict[int, list[dict[str, float | None]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        news, files = read_news(file), {}
        for size in sizes:
            one = Path(folder) / f"{size}.json"
            files[write(news, size, one)] = one
        del news
        for _ in range(rounds):
            for size, one in files.items():
                done, events = train(one, "quick", options=UNFITTED)
                found.setdefault(size, []).append({**measured(events), "peak_mb": float(done.peak_mb)})
    return [
        {"articles": size, **{name: _median([one[name] for one in runs]) for name in runs[0]}}
        for size, runs in found.items()
    ]


def _median(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(statistics.median(known), 2) if known else None


def main() -> None:
    parser = argparse.ArgumentParser(description="How the time grows with the file.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=[20_000, 60_000, 180_000], metavar="N")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    given = parser.parse_args()
    if not given.file.is_file():
        sys.exit(f"{given.file} is not a file.")
    rows = measure(given.file, given.sizes, max(1, given.rounds))
    print(f"{'articles':>9}{'learning':>12}{'epoch':>12}{'file to classifier':>28}{'MB':>7}")
    for row in rows:
        learning = f"{row['training_us']:.0f} us" if row["training_us"] is not None else "too few"
        print(
            f"{row['articles']:>9,}{learning:>12}{row['epoch_us']:>9.0f} us"
            f"{row['classifier_us']:>14.0f} us, {row['classifier_seconds']:>8.2f} s{row['peak_mb']:>7.0f}"
        )
    training = spread([row["training_us"] for row in rows])
    if training is not None:
        print(f"learning: the largest is {training} times the smallest; flat is at most {FLAT}")
    if given.json:
        spreads = {
            f"{name}_spread": spread([row[f"{name}_us"] for row in rows])
            for name in ("training", "epoch", "classifier")
        }
        print(json.dumps({"file": given.file.name, "rows": rows, **spreads, "flat": FLAT}))


if __name__ == "__main__":
    main()
