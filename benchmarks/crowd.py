"""More visitors than descriptors: ``python -m benchmarks.crowd [--visitors 300] [--reloads 170] [--json]``.

Serves the app on loopback with an empty storage, started with a soft limit of ``--descriptors``, the usual one. All
visitors open the Predict page together and leave together. Then some come again, and all of them reload at once: each
tab's websocket is closed and another one opened. The table gives

- how many visitors and how many reloads failed, and the errors,
- the server's open descriptors before the visitors, with all their pages open, after the reloads, and ``--wait``
  seconds after everybody has left.

One visitor comes before all others, so that what a server opens once is not counted.
"""

import argparse
import asyncio
import json
import sys
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from benchmarks.visitor import FAILURES, Server, Visitor, served

MOST = 1_000


@dataclass(slots=True)
class Crowd:
    """A server, its visitors' cookies, and what was counted."""

    server: Server
    errors: dict[str, list[str]] = field(default_factory=dict)
    descriptors: dict[str, int] = field(default_factory=dict)

    def look(self, moment: str) -> None:
        self.descriptors[moment] = self.server.process.num_fds()

    async def open_pages(self, cookies: list[str], stack: AsyncExitStack, moment: str) -> None:
        """Everybody opens the page together; the tabs stay open until the stack is closed."""
        errors = self.errors.setdefault(moment, [])

        async def come(cookie: str) -> None:
            try:
                await Visitor(await stack.enter_async_context(self.server.connect(cookie))).open_page()
            except FAILURES as error:
                errors.append(f"{type(error).__name__}: {error}")

        await asyncio.gather(*map(come, cookies))


async def measure(server: Server, *, visitors: int, reloads: int, wait: float) -> Crowd:
    crowd = Crowd(server)
    async with AsyncExitStack() as first:
        await crowd.open_pages([server.cookie()], first, "first")
    crowd.look("before")
    cookies = [server.cookie() for _ in range(max(visitors, reloads))]
    async with AsyncExitStack() as tabs:
        await crowd.open_pages(cookies[:visitors], tabs, "visitors")
        crowd.look("open")
    async with AsyncExitStack() as reloaded:
        async with AsyncExitStack() as tabs:
            await crowd.open_pages(cookies[:reloads], tabs, "return")
        await crowd.open_pages(cookies[:reloads], reloaded, "reloads")
        crowd.look("reloaded")
    await asyncio.sleep(wait)
    crowd.look("left")
    return crowd


def main() -> None:
    parser = argparse.ArgumentParser(description="More visitors than descriptors.")
    parser.add_argument("--visitors", type=int, default=300)
    parser.add_argument("--reloads", type=int, default=170)
    parser.add_argument("--descriptors", type=int, default=1_024, help="the server's soft limit at its start")
    parser.add_argument("--wait", type=float, default=60.0, help="seconds after everybody has left")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    arguments = parser.parse_args()
    if sys.platform == "win32":
        parser.error("Windows has no limit of descriptors")
    if not (1 <= arguments.visitors <= MOST and 1 <= arguments.reloads <= MOST and arguments.wait >= 0):
        parser.error(f"1 to {MOST} visitors and reloads, and no wait below 0")
    with served(descriptors=arguments.descriptors) as server:
        crowd = asyncio.run(
            measure(server, visitors=arguments.visitors, reloads=arguments.reloads, wait=arguments.wait)
        )
    failed = {moment: len(errors) for moment, errors in crowd.errors.items()}
    print(f"a soft limit of {arguments.descriptors} descriptors at the start")
    print(f"visitors that failed: {failed['visitors']} of {arguments.visitors}")
    print(f"reloads that failed:  {failed['reloads']} of {arguments.reloads}")
    for moment, number in crowd.descriptors.items():
        print(f"descriptors, {moment:9} {number:6}")
    for moment, errors in crowd.errors.items():
        for error in dict.fromkeys(errors):
            print(f"{moment}, {errors.count(error)} times: {error}")
    if arguments.json:
        asked = {"visitors": arguments.visitors, "reloads": arguments.reloads, "limit": arguments.descriptors}
        print(json.dumps({**asked, "failed": failed, "descriptors": crowd.descriptors}))


if __name__ == "__main__":
    main()
