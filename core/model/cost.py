"""How long forward passes take, estimated from the shapes of the layers before anything is computed.

Work is counted in multiply-adds, of which a processor core does some ten billion a second. In a small network other
things than products take the time, so they count as so many multiply-adds as take as long (measured with one thread of
OpenBLAS, networks of 16 to 512 units, 1 to 256 texts at once). Leaves out what is done once a text: pooling, the dense
layer, the bag-of-words branch.
"""

import math

from core.settings.network import GATES, NetworkSettings

# Multiply-adds a second of one core. A constant and not a measurement, so that the same request gets the same answer
# on a busy machine. A laptop's core does 20 to 40 billion in a large product, a server's 50 to 85 billion.
SPEED = 20e9
ACTIVATION = (
    400  # multiply-adds that take as long as one number of a gate: its sigmoid or tanh, its part of the state
)
TIMESTEP = 750_000  # the same for one timestep of one direction, however small: NumPy's calls
# For fewer rows a product with the recurrent kernel takes as long as for so many: it waits for the kernel's numbers.
LEAST_ROWS = 8

# Limits of a batch: texts, and numbers in its widest array (16 MB; of LEAST_ROWS texts more).
_BATCH_TEXTS, _BATCH_NUMBERS = 256, 4_000_000


def multiply_adds(network: NetworkSettings, *, words: float, categories: int) -> float:
    """Multiply-adds of the matrix products of one forward pass over a text of ``words`` words.

    A layer of u units with inputs of dimension d has g weight blocks (SimpleRNN 1, LSTM 4, GRU 3, minGRU 2). Each
    timestep multiplies every block by the input and, except in the minGRU, by the previous hidden state: g u (d + u),
    or g u d for the minGRU. The dense layer takes pooled size times categories, once. A product of (m, k) and (k, n)
    is m k n multiply-adds. Left out, because they grow with u alone: biases, activations, gates times states.
    """
    dimension, per_timestep = network.embedding_size, 0
    for layer in network.layers:
        inputs = dimension + (0 if network.cell == "minGRU" else layer.units)
        directions = 2 if layer.bidirectional else 1
        per_timestep += directions * GATES[network.cell] * layer.units * inputs
        dimension = directions * layer.units
    return network.ensemble_size * (words * per_timestep + network.pooled_size * categories)


def batch_rows(network: NetworkSettings, timesteps: int) -> int:
    """How many texts of ``timesteps`` tokens are computed at once, so that their arrays stay small."""
    widest = max(GATES[network.cell] * layer.units for layer in network.layers)
    return max(LEAST_ROWS, min(_BATCH_TEXTS, _BATCH_NUMBERS // (max(timesteps, 1) * widest)))


def forward_work(network: NetworkSettings, *, texts: int, timesteps: float) -> float:
    """Work of the forward passes over ``texts`` texts of ``timesteps`` tokens each, in multiply-adds.

    Each direction of a layer takes, at each timestep, its products (:func:`multiply_adds`), its activations and the
    calls of NumPy, which are as many for a batch as for one text.
    """
    batches = math.ceil(texts / batch_rows(network, math.ceil(timesteps)))
    dimension, per_timestep = network.embedding_size, 0.0
    for layer in network.layers:
        width = GATES[network.cell] * layer.units  # numbers of all gates
        recurrent = 0 if network.cell == "minGRU" else layer.units * width  # weights of the recurrent kernel
        directions = 2 if layer.bidirectional else 1
        per_timestep += directions * (
            texts * width * (dimension + ACTIVATION)
            + max(texts, batches * LEAST_ROWS) * recurrent
            + batches * TIMESTEP
        )
        dimension = directions * layer.units
    return network.ensemble_size * timesteps * per_timestep
