"""A small untrained network with random weights, for pages without a classifier."""

import numpy as np

from core.model.classifier import Card, Classifier
from core.model.forward import Array, weight_shapes
from core.model.scores import Scores
from core.settings.network import NetworkSettings, RecurrentLayer
from core.text.cleaning import CleaningSettings
from core.text.vocabulary import FIRST_WORD_ID, Vocabulary

MOST_WORDS = 20_000  # in its vocabulary
_NETWORK = NetworkSettings(
    vocabulary_size=MOST_WORDS,
    sequence_length=40,
    embedding_size=8,
    cell="GRU",
    layers=(RecurrentLayer(units=16, bidirectional=False),),
    pooling="last",
)
_SEED = 1


def random_classifier(
    vocabulary: Vocabulary, labels: tuple[str, ...], cleaning: CleaningSettings
) -> Classifier:
    """An untrained GRU of 16 units; the same arguments give the same weights.

    Args:
        vocabulary: of a file; only its most frequent words are used.
        cleaning: of the file's texts.
    """
    most = MOST_WORDS - FIRST_WORD_ID
    frequent = Vocabulary(words=vocabulary.words[:most], counts=vocabulary.counts[:most])
    random = np.random.default_rng(_SEED)
    no_scores = Scores(rows=0, accuracy=0.0, top3_accuracy=0.0, macro_f1=0.0, loss=0.0, majority=0.0)
    return Classifier(
        cleaning=cleaning,
        network=_NETWORK,
        vocabulary=frequent,
        labels=labels,
        weights={
            name: _random_weights(random, shape)
            for name, shape in weight_shapes(_NETWORK, words=len(frequent), categories=len(labels)).items()
        },
        card=Card(
            news_name="",
            fingerprint="",
            rows=0,
            categories=len(labels),
            trained_at="",
            preset="",
            seed=_SEED,
            epochs=0,
            seconds=0.0,
            validation_accuracy=0.0,
            test=no_scores,
        ),
    )


def _random_weights(random: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Random weights, wide enough that different words give visibly different states."""
    return random.normal(0, 0.5, shape).astype(np.float32)
