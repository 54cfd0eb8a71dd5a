"""Worksheet, answers, exit tickets, slides and the talk, as HTML pages that load nothing from elsewhere."""

import re
from collections.abc import Iterable, Sequence
from html import escape

from core.insight.glossary import TERMS
from core.insight.wording import percent
from teacher_pack import talk
from teacher_pack.chapters import CORE, ChapterSheet, letter

LESSONS = ("From a text to a trained network", "Order and memory")
_BOLD, _CODE = re.compile(r"\*\*(.+?)\*\*"), re.compile(r"`(.+?)`")

_PAPER = """
@page { size: A4; margin: 18mm 18mm 16mm }
body { font: 11pt/1.4 Georgia, "Noto Serif", serif; color: #000; max-width: 44em; margin: auto }
h1 { font-size: 20pt; margin: 0 0 .3em } h2 { font-size: 14pt; margin: 1.2em 0 .2em; break-after: avoid }
.question, li, tr { break-inside: avoid } .question { margin: .7em 0 }
ol.answers { list-style: upper-alpha; margin: .2em 0 } .why { color: #333; margin: .1em 0 0 1.6em }
.name { display: flex; gap: 2em; margin: 0 0 1em } .name span { flex: 1; border-bottom: 1px solid #000 }
.line { border-bottom: 1px solid #000; height: 2em } .blank { border-bottom: 1px solid #000 }
table { border-collapse: collapse; width: 100% } th, td { border: 1px solid #777; padding: .2em .5em; text-align: left }
.sheet { break-after: page } .sheet:last-child { break-after: auto }
"""
_SLIDES = """
@page { size: 338mm 190mm; margin: 0 }
body { margin: 0; font: 24pt/1.4 Georgia, "Noto Serif", serif; color: #211d18; background: #fbf8f1 }
section { box-sizing: border-box; width: 338mm; height: 190mm; padding: 16mm 22mm; break-after: page; overflow: hidden }
section:last-child { break-after: auto } h1 { font-size: 40pt; margin: 0 0 .4em; line-height: 1.15 }
li { margin: .35em 0 } small { font-size: 16pt } table { font-size: 18pt; border-collapse: collapse; width: 100% }
td, th { border-bottom: 1px solid #777; padding: .25em .4em; text-align: left }
.small { font-size: 19pt }
"""


def pack(
    chapters: Sequence[ChapterSheet], labels: Sequence[str], answers: Sequence[tuple[str, str, float]]
) -> dict[str, str]:
    """All documents by their names, without an ending.

    Args:
        chapters: in the order of the app.
        labels, answers: see ``talk.starter_answers``.
    """
    return {
        "worksheet": worksheet(chapters),
        "answers": answer_sheet(chapters),
        "exit-tickets": exit_tickets(chapters),
        "slides": slides(chapters, answers),
        "talk": talk_sheet(labels, answers),
    }


def rich(text: str) -> str:
    """Our Markdown as HTML: bold and code; anything else stands as it is."""
    return _CODE.sub(r"<code>\1</code>", _BOLD.sub(r"<b>\1</b>", escape(text, quote=False)))


def _document(title: str, style: str, body: str) -> str:
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{style}</style></head>\n<body>\n{body}\n</body></html>\n"
    )


def _list(items: Iterable[str], kind: str = "ul", css: str = "") -> str:
    inside = "".join(f"<li>{item}</li>" for item in items)
    return f'<{kind} class="{css}">{inside}</{kind}>'


def _route(sheet: ChapterSheet) -> str:
    return f"core, lesson {sheet.lesson}" if sheet.lesson else "extension"


def _heading(sheet: ChapterSheet) -> str:
    return f"<h2>{sheet.number} {escape(sheet.chapter.title)} <small>({_route(sheet)})</small></h2>"


def worksheet(chapters: Sequence[ChapterSheet]) -> str:
    """Every question of every chapter with its answers; which one is right is not in it."""
    parts = [
        "<h1>Headline Lab: worksheet</h1>",
        '<p class="name">Names <span></span> Date <span></span></p>',
        "<p>Open <b>Learn</b> in the app and do a chapter. Mark one answer of each question here first, then in the "
        "app. The app explains every answer. Core chapters are for all. If you are done, do an extension.</p>",
    ]
    for sheet in chapters:
        parts.append(_heading(sheet))
        parts.append(f"<p>{escape(sheet.chapter.summary)}</p>")
        for number, question in enumerate(sheet.questions, 1):
            choices = _list((escape(answer.text) for answer in question.answers), "ol", "answers")
            parts.append(
                f'<div class="question"><b>{sheet.number}.{number} {escape(question.ask)}</b>{choices}</div>'
            )
        parts.append('<p>What surprised you?</p><div class="line"></div>')
    return _document("Worksheet", _PAPER, "\n".join(parts))


def answer_sheet(chapters: Sequence[ChapterSheet]) -> str:
    """The right answer of every question, and why each answer is right or wrong."""
    parts = [
        "<h1>Headline Lab: answers</h1>",
        "<p>For the teacher. The letters are those of app and worksheet.</p>",
    ]
    for sheet in chapters:
        parts.append(_heading(sheet))
        for number, question in enumerate(sheet.questions, 1):
            whys = "".join(
                f'<p class="why">{letter(position)}: {escape(answer.why)}</p>'
                for position, answer in enumerate(question.answers)
            )
            (right,) = (answer for answer in question.answers if answer.right)
            parts.append(
                f'<div class="question"><b>{sheet.number}.{number} {escape(question.ask)}</b><br>'
                f"<b>{question.letter}: {escape(right.text)}</b>{whys}</div>"
            )
    parts.append("<h2>Exit tickets</h2>")
    for lesson, names in enumerate(CORE, 1):
        words = [word for sheet in chapters if sheet.name in names for word in _blanked(sheet)]
        parts.append(f"<p>Lesson {lesson}: {escape(', '.join(words))}.</p>")
    return _document("Answers", _PAPER, "\n".join(parts))


def _blanked(sheet: ChapterSheet) -> list[str]:
    return [word for sentence in sheet.chapter.learnt for word in _BOLD.findall(sentence)]


def exit_tickets(chapters: Sequence[ChapterSheet]) -> str:
    """A page for each lesson: the sentences of its core chapters without their words, and two open questions."""
    pages = []
    for lesson, (title, names) in enumerate(zip(LESSONS, CORE, strict=True), 1):
        sheets = [sheet for sheet in chapters if sheet.name in names]
        sentences = [
            _CODE.sub(
                r"<code>\1</code>", _BOLD.sub(f'<span class="blank">{"&nbsp;" * 24}</span>', escape(sentence))
            )
            for sheet in sheets
            for sentence in sheet.chapter.learnt
            if _BOLD.search(sentence)
        ]
        words = sorted({word for sheet in sheets for word in _blanked(sheet)}, key=str.lower)
        pages.append(
            f'<div class="sheet"><h1>Exit ticket {lesson}: {title}</h1>'
            '<p class="name">Name <span></span></p>'
            f"<p>Fill in. The words are: {escape(', '.join(words))}.</p>"
            + _list(sentences, "ol")
            + '<p>What can the network do that surprised you?</p><div class="line"></div>'
            + '<p>What would you ask before you trust its answer?</p><div class="line"></div>'
            + '<div class="line"></div></div>'
        )
    return _document("Exit tickets", _PAPER, "\n".join(pages))


def _answer_rows(answers: Sequence[tuple[str, str, float]]) -> str:
    rows = "".join(
        f"<tr><td>{escape(headline)}</td><td>{escape(label)}</td><td>{percent(probability)}</td></tr>"
        for headline, label, probability in answers
    )
    return f"<table><tr><th>made-up headline</th><th>the starter's label</th><th>probability</th></tr>{rows}</table>"


def slides(chapters: Sequence[ChapterSheet], answers: Sequence[tuple[str, str, float]]) -> str:
    """Slides for both lessons: a title, a slide for each core chapter and its words, the talk; then the extension."""
    pages = []
    for lesson, (title, names) in enumerate(zip(LESSONS, CORE, strict=True), 1):
        pages.append(f"<section><h1>{title}</h1><p>Lesson {lesson} with Headline Lab</p></section>")
        for sheet in chapters:
            if sheet.name in names:
                pages += _chapter_slides(sheet)
    pages.append(
        f'<section><h1>{talk.TITLE}</h1><div class="small">{_answer_rows(answers)}</div></section>'
        f'<section><h1>{talk.TITLE}</h1><div class="small">{_list(map(escape, talk.QUESTIONS))}</div></section>'
    )
    pages.append("<section><h1>Extension</h1><p>For those who want more</p></section>")
    for sheet in chapters:
        if sheet.lesson is None:
            pages += _chapter_slides(sheet)
    return _document("Slides", _SLIDES, "\n".join(pages))


def _chapter_slides(sheet: ChapterSheet) -> list[str]:
    chapter = sheet.chapter
    pages = [
        f"<section><h1>{escape(chapter.title)}</h1><p>{escape(chapter.summary)}</p>"
        f"<p><small>Learn, chapter {sheet.number}</small></p></section>",
        f"<section><h1>What you now know</h1>{_list(map(rich, chapter.learnt))}</section>",
    ]
    words = [(name, term.meaning) for name, term in TERMS.items() if term.chapters[:1] == (sheet.name,)]
    for start in range(0, len(words), 6):
        rows = "".join(
            f"<tr><td><b>{escape(name)}</b></td><td>{escape(meaning)}</td></tr>"
            for name, meaning in words[start : start + 6]
        )
        pages.append(f"<section><h1>Words</h1><table>{rows}</table></section>")
    return pages


def talk_sheet(labels: Sequence[str], answers: Sequence[tuple[str, str, float]]) -> str:
    """The talk about labels and bias, for the teacher."""
    body = (
        f"<h1>{talk.TITLE}</h1><p>A talk of eight minutes about labels and bias, at the end of lesson 2.</p>"
        f"<h2>Before you begin</h2>{_list(map(escape, talk.BEFORE))}"
        f"<h2>What there is to say</h2>{_list(map(escape, talk.POINTS))}"
        f"<h2>What the network that comes with the app answers</h2>{_answer_rows(answers)}"
        "<p>The headlines are invented. In each pair only the people differ. Yours may be better; keep them kind.</p>"
        f"<h2>Questions for the class</h2>{_list(map(escape, talk.QUESTIONS), 'ol')}"
        f"<h2>The labels that the network chooses from</h2><p>{escape(', '.join(sorted(labels)))}</p>"
    )
    return _document(talk.TITLE, _PAPER, body)
