"""Fixtures of the tests of pages."""

from pathlib import Path

import pytest
import streamlit as st

from core import paths
from core.runs import jobs
from core.tasks.result_store import ResultStore
from core.tasks.worker_pool import WorkerPool
from pages import session as sessions
from pages import tasks
from pages.session import Session


@pytest.fixture(autouse=True)
def _pages_as_served(pages_as_served: None) -> None:
    """All tests here open pages."""


@pytest.fixture(scope="session")
def pool(tmp_path_factory: pytest.TempPathFactory) -> WorkerPool:
    """Computes the tasks of all tests here: a worker process takes seconds to start.

    The memory of ``pages.tasks`` is one for all tests in any case, and what a task computes is kept by what it is
    computed from. A process keeps the storage of the test that started it.
    """
    return WorkerPool(ResultStore(tmp_path_factory.mktemp("results")))


@pytest.fixture(autouse=True)
def _one_pool(pool: WorkerPool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "_pool", lambda results: pool)


@pytest.fixture(autouse=True)
def _asked_by_the_session_s_visitor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask for pages as the visitor whose session a test has put into the page's state, from the session's address."""

    def asked_by() -> str | None:
        session = st.session_state.get("session")
        return session.visitor if isinstance(session, Session) and session.has_cookie else None

    def asked_from() -> str:
        session = st.session_state.get("session")
        return session.address if isinstance(session, Session) else ""

    monkeypatch.setattr(sessions, "asked_by", asked_by)
    monkeypatch.setattr(sessions, "asked_from", asked_from)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the jobs that a page has requested; none is begun."""
    names: list[str] = []
    monkeypatch.setattr(jobs, "request_job", lambda folder, name: names.append(name))
    return names


@pytest.fixture
def starter_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the starter, empty until a test saves one there."""
    folder = tmp_path / "starter"
    monkeypatch.setattr(paths, "STARTER", folder)
    return folder


@pytest.fixture
def visit(news_file: Path) -> Session:
    """A visitor with a cookie, who has chosen the module's ``news_file``."""
    session = Session("a", paths.visitors() / "a.json")
    session.choose_news(news_file, "articles.json")
    return session
