"""What is measured beside Keras: no more than rounding for our network, and all that is put wrong on purpose."""

from dataclasses import replace

import numpy as np
import pytest

from core.model.forward import forward
from core.settings.network import CELLS, Cell, NetworkSettings, Pooling, RecurrentLayer
from tests.model.test_forward import network, random_ids, random_weights
from tests.present import present

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("pooling", ["last", "max_mean"])
def test_no_more_than_rounding(cell: Cell, pooling: Pooling) -> None:
    from core.model.keras_parity import largest_differences

    net = replace(
        network(cell, units=(5, 4), bidirectional=(True, cell != "GRU"), pooling=pooling),
        ensemble_size=2,
        tokenization="words and pairs",
        bigram_buckets=1_000,
    )
    weights, ids = random_weights(net), random_ids()
    differences = largest_differences(weights, net, ids)
    gates = forward(weights, net, ids).members[0].layers[0].forward.gates
    assert differences.keys() == {"state", "probabilities", *gates}
    assert max(differences.values()) < 1e-5


@pytest.mark.parametrize("cell", CELLS)
def test_what_is_off_is_found_by_as_much_as_it_is_off(cell: Cell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every kind of number in turn, changed in ours by a thousandth where only one text has a word."""
    import core.model.keras_parity as agreement

    net = network(cell, units=(5,), bidirectional=True)
    weights, ids = random_weights(net), random_ids()
    ours = forward(weights, net, ids)
    row, at = 0, int((ids[0] != 0).sum()) - 1
    backward = present(ours.members[0].layers[0].backward)
    for name, values in {
        **backward.gates,
        "state": backward.states,
        "probabilities": ours.probabilities,
    }.items():
        place = (row, 2) if name == "probabilities" else (row, at, 2)
        values[place] += 1e-3
        with monkeypatch.context() as patch:
            patch.setattr(agreement, "forward", lambda *_: ours)
            differences = agreement.largest_differences(weights, net, ids)
        assert differences[name] == pytest.approx(1e-3, abs=1e-5)
        assert all(one < 1e-5 for other, one in differences.items() if other != name)
        values[place] -= 1e-3


def test_a_large_network_reads_less_and_never_nothing() -> None:
    from core.model.keras_parity import ARTICLES, WORDS, comparison_size

    assert comparison_size(network("GRU")) == (ARTICLES, 9)
    wide = NetworkSettings(
        cell="LSTM", sequence_length=500, ensemble_size=8, layers=(RecurrentLayer(units=512),) * 4
    )
    articles, words = comparison_size(wide)
    assert 8 <= articles <= ARTICLES
    assert 4 <= words <= WORDS
    assert np.prod(comparison_size(replace(wide, ensemble_size=1))) > articles * words
