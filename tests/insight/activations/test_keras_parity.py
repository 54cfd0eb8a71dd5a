"""What was measured beside Keras: kept, read again, and said as it is."""

from pathlib import Path

import numpy as np
import pytest

from core.errors import AnalysisError
from core.insight import artifacts
from core.insight.activations import captions
from core.insight.activations.keras_parity import NAME, KerasParity
from tests.insight.word_maps import tiny_classifier


def parity_of(**differences: float) -> KerasParity:
    return KerasParity(articles=128, words=2_345, random_ids=False, differences=differences)


def test_it_is_read_as_it_was_kept(tmp_path: Path) -> None:
    tiny_classifier().save(tmp_path / "c")
    with pytest.raises(AnalysisError, match="not been computed yet"):
        KerasParity.load(tmp_path / "c")
    parity = parity_of(state=3e-7, forget=2e-7, probabilities=1e-8)
    artifacts.write(tmp_path / "c", NAME, parity.to_arrays())
    assert KerasParity.load(tmp_path / "c") == parity
    for odd in ({"schema": np.array(9)}, {"difference/state": np.array(np.nan)}):
        artifacts.write(tmp_path / "c", NAME, parity.to_arrays() | odd)
        with pytest.raises(AnalysisError, match="set aside"):
            KerasParity.load(tmp_path / "c")


def test_it_is_said_with_what_was_measured() -> None:
    assert captions.keras_parity(parity_of(state=4.32e-7, forget=2e-7, probabilities=1e-8), cell="LSTM") == (
        "These numbers equal Keras's to 10⁻⁵; the largest difference measured for this classifier: 4.3 × 10⁻⁷ (of a "
        "state), over 2,345 words of 128 validation articles."
    )
    assert "(of an input gate)" in captions.keras_parity(
        parity_of(state=1e-8, input=4e-7, cell=2e-7), cell="LSTM"
    )
    assert "(of a probability)" in captions.keras_parity(parity_of(probabilities=4e-7), cell="LSTM")
    of_random_ids = KerasParity(articles=3, words=9, random_ids=True, differences={"state": 0.0})
    assert captions.keras_parity(of_random_ids, cell="LSTM").endswith(
        "0 (of a state), over 9 words of 3 texts of words drawn at random."
    )


def test_numbers_with_something_held_are_not_called_the_networks() -> None:
    parity = parity_of(state=4.32e-7)
    assert captions.keras_parity(parity, cell="LSTM", intervened=True).startswith(
        "With nothing forced, these numbers equal Keras's to 10⁻⁵;"
    )
    assert captions.keras_parity(parity_of(state=6.2e-5), cell="LSTM", intervened=True).startswith(
        "With nothing forced, these numbers are Keras's up to"
    )
    assert "over 2,345 characters of 128 validation articles" in captions.keras_parity(
        parity, cell="LSTM", token_name="character"
    )


def test_what_keras_has_not_is_not_called_kerass() -> None:
    assert captions.keras_parity(parity_of(state=4e-7), cell="minGRU").startswith(
        "These numbers equal TensorFlow's to 10⁻⁵;"
    )


def test_a_network_in_which_rounding_grows_is_not_called_equal() -> None:
    caption = captions.keras_parity(parity_of(state=6.2e-5), cell="LSTM")
    assert "equal" not in caption
    assert "6.2 × 10⁻⁵" in caption


def test_numbers_as_powers_of_ten() -> None:
    assert [captions.scientific(parity) for parity in (0, 1e-5, 9.99e-6, 2.5e-12)] == [
        "0",
        "10⁻⁵",
        "10⁻⁵",
        "2.5 × 10⁻¹²",
    ]
