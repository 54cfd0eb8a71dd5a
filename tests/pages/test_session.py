"""A visitor's place on the path: kept, shared between tabs, and closed to everybody else."""

import errno
import json
import threading
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from streamlit.testing.v1 import AppTest

from core import paths
from core.errors import ClassifierError, RunError
from core.news.changes import NO_CHANGES, Edit
from core.runs import run_queue, scheduler
from core.runs.run import Run
from core.settings.fitting import FileFacts, fit_to_file
from core.settings.memory_race import equal_budget_settings
from core.settings.presets import PRESETS
from core.settings.run import CUSTOM
from core.text.languages import LANGUAGES
from pages import caches, starting_runs
from pages import session as sessions
from pages.session import Session
from tests.pages.opening import SECONDS, open_page
from tests.present import present
from tests.text.headlines import HEADLINES

ARTICLES = [
    {
        "headline": f"{topic} story number {n}",
        "short_description": "",
        "category": topic.upper(),
        "date": "2015-01-01",
    }
    for n in range(20)
    for topic in ("sports", "food")
]


@pytest.fixture
def news_file(tmp_path: Path) -> Path:
    path = tmp_path / "articles.json"
    path.write_text("\n".join(map(json.dumps, ARTICLES)) + "\n")
    return path


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Run]:
    """Runs that were launched, without launching them: they stay in the queue."""
    runs: list[Run] = []

    def start(run: Run) -> None:
        run.queue(len(runs))
        runs.append(run)

    monkeypatch.setattr(scheduler, "start", start)
    return runs


def visitor(name: str = "a") -> Session:
    return Session(name, paths.visitors() / f"{name}.json")


def test_a_reload_finds_file_settings_and_run_again(news_file: Path, started: list[Run]) -> None:
    first = visitor()
    first.choose_news(news_file, "articles.json")
    first.take_settings(PRESETS["article"])
    run = starting_runs.start(first)
    first.see("words")
    again = visitor()
    assert (again.news_name, again.news_path) == ("articles.json", news_file)
    assert (
        again.settings == first.settings == again.presets["article"]
    )  # fitted to the file that it starts on
    assert present(again.run).id == run.id
    assert again.seen == {"words"}
    assert len(present(again.read_news()).table) == 40
    assert visitor().news_rows == 40  # known from then on, without reading the file


def test_another_tab_takes_over_what_was_chosen_here(news_file: Path) -> None:
    here, there = visitor(), visitor()
    here.choose_news(news_file, "articles.json")
    version = there.version
    here.take_settings(PRESETS["best"])
    there.refresh()
    assert there.news_name == "articles.json"
    assert there.settings == PRESETS["best"]
    assert there.version > version  # so that its widgets start anew


def test_a_visitor_without_a_cookie_starts_no_run(news_file: Path, started: list[Run]) -> None:
    owner = visitor()
    owner.choose_news(news_file, "articles.json")
    run = starting_runs.start(owner)
    nobody = Session("nobody", None)
    nobody.choose_news(news_file, "articles.json")
    for start in (
        lambda: starting_runs.start(nobody),
        lambda: starting_runs.start_again(nobody, run, PRESETS["quick"]),
        lambda: starting_runs.start_race(nobody, equal_budget_settings()),
    ):
        with pytest.raises(RunError, match="does not keep this page's cookie"):
            start()
    assert started == [run]
    assert nobody.runs() == []


def test_the_state_that_another_visitor_left_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Streamlit session that is carried on by another browser shows nothing of the first one's."""

    def script() -> None:
        import streamlit as st

        from pages import session

        st.text(session.current().visitor)
        st.text(st.session_state.get("result", "nothing"))

    page = AppTest.from_function(script)

    def seen_by(asker: str | None) -> tuple[str, str]:
        monkeypatch.setattr(sessions, "asked_by", lambda: asker)
        page.run()
        assert not page.exception
        return page.text[0].value, page.text[1].value

    assert seen_by("a") == ("a", "nothing")
    page.session_state["result"] = "hers"
    assert seen_by("a") == ("a", "hers")
    assert seen_by("b") == ("b", "nothing")
    page.session_state["result"] = "hers"
    name, result = seen_by(None)
    assert name not in ("a", "b")
    assert result == "nothing"
    assert seen_by(None) == (name, "nothing")


def test_without_a_cookie_every_page_says_so_and_takes_no_file() -> None:
    frame = AppTest.from_file(str(paths.ROOT / "pages" / "frame.py"), default_timeout=SECONDS).run()
    assert "does not keep this page's cookie" in frame.warning[0].value
    data = paths.ROOT / "pages" / "data" / "page.py"
    assert open_page(data).file_uploader[0].disabled
    assert not open_page(data, visitor()).file_uploader[0].disabled


def test_a_visitor_without_a_cookie_leaves_nothing_on_disk(news_file: Path) -> None:
    nobody = Session("nobody", None)
    nobody.choose_news(news_file, "articles.json")
    nobody.take_settings(PRESETS["best"])
    assert nobody.news_name == "articles.json"
    assert not paths.visitors().exists()


@pytest.mark.parametrize(
    "damage", ["", "{", "[]", "null", '{"schema": 1}', '{"settings": 3, "news": null, "run": null}']
)
def test_a_damaged_file_is_passed_over(damage: str) -> None:
    paths.visitors().mkdir(parents=True)
    (paths.visitors() / "a.json").write_text(damage)
    session = visitor()
    assert session.settings == PRESETS["quick"]
    assert session.news_name is None


def test_a_folder_that_cannot_be_written_costs_only_the_memory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, news_file: Path
) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where a folder should be")
    session = Session("a", blocked / "a.json")
    session.choose_news(news_file, "articles.json")
    assert session.news_name == "articles.json"


def test_a_changed_preset_is_called_own_and_becomes_itself_again() -> None:
    session = visitor()
    quick = PRESETS["quick"]
    session.settings = replace(quick, training=replace(quick.training, epochs=9))
    assert session.settings.preset == CUSTOM
    session.settings = replace(session.settings, training=quick.training)
    assert session.settings == quick


def test_a_preset_is_fitted_to_the_file_once_it_is_read_and_keeps_its_name(news_file: Path) -> None:
    session = visitor()
    assert session.settings == PRESETS["quick"]
    session.settings = replace(session.settings, baselines=True)
    session.choose_news(news_file, "articles.json")
    assert session.settings == replace(PRESETS["quick"], baselines=True)  # the file is not read yet
    version = session.version
    news = present(session.read_news())
    fitted = fit_to_file(PRESETS["quick"], FileFacts.of(news, LANGUAGES["en"]))
    assert session.settings == replace(fitted, baselines=True)
    assert (fitted.preset, fitted.training.batch_size) == ("quick", 8)
    assert session.version > version  # so that the widgets show its numbers
    session.read_news()
    assert session.version == version + 1
    assert visitor().settings == session.settings
    session.settings = replace(fitted, training=replace(fitted.training, epochs=3))
    assert session.settings.preset == CUSTOM
    session.settings = fitted
    assert session.settings.preset == "quick"
    session.choose_news(news_file, "the same under another name.json")
    assert session.settings == PRESETS["quick"]


def test_settings_of_ones_own_stay_when_another_file_is_read(news_file: Path) -> None:
    session = visitor()
    own = PRESETS["quick"].with_setting("epochs", "9")
    session.take_settings(own)
    session.choose_news(news_file, "articles.json")
    session.read_news()
    assert session.settings == own


def test_start_pressed_twice_and_from_two_tabs_starts_one_run(news_file: Path, started: list[Run]) -> None:
    first, second = visitor(), visitor()
    first.choose_news(news_file, "articles.json")
    second.refresh()
    threads = [
        threading.Thread(target=starting_runs.start, args=(tab,)) for tab in (first, second, first, second)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(started) == 1
    assert present(first.run).id == present(second.run).id == started[0].id


def test_a_new_run_can_start_once_the_last_has_ended(news_file: Path, started: list[Run]) -> None:
    session = visitor()
    session.choose_news(news_file, "articles.json")
    first = starting_runs.start(session)
    run_queue.cancel(first)
    second = starting_runs.start(session)
    assert first.id != second.id
    assert [run.id for run in started] == [first.id, second.id]
    assert {run.id for run in session.runs()} == {first.id, second.id}


def test_a_start_that_fails_leaves_no_run_behind(news_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full when the run is queued: nothing stands in the list that nobody has asked for."""

    def full(run: Run) -> None:
        run.queue(0)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(scheduler, "start", full)
    session = visitor()
    session.choose_news(news_file, "articles.json")
    with pytest.raises(RunError, match="disk"):
        starting_runs.start(session)
    assert session.runs() == []
    assert list(paths.runs().glob("*/run.json")) == []


def test_nothing_starts_without_a_file(started: list[Run]) -> None:
    with pytest.raises(RunError, match="Data page"):
        starting_runs.start(visitor())
    assert started == []


def test_nobody_sees_the_run_of_another(news_file: Path, started: list[Run]) -> None:
    mine, other = visitor("a"), visitor("b")
    mine.choose_news(news_file, "articles.json")
    run = starting_runs.start(mine)
    other.choose_run(run.id)
    assert other.run is None
    assert other.runs() == []
    assert other.read_news() is None


def test_a_file_that_is_gone_says_so_and_where_to_go(tmp_path: Path) -> None:
    session = visitor()
    session.choose_news(tmp_path / "gone.json", "gone.json")
    with pytest.raises(Exception, match=r"'gone.json' is no longer on the server"):
        session.read_news()


def test_without_any_classifier_the_error_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(paths, "STARTER", tmp_path / "none")
    with pytest.raises(ClassifierError, match="No classifier is trained yet"):
        visitor().classifier()


def test_one_copy_of_a_file_whatever_visitors_call_it(news_file: Path) -> None:
    one, other = (caches.read_news(caches.news_task(news_file, name)) for name in ("mine.json", "yours.json"))
    assert (one.name, other.name) == ("mine.json", "yours.json")
    assert one.table is other.table


def test_a_session_knows_the_address_from_which_it_is_asked_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A laptop that changes its network goes on with its session."""
    places = iter(["school", "home"])
    monkeypatch.setattr(sessions, "asked_from", lambda: next(places))
    script = tmp_path / "page.py"
    script.write_text(
        "import streamlit\nfrom pages.session import current\nstreamlit.text(current().address)\n"
    )
    page = open_page(script)
    assert page.text[0].value == "school"
    assert page.run().text[0].value == "home"


def _file_of(tmp_path: Path, language: str) -> Path:
    rows = [{"headline": text, "category": "AB"[n % 2]} for n, text in enumerate(HEADLINES[language])]
    path = tmp_path / f"{language}.json"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_the_settings_take_the_language_of_a_newly_chosen_file_and_keep_what_is_set_by_hand(
    tmp_path: Path,
) -> None:
    session = visitor()
    for language in ("hi", "de"):
        session.choose_news(_file_of(tmp_path, language), "news")
        session.read_news()
        assert session.settings == session.presets["quick"].with_language(language)  # still that preset
    session.settings = session.settings.with_language("nl")
    session.read_news()
    again = visitor()
    again.read_news()
    assert again.settings.cleaning.language == "nl"
    assert again.settings.preset == "quick"
    again.choose_news(_file_of(tmp_path, "th"), "news")
    again.read_news()
    assert again.settings.cleaning.language == "th"


def test_a_label_corrected_does_not_undo_the_language_set_by_hand(tmp_path: Path) -> None:
    session = visitor()
    session.choose_news(_file_of(tmp_path, "de"), "news")
    session.read_news()
    session.settings = session.settings.with_language("nl")
    again = visitor()  # after a reload of the page
    edit = Edit.of(0, HEADLINES["de"][0], "C")
    again.choose_reading(msgspec.structs.replace(again.reading, changes=NO_CHANGES.with_edit(edit)))
    assert present(again.read_news()).categories == ("A", "B", "C")
    assert again.settings.cleaning.language == "nl"
