"""How long the index of runs takes to be made again: ``python -m benchmarks.registry [--runs 1000] [--json]``.

Makes so many runs' folders with a log of 200 events each, of fifty visitors, deletes the index, and asks for one
visitor's runs, which makes it anew; then asks again with the index there.
"""

import argparse
import json
import tempfile
import time
from pathlib import Path

from core.runs.run_store import RunStore
from core.settings.presets import PRESETS
from core.training.events import BatchEnd, Event, Failed, to_json

EVENTS, VISITORS = 200, 50


def fill(store: RunStore, runs: int) -> None:
    told: list[Event] = [
        BatchEnd(
            epoch=1, step=step, steps=EVENTS, rows=step * 32, loss=1.0, accuracy=0.5, validation_loss=1.0,
            validation_accuracy=0.5, rows_per_second=1000.0, seconds=float(step),
        )
        for step in range(EVENTS)
    ]  # fmt: skip
    log = "".join(json.dumps(to_json(event)) + "\n" for event in [*told, Failed(reason="r", seconds=1.0)])
    for number in range(runs):
        run = store.create(
            PRESETS["quick"],
            news=Path("news.json"),
            news_name="news.json",
            fingerprint="f" * 64,
            owner=f"visitor {number % VISITORS}",
        )
        (run.folder / "events.jsonl").write_text(log)


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the index of runs again.")
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = RunStore(Path(folder))
        fill(store, given.runs)
        store.registry.file.unlink()
        began = time.perf_counter()
        found = len(store.of_owner("visitor 1"))
        again = time.perf_counter()
        store.of_owner("visitor 1")
        ended = time.perf_counter()
        whole = len(store.registry.ids())
    record = {
        "runs": whole,
        "of_one_visitor": found,
        "rebuilt_seconds": round(again - began, 2),
        "indexed_seconds": round(ended - again, 4),
    }
    print(
        f"{whole} runs: made again in {again - began:.2f} s; with the index {1000 * (ended - again):.1f} ms"
    )
    if given.json:
        print(json.dumps(record))


if __name__ == "__main__":
    main()
