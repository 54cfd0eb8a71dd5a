"""How many steps of learning a run of these settings takes."""

import math

from core.settings.run import RunSettings
from pages.wording import count

FEW_STEPS = 30  # fewer than these, and a network has hardly begun


def steps_note(
    settings: RunSettings,
    rows: int,
    *,
    has_test_file: bool = False,
    more: str = "more epochs or smaller batches",
) -> str:
    """The number of training steps that these settings make of a file of ``rows`` articles.

    Args:
        has_test_file: whether another file is the test part, so that this one gives none.
        more: what would make more of them, where they are few.
    """
    training = settings.training
    training_articles = _training_articles(settings, rows, has_test_file)
    steps = training_steps(settings, rows, has_test_file=has_test_file)
    repeats = {1: "once", 2: "twice"}.get(training.epochs, f"{training.epochs} times")
    articles = f"{count(training_articles)} article{'s' * (round(training_articles) != 1)}"
    note = f"Learns from {articles}, {repeats} each, in {count(steps)} steps of {training.batch_size}."
    if steps < FEW_STEPS:
        note += f" That is not much: {more} would help it learn more."
    return note


def training_steps(settings: RunSettings, rows: int, *, has_test_file: bool = False) -> int:
    """The steps of a run on ``rows`` articles that no early stopping ends."""
    training = settings.training
    articles = _training_articles(settings, rows, has_test_file)
    return math.ceil(articles / training.batch_size) * training.epochs


def _training_articles(settings: RunSettings, rows: int, has_test_file: bool) -> float:
    training = settings.training
    used = min(rows, training.articles or rows)
    return used * (1 - training.validation_share - (0.0 if has_test_file else training.test_share))
