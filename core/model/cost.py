"""What a forward pass costs, by the shapes of the layers: multiply-adds, and how many texts are computed at once."""

from core.settings.network import GATES, NetworkSettings

# For fewer rows a product with a recurrent kernel takes as long as for so many: it waits for the kernel's numbers.
LEAST_ROWS = 8

# Limits of a batch: texts, and numbers in its widest array (16 MB; of LEAST_ROWS texts 32 MB at most).
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
