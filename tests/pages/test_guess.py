"""Train: what is guessed before a run, kept with it, and set beside what came out."""

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import NumberInput, Selectbox

from core import paths
from core.runs import memory_budget, scheduler
from core.runs.guess import FILE, Guess, read_guess
from core.runs.run import Run
from pages import starting_runs
from pages.session import Session
from tests.insight.held_out_parts import part_predicted_as, random_held_out
from tests.pages.opening import open_page
from tests.pages.test_evaluate import made
from tests.pages.test_train import BATCH, EPOCH, FINISHED, PREPARED, lose

PAGE = str(paths.ROOT / "pages" / "train" / "page.py")
FRAME = str(paths.ROOT / "pages" / "frame.py")
FEW = ("CUP", "SOUP", "VOTE")
ODD = (":red[X]", "<script>alert(1)</script>", "A · 40", "A\u200f", "A\u200e", "$\\href{x}{y}$")


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Run]:
    """Runs that were launched; this process stands in for their workers."""
    runs: list[Run] = []

    def start(run: Run) -> None:
        assert not run.lease()  # the guess was there before anybody could have begun
        run.unqueue()
        run.claim(os.getpid())
        runs.append(run)

    monkeypatch.setattr(scheduler, "start", start)
    return runs


def visitor(folder: Path, categories: tuple[str, ...] = FEW, *, first: int = 40) -> Session:
    """Somebody who chose a file of 40 articles of each category, and ``first`` of the first."""
    path = folder / "articles.json"
    with path.open("w") as stream:
        for at, category in enumerate(categories):
            for number in range(40 if at else first):
                article = {"headline": f"topic{at} number {number}", "category": category}
                stream.write(json.dumps(article) + "\n")
    session = Session("a", paths.visitors() / "a.json")
    session.choose_news(path, "articles.json")
    return session


def accuracy(page: AppTest) -> NumberInput:
    return next(one for one in page.number_input if one.label == "Guess: accuracy in %")


def hardest(page: AppTest) -> Selectbox[Any]:
    return next(one for one in page.selectbox if one.label == "Guess: hardest category")


def written(page: AppTest) -> str:
    """All that is written on the page, without the escapes."""
    parts = [one.value for kind in (page.markdown, page.caption, page.warning, page.error) for one in kind]
    return "\n".join(parts).replace("\\", "").replace("\u2060", "").replace("\u00a0", " ")


def lines(page: AppTest) -> list[str]:
    """The names on the accuracy chart's horizontal lines, of whichever of the two charts is drawn."""
    still = [json.loads(one.proto.spec)["layout"] for one in page.get("plotly_chart")]
    if still:
        return [note["text"] for note in still[0]["annotations"] if note.get("name") == "baseline"]
    return [line["name"] for line in json.loads(page.get_by_key("live_accuracy").proto.json)["baselines"]]


def ended(run: Run, found: dict[str, int], *, articles: int = 40, kept: bool = True) -> None:
    """The run's end: of each category so many of its test articles found, and the answers kept with the classifier."""
    labels = tuple(sorted(found))
    y = np.repeat(np.arange(len(labels)), articles)
    right = [found[label] for label in labels]
    answers = [
        at if number < right[at] else (at + 1) % len(labels)
        for at in range(len(labels))
        for number in range(articles)
    ]
    made(labels).save(run.classifier_folder)
    if kept:
        held = replace(
            random_held_out(len(labels)), test=part_predicted_as(y, answers, categories=len(labels))
        )
        held.save(run.classifier_folder)
    share = sum(right) / len(y)
    for event in (PREPARED, BATCH, EPOCH):
        run.append(event)
    run.append(msgspec.structs.replace(FINISHED, test=replace(FINISHED.test, rows=len(y), accuracy=share)))


def test_without_a_file_nothing_is_guessed() -> None:
    page = open_page(PAGE)
    assert not any(one.label.startswith("Guess") for one in (*page.number_input, *page.selectbox))


def test_a_file_that_nobody_has_read_gives_the_categories_once_it_is(tmp_path: Path) -> None:
    page = open_page(PAGE, visitor(tmp_path, first=120))
    box = hardest(page)
    assert not box.disabled
    assert box.options == ["CUP · 120", "SOUP · 40", "VOTE · 40"]
    assert (box.value, accuracy(page).value) == (None, None)
    assert "Random guessing: 33.3 %. Always naming CUP: 60.0 %." in written(page)


def test_a_file_that_is_gone_is_no_reason_not_to_show_the_page(tmp_path: Path) -> None:
    session = visitor(tmp_path)
    (tmp_path / "articles.json").unlink()
    page = open_page(PAGE, session)
    assert hardest(page).disabled
    page.button(key="start").click().run()
    assert not page.exception
    assert "no longer on the server" in written(page)


def test_what_is_guessed_stays_with_the_run_and_cannot_be_changed(tmp_path: Path, started: list[Run]) -> None:
    page = open_page(PAGE, visitor(tmp_path))
    accuracy(page).set_value(72.5)
    hardest(page).set_value("SOUP")
    page.button(key="start").click().run()
    assert not page.exception
    assert read_guess(started[0]) == Guess(accuracy=0.725, hardest="SOUP")
    for event in (PREPARED, BATCH):
        started[0].append(event)
    for shown in (
        page.run(),
        open_page(PAGE, Session("a", paths.visitors() / "a.json")),
    ):  # and after a reload
        assert not shown.number_input
        assert not [one for one in shown.selectbox if one.label.startswith("Guess")]
        assert "Your guess: 72.5 % right, hardest SOUP. It cannot change any more" in written(shown)
        assert lines(shown) == ["always the largest category: 40.0 %", "your guess: 72.5 %"]
        drawn = json.loads(shown.get_by_key("live_accuracy").proto.json)["baselines"]
        assert [(line["value"], line["first"]) for line in drawn] == [(0.4, False), (0.725, True)]
        assert "and a line at your guess of 72.5 %" in json.loads(
            shown.get_by_key("live_accuracy").proto.json
        )["alt"].replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("guess", "kept", "sentence"),
    [
        ((60, None), Guess(accuracy=0.6), "Your guess: 60.0 % right. It"),
        ((None, "VOTE"), Guess(hardest="VOTE"), "Your guess: hardest VOTE. It"),
        ((0, None), Guess(accuracy=0.0), "Your guess: 0.0 % right. It"),
        ((None, None), None, None),
    ],
)
def test_half_a_guess_is_one_and_none_is_none(
    tmp_path: Path,
    started: list[Run],
    guess: tuple[float | None, str | None],
    kept: Guess | None,
    sentence: str | None,
) -> None:
    page = open_page(PAGE, visitor(tmp_path))
    accuracy(page).set_value(guess[0])
    hardest(page).set_value(guess[1])
    page.button(key="start").click().run()
    assert read_guess(started[0]) == kept
    assert (started[0].folder / FILE).exists() == (kept is not None)
    assert ("Your guess" in written(page)) == (kept is not None)
    if sentence:
        assert sentence in written(page)


def test_guess_and_outcome_stand_side_by_side(tmp_path: Path, started: list[Run]) -> None:
    session = visitor(tmp_path)
    starting_runs.start(session, Guess(accuracy=0.7, hardest="SOUP"))
    ended(started[0], {"CUP": 10, "SOUP": 12, "VOTE": 38})
    shown = written(open_page(PAGE, session))
    assert "**Accuracy**  \nYour guess: 70.0 %  \nOutcome: **50.0 %**" in shown
    # 60 of 120: Wilson's interval is 41.2 to 58.8 %.
    assert (
        "20.0 points too high. The test on 120 articles says that the accuracy is between 41.2 % and 58.8 %"
        in shown
    )
    assert "**Hardest category**  \nYour guess: SOUP  \nOutcome: **CUP**" in shown
    assert (
        "Hardest is CUP: 25.0 % of its articles are found. SOUP is the 2nd hardest of 3, with 30.0 %" in shown
    )
    assert lines(open_page(PAGE, session)) == ["always the largest category: 40.0 %", "your guess: 70.0 %"]


def test_the_next_run_starts_with_an_empty_guess_and_the_first_keeps_its_own(
    tmp_path: Path, started: list[Run]
) -> None:
    session = visitor(tmp_path)
    page = open_page(PAGE, session)
    accuracy(page).set_value(72.0)
    hardest(page).set_value("SOUP")
    page.button(key="start").click().run()
    ended(started[0], {"CUP": 10, "SOUP": 12, "VOTE": 38})
    page.run()
    assert (accuracy(page).value, hardest(page).value) == (None, None)
    page.button(key="start").click().run()
    assert read_guess(started[1]) is None
    assert read_guess(started[0]) == Guess(accuracy=0.72, hardest="SOUP")
    ended(started[1], {"CUP": 10, "SOUP": 12, "VOTE": 38})
    page = open_page(PAGE, session)
    assert "Your guess" not in written(page)  # of this run none was made
    assert lines(page) == ["always the largest category: 40.0 %"]


def test_a_guess_is_there_again_after_another_page_and_after_a_refusal(
    tmp_path: Path, started: list[Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = AppTest.from_file(FRAME, default_timeout=120)
    app.session_state["session"] = visitor(tmp_path)
    app.run()
    app.switch_page("train/page.py").run()
    accuracy(app).set_value(65.0)
    hardest(app).set_value("VOTE").run()
    app.switch_page("home/page.py").run()
    app.switch_page("train/page.py").run()
    assert (accuracy(app).value, hardest(app).value) == (65.0, "VOTE")
    monkeypatch.setattr(memory_budget, "total_bytes", lambda: 2**29)
    app.button(key="start").click().run()
    assert "This run would need" in written(app)
    assert (accuracy(app).value, hardest(app).value) == (65.0, "VOTE")
    assert started == []


@pytest.mark.parametrize("categories", [41, 1_000])
def test_many_categories_can_be_chosen_from(tmp_path: Path, started: list[Run], categories: int) -> None:
    names = tuple(f"CATEGORY {number:04}" for number in range(categories))
    page = open_page(PAGE, visitor(tmp_path, names, first=41))
    assert len(hardest(page).options) == categories
    assert hardest(page).options[:2] == ["CATEGORY 0000 · 41", "CATEGORY 0001 · 40"]
    assert f"Random guessing: {100 / categories:.1f} %" in written(page)
    hardest(page).set_value(names[-1])
    page.button(key="start").click().run()
    assert read_guess(started[0]) == Guess(hardest=names[-1])


def test_odd_names_are_shown_as_they_stand_and_told_apart(tmp_path: Path, started: list[Run]) -> None:
    session = visitor(tmp_path, ODD)
    page = open_page(PAGE, session)
    options = hardest(page).options
    assert len(set(options)) == len(ODD)
    assert {":red[X] · 40", "<script>alert(1)</script> · 40", "A · 40", "A · 40 · 40"} <= set(options)
    for name in ODD[:2]:
        session.choose_run(None)
        page = open_page(PAGE, session)
        hardest(page).set_value(name)
        page.button(key="start").click().run()
        run = started[-1]
        assert read_guess(run) == Guess(hardest=name)
        assert f"hardest {name}. It cannot change" in written(page)
        ended(run, dict.fromkeys(ODD, 30) | {name: 3})
        page = open_page(PAGE, session)
        assert f"Your guess: {name}  \nOutcome: **{name}**" in written(page)
        for one in (*page.markdown, *page.caption):
            assert not one.allow_html
            assert name not in one.value  # every sign of it escaped


def test_merged_categories_are_guessed_by_the_runs_names(tmp_path: Path, started: list[Run]) -> None:
    session = visitor(tmp_path)
    session.settings = session.settings.with_merged("CUP", "VOTE")
    page = open_page(PAGE, session)
    assert hardest(page).options == ["CUP + VOTE · 80", "SOUP · 40"]
    assert "Random guessing: 50.0 %. Always naming CUP + VOTE: 66.7 %." in written(page)
    hardest(page).set_value("CUP + VOTE")
    page.button(key="start").click().run()
    ended(started[0], {"CUP + VOTE": 10, "SOUP": 30})
    assert "Right: 25.0 % of the articles in CUP + VOTE are found" in written(open_page(PAGE, session))


@pytest.mark.parametrize("event", ["at work", "ended"])
def test_a_damaged_guess_is_said_and_the_run_is_shown(tmp_path: Path, started: list[Run], event: str) -> None:
    session = visitor(tmp_path)
    run = starting_runs.start(session, Guess(accuracy=0.7))
    (run.folder / FILE).write_text('{"schema": 1, "accuracy": 7')
    if event == "ended":
        ended(run, {"CUP": 10, "SOUP": 12, "VOTE": 38})
    else:
        run.append(PREPARED)
    page = open_page(PAGE, session)
    (said,) = [one.value for one in page.warning]
    assert "guess kept with this run is damaged" in said
    assert lines(page) == ["always the largest category: 40.0 %"]
    assert bool(page.metric) == (event == "ended")


def test_without_the_runs_answers_the_hardest_is_not_known_and_the_accuracy_is(
    tmp_path: Path, started: list[Run]
) -> None:
    session = visitor(tmp_path)
    starting_runs.start(session, Guess(accuracy=0.5, hardest="SOUP"))
    ended(started[0], {"CUP": 10, "SOUP": 12, "VOTE": 38}, kept=False)
    shown = written(open_page(PAGE, session))
    assert "Almost exactly right" in shown
    assert "Your guess: SOUP  \nOutcome: **not known**" in shown
    assert "The Evaluate page can compute it." in shown


def test_a_run_without_an_end_keeps_its_guess_in_sight(tmp_path: Path, started: list[Run]) -> None:
    session = visitor(tmp_path)
    starting_runs.start(session, Guess(accuracy=0.5))
    started[0].append(PREPARED)
    lose(started[0])
    assert "Your guess: 50.0 % right. You will see the result next to it." in written(
        open_page(PAGE, session)
    )


def test_start_pressed_in_another_tab_leaves_the_run_its_own_guess(
    tmp_path: Path, started: list[Run]
) -> None:
    session = visitor(tmp_path)
    first = starting_runs.start(session, Guess(accuracy=0.5))
    assert starting_runs.start(session, Guess(accuracy=0.1)).id == first.id
    assert len(started) == 1
    assert read_guess(first) == Guess(accuracy=0.5)
