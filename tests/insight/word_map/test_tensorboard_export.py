"""The two tables for the projector: parallel, whole whatever stands in a word or a category."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

from core.insight.word_map.tensorboard_export import HEADER, export_zip
from core.insight.word_map.word_map import WordMap
from tests.insight.word_maps import LABELS, load_map, tiny_classifier


def tables(word_map: WordMap) -> tuple[np.ndarray, list[list[str]]]:
    with zipfile.ZipFile(io.BytesIO(export_zip(word_map))) as packed:
        assert packed.namelist() == ["vectors.tsv", "metadata.tsv"]
        vectors = np.loadtxt(io.BytesIO(packed.read("vectors.tsv")), delimiter="\t", ndmin=2)
        # As the projector reads it: line by line, cell by cell.
        lines = packed.read("metadata.tsv").decode().removesuffix("\n").split("\n")
    return vectors, [line.split("\t") for line in lines]


def test_rows_and_what_is_known_of_them(tmp_path: Path) -> None:
    word_map = load_map(tiny_classifier(), tmp_path / "one")
    vectors, (header, *rows) = tables(word_map)
    assert vectors == pytest.approx(word_map.embedding[2:], rel=1e-5)
    assert tuple(header) == HEADER
    assert [row[0] for row in rows] == list(word_map.words)
    assert [int(row[1]) for row in rows] == list(word_map.classifier.vocabulary.counts)
    assert word_map.computed
    for row, category, size, texts in zip(
        rows, word_map.categories, word_map.effect_sizes, word_map.computed.effects.texts, strict=True
    ):
        assert row[2] == (LABELS[category] if category >= 0 else "not measured")
        assert row[3] == (f"{size:.3f}" if category >= 0 else "")
        assert int(row[4]) == texts


def test_nothing_in_a_word_or_a_category_breaks_the_table(tmp_path: Path) -> None:
    odd = ("=cmd()", "-", "+1", "@x", "\x00", '"', "<b>", "＝1")
    labels = ("A\tB\nC", "D\r\nE", "=F()")
    word_map = load_map(tiny_classifier(known=odd, labels=labels), tmp_path / "one")
    vectors, (_, *rows) = tables(word_map)
    assert len(vectors) == len(rows) == len(word_map)
    assert {len(row) for row in rows} == {len(HEADER)}
    assert [row[0] for row in rows[:8]] == ["'=cmd()", "-", "'+1", "'@x", "\x00", '"', "<b>", "'＝1"]
    assert {row[2] for row in rows} <= {"A B C", "D E", "'=F()", "not measured"}


def test_before_the_study_is_made(tmp_path: Path) -> None:
    _, (_, *rows) = tables(load_map(tiny_classifier(), tmp_path / "one", computed=False))
    assert {tuple(row[2:]) for row in rows} == {("not measured", "", "0")}
