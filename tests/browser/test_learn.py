"""The chapters in a browser: a question answered wrongly, then rightly; every chapter drawn, on phone and paper too."""

import io
import re
import unicodedata
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from core.insight.order_task.results import EXAMPLE
from pages.learn.chapters import CHAPTERS
from tests.browser.conftest import PROJECTOR
from tests.browser.test_path import PHONE, picture, settled

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_question_is_answered_wrongly_then_rightly(page: Page, pictures: Path | None) -> None:
    page.goto("/learn")
    settled(page, "Learn")
    expect(page.get_by_text("questions answered correctly")).to_have_count(0)
    picture(page, pictures, "learn")
    page.get_by_role("button", name="Open").first.click()
    settled(page, CHAPTERS["numbers"].title)
    answers = page.get_by_role("radiogroup", name="Answers").first.get_by_test_id("stRadioOption")
    expect(answers.first).to_be_visible()
    said = page.get_by_test_id("stAlert").filter(has_text=re.compile(r"(Correct|Not quite)\."))
    texts = [""]
    for place in range(answers.count()):
        answers.nth(place).click()
        if place:
            expect(said).not_to_have_text(texts[-1], use_inner_text=True)
        expect(said).to_have_count(1)
        texts.append(said.inner_text())
        assert len(texts[-1].split()) > 8, f"not explained: {texts[-1]}"
    (right,) = [place for place, text in enumerate(texts[1:]) if "Correct." in text]
    answers.nth(right).click()
    expect(said).to_have_text(texts[right + 1], use_inner_text=True)

    # It is remembered, and the next chapter offers itself.
    page.get_by_role("button", name=f"Next: {CHAPTERS['vectors'].title}").click()
    settled(page, CHAPTERS["vectors"].title)
    page.get_by_role("button", name="All chapters").first.click()
    settled(page, "Learn")
    n_questions = sum(len(chapter.questions) for chapter in CHAPTERS.values())
    expect(page.get_by_text(f"1 of {n_questions} questions answered correctly")).to_be_visible()


@pytest.mark.long
def test_the_sentence_goes_along_through_all_chapters(page: Page, pictures: Path | None) -> None:
    """Typed once; every chapter is drawn with it, no wider than a phone, and leads on."""
    own = "Striker scores twice in the rain"
    names = list(CHAPTERS)
    page.goto("/learn")
    settled(page, "Learn")
    page.get_by_role("button", name="Open").first.click()
    for place, name in enumerate(names):
        chapter = CHAPTERS[name]
        settled(page, chapter.title)
        expect(page.get_by_text(f"Chapter {place + 1} of {len(names)}")).to_be_visible()
        if chapter.own_sentence:
            box = page.get_by_role("textbox", name="Your sentence")
            if place == 0:
                box.fill(own)
                box.press("Enter")
                settled(page, chapter.title)
            # A recorded network knows the words of its own file, and so has a sentence of its own.
            expect(box).to_have_value(EXAMPLE if chapter.cells else own)
        expect(page.get_by_role("button", name=chapter.label)).to_be_visible()
        settled(page, chapter.title)
        page.set_viewport_size(PHONE)
        settled(page, chapter.title)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide == 0, f"{name} is {wide} pixels wider than the phone"
        page.set_viewport_size(PROJECTOR)
        if name in ("numbers", "gates", "article"):
            picture(page, pictures, f"learn_{name}")
        if place + 1 < len(names):
            page.get_by_role("button", name=f"Next: {CHAPTERS[names[place + 1]].title}").click()


@pytest.mark.long
def test_each_chapter_prints_on_one_page(page: Page) -> None:
    """With title, text and what was learnt; without navigation, questions and buttons."""
    names = list(CHAPTERS)
    page.goto(f"/learn-{names[0]}")
    for position, name in enumerate(names):
        chapter = CHAPTERS[name]
        settled(page, chapter.title)
        picture(page, None, name)
        pdf = PdfReader(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True)))
        assert len(pdf.pages) == 1, f"{name} takes {len(pdf.pages)} pages"
        # Compatibility forms: a PDF has one character for "fi".
        text = " ".join(unicodedata.normalize("NFKC", pdf.pages[0].extract_text()).split())
        for wanted in (chapter.title, "softmax", "What you now know"):
            assert wanted in text, f"{name} is printed without “{wanted}”"
        for unwanted in ("Time machine", "Question 1", chapter.label, "Print this chapter"):
            assert unwanted not in text, f"{name} is printed with “{unwanted}”"
        assert_nothing_is_cut_off(page, name)
        if position + 1 < len(names):
            page.get_by_role("button", name=f"Next: {CHAPTERS[names[position + 1]].title}").click()


def assert_nothing_is_cut_off(page: Page, name: str) -> None:
    """On paper no chart or table is wider than its column, and the type is at least 6.5 points."""
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    zoom = float(page.evaluate("document.documentElement.style.getPropertyValue('--zoom')"))
    assert 16 * zoom * 0.75 >= 6.5, f"{name} is printed with {16 * zoom * 0.75:.1f} points"
    main = page.get_by_test_id("stMainBlockContainer")
    over = main.evaluate("main => main.scrollWidth - main.clientWidth")
    assert over <= 1, f"{name} runs {over} pixels over its second column"
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
