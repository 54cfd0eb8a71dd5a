"""A map made, kept and found again: with its studies, without them, damaged, and of hardly any words."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.neighbors import NearestNeighbors

from core.insight import artifacts
from core.insight.word_map import computed_map
from core.insight.word_map.projection import INITIAL_ROWS
from core.insight.word_map.word_effects import NOT_MEASURED
from core.insight.word_map.word_map import WordMap, find_word, similar_spellings
from core.text.cleaning import CleaningSettings
from core.text.cleaning_steps import SEPARATOR
from tests.insight.word_maps import load_map, save_with_map, tiny_classifier


def test_made_kept_and_found_again(tmp_path: Path) -> None:
    classifier, reports = tiny_classifier(60), []
    folder = save_with_map(classifier, tmp_path / "one", computed=False)
    arrays = computed_map.compute_artifact(folder, lambda stage, share: reports.append((stage, share)))
    artifacts.write(folder, computed_map.NAME, arrays)
    word_map = WordMap.load(classifier, folder)
    rows = classifier.weights["embedding"][2:]
    assert len(word_map) == 58
    theirs = PCA(3, svd_solver="full").fit(rows.astype(float))
    assert word_map.axes.shares == pytest.approx(theirs.explained_variance_ratio_)
    assert np.abs(word_map.points) == pytest.approx(np.abs(theirs.transform(rows.astype(float))), abs=1e-6)
    assert word_map.computed
    assert word_map.computed.tsne.shape == (58, 2)
    assert word_map.has_effects
    assert set(word_map.categories.tolist()) <= {NOT_MEASURED, 0, 1, 2}
    assert [share for _, share in reports] == sorted(share for _, share in reports)
    assert {stage for stage, _ in reports} == {
        "placing the words by t-SNE",
        "taking each word out of headlines",
    }
    # The neighbours of the study, of the page and of scikit-learn.
    model = NearestNeighbors(n_neighbors=10, metric="cosine").fit(rows)
    cosines, places = model.kneighbors()
    assert np.array_equal(word_map.computed.nearest, places)
    near = word_map.neighbours(7)
    assert [neighbour for neighbour, _ in near] == (places[5] + 2).tolist()
    assert [cosine for _, cosine in near] == pytest.approx(1 - cosines[5], abs=1e-5)
    before = artifacts.read(folder, INITIAL_ROWS)["rows"]
    at_first = NearestNeighbors(n_neighbors=10, metric="cosine").fit(before[2:]).kneighbors()[1]
    assert [neighbour for neighbour, _ in word_map.initial_neighbours(7) or []] == (at_first[5] + 2).tolist()
    overlap = np.mean([len(set(a) & set(b)) for a, b in zip(places, at_first, strict=True)])
    assert word_map.computed.preserved_by_training == pytest.approx(overlap)
    assert word_map.initial_points() == pytest.approx(word_map.axes.project(before[2:]))


def test_a_rarer_word_has_neighbours_on_the_map_but_no_point(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(computed_map, "MOST_WORDS", 20)
    word_map = load_map(tiny_classifier(60), tmp_path / "one")
    assert len(word_map) == 20
    rows = word_map.embedding
    model = NearestNeighbors(n_neighbors=10, metric="cosine").fit(rows[2:22])
    assert [neighbour for neighbour, _ in word_map.neighbours(50)] == (
        model.kneighbors(rows[50:51])[1][0] + 2
    ).tolist()
    assert word_map.initial_neighbours(50) is None


@pytest.mark.parametrize("what", ["of", "schema", "tsne", "nearest", "effects", "not a zip", "nan"])
def test_a_study_that_is_damaged_or_of_other_weights_is_none(what: str, tmp_path: Path) -> None:
    classifier = tiny_classifier()
    folder = save_with_map(classifier, tmp_path / "one")
    arrays = artifacts.read(folder, computed_map.NAME)
    assert WordMap.load(classifier, folder).computed
    if what == "of":
        replace(classifier, card=replace(classifier.card, seed=99)).save(tmp_path / "other")
        (tmp_path / "other" / "classifier.json").replace(folder / "classifier.json")
    elif what == "not a zip":
        artifacts.artifact_path(folder, computed_map.NAME).write_bytes(b"x" * 100)
    elif what == "nan":
        artifacts.write(folder, computed_map.NAME, arrays | {"tsne": arrays["tsne"] * np.nan})
    elif what == "nearest":
        artifacts.write(folder, computed_map.NAME, arrays | {"nearest": arrays["nearest"] + 28})
    elif what == "schema":
        artifacts.write(folder, computed_map.NAME, arrays | {"schema": np.array(99)})
    else:
        artifacts.write(folder, computed_map.NAME, arrays | {what: arrays[what][:-1]})
    word_map = WordMap.load(classifier, folder)
    assert word_map.computed is None
    assert not word_map.has_effects
    assert set(word_map.categories.tolist()) == {NOT_MEASURED}


@pytest.mark.parametrize(
    "rows", [np.zeros((30, 5)), np.zeros((5, 4)), np.zeros(30), np.full((30, 4), np.nan)]
)
def test_rows_before_that_do_not_fit_are_none(rows: np.ndarray, tmp_path: Path) -> None:
    classifier = tiny_classifier()
    folder = save_with_map(classifier, tmp_path / "one", computed=False)
    artifacts.write(folder, INITIAL_ROWS, {"rows": rows.astype(np.float32)})
    word_map = WordMap.load(classifier, folder)
    assert word_map.initial_rows is None
    assert word_map.initial_points() is None
    assert word_map.initial_neighbours(5) is None


def test_without_held_out_articles_nothing_is_measured(tmp_path: Path) -> None:
    word_map = load_map(tiny_classifier(), tmp_path / "one", held_out=False, initial_rows=False)
    assert word_map.computed
    assert not word_map.has_effects
    assert word_map.computed.preserved_by_training < 0


@pytest.mark.parametrize("rows", [2, 3, 4, 6, 32])
def test_hardly_any_words(rows: int, tmp_path: Path) -> None:
    word_map = load_map(
        tiny_classifier(rows, known=tuple("etaoin"), tokenization="characters"), tmp_path / "one"
    )
    assert len(word_map) == rows - 2
    assert word_map.computed
    assert word_map.computed.nearest.shape == (rows - 2, max(0, min(10, rows - 3)))
    if rows > 2:
        assert len(word_map.neighbours(2)) == min(10, rows - 3)


def test_a_word_is_found_as_typed_in_small_letters_or_as_it_is_cleaned() -> None:
    classifier = tiny_classifier(known=("cat", "US", "us", SEPARATOR))
    number = classifier.vocabulary.token_id
    assert find_word(classifier, "US") == number("US")
    assert find_word(classifier, "CAT") == number("cat")
    assert find_word(classifier, " Cat,") == number("cat")
    assert find_word(classifier, "zebra cat") == number("cat")
    assert find_word(classifier, "zebra") is None
    assert find_word(classifier, SEPARATOR) == number(SEPARATOR)
    marked = replace(classifier, cleaning=CleaningSettings.marked())
    assert find_word(marked, "zebra") is None  # not the mark that cleaning sets behind it
    assert similar_spellings(classifier, "cta") == ["cat"]
    assert similar_spellings(classifier, "zzzz") == []
