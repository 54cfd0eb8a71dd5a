"""What a visitor sees who waits in the queue with the page open, and touches nothing."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from core import paths
from core.files import sha256
from core.runs import launcher, locks, run_queue
from core.runs.run import Run
from core.runs.run_store import RunStore
from core.settings.presets import PRESETS
from pages.session import Session
from tests.browser.conftest import RUN_HANGS, choose
from tests.browser.test_faults import catches_up
from tests.browser.test_path import POINTS
from tests.waiting import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

QUICK = PRESETS["quick"]
LONG = replace(QUICK, training=replace(QUICK.training, epochs=100, batch_size=64, patience=0))


def new_run(store: RunStore, owner: str) -> Run:
    return store.create(
        LONG,
        news=paths.SAMPLE,
        news_name="Synthetic sample",
        fingerprint=sha256(paths.SAMPLE),
        owner=owner,
    )


@contextmanager
def slots_taken(store: RunStore, *, free: int = 0) -> Iterator[None]:
    """Every slot but the free ones has a run at work whose process does nothing, and ends with the block."""
    processes = []
    try:
        for number in range(run_queue.slots() - free):
            processes.append(subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE))
            run = new_run(store, f"other {number}")
            with run.lock():
                run.claim(processes[-1].pid)
        yield
    finally:
        for process in processes:
            process.kill()
            process.communicate()


@pytest.mark.long
def test_the_open_page_follows_the_queue_and_turns_to_the_live_chart(
    visitor: BrowserContext, page: Page, address: str, server_storage: Path
) -> None:
    owner = choose(visitor, address, server_storage, QUICK)
    store = RunStore(server_storage / "runs")
    with slots_taken(store):
        ahead, own = new_run(store, "ahead"), new_run(store, owner)
        run_queue.enqueue(ahead)
        run_queue.enqueue(own)
        Session(owner, server_storage / "visitors" / f"{owner}.json").choose_run(own.id)
        page.goto("/train")
        expect(page.get_by_text("Number 2 in the queue")).to_be_visible()
        expect(page.get_by_role("button", name="Cancel")).to_be_visible()
        run_queue.cancel(ahead)
        expect(page.get_by_text("Next in the queue")).to_be_visible()
    page.wait_for_function(f"{POINTS} > 10", timeout=RUN_HANGS)
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(page.get_by_role("button", name="Cancel")).to_have_count(0)
    page.get_by_role("button", name="Stop", exact=True).click()
    wait_until(lambda: not own.alive(), own.status)
    assert own.status() == "finished"


@pytest.mark.long
def test_a_run_that_makes_room_says_so_and_goes_on_by_itself_with_its_curves_unbroken(
    visitor: BrowserContext,
    page: Page,
    address: str,
    server_storage: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A turn is three seconds of training, and of ten minutes where the server starts the run again."""
    owner = choose(visitor, address, server_storage, QUICK)
    store = RunStore(server_storage / "runs")
    own, other = new_run(store, owner), new_run(store, "other")
    Session(owner, server_storage / "visitors" / f"{owner}.json").choose_run(own.id)
    monkeypatch.setenv("HEADLINE_LAB_TURN_MINUTES", "0.05")
    with slots_taken(store, free=1):
        with locks.queue_lock(store):  # else the server might start it, with another turn
            run_queue.enqueue(own)
            assert launcher.launch(own)
        page.goto("/train")
        expect(page.get_by_role("button", name="Pause")).to_be_visible()
        run_queue.enqueue_here(other)  # of a command line that takes its time
        try:
            room = page.get_by_text("Others are waiting, so your run made room after")
            expect(room).to_be_visible(timeout=RUN_HANGS)
            expect(page.get_by_text("Number 2 in the queue")).to_be_visible()
            catches_up(page, own, 0)
            points = page.evaluate(POINTS)
        finally:
            other.unqueue()  # else it would keep the runs of the tests after this one waiting
        expect(page.get_by_role("button", name="Pause")).to_be_visible(timeout=RUN_HANGS)
        expect(room).to_have_count(0)
        catches_up(page, own, points)
        page.get_by_role("button", name="Stop", exact=True).click()
        wait_until(lambda: not own.alive(), own.status)
    assert own.status() == "finished"
