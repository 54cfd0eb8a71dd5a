"""Time machine page: fresh, a run of the sample, 41 categories and more, odd names, at work, damaged, from before."""

import base64
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.insight import artifacts
from core.insight.replay import captions
from core.insight.replay.replay import Replay
from core.insight.word_map.computed_map import SCHEMA
from core.runs.run import Run
from core.settings.network import NetworkSettings, RecurrentLayer
from core.text.cleaning import CleaningSettings
from core.training import snapshots
from core.training.events import Prepared
from core.training.snapshots import Snapshot, SnapshotHeader
from pages.session import Session
from tests.classifiers import random_classifier
from tests.insight.run_snapshots import HEADER, LABELS, MOMENTS, WORDS, random_snapshots, write_snapshots
from tests.pages.opening import create_run, end_run, open_page
from tests.present import present

pytestmark = pytest.mark.usefixtures("asked", "starter_folder")

PAGE = str(Path(__file__).resolve().parents[2] / "pages" / "time_machine" / "page.py")
ODD = (":red[X]", "$\\href{x}{y}$", "<script>alert(1)</script>")
VIEWS = ("Headlines", "Word map", "Confusion")


def visitor() -> tuple[Session, Run]:
    """Somebody with one run, which has told nothing yet."""
    session = Session("visitor", None)
    return session, create_run(session)


def ended(
    fixed: SnapshotHeader = HEADER, moments: tuple[Snapshot, ...] = MOMENTS, *, best_epoch: int = 1
) -> tuple[Session, Run]:
    """Somebody whose one run has ended, with a classifier of its words."""
    session, run = visitor()
    network = NetworkSettings(
        vocabulary_size=len(fixed.words) + 2, sequence_length=6, embedding_size=3, layers=(RecurrentLayer(units=3),)
    )  # fmt: skip
    classifier = random_classifier(
        network, labels=fixed.labels, cleaning=CleaningSettings(), known=fixed.words
    )
    end_run(run, classifier, epochs=2, best_epoch=best_epoch)
    write_snapshots(run.snapshots_folder, fixed, moments)
    return session, run


def opened(session: Session | None = None, view: str = "Headlines") -> AppTest:
    page = open_page(PAGE, session)
    if view != "Headlines":
        page.segmented_control(key="time_view").set_value(view).run()
        assert not page.exception
    return page


def sent(page: AppTest) -> dict[str, Any]:
    """What the player's browser gets."""
    (found,) = [json.loads(one.proto.json) for one in page.get("bidi_component")]
    data: dict[str, Any] = found
    return data


def text(page: AppTest) -> str:
    """All that is written on the page, without the escapes."""
    parts = [one.value for kind in (page.markdown, page.caption, page.info, page.warning) for one in kind]
    return " ".join(parts).replace("\\", "").replace("\u2060", "")


def test_a_fresh_visitor_is_told_what_stands_here() -> None:
    page = opened()
    assert "it keeps small snapshots" in text(page)
    assert page.button(key="fill_train").label == "Train a network"
    assert not page.get("bidi_component")


def test_headlines_of_a_run(tmp_path: Path) -> None:
    session, run = ended()
    page = opened(session)
    shown = Replay.load(run.snapshots_folder)
    told = sent(page)
    assert [one["name"] for one in told["moments"]] == [captions.moment(shown, at) for at in range(4)]
    assert [one["accuracy"] for one in told["moments"]] == [0.25, 0.75, 4 / 6, 5 / 6]
    assert [one["kept"] for one in told["moments"]] == [False, False, True, False]
    assert [one["caption"] for one in told["moments"]] == [captions.predictions(shown, at) for at in range(4)]
    # The one that changes most often first; three labels of each at each moment, the answer first.
    assert [one["text"] for one in told["headlines"]] == ["Soup of the day", "A comet comes"]
    assert [one["truth"] for one in told["headlines"]] == [0, 1]
    top = np.array(told["top"]).reshape(4, 2, 3)
    assert top[:, :, 0].tolist() == shown.answers.tolist()
    shares = np.array(told["shares"]).reshape(4, 2, 3)
    assert shares[3].tolist() == [[500, 375, 125], [1000, 0, 0]]
    assert captions.headlines(shown) in text(page)


def test_the_map_and_a_word_that_is_followed() -> None:
    session, run = ended()
    page = opened(session, "Word map")
    shown = Replay.load(run.snapshots_folder)
    told = sent(page)
    assert told["words"] == list(WORDS)
    assert told["word"] == -1
    points = np.frombuffer(base64.b64decode(told["points"]), "<u2").reshape(4, 4, 2) / 65_535
    flat = shown.points.reshape(-1, 2)
    expected = (shown.points - flat.min(axis=0)) / np.ptp(flat, axis=0)
    np.testing.assert_allclose(points, expected, atol=1e-4)
    assert told["key"] == [["what a word points to is not measured", told["groups"][0][0]]]
    assert captions.word_map(shown) in text(page)
    page.text_input(key="time_search").set_value("Goal").run()
    told = sent(page)
    assert told["word"] == 0
    assert told["neighbours"][3][0] == WORDS.index("match")
    assert captions.word(shown, 0) in text(page)
    page.text_input(key="time_search").set_value("gaol").run()
    assert "“gaol” is not among the 4 most frequent words." in text(page)
    page.button(key="time_try_0").click().run()
    assert page.text_input(key="time_search").value == "goal"
    assert sent(page)["word"] == 0


def test_the_map_takes_its_colours_from_the_study_of_the_word_map(asked: list[str]) -> None:
    session, run = ended()
    page = opened(session, "Word map")
    assert asked  # it is asked for, as the Word map does
    effects = np.full((4, 3), -1.0, np.float16)
    effects[[0, 1, 2, 3], [2, 0, 1, 2]] = (1.0, 2.0, 0.5, 0.25)
    artifacts.write(
        run.classifier_folder,
        "map",
        {
            "schema": np.array(SCHEMA),
            "tsne": np.zeros((4, 2), np.float32),
            "nearest": np.array([[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2]], np.int16),
            "effects": effects,
            "texts": np.array([1, 1, 1, 1], np.uint8),
            "kept": np.array([1.0, 1.0, -1.0], np.float32),
        },
    )
    page.run()
    told = sent(page)
    assert [name for name, _ in told["key"]] == ["SPORT", "FOOD", "SPACE", "others"]
    assert [words for _, _, words in told["groups"]] == [[], [0, 3], [1], [2]]
    assert told["sizes"][1] == max(told["sizes"])


def test_the_matrix_settles() -> None:
    session, run = ended()
    page = opened(session, "Confusion")
    shown = Replay.load(run.snapshots_folder)
    told = sent(page)
    places_of = [LABELS.index(name) for name in told["names"]]
    counts = np.frombuffer(base64.b64decode(told["counts"]), "<u4").reshape(4, 3, 4)
    for at in range(4):
        assert counts[at, :, :3].tolist() == shown.confusion(at)[np.ix_(places_of, places_of)].tolist()
        assert not counts[at, :, 3].any()
    assert captions.recall(shown) in text(page)


@pytest.mark.parametrize(("categories", "drawn"), [(41, 41), (75, 60)])
def test_of_many_categories(categories: int, drawn: int) -> None:
    fixed, moments = random_snapshots(categories)
    session, _ = ended(fixed, moments)
    for view in VIEWS:
        told = sent(opened(session, view))
        assert [one["name"] for one in told["moments"]] == [
            "Before anything is learnt",
            "After 1 batch, 10 articles read",
            "End of epoch 1",
        ]
    assert len(told["names"]) == drawn
    counts = np.frombuffer(base64.b64decode(told["counts"]), "<u4").reshape(3, drawn, drawn + 1)
    # Also what is called by the name of a category that is not drawn counts for a row's shares.
    assert (counts[2].sum(axis=1) == 40).all()
    assert counts[2, :, -1].any() == (categories > drawn)


def test_names_are_never_markup() -> None:
    fixed, moments = random_snapshots(3, ODD)
    headlines = ("<b>bold</b> :red[x]", *fixed.headlines[1:])
    session, _ = ended(replace(fixed, headlines=headlines), moments)
    for view in VIEWS:
        page = opened(session, view)
        written_out = " ".join(one.value for kind in (page.markdown, page.caption) for one in kind)
        assert ":red[X]" not in written_out
        assert "<script>" not in written_out
        told = sent(page)
    assert sorted(told["names"]) == sorted(ODD)  # set as text by the browser


def test_a_run_at_work_shows_what_is_there_so_far() -> None:
    session, run = visitor()
    run.claim(os.getpid())
    page = opened(session)
    assert "The first snapshot comes before the first batch" in text(page)
    run.append(
        Prepared(
            training_rows=30, validation_rows=6, test_rows=6, categories=3, words=6, majority=0.4, parameters=9,
            seconds=1.0,
        )
    )  # fmt: skip
    write_snapshots(run.snapshots_folder, moments=MOMENTS[:1])
    page = opened(session)
    assert len(sent(page)["moments"]) == 1
    assert "The run is training" in text(page)
    write_snapshots(run.snapshots_folder, moments=MOMENTS[1:2])
    page.run()
    told = sent(page)
    assert [one["position"] for one in told["moments"]] == ["0-0", "0-2"]
    assert not any(one["kept"] for one in told["moments"])
    for view in VIEWS[1:]:
        assert not opened(session, view).error


def test_what_is_damaged_is_passed_over_and_said() -> None:
    session, run = ended()
    snapshots.snapshot_path(run.snapshots_folder, (0, 2)).write_bytes(b"PK no more")
    page = opened(session)
    assert "1 snapshot of this run cannot be read and is skipped: 000-0000002.npz is damaged" in text(page)
    assert [one["position"] for one in sent(page)["moments"]] == ["0-0", "1-0", "2-0"]
    (run.snapshots_folder / snapshots.HEADER_FILE).write_bytes(b"")
    page = opened(session)
    assert "cannot be replayed" in page.error[0].value
    assert not page.get("bidi_component")


def test_a_run_from_before_snapshots() -> None:
    session, _ = ended(moments=())
    page = opened(session)
    assert "older than snapshots" in text(page)
    assert page.button(key="fill_train").label == "Train again"


def test_another_run_is_chosen_for_this_page_alone() -> None:
    session, first = ended()
    second = create_run(session)
    session.choose_run(second.id)
    page = opened(session)
    assert "older than snapshots" in text(page)
    (which,) = [one for one in page.selectbox if one.label == "Which run"]
    other = next(one for one in which.options if "interrupted" not in one)
    which.select(other).run()
    assert not page.exception
    assert len(sent(page)["moments"]) == 4
    assert present(session.run).id == second.id
    assert first.id != second.id
    # A run of his that begins meanwhile leads away from it no more than one that ends.
    second.claim(os.getpid())
    page.run()
    (which,) = [one for one in page.selectbox if one.label == "Which run"]
    assert which.value == first.id
    assert len(sent(page)["moments"]) == 4
