"""Which tasks on a news file the web server computes by itself, and that a result is of the file that was asked for."""

import gzip
import lzma
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core import paths
from core.errors import NewsFileError
from core.tasks import news_tasks
from core.tasks.news_tasks import CountCategories, MatchVectors, ReadNews, SummariseNews
from core.tasks.task import StoredFile, Task
from tests.tasks.computed import cleaning, compute_here, reading, write_articles

PACKED: dict[str, Callable[[bytes], bytes]] = {"gz": gzip.compress, "xz": lzma.compress, "plain": bytes}


def never(task: Task[Any]) -> Any:
    pytest.fail(f"{type(task).__name__} is needed")


@pytest.mark.parametrize("packing", PACKED)
def test_a_file_is_as_large_as_it_is_unpacked(packing: str, tmp_path: Path) -> None:
    line = b'{"category": "A", "headline": "a"}\n'
    path = tmp_path / "news"
    path.write_bytes(PACKED[packing](line * 1_000))
    assert reading(path).is_small(never)
    path.write_bytes(PACKED[packing](line * 10_000))
    assert (path.stat().st_size < news_tasks.SMALL_FILE) == (packing != "plain")
    assert not reading(path).is_small(never)


@pytest.mark.parametrize("packing", PACKED)
def test_word_vectors_are_as_large_as_they_are_unpacked(packing: str, tmp_path: Path) -> None:
    path = tmp_path / "vectors"
    path.write_bytes(PACKED[packing](b"word 0.1 0.2\n" * 1_000))
    assert MatchVectors(vectors=StoredFile.of(path), name="v").is_small(never)
    path.write_bytes(PACKED[packing](b"word 0.1 0.2\n" * 100_000))
    assert not MatchVectors(vectors=StoredFile.of(path), name="v").is_small(never)


def test_the_samples_are_small_and_so_is_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    for sample in paths.SAMPLES:
        assert ReadNews(file=StoredFile.of(sample), name="sample").is_small(never)
    path = tmp_path / "picture"
    path.write_bytes(b"\x89PNG\r\n")
    task = reading(path)
    assert task.is_small(never)
    path.unlink()
    assert task.is_small(never)


def test_many_articles_are_much_work_however_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    news = reading(write_articles(tmp_path / "news.json", articles=40))
    tasks: list[Task[Any]] = [SummariseNews(news=news), cleaning(news, "lower_case")]
    for most, small in ((40, True), (39, False)):
        monkeypatch.setattr(news_tasks, "SMALL_ARTICLES", most)
        assert [task.is_small(compute_here) for task in tasks] == [small] * 2


def test_categories_are_counted_when_the_news_are_read(tmp_path: Path) -> None:
    news, needed = reading(write_articles(tmp_path / "news.json")), list[Task[Any]]()
    assert CountCategories(news=news).is_small(needed.append)  # type: ignore[arg-type]
    assert needed == [news]


def test_another_file_at_the_same_path_does_not_answer(tmp_path: Path) -> None:
    path = write_articles(tmp_path / "news.json")
    task = reading(path)
    write_articles(path, articles=20)
    with pytest.raises(NewsFileError, match="has changed"):
        compute_here(task)
