"""``kill -9`` of workers at random moments: does every run end as if nothing had happened?

``python -m benchmarks.kills [--kills 100] [--seed 1] [--turns] [--json]``. A small network with dropout and early
stopping learns from a part of the sample, once undisturbed. Then again, in workers as the web app starts them, each
killed at a random moment of its life, from its first import to its last write, and started again, until the kills are
used up. Each run that ends must have the undisturbed one's weights to the last bit, its scores, its epochs each told
once and in order, and points on its curves that only go forward.

With ``--turns`` two runs share one slot and make room for each other after a report or two. Whichever is at work is
killed: as it trains, as it makes room, as it starts again. A process that finds its run taken over logs it; none may.
"""

import argparse
import itertools
import json
import os
import random
import signal
import tempfile
import time
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from core import paths
from core.model.classifier import Classifier
from core.news.news import read_news
from core.runs import scheduler
from core.runs.run import ACTIVE, Run
from core.runs.run_store import RunStore
from core.settings.network import NetworkSettings, RecurrentLayer
from core.settings.run import RunSettings
from core.settings.training import TrainingSettings
from core.training.events import BatchEnd, EpochEnd, Finished, Paused, drop_replayed_events

SETTINGS = RunSettings(
    network=NetworkSettings(
        vocabulary_size=2000,
        sequence_length=30,
        embedding_size=32,
        embedding_dropout=0.1,
        dropout=0.2,
        layers=(RecurrentLayer(units=32, dropout=0.1, recurrent_dropout=0.1),),
    ),
    training=TrainingSettings(
        articles=2000, epochs=12, batch_size=32, learning_rate=0.004, patience=2, schedule="cosine"
    ),
)


def made(store: RunStore) -> Run:
    news = read_news(paths.SAMPLE)
    return store.create(
        SETTINGS,
        news=paths.SAMPLE,
        news_name=paths.SAMPLE.name,
        fingerprint=news.fingerprint,
        owner="kills",
    )


def outcome(run: Run) -> dict[str, Any]:
    """All that must be the same: the classifier's bytes, the scores, what each epoch told but its time."""
    events = drop_replayed_events(run.events()[0])
    ended = [event for event in events if isinstance(event, Finished)]
    return {
        "weights": {
            name: weight.tobytes() for name, weight in Classifier.load(run.classifier_folder).weights.items()
        },
        "finished": [replace(event, seconds=0.0) for event in ended],
        "epochs": [replace(event, seconds=0.0) for event in events if isinstance(event, EpochEnd)],
    }


def only_forward(run: Run) -> bool:
    rows = [event.rows for event in drop_replayed_events(run.events()[0]) if isinstance(event, BatchEnd)]
    return all(earlier < later for earlier, later in itertools.pairwise(rows))


def whole_lines(run: Run) -> bool:
    lines = (run.folder / "events.jsonl").read_bytes().split(b"\n")
    return lines[-1] == b"" and all(json.loads(line) for line in lines[:-1])


def taken_over(run: Run) -> int:
    """How often a process found that another trained its run."""
    return (run.folder / "worker.log").read_text().count("has taken the run")


def wait(runs: list[Run], seconds: float) -> None:
    """Until no run is at work any more, or the time is over. Of two, the queue is looked at, as a server does."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and any(run.queue_entry() or run.alive() for run in runs):
        if len(runs) > 1:
            scheduler.advance(RunStore(runs[0].folder.parent))
        time.sleep(0.01)


def measure(kills: int, seed: int, say: bool = True, turns: bool = False) -> dict[str, Any]:
    """Kill so many workers; how many runs that took, and what of them was as it must be."""
    if turns:
        os.environ |= {"HEADLINE_LAB_SLOTS": "1", "HEADLINE_LAB_TURN_MINUTES": "0.0001"}
    draw = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        store = RunStore(Path(folder) / "runs")
        undisturbed = made(store)
        began = time.monotonic()
        scheduler.start(undisturbed)
        wait([undisturbed], 600)
        life = time.monotonic() - began
        expected = outcome(undisturbed)
        counts = {
            "kills": 0,
            "runs": 0,
            "same": 0,
            "forward": 0,
            "whole": 0,
            "preempted": 0,
            "taken_over": 0,
        }
        while counts["kills"] < kills:
            runs = [made(store) for _ in range(2 if turns else 1)]
            while any(run.status() != "finished" for run in runs):
                for run in runs:
                    scheduler.start(run)
                if counts["kills"] < kills:
                    wait(runs, draw.uniform(0, len(runs) * life))
                    lease = next((run.lease() for run in runs if run.alive()), None)
                    if lease:
                        os.kill(lease.pid, signal.SIGKILL)
                        counts["kills"] += 1
                if len(runs) == 1 or counts["kills"] == kills:
                    wait(runs, 600)
                for run in runs:
                    assert run.status() in {*ACTIVE, "finished", "interrupted"}, run.status()
            for run in runs:
                counts["runs"] += 1
                counts["same"] += outcome(run) == expected
                counts["forward"] += only_forward(run)
                counts["whole"] += whole_lines(run)
                counts["taken_over"] += taken_over(run)
                counts["preempted"] += sum(
                    isinstance(event, Paused) and event.preempted for event in run.events()[0]
                )
            if say:
                print(
                    f"{counts['kills']:>4} kills, {counts['runs']} runs ended, {counts['same']} the same",
                    flush=True,
                )
    return {**counts, "life_seconds": round(life, 1)}


def main() -> None:
    parser = argparse.ArgumentParser(description="Kill workers at random moments.")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--turns", action="store_true", help="two runs that share a slot")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    given = parser.parse_args()
    counts = measure(max(1, given.kills), given.seed, turns=given.turns)
    print(
        f"{counts['kills']} kills in {counts['runs']} runs: {counts['same']} ended in the undisturbed run's weights, "
        f"scores and epochs; {counts['forward']} with curves that only go forward; {counts['whole']} with whole logs; "
        f"preempted {counts['preempted']} times, taken over {counts['taken_over']} times"
    )
    if given.json:
        print(json.dumps(counts))


if __name__ == "__main__":
    main()
