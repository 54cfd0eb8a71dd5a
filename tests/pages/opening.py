"""A page without a browser: opened, what it shows, and what a visitor may have done before (files, runs)."""

import asyncio
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from streamlit.testing.v1 import AppTest

from core import paths
from core.model.classifier import Classifier
from core.runs.run import Run
from core.settings.run import RunSettings
from core.training.events import Finished
from pages.learn.material import SENTENCE_KEY
from pages.session import Session
from server.downloads import DOWNLOADS, download_route
from server.visitors import HEADER
from tests.server.asgi import Exchange, ask

CHAPTERS = paths.ROOT / "pages" / "learn"
SECONDS = 120  # guards against a hang
GLOSSARY_LINK = re.compile(r'\[([^\]]*)\]\(glossary#([\w-]+) "([^"]*)"\)')  # form, anchor, tip


def open_page(page: str | Path, session: Session | None = None, **state: object) -> AppTest:
    """The page after its first run, which raised nothing.

    Args:
        page: its script.
        session: the visitor's; None: one who comes for the first time.
        state: what stands in the session's state before, by a widget's key.
    """
    test = AppTest.from_file(str(page), default_timeout=SECONDS)
    if session:
        test.session_state["session"] = session
    for key, value in state.items():
        test.session_state[key] = value
    test.run()
    assert not test.exception
    return test


def open_chapter(name: str, sentence: str | None = None, session: Session | None = None) -> AppTest:
    """The chapter with this sentence in its box; None: with its example."""
    state = {} if sentence is None else {SENTENCE_KEY: sentence}
    return open_page(CHAPTERS / name / "page.py", session, **state)


def open_visit(
    page: str | Path, news: Path | None = None, settings: RunSettings | None = None
) -> tuple[AppTest, Session]:
    """The page of a new visitor, who may have chosen a news file and settings; and the visitor's session."""
    session = Session("visitor", paths.visitors() / "visitor.json")
    if news:
        session.choose_news(news, news.name)
    if settings:
        session.settings = settings
    return open_page(page, session), session


def charts(page: AppTest) -> list[dict[str, Any]]:
    """Each Plotly chart of the page: its data and layout, and its alternative text as ``alt``."""
    return [json.loads(chart.proto.spec) | {"alt": chart.proto.alt} for chart in page.get("plotly_chart")]


def labelled(page: AppTest, kind: str, label: str) -> Any:
    """The first widget of its kind ("selectbox") that has the label."""
    return next(widget for widget in getattr(page, kind) if widget.label == label)


def unlinked(markdown: str) -> str:
    """The text without its links to the glossary, which stand at the first use of a word."""
    return GLOSSARY_LINK.sub(r"\1", markdown)


def metrics(page: AppTest) -> dict[str, str]:
    """The value of each metric by its label."""
    return {metric.label: metric.value for metric in page.metric}


def metrics_with_deltas(page: AppTest) -> dict[str, tuple[str, str]]:
    """The value of each metric, and its difference below it, by its label."""
    return {metric.label: (metric.value, metric.delta) for metric in page.metric}


def download_buttons(page: AppTest) -> dict[str, str | None]:
    """The addresses of the page's downloads by the buttons' labels; None: the button is disabled."""
    sent: list[dict[str, Any]] = [json.loads(element.proto.json) for element in page.get("bidi_component")]
    return {data["label"]: data["address"] for data in sent if "address" in data}


def fetch_download(page: AppTest, label: str, visitor: str = "") -> Exchange:
    """The server's answer to whoever fetches the download: the page's visitor, or another."""
    session: Session = page.session_state["session"]
    headers = [(HEADER, visitor or session.visitor)]
    return asyncio.run(
        ask(Starlette(routes=[download_route(DOWNLOADS)]), f"/{download_buttons(page)[label]}", headers)
    )


def write_news(path: Path, articles: Iterable[Mapping[str, object]]) -> Path:
    """A news file of JSON lines."""
    path.write_text("\n".join(map(json.dumps, articles)) + "\n")
    return path


def create_run(session: Session, settings: RunSettings | None = None, *, owner: str | None = None) -> Run:
    """A run that has not begun, of the session's visitor or of another ``owner``."""
    return session.store.create(
        settings or RunSettings(),
        news=paths.SAMPLE,
        news_name="n.json",
        fingerprint="0" * 64,
        owner=owner or session.visitor,
    )


def end_run(run: Run, classifier: Classifier, *, epochs: int = 1, best_epoch: int = 1) -> None:
    """Let the run have ended with this classifier."""
    classifier.save(run.classifier_folder)
    run.append(
        Finished(
            ending="epochs",
            epochs=epochs,
            best_epoch=best_epoch,
            validation_loss=1.0,
            validation_accuracy=0.5,
            test=classifier.card.test,
            seconds=1.0,
        )
    )
