"""No function, class, constant or method of core and pages without a user; a test is no user.

Read from the source by names alone: ``a.load`` uses every ``load``. So a dead name that shares its word with a living
one is missed, and none is accused falsely but those that are reached from outside Python, which ALLOWED names.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
USERS = ("core", "pages", "server", "benchmarks", "data", "models", "streamlit_app.py")

# Who uses it instead. A name that gets a user, or goes, must leave this list.
ALLOWED = {"core/model/recurrent_kernels.py: compile_loops": "make compiles the kernels with it"}

Sources = dict[str, str]  # path -> source
_ADDRESS = re.compile(r"[\w.]+:(\w+)")  # "package.module:function", looked up when it is needed


def sources() -> Sources:
    files = (
        file
        for top in USERS
        for file in ([ROOT / top] if top.endswith(".py") else (ROOT / top).rglob("*.py"))
    )
    return {file.relative_to(ROOT).as_posix(): file.read_text(encoding="utf-8") for file in files}


def dead(files: Sources) -> set[str]:
    """``path: name`` of what nobody reads, of the files in core and pages."""
    trees = {path: ast.parse(source) for path, source in files.items()}
    reached = {name for tree in trees.values() for name in _reached(tree)}
    unread = set()
    for path, tree in trees.items():
        if not path.startswith(("core/", "pages/")):
            continue
        for name, definition in _names(tree):
            if name not in reached and name not in _read(tree, definition):
                unread.add(f"{path}: {name}")
        for method in _methods(tree):
            if method not in reached:
                unread.add(f"{path}: {method}")
    return unread


def _names(tree: ast.Module) -> Iterator[tuple[str, ast.stmt]]:
    """The top-level names of a module, each with the statement that makes it."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef) or (isinstance(node, ast.FunctionDef) and not _registered(node)):
            yield node.name, node
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for part in (part for target in targets for part in ast.walk(target)):
                if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store) and part.id != "__all__":
                    yield part.id, node


def _methods(tree: ast.Module) -> Iterator[str]:
    """Methods and properties, but those that Python calls by itself."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            own = [part.name for part in node.body if isinstance(part, ast.FunctionDef)]
            yield from (name for name in own if not name.startswith("__") and not _from_outside(node))


def _from_outside(node: ast.ClassDef) -> bool:
    """Whether a library calls the methods: a class of Keras's, Starlette's or logging's, say, stands above."""
    return any(isinstance(base, ast.Attribute) for base in node.bases)


def _registered(node: ast.FunctionDef) -> bool:
    """Whether its decorator hands it to a table: a verb of the command line."""
    return any(ast.unparse(one).split("(")[0].endswith(".command") for one in node.decorator_list)


def _reached(tree: ast.Module) -> Iterator[str]:
    """What a module takes from others: imported, as an attribute, or by an address in a string."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and (found := _ADDRESS.fullmatch(node.value))
        ):
            yield found[1]


def _read(tree: ast.Module, definition: ast.stmt) -> set[str]:
    """Names that a module reads outside this definition: one that only calls itself has no user."""
    inside = set(map(id, ast.walk(definition)))
    return {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and id(node) not in inside
    }


def test_every_name_of_core_and_pages_has_a_user() -> None:
    assert dead(sources()) == set(ALLOWED)


OFFENDERS = {
    "a function": "def lost(): pass",
    "a class": "class Lost: pass",
    "a constant": "LOST = 3",
    "one with a type": "LOST: int = 3",
    "one of a pair": "KEPT, LOST = 1, 2\nprint(KEPT)",
    "one that only calls itself": "def lost(): return lost()",
    "a method": "class Kept:\n    def lost(self): pass\nprint(Kept())",
    "a property": "class Kept:\n    @property\n    def lost(self): return 1\nprint(Kept())",
}


@pytest.mark.parametrize("source", OFFENDERS.values(), ids=OFFENDERS)
def test_made_up_offenders_are_found(source: str) -> None:
    assert {found.lower() for found in dead({"core/made_up.py": source})} == {"core/made_up.py: lost"}


USED = {
    "imported": ("def kept(): pass", "from core.made_up import kept"),
    "an attribute of its module": ("def kept(): pass", "from core import made_up\nmade_up.kept()"),
    "named by an address": ("def kept(): pass", 'JOBS = "core.made_up:kept"\nprint(JOBS)'),
    "read in its own module": ("KEPT = 1\nprint(KEPT)", ""),
    "a method that is called": ("class Kept:\n    def go(self): pass\nKept().go()", ""),
    "a method that Python calls": ("class Kept:\n    def __len__(self): return 0\nprint(Kept())", ""),
}


@pytest.mark.parametrize(("source", "user"), USED.values(), ids=USED)
def test_what_has_a_user_is_not(source: str, user: str) -> None:
    assert dead({"core/made_up.py": source, "benchmarks/user.py": user}) == set()


def test_a_test_is_no_user_and_only_core_and_pages_are_looked_at() -> None:
    assert not any(path.startswith("tests/") for path in sources())
    assert dead({"benchmarks/alone.py": "def lost(): pass"}) == set()
