"""Memory race: fresh, started, at work, ended, failed, interrupted; and its runs on the pages beside it."""

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core import paths
from core.errors import RunError
from core.insight.memory_race import forgetting as distances
from core.insight.memory_race.forgetting import filler_orders, measure_forgetting
from core.insight.memory_race.word_choice import telling_words, uninformative_words
from core.insight.order_task import results as order_task
from core.insight.order_task.results import order_results
from core.model.classifier import Classifier
from core.news.news import read_news
from core.runs import memory_race, retention, scheduler
from core.runs.memory_race import Race
from core.runs.run import Run
from core.runs.start import TrainingFile
from core.settings.memory_race import equal_budget_settings
from core.settings.network import CELLS, Cell
from core.settings.presets import PRESETS
from core.training.events import Failed, Finished, Paused, Scoring
from pages import starting_runs
from pages.race import results
from pages.session import Session
from pages.widgets import prediction_work
from pages.widgets.classifier_picker import classifier_choices
from pages.widgets.run_progress import REFRESH_SECONDS
from tests.classifiers import random_classifier
from tests.insight.held_out_parts import random_held_out
from tests.pages.opening import charts, labelled, open_page, write_news
from tests.pages.test_train import BATCH, EPOCH, PREPARED, lose
from tests.present import present
from tests.runs.queued_runs import another_run

PAGE = str(paths.ROOT / "pages" / "race" / "page.py")
TRAIN = str(paths.ROOT / "pages" / "train" / "page.py")
FEW = ("ANIMALS", "HOMES", "SPORTS")
MANY = tuple(f"CATEGORY {number}" for number in range(41))
ODD = (":red[X]", "$\\href{x}{y}$", "<script>alert(1)</script>")
WORDS = ("the", "cat", "dog", "<b>roof</b>", "door", "goal", "team")


@pytest.fixture(autouse=True)
def nothing_begins(starter_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs wait in the queue, and no worker is started."""
    monkeypatch.setattr(scheduler, "advance", lambda store, **how: None)


@pytest.fixture
def news_file(tmp_path: Path) -> Path:
    articles = [
        {"headline": f"{topic} number {n}", "short_description": "", "category": topic, "date": "2015-01-01"}
        for n in range(50)
        for topic in ("CUP", "SOUP", "VOTE")
    ]
    return write_news(tmp_path / "articles.json", articles)


def raced_by(session: Session, **settings: Any) -> Race:
    four = equal_budget_settings(**{"units": 16, "epochs": 2, "sequence_length": 12, **settings})
    path = present(session.news_path)
    news = TrainingFile.of(read_news(path), path)
    return memory_race.start_race(session.store, session.visitor, four, news)


def made(run: Run, labels: tuple[str, ...], *, seed: int = 1) -> Classifier:
    network = replace(run.settings.network, vocabulary_size=20)
    return random_classifier(
        network, labels=labels, cleaning=run.settings.cleaning, known=("¶", *WORDS), seed=seed
    )


def ended(
    shown: Race, labels: tuple[str, ...] = FEW, *, cells: tuple[Cell, ...] = CELLS
) -> dict[Cell, Classifier]:
    """Let the runs of these cells have come to their ends, each with answers of its own to the same articles."""
    held = random_held_out(len(labels), articles=600)
    classifiers: dict[Cell, Classifier] = {}
    for place, run in enumerate(shown.runs):
        run.unqueue()
        cell = run.settings.network.cell
        if cell not in cells:
            continue
        classifier = classifiers[cell] = made(run, labels, seed=place)
        classifier.save(run.classifier_folder)
        logits = held.test.logits.copy()
        logits[: 100 * place] = logits[: 100 * place, ::-1]  # the later cells err more
        part = replace(held.test, logits=logits)
        replace(held, test=part).save(run.classifier_folder)
        accuracy = float((logits.argmax(axis=1) == part.y).mean())
        test = replace(classifier.card.test, rows=600, accuracy=accuracy, majority=0.4)
        for event in (PREPARED, BATCH, EPOCH, Scoring(rows=600, seconds=15.0)):
            run.append(event)
        run.append(
            Finished(
                ending="epochs", epochs=2, best_epoch=2, validation_loss=1.0, validation_accuracy=0.5, test=test,
                seconds=20.0,
            )
        )  # fmt: skip
    return classifiers


def text(page: AppTest) -> str:
    """All that is written on the page, without the escapes."""
    kinds = (page.markdown, page.caption, page.info, page.warning, page.error)
    parts = [one.value for kind in kinds for one in kind]
    return "\n".join(parts).replace("\\", "").replace("\u2060", "").replace("\u00a0", " ")


def table(page: AppTest) -> dict[str, dict[str, str]]:
    (found,) = page.table
    return {cell: dict(rows) for cell, rows in found.value.to_dict().items()}


def drawn_live(page: AppTest) -> list[dict[str, Any]]:
    return [json.loads(one.proto.json) for one in page.get("bidi_component")]


# --- Before ---


def test_a_fresh_visitor_is_told_what_it_needs() -> None:
    page = open_page(PAGE)
    assert page.subheader[0].value == "No file yet"
    assert page.button(key="race_start").disabled
    assert page.button(key="fill_data")


def test_with_a_file_the_form_says_what_the_settings_come_to(visit: Session) -> None:
    page = open_page(PAGE, visit)
    assert page.subheader[0].value == "No race yet"
    assert labelled(page, "number_input", "Articles").value == 150
    assert "Units: SimpleRNN 129, LSTM 53, GRU 64, minGRU 192" in text(page)
    assert "read from the first word to the last, in one layer. They answer from the last state" in text(page)
    labelled(page, "selectbox", "Units of the GRU").set_value(32).run()
    assert "Units: SimpleRNN 70, LSTM 26, GRU 32, minGRU 72. So each layer has about 9,400" in text(page)


def test_start_puts_four_runs_into_the_queue(visit: Session) -> None:
    page = open_page(PAGE, visit)
    labelled(page, "number_input", "Epochs").set_value(2).run()
    labelled(page, "number_input", "Articles").set_value(120).run()
    page.button(key="race_start").click().run()
    assert not page.exception
    (shown,) = memory_race.group_runs(visit.runs())
    assert [run.settings.network.cell for run in shown.runs] == list(CELLS)
    training = shown.runs[0].settings.training
    assert (training.epochs, training.articles) == (2, 120)
    assert shown.runs[0].settings.cleaning == visit.settings.cleaning
    assert [run.status() for run in shown.runs] == ["waiting"] * 4
    assert visit.run is None  # the Train page's is none of these
    assert page.button(key="race_stop")


def test_a_race_that_waits_is_looked_at_less_often(visit: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    race = starting_runs.start_race(visit, equal_budget_settings())
    others = [another_run(race.runs[0]) for _ in range(3)]
    for since, other in enumerate(others):
        other.queue(since)
    looks: list[float] = []
    for other in others:
        looks.append(results._refresh_seconds(race))
        other.unqueue()
    assert looks == [5.0, 4.0, 3.0]
    assert results._refresh_seconds(race) == 2.0
    race.runs[0].claim(os.getpid())
    assert results._refresh_seconds(race) == REFRESH_SECONDS


def test_where_there_is_no_room_for_four_none_begins(visit: Session) -> None:
    for _ in range(retention.RUNS - 2):
        run = visit.store.create(
            PRESETS["quick"], news=present(visit.news_path), news_name="n", fingerprint="f" * 64, owner="a"
        )
        run.append(Failed(reason="r", seconds=1.0))
    page = open_page(PAGE, visit)
    page.button(key="race_start").click().run()
    assert "Remove 2 that you no longer need" in text(page)
    assert memory_race.group_runs(visit.runs()) == []


def test_while_a_run_trains_a_race_waits(visit: Session) -> None:
    run = starting_runs.start(visit)
    assert run.status() == "waiting"
    page = open_page(PAGE, visit)
    assert "A race can start after it has ended" in text(page)
    assert not [one for one in page.button if one.key == "race_start"]
    with pytest.raises(RunError, match="is training"):
        starting_runs.start_race(visit, equal_budget_settings())


# --- At work ---


def test_curves_and_table_while_it_runs(visit: Session) -> None:
    shown = raced_by(visit)
    run = shown.runs[0]
    run.claim(os.getpid())
    for event in (PREPARED, BATCH):
        run.append(event)
    page = open_page(PAGE, visit)
    (chart,) = drawn_live(page)
    assert chart["title"] == "SimpleRNN learns: 45.0\u00a0% of unseen headlines right so far"
    assert [line["name"] for line in chart["lines"]] == list(CELLS)
    assert chart["lines"][0]["points"] == [[0.5, 0.45]]
    assert chart["baselines"][0]["value"] == 0.4
    assert table(page)["SimpleRNN"]["Parameters in total"] == "9,000"
    assert [one["Test accuracy"] for one in table(page).values()] == ["learns", "waits", "waits", "waits"]
    assert not page.get("plotly_chart")
    assert not [one for one in page.button if one.key == "race_remove"]

    run.append(EPOCH)
    page.run()
    (chart,) = drawn_live(page)
    assert chart["lines"][0]["points"] == [[0.5, 0.45], [1, EPOCH.validation_accuracy]]


def test_one_whose_process_is_lost_counts_for_what_it_has_learnt(visit: Session) -> None:
    """Half of the first of two epochs of the first of four cells."""
    first = raced_by(visit).runs[0]
    first.claim(os.getpid())
    for event in (PREPARED, BATCH):
        first.append(event)
    assert BATCH.step / BATCH.steps == 0.5
    lose(first)
    (bar,) = open_page(PAGE, visit).get("progress")
    assert bar.proto.value == int(100 / 4 / 4)
    first.append(Paused(epoch=1, step=2, seconds=7.0, preempted=True))  # others wait, so it waits behind them
    first.queue(1)
    page = open_page(PAGE, visit)
    (bar,) = page.get("progress")
    assert bar.proto.value == int(100 / 4 / 4)
    assert [each["Test accuracy"] for each in table(page).values()] == ["waits"] * 4


def test_stop_is_for_the_whole_race(visit: Session) -> None:
    shown = raced_by(visit)
    shown.runs[0].claim(os.getpid())
    page = open_page(PAGE, visit)
    page.button(key="race_stop").click().run()
    assert [run.status() for run in shown.runs] == ["stopping", "failed", "failed", "failed"]
    assert page.button(key="race_stop").disabled


def test_the_train_page_meanwhile(visit: Session) -> None:
    shown = raced_by(visit)
    page = open_page(TRAIN, visit)
    assert page.button(key="start").disabled
    assert "A memory race is running" in text(page)
    assert not [one for one in page.selectbox if one.label == "Your runs, newest first"]
    with pytest.raises(RunError, match="memory race is running"):
        starting_runs.start(visit)
    memory_race.stop(shown)
    page = open_page(TRAIN, visit)
    assert not page.button(key="start").disabled
    assert not [one for one in page.selectbox if one.label == "Your runs, newest first"]


# --- Ended ---


@pytest.mark.parametrize("labels", [FEW, MANY, ODD], ids=["few", "41", "odd"])
def test_an_ended_race_is_judged(visit: Session, labels: tuple[str, ...]) -> None:
    shown = raced_by(visit)
    classifiers = ended(shown, labels)
    page = open_page(PAGE, visit)
    assert not page.error
    race_chart, *_ = charts(page)
    found = table(page)
    assert list(found) == list(CELLS)
    accuracy = {cell: one["Test accuracy (largest category: 40.0\u00a0%)"] for cell, one in found.items()}
    assert f"SimpleRNN is right for {accuracy['SimpleRNN']} of 600".replace("\u00a0", " ") in text(page)
    assert race_chart["layout"]["title"]["text"].startswith("SimpleRNN is ahead")
    assert "Behind: LSTM" in text(page)
    mean = float(random_held_out(len(labels), articles=600).test.lengths.mean())
    assert (
        found["GRU"][f"Multiply-adds for a text of {mean:.0f} words"]
        == f"{mean * 3 * 16 * (64 + 16) + 16 * PREPARED.categories:,.0f}"
    )
    assert found["LSTM"]["Training time"] == "10 s"  # from 5 s to 15
    assert found["LSTM"]["Articles per second"] == "200"
    assert "The numbers of parameters differ by at most 4.0 %" in text(page)
    assert classifier_choices(visit).keys() == {run.id for run in shown.runs}
    assert sorted(one.name.split(" · ")[1] for one in classifier_choices(visit).values()) == sorted(CELLS)
    assert all(one.name.startswith("Race, ") for one in classifier_choices(visit).values())
    assert len(classifiers) == 4


@pytest.mark.parametrize("labels", [FEW, MANY, ODD], ids=["few", "41", "odd"])
def test_the_distances_are_those_of_the_word(visit: Session, labels: tuple[str, ...]) -> None:
    classifiers = ended(raced_by(visit), labels)
    page = open_page(PAGE, visit)
    among = list(classifiers.values())
    word, fillers = telling_words(among)[0], uninformative_words(among)
    assert labelled(page, "selectbox", "Telling word").value == 0
    _, probability, gradient = charts(page)
    orders = filler_orders(among[0].vocabulary.encode(fillers), 11)
    for place, one in enumerate(among):
        expected = measure_forgetting(one, word.token_id, word.label, orders)
        assert probability["data"][4 + place]["y"] == pytest.approx(expected.probabilities.tolist())
        assert gradient["data"][place]["y"] == pytest.approx(expected.gradients.tolist())
    assert "adds" in text(page)
    assert " ".join(fillers) in text(page)


@pytest.mark.slow
def test_what_is_much_work_is_measured_by_a_process_and_drawn_the_same(
    visit: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended(raced_by(visit))
    here = charts(open_page(PAGE, visit))
    monkeypatch.setattr(prediction_work, "SMALL_WORK", 0.0)
    monkeypatch.setattr(distances, "measure_forgetting", lambda *_: pytest.fail("measured here"))
    assert charts(open_page(PAGE, visit)) == here


def test_other_fillers_and_a_word_of_ones_own(visit: Session) -> None:
    classifiers = ended(raced_by(visit))
    page = open_page(PAGE, visit)
    labelled(page, "selectbox", "Filler words").set_value("Unknown words").run()
    assert "Every word after it is unknown to the network" in text(page)
    word = telling_words(list(classifiers.values()))[0]
    expected = measure_forgetting(classifiers["LSTM"], word.token_id, word.label, [[1] * 11])
    assert charts(page)[2]["data"][1]["y"] == pytest.approx(expected.gradients.tolist())
    labelled(page, "selectbox", "Filler words").set_value("One of them again and again").run()
    assert f"After it: {uninformative_words(list(classifiers.values()))[0]}." in text(page)

    own = labelled(page, "text_input", "Or choose your own word")
    own.set_value("Goal").run()  # cleaned as the network cleans
    assert "“goal” tells" in text(page)
    assert "“goal” adds" in text(page) or "“goal” does not speak" in text(page)
    own.set_value("<script> :red[zebra]").run()
    assert not page.exception
    assert "“<script> :red[zebra]” is not in the vocabulary" in text(page)
    assert len(charts(page)) == 1
    assert ":red[zebra]" not in "".join(one.value for one in page.warning)  # as Markdown it would be coloured


def test_one_that_failed_is_told_and_the_others_are_judged(visit: Session) -> None:
    shown = raced_by(visit)
    ended(shown, cells=("LSTM", "GRU"))
    shown.runs[0].append(Failed(reason="The loss is no longer a number :red[X]", seconds=1.0))
    shown.runs[3].append(Failed(reason="The run was stopped before it began to learn.", seconds=0.0))
    page = open_page(PAGE, visit)
    assert [one.value.split(":")[0] for one in page.error] == ["SimpleRNN", "minGRU"]
    assert "The loss is no longer a number :red[X]" in text(page)
    assert [list(one.values())[4] for one in table(page).values()][::3] == ["failed", "failed"]
    assert len(charts(page)[2]["data"]) == 2  # gradients of the two that there are
    assert "LSTM is right for" in text(page)


def test_one_that_was_interrupted_goes_on(visit: Session) -> None:
    shown = raced_by(visit)
    ended(shown, cells=("SimpleRNN", "LSTM", "GRU"))
    lost = shown.runs[3]
    lost.claim(os.getpid())
    lose(lost)
    page = open_page(PAGE, visit)
    assert "Interrupted: minGRU" in text(page)
    page.button(key="race_continue").click().run()
    assert lost.status() == "waiting"
    assert not page.exception


def test_stopped_before_anything_was_learnt(visit: Session) -> None:
    memory_race.stop(raced_by(visit))
    page = open_page(PAGE, visit)
    assert charts(page)[0]["layout"]["title"]["text"] == "No cell has finished"
    (told,) = page.error
    assert told.value.startswith("SimpleRNN, LSTM, GRU, minGRU: The run was stopped before it began to learn")
    assert not [one for one in page.selectbox if one.label == "Telling word"]


def test_races_are_chosen_among_and_removed(visit: Session) -> None:
    for epochs in (2, 3):
        memory_race.stop(raced_by(visit, epochs=epochs))
    page = open_page(PAGE, visit)
    newest, older = memory_race.group_runs(visit.runs())
    choice = labelled(page, "selectbox", "Your races, newest first")
    assert choice.value == newest.id
    choice.set_value(older.id).run()
    page.button(key="race_remove").click().run()
    assert not page.exception
    assert [one.id for one in memory_race.group_runs(visit.runs())] == [newest.id]
    assert all(run.race == newest.id for run in visit.runs())


def test_a_damaged_classifier_is_told(visit: Session) -> None:
    shown = raced_by(visit)
    ended(shown)
    (shown.runs[1].classifier_folder / "weights.npz").write_bytes(b"PK")
    page = open_page(PAGE, visit)
    assert page.error
    assert "damaged" in text(page)


def test_nobody_sees_anothers_race(visit: Session) -> None:
    ended(raced_by(visit))
    other = Session("b", None)
    other.choose_news(present(visit.news_path), "articles.json")
    page = open_page(PAGE, other)
    assert page.subheader[0].value == "No race yet"


# --- On "Who beat whom" ---


def test_a_smaller_file_is_read_more_often_at_first(visit: Session) -> None:
    page = open_page(PAGE)
    assert labelled(page, "number_input", "Epochs").value == 4  # of 40,000 articles and more
    assert labelled(open_page(PAGE, visit), "number_input", "Epochs").value == 20  # of 150


def test_a_race_on_who_beat_whom_says_that_one_word_tells_nothing_there(
    visit: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    race = raced_by(visit)
    ended(race)
    assert "no single word tells the category" not in text(open_page(PAGE, visit))
    assert len(charts(open_page(PAGE, visit))) == 3
    recorded = replace(order_results(), fingerprint=race.runs[0].fingerprint)
    monkeypatch.setattr(order_task, "order_results", lambda: recorded)
    page = open_page(PAGE, visit)
    assert not page.exception
    assert "no single word tells the category" in text(page)
    assert len(charts(page)) == 4
    assert "Right answers with 25 words after the second name" in text(page)
