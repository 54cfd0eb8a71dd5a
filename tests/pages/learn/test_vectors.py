"""The chapter on vectors, alone: the starter's rows, a run's, characters, nobody's; the words moved; the question."""

import json
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core import paths
from core.model.classifier import Classifier
from core.settings.run import InitialVectors, RunSettings
from core.training.events import Finished
from pages.learn.material import SENTENCE_KEY
from pages.session import Session
from tests.insight.word_maps import save_with_map, tiny_classifier
from tests.pages.learn.answering import answer_in_every_way
from tests.pages.opening import charts, open_chapter

ODD = ":red[X] <script> 🙂"

SENTENCE = "the cat sat on a mat"


@pytest.fixture(autouse=True)
def starter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Classifier:
    classifier = tiny_classifier(
        40, known=("the", "cat", "sat", "on", "a", "mat", ":red[x]", "<script>", "🙂")
    )
    save_with_map(classifier, tmp_path / "starter", held_out=False, initial_rows=False, computed=False)
    monkeypatch.setattr(paths, "STARTER", tmp_path / "starter")
    return classifier


def finished(classifier: Classifier, *, vectors: InitialVectors | None = None, **what: bool) -> Session:
    """A visitor whose run ended with this classifier."""
    session = Session("visitor", None)
    run = session.store.create(
        RunSettings().with_vectors(vectors) if vectors else RunSettings(),
        news=Path("n.json"),
        news_name="n.json",
        fingerprint="0" * 64,
        owner=session.visitor,
    )
    save_with_map(classifier, run.classifier_folder, **what)
    run.append(
        Finished(
            ending="epochs", epochs=1, best_epoch=1, validation_loss=1.0, validation_accuracy=0.5,
            test=classifier.card.test, seconds=1.0,
        )
    )  # fmt: skip
    session.choose_run(run.id)
    return session


def chosen(page: AppTest) -> list[str]:
    return [str(page.selectbox(key=f"lesson_{which}").value) for which in ("first", "second")]


def captions(page: AppTest) -> str:
    return "\n".join(caption.value for caption in page.caption).replace("\\", "")


def apart(classifier: Classifier, first_word: str, second_word: str) -> str:
    rows = [
        classifier.weights["embedding"][classifier.vocabulary.token_id(word)]
        for word in (first_word, second_word)
    ]
    first, second = (row / np.linalg.norm(row) for row in rows)
    return f"{np.sqrt(((first - second) ** 2).sum()):.2f}"


def test_both_distances_follow_the_words(starter: Classifier) -> None:
    page = open_chapter("vectors", SENTENCE)
    assert chosen(page) == ["mat", "a"]  # the rarest two
    for first, second in (("cat", "on"), ("cat", "the"), ("sat", "cat")):
        page.selectbox(key="lesson_first").set_value(first).run()
        page.selectbox(key="lesson_second").set_value(second).run()
        assert not page.exception
        distance = apart(starter, first, second)
        assert {metric.label: metric.value for metric in page.metric} == {
            "One-hot distance": "1.41",
            "Learnt": distance,
        }
        _, distances, rows = charts(page)
        assert (
            distances["layout"]["title"]["text"]
            == f"“{first}” and “{second}”: {distance} learnt, 1.41 one-hot"
        )
        assert rows["layout"]["title"]["text"] == "40 numbers with a single 1, or 4 numbers"
        product = page.dataframe[1].value
        row = starter.weights["embedding"][starter.vocabulary.token_id(first)]
        assert product.iloc[-1].tolist()[3:] == [f"{number:.2f}" for number in row]
        assert product.loc[product["one-hot"] == "1", "word"].tolist() == [first]
    # The same word cannot be both.
    page.selectbox(key="lesson_first").set_value("cat").run()
    assert chosen(page)[1] != "cat"


def test_the_sizes_follow_the_slider() -> None:
    page = open_chapter("vectors", SENTENCE)
    (slider,) = page.select_slider
    assert slider.value == 40
    slider.set_value(10_000).run()
    table = page.dataframe[2].value
    assert table["one-hot"].tolist()[:2] == ["10,000 = 40.0 kB", "60,000 = 240.0 kB"]
    assert table["embedding"].tolist()[:2] == ["4 = 16 B", "24 = 96 B"]
    assert table["embedding"].tolist()[-1] == "40,000 = 160.0 kB"


def test_the_nearest_before_and_after_and_that_the_first_rows_were_not_kept(starter: Classifier) -> None:
    page = open_chapter("vectors", SENTENCE)
    assert "drawn again" in captions(page)
    table, row = starter.weights["embedding"], starter.vocabulary.token_id("mat")
    unit = table / np.linalg.norm(table, axis=1, keepdims=True)
    cosines = unit @ unit[row]
    cosines[[0, 1, row]] = -2
    best = np.argsort(-cosines)[:5]
    near = page.dataframe[0].value
    assert near["after training"].tolist() == starter.vocabulary.decode(best.tolist())
    assert near["cosine after"].tolist() == [f"{cosines[token_id]:.2f}" for token_id in best]
    assert len(near["before training"]) == 5

    own = open_chapter(
        "vectors", SENTENCE, session=finished(tiny_classifier(40), held_out=False, computed=False)
    )
    assert "drawn again" not in captions(own)
    assert "your own classifier" in captions(own)


def test_a_classifier_of_two_readers_and_one_of_characters() -> None:
    two = open_chapter(
        "vectors",
        SENTENCE,
        session=finished(tiny_classifier(40, ensemble_size=2), held_out=False, computed=False),
    )
    assert "2 networks with an embedding each" in captions(two)
    letters = tiny_classifier(12, known=("t", "h", "e", "c", "a"), tokenization="characters")
    page = open_chapter("vectors", SENTENCE, session=finished(letters, held_out=False, computed=False))
    assert "one for each character" in captions(page)
    assert set(page.selectbox(key="lesson_first").options) == {"t", "h", "e", "c", "a"}
    assert page.dataframe[2].value[""].tolist() == [
        "one character",
        "your sentence, 20 characters",
        "the table, once",
    ]
    assert "no nearest character" in captions(page)


@pytest.mark.parametrize("frozen", [True, False])
def test_rows_that_began_with_word_vectors_are_not_said_to_have_begun_at_random(frozen: bool) -> None:
    vectors = InitialVectors(name="*glove*.txt", fingerprint="0" * 64, size=4, frozen=frozen)
    page = open_chapter(
        "vectors",
        SENTENCE,
        session=finished(tiny_classifier(40), vectors=vectors, held_out=False, computed=False),
    )
    assert "rows of words in *glove*.txt come from there" in captions(page)
    assert ("those stay as they are" in captions(page)) == frozen
    assert "words are near is luck" not in captions(page)
    assert ("those of *glove*.txt where it has the word" in charts(page)[2]["alt"]) == frozen


def test_words_that_are_not_known_are_counted_and_others_offered() -> None:
    page = open_chapter("vectors", "the unheard cat")
    assert "1 of your words is not in its vocabulary" in captions(page)
    page = open_chapter("vectors", "unheard unknown")
    assert "2 of your words are not in its vocabulary. So you can choose" in captions(page)
    # Of the example "the" and "a" are known; then the most frequent.
    assert page.selectbox(key="lesson_first").options[:2] == ["the", "a"]
    for sentence in ("", "   ", "?!"):
        assert len(charts(open_chapter("vectors", sentence))) == 3


def test_a_new_sentence_drops_a_word_that_is_gone() -> None:
    page = open_chapter("vectors", SENTENCE)
    page.selectbox(key="lesson_first").set_value("sat").run()
    page.text_input(key=SENTENCE_KEY).set_value("the cat on a mat").run()
    assert not page.exception
    assert chosen(page) == ["mat", "a"]


def test_without_any_classifier_rows_are_random_and_said_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "STARTER", tmp_path / "none")
    page = open_chapter("vectors", None)
    assert "drawn at random. They contain nothing learnt" in captions(page)
    assert [element.label for element in page.metric] == ["One-hot distance", "Random rows"]
    _, distances, _ = charts(page)
    assert "at random, 1.41 one-hot" in distances["layout"]["title"]["text"]
    assert "words are near is luck" in captions(page)
    page.radio(key="answer/vectors").set_value(0).run()
    assert "There " not in page.warning[0].value


def test_an_index_without_words_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_with_map(tiny_classifier(2), tmp_path / "bare", held_out=False, initial_rows=False, computed=False)
    monkeypatch.setattr(paths, "STARTER", tmp_path / "bare")
    page = open_chapter("vectors", SENTENCE)
    assert "No two words to compare" in [element.value for element in page.subheader]
    assert not page.radio


def test_no_word_is_markup() -> None:
    page = open_chapter("vectors", ODD)
    page.selectbox(key="lesson_first").set_value(":red[x]").run()
    page.selectbox(key="lesson_second").set_value("<script>").run()
    assert not page.exception
    drawn = [element.value for kind in (page.markdown, page.caption) for element in kind] + [
        page.radio[0].label
    ]
    assert not any(word in text for text in drawn for word in (":red[x]", "<script>"))
    assert all("<script>" not in json.dumps(chart["data"]) for chart in charts(page))


def test_a_file_of_41_categories_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "many.json"
    lines = [json.dumps({"category": f"C {n % 41}", "headline": "alpha beta gamma"}) for n in range(82)]
    path.write_text("\n".join(lines))
    session = Session("visitor", None)
    session.choose_news(path, "many.json")
    page = open_chapter("vectors", SENTENCE, session=session)
    # Three words and the mark behind them, 82 times.
    assert page.dataframe[2].value[""].tolist()[2] == "many.json, 328 words"


@pytest.mark.claim("all", "in each chapter, a wrong answer is explained and the right one accepted")
def test_every_wrong_answer_is_explained_and_the_right_one_accepted(starter: Classifier) -> None:
    feedback = answer_in_every_way(open_chapter("vectors", SENTENCE), "vectors")
    number = starter.vocabulary.token_id
    assert any(f"is number {number('mat')} and “a” {number('a')}" in shown for shown in feedback.values())
