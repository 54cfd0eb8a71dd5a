"""Measure why validation accuracy may stand above training accuracy, and keep it in ``data/training_accuracy.json``.

    python -m data.make_training_accuracy

The run of ``make_overfitting`` again, with dropout. Training accuracy is counted while the network learns: a batch is
answered by the weights that it finds, with dropout on. So after each epoch the same articles are answered again by the
weights of its end, with dropout on and with dropout off. The chapter on overfitting shows these figures; a test
measures the first epochs again.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import version
from typing import Any

from core import paths
from core.insight.lessons.overfitting.compute import MeasuredEpoch
from core.news.news import read_news
from core.settings.run import RunSettings
from core.training.preparation import prepare
from data.make_overfitting import SETTINGS as WITHOUT_DROPOUT

SETTINGS: RunSettings = replace(
    WITHOUT_DROPOUT,
    network=replace(WITHOUT_DROPOUT.network, dropout=0.5),
    training=replace(WITHOUT_DROPOUT.training, epochs=8),
)


def learn(settings: RunSettings = SETTINGS) -> Iterator[MeasuredEpoch]:
    """Train, and measure each epoch. Cost: some seconds an epoch."""
    import keras  # TensorFlow, which whoever only looks at SETTINGS does not need

    from core.training.trainer import Trainer

    data = prepare(read_news(paths.SAMPLE), settings)
    trainer = Trainer(data, settings)
    rows = data.split.training

    def with_dropout() -> float:
        correct = 0
        for batch in trainer.begin_epoch():
            logits = keras.ops.convert_to_numpy(trainer.model(data.sequences.pad(batch), training=True))
            correct += int((logits.argmax(axis=1) == data.y[batch]).sum())
        return correct / len(rows)

    while trainer.progress.ending is None:
        batches = trainer.begin_epoch()
        for batch in batches:
            rate = trainer.learning_rate(len(batches))
            loss_sum, correct = trainer.step(data.sequences.pad(batch), data.y[batch], rate)
            trainer.progress.add_batch(loss_sum, correct, len(batch), rate=rate)
        end = trainer.end_epoch()
        yield MeasuredEpoch(
            epoch=end.epoch,
            while_learning=end.accuracy,
            with_dropout=with_dropout(),
            without_dropout=trainer.evaluator.score(rows, trainer.evaluator.logits(rows)).accuracy,
            validation=end.validation_accuracy,
        )


def record(epochs: Iterator[MeasuredEpoch]) -> dict[str, Any]:
    """What the file holds."""
    return {
        "schema": 1,
        "made_by": "python -m data.make_training_accuracy",
        "versions": {name: version(name) for name in ("keras", "numpy")},
        "news": "the built-in sample",
        "fingerprint": read_news(paths.SAMPLE).fingerprint,
        "settings": SETTINGS.to_json(),
        "epochs": [epoch.to_json() for epoch in epochs],
    }


def main() -> None:
    paths.TRAINING_ACCURACY.write_text(json.dumps(record(learn()), indent=1) + "\n", encoding="utf-8")
    print(f"{paths.TRAINING_ACCURACY}: {SETTINGS.training.epochs} epochs")


if __name__ == "__main__":
    main()
