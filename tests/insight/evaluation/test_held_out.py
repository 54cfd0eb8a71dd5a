"""What is kept of the held-out parts: the run's own rows, and a file that can be anything."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core import paths
from core.errors import AnalysisError
from core.insight import artifacts
from core.insight.evaluation.held_out import Articles, HeldOut
from core.text.sequences import Sequences
from core.text.vocabulary import Vocabulary
from core.training.batches import Split
from core.training.preparation import TrainingData

TABLE = pd.DataFrame(
    {
        "headline": [f"headline {row}" for row in range(7)],
        "short_description": [f'"{row}"\n\u2028' for row in range(7)],
        "date": pd.to_datetime(
            ["2014-03-01", None, "2015-01-01", "2016-12-31", "2017-01-01", None, "2018-05-05"]
        ),
    }
)


@pytest.fixture(autouse=True)
def card(tmp_path: Path) -> None:
    """Of the weights that a study in this folder is of."""
    (tmp_path / "classifier.json").write_text("{}")


@pytest.fixture
def held_out() -> HeldOut:
    """Of seven articles the run drew all but the first; it learnt from two of the six."""
    data = TrainingData(
        rows=np.array([1, 2, 3, 4, 5, 6]),
        labels=("A", "B"),
        y=np.array([0, 1, 1, 1, 0, 1], np.int32),
        split=Split(training=np.array([1, 2]), validation=np.array([0, 3]), test=np.array([4, 5])),
        vocabulary=Vocabulary(words=("a", "b"), counts=(2, 1)),
        sequences=Sequences.from_lists([[2, 1], [3], [2], [1, 1, 3], [2, 3, 2], [1]]),
        majority=1.0,
    )
    parts = [Articles.from_table(TABLE, data.rows[rows]) for rows in (data.split.validation, data.split.test)]
    logits = np.array([[0.0, 1.0], [2.0, 0.5]], np.float32)
    return HeldOut.from_training_data(data, validation=parts[0], test=parts[1], logits=(logits, -logits))


def test_each_part_has_its_own_rows(held_out: HeldOut) -> None:
    assert held_out.validation.articles
    assert held_out.test.articles
    assert held_out.validation.articles.headlines == ("headline 1", "headline 4")
    assert held_out.test.articles.headlines == ("headline 5", "headline 6")
    assert held_out.validation.years.tolist() == [0, 2017]
    assert held_out.test.years.tolist() == [0, 2018]
    assert held_out.validation.y.tolist() == [0, 1]
    assert held_out.test.y.tolist() == [0, 1]
    assert held_out.validation.lengths.tolist() == [2, 3]
    assert held_out.validation.unknown.tolist() == [1, 2]
    assert held_out.test.unknown.tolist() == [0, 1]
    assert held_out.training_counts.tolist() == [0, 2]
    assert held_out.training_counts.argmax() == 1


def test_saved_and_loaded_it_is_the_same(held_out: HeldOut, tmp_path: Path) -> None:
    held_out.save(tmp_path)
    again = HeldOut.load(tmp_path, categories=2)
    assert again.training_counts.tolist() == [0, 2]
    for part, other in ((held_out.validation, again.validation), (held_out.test, again.test)):
        for name in ("y", "logits", "lengths", "unknown", "years"):
            assert np.array_equal(getattr(part, name), getattr(other, name))
        assert part.sequences
        assert other.sequences
        assert part.articles
        assert other.articles
        assert part.sequences.ids.tolist() == other.sequences.ids.tolist()
        assert part.sequences.offsets.tolist() == other.sequences.offsets.tolist()
        assert part.articles.headlines == other.articles.headlines
        assert part.articles.descriptions == other.articles.descriptions


def test_without_texts_the_figures_are_still_there(held_out: HeldOut, tmp_path: Path) -> None:
    """As they are shipped with the starter, whose headlines may not be given on."""
    arrays = {
        name: array
        for name, array in held_out.to_arrays().items()
        if not name.endswith(("/ids", "/headlines", "/descriptions"))
    }
    artifacts.write(tmp_path, "held_out", arrays)
    again = HeldOut.load(tmp_path, categories=2)
    assert again.test.sequences is None
    assert again.test.articles is None
    assert again.test.unknown.tolist() == [0, 1]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"schema": np.array(2)}, "another version"),
        ({"test/y": np.array([0, 7], np.int32)}, "a category that is not there"),
        ({"test/y": np.array([0], np.int32)}, "test/logits must be"),
        ({"test/unknown": np.array([0], np.int32)}, "test/unknown must have 2 rows"),
        ({"test/ids": np.array([2], np.int32)}, "test/ids must have 4 numbers"),
        ({"test/headlines": artifacts.texts_to_array(["one"])}, "test/headlines must be 2"),
        ({"test/headlines": np.frombuffer(b"[1", np.uint8)}, "texts are damaged"),
        ({"training_counts": np.array([1])}, "training_counts must be"),
        ({"test/logits": np.array([["a", "b"], ["c", "d"]])}, "damaged"),
    ],
)
def test_what_does_not_fit_is_refused(
    held_out: HeldOut, tmp_path: Path, change: dict[str, np.ndarray], message: str
) -> None:
    artifacts.write(tmp_path, "held_out", held_out.to_arrays() | change)
    with pytest.raises(AnalysisError, match=message):
        HeldOut.load(tmp_path, categories=2)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x80\x04not ours", b"{}"])
def test_a_damaged_file_is_refused_and_nothing_in_it_is_opened(tmp_path: Path, content: bytes) -> None:
    path = artifacts.artifact_path(tmp_path, "held_out")
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    with pytest.raises(AnalysisError, match=r"held_out\.npz is damaged"):
        HeldOut.load(tmp_path, categories=2)


def test_what_is_no_good_is_set_aside_so_that_it_can_be_made_again(
    held_out: HeldOut, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held_out.save(tmp_path)
    (tmp_path / "classifier.json").write_text('{"other": "weights"}')
    with pytest.raises(AnalysisError, match="of other weights"):
        HeldOut.load(tmp_path, categories=2)
    assert not artifacts.artifact_path(tmp_path, "held_out").exists()
    held_out.save(tmp_path)
    assert HeldOut.load(tmp_path, categories=2).test.y.tolist() == [0, 1]
    # What came with the program is nobody's to move.
    monkeypatch.setattr(paths, "STARTER", tmp_path)
    with pytest.raises(AnalysisError, match="damaged"):
        HeldOut.load(tmp_path, categories=3)
    assert artifacts.artifact_path(tmp_path, "held_out").exists()


def test_none_yet(tmp_path: Path) -> None:
    with pytest.raises(AnalysisError, match="not been computed"):
        HeldOut.load(tmp_path, categories=2)
