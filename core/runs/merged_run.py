"""A run trained again with two of its categories merged into one: its settings, and the run that has them.

Leaves out: how the accuracies of both compare (``core/insight/evaluation/category_merge.py``).
"""

from collections.abc import Iterable
from dataclasses import replace

from core.runs.run import Run
from core.settings.run import RunSettings


def merged_settings(run: Run, first: str, second: str) -> RunSettings:
    """The settings that ``run`` was trained with, its overrides included, with two of its labels merged."""
    overrides, training = run.overrides(), run.settings.training
    trained = replace(
        training,
        epochs=training.epochs if overrides.epochs is None else overrides.epochs,
        learning_rate=training.learning_rate if overrides.learning_rate is None else overrides.learning_rate,
    )
    return replace(run.settings, training=trained).with_merged(first, second)


def find_merged_run(runs: Iterable[Run], run: Run, settings: RunSettings) -> Run | None:
    """The first of ``runs`` that learns the news file of ``run`` with ``settings``; None when there is none.

    Neither the order of the merges nor the comparison with baselines makes a difference.
    """
    key = _identity(settings)
    return next(
        (
            candidate
            for candidate in runs
            if (candidate.fingerprint, candidate.reading, candidate.test)
            == (run.fingerprint, run.reading, run.test)
            and _identity(candidate.settings) == key
        ),
        None,
    )


def _identity(settings: RunSettings) -> tuple[RunSettings, set[frozenset[str]]]:
    """The settings without baselines and merges, and the groups of merged categories, whatever their labels."""
    groups = {
        frozenset(category for category, label in settings.merged if label == name)
        for name in settings.merged_names
    }
    return replace(settings, merged=(), baselines=False), groups
