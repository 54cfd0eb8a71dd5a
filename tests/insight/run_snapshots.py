"""Snapshots of a run: four made by hand, small enough to count on one's fingers; random ones of any size."""

from pathlib import Path

import numpy as np

from core.training.snapshots import Snapshot, SnapshotHeader, Snapshots

LABELS = ("FOOD", "SPACE", "SPORT")
WORDS = ("goal", "soup", "comet", "match")
# Six validation articles; inside the first epoch four of them are asked, the first two of which are the headlines.
HEADER = SnapshotHeader(
    labels=LABELS,
    words=WORDS,
    headlines=("Soup of the day", "A comet comes"),
    y=np.array([0, 1, 2, 2, 1, 0], np.uint16),
    sample=np.array([0, 4, 2, 1]),
    validation=6,
)


def probabilities(*rows: tuple[float, ...]) -> np.ndarray:
    return np.array(rows)


MOMENTS = (
    Snapshot(
        epochs=0, step=0, steps=3, rows=0,
        predictions=np.array([2, 2, 2, 2], np.uint16),
        probabilities=probabilities((0.3, 0.3, 0.4), (0.25, 0.25, 0.5)),
        embedding=np.array([[1.0, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]]) * 0.1,
    ),
    Snapshot(
        epochs=0, step=2, steps=3, rows=20,
        predictions=np.array([0, 2, 2, 1], np.uint16),
        probabilities=probabilities((0.5, 0.25, 0.25), (0.25, 0.375, 0.375)),
        embedding=np.array([[2.0, 0, 0], [0, 1, 0], [0, 0, 0.1], [1, 0, 0]]),
    ),
    Snapshot(
        epochs=1, step=0, steps=3, rows=30,
        predictions=np.array([0, 1, 2, 0, 1, 2], np.uint16), accuracy=4 / 6, loss=0.5,
        probabilities=probabilities((0.75, 0.125, 0.125), (0.125, 0.75, 0.125)),
        embedding=np.array([[4.0, 0, 0], [0, 2, 0], [0, 0, 0.1], [3, 0, 0]]),
    ),
    Snapshot(
        epochs=2, step=0, steps=3, rows=60,
        predictions=np.array([2, 1, 2, 2, 1, 0], np.uint16), accuracy=5 / 6, loss=0.25,
        probabilities=probabilities((0.375, 0.125, 0.5), (0.0, 1.0, 0.0)),
        embedding=np.array([[4.0, 0, 0], [0, 2, 0], [0, 0, 0.1], [3.5, 0, 0]]),
    ),
)  # fmt: skip


def write_snapshots(
    folder: Path, header: SnapshotHeader = HEADER, moments: tuple[Snapshot, ...] = MOMENTS
) -> Path:
    """Write the header and the snapshots as a training does."""
    snapshots = Snapshots(folder, header.headlines)
    snapshots.begin(header)
    for moment in moments:
        snapshots.write(moment)
    return folder


def random_snapshots(
    categories: int, names: tuple[str, ...] = ()
) -> tuple[SnapshotHeader, tuple[Snapshot, ...]]:
    """Three random snapshots; the last is of an epoch's end, and most of its predictions are correct."""
    random = np.random.default_rng(3)
    labels = (names + tuple(f"CATEGORY {number}" for number in range(categories)))[:categories]
    rows, few = 40 * categories, 200
    header = SnapshotHeader(
        labels=labels,
        words=tuple(f"word{number}" for number in range(50)),
        headlines=tuple(f"Headline {number}" for number in range(20)),
        y=np.tile(np.arange(categories), 40).astype(np.uint16),
        sample=random.permutation(rows)[:few],
        validation=rows,
    )
    moments = []
    for epochs, step, certain in ((0, 0, 0.0), (0, 1, 0.5), (1, 0, 0.9)):
        y = header.y if epochs else header.y[header.sample]
        answers = np.where(random.random(len(y)) < certain, y, random.integers(0, categories, len(y)))
        own = answers[header.sample[:20]] if epochs else answers[:20]
        weights = np.full((20, categories), 0.5 / categories)
        weights[np.arange(20), own] += 0.5
        moments.append(
            Snapshot(
                epochs=epochs,
                step=step,
                steps=2,
                rows=10 * step + 20 * epochs,
                predictions=answers.astype(np.uint16),
                probabilities=weights,
                embedding=random.normal(size=(50, 4)) * (1 + certain),
                accuracy=float((answers == y).mean()) if epochs else None,
                loss=1.0 if epochs else None,
            )
        )
    return header, tuple(moments)
