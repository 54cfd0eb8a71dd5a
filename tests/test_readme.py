"""The numbers of the README, each counted."""

import gzip
import json
import re
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from core import paths
from core.__main__ import app
from core.insight.lessons.faults.captions import ALL_ARTICLES
from core.news.news import read_news

README = (paths.ROOT / "README.md").read_text("utf-8")
TEXT = " ".join(README.split())


@pytest.mark.claim("readme", "Python 3.11, 3.12 and 3.13 are supported")
def test_the_versions_of_python() -> None:
    project = tomllib.loads((paths.ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["requires-python"] == ">=3.11,<3.14"
    assert "Python 3.11, 3.12 or 3.13" in TEXT


@pytest.mark.claim(
    "readme", "there are four more samples beside the synthetic one, three of them small files for a class"
)
def test_the_samples() -> None:
    assert len(paths.SAMPLES) - 1 == 4
    assert "Four more samples" in TEXT
    small = {path for path in paths.SAMPLES if path.parent.name == "samples"}
    assert small == set((paths.ROOT / "data" / "samples").glob("*.csv"))
    assert len(small) == 3
    assert "three small files" in TEXT


@pytest.mark.claim("readme", "Who beat whom has 6,400 headlines")
def test_who_beat_whom_has_6_400_headlines() -> None:
    with gzip.open(paths.WHO_BEAT_WHOM, "rt", encoding="utf-8") as lines:
        assert sum(bool(json.loads(line)["headline"]) for line in lines) == 6_400
    assert "6,400 headlines" in TEXT


@pytest.mark.claim("readme", "the command line has nine verbs")
def test_the_verbs() -> None:
    text = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "100", "NO_COLOR": "1"}).output
    verbs = re.findall(r"^│ ([a-z]+) ", text, re.MULTILINE)
    assert len(set(verbs)) == 9
    assert "`python -m core`: nine verbs" in TEXT


@pytest.mark.claim(
    "readme", "the starter was trained on nine tenths of version 2 of the dataset, and its card says how"
)
def test_the_starters_card() -> None:
    card = json.loads((paths.STARTER / "classifier.json").read_text("utf-8"))["card"]
    assert round(card["rows"] / ALL_ARTICLES, 4) == 0.9
    assert {"source", "trained_at", "seed"} <= card.keys()
    assert "2209.11429" in card["source"]
    assert "arXiv 2209.11429" in TEXT


@pytest.mark.long
@pytest.mark.claim("readme", "the figures are of 180,768 articles")
@pytest.mark.slow
def test_the_real_file_has_180_768_articles(real_news_path: Path) -> None:
    assert len(read_news(real_news_path).table) == 180_768
    assert "180,768 articles" in TEXT


@pytest.mark.claim("readme", "the WordNet is version 3.0 of Princeton University, its licence beside it")
def test_the_licence_of_wordnet() -> None:
    licence = (paths.NLTK_DATA / "corpora" / "wordnet.LICENSE.txt").read_text("utf-8")
    assert "WordNet 3.0 Copyright 2006 by Princeton University" in " ".join(licence.split())
