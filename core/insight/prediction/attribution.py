"""Why a classifier predicts a label for one text: predictions prefix by prefix, and attributions word by word.

Read-along: the prediction after every word, each prefix as a text of its own. Attribution, two ways:

* leave-one-out: the logit's change without the word (J. Li, W. Monroe and D. Jurafsky, "Understanding Neural Networks
  through Representation Erasure", arXiv 1612.08220, 2016);
* integrated gradients: the gradient integrated along the straight path from a baseline (embeddings of zeros, no
  bag-of-words logits) to the words (M. Sundararajan, A. Taly and Q. Yan, "Axiomatic Attribution for Deep Networks",
  ICML 2017). The attributions sum to the difference between the two logits: completeness.

Leaves out: the effect of other words (``counterfactuals.py``).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.polynomial.legendre import leggauss
from numpy.typing import NDArray

from core.model.backward import embedding_gradients
from core.model.classifier import Classifier
from core.model.forward import Array, bigram_rows, forward_embedded, softmax, weight_prefix
from core.model.prefixes import prefix_logits, shares_states
from core.settings.network import GATES, NetworkSettings
from core.text.sequences import Sequences

Method = Literal["integrated gradients", "leave-one-out"]
METHODS: tuple[Method, ...] = get_args(Method)

# The path from the baseline to the words starts with PIECES pieces of POINTS quadrature points each; pieces are halved
# until the attributions sum to the difference between the two logits to within TOLERANCE.
PIECES, POINTS, MOST_PIECES, TOLERANCE = 8, 4, 1_000, 9e-4
# Pieces computed at once: as many as fit the processor's cache, and fewer where their traces have more numbers.
PIECES_AT_ONCE, _TRACE_NUMBERS = 8, 20_000_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReadAlong:
    """The prediction after every word.

    Attributes:
        words: those that the network reads, without the truncated end.
        probabilities: (words, categories): row i is the prediction for the first i + 1 words alone or, read from
            the right, for the last i + 1.
        from_right: which of the two directions.
        settled: position in ``words`` from which on the final label is the likeliest.
    """

    words: tuple[str, ...]
    probabilities: Array
    from_right: bool
    settled: int

    @property
    def label(self) -> int:
        """Position of the final prediction in the classifier's labels."""
        return int(self.probabilities[-1].argmax())

    def word_position(self, row: int) -> int:
        """The position in ``words`` of the word that row ``row`` adds."""
        return len(self.words) - 1 - row if self.from_right else row


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Attribution:
    """What each word adds to the logit of one label.

    Attributes:
        words, salience: parallel; above 0 supports the label, below 0 opposes it.
        method: how it was computed.
        label: position in the classifier's labels.
        completeness_gap: integrated gradients: the sum of ``salience`` minus the logit difference it approximates;
            0 for leave-one-out, which has no completeness.
        probability_without: leave-one-out: (words,) probability of the label without the word; else None.
    """

    words: tuple[str, ...]
    salience: Array
    method: Method
    label: int
    completeness_gap: float = 0.0
    probability_without: Array | None = None

    @property
    def is_complete(self) -> bool:
        """Whether ``salience`` sums to the logit difference, to within TOLERANCE."""
        return abs(self.completeness_gap) < TOLERANCE


def words_read(classifier: Classifier, headline: str, description: str = "") -> tuple[str, ...]:
    """The words of a text that the network reads, truncated to the sequence length."""
    return classifier.words_of(headline, description)[: classifier.network.sequence_length]


def read_along(
    classifier: Classifier,
    words: Sequence[str],
    *,
    from_right: bool = False,
    progress: Callable[[float], None] | None = None,
) -> ReadAlong:
    """The prediction after every word; without words, one prediction for a single out-of-vocabulary token.

    Args:
        progress: called with the share done, 0 to 1.

    Cost: that of ``prefixes.py`` for a network of one layer, or of one direction; else one forward pass per word, over
    half of the text on average.
    """
    words = tuple(words)
    if not words:
        probabilities = classifier.probabilities_of(Sequences.from_lists([classifier.encode(())]))
        return ReadAlong(words=(), probabilities=probabilities, from_right=from_right, settled=0)
    ids = classifier.encode(words)
    count = len(ids)
    if shares_states(classifier.network, from_right=from_right):
        logits = prefix_logits(classifier.weights, classifier.network, np.array(ids), from_right=from_right)
        probabilities = softmax(logits)
    else:
        prefixes = [ids[count - size :] if from_right else ids[:size] for size in range(1, count + 1)]
        probabilities = classifier.probabilities_of(Sequences.from_lists(prefixes), progress)
    labels = probabilities.argmax(axis=1)  # (words,)
    differing = np.flatnonzero(labels != labels[-1])
    row = int(differing[-1]) + 1 if len(differing) else 0
    return ReadAlong(
        words=words,
        probabilities=probabilities,
        from_right=from_right,
        settled=count - 1 - row if from_right else row,
    )


def attribute_words(
    classifier: Classifier,
    words: Sequence[str],
    *,
    label: int | None = None,
    method: Method = "integrated gradients",
    most_pieces: int = MOST_PIECES,
    progress: Callable[[float], None] = lambda share: None,
) -> Attribution:
    """What each word adds to the logit of ``label``, by default of the predicted label.

    Args:
        most_pieces: of integrated gradients: with so many pieces no more are halved, however large the error.
        progress: called with the share done, 0 to 1.

    Cost: leave-one-out takes one forward pass per word; integrated gradients some 200 forward and backward passes
    (``cost.py``).
    """
    if method not in METHODS:
        raise ValueError(f"method must be one of {', '.join(METHODS)}, got {method!r}")
    words = tuple(words)
    ids = classifier.encode(words)
    if label is None:
        label = int(classifier.logits_of(Sequences.from_lists([ids]))[0].argmax())
    if not words:
        return Attribution(words=(), salience=np.zeros(0, np.float32), method=method, label=label)
    if method == "leave-one-out":
        return _leave_one_out(classifier, words, ids, label, progress)
    return _integrated_gradients(classifier, words, np.array(ids), label, most_pieces, progress)


def _leave_one_out(
    classifier: Classifier,
    words: tuple[str, ...],
    ids: list[int],
    label: int,
    progress: Callable[[float], None],
) -> Attribution:
    without = [[*ids[:index], *ids[index + 1 :]] or classifier.encode(()) for index in range(len(ids))]
    logits = classifier.logits_of(Sequences.from_lists([ids, *without]), progress)  # (1 + words, categories)
    return Attribution(
        words=words,
        salience=logits[0, label] - logits[1:, label],
        method="leave-one-out",
        label=label,
        probability_without=softmax(logits[1:])[:, label],
    )


def _integrated_gradients(
    classifier: Classifier,
    words: tuple[str, ...],
    ids: NDArray[np.int64],
    label: int,
    most_pieces: int,
    progress: Callable[[float], None],
) -> Attribution:
    """Adaptive quadrature along the path: halve the pieces of the largest error until the total error is small enough.

    On every piece the attributions must sum to the difference between the logits at its ends, so each piece measures
    its own error. Where max pooling switches a unit from one word to another, the gradient jumps.
    """
    edges = np.linspace(0.0, 1.0, PIECES + 1)
    starts, ends = edges[:-1], edges[1:]
    sums, errors = _integrate_pieces(classifier, ids, label, starts, ends)  # (pieces, words), (pieces,)
    while abs(errors.sum()) >= TOLERANCE and len(starts) < most_pieces:
        # Pieces computed so far, as a share of those if all are needed: whoever is halved was computed too.
        progress((2 * len(starts) - PIECES) / (2 * most_pieces - PIECES))
        worst = np.argsort(-np.abs(errors))[: max(1, len(errors) // 3)]
        rest = np.delete(np.arange(len(starts)), worst)
        middle = (starts[worst] + ends[worst]) / 2
        halves = np.concatenate([starts[worst], middle]), np.concatenate([middle, ends[worst]])
        new_sums, new_errors = _integrate_pieces(classifier, ids, label, *halves)
        starts = np.concatenate([starts[rest], halves[0]])
        ends = np.concatenate([ends[rest], halves[1]])
        sums = np.concatenate([sums[rest], new_sums])
        errors = np.concatenate([errors[rest], new_errors])
    return Attribution(
        words=words,
        salience=(sums.sum(axis=0) + _bag_of_words_attribution(classifier, ids, label)).astype(np.float32),
        method="integrated gradients",
        label=label,
        completeness_gap=float(errors.sum()),
    )


def _integrate_pieces(
    classifier: Classifier,
    ids: NDArray[np.int64],
    label: int,
    starts: NDArray[np.float64],
    ends: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The recurrent layers' part of the attribution on each piece, by Gauss-Legendre quadrature with four points.

    Returns:
        (pieces, words) attribution of each word on the piece, and (pieces,) the error of their sum.
    """
    at_once = pieces_at_once(classifier.network, len(ids))
    if len(starts) > at_once:
        cuts = range(at_once, len(starts), at_once)
        parts = zip(np.split(starts, cuts), np.split(ends, cuts), strict=True)
        sums, errors = zip(*(_integrate_pieces(classifier, ids, label, *part) for part in parts), strict=True)
        return np.concatenate(sums), np.concatenate(errors)
    network, weights = classifier.network, classifier.weights
    nodes, node_weights = leggauss(POINTS)  # on -1 to 1
    lengths = (ends - starts)[:, None]  # (pieces, 1)
    inside = starts[:, None] + lengths * (nodes + 1) / 2  # (pieces, POINTS)
    edges, edge_index = np.unique(
        [starts, ends], return_inverse=True
    )  # neighbours share one; (edges,), (2, pieces)
    along, at_edges = (scales.astype(np.float32).reshape(-1, 1, 1) for scales in (inside, edges))
    mask = np.ones((len(along), len(ids)), np.bool_)
    labels = np.full(len(along), label)
    total, errors_by_piece = np.zeros((len(starts), len(ids))), np.zeros(len(starts))
    for member in range(network.ensemble_size):
        prefix = weight_prefix(member)
        vectors = weights[f"{prefix}embedding"][ids]  # (words, embedding_size)
        ends_read = forward_embedded(
            weights, prefix, network, at_edges * vectors, mask[: len(edges)], keep_gates=False
        )
        first, last = ends_read.logits[edge_index.reshape(2, -1), label]  # (pieces,) each
        trace = forward_embedded(weights, prefix, network, along * vectors, mask)
        gradients = embedding_gradients(weights, prefix, network, trace, mask, labels)
        slopes = np.einsum("pws,ws->pw", gradients, vectors)  # (pieces * POINTS, words)
        slopes = slopes.reshape(*inside.shape, len(ids))  # (pieces, POINTS, words)
        piece = lengths * np.einsum("k,pkw->pw", node_weights / 2, slopes)  # (pieces, words)
        total += piece / network.ensemble_size
        errors_by_piece += (piece.sum(axis=1) - (last - first)) / network.ensemble_size
    return total, errors_by_piece


def pieces_at_once(network: NetworkSettings, words: int) -> int:
    """How many pieces are computed at once, so that their states and gates stay small."""
    numbers = sum(  # of one timestep: the state, the gates and, in an LSTM, the cell
        (2 if layer.bidirectional else 1) * layer.units * (GATES[network.cell] + 2)
        for layer in network.layers
    )
    return max(1, min(PIECES_AT_ONCE, _TRACE_NUMBERS // (POINTS * words * numbers)))


def _bag_of_words_attribution(
    classifier: Classifier, ids: NDArray[np.int64], label: int
) -> NDArray[np.float64]:
    """The bag-of-words branch's attribution, (words,): a word's logit and half of each of its bigrams' logits.

    It is exact, because the branch is linear.
    """
    attribution = np.zeros(len(ids))
    if not classifier.network.has_bag_of_words:
        return attribution
    label_weights, vocabulary_size = classifier.weights["votes"][:, label], len(classifier.vocabulary)
    attribution += label_weights[ids]
    bigram_logits = label_weights[
        vocabulary_size + bigram_rows(ids[:-1], ids[1:], len(label_weights) - vocabulary_size)
    ]  # (words - 1,)
    attribution[:-1] += bigram_logits / 2
    attribution[1:] += bigram_logits / 2
    normalised: NDArray[np.float64] = attribution / np.sqrt(2 * len(ids) - 1)
    return normalised
