"""What every test stands on: its own storage, quiet TensorFlow, repeatable Hypothesis, the order of the tests."""

import os
import random
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from core.news.news import News

# Before anything imports TensorFlow; worker processes inherit it.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# As a worker has it: the other kernels round differently, and a run must be the same here and there.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

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


def _turn(item: pytest.Item) -> int:
    """Who goes first: the direction of imports, then the fast tests, the slow ones, the browser.

    In one process this is the order. With ``--dist loadfile`` the files start in the order of their first test, and
    each file's tests keep this order.
    """
    if item.get_closest_marker("browser"):
        return 3
    if item.get_closest_marker("slow"):
        return 2
    return 0 if item.path.name == "test_imports.py" else 1


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
    items.sort(key=_turn)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What a test logged, without lone surrogates: a report goes from process to process as UTF-8."""
    report = yield
    report.sections = [
        (title, text.encode("utf-8", "backslashreplace").decode()) for title, text in report.sections
    ]
    return report
