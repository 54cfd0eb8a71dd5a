"""Many visitors for a long time: ``python -m benchmarks.soak [--sessions 30] [--minutes 10] [--json]``.

Serves the app on loopback with an empty storage. All sessions take the synthetic sample as their file. From then on
each does something about every ``--every`` seconds: it turns to another page, chosen at random among all pages and
chapters, or types another headline where the page has a box for one. Timers of the pages are not followed.

The table gives the errors; the resident memory of the server's process, and the unique memory of that process and all
that it has started, after the first minute and at the end; and the server's open descriptors before the sessions, at
the end, and ``--wait`` seconds after all have left.
"""

import argparse
import asyncio
import gzip
import json
import random
import sys
import time
from contextlib import AsyncExitStack
from typing import Any

from benchmarks.load import quantiles
from benchmarks.memory import Memory
from benchmarks.visitor import BOX, FAILURES, Server, Visitor, served
from core.paths import SAMPLE
from pages.learn.chapters import CHAPTERS
from pages.navigation import PAGES

ADDRESSES = (*PAGES, *(f"learn-{name}" for name in CHAPTERS))
FIRST = 60.0  # seconds, at most half of the whole
TYPES = 0.6  # how often a headline is typed where the page has a box for one
MOST_SESSIONS, MOST_MINUTES = 300, 600.0


async def walk(
    visitor: Visitor,
    until: float,
    every: float,
    headlines: list[str],
    rng: random.Random,
    answers: list[float],
) -> None:
    """Turn pages and type until then; adds the seconds of each answer."""
    while time.perf_counter() < until:
        await asyncio.sleep(rng.uniform(0.5, 1.5) * every)
        began = time.perf_counter()
        if BOX in visitor.widgets and rng.random() < TYPES:
            await visitor.fill(BOX, rng.choice(headlines))
        else:
            await visitor.open(rng.choice(ADDRESSES))
        answers.append(time.perf_counter() - began)


async def measure(server: Server, arguments: argparse.Namespace) -> dict[str, Any]:
    with gzip.open(SAMPLE, "rt", encoding="utf-8") as lines:
        headlines = [json.loads(line)["headline"] for line in lines]
    memory, descriptors, answers = Memory(server), {}, list[float]()
    async with server.connect(server.cookie()) as websocket:
        visitor = Visitor(websocket)
        for address in ADDRESSES:
            await visitor.open(address)
    descriptors["before"] = server.process.num_fds()
    seconds = 60 * arguments.minutes
    until = time.perf_counter() + seconds

    async def stay(number: int, cookie: str, tabs: AsyncExitStack) -> None:
        try:
            visitor = Visitor(await tabs.enter_async_context(server.connect(cookie)))
            await visitor.open("data")
            await visitor.press("Synthetic sample")
            await walk(visitor, until, arguments.every, headlines, random.Random(number), answers)
        except FAILURES as error:
            memory.errors.append(f"{visitor.page}: {type(error).__name__}: {error}")

    async with AsyncExitStack() as tabs:
        cookies = [server.cookie() for _ in range(arguments.sessions)]
        staying = asyncio.gather(*(stay(number, cookie, tabs) for number, cookie in enumerate(cookies)))
        await asyncio.sleep(min(FIRST, seconds / 2))
        memory.note("first")
        await staying
        memory.note("end")
        descriptors["end"] = server.process.num_fds()
    await asyncio.sleep(arguments.wait)
    memory.note("left")
    descriptors["left"] = server.process.num_fds()
    first, end, _ = memory.rows
    return {
        "answers": len(answers),
        **quantiles("answer", answers),
        "errors": memory.errors,
        "memory": memory.rows,
        "growth_mb": {name: round(end[name] - first[name], 1) for name in ("rss", "all")},
        "descriptors": descriptors,
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sessions", type=int, default=30)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--every", type=float, default=5.0, help="seconds between two things a session does")
    parser.add_argument("--wait", type=float, default=60.0, help="seconds after everybody has left")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    arguments = parser.parse_args()
    if sys.platform == "win32":
        parser.error("Windows has no descriptors to count")
    if not (
        1 <= arguments.sessions <= MOST_SESSIONS
        and 0 < arguments.minutes <= MOST_MINUTES
        and arguments.every > 0
        and arguments.wait >= 0
    ):
        parser.error(f"1 to {MOST_SESSIONS} sessions, {MOST_MINUTES:g} minutes at most, each time above 0")
    with served() as server:
        record = asyncio.run(measure(server, arguments))
    print(f"{arguments.sessions} sessions, {arguments.minutes:g} minutes, {record['answers']} answers")
    print("an answer, median, 95 %, longest:", *(record[f"answer_{part}"] for part in ("p50", "p95", "max")))
    print(f"{'':24}{'first':>10}{'end':>10}{'left':>10}")
    for name in ("rss", "all"):
        print(f"{f'memory, {name}, MB':24}" + "".join(f"{row[name]:10.1f}" for row in record["memory"]))
    for moment, number in record["descriptors"].items():
        print(f"{f'descriptors, {moment}':24}{number:10}")
    print("errors:", len(record["errors"]))
    for error in dict.fromkeys(record["errors"]):
        print(f"{record['errors'].count(error)} times: {error}")
    if arguments.json:
        print(json.dumps(record | {"errors": len(record["errors"])}))


if __name__ == "__main__":
    main()
