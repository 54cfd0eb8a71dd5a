"""What a person mends of a news file: a list of changes beside it. The file itself is never changed.

Leaves out: how the file is read (``news.py``), where the changes are kept (the visitor's file, ``run.json``).
"""

from collections.abc import Iterator
from datetime import date

import msgspec
import numpy as np
import pandas as pd

from core.errors import NewsFileError
from core.news.hidden_characters import UNSTORABLE

MAX_EDITS = 1_000
MAX_BYTES = 2**18  # of all changes of a file as JSON
MAX_CATEGORY = 200  # characters of a category that is given by hand
_HEADLINE = 80  # characters by which an edit recognises its row
_FORMAT, _SCHEMA = "Headline Lab changes", 1
ROW = "row"  # the column that ``apply`` adds


_replace = msgspec.structs.replace


class Edit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A row corrected or deleted by hand.

    Attributes:
        row: position in the file's table as read, from 0.
        headline: the start of the row's headline. Read with another encoding or column the file has other rows; an
            edit of another headline than the row's is not applied.
        category: the label that the row gets; None deletes the row.
    """

    row: int
    headline: str
    category: str | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.row < 2**53:
            raise ValueError(f"row must be at least 0, got {self.row}")
        if len(self.headline) > _HEADLINE:
            raise ValueError(f"the headline of a change has at most {_HEADLINE} characters")
        if self.category is None:
            return
        if not self.category.strip() or self.category != self.category.strip():
            raise ValueError("a category must not be empty or have spaces around it")
        if len(self.category) > MAX_CATEGORY or UNSTORABLE.search(self.category):
            raise ValueError(f"a category has at most {MAX_CATEGORY} characters, and no NUL")

    @classmethod
    def of(cls, row: int, headline: str, category: str | None) -> "Edit":
        """An edit of the row with this headline. Raises ValueError."""
        return cls(row=row, headline=headline[:_HEADLINE], category=category)


class Changes(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What is mended of a file, in the order in which it is applied; nothing by default.

    Attributes:
        edits: corrections and deletions in the order they were made; of several edits of a row the last counts.
        first_day, last_day: the period that is kept, both days included; articles without a date are then left out.
        left_out: categories to leave out.
        largest: keep so many categories, those with the most articles (ties alphabetical); 0 keeps all.
        per_category: draw so many articles of each category, or as many as the smallest has; 0 keeps all.
        seed: of the draw.
    """

    edits: tuple[Edit, ...] = ()
    first_day: date | None = None
    last_day: date | None = None
    left_out: tuple[str, ...] = ()
    largest: int = 0
    per_category: int = 0
    seed: int = 0

    def __post_init__(self) -> None:
        if (
            min(self.largest, self.per_category, self.seed) < 0
            or max(self.largest, self.per_category) > 10**9
        ):
            raise ValueError("numbers of categories and articles must be at least 0")
        if self.seed >= 2**32:
            raise ValueError(f"seed must be below {2**32:,}, got {self.seed}")
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise ValueError("the period ends before it begins")
        if len(self.edits) > MAX_EDITS:
            raise ValueError(f"at most {MAX_EDITS:,} rows can be changed by hand")
        if len(msgspec.json.encode(self)) > MAX_BYTES:
            raise ValueError(f"the changes take more than {MAX_BYTES // 1024:,} kB")

    @property
    def is_empty(self) -> bool:
        """Whether every row stays as it is, and no row goes."""
        return _replace(self, seed=0) == Changes()

    def with_edit(self, edit: Edit) -> "Changes":
        """These changes and one more by hand. Raises ValueError when there are too many."""
        return _replace(self, edits=(*self.edits, edit))

    def without_edit(self, index: int) -> "Changes":
        """These changes but for the edit at ``index``."""
        return _replace(self, edits=(*self.edits[:index], *self.edits[index + 1 :]))


NO_CHANGES = Changes()


def apply(table: pd.DataFrame, changes: Changes, *, test_rows: int = 0) -> pd.DataFrame:
    """The table that the changes leave, in the file's order; ``table`` stays as it is.

    Order: edits by hand, period, categories left out, largest categories, equal numbers. Which articles are drawn
    depends on the seed and their rows alone: leaving out one category changes nothing in another.

    Args:
        table: the file's table as read: (articles, columns).
        test_rows: so many rows at its end are of a test file; they neither decide which categories are the largest
            nor are they drawn from.

    Returns:
        The columns of ``table`` and ``row``, each row's position in ``table``: (articles left, columns + 1), int64.

    Raises:
        NewsFileError: nothing is left.
    """
    rows = np.arange(len(table))
    category_of, kept = _edited(table, changes)
    if changes.first_day or changes.last_day:
        kept &= _in_period(table["date"], changes)
    kept &= ~category_of.isin(changes.left_out)
    learnt = rows < len(table) - test_rows
    if changes.largest:
        counts = category_of[kept & learnt].value_counts()
        largest = sorted(counts.index, key=lambda name: (-counts[name], name))[: changes.largest]
        kept &= category_of.isin(largest)
    if changes.per_category:
        kept &= ~learnt | _drawn(category_of, kept & learnt, changes)
    if not kept.any():
        raise NewsFileError("These changes leave no article. Undo one of them.")
    left = table[kept].reset_index(drop=True)
    names = sorted(set(category_of[kept]))
    left["category"] = category_of[kept].set_categories(pd.Index(names, dtype="str"))
    left[ROW] = rows[kept]
    return left


def _edited(table: pd.DataFrame, changes: Changes) -> tuple[pd.Categorical, np.ndarray]:
    """The category of each row after the edits, and which rows no edit deletes: (articles,) each."""
    kept = np.ones(len(table), dtype=bool)
    applied = {edit.row: edit for edit in changes.edits if _is_of(edit, table)}
    names = sorted({edit.category for edit in applied.values() if edit.category is not None})
    categories = pd.Categorical(table["category"])
    categories = categories.add_categories([name for name in names if name not in categories.categories])
    for row, edit in applied.items():
        if edit.category is None:
            kept[row] = False
        else:
            categories[row] = edit.category
    return categories, kept


def _is_of(edit: Edit, table: pd.DataFrame) -> bool:
    """Whether the row has the headline that it had when it was edited."""
    if edit.row >= len(table):
        return False
    headline: str = table["headline"].iloc[edit.row]
    return headline[:_HEADLINE] == edit.headline


def _in_period(dates: pd.Series, changes: Changes) -> np.ndarray:
    inside = dates.notna()
    days = dates.dt.normalize()
    if changes.first_day:
        inside &= days >= pd.Timestamp(changes.first_day)
    if changes.last_day:
        inside &= days <= pd.Timestamp(changes.last_day)
    mask: np.ndarray = inside.to_numpy(dtype=bool)
    return mask


def _drawn(category_of: pd.Categorical, mask: np.ndarray, changes: Changes) -> np.ndarray:
    """Which rows of ``mask`` are drawn: of each category those with the smallest random keys, (articles,) bool."""
    drawn = np.zeros(len(mask), dtype=bool)
    rows = np.flatnonzero(mask)
    if not len(rows):
        return drawn
    keys = np.random.default_rng(changes.seed).random(len(mask))
    in_order = rows[np.argsort(keys[rows], kind="stable")]
    codes = pd.Series(category_of.codes[in_order])
    number = min(changes.per_category, int(codes.value_counts().min()))
    drawn[in_order[(codes.groupby(codes).cumcount() < number).to_numpy()]] = True
    return drawn


def unrecognised(table: pd.DataFrame, changes: Changes) -> tuple[Edit, ...]:
    """The edits that are not applied, because the file is read in another way than when they were made."""
    return tuple(edit for edit in changes.edits if not _is_of(edit, table))


class _ChangesFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Changes as a file, with the SHA-256 of the file that they are of."""

    format: str
    schema: int
    file: str
    fingerprint: str
    changes: Changes


def export_changes(changes: Changes, name: str, fingerprint: str) -> bytes:
    """The changes of the file with this name and fingerprint as JSON."""
    document = _ChangesFile(
        format=_FORMAT, schema=_SCHEMA, file=name, fingerprint=fingerprint, changes=changes
    )
    return msgspec.json.format(msgspec.json.encode(document), indent=1)


def import_changes(document: bytes, fingerprint: str) -> Changes:
    """The changes that :func:`export_changes` wrote of the file with this fingerprint.

    Raises:
        NewsFileError: they are no changes, or of another file.
    """
    if len(document) > 4 * MAX_BYTES:  # indented, and with names escaped
        raise NewsFileError("This file is too large to be a list of changes.")
    try:
        changes_file = msgspec.json.decode(document, type=_ChangesFile)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise NewsFileError("This is not a list of changes that was downloaded here.") from None
    if (changes_file.format, changes_file.schema) != (_FORMAT, _SCHEMA):
        raise NewsFileError(
            "This list of changes is from another program, or from a newer version of this one."
        )
    if changes_file.fingerprint != fingerprint:
        raise NewsFileError(f"This list of changes belongs to another file: {changes_file.file[:100]}.")
    return changes_file.changes


def choices(changes: Changes) -> Iterator[tuple[str, Changes]]:
    """A sentence in plain text for each change but those by hand, and the changes without it."""
    first, last = changes.first_day, changes.last_day
    if first or last:
        period = (
            f"from {first} to {last}" if first and last else f"from {first} on" if first else f"up to {last}"
        )
        yield f"Only articles {period}", _replace(changes, first_day=None, last_day=None)
    if changes.left_out:
        listed = ", ".join(changes.left_out[:5]) + (", …" if len(changes.left_out) > 5 else "")
        without = "the category" if len(changes.left_out) == 1 else f"{len(changes.left_out):,} categories:"
        yield f"Without {without} {listed}", _replace(changes, left_out=())
    if changes.largest:
        number = "category" if changes.largest == 1 else f"{changes.largest:,} categories"
        yield f"Only the largest {number}", _replace(changes, largest=0)
    if changes.per_category:
        drawn = f"{changes.per_category:,} from each category, or the number in the smallest one"
        yield f"{drawn}, drawn with seed {changes.seed}", _replace(changes, per_category=0)
