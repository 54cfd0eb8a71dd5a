"""A server with an empty storage, visitors, and a folder for pictures."""

import os
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import filelock
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from core import paths
from core.errors import RunError
from core.files import sha256
from core.runs.run import Run
from core.runs.run_store import RunStore
from core.settings.presets import PRESETS
from core.settings.run import RunSettings
from core.training.events import Finished
from pages.session import Session
from server.visitors import COOKIE, Visitors, server_secret, visitor_name
from tests.waiting import wait_until

ROOT = Path(__file__).resolve().parents[2]
PROJECTOR: ViewportSize = {"width": 1366, "height": 768}
# Milliseconds after which a page, or a whole run, hangs; no machine is so slow.
PAGE_HANGS, RUN_HANGS = 120_000, 600_000

expect.set_options(timeout=PAGE_HANGS)

# Train the run in this folder.
TRAIN = """
import sys
from pathlib import Path
from core.runs.run_store import RunStore
from core.runs.worker import work
folder = Path(sys.argv[1])
work(RunStore(folder.parent).open(folder.name))
"""


@pytest.fixture(scope="session")
def server_storage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The storage of the running server; the one of each test is another."""
    return tmp_path_factory.mktemp("server")


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def serve(storage: Path, log: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Serve the app as a person does, until it answers; at the end leave neither server nor training behind."""
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py"]
    command += ["--server.port", str(port), "--server.address", "127.0.0.1"]
    environment = os.environ | {"HEADLINE_LAB_STORAGE": str(storage)}
    environment.pop("HEADLINE_LAB_NEWS", None)
    with log.open("ab") as stream:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=stream, stderr=stream)
    try:
        _wait_until_it_answers(f"http://127.0.0.1:{port}/_stcore/health", server, log)
        yield server
    finally:
        _stop_runs(storage / "runs")
        server.terminate()
        server.wait(timeout=PAGE_HANGS / 1000)


@pytest.fixture(scope="session")
def address(server_storage: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the server listens that all tests share which do it no harm."""
    port = free_port()
    with serve(server_storage, tmp_path_factory.mktemp("log") / "server.log", port):
        yield f"http://127.0.0.1:{port}"


def _wait_until_it_answers(health: str, server: subprocess.Popen[bytes], log: Path) -> None:
    def answers() -> bool:
        assert server.poll() is None, log.read_text()
        try:
            urllib.request.urlopen(health, timeout=10).close()
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            return False
        return True

    wait_until(answers, log.read_text)


def _ended(run: Run) -> bool:
    return not run.alive()


def _stop_runs(folder: Path) -> None:
    """Ask every run still at work to stop, and wait: a worker outlives its server."""
    store = RunStore(folder)
    for record in folder.glob("*/run.json"):
        try:
            run = store.open(record.parent.name)
        except RunError:
            continue
        if run.alive():
            run.request_stop()
            wait_until(partial(_ended, run), run.status)


@pytest.fixture
def visitor(browser: Browser, address: str) -> Iterator[BrowserContext]:
    """A new visitor at a projector of 1366x768: cookies of their own."""
    context = browser.new_context(base_url=address, viewport=PROJECTOR, color_scheme="light")
    context.set_default_timeout(PAGE_HANGS)
    yield context
    context.close()


@pytest.fixture
def page(visitor: BrowserContext) -> Iterator[Page]:
    """A tab, in which nothing may break the content security policy: neither code nor a picture from elsewhere."""
    page = visitor.new_page()
    refused: list[str] = []
    page.on("console", lambda entry: refused.append(entry.text) if "Content Security" in entry.text else None)
    yield page
    assert refused == []


def name_of(cookie: str) -> str:
    """The name under which the server keeps what the visitor with this cookie does."""
    return visitor_name(cookie.rpartition(".")[0])


def choose(context: BrowserContext, address: str, storage: Path, settings: RunSettings) -> str:
    """Make the context's a visitor who chose the sample and these settings on an earlier day; the visitor's name."""
    cookie = Visitors(server_secret(storage / "cookie_secret"), storage / "visitors").new_cookie()
    name = name_of(cookie)
    visit = Session(name, storage / "visitors" / f"{name}.json")
    visit.choose_news(paths.SAMPLE, "Synthetic sample")
    visit.settings = settings
    context.add_cookies([{"name": COOKIE, "value": cookie, "url": address}])
    return name


def _run(storage: Path, owner: str) -> Run:
    return RunStore(storage / "runs").create(
        PRESETS["quick"],
        news=paths.SAMPLE,
        news_name="Synthetic sample",
        fingerprint=sha256(paths.SAMPLE),
        owner=owner,
    )


@pytest.fixture(scope="session")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run of the sample that has come to its end, nobody's; only to be read.

    All processes of tests share it. It trains in a process of its own, which takes TensorFlow along as it ends.
    """
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    storage, name = shared / "ended", shared / "ended.txt"
    with filelock.FileLock(shared / "ended.lock"):
        if not name.exists():
            run = _run(storage, "")
            environment = os.environ | {"HEADLINE_LAB_STORAGE": str(storage)}
            subprocess.run(
                [sys.executable, "-c", TRAIN, str(run.folder)], cwd=ROOT, env=environment, check=True
            )
            assert isinstance(run.last(), Finished)
            name.write_text(run.id)
        return RunStore(storage / "runs").open(name.read_text())


@pytest.fixture
def trained(visitor: BrowserContext, address: str, server_storage: Path, ended: Run) -> Run:
    """The same as a run of the visitor's, and chosen."""
    owner = choose(visitor, address, server_storage, PRESETS["quick"])
    run = _run(server_storage, owner)
    shutil.copytree(
        ended.folder, run.folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("run.json", "run.lock")
    )
    Session(owner, server_storage / "visitors" / f"{owner}.json").choose_run(run.id)
    return run


@pytest.fixture(scope="session")
def pictures() -> Path | None:
    """Where `make images` wants screenshots; None: a test run takes none, and changes no file."""
    asked = os.environ.get("HEADLINE_LAB_IMAGES")
    if asked is None:
        return None
    (ROOT / asked).mkdir(parents=True, exist_ok=True)
    return ROOT / asked
