"""Why a classifier answers as it does to one text: word by word, and what each word adds.

Read-along: the answer after every word, each prefix as a text of its own, all in one batch. Contributions, two ways:

* leave-one-out: the answer without the word (J. Li, W. Monroe and D. Jurafsky, "Understanding Neural Networks through
  Representation Erasure", arXiv 1612.08220, 2016);
* integrated gradients: the gradient summed along the straight way from words without meaning (vectors of zeros, no
  votes) to the words (M. Sundararajan, A. Taly and Q. Yan, "Axiomatic Attribution for Deep Networks", ICML 2017).
  The contributions sum to the difference between the two answers.

Leaves out: what other words would do (``counterfactuals.py``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.polynomial.legendre import leggauss
from numpy.typing import NDArray

from core.model.backward import embedding_gradients
from core.model.classifier import Classifier
from core.model.forward import Array, bigram_rows, forward_embedded, softmax, weight_prefix
from core.text.sequences import Sequences

Method = Literal["integrated gradients", "leave-one-out"]
METHODS: tuple[Method, ...] = get_args(Method)

# The way from nothing to the words in so many pieces at first, and so many points on each; halved until the
# contributions sum to the difference between the two logits to within COMPLETE.
PIECES, POINTS, MOST_PIECES, TOLERANCE = 8, 4, 1_000, 9e-4
PIECES_AT_ONCE = 8  # pieces computed at once


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReadAlong:
    """The answer after every word.

    Attributes:
        words: those that the network read.
        probabilities: (words, categories): in row i the answer to the first i + 1 words alone or, read from the right,
            to the last i + 1.
        from_right: which of the two.
        settled: the position in ``words`` at which the final label had become the likeliest and stayed it.
    """

    words: tuple[str, ...]
    probabilities: Array
    from_right: bool
    settled: int

    @property
    def label(self) -> int:
        """Position of the final answer in the classifier's labels."""
        return int(self.probabilities[-1].argmax())

    def word_position(self, row: int) -> int:
        """The position in ``words`` of the word that row ``row`` adds."""
        return len(self.words) - 1 - row if self.from_right else row


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Attribution:
    """What each word adds to the logit of one label.

    Attributes:
        words, salience: parallel; above 0 speaks for the label, below 0 against it.
        method: how it was computed.
        label: position in the classifier's labels.
        missing: integrated gradients: what the sum of ``salience`` differs by from the difference that it stands for;
            0 for leave-one-out, which sums to nothing.
        without: leave-one-out: (words,) probability of the label without the word; else None.
    """

    words: tuple[str, ...]
    salience: Array
    method: Method
    label: int
    completeness_gap: float = 0.0
    probability_without: Array | None = None


def words_read(classifier: Classifier, headline: str, description: str = "") -> tuple[str, ...]:
    """The words of a text that the network reads, the end cut off."""
    return classifier.words_of(headline, description)[: classifier.network.sequence_length]


def read_along(classifier: Classifier, words: Sequence[str], *, from_right: bool = False) -> ReadAlong:
    """The answer after every word; of no words, one answer to one unknown word.

    Cost: as many texts as words, half as long on average.
    """
    words = tuple(words)
    if not words:
        answer = classifier.probabilities_of(Sequences.from_lists([classifier.encode(())]))
        return ReadAlong(words=(), probabilities=answer, from_right=from_right, settled=0)
    ids = classifier.encode(words)
    count = len(ids)
    parts = [ids[count - size :] if from_right else ids[:size] for size in range(1, count + 1)]
    answers = classifier.probabilities_of(Sequences.from_lists(parts))  # (words, categories)
    named = answers.argmax(axis=1)  # (words,)
    others = np.flatnonzero(named != named[-1])
    row = int(others[-1]) + 1 if len(others) else 0
    return ReadAlong(
        words=words,
        probabilities=answers,
        from_right=from_right,
        settled=count - 1 - row if from_right else row,
    )


def attribute_words(
    classifier: Classifier,
    words: Sequence[str],
    *,
    label: int | None = None,
    method: Method = "integrated gradients",
) -> Attribution:
    """What each word adds to the logit of ``label``, by default of the answer.

    Cost: leave-one-out reads the text once for each word; integrated gradients reads it forth and back some 200 times.
    """
    if method not in METHODS:
        raise ValueError(f"method must be one of {', '.join(METHODS)}, got {method!r}")
    words = tuple(words)
    ids = classifier.encode(words)
    if label is None:
        label = int(classifier.logits_of(Sequences.from_lists([ids]))[0].argmax())
    if not words:
        nothing = np.zeros(0, np.float32)
        return Attribution(words=(), salience=nothing, method=method, label=label)
    if method == "leave-one-out":
        return _leave_one_out(classifier, words, ids, label)
    return _integrated_gradients(classifier, words, np.array(ids), label)


def _leave_one_out(classifier: Classifier, words: tuple[str, ...], ids: list[int], label: int) -> Attribution:
    without = [[*ids[:place], *ids[place + 1 :]] or classifier.encode(()) for place in range(len(ids))]
    logits = classifier.logits_of(Sequences.from_lists([ids, *without]))  # (1 + words, categories)
    return Attribution(
        words=words,
        salience=logits[0, label] - logits[1:, label],
        method="leave-one-out",
        label=label,
        probability_without=softmax(logits[1:])[:, label],
    )


def _integrated_gradients(
    classifier: Classifier, words: tuple[str, ...], ids: NDArray[np.int64], label: int
) -> Attribution:
    """Piece by piece along the way; the pieces whose sum is furthest from right are halved until the whole is right.

    On every piece the contributions must sum to the difference between the logits at its ends, so a piece shows itself
    how wrong it is: where the largest state of a unit passes from one word to another, the gradient jumps.
    """
    edges = np.linspace(0.0, 1.0, PIECES + 1)
    starts, ends = edges[:-1], edges[1:]
    sums, errors = _integrate_pieces(classifier, ids, label, starts, ends)  # (pieces, words), (pieces,)
    while abs(errors.sum()) >= TOLERANCE and len(starts) < MOST_PIECES:
        worst = np.argsort(-np.abs(errors))[: max(1, len(errors) // 3)]
        kept = np.delete(np.arange(len(starts)), worst)
        middle = (starts[worst] + ends[worst]) / 2
        halves = np.concatenate([starts[worst], middle]), np.concatenate([middle, ends[worst]])
        new_sums, new_errors = _integrate_pieces(classifier, ids, label, *halves)
        starts = np.concatenate([starts[kept], halves[0]])
        ends = np.concatenate([ends[kept], halves[1]])
        sums = np.concatenate([sums[kept], new_sums])
        errors = np.concatenate([errors[kept], new_errors])
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
    """The recurrent layers' part on each piece of the way, by four points of Gauss and Legendre.

    Returns:
        (pieces, words) what each word adds on the piece, and (pieces,) what their sum differs from its due by.
    """
    if len(starts) > PIECES_AT_ONCE:  # larger arrays would leave the processor's cache
        cuts = range(PIECES_AT_ONCE, len(starts), PIECES_AT_ONCE)
        parts = zip(np.split(starts, cuts), np.split(ends, cuts), strict=True)
        sums, errors = zip(*(_integrate_pieces(classifier, ids, label, *part) for part in parts), strict=True)
        return np.concatenate(sums), np.concatenate(errors)
    network, weights = classifier.network, classifier.weights
    nodes, shares = leggauss(POINTS)  # on -1 to 1
    long = (ends - starts)[:, None]  # (pieces, 1)
    inside = starts[:, None] + long * (nodes + 1) / 2  # (pieces, POINTS)
    edges, place = np.unique(
        [starts, ends], return_inverse=True
    )  # neighbours share one; (edges,), (2, pieces)
    along, at_edges = (some.astype(np.float32).reshape(-1, 1, 1) for some in (inside, edges))
    real = np.ones((len(along), len(ids)), np.bool_)
    labels = np.full(len(along), label)
    total, missing = np.zeros((len(starts), len(ids))), np.zeros(len(starts))
    for member in range(network.ensemble_size):
        prefix = weight_prefix(member)
        vectors = weights[f"{prefix}embedding"][ids]  # (words, embedding_size)
        ends_read = forward_embedded(
            weights, prefix, network, at_edges * vectors, real[: len(edges)], keep_gates=False
        )
        first, last = ends_read.logits[place.reshape(2, -1), label]  # (pieces,) each
        trace = forward_embedded(weights, prefix, network, along * vectors, real)
        gradients = embedding_gradients(weights, prefix, network, trace, real, labels)
        slopes = np.einsum("pws,ws->pw", gradients, vectors)  # (pieces * POINTS, words)
        slopes = slopes.reshape(*inside.shape, len(ids))  # (pieces, POINTS, words)
        piece = long * np.einsum("k,pkw->pw", shares / 2, slopes)  # (pieces, words)
        total += piece / network.ensemble_size
        missing += (piece.sum(axis=1) - (last - first)) / network.ensemble_size
    return total, missing


def _bag_of_words_attribution(
    classifier: Classifier, ids: NDArray[np.int64], label: int
) -> NDArray[np.float64]:
    """What each word's own vote and its halves of two pairs' votes add: (words,); votes only add, so this is exact."""
    found = np.zeros(len(ids))
    if not classifier.network.has_bag_of_words:
        return found
    table, words = classifier.weights["votes"][:, label], len(classifier.vocabulary)
    found += table[ids]
    of_pairs = table[words + bigram_rows(ids[:-1], ids[1:], len(table) - words)]  # (words - 1,)
    found[:-1] += of_pairs / 2
    found[1:] += of_pairs / 2
    return found / np.sqrt(2 * len(ids) - 1)
