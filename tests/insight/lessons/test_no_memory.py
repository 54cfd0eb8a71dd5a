"""A network without memory: by hand, against scikit-learn's own probabilities, and in every order of its words."""

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from core import paths
from core.insight.lessons.no_memory import captions, compute
from core.insight.lessons.no_memory.compute import Answers, DenseNetwork, WordOccurrences
from core.insight.lessons.no_memory.figures import answers_chart
from core.model.classifier import Classifier
from core.news.news import News
from core.settings.network import NetworkSettings, RecurrentLayer
from core.settings.training import TrainingSettings
from core.text.cleaning import CleaningSettings
from core.text.cleaning_steps import SEPARATOR
from core.training.preparation import split_articles
from pages.learn.no_memory.parts import ORDER_EXAMPLE
from tests.classifiers import random_classifier

WORDS = ("dog", "bites", "man", "cat", "sun")
NETWORK = NetworkSettings(
    vocabulary_size=7, sequence_length=6, embedding_size=3, layers=(RecurrentLayer(units=4),)
)


def classifier() -> Classifier:
    return random_classifier(NETWORK, labels=("A", "B"), cleaning=CleaningSettings(), known=WORDS)


def news(categories: int, rows: int = 90) -> News:
    random = np.random.default_rng(3)
    lines = [" ".join(random.choice(WORDS, random.integers(1, 6))) for _ in range(rows)]
    table = pd.DataFrame(
        {
            "headline": lines,
            "short_description": "",
            "category": pd.Series([f"C{row % categories}" for row in range(rows)], dtype="category"),
            "text": lines,
        }
    )
    return News(table=table, fingerprint="0" * 64, rejected=(), name="n.json")


def fitted(categories: int) -> tuple[DenseNetwork, Classifier, News]:
    trained, file = classifier(), news(categories)
    split = split_articles(file.table["category"], TrainingSettings())
    return DenseNetwork.fit(trained, file, split), trained, file


@pytest.mark.claim("no_memory", "the dense network is a linear layer on the mean of its words' embeddings")
@pytest.mark.parametrize("categories", [2, 3])
def test_it_is_scikit_learns_logistic_regression_on_the_mean_of_the_rows(categories: int) -> None:
    dense, trained, file = fitted(categories)
    articles = split_articles(file.table["category"], TrainingSettings())
    assert (len(dense.texts), dense.tested) == (len(articles.split.training), len(articles.split.test))

    def mean(row: int) -> np.ndarray:
        rows = [
            trained.weights["embedding"][trained.vocabulary.token_id(word)]
            for word in file.table["headline"][row].split()
        ]
        values: np.ndarray = np.mean(np.array(rows, float), axis=0)
        return values

    rows_of_parts = np.concatenate([articles.split.training, articles.split.test])
    scale = np.array([mean(row) for row in rows_of_parts])[: len(dense.texts)].std()
    x = {row: mean(row) / scale for row in rows_of_parts}
    model = LogisticRegression(tol=1e-9, max_iter=10_000).fit(
        [x[row] for row in articles.split.training], articles.y[articles.split.training]
    )
    for row in articles.split.test:
        ids = trained.encode(file.table["headline"][row].split())
        assert dense.probabilities(ids) == pytest.approx(model.predict_proba([x[row]])[0], abs=5e-3)
    right = model.score([x[row] for row in articles.split.test], articles.y[articles.split.test])
    assert dense.accuracy == pytest.approx(right, abs=1.5 / dense.tested)


@pytest.mark.claim("no_memory", "the dense network is a linear layer on the mean of its words' embeddings")
def test_one_probability_by_hand() -> None:
    dense, *_ = fitted(2)
    by_hand = replace(
        dense,
        embedding=np.array([[0.0], [9.0], [1.0], [4.0]], np.float32),
        weights=np.array([[0.0, 1.0]]),
        bias=np.array([0.0, -1.0]),
    )
    # The mean of 1, 1 and 4 is 2; the logits are 0 and 1.
    assert by_hand.probabilities([2, 3, 2])[1] == pytest.approx(np.e / (1 + np.e), rel=1e-12)


@pytest.mark.claim("no_memory", "no order of the words moves the dense network; the recurrent one moves")
def test_no_order_of_the_words_changes_one_bit_of_it_and_the_classifier_does_change() -> None:
    dense, trained, _ = fitted(3)
    words = ("dog", "bites", "man", "dog", "sun")
    recurrent_answers = []
    for order in itertools.permutations(range(5)):
        dense_answers, recurrent = compute.compare_answers(trained, dense, words, order)
        assert dense_answers.same
        assert dense_answers.moved_probability == 0
        recurrent_answers.append(recurrent)
    assert sum(not answers.same for answers in recurrent_answers) > 100
    (typed,) = trained.predict([" ".join(words)])
    assert float(recurrent_answers[0].before.max()) == pytest.approx(typed.probability, abs=1e-6)
    (backwards,) = trained.predict([" ".join(reversed(words))])
    assert float(recurrent_answers[-1].after.max()) == pytest.approx(backwards.probability, abs=1e-6)


@pytest.mark.claim(
    "no_memory",
    "an average of rows is the same in any order apart from rounding, which can change a last digit",
)
def test_an_average_in_another_order_is_the_same_apart_from_rounding() -> None:
    rows = np.random.default_rng(1).uniform(-0.05, 0.05, (9, 16)).astype(np.float32)
    averages = []
    for order in itertools.islice(itertools.permutations(range(9)), 0, None, 997):
        total = np.zeros(16, np.float32)
        for position in order:
            total = total + rows[position]
        averages.append(total / np.float32(len(rows)))
    exact = np.mean(rows.astype(np.float64), axis=0)
    assert all(np.abs(average - exact).max() < 1e-7 for average in averages)
    assert len({average.tobytes() for average in averages}) > 1  # not to the last bit


@pytest.mark.claim(
    "no_memory", "Keras's mean of embeddings gives the same answer in any order, apart from rounding"
)
@pytest.mark.slow
def test_keras_mean_of_embeddings_does_not_see_the_order() -> None:
    import keras

    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [
            keras.layers.Embedding(50, 16),
            keras.layers.GlobalAveragePooling1D(),
            keras.layers.Dense(3, activation="softmax"),
        ]
    )
    words = np.arange(1, 10)
    draw = np.random.default_rng(1)
    answers = np.asarray(model(np.array([words, *(draw.permutation(words) for _ in range(50))])))
    assert np.abs(answers - answers[0]).max() < 1e-6
    recurrent = keras.Sequential([keras.layers.Embedding(50, 16), keras.layers.GRU(8), keras.layers.Dense(3)])
    states = np.asarray(recurrent(np.array([words, words[::-1]])))
    assert np.abs(states[0] - states[1]).max() > 1e-4


def test_a_file_whose_training_part_has_one_category_and_one_that_lacks_one() -> None:
    means = np.random.default_rng(1).normal(size=(8, 3))
    weights, bias = compute._fit_dense_layer(means, np.full(8, 1, np.int32), 3)
    assert not weights.any()
    assert bias.tolist() == [-np.inf, 0, -np.inf]
    weights, bias = compute._fit_dense_layer(means, np.array([0, 2] * 4, np.int32), 3)
    assert bias[1] == -np.inf
    assert not weights[:, 1].any()


def test_orders() -> None:
    words = ("a", "b", "b", SEPARATOR, "c", "d")
    typed = tuple(range(6))
    assert compute.reordered(words, typed, "reversed") == (2, 1, 0, 3, 5, 4)
    for seed in range(8):
        shuffled = compute.reordered(words, typed, "shuffled", seed=seed)
        assert sorted(shuffled[:3]) == [0, 1, 2]
        assert shuffled[3] == 3
        changed = compute.swapped(words, typed, seed=seed)
        moved_positions = [position for position in range(6) if changed[position] != typed[position]]
        assert len(moved_positions) == 2
        assert words[changed[moved_positions[0]]] != words[moved_positions[0]]
        assert 3 not in moved_positions
    assert compute.reordered(words, (5, 1, 2, 3, 4, 0), "reversed") == (2, 1, 5, 3, 0, 4)
    assert compute.swapped(("a", "a", SEPARATOR), (0, 1, 2), seed=1) == (0, 1, 2)


@pytest.mark.claim("no_memory", "how many articles have a word at this place")
def test_words_by_place_are_counted_in_the_articles() -> None:
    dense, trained, file = fitted(3)
    articles = split_articles(file.table["category"], TrainingSettings())
    texts = [file.table["headline"][row].split() for row in articles.split.training]
    words = ("dog", "zebra", "man", SEPARATOR)
    occurrences = compute.word_occurrences(trained, dense, words, (2, 1, 0, 3))
    expected = [
        WordOccurrences(
            word=word,
            position=position,
            anywhere=sum(word in text for text in texts),
            at_position=sum(text[position : position + 1] == [word] for text in texts),
        )
        for word, position in (("man", 0), ("dog", 2))
    ]
    assert occurrences == expected
    assert 0 < occurrences[0].at_position < occurrences[0].anywhere


def test_what_is_said() -> None:
    def answers(*after: float) -> Answers:
        return Answers(labels=("A", "B"), before=np.array([0.75, 0.25]), after=np.array(after))

    assert captions.word_order(answers(0.75, 0.25), "It", changed=False) == (
        "It says A, 75.0\u00a0%. Now change the order."
    )
    assert captions.word_order(answers(0.75, 0.25), "It", changed=True) == (
        "It still says A. No probability moves."
    )
    assert captions.word_order(answers(0.5, 0.5), "It", changed=True) == (
        "It still says A, but its probabilities move: A goes from 75.0\u00a0% to 50.0\u00a0%. In total 25.0 points "
        "move."
    )
    assert captions.word_order(answers(0.25, 0.75), "It", changed=True) == (
        "It changes its answer from A to B: A goes from 75.0\u00a0% to 25.0\u00a0%. In total 50.0 points move."
    )


def test_the_picture_has_both_answers_and_no_markup() -> None:
    answers = Answers(
        labels=("<b>A</b>", "B", "C"),
        before=np.array([0.1, 0.7, 0.2]),
        after=np.array([0.6, 0.3, 0.1]),
    )
    figure = answers_chart(answers, "It", changed=True)
    _, after, before = figure.data
    assert list(after.x) == [0.3, 0.6, 0.1]
    assert list(before.x) == [0.7, 0.1, 0.2]
    assert list(figure.layout.yaxis.ticktext) == ["B ", "&lt;b&gt;A&lt;/b&gt; ", "C "]
    assert figure.layout.title.text == "It: 50.0 points move"
    same = replace(answers, after=answers.before)
    assert answers_chart(same, "It", changed=True).layout.title.text == "It: nothing moves"
    assert answers_chart(same, "It", changed=False).layout.title.text == "It: the order as typed"


@pytest.mark.claim("no_memory", "the example is answered differently when reversed")
def test_the_starter_answers_the_example_otherwise_from_right_to_left() -> None:
    starter = Classifier.load(paths.STARTER)
    backwards = " ".join(reversed(ORDER_EXAMPLE.split()))
    forward, backward = starter.predict([ORDER_EXAMPLE, backwards])
    assert forward.label != backward.label
