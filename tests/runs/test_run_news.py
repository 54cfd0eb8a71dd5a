"""The file that a run is scored on: stored in run.json, read behind its news, kept as long as the run."""

import json
from pathlib import Path

import pytest

from core import paths
from core.news.news import read_news
from core.runs.retention import folders_in_use
from core.runs.run import Run, ScoredFile
from core.runs.run_news import NewsChanged, read_run_news
from core.runs.run_store import RunStore
from core.settings.presets import PRESETS


def written(path: Path, *articles: tuple[str, str]) -> Path:
    path.parent.mkdir(exist_ok=True)
    rows = [{"headline": headline, "category": category} for headline, category in articles]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def created(folder: Path, *, scored: bool) -> Run:
    path = written(folder / "train" / "train.json", ("cat", "ANIMALS"), ("roof", "HOMES"))
    news, test = read_news(path), None
    if scored:
        test_path = written(folder / "test" / "test.json", ("dog", "animals"), ("vote", "Politics"))
        test = ScoredFile.of(read_news(test_path), test_path)
    return RunStore(paths.runs()).create(
        PRESETS["quick"],
        news=path,
        news_name=path.name,
        fingerprint=news.fingerprint,
        owner="a",
        reading=news.reading,
        test=test,
    )


def test_the_test_file_is_read_behind_the_news(tmp_path: Path) -> None:
    run = created(tmp_path, scored=True)
    assert RunStore(paths.runs()).open(run.id).test == run.test
    news = read_run_news(run, lambda share: None)
    assert news.test_rows == 2
    assert news.table["headline"].tolist() == ["cat", "roof", "dog", "vote"]
    assert news.table["category"].tolist() == ["ANIMALS", "HOMES", "ANIMALS", "Politics"]


def test_a_test_file_that_has_changed_is_refused(tmp_path: Path) -> None:
    run = created(tmp_path, scored=True)
    written(tmp_path / "test" / "test.json", ("another", "ANIMALS"))
    with pytest.raises(NewsChanged, match=r"test\.json has changed"):
        read_run_news(run, lambda share: None)


def test_an_upload_that_a_run_is_scored_on_is_in_use(tmp_path: Path) -> None:
    run = created(tmp_path, scored=True)
    assert folders_in_use([run], []) == {tmp_path / "train", tmp_path / "test"}


def test_a_run_without_one_names_none(tmp_path: Path) -> None:
    run = created(tmp_path, scored=False)
    assert "test" not in json.loads((run.folder / "run.json").read_bytes())
    assert run.test is None
    assert read_run_news(run, lambda share: None).test_rows == 0
