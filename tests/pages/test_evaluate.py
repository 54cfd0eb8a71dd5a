"""Evaluate page: a fresh visitor, runs of few and of 41 categories, classifiers without articles, studies, a merge."""

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.special import softmax
from sklearn.metrics import confusion_matrix
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Selectbox

from core import paths
from core.errors import RunError
from core.insight import artifacts
from core.insight.evaluation import cross_validation
from core.insight.evaluation.held_out import HeldOut
from core.insight.evaluation.word_order import measure_word_order
from core.model.classifier import Classifier
from core.news.label_matching import UNKNOWN_CATEGORY, LeftOut
from core.news.news import read_news
from core.news.reading import Reading
from core.runs import jobs
from core.runs.imported_classifiers import ImportedClassifier, ImportedClassifiers
from core.runs.run import Run
from core.settings.run import RunSettings
from core.settings.training import RunOverrides, TrainingSettings
from core.training.bag_of_words import BagOfWords
from core.training.events import Prepared, Preparing
from pages import starting_runs
from pages.session import Session
from tests.classifiers import small_classifier
from tests.insight.held_out_parts import held_out_part, random_held_out
from tests.pages.opening import charts, create_run, end_run, fetch_download, metrics, open_page

pytestmark = pytest.mark.usefixtures("asked", "starter_folder")

PAGE = str(Path(__file__).resolve().parents[2] / "pages" / "evaluate" / "page.py")
MANY = tuple(f"CATEGORY {number}" for number in range(41))
FEW = ("ANIMALS", "HOMES", "SPORTS")
ODD = (":red[X]", "$\\href{x}{y}$", "<script>alert(1)</script>")
VIEWS = ("Scores", "Confusion", "Calibration", "Where it fails", "Confusable", "Word order")


def made(labels: tuple[str, ...]) -> Classifier:
    words = ("¶", "cat", "dog", "roof", "door", "goal", "team")
    return small_classifier(labels=labels, known=words, sequence_length=12)


def view(page: AppTest, name: str) -> AppTest:
    page.segmented_control(key="evaluate_view").set_value(name).run()
    assert not page.exception
    assert not page.error
    return page


def ended(run: Run, classifier: Classifier, held_out: HeldOut | None) -> None:
    """Let ``run`` have come to its end with this classifier."""
    end_run(run, classifier)
    if held_out:
        held_out.save(run.classifier_folder)


def visitor(
    labels: tuple[str, ...] = FEW, held_out: HeldOut | None = None, *, without: bool = False
) -> tuple[Session, Run, HeldOut]:
    """Somebody whose one run has ended; ``without`` its held-out parts, as runs once were."""
    session = Session("visitor", paths.visitors() / "visitor.json")
    run = create_run(session)
    held = held_out or random_held_out(len(labels))
    ended(run, made(labels), None if without else held)
    return session, run, held


def grid(page: AppTest) -> dict[str, Any]:
    every: list[dict[str, Any]] = [json.loads(one.proto.json) for one in page.get("bidi_component")]
    (data,) = [one for one in every if "counts" in one]
    return data


def text(page: AppTest) -> str:
    """All that is written on the page, without the escapes."""
    parts = [one.value for kind in (page.markdown, page.caption, page.info, page.warning) for one in kind]
    return "\n".join(parts).replace("\\", "").replace("\u2060", "")


def chosen(page: AppTest, name: str) -> Selectbox[Any]:
    return next(one for one in page.selectbox if one.label == name)


def test_a_fresh_visitor_without_a_starter_is_told_what_will_stand_here() -> None:
    page = open_page(PAGE)
    assert page.subheader[0].value == "Nothing to evaluate yet"
    assert page.button(key="fill_train")
    assert not page.segmented_control


def test_a_fresh_visitor_sees_the_starter_without_its_headlines(starter_folder: Path) -> None:
    made(FEW).save(starter_folder)
    arrays = random_held_out(3).to_arrays()
    kept = {
        name: one
        for name, one in arrays.items()
        if not name.endswith(("/ids", "/headlines", "/descriptions"))
    }
    artifacts.write(starter_folder, "held_out", kept)
    page = open_page(PAGE)
    assert chosen(page, "Which network").value == "starter"
    assert "Compare with counting words" not in [one.label for one in page.button]
    assert "headlines of these articles were not kept" in text(view(page, "Confusion"))
    assert "headlines of the test articles were not kept" in text(view(page, "Where it fails"))
    assert "words of its test articles were not kept" in text(view(page, "Confusable"))
    assert "can train your own run again" in text(page)
    assert "cannot reorder them" in text(view(page, "Word order"))
    view(page, "Calibration")
    assert len(charts(page)) == 2


def test_the_starter_without_a_study_is_not_offered(starter_folder: Path) -> None:
    made(FEW).save(starter_folder)
    assert open_page(PAGE).subheader[0].value == "Nothing to evaluate yet"


@pytest.mark.parametrize("labels", [FEW, MANY, ODD], ids=["few", "many", "odd"])
def test_every_view_stands(labels: tuple[str, ...]) -> None:
    session, _, held = visitor(labels)
    page = open_page(PAGE, session)
    for name in VIEWS:
        view(page, name)
        shown = [one.value for kind in (page.markdown, page.caption, page.subheader) for one in kind]
        assert not any(odd in one for odd in ODD for one in shown)
        for one in page.get("plotly_chart"):
            assert "<script" not in one.proto.spec
    right = (held.test.logits.argmax(axis=1) == held.test.y).mean()
    assert view(page, "Scores").metric[0].value == f"{100 * right:.1f}\u00a0%"


def never_homes() -> HeldOut:
    """No article of HOMES is predicted as it."""
    y = np.repeat([0, 1, 2], 10)
    return replace(random_held_out(3), test=held_out_part(y, np.eye(3)[np.where(y == 1, 0, y)] * 3))


@pytest.mark.parametrize(("class_weight", "suggested"), [("none", True), ("balanced", False)])
def test_class_weights_are_suggested_where_a_category_is_never_predicted(
    class_weight: str, suggested: bool
) -> None:
    session = Session("visitor", paths.visitors() / "visitor.json")
    run = create_run(session, RunSettings().with_setting("class_weight", class_weight))
    ended(run, made(FEW), never_homes())
    written = text(open_page(PAGE, session))
    assert ("got no article in “HOMES” right" in written) is suggested
    assert ("set “Class weights” under Learning on the Train page to balanced" in written) is suggested


def test_no_class_weights_are_suggested_where_each_category_is_predicted_or_for_the_starter(
    starter_folder: Path,
) -> None:
    assert "Class weights" not in text(open_page(PAGE, visitor(held_out=confused())[0]))
    made(FEW).save(starter_folder)
    never_homes().save(starter_folder)
    page = open_page(PAGE)
    assert page.metric[0].label == "Accuracy"
    assert "Class weights" not in text(page)


def test_near_repeats_are_counted_when_asked_for(asked: list[str]) -> None:
    y = np.repeat([0, 1], 20)
    test = held_out_part(y, np.eye(3)[np.where(np.arange(40) < 10, 2, y)] * 3)  # the first ten wrong
    session, run, _ = visitor(held_out=replace(random_held_out(3), test=test))
    page = open_page(PAGE, session)
    assert "nearly repeat" not in text(page)
    next(one for one in page.button if one.label == "Count near-repeats").click().run()
    assert asked == ["near_repeats"]
    artifacts.write(run.classifier_folder, "near_repeats", {"near": np.arange(40) >= 20})
    page.run()
    assert (
        "20 of 40 test articles (50.0\u00a0%) nearly repeat an article that the network learnt from. On the others "
        "it is right for 50.0\u00a0%." in text(page)
    )
    assert "Count near-repeats" not in [one.label for one in page.button]


def test_near_repeats_of_another_test_part_are_set_aside_and_can_be_counted_again() -> None:
    session, run, _ = visitor()
    artifacts.write(run.classifier_folder, "near_repeats", {"near": np.zeros(3, bool)})
    page = open_page(PAGE, session)
    assert "near_repeats.npz is damaged" in page.error[0].value.replace("\\", "").replace("\u2060", "")
    page.run()
    assert not page.error
    assert "Count near-repeats" in [one.label for one in page.button]


def test_near_repeats_are_not_offered_for_the_starter(starter_folder: Path) -> None:
    made(FEW).save(starter_folder)
    random_held_out(3).save(starter_folder)
    page = open_page(PAGE)
    assert page.metric[0].label == "Accuracy"
    assert "Count near-repeats" not in [one.label for one in page.button]


def test_the_sentence_under_a_chart_is_its_text_for_who_cannot_see_it() -> None:
    session, _, _ = visitor()
    page = open_page(PAGE, session)
    for name in ("Scores", "Calibration", "Where it fails"):
        view(page, name)
        for one in page.get("plotly_chart"):
            if "evaluate_confidence" not in one.proto.id:
                assert one.proto.alt
                assert one.proto.alt in text(page)


@pytest.mark.parametrize("labels", [FEW, MANY], ids=["few", "many"])
def test_the_matrix_and_the_headlines_of_a_cell(labels: tuple[str, ...]) -> None:
    session, _, held = visitor(labels)
    page = view(open_page(PAGE, session), "Confusion")
    drawn_grid, test = grid(page), held.test
    answers = test.logits.argmax(axis=1)
    places_ = drawn_grid["ids"]
    assert sorted(places_) == list(range(len(labels)))
    assert drawn_grid["names"] == [labels[at] for at in places_]
    expected = confusion_matrix(test.y, answers, labels=places_)
    assert drawn_grid["counts"] == expected.tolist()
    # The two boxes choose as a click does.
    own, named = next((y, a) for y, a in zip(test.y, answers, strict=True) if y != a)
    chosen(page, "Articles of").set_value(int(own)).run()
    chosen(page, "called").set_value(int(named)).run()
    assert grid(page)["chosen"] == [own, named]
    rows = np.flatnonzero((test.y == own) & (answers == named))
    sure = softmax(test.logits[rows].astype(float), axis=1)[:, named]
    lines = next(one.value for one in page.markdown if one.value.startswith("- ")).split("\n")
    assert lines == [
        f"- **{100 * sure[at]:.1f}\u00a0%** headline {rows[at]}"
        for at in np.argsort(-sure, kind="stable")[:40]
    ]


def test_a_cell_without_articles_is_said() -> None:
    held = replace(random_held_out(3), test=held_out_part([0, 0, 1, 2], np.eye(3)[[0, 1, 1, 2]] * 5))
    page = view(open_page(PAGE, visitor(held_out=held)[0]), "Confusion")
    chosen(page, "Articles of").set_value(2).run()
    chosen(page, "called").set_value(0).run()
    assert "No article is in this cell." in text(page)


def test_temperature_scaling_changes_how_sure_and_not_what() -> None:
    session, _, held = visitor()
    page = view(open_page(PAGE, session), "Calibration")
    before = page.metric[0].value
    page.toggle[0].set_value(True).run()
    assert not page.exception
    assert "Temperature" in text(page)
    assert page.metric[0].value != before
    assert page.metric[0].delta
    rows = [one for trace in charts(page)[0]["data"][1:] for one in trace["customdata"]]
    assert sum(int(count.replace(",", "")) for count, *_ in rows) == 2 * len(held.test)


def test_articles_without_a_date_have_no_chart_of_the_years() -> None:
    held = random_held_out(3)
    held = replace(held, test=replace(held.test, years=np.zeros(len(held.test), np.int16)))
    page = view(open_page(PAGE, visitor(held_out=held)[0]), "Where it fails")
    assert "have no dates" in text(page)
    assert len(charts(page)) == 2


def test_studies_are_asked_for_and_shown(asked: list[str]) -> None:
    session, run, held = visitor()
    page = open_page(PAGE, session)
    next(one for one in page.button if one.label == "Compare with counting words").click().run()
    view(page, "Word order")
    next(one for one in page.button if one.label == "Change the order and ask again").click().run()
    assert asked == ["linear", "order"]
    test = held.test
    assert test.sequences
    bag = BagOfWords.fit(test.sequences, test.y, words=20, categories=3, seed=1)
    counted = {"bag/accuracy": 0.51, "bag/macro_f1": 0.42, "linear/accuracy": 0.63, "linear/macro_f1": 0.54}
    artifacts.write(
        run.classifier_folder, "linear", {name: np.array(value) for name, value in counted.items()}
    )
    artifacts.write(run.classifier_folder, "order", measure_word_order(made(FEW), test, bag))
    view(page, "Scores")
    table = page.table[0].value
    assert table["Accuracy"].tolist()[1:3] == ["63.0\u00a0%", "51.0\u00a0%"]
    view(page, "Word order")
    assert "A bag of words does not notice" in text(page)
    assert len(charts(page)) == 1


def test_a_small_file_is_measured_on_all_articles(asked: list[str]) -> None:
    session, run, held = visitor()
    few = made(FEW)
    ended(run, replace(few, card=replace(few.card, rows=1_000)), held)
    page = open_page(PAGE, session)
    assert "all 1,000 it is ±3. In 5 folds, each article" in text(page)
    next(one for one in page.button if one.label == "Measure on all articles: 5 folds").click().run()
    assert asked == ["folds"]
    fold, y = np.arange(1_000, dtype=np.int32) % 5, np.arange(1_000, dtype=np.int32) % 3
    artifacts.write(
        run.classifier_folder, "folds", cross_validation.to_arrays(fold, y, np.arange(1_000) < 600)
    )
    page = open_page(PAGE, session)
    assert "Measure on all articles: 5 folds" not in [one.label for one in page.button]
    metrics_of = {one.label: one.value for one in page.metric}
    assert metrics_of["Accuracy, 5 folds"] == "60.0\u00a0%"
    assert metrics_of["95 % interval"] == "56.9\u00a0% to 63.0\u00a0%"
    assert "Over 5 folds, 60.0\u00a0% of all 1,000 articles are right" in text(page)


@pytest.mark.parametrize(("folds", "labels"), [(0, []), (3, ["Measure on all articles: 3 folds"])])
def test_a_large_file_is_measured_on_all_articles_only_where_its_run_asks_for_it(
    folds: int, labels: list[str]
) -> None:
    session = Session("visitor", paths.visitors() / "visitor.json")
    run = create_run(session, RunSettings(training=TrainingSettings(folds=folds)))
    few = made(FEW)
    ended(run, replace(few, card=replace(few.card, rows=50_000)), random_held_out(3))
    page = open_page(PAGE, session)
    assert [one.label for one in page.button if one.label.startswith("Measure")] == labels


def test_an_older_run_can_have_its_articles_found_again(asked: list[str]) -> None:
    session, run, held = visitor(without=True)
    page = open_page(PAGE, session)
    assert "older than the list of test articles" in text(page)
    next(one for one in page.button if one.label == "Load its test articles again").click().run()
    assert asked == ["held_out"]
    held.save(run.classifier_folder)
    page.run()
    assert page.metric[0].label == "Accuracy"


def test_a_study_that_failed_says_why_and_can_be_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    session, _, _ = visitor(without=True)
    state = jobs.State(status="failed", why="n.json has changed since this run was trained.")
    monkeypatch.setattr(jobs, "state", lambda folder, name: state)
    page = open_page(PAGE, session)
    assert "n.json has changed" in text(page)
    assert "Load its test articles again" in [one.label for one in page.button]
    state = jobs.State(status="working", stage="reading the news", share=0.5)
    page.run()
    assert not page.exception
    assert not [one for one in page.button if one.label.startswith("Find")]


def test_a_brought_classifier_has_no_articles(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = paths.imported() / "x"
    made(FEW).save(folder)
    imported = ImportedClassifier(id="b" * 22, folder=folder, imported_at=datetime(2024, 1, 31, tzinfo=UTC))
    monkeypatch.setattr(ImportedClassifiers, "of_owner", lambda self, owner: [imported])
    page = open_page(PAGE)
    assert "uploaded as a file, which contains no articles" in text(page)


def test_a_damaged_study_is_said_and_the_page_stands() -> None:
    session, run, _ = visitor()
    artifacts.artifact_path(run.classifier_folder, "held_out").write_bytes(b"PK\x03\x04")
    page = open_page(PAGE, session)
    assert "held_out.npz is damaged" in page.error[0].value.replace("\\", "").replace("\u2060", "")
    page.run()
    assert "Load its test articles again" in [one.label for one in page.button]


def test_the_run_that_was_trained_last_is_evaluated_first_and_the_choice_stays() -> None:
    session, first, _ = visitor()
    page = open_page(PAGE, session)
    assert chosen(page, "Which network").value == first.id
    session, second, _ = visitor(MANY)
    page.run()
    assert chosen(page, "Which network").value == first.id  # a run that joins takes nobody's place
    page.session_state["session"].choose_run(second.id)
    page.run()
    assert chosen(page, "Which network").value == second.id


# --- Two as one ---


def confused() -> HeldOut:
    """ANIMALS and HOMES are taken for one another for half of their articles."""
    y = np.repeat([0, 1, 2], 40)
    answers = y.copy()
    answers[:20], answers[40:60] = 1, 0
    texts = [[2, 3, 4]] * 40 + [[5, 6]] * 40 + [[7, 8]] * 40
    held = random_held_out(3)
    return replace(
        held,
        test=held_out_part(y, np.eye(3)[answers] * 3, texts=texts),
        validation=held_out_part(y, np.eye(3)[y], texts=texts),
    )


def test_twins_stand_side_by_side_with_the_words_that_tell_them_apart() -> None:
    page = view(open_page(PAGE, visitor(held_out=confused())[0]), "Confusable")
    assert "20 of 40 articles in ANIMALS are called HOMES, and 20 of 40 in HOMES are called ANIMALS" in text(
        page
    )
    words = [one.value for one in page.markdown if "gray-background" in one.value]
    assert words == [
        ":gray-background[cat] :gray-background[dog]",
        ":gray-background[roof] :gray-background[door]",
    ]


def test_no_pair_is_no_twin() -> None:
    y = np.array([0, 1, 2] * 5)
    held = replace(random_held_out(3), test=held_out_part(y, np.eye(3)[y] * 3))
    assert "None of them are confusable" in text(
        view(open_page(PAGE, visitor(held_out=held)[0]), "Confusable")
    )


def test_merge_starts_a_run_of_the_same_file_and_both_results_stand_beside_each_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    held = confused()
    session, run, _ = visitor(held_out=held)
    begun: list[RunSettings] = []

    def start_again(self: Session, of: Run, settings: RunSettings) -> Run:
        assert of.id == run.id
        begun.append(settings)
        again = self.store.create(
            settings, news=of.news, news_name=of.news_name, fingerprint=of.fingerprint, owner=self.visitor
        )
        again.append(Preparing(stage="cleaning", share=0.5, seconds=1.0))
        return again

    monkeypatch.setattr(starting_runs, "start_again", start_again)
    page = view(open_page(PAGE, session), "Confusable")
    page.button(key="merge").click().run()
    assert not page.exception
    (settings,) = begun
    assert replace(settings, merged=()) == run.settings
    assert settings.merged_names == ("ANIMALS + HOMES",)
    again = next(one for one in session.runs() if one.settings.merged)
    assert "did not finish" in text(page)  # no process stands behind it

    # Learnt as one it is right for 110 of 120; the old one, judged as one, for all.
    names = ("ANIMALS + HOMES", "SPORTS")
    y = np.repeat([0, 1], [80, 40])
    answers = y.copy()
    answers[:10] = 1
    ended(again, made(names), replace(random_held_out(2), test=held_out_part(y, np.eye(2)[answers] * 3)))
    page.run()
    assert not page.exception
    table = page.table[0].value
    assert table["Judged apart"].tolist() == ["66.7\u00a0%", "–"]
    assert table["Judged as one"].tolist() == ["100.0\u00a0%", "91.7\u00a0%"]
    assert "Learning them apart is better by 8.3 points" in text(page)
    assert chosen(page, "Which network").value == run.id
    chosen(page, "Which network").set_value(again.id).run()
    assert "Trained with these as one category: ANIMALS + HOMES." in text(page)


def test_a_merge_that_cannot_start_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise RunError("One of your runs is training.")

    monkeypatch.setattr(starting_runs, "start_again", refuse)
    page = view(open_page(PAGE, visitor(held_out=confused())[0]), "Confusable")
    page.button(key="merge").click().run()
    assert "One of your runs is training" in page.error[0].value


@pytest.mark.parametrize("what", ["other file", "two labels"])
def test_what_is_no_merge_of_this_run(what: str) -> None:
    """A merged run of another file is not this one's; and of two categories nothing can be merged."""
    held = confused()
    labels: tuple[str, ...] = FEW
    if what == "two labels":
        y = np.repeat([0, 1], 40)
        answers = y.copy()
        answers[:20] = 1
        labels, held = (
            FEW[:2],
            replace(random_held_out(2), test=held_out_part(y, np.eye(2)[answers] * 3, texts=[[2, 3]] * 80)),
        )
    session, run, _ = visitor(labels, held)
    if what == "other file":
        session.store.create(
            run.settings.with_merged("ANIMALS", "HOMES"),
            news=run.news,
            news_name="other.json",
            fingerprint="1" * 64,
            owner=session.visitor,
        )
    page = view(open_page(PAGE, session), "Confusable")
    assert ("merge" in [one.key for one in page.button]) == (what == "other file")
    assert ("there is nothing to predict" in text(page)) == (what == "two labels")


def test_a_merge_trains_as_long_as_the_run_did_and_is_found_in_any_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session, run, _ = visitor(held_out=confused())
    run.set_overrides(RunOverrides(epochs=9, learning_rate=0.0005, continue_after=3))
    wanted: list[RunSettings] = []
    monkeypatch.setattr(starting_runs, "start_again", lambda self, of, settings: wanted.append(settings))
    page = view(open_page(PAGE, session), "Confusable")
    page.button(key="merge").click().run()
    (settings,) = wanted
    assert (settings.training.epochs, settings.training.learning_rate) == (9, 0.0005)
    # The same two, named the other way round.
    training = replace(run.settings.training, epochs=9, learning_rate=0.0005)
    session.store.create(
        replace(run.settings, training=training).with_merged("HOMES", "ANIMALS"),
        news=run.news,
        news_name=run.news_name,
        fingerprint=run.fingerprint,
        owner=session.visitor,
    )
    page.run()
    assert "merge" not in [one.key for one in page.button]


def test_a_visitor_has_one_run_at_work(monkeypatch: pytest.MonkeyPatch) -> None:
    session, run, _ = visitor()
    news = replace(read_news(paths.SAMPLE), fingerprint=run.fingerprint)
    monkeypatch.setattr("core.runs.start.at_work", lambda store, owner: run)
    monkeypatch.setattr("pages.caches.read_news", lambda task: news)
    with pytest.raises(RunError, match="One of your runs is training"):
        starting_runs.start_again(session, run, run.settings.with_merged("ANIMALS", "HOMES"))
    assert len(session.runs()) == 1


@pytest.mark.parametrize(("factor", "said"), [(3.0, "less sure"), (0.3, "surer")])
def test_a_temperature_says_what_it_does(factor: float, said: str) -> None:
    """Answers that claim as they should, made to claim too much or too little."""
    rng = np.random.default_rng(4)
    logits = rng.normal(0, 1.5, (2_000, 3))
    probabilities = softmax(logits, axis=1)
    y = np.array([rng.choice(3, p=row) for row in probabilities])
    part = held_out_part(y, logits * factor)
    page = view(
        open_page(PAGE, visitor(held_out=replace(random_held_out(3), test=part, validation=part))[0]),
        "Calibration",
    )
    page.toggle[0].set_value(True).run()
    assert f"which makes every answer {said}" in text(page)


def test_where_it_fails_names_the_surest_mistakes() -> None:
    session, _, held = visitor()
    page, test = view(open_page(PAGE, session), "Where it fails"), held.test
    probabilities = softmax(test.logits.astype(float), axis=1)
    answers = probabilities.argmax(axis=1)
    wrong = np.flatnonzero(answers != test.y)
    surest = wrong[np.argsort(-probabilities[wrong].max(axis=1), kind="stable")][:10]
    lines = next(one.value for one in page.markdown if one.value.startswith("- headline")).split("\n")
    assert [line.strip() for line in lines] == [
        line
        for row in surest
        for line in (
            f"- headline {row}",
            f"{FEW[test.y[row]]}, called **{FEW[answers[row]]}** with {100 * probabilities[row].max():.1f}\u00a0%",
        )
    ]


def test_start_again_takes_the_old_runs_file_and_refuses_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.runs.scheduler.start", lambda run: None)
    session = Session("visitor", paths.visitors() / "visitor.json")
    news = read_news(paths.SAMPLE, name="n.json")
    first = session.store.create(
        RunSettings(),
        news=paths.SAMPLE,
        news_name="n.json",
        fingerprint=news.fingerprint,
        owner=session.visitor,
    )
    again = starting_runs.start_again(session, first, first.settings.with_merged("FOOD", "TRAVEL"))
    assert (again.news, again.fingerprint, again.owner) == (first.news, first.fingerprint, first.owner)
    assert again.settings.merged_names == ("FOOD + TRAVEL",)
    assert session.run is None  # the Train page goes on with what was chosen there
    changed = replace(first, fingerprint="0" * 64)
    with pytest.raises(RunError, match="has changed since"):
        starting_runs.start_again(session, changed, again.settings)


# --- A file of one's own ---


def test_a_run_that_was_scored_on_a_test_file_says_what_of_it_was_left_out() -> None:
    session, run, _ = visitor()
    left_out = (LeftOut(reason=UNKNOWN_CATEGORY, rows=7, category="Politics"),)
    sizes = {"training_rows": 80, "validation_rows": 5, "test_rows": 93, "categories": 3, "words": 9}
    run.append(Prepared(**sizes, majority=0.4, parameters=9, seconds=1.0, test_left_out=left_out))
    page = open_page(PAGE, session)
    assert "Scored on the test file in the archive: 100 rows given, 93 scored, 7 left out:" in text(page)


def uploaded(page: AppTest, rows: list[tuple[str, str]], name: str = "mine.csv") -> AppTest:
    """The page once a CSV of (headline, category) was uploaded on its last view."""
    page.segmented_control(key="evaluate_view").set_value("Own file").run()
    content = io.StringIO()
    csv.writer(content).writerows([("headline", "category"), *rows])
    page.file_uploader[0].upload(name, content.getvalue().encode()).run()
    assert not page.exception
    return page


def test_a_file_of_ones_own_is_scored_and_its_rows_are_accounted_for() -> None:
    session, run, _ = visitor()
    page = open_page(PAGE, session)
    rows = [("cat", "Animals"), ("=roof", " homes "), ("goal", "SPORTS"), ("dog", "Politics"), ("dog", "")]
    uploaded(page, rows)
    assert not page.error
    assert "5 rows given, 3 scored, 2 left out:" in text(page)
    assert "1 of category 'Politics', which the network does not know" in text(page)
    assert page.file_uploader[0].value is None  # a fresh uploader, which holds nothing
    classifier = Classifier.load(run.classifier_folder)
    predicted = classifier.predict(["cat", "=roof", "goal"])
    right = sum(one.label == label for one, label in zip(predicted, FEW, strict=True))
    assert metrics(page)["Accuracy"] == f"{100 * right / 3:.1f}\u00a0%"
    answer = fetch_download(page, "Download the answers (CSV)")
    table = list(csv.reader(io.StringIO(answer.body.decode("utf-8-sig"), newline="")))
    assert table[0] == ["category", "predicted", "probability", "text"]
    assert [row[1] for row in table[1:]] == [one.label for one in predicted]
    assert [row[3] for row in table[1:]] == ["cat", "'=roof", "goal"]
    assert fetch_download(page, "Download the answers (CSV)", "a stranger").status == 404
    assert sum(map(sum, grid(page)["counts"])) == 3
    page.run()
    assert "5 rows given" in text(page)  # it stays


def test_a_file_that_cannot_be_scored_is_refused_and_the_last_one_stays() -> None:
    session, _, _ = visitor()
    page = open_page(PAGE, session)
    uploaded(page, [("cat", "Politics")])
    assert "No article of mine.csv is of a category that this classifier knows" in literal_text(page)
    uploaded(page, [("cat", "ANIMALS")], "better.csv")
    assert not page.error
    page.file_uploader[0].upload("picture.csv", b"\x89PNG\r\n\x1a\n\x00").run()
    assert "a PNG image" in literal_text(page)
    assert "1 row given, 1 scored" in text(page)


def test_the_columns_of_a_file_can_be_chosen() -> None:
    session, run, _ = visitor()
    page = open_page(PAGE, session)
    page.segmented_control(key="evaluate_view").set_value("Own file").run()
    lines = ["nr;texte;avis;ressort", *(f"{n};un café {n};cat dog;Animals" for n in range(4))]
    page.file_uploader[0].upload("mine.csv", "\n".join(lines).encode("cp1252")).run()
    assert chosen(page, "Headline").value == "texte"
    assert chosen(page, "Encoding").value == "cp1252"
    assert "4 rows given, 4 scored." in text(page)
    chosen(page, "Headline").set_value("avis").run()
    label = Classifier.load(run.classifier_folder).predict(["cat dog"])[0].label
    assert metrics(page)["Accuracy"] == f"{100.0 * (label == 'ANIMALS'):.1f}\u00a0%"
    chosen(page, "Category").set_value("nr").run()
    assert "a category that this classifier knows" in literal_text(page)


def test_numbers_that_got_names_in_training_match_them() -> None:
    session = Session("visitor", paths.visitors() / "visitor.json")
    run = session.store.create(
        RunSettings(),
        news=paths.SAMPLE,
        news_name="n.json",
        fingerprint="0" * 64,
        owner=session.visitor,
        reading=Reading(category_names=(("1", "ANIMALS"), ("2", "SPORTS"))),
    )
    ended(run, made(FEW), random_held_out(len(FEW)))
    page = open_page(PAGE, session)
    uploaded(page, [("cat", "1"), ("goal", "2"), ("dog", "1"), ("vote", "3")])
    assert not page.error
    assert "4 rows given, 3 scored, 1 left out:" in text(page)


def test_a_file_that_is_no_text_has_no_encoding_to_choose() -> None:
    session, _, _ = visitor()
    page = open_page(PAGE, session)
    page.segmented_control(key="evaluate_view").set_value("Own file").run()
    content = io.BytesIO()
    pd.DataFrame({"headline": ["cat", "goal"], "category": ["ANIMALS", "SPORTS"]}).to_parquet(content)
    page.file_uploader[0].upload("mine.parquet", content.getvalue()).run()
    assert not page.exception
    assert "2 rows given, 2 scored." in text(page)
    assert chosen(page, "Category").value == "category"
    assert "Encoding" not in [box.label for box in page.selectbox]


def literal_text(page: AppTest) -> str:
    return " ".join(error.value for error in page.error).replace("\\", "").replace("\u2060", "")


def test_a_brought_classifier_is_scored_on_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = paths.imported() / "x"
    made(FEW).save(folder)
    imported = ImportedClassifier(id="b" * 22, folder=folder, imported_at=datetime(2024, 1, 31, tzinfo=UTC))
    monkeypatch.setattr(ImportedClassifiers, "of_owner", lambda self, owner: [imported])
    page = open_page(PAGE, Session("visitor", paths.visitors() / "visitor.json"))
    uploaded(page, [("cat", "animals"), ("goal", "sports")])
    assert "2 rows given, 2 scored." in text(page)
