"""The texts that people read: those in the source of pages, core, server and teacher pack, and those of the documents.

A text in the source is a string of three words or more. Docstrings, log messages, code, queries, patterns, word lists
and invented headlines are none. What the program puts into a text stands as ``7``: nobody knows its words. Strings
that are added with ``+`` are one text. Of two forms that a condition chooses from, the first one stands in the text,
and each is a text of its own too.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("streamlit_app.py", "pages", "core", "server", "teacher_pack")
# The change log is left out: a record of what changed in the program, in its own terms, which published versions keep.
DOCUMENTS = (
    "README.md",
    "docs/accuracy.md",
    "docs/command-line.md",
    "docs/pages.md",
    "docs/server.md",
    "docs/tour.md",
)
VALUE = "7"
FEWEST_WORDS = 3

# Words of many languages, names of columns, toy headlines, formulas, queries: nobody reads them as sentences.
NO_PROSE = {
    "core/insight/activations/equations.py",
    "core/insight/lessons/learning/compute.py",
    "core/news/columns.py",
    "core/news/formats/sqlite_table.py",
    "core/news/rejections.py",
    "core/runs/registry.py",
    "core/text/languages.py",
    "core/text/stems.py",
    "core/text/stop_words.py",
    "core/training/checkpoints.py",
    "pages/components/assets.py",
    "server/fonts.py",
    "server/headers.py",
    "server/visitors.py",
}
_WORD = re.compile(r"[A-Za-z]{2,}")
_WORD_LIST = re.compile(r"^[^.,:;!?A-Z]{80,}$")  # many words and no sign between them
_LOGGED = {"debug", "info", "warning", "error", "exception", "critical"}
_CODE = re.compile(
    r"^\s*(@page|import|from|def|for|model\.|re\.sub|df\[|pad_sequences|Embedding|Tokenizer|EarlyStopping|ModelCheckpoint)\b"
    r"|\\\\|\\frac|%B|:\s*\{$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One text, and the file and line in which it begins."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


def joined(node: ast.expr) -> str | None:
    """The text of an expression of strings; None for an expression of another kind."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(_part(part) for part in parts)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            texts = joined(left), joined(right)
            if texts == (None, None):
                return None
            return "".join(VALUE if text is None else text for text in texts)
        case ast.IfExp(body=body, orelse=orelse):
            return joined(body) or joined(orelse)
    return None


def _part(node: ast.expr) -> str:
    text = joined(node.value if isinstance(node, ast.FormattedValue) else node)
    return VALUE if text is None else text


def _is_prose(text: str) -> bool:
    return (
        len(_WORD.findall(text)) >= FEWEST_WORDS
        and " " in text.strip()
        and not _CODE.search(text)
        and not _WORD_LIST.search(text)
    )


def texts_of_source(source: str, file: str) -> Iterator[Text]:
    """The texts of one module, in the order of its lines."""
    tree = ast.parse(source)
    skipped = {
        id(statement.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        for statement in node.body
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    }
    yield from _texts(tree, file, skipped)


def _texts(node: ast.AST, file: str, skipped: set[int]) -> Iterator[Text]:
    if id(node) in skipped or _is_logged(node):
        return
    text = joined(node) if isinstance(node, ast.expr) and not isinstance(node, ast.IfExp) else None
    if text is None:
        for child in ast.iter_child_nodes(node):
            yield from _texts(child, file, skipped)
        return
    assert isinstance(node, ast.expr)
    if _is_prose(text):
        yield Text(file=file, line=node.lineno, text=text)
    for inner in ast.walk(node):  # the other forms, and what is given to a function within the text
        if isinstance(inner, ast.IfExp):
            for form in (inner.body, inner.orelse):
                other = joined(form)
                if other and _is_prose(other) and other not in text:
                    yield Text(file=file, line=form.lineno, text=other)
        elif isinstance(inner, ast.Call):
            for child in ast.iter_child_nodes(inner):
                yield from _texts(child, file, skipped)


def _is_logged(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in _LOGGED
        and "log" in ast.unparse(node.func.value).lower()
    )


def texts_of_document(document: str, file: str) -> Iterator[Text]:
    """The paragraphs, list items, headings and table cells of a Markdown document.

    Leaves out code blocks, and table rows that begin with code: their cells are lists of keys.
    """
    number, text, in_code, after_heading = 0, "", False, False
    for line_number, line in enumerate([*document.splitlines(), ""], 1):
        stripped = line.strip()
        is_fence = stripped.startswith("```")
        begins = is_fence or not stripped or bool(re.match(r"([-*|#>]|!\[|\d+\.) ?", stripped))
        if (begins or after_heading) and text:
            yield Text(file=file, line=number, text=text)
            text = ""
        after_heading = stripped.startswith("#")
        if is_fence:
            in_code = not in_code
        elif not in_code and stripped.startswith("| `"):
            continue  # a verb, a setting, a file: its cells are lists of names
        elif not in_code and stripped.startswith("|"):
            for cell in stripped.strip("|").split(" | "):
                yield Text(file=file, line=line_number, text=cell.strip())
        elif not in_code and stripped and not stripped.startswith("!["):
            number = number if text else line_number
            text = f"{text} {re.sub(r'^([-*>]|#+|[0-9]+[.]) ', '', stripped)}".strip()


def texts_of_people() -> list[Text]:
    """All texts of the repository, without doubles."""
    texts: dict[tuple[str, str], Text] = {}
    for top in SOURCES:
        path = ROOT / top
        for module in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            file = module.relative_to(ROOT).as_posix()
            if file not in NO_PROSE:
                for text in texts_of_source(module.read_text(encoding="utf-8"), file):
                    texts.setdefault((file, text.text), text)
    for file in DOCUMENTS:
        document = (ROOT / file).read_text(encoding="utf-8")
        for text in texts_of_document(document, file):
            if len(_WORD.findall(text.text)) >= FEWEST_WORDS:
                texts.setdefault((file, text.text), text)
    return list(texts.values())
