"""Maximally activating examples of each unit: the held-out articles and words with its highest and lowest activation.

Computed for all units at once, so a page shows any unit without waiting. The method is that of A. Karpathy, J. Johnson
and L. Fei-Fei, "Visualizing and Understanding Recurrent Networks", arXiv 1506.02078 (2015). Frequent words also get the
unit's mean hidden state after them, which a page can show without the articles. Leaves out: a unit's activations in one
headline (``trace.py``).
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from core.errors import AnalysisError
from core.insight import artifacts
from core.insight.activations.trace import LayerLocation, layer_locations
from core.insight.evaluation.held_out import HeldOut
from core.model.classifier import Classifier
from core.model.cost import batch_rows
from core.model.forward import Array, forward_embedded, weight_prefix
from core.settings.run import MAPPED_WORDS
from core.text.sequences import Sequences
from core.text.vocabulary import FIRST_WORD_ID

NAME = "units"
SCHEMA = 1
TOP_EXAMPLES = 10  # articles, and words, of each unit and end
MIN_OCCURRENCES = 5  # of a word, for its mean to say something
End = Literal["high", "low"]
ENDS: tuple[End, ...] = ("high", "low")
ARTICLE_ARRAYS = ("articles", "places", "values")  # arrays that mean nothing without the articles
_SUMS = 50_000_000  # numbers in the words' sums

Report = Callable[[str, float], None]
Ints = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TopActivating:
    """The highest, or the lowest, activations of all units of one layer; row u is unit u's, the most extreme first.

    Attributes:
        articles: (units, TOP_EXAMPLES) rows of the test part; None where the articles are not stored.
        positions: (units, TOP_EXAMPLES) timestep of the activation in the article.
        values: (units, TOP_EXAMPLES) hidden state at that timestep.
        words: (units, up to TOP_EXAMPLES) token ids; fewer where few words are frequent.
        means: like ``words``, the mean hidden state after each word.
    """

    articles: Ints | None
    positions: Ints | None
    values: Array | None
    words: Ints
    means: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UnitActivations:
    """The maximally activating examples of all units of a classifier, by layer and end."""

    ends: dict[tuple[LayerLocation, End], TopActivating]

    @classmethod
    def load(cls, folder: Path, classifier: Classifier) -> "UnitActivations":
        """From the classifier's folder.

        Raises:
            AnalysisError: the artifact is missing; or it is damaged or does not fit the network, and then it is set
                aside.
        """
        arrays = artifacts.read(folder, NAME)
        try:
            if int(arrays["schema"]) != SCHEMA:
                raise ValueError("it is of another version of Headline Lab")
            ends = {}
            for location in layer_locations(classifier.network):
                units = classifier.network.layers[location.layer].units
                for end in ENDS:
                    ends[location, end] = _load_end(
                        arrays, _key(location, end), units, len(classifier.vocabulary)
                    )
        except (KeyError, ValueError, TypeError, IndexError) as error:
            raise artifacts.set_aside(folder, NAME, error) from None
        return cls(ends=ends)


def unit_states(classifier: Classifier, location: LayerLocation, unit: int, texts: Sequences) -> list[Array]:
    """The unit's hidden state at each timestep of each text, (timesteps,) each. For few texts: they are one batch."""
    if not len(texts):
        return []
    network, weights, prefix = classifier.network, classifier.weights, weight_prefix(location.member)
    ids = texts.pad(np.arange(len(texts)))
    vectors = weights[f"{prefix}embedding"][ids]
    layer = forward_embedded(weights, prefix, network, vectors, ids != 0, keep_gates=False).layers[
        location.layer
    ]
    trace = layer.backward if location.backward else layer.forward
    assert trace is not None  # layer_locations() has only directions that exist
    return [row[:length, unit] for row, length in zip(trace.states, texts.lengths, strict=True)]


def compute_artifact(folder: Path, report: Report) -> artifacts.Arrays:
    """Find the maximally activating examples in the test part, with one forward pass.

    Raises:
        AnalysisError: the test articles are not stored with this classifier.
    """
    classifier = Classifier.load(folder)
    test = HeldOut.load(folder, categories=len(classifier.labels)).test
    if test.sequences is None:
        raise AnalysisError("The held-out articles are not kept with this classifier.")
    return top_activating_arrays(
        classifier, test.sequences, lambda share: report("reading the test articles", share)
    )


def top_activating_arrays(
    classifier: Classifier, texts: Sequences, progress: Callable[[float], None] = lambda share: None
) -> artifacts.Arrays:
    """The arrays of the artifact file. Cost: one forward pass over each text; memory does not grow with the texts."""
    network, weights = classifier.network, classifier.weights
    locations = layer_locations(network)
    sizes = [network.layers[location.layer].units for location in locations]
    words = min(len(classifier.vocabulary), FIRST_WORD_ID + MAPPED_WORDS, max(_SUMS // sum(sizes), 100))
    best = {
        (location, end): _Best(size) for location, size in zip(locations, sizes, strict=True) for end in ENDS
    }
    sums = {location: np.zeros((words, size)) for location, size in zip(locations, sizes, strict=True)}
    lengths = texts.lengths
    order = np.argsort(-lengths, kind="stable")
    total, start, done = max(int(lengths.sum()), 1), 0, 0
    while start < len(order):
        longest = max(int(lengths[order[start]]), 1)
        batch = order[start : start + batch_rows(network, longest)]
        ids = texts.pad(batch, longest)
        mask = ids != 0  # (batch, words)
        for member in range(network.ensemble_size):
            prefix = weight_prefix(member)
            vectors = weights[f"{prefix}embedding"][ids]
            trace = forward_embedded(weights, prefix, network, vectors, mask, keep_gates=False)
            for location in (candidate for candidate in locations if candidate.member == member):
                layer = trace.layers[location.layer]
                direction = layer.backward if location.backward else layer.forward
                assert direction is not None  # layer_locations() has only directions that exist
                sums[location] += _state_sums(direction.states[mask], ids[mask], words)
                for end in ENDS:
                    best[location, end].update(
                        direction.states if end == "high" else -direction.states, mask, batch
                    )
        start, done = start + len(batch), done + int(lengths[batch].sum())
        progress(done / total)
    counts = np.bincount(texts.ids, minlength=words)[:words]
    counts[:FIRST_WORD_ID] = 0  # padding and unknown are no words
    arrays: artifacts.Arrays = {"schema": np.array(SCHEMA)}
    for location, end in best:
        key, sign = _key(location, end), 1 if end == "high" else -1
        arrays |= best[location, end].arrays(key, sign)
        arrays |= _extreme_words(sums[location], counts, key, sign)
    return arrays


class _Best:
    """The TOP_EXAMPLES texts with each unit's highest activation so far, and the timestep of that activation."""

    def __init__(self, units: int) -> None:
        self.values = np.zeros((0, units), np.float32)
        self.articles = np.zeros((0, units), np.int32)
        self.positions = np.zeros((0, units), np.int32)

    def update(self, states: Array, mask: npt.NDArray[np.bool_], rows: npt.NDArray[np.int64]) -> None:
        """Take a batch into account: states (batch, timesteps, units) of the texts at ``rows``."""
        masked = np.where(mask[:, :, None], states, -np.inf)
        positions = masked.argmax(axis=1).astype(np.int32)  # (batch, units)
        values = np.take_along_axis(masked, positions[:, None], axis=1)[:, 0]  # (batch, units)
        articles = np.broadcast_to(rows.astype(np.int32)[:, None], positions.shape)
        self.values = np.concatenate([self.values, values])
        self.articles = np.concatenate([self.articles, articles])
        self.positions = np.concatenate([self.positions, positions])
        # Ties go to the first article, so the batch size does not matter.
        order = np.lexsort((self.articles, -self.values), axis=0)[:TOP_EXAMPLES]
        self.values = np.take_along_axis(self.values, order, axis=0)
        self.articles = np.take_along_axis(self.articles, order, axis=0)
        self.positions = np.take_along_axis(self.positions, order, axis=0)

    def arrays(self, key: str, sign: int) -> artifacts.Arrays:
        columns = (self.articles, self.positions, (sign * self.values).astype(np.float32))
        return {f"{key}/{name}": column.T for name, column in zip(ARTICLE_ARRAYS, columns, strict=True)}


def _state_sums(states: Array, ids: Ints, words: int) -> npt.NDArray[np.floating]:
    """Sum of the hidden states after each of the ``words`` most frequent words, by a sparse product: (words, units)."""
    counted = np.flatnonzero(ids < words)
    selection = csr_matrix(
        (np.ones(len(counted), np.float32), (ids[counted], counted)), shape=(words, len(ids))
    )
    state_sums: npt.NDArray[np.floating] = selection @ states
    return state_sums


def _extreme_words(
    sums: npt.NDArray[np.floating], counts: npt.NDArray[np.int64], key: str, sign: int
) -> artifacts.Arrays:
    frequent = np.flatnonzero(counts >= MIN_OCCURRENCES)
    means = sums[frequent] / counts[frequent, None]  # (words, units)
    order = np.argsort(-sign * means, axis=0, kind="stable")[:TOP_EXAMPLES]  # (most, units)
    return {
        f"{key}/words": frequent[order].T.astype(np.int32),
        f"{key}/means": np.take_along_axis(means, order, axis=0).T.astype(np.float32),
    }


def _key(location: LayerLocation, end: End) -> str:
    return f"{location.member}/{location.layer}/{location.direction}/{end}"


def _load_end(arrays: artifacts.Arrays, key: str, units: int, words: int) -> TopActivating:
    """One end from the artifact's arrays; ValueError or KeyError where it does not fit the network."""
    names = [*(ARTICLE_ARRAYS if f"{key}/articles" in arrays else ()), "words", "means"]
    fields = {name: arrays[f"{key}/{name}"] for name in names}
    if misfits := [name for name, values in fields.items() if values.ndim != 2 or len(values) != units]:
        raise ValueError(f"{key}/{misfits[0]} must have {units} rows")
    for group in (ARTICLE_ARRAYS, ("words", "means")):
        if len({fields[name].shape for name in group if name in fields}) > 1:
            raise ValueError(f"{key}: {', '.join(group)} must be of one shape")
    if any((fields[name] < 0).any() for name in ("articles", "places") if name in fields):
        raise ValueError(f"{key} names an article or a word that is not there")
    if not all(np.isfinite(fields[name]).all() for name in ("values", "means") if name in fields):
        raise ValueError(f"{key} has what is no number")
    ids = fields["words"]
    if ids.size and not FIRST_WORD_ID <= ids.min() <= ids.max() < words:
        raise ValueError(f"{key}/words names a word that is not there")
    return TopActivating(
        articles=fields.get("articles"),
        positions=fields.get("places"),
        values=fields.get("values"),
        words=ids,
        means=fields["means"],
    )
