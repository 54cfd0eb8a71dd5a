"""The chapter that reproduces the tutorial, alone: its switch, tables, recorded training, code and questions."""

import json
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core import paths
from core.insight.lessons.article import compute
from core.insight.lessons.article.compute import recorded
from core.settings.presets import PRESETS
from pages.learn.article.parts import CODE_NAME
from pages.session import Session
from tests.insight.word_maps import tiny_classifier
from tests.pages.learn.answering import answer_in_every_way
from tests.pages.opening import (
    create_run,
    download_buttons,
    end_run,
    fetch_download,
    open_chapter,
    write_news,
)


def frame(page: AppTest, key: str) -> dict[str, list[str]]:
    """A table's columns, by its key's place on the page."""
    order = ("tutorial_steps", "tutorial_layers")
    table = page.dataframe[order.index(key)].value
    return {str(name): table[name].tolist() for name in table.columns}


def steps(page: AppTest, column: str) -> dict[str, str]:
    table = frame(page, "tutorial_steps")
    return dict(zip(table["Step"], table[column], strict=True))


def texts(page: AppTest) -> str:
    elements = [element.value for kind in (page.markdown, page.caption) for element in kind]
    return "\n".join(elements).replace("\\", "").replace("\u2060", "")


def made_up(path: Path, n_politics: int = 4) -> Path:
    articles: list[dict[str, Any]] = [
        {"category": "POLITICS", "headline": f"Senate <b>{row}</b>", "short_description": "Vote"}
        for row in range(n_politics)
    ]
    articles += [{"category": ":red[x]", "headline": "The cat wins", "short_description": ""}] * 6
    return write_news(path, articles)


@pytest.mark.claim(
    "article", "the printed numbers stand beside those of the file and of the part of the dataset"
)
def test_the_built_in_sample_is_beside_the_printed_numbers() -> None:
    page = open_chapter("article")
    recorded_steps = recorded()["sample"].steps
    own = steps(page, "Built-in sample")
    assert own["1 Rows"] == f"{recorded_steps.rows:,}"
    assert own["4 Word index"] == f"{recorded_steps.word_index:,}"
    assert steps(page, "Tutorial")["1 Rows"] == "184,853"
    dataset = recorded()["dataset"].steps
    assert steps(page, "Dataset")["1 Rows"] == f"{dataset.rows:,}"
    assert f"{dataset.articles:,} of the 200,853 articles" in texts(page)
    layers = frame(page, "tutorial_layers")
    assert layers["Parameters, printed"][-1] == "12,297,859"
    assert layers["Output, printed"][0] == "(None, 130, 70)"
    assert layers["Output, this file"][0] == "(None, 20, 70)"


def test_the_switch_counts_the_file_without_the_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compute, "CUT", 3)
    session = Session("visitor", None)
    session.choose_news(made_up(tmp_path / "news.json"), "news.json")
    page = open_chapter("article", session=session)
    assert (steps(page, "Your file")["1 Rows"], steps(page, "Your file")["1 Articles in the file"]) == (
        "7",
        "10",
    )
    page.toggle(key="tutorial_cut").set_value(False).run()
    assert not page.exception
    assert steps(page, "Your file")["1 Rows"] == "10"
    dataset = recorded()["dataset"].steps
    assert steps(page, "Dataset")["1 Rows"] == f"{dataset.articles:,}"
    assert steps(page, "Dataset")["4 Word index"] == f"{dataset.word_index_without_cut:,}"


def test_one_article_is_said_to_be_too_few(tmp_path: Path) -> None:
    session = Session("visitor", None)
    path = write_news(
        tmp_path / "one.json", [{"category": "A", "headline": "The cat", "short_description": ""}]
    )
    session.choose_news(path, path.name)
    page = open_chapter("article", session=session)
    assert "two articles at least" in page.error[0].value


def test_each_recorded_training_is_drawn() -> None:
    page = open_chapter("article")
    trainings = {name: numbers.training for name, numbers in recorded().items() if numbers.training}
    titles = set()
    for name, training in trainings.items():
        page.segmented_control(key="tutorial_trained_on").set_value(name).run()
        assert not page.exception
        titles.add(json.loads(page.get("plotly_chart")[0].proto.spec)["layout"]["title"]["text"])
        assert f"Test loss {training.test_loss:.2f} and accuracy" in texts(page)
    assert len(titles) == len(trainings)


def test_the_visitors_own_run_of_the_network_is_beside(tmp_path: Path) -> None:
    session = Session("visitor", tmp_path / "visitor.json")
    assert "Your own SimpleRNN run" not in texts(open_chapter("article", session=session))
    run = create_run(session, PRESETS["article"])
    classifier = tiny_classifier(40, known=("the", "cat"))
    end_run(run, classifier)
    session.choose_run(run.id)
    test = classifier.card.test
    page = open_chapter("article", session=session)
    assert f"Your own SimpleRNN run has a test loss of {test.loss:.2f}" in texts(page)


@pytest.mark.claim("article", "the code on the page and in the download is the file that the tests run")
def test_the_code_is_shown_and_downloaded(tmp_path: Path) -> None:
    page = open_chapter("article", session=Session("visitor", tmp_path / "visitor.json"))
    source = paths.TUTORIAL_CODE.read_text("utf-8")
    assert [block.value.strip() for block in page.code] == [source.strip()]
    assert download_buttons(page)["Download the code"]
    answer = fetch_download(page, "Download the code")
    assert answer.body.decode() == source
    assert CODE_NAME in answer.header("content-disposition")[0]
    compile(source, CODE_NAME, "exec")


def test_every_mend_is_listed() -> None:
    (table,) = open_chapter("article").table
    assert len(table.value) == 12


@pytest.mark.claim("all", "in each chapter, a wrong answer is explained and the right one accepted")
def test_every_wrong_answer_is_explained_and_the_right_one_accepted() -> None:
    shown = answer_in_every_way(open_chapter("article"), "article")
    dataset = recorded()["dataset"].steps
    assert (
        f"{dataset.word_index:,} with the space"
        in shown["It gets smaller, because the word index is shorter"]
    )
