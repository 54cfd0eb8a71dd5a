"""What heavy work of some visitors costs the others: ``python -m benchmarks.beside [--only NAME ...] [--json]``.

Serves the app on loopback with an empty storage. A few visitors type a headline on the Predict page about every
``--every`` seconds: first alone, then beside each of

- ``cleaning``: visitors who clean one whole file, each with other steps, all at once;
- ``waiting``: visitors who wait for their runs on the Train page (benchmarks/waiting.py);
- ``upload``: the upload of a news file of ``--upload-mb``, which is stored, read and drawn;
- ``batch``: a file of headlines of ``--batch-mb`` on the Predict page;
- ``read_along``: 2,000 characters that are read along by the largest network that the settings allow, its weights
  drawn at random; half as many each time the page says that they are too many. After ``--seconds`` its tab is closed,
  whether or not it was answered.

The table gives for each

- ``seconds``: how long the work took; the typing lasts as long, and is not stopped in the middle of a prediction,
- the seconds from sending a headline until its script has finished, and the 95 % of these as a multiple of those alone,
- the processor time of the server and of the processes that it started, as a share of one core: ``cpu_share`` beside
  the work, ``cpu_after`` in the ``--after`` seconds after all tabs of that row were closed.

The file to clean is a made-up one of the real size, or the one that ``--news`` names.
"""

import argparse
import asyncio
import gzip
import json
import os
import random
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import psutil

from benchmarks import news_files
from benchmarks.load import Load, quantiles
from benchmarks.prediction import random_classifier
from benchmarks.visitor import FAILURES, Server, Visitor, served
from benchmarks.waiting import Waiting, chosen_run, hold_run
from core.paths import SAMPLE
from core.settings.network import NetworkSettings, RecurrentLayer
from core.settings.presets import PRESETS
from core.text.cleaning_steps import STEPS
from core.training.events import Finished
from pages.predict.explanations import READ
from pages.widgets.headline_box import MOST_CHARACTERS
from pages.wording import literal

LONG = 1_800.0  # seconds after which a visitor's heavy work counts as an error
SWITCHED = (
    "links",
    "users",
    "brackets",
    "hashtags",
)  # steps that the visitors switch on and off, each in another way
LARGEST = NetworkSettings(
    tokenization="characters",
    vocabulary_size=100,
    sequence_length=500,
    embedding_size=512,
    cell="LSTM",
    layers=(RecurrentLayer(units=512),) * 4,
    ensemble_size=8,
)
Work = Callable[[], Awaitable[object]]


@dataclass(slots=True)
class Scene:
    """What the works need.

    Attributes:
        folder: takes the files that they upload.
        news: the file that is cleaned, which the server offers.
        tabs: closes the tabs that a work has opened.
    """

    server: Server
    arguments: argparse.Namespace
    folder: Path
    news: Path | None
    tabs: AsyncExitStack = field(default_factory=AsyncExitStack)
    errors: list[str] = field(default_factory=list)

    async def visitor(self, cookie: str, page: str) -> Visitor:
        visitor = Visitor(await self.tabs.enter_async_context(self.server.connect(cookie)))
        await visitor.open(page)
        return visitor


async def alone(scene: Scene) -> Work:
    return lambda: asyncio.sleep(scene.arguments.seconds)


async def cleaning(scene: Scene) -> Work:
    """Visitors who have chosen the file and set their steps, and then clean it at once."""
    assert scene.news is not None
    titles = [literal(step.title) for name in SWITCHED for step in STEPS if step.name == name]
    visitors = []
    for number in range(scene.arguments.cleaners):
        visitor = await scene.visitor(scene.server.cookie(), "data")
        await visitor.press(literal(scene.news.name))
        await visitor.open("cleaning")
        await visitor.press("The article's steps")
        for bit, title in enumerate(titles):
            await visitor.switch(title, bool(number >> bit & 1))
        visitors.append(visitor)

    async def clean(visitor: Visitor) -> None:
        try:
            await visitor.press("Clean all", patience=LONG)
            await visitor.wait_for("Different words", patience=LONG)
        except FAILURES as error:  # the others go on
            scene.errors.append(f"{type(error).__name__}: {error}")

    return lambda: asyncio.gather(*map(clean, visitors))


async def waiting(scene: Scene) -> Work:
    hold_run(scene.server)
    crowd = Waiting(scene.server)
    await crowd.come(scene.arguments.waiting, scene.tabs, random.Random(1))

    async def wait() -> None:
        await asyncio.sleep(scene.arguments.seconds)
        for task in crowd.tasks:
            task.cancel()
        await asyncio.gather(*crowd.tasks, return_exceptions=True)

    return wait


async def upload(scene: Scene) -> Work:
    file = scene.folder / "upload.json"
    megabytes = int(scene.arguments.upload_mb * 1e6)
    news_files.write_made_up(file, 1, articles=megabytes // 100, most_bytes=megabytes)
    cookie = scene.server.cookie()
    visitor = await scene.visitor(cookie, "data")
    return lambda: visitor.upload("Upload a news file", file, scene.server, cookie, patience=LONG)


async def batch(scene: Scene) -> Work:
    file = scene.folder / "headlines.txt"
    news_files.write_headlines(file, 1, headlines=190_000, most_bytes=int(scene.arguments.batch_mb * 1e6))
    cookie = scene.server.cookie()
    visitor = await scene.visitor(cookie, "predict")

    async def classify() -> None:
        await visitor.upload("One headline per line", file, scene.server, cookie, patience=LONG)
        await visitor.press("Classify all", patience=LONG)
        await visitor.wait_for("Download the answers (CSV)", patience=LONG)

    return classify


async def read_along(scene: Scene) -> Work:
    cookie = scene.server.cookie()
    labels = tuple(f"CATEGORY {number}" for number in range(news_files.CATEGORIES))
    network = scene.arguments.network
    known = tuple("abcdefghijklmnopqrstuvwxyz")
    classifier = random_classifier(network, labels=labels, cleaning=PRESETS["quick"].cleaning, known=known)
    run = chosen_run(scene.server, cookie, replace(PRESETS["quick"], network=network))
    classifier.save(run.classifier_folder)
    run.append(
        Finished(
            ending="epochs",
            epochs=1,
            best_epoch=1,
            validation_loss=1.0,
            validation_accuracy=0.5,
            test=classifier.card.test,
            seconds=1.0,
        )
    )
    visitor = await scene.visitor(cookie, "predict")
    text = ("the largest network reads along " * 100)[:MOST_CHARACTERS]
    await visitor.type(text)

    async def read() -> None:
        nonlocal text
        with suppress(TimeoutError):  # the tab is closed whether or not it was answered
            async with asyncio.timeout(scene.arguments.seconds):
                drawn = await visitor.choose("Why this answer", READ)
                while "plotly_chart" not in drawn:
                    text = text[: len(text) // 2]
                    drawn = await visitor.type(text)

    return read


WORKS: dict[str, Callable[[Scene], Awaitable[Work]]] = {
    "alone": alone,
    "cleaning": cleaning,
    "waiting": waiting,
    "upload": upload,
    "batch": batch,
    "read_along": read_along,
}


async def beside(name: str, scene: Scene, headlines: list[str]) -> dict[str, Any]:
    """The row of one work: visitors type until it has ended."""
    arguments, server = scene.arguments, scene.server
    load = Load(server)
    async with AsyncExitStack() as tabs, scene.tabs:
        await load.open_pages(arguments.typing, tabs)
        work = await WORKS[name](scene)
        used, began = _cpu_seconds(server), time.perf_counter()
        task = asyncio.ensure_future(work())
        task.add_done_callback(lambda _: ended.append(time.perf_counter()))
        ended: list[float] = []
        while load.visitors and not task.done():
            await load.type(2 * arguments.every, arguments.every, headlines, random.Random(0))
        try:
            await task
        except FAILURES as error:
            scene.errors.append(f"{type(error).__name__}: {error}")
        share = _share(used, _cpu_seconds(server), time.perf_counter() - began)
    await asyncio.sleep(1)  # until the server has heard that the tabs are closed
    used = _cpu_seconds(server)
    await asyncio.sleep(arguments.after)
    return {
        "beside": name,
        "seconds": round(ended[0] - began, 2),
        **quantiles("prediction", load.predictions),
        "predictions": len(load.predictions),
        "cpu_share": share,
        "cpu_after": _share(used, _cpu_seconds(server), arguments.after),
        "errors": load.errors + scene.errors,
    }


def _cpu_seconds(server: Server) -> dict[int, float]:
    """The processor time of each process, the server's and those that it started."""
    seconds = {}
    for process in server.processes():
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        seconds[process.pid] = times.user + times.system
    return seconds


def _share(before: dict[int, float], after: dict[int, float], seconds: float) -> float:
    """The part of one core that was used; a process that has ended meanwhile is left out."""
    return round(sum(used - before.get(pid, 0.0) for pid, used in after.items()) / seconds, 3)


async def measure(
    server: Server, arguments: argparse.Namespace, names: Sequence[str], folder: Path, news: Path | None
) -> list[dict[str, Any]]:
    with gzip.open(SAMPLE, "rt", encoding="utf-8") as lines:
        headlines = [json.loads(line)["headline"] for line in lines]
    await Load(server).warm_up(headlines[0])
    return [await beside(name, Scene(server, arguments, folder, news), headlines) for name in names]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", choices=[name for name in WORKS if name != "alone"])
    parser.add_argument("--news", type=Path, help="the file to clean, in place of a made-up one")
    parser.add_argument("--articles", type=int, default=news_files.ARTICLES, help="of the made-up file")
    parser.add_argument("--typing", type=int, default=5, help="visitors who type headlines")
    parser.add_argument("--every", type=float, default=1.0, help="seconds between two headlines of a visitor")
    parser.add_argument("--seconds", type=float, default=30.0, help="of alone, waiting and read_along")
    parser.add_argument("--after", type=float, default=10.0, help="seconds of cpu_after")
    parser.add_argument(
        "--cleaners", type=int, default=8, help=f"visitors who clean, up to {2 ** len(SWITCHED)}"
    )
    parser.add_argument("--waiting", type=int, default=100, help="visitors who wait")
    parser.add_argument("--upload-mb", type=float, default=250.0)
    parser.add_argument("--batch-mb", type=float, default=20.0)
    parser.add_argument("--units", type=int, default=LARGEST.layers[0].units, help="of the network's layers")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    arguments = parser.parse_args()
    arguments.network = replace(LARGEST, layers=(RecurrentLayer(units=arguments.units),) * 4)
    names = ["alone", *(arguments.only or [name for name in WORKS if name != "alone"])]
    os.environ["HEADLINE_LAB_SLOTS"] = "1"  # the server's, which inherits it
    with tempfile.TemporaryDirectory() as temporary:
        folder, news = Path(temporary), arguments.news
        if news is None and "cleaning" in names:
            news = folder / "news.json"
            news_files.write_made_up(news, 0, articles=arguments.articles)
        with served(news=news) as server:
            rows = asyncio.run(measure(server, arguments, names, folder, news))
    for row in rows:
        if row["prediction_p95"] and rows[0]["prediction_p95"]:
            row["p95_ratio"] = round(row["prediction_p95"] / rows[0]["prediction_p95"], 2)
    print(f"{arguments.typing} visitors type a headline every {arguments.every:g} s")
    for name in (name for name in rows[-1] if name != "errors"):
        print(f"{name:16}" + "".join(f"{row.get(name) or 0:>12}" for row in rows))
    for row in rows:
        for error in dict.fromkeys(row["errors"]):
            print(f"{row['beside']}, {row['errors'].count(error)} times: {error}")
    if arguments.json:
        print(json.dumps({"rows": [row | {"errors": len(row["errors"])} for row in rows]}))


if __name__ == "__main__":
    main()
