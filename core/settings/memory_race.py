"""The four networks of the memory race: alike in all but the cell, with as many parameters.

Each reads words only, from left to right only, in one layer, and answers from its last state, so what it has forgotten
by then it cannot use. Cells differ in how many weights a unit has, so each gets its own number of units: that whose
layer comes nearest to the GRU's.
"""

import bisect
from dataclasses import replace

from core.errors import SettingsError
from core.settings.fields import limits
from core.settings.network import CELLS, GATES, Cell, NetworkSettings, RecurrentLayer
from core.settings.run import RunSettings
from core.settings.training import TrainingSettings
from core.text.cleaning import CleaningSettings

PRESET = "race"  # what the settings of a race are called
BUDGET_TOLERANCE = 0.05  # the most by which two layers may differ, as a share of the smaller
UNITS = (16, 24, 32, 48, 64, 80, 96, 112)  # of the GRU: sizes at which all four cells can be alike

_NETWORK = NetworkSettings(
    tokenization="words",
    vocabulary_size=20_000,
    sequence_length=40,
    embedding_size=64,
    cell="GRU",
    layers=(RecurrentLayer(units=64, bidirectional=False),),
    pooling="last",
    dropout=0.2,
)
# Patience 0: all four see every epoch.
_TRAINING = TrainingSettings(
    optimizer="Adam",
    learning_rate=0.003,
    embedding_optimizer="Adagrad",
    embedding_learning_rate=0.2,
    schedule="cosine",
    batch_size=128,
    epochs=3,
    patience=0,
    validation_share=0.1,
    test_share=0.2,
)


def equal_budget_settings(
    *,
    units: int = 64,
    sequence_length: int = 40,
    epochs: int = 3,
    articles: int = 0,
    seed: int = 1,
    cleaning: CleaningSettings | None = None,
) -> tuple[RunSettings, ...]:
    """Settings of the four runs, in the order of CELLS; they differ in cell and units and in nothing else.

    Args:
        units: of the GRU, by which the others' are found.
        articles: used, drawn at random; 0 uses all.

    Raises:
        SettingsError: a value is out of bounds, or at this size no units make the four layers alike.
    """
    network = replace(
        _NETWORK, sequence_length=sequence_length, layers=(replace(_NETWORK.layers[0], units=units),)
    )
    settings = RunSettings(
        preset=PRESET,
        cleaning=cleaning or CleaningSettings.marked(),
        network=network,
        training=replace(_TRAINING, epochs=epochs, articles=articles, seed=seed),
    )
    networks = [with_cell(network, cell) for cell in CELLS]
    sizes = [layer_parameters(one) for one in networks]
    if max(sizes) > (1 + BUDGET_TOLERANCE) * min(sizes):
        raise SettingsError(
            f"units: with {units} in the GRU no number of units gives every cell as many parameters. "
            f"Take one from {UNITS[0]} to {UNITS[-1]}."
        )
    return tuple(replace(settings, network=one) for one in networks)


def with_cell(network: NetworkSettings, cell: Cell) -> NetworkSettings:
    """The same network of one layer with another cell, and the units that bring its parameters nearest."""
    wanted = layer_parameters(network)
    most = int(limits(RecurrentLayer, "units").high)

    def sized(units: int) -> NetworkSettings:
        return replace(network, cell=cell, layers=(replace(network.layers[0], units=units),))

    # More units, more parameters: the first that has enough, or the one before it.
    enough = bisect.bisect_left(range(1, most), wanted, key=lambda units: layer_parameters(sized(units))) + 1
    near = (max(1, enough - 1), enough)
    return sized(min(near, key=lambda units: abs(layer_parameters(sized(units)) - wanted)))


def layer_parameters(network: NetworkSettings) -> int:
    """Parameters of the recurrent layers, as the layer table has them."""
    table = network.layer_table(words=1, categories=2)  # neither of which they depend on
    around = {
        "embedding",
        "embedding_dropout",
        "max_mean_pooling",
        "dropout",
        "dense",
        "average",
        "bag_of_words",
    }
    return sum(row.parameters for row in table if row.name not in around)


def multiply_adds(network: NetworkSettings, *, words: float, categories: int) -> float:
    """Multiply-adds of the answer to a text of so many ``words``: what its matrix products take.

    A layer of u units that reads d numbers a word has g blocks of weights (SimpleRNN 1, LSTM 4, GRU 3, minGRU 2), and
    multiplies the word by each of them and, but for the minGRU, the last state too: g u (d + u) a word, g u d for the
    minGRU. The dense layer takes summary size times categories, once. A product of (m, k) and (k, n) is m k n
    multiply-adds. Left out, because they grow with u alone: biases, activations, gates times states.
    """
    size, a_word = network.embedding_size, 0
    for layer in network.layers:
        seen = size + (0 if network.cell == "minGRU" else layer.units)
        directions = 2 if layer.bidirectional else 1
        a_word += directions * GATES[network.cell] * layer.units * seen
        size = directions * layer.units
    return network.ensemble_size * (words * a_word + network.pooled_size * categories)
