"""Parquet, Feather and Arrow files -> rows, batch by batch."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from core.errors import NewsFileError
from core.news.caps import Caps
from core.news.formats.articles import Rejected
from core.news.formats.csv_layout import column_names
from core.news.formats.raw_table import INSIDE, outer_names
from core.news.formats.value_table import Values, ValueTable, as_text

PARQUET, ARROW = b"PAR1", b"ARROW1"
_DEEPEST, _MOST_INSIDE = 4, 50  # structs within one another, and fields of one, that are opened
_BATCH = 1_024  # rows
_DAMAGE = (pa.ArrowException, OSError, ValueError, OverflowError, MemoryError)


class ParquetTable(ValueTable):
    """A Parquet file. The fields of a struct are columns; lists are left as they are.

    Raises:
        NewsFileError: damaged, or too large.
    """

    kind = "Parquet"

    def __init__(self, path: Path, name: str, caps: Caps) -> None:
        try:
            schema = pq.read_schema(path)
            # A text that is repeated is held once.
            texts = [
                field.name
                for field in schema
                if pa.types.is_string(field.type) or pa.types.is_binary(field.type)
            ]
            self._file = pq.ParquetFile(path, read_dictionary=texts, pre_buffer=False)
            metadata = self._file.metadata
            self._columns = _Columns(schema)
            size = sum(metadata.row_group(group).total_byte_size for group in range(metadata.num_row_groups))
        except _DAMAGE as error:
            raise _damaged(name, "Parquet") from error
        if metadata.num_rows > caps.articles or size > caps.unpacked:
            raise NewsFileError(
                f"{name} has {metadata.num_rows:,} rows in {size / 2**20:,.0f} MB: keep fewer of them."
            )
        self._rows_in_file = metadata.num_rows
        self.unlisted = outer_names(self._columns.names)
        super().__init__(name, self._columns.names, caps)

    def _values(self) -> Iterator[Values | Rejected]:
        number = 0
        try:
            for batch in self._file.iter_batches(batch_size=_BATCH):
                for values in self._columns.rows(batch):
                    number += 1
                    yield number, values
        except _DAMAGE:
            for lost in range(number + 1, self._rows_in_file + 1):
                yield Rejected(line=lost, reason="the file is damaged where this row is")


class ArrowTable(ValueTable):
    """A Feather or Arrow IPC file.

    Raises:
        NewsFileError: damaged, or too large.
    """

    kind = "Arrow"

    def __init__(self, path: Path, name: str, caps: Caps) -> None:
        try:
            self._file = pa.ipc.open_file(pa.memory_map(str(path)))
            self._columns = _Columns(self._file.schema)
        except _DAMAGE as error:
            raise _damaged(name, "Arrow") from error
        self.unlisted = outer_names(self._columns.names)
        super().__init__(name, self._columns.names, caps)

    def _values(self) -> Iterator[Values | Rejected]:
        number = 0
        try:
            for index in range(self._file.num_record_batches):
                batch = self._file.get_batch(index)
                batch.validate(full=True)
                if number + batch.num_rows > self._caps.articles:
                    raise NewsFileError(
                        f"{self._name} has more than {self._caps.articles:,} articles. Keep fewer of them."
                    )
                for start in range(0, batch.num_rows, _BATCH):
                    for values in self._columns.rows(batch.slice(start, _BATCH)):
                        number += 1
                        yield number, values
        except _DAMAGE:
            yield Rejected(line=number + 1, reason="the file is damaged here. The rest is not read")


def _damaged(name: str, what: str) -> NewsFileError:
    return NewsFileError(
        f"{name} is a damaged {what} file, or one that is locked. Download it again, or save it as CSV."
    )


class _Columns:
    """The columns of a schema, the fields of its structs among them, and the rows of its batches.

    Attributes:
        names: of a field in a struct that of the struct before it: ``source.name``.
    """

    def __init__(self, schema: pa.Schema) -> None:
        labels = _names_of_labels(schema)
        names: list[str] = []
        self._names_of_labels: dict[int, list[str]] = {}
        for index, field in enumerate(schema):
            if index in labels:
                self._names_of_labels[len(names)] = labels[index]
            names += _names_in(field)
        self.names = column_names(names)

    def rows(self, batch: pa.RecordBatch) -> Iterator[tuple[Any, ...]]:
        columns = [_python_values(column) for array in batch.columns for column in _columns_in(array)]
        for index, names in self._names_of_labels.items():
            columns[index] = [_label_name(value, names) for value in columns[index]]
        return zip(*columns, strict=True)


def _names_in(field: pa.Field, depth: int = 0) -> list[str]:
    """The name of a field, or those of the fields in it."""
    if not _is_opened(field.type, depth):
        return [field.name]
    return [f"{field.name}{INSIDE}{name}" for inner in field.type for name in _names_in(inner, depth + 1)]


def _columns_in(column: pa.Array, depth: int = 0) -> list[pa.Array]:
    """A column, or those of the fields in it: where a struct is missing, so are they."""
    if not _is_opened(column.type, depth):
        return [column]
    return [inner for field in column.flatten() for inner in _columns_in(field, depth + 1)]


def _is_opened(type_: pa.DataType, depth: int) -> bool:
    return pa.types.is_struct(type_) and 0 < type_.num_fields <= _MOST_INSIDE and depth < _DEEPEST


def _label_name(value: Any, names: Sequence[str]) -> Any:
    """The name of a numbered label, or of each in a list."""
    if isinstance(value, list):
        return [_label_name(each, names) for each in value]
    return names[value] if isinstance(value, int) and 0 <= value < len(names) else value


def _python_values(column: pa.Array) -> list[Any]:
    if isinstance(column, pa.DictionaryArray):
        texts = _python_values(column.dictionary)
        positions = column.indices.to_pylist()
        if any(position is not None and not 0 <= position < len(texts) for position in positions):
            raise pa.ArrowInvalid("a position outside of the dictionary")
        return [None if position is None else texts[position] for position in positions]
    try:
        return [as_text(value) for value in column.to_pylist()]
    except (ValueError, OverflowError):  # a text that is not UTF-8, a date beyond the year 9999
        return [as_text(_python_value(scalar)) for scalar in column]


def _python_value(scalar: pa.Scalar) -> Any:
    try:
        return scalar.as_py()
    except UnicodeDecodeError:
        return scalar.as_buffer().to_pybytes()
    except (ValueError, OverflowError):
        return None


def _label_names(feature: Any) -> list[Any]:
    """The names of a numbered label, or of those in a list; empty for anything else."""
    if isinstance(feature, list):
        return _label_names(feature[0]) if len(feature) == 1 else []
    if not isinstance(feature, dict):
        return []
    if feature.get("_type") in ("Sequence", "List", "LargeList"):
        return _label_names(feature.get("feature"))
    names: list[Any] = feature["names"] if feature.get("_type") == "ClassLabel" else []
    return names


def _names_of_labels(schema: pa.Schema) -> dict[int, list[str]]:
    """The names of numbered labels by the position of their column, as the Hugging Face Hub writes them down."""
    try:
        features = json.loads((schema.metadata or {})[b"huggingface"])["info"]["features"]
        return {
            schema.get_field_index(column): list(map(str, names))
            for column, feature in features.items()
            if column in schema.names and (names := _label_names(feature))
        }
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        return {}
