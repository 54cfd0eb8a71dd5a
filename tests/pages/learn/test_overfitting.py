"""The chapter on overfitting, alone: the recorded run, a run of one's own, the sliders, the question."""

import json
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Slider

from core import paths
from core.model.scores import Scores
from core.settings.run import RunSettings
from core.training.events import EpochEnd, Finished, Prepared
from pages.session import Session
from tests.pages.learn.answering import answer_in_every_way
from tests.pages.opening import open_chapter, unlinked

EVENTS = json.loads(paths.OVERFITTING.read_text("utf-8"))["events"]
RECORDED = [event["validation_loss"] for event in EVENTS if event["event"] == "EpochEnd"]


def own(losses: list[float]) -> Session:
    """A visitor whose run had these validation losses."""
    session = Session("visitor", None)
    run = session.store.create(
        RunSettings(), news=Path("n.json"), news_name=":red[X]", fingerprint="0" * 64, owner=session.visitor
    )
    run.append(
        Prepared(
            training_rows=777, validation_rows=9, test_rows=9, categories=2, words=9, majority=0.5, parameters=7,
            seconds=0.0,
        )
    )  # fmt: skip
    for number, loss in enumerate(losses, 1):
        run.append(
            EpochEnd(
                epoch=number, rows=number, loss=1 / number, accuracy=1 - 1 / (number + 1), validation_loss=loss,
                validation_accuracy=0.5, best=False, learning_rate=0.1, seconds=10.0 * number,
            )
        )  # fmt: skip
    scores = Scores(rows=9, accuracy=0.5, top3_accuracy=1.0, macro_f1=0.5, loss=1.0, majority=0.5)
    run.append(
        Finished(
            ending="epochs", epochs=len(losses), best_epoch=1, validation_loss=min(losses), validation_accuracy=0.5,
            test=scores, seconds=50.0,
        )
    )  # fmt: skip
    session.choose_run(run.id)
    return session


def slider(page: AppTest, label: str) -> Slider[Any]:
    return next(widget for widget in page.slider if widget.label == label)


def texts(page: AppTest) -> str:
    markdown = "\n".join(element.value for kind in (page.markdown, page.caption) for element in kind)
    return unlinked(markdown).replace("\\", "").replace("\u2060", "")


def title(page: AppTest) -> str:
    return str(json.loads(page.get("plotly_chart")[0].proto.spec)["layout"]["title"]["text"])


def rows(page: AppTest) -> list[list[str]]:
    texts: list[list[str]] = page.dataframe[0].value.to_numpy().tolist()
    return texts


def test_a_fresh_visitor_moves_the_recorded_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "STARTER", tmp_path / "none")
    page = open_chapter("overfitting")
    assert "A recorded run of the built-in sample: 1,200 articles" in texts(page)
    assert "python -m data.make_overfitting" in texts(page)
    lowest = RECORDED.index(min(RECORDED)) + 1
    for epoch in (1, lowest, 9, len(RECORDED)):
        slider(page, "Stop after epoch").set_value(epoch).run()
        assert not page.exception
        you, _, best = rows(page)
        assert you[1:4] == [f"epoch {epoch}", f"epoch {epoch}", f"{RECORDED[epoch - 1]:.2f}"]
        assert you[4] == f"{RECORDED[epoch - 1] - min(RECORDED):.2f}"
        assert best[1:4] == [f"epoch {lowest}", f"epoch {lowest}", f"{min(RECORDED):.2f}"]
    assert title(page) == f"{RECORDED[-1] - min(RECORDED):.2f} more loss than in epoch {lowest}"
    # No figure here is of a file, so none is said to be.
    assert "These numbers come from" not in texts(page)


def test_patience_and_what_is_watched_say_where_it_stops() -> None:
    page = open_chapter("overfitting")
    lowest = RECORDED.index(min(RECORDED)) + 1
    for patience in (1, 4):
        slider(page, "Patience").set_value(patience).run()
        assert rows(page)[1][:3] == [
            "Early stopping on validation loss", f"epoch {lowest + patience}", f"epoch {lowest}"
        ]  # fmt: skip
        assert f"stops after epoch {lowest + patience}" in texts(page)
    page.radio(key="lesson_watch").set_value("training accuracy").run()
    assert rows(page)[1][:3] == ["Early stopping on training accuracy", "epoch 15", "epoch 15"]
    assert "so early stopping never stops: all 15 epochs are learnt" in texts(page)
    page.radio(key="lesson_watch").set_value("a misspelt name").run()
    assert rows(page)[1][:3] == ["Early stopping, misspelt", "epoch 15", "epoch 15"]
    assert not page.exception


def test_a_run_of_ones_own_takes_its_place_once_it_has_three_epochs() -> None:
    page = open_chapter("overfitting", session=own([0.9, 0.5]))
    assert "Your own run has fewer than 3 epochs so far." in texts(page)
    assert slider(page, "Stop after epoch").max == len(RECORDED)

    page = open_chapter("overfitting", session=own([0.9, 0.5, 0.6, 0.8]))
    assert "Your own run: 4 epochs, 777 articles to learn from." in texts(page)
    assert slider(page, "Stop after epoch").max == 4
    assert [row[3] for row in rows(page)] == ["0.80", "0.50", "0.50"]
    assert rows(page)[0][7] == "40 s"
    assert title(page) == "0.30 more loss than in epoch 2"
    page.segmented_control(key="lesson_whose_curves").set_value("A recorded run").run()
    assert not page.exception
    assert slider(page, "Stop after epoch").max == len(RECORDED)


def test_a_run_that_only_falls_has_no_epoch_too_late() -> None:
    page = open_chapter("overfitting", session=own([0.9, 0.8, 0.7]))
    assert title(page) == "Epoch 3: the lowest validation loss"
    slider(page, "Stop after epoch").set_value(1).run()
    assert title(page) == "Epoch 1: lowest only in epoch 3"
    page.radio(key="answer/overfitting").set_value(0).run()
    assert "that is not of unseen headlines" in page.warning[0].value.replace("\\", "")


@pytest.mark.claim("all", "in each chapter, a wrong answer is explained and the right one accepted")
def test_every_wrong_answer_is_explained_and_the_right_one_accepted() -> None:
    feedback = answer_in_every_way(open_chapter("overfitting"), "overfitting")
    assert any(
        shown.startswith("Correct") and "here those of epoch 5" in shown for shown in feedback.values()
    )
