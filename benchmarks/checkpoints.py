"""What checkpoints cost a run: ``python -m benchmarks.checkpoints FILE [--preset quick] [--epochs N] [--json]``.

Trains a preset on FILE with its checkpoints as a run has them, every 30 seconds and at each epoch's end, and times
each write: to the disk and back from ``fsync``.
"""

import argparse
import contextlib
import json
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.watched import as_worker
from core.news.news import read_news
from core.settings.presets import PRESETS
from core.training.checkpoints import Checkpoints
from core.training.preparation import prepare


class Timed(Checkpoints):
    """Checkpoints that remember how long each took."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.seconds: list[float] = []

    def write(self, *given: Any, **named: Any) -> None:
        began = time.perf_counter()
        super().write(*given, **named)
        self.seconds.append(time.perf_counter() - began)


def main() -> None:
    parser = argparse.ArgumentParser(description="What checkpoints cost a run.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--preset", default="quick", choices=list(PRESETS))
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    given = parser.parse_args()
    as_worker()
    from core.training.trainer import train

    settings = PRESETS[given.preset]
    if given.epochs:
        settings = replace(settings, training=replace(settings.training, epochs=given.epochs))
    data = prepare(read_news(given.file), settings)
    with tempfile.TemporaryDirectory() as folder:
        checkpoints = Timed(Path(folder))
        began = time.perf_counter()
        steps = train(data, settings, checkpoints=checkpoints)
        with contextlib.suppress(StopIteration):
            while True:
                next(steps)
        whole = time.perf_counter() - began
        size = max(file.stat().st_size for file in Path(folder).glob("*.npz"))
    spent = sum(checkpoints.seconds)
    record = {
        "preset": given.preset,
        "training_seconds": round(whole, 1),
        "checkpoints": len(checkpoints.seconds),
        "megabytes": round(size / 1e6, 1),
        "longest_seconds": round(max(checkpoints.seconds), 3),
        "share": round(spent / whole, 4),
    }
    print(
        f"{record['checkpoints']} checkpoints of {record['megabytes']} MB in {whole:.1f} s of training: {spent:.2f} s, "
        f"{spent / whole:.1%} of it; the longest {record['longest_seconds']} s"
    )
    if given.json:
        print(json.dumps(record))


if __name__ == "__main__":
    main()
