"""Merged categories: their settings, and a split that stays the same."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.errors import SettingsError
from core.settings.presets import PRESETS
from core.settings.run import RunSettings
from core.settings.training import TrainingSettings
from core.training.preparation import split_articles

QUICK = PRESETS["quick"]


def test_two_labels_become_one_of_both_names() -> None:
    settings = QUICK.with_merged("ARTS", "CULTURE")
    assert settings.merged == (("ARTS", "ARTS + CULTURE"), ("CULTURE", "ARTS + CULTURE"))
    assert settings.merged_names == ("ARTS + CULTURE",)
    assert RunSettings.from_json(json.loads(json.dumps(settings.to_json()))) == settings


def test_one_of_several_can_be_merged_again() -> None:
    settings = QUICK.with_merged("A", "B").with_merged("X", "Y").with_merged("A + B", "C")
    assert dict(settings.merged) == {
        "X": "X + Y", "Y": "X + Y", "A": "A + B + C", "B": "A + B + C", "C": "A + B + C",
    }  # fmt: skip


def test_settings_from_before_there_were_any_read_as_none() -> None:
    record = QUICK.to_json()
    del record["merged"]
    assert RunSettings.from_json(record) == QUICK


@pytest.mark.parametrize(
    ("merged", "message"),
    [
        ("AB", "list of pairs"),
        ([["A"]], "two different names"),
        ([["A", "A"]], "two different names"),
        ([["A", ""]], "two different names"),
        ([["A", 1]], "two different names"),
        ([["A", "B"], ["A", "C"]], "twice"),
        ([["A", "B"], ["B", "C"]], "itself merged"),
    ],
)
def test_what_cannot_be_is_refused(merged: object, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        RunSettings.from_json(QUICK.to_json() | {"merged": merged})


def column(categories: list[str]) -> pd.Series:
    return pd.Series(categories, dtype="category")


def test_the_split_stays_and_only_names_change() -> None:
    rng = np.random.default_rng(2)
    categories = column(rng.choice(list("ABCD"), 300).tolist())
    training = TrainingSettings(articles=200)
    apart = split_articles(categories, training)
    merged = replace(QUICK, training=training).with_merged("D", "B").merged
    as_one = split_articles(categories, training, merged=merged)
    assert as_one.rows.tolist() == apart.rows.tolist()
    for part in ("training", "validation", "test"):
        assert getattr(as_one.split, part).tolist() == getattr(apart.split, part).tolist()
    assert as_one.labels == ("A", "C", "D + B")
    names = dict(merged)
    assert [as_one.labels[y] for y in as_one.y] == [
        names.get(apart.labels[y], apart.labels[y]) for y in apart.y
    ]


def test_a_merge_of_categories_that_are_not_there_changes_nothing() -> None:
    categories = column(["A"] * 20 + ["B"] * 20)
    settings = TrainingSettings()
    split = split_articles(categories, settings, merged=(("X", "X + Y"), ("Y", "X + Y")))
    assert split.labels == ("A", "B")
    assert split.y.dtype == split_articles(categories, settings).y.dtype == np.int32


def test_nothing_to_tell_apart_is_refused() -> None:
    with pytest.raises(SettingsError, match="then only one category is left"):
        split_articles(
            column(["A"] * 20 + ["B"] * 20), TrainingSettings(), merged=(("A", "A + B"), ("B", "A + B"))
        )


def test_a_name_that_the_file_has_already_is_refused() -> None:
    categories = column(["A", "B", "A + B", "C"] * 20)
    with pytest.raises(SettingsError, match="already has a category 'A \\+ B'"):
        split_articles(categories, TrainingSettings(), merged=(("A", "A + B"), ("B", "A + B")))


def test_who_would_have_the_name_alone_keeps_his() -> None:
    split = split_articles(
        column(["A", "C"] * 40), TrainingSettings(), merged=(("A", "A + B"), ("B", "A + B"))
    )
    assert split.labels == ("A", "C")
