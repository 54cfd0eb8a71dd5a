"""The article's network, learnt by our loop and by the article's own Keras code: who is sooner equally good.

``python -m benchmarks.article FILE [--sample 20000] [--epochs 1] [--rounds 3] [--json]``. Each side in a process of
its own, with the same articles, split, cleaning and word index, from ``PRESETS["article"]``:

- ``keras``: the article's code, its slips mended. Stock layers, every text filled up to 130 words (at its start, as
  Keras does when it is not told otherwise), batches of 32, RMSprop, which takes a step over the whole word table at
  every batch. The validation accuracy that it has after an epoch is a target.
- ``ours``: the same layers in our loop, with the settings of :data:`SETTINGS`, found on the validation part. Every
  ``EVERY`` steps the whole validation part is scored, until a score reaches the last target.

Both clocks run from the network's making, so the tracing of the graphs is in them. Ours counts the scores on its way
(``learning_seconds`` leaves them out), Keras's does not count its own. The ratio to read is ``times_as_fast``: Keras's
seconds over the median of our rounds, each of another seed; null where a round does not reach the target.

Beware of a target that is no more than the share of the largest category (``majority``, of the validation part): there
Keras's code has learnt to name that category always, and so has ours after a few steps. On the real file's 20,000
articles that is all that its first epoch gives, and the three after it give less (``--epochs 4``).
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.watched import as_worker, watched
from core.news.news import read_news
from core.settings.presets import PRESETS
from core.settings.run import RunSettings
from core.training.preparation import TrainingData, prepare

EVERY = 10  # steps of ours between two scores of the whole validation part
ARTICLE = PRESETS["article"]
SETTINGS = replace(
    ARTICLE,
    training=replace(
        ARTICLE.training,
        optimizer="Adam",
        learning_rate=0.002,
        embedding_optimizer="Adagrad",
        embedding_learning_rate=0.1,
        batch_size=64,
    ),
)


def prepared(file: Path, sample: int) -> TrainingData:
    """The articles as both sides get them; the preset's seed draws and splits them."""
    settings = replace(ARTICLE, training=replace(ARTICLE.training, articles=sample))
    return prepare(read_news(file), settings)


def keras_epochs(data: TrainingData, *, epochs: int, seed: int) -> dict[str, Any]:
    """The article's code: the seconds to the end of each epoch, and the validation accuracy then."""
    import keras

    network, training = ARTICLE.network, ARTICLE.training
    length, categories = network.sequence_length, len(data.labels)
    ids = keras.utils.pad_sequences(
        [data.sequences.ids[a:b] for a, b in pairwise(data.sequences.offsets)],
        maxlen=length,
    )  # (articles, 130)
    y = keras.utils.to_categorical(data.y, categories)  # (articles, categories)
    keras.utils.set_random_seed(seed)
    began = time.perf_counter()
    layers = [keras.Input((length,)), keras.layers.Embedding(len(data.vocabulary), network.embedding_size)]
    for layer in network.layers:
        one = keras.layers.SimpleRNN(
            layer.units,
            dropout=layer.dropout,
            recurrent_dropout=layer.recurrent_dropout,
            return_sequences=layer is not network.layers[-1],
        )
        layers.append(keras.layers.Bidirectional(one) if layer.bidirectional else one)
    layers += [keras.layers.Dropout(network.dropout), keras.layers.Dense(categories, activation="softmax")]
    model = keras.Sequential(layers)
    model.compile("rmsprop", "categorical_crossentropy", metrics=["accuracy"])
    learnt, watched = data.split.training, data.split.validation
    reached, seconds = [], time.perf_counter() - began
    for _ in range(epochs):
        began = time.perf_counter()
        model.fit(ids[learnt], y[learnt], batch_size=training.batch_size, epochs=1, verbose=0)
        seconds += time.perf_counter() - began
        _, accuracy = model.evaluate(ids[watched], y[watched], verbose=0)
        reached.append({"seconds": round(seconds, 2), "accuracy": accuracy})
    return {"epochs": reached, "parameters": model.count_params()}


def ours(data: TrainingData, settings: RunSettings, target: float) -> dict[str, Any]:
    """Every score of the whole validation part, up to the first that is ``target`` or more."""
    from core.training.batch_reports import BatchReports
    from core.training.trainer import Trainer

    began = time.perf_counter()
    trainer = Trainer(data, settings)
    progress, scoring = trainer.progress, 0.0
    scores: list[dict[str, float]] = []

    def score(measure: Callable[[], float]) -> bool:
        """Measure the validation accuracy; whether it is the target or more."""
        nonlocal scoring
        paused, articles = time.perf_counter(), progress.rows
        accuracy = measure()
        now = time.perf_counter()
        scoring += now - paused
        scores.append(
            {
                "seconds": round(now - began, 2),
                "learning_seconds": round(now - began - scoring, 2),
                "accuracy": accuracy,
                "articles_seen": articles,
            }
        )
        return accuracy >= target

    def within_epoch() -> float:
        logits = trainer.evaluator.logits(data.split.validation)
        return trainer.evaluator.score(data.split.validation, logits).accuracy

    reached = False
    while progress.ending is None and not reached:
        batches, reports = trainer.begin_epoch(), BatchReports()
        for rows in batches:
            if progress.step and progress.step % EVERY == 0 and score(within_epoch):
                reached = True
                break
            rate = trainer.learning_rate(len(batches))
            loss_sum, correct = trainer.step(data.sequences.pad(rows), data.y[rows], rate)
            progress.add_batch(loss_sum, correct, len(rows), rate=rate)
            reports.add(loss_sum, correct, len(rows))
            if reports.due(last=progress.step == len(batches)):
                trainer.batch_end(reports, len(batches))
                reports.restart()
        else:  # at an epoch's end the loop itself scores the whole validation part
            reached = score(lambda: trainer.end_epoch().validation_accuracy)
    return {"scores": scores, "parameters": trainer.model.count_params()}


def measure(file: Path, *, sample: int, epochs: int, rounds: int) -> dict[str, Any]:
    """Keras's epochs, then ours ``rounds`` times, each in a fresh process; a row for each of Keras's epochs."""
    common = [sys.executable, "-m", "benchmarks.article", str(file.resolve()), "--sample", str(sample)]
    keras = watched([*common, "--side", "keras", "--epochs", str(epochs)])
    target = max(epoch["accuracy"] for epoch in keras.record["epochs"])
    found = [
        watched([*common, "--side", "ours", "--target", repr(target), "--seed", str(seed)])
        for seed in range(1, rounds + 1)
    ]
    rows = [
        {"epoch": number, "target": epoch["accuracy"], "keras_seconds": epoch["seconds"]}
        | against(epoch, [one.record["scores"] for one in found])
        for number, epoch in enumerate(keras.record["epochs"], start=1)
    ]
    return {
        "articles": keras.record["articles"],
        "majority": keras.record["majority"],
        "parameters": [keras.record["parameters"], found[0].record["parameters"]],
        "keras_peak_mb": keras.peak_mb,
        "peak_mb": max(one.peak_mb for one in found),
        "epochs": rows,
    }


def against(epoch: dict[str, float], rounds: list[list[dict[str, float]]]) -> dict[str, float | None]:
    """The median over our rounds of the first score that is as good as Keras's after an epoch."""
    firsts = [
        next((score for score in one if score["accuracy"] >= epoch["accuracy"]), None) for one in rounds
    ]
    reached = [first for first in firsts if first is not None]
    if len(reached) < len(firsts):
        return dict.fromkeys(("seconds", "learning_seconds", "accuracy", "articles_seen", "times_as_fast"))
    middle: dict[str, float | None] = {
        name: statistics.median(first[name] for first in reached) for name in reached[0]
    }
    return middle | {"times_as_fast": round(epoch["seconds"] / (middle["seconds"] or 0.01), 1)}


def told(found: dict[str, Any]) -> str:
    """What :func:`measure` found, a line for each of Keras's epochs."""
    lines = [
        f"the article's network on {found['articles']:,} articles, "
        f"{found['majority']:.1%} of the validation part in its largest category"
    ]
    for row in found["epochs"]:
        line = f"  to validation {row['target']:.1%}: keras {row['keras_seconds']:.2f} s ({row['epoch']} epochs), "
        if row["seconds"] is None:
            lines.append(f"{line}ours never")
            continue
        lines.append(
            f"{line}ours {row['seconds']:.2f} s, learning alone {row['learning_seconds']:.2f} s: "
            f"{row['times_as_fast']} times as fast"
        )
    if found["epochs"][0]["target"] <= found["majority"]:
        lines.append("  after its first epoch keras is no better than always naming the largest category")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        description="The article's network: our loop against the article's code."
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--sample", type=int, default=20_000, help="articles drawn at random; 0 takes all")
    parser.add_argument("--epochs", type=int, default=1, help="epochs of the article's code, each a target")
    parser.add_argument("--rounds", type=int, default=3, help="runs of ours, each with a seed of its own")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    parser.add_argument("--side", choices=["ours", "keras"], help=argparse.SUPPRESS)
    parser.add_argument("--target", type=float, help=argparse.SUPPRESS)
    parser.add_argument("--seed", type=int, default=1, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.side:
        data = prepared(given.file, given.sample)
        if given.side == "keras":
            found = keras_epochs(data, epochs=given.epochs, seed=given.seed)
        else:
            as_worker()
            training = replace(SETTINGS.training, seed=given.seed)
            found = ours(data, replace(SETTINGS, training=training), given.target)
        largest = float(
            (data.y[data.split.validation] == np.bincount(data.y[data.split.training]).argmax()).mean()
        )
        print(json.dumps(found | {"articles": len(data.y), "majority": largest}))
        return
    found = measure(given.file, sample=given.sample, epochs=max(1, given.epochs), rounds=max(1, given.rounds))
    print(told(found))
    if given.json:
        print(json.dumps(found))


if __name__ == "__main__":
    main()
