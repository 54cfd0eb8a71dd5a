"""The two lessons of docs/tour.md, walked by a whole class at once: what the app needs of the minutes planned.

All pairs of pupils begin each step together, as a class does. ``--browsers`` of them are browser contexts in one
Chromium and walk every click; fifteen at once would take the processors from the server, which a class's own computers
do not. The others are sessions by websocket: they open the same pages, type the same texts, press the same buttons and
train, but move no slider and answer no question. The time of a step is what a pair waits for the app: from each click
until its result is drawn, for a session until the page's script has ended. Reading, typing and talking cost nothing.

``--lesson 1`` walks that lesson alone. A step that does not find its button or its text within ``--patience`` seconds
ends the walk of its pair, and is named.
"""

import argparse
import asyncio
import json
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from playwright.async_api import Error as BrowserError
from playwright.async_api import Page, async_playwright, expect

from benchmarks.visitor import FAILURES, Visitor, served

CHROMIUM = "/usr/bin/chromium"
HEADLINE, NAMED = "Senate votes on climate bill", "Gay couple opens a bakery"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step of a lesson, as docs/tour.md has it: its title, its first and last minute, and what a pair does.

    Attributes:
        pages: the addresses of the pages that a session opens, in their order.
        actions: what a session does on them: a button's label, or a text input's label and a text.
        metric: the figure that a session waits for at the end; "" for none.
        teacher: only the teacher does it, on the projector: the first of the browsers.
    """

    title: str
    begin: int
    end: int
    walk: Callable[[Page], Awaitable[None]]
    pages: tuple[str, ...]
    actions: dict[str, tuple[str | tuple[str, str], ...]] = field(default_factory=dict)
    metric: str = ""
    teacher: bool = False


@dataclass(slots=True)
class Timing:
    """Seconds that each browser and each session waited for the app in a step, and who did not get through it."""

    lesson: int
    step: Step
    seconds: list[float] = field(default_factory=list)
    sessions: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


async def settled(page: Page, title: str) -> None:
    """Wait until the page with this title is drawn."""
    await expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
    await page.wait_for_timeout(100)  # Streamlit's mark of a running script comes a moment after the click
    app = page.get_by_test_id("stApp")
    await expect(app).to_have_attribute("data-test-script-state", "notRunning")
    await expect(page.get_by_text("Something went wrong")).to_have_count(0)
    await expect(page.get_by_test_id("stException")).to_have_count(0)


async def turn(page: Page, title: str) -> None:
    """Open a page by its name in the navigation."""
    # Pressed as long as by a finger: a text that is still being typed is sent when the press begins.
    await page.get_by_role("link", name=title, exact=True).click(delay=80)
    await settled(page, "Headline Lab" if title == "Home" else title)


async def open_chapter(page: Page, title: str) -> None:
    """Open Learn, then the chapter: the button Open in its box."""
    await turn(page, "Learn")
    box = page.get_by_test_id("stColumn").filter(has_text=title)
    await box.get_by_role("button", name="Open").click()
    await settled(page, title)


async def answer(page: Page, chapter: str) -> None:
    """Choose the first answer of each question."""
    groups = page.get_by_role("radiogroup", name="Answers")
    for number in range(await groups.count()):
        await groups.nth(number).get_by_test_id("stRadioOption").first.click()
        await settled(page, chapter)


async def press(page: Page, label: str, title: str) -> None:
    await page.get_by_role("button", name=label).click()
    await settled(page, title)


async def move(page: Page, slider: str, key: str, title: str) -> None:
    await page.get_by_role("slider", name=slider).first.press(key)
    await settled(page, title)


async def view(page: Page, name: str, title: str) -> None:
    """Choose one of the views that stand side by side."""
    await page.get_by_role("radio", name=name, exact=True).first.click()
    await settled(page, title)


async def headline(page: Page) -> None:
    await page.goto("/")
    await settled(page, "Headline Lab")
    await page.get_by_label("Type a headline").fill(HEADLINE)
    await settled(page, "Headline Lab")


async def numbers(page: Page) -> None:
    title = "Text into numbers, three ways"
    await open_chapter(page, title)
    await move(page, "Words in an n-gram: n", "ArrowRight", title)
    await answer(page, title)


async def file(page: Page) -> None:
    await turn(page, "Data")
    await page.get_by_role("button", name="Synthetic sample").first.click()
    await expect(page.get_by_text("Articles kept")).to_be_visible()
    await settled(page, "Data")
    await press(page, "Next: Cleaning", "Cleaning")
    await press(page, "Next: Words", "Words")
    await move(page, "Vocabulary size", "ArrowLeft", "Words")


async def guess(page: Page) -> None:
    await turn(page, "Train")
    await page.get_by_role("spinbutton", name="Guess: accuracy in %").fill("60")
    await page.get_by_role("combobox", name="Guess: hardest category").fill("HEA")
    await page.get_by_role("option").first.click()
    await settled(page, "Train")


async def train(page: Page) -> None:
    await page.get_by_role("button", name="Start training").click()
    await expect(page.get_by_text("Test accuracy", exact=True)).to_be_visible()


async def evaluate(page: Page) -> None:
    await turn(page, "Evaluate")
    await view(page, "Confusion", "Evaluate")
    await page.get_by_role("gridcell").first.click()
    await settled(page, "Evaluate")


async def explain(page: Page) -> None:
    await turn(page, "Predict")
    await page.get_by_label("Headline", exact=True).fill(HEADLINE)
    await settled(page, "Predict")
    await view(page, "Read along", "Predict")
    await expect(page.get_by_role("slider", name="Words read")).to_be_visible()
    await view(page, "What each word adds", "Predict")


async def order(page: Page) -> None:
    title = "A dense network has no memory"
    await page.goto("/")
    await settled(page, "Headline Lab")
    await turn(page, "Data")
    await page.get_by_role("button", name="Who beat whom").first.click()
    await expect(page.get_by_text("Articles kept")).to_be_visible()
    await settled(page, "Data")
    await open_chapter(page, title)
    await press(page, "Reverse", title)
    await answer(page, title)


async def learning(page: Page) -> None:
    title = "How a network learns"
    await open_chapter(page, title)
    await move(page, "Steps", "ArrowRight", title)
    await answer(page, title)


async def gradients(page: Page) -> None:
    title = "Vanishing gradients"
    await open_chapter(page, title)
    await move(page, "Words", "ArrowRight", title)
    await answer(page, title)


async def gates(page: Page) -> None:
    title = "Gates"
    await open_chapter(page, title)
    await move(page, "Update gate", "ArrowRight", title)
    await answer(page, title)


async def inside(page: Page) -> None:
    await turn(page, "Inside")
    await page.get_by_label("Headline", exact=True).fill(HEADLINE)
    await settled(page, "Inside")
    await press(page, "Force it", "Inside")


async def race(page: Page) -> None:
    await turn(page, "Data")
    await page.get_by_role("button", name="Synthetic sample").first.click()
    await settled(page, "Data")
    await turn(page, "Memory race")
    await page.get_by_role("button", name="Start the race").click()
    # Streamlit's own Stop, of the page's script, is in the header.
    stop = page.get_by_role("main").get_by_role("button", name="Stop", exact=True)
    await expect(stop).to_be_visible()
    await expect(stop).to_have_count(0)
    await expect(page.get_by_role("row", name="Test accuracy")).to_be_visible()


async def names(page: Page) -> None:
    await turn(page, "Home")
    await page.get_by_label("Type a headline").fill(NAMED)
    await settled(page, "Headline Lab")


LESSONS: tuple[tuple[Step, ...], ...] = (
    (
        Step(
            title="Classify a headline",
            begin=0,
            end=5,
            walk=headline,
            pages=("home",),
            actions={"home": (("Type a headline", HEADLINE),)},
        ),
        Step(
            title="Numbers for words",
            begin=5,
            end=14,
            walk=numbers,
            pages=("learn", "learn-numbers"),
        ),
        Step(
            title="A file",
            begin=14,
            end=20,
            walk=file,
            pages=("data", "cleaning", "words"),
            actions={"data": ("Synthetic sample",)},
        ),
        Step(
            title="Guess",
            begin=20,
            end=24,
            walk=guess,
            pages=("train",),
        ),
        Step(
            title="Train",
            begin=24,
            end=34,
            walk=train,
            pages=("train",),
            actions={"train": ("Start training",)},
            metric="Test accuracy",
        ),
        Step(
            title="How good is it",
            begin=34,
            end=39,
            walk=evaluate,
            pages=("evaluate",),
        ),
        Step(
            title="Why this answer",
            begin=39,
            end=43,
            walk=explain,
            pages=("predict",),
            actions={"predict": (("Headline", HEADLINE),)},
        ),
    ),
    (
        Step(
            title="Does the order matter",
            begin=0,
            end=8,
            walk=order,
            pages=("data", "learn", "learn-no_memory"),
            actions={"data": ("Who beat whom",), "learn-no_memory": ("Reverse",)},
        ),
        Step(
            title="How a network learns",
            begin=8,
            end=15,
            walk=learning,
            pages=("learn", "learn-learning"),
        ),
        Step(
            title="What arrives at the first word",
            begin=15,
            end=20,
            walk=gradients,
            pages=("learn", "learn-vanishing"),
        ),
        Step(
            title="Gates",
            begin=20,
            end=25,
            walk=gates,
            pages=("learn", "learn-gates"),
        ),
        Step(
            title="Force a gate",
            begin=25,
            end=29,
            walk=inside,
            pages=("inside",),
            actions={"inside": (("Headline", HEADLINE), "Force it")},
        ),
        Step(
            title="Who forgets first",
            begin=29,
            end=35,
            walk=race,
            pages=(),
            teacher=True,
        ),
        Step(
            title="The names of categories",
            begin=35,
            end=43,
            walk=names,
            pages=("home",),
            actions={"home": (("Type a headline", NAMED),)},
        ),
    ),
)


async def walk_step(page: Page, timing: Timing) -> bool:
    """One pair does the step; True if it got through."""
    begin = time.monotonic()
    try:
        await timing.step.walk(page)
    except (BrowserError, AssertionError) as error:
        timing.failures.append(" ".join(str(error).split())[:300])
        return False
    timing.seconds.append(time.monotonic() - begin)
    return True


async def walk_session(visitor: Visitor, timing: Timing, patience: float) -> bool:
    """One session does its part of the step; True if it got through."""
    step, begin = timing.step, time.monotonic()
    try:
        for page in step.pages:
            await visitor.open(page, patience=patience)
            for action in step.actions.get(page, ()):
                if isinstance(action, str):
                    await visitor.press(action, patience=patience)
                else:
                    await visitor.fill(*action)
        if step.metric:
            await visitor.wait_for(step.metric, patience=patience)
    except FAILURES as error:
        timing.failures.append(f"a session: {error!r}"[:300])
        return False
    timing.sessions.append(time.monotonic() - begin)
    return True


async def walk(
    pages: list[Page], visitors: list[Visitor], lessons: Sequence[int], patience: float
) -> list[Timing]:
    """All pairs walk the lessons, each step together; who fails in a step is left out of the next ones."""
    timings = []
    for number in lessons:
        for step in LESSONS[number - 1]:
            timing = Timing(number, step)
            walkers = pages[:1] if step.teacher else pages
            others = [] if step.teacher else visitors
            page_results = asyncio.gather(*(walk_step(page, timing) for page in walkers))
            session_results = asyncio.gather(*(walk_session(visitor, timing, patience) for visitor in others))
            pages_through, sessions_through = await page_results, await session_results
            lost_pages = [page for page, well in zip(walkers, pages_through, strict=True) if not well]
            lost_visitors = [
                visitor for visitor, well in zip(others, sessions_through, strict=True) if not well
            ]
            pages = [page for page in pages if page not in lost_pages]
            visitors = [visitor for visitor in visitors if visitor not in lost_visitors]
            timings.append(timing)
            print(row(timing), flush=True)
    return timings


def row(timing: Timing) -> str:
    """A line of the table, as docs/tour.md has it."""
    step = timing.step
    failed = f" failed: {len(timing.failures)}, {timing.failures[0]}" if timing.failures else ""
    return (
        f"| {timing.lesson} | {step.title} | {step.end - step.begin} min | {_longest(timing.seconds)} "
        f"| {_median(timing.sessions)} | {_longest(timing.sessions)} |{failed}"
    )


def _median(seconds: Sequence[float]) -> str:
    return f"{statistics.median(seconds):.0f} s" if seconds else "-"


def _longest(seconds: Sequence[float]) -> str:
    return f"{max(seconds):.0f} s" if seconds else "-"


async def main(pairs: int, browsers: int, lessons: Sequence[int], patience: float) -> list[Timing]:
    """Serve the app, open a page or a session for each pair, and walk."""
    expect.set_options(timeout=patience * 1000)
    with served() as server:
        async with async_playwright() as driver, AsyncExitStack() as sockets:
            browser = await driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            pages = []
            for _ in range(browsers):
                context = await browser.new_context(
                    base_url=f"http://127.0.0.1:{server.port}", viewport={"width": 1366, "height": 768}
                )
                context.set_default_timeout(patience * 1000)
                pages.append(await context.new_page())
            visitors = [
                Visitor(
                    await sockets.enter_async_context(server.connect(await asyncio.to_thread(server.cookie)))
                )
                for _ in range(pairs - browsers)
            ]
            print(f"{pairs} pairs: {browsers} browser contexts, {len(visitors)} sessions by websocket")
            print("| lesson | step | planned | browser, longest | session, median | session, longest |")
            print("|---|---|---|---|---|---|", flush=True)
            try:
                return await walk(pages, visitors, lessons, patience)
            finally:
                await browser.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pairs", type=int, default=15)
    parser.add_argument("--browsers", type=int, default=1, help="so many of the pairs")
    parser.add_argument("--lesson", type=int, choices=(1, 2), action="append")
    parser.add_argument("--patience", type=float, default=900, help="seconds for one result")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    outcome = asyncio.run(main(options.pairs, options.browsers, options.lesson or (1, 2), options.patience))
    if options.json:
        steps = [
            {
                "lesson": timing.lesson,
                "step": timing.step.title,
                "planned_minutes": timing.step.end - timing.step.begin,
                "browser_seconds": sorted(round(seconds, 1) for seconds in timing.seconds),
                "session_seconds": sorted(round(seconds, 1) for seconds in timing.sessions),
                "failures": timing.failures,
            }
            for timing in outcome
        ]
        print(json.dumps({"pairs": options.pairs, "browsers": options.browsers, "steps": steps}))
