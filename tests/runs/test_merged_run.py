"""The settings of a run with merged categories, and the run that has them: whichever came first, on the same file."""

from dataclasses import replace
from pathlib import Path

import pytest

from core.runs.merged_run import find_merged_run, merged_settings
from core.runs.run import Run
from core.runs.run_store import RunStore
from core.settings.presets import PRESETS
from core.settings.run import RunSettings
from core.settings.training import RunOverrides

QUICK = PRESETS["quick"]


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path / "runs")


def create(store: RunStore, settings: RunSettings = QUICK, *, fingerprint: str = "f" * 64) -> Run:
    return store.create(
        settings, news=Path("n.json"), news_name="n.json", fingerprint=fingerprint, owner="ada"
    )


def test_overrides_become_settings(store: RunStore) -> None:
    run = create(store)
    run.set_overrides(RunOverrides(epochs=QUICK.training.epochs + 3, learning_rate=0.007))
    settings = merged_settings(run, "ARTS", "CULTURE")
    assert (settings.training.epochs, settings.training.learning_rate) == (QUICK.training.epochs + 3, 0.007)
    assert dict(settings.merged) == {"ARTS": "ARTS + CULTURE", "CULTURE": "ARTS + CULTURE"}
    assert replace(settings, merged=(), training=QUICK.training) == QUICK


def test_without_overrides_only_the_merge_is_new(store: RunStore) -> None:
    assert replace(merged_settings(create(store), "A", "B"), merged=()) == QUICK


def test_the_first_run_with_these_settings_is_found(store: RunStore) -> None:
    run = create(store)
    settings = merged_settings(run, "A", "B")
    newest, oldest = create(store, settings), create(store, settings)
    assert find_merged_run([run, newest, oldest], run, settings) == newest
    assert find_merged_run([run], run, settings) is None


def test_the_order_of_the_merges_and_the_baselines_make_no_difference(store: RunStore) -> None:
    run = create(store)
    swapped = replace(QUICK.with_merged("C", "B").with_merged("C + B", "A"), baselines=not QUICK.baselines)
    merged_run = create(store, swapped)
    settings = QUICK.with_merged("A", "B").with_merged("A + B", "C")
    assert settings.merged_names != swapped.merged_names
    assert find_merged_run([merged_run], run, settings) == merged_run


@pytest.mark.parametrize(
    "settings",
    [
        QUICK,
        QUICK.with_merged("A", "C"),
        QUICK.with_merged("A", "B").with_merged("A + B", "C"),
        QUICK.with_merged("A", "B").with_merged("C", "D"),
        replace(QUICK, training=replace(QUICK.training, seed=QUICK.training.seed + 1)).with_merged("A", "B"),
    ],
    ids=["not merged", "another pair", "one more category", "one more pair", "another seed"],
)
def test_other_settings_are_another_run(store: RunStore, settings: RunSettings) -> None:
    run = create(store)
    assert find_merged_run([create(store, settings)], run, QUICK.with_merged("A", "B")) is None


def test_another_file_is_another_run(store: RunStore) -> None:
    run, settings = create(store), QUICK.with_merged("A", "B")
    assert find_merged_run([create(store, settings, fingerprint="e" * 64)], run, settings) is None
