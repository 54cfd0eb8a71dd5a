"""Why this answer: the four looks below a typed headline, each against what core computes of the same weights."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core import paths
from core.insight.prediction import cost
from core.insight.prediction.attribution import Attribution, attribute_words, read_along
from core.insight.prediction.counterfactuals import smallest_flip, substitution_counterfactuals
from core.model.classifier import Classifier
from core.text.cleaning import CleaningSettings
from pages.predict import contributions, counterfactuals
from pages.predict import read_along as read_along_view
from pages.predict.contributions import contribution_caption
from pages.predict.counterfactuals import counterfactual_caption
from pages.predict.explanations import ADDS, BESIDE, CHANGE, READ
from pages.session import Session
from pages.widgets import prediction_work
from tests.pages.opening import create_run, end_run, open_page
from tests.pages.test_predict import ODD, PAGE, made, typed

WORDS = ("the", "cat", "sat", "on", "a", "zebra")
HEADLINE = "The cat sat on a zebra"


@pytest.fixture
def starter(starter_folder: Path) -> Classifier:
    classifier = made("ANIMALS", "HOMES", "SPORTS")
    classifier.save(starter_folder)
    return classifier


def looked(look: str, headline: str = HEADLINE) -> AppTest:
    page = typed(open_page(PAGE), headline)
    page.segmented_control(key="why").set_value(look).run()
    assert not page.exception
    return page


def component(page: AppTest, kind: str, part: str) -> list[Any]:
    """Of each component that has ``part`` in its data: that part."""
    found = [json.loads(one.proto.json) for one in page.get("bidi_component")]
    return [data[part] for data in found if part in data]


def said(page: AppTest) -> str:
    return "\n".join(one.value for one in [*page.markdown, *page.caption, *page.info])


def test_nothing_is_computed_until_somebody_asks(starter: Classifier) -> None:
    page = typed(open_page(PAGE), HEADLINE)
    assert page.segmented_control(key="why").value is None
    assert not page.get("plotly_chart")


# --- Read along ---


def test_each_step_has_the_answer_to_the_words_so_far(starter: Classifier) -> None:
    page = looked(READ)
    (steps,) = component(page, "player", "steps")
    assert len(steps) == len(WORDS)
    for size, bars in enumerate(steps, start=1):
        (alone,) = starter.predict([" ".join(WORDS[:size])])
        assert [(bar["label"], bar["share"]) for bar in bars] == [
            (label, pytest.approx(share, abs=1e-3)) for label, share in alone.ranking
        ]
    assert component(page, "player", "words") == [list(WORDS)]
    (chart,) = page.get("plotly_chart")
    assert "it has" in chart.proto.alt
    assert chart.proto.alt in said(page).replace("\\", "")
    assert "only learnt from whole texts" in said(page)


def test_both_directions_where_there_are_two(starter: Classifier) -> None:
    page = looked(READ)
    page.segmented_control(key="read_from").set_value("From the right").run()
    assert not page.exception
    (steps,) = component(page, "player", "steps")
    (alone,) = starter.predict(["a zebra"])
    assert steps[1][0]["label"] == alone.label
    assert component(page, "player", "right") == [True]
    assert read_along(starter, WORDS, from_right=True).label == read_along(starter, WORDS).label


# --- What each word adds ---


def test_colour_and_figure_are_the_contribution(starter: Classifier) -> None:
    page = looked(ADDS)
    found = attribute_words(starter, WORDS)
    tokens = component(page, "tokens", "tokens")[-1]
    assert [token["word"] for token in tokens] == list(WORDS)
    assert [token["number"] for token in tokens] == [f"{one:+.2f}" for one in found.salience]
    weights = np.array([token["weight"] for token in tokens])
    assert weights == pytest.approx(found.salience / np.abs(found.salience).max(), abs=1e-6)
    assert f"Together they are {found.salience.sum():+.2f}" in said(page)
    page.segmented_control(key="contributions_by").set_value("leave-one-out").run()
    assert not page.exception
    other = attribute_words(starter, WORDS, method="leave-one-out")
    tokens = component(page, "tokens", "tokens")[-1]
    assert [token["number"] for token in tokens] == [f"{one:+.2f}" for one in other.salience]


def test_another_category_can_be_asked_for(starter: Classifier) -> None:
    page = looked(ADDS)
    (answer,) = starter.predict([HEADLINE])
    label = starter.labels.index(answer.label)
    other = (label + 1) % 3
    page.selectbox(key=f"contributions_to/{label}").set_value(other).run()
    assert not page.exception
    found = attribute_words(starter, WORDS, label=other)
    tokens = component(page, "tokens", "tokens")[-1]
    assert [token["number"] for token in tokens] == [f"{one:+.2f}" for one in found.salience]


def test_contributions_in_words() -> None:
    def given(*salience: float, without: list[float] | None = None) -> Attribution:
        return Attribution(
            words=("sun", "rain")[: len(salience)],
            salience=np.array(salience),
            method="leave-one-out" if without else "integrated gradients",
            label=0,
            probability_without=np.array(without) if without else None,
        )

    assert contribution_caption(given(2.0, -1.0), "A") == (
        "“sun” speaks most for A. “rain” speaks most against it."
    )
    assert contribution_caption(given(2.0, 1.0), "A") == "“sun” speaks most for A. No word speaks against it."
    assert (
        contribution_caption(given(-2.0, -1.0), "A") == "No word speaks for A. “sun” speaks most against it."
    )
    assert contribution_caption(given(0.0), "A") == "No word speaks for A or against it."
    assert "without it A would have 12.5\u00a0%" in contribution_caption(
        given(2.0, 1.0, without=[0.125, 0.3]), "A"
    )


# --- Another word ---


def test_the_neighbours_and_what_they_would_do(starter: Classifier) -> None:
    page = looked(CHANGE)
    table = page.dataframe[0].value
    changes = substitution_counterfactuals(starter, WORDS, 0)
    assert table["Replaced by"].tolist() == [*(one.substitutions[0].word for one in changes[:-1]), "nothing"]
    assert table["Answer"].tolist() == [one.label for one in changes]
    flip, tried = smallest_flip(starter, WORDS)
    assert f"{tried} changes" in said(page)
    if flip:
        tokens = component(page, "tokens", "tokens")[-1]
        kept = [token["word"] for token in tokens if token["status"] != "removed"]
        assert kept == list(flip.words)
        assert [token["status"] for token in tokens].count("removed") == len(flip.substitutions)
    pills = page.pills[0]
    pills.set_value(5).run()  # unknown: no neighbours
    assert not page.exception
    assert page.dataframe[0].value["Replaced by"].tolist() == ["nothing"]
    assert "has no neighbours" in said(page)


def test_changes_in_words() -> None:
    assert "does not depend on “sun”" in counterfactual_caption("sun", "A", 0, 9)
    assert "The answer depends on “sun”" in counterfactual_caption("sun", "A", 9, 9)
    assert (
        counterfactual_caption("sun", "A", 3, 9)
        == "3 of these 9 replacements for “sun” change the answer from A."
    )
    assert "can only be left out" in counterfactual_caption("sun", "A", 1, 1)


def test_a_word_that_stands_there_twice_can_be_chosen_at_each_place(starter: Classifier) -> None:
    words = ("the", "cat", "sat", "on", "the", "mat")
    page = looked(CHANGE, " ".join(words))
    for place in (4, 0):
        page.pills[0].set_value(place).run()
        assert page.pills[0].value == place
        probabilities = page.dataframe[0].value["Probability"].tolist()
        expected = [
            f"{100 * one.probability:.1f}\u00a0%"
            for one in substitution_counterfactuals(starter, words, place)
        ]
        assert probabilities == expected


def test_another_headline_begins_with_its_own_first_word(starter: Classifier) -> None:
    page = looked(CHANGE, "the cat")
    page.pills[0].set_value(1).run()
    typed(page, "a mat")
    assert page.pills[0].value == 0


# --- Two classifiers ---


def test_two_classifiers_answer_the_same_headline(starter: Classifier) -> None:
    other = made("CARS", "SHIPS", seed=5)
    other = replace(other, cleaning=CleaningSettings.marked())  # the mark is set once, by each for itself
    session = Session("visitor", None)
    end_run(create_run(session), other)
    page = typed(open_page(PAGE, session), HEADLINE)
    page.segmented_control(key="why").set_value(BESIDE).run()
    assert not page.exception
    answers = [one.predict([HEADLINE])[0] for one in (starter, other)]
    shown = component(page, "ranking", "rows")[-2:]
    for rows, answer in zip(shown, answers, strict=True):
        assert [(row["label"], row["share"]) for row in rows] == [
            (label, pytest.approx(share, abs=1e-3)) for label, share in answer.ranking
        ]
    assert f"They disagree: {answers[0].label} and {answers[1].label}." in said(page)


def test_alone_there_is_nothing_to_compare_with(starter: Classifier) -> None:
    assert "no second classifier yet" in said(looked(BESIDE))


# --- What may be typed ---


@pytest.mark.parametrize("look", [READ, ADDS, CHANGE, BESIDE])
@pytest.mark.parametrize("headline", ["\u200b\x07", "zebra", "cat " * 50, *ODD])
def test_any_text_can_be_looked_at(starter: Classifier, look: str, headline: str) -> None:
    page = looked(look, headline)
    for one in [*page.markdown, *page.caption]:
        assert "<script>" not in one.value
        assert ":red[" not in one.value.replace("\u2060", "")


def test_labels_are_no_markup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(*ODD).save(tmp_path / "odd")
    monkeypatch.setattr(paths, "STARTER", tmp_path / "odd")
    page = typed(open_page(PAGE), HEADLINE)
    for look in (READ, ADDS, CHANGE):
        page.segmented_control(key="why").set_value(look).run()
        assert not page.exception
        for one in [*page.markdown, *page.caption]:
            assert "<script>" not in one.value
            assert "](x)" not in one.value


def test_forty_one_categories(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(*(f"CATEGORY {number}" for number in range(41))).save(tmp_path / "many")
    monkeypatch.setattr(paths, "STARTER", tmp_path / "many")
    page = typed(open_page(PAGE), HEADLINE)
    for look in (READ, ADDS, CHANGE):
        page.segmented_control(key="why").set_value(look).run()
        assert not page.exception
    page.segmented_control(key="why").set_value(READ).run()
    (steps,) = component(page, "player", "steps")
    assert steps[0][-1]["label"] == "36 others"


# --- Much work ---


@pytest.mark.slow
@pytest.mark.parametrize("look", [READ, ADDS, CHANGE])
def test_what_is_much_work_is_done_by_a_process_and_shows_the_same(
    starter: Classifier, look: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = looked(look)
    for module in (prediction_work, contributions):
        monkeypatch.setattr(module, "SMALL_WORK", 0.0)
    for name in ("read_along", "attribute_words", "substitution_counterfactuals"):
        for module in (contributions, counterfactuals, read_along_view):
            monkeypatch.setattr(module, name, lambda *_, **__: pytest.fail("computed here"), raising=False)
    by_process = looked(look)
    assert said(by_process) == said(here)
    assert [element.proto.alt for element in by_process.get("plotly_chart")] == [
        element.proto.alt for element in here.get("plotly_chart")
    ]
    assert [table.value.to_dict() for table in by_process.dataframe] == [
        table.value.to_dict() for table in here.dataframe
    ]


@pytest.mark.parametrize(
    ("look", "sentence"),
    [
        (READ, "Reading 6 words one by one through this network would take about 1 minute."),
        (ADDS, "Measuring the share of 6 words through this network would take about 1 minute."),
        (CHANGE, "Changing 6 words one or two at once through this network would take about 1 minute."),
    ],
)
def test_what_would_take_over_a_minute_is_refused_with_what_to_shorten(
    starter: Classifier, look: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here a minute is as long as three words take."""
    network, vocabulary = starter.network, len(starter.vocabulary)
    three_words = {
        READ: cost.read_along_work(network, 3),
        ADDS: cost.integrated_gradients_work(network, 3),
        CHANGE: cost.flip_work(network, 3, vocabulary=vocabulary),
    }
    monkeypatch.setattr(cost, "MOST_WORK", three_words[look])
    page = looked(look)
    assert f"{sentence} Shorten the headline to 3 words." in said(page)
    assert "Most likely" in [metric.label for metric in page.metric]  # the prediction is there


def test_an_inexact_sum_is_said() -> None:
    attribution = Attribution(
        words=("a",),
        salience=np.ones(1, np.float32),
        method="integrated gradients",
        label=0,
        completeness_gap=-0.0123,
    )
    assert (
        contributions.completeness_note(attribution)
        == " This is only exact to 0.01. More would take over a minute."
    )
    assert contributions.completeness_note(replace(attribution, completeness_gap=1e-4)) == ""


def test_ten_predictions_of_a_headline_may_be_too_many(
    starter: Classifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = cost.substitution_work(starter.network, 4, vocabulary=len(starter.vocabulary))
    monkeypatch.setattr(cost, "MOST_WORK", work)
    assert (
        "Predicting 6 words ten times through this network would take about 1 minute. "
        "Shorten the headline to 4 words." in said(looked(CHANGE))
    )
