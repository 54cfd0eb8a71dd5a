"""How soon a run stops, and how often its curves gain a point: one run a preset, in a process of its own.

``python -m benchmarks.stopping FILE [--json]``. For ``quick`` and ``article`` on FILE: start, wait for the first
point of the curves and five seconds more, ask for a stop. Seconds from asking to the last batch, seconds to the
saved and scored classifier, and the longest wait between two points. Runs go into a temporary folder.
"""

import argparse
import json
import tempfile
import time
from itertools import pairwise
from pathlib import Path

from core.news.news import read_news
from core.runs import scheduler
from core.runs.run import Run
from core.runs.run_store import RunStore
from core.settings.presets import PRESETS
from core.training.events import BatchEnd, Failed, Finished, Scoring

LEARNING = 5.0  # seconds between the first point and the stop


def wait_for(run: Run, *kinds: type) -> float:
    """The moment (``time.monotonic``) at which the run's log first held such an event."""
    while not any(isinstance(event, (*kinds, Failed)) for event in run.events()[0]):
        time.sleep(0.02)
    return time.monotonic()


def measure(run: Run) -> dict[str, float]:
    scheduler.start(run)
    wait_for(run, BatchEnd)
    time.sleep(LEARNING)
    asked = time.monotonic()
    run.request_stop()
    ended, saved = wait_for(run, Scoring) - asked, wait_for(run, Finished) - asked
    points = [event.seconds for event in run.events()[0] if isinstance(event, BatchEnd)]
    gaps = [later - earlier for earlier, later in pairwise(points)]
    return {
        "last_batch_seconds": round(ended, 2),
        "saved_seconds": round(saved, 2),
        "longest_gap_seconds": round(max(gaps), 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="How soon a run stops.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    given = parser.parse_args()
    fingerprint = read_news(given.file).fingerprint
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for preset in ("quick", "article"):
            run = RunStore(Path(folder)).create(
                PRESETS[preset],
                news=given.file,
                news_name=given.file.name,
                fingerprint=fingerprint,
                owner="benchmark",
            )
            found[preset] = measure(run)
            print(f"{preset:<10}{found[preset]}")
    if given.json:
        print(json.dumps(found))


if __name__ == "__main__":
    main()
