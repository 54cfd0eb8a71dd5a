"""The recorded results on "Who beat whom": what is stated of them, and that the kept classifiers have them."""

import numpy as np
import pytest
from sklearn.metrics import accuracy_score

from core import paths
from core.insight.order_task.results import (
    CELL_NAMES,
    CHANCE,
    EXAMPLE,
    LEARNERS,
    LONGER,
    PAIRS,
    TEAMS,
    WORDS,
    OrderResults,
    order_results,
)
from core.model.classifier import Classifier
from core.news.news import News, read_news
from core.settings.memory_race import BUDGET_TOLERANCE, layer_parameters
from core.training.preparation import prepare
from data.make_order_results import (
    DISTANCES,
    KEPT_SEED,
    SEEDS,
    SETTINGS,
    made_headlines,
    measure_linear_model,
    settings_of,
)
from data.make_who_beat_whom import NORTH, SOUTH, WON, distance, informative

SWAPPED = EXAMPLE.replace("Frostby", "X").replace("Sunford", "Frostby").replace("X", "Sunford")


@pytest.fixture(scope="module")
def results() -> OrderResults:
    return order_results()


@pytest.fixture(scope="module")
def news() -> News:
    return read_news(paths.WHO_BEAT_WHOM)


def kept(cell: str) -> Classifier:
    return Classifier.load(paths.WHO_BEAT_WHOM_CLASSIFIERS / cell)


def test_every_learner_has_five_seeds_of_the_scripts_settings(results: OrderResults, news: News) -> None:
    assert results.settings == SETTINGS
    assert results.longer == settings_of(LONGER, 1)
    assert results.distances == DISTANCES
    assert results.fingerprint == news.fingerprint
    for learner in (*LEARNERS, LONGER):
        assert tuple(result.seed for result in results.of(learner)) == SEEDS
    assert len(results.results) == len(SEEDS) * (len(LEARNERS) + 1)


@pytest.mark.claim("vanishing", "the four cells of “Who beat whom” have equally many parameters, within 5 %")
def test_the_cells_have_one_budget_and_one_training() -> None:
    settings = [settings_of(cell, 1) for cell in CELL_NAMES]
    sizes = [layer_parameters(one_cell.network) for one_cell in settings]
    assert max(sizes) <= (1 + BUDGET_TOLERANCE) * min(sizes)
    assert {one_cell.training for one_cell in settings} == {settings[0].training}
    assert {one_cell.network.embedding_size for one_cell in settings} == {SETTINGS.network.embedding_size}


@pytest.mark.claim(
    "no_memory", "on “Who beat whom” a bag of words is within 2 points of chance, over five seeds"
)
def test_a_bag_of_words_is_at_chance(results: OrderResults) -> None:
    assert abs(results.accuracy(WORDS).mean - CHANCE) <= 0.02
    assert abs(results.accuracy(PAIRS).mean - CHANCE) <= 0.02


@pytest.mark.claim(
    "vanishing", "with 25 words after the second name a SimpleRNN is within 10 points of chance"
)
def test_a_simple_rnn_is_at_chance_25_words_back(results: OrderResults) -> None:
    assert abs(results.at_distance("SimpleRNN", 25).mean - CHANCE) <= 0.1


@pytest.mark.claim(
    "vanishing", "with 25 words after the second name LSTM and GRU are right for 90 %, each seed"
)
@pytest.mark.parametrize("cell", ["LSTM", "GRU"])
def test_gates_remember_over_25_words(results: OrderResults, cell: str) -> None:
    assert results.at_distance(cell, 25).low >= 0.9


@pytest.mark.claim("vanishing", "with fewer units and more epochs some SimpleRNNs do learn “Who beat whom”")
def test_a_simple_rnn_can_learn_it(results: OrderResults) -> None:
    assert results.accuracy(LONGER).high >= 0.9
    assert results.of(LONGER)[0].epochs == 2 * (results.of("SimpleRNN")[0].epochs or 0)


@pytest.mark.claim(
    "no_memory", "a swap of the two names moves the GRU by 40 points at least, on the example too"
)
def test_a_swap_of_the_names_moves_the_gru_and_no_bag(results: OrderResults) -> None:
    assert results.moved("GRU").low >= 0.4
    assert results.moved(WORDS).high == 0
    before, after = kept("GRU").probabilities([EXAMPLE, SWAPPED])
    assert np.abs(before - after).sum() / 2 >= 0.4
    assert before.argmax() != after.argmax()


def test_made_headlines_are_balanced_of_their_distance_and_follow_the_rule() -> None:
    assert tuple(team.lower() for team in (*NORTH, *SOUTH)) == TEAMS
    for expected in (2, 25):
        texts, categories = made_headlines(expected)
        assert {distance(text) for text in texts} == {expected}
        assert categories.count("NORTH") == categories.count("SOUTH") == len(texts) / 2
        for text, category in zip(texts, categories, strict=True):
            first, verb, second = informative(text)
            winner = first if verb in WON else second
            assert category == ("NORTH" if winner in NORTH else "SOUTH")


@pytest.mark.parametrize("cell", CELL_NAMES)
def test_a_kept_classifier_has_the_recorded_figures(results: OrderResults, news: News, cell: str) -> None:
    """Measured again from text to answer, with scikit-learn's accuracy."""
    classifier = kept(cell)
    recorded = next(result for result in results.of(cell) if result.seed == KEPT_SEED)
    data = prepare(news, settings_of(cell, KEPT_SEED))
    rows = data.rows[data.split.test]
    answers = [answer.label for answer in classifier.predict(news.table["headline"].iloc[rows].tolist())]
    assert accuracy_score(news.table["category"].iloc[rows], answers) == pytest.approx(
        recorded.accuracy, abs=1e-3
    )
    texts, categories = made_headlines(25)
    at_25 = accuracy_score(categories, [answer.label for answer in classifier.predict(texts)])
    assert at_25 == pytest.approx(recorded.by_distance[DISTANCES.index(25)], abs=5e-3)


@pytest.mark.parametrize("learner", [WORDS, PAIRS])
def test_the_linear_models_measured_again(results: OrderResults, news: News, learner: str) -> None:
    settings = settings_of("GRU", 2)
    again = measure_linear_model(learner, prepare(news, settings), settings)
    recorded = next(result for result in results.of(learner) if result.seed == 2)
    assert again.accuracy == pytest.approx(recorded.accuracy, abs=5e-3)
    assert again.moved == pytest.approx(recorded.moved, abs=5e-3)
