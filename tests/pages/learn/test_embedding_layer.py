"""The chapter on the Embedding layer, alone: the three sliders, the tutorial's button, odd sentences, the question."""

import json
from collections import Counter
from importlib.metadata import version
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from streamlit.testing.v1 import AppTest

from core import paths
from core.insight.wording import percent
from core.news.news import read_news
from core.settings.run import RunSettings
from core.text.cleaning import CleaningSettings
from core.training.preparation import split_articles
from pages.session import Session
from tests.pages.learn.answering import answer_in_every_way
from tests.pages.opening import metrics, open_chapter, unlinked


@pytest.fixture
def made_up(tmp_path: Path) -> Path:
    """82 articles of 41 categories, of 2 to 8 words."""
    path = tmp_path / "made_up.json"
    lines = [
        {"category": f"C {n % 41}", "headline": " ".join(["alpha", f"word{n % 9}", *["more"] * (n % 7)])}
        for n in range(82)
    ]
    path.write_text("\n".join(map(json.dumps, lines)))
    return path


def opened(
    news: Path | None,
    sentence: str = "Alpha more unheard",
    *,
    steps: tuple[str, ...] = ("lower_case",),
    as_printed: bool = False,
) -> AppTest:
    session = Session("visitor", None)
    session.settings = RunSettings(cleaning=CleaningSettings(steps=steps, as_printed=as_printed))
    if news:
        session.choose_news(news, news.name)
    return open_chapter("embedding_layer", sentence, session)


def move(page: AppTest, input_dim: int, output_dim: int, input_length: int) -> AppTest:
    page.select_slider(key="lesson_input_dim").set_value(input_dim)
    page.slider(key="lesson_output_dim").set_value(output_dim)
    page.slider(key="lesson_input_length").set_value(input_length)
    page.run()
    assert not page.exception
    return page


def captions(page: AppTest) -> str:
    return "\n".join(caption.value for caption in page.caption).replace("\\", "")


def title(page: AppTest, position: int) -> str:
    return str(json.loads(page.get("plotly_chart")[position].proto.spec)["layout"]["title"]["text"])


def test_the_three_sliders_move_what_was_counted_by_hand(made_up: Path) -> None:
    page = opened(made_up)
    news = read_news(made_up)
    settings = page.session_state["session"].settings
    parts = split_articles(news.table["category"], settings.training).split
    texts = [text.lower().split() for text in news.table["text"]]
    new = [word for part in (parts.validation, parts.test) for row in part for word in texts[row]]
    for length in (4, 7):
        move(page, 5, 10, length)  # "more", "alpha" and the most frequent "word" with a number, besides two
        known = {"more", "alpha", _first(texts, parts.training)}
        assert metrics(page) == {
            "Parameters": "50",
            "Output": f"(None, {length}, 10)",
            "Memory": "200 B",
            "Words known": percent(sum(word in known for word in new) / len(new)),
            "Texts cut": percent(sum(len(text) > length for text in texts) / len(texts)),
            "Padding": percent(1 - sum(min(len(text), length) for text in texts) / (length * len(texts))),
        }
        assert title(page, 0) == "50 parameters"
    assert settings == page.session_state["session"].settings  # the chapter sets nothing for the next run


def _first(texts: list[list[str]], training: npt.NDArray[np.int64]) -> str:
    counts: Counter[str] = Counter(word for row in training for word in texts[row] if word.startswith("word"))
    return min(counts, key=lambda word: (-counts[word], word))


def test_the_sentence_is_padded_cut_and_looked_up(made_up: Path) -> None:
    page = move(opened(made_up), 30_000, 64, 5)
    more, alpha = 2, 3
    assert page.code[0].value == f"[{alpha}, {more}, 1, 0, 0]"
    assert "5 places: 3 for words, 2 for padding; 1 without a row of its own: row 1." in captions(page)
    assert title(page, 1) == "5 places, 4 different rows"
    move(page, 30_000, 64, 2)
    assert page.code[0].value == f"[{alpha}, {more}]"
    assert "2 places: 2 for words, 0 for padding; 1 cut off (faded)." in captions(page)
    move(page, 3, 1, 40)  # one word alone has a row
    assert page.code[0].value.startswith(f"[1, {more}, 1, 0")
    assert "2 without a row of their own" in captions(page)
    assert title(page, 1) == "12 places, 3 different rows"


def test_the_tutorials_layer_is_set_by_its_button(made_up: Path) -> None:
    page = opened(made_up)
    page.button[1].click().run()
    assert not page.exception
    assert metrics(page)["Parameters"] == "12,249,370"
    assert metrics(page)["Output"] == "(None, 130, 70)"
    markdown = unlinked("\n".join(element.value for element in page.markdown))
    assert "174,991 × 70 = 12,249,370 parameters" in markdown
    assert "74,991 rows are never looked up and never learnt" in markdown
    assert "Keras 3 ignores that and reads 20 words. Keras 2 stops with an error" in markdown
    texts = [text.split() for text in read_news(made_up).table["text"]]
    words = sum(len(text) for text in texts)  # none is longer than 20
    assert f"{percent(1 - words / (130 * len(texts)))} of all places would be padding" in markdown
    assert f"With 20 places it is {percent(1 - words / (20 * len(texts)))}" in markdown
    assert f"Keras {version('keras')}" in markdown


def test_a_fresh_visitor_without_a_starter_sees_the_samples_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "STARTER", tmp_path / "none")
    page = opened(None, "")
    assert len(page.get("plotly_chart")) == 2
    assert "built-in sample" in page.caption[-1].value
    assert metrics(page)["Parameters"] == "1,920,000"  # 30,000 rows of 64: the quick preset's


@pytest.mark.parametrize("sentence", [":red[X]", "<script>", "🙂", "unheard of", "word " * 40])
def test_any_sentence_goes_through_and_none_is_markup(made_up: Path, sentence: str) -> None:
    page = opened(made_up, sentence)
    assert len(page.get("plotly_chart")) == 2
    drawn = [element.value for kind in (page.markdown, page.caption) for element in kind]
    assert not any(
        sentence.strip().lower() in text for text in drawn if not sentence.startswith(("word", "unheard"))
    )
    assert "<script>" not in page.get("plotly_chart")[1].proto.spec


def test_when_cleaning_leaves_nothing_of_a_sentence_or_of_all(made_up: Path) -> None:
    page = opened(made_up, "https://a.b/c", steps=("links", "lower_case"))
    assert "no word of this sentence is left" in page.info[0].value
    assert len(page.get("plotly_chart")) == 1
    page = opened(made_up, steps=("punctuation", "lemmas"), as_printed=True)
    assert "No word is left" in [element.value for element in page.subheader]
    assert not page.radio


@pytest.mark.claim("all", "in each chapter, a wrong answer is explained and the right one accepted")
def test_every_wrong_answer_is_explained_and_the_right_one_accepted(made_up: Path) -> None:
    page = move(opened(made_up), 100, 8, 10)
    assert any("from 10 to 20" in element.value for element in page.markdown)
    feedback = answer_in_every_way(page, "embedding_layer")
    assert {"They double to 1,600", "10 rows are added, 80 parameters"} <= set(feedback)
    assert "100 rows times 8 numbers are 800" in feedback["Nothing changes: the number stays the same"]
