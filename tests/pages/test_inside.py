"""Inside page: pictures, equations, units and forced gates against what core computes of the same weights."""

import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core import paths
from core.insight import artifacts
from core.insight.activations import keras_parity, top_activating
from core.insight.activations.keras_parity import KerasParity
from core.insight.activations.top_activating import End, UnitActivations
from core.insight.activations.trace import LayerLocation, units_by_strength
from core.insight.evaluation.held_out import NAME as HELD_OUT
from core.model.classifier import Classifier
from core.model.classifier_archive import pack
from core.model.forward import Forward, Intervention, forward
from core.runs.run import Run
from core.settings.network import CELLS, Cell, RecurrentLayer
from core.settings.run import RunSettings
from core.tasks.task import Task
from pages import tasks
from pages.session import Session
from pages.widgets import classifier_file, prediction_work
from pages.widgets.headline_box import EXAMPLES
from tests.insight.word_maps import save_with_map, tiny_classifier
from tests.pages.opening import create_run, end_run, open_page
from tests.present import present

pytestmark = pytest.mark.usefixtures("asked")

PAGE = str(Path(__file__).resolve().parents[2] / "pages" / "inside" / "page.py")
HEADLINE, WORDS = "The cat sat on a zebra", ("the", "cat", "sat", "on", "a", "zebra")
ODD = (":red[X]", "$\\href{x}{y}$", "<script>alert(1)</script>")


@pytest.fixture(autouse=True)
def starter(starter_folder: Path) -> Classifier:
    classifier = tiny_classifier(cell="GRU", layers=(RecurrentLayer(units=4),))
    classifier.save(starter_folder)
    return classifier


def opened(session: Session | None = None, headline: str = HEADLINE) -> AppTest:
    page = open_page(PAGE, session)
    return typed(page, headline) if headline else page


def typed(page: AppTest, headline: str) -> AppTest:
    page.text_input(key="inside_headline").set_value(headline).run()
    assert not page.exception
    return page


def finished(classifier: Classifier, *studied: str) -> tuple[Session, Run]:
    """A visitor whose run ended with this classifier, with some of its studies."""
    session = Session("visitor", None)
    run = create_run(session, RunSettings(network=classifier.network))
    end_run(run, classifier)
    folder = save_with_map(classifier, run.classifier_folder, initial_rows=False, computed=False)
    if "units" in studied:
        artifacts.write(
            folder, top_activating.NAME, top_activating.compute_artifact(folder, lambda stage, share: None)
        )
    if "agreement" in studied:
        found = KerasParity(articles=128, words=900, random_ids=False, differences={"state": 2.5e-7})
        artifacts.write(folder, keras_parity.NAME, found.to_arrays())
    session.choose_run(run.id)
    return session, run


def data_of(page: AppTest, part: str) -> dict[str, Any]:
    """The data of the one component that has ``part``."""
    every: list[dict[str, Any]] = [
        json.loads(component.proto.json) for component in page.get("bidi_component")
    ]
    (data,) = [component for component in every if part in component]
    return data


def grid(page: AppTest) -> dict[str, Any]:
    return data_of(page, "order")


def control(page: AppTest, label: str) -> Any:
    (found,) = [one for one in page.button_group if one.label == label]
    return found


def look(page: AppTest, label: str, value: object) -> AppTest:
    control(page, label).set_value(value).run()
    assert not page.exception
    return page


def said(page: AppTest) -> str:
    shown = "\n".join(one.value for one in [*page.markdown, *page.caption, *page.info])
    return shown.replace("\\", "").replace("\u2060", "")


def read(
    classifier: Classifier, holds: tuple[Intervention, ...] = (), words: tuple[str, ...] = WORDS
) -> Forward:
    return forward(classifier.weights, classifier.network, np.array([classifier.encode(words)]), holds)


def thousandths(values: np.ndarray) -> list[list[int]]:
    whole: list[list[int]] = np.rint(1000 * values.astype(np.float64)).astype(int).tolist()
    return whole


def hold(page: AppTest, gate: str, value: float, *, alone: bool = False) -> AppTest:
    (box,) = [one for one in page.selectbox if one.key and one.key.startswith("inside_hold_")]
    box.set_value((gate, value)).run()
    look(page, "Of", alone)
    page.button(key="inside_hold").click().run()
    assert not page.exception
    return page


# --- The picture ---


def test_a_fresh_visitor_tries_a_headline() -> None:
    page = opened(headline="")
    assert [component.key for component in page.get("bidi_component")] == ["download_classifier"]
    page.button(key="example_1").click().run()
    assert not page.exception
    assert page.text_input(key="inside_headline").value == EXAMPLES[1]
    assert grid(page)["words"] == [word.lower() for word in EXAMPLES[1].split()]


def test_no_classifier_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "STARTER", tmp_path / "none")
    page = opened(headline="")
    assert page.subheader[0].value == "No classifier yet"
    assert page.button(key="fill_train")


@pytest.mark.parametrize("cell", CELLS)
def test_every_picture_of_every_place_is_the_networks(cell: str) -> None:
    classifier = tiny_classifier(
        cell=cell, layers=(RecurrentLayer(units=3), RecurrentLayer(units=2, bidirectional=False))
    )
    session, _ = finished(classifier)
    page, found = opened(session), read(classifier)
    for place in (LayerLocation(), LayerLocation(backward=True), LayerLocation(layer=1)):
        (layer,) = [one for one in page.selectbox if one.label == "Layer"]
        layer.set_value(place.layer).run()
        if place.layer == 0:
            look(page, "Direction", place.backward)
        trace = place.trace_in(found)
        for name in ("state", *trace.gates):
            look(page, "Picture", name)
            drawn = grid(page)
            values = (trace.gates | {"state": trace.states})[name][0]
            assert drawn["values"] == thousandths(values)
            assert drawn["words"] == list(WORDS)
            assert drawn["unknown"] == [False] * 5 + [True]
            assert drawn["order"] == units_by_strength(trace.states[0])
            assert drawn["share"] == name.endswith(("input", "forget", "output", "update", "reset"))
            assert drawn["alt"] in said(page)
    assert [one.label for one in page.button_group if one.label == "Direction"] == []


def test_units_by_number_or_the_strongest_first(starter: Classifier) -> None:
    page = opened()
    assert grid(page)["order"] == units_by_strength(LayerLocation().trace_in(read(starter)).states[0])
    page.toggle(key="inside_by_number").set_value(True).run()
    assert grid(page)["order"] == [0, 1, 2, 3]


def test_two_readers_with_votes() -> None:
    classifier = tiny_classifier(ensemble_size=2, tokenization="words and pairs", bigram_buckets=1_000)
    session, _ = finished(classifier, "units")
    page, found = opened(session), read(classifier)
    for member in (0, 1):
        (box,) = [one for one in page.selectbox if one.label == "Reader"]
        box.set_value(member).run()
        assert grid(page)["values"] == thousandths(LayerLocation(member=member).trace_in(found).states[0])
    hold(page, "state", 0.0)
    assert "State at 0: all units, forward, every network" in [one.label for one in page.button]
    assert "also vote directly, without these layers" in said(page)
    held = read(classifier, (Intervention(gate="state", value=0.0),)).probabilities[0]
    table = page.dataframe[0].value.set_index("Category")
    for label, chance in zip(classifier.labels, held, strict=True):
        assert table["Held"][label] == f"{100 * chance:.1f}\u00a0%"


def test_a_headline_is_shown_as_far_as_it_is_read() -> None:
    session, _ = finished(tiny_classifier(sequence_length=8))
    page = opened(session, "the cat sat on a mat and the cat sat")
    assert grid(page)["words"] == ["the", "cat", "sat", "on", "a", "mat", "and", "the"]


def test_characters() -> None:
    classifier = tiny_classifier(40, known=tuple("etaoin"), tokenization="characters", sequence_length=30)
    session, _ = finished(classifier, "units")
    page = opened(session)
    assert grid(page)["words"][:3] == ["t", "h", "e"]
    assert len(grid(page)["words"]) == len(classifier.words_of(HEADLINE))
    assert "The average character moves it by" in grid(page)["alt"]


# --- A step ---


def test_a_step_is_chosen_by_its_word_and_its_unit(starter: Classifier) -> None:
    page = opened()
    (step,) = [one for one in page.selectbox if one.label == "Step"]
    step.set_value(2).run()
    page.number_input[0].set_value(4).run()
    assert not page.exception
    assert (grid(page)["word"], grid(page)["unit"]) == (2, 3)
    trace = LayerLocation().trace_in(read(starter))
    for symbol, name in (("z", "update"), ("r", "reset"), ("g", "candidate")):
        value = f"{trace.gates[name][0, 2, 3]:.3f}".replace("-", "−")
        (line,) = [one for one in said(page).splitlines() if one.startswith(f"`{symbol} = ")]
        assert line.endswith(f" = {value}`  ") or line.endswith(f" = {value}`")
    assert "the state after “cat”" in said(page)
    assert "b and b′: learnt numbers" in said(page).replace("*", "")
    assert "numbers of “sat” in the embedding" in said(page)
    step.set_value(5).run()
    assert "numbers in the embedding that all unknown words share" in said(page)
    step.set_value(2).run()
    page.toggle(key="inside_digits").set_value(True).run()
    assert f"= {trace.states[0, 2, 3]:.7f}`".replace("-", "−") in said(page)


def test_the_first_cell_shown_is_the_strongest_unit_at_the_word_that_moves_most(starter: Classifier) -> None:
    states = LayerLocation().trace_in(read(starter)).states[0]
    steps = itertools.pairwise([np.zeros_like(states[0]), *states])
    moved = [np.linalg.norm(after - before) for before, after in steps]
    drawn = grid(opened())
    assert drawn["word"] == int(np.argmax(moved))
    assert drawn["unit"] == int(np.abs(states).max(axis=0).argmax())


# --- A unit ---


@pytest.mark.slow
def test_what_is_much_work_is_done_by_a_process_and_shows_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    session, _ = finished(tiny_classifier(), "units")
    asked_of_process: list[str] = []
    result = tasks.result

    def recorded(task: Task[Any]) -> Any:
        asked_of_process.append(type(task).__name__)
        return result(task)

    here = opened(session)
    monkeypatch.setattr(prediction_work, "SMALL_WORK", 0.0)
    monkeypatch.setattr(tasks, "result", recorded)
    by_process = opened(session)
    assert set(asked_of_process) == {"PredictHeadline", "TraceHeadline", "ReadUnitStates"}
    assert said(by_process) == said(here)
    assert grid(by_process) == grid(here)


def test_what_excites_a_unit_is_shown_with_its_states() -> None:
    classifier = tiny_classifier(layers=(RecurrentLayer(units=3),))
    session, run = finished(classifier, "units")
    found = UnitActivations.load(run.classifier_folder, classifier)
    page = opened(session)
    page.number_input[0].set_value(2).run()
    ends: tuple[tuple[End, str], ...] = (("high", "Highest"), ("low", "Lowest"))
    for end, name in ends:
        look(page, "Where it goes", end)
        shown = found.ends[LayerLocation(), end]
        values = present(shown.values)[1]
        rows = _excited(page)
        assert [row["figure"] for row in rows] == [f"{one:+.2f}".replace("-", "−") for one in values]
        assert [row["strongest"] for row in rows] == present(shown.positions)[1].tolist()
        for row, value in zip(rows, values, strict=True):
            assert row["states"][row["strongest"]] == pytest.approx(value, abs=1e-3)
            assert len(row["words"]) == len(row["states"])
        words = [token["word"] for token in data_of(page, "tokens")["tokens"]]
        assert words == classifier.vocabulary.decode(shown.words[1])
        assert name in control(page, "Where it goes").options
    assert "unit 2 is highest after" in said(page)


def _excited(page: AppTest) -> list[dict[str, Any]]:
    found = [json.loads(one.proto.json) for one in page.get("bidi_component")]
    every: list[list[dict[str, Any]]] = [one["rows"] for one in found if "high" in one and "rows" in one]
    (rows,) = every
    return rows


def test_the_study_is_asked_for_where_it_is_missing(asked: list[str]) -> None:
    session, _ = finished(tiny_classifier())
    page = opened(session)
    assert "not been compared with Keras yet" in said(page)
    page.button(key="study_units").click().run()
    page.button(key="study_agreement").click().run()
    assert asked == ["units", "agreement"]


def test_the_starter_is_shown_without_its_texts_and_never_written_to(
    starter: Classifier, asked: list[str]
) -> None:
    page = opened()
    assert "stored about what activates the units of this classifier" in said(page)
    assert not [one for one in page.button if one.key in ("study_units", "study_agreement")]
    folder = paths.STARTER
    save_with_map(starter, folder, initial_rows=False, computed=False)
    arrays = top_activating.compute_artifact(folder, lambda stage, share: None)
    bare = {name: one for name, one in arrays.items() if not name.endswith(top_activating.ARTICLE_ARRAYS)}
    artifacts.write(folder, top_activating.NAME, bare)
    page = opened()
    assert "is highest after" in said(page)
    assert "not kept with this classifier" in said(page)
    assert asked == []


def test_a_brought_classifier_has_no_articles(tmp_path: Path, asked: list[str]) -> None:
    session = Session("visitor", None)
    tiny_classifier().save(tmp_path / "other")
    with (tmp_path / "other.zip").open("wb") as stream:
        pack(tmp_path / "other", stream)
    imported = classifier_file.imported_classifiers().add(
        session.client, tmp_path / "other.zip", name="other.zip"
    )
    page = opened(session)
    (who,) = [box for box in page.selectbox if box.label == "Which network answers?"]
    who.set_value(imported.id).run()
    assert "came without its test articles" in said(page)
    page.button(key="study_agreement").click().run()
    assert asked == ["agreement"]


def test_the_difference_from_keras_is_said() -> None:
    session, _ = finished(tiny_classifier(), "agreement")
    page = opened(session)
    assert "equal Keras's to 10⁻⁵" in said(page)
    assert "2.5 × 10⁻⁷ (of a state), over 900 words of 128 validation articles." in said(page)
    assert not [one for one in page.button if one.key == "study_agreement"]
    hold(page, "state", 0.0)
    assert "With nothing forced, these numbers equal Keras's" in said(page)


def test_a_damaged_study_is_told_and_can_be_made_again() -> None:
    session, run = finished(tiny_classifier(), "units", "agreement")
    for name in (top_activating.NAME, keras_parity.NAME):
        artifacts.write(run.classifier_folder, name, {"schema": np.array(99)})
    page = opened(session)
    assert "agreement.npz is damaged" in said(page)
    assert "units.npz is damaged" in page.error[0].value.replace("\\", "")
    page.run()
    assert page.button(key="study_units")


def test_damaged_articles_are_told_and_can_be_looked_up_again() -> None:
    session, run = finished(tiny_classifier(), "units")
    artifacts.artifact_path(run.classifier_folder, HELD_OUT).write_bytes(b"no archive")
    page = open_page(PAGE, session, inside_headline=HEADLINE)
    assert "held_out.npz is damaged" in page.error[0].value.replace("\\", "")
    assert "is highest after" in said(page)
    page.run()
    assert page.button(key="study_held_out")


@pytest.mark.parametrize("name", ["articles", "places"])
def test_a_study_of_other_articles_than_are_kept_is_not_drawn(name: str) -> None:
    session, run = finished(tiny_classifier(), "units")
    arrays = artifacts.read(run.classifier_folder, top_activating.NAME)
    moved = {key: one + 1_000 for key, one in arrays.items() if key.endswith(f"/{name}")}
    artifacts.write(run.classifier_folder, top_activating.NAME, arrays | moved)
    assert "no longer kept with this classifier" in said(opened(session))


# --- A hand on the gates ---


@pytest.mark.parametrize("cell", CELLS)
def test_whatever_is_offered_does_what_core_does(cell: Cell) -> None:
    from core.insight.activations import captions

    classifier = tiny_classifier(cell=cell, layers=(RecurrentLayer(units=3),))
    session, _ = finished(classifier)
    for gate, value in captions.INTERVENTION_MEANINGS[cell]:
        page = hold(opened(session), gate, value)
        assert captions.INTERVENTION_MEANINGS[cell][gate, value] in said(page)
        held = read(classifier, (Intervention(gate=gate, value=value),))
        assert grid(page)["values"] == thousandths(LayerLocation().trace_in(held).states[0])
        free = dict(classifier.predict([HEADLINE])[0].ranking)
        table = page.dataframe[0].value.set_index("Category")
        for label, chance in zip(classifier.labels, held.probabilities[0].tolist(), strict=True):
            assert table["Held"][label] == f"{100 * chance:.1f}\u00a0%"
            assert table["Free"][label] == f"{100 * free[label]:.1f}\u00a0%"
            change = float(table["Change"][label].replace("−", "-"))
            assert change == pytest.approx(100 * (chance - free[label]), abs=0.051)


def test_several_at_once_and_let_go_one_by_one_or_all(starter: Classifier) -> None:
    page = opened()
    page.number_input[0].set_value(3).run()
    hold(page, "update", 0.0, alone=True)
    assert "For unit 3 alone: nothing of the old state stays" in said(page)
    look(page, "Direction", True)
    hold(page, "reset", 1.0)
    holds = (
        Intervention(gate="update", value=0.0, unit=2, member=0),
        Intervention(gate="reset", value=1.0, backward=True, member=0),
    )
    assert grid(page)["values"] == thousandths(
        LayerLocation(backward=True).trace_in(read(starter, holds)).states[0]
    )
    labels = [one.label for one in page.button if (one.key or "").startswith("inside_held_")]
    assert labels == [
        "Update gate replaces everything (0): unit 3, forward",
        "Reset gate open: all units, backward",
    ]
    hold(page, "reset", 0.0)  # the same gate otherwise: instead of it
    labels = [one.label for one in page.button if (one.key or "").startswith("inside_held_")]
    assert labels == [
        "Update gate replaces everything (0): unit 3, forward",
        "Reset gate shut: all units, backward",
    ]
    page.button(key="inside_held_0").click().run()
    labels = [one.label for one in page.button if (one.key or "").startswith("inside_held_")]
    assert labels == ["Reset gate shut: all units, backward"]
    hold(page, "state", 0.0)
    page.button(key="inside_let_go").click().run()
    assert not page.dataframe
    assert grid(page)["values"] == thousandths(LayerLocation(backward=True).trace_in(read(starter)).states[0])


def test_what_is_held_is_said_in_the_equations_and_the_columns_keep_their_places(starter: Classifier) -> None:
    page = opened()
    order = grid(page)["order"]
    hold(page, "update", 1.0)
    assert "`z = 1, held`" in said(page)
    assert "All 4 numbers of the state are 0 at every word." in said(page)
    assert grid(page)["order"] == order
    typed(page, "a mat")  # still held
    assert "`z = 1, held`" in said(page)


# --- What may be typed, and what may be learnt ---


@pytest.mark.parametrize("headline", ["\u200b\x07", "zebra", "cat " * 50, *ODD, "¶"])
def test_any_text_can_be_looked_at(headline: str) -> None:
    page = opened(headline=headline)
    for one in [*page.markdown, *page.caption]:
        assert "<script>" not in one.value
        assert ":red[" not in one.value.replace("\u2060", "")


@pytest.mark.parametrize("labels", [ODD, tuple(f"CATEGORY {number}" for number in range(41))])
def test_labels_are_no_markup_however_many(labels: tuple[str, ...]) -> None:
    session, _ = finished(tiny_classifier(labels=labels, known=(*WORDS[:5], *ODD)), "units")
    page = hold(opened(session), "state", 0.0)
    for one in [*page.markdown, *page.caption]:
        assert "<script>" not in one.value
        assert "](x)" not in one.value


def test_a_wide_network_and_a_long_text() -> None:
    classifier = tiny_classifier(
        cell="LSTM", layers=(RecurrentLayer(units=512, bidirectional=False),), sequence_length=100
    )
    session, _ = finished(classifier)
    page = opened(session, "the cat sat on a mat " * 15)
    drawn = grid(page)
    assert (len(drawn["words"]), len(drawn["values"][0]), sorted(drawn["order"])) == (
        90,
        512,
        list(range(512)),
    )
