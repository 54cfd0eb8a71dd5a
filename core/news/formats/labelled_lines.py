"""Lines of a text and its label -> rows: ``text@label``, ``label: text``, ``__label__sport text``.

The last is fastText's notation, https://fasttext.cc/docs/en/supervised-tutorial.html; a line may have several labels.
Leaves out: separators between any number of columns (``csv_layout.py``).
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from core.news.caps import Caps
from core.news.columns import is_known_name
from core.news.formats.articles import ArticleOrRejected, Rejected, build_article
from core.news.formats.csv_rows import CsvRow, Dialect, csv_rows
from core.news.formats.raw_table import Row, sample_of
from core.news.reading import Columns

_LABEL = re.compile(r"__label__(\S+)")
_FASTTEXT_LINES = 0.8  # share of the lines that have such a label
# Such a label as a cell of a table, in quotation marks or between separators.
_LABEL_CELL = re.compile(r'(?:^|[,;\t|])("?)__label__[^\s,;|"]+\1(?:[,;\t|]|\s*$)')
_CELL_SEPARATOR = re.compile(r"[,;\t|]")
# A blank only behind a label that is no word, such as DESC:manner or 0.
_SEPARATORS = (" ", "||", "::", "=>", "->", "\t", "@", "~", "^", "#", ";", " - ", " – ", ":")
_NO_WORD = re.compile(r"[+-]?\d{1,2}|\w+[:_]\w+")
_LINES = 200  # that decide
_FEWEST_LINES = 4
_SHARE = 0.95  # of them that are written so
_MOST_LABELS, _WORDS_OF_A_LABEL, _CHARACTERS_OF_A_LABEL = 100, 3, 40
_WORDS_OF_A_TEXT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelling:
    """Where the label of a line stands: behind the last ``separator``, or before the first one.

    Without a separator it is in fastText's notation.
    """

    separator: str = ""
    at_end: bool = False

    @property
    def kind(self) -> str:
        if not self.separator:
            return "fastText lines"
        where = "after" if self.at_end else "before"
        separator = {" ": "a blank", "\t": "a tab"}.get(self.separator, f"“{self.separator.strip()}”")
        return f"text, a row a line, its label {where} {separator}"

    def split(self, line: str) -> tuple[str, str | list[str]] | None:
        """Text and label of a line, or all labels; None if it has none."""
        if not self.separator:
            labels = _LABEL.findall(line)
            return (_LABEL.sub("", line).strip(" \t,"), labels) if labels else None
        before, separator, after = (
            line.rpartition(self.separator) if self.at_end else line.partition(self.separator)
        )
        text, label = (before, after) if self.at_end else (after, before)
        return (text.strip(), label.strip()) if separator else None

    def header(self, line: str) -> tuple[str, str] | None:
        """The names of text and label that a line gives; None if it is no header."""
        match self.split(line) if self.separator else None:
            case (text, str(label)) if is_known_name(text) and is_known_name(label):
                return text, label
        return None


FASTTEXT = Labelling()


def labelling_of(head: bytes) -> Labelling | None:
    """How the lines of a text that begins with ``head`` are labelled; None if they are not."""
    lines = [line for line in head.decode("utf-8", "replace").splitlines()[: _LINES + 1] if line.strip()]
    if not lines:
        return None
    if sum("__label__" in line for line in lines) >= _FASTTEXT_LINES * len(lines):
        return None if _are_cells(lines) else FASTTEXT
    if len(lines) < _FEWEST_LINES:
        return None
    labels_of = {
        labelling: labels
        for separator in _SEPARATORS
        for at_end in ((False,) if separator == " " else (True, False))
        if (labels := _labels(lines, labelling := Labelling(separator=separator, at_end=at_end)))
    }
    blank = Labelling(separator=" ")
    return blank if blank in labels_of else min(labels_of, key=lambda way: labels_of[way], default=None)


def _are_cells(lines: Sequence[str]) -> bool:
    """Whether fastText's labels stand in a column of a table: below a header, or in quotation marks of their own."""
    cells = [match for line in lines if (match := _LABEL_CELL.search(line))]
    if len(cells) < _FASTTEXT_LINES * (len(lines) - 1):
        return False
    names = [name.strip(' "') for name in _CELL_SEPARATOR.split(lines[0])]
    return all(match[1] for match in cells) or (len(names) > 1 and any(map(is_known_name, names)))


def _labels(lines: Sequence[str], labelling: Labelling) -> int:
    """How many labels the lines have, written so; 0 if they are not."""
    if labelling.header(lines[0]):
        lines = lines[1:]
    split = [parts for line in lines if (parts := labelling.split(line))]
    labels = [label for _, label in split if isinstance(label, str)]
    likely = sum(
        0 < len(label) <= _CHARACTERS_OF_A_LABEL
        and len(label.split()) <= _WORDS_OF_A_LABEL
        and any(map(str.isalnum, label))
        and (labelling.separator != " " or bool(_NO_WORD.fullmatch(label)))
        for label in labels
    )
    words = sum(len(text.split()) for text, _ in split)
    distinct = len(set(labels))
    are_fields = all(is_known_name(label.lstrip("- ")) for label in set(labels))  # as in YAML
    fits = (
        likely >= _SHARE * len(lines)
        and words >= _WORDS_OF_A_TEXT * len(split)
        and not are_fields
        and 2 <= distinct <= min(_MOST_LABELS, len(lines) / 2)
    )
    return distinct if fits else 0


class LabelledLines:
    """A text with a label on each line; a first line of known names is a header."""

    remarks: tuple[str, ...] = ()
    unlisted: Collection[str] = ()

    def __init__(self, blocks: Iterable[bytes], head: bytes, caps: Caps, labelling: Labelling) -> None:
        self._blocks, self._caps, self._labelling = blocks, caps, labelling
        self.kind = labelling.kind
        self._dialect = Dialect(delimiter="", width=1, carriage_returns=b"\n" not in head)
        self.columns = ("column 1", "column 2") if labelling.separator else ("text", "label")
        self._header_line = 0
        first = next((row for row in csv_rows([head], self._dialect, caps) if isinstance(row, CsvRow)), None)
        if first and (names := labelling.header(first.cells[0])):
            self.columns, self._header_line = names, first.line
        self.sample = sample_of(self._rows([head]))

    def rows(self) -> Iterator[Row | Rejected]:
        return self._rows(self._blocks)

    def articles(self, columns: Columns) -> Iterator[ArticleOrRejected]:
        for row in self.rows():
            yield row if isinstance(row, Rejected) else build_article(row.values, columns, row.line)

    def _rows(self, blocks: Iterable[bytes]) -> Iterator[Row | Rejected]:
        for row in csv_rows(blocks, self._dialect, self._caps):
            if isinstance(row, Rejected):
                yield row
            elif row.line != self._header_line:
                parts = self._labelling.split(row.cells[0])
                values: dict[str, Any] = dict(zip(self.columns, parts, strict=True)) if parts else {}
                yield Row(row.line, values) if parts else Rejected(line=row.line, reason=self._no_label())

    def _no_label(self) -> str:
        separator = self._labelling.separator
        return f"no “{separator}” between text and label" if separator else "no __label__"
