"""The teacher's pack: every question in it, the right answers on the answer sheet alone, PDFs with pages."""

import html
import re
import unicodedata
from pathlib import Path

import pytest
from pypdf import PdfReader

from pages.learn.chapters import CHAPTERS
from teacher_pack import documents, printing
from teacher_pack.chapters import CORE, ChapterSheet, read_chapters
from teacher_pack.talk import PAIRS, starter_answers

pytestmark = pytest.mark.slow
OUTSIDE = re.compile(r"(?:src|href)=|url\(|https?:|@import")


@pytest.fixture(scope="module")
def chapters(pages_as_served: None) -> list[ChapterSheet]:
    return read_chapters()


@pytest.fixture(scope="module")
def pack(chapters: list[ChapterSheet]) -> dict[str, str]:
    return documents.pack(chapters, *starter_answers())


def plain(page: str) -> str:
    """The text of a page: without its style sheet and its tags."""
    return html.unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL))


def letters(text: str) -> str:
    """The text without blanks and line ends, and without ligatures, which fonts draw for "fi" and "fl"."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def test_every_chapter_and_question_is_on_worksheet_and_answer_sheet(
    chapters: list[ChapterSheet], pack: dict[str, str]
) -> None:
    assert [sheet.name for sheet in chapters] == list(CHAPTERS)
    for name in ("worksheet", "answers"):
        text = plain(pack[name])
        for sheet in chapters:
            assert len(sheet.questions) == len(sheet.chapter.questions) >= 1
            assert sheet.chapter.title in text
            assert all(question.ask in text for question in sheet.questions)


def test_the_right_answer_is_told_by_the_answer_sheet_alone(
    chapters: list[ChapterSheet], pack: dict[str, str]
) -> None:
    worksheet, answers = plain(pack["worksheet"]), plain(pack["answers"])
    for sheet in chapters:
        for question in sheet.questions:
            (right,) = (answer for answer in question.answers if answer.right)
            assert f"{question.letter}: {right.text}" in answers
            assert f"{question.letter}: {right.text}" not in worksheet
            for answer in question.answers:
                assert answer.text in worksheet
                assert answer.why in answers
                assert answer.why not in worksheet
    # No answer is set apart by a tag or a class.
    choices = re.findall(r'<ol class="answers">(.*?)</ol>', pack["worksheet"])
    assert len(choices) == sum(len(sheet.questions) for sheet in chapters)
    assert {tag for choice in choices for tag in re.findall(r"<[^>]+>", choice)} == {"<li>", "</li>"}


def test_the_core_route_has_chapters_of_the_app_and_the_rest_is_extension(
    chapters: list[ChapterSheet],
) -> None:
    core = {name for lesson in CORE for name in lesson}
    assert core < set(CHAPTERS)
    assert {sheet.name for sheet in chapters if sheet.lesson is not None} == core


def test_an_exit_ticket_hides_the_words_of_its_sentences(pack: dict[str, str]) -> None:
    ticket = plain(pack["exit-tickets"])
    assert re.search(r"The +\xa0+ +lists the tokens", ticket)
    assert "**" not in ticket
    assert "vocabulary" in plain(pack["answers"]).rpartition("Exit tickets")[2]


def test_slides_and_talk_show_what_the_starter_answers_to_each_made_up_headline(pack: dict[str, str]) -> None:
    _, answers = starter_answers()
    assert [headline for headline, *_ in answers] == [headline for pair in PAIRS for headline in pair]
    for name in ("slides", "talk"):
        text = plain(pack[name])
        assert all(headline in text and label in text for headline, label, _ in answers)
    # A pair makes its point only if its answers differ.
    assert sum(first[1] != second[1] for first, second in zip(answers[::2], answers[1::2], strict=True)) >= 3


def test_nothing_is_loaded_from_elsewhere(pack: dict[str, str]) -> None:
    assert [name for name, page in pack.items() if OUTSIDE.search(page)] == []


def test_markup_of_a_text_stays_text() -> None:
    assert documents.rich("a **b** `c` <script>") == "a <b>b</b> <code>c</code> &lt;script&gt;"


@pytest.mark.long
def test_each_document_is_printed_with_pages_that_hold_its_text(
    pack: dict[str, str], chapters: list[ChapterSheet], tmp_path: Path
) -> None:
    browser = printing.find_browser()
    assert browser
    sizes = {}
    for name, page in pack.items():
        source = tmp_path / f"{name}.html"
        source.write_text(page, encoding="utf-8")
        printed = PdfReader(printing.to_pdf(browser, source, tmp_path / f"{name}.pdf"))
        assert any(sheet.extract_text().strip() for sheet in printed.pages), name
        sizes[name] = len(printed.pages)
        if name == "worksheet":
            words = letters("".join(sheet.extract_text() for sheet in printed.pages))
            for sheet in chapters:
                assert letters(sheet.questions[0].ask) in words, sheet.name
    assert sizes["exit-tickets"] == len(CORE)
    assert sizes["slides"] == pack["slides"].count("<section>")


def test_a_browser_that_prints_nothing_is_an_error(tmp_path: Path) -> None:
    source = tmp_path / "page.html"
    source.write_text("<p>")
    with pytest.raises(RuntimeError, match="printed nothing"):
        printing.to_pdf("/bin/true", source, tmp_path / "page.pdf")
