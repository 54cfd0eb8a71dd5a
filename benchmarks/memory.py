"""Whether memory comes back after visitors with large files: ``python -m benchmarks.memory [--visitors 10] [--json]``.

Serves the app on loopback with an empty storage. One visitor after the other comes with a different news file of the
real size, uploads it on the Data page, cleans all of it on the Cleaning page, each with other steps, and opens Words
and Train; no run starts. All tabs stay open until the last visitor is done; then all are closed, and nobody comes for
``--wait`` seconds. One visitor comes and leaves before all others, so that what a server imports once is not counted.

The table gives megabytes before the visitors, after each of them, and after all have left:

- ``rss``: resident memory of the server's process,
- ``all``: unique set sizes of that process and of all processes that it has started, summed: no shared page counts
  twice; on Windows and macOS as far as psutil knows them,

and the largest of both, looked at every half second.

The files are made up, or the articles of the file that ``--news`` names, without another thousandth of them for each.
"""

import argparse
import asyncio
import json
import tempfile
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from benchmarks import news_files
from benchmarks.visitor import FAILURES, Server, Visitor, served

LONG = 1_800.0  # seconds after which a visitor's work counts as an error
STEPS = ("Links", "White space", "Stop words", "Lemmas")
MOST_VISITORS = 16
_EVERY = 0.5  # seconds


@dataclass(slots=True)
class Memory:
    """A server's memory, and the errors of its visitors."""

    server: Server
    rows: list[dict[str, Any]] = field(default_factory=list)
    largest: dict[str, float] = field(default_factory=lambda: {"rss": 0.0, "all": 0.0})
    errors: list[str] = field(default_factory=list)

    def look(self) -> dict[str, float]:
        """Megabytes now."""
        unique = 0.0
        for process in self.server.processes():
            try:
                unique += process.memory_full_info().uss
            except psutil.NoSuchProcess:
                continue
        now = {"rss": self.server.process.memory_info().rss / 1e6, "all": unique / 1e6}
        self.largest = {name: max(value, self.largest[name]) for name, value in now.items()}
        return now

    def note(self, moment: str) -> None:
        self.rows.append({"moment": moment, **{name: round(mb, 1) for name, mb in self.look().items()}})

    async def watch(self) -> None:
        while True:
            self.look()
            await asyncio.sleep(_EVERY)


async def walk(server: Server, number: int, file: Path, tabs: AsyncExitStack) -> None:
    """A visitor uploads a file, cleans it and looks at its words."""
    cookie = server.cookie()
    visitor = Visitor(await tabs.enter_async_context(server.connect(cookie)))
    await visitor.open("data")
    await visitor.upload("Upload a news file", file, server, cookie, patience=LONG)
    await visitor.open("cleaning")
    for bit, title in enumerate(STEPS):
        await visitor.switch(title, bool(number >> bit & 1))
    await visitor.press("Clean all", patience=LONG)
    await visitor.wait_for("Different words", patience=LONG)
    await visitor.open("words", patience=LONG)
    await visitor.wait_for("Words known in new texts", patience=LONG)
    await visitor.open("train")


async def measure(server: Server, files: list[Path], wait: float) -> Memory:
    memory = Memory(server)
    async with server.connect(server.cookie()) as websocket:
        await Visitor(websocket).open_page()
    watching = asyncio.create_task(memory.watch())
    memory.note("before")
    async with AsyncExitStack() as tabs:
        for number, file in enumerate(files):
            try:
                await walk(server, number, file, tabs)
            except FAILURES as error:
                memory.errors.append(f"visitor {number + 1}: {type(error).__name__}: {error}")
            memory.note(f"visitor {number + 1}")
    await asyncio.sleep(wait)
    memory.note("left")
    watching.cancel()
    return memory


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--visitors", type=int, default=10)
    parser.add_argument("--news", type=Path, help="the file to draw from, in place of made-up ones")
    parser.add_argument("--articles", type=int, default=news_files.ARTICLES, help="of each made-up file")
    parser.add_argument("--wait", type=float, default=150.0, help="seconds after everybody has left")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    arguments = parser.parse_args()
    if not (1 <= arguments.visitors <= MOST_VISITORS and arguments.wait >= 0):
        parser.error(f"1 to {MOST_VISITORS} visitors, and no wait below 0")
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"news_{number}.json" for number in range(arguments.visitors)]
        news_files.write_different(files, arguments.news, articles=arguments.articles)
        with served() as server:
            memory = asyncio.run(measure(server, files, arguments.wait))
    print(f"{'MB':12}{'rss':>10}{'all':>10}")
    rows = [
        *memory.rows,
        {"moment": "largest", **{name: round(mb, 1) for name, mb in memory.largest.items()}},
    ]
    for row in rows:
        print(f"{row['moment']:12}{row['rss']:10.1f}{row['all']:10.1f}")
    for error in memory.errors:
        print(error)
    if arguments.json:
        print(json.dumps({"rows": rows, "errors": len(memory.errors)}))


if __name__ == "__main__":
    main()
