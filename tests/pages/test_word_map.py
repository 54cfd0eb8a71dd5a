"""The Word map page: the starter's, a run's of few and of 41 categories, with its study at work and failed."""

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core import paths
from core.insight import artifacts
from core.insight.word_map import computed_map
from core.insight.word_map.figures import BEFORE, PCA, SPACE, TSNE, WORD_NAME
from core.insight.word_map.tensorboard_export import METADATA, VECTORS, metadata_tsv, vectors_tsv
from core.insight.word_map.word_map import WordMap
from core.model.classifier import Classifier
from core.model.classifier_archive import pack
from core.runs import jobs
from core.runs.run import Run
from pages.session import Session
from tests.insight.word_maps import LABELS, save_with_map, tiny_classifier
from tests.pages.opening import create_run, end_run, fetch_download, open_page

pytestmark = pytest.mark.usefixtures("asked")

PAGE = str(Path(__file__).resolve().parents[2] / "pages" / "word_map" / "page.py")
MANY = tuple(f"CATEGORY {number}" for number in range(41))


@pytest.fixture(autouse=True)
def starter(starter_folder: Path) -> Classifier:
    classifier = tiny_classifier()
    save_with_map(classifier, starter_folder, held_out=False, initial_rows=False, computed=False)
    return classifier


def finished(classifier: Classifier, **what: bool) -> tuple[Session, Run]:
    """A visitor whose run ended with this classifier."""
    session = Session("visitor", None)
    run = create_run(session)
    end_run(run, classifier)
    save_with_map(classifier, run.classifier_folder, **what)
    session.choose_run(run.id)
    return session, run


def typed(page: AppTest, word: str) -> AppTest:
    page.text_input(key="map_search").set_value(word).run()
    assert not page.exception
    return page


def views(page: AppTest) -> list[str]:
    (control,) = [one for one in page.button_group if one.label == "View"]
    return list(control.options)


def look(page: AppTest, view: str) -> dict[str, Any]:
    (control,) = [one for one in page.button_group if one.label == "View"]
    control.set_value(view).run()
    assert not page.exception
    return chart(page)


def chart(page: AppTest) -> dict[str, Any]:
    (drawn,) = page.get("plotly_chart")
    spec: dict[str, Any] = json.loads(drawn.proto.spec)
    return spec | {"alt": drawn.proto.alt}


def captions(page: AppTest) -> str:
    return "\n".join(one.value for one in page.caption).replace("\\", "")


def test_fresh_visitor_sees_the_starters_map(starter: Classifier, asked: list[str]) -> None:
    page = open_page(PAGE)
    assert views(page) == [PCA, SPACE]
    assert "is not measured yet" in captions(page)
    assert asked == []  # its folder is never written to
    assert not list((paths.STARTER / "studies").glob("*")) if (paths.STARTER / "studies").exists() else True
    page = typed(page, "CAT")
    table = page.dataframe[0].value
    near = WordMap.load(starter, paths.STARTER).neighbours(starter.vocabulary.token_id("cat"))
    assert table["now"].tolist() == starter.vocabulary.decode(one for one, _ in near)
    assert table["cosine"].tolist() == pytest.approx([cosine for _, cosine in near])
    assert "cat" in [
        note["text"] for note in chart(page)["layout"]["annotations"] if note["name"] == WORD_NAME
    ]


def test_starter_may_bring_its_map(starter: Classifier, asked: list[str]) -> None:
    save_with_map(starter, paths.STARTER)
    page = open_page(PAGE)
    assert views(page) == [PCA, TSNE, SPACE, BEFORE]
    assert asked == []


def test_a_run_with_its_map(asked: list[str]) -> None:
    classifier = tiny_classifier(60, ensemble_size=2)
    session, run = finished(classifier)
    page = open_page(PAGE, session)
    assert asked == []
    shown = WordMap.load(classifier, run.classifier_folder)
    assert views(page) == [PCA, TSNE, SPACE, BEFORE]
    first = chart(page)
    assert "point to its category" in first["layout"]["title"]["text"]
    assert first["alt"].startswith("On average, 4.0 of a word's 10 nearest words point")
    assert "ensemble of 2" in captions(page)
    assert look(page, PCA)["alt"] in captions(page)
    assert {one["type"] for one in look(page, SPACE)["data"]} == {"scatter3d"}
    assert "Before training" in look(page, BEFORE)["layout"]["title"]["text"]
    page = typed(page, "cat")
    number = classifier.vocabulary.token_id("cat")
    told = shown.categories[number - 2]
    said = "\n".join(one.value for one in page.markdown).replace("\\", "")
    assert f"“cat” points to {LABELS[told]}" in said
    before = classifier.vocabulary.decode(one for one, _ in shown.initial_neighbours(number) or [])
    assert ", ".join(before) in captions(page)
    columns = page.dataframe[0].value
    near = [one for one, _ in shown.neighbours(number)]
    assert columns["tells"].tolist() == [
        LABELS[shown.categories[one - 2]] if shown.categories[one - 2] >= 0 else "" for one in near
    ]


def test_a_run_of_41_categories_colours_eight_or_the_one_that_is_chosen() -> None:
    classifier = tiny_classifier(400, labels=MANY)
    session, run = finished(classifier)
    page = open_page(PAGE, session)
    shown = WordMap.load(classifier, run.classifier_folder)
    choice = page.selectbox(key="map_hues")
    assert choice.options[0] == "The 8 largest categories"
    assert len(choice.options) == 1 + len(set(shown.categories.tolist()) - {-1})
    assert len([one for one in chart(page)["data"] if one.get("name")]) == 8
    last = choice.options[-1]
    choice.select(last).run()
    assert [one["name"] for one in chart(page)["data"] if one.get("name")] == [last]


def test_a_word_that_is_not_known_is_said_and_the_nearest_spelled_offered(starter: Classifier) -> None:
    page = typed(open_page(PAGE), "catt")
    assert "“catt” is not in the vocabulary" in captions(page)
    page.button(key="map_try_0").click().run()
    assert page.text_input(key="map_search").value == "cat"
    assert not page.dataframe[0].value.empty
    page = typed(page, "  ")
    assert not page.dataframe
    page.button(key="map_try_0").click().run()
    assert page.text_input(key="map_search").value in starter.vocabulary


@pytest.mark.parametrize("odd", [":red[x]", "$\\href{x}{y}$", "<script>", "\u202e", "\x00", "x" * 100_000])
def test_what_is_typed_is_never_markup(odd: str) -> None:
    page = typed(open_page(PAGE), odd)
    assert not any(odd in one.value for kind in (page.markdown, page.caption) for one in kind)


def test_odd_words_and_categories_are_never_markup() -> None:
    odd = (":red[x]", "**b**", "<b>c</b>")
    session, _ = finished(tiny_classifier(known=odd, labels=(":blue[A]", "$B$", "<i>C</i>")))
    page = typed(open_page(PAGE, session), odd[0])
    drawn = [one.value for kind in (page.markdown, page.caption) for one in kind]
    assert not any(one in text for one in (*odd, ":blue[A]", "$B$") for text in drawn)
    assert page.button(key="map_try_0").label not in odd if not page.dataframe else True


def test_the_study_is_asked_for_once_and_its_progress_shown(
    asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    session, _ = finished(tiny_classifier(), computed=False)
    page = open_page(PAGE, session)
    assert asked == ["map"]
    assert views(page) == [PCA, SPACE, BEFORE]
    at_work = jobs.State(status="working", stage="placing the words by t-SNE", share=0.4)
    monkeypatch.setattr(
        jobs, "state", lambda folder, name: at_work if name == "map" else jobs.State(status="done")
    )
    page = open_page(PAGE, session)
    assert asked == ["map"]
    (bar,) = page.get("progress")
    assert bar.proto.value == 40
    assert "placing the words by t" in bar.proto.text


def test_an_older_run_has_its_articles_read_again_first(asked: list[str]) -> None:
    session, _ = finished(tiny_classifier(), held_out=False, computed=False)
    open_page(PAGE, session)
    assert asked[0] == "held_out"


def test_a_study_that_failed_is_said_and_can_be_asked_again(
    asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    session, _ = finished(tiny_classifier(), computed=False)
    real = jobs.state
    failed = jobs.State(status="failed", why="The file has gone.")
    monkeypatch.setattr(jobs, "state", lambda folder, name: failed if name == "map" else real(folder, name))
    page = open_page(PAGE, session)
    assert "The file has gone." in page.warning[0].value.replace("\\", "")
    page.button(key="map_again").click().run()
    assert asked == ["map"]
    assert views(page) == [PCA, SPACE, BEFORE]  # the rest of the page stands


def test_a_damaged_study_is_computed_again(asked: list[str]) -> None:
    session, run = finished(tiny_classifier())
    path = artifacts.artifact_path(run.classifier_folder, computed_map.NAME)
    path.write_bytes(b"x")
    open_page(PAGE, session)
    assert asked == ["map"]
    assert not path.exists()
    assert path.with_suffix(".damaged").read_bytes() == b"x"


def test_held_out_articles_that_are_not_kept_are_said(tmp_path: Path, asked: list[str]) -> None:
    """A classifier that was brought has none."""
    from pages.widgets.classifier_file import imported_classifiers

    save_with_map(tiny_classifier(), tmp_path / "one", held_out=False, initial_rows=False, computed=False)
    stream = io.BytesIO()
    pack(tmp_path / "one", stream)
    (tmp_path / "one.zip").write_bytes(stream.getvalue())
    session = Session("visitor", None)
    brought = imported_classifiers().add(session.client, tmp_path / "one.zip", name="one.zip")
    page = open_page(PAGE, session)
    next(one for one in page.selectbox if one.label == "Which network answers?").set_value(brought.id).run()
    assert asked == ["map"]
    artifacts.write(
        brought.folder,
        computed_map.NAME,
        computed_map.compute_artifact(brought.folder, lambda stage, share: None),
    )
    page.run()
    assert not page.exception
    assert TSNE in views(page)
    assert "are not kept with this classifier" in captions(page)


@pytest.mark.parametrize("rows", [2, 3, 6, 32])
def test_a_network_of_characters(rows: int) -> None:
    session, _ = finished(tiny_classifier(rows, known=tuple("etaoin"), tokenization="characters"))
    page = open_page(PAGE, session)
    if rows == 2:
        assert "has no words" in page.info[0].value
        return
    typed(page, "e")
    assert len(page.dataframe[0].value) == min(10, rows - 3)
    for view in (PCA, SPACE, BEFORE, TSNE):
        look(page, view)


def test_the_map_is_taken_away_for_the_projector() -> None:
    run = finished(tiny_classifier())[1]
    session = Session("visitor", paths.visitors() / "visitor.json")
    session.choose_run(run.id)
    page = open_page(PAGE, session)
    word_map = WordMap.load(tiny_classifier(), run.classifier_folder)
    with zipfile.ZipFile(io.BytesIO(fetch_download(page, "Download for the projector").body)) as archive:
        assert archive.read(VECTORS) == vectors_tsv(word_map)
        assert archive.read(METADATA) == metadata_tsv(word_map)
    assert fetch_download(page, "Download for the projector", "a stranger").status == 404


def test_no_classifier_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "STARTER", tmp_path / "none")
    page = open_page(PAGE)
    assert page.subheader[0].value == "No classifier yet"
    assert page.button(key="fill_train")


def test_another_network_of_the_same_folder_is_drawn_anew() -> None:
    """More epochs replace the classifier and its studies in one move."""
    session, run = finished(tiny_classifier())
    before = look(open_page(PAGE, session), PCA)["layout"]["title"]["text"]
    other = tiny_classifier()
    table = other.weights["embedding"] * [[9, 1, 1, 1]]
    again = replace(other, weights=dict(other.weights) | {"embedding": table.astype("float32")})
    save_with_map(again, run.classifier_folder)
    assert look(open_page(PAGE, session), PCA)["layout"]["title"]["text"] != before
