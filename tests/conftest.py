"""What every test stands on: its own storage, quiet TensorFlow, repeatable Hypothesis, the order of the tests."""

import functools
import os
import random
from collections.abc import Generator, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from core.news.news import News

# Before anything imports TensorFlow; worker processes inherit it.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# As a worker has it: the other kernels round differently, and a run must be the same here and there.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
# Several processes of tests share the processors. At the sizes of tests the threads of TensorFlow mostly wait for each
# other, and burn a third of the time in doing so.
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# A busy machine is no failure, and a red build must be red again on the next machine.
settings.register_profile("headline-lab", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("headline-lab")


@pytest.fixture(autouse=True)
def storage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that holds everything visitors bring and make, empty, for this test alone."""
    folder = tmp_path / "storage"
    monkeypatch.setenv("HEADLINE_LAB_STORAGE", str(folder))
    monkeypatch.delenv("HEADLINE_LAB_NEWS", raising=False)
    return folder


@pytest.fixture(scope="session", autouse=True)
def _language_model_read_once() -> Iterator[None]:
    """The app reads the model that tells languages anew for each file, which takes a second, and lets it go."""
    from core.text import languages

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(languages, "_identifier", functools.cache(languages._identifier))
        yield


@pytest.fixture(scope="session")
def pages_as_served() -> Iterator[None]:
    """Spare a page what the server does once, or never.

    ``AppTest`` searches the installed packages for components for each page that is opened, which reads every
    package's metadata and takes three times as long as the page. And when a test of this process has imported Keras,
    which the server never does (``test_imports.py``), Streamlit clears Keras's session after each run of a page, and
    Keras collects all garbage: a tenth of a second each time.
    """
    from streamlit.components.v2 import manifest_scanner
    from streamlit.runtime.scriptrunner import script_runner

    with pytest.MonkeyPatch.context() as patch:
        found_once = functools.cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", found_once)
        patch.setattr(script_runner, "_clean_problem_modules", lambda: None)
        yield


@pytest.fixture(scope="session")
def real_news_path() -> Path:
    """The real news file, which stands beside the repository and never in it."""
    path = ROOT.parent / "shared" / "news" / "news_category_180k.json.xz"
    if not path.is_file():
        pytest.skip("the real news file ../shared/news/news_category_180k.json.xz is not on this machine")
    return path


@pytest.fixture(scope="session")
def real_news(real_news_path: Path) -> "News":
    """The real news file, read once a process for all tests that compute with it; a News is never changed."""
    from core.news.news import read_news

    return read_news(real_news_path)


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """Debian's Chromium, one a process."""
    from playwright.sync_api import sync_playwright

    if not CHROMIUM.exists():
        pytest.fail("Debian's Chromium is not at /usr/bin/chromium: apt-get install chromium, or make test")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


class Marked(Protocol):
    """What the order looks at of a test."""

    @property
    def path(self) -> Path: ...

    def get_closest_marker(self, name: str) -> object: ...


ItemT = TypeVar("ItemT", bound=Marked)


IMPORTS, FAST, SLOW, BROWSER = range(4)


def _turn(item: Marked) -> int:
    """Who goes first: the direction of imports, then the fast tests, the slow ones, the browser."""
    if item.get_closest_marker("browser"):
        return BROWSER
    if item.get_closest_marker("slow"):
        return SLOW
    return IMPORTS if item.path.name == "test_imports.py" else FAST


def in_order(items: Iterable[ItemT]) -> list[ItemT]:
    """The tests, file by file; within a file the fast ones first.

    Files with slow tests come after those without, and of these the files with the most slow tests first: so no process
    is left alone with a long one at the end. The browser is last: while it is open, its process has an event loop that
    no other test may start one beside. There a single test can be the longest of all, so the files with the most text
    come first.
    """
    files: dict[Path, list[ItemT]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)

    def place(tests: list[ItemT]) -> tuple[int, int]:
        turns = [_turn(item) for item in tests]
        slow = sum(item.get_closest_marker("slow") is not None for item in tests)
        if max(turns) == BROWSER:
            return max(turns), -tests[0].path.stat().st_size
        return IMPORTS if IMPORTS in turns else max(turns), -slow

    return [item for tests in sorted(files.values(), key=place) for item in sorted(tests, key=_turn)]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--order", type=int, metavar="SEED", help="shuffle the modules, and the tests of each, by this seed"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    seed = config.getoption("--order")
    if seed is not None:
        draw = random.Random(seed)
        # Module by module, so that what a module shares is made once.
        places = {path: draw.random() for path in dict.fromkeys(item.path for item in items)}
        items.sort(key=lambda item: (places[item.path], draw.random()))
    items[:] = in_order(items)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What a test logged, without lone surrogates: a report goes from process to process as UTF-8."""
    report = yield
    report.sections = [
        (title, text.encode("utf-8", "backslashreplace").decode()) for title, text in report.sections
    ]
    return report
