import dataclasses
import json
import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import SettingsError
from core.settings.fields import limits
from core.settings.network import CELLS, Cell, NetworkSettings, Pooling, RecurrentLayer
from core.settings.presets import PRESETS
from core.settings.run import InitialVectors, RunSettings
from core.settings.training import RunOverrides, TrainingSettings


def test_the_article_preset_has_the_layers_that_the_article_prints() -> None:
    network = PRESETS["article"].network
    table = network.layer_table(words=174_991, categories=41)
    assert [(row.name, row.output, row.parameters) for row in table] == [
        ("embedding", (None, 130, 70), 12_249_370),
        ("bidirectional", (None, 130, 128), 17_280),
        ("bidirectional_1", (None, 130, 128), 24_704),
        ("simple_rnn_2", (None, 32), 5_152),
        ("dropout", (None, 32), 0),
        ("dense", (None, 41), 1_353),
    ]
    assert sum(row.parameters for row in table) == 12_297_859


@pytest.mark.parametrize("name", PRESETS)
def test_presets_survive_json(name: str) -> None:
    settings = PRESETS[name]
    assert settings.preset == name
    assert RunSettings.from_json(json.loads(json.dumps(settings.to_json()))) == settings


def test_a_record_holds_class_weights_only_where_they_are_set() -> None:
    plain = PRESETS["quick"]
    assert "class_weight" not in plain.to_json()["training"]  # as version 0.2.0 wrote it
    assert RunSettings.from_json(plain.to_json()).training.class_weight == "none"
    weighted = plain.with_setting("class_weight", "balanced")
    assert weighted.to_json()["training"]["class_weight"] == "balanced"
    assert RunSettings.from_json(json.loads(json.dumps(weighted.to_json()))) == weighted
    with pytest.raises(SettingsError, match="class_weight must be one of none, balanced, got 'heavy'"):
        plain.with_setting("class_weight", "heavy")


@given(
    cell=st.sampled_from(CELLS),
    layers=st.lists(
        st.builds(
            RecurrentLayer,
            units=st.integers(1, 512),
            bidirectional=st.booleans(),
            dropout=st.floats(0, 0.9),
            recurrent_dropout=st.floats(0, 0.9),
        ),
        min_size=1,
        max_size=4,
    ),
    pooling=st.sampled_from(("last", "max_mean")),
)
def test_any_network_survives_json(cell: Cell, layers: list[RecurrentLayer], pooling: Pooling) -> None:
    settings = RunSettings(network=NetworkSettings(cell=cell, layers=tuple(layers), pooling=pooling))
    assert RunSettings.from_json(json.loads(json.dumps(settings.to_json()))) == settings


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        (TrainingSettings, "epochs", 0),
        (TrainingSettings, "epochs", -1),
        (TrainingSettings, "epochs", 10**9),
        (TrainingSettings, "epochs", 10**400),  # more than any float holds
        (TrainingSettings, "learning_rate", -(10**400)),
        (TrainingSettings, "epochs", True),
        (TrainingSettings, "epochs", 2.0),
        (TrainingSettings, "epochs", "3"),
        (TrainingSettings, "epochs", None),
        (TrainingSettings, "learning_rate", math.nan),
        (TrainingSettings, "learning_rate", math.inf),
        (TrainingSettings, "learning_rate", 0.0),
        (TrainingSettings, "learning_rate", False),
        (TrainingSettings, "optimizer", "adam"),
        (TrainingSettings, "optimizer", ["Adam"]),
        (TrainingSettings, "test_share", 1.0),
        (NetworkSettings, "cell", "Transformer"),
        (NetworkSettings, "vocabulary_size", 2),
        (NetworkSettings, "dropout", 1.0),
        (NetworkSettings, "layers", ()),
        (NetworkSettings, "layers", (RecurrentLayer(),) * 5),
        (RecurrentLayer, "units", 0),
        (RecurrentLayer, "bidirectional", 1),
    ],
)
def test_a_value_out_of_bounds_is_refused_by_name(kind: type, field: str, value: object) -> None:
    with pytest.raises(SettingsError, match=field):
        kind(**{field: value})


@pytest.mark.parametrize("field", ["learning_rate", "epochs", "continue_after"])
@pytest.mark.parametrize(
    "value",
    [-1, 10**9, 10**400, math.nan, math.inf, -math.inf, True, False, "1", [1]],
    ids=lambda value: repr(value)[:12],
)
def test_a_plan_out_of_bounds_is_refused_by_name(field: str, value: object) -> None:
    with pytest.raises(SettingsError, match=field):
        RunOverrides(**{field: value})  # type: ignore[arg-type]


def test_a_plan_within_bounds() -> None:
    for field in ("learning_rate", "epochs"):
        with pytest.raises(SettingsError, match=field):
            RunOverrides(**{field: 0})
    for field in ("epochs", "continue_after"):
        with pytest.raises(SettingsError, match=f"{field} must be a whole number"):
            RunOverrides(**{field: 2.0})  # type: ignore[arg-type]
    bounds = limits(TrainingSettings, "epochs")
    RunOverrides(epochs=int(bounds.low), continue_after=0)  # stopped within the first epoch
    RunOverrides(
        epochs=int(bounds.high),
        continue_after=int(bounds.high),
        learning_rate=limits(TrainingSettings, "learning_rate").high,
    )
    assert RunOverrides() == RunOverrides(learning_rate=None, epochs=None, continue_after=None)


def test_shares_must_leave_something_to_learn_from() -> None:
    with pytest.raises(SettingsError, match="leave at least 20 %"):
        TrainingSettings(validation_share=0.5, test_share=0.4)


@pytest.mark.parametrize(
    "damage",
    [
        lambda record: record | {"schema": 3},
        lambda record: {key: value for key, value in record.items() if key != "network"},
        lambda record: record | {"network": record["network"] | {"colour": "red"}},
        lambda record: record | {"network": record["network"] | {"layers": 3}},
        lambda record: record | {"network": record["network"] | {"layers": [7]}},
        lambda record: record | {"training": []},
        lambda record: record | {"training": record["training"] | {"epochs": 0}},
        lambda record: [],
    ],
)
def test_a_damaged_record_is_refused(damage: Callable[[dict[str, Any]], Any]) -> None:
    with pytest.raises(SettingsError):
        RunSettings.from_json(damage(RunSettings().to_json()))


def test_baselines_survive_json_and_settings_stored_before_there_were_any_still_load() -> None:
    asked = RunSettings(baselines=True)
    assert RunSettings.from_json(json.loads(json.dumps(asked.to_json()))) == asked
    record = asked.to_json()
    del record["baselines"]
    assert RunSettings.from_json(record) == RunSettings(baselines=False)
    wrong: tuple[object, ...] = (1, "yes", None, [])
    for odd in wrong:
        with pytest.raises(SettingsError, match="baselines must be true or false"):
            RunSettings.from_json(record | {"baselines": odd})


@pytest.mark.parametrize("kind", [NetworkSettings, TrainingSettings, RecurrentLayer])
def test_every_setting_is_explained(kind: type) -> None:
    for field in dataclasses.fields(kind):
        if field.name in ("layers", "bidirectional"):
            continue
        bounds = limits(kind, field.name)
        assert bounds.help.endswith(".")
        default: Any = field.default
        assert bounds.choices or bounds.low <= default <= bounds.high


VECTORS = InitialVectors(name="glove.txt", fingerprint="0f" * 32, size=50, frozen=True)


def test_settings_that_start_from_word_vectors_survive_json_and_take_their_size() -> None:
    settings = RunSettings().with_vectors(VECTORS)
    assert settings.network.embedding_size == 50
    assert RunSettings.from_json(json.loads(json.dumps(settings.to_json()))) == settings
    without = settings.with_vectors(None)
    assert (without.vectors, without.network) == (None, settings.network)


def test_the_file_in_an_archive_survives_json_and_settings_without_one_are_as_they_were() -> None:
    chosen = RunSettings().with_vectors(replace(VECTORS, member="glove/50d.txt"))
    assert RunSettings.from_json(json.loads(json.dumps(chosen.to_json()))) == chosen
    stored = RunSettings().with_vectors(VECTORS).to_json()["vectors"]
    assert stored == {"name": "glove.txt", "fingerprint": "0f" * 32, "size": 50, "frozen": True}


def test_settings_stored_before_there_were_word_vectors_still_load() -> None:
    record = RunSettings().to_json()
    del record["vectors"]
    assert RunSettings.from_json(record) == RunSettings()


def test_an_embedding_of_another_size_than_its_word_vectors_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"embedding_size must be 50, as many numbers as glove\.txt has"):
        RunSettings(vectors=VECTORS)


def test_a_network_that_reads_characters_starts_from_no_word_vectors() -> None:
    with pytest.raises(SettingsError, match="reads characters has no word vectors"):
        RunSettings(network=NetworkSettings(tokenization="characters")).with_vectors(VECTORS)


@pytest.mark.parametrize(
    "damage",
    [
        {"fingerprint": "../../etc/passwd"},
        {"fingerprint": None},
        {"name": ""},
        {"name": 3},
        {"size": 0},
        {"size": 50.0},
        {"frozen": "yes"},
        {"member": 3},
        {"path": "/etc/passwd"},
    ],
)
def test_a_damaged_record_of_word_vectors_is_refused(damage: dict[str, object]) -> None:
    record = RunSettings().with_vectors(VECTORS).to_json()
    with pytest.raises(SettingsError):
        RunSettings.from_json(record | {"vectors": record["vectors"] | damage})
    wrong: tuple[object, ...] = ({}, [], "glove.txt", {"name": "glove.txt"})
    for odd in wrong:
        with pytest.raises(SettingsError):
            RunSettings.from_json(record | {"vectors": odd})


def test_a_network_that_is_to_read_characters_reads_as_much_text() -> None:
    quick, best = PRESETS["quick"], PRESETS["best"]
    characters = quick.with_tokenization("characters").network
    assert (characters.tokenization, characters.sequence_length) == ("characters", 240)
    assert quick.with_tokenization("characters").with_tokenization("characters").network == characters
    assert quick.with_tokenization("characters").preset == "own"
    assert quick.with_tokenization(quick.network.tokenization) == quick
    assert quick.with_tokenization("words").network == dataclasses.replace(
        quick.network, tokenization="words"
    )
    longest = limits(NetworkSettings, "sequence_length").high
    long = dataclasses.replace(best, network=dataclasses.replace(best.network, sequence_length=100))
    assert long.with_tokenization("characters").network.sequence_length == longest
    with pytest.raises(SettingsError, match="tokenization must be one of words, characters, words and pairs"):
        quick.with_tokenization("letters")  # type: ignore[arg-type]


def test_one_setting_changed_by_its_name() -> None:
    best = PRESETS["best"]
    changed = (
        best.with_setting("readers", "1").with_setting("learning_rate", "0.01").with_setting("cell", "LSTM")
    )
    assert (changed.network.ensemble_size, changed.training.learning_rate, changed.network.cell) == (
        1,
        0.01,
        "LSTM",
    )
    assert changed.preset == "own"
    assert dataclasses.replace(changed.network, ensemble_size=4, cell="GRU") == best.network
    for name, text, says in (
        ("readers", "99", "ensemble_size must be from 1 to 8"),
        ("dropout", "nan", "dropout must be from"),
        ("layers", "3", "no setting 'layers'"),
    ):
        with pytest.raises(SettingsError, match=says):
            best.with_setting(name, text)


def test_a_record_holds_folds_only_where_they_are_set() -> None:
    plain = RunSettings()
    assert "folds" not in plain.to_json()["training"]  # as version 0.2.0 wrote it
    assert RunSettings.from_json(plain.to_json()).training.folds == 0
    folded = plain.with_setting("folds", "5")
    assert folded.to_json()["training"]["folds"] == 5
    assert RunSettings.from_json(folded.to_json()) == folded
    with pytest.raises(SettingsError, match="folds must be 0 or at least 2"):
        plain.with_setting("folds", "1")
