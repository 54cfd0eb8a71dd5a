"""Writes ``docs/claims.md``: what the chapters, the lesson for teachers and the README state, and which test checks it.

    python -m tests.claims

A test says what it checks with the marker ``claim``, once for each statement:

    @pytest.mark.claim("vanishing", "where no word pushes, the gradient is a power of w")

The first word is a chapter's folder in ``pages/learn``, or a key of ``PLACES``. The markers are read from the source,
so no test is collected or run. ``test_claims.py`` fails where the document differs.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pages.learn.chapters import CHAPTERS

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "claims.md"
REAL_NEWS = "real_news"  # how the fixtures begin that need the real file

# What states something beside the chapters: key -> heading. "all" comes before the chapters, the others after them.
PLACES = {
    "all": "All chapters",
    "glossary": "The Glossary",
    "cleaning": "The Cleaning page",
    "tour": "The lesson for teachers, docs/tour.md",
    "readme": "README.md",
}

HEAD = """\
# What the chapters state, and what checks it

A pupil believes what a chapter says. Each statement below is checked by a test that gets it another way: a number
worked by hand, Keras, TensorFlow, scikit-learn, the tutorial's printed code, a property.

This file is made from the tests: `python -m tests.claims` writes it from their `claim` markers, and
`tests/test_claims.py` fails where it differs. To add a statement, mark the test that checks it.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A statement and the test that checks it.

    Attributes:
        place: a chapter's folder or a key of ``PLACES``.
        test: ``path::name``, the path from the repository's root.
        needs_real_news: whether the test is skipped where the real file is missing.
    """

    place: str
    statement: str
    test: str
    needs_real_news: bool


def headings() -> dict[str, str]:
    """Place -> heading, in the document's order."""
    chapters = {
        name: f"{number} {chapter.title}" for number, (name, chapter) in enumerate(CHAPTERS.items(), 1)
    }
    first = {"all": PLACES["all"]}
    return first | chapters | {place: title for place, title in PLACES.items() if place not in first}


def claims_in(source: str, path: str) -> Iterator[Claim]:
    """The claims of one module's tests, in the order of its lines.

    Raises:
        ValueError: a marker with other than two plain strings, of an unknown place, or on what is no test.
    """
    known = headings()
    for node in ast.walk(ast.parse(source)):
        for marker in getattr(node, "decorator_list", []):
            if not ast.unparse(marker).startswith("pytest.mark.claim"):
                continue
            where = f"{path}:{marker.lineno}"
            texts = [
                argument.value if isinstance(argument, ast.Constant) else None
                for argument in getattr(marker, "args", [])
            ]
            match texts:
                case [str(place), str(statement)] if statement:
                    pass
                case _:
                    raise ValueError(f"{where}: claim takes a place and a statement, two strings")
            if place not in known:
                raise ValueError(f"{where}: place must be one of {', '.join(known)}, got {place!r}")
            if not isinstance(node, ast.FunctionDef) or not node.name.startswith("test_"):
                raise ValueError(f"{where}: claim must mark a test")
            fixtures = [argument.arg for argument in node.args.args]
            yield Claim(
                place=place,
                statement=statement,
                test=f"{path}::{node.name}",
                needs_real_news=any(fixture.startswith(REAL_NEWS) for fixture in fixtures),
            )


def all_claims() -> list[Claim]:
    """The claims of all tests, file by file."""
    return [
        claim
        for file in sorted((ROOT / "tests").rglob("test_*.py"))
        for claim in claims_in(file.read_text(encoding="utf-8"), file.relative_to(ROOT).as_posix())
    ]


def document(claims: list[Claim]) -> str:
    """The document's text: a table for each place, a row for each statement with all tests that check it."""
    parts = [HEAD]
    for place, heading in headings().items():
        rows: dict[str, list[Claim]] = {}
        for claim in claims:
            if claim.place == place:
                rows.setdefault(claim.statement, []).append(claim)
        parts.append(f"\n## {heading}\n\n| statement | checked by |\n|---|---|\n")
        for statement, checks in rows.items():
            parts.append(f"| {statement.replace('|', chr(92) + '|')} | {_tests(checks)} |\n")
    return "".join(parts)


def _tests(checks: list[Claim]) -> str:
    """The tests of a row; of several in one file only the first with its path."""
    names, file = [], ""
    for check in checks:
        path, _, name = check.test.partition("::")
        names.append(
            f"`{path if path != file else ''}::{name}`{' (with the real file)' * check.needs_real_news}"
        )
        file = path
    return ", ".join(names)


def main() -> None:
    claims = all_claims()
    DOCUMENT.write_text(document(claims), encoding="utf-8")
    print(
        f"{DOCUMENT.relative_to(ROOT)}: {len({(claim.place, claim.statement) for claim in claims})} statements"
    )


if __name__ == "__main__":
    main()
