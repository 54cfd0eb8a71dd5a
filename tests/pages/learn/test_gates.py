"""The chapter on gates, alone: the slider by hand, every cell's gates, one forced, the question."""

import json
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core import paths
from core.insight.prediction.cost import prediction_work
from core.model.classifier import Classifier
from core.model.forward import Intervention, forward
from core.settings.run import RunSettings
from core.training.events import Finished
from pages.learn import classifier_choice
from pages.session import Session
from tests.insight.word_maps import save_with_map, tiny_classifier
from tests.pages.learn.answering import answer_in_every_way
from tests.pages.opening import open_chapter, unlinked

ALONE = {"held_out": False, "initial_rows": False, "computed": False}

SENTENCE = "the cat sat on a mat"


@pytest.fixture(autouse=True)
def starter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Classifier:
    classifier = tiny_classifier(
        40, known=("the", "cat", "sat", "on", "a", "mat", ":red[x]", "<script>", "🙂")
    )
    save_with_map(classifier, tmp_path / "starter", **ALONE)
    monkeypatch.setattr(paths, "STARTER", tmp_path / "starter")
    monkeypatch.setattr(paths, "WHO_BEAT_WHOM_CLASSIFIERS", tmp_path / "none")
    return classifier


def finished(classifier: Classifier) -> Session:
    """A visitor whose run ended with this classifier."""
    session = Session("visitor", None)
    run = session.store.create(
        RunSettings(), news=Path("n.json"), news_name="n.json", fingerprint="0" * 64, owner=session.visitor
    )
    save_with_map(classifier, run.classifier_folder, **ALONE)
    run.append(
        Finished(
            ending="epochs", epochs=1, best_epoch=1, validation_loss=1.0, validation_accuracy=0.5,
            test=classifier.card.test, seconds=1.0,
        )
    )  # fmt: skip
    session.choose_run(run.id)
    return session


def titles(page: AppTest) -> list[str]:
    charts = page.get("plotly_chart")
    return [json.loads(chart.proto.spec)["layout"]["title"]["text"] for chart in charts]


def texts(page: AppTest) -> str:
    kinds = page.markdown, page.caption, page.info
    return unlinked("\n".join(element.value for kind in kinds for element in kind)).replace("\\", "")


def forced_probabilities(
    classifier: Classifier, sentence: str, *interventions: Intervention
) -> dict[str, float]:
    """Probabilities by label, from the network itself."""
    ids = np.array([classifier.encode(classifier.words_of(sentence))])
    answer = forward(classifier.weights, classifier.network, ids, interventions).probabilities[0]
    return dict(zip(classifier.labels, answer.tolist(), strict=True))


def shown_probabilities(page: AppTest) -> dict[str, tuple[str, str]]:
    return {row["Category"]: (row["Free"], row["Held"]) for _, row in page.dataframe[0].value.iterrows()}


def percents(probabilities: dict[str, float]) -> dict[str, str]:
    return {label: f"{100 * probability:.1f}\u00a0%" for label, probability in probabilities.items()}


def test_the_slider_says_what_is_left_of_the_first_word() -> None:
    page = open_chapter("gates", SENTENCE)
    for gate in (0.0, 0.35, 0.9, 1.0):
        page.slider(key="lesson_gate").set_value(gate).run()
        assert not page.exception
        assert titles(page)[0] == f"{100 * gate**5:.1f}\u00a0% of “the” is left at the end"
        assert page.code[0].value == f"new state = {gate:.2f} × old state + {1 - gate:.2f} × proposal"


def test_the_forced_answer_is_the_networks(starter: Classifier) -> None:
    page, sentence = open_chapter("gates", SENTENCE), SENTENCE
    free = percents(forced_probabilities(starter, sentence))
    for value, name in ((1.0, "keeps everything (1)"), (0.0, "replaces everything (0)")):
        page.radio(key="lesson_force/GRU/update").set_value(f"Update gate {name}").run()
        both = [Intervention(gate="update", value=value, backward=backward) for backward in (False, True)]
        forced = percents(forced_probabilities(starter, sentence, *both))
        assert shown_probabilities(page) == {
            label: (free[label], forced[label]) for label in starter.labels
        }, name
    page.number_input[0].set_value(2).run()
    page.segmented_control(key="lesson_force_units").set_value("This unit").run()
    forced = percents(forced_probabilities(starter, sentence, Intervention(gate="update", value=0.0, unit=1)))
    assert shown_probabilities(page) == {label: (free[label], forced[label]) for label in starter.labels}
    page.radio(key="lesson_force/GRU/update").set_value("Do not force it").run()
    assert shown_probabilities(page) == {label: (free[label], free[label]) for label in starter.labels}
    assert titles(page)[1].startswith("Unit 2: update gate from ")
    page.radio(key="lesson_which_gate/GRU").set_value("reset").run()
    assert "reset gate from" in titles(page)[1]
    assert not page.exception


@pytest.mark.parametrize(
    ("cell", "gates"), [("LSTM", ["Input gate", "Forget gate", "Output gate"]), ("minGRU", ["Update gate"])]
)
def test_every_cell_has_its_own_gates(cell: str, gates: list[str]) -> None:
    page = open_chapter("gates", SENTENCE, session=finished(tiny_classifier(40, cell=cell)))
    assert page.radio(key=f"lesson_which_gate/{cell}").options == gates
    assert "Your own classifier reads your sentence here." in texts(page)
    if cell == "minGRU":
        assert any("the word alone" in option for option in page.radio(key="answer/gates").options)


def test_a_network_that_is_too_large_leaves_the_chapter_to_the_starter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session = finished(tiny_classifier(40, cell="LSTM"))
    network = session.classifier().classifier.network
    monkeypatch.setattr(
        classifier_choice, "SMALL_WORK", 4 * prediction_work(network, network.sequence_length)
    )
    assert "Your own classifier reads your sentence here." in texts(open_chapter("gates", session=session))
    monkeypatch.setattr(
        classifier_choice, "SMALL_WORK", 4 * prediction_work(network, network.sequence_length) - 1
    )
    page = open_chapter("gates", session=session)
    assert "Your own network is too large to follow every change, so the starter reads" in texts(page)
    assert "Your own LSTM reads here" not in texts(page)
    assert page.radio(key="lesson_which_gate/GRU").options == ["Update gate", "Reset gate"]


def test_a_simple_rnn_has_no_gates_and_the_starter_reads_instead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_chapter("gates", SENTENCE, session=finished(tiny_classifier(40, cell="SimpleRNN")))
    assert "Your own classifier is a SimpleRNN. It has no gates" in texts(page)
    assert "Your own SimpleRNN reads here" not in texts(page)
    assert page.radio(key="lesson_which_gate/GRU").options == ["Update gate", "Reset gate"]
    monkeypatch.setattr(paths, "STARTER", tmp_path / "none")
    page = open_chapter("gates", SENTENCE, session=finished(tiny_classifier(40, cell="SimpleRNN")))
    assert "there is no starter classifier here" in texts(page)
    assert len(titles(page)) == 1
    assert [element.key for element in page.radio] == []


def test_several_readers_layers_votes_and_one_direction_are_said() -> None:
    from core.settings.network import RecurrentLayer

    page = open_chapter(
        "gates",
        SENTENCE,
        session=finished(
            tiny_classifier(40, ensemble_size=2, tokenization="words and pairs", bigram_buckets=1_000)
        ),
    )
    assert "the first of 2 networks" in texts(page)
    assert "Words and pairs also vote directly" in texts(page)
    assert "that reads from the end" in texts(page)
    layers = (RecurrentLayer(units=1, bidirectional=False), RecurrentLayer(units=3, bidirectional=False))
    page = open_chapter("gates", SENTENCE, session=finished(tiny_classifier(40, layers=layers)))
    assert "the first of 2 layers" in texts(page)
    assert "that reads from the end" not in texts(page)
    assert not page.number_input  # one unit: there is none to choose
    letters = tiny_classifier(12, known=("t", "h", "e", "c", "a"), tokenization="characters")
    assert len(titles(open_chapter("gates", SENTENCE, session=finished(letters)))) == 2


def test_without_any_classifier_random_weights_are_said_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "STARTER", tmp_path / "none")
    page = open_chapter("gates", SENTENCE)
    assert "It has learnt nothing" in texts(page)
    assert len(titles(page)) == 2


@pytest.mark.parametrize("sentence", [":red[X] <script> 🙂", "🙂", "", "   ", "unheard of words", "w " * 99])
def test_any_sentence_goes_through_and_none_is_markup(sentence: str) -> None:
    page = open_chapter("gates", sentence)
    drawn = [element.value for kind in (page.markdown, page.caption) for element in kind]
    assert not any(word in text for text in drawn for word in (":red[X]", ":red[x]", "<script>"))
    assert all("<script>" not in element.proto.spec for element in page.get("plotly_chart"))
    if sentence == "🙂":
        assert "With one word there is nothing to keep" in texts(page)


@pytest.mark.claim("all", "in each chapter, a wrong answer is explained and the right one accepted")
def test_every_wrong_answer_is_explained_and_the_right_one_accepted() -> None:
    answer_in_every_way(open_chapter("gates", SENTENCE), "gates")
