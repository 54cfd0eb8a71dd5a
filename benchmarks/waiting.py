"""What visitors who wait in the queue cost the others: ``python -m benchmarks.waiting [--visitors 30 100] [--json]``.

Serves the app on loopback with an empty storage and room for one run, which this process holds at work for as long as
the benchmark lasts. A few visitors type headlines on the Predict page: first alone, then beside visitors who wait for
their runs on the Train page, whose timers are followed as a browser follows them. The table gives for each number of
waiting visitors

- the seconds from sending a headline until its script has finished,
- the seconds of a poll, from a timer's request until its script has finished, and the polls a second,
- the server's processor time as a share of one core.
"""

import argparse
import asyncio
import gzip
import json
import os
import random
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

from streamlit.proto.ClientState_pb2 import ClientState

from benchmarks.load import Load, compared, quantiles
from benchmarks.visitor import FAILURES, PageError, Server, Visitor, served
from core.paths import SAMPLE
from core.runs import run_queue
from core.runs.run import Run
from core.runs.run_store import RunStore
from core.settings.presets import PRESETS
from core.settings.run import RunSettings
from core.training.events import BatchEnd
from pages.session import Session
from server.visitors import COOKIE, Visitors, server_secret, visitor_name

PAGE = "train"
MOST_VISITORS, MOST_SECONDS = 1_000, 3_600.0


@dataclass(slots=True)
class Waiting:
    """The visitors who wait on the Train page, and what was measured of them."""

    server: Server
    polls: list[float] = field(default_factory=list)  # seconds
    errors: list[str] = field(default_factory=list)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def come(self, visitors: int, stack: AsyncExitStack, rng: random.Random) -> None:
        """Each starts a run, opens the page, and looks at it from then on."""

        async def open_page(cookie: str) -> Visitor:
            visitor = Visitor(await stack.enter_async_context(self.server.connect(cookie)))
            await visitor.run(ClientState(page_name=PAGE))
            if not visitor.timers:
                raise PageError("the page of a waiting run has no timer")
            return visitor

        cookies = [self.server.cookie() for _ in range(visitors)]
        for cookie in cookies:
            start_run(self.server, cookie)
        for visitor in await asyncio.gather(*map(open_page, cookies)):
            self.tasks += [
                asyncio.create_task(self._follow(visitor, fragment, rng.random()))
                for fragment in visitor.timers
            ]

    async def _follow(self, visitor: Visitor, fragment: str, phase: float) -> None:
        """Ask for the fragment whenever its timer is due; a timer that is late skips a turn, as a browser's does."""
        due = time.perf_counter() + phase * visitor.timers[fragment]
        while fragment in visitor.timers:
            await asyncio.sleep(due - time.perf_counter())
            began = time.perf_counter()
            try:
                await visitor.run(ClientState(page_name=PAGE, fragment_id=fragment, is_auto_rerun=True))
            except FAILURES as error:
                self.errors.append(f"{type(error).__name__}: {error}")
                return
            self.polls.append(time.perf_counter() - began)
            due = max(due + visitor.timers.get(fragment, 0.0), time.perf_counter())


def start_run(server: Server, cookie: str) -> Run:
    """Queue a run of the visitor with this cookie, and make it the chosen one."""
    run = chosen_run(server, cookie, PRESETS["quick"])
    run_queue.enqueue(run)
    return run


def chosen_run(server: Server, cookie: str, settings: RunSettings) -> Run:
    """A new run of the visitor with this cookie, which is the chosen one."""
    visitors = Visitors(server_secret(server.storage / "cookie_secret"), server.storage / "visitors")
    token = visitors.token(cookie.removeprefix(f"{COOKIE}="))
    if token is None:
        raise PageError(f"the server did not sign the cookie {cookie!r}")
    run = new_run(server, visitor_name(token), settings)
    choices = Session(run.owner, server.storage / "visitors" / f"{run.owner}.json")
    choices.choose_news(SAMPLE, SAMPLE.name)
    choices.choose_run(run.id)
    return run


def new_run(server: Server, owner: str, settings: RunSettings) -> Run:
    return RunStore(server.storage / "runs").create(
        settings, news=SAMPLE, news_name=SAMPLE.name, fingerprint="0" * 64, owner=owner
    )


def hold_run(server: Server) -> None:
    """Take the only slot for this process, with a run a quarter through its first epoch."""
    run = new_run(server, "benchmark", PRESETS["quick"])
    with run.lock():
        run.claim(os.getpid())
    run.append(
        BatchEnd(
            epoch=1,
            step=1,
            steps=4,
            rows=100,
            loss=1.0,
            accuracy=0.5,
            validation_loss=None,
            validation_accuracy=None,
            rows_per_second=10.0,
            seconds=10.0,
        )
    )


async def measure(
    server: Server, numbers: list[int], *, typing: int, seconds: float, every: float
) -> dict[str, Any]:
    """The rows: one without and one with each of ``numbers`` of waiting visitors, in ascending order."""
    with gzip.open(SAMPLE, "rt", encoding="utf-8") as lines:
        headlines = [json.loads(line)["headline"] for line in lines]
    rng, rows, errors = random.Random(0), [], []
    hold_run(server)
    async with AsyncExitStack() as stack:
        load, waiting = Load(server), Waiting(server)
        await load.warm_up(headlines[0])
        await load.open_pages(typing, stack)
        present = 0
        for number in (0, *sorted(numbers)):
            await waiting.come(number - present, stack, rng)
            present = number
            load.predictions, load.cpu_seconds, waiting.polls = [], 0.0, []
            began = time.perf_counter()
            await load.type(seconds, every, headlines, rng)
            lasted = time.perf_counter() - began
            rows.append(
                {
                    "waiting": number,
                    **quantiles("prediction", load.predictions),
                    "predictions": len(load.predictions),
                    **quantiles("poll", waiting.polls),
                    "polls_per_second": round(len(waiting.polls) / lasted, 2),
                    "cpu_share": round(load.cpu_seconds / lasted, 3),
                }
            )
        for task in waiting.tasks:
            task.cancel()
        await asyncio.gather(*waiting.tasks, return_exceptions=True)
        errors += load.errors + waiting.errors
    return {"rows": rows, "errors": errors}


def main() -> None:
    parser = argparse.ArgumentParser(description="What visitors who wait in the queue cost the others.")
    parser.add_argument(
        "--visitors", type=int, nargs="+", default=[30, 100], help="numbers of waiting visitors"
    )
    parser.add_argument("--typing", type=int, default=5, help="visitors who type headlines")
    parser.add_argument("--seconds", type=float, default=30.0, help="of typing, beside each number")
    parser.add_argument("--every", type=float, default=2.0, help="seconds between two headlines of a visitor")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    arguments = parser.parse_args()
    if not (
        all(1 <= number <= MOST_VISITORS for number in (arguments.typing, *arguments.visitors))
        and 0 < arguments.seconds <= MOST_SECONDS
        and arguments.every > 0
    ):
        parser.error(f"1 to {MOST_VISITORS} visitors, {MOST_SECONDS:g} seconds at most, each time above 0")
    os.environ["HEADLINE_LAB_SLOTS"] = "1"  # the server's, which inherits it
    with served() as server:
        measured = asyncio.run(
            measure(
                server,
                arguments.visitors,
                typing=arguments.typing,
                seconds=arguments.seconds,
                every=arguments.every,
            )
        )
    rows, errors = measured["rows"], measured["errors"]
    for row in rows[1:]:
        row["ratios"] = compared(row, rows[0])
    print(
        f"{arguments.typing} visitors type a headline every {arguments.every:g} s, {arguments.seconds:g} s each"
    )
    for name in (name for name in rows[0] if name != "ratios"):
        cells = "".join("".rjust(12) if row[name] is None else f"{row[name]:>12g}" for row in rows)
        print(f"{name:18}{cells}")
    for error in dict.fromkeys(errors):
        print(f"{errors.count(error)} times: {error}")
    if arguments.json:
        print(json.dumps({"rows": rows, "errors": len(errors)}))


if __name__ == "__main__":
    main()
