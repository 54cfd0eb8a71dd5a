"""The four networks of the memory race: they differ in the cell alone and have equal parameter budgets.

Each has one unidirectional recurrent layer over words and classifies from its last hidden state, so it cannot use what
it has forgotten by then. Cells differ in their weights per unit, so each gets its own number of units: the one whose
parameter count comes nearest to the GRU's.
"""

import bisect
from dataclasses import replace

from core.errors import SettingsError
from core.settings.fields import limits
from core.settings.network import CELLS, Cell, NetworkSettings, RecurrentLayer
from core.settings.run import RunSettings
from core.settings.training import TrainingSettings
from core.text.cleaning import CleaningSettings

PRESET = "race"  # the preset's name in a race's settings
BUDGET_TOLERANCE = 0.05  # largest difference of two layers' parameters, as a share of the smaller
UNITS = (
    16,
    24,
    32,
    48,
    64,
    80,
    96,
    112,
)  # of the GRU: sizes at which all four cells fit one parameter budget

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
# Patience 0: no early stopping, so all four train for every epoch.
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
        units: units of the GRU; the other cells' units follow from its parameter count.
        articles: articles used, drawn at random; 0 uses all.

    Raises:
        SettingsError: a value is out of bounds, or at this size no units bring the four layers within the tolerance.
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
    budgets = [layer_parameters(network) for network in networks]
    if max(budgets) > (1 + BUDGET_TOLERANCE) * min(budgets):
        raise SettingsError(
            f"units: with {units} in the GRU no number of units gives every cell as many parameters. "
            f"Take one from {UNITS[0]} to {UNITS[-1]}."
        )
    return tuple(replace(settings, network=network) for network in networks)


def with_cell(network: NetworkSettings, cell: Cell) -> NetworkSettings:
    """The same one-layer network with another cell, and the units whose parameter count comes nearest."""
    budget = layer_parameters(network)
    max_units = int(limits(RecurrentLayer, "units").high)

    def with_units(units: int) -> NetworkSettings:
        return replace(network, cell=cell, layers=(replace(network.layers[0], units=units),))

    def parameters(units: int) -> int:
        return layer_parameters(with_units(units))

    # Parameters grow with units: take the first size that reaches the budget, or the one before it.
    reaching = bisect.bisect_left(range(1, max_units), budget, key=parameters) + 1
    candidates = (max(1, reaching - 1), reaching)
    return with_units(min(candidates, key=lambda units: abs(parameters(units) - budget)))


def layer_parameters(network: NetworkSettings) -> int:
    """Parameters of the recurrent layers, as the layer table lists them."""
    table = network.layer_table(words=1, categories=2)  # recurrent layers depend on neither number
    other_layers = {
        "embedding",
        "embedding_dropout",
        "max_mean_pooling",
        "dropout",
        "dense",
        "average",
        "bag_of_words",
    }
    return sum(row.parameters for row in table if row.name not in other_layers)
