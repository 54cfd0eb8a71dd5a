"""Train: settings, the layer table, one run at a time, and what is shown of it."""

import errno
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core import paths
from core.model.scores import Scores
from core.runs import launcher, memory_budget, scheduler
from core.runs.run import LINEAR_MODEL_STAGE, Run
from core.runs.run_news import read_run_news
from core.settings.fields import limits
from core.settings.fitting import FileFacts, fit_to_file
from core.settings.network import NetworkSettings, Tokenization
from core.settings.presets import PRESETS
from core.settings.training import RunOverrides, TrainingSettings
from core.tasks.news_tasks import coverage_task
from core.training.events import (
    Baseline,
    BatchEnd,
    EpochEnd,
    Event,
    Failed,
    Finished,
    Paused,
    Prepared,
    Preparing,
    Resumed,
    Scoring,
)
from core.training.preparation import prepare
from pages import caches, tasks
from pages.session import Session
from pages.train import run_view
from pages.train.fitting_note import fitting_note
from pages.train.scores import baseline_comparison
from pages.widgets.run_progress import REFRESH_SECONDS, progress
from pages.widgets.steps_note import steps_note
from pages.wording import help_text
from tests.classifiers import small_classifier
from tests.insight.held_out_parts import held_out_part, random_held_out
from tests.pages.opening import end_run, labelled, open_page, write_news
from tests.present import present
from tests.runs.queued_runs import another_run

PAGE = str(paths.ROOT / "pages" / "train" / "page.py")
EMBEDDING = PRESETS["quick"].network.embedding_size
FRAME = str(paths.ROOT / "pages" / "frame.py")

PREPARED = Prepared(
    training_rows=800,
    validation_rows=100,
    test_rows=100,
    categories=3,
    words=500,
    majority=0.4,
    parameters=9_000,
    seconds=5.0,
)
BATCH = BatchEnd(
    epoch=1,
    step=2,
    steps=4,
    rows=400,
    loss=1.0,
    accuracy=0.5,
    validation_loss=1.1,
    validation_accuracy=0.45,
    rows_per_second=200.0,
    seconds=7.0,
)
EPOCH = EpochEnd(
    epoch=1,
    rows=800,
    loss=0.9,
    accuracy=0.6,
    validation_loss=1.0,
    validation_accuracy=0.55,
    best=True,
    learning_rate=0.001,
    seconds=9.0,
)
FINISHED = Finished(
    ending="stopped",
    epochs=1,
    best_epoch=1,
    validation_loss=1.0,
    validation_accuracy=0.55,
    test=Scores(rows=100, accuracy=0.62, top3_accuracy=0.9, macro_f1=0.48, loss=1.0, majority=0.4),
    seconds=80.0,
)

MAJORITY = Baseline(
    name="majority", validation_accuracy=0.41, test_accuracy=0.4, test_macro_f1=0.1, seconds=0.002
)
LINEAR = Baseline(name="linear", validation_accuracy=0.6, test_accuracy=0.6, test_macro_f1=0.5, seconds=70.0)


@pytest.fixture
def news_file(tmp_path: Path) -> Path:
    articles = [
        {"headline": f"{topic} number {n}", "short_description": "", "category": topic, "date": "2015-01-01"}
        for n in range(40)
        for topic in ("CUP", "SOUP", "VOTE")
    ]
    return write_news(tmp_path / "articles.json", articles)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Run]:
    """Runs that were launched; this process stands in for their workers."""
    runs: list[Run] = []

    def start(run: Run) -> None:
        run.unqueue()
        run.claim(os.getpid())
        runs.append(run)

    monkeypatch.setattr(scheduler, "start", start)
    return runs


def lose(run: Run, **changed: object) -> None:
    """Make the run's process one that is gone."""
    file = run.folder / "process.json"
    file.write_text(json.dumps(json.loads(file.read_bytes()) | {"started": 1.0} | changed))


def test_without_a_file_nothing_starts_and_the_page_says_where_to_go() -> None:
    page = open_page(PAGE)
    assert page.button(key="start").disabled
    assert page.subheader[0].value == "No file yet"
    assert page.button(key="fill_data").label == "Go to Data"


def test_the_layer_table_of_the_article_is_the_articles(visit: Session) -> None:
    """Figures of the article's own printed summary."""
    page = open_page(PAGE)  # without a file: 41 categories, as the article has
    page.segmented_control[0].set_value("article").run()
    labelled(page, "number_input", "Vocabulary size").set_value(174_991).run()
    assert "6 layers, 12,297,859 parameters" in page.expander[-1].label
    table = page.table[0].value
    assert table["parameters"].tolist() == ["12,249,370", "17,280", "24,704", "5,152", "0", "1,353"]
    assert table["output"].str.replace("\u00a0", " ").tolist()[:2] == ["(None, 130, 70)", "(None, 130, 128)"]


def test_the_table_follows_the_file(visit: Session) -> None:
    page = open_page(PAGE, visit)
    assert (
        page.table[0].value.loc["dense", "parameters"] == f"{257 * 3:,}"
    )  # (2 x 128 summary + 1) x 3 categories


def test_networks_side_by_side_are_counted_in_the_table(visit: Session) -> None:
    page = open_page(PAGE, visit)
    labelled(page, "number_input", "Networks side by side").set_value(3).run()
    table = page.table[0].value
    assert table.loc["dense", "parameters"] == f"{3 * 257 * 3:,}"  # three times the one of the test above
    assert "average of the networks" in table.loc["average", "what it does"]


def test_a_short_length_is_said_to_be_few_words_where_characters_are_read(visit: Session) -> None:
    page = open_page(PAGE, visit)
    said = "40 are about 6 words"
    assert not any(said in one.value for one in page.caption)
    labelled(page, "selectbox", "Tokens").set_value("characters").run()
    assert any(said in one.value for one in page.caption)
    labelled(page, "number_input", "Sequence length").set_value(240).run()
    assert not any("are about" in one.value for one in page.caption)


def test_every_setting_of_the_run_has_a_widget_with_its_bounds_and_explanation(visit: Session) -> None:
    page = open_page(PAGE, visit)
    widgets = [*page.number_input, *page.slider, *page.selectbox]
    explained = [one.help for one in widgets]
    for kind, names in (
        (
            NetworkSettings,
            ("vocabulary_size", "sequence_length", "embedding_size", "cell", "pooling", "dropout"),
        ),
        (TrainingSettings, TrainingSettings.__dataclass_fields__),
    ):
        for name in names:
            assert any(text.startswith(help_text(limits(kind, name).help)) for text in explained), name
    epochs = labelled(page, "number_input", "Epochs")
    assert (epochs.min, epochs.max) == (
        limits(TrainingSettings, "epochs").low,
        limits(TrainingSettings, "epochs").high,
    )


def test_folds_are_offered_for_a_small_file_with_the_reason(visit: Session) -> None:
    page = open_page(PAGE, visit)
    assert visit.news_rows == 120
    folds = labelled(page, "selectbox", "Folds of a cross-validation")
    assert folds.options == ["none", "3 folds", "5 folds", "10 folds"]
    tested = round(120 * visit.settings.training.test_share)
    reasons = [
        one.value
        for one in page.caption
        if f"{tested} test articles, an accuracy is only known to about" in one.value
    ]
    assert len(reasons) == 1
    assert "all 120 it is ±9. In 5 folds, each article is tested once" in reasons[0]
    folds.set_value(3).run()
    assert visit.settings.training.folds == 3
    assert any("In 3 folds" in one.value for one in page.caption)


def test_a_large_file_is_offered_no_folds_but_keeps_those_that_were_set() -> None:
    page = AppTest.from_function(_form_of_a_large_file).run()
    assert not page.exception
    assert [one.label.startswith("Folds") for one in page.selectbox].count(True) == 1  # of the one with folds
    assert labelled(page, "selectbox", "Folds of a cross-validation").value == 7


def _form_of_a_large_file() -> None:
    from core.settings.run import RunSettings
    from pages.train.settings_form import settings_form

    settings_form(RunSettings(), version=1, rows=2_001)
    settings_form(RunSettings().with_setting("folds", "7"), version=2, rows=2_001)


def test_changing_a_setting_changes_the_draft_and_the_preset_is_then_own(visit: Session) -> None:
    page = open_page(PAGE, visit)
    labelled(page, "number_input", "Epochs").set_value(7).run()
    assert visit.settings.training.epochs == 7
    assert visit.settings.preset == "own"
    assert page.segmented_control[0].value is None


def test_choosing_a_preset_sets_every_widget(visit: Session) -> None:
    page = open_page(PAGE, visit)
    labelled(page, "number_input", "Epochs").set_value(7).run()
    page.segmented_control[0].set_value("article").run()
    assert visit.settings == visit.presets["article"]
    assert (
        labelled(page, "number_input", "Epochs").value == visit.settings.training.epochs > 10
    )  # a small file
    assert labelled(page, "number_input", "Recurrent layers").value == 3
    assert labelled(page, "selectbox", "Cell").value == "SimpleRNN"
    page.segmented_control[0].set_value("quick").run()
    assert labelled(page, "number_input", "Epochs").value == visit.presets["quick"].training.epochs


def test_the_comparison_is_asked_for_by_a_switch_that_says_its_price_and_no_preset_moves(
    visit: Session, started: list[Run]
) -> None:
    page = open_page(PAGE, visit)
    switch = labelled(page, "toggle", "Compare with a linear model")
    assert switch.value is False
    assert "counts words and pairs of words" in switch.help
    assert any("about as long as a quick run" in one.value for one in page.caption)
    switch.set_value(True).run()
    assert visit.settings == replace(visit.presets["quick"], baselines=True)  # and still by the preset's name
    page.segmented_control[0].set_value("best").run()
    assert visit.settings == replace(visit.presets["best"], baselines=True)
    assert labelled(page, "toggle", "Compare with a linear model").value is True
    page.button(key="start").click().run()
    assert started[0].settings.baselines is True


@pytest.mark.parametrize("unit", ["words", "characters"])
def test_the_table_has_the_real_number_of_words_once_they_are_counted(
    visit: Session, news_file: Path, unit: Tokenization
) -> None:
    # A file that no other test has counted.
    news_file.write_text(news_file.read_text().replace("number", f"number of {unit}"))
    visit.settings = replace(visit.settings, network=replace(visit.settings.network, tokenization=unit))
    size = visit.settings.network.vocabulary_size
    assert (
        open_page(PAGE, visit).table[0].value["parameters"].iloc[0] == f"{size * EMBEDDING:,}"
    )  # nobody has counted yet
    news, task = present(visit.read_news()), present(visit.news_task)
    tasks.result(coverage_task(task, visit.settings))  # as the Words page does
    page = open_page(PAGE, visit)
    rows = len(prepare(news, visit.settings).vocabulary)  # what a run makes of the file
    assert 2 < rows < size
    assert page.table[0].value["parameters"].iloc[0] == f"{rows * EMBEDDING:,}"
    assert any("the words in the training articles" in one.value for one in page.caption)
    few = rows - 1  # the slider still bounds it
    visit.settings = replace(visit.settings, network=replace(visit.settings.network, vocabulary_size=few))
    assert caches.fitted_words(task, visit.settings) == few


def test_layers_are_added_like_the_last_and_taken_away(visit: Session) -> None:
    page = open_page(PAGE, visit)
    labelled(page, "number_input", "Units").set_value(32).run()
    labelled(page, "number_input", "Recurrent layers").set_value(3).run()
    assert [layer.units for layer in visit.settings.network.layers] == [32, 32, 32]
    labelled(page, "number_input", "Recurrent layers").set_value(1).run()
    assert len(visit.settings.network.layers) == 1


def test_settings_that_do_not_go_together_are_refused_with_the_reason(visit: Session) -> None:
    page = open_page(PAGE, visit)
    labelled(page, "slider", "Validation share").set_value(0.5).run()
    labelled(page, "slider", "Test share").set_value(0.5).run()
    assert not page.exception
    assert "leave" in page.error[0].value
    assert page.button(key="start").disabled
    assert visit.settings.training.test_share == 0.2  # the last that did


def test_what_is_set_survives_a_change_of_pages(visit: Session) -> None:
    app = AppTest.from_file(FRAME, default_timeout=120)
    app.session_state["session"] = visit
    app.run()
    app.switch_page("train/page.py").run()
    labelled(app, "number_input", "Epochs").set_value(9).run()
    app.switch_page("home/page.py").run()
    app.switch_page("train/page.py").run()
    assert labelled(app, "number_input", "Epochs").value == 9
    assert [one.value.split("**")[1] for one in app.sidebar.markdown] == ["File", "Words", "Model"]


def test_the_memory_that_a_run_will_take_is_said_and_follows_the_settings(visit: Session) -> None:
    def said() -> float:
        (note,) = [one.value for one in open_page(PAGE, visit).caption if "of memory" in one.value]
        found = re.fullmatch(r"Takes about (\d+\.\d) GB of memory at most\.", note)
        return float(present(found)[1])

    assert len(present(visit.read_news())) == 120  # of a file that nobody has read yet nothing is said
    before = said()
    # TensorFlow alone holds 0.8, `quick` on 180,768 articles 1.1: benchmarks/README.md
    assert 0.8 <= before < 1.2
    network = replace(visit.settings.network, vocabulary_size=400_000, embedding_size=512, ensemble_size=1)
    visit.settings = replace(visit.settings, network=network)
    # 400,000 * 512 numbers of 4 bytes are 0.76 GB; the optimizer's and the best ones are as much again.
    assert said() > before + 2 * 0.76


def test_a_run_that_memory_cannot_hold_is_not_started_and_the_page_says_what_to_make_smaller(
    visit: Session, started: list[Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory_budget, "total_bytes", lambda: 2**29)
    page = open_page(PAGE, visit)
    page.button(key="start").click().run()
    assert not page.exception
    said = page.error[0].value.replace("\\", "")
    assert re.fullmatch(
        r"This run would need about (0\.[89]|1\.[01]) GB of memory, and this machine has 0\.5\. "
        "Make the vocabulary, the embedding or the batch smaller, or use fewer articles\\.",
        said,
    )
    assert started == []
    assert visit.runs() == []


def test_a_run_that_was_lost_for_want_of_memory_says_what_takes_less(
    visit: Session, started: list[Run]
) -> None:
    open_page(PAGE, visit).button(key="start").click().run()
    run = started[0]
    run.append(PREPARED)
    lose(run, launched=True, lost="memory")
    page = open_page(PAGE, visit)
    assert "was lost when this machine's memory ran out, so it was not started again" in page.error[0].value
    assert "A smaller vocabulary, embedding or batch needs less memory. So do fewer articles." in [
        one.value for one in page.caption
    ]
    assert not page.button(key="continue").disabled


def test_start_starts_one_run_and_then_is_closed(visit: Session, started: list[Run]) -> None:
    page = open_page(PAGE, visit)
    page.button(key="start").click().run()
    assert not page.exception
    assert len(started) == 1
    assert page.button(key="start").disabled
    assert page.segmented_control[0].disabled
    assert not page.number_input  # nothing to set while it trains
    assert started[0].settings == visit.presets["quick"]
    assert started[0].news_name == "articles.json"


def test_a_run_is_scored_on_a_test_file_of_ones_own(visit: Session, started: list[Run]) -> None:
    page = open_page(PAGE, visit)
    content = "text;topic\n" + "a cup;Cup\na soup;soup\n" * 3 + "a vote;Art\n"
    uploader = next(one for one in page.file_uploader if one.label == "Score it on this file")
    uploader.upload("mine.csv", content.encode("utf-8")).run()
    assert not page.exception
    captions = "\n".join(one.value for one in page.caption).replace("\\", "").replace("\u2060", "")
    assert "7 rows given, 6 scored, 1 left out: 1 of category 'Art'" in captions
    expander = next(block for block in page.expander if block.label == "Your own test file")
    assert {"Headline", "Description", "Category"} <= {box.label for box in expander.selectbox}
    assert not expander.columns  # four of them in this narrow column had no room for a name
    page.button(key="start").click().run()
    assert not page.exception
    (run,) = started
    assert run.test is not None
    assert run.test.name == "mine.csv"
    news = read_run_news(run, lambda share: None)
    assert (len(news), news.test_rows) == (120 + 7, 7)
    assert news.table["category"].tolist()[-7:] == ["CUP", "SOUP"] * 3 + ["Art"]


def test_a_second_tab_and_a_reload_show_the_same_run(visit: Session, started: list[Run]) -> None:
    open_page(PAGE, visit).button(key="start").click().run()
    started[0].append(PREPARED)
    started[0].append(BATCH)
    again = open_page(PAGE, Session("a", paths.visitors() / "a.json"))
    epochs = visit.presets["quick"].training.epochs
    assert again.get("progress")[0].proto.text.startswith(f"Epoch 1 of {epochs} ")
    assert again.button(key="start").disabled
    stranger = open_page(PAGE, Session("b", paths.visitors() / "b.json"))
    assert not stranger.get("progress")
    assert not stranger.selectbox or "Your runs, newest first" not in [
        one.label for one in stranger.selectbox
    ]


def test_while_it_trains_the_curves_and_the_majority_line_reach_the_browser(
    visit: Session, started: list[Run]
) -> None:
    open_page(PAGE, visit).button(key="start").click().run()
    events: tuple[Event, ...] = (PREPARED, BATCH, EPOCH)
    for event in events:
        started[0].append(event)
    page = open_page(PAGE, visit)
    chart = json.loads(page.get_by_key("live_accuracy").proto.json)
    training, validation = chart["lines"]
    assert training["points"] == [[0.5, 0.5]]
    assert validation["points"] == [[0.5, 0.45], [1, 0.55]]
    assert (training["dash"], validation["dash"]) == ("solid", "dash")
    (line,) = chart["baselines"]
    assert (line["value"], line["name"]) == (0.4, "always the largest category: 40.0 %")
    assert (line["until"], line["below"]) == (visit.presets["quick"].training.epochs, True)
    for event in (MAJORITY, LINEAR):
        started[0].append(event)
    _, line = json.loads(open_page(PAGE, visit).get_by_key("live_accuracy").proto.json)["baselines"]
    assert (line["value"], line["name"]) == (0.6, "a linear model: 60.0 %")
    assert (line["until"], line["below"]) == (visit.presets["quick"].training.epochs, True)


def test_stop_asks_the_worker_and_cannot_be_pressed_again(visit: Session, started: list[Run]) -> None:
    page = open_page(PAGE, visit)
    page.button(key="start").click().run()
    started[0].append(PREPARED)
    page = open_page(PAGE, visit)
    page.button(key="stop").click().run()
    assert started[0].stop_requested()
    assert page.button(key="stop").disabled
    assert page.get("progress")[0].proto.text.startswith("Stopping.")


def test_a_run_that_waits_shows_its_place_and_can_be_cancelled(
    visit: Session, started: list[Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    open_page(PAGE, visit).button(key="start").click().run()
    run = started[0]
    lose(run)
    run.queue(5)
    other = visit.store.create(
        PRESETS["quick"],
        news=present(visit.news_path),
        news_name="n",
        fingerprint="f" * 64,
        owner="somebody else",
    )
    other.queue(1)
    page = open_page(PAGE, visit)
    assert page.get("progress")[0].text == "Number 2 in the queue"
    assert "pause" not in [one.key for one in page.button]
    assert page.button(key="stop").label == "Cancel"
    page.button(key="stop").click().run()
    assert run.queue_entry() is None


def test_who_is_far_behind_is_looked_at_less_often(
    visit: Session, started: list[Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    intervals: list[float] = []
    fragment = st.fragment

    def recorded(*arguments: Any, run_every: Any = None, **options: Any) -> Any:
        if run_every is not None:
            intervals.append(run_every)
        return fragment(*arguments, run_every=run_every, **options)

    open_page(PAGE, visit).button(key="start").click().run()
    run = started[0]
    lose(run)
    run.queue(9)
    others = [another_run(run) for _ in range(5)]
    for since, other in enumerate(others):
        other.queue(since)
    monkeypatch.setattr(st, "fragment", recorded)
    open_page(PAGE, visit)
    for other in others:
        other.unqueue()
        open_page(PAGE, visit)
    assert intervals == [5.0, 5.0, 5.0, 4.0, 3.0, 2.0]
    run.claim(os.getpid())
    open_page(PAGE, visit)
    assert intervals[-1] == REFRESH_SECONDS


def test_the_look_that_finds_another_place_or_the_start_draws_the_whole_page(
    visit: Session, started: list[Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    class PageDrawnAgain(Exception):
        pass

    def rerun() -> None:
        raise PageDrawnAgain

    open_page(PAGE, visit).button(key="start").click().run()
    run = started[0]
    lose(run)
    run.queue(5)
    other = another_run(run)
    other.queue(1)
    monkeypatch.setattr(st, "rerun", rerun)
    run_view._draw_queue(run, 3.0)  # its place is still the second
    other.unqueue()
    with pytest.raises(PageDrawnAgain):
        run_view._draw_queue(run, 3.0)
    run_view._draw_queue(run, 2.0)
    run.claim(os.getpid())  # its turn
    with pytest.raises(PageDrawnAgain):
        run_view._draw_queue(run, 2.0)


def live_points(page: AppTest) -> list[Any]:
    """The points of all lines of the live chart of accuracy."""
    chart = json.loads(page.get_by_key("live_accuracy").proto.json)
    return [line["points"] for line in chart["lines"]]


def test_a_run_that_had_to_make_room_says_so_keeps_its_curves_and_goes_on_by_itself(
    visit: Session, started: list[Run]
) -> None:
    page = open_page(PAGE, visit)
    page.button(key="start").click().run()
    run = started[0]
    other = another_run(run)
    other.queue(1)
    for event in (PREPARED, BATCH, EPOCH, msgspec.structs.replace(BATCH, epoch=2, rows=1200, seconds=606.0)):
        run.append(event)
    points = live_points(page.run())
    run.append(Paused(epoch=2, step=2, seconds=605.0, preempted=True))
    lose(run)
    run.queue(5)
    page = open_page(PAGE, visit)
    assert [info.value for info in page.info] == [
        "Others are waiting, so your run made room after 10 min 0 s of training. Nothing is lost. It will go on by "
        "itself from the same point when it is its turn."
    ]
    assert page.get("progress")[0].text == "Number 2 in the queue"
    assert live_points(page) == points
    assert "start" not in [button.key for button in page.button if not button.disabled]
    other.unqueue()
    run.claim(os.getpid())  # its turn
    run.append(PREPARED)
    run.append(Resumed(epoch=2, step=2, seconds=606.0))
    page = open_page(PAGE, visit)
    assert not page.info
    assert live_points(page) == points
    assert page.button(key="pause").label == "Pause"


def test_a_run_that_had_to_make_room_can_leave_the_queue(visit: Session, started: list[Run]) -> None:
    open_page(PAGE, visit).button(key="start").click().run()
    run = started[0]
    for event in (PREPARED, BATCH, Paused(epoch=1, step=2, seconds=605.0, preempted=True)):
        run.append(event)
    lose(run)
    run.queue(5)
    page = open_page(PAGE, visit)
    assert page.button(key="stop").label == "Cancel"
    page.button(key="stop").click().run()
    assert run.status() == "paused"
    assert [info.value for info in open_page(PAGE, visit).info] == [
        "This run is paused. Nothing is lost. You can continue at any time."
    ]


def test_pause_asks_the_worker(visit: Session, started: list[Run]) -> None:
    open_page(PAGE, visit).button(key="start").click().run()
    for event in (PREPARED, BATCH):
        started[0].append(event)
    page = open_page(PAGE, visit)
    page.button(key="pause").click().run()
    assert started[0].pause_requested()
    assert page.button(key="pause").disabled
    assert page.get("progress")[0].text == "Pausing after this batch"


def paused(visit: Session, started: list[Run]) -> tuple[Run, AppTest]:
    open_page(PAGE, visit).button(key="start").click().run()
    run = started[0]
    for event in (PREPARED, BATCH, Paused(epoch=1, step=2, seconds=8.0)):
        run.append(event)
    run.checkpoints.write([], best={}, progress={})
    lose(run)
    return run, open_page(PAGE, visit)


def test_a_paused_run_goes_on_as_it_was(visit: Session, started: list[Run]) -> None:
    run, page = paused(visit, started)
    assert "paused" in page.info[0].value
    page.button(key="continue").click().run()
    assert [one.id for one in started] == [run.id, run.id]
    assert run.overrides() == RunOverrides()


def test_a_paused_run_goes_on_with_another_learning_rate(
    visit: Session, started: list[Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler, "advance", lambda store: None)
    run, page = paused(visit, started)
    labelled(page, "number_input", "Learning rate from here on").set_value(0.0005).run()
    page.button(key="continue").click().run()
    assert present(run.queue_entry()).overrides == RunOverrides(learning_rate=0.0005)
    assert run.status() == "waiting"


def test_a_finished_run_learns_on_for_more_epochs(
    visit: Session, started: list[Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler, "advance", lambda store: None)
    page = finished(visit, started)
    assert "more" not in [one.key for one in page.button]  # nothing to go on from
    run = started[0]
    run.checkpoints.write([], best={}, progress={})
    lose(run)
    page = open_page(PAGE, visit)
    assert page.button(key="more").label == "Train 3 more epochs"
    labelled(page, "number_input", "More epochs").set_value(1).run()
    page.button(key="more").click().run()
    assert present(run.queue_entry()).overrides == RunOverrides(epochs=2, continue_after=1)
    assert run.status() == "waiting"


def test_a_run_lost_too_often_tells_its_last_words(visit: Session, started: list[Run]) -> None:
    open_page(PAGE, visit).button(key="start").click().run()
    run = started[0]
    run.append(PREPARED)
    (run.folder / "worker.log").write_text("about to go\nSegmentation fault\n")
    lose(run, launched=True, crashes=launcher.MOST_CRASHES, lost="often")
    page = open_page(PAGE, visit)
    assert "was lost 4 times in a row" in page.error[0].value
    assert page.code[0].value == "about to go\nSegmentation fault"


def finished(visit: Session, started: list[Run], event: Event = FINISHED) -> AppTest:
    open_page(PAGE, visit).button(key="start").click().run()
    for one in (PREPARED, BATCH, EPOCH, event):
        started[0].append(one)
    return open_page(PAGE, visit)


def test_the_scores_stand_beside_the_majority_class(visit: Session, started: list[Run]) -> None:
    page = finished(visit, started)
    shown = {one.label: one.value.replace("\u00a0", " ") for one in page.metric}
    assert shown == {
        "Test accuracy": "62.0 %",
        "Top three": "90.0 %",
        "Macro F1": "48.0 %",
        "Largest category": "40.0 %",
    }
    assert page.metric[0].delta == "+22.0 points"
    assert page.button(key="to_predict").label == "Predict"
    assert any("You stopped it" in one.value for one in page.caption)
    assert len(page.get("plotly_chart")) == 2
    assert not page.button(key="start").disabled


def test_a_category_that_is_never_predicted_is_named_and_class_weights_are_a_click_away(
    visit: Session, started: list[Run]
) -> None:
    open_page(PAGE, visit).button(key="start").click().run()
    (run,) = started
    y = np.repeat([0, 1, 2], 10)
    test = held_out_part(y, np.eye(3)[np.where(y == 2, 0, y)] * 3)
    end_run(run, small_classifier(labels=("CUP", "SOUP", "VOTE")))
    replace(random_held_out(3), test=test).save(run.classifier_folder)
    page = open_page(PAGE, visit)
    assert "got no article in “VOTE” right" in page.info[0].value
    assert labelled(page, "selectbox", "Class weights").value == "none"
    page.button(key="balance_classes").click().run()
    assert not page.exception
    assert labelled(page, "selectbox", "Class weights").value == "balanced"
    assert visit.settings.training.class_weight == "balanced"
    assert "balance_classes" not in [one.key for one in page.button]
    assert any("is set to balanced. The next run uses it" in one.value for one in page.caption)


def test_without_held_out_articles_no_class_weights_are_suggested(visit: Session, started: list[Run]) -> None:
    page = finished(visit, started)
    assert not page.info
    assert "balance_classes" not in [one.key for one in page.button]


def test_the_result_has_the_baselines_with_their_time_when_asked(visit: Session, started: list[Run]) -> None:
    visit.settings = replace(visit.settings, baselines=True)
    open_page(PAGE, visit).button(key="start").click().run()
    for event in (MAJORITY, LINEAR, PREPARED, BATCH, EPOCH, FINISHED):
        started[0].append(event)
    page = open_page(PAGE, visit)
    (text,) = [one.value for one in page.markdown if "linear model" in one.value]
    assert text.replace("\u00a0", " ").splitlines() == [
        "The same 100 test articles without a network:",
        "",
        "- A linear model that only counts words and pairs of words: **60.0 %** in 1 min 10 s. Here "
        "the network is 2.0 points better.",
        "- Always the largest category: **40.0 %** in less than 0.1 s.",
    ]
    assert len(page.get("plotly_chart")) == 2


def test_a_run_that_was_not_asked_says_nothing_of_a_linear_model(visit: Session, started: list[Run]) -> None:
    page = finished(visit, started)
    assert not [one.value for one in page.markdown if "linear model" in one.value]


@pytest.mark.parametrize(
    ("accuracy", "says"),
    [
        (0.6, "does as well"),
        (0.5996, "does as well"),
        (0.55, "is 5.0 points worse"),
        (0.601, "0.1 points better"),
    ],
)
def test_the_comparison_is_honest(accuracy: float, says: str) -> None:
    assert says in baseline_comparison(
        msgspec.structs.replace(FINISHED, test=replace(FINISHED.test, accuracy=accuracy)), [LINEAR]
    )


def test_a_linear_model_without_a_score_is_said_to_have_none() -> None:
    text = baseline_comparison(FINISHED, [MAJORITY])
    assert "no score. The run was stopped before" in text
    assert "40.0" in text


def test_the_reason_of_a_failure_is_shown_as_it_stands(visit: Session, started: list[Run]) -> None:
    page = finished(visit, started, Failed(reason="Too little memory for *these* settings.", seconds=9.0))
    assert page.error[0].value.replace("\\", "") == "Too little memory for *these* settings."
    assert not page.button(key="start").disabled


def test_a_run_whose_process_is_gone_says_so_and_can_go_on(visit: Session, started: list[Run]) -> None:
    open_page(PAGE, visit).button(key="start").click().run()
    run = started[0]
    run.append(PREPARED)
    lose(run)
    page = open_page(PAGE, visit)
    assert "interrupted" in page.warning[0].value
    labelled(page, "button", "Continue this run").click().run()
    assert [one.id for one in started] == [run.id, run.id]


def test_a_disk_that_takes_nothing_is_said_and_loses_nothing(
    visit: Session, started: list[Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    open_page(PAGE, visit).button(key="start").click().run()
    run = started[0]
    run.append(PREPARED)
    lose(run)

    def full(run: Run) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(scheduler, "start", full)
    page = open_page(PAGE, visit)
    page.button(key="continue").click().run()
    assert not page.exception
    assert "disk is full" in page.error[0].value
    assert run.status() == "interrupted"


def test_an_earlier_run_can_be_chosen_and_its_settings_used_again(visit: Session, started: list[Run]) -> None:
    page = finished(visit, started)
    first = started[0].id
    page.segmented_control[0].set_value("best").run()
    page.button(key="start").click().run()
    started[1].append(msgspec.structs.replace(FINISHED, test=replace(FINISHED.test, accuracy=0.71)))
    page = open_page(PAGE, visit)
    choice = labelled(page, "selectbox", "Your runs, newest first")
    assert {tuple(option.split(" · ")[1:]) for option in choice.options} == {
        ("best", "GRU", "71.0\u00a0%"),
        ("quick", "GRU", "62.0\u00a0%"),
    }
    choice.set_value(first).run()
    assert present(visit.run).id == first
    labelled(page, "button", "Use this run's settings").click().run()
    assert visit.settings == visit.presets["quick"]


@pytest.mark.parametrize(
    ("events", "share", "text"),
    [
        ([], 0, "Starting the training process"),
        ([Preparing(stage="cleaning", share=0.4, seconds=1)], 0.4, "Cleaning"),
        ([PREPARED], 0, "Building the network"),
        # 400 of 2 x 800 articles in the 2 s since the preparation: 1,200 more take 6 s.
        ([PREPARED, BATCH], 0.25, "Epoch 1 of 2 · 200 articles per second · 6.0 s left"),
        ([PREPARED, BATCH, Scoring(rows=100, seconds=9)], 1, "Testing on 100 test articles"),
    ],
)
def test_progress_says_stage_speed_and_time_left(events: list[Event], share: float, text: str) -> None:
    assert progress(events, 2) == (share, text)


def test_a_run_that_waits_for_its_linear_model_says_for_how_long() -> None:
    fitting = [Preparing(stage=LINEAR_MODEL_STAGE, share=0, seconds=4.0 + n) for n in range(24)]
    assert progress([MAJORITY, *fitting], 2) == (0, "Fitting the linear model · 23 s so far")
    assert progress([MAJORITY, fitting[0]], 2) == (0, "Fitting the linear model")


def test_the_numbers_that_a_preset_takes_from_the_file_stand_there_before_start(visit: Session) -> None:
    page = open_page(PAGE, visit)
    training = visit.settings.training
    (note,) = [caption.value for caption in page.caption if caption.value.startswith("Fitted to this file")]
    assert f"batches of {training.batch_size} instead of 256, {training.epochs} epochs instead of 2" in note
    page.segmented_control[0].set_value("article").run()
    epochs = visit.settings.training.epochs
    assert epochs > 10
    assert any(f"{epochs} epochs instead of 10" in caption.value for caption in page.caption)
    labelled(page, "number_input", "Epochs").set_value(7).run()
    assert not any(caption.value.startswith("Fitted") for caption in page.caption)  # numbers of one's own


def test_the_note_on_fitted_numbers_gives_their_reason() -> None:
    assert fitting_note(PRESETS["quick"], 180_768) == ""
    small = fit_to_file(PRESETS["quick"], FileFacts(articles=300, words=22, segmented=True))
    assert fitting_note(small, 300) == (
        "Fitted to this file: batches of 16 instead of 256, 13 epochs instead of 2, a vocabulary of at most "
        "8,192 instead of 30,000. The preset was made for 180,000 articles. Without changes, 300 would give 2 "
        "steps of learning instead of 182."
    )
    lao = fit_to_file(PRESETS["quick"], FileFacts(articles=400, words=2, segmented=False))
    assert fitting_note(lao, 400).endswith(
        "Its tokens are characters, because no spaces separate the words in this file."
    )
    thai = fit_to_file(PRESETS["quick"], FileFacts(articles=400, words=9, segmented=True)).with_language("th")
    assert fitting_note(thai, 400).endswith("A small model finds its words, because no spaces separate them.")
    large = PRESETS["quick"].with_language("th")
    assert fitting_note(large, 200_000) == "A small model finds its words, because no spaces separate them."
    assert fitting_note(small.with_setting("epochs", "3"), 300) == ""


def test_few_steps_are_said_to_be_few() -> None:
    quick = PRESETS["quick"]
    assert steps_note(quick, 800) == (
        "Learns from 680 articles, twice each, in 6 steps of 256. "
        "That is not much: more epochs or smaller batches would help it learn more."
    )
    assert steps_note(quick, 8_000) == "Learns from 6,800 articles, twice each, in 54 steps of 256."
    many = steps_note(quick, 180_768)
    assert many == "Learns from 153,653 articles, twice each, in 1,202 steps of 256."
    assert steps_note(quick, 8_000, has_test_file=True) == (
        "Learns from 7,600 articles, twice each, in 60 steps of 256."  # all but 5 % for validation
    )
    once = replace(quick, training=replace(quick.training, epochs=1))
    assert steps_note(once, 10_000) == "Learns from 8,500 articles, once each, in 34 steps of 256."


@pytest.mark.long
@pytest.mark.slow
def test_home_and_train_with_a_file_load_no_tensorflow(visit: Session) -> None:
    """In a process of its own: what the pages do with a file in hand, not only what they import."""
    script = f"""
import sys
from pathlib import Path
from streamlit.testing.v1 import AppTest
from core.training.preparation import prepare
from pages import caches
from pages.session import Session
session = Session("a", Path({str(visit._file)!r}))
for name in ("home", "train"):
    page = AppTest.from_file(f"pages/{{name}}/page.py", default_timeout=120)
    page.session_state["session"] = session
    page.run()
    assert not page.exception, page.exception
    assert session.news_name == "articles.json"
assert not {{"tensorflow", "keras"}} & set(sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=paths.ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
