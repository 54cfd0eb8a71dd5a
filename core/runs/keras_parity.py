"""Keras parity of a classifier: on which texts NumPy and Keras are compared, when a run ends or a page asks.

Imports TensorFlow, so only the worker and a job's process may import this. Leaves out: the comparison
(``model/keras_parity.py``), and its captions (``insight/activations/keras_parity.py``).
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
MOST = 128  # texts to compare, however small the network

Report = Callable[[str, float], None]


def measure(classifier: Classifier, texts: Sequences, *, random_ids: bool = False) -> KerasParity:
    """Compare both on the first of ``texts``, as many as take acceptable time.

    Args:
        random_ids: whether the texts are random token ids, not articles.
    """
    # As in a run; TensorFlow reads them at its first import.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
    from core.model.keras_parity import comparison_size, largest_differences

    articles, words = comparison_size(classifier.network)
    ids = texts.pad(np.arange(min(articles, len(texts))), words)  # (articles, words)
    return KerasParity(
        articles=len(ids),
        words=int((ids != 0).sum()),
        random_ids=random_ids,
        differences=largest_differences(classifier.weights, classifier.network, ids),
    )


def compute(folder: Path, report: Report) -> Arrays:
    """Compute it for a classifier without it: on its validation articles, else on random token ids."""
    classifier = Classifier.load(folder)
    try:
        texts = HeldOut.load(folder, categories=len(classifier.labels)).validation.sequences
    except AnalysisError:
        texts = None
    report("reading beside Keras", 0.3)
    parity = measure(classifier, texts or random_texts(classifier), random_ids=not texts)
    return parity.to_arrays()


def random_texts(classifier: Classifier, *, texts: int = MOST, seed: int = 1) -> Sequences:
    """Draw random token ids, for a classifier whose articles are not stored."""
    rng = np.random.default_rng(seed)
    longest = classifier.network.sequence_length
    return Sequences.from_lists(
        rng.integers(1, max(2, len(classifier.vocabulary)), rng.integers(1, longest + 1)).tolist()
        for _ in range(texts)
    )
