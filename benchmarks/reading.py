"""Reading a news file: ours against ``pandas.read_json(lines=True)`` on the same bytes, in turns, in one run.

``python -m benchmarks.reading FILE [--json]``. Ours does more: it checks every line, counts and explains the
bad ones, joins the texts, hashes the bytes, looks for copies. Both read the file as it stands, packed or plain.
Memory is measured in a fresh process for each, from the libraries imported to the table held.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import psutil

from core.news.news import read_news

READERS: dict[str, Callable[[Path], object]] = {
    "ours": read_news,
    "pandas": lambda path: pd.read_json(path, lines=True),
}


def timed(read: Callable[[Path], object], path: Path) -> tuple[float, float]:
    """Seconds on the wall, and of this process's work: a busy machine stretches the first."""
    wall, work = time.perf_counter(), time.process_time()
    read(path)
    return time.perf_counter() - wall, time.process_time() - work


def memory(reader: str, path: Path) -> dict[str, int]:
    """Megabytes that one reading adds to a fresh process: at most while it reads, and once it is done."""
    command = [sys.executable, "-m", "benchmarks.reading", str(path), "--memory", reader]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    megabytes: dict[str, int] = json.loads(told.splitlines()[-1])
    return megabytes


def own_memory(reader: str, path: Path) -> dict[str, int]:
    """What :func:`memory` asks of the fresh process."""
    process = psutil.Process()
    before = process.memory_info().rss
    kept = READERS[reader](path)
    after = process.memory_info().rss
    status = Path("/proc/self/status").read_text()  # Linux; getrusage would count the parent's memory too
    most = 1024 * int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1])
    del kept
    return {"peak_mb": round((most - before) / 1e6), "held_mb": round((after - before) / 1e6)}


def measure(path: Path, runs: int) -> dict[str, float | int | str]:
    """Medians over ``runs`` alternating readings; a first one of each warms up and is not counted."""
    seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in READERS}
    for run in range(runs + 1):
        for name, read in READERS.items():
            taken = timed(read, path)
            if run:
                seconds[name].append(taken)
    found: dict[str, float | int | str] = {"file": path.name, "rows": len(read_news(path)), "runs": runs}
    for name in READERS:
        walls, works = zip(*seconds[name], strict=True)
        found[f"{name}_seconds"] = round(statistics.median(walls), 3)
        found[f"{name}_cpu_seconds"] = round(statistics.median(works), 3)
    pairs = list(zip(seconds["ours"], seconds["pandas"], strict=True))
    found["ratio"] = round(statistics.median(ours[0] / theirs[0] for ours, theirs in pairs), 3)
    found["cpu_ratio"] = round(statistics.median(ours[1] / theirs[1] for ours, theirs in pairs), 3)
    for name in READERS:
        found |= {f"{name}_{what}": value for what, value in memory(name, path).items()}
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    parser.add_argument("--memory", choices=list(READERS), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if not asked.file.is_file():
        sys.exit(f"{asked.file} is not a file.")
    if asked.memory:
        print(json.dumps(own_memory(asked.memory, asked.file)))
        return
    found = measure(asked.file, max(1, asked.runs))
    if asked.json:
        print(json.dumps(found))
        return
    print(f"{found['file']}: {found['rows']:,} articles, medians of {found['runs']} alternating readings")
    for name in READERS:
        print(
            f"  {name:7} {found[f'{name}_seconds']:7.2f} s, {found[f'{name}_cpu_seconds']:7.2f} s of work;"
            f" memory {found[f'{name}_peak_mb']:4} MB at most, {found[f'{name}_held_mb']:4} MB held"
        )
    print(f"  ours takes {found['ratio']} times pandas's time, {found['cpu_ratio']} times its work")


if __name__ == "__main__":
    main()
