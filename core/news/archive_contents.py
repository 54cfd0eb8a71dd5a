"""The names of the files in an archive -> what can be read of it: one table, tables to choose from, training and
test tables, or a folder of texts for each category.

Pure functions of the names. Leaves out: opening an archive (``archives.py``).
"""

import functools
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_PACKED = ("gz", "xz", "bz2", "zst")
_TEXT_TABLES = ("csv", "tsv", "tab", "psv", "json", "jsonl", "ndjson")
_OTHER_TABLES = (
    "parquet",
    "pq",
    "feather",
    "arrow",
    "xlsx",
    "xlsm",
    "xlsb",
    "xls",
    "ods",
    "sqlite",
    "sqlite3",
    "db",
)
_TABLES = frozenset((*_TEXT_TABLES, *_OTHER_TABLES))
_LEFT_BY_SYSTEMS = frozenset(("thumbs.db", "desktop.ini", "icon\r"))
_DOCUMENTS = re.compile(
    r"(readme|licen[cs]e|copying|notice|citation|authors|changelog|about)\b.*|.*\.(md|pdf|rst)"
)
_TRAINING = re.compile(
    r"(train|training|trn|learn|learning|entrenamiento|entrainement|treino)(set|data|ing)?"
)
_TEST = re.compile(r"(test|testing|tst|heldout|eval|evaluation|prueba|teste)(set|data)?")
_VALIDATION = re.compile(r"(valid|validation|val|dev|devel)(set|data)?")
_PARTS = ("train", "test", "validation")
_NO_TABLE = frozenset(
    ("submission", "submissions")
)  # an empty answer that competitions pack beside their tables
_UNLABELLED = frozenset(("unsup", "unlabeled", "unlabelled", "unsupervised"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What can be read of an archive.

    Attributes:
        members: what can be chosen: files, or folders with a folder for each category.
        folders: whether the members are such folders, the empty name being the archive itself.
        left_out: the files beside them that are not read.
    """

    members: tuple[str, ...]
    folders: bool = False
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassFile:
    """A text in a class folder; ``problem`` says why it has no category."""

    name: str
    category: str = ""
    problem: str = ""


def contents(names: Iterable[str], *, folders: bool = True) -> Contents:
    """What can be read of an archive with these files; ``folders``: also texts in a folder for each category."""
    files = [name for name in names if not _is_left_over(name)]
    readable = _readable(files)
    level, split = _category_level(readable)
    if level >= 0 and folders:
        if split < 0:
            return Contents(members=("",), folders=True)
        return Contents(members=_parts(readable, split), folders=True)
    tables = [name for name in readable if _is_table(name)]
    members = [name for name in tables if not _NO_TABLE & set(_words(_base(name)))] or tables or readable
    if not tables and len(members) > 1 and not train_and_test(members):
        texts = [name for name in members if _suffix(name) in ("txt", "text", "")]
        members = texts or members
    return Contents(
        members=tuple(members), left_out=tuple(name for name in files if name not in set(members))
    )


def train_and_test(members: Sequence[str]) -> tuple[str, str] | None:
    """The one to learn from and the one to be scored on, told by their names; a validation file stands in for a test.

    None unless exactly one of each is there.
    """
    parts = [(part_of_path(name), name) for name in members]
    train = [name for part, name in parts if part == "train"]
    for wanted in ("test", "validation"):
        test = [name for part, name in parts if part == wanted]
        if test:
            return (train[0], test[0]) if len(train) == len(test) == 1 else None
    return None


def class_files(names: Iterable[str], member: str = "") -> list[ClassFile]:
    """The texts of an archive with a folder for each category, in the archive's order; empty if it is none.

    The category is the first folder below those that all texts share. Of ``member`` train, test or validation the
    texts in the folder of that name alone; what lies beside those folders is counted with the first.
    """
    files = _readable(name for name in names if not _is_left_over(name))
    level, split = _category_level(files)
    first = _parts(files, split)[0] if split >= 0 else ""
    chosen = []
    for name in files if level >= 0 else []:
        path = name.split("/")
        if split >= 0 and member:
            part = part_of(path[split]) if len(path) > split + 1 else ""
            if (part or first) != member:
                continue
        if len(path) <= level + 1:
            chosen.append(ClassFile(name=name, problem="is in no folder of a category"))
        elif path[level].lower() in _UNLABELLED:
            chosen.append(
                ClassFile(name=name, problem=f"is in the folder {path[level]}, which is no category")
            )
        else:
            chosen.append(ClassFile(name=name, category=sys.intern(path[level])))  # few among many files
    return chosen


def listed(names: Sequence[str], most: int = 8) -> str:
    """The first names, for a message."""
    shortened = [name if len(name) <= 60 else f"…{name[-59:]}" for name in names[:most]]
    plain = ["".join(c if c.isprintable() else "\ufffd" for c in name) for name in shortened]
    return ", ".join(plain) + (f" and {len(names) - most:,} more" if len(names) > most else "")


def _category_level(files: Sequence[str]) -> tuple[int, int]:
    """How deep the folders of the categories lie, and above them those of training and test; -1 for none."""
    if sum(map(_is_table, files)) * 10 > len(files):
        return -1, -1
    parts = [name.split("/") for name in files]
    level, split = 0, -1
    while True:
        folders = {path[level] for path in parts if len(path) > level + 1}
        deeper = any(len(path) > level + 2 for path in parts)
        if folders and all(map(part_of, folders)) and split < 0:
            split = level
        elif len(folders) > 1:
            inside = sum(len(path) > level + 1 for path in parts)
            return (level, split) if 2 * inside > len(parts) else (-1, -1)
        if not deeper:
            return -1, -1
        level += 1


def _parts(files: Iterable[str], split: int) -> tuple[str, ...]:
    """The parts whose folders lie at the depth ``split``, training first."""
    parts = {part_of(name.split("/")[split]) for name in files if name.count("/") > split}
    return tuple(part for part in _PARTS if part in parts)


def part_of_path(name: str) -> str:
    """Whether a file is the "train", "test" or "validation" part, by its own name, then by those of its folders."""
    *folders, base = name.split("/")
    for part in (_stem(base), *reversed(folders)):
        if which := part_of(part):
            return which
    return ""


@functools.lru_cache(10_000)
def part_of(name: str) -> str:
    """Whether a folder, or a part of a file, is by its name the "train", "test" or "validation" part; else empty."""
    for word in _words(name):
        for part, pattern in (("train", _TRAINING), ("test", _TEST), ("validation", _VALIDATION)):
            if pattern.fullmatch(word):
                return part
    return ""


def _words(name: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", name.lower())


def _base(name: str) -> str:
    return name.rpartition("/")[2]


def _stem(base: str) -> str:
    return base.partition(".")[0] or base


def _suffix(name: str) -> str:
    """The last suffix but that of the packing, in lower case."""
    _, *suffixes = _base(name).lower().split(".")
    while suffixes and suffixes[-1] in _PACKED:
        suffixes.pop()
    return suffixes[-1] if suffixes else ""


def _is_table(name: str) -> bool:
    return _suffix(name) in _TABLES


def _is_left_over(name: str) -> bool:
    """Whether a system or its file manager left it there: macOS packs two files of its own for each."""
    *folders, base = name.split("/")
    return "__MACOSX" in folders or base.startswith(".") or base.lower() in _LEFT_BY_SYSTEMS


def _readable(files: Iterable[str]) -> list[str]:
    """All but what describes the others, unless there is nothing else."""
    files = list(files)
    return [name for name in files if not _DOCUMENTS.fullmatch(_base(name).lower())] or files
