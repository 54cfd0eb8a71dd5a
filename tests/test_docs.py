"""What the README and the documents point to is there, and the lesson takes as long as it says."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), ROOT / "benchmarks" / "README.md"]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def anchor(heading: str) -> str:
    """As GitHub makes it: small letters, blanks as hyphens, nothing else but letters, digits, hyphens."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_within_the_project_leads_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    anchors = {anchor(heading) for heading in HEADING.findall(text)}
    for target in LINK.findall(text):
        if target.startswith(("http://", "https://")):
            continue
        if target.startswith("#"):
            assert target[1:] in anchors, target
        else:
            assert (document.parent / target.partition("#")[0]).exists(), target


def test_the_lesson_takes_45_minutes_without_a_gap() -> None:
    text = (ROOT / "docs" / "tour.md").read_text(encoding="utf-8")
    planned = [(int(a), int(b)) for a, b in re.findall(r"^\| (\d+) to (\d+) \|", text, re.MULTILINE)]
    told = [(int(a), int(b)) for a, b in re.findall(r"^## (\d+) to (\d+):", text, re.MULTILINE)]
    assert planned == told
    assert planned[0][0] == 0
    assert planned[-1][1] == 45
    assert all(before[1] == after[0] for before, after in pairwise(planned))
