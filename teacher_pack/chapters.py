"""The chapters of the lesson with their questions, as a visitor sees them who has chosen no file."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from unittest import mock

from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from core.paths import ROOT
from pages.learn import chapter_frame
from pages.learn.chapters import CHAPTERS, Chapter
from pages.learn.questions import Answer, Question, question_key, shuffled_positions
from pages.session import Session

# The chapters that docs/tour.md walks, by lesson: the core route. All others are the extension.
CORE: tuple[tuple[str, ...], ...] = (("numbers",), ("no_memory", "learning", "vanishing", "gates"))
_SECONDS = 600  # for one chapter on a busy machine


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedQuestion:
    """A question, its answers in the order of the app, and the letter of the right answer."""

    ask: str
    answers: tuple[Answer, ...]

    @property
    def letter(self) -> str:
        return letter(next(number for number, answer in enumerate(self.answers) if answer.right))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChapterSheet:
    """A chapter with its number in the app, and its questions."""

    number: int
    name: str
    chapter: Chapter
    questions: tuple[AskedQuestion, ...]

    @property
    def lesson(self) -> int | None:
        """The lesson whose core route has the chapter; None: it is an extension."""
        return next((number for number, names in enumerate(CORE, 1) if self.name in names), None)


def letter(number: int) -> str:
    """0 -> A, 1 -> B."""
    return "ABCDEFGH"[number]


def read_chapters() -> list[ChapterSheet]:
    """Open each chapter without a browser and take the questions that it would ask.

    Raises:
        RuntimeError: a chapter shows an error, or asks other questions than its list says.
    """
    asked: dict[str, Sequence[Question]] = {}

    def collect(visit: Session, chapter: str, questions: Sequence[Question]) -> None:
        asked[chapter] = questions

    scan_once = functools.cache(manifest_scanner.scan_component_manifests)
    with (
        mock.patch.object(chapter_frame, "ask_questions", collect),
        mock.patch.object(manifest_scanner, "scan_component_manifests", scan_once),
    ):
        for chapter in CHAPTERS.values():
            page = AppTest.from_file(str(ROOT / "pages" / chapter.file), default_timeout=_SECONDS).run()
            if page.exception or page.error:
                raise RuntimeError(f"the chapter {chapter.title} shows an error")
    sheets = []
    for number, (name, chapter) in enumerate(CHAPTERS.items(), 1):
        if sorted(question.name for question in asked[name]) != sorted(chapter.questions):
            raise RuntimeError(f"the chapter {chapter.title} does not ask its questions")
        questions = tuple(_in_order(name, question) for question in asked[name])
        sheets.append(ChapterSheet(number=number, name=name, chapter=chapter, questions=questions))
    return sheets


def _in_order(chapter: str, question: Question) -> AskedQuestion:
    positions = shuffled_positions(question_key(chapter, question.name), len(question.answers))
    return AskedQuestion(
        ask=question.ask, answers=tuple(question.answers[position] for position in positions)
    )
