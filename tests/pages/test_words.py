"""The Words page, alone: empty, with the sample, with a made-up file of odd words."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from core import paths
from core.insight.wording import percent
from core.news.news import read_news
from core.settings.presets import PRESETS
from core.settings.run import RunSettings
from core.text.cleaning import CleaningSettings
from core.training.preparation import split_articles
from pages.wording import literal
from pages.words.word_index import round_numbers
from tests.pages.opening import metrics, open_visit, write_news

PAGE = Path(__file__).parents[2] / "pages" / "words" / "page.py"

ODD = ("<b>bold</b>", ":red[x]", "$x$", "https://a.b/c")


@pytest.fixture
def made_up(tmp_path: Path) -> Path:
    """60 articles; article n says word n mod 7, so every word is known; one description is empty."""
    lines = [
        {
            "category": ["ARTS", "TECH"][n % 2],
            "headline": f"Alpha {ODD[n % 4]} common",
            "short_description": f"beta word{n % 7} again" if n else "",
        }
        for n in range(60)
    ]
    return write_news(tmp_path / "made_up.json", lines)


def test_without_a_file_the_page_says_what_will_stand_here() -> None:
    page, _ = open_visit(PAGE)
    assert [button.label for button in page.button] == ["Go to Data"]
    assert "No file yet" in [one.value for one in page.subheader]
    assert not page.dataframe


def test_the_figures_equal_counting_by_hand(made_up: Path) -> None:
    settings = RunSettings(cleaning=CleaningSettings(steps=("white_space", "lower_case")))
    settings = replace(settings, network=replace(settings.network, vocabulary_size=4, sequence_length=5))
    page, session = open_visit(PAGE, made_up, settings)
    news = read_news(made_up)
    parts = split_articles(news.table["category"], settings.training).split
    texts = [text.lower().split() for text in news.table["text"]]
    counts = Counter(word for row in parts.training for word in texts[row])
    known = {word for word, _ in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:2]}
    running = [word for part in (parts.validation, parts.test) for row in part for word in texts[row]]
    assert metrics(page) == {
        "Words known in new texts": percent(sum(word in known for word in running) / len(running)),
        "Texts cut at the end": percent(59 / 60),  # six words each, and one of three
        "Texts with no known word": "0",  # all hold "alpha" and "common"
    }
    assert session.settings.network == settings.network  # drawing the page changes nothing


def test_the_sliders_edit_the_settings_and_move_the_figures(made_up: Path) -> None:
    page, session = open_visit(PAGE, made_up)
    before = metrics(page)
    page.select_slider[0].set_value(3).run()
    page.select_slider[1].set_value(2).run()
    assert not page.exception
    assert (session.settings.network.vocabulary_size, session.settings.network.sequence_length) == (3, 2)
    after = metrics(page)
    assert after["Texts cut at the end"] == percent(1)
    assert float(after["Words known in new texts"][:-2]) < float(before["Words known in new texts"][:-2])
    session.take_settings(PRESETS["article"])
    page.run()
    assert [slider.value for slider in page.select_slider] == [100_000, 130]


def test_a_typed_headline_becomes_numbers(made_up: Path) -> None:
    page, _ = open_visit(PAGE, made_up)
    page.select_slider[1].set_value(4).run()
    page.text_input[0].set_value("Unheard alpha").run()
    row = page.code[0].value
    assert row.startswith("[1, ")
    assert row.endswith(", 0, 0]")
    said = [caption.value for caption in page.caption]
    assert any(
        "2 for words and 2 zeros" in one and "1 unknown (dashed) becomes number 1" in one for one in said
    )
    page.text_input[0].set_value("alpha alpha alpha alpha alpha alpha").run()
    assert any("2 at the end are cut off" in caption.value for caption in page.caption)
    page.text_input[0].set_value("").run()
    assert not page.exception
    assert "one unknown word" in page.info[0].value


def test_ngrams_of_the_training_part_are_counted(made_up: Path) -> None:
    page, _ = open_visit(PAGE, made_up, RunSettings(cleaning=CleaningSettings(steps=("lower_case",))))
    page.text_input[0].set_value("again common beta word1 again").run()
    said = next(caption.value for caption in page.caption if "n-grams" in caption.value)
    assert said.startswith("4 n-grams, 1 of them not in the training part")  # no text has "again common"
    page.slider[0].set_value(3).run()
    said = next(caption.value for caption in page.caption if "n-grams" in caption.value)
    assert said.startswith("3 n-grams, 1 of them not in the training part")


def test_the_word_index_is_searched(made_up: Path) -> None:
    page, session = open_visit(PAGE, made_up)
    page.text_input[1].set_value("ALPHA").run()
    table = page.dataframe[0].value
    assert table["word"].tolist() == ["alpha"]
    rank = int(table["rank"][0])
    assert table["number"].tolist() == [rank + 1]
    news = read_news(made_up)
    parts = split_articles(news.table["category"], session.settings.training).split
    assert table["count"].tolist() == [len(parts.training)]  # once in each text
    page.select_slider[0].set_value(3).run()
    page.text_input[1].set_value("word1").run()
    assert page.dataframe[0].value["number"].tolist() == [1]  # beyond the chosen size: unknown


@pytest.mark.parametrize("typed", [*ODD, "</li><script>", "[x](javascript:y)", "x" * 60])
def test_what_a_visitor_types_is_never_markup(made_up: Path, typed: str) -> None:
    page, _ = open_visit(PAGE, made_up, RunSettings(cleaning=CleaningSettings(steps=("lower_case",))))
    page.text_input[0].set_value(typed).run()
    page.text_input[1].set_value(f"{typed}~").run()
    assert not page.exception
    markdown = [one.value for kind in (page.markdown, page.caption, page.subheader) for one in kind]
    assert not any(typed in one for one in markdown if typed.strip("x"))
    assert any(literal(f"{typed}~"[:60]) in one for one in markdown)


def test_when_cleaning_leaves_nothing_the_page_says_so(made_up: Path) -> None:
    printed = CleaningSettings(steps=("punctuation", "lemmas"), as_printed=True)
    page, _ = open_visit(PAGE, made_up, RunSettings(cleaning=printed))
    assert "No word is left" in [one.value for one in page.subheader]
    assert "Go to Cleaning" in [button.label for button in page.button]


def test_a_file_that_cannot_be_split_is_answered_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    path.write_text("\n".join(json.dumps({"category": ":red[A]", "headline": f"h {n}"}) for n in range(20)))
    page, _ = open_visit(PAGE, path)
    assert "All articles are in one category" in page.error[0].value
    assert ":red[A]" not in page.error[0].value
    assert [button.label for button in page.button] == ["Open the Data page"]


def test_settings_that_leave_nothing_are_answered_with_a_sentence(made_up: Path) -> None:
    settings = RunSettings()
    page, _ = open_visit(PAGE, made_up, replace(settings, training=replace(settings.training, articles=1)))
    assert "are all in one category" in page.error[0].value
    assert [button.label for button in page.button] == ["Change the settings"]


def test_slider_steps_hold_the_bounds_and_the_value_between() -> None:
    assert round_numbers(3, 400, 37, (1, 2, 5)) == [3, 5, 10, 20, 37, 50, 100, 200, 400]
    assert round_numbers(1, 5, 1, (1,)) == [1, 5]


@pytest.mark.slow
def test_with_the_sample_everything_is_drawn() -> None:
    page, _ = open_visit(PAGE, paths.SAMPLE)
    assert set(metrics(page)) == {
        "Words known in new texts",
        "Texts cut at the end",
        "Texts with no known word",
    }
    assert len(page.get("plotly_chart")) == 3
    assert len(page.dataframe[0].value) > 100
    assert [button.label for button in page.button] == ["Random headline", "Next: Train"]
    before = page.text_input[0].value
    drawn = set()
    for _ in range(3):
        page.button[0].click().run()
        drawn.add(page.text_input[0].value)
    assert drawn - {before}
    assert not page.exception
