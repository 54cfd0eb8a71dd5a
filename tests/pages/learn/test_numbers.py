"""The chapter on numbers, alone: fresh, with the sample, 41 categories, odd words; n moved; the questions."""

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core import paths
from core.insight.lessons.numbers.compute import TokenizationCost
from core.insight.wording import percent
from core.news.news import read_news
from core.text.cleaning import CleaningSettings, clean_all, texts_of
from core.training.preparation import split_articles
from pages.learn.material import SENTENCE_KEY
from pages.learn.numbers.questions import questions
from pages.session import Session
from pages.wording import count
from tests.pages.learn.answering import answer_in_every_way
from tests.pages.opening import open_chapter

ODD = (":red[X]", "<script>", "$x$", "naïve", "🙂")


def opened(news: Path | None, sentence: str | None = None, *, printed: bool = False) -> AppTest:
    session = Session("visitor", None)
    if news:
        session.choose_news(news, news.name)
    if printed:
        cleaning = CleaningSettings(steps=("punctuation", "lemmas"), as_printed=True)
        session.settings = type(session.settings)(cleaning=cleaning)
    page = open_chapter("numbers", session=session)
    if sentence is not None:
        page.text_input(key=SENTENCE_KEY).set_value(sentence).run()
    assert not page.exception
    return page


@pytest.fixture
def made_up(tmp_path: Path) -> Path:
    """82 articles of 41 categories; each holds one of the odd words."""
    path = tmp_path / "made_up.json"
    lines = [
        {"category": f"C {n % 41}", "headline": f"Alpha {ODD[n % 5]} common word{n % 7} again"}
        for n in range(82)
    ]
    path.write_text("\n".join(map(json.dumps, lines)))
    return path


def costs(page: AppTest) -> dict[str, list[str]]:
    table = page.table[0].value
    return {str(name).removesuffix(" (n)"): list(map(str, row)) for name, *row in table.itertuples()}


def headings(page: AppTest) -> list[str]:
    return [
        markdown.value
        for markdown in page.markdown
        if markdown.value.startswith("**") and "**:" in markdown.value
    ]


@pytest.mark.claim("all", "the figures are of your file, or of the built-in sample where you have none")
def test_a_fresh_visitor_without_a_starter_counts_on_the_sample(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "STARTER", tmp_path / "none")
    page = opened(None)
    assert list(costs(page)) == ["characters", "words", "2 words", "3 words", "4 words"]
    assert len(page.get("plotly_chart")) == 1
    assert "built-in sample" in page.caption[-1].value


def test_moving_n_changes_the_row_the_title_and_the_mark(made_up: Path) -> None:
    page = opened(made_up, "alpha naïve common word1 again")
    settings = page.session_state["session"].settings
    news = read_news(made_up)
    texts = clean_all(texts_of(news.table, settings.cleaning), settings.cleaning)
    parts = split_articles(news.table["category"], settings.training).split
    for n in (3, 2, 4):
        page.slider(key="lesson_n").set_value(n).run()
        assert not page.exception
        learnt, new = (
            [
                tuple(words[start : start + n])
                for row in rows
                for words in [texts[row].split()]
                for start in range(len(words) - n + 1)
            ]
            for rows in (parts.training, [*parts.validation, *parts.test])
        )
        unseen = sum(gram not in set(learnt) for gram in new) / len(new)
        assert costs(page)[f"{n} words"] == [
            count(len(set(learnt))),
            f"{len(learnt) / len(parts.training):.1f}",
            percent(unseen),
        ]
        (drawn,) = page.get("plotly_chart")
        assert (
            json.loads(drawn.proto.spec)["layout"]["title"]["text"]
            == f"n = {n}: {percent(unseen)} never seen"
        )
        assert f"{percent(unseen)} of the n-grams" in drawn.proto.alt
        words = ["alpha", "naïve", "common", "word1", "again"]
        grams = [tuple(words[start : start + n]) for start in range(len(words) - n + 1)]
        unknown = sum(gram not in set(learnt) for gram in grams)
        known = f"{unknown} of them never seen: number 1, dashed" if unknown else "all seen before"
        assert headings(page)[1] == f"**N-grams of {n} words**: {len(grams)}, {known}"


@pytest.mark.parametrize("sentence", [*ODD, "unheard of here", "[x](javascript:y) " * 10, "x"])
def test_any_sentence_is_numbered_and_none_is_markup(made_up: Path, sentence: str) -> None:
    page = opened(made_up, sentence)
    assert len(headings(page)) == 3
    markdown = [
        element.value
        for kind in (page.markdown, page.caption, page.radio)
        for element in kind
        if element.value
    ]
    assert not any(sentence in text for text in markdown if sentence != "x")


def test_an_empty_sentence_is_the_example_and_one_of_nothing_is_explained(made_up: Path) -> None:
    assert headings(opened(made_up, "  "))[0].startswith("**Words**: 10, ")
    page = opened(made_up, "https://a.b/c")
    assert "no word of this sentence is left" in page.info[0].value
    assert costs(page)


def test_when_cleaning_leaves_nothing_the_page_says_so(made_up: Path) -> None:
    page = opened(made_up, printed=True)
    assert "No word is left" in [element.value for element in page.subheader]
    assert not page.radio


@pytest.mark.claim("all", "in each chapter, a wrong answer is explained and the right one accepted")
def test_every_wrong_answer_is_explained_and_the_right_one_accepted(made_up: Path) -> None:
    page = opened(made_up)
    unseen = costs(page)["4 words"][2].replace("\u00a0%", "")
    feedback = answer_in_every_way(page, "numbers")
    assert any(shown.startswith("Correct") and unseen in shown for shown in feedback.values())


@pytest.mark.claim("numbers", "more of a new text's long n-grams were never seen")
def test_a_file_whose_n_grams_are_no_newer_than_its_words_is_no_proof() -> None:
    """Of short texts: whose words are new has few words, and no n-gram."""

    def why(words: float, grams: float) -> str:
        shares = (0.0, words, 0.1, 0.1, grams)
        costs = [
            TokenizationCost(words=words_per_token, different=9, pieces=5.0, unseen=share)
            for words_per_token, share in enumerate(shares)
        ]
        return next(answer.why for answer in questions(costs)[0].answers if answer.right)

    assert "20.0\u00a0% of a new text's words were never seen, but 60.0\u00a0%" in why(0.2, 0.6)
    assert "In this file" not in why(0.2, 0.1)
