"""How many people can use the server at once: ``python -m benchmarks.load [--sessions 50] [--seconds 60] [--json]``.

Serves the app on loopback with an empty storage. Every session has its own websocket. All sessions open the Predict
page together; then each types another headline about every ``--every`` seconds. The table gives

- the seconds from connecting until the script of the first page has finished,
- the seconds from sending a headline until its script has finished,
- the server's processor time, and its resident memory before the sessions, in the middle and at the end. The JSON
  object has the memory after each turn of 20 s.

One visitor comes before all others, so that what a server imports once is not counted.

``--gc`` collects all garbage after each script, ``--no-gc`` does not (``runner.postScriptGC``); without either the
app's own configuration decides. ``--both`` serves both ways, types on the two servers in turn, and prints the ratios.
"""

import argparse
import asyncio
import gzip
import json
import random
import time
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from benchmarks.visitor import FAILURES, Server, Visitor, served
from core.paths import SAMPLE

TURN = 20.0  # seconds of typing on one server; then memory is read, and the other server has its turn
MOST_SESSIONS, MOST_SECONDS = 1_000, 3_600.0


@dataclass(slots=True)
class Load:
    """A server, its sessions, and what was measured."""

    server: Server
    visitors: list[Visitor] = field(default_factory=list)
    first_pages: list[float] = field(default_factory=list)  # seconds
    predictions: list[float] = field(default_factory=list)  # seconds
    errors: list[str] = field(default_factory=list)
    rss_mb: list[float] = field(default_factory=list)
    cpu_seconds: float = 0.0

    async def warm_up(self, headline: str) -> None:
        """One visitor comes, is answered and leaves."""
        async with self.server.connect(self.server.cookie()) as websocket:
            visitor = Visitor(websocket)
            await visitor.open_page()
            await visitor.type(headline)
        self._look_at_memory()

    async def open_pages(self, sessions: int, stack: AsyncExitStack) -> None:
        """All sessions connect and open the page together."""
        cookies = [self.server.cookie() for _ in range(sessions)]
        began, used = time.perf_counter(), self.server.cpu_seconds()

        async def come(cookie: str) -> None:
            try:
                visitor = Visitor(await stack.enter_async_context(self.server.connect(cookie)))
                await visitor.open_page()
            except FAILURES as error:
                self.errors.append(f"{type(error).__name__}: {error}")
            else:
                self.first_pages.append(time.perf_counter() - began)
                self.visitors.append(visitor)

        await asyncio.gather(*map(come, cookies))
        self.cpu_seconds += self.server.cpu_seconds() - used
        self._look_at_memory()

    async def type(self, seconds: float, every: float, headlines: list[str], rng: random.Random) -> None:
        """Every session types, each at random moments; a session that fails types no more."""
        used, start = self.server.cpu_seconds(), time.perf_counter()

        async def go_on(visitor: Visitor) -> None:
            due = start + rng.uniform(0, every)
            while due < start + seconds:
                await asyncio.sleep(due - time.perf_counter())
                began = time.perf_counter()
                try:
                    await visitor.type(rng.choice(headlines))
                except FAILURES as error:
                    self.errors.append(f"{type(error).__name__}: {error}")
                    self.visitors.remove(visitor)
                    return
                self.predictions.append(time.perf_counter() - began)
                due = max(due + rng.uniform(0.5, 1.5) * every, time.perf_counter())

        await asyncio.gather(*map(go_on, list(self.visitors)))
        self.cpu_seconds += self.server.cpu_seconds() - used
        self._look_at_memory()

    def record(self) -> dict[str, Any]:
        return {
            **quantiles("first_page", self.first_pages),
            **quantiles("prediction", self.predictions),
            "cpu_seconds": round(self.cpu_seconds, 2),
            "predictions": len(self.predictions),
            "errors": len(self.errors),
            "rss_mb": self.rss_mb,
            "memory_growth_mb": round(self.rss_mb[-1] - self.rss_mb[0], 1),
        }

    def _look_at_memory(self) -> None:
        self.rss_mb.append(round(self.server.process.memory_info().rss / 1e6, 1))


def quantiles(name: str, seconds: list[float]) -> dict[str, float | None]:
    """Median, 95 % and maximum; None where nothing was measured."""
    values = np.percentile(seconds, (50, 95, 100)).round(4).tolist() if seconds else (None, None, None)
    return {f"{name}_{part}": value for part, value in zip(("p50", "p95", "max"), values, strict=True)}


async def measure(loads: list[Load], *, sessions: int, seconds: float, every: float) -> None:
    with gzip.open(SAMPLE, "rt", encoding="utf-8") as lines:
        headlines = [json.loads(line)["headline"] for line in lines]
    rng = random.Random(0)
    turns = max(1, round(seconds / TURN))
    async with AsyncExitStack() as stack:
        for load in loads:
            await load.warm_up(headlines[0])
            await load.open_pages(sessions, stack)
        for _ in range(turns):
            for load in loads:
                await load.type(seconds / turns, every, headlines, rng)


def compared(ours: dict[str, Any], other: dict[str, Any]) -> dict[str, float]:
    """Ours divided by the other, for every measure of time."""
    timed = [name for name in ours if name.endswith(("_p50", "_p95", "_max", "_seconds"))]
    return {name: round(ours[name] / other[name], 4) for name in timed if ours[name] and other[name]}


def _cell(value: Any) -> str:
    """A number; of a list the first, the middle and the last."""
    if isinstance(value, list):
        return ", ".join(f"{value[place]:.0f}" for place in (0, len(value) // 2, -1))
    return "" if value is None else f"{value:g}"


def main() -> None:
    parser = argparse.ArgumentParser(description="How many people can use the server at once.")
    parser.add_argument("--sessions", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60.0, help="of typing, on each server")
    parser.add_argument("--every", type=float, default=5.0, help="seconds between two headlines of a session")
    sides = parser.add_mutually_exclusive_group()
    sides.add_argument(
        "--gc", action=argparse.BooleanOptionalAction, help="collect garbage after each script"
    )
    sides.add_argument("--both", action="store_true", help="compare not collecting with collecting")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    arguments = parser.parse_args()
    if not (
        1 <= arguments.sessions <= MOST_SESSIONS
        and 0 < arguments.seconds <= MOST_SECONDS
        and arguments.every > 0
    ):
        parser.error(f"1 to {MOST_SESSIONS} sessions, {MOST_SECONDS:g} seconds at most, each time above 0")
    collects = {"no gc": False, "gc": True} if arguments.both else {"": arguments.gc}
    with ExitStack() as stack:
        loads = [Load(stack.enter_context(served(collect))) for collect in collects.values()]
        asyncio.run(
            measure(loads, sessions=arguments.sessions, seconds=arguments.seconds, every=arguments.every)
        )
    records = [load.record() for load in loads]
    ratios = compared(*records) if arguments.both else {}
    print(f"{arguments.sessions} sessions, a headline every {arguments.every:g} s, {arguments.seconds:g} s")
    if arguments.both:
        print(f"{'':18}" + "".join(f"{side:>16}" for side in collects) + "   ratio")
    for name in records[0]:
        cells = "".join(f"{_cell(record[name]):>16}" for record in records)
        print(f"{name:18}{cells}" + (f"{ratios[name]:8.3f}" if name in ratios else ""))
    for side, load in zip(collects, loads, strict=True):
        for error in dict.fromkeys(load.errors):
            print(f"{side} {load.errors.count(error)} times: {error}")
    if arguments.json:
        asked = {"sessions": arguments.sessions, "seconds": arguments.seconds, "every": arguments.every}
        measured = {"no_gc": records[0], "gc": records[1], "ratios": ratios} if arguments.both else records[0]
        print(json.dumps({**asked, **measured}))


if __name__ == "__main__":
    main()
