"""The Cleaning page, alone: empty, with a made-up file, with the sample."""

import csv
import hashlib
import io
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core import paths
from core.news.news import read_news
from core.settings.presets import PRESETS
from core.settings.run import RunSettings
from core.tasks import news_tasks
from core.tasks.news_tasks import CleanTexts, ExportCleaned, MeasureCleaning
from core.text.cleaning import STEPS, CleaningSettings, clean_all, texts_of
from pages import tasks
from pages.cleaning.steps import EXAMPLE, NEGATIONS_GO
from pages.session import Session
from pages.wording import literal
from tests.pages.opening import fetch_download, metrics_with_deltas, open_page, open_visit, write_news
from tests.tasks.computed import compute_here, reading

PAGE = Path(__file__).parents[2] / "pages" / "cleaning" / "page.py"
ARTICLE = CleaningSettings.article()
LOWER_CASE = CleaningSettings(steps=("lower_case",))
DOWNLOAD = "Download the cleaned file (CSV)"

ODD = ("<b>bold</b>", ":red[x]", "$x$", "[x](javascript:y)")


def cleaned_by(cleaning: CleaningSettings) -> RunSettings:
    return replace(PRESETS["quick"], cleaning=cleaning)


@pytest.fixture
def made_up(tmp_path: Path) -> Path:
    """Four articles of three words, a headline of two and a description of one; one description is empty."""
    lines = [
        {
            "category": "AB"[n % 2],
            "headline": f"The Cat{n}",
            "short_description": "=runs" if n else "",
            "date": date,
        }
        for n, date in enumerate(("2014-05-01", "2014-05-02", "", "2014-05-04"))
    ]
    return write_news(tmp_path / "made_up.json", lines)


def names(page: AppTest) -> list[str]:
    """Bold names of the rows, in their order."""
    return [one.value.strip("*") for one in page.markdown if one.value.startswith("**")]


def switch(page: AppTest, title: str) -> None:
    box = next(box for box in page.checkbox if box.label == literal(title))
    box.set_value(not box.value).run()
    assert not page.exception


def press(page: AppTest, label: str) -> None:
    next(button for button in page.button if button.label == label).click().run()
    assert not page.exception


def test_without_a_file_a_text_can_be_cleaned_and_the_page_says_what_will_stand_here() -> None:
    page, _ = open_visit(PAGE)
    assert page.text_input[0].value == EXAMPLE
    assert names(page)[0] == "What is left"
    assert "No file yet" in [one.value for one in page.subheader]
    assert "Go to Data" in [button.label for button in page.button]
    assert not page.metric


def test_a_step_for_every_switch_and_an_explanation_for_every_step() -> None:
    page, _ = _in_language("ar", CleaningSettings.marked().in_language("ar"))
    shown = {box.label for box in page.checkbox}
    helps = " ".join(widget.help for widget in (*page.checkbox, *page.get("button_group")))
    unexplained = [step.name for step in STEPS if literal(step.explanation) not in helps]
    assert unexplained == ["segmentation"]  # blanks separate the words of Arabic
    assert len(shown) == 12
    assert len(page.get("button_group")) == 2  # digits and punctuation have three choices each


def test_the_switches_write_the_settings() -> None:
    page, session = open_visit(PAGE)
    assert session.settings == PRESETS["quick"]  # drawing the page changes nothing
    switch(page, "Stop words")
    assert session.settings.cleaning.steps == (
        *("mark_description", "entities", "white_space", "quotes", "links", "separate_punctuation"),
        *("lower_case", "stop_words"),
    )
    press(page, "The article's steps")
    assert session.settings.cleaning == ARTICLE
    press(page, "Light")
    assert session.settings.cleaning == CleaningSettings.marked()


def test_every_step_that_does_something_has_a_row_and_the_others_are_named() -> None:
    page, _ = open_visit(PAGE, settings=cleaned_by(ARTICLE))
    page.text_input[0].set_value("The 2 women").run()
    assert names(page) == ["What is left", "Remove digits", "Lower case", "Stop words", "Lemmas"]
    said = [one.value for one in page.caption]
    assert "3 → 1 words" in said
    idle = next(one for one in said if one.startswith("These steps change nothing here"))
    assert literal("@users") in idle


def test_as_the_article_printed_it() -> None:
    page, session = open_visit(PAGE)
    page.text_input[0].set_value("Two women saw the show [video] in Washington").run()
    page.toggle[0].set_value(True).run()
    assert session.settings.cleaning == CleaningSettings(steps=ARTICLE.steps, as_printed=True)
    assert "8 → 0 words" in [one.value for one in page.caption]
    assert any(literal("[^ws]") in one.value for one in page.caption)
    switch(page, "Lemmas")
    assert session.settings.cleaning.as_printed
    assert "8 → 1 words" in [one.value for one in page.caption]
    page.toggle[0].set_value(False).run()
    assert session.settings.cleaning == ARTICLE


def test_the_figures_of_the_file_equal_counting_by_hand(made_up: Path) -> None:
    page, _ = open_visit(
        PAGE, made_up, cleaned_by(CleaningSettings(steps=("punctuation", "lower_case", "stop_words")))
    )
    # Raw: "The Cat0", "The Cat1 =runs" ...; the, =runs and four cats. Cleaned: "cat0", "cat1 runs" ...
    assert metrics_with_deltas(page) == {
        "Words per text": ("2", "3 before"),
        "Different words": ("5", "6 before"),
        "All words": ("7", "63.6\u00a0% of before"),
        "Texts left empty": ("0", "0 before"),
    }
    assert len(page.get("plotly_chart")) == 1


def cleaned_file(news: Path, cleaning: CleaningSettings) -> bytes:
    return compute_here(ExportCleaned(cleaned=CleanTexts(news=reading(news), cleaning=cleaning))).tobytes()


def test_the_cleaned_file_is_harmless_in_a_spreadsheet(made_up: Path) -> None:
    table = list(csv.reader(io.StringIO(cleaned_file(made_up, LOWER_CASE).decode("utf-8-sig"))))
    assert table[0] == ["category", "date", "text"]
    assert table[1] == ["A", "2014-05-01", "the cat0"]
    assert table[3] == ["A", "", "the cat2 =runs"]
    write_news(made_up, [{"category": "=A", "headline": "=1+1"}, {"category": "B", "headline": "b"}])
    lines = cleaned_file(made_up, CleaningSettings(steps=())).decode("utf-8-sig").splitlines()
    assert lines[1] == '"\'=A","","\'=1+1"'


def test_two_large_cleaned_files_that_differ_in_one_article_are_each_their_visitor_s(tmp_path: Path) -> None:
    """Streamlit's media addresses are made of a file's length and three samples: both would be the same."""
    pages, sums = {}, {}
    for visitor in ("anna", "berta"):
        articles = [
            {"category": "AB"[n % 2], "headline": f"Number{n}", "short_description": "word " * 100}
            for n in range(3_000)
        ]
        articles[500]["headline"] = visitor.ljust(6, "x")  # in none of the samples
        news = write_news(tmp_path / f"{visitor}.json", articles)
        session = Session(visitor, paths.visitors() / f"{visitor}.json")
        session.choose_news(news, "news.json")
        session.settings = cleaned_by(LOWER_CASE)
        pages[visitor] = open_page(PAGE, session)
        sums[visitor] = hashlib.sha256(cleaned_file(news, LOWER_CASE)).hexdigest()
    assert sums["anna"] != sums["berta"]
    for visitor, stranger in (("anna", "berta"), ("berta", "anna")):
        answer = fetch_download(pages[visitor], DOWNLOAD)
        assert len(answer.body) > 2**20
        assert answer.header("content-length") == [str(len(answer.body))]
        assert hashlib.sha256(answer.body).hexdigest() == sums[visitor]
        assert fetch_download(pages[visitor], DOWNLOAD, stranger).status == 404


def test_a_file_that_has_changed_or_is_gone_is_not_downloaded_for_another(made_up: Path) -> None:
    page, _ = open_visit(PAGE, made_up, cleaned_by(LOWER_CASE))
    assert fetch_download(page, DOWNLOAD).body.count(b"\r\n") == 5
    write_news(made_up, [{"category": "A", "headline": "Another"}, {"category": "B", "headline": "file"}])
    assert fetch_download(page, DOWNLOAD).body == (
        b"made_up.json has changed since this page was loaded. Reload the page."
    )
    made_up.unlink()
    assert fetch_download(page, DOWNLOAD).status == 410


def test_the_seconds_are_those_of_the_cleaning_whichever_page_asked_first(
    made_up: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks = iter([10.0, 12.5])
    monkeypatch.setattr(news_tasks, "time", SimpleNamespace(perf_counter=lambda: next(ticks)))
    cleaned = CleanTexts(news=reading(made_up), cleaning=LOWER_CASE)
    tasks.result(cleaned)  # as the Words page does
    assert tasks.result(MeasureCleaning(cleaned=cleaned)).seconds == 2.5


def test_another_of_the_file_is_an_article_of_the_file(made_up: Path) -> None:
    page, _ = open_visit(PAGE, made_up)
    press(page, "Another")
    assert page.text_input[0].value in {"The Cat0 ¶", *(f"The Cat{n} ¶ =runs" for n in (1, 2, 3))}


@pytest.mark.parametrize("typed", ODD)
def test_what_a_visitor_types_is_never_markup(typed: str) -> None:
    page, _ = open_visit(PAGE, settings=cleaned_by(CleaningSettings(steps=("white_space",))))
    page.text_input[0].set_value(f"  {typed}  b").run()
    assert not page.exception
    drawn = [one.value for kind in (page.markdown, page.caption, page.subheader) for one in kind]
    assert not [one for one in drawn if typed in one]


def test_a_file_that_is_gone_is_answered_with_a_sentence(tmp_path: Path) -> None:
    page, _ = open_visit(PAGE, tmp_path / "gone.json")
    assert "no longer on the server" in page.error[0].value
    assert not page.metric


@pytest.mark.slow
def test_with_the_sample_the_whole_file_is_cleaned() -> None:
    page, session = open_visit(PAGE, paths.SAMPLE, cleaned_by(ARTICLE))
    news = session.read_news()
    assert news
    texts = clean_all(texts_of(news.table, ARTICLE), ARTICLE)
    different = len({word for text in texts for word in text.split()})
    assert metrics_with_deltas(page)["Different words"][0] == f"{different:,}"
    assert any("8,000 texts cleaned in" in one.value for one in page.caption)
    assert "Next: Words" in [button.label for button in page.button]


def _in_language(code: str, cleaning: CleaningSettings) -> tuple[AppTest, Session]:
    return open_visit(PAGE, settings=cleaned_by(replace(cleaning, language=code)))


def _checkbox(page: AppTest, label: str) -> Any:
    return next(box for box in page.checkbox if box.label == label)


def test_drawing_the_page_keeps_the_language_and_the_buttons_do_too() -> None:
    page, session = _in_language("es", CleaningSettings.marked())
    assert page.selectbox[0].value == "es"
    assert session.settings == PRESETS["quick"].with_language("es")
    press(page, "The article's steps")
    assert session.settings.cleaning == replace(ARTICLE, language="es")
    page.selectbox[0].set_value("tr").run()
    assert session.settings.cleaning == replace(ARTICLE, language="tr")


def test_negations_stay_unless_somebody_asks_and_then_the_price_is_named() -> None:
    page, session = _in_language("de", ARTICLE)
    page.text_input[0].set_value("Das ist nicht gut").run()
    assert session.settings.cleaning.keep_negations
    assert not page.warning
    _checkbox(page, "Keep negations").set_value(False).run()
    assert session.settings.cleaning == replace(ARTICLE, language="de", keep_negations=False)
    assert [warning.value for warning in page.warning] == [NEGATIONS_GO]
    switch(page, "Stop words")
    assert not [box for box in page.checkbox if box.label == "Keep negations"]


def test_vowel_signs_of_arabic_go_with_the_language_and_stay_when_one_says_so() -> None:
    page, session = open_visit(PAGE)
    title = next(step.title for step in STEPS if step.name == "tashkeel")
    assert title not in [box.label for box in page.checkbox]
    language = next(box for box in page.selectbox if box.label == "Language")
    language.set_value("ar").run()
    assert not page.exception
    assert session.settings == PRESETS["quick"].with_language("ar")
    assert "tashkeel" in session.settings.cleaning.steps
    assert session.settings.preset == "quick"
    switch(page, title)
    assert session.settings.cleaning == replace(CleaningSettings.marked(), language="ar")
    assert session.settings.preset == "own"
    next(box for box in page.selectbox if box.label == "Language").set_value("en").run()
    assert session.settings == PRESETS["quick"]


def test_a_language_without_stop_words_or_stems_says_so() -> None:
    page, _ = _in_language("ka", CleaningSettings.marked())
    captions = [caption.value for caption in page.caption]
    for box, reason in (
        ("Stop words", "There is no list of stop words for Georgian."),
        ("Lemmas", "There are no rules for the endings of words in Georgian."),
    ):
        assert _checkbox(page, box).disabled
        assert reason in captions
    page, _ = _in_language("hi", CleaningSettings.marked())
    assert not _checkbox(page, "Stop words").disabled
    assert not _checkbox(page, "Lemmas").disabled


def test_texts_without_blanks_have_their_words_found_or_are_read_by_character() -> None:
    page, session = open_visit(PAGE, settings=PRESETS["quick"].with_language("th"))
    assert session.settings == PRESETS["quick"].with_language("th")  # drawing the page changes nothing
    box = _checkbox(page, "Find the words")
    assert (box.value, box.help) == (
        True,
        literal(next(s for s in STEPS if s.name == "segmentation").explanation),
    )
    assert not page.info
    page.text_input[0].set_value("ธนาคารขึ้นดอกเบี้ย").run()
    assert "Find the words" in names(page)
    switch(page, "Find the words")
    assert "segmentation" not in session.settings.cleaning.steps
    assert session.settings.preset == "own"
    assert "Thai has no spaces between its words" in page.info[0].value
    press(page, "Light")
    assert session.settings.cleaning == CleaningSettings.marked().in_language("th")
    switch(page, "Find the words")
    press(page, "Read characters")
    assert session.settings.network.tokenization == "characters"
    assert not page.info
    assert "The network reads characters, so it needs no words." in [
        caption.value for caption in page.caption
    ]
    press(page, "Light")
    assert "segmentation" not in session.settings.cleaning.steps


def test_a_language_just_chosen_has_its_words_found() -> None:
    page, session = open_visit(PAGE, settings=PRESETS["quick"])
    page.selectbox[0].set_value("zh").run()
    assert session.settings == PRESETS["quick"].with_language("zh")
    page.selectbox[0].set_value("lo").run()
    assert session.settings.cleaning == CleaningSettings.marked().in_language("lo")
    assert "Lao has no spaces between its words" in page.info[0].value
    assert "Find the words" not in {box.label for box in page.checkbox}
    page.selectbox[0].set_value("en").run()
    assert session.settings == PRESETS["quick"]


def test_a_file_in_another_language_than_the_example_is_begins_with_its_first_article() -> None:
    page, _ = open_visit(PAGE, paths.HINDI_NEWS)
    first = read_news(paths.HINDI_NEWS).table.iloc[0]
    assert str(page.text_input[0].value).startswith(first["headline"])
    page.text_input[0].set_value("नया").run()
    assert page.text_input[0].value == "नया"
    page, _ = open_visit(PAGE, paths.SAMPLE)
    assert page.text_input[0].value == EXAMPLE


def test_a_run_of_another_segmenter_gives_a_draft_that_can_start() -> None:
    """The words of its texts were found by another version: the installed one finds them, and the page says so."""
    installed = CleaningSettings().in_language("ja")
    _, session = open_visit(PAGE)
    session.take_settings(cleaned_by(replace(installed, segmenter="budoux 0.1.0/00000000")))
    assert session.settings.cleaning == installed
    page = open_page(PAGE, session)
    (caption,) = [each.value for each in page.caption if "some words differ" in each.value]
    assert "budoux 0.1.0/00000000" in caption.replace("\\", "")
    session.settings.cleaning.check()
