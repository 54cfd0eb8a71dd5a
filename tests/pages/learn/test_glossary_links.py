"""The words of the glossary stand, linked, in the chapters that their entries name; the others on their page."""

import ast
from functools import cache

import pytest

from core import paths
from core.insight.glossary import TERMS, anchor
from core.insight.lessons.faults.compute import NAMES
from pages.learn.chapters import CHAPTERS
from tests.pages.opening import GLOSSARY_LINK, open_page

# Below which folders the texts of a page stand that is no chapter, beside its own.
TEXTS = {
    "data": ("core/insight/dataset",),
    "evaluate": ("core/insight/evaluation", "pages/components"),
    "predict": ("core/insight/prediction",),
    "train": ("core/settings",),
}


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_links_the_words_that_belong_to_it(chapter: str) -> None:
    # What a fault costs is drawn where its switch is on.
    switches = {f"lesson_fault_{name}": True for name in NAMES} if chapter == "faults" else {}
    page = open_page(paths.ROOT / "pages" / "learn" / chapter / "page.py", None, **switches)
    links = [link for element in page.markdown for link in GLOSSARY_LINK.findall(element.value)]
    anchors = [target for _, target, _ in links]
    wanted = {anchor(term) for term, entry in TERMS.items() if chapter in entry.chapters}
    assert wanted - set(anchors) == set()
    assert len(anchors) == len(set(anchors)), "a word is linked twice"
    assert all(tip == next(e.meaning for t, e in TERMS.items() if anchor(t) == to) for _, to, tip in links)


@pytest.mark.parametrize("term", [term for term, entry in TERMS.items() if not entry.chapters])
def test_a_word_without_a_chapter_stands_on_its_page(term: str) -> None:
    entry = TERMS[term]
    assert entry.page
    texts = _texts(entry.page)
    assert any(form.lower() in texts for form in (term, *entry.also)), entry.page


@cache
def _texts(page: str) -> str:
    """All strings in the source of a page and of what it says, without docstrings; in small letters."""
    texts = []
    for folder in (f"pages/{page}", *TEXTS.get(page, ())):
        for file in sorted((paths.ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                # A docstring is an expression of its own.
                if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                    node.value.value = ""
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    texts.append(node.value.lower())
    return "\n".join(texts)
