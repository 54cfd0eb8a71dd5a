"""Parquet, Feather and Arrow files -> rows, batch by batch."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from core.errors import NewsFileError
from core.news.caps import Caps
from core.news.formats.articles import Rejected
from core.news.formats.csv_layout import column_names
from core.news.formats.value_table import Values, ValueTable, as_text

PARQUET, ARROW = b"PAR1", b"ARROW1"
_BATCH = 1_024  # rows
_DAMAGE = (pa.ArrowException, OSError, ValueError, OverflowError, MemoryError)


class ParquetTable(ValueTable):
    """A Parquet file. Columns of nested values are left as they are.

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
            names = column_names(schema.names)
            size = sum(metadata.row_group(group).total_byte_size for group in range(metadata.num_row_groups))
        except _DAMAGE as error:
            raise _damaged(name, "Parquet") from error
        if metadata.num_rows > caps.articles or size > caps.unpacked:
            raise NewsFileError(
                f"{name} has {metadata.num_rows:,} rows in {size / 2**20:,.0f} MB: keep fewer of them."
            )
        self._rows_in_file = metadata.num_rows
        self._texts = _names_of_labels(schema)
        super().__init__(name, names, caps)

    def _values(self) -> Iterator[Values | Rejected]:
        number = 0
        try:
            for batch in self._file.iter_batches(batch_size=_BATCH):
                for values in _rows_of(batch, self._texts):
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
            schema = self._file.schema
            names = column_names(schema.names)
        except _DAMAGE as error:
            raise _damaged(name, "Arrow") from error
        self._texts = _names_of_labels(schema)
        super().__init__(name, names, caps)

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
                    for values in _rows_of(batch.slice(start, _BATCH), self._texts):
                        number += 1
                        yield number, values
        except _DAMAGE:
            yield Rejected(line=number + 1, reason="the file is damaged here; what follows is not read")


def _damaged(name: str, what: str) -> NewsFileError:
    return NewsFileError(
        f"{name} is a damaged {what} file, or one that is locked. Fetch it anew, or save it as CSV."
    )


def _rows_of(batch: pa.RecordBatch, names_of_labels: dict[int, list[str]]) -> Iterator[tuple[Any, ...]]:
    columns = [_python_values(batch.column(index)) for index in range(batch.num_columns)]
    for index, names in names_of_labels.items():
        columns[index] = [
            names[value] if isinstance(value, int) and 0 <= value < len(names) else value
            for value in columns[index]
        ]
    return zip(*columns, strict=True)


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


def _names_of_labels(schema: pa.Schema) -> dict[int, list[str]]:
    """The names of numbered labels by the position of their column, as the Hugging Face Hub writes them down."""
    try:
        features = json.loads((schema.metadata or {})[b"huggingface"])["info"]["features"]
        return {
            schema.get_field_index(column): list(map(str, feature["names"]))
            for column, feature in features.items()
            if isinstance(feature, dict) and feature.get("_type") == "ClassLabel" and column in schema.names
        }
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        return {}
