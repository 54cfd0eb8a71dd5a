"""A training small enough to watch: which of two marker words stands in the text, and where."""

from typing import TYPE_CHECKING, Any

import numpy as np

from core.settings.network import NetworkSettings, RecurrentLayer
from core.settings.run import RunSettings
from core.settings.training import TrainingSettings
from core.text.sequences import Sequences
from core.text.vocabulary import Vocabulary
from core.training.batches import Split
from core.training.events import Event
from core.training.preparation import TrainingData
from tests.present import present

if TYPE_CHECKING:
    from core.training.trainer import Trained

SETTINGS = RunSettings(
    network=NetworkSettings(
        vocabulary_size=12,
        sequence_length=8,
        embedding_size=8,
        layers=(RecurrentLayer(units=8, bidirectional=False, dropout=0.1, recurrent_dropout=0.1),),
        dropout=0.2,
    ),
    training=TrainingSettings(learning_rate=0.02, batch_size=16, epochs=3, patience=0, seed=4),
)


def marker_data(rows: int = 240) -> TrainingData:
    """Texts of fillers 2 to 9 with word 10 or 11 somewhere; the label is which."""
    random = np.random.default_rng(0)
    y = random.integers(0, 2, rows).astype(np.int32)
    texts = [random.integers(2, 10, random.integers(2, 8)) for _ in range(rows)]
    for text, label in zip(texts, y, strict=True):
        text[random.integers(len(text))] = 10 + label
    places = np.arange(rows)
    return TrainingData(
        rows=places,
        labels=("A", "B"),
        y=y,
        split=Split(training=places[:160], validation=places[160:200], test=places[200:]),
        vocabulary=Vocabulary(words=tuple("abcdefghij"), counts=tuple(range(10, 0, -1))),
        sequences=Sequences.from_lists([text.tolist() for text in texts]),
        majority=float(np.bincount(y[:160]).max() / 160),
    )


def finish_training(
    settings: RunSettings = SETTINGS, data: TrainingData | None = None, **options: Any
) -> "tuple[list[Event], Trained]":
    """Events and result of a training that nobody pauses."""
    events, trained = run_training(settings, data, **options)
    return events, present(trained)


def run_training(
    settings: RunSettings = SETTINGS, data: TrainingData | None = None, **options: Any
) -> "tuple[list[Event], Trained | None]":
    """Events and result of a training; None is that of a paused one."""
    from core.training.trainer import train

    events: list[Event] = []
    steps = train(data or marker_data(), settings, **options)
    while True:
        try:
            events.append(next(steps))
        except StopIteration as end:
            return events, end.value
