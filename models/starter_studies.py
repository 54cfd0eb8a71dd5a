"""What was found out about the starter, so that a fresh visitor has an evaluation, a word map and its units to look at.

``python -m models.starter_studies FILE``, FILE being the news that the starter was trained on. The articles are read,
cleaned and split as its run had them (the settings of README.md's command), which its word index proves. Kept are
figures alone: answers, lengths, years, effects of words, the words that excite each unit, differences from Keras; no
headline and no order of words, from which one could be put together again. Answers are stored in 16 bits.
"""

import argparse
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from core import paths
from core.insight import artifacts
from core.insight.activations import top_activating
from core.insight.evaluation.held_out import NAME, Articles, HeldOut
from core.insight.word_map import computed_map
from core.model.classifier import Classifier
from core.news.news import read_news
from core.runs import keras_parity
from core.settings.presets import PRESETS
from core.settings.run import RunSettings
from core.training.preparation import prepare

TEXTS = ("ids", "headlines", "descriptions")


def settings() -> RunSettings:
    """Of the run that the starter came out of."""
    best = PRESETS["best"]
    return replace(
        best, network=replace(best.network, ensemble_size=1, vocabulary_size=30_000, bigram_buckets=65_536)
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Find out about the starter what a fresh visitor may look at."
    )
    parser.add_argument("file", type=Path)
    given = parser.parse_args()
    starter = Classifier.load(paths.STARTER)
    news = read_news(given.file)
    data = prepare(news, settings())
    if data.labels != starter.labels or data.vocabulary.words != starter.vocabulary.words:
        raise SystemExit("These are not the articles and settings that the starter was trained with.")
    parts = data.split.validation, data.split.test
    logits = [starter.logits_of(data.sequences.take(rows)) for rows in parts]
    articles = [Articles.from_table(news.table, data.rows[rows]) for rows in parts]
    found = HeldOut.from_training_data(
        data, validation=articles[0], test=articles[1], logits=(logits[0], logits[1])
    )
    with tempfile.TemporaryDirectory() as room:
        folder = Path(room) / "starter"
        shutil.copytree(paths.STARTER, folder)
        shutil.rmtree(folder / artifacts.FOLDER, ignore_errors=True)
        found.save(folder)  # with its texts, which the effects of words are measured on
        of_words = computed_map.compute_artifact(folder, lambda stage, share: None)
    kept = {name: array for name, array in found.to_arrays().items() if not name.endswith(TEXTS)}
    kept |= {name: kept[name].astype(np.float16) for name in kept if name.endswith("logits")}
    test, validation = (data.sequences.take(rows) for rows in reversed(parts))
    of_units = {
        name: array
        for name, array in top_activating.top_activating_arrays(starter, test).items()
        if not name.endswith(top_activating.ARTICLE_ARRAYS)
    }
    beside_keras = keras_parity.measure(starter, validation).to_arrays()
    for name, arrays in (
        (NAME, kept),
        (computed_map.NAME, of_words),
        (top_activating.NAME, of_units),
        (keras_parity.NAME, beside_keras),
    ):
        artifacts.write(paths.STARTER, name, arrays, compressed=True)
        path = artifacts.artifact_path(paths.STARTER, name)
        print(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB")
    again = HeldOut.load(paths.STARTER, categories=len(starter.labels))
    right = float((again.test.logits.argmax(axis=1) == again.test.y).mean())
    print(f"right for {right:.1%} of {len(again.test):,} test articles")


if __name__ == "__main__":
    main()
