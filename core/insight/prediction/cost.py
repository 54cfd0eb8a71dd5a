"""How much work an explanation of one prediction takes, and whether it is done at once, behind a progress bar or not.

The work follows from the layers' shapes and the number of words (``core/model/cost.py``), so it is known beforehand.
Leaves out: the computations themselves (``attribution.py``, ``counterfactuals.py``).
"""

import bisect
from collections.abc import Callable

from core.insight.prediction.attribution import MOST_PIECES, PIECES, POINTS, pieces_at_once
from core.insight.prediction.counterfactuals import MOST_PAIRS, NEAREST
from core.model.cost import ACTIVATION, SPEED, TIMESTEP, batch_rows, forward_work
from core.model.prefixes import shares_states
from core.settings.network import GATES, NetworkSettings

SMALL_WORK = 0.5 * SPEED  # done while a page is drawn
MOST_WORK = 60 * SPEED  # more is refused
_SORTING = 50  # multiply-adds that take as long as to sort one cosine


def prediction_work(network: NetworkSettings, words: int) -> float:
    """Work of one prediction, in multiply-adds."""
    return forward_work(network, texts=1, timesteps=words)


def read_along_work(network: NetworkSettings, words: int, *, from_right: bool = False) -> float:
    """Work of ``read_along``, in multiply-adds."""
    if not shares_states(network, from_right=from_right):
        rows = min(words, batch_rows(network, words))  # each batch is as long as its longest text
        return forward_work(network, texts=words, timesteps=(words + rows) / 2)
    work = forward_work(network, texts=1, timesteps=words)
    layer = network.layers[0]
    if layer.bidirectional or from_right:  # words² / 2 steps of the direction that reads from the other side
        width = GATES[network.cell] * layer.units
        recurrent = 0 if network.cell == "minGRU" else layer.units * width
        steps = words * (words + 1) / 2
        work += network.ensemble_size * (
            words * (TIMESTEP + width * network.embedding_size) + steps * (width * ACTIVATION + recurrent)
        )
    return work


def leave_one_out_work(network: NetworkSettings, words: int) -> float:
    """Work of ``attribute_words`` by leave-one-out, in multiply-adds."""
    return forward_work(network, texts=words + 1, timesteps=words)


def integrated_gradients_work(network: NetworkSettings, words: int, pieces: int = PIECES) -> float:
    """Work of ``attribute_words`` by integrated gradients that end with ``pieces`` pieces, in multiply-adds.

    A piece has POINTS forward and backward passes and, for its error, two forward passes at its ends. A backward pass
    has twice the products of a forward pass (J. Kaplan et al., "Scaling Laws for Neural Language Models", arXiv
    2001.08361, 2020, section 2.1). All pieces beyond the first were halved from others, which were computed too.
    """
    at_once = pieces_at_once(network, words)
    batch = 3 * forward_work(network, texts=POINTS * at_once, timesteps=words) + forward_work(
        network, texts=at_once + 1, timesteps=words
    )
    return batch / at_once * (2 * pieces - PIECES)


def pieces_within(network: NetworkSettings, words: int, work: float) -> int:
    """With how many pieces integrated gradients take no more than ``work``; PIECES at least, MOST_PIECES at most."""
    pieces = range(PIECES, MOST_PIECES + 1)
    most = bisect.bisect_right(
        pieces, work, key=lambda count: integrated_gradients_work(network, words, count)
    )
    return pieces[max(most - 1, 0)]


def substitution_work(network: NetworkSettings, words: int, *, vocabulary: int) -> float:
    """Work of ``substitution_counterfactuals``, in multiply-adds; ``vocabulary`` is the embedding's rows."""
    return forward_work(network, texts=NEAREST + 2, timesteps=words) + _nearest_work(network, 1, vocabulary)


def flip_work(network: NetworkSettings, words: int, *, vocabulary: int) -> float:
    """Work of ``smallest_flip`` where no single change flips the label, in multiply-adds."""
    return (
        forward_work(network, texts=(NEAREST + 1) * words + 1, timesteps=words)
        + forward_work(network, texts=MOST_PAIRS + 1, timesteps=words)
        + _nearest_work(network, words, vocabulary)
    )


def _nearest_work(network: NetworkSettings, words: int, vocabulary: int) -> float:
    return words * vocabulary * (network.embedding_size + _SORTING)


def words_within_a_minute(work_of: Callable[[int], float], words: int) -> int:
    """The most words, up to ``words``, whose work takes a minute of one core at most; 0 where one takes more."""
    return bisect.bisect_right(range(1, words + 1), MOST_WORK, key=work_of)
