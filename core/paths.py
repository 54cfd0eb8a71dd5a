"""Paths on disk. The only module that knows the folders' names.

The operator of the server sets two environment variables: ``HEADLINE_LAB_STORAGE`` (one folder for
everything that visitors upload and create; default ``data/`` and ``models/`` of this tree) and
``HEADLINE_LAB_NEWS`` (a news file offered to every visitor; default none). A relative path begins in this tree, for the
server and its worker processes may have begun in different folders.
"""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

SAMPLE = ROOT / "data" / "sample_news.json.gz"
SPANISH_NEWS = ROOT / "data" / "samples" / "spanish_news.csv"
HINDI_NEWS = ROOT / "data" / "samples" / "hindi_news.csv"
SUPPORT_TICKETS = ROOT / "data" / "samples" / "support_tickets.csv"
WHO_BEAT_WHOM = ROOT / "data" / "who_beat_whom.json.gz"
SAMPLES = SAMPLE, WHO_BEAT_WHOM, SPANISH_NEWS, HINDI_NEWS, SUPPORT_TICKETS
OVERFITTING = ROOT / "data" / "overfitting.json"  # learning curves of a run on the sample
FONTS = ROOT / "data" / "fonts"
TRAINING_ACCURACY = ROOT / "data" / "training_accuracy.json"  # of a run with dropout, measured again
TUTORIAL_CODE = ROOT / "data" / "tutorial_code.py"  # the tutorial's steps in Keras, mended
TUTORIAL_NUMBERS = ROOT / "data" / "tutorial_numbers.json"  # what that code printed on two files
ORDER_RESULTS = ROOT / "data" / "order_results.json"  # of four cells on WHO_BEAT_WHOM, five seeds each
NLTK_DATA = ROOT / "data" / "nltk_data"
STARTER = ROOT / "models" / "starter"
WHO_BEAT_WHOM_CLASSIFIERS = ROOT / "models" / "who_beat_whom"  # a folder for each cell


def _storage(default_parent: str, folder: str) -> Path:
    storage = os.environ.get("HEADLINE_LAB_STORAGE")
    return ROOT / (storage or default_parent) / folder


def uploads() -> Path:
    """Content-addressed folder of uploaded news files: one stored copy per fingerprint."""
    return _storage("data", "uploads")


def word_vectors() -> Path:
    """Content-addressed folder of uploaded files of word vectors."""
    return _storage("data", "vectors")


def visitors() -> Path:
    """Each visitor's last choices, one small JSON file per visitor."""
    return _storage("data", "visitors")


def cookie_secret() -> Path:
    """The secret with which the server signs the visitors' cookies, a file of 32 bytes."""
    return _storage("data", "cookie_secret")


def runs() -> Path:
    """Training runs, one folder per run."""
    return _storage("models", "runs")


def imported() -> Path:
    """Classifiers that visitors uploaded, one folder per visitor."""
    return _storage("models", "imported")


def results() -> Path:
    """Results of tasks, which can be computed again at any time."""
    return _storage("data", "results")


def storage() -> tuple[Path, ...]:
    """All folders that the server writes to."""
    return uploads(), word_vectors(), visitors(), runs(), imported(), results()


def server_news() -> Path | None:
    """The news file that the operator of the server offers, or None."""
    path = os.environ.get("HEADLINE_LAB_NEWS")
    return ROOT / path if path else None
