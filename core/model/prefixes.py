"""The logits of every beginning of a text, or of every end: of its first word, of its first two, and so on.

A direction that reads the text from the same side as the beginnings grow computes them all in one pass, because a
hidden state does not depend on what comes later: the states of the whole text are those of its beginnings. The other
direction of a bidirectional layer starts each beginning at another word, so each has states of its own. They are
computed as one batch, which a text joins at its last word: words² / 2 steps of one text, without padding.

What follows is done once a beginning: the pooling (a running maximum, a running mean), the dense layer, the
bag-of-words branch (a running sum). Leaves out stacks of bidirectional layers: there the second layer reads other
inputs in each beginning, and each needs a forward pass of its own (``classifier.py: logits_of``).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.model.forward import STEPS, Array, State, Weights, bigram_rows, forward_embedded, weight_prefix
from core.settings.network import NetworkSettings


def shares_states(network: NetworkSettings, *, from_right: bool = False) -> bool:
    """Whether :func:`prefix_logits` can compute the network's logits of all beginnings, or ends, at once."""
    one_way = not any(layer.bidirectional for layer in network.layers)
    return len(network.layers) == 1 or (one_way and not from_right)


def prefix_logits(
    weights: Weights, network: NetworkSettings, ids: NDArray[np.integer], *, from_right: bool = False
) -> Array:
    """The logits of the first 1, 2, ... words of one text, each as a text of its own.

    Args:
        network: one for which :func:`shares_states`.
        ids: (words,) token ids, none of them padding.
        from_right: of the last 1, 2, ... words instead.

    Returns:
        (words, categories)

    Cost: one forward pass over the text; for a direction that reads from the other side words² / 2 products with its
    recurrent kernel.
    """
    if not shares_states(network, from_right=from_right):
        raise ValueError("network must have one layer, or read in one direction from the left")
    mask, by_member = np.ones((1, len(ids)), np.bool_), []
    for member in range(network.ensemble_size):
        prefix = weight_prefix(member)
        embedded = weights[f"{prefix}embedding"][ids[None]]  # (1, words, embedding_size)
        trace = forward_embedded(weights, prefix, network, embedded, mask, keep_gates=False)
        top = trace.layers[-1]
        summaries = [
            _against(weights, f"{prefix}layers/0/forward", network, embedded[0, ::-1])
            if from_right
            else _along(top.forward.states[0])
        ]
        if top.backward is not None:
            summaries.append(
                _along(top.backward.states[0, ::-1])
                if from_right
                else _against(weights, f"{prefix}layers/0/backward", network, embedded[0])
            )
        last = [each.last for each in summaries]
        max_mean = [*(each.largest for each in summaries), *(each.mean for each in summaries)]
        # (words, units or 2 units), twice that for max and mean
        summary = np.concatenate(last if network.pooling == "last" else max_mean, axis=1)
        by_member.append(summary @ weights[f"{prefix}dense/kernel"] + weights[f"{prefix}dense/bias"])
    logits: Array = np.mean(by_member, axis=0)  # (words, categories)
    if network.has_bag_of_words:
        logits = logits + _running_bag_of_words(weights, ids, from_right=from_right)
    return logits


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Summaries:
    """What the pooling makes of the states of one direction: row k is of the first k + 1 words; (words, units) each."""

    last: Array
    largest: Array
    mean: Array


def _along(states: Array) -> _Summaries:
    """Of a direction that reads from the side of the beginnings; (words, units) its states over the whole text."""
    words = np.arange(1, len(states) + 1)[:, None]  # (words, 1)
    mean = np.cumsum(states, axis=0, dtype=np.float64) / words  # (words, units)
    return _Summaries(
        last=states, largest=np.maximum.accumulate(states, axis=0), mean=mean.astype(np.float32)
    )


def _against(weights: Weights, prefix: str, network: NetworkSettings, x: Array) -> _Summaries:
    """Of a direction that reads each beginning from its last word; ``x`` (words, size) in the order of beginnings."""
    kernel, bias = weights[f"{prefix}/kernel"], weights[f"{prefix}/bias"]
    recurrent = weights.get(f"{prefix}/recurrent_kernel", np.zeros((0, 0), np.float32))
    bias_x, bias_h = bias if network.cell == "GRU" else (bias, np.zeros_like(bias))
    wx = x @ kernel + bias_x  # (words, blocks * units)
    words, units = len(x), network.layers[0].units
    state: State = tuple(
        np.zeros((words, units), np.float32) for _ in range(2 if network.cell == "LSTM" else 1)
    )
    largest, total = np.full((words, units), -np.inf, np.float32), np.zeros((words, units))
    for t in reversed(range(words)):
        # Row k is the text of the first k + 1 words: those from row t on have a word t.
        before = tuple(array[t:] for array in state)  # (words - t, units) each
        after, _ = STEPS[network.cell](wx[t : t + 1], before, recurrent, bias_h, lambda gate, value: value)
        for array, values in zip(before, after, strict=True):
            array[:] = values
        np.maximum(largest[t:], after[0], out=largest[t:])
        total[t:] += after[0]
    mean = total / np.arange(1, words + 1)[:, None]  # (words, units)
    return _Summaries(last=state[0], largest=largest, mean=mean.astype(np.float32))


def _running_bag_of_words(weights: Weights, ids: NDArray[np.integer], *, from_right: bool) -> Array:
    """``forward.bag_of_words_logits`` of the first 1, 2, ... words: (words,) -> (words, categories)."""
    kernel, words = weights["votes"], len(weights["embedding"])  # (words + bigram_buckets, categories)
    ids = ids.astype(np.int64)  # the hash of two rare words overflows 32 bits
    terms = kernel[ids].astype(np.float64)  # (words, categories): what each word adds to the sum
    bigrams = kernel[words + bigram_rows(ids[:-1], ids[1:], len(kernel) - words)]  # (words - 1, categories)
    if from_right:
        terms, bigrams = terms[::-1], bigrams[::-1]
    terms[1:] += bigrams  # a bigram is complete with its second word
    count = 2 * np.arange(1, len(ids) + 1)[:, None] - 1  # (words, 1): k words and k - 1 bigrams
    logits: Array = (np.cumsum(terms, axis=0) / np.sqrt(count)).astype(np.float32)
    return logits
