"""What every task computes comes back from its files as it was; damaged files are refused."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.settings.presets import PRESETS
from core.tasks import result_files
from core.tasks.news_tasks import (
    CompareTokenizations,
    CountCategories,
    CountFaultyWords,
    ExportCleaned,
    IndexNgrams,
    MatchVectors,
    MeasureCleaning,
    SummariseNews,
    coverage_task,
)
from core.tasks.task import StoredFile, Task
from core.text.cleaning import CleaningSettings
from tests.tasks.computed import cleaning, compute_here, reading, write_articles


def assert_same(one: Any, other: Any) -> None:
    if isinstance(one, np.ndarray):
        assert one.dtype == other.dtype
        assert np.array_equal(one, other)
    elif isinstance(one, pd.DataFrame):
        pd.testing.assert_frame_equal(one, other)
    elif isinstance(one, pd.Series):
        pd.testing.assert_series_equal(one, other, check_freq=False)
    elif is_dataclass(one):
        assert type(one) is type(other)
        for field in fields(one):
            assert_same(getattr(one, field.name), getattr(other, field.name))
    elif isinstance(one, tuple | list):
        assert type(one) is type(other)
        assert len(one) == len(other)
        for left, right in zip(one, other, strict=True):
            assert_same(left, right)
    else:
        assert one == other


def vectors(folder: Path) -> StoredFile:
    path = folder / "glove.txt"
    path.write_text("show 0.1 0.2 0.3 0.4\nbroken 0.1\nof 1 2 3 4\n" * 2)
    return StoredFile.of(path)


TASKS: dict[str, Callable[[Path], Task[Any]]] = {
    "news": lambda folder: reading(),
    "news with rejected lines": lambda folder: reading(broken(folder)),
    "categories": lambda folder: CountCategories(news=reading()),
    "overview": lambda folder: SummariseNews(news=reading()),
    "overview without dates": lambda folder: SummariseNews(news=reading(broken(folder))),
    "texts": lambda folder: cleaning(reading(), "lower_case"),
    "effect": lambda folder: MeasureCleaning(cleaned=cleaning(reading(), "lower_case")),
    "csv": lambda folder: ExportCleaned(cleaned=cleaning(reading(), "lower_case")),
    "coverage": lambda folder: coverage_task(reading(), PRESETS["quick"]),
    "n-grams": lambda folder: IndexNgrams(coverage=coverage_task(reading(), PRESETS["quick"]), n=3),
    "tokenizations": lambda folder: CompareTokenizations(coverage=coverage_task(reading(), PRESETS["quick"])),
    "vectors": lambda folder: MatchVectors(vectors=vectors(folder), name="glove.txt"),
    "vectors of the words": lambda folder: MatchVectors(
        vectors=vectors(folder), name="glove.txt", coverage=coverage_task(reading(), PRESETS["quick"])
    ),
    "faults": lambda folder: CountFaultyWords(news=reading(), faults=("join", "patterns")),
}


def broken(folder: Path) -> Path:
    """A file with a line that is rejected, and no dates."""
    path = write_articles(folder / "broken.json")
    path.write_text(path.read_text().replace(', "date": "2014-05-01"', "") + '\n{"headline": 3}\n')
    return path


@pytest.mark.parametrize("name", TASKS)
def test_a_result_is_read_as_it_was_written(name: str, tmp_path: Path) -> None:
    task = TASKS[name](tmp_path)
    result, folder = compute_here(task), tmp_path / "result"
    folder.mkdir()
    result_files.write(folder, result)
    assert_same(result, result_files.read(folder, task.result_type))


def test_arrays_and_tables_lie_on_the_disk_and_not_in_memory(tmp_path: Path) -> None:
    news = compute_here(reading())
    result_files.write(tmp_path, news)
    read = result_files.read(tmp_path, reading().result_type)
    texts = read.table["text"].array._pa_array.chunk(0).buffers()[2]
    assert not texts.is_mutable
    (tmp_path / "0.arrow").unlink()  # a result that is removed meanwhile stays readable for whoever has it
    assert read.table["text"].iloc[-1] == news.table["text"].iloc[-1]


def test_a_file_that_was_changed_is_refused(tmp_path: Path) -> None:
    task = reading()
    result_files.write(tmp_path, compute_here(task))
    table = tmp_path / "0.arrow"
    content = bytearray(table.read_bytes())
    content[len(content) // 2] ^= 1
    table.write_bytes(content)
    with pytest.raises(ValueError, match=r"0\.arrow is damaged"):
        result_files.read(tmp_path, task.result_type)


@pytest.mark.parametrize(
    "record",
    [b"", b"{}", b'{"result": 1, "files": {}}', b'{"result": {"table": "../x.arrow"}, "files": {}}'],
)
def test_another_record_is_refused(tmp_path: Path, record: bytes) -> None:
    (tmp_path / "result.json").write_bytes(record)
    with pytest.raises(ValueError):  # noqa: PT011 - each in its own words
        result_files.read(tmp_path, reading().result_type)


def test_what_cannot_be_kept_is_a_defect_and_no_pickle(tmp_path: Path) -> None:
    with pytest.raises(NotImplementedError, match="Path cannot be kept"):
        result_files.write(tmp_path, [Path("x")])
    with pytest.raises(ValueError, match="Object arrays"):
        result_files.write(tmp_path, np.array([CleaningSettings()]))
