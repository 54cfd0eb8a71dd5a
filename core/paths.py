"""Where things lie on disk. The only module that knows the folders' names.

Two environment variables are the settings of the person who runs the server:
``HEADLINE_LAB_STORAGE`` (one folder for everything that visitors bring and make; default
``data/`` and ``models/`` of this tree) and ``HEADLINE_LAB_NEWS`` (a news file offered to
every visitor; default none).
"""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

SAMPLE = ROOT / "data" / "sample_news.json.gz"
OVERFITTING = ROOT / "data" / "overfitting.json"  # the curves of a run of the sample
NLTK_DATA = ROOT / "data" / "nltk_data"
STARTER = ROOT / "models" / "starter"


def _inside(room: str, folder: str) -> Path:
    storage = os.environ.get("HEADLINE_LAB_STORAGE")
    return (Path(storage) if storage else ROOT / room) / folder


def uploads() -> Path:
    """Content-addressed folder of uploaded news files: one stored copy per fingerprint."""
    return _inside("data", "uploads")


def word_vectors() -> Path:
    """Content-addressed folder of uploaded word vectors, as of the news."""
    return _inside("data", "vectors")


def visitors() -> Path:
    """What each visitor last chose, one small JSON file a visitor."""
    return _inside("data", "visitors")


def runs() -> Path:
    """Training runs, one folder a run."""
    return _inside("models", "runs")


def imported() -> Path:
    """Classifiers that visitors brought with them, one folder a visitor."""
    return _inside("models", "imported")


def server_news() -> Path | None:
    """The news file that the person running the server named, or None."""
    named = os.environ.get("HEADLINE_LAB_NEWS")
    return Path(named) if named else None
