"""Ten visitors at once, their pages drawn in turn: nobody's page holds anything of another's."""

import json
from dataclasses import replace
from pathlib import Path

from streamlit.testing.v1 import AppTest

from core import paths
from core.runs.run import Run
from core.settings.presets import PRESETS
from core.training.events import Failed
from pages.session import Session

VISITORS = 10
PAGES = ("train", "data")
AGAIN = 5  # every so many-th is drawn once more, after everybody else's


def _marker(number: int) -> str:
    """A word that stands in all that this visitor brings, and is no part of another's."""
    return f"marker{number:02}end"


def _visit(number: int, tmp_path: Path) -> tuple[Session, Run]:
    marker = _marker(number)
    news = tmp_path / marker / f"{marker}.json"
    news.parent.mkdir()
    articles = [
        {"headline": f"{marker} {n}", "short_description": "", "category": f"{marker}{'AB'[n % 2]}"}
        for n in range(40)
    ]
    news.write_text("\n".join(map(json.dumps, articles)))
    session = Session(f"visitor{number:02}", paths.visitors() / f"visitor{number:02}.json")
    session.choose_news(news, news.name)
    training = replace(PRESETS["quick"].training, seed=1000 + number)
    run = session.store.create(
        replace(PRESETS["quick"], training=training, preset="own"),
        news=news,
        news_name=news.name,
        fingerprint=marker,
        owner=session.visitor,
    )
    run.append(Failed(reason=f"It failed for {marker}.", seconds=1.0))
    session.choose_run(run.id)
    return session, run


def _shown(page: AppTest) -> str:
    """All that the browser would be sent, as text."""
    assert not page.exception
    return "\n".join(str(element.proto) for element in page.main) + "\n".join(
        str(element.proto) for element in page.sidebar
    )


def test_ten_interleaved_visitors_see_their_own_alone(tmp_path: Path) -> None:
    visits = [_visit(number, tmp_path) for number in range(VISITORS)]
    ids = [run.id for _, run in visits]
    for name in PAGES:
        pages = []
        for session, _ in visits:
            page = AppTest.from_file(str(paths.ROOT / "pages" / name / "page.py"), default_timeout=120)
            page.session_state["session"] = session
            pages.append(page.run())
        for number, page in enumerate(pages):
            shown = _shown(page.run() if number % AGAIN == 0 else page)
            others = [
                other
                for other in range(VISITORS)
                if other != number and (_marker(other) in shown or ids[other] in shown)
            ]
            assert others == [], f"{name} of visitor {number} shows what is of {others}"
            assert _marker(number) in shown.replace("\\", "")
    for number, (session, run) in enumerate(visits):
        assert [one.id for one in session.runs()] == [run.id]
        stranger = visits[(number + 1) % VISITORS][0]
        stranger.choose_run(run.id)  # an id that was overheard
        assert stranger.run is None
