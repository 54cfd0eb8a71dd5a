"""What a visitor sees when the line to the server breaks, or the server dies, while a run trains."""

import contextlib
import json
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from core.runs.run import Run
from core.runs.run_store import RunStore
from tests.browser.conftest import PAGE_HANGS, PROJECTOR, free_port, serve
from tests.browser.test_path import POINTS, settled, start_long
from tests.present import present
from tests.waiting import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# For each chart on the page and each line in it, where its points stand: in pixels while it moves, then in epochs.
DRAWN = """(() => {
    const open = (root) => [...root.querySelectorAll('*')].flatMap(
        (one) => one.shadowRoot ? [one, ...open(one.shadowRoot)] : [one])
    const all = open(document)
    const moving = all.filter((one) => one.tagName === 'polyline')
        .map((line) => line.getAttribute('points').trim().split(' ').map((point) => Number(point.split(',')[0])))
    const still = all.filter((one) => one.classList.contains('js-plotly-plot'))
        .flatMap((chart) => chart.data.map((trace) => Array.from(trace.x)))
    return [...moving, ...still]
})()"""


class Line:
    """A line to the server at ``port`` that can be cut, as a cable can; only what runs through it is."""

    def __init__(self, port: int) -> None:
        self.server = port
        self.whole = True
        self.sockets: list[socket.socket] = []
        self.entry = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.entry.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        self.whole = False
        for one in self.sockets:
            with contextlib.suppress(OSError):  # the other side was first
                one.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        self.whole = True

    def close(self) -> None:
        self.cut()
        self.entry.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # closed
            while True:
                browser, _ = self.entry.accept()
                server = socket.socket()
                if not self.whole or server.connect_ex(("127.0.0.1", self.server)):
                    browser.close()
                    server.close()
                    continue
                self.sockets += [browser, server]
                for ends in ((browser, server), (server, browser)):
                    threading.Thread(target=self._carry, args=ends, daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
        for one in (source, target):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


class Served:
    """A server of this file's own, and the line to it."""

    def __init__(self, folder: Path) -> None:
        self.storage = folder / "storage"
        self.log = folder / "server.log"
        self.port = free_port()
        self.line = Line(self.port)
        self.life = contextlib.ExitStack()
        self.process = self.serve()

    def serve(self) -> subprocess.Popen[bytes]:
        self.process = self.life.enter_context(serve(self.storage, self.log, self.port))
        return self.process

    def close(self) -> None:
        self.line.close()
        self.life.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    served = Served(tmp_path_factory.mktemp("faults"))
    yield served
    served.close()


@pytest.fixture(scope="module")
def trains(browser: Browser, served: Served) -> Iterator[tuple[Page, Run]]:
    """A page on which a run trains, and the run."""
    context = browser.new_context(base_url=served.line.address, viewport=PROJECTOR)
    page = context.new_page()
    visitor = start_long(page, served.line.address, served.storage)
    [run] = RunStore(served.storage / "runs").of_owner(visitor)
    yield page, run
    context.close()


def told(run: Run) -> tuple[list[float], list[float]]:
    """Where the points of training and of validation stand, in epochs, by the run's log; read as plain JSON."""
    training, validation = [], []
    for line in (run.folder / "events.jsonl").read_text().splitlines():
        event = json.loads(line)
        if event["event"] == "BatchEnd":
            training.append(event["epoch"] - 1 + event["step"] / event["steps"])
            if event["validation_accuracy"] is not None:
                validation.append(training[-1])
        elif event["event"] == "EpochEnd" and validation[-1:] != [event["epoch"]]:
            validation.append(
                float(event["epoch"])
            )  # else it takes the place of the point of some hundred articles
    return training, validation


def later(run: Run) -> int:
    """Wait until the run has told of two more epochs; how many points its two charts have by then."""
    before = told(run)[0][-1]
    wait_until(lambda: told(run)[0][-1] >= before + 2, run.status)
    return 2 * sum(map(len, told(run)))


def catches_up(page: Page, run: Run, points: int) -> None:
    """The page comes to show more than so many points, with nobody doing anything; none is missing or doubled."""
    page.wait_for_function(f"{POINTS} > {points} && {DRAWN}.length == 4", timeout=PAGE_HANGS)
    loss, loss_validation, accuracy, accuracy_validation = page.evaluate(DRAWN)
    training, validation = told(run)  # the run may have told more meanwhile
    for curve, validation_curve in ((loss, loss_validation), (accuracy, accuracy_validation)):
        first, last = training[0], training[len(curve) - 1]
        if first == last:
            continue  # nothing says yet how many pixels an epoch is wide
        scale = (curve[-1] - curve[0]) / (last - first)
        for line, epochs in ((curve, training), (validation_curve, validation)):
            places = [curve[0] + scale * (epoch - first) for epoch in epochs[: len(line)]]
            assert line == pytest.approx(places, abs=0.1)


def offline(page: Page) -> None:
    expect(page.get_by_test_id("stConnectionStatus")).to_have_text("Connecting", ignore_case=True)


@pytest.mark.long
def test_neither_a_line_that_breaks_nor_a_server_that_is_killed_costs_a_point_of_the_curves(
    served: Served, trains: tuple[Page, Run]
) -> None:
    page, run = trains
    served.line.cut()
    offline(page)
    had = 2 * sum(map(len, told(run)))
    missed = later(run)
    assert page.evaluate(POINTS) <= had < missed
    served.line.mend()
    catches_up(page, run, missed)
    settled(page, "Train")
    assert present(run.lease()).attempt == 1

    # The server, behind the page's back: the next one has the same run.
    served.process.kill()
    served.process.wait()
    offline(page)
    missed = later(run)
    served.serve()
    catches_up(page, run, missed)
    page.reload()
    catches_up(page, run, missed)
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("This run is paused")).to_be_visible()
    settled(page, "Train")
    catches_up(page, run, missed)
    for line, epochs in zip(page.evaluate(DRAWN), 2 * told(run), strict=True):
        assert line == pytest.approx(epochs)
    assert RunStore(run.folder.parent).of_owner(run.owner) == [run]
    assert present(run.lease()).attempt == 1  # the worker that the first server began
