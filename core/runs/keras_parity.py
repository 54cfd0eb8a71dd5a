"""A classifier beside Keras: which texts both read, when its run ends or when a page asks.

Imports TensorFlow, so only the worker and a study's process may import this. Leaves out: the comparing
(``model/keras_parity.py``), what is said of it (``insight/activations/keras_parity.py``).
"""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np

from core.errors import AnalysisError
from core.insight.activations.keras_parity import NAME, KerasParity
from core.insight.artifacts import Arrays
from core.insight.evaluation.held_out import HeldOut
from core.model.classifier import Classifier
from core.text.sequences import Sequences

__all__ = ["MOST", "NAME", "compute", "measure", "random_texts"]
MOST = 128  # texts that may be read, however small the network

Report = Callable[[str, float], None]


def measure(classifier: Classifier, texts: Sequences, *, drawn: bool = False) -> KerasParity:
    """Compare both on the first of ``texts``, as many as may be waited for."""
    # As a run has them; they count when TensorFlow is first imported.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
    from core.model.keras_parity import comparison_size, largest_differences

    articles, words = comparison_size(classifier.network)
    ids = texts.pad(np.arange(min(articles, len(texts))), words)  # (articles, words)
    return KerasParity(
        articles=len(ids),
        words=int((ids != 0).sum()),
        random_ids=drawn,
        differences=largest_differences(classifier.weights, classifier.network, ids),
    )


def compute(folder: Path, report: Report) -> Arrays:
    """Of a classifier that came without it: on its validation articles, else on words drawn at random."""
    classifier = Classifier.load(folder)
    try:
        texts = HeldOut.load(folder, categories=len(classifier.labels)).validation.sequences
    except AnalysisError:
        texts = None
    report("reading beside Keras", 0.3)
    found = measure(classifier, texts or random_texts(classifier), drawn=not texts)
    return found.to_arrays()


def random_texts(classifier: Classifier, *, texts: int = MOST, seed: int = 1) -> Sequences:
    """Word ids without sense, for a classifier whose articles are not here."""
    rng = np.random.default_rng(seed)
    longest = classifier.network.sequence_length
    return Sequences.from_lists(
        rng.integers(1, max(2, len(classifier.vocabulary)), rng.integers(1, longest + 1)).tolist()
        for _ in range(texts)
    )
