"""Train a network until it knows its headlines by heart, and keep its curves in ``data/overfitting.json``.

    python -m data.make_overfitting

2,000 articles of the synthetic sample, no dropout and no early stopping: few articles and many weights, so that it
overfits within seconds. The chapter on overfitting shows this run to whoever has no run of their own that is long
enough. The figures are the run's own, epoch by epoch; a test trains it again.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from core import paths
from core.news.news import read_news
from core.settings.network import NetworkSettings, RecurrentLayer
from core.settings.run import RunSettings
from core.settings.training import TrainingSettings
from core.text.cleaning import CleaningSettings
from core.training.events import EpochEnd, Event, Prepared, to_json
from core.training.preparation import prepare

SETTINGS = RunSettings(
    preset="own",
    cleaning=replace(CleaningSettings.article(), keep_negations=False),  # as it was recorded
    network=NetworkSettings(
        vocabulary_size=20_000,
        sequence_length=40,
        embedding_size=64,
        cell="GRU",
        layers=(RecurrentLayer(units=64),),
        dropout=0.0,
    ),
    training=TrainingSettings(
        optimizer="Adam",
        embedding_optimizer="same",
        learning_rate=0.002,
        batch_size=64,
        epochs=15,
        patience=0,
        validation_share=0.2,
        test_share=0.2,
        articles=2_000,
        seed=1,
    ),
)


def learn(settings: RunSettings = SETTINGS) -> Iterator[Event]:
    """The events of the run that the file holds: Prepared, and the end of every epoch."""
    from core.training.trainer import train  # TensorFlow, which whoever only looks at SETTINGS does not need

    for event in train(prepare(read_news(paths.SAMPLE), settings), settings):
        if isinstance(event, Prepared | EpochEnd):
            yield event


def record(events: Iterator[Event]) -> dict[str, Any]:
    """What the file holds. Seconds are left out but for whole tenths: they are of one machine on one day."""
    told = [to_json(replace(event, seconds=round(event.seconds, 1))) for event in events]
    return {
        "schema": 1,
        "made_by": "python -m data.make_overfitting",
        "versions": {name: version(name) for name in ("keras", "numpy")},
        "news": "the built-in sample",
        "fingerprint": read_news(paths.SAMPLE).fingerprint,
        "settings": SETTINGS.to_json(),
        "events": told,
    }


def main() -> None:
    path = Path(paths.OVERFITTING)
    path.write_text(json.dumps(record(learn()), indent=1) + "\n", encoding="utf-8")
    print(f"{path}: {SETTINGS.training.epochs} epochs, {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
