"""Reading a news file: ours against ``pandas.read_json(lines=True)`` on the same bytes, in turns, in one run.

``python -m benchmarks.reading FILE [--json]``. Ours does more: it checks every line, counts and explains the
bad ones, joins the text, hashes the bytes, looks for copies. Both read the file as it stands, packed or plain.
"""

import argparse
import json
import statistics
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import psutil

from core.text.news import read_news


def resident() -> int:
    """Bytes of this process in memory."""
    return int(psutil.Process().memory_info().rss)


def peak_while(read: Callable[[], object]) -> tuple[float, int]:
    """Seconds that ``read`` takes, and the most memory it held above what was held before, sampled every 5 ms."""
    before = most = resident()
    done = threading.Event()

    def watch() -> None:
        nonlocal most
        while not done.wait(0.005):
            most = max(most, resident())

    watcher = threading.Thread(target=watch)
    watcher.start()
    start = time.perf_counter()
    kept = read()
    seconds = time.perf_counter() - start
    done.set()
    watcher.join()
    del kept
    return seconds, most - before


def measure(path: Path, runs: int) -> dict[str, float | int | str]:
    """Median seconds and memory of ``runs`` alternating readings; a first one of each warms up and is not counted."""
    readers: dict[str, Callable[[], object]] = {
        "ours": lambda: read_news(path),
        "pandas": lambda: pd.read_json(path, lines=True),
    }
    seconds: dict[str, list[float]] = {name: [] for name in readers}
    memory: dict[str, list[int]] = {name: [] for name in readers}
    for run in range(runs + 1):
        for name, read in readers.items():
            taken, held = peak_while(read)
            if run:
                seconds[name].append(taken)
                memory[name].append(held)
    news = read_news(path)
    ours, theirs = (statistics.median(seconds[name]) for name in readers)
    return {
        "file": path.name,
        "rows": len(news),
        "rejected": news.rejected_count,
        "runs": runs,
        "ours_seconds": round(ours, 3),
        "pandas_seconds": round(theirs, 3),
        "ratio": round(ours / theirs, 3),
        "ours_peak_mb": round(statistics.median(memory["ours"]) / 1e6),
        "pandas_peak_mb": round(statistics.median(memory["pandas"]) / 1e6),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    asked = parser.parse_args()
    if not asked.file.is_file():
        sys.exit(f"{asked.file} is not a file.")
    found = measure(asked.file, max(1, asked.runs))
    if asked.json:
        print(json.dumps(found))
        return
    print(f"{found['file']}: {found['rows']:,} articles, median of {found['runs']} alternating runs")
    print(
        f"  ours    {found['ours_seconds']:>7} s   {found['ours_peak_mb']:>5} MB above what was held before"
    )
    print(f"  pandas  {found['pandas_seconds']:>7} s   {found['pandas_peak_mb']:>5} MB")
    print(f"  ours takes {found['ratio']} times pandas's time")


if __name__ == "__main__":
    main()
