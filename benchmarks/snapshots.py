"""What snapshots cost a run: ``python -m benchmarks.snapshots FILE [--preset quick] [--rounds 3] [--json]``.

Trains a preset on FILE with its snapshots as a run has them, and times each to the disk: the answers that are asked for
its sake, and the write with its ``fsync``. ``share`` is their part of the time that training takes, reading the file
and starting TensorFlow not counted; the median of the rounds. The graph that answers is traced with and without them,
so that is not counted either. ``--against`` trains as often without any and tells the
ratio of the medians too, which wavers by more than what is measured. ``same_weights`` says whether both came out equal
to the last bit.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.watched import as_worker
from core.news.news import read_news
from core.settings.presets import PRESETS
from core.training.preparation import prepare
from core.training.snapshot_recorder import SnapshotRecorder
from core.training.snapshots import Snapshots

if TYPE_CHECKING:
    from core.training.trainer import Trained


def main() -> None:
    parser = argparse.ArgumentParser(description="What snapshots cost a run.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--preset", default="quick", choices=list(PRESETS))
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--against", action="store_true", help="train without snapshots too")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    given = parser.parse_args()
    as_worker()
    import tensorflow as tf

    from core.training import trainer

    tf.config.experimental.enable_op_determinism()
    spent: list[float] = []

    def timed(take: Callable[..., None]) -> Callable[..., None]:
        def timed_take(self: SnapshotRecorder, *args: Any) -> None:
            if not spent:  # compile first
                self._evaluator.logits(self._validation[:1])
            began = time.perf_counter()
            take(self, *args)
            spent.append(time.perf_counter() - began)

        return timed_take

    for method in (SnapshotRecorder.take_within_epoch, SnapshotRecorder.take_at_epoch_end):
        setattr(SnapshotRecorder, method.__name__, timed(method))
    settings = PRESETS[given.preset]
    if given.epochs:
        settings = replace(settings, training=replace(settings.training, epochs=given.epochs))
    data = prepare(read_news(given.file), settings)
    headlines = ["A headline of about the usual length, as a person reads it"] * len(data.split.validation)

    def train(snapshots: Snapshots | None) -> "tuple[float, Trained]":
        began = time.perf_counter()
        steps = trainer.train(data, settings, snapshots=snapshots)
        while True:
            try:
                next(steps)
            except StopIteration as end:
                return time.perf_counter() - began, end.value

    rows: list[dict[str, Any]] = []
    same = None
    for _ in range(given.rounds):
        spent.clear()
        with tempfile.TemporaryDirectory() as folder:
            whole, trained = train(Snapshots(Path(folder), headlines))
            sizes = [file.stat().st_size for file in Path(folder).glob("*")]
        rows.append(
            {
                "training_seconds": round(whole, 2),
                "snapshots": len(spent),
                "seconds": round(sum(spent), 3),
                "longest_seconds": round(max(spent), 3),
                "share": round(sum(spent) / whole, 4),
                "megabytes": round(sum(sizes) / 1e6, 2),
            }
        )
        print(
            f"{len(spent)} snapshots, {sum(sizes) / 1e6:.1f} MB, in {whole:.1f} s of training: {sum(spent):.2f} s, "
            f"{sum(spent) / whole:.1%} of it; the longest {max(spent):.3f} s",
            flush=True,
        )
        if given.against:
            spent.clear()
            without, bare = train(None)
            rows[-1]["without_seconds"] = round(without, 2)
            same = all(bare.weights[name].tobytes() == one.tobytes() for name, one in trained.weights.items())
    record: dict[str, Any] = {
        "preset": given.preset,
        "rows": rows,
        "share": statistics.median(row["share"] for row in rows),
        "megabytes": rows[0]["megabytes"],
    }
    if given.against:
        with_them = statistics.median(row["training_seconds"] for row in rows)
        record["ratio"] = round(with_them / statistics.median(row["without_seconds"] for row in rows), 3)
        record["same_weights"] = same
        print(f"{record['ratio']} times the time without, the same weights: {same}")
    print(f"{record['share']:.1%} of the time, {record['megabytes']} MB")
    if given.json:
        print(json.dumps(record))


if __name__ == "__main__":
    main()
