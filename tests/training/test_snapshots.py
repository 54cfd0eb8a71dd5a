"""The files of a run's snapshots: what fits, what stays of long runs, and what a damaged one costs."""

import contextlib
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.errors import RunError
from core.training import snapshots
from core.training.snapshots import (
    BYTES,
    HEADER_FILE,
    MOST,
    Moment,
    Snapshot,
    SnapshotHeader,
    Snapshots,
    SnapshotSelection,
    is_due,
    thinned,
)

FEW = SnapshotHeader(
    labels=("A", "B", "C"),
    words=("one", "two", "thr\ud800ee"),
    headlines=("First of all", "Second"),
    y=np.array([0, 1, 2, 1], np.uint16),
    sample=np.array([3, 0, 1]),
    validation=4,
)


def taken(epochs: int, step: int, **otherwise: object) -> Snapshot:
    """A moment of FEW."""
    whole = epochs > 0 and step == 0
    given: dict[str, Any] = {
        "epochs": epochs,
        "step": step,
        "steps": 9,
        "rows": 100 * epochs + 10 * step,
        "predictions": np.array([0, 1, 2, 2] if whole else [1, 0, 0], np.uint16),
        "probabilities": np.array([[0.25, 0.5, 0.25], [1.0, 0.0, 0.0]]),
        "embedding": np.array([[1.0, -2.0], [0.5, 0.25], [0.0, 1e7]]),
        "accuracy": 0.75 if whole else None,
        "loss": 0.1 if whole else None,
    }
    return Snapshot(**(given | otherwise))


@pytest.fixture
def begun(tmp_path: Path) -> Snapshots:
    made = Snapshots(tmp_path / "snapshots", FEW.headlines)
    made.begin(FEW)
    return made


def test_what_is_written_is_read(begun: Snapshots) -> None:
    fixed = snapshots.read_header(begun.folder)
    assert fixed.labels == FEW.labels
    assert fixed.words == ("one", "two", "thr?ee")  # half a surrogate pair cannot be stored
    assert fixed.headlines == FEW.headlines
    assert fixed.y.tolist() == [0, 1, 2, 1]
    assert fixed.headline_rows.tolist() == [3, 0]
    for one in (taken(0, 0), taken(0, 4), taken(1, 0)):
        begun.write(one)
        read = snapshots.read(begun.folder, one.moment, fixed)
        assert (read.epochs, read.step, read.steps, read.rows) == (one.epochs, one.step, 9, one.rows)
        assert (read.accuracy, read.loss) == (one.accuracy, one.loss)
        assert read.predictions.tolist() == one.predictions.tolist()
        np.testing.assert_allclose(read.probabilities, one.probabilities, atol=1e-3)
        # 16 bits a number, of the largest of them, also where that is more than they could say.
        np.testing.assert_allclose(read.embedding, one.embedding, rtol=2**-10, atol=1e7 * 2**-23)
    assert snapshots.moments(begun.folder) == [(0, 0), (0, 4), (1, 0)]


def test_the_same_moment_gives_the_same_bytes(begun: Snapshots) -> None:
    begun.write(taken(0, 2))
    path = snapshots.snapshot_path(begun.folder, (0, 2))
    first = path.read_bytes()
    path.unlink()
    begun.write(taken(0, 2))
    assert path.read_bytes() == first


SETTINGS = list(
    itertools.product((1, 400, 9_038, 90_384, 2_000_000), (2, 41, 1_000), (1, 1_927, 399_998), (1, 64, 512))
)


@pytest.mark.parametrize(("validation", "categories", "words", "size"), SETTINGS)
def test_a_run_of_any_settings_keeps_below_20_megabytes(
    tmp_path: Path, validation: int, categories: int, words: int, size: int
) -> None:
    kept = SnapshotSelection.of(
        training=9 * validation, validation=validation, categories=categories, words=words, size=size, seed=7
    )
    answers, few = len(kept.rows), len(kept.sample)
    assert min(validation, 100) <= few <= min(validation, 1_024)
    assert kept.headlines == min(100, few, 60_000 // (2 * categories))
    # At worst (290,000 - 4,096 - 2 * 65,536 - 2 * 30 * 1,000) / (2 * 512): there always is a map to look at.
    assert kept.words >= min(words, 92)
    assert len(set(kept.sample.tolist())) == few
    assert kept.sample.max() < answers <= validation
    made = Snapshots(tmp_path, ())
    made.begin(
        SnapshotHeader(
            labels=("ÄÖÜ" * 100,) * categories,
            words=("字" * 100,) * kept.words,
            headlines=("字" * 1_000,) * kept.headlines,
            y=np.zeros(answers, np.uint16),
            sample=kept.sample,
            validation=validation,
        )
    )
    one = taken(
        1,
        0,
        predictions=np.zeros(answers, np.uint16),
        probabilities=np.zeros((kept.headlines, categories)),
        embedding=np.zeros((kept.words, size)),
    )
    made.write(one)
    size_of_one = snapshots.snapshot_path(tmp_path, (1, 0)).stat().st_size
    assert size_of_one <= BYTES
    assert MOST * size_of_one + (tmp_path / HEADER_FILE).stat().st_size <= 20e6


def test_the_draw_is_the_seeds() -> None:
    def drawn(seed: int) -> list[int]:
        sizes = {"training": 9_000, "validation": 1_000, "categories": 3, "words": 9, "size": 4}
        few: list[int] = SnapshotSelection.of(**sizes, seed=seed).sample.tolist()
        return few

    assert drawn(1) == drawn(1) != drawn(2)


def test_when_one_is_due() -> None:
    assert [step for step in range(70) if is_due(0, step)] == [0, 1, 2, 4, 8, 16, 32, 64]
    assert not any(is_due(1, step) for step in range(70))


INSIDE: list[Moment] = [(0, 2**power) for power in range(10)]


@pytest.mark.parametrize("thins", [1, 3])
def test_long_runs_keep_epochs_at_even_distances_however_often_they_thin(thins: int) -> None:
    there: list[Moment] = [(0, 0), *INSIDE]
    for epoch in range(1, 101):
        there.append((epoch, 0))
        best = min(epoch, 33)  # the 33rd is never surpassed
        if epoch % thins == 0:
            there = sorted(thinned(there, best))
            assert len(there) <= MOST
        if epoch <= 40:
            assert len(there) == 11 + epoch  # all of them
    ends = [epochs for epochs, step in sorted(thinned(there, 33)) if not step]
    assert ends == sorted([0, 1, 33, *range(2, 101, 2)])
    assert set(INSIDE) < set(there)


def test_thinning_removes_the_files(begun: Snapshots, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "MOST", 6)
    for epochs in range(8):
        begun.write(taken(epochs, 0))
    begun.thin(best=3)
    assert snapshots.moments(begun.folder) == [(0, 0), (1, 0), (3, 0), (4, 0), (7, 0)]


def test_what_is_later_than_the_run_is_forgotten(begun: Snapshots) -> None:
    for place in ((0, 0), (0, 1), (0, 2), (0, 4), (1, 0)):
        begun.write(taken(*place))
    begun.forget_after((0, 4))  # where it goes on: that one is not taken again
    assert snapshots.moments(begun.folder) == [(0, 0), (0, 1), (0, 2), (0, 4)]
    begun.forget_after((0, 3))
    assert snapshots.moments(begun.folder) == [(0, 0), (0, 1), (0, 2)]


def test_what_a_killed_process_left_half_written_goes(begun: Snapshots) -> None:
    left = begun.folder / ".000-0000001.npz.x1y2"
    left.write_bytes(b"half")
    begun.begin(FEW)
    assert not left.exists()


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-400])


def _flipped(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)


@pytest.mark.parametrize("damage", [_cut, _flipped, lambda path: path.write_bytes(b"")])
def test_damage_is_said(begun: Snapshots, damage: Callable[[Path], object]) -> None:
    begun.write(taken(1, 0))
    damage(snapshots.snapshot_path(begun.folder, (1, 0)))
    with pytest.raises(RunError, match=r"001-0000000\.npz is damaged"):
        snapshots.read(begun.folder, (1, 0), FEW)
    damage(begun.folder / HEADER_FILE)
    with pytest.raises(RunError, match=r"fixed\.npz is damaged"):
        snapshots.read_header(begun.folder)


@pytest.mark.parametrize(
    ("otherwise", "why"),
    [
        ({"predictions": np.array([0, 1, 2], np.uint16)}, "answers of the shape"),
        ({"predictions": np.array([0, 1, 2, 3], np.uint16)}, "a category that is not there"),
        ({"predictions": np.array([0, 1, 2, 1], np.uint16)}, "not those of its accuracy"),
        ({"predictions": np.array([0, 1, 2, 2])}, "answers of the shape"),
        ({"accuracy": None}, "lacks the accuracy"),
        ({"probabilities": np.full((2, 3), np.nan)}, "NaN"),
        ({"probabilities": np.ones((2, 2))}, "probabilities of the shape"),
        ({"embedding": np.full((3, 2), np.inf)}, "NaN"),
        ({"embedding": np.ones((2, 2))}, "rows of the shape"),
        ({"steps": 0}, "another place"),
    ],
)
@pytest.mark.filterwarnings("ignore:invalid value")
def test_what_does_not_fit_is_damaged(begun: Snapshots, otherwise: dict[str, Any], why: str) -> None:
    begun.write(taken(1, 0, **otherwise))
    with pytest.raises(RunError, match=why):
        snapshots.read(begun.folder, (1, 0), FEW)


def test_objects_are_never_unpickled(begun: Snapshots) -> None:
    with (begun.folder / HEADER_FILE).open("wb") as stream:
        np.savez(stream, schema=np.array([object()], dtype=object))
    with pytest.raises(RunError, match="damaged"):
        snapshots.read_header(begun.folder)


def test_a_process_that_may_not_write_any_more_changes_nothing(tmp_path: Path) -> None:
    refuse = False

    @contextlib.contextmanager
    def commit() -> Iterator[None]:
        if refuse:
            raise RunError("taken over")
        yield

    made = Snapshots(tmp_path, FEW.headlines, commit)
    made.begin(FEW)
    made.write(taken(0, 1))
    before = {one.name: one.read_bytes() for one in tmp_path.iterdir()}
    refuse = True
    writes: tuple[Callable[[], object], ...] = (
        lambda: made.begin(FEW),
        lambda: made.write(taken(0, 2)),
        lambda: made.forget_after((0, 0)),
    )
    for late in writes:
        with pytest.raises(RunError, match="taken over"):
            late()
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == before
