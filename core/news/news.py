"""A news file -> ``News``: the table of its articles, its rejected lines and warnings about it.

Decompression, encoding and format are in ``opening.py``, the parsing of articles in ``formats/``, the table in
``table.py``.
Everything streams: memory holds the table and one block of the file's bytes.
"""

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import numpy as np
import pandas as pd

from core import paths
from core.errors import NewsFileError
from core.news import content_store
from core.news.archive_contents import train_and_test
from core.news.changes import NO_CHANGES, ROW, Changes, apply
from core.news.dates import format_named
from core.news.decompression import Caps, Decompressor
from core.news.encodings import NotUtf8Error, detect, known_encoding
from core.news.file_warnings import article_warnings, file_alerts, reading_warnings
from core.news.formats.articles import Rejected
from core.news.formats.class_folders import encoding_of_texts
from core.news.formats.json_document import JsonDocument
from core.news.label_matching import LeftOut
from core.news.opening import OpenedFile, UnchosenError, listed, unchosen_shape
from core.news.reading import GUESSED, NO_FILE, FileShape, Reading, Role
from core.news.rejections import Rejections, kind_of
from core.news.repeats import text_hashes
from core.news.table import POOL, TableBuilder
from core.news.test_part import own_test_part, with_test
from core.news.wording import many

__all__ = [
    "Caps",
    "News",
    "Rejected",
    "articles_per_category",
    "articles_per_month",
    "inspect_news",
    "mend",
    "read_news",
    "words_per_text",
]

REQUIRED_ROLES: tuple[Role, ...] = ("headline", "category")
# Largest number of articles, and of their characters, that wait as Python strings for the table.
_BATCH, _BATCH_CHARACTERS = 1 << 14, 1 << 22


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class News:
    """The articles of one file. All visitors who chose it share this object: never change ``table``.

    Attributes:
        table: headline, short_description, text (``str``), category (``category``), date (``datetime64``, NaT
            when missing), in the file's order. ``text`` is headline and description joined by a space, stripped.
            Where ``reading`` has changes also ``row``: positions in the table without them.
        taken_out: how many articles these changes take out.
        fingerprint: SHA-256 (hex) of the stored bytes.
        name: the file's name, safe to show.
        shape: how the file was read.
        reading: the same as choices: whoever reads the file so reads the same table.
        rejected: the first 1,000 rejected rows; ``rejected_count`` counts all.
        rejected_reasons: each reason with its number of rows, most frequent first.
        alerts: sentences about what is lost of the file, to be read before anything else.
        warnings: sentences about the file as a whole; ``lasting_warnings`` are those about how it was read.
        test_rows: how many rows at the table's end a test file gave (``test_part.py``); 0 without one.
        test_rejected: what of the test file could not be read.
        test_sentences: those of the alerts and warnings that are about the test file.
    """

    table: pd.DataFrame
    fingerprint: str
    name: str
    shape: FileShape = NO_FILE
    reading: Reading = GUESSED
    taken_out: int = 0
    rejected: tuple[Rejected, ...] = ()
    rejected_count: int = 0
    rejected_reasons: tuple[tuple[str, int], ...] = ()
    alerts: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    lasting_warnings: tuple[str, ...] = ()
    test_rows: int = 0
    test_rejected: tuple[LeftOut, ...] = ()
    test_sentences: tuple[str, ...] = ()

    @property
    def rows_in_file(self) -> int:
        """The rows of the file: each is kept, taken out by a change, or rejected."""
        return len(self.table) + self.taken_out + self.rejected_count

    @property
    def key(self) -> str:
        """64 hex digits that no other table has: of the file's bytes, and of how they are read."""
        return hashlib.sha256(self.fingerprint.encode() + msgspec.json.encode(self.reading)).hexdigest()

    @property
    def categories(self) -> tuple[str, ...]:
        """The categories that occur, in alphabetical order."""
        return tuple(sorted(self.table["category"].unique().tolist()))

    def __len__(self) -> int:
        return len(self.table)


def read_news(
    path: Path,
    *,
    name: str | None = None,
    progress: Callable[[float], None] | None = None,
    caps: Caps | None = None,
    reading: Reading = GUESSED,
) -> News:
    """Read a news file of any shape in ``formats/``, plain or packed; the content decides which.

    Rows without a headline and a category are rejected with their number and a reason; description and date may be
    missing. Cost: one pass, and two more over a text that is not UTF-8; 67 MB of JSON lines take about a second.

    Args:
        path: the stored file.
        name: the name to show instead of the path's.
        progress: called with the share read, 0 to 1.
        reading: what somebody chose about reading it; the rest is guessed.

    Raises:
        NewsFileError: the file as a whole is not news, or no row of it is; or it is an upload whose stored copy is
            damaged.
    """
    name, caps = content_store.safe_name(name or path.name), caps or Caps()
    content_store.verify(path, name, paths.uploads())
    pair = _train_and_test(path, name, caps, reading)
    news = (
        _read_both(path, name, caps, progress, reading, pair)
        if pair
        else _read_one(path, name, caps, progress, reading)
    )
    POOL.release_unused()  # Arrow would retain as much memory again as the table takes
    return news if reading.changes.is_empty else mend(news, reading.changes)


def inspect_news(path: Path, *, name: str | None = None, reading: Reading = GUESSED) -> FileShape:
    """How a file would be read, from its beginning, and its encoding from all of it; no column needs to be known.

    Of an archive whose file has to be chosen only the ``members`` are known.

    Raises:
        NewsFileError: it is no table of texts.
    """
    name, caps = content_store.safe_name(name or path.name), Caps()
    content_store.verify(path, name, paths.uploads())
    pair = _train_and_test(path, name, caps, reading)
    if pair:
        reading = msgspec.structs.replace(reading, member=pair[0])
    try:
        shape = _open(path, name, caps, None, reading).shape(reading)
    except UnchosenError:
        return unchosen_shape(Decompressor(path, name, caps=caps))
    return replace(shape, member="") if pair else shape


def _train_and_test(path: Path, name: str, caps: Caps, reading: Reading) -> tuple[str, str] | None:
    """The two members of an archive that holds both, unless one was chosen."""
    contents = Decompressor(path, name, caps=caps).contents
    if contents is None and reading.member:
        raise NewsFileError(f"{name} is no archive, so there is no file {reading.member[:60]!r} in it.")
    return train_and_test(contents.members) if contents and reading.member is None else None


def _read_both(
    path: Path,
    name: str,
    caps: Caps,
    progress: Callable[[float], None] | None,
    reading: Reading,
    pair: tuple[str, str],
) -> News:
    """Read an archive's training and test tables as one whose last rows are the test part.

    The test table is read with the columns and dates of the training table.
    """
    report = progress or (lambda share: None)
    train, test = (msgspec.structs.replace(reading, member=member) for member in pair)
    news = _read_one(path, name, caps, lambda share: report(0.7 * share), train)
    test = msgspec.structs.replace(test, columns=news.shape.used, date_format=news.reading.date_format)
    news = replace(news, reading=msgspec.structs.replace(news.reading, member=None))
    try:
        scored = _read_one(path, name, caps, lambda share: report(0.7 + 0.3 * share), test)
    except NewsFileError as error:
        warning = f"{pair[1]} inside of it is not used: {error}"
        return replace(
            news, warnings=(*news.warnings, warning), lasting_warnings=(*news.lasting_warnings, warning)
        )
    if scored.reading.encoding != news.reading.encoding:  # each is told again when both are read again
        news = replace(news, reading=msgspec.structs.replace(news.reading, encoding=reading.encoding))
    both = with_test(news, replace(scored, name=pair[1]))
    sentence = f"{pair[0]} is learnt from, and {pair[1]} is the test part: {many(len(scored), 'article')}."
    return replace(
        both,
        shape=replace(both.shape, member=""),
        warnings=(sentence, *both.warnings),
        lasting_warnings=(sentence, *both.lasting_warnings),
        test_sentences=(sentence, *both.test_sentences),
    )


def _read_one(
    path: Path, name: str, caps: Caps, progress: Callable[[float], None] | None, reading: Reading
) -> News:
    """Read a file, or one member of an archive: once if it is UTF-8."""
    encoding = known_encoding(reading.encoding) if reading.encoding else None
    try:
        return _read(OpenedFile(path, name, caps, encoding, progress, reading.member), reading)
    except NotUtf8Error:
        return _read(_open(path, name, caps, progress, reading), reading)


def _open(
    path: Path, name: str, caps: Caps, progress: Callable[[float], None] | None, reading: Reading
) -> OpenedFile:
    """The file in the chosen encoding, or that of all of it."""
    decompressor = Decompressor(path, name, caps=caps, member=reading.member)
    encoding = known_encoding(reading.encoding) if reading.encoding else None
    if decompressor.unchosen:  # each of its files has an encoding of its own
        pass
    elif not encoding and decompressor.is_text:
        encoding = detect(decompressor)
    elif not encoding and decompressor.contents and decompressor.contents.folders:
        encoding = encoding_of_texts(decompressor)
    return OpenedFile(path, name, caps, encoding, progress, reading.member)


def _read(file: OpenedFile, reading: Reading) -> News:
    """Read all rows of ``file``."""
    name, caps, shape = file.name, file.caps, file.shape(reading)
    if lacking := [role for role in REQUIRED_ROLES if not getattr(shape.used, role)]:
        raise NewsFileError(
            f"Which column of {name} holds the {' and which the '.join(lacking)}? It was read as {shape.kind}, with "
            f"{listed(shape.columns)}. Name them on the Data page, or with --column ROLE=NAME on the command line."
        )
    builder, rejections, characters = TableBuilder(), Rejections(), 0
    parts = file.table if isinstance(file.table, JsonDocument) else None
    first_test_row, unread_test = parts.first_test_row if parts else 0, Counter[str]()
    for article in file.table.articles(shape.used):
        if not isinstance(article, Rejected):
            builder.pending.append(article)
            characters += len(article.headline) + len(article.short_description or "")
            if len(builder.pending) == _BATCH or characters >= _BATCH_CHARACTERS:
                builder.seal(name, caps)
                characters = 0
        else:
            rejections.add(article)
            if first_test_row and article.line >= first_test_row:
                unread_test[kind_of(article.reason)] += 1
            if rejections.count > caps.articles:  # a small file may hold very many, and each takes time
                first = rejections.first[0]
                raise NewsFileError(
                    f"More than {caps.articles:,} rows of {name} cannot be read. "
                    f"Line {first.line:,}: {first.reason}."
                )
    for _ in file.blocks:  # bytes after an array's end are part of the fingerprint
        pass
    builder.seal(name, caps)
    damage = file.damage
    if not builder.rows:
        raise NewsFileError(_nothing_read(name, rejections.first, rejections.count, damage))
    chosen_dates = format_named(reading.date_format) if reading.date_format else None
    table = builder.table(dict(reading.category_names), chosen_dates)
    date_format = builder.date_format
    shape = replace(shape, date_format=date_format.name, dates_ambiguous=date_format.ambiguous)
    alerts = tuple(file_alerts(rejections, table, builder.name_of_category))
    lasting = [warning for warning in (damage, *file.remarks(), *reading_warnings(builder)) if warning]
    warnings = article_warnings(table, np.frombuffer(builder.hashes, dtype=np.int64))
    news = News(
        table=table,
        fingerprint=file.decompressor.fingerprint,
        name=name,
        shape=shape,
        reading=msgspec.structs.replace(
            reading,
            encoding=shape.encoding or None,
            columns=shape.used,
            date_format=date_format.name or None,
            changes=NO_CHANGES,
        ),
        rejected=tuple(rejections.first),
        rejected_count=rejections.count,
        rejected_reasons=tuple(rejections.reasons.most_common()),
        alerts=alerts,
        warnings=(*lasting, *warnings),
        lasting_warnings=tuple(lasting),
    )
    if parts and 0 < parts.test_articles < len(table):
        return own_test_part(news, parts.test_articles, unread_test)
    return news


def mend(news: News, changes: Changes) -> News:
    """What ``changes`` leave of news that have none; ``news`` stay as they are.

    Raises:
        NewsFileError: nothing is left.
    """
    table = apply(news.table, changes, test_rows=news.test_rows)
    hashes = np.fromiter(text_hashes(table["headline"], table["short_description"]), np.int64, len(table))
    return replace(
        news,
        table=table,
        reading=msgspec.structs.replace(news.reading, changes=changes),
        taken_out=len(news.table) - len(table),
        warnings=(*news.lasting_warnings, *article_warnings(table, hashes)),
        test_rows=int((table[ROW] >= len(news.table) - news.test_rows).sum()),
    )


def articles_per_category(news: News) -> pd.Series:
    """Number of articles of each category, most frequent first, ties alphabetical."""
    counts = news.table["category"].astype(str).value_counts()
    return counts.sort_index().sort_values(ascending=False, kind="stable").rename("articles")


def articles_per_month(news: News) -> pd.Series:
    """Articles of each month (index: its first day), months without any included; empty when there are no dates."""
    dates = news.table["date"].dropna()
    months = dates.dt.to_period("M").value_counts().sort_index()
    if len(months) and len(span := pd.period_range(months.index[0], months.index[-1], freq="M")) <= 12 * 300:
        months = months.reindex(span, fill_value=0)
    months.index = months.index.to_timestamp()
    return months.rename("articles")


def words_per_text(news: News) -> np.ndarray:
    """Raw words (runs of anything but white space) of each text: (articles,) int."""
    texts = news.table["text"]
    return np.fromiter((len(text.split()) for text in texts), dtype=np.int64, count=len(texts))


def _nothing_read(name: str, rejected: list[Rejected], count: int, damage: str) -> str:
    if damage:
        return f"No article could be read from {name}. {damage}"
    if not rejected:
        return f"{name} has no articles in it. Choose another file."
    first = rejected[0]
    return (
        f"No article could be read from {name}: {count:,} {'line was' if count == 1 else 'lines were'} rejected. "
        f"Line {first.line:,}: {first.reason}. "
        "Each article is one JSON object on a line of its own, with headline and category, or a row of a CSV."
    )
