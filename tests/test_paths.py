"""Paths are the same in every process, wherever it was begun."""

from pathlib import Path

import pytest

from core import paths


def test_relative_settings_begin_in_the_program_s_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEADLINE_LAB_STORAGE", "stored/here")
    monkeypatch.setenv("HEADLINE_LAB_NEWS", "news.json")
    before = paths.storage(), paths.server_news()
    monkeypatch.chdir(tmp_path)
    assert (paths.storage(), paths.server_news()) == before
    assert paths.results() == paths.ROOT / "stored" / "here" / "results"
    assert paths.server_news() == paths.ROOT / "news.json"


def test_absolute_settings_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADLINE_LAB_STORAGE", str(tmp_path))
    monkeypatch.setenv("HEADLINE_LAB_NEWS", str(tmp_path / "news.json"))
    assert paths.runs() == tmp_path / "runs"
    assert paths.server_news() == tmp_path / "news.json"
