"""The words of the glossary (CONTRIBUTING.md): no name in core and pages is of the dialect that they replaced.

A name is read word by word: ``twin_categories`` is ``twin`` and ``categories``. Texts that are shown to people, and
names that stored files have (weights, artifacts, JSON keys), are strings and no names.
"""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.test_imports import OURS, Sources

# The word that went -> the word of the field.
DIALECT = {
    "alone_share": "auxiliary_loss_weight",
    "answerer": "classifier choice",
    "chances": "probabilities",
    "doubt": "uniform cross-entropy",
    "excited": "top activating",
    "excites": "top activating",
    "fading": "forgetting",
    "harmless": "neutralised",
    "held": "forced by an intervention",
    "holding": "intervention",
    "lowers": "lowercases",
    "pair_rows": "bigram_buckets",
    "raced": "equal parameter budget",
    "reader": "member of the ensemble",
    "readers": "members of the ensemble",
    "rebuilt": "named for what it is",
    "said": "caption, logits, or what it holds",
    "shelf": "content store or cache",
    "shelve": "store",
    "stand_in": "random classifier",
    "standing": "result",
    "standings": "results",
    "studied": "coverage, or what was computed",
    "studies": "artifacts",
    "study": "job, artifact or coverage",
    "told": "emitted",
    "twin": "confusable category",
    "twins": "confusable categories",
    "unhelped": "branch loss",
    "upkeep": "retention",
    "vote": "bag-of-words branch",
    "votes": "bag-of-words branch",
    "who_answers": "classifier picker",
}
# As a variable each of these holds anything: say what it holds.
SAY_NOTHING = {"found", "here", "one", "place", "said", "shown", "told"}
ALLOWED = {"held_out"}  # the articles that a network did not learn from
CSV_READERS = {
    "core.news.headline_files",
}  # csv.reader is what Python calls it


def names(source: str) -> Iterator[tuple[int, str]]:
    """Line and name of all that the source defines: variables, parameters, functions, classes, attributes, captures."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield node.lineno, name
            case ast.arg(arg=name):
                yield node.lineno, name
            case ast.Name(id=name, ctx=ast.Store()):
                yield node.lineno, name
            case ast.Attribute(attr=name, ctx=ast.Store()):
                yield node.lineno, name
            case ast.alias(asname=str(name)) | ast.ExceptHandler(name=str(name)):
                yield node.lineno, name
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                yield node.lineno, name
            case ast.MatchMapping(rest=str(name)):
                yield node.lineno, name


def words(name: str) -> str:
    """``TwinPair`` and ``_twin_pair`` -> ``_twin_pair_``, so that a word is found between its lines."""
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().strip("_")
    for allowed in ALLOWED:
        snake = snake.replace(allowed, "")
    return f"_{snake}_"


def dialect(modules: Sources) -> list[str]:
    """Names of the dialect."""
    return [
        f"{module}:{line}: {name}"
        for module, source in modules.items()
        for line, name in names(source)
        if any(f"_{word}_" in words(name) for word in DIALECT.keys() - SAY_NOTHING)
        if not (name == "reader" and module in CSV_READERS)
    ]


def vague(modules: Sources) -> list[str]:
    """Variables that say nothing."""
    return [
        f"{module}:{line}: {name}"
        for module, source in modules.items()
        for line, name in names(source)
        if name in SAY_NOTHING
    ]


def test_no_name_is_of_the_dialect() -> None:
    modules = {name: source for name, source in OURS.items() if name != "core.settings.schema1"}
    assert dialect(modules) == []


def test_a_variable_says_what_it_holds() -> None:
    assert vague(OURS) == []


@pytest.mark.parametrize(
    "source",
    [
        "def twin_categories(): ...",
        "class Readers: ...",
        "class TwinPair: ...",
        "for one in rows: ...",
        "def caption(shown): ...",
        "self.votes = 1",
        "found: int = 3",
        "total = [place for place in rows]",
        "lambda said: 1",
        "import numpy as here",
        "from core import paths as place",
        "try: ...\nexcept OSError as found: ...",
        "match row:\n    case str() as one: ...",
        "match row:\n    case [shown, _]: ...",
        "match row:\n    case [_, *told]: ...",
        "match row:\n    case {'a': 1, **said}: ...",
    ],
)
def test_a_made_up_offender_is_found(source: str) -> None:
    modules = {"core.text.made_up": source}
    assert len(dialect(modules) + vague(modules)) >= 1


@pytest.mark.parametrize(
    "source",
    ["held_out = 1", "for article in articles: ...", "def devotes(): ...", "x = 'votes'", "f(one=1)"],
)
def test_what_is_allowed_passes(source: str) -> None:
    modules = {"core.text.made_up": source}
    assert dialect(modules) + vague(modules) == []
