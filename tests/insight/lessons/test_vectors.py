"""One-hot and learnt rows: distances and products against rows that are built whole; what is drawn and said."""

from pathlib import Path

import numpy as np
import pytest

from core.insight.lessons import random_embeddings
from core.insight.lessons.vectors import captions, compute
from core.insight.lessons.vectors.compute import ONE_HOT_DISTANCE, Distance, WordVectors
from core.insight.lessons.vectors.figures import MAX_WORDS, arrows_chart, distance_chart, vectors_chart
from core.text.vocabulary import FIRST_WORD_ID, Vocabulary
from tests.insight.word_maps import load_map, tiny_classifier
from tests.present import present

WORDS = ("the", "cat", "sat", "on")


@pytest.fixture
def rows() -> WordVectors:
    """By hand: "cat" and "sat" point the same way, "the" at right angles to both, "on" opposite to "cat"."""
    embedding = np.array([[0, 0], [1, 1], [0, 2], [3, 0], [0.5, 0], [-1, 0]], np.float32)
    return WordVectors(
        vocabulary=Vocabulary(words=WORDS, counts=(4, 3, 2, 1)), embedding=embedding, learnt=True
    )


@pytest.mark.claim("vectors", "any two one-hot vectors are √2 apart, their cosine is 0")
def test_any_two_one_hot_rows_are_as_far_as_said() -> None:
    one_hot = np.eye(50)
    distances = np.linalg.norm(one_hot[:, None] - one_hot[None], axis=2)
    assert np.allclose(distances[~np.eye(50, dtype=bool)], ONE_HOT_DISTANCE)
    assert np.allclose(one_hot @ one_hot.T - np.eye(50), 0)  # every cosine is 0


@pytest.mark.claim("vectors", "distance and cosine of two learnt embeddings")
def test_distances_are_those_worked_by_hand(rows: WordVectors) -> None:
    distances = compute.distances(rows, "cat", ["on", "the", "sat"])
    assert [(distance.word, distance.distance, distance.cosine) for distance in distances] == [
        ("sat", 0, 1),
        ("the", pytest.approx(2**0.5), 0),
        ("on", 2, -1),
    ]
    assert all(distance.distance**2 == pytest.approx(2 - 2 * distance.cosine) for distance in distances)


def test_a_row_of_zeros_is_at_no_angle_and_breaks_nothing(rows: WordVectors) -> None:
    assert compute.distances(rows, "cat", ["sat"])[0].distance == 0
    empty = WordVectors(vocabulary=rows.vocabulary, embedding=np.zeros_like(rows.embedding), learnt=True)
    assert compute.distances(empty, "cat", ["sat"]) == [Distance(word="sat", distance=0, cosine=0)]
    assert vectors_chart(empty, ["cat", "sat"]).data[-1].zmax == 1


@pytest.mark.claim("vectors", "one-hot times the table is the word's own row")
def test_one_hot_times_the_table_is_the_row() -> None:
    embedding = np.random.default_rng(2).normal(size=(40, 7)).astype(np.float32)
    for token_id in (0, 1, 17, 39):
        by_hand = [
            sum(float(row_id == token_id) * row[column] for row_id, row in enumerate(embedding))
            for column in range(7)
        ]
        assert compute.one_hot_product(embedding, token_id).tolist() == pytest.approx(by_hand)
        assert np.array_equal(compute.one_hot_product(embedding, token_id), embedding[token_id])


@pytest.mark.claim("vectors", "how many numbers both take")
def test_sizes_are_products() -> None:
    word, file = compute.storage_sizes(
        vocabulary_size=30_000, dimensions=64, texts=[("one word", 1), ("file", 6_541_234)]
    )
    assert (word.one_hot, word.embedding) == (30_000, 64)
    assert (file.one_hot, file.embedding) == (196_237_020_000, 418_638_976)


def test_known_words_are_those_with_a_row(rows: WordVectors) -> None:
    assert rows.known(["sat", "bird", "sat", "the", "¶"]) == ["sat", "the"]


def test_the_second_word_and_the_nearest_are_always_compared() -> None:
    words = [f"w{number}" for number in range(20)]
    compared = compute.comparison_words(words, ["n1", "w3", "n2", "n4"], first="w0", second="w19", most=11)
    assert compared == ["w19", *(f"w{number}" for number in range(1, 8)), "n1", "n2"]
    assert compute.comparison_words(["a", "b"], [], first="a", second="b", most=11) == ["b"]


@pytest.mark.claim("vectors", "before training the rows are uniform between -0.05 and 0.05")
def test_untrained_rows_are_keras_range_and_a_longer_row_begins_as_the_shorter() -> None:
    few, many = random_embeddings.random_rows([5, 9], 4), random_embeddings.random_rows([9, 5, 2], 12)
    assert np.array_equal(few, many[[1, 0], :4])
    vectors = random_embeddings.random_rows(range(500), 20)
    assert np.abs(vectors).max() <= random_embeddings.FARTHEST
    assert vectors.mean() == pytest.approx(0, abs=0.002)
    assert vectors.std() == pytest.approx(0.1 / 12**0.5, rel=0.02)  # of a uniform distribution
    assert random_embeddings.random_rows([], 3).shape == (0, 3)


@pytest.mark.claim("vectors", "who is nearest before and after training")
def test_before_training_is_the_kept_table_or_one_drawn_anew(tmp_path: Path) -> None:
    classifier = tiny_classifier(30)
    word_map = load_map(classifier, tmp_path / "kept", held_out=False, computed=False)
    near, stored = compute.initial_neighbours(word_map, 4, most=3)
    cosines = _cosines(present(word_map.initial_rows), 4)
    assert stored
    assert [token_id for token_id, _ in near] == sorted(cosines, key=lambda token_id: -cosines[token_id])[:3]

    without_initial = load_map(
        classifier, tmp_path / "forgotten", held_out=False, initial_rows=False, computed=False
    )
    near, stored = compute.initial_neighbours(without_initial, 4, most=3)
    cosines = _cosines(random_embeddings.random_rows(range(30), 4), 4)
    assert not stored
    assert [token_id for token_id, _ in near] == sorted(cosines, key=lambda token_id: -cosines[token_id])[:3]
    assert [cosine for _, cosine in near] == pytest.approx(
        [cosines[token_id] for token_id, _ in near], abs=1e-6
    )


def _cosines(embedding: np.ndarray, word: int) -> dict[int, float]:
    lengths = np.linalg.norm(embedding, axis=1)
    return {
        other: float(embedding[word] @ embedding[other] / lengths[word] / lengths[other])
        for other in range(FIRST_WORD_ID, len(embedding))
        if other != word
    }


def test_the_nearest_of_a_word_beyond_the_map_before_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.insight.word_map.computed_map.MOST_WORDS", 10)
    word_map = load_map(
        tiny_classifier(30), tmp_path / "c", held_out=False, initial_rows=False, computed=False
    )
    near, stored = compute.initial_neighbours(word_map, 25, most=4)
    embedding = random_embeddings.random_rows(range(30), 4)
    cosines = {token_id: cosine for token_id, cosine in _cosines(embedding, 25).items() if token_id < 12}
    assert not stored
    assert [token_id for token_id, _ in near] == sorted(cosines, key=lambda token_id: -cosines[token_id])[:4]


def test_the_figures_show_the_distances_and_the_rows(rows: WordVectors) -> None:
    distances = compute.distances(rows, "cat", ["on", "the", "sat"])
    figure = distance_chart("cat", distances, "the", learnt=True)
    points = figure.data[1]
    assert list(points.x) == [distance.distance for distance in distances]
    assert list(points.marker.size).index(14) == 1
    assert figure.layout.title.text == "“cat” and “the”: 1.41 learnt, 1.41 one-hot"
    assert list(figure.layout.yaxis.range) == [MAX_WORDS - 0.4, -0.8]
    cells = vectors_chart(rows, ["cat", "on"])
    assert cells.data[1].x == (3.5 / 6,)  # row 3 of six
    assert np.array_equal(cells.data[-1].z, [[3, 0], [-1, 0]])
    assert cells.layout.title.text == "6 numbers with a single 1, or 2 numbers"


@pytest.mark.claim(
    "vectors", "the drawn angle between two embeddings has their cosine; two one-hot vectors stand at 90°"
)
@pytest.mark.parametrize(("second", "degrees"), [("sat", 0), ("the", 90), ("on", 180)])
def test_the_arrows_stand_at_the_angle_of_the_vectors(rows: WordVectors, second: str, degrees: int) -> None:
    (pair,) = compute.distances(rows, "cat", [second])
    figure = arrows_chart("cat", second, pair, learnt=True)
    arrows = [annotation for annotation in figure.layout.annotations if annotation.showarrow]
    tips = np.array([(arrow.x - arrow.ax, arrow.y - arrow.ay) for arrow in arrows])
    assert np.linalg.norm(tips, axis=1) == pytest.approx(np.ones(4))
    assert tips[0] @ tips[1] == pytest.approx(0)  # one-hot
    assert tips[2] @ tips[3] == pytest.approx(pair.cosine)
    assert captions.arrows_title(pair) == f"{degrees}° between them, 90° one-hot"
    assert f"an angle of {degrees}°" in captions.arrows("cat", pair, learnt=True)


def test_the_sentence_names_the_nearest_and_the_farthest(rows: WordVectors) -> None:
    found = compute.distances(rows, "cat", ["on", "the", "sat"])
    assert captions.distances("cat", found, learnt=True) == (
        "One-hot, every other word is 1.41 from “cat”. By the learnt rows “sat” is nearest among "
        "those in the chart (0.00) and "
        "“on” farthest (2.00)."
    )
    assert "that have learnt nothing, “sat” is 0.00" in captions.distances("cat", found[:1], learnt=False)
    assert captions.distances("cat", [], learnt=True) == "One-hot, every other word is 1.41 from “cat”."


@pytest.mark.parametrize("word", ["<b>bold</b>", "$x$", "a&b"])
def test_no_word_is_markup(word: str) -> None:
    odd = WordVectors(
        vocabulary=Vocabulary(words=(word, "x"), counts=(2, 1)),
        embedding=np.eye(4, dtype=np.float32),
        learnt=False,
    )
    for figure in (
        distance_chart("x", compute.distances(odd, "x", [word]), word, learnt=False),
        arrows_chart("x", word, compute.distances(odd, "x", [word])[0], learnt=False),
        vectors_chart(odd, [word, "x"]),
    ):
        assert word not in figure.to_json()
