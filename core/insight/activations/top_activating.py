"""What excites each unit: the held-out articles in which it goes highest and lowest, and the words after which it does.

Of every unit at once, so that any can be looked at without waiting; "top activating examples" as in A. Karpathy,
J. Johnson and L. Fei-Fei, "Visualizing and Understanding Recurrent Networks", arXiv 1506.02078 (2015). Of the words
that occur often enough also the mean of the unit's state after them, which needs no article to be shown. Leaves out:
what the unit does in one headline (``inside.py``).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from core.errors import AnalysisError
from core.insight import artifacts
from core.insight.activations.trace import LayerLocation, layer_locations, signed
from core.insight.evaluation.held_out import HeldOut
from core.model.classifier import Classifier
from core.model.forward import Array, forward_embedded, weight_prefix
from core.settings.network import GATES
from core.settings.run import MAPPED_WORDS
from core.text.sequences import Sequences
from core.text.vocabulary import FIRST_WORD_ID

NAME = "units"
SCHEMA = 1
TOP_EXAMPLES = 10  # articles, and words, of each unit and end
MIN_OCCURRENCES = 5  # occurrences from which a word's mean is one
End = Literal["high", "low"]
ENDS: tuple[End, ...] = ("high", "low")
ARTICLE_ARRAYS = ("articles", "places", "values")  # arrays that say nothing without the articles
_TEXTS, _NUMBERS, _SUMS = 256, 4_000_000, 50_000_000  # in a batch; in its widest array; in the words' sums

Report = Callable[[str, float], None]
Ints = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TopActivating:
    """One end of all units of one place; row u is unit u's, the most extreme first.

    Attributes:
        articles: (units, most) rows of the test part; None where they were not kept.
        places: (units, most) position of the word in what was read of the article.
        values: (units, most) the state there.
        words: (units, most) word ids; means: the mean state after each. Fewer columns where few words are frequent.
    """

    articles: Ints | None
    positions: Ints | None
    values: Array | None
    words: Ints
    means: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UnitActivations:
    """All units of a classifier, by place and end."""

    ends: dict[tuple[LayerLocation, End], TopActivating]

    @classmethod
    def load(cls, folder: Path, classifier: Classifier) -> "UnitActivations":
        """From the classifier's folder.

        Raises:
            AnalysisError: it was not made yet; or is damaged or does not fit, and is set aside then.
        """
        arrays = artifacts.read(folder, NAME)
        try:
            if int(arrays["schema"]) != SCHEMA:
                raise ValueError("it is of another version of Headline Lab")
            ends = {}
            for place in layer_locations(classifier.network):
                units = classifier.network.layers[place.layer].units
                for end in ENDS:
                    ends[place, end] = _end(arrays, _key(place, end), units, len(classifier.vocabulary))
        except (KeyError, ValueError, TypeError, IndexError) as error:
            raise artifacts.set_aside(folder, NAME, error) from None
        return cls(ends=ends)


def caption(
    high: TopActivating, low: TopActivating, unit: int, words: Sequence[str], *, token_name: str = "word"
) -> str:
    """After which words a unit is highest and lowest; plain text.

    Args:
        words: the word index's own.
        piece: what one of them is called: "character" where the network reads those.
    """
    if not high.words.size:
        return (
            f"No {token_name} stands in the test part {MIN_OCCURRENCES} times, so there is no mean of what "
            f"the unit does after it."
        )
    ends = [(words[end.words[unit, 0] - FIRST_WORD_ID], float(end.means[unit, 0])) for end in (high, low)]
    said = [f"after “{word}”, {signed(mean)} on average" for word, mean in ends]
    return (
        f"Of the {token_name}s that are frequent in the test articles unit {unit + 1} is highest {said[0]}, and "
        f"lowest {said[1]}."
    )


def unit_states(classifier: Classifier, location: LayerLocation, unit: int, texts: Sequences) -> list[Array]:
    """The unit's state after each word of each of the texts, (words,) each. Of few texts: they are read at once."""
    if not len(texts):
        return []
    network, weights, prefix = classifier.network, classifier.weights, weight_prefix(location.member)
    ids = texts.pad(np.arange(len(texts)))
    vectors = weights[f"{prefix}embedding"][ids]
    layer = forward_embedded(weights, prefix, network, vectors, ids != 0, keep_gates=False).layers[
        location.layer
    ]
    read = layer.backward if location.backward else layer.forward
    assert read is not None  # as `places` has it
    return [row[:length, unit] for row, length in zip(read.states, texts.lengths, strict=True)]


def compute_artifact(folder: Path, report: Report) -> artifacts.Arrays:
    """Read the test part once more.

    Raises:
        AnalysisError: the articles that were held out are not kept with this classifier.
    """
    classifier = Classifier.load(folder)
    test = HeldOut.load(folder, categories=len(classifier.labels)).test
    if test.sequences is None:
        raise AnalysisError("The articles that were held out are not kept with this classifier.")
    return top_activating_arrays(
        classifier, test.sequences, lambda share: report("reading the test articles", share)
    )


def top_activating_arrays(
    classifier: Classifier, texts: Sequences, progress: Callable[[float], None] = lambda share: None
) -> artifacts.Arrays:
    """As the study is stored. Cost: each text is read once; memory does not grow with the texts."""
    network, weights = classifier.network, classifier.weights
    there = layer_locations(network)
    sizes = [network.layers[place.layer].units for place in there]
    words = min(len(classifier.vocabulary), FIRST_WORD_ID + MAPPED_WORDS, max(_SUMS // sum(sizes), 100))
    best = {(place, end): _Best(size) for place, size in zip(there, sizes, strict=True) for end in ENDS}
    sums = {place: np.zeros((words, size)) for place, size in zip(there, sizes, strict=True)}
    widest = max(GATES[network.cell] * layer.units for layer in network.layers)
    lengths = texts.lengths
    order = np.argsort(-lengths, kind="stable")
    total, start, done = max(int(lengths.sum()), 1), 0, 0
    while start < len(order):
        longest = max(int(lengths[order[start]]), 1)
        batch = order[start : start + max(1, min(_TEXTS, _NUMBERS // (longest * widest)))]
        ids = texts.pad(batch, longest)
        real = ids != 0  # (batch, words)
        for member in range(network.ensemble_size):
            prefix = weight_prefix(member)
            vectors = weights[f"{prefix}embedding"][ids]
            trace = forward_embedded(weights, prefix, network, vectors, real, keep_gates=False)
            for place in (one for one in there if one.member == member):
                layer = trace.layers[place.layer]
                read = layer.backward if place.backward else layer.forward
                assert read is not None  # as `places` has it
                sums[place] += _sums(read.states[real], ids[real], words)
                for end in ENDS:
                    best[place, end].see(read.states if end == "high" else -read.states, real, batch)
        start, done = start + len(batch), done + int(lengths[batch].sum())
        progress(done / total)
    counts = np.bincount(texts.ids, minlength=words)[:words]
    counts[:FIRST_WORD_ID] = 0  # padding and unknown are no words
    arrays: artifacts.Arrays = {"schema": np.array(SCHEMA)}
    for place, end in best:
        key, sign = _key(place, end), 1 if end == "high" else -1
        arrays |= best[place, end].arrays(key, sign)
        arrays |= _favourites(sums[place], counts, key, sign)
    return arrays


class _Best:
    """The MOST texts in which each unit goes highest so far, with the word after which it does."""

    def __init__(self, units: int) -> None:
        self.values = np.zeros((0, units), np.float32)
        self.articles = np.zeros((0, units), np.int32)
        self.places = np.zeros((0, units), np.int32)

    def see(self, states: Array, real: npt.NDArray[np.bool_], rows: npt.NDArray[np.int64]) -> None:
        """A batch: states (batch, words, units), of the texts at ``rows``."""
        there = np.where(real[:, :, None], states, -np.inf)
        places = there.argmax(axis=1).astype(np.int32)  # (batch, units)
        values = np.take_along_axis(there, places[:, None], axis=1)[:, 0]  # (batch, units)
        articles = np.broadcast_to(rows.astype(np.int32)[:, None], places.shape)
        self.values = np.concatenate([self.values, values])
        self.articles = np.concatenate([self.articles, articles])
        self.places = np.concatenate([self.places, places])
        # Of equals the first article, whatever the batches were.
        order = np.lexsort((self.articles, -self.values), axis=0)[:TOP_EXAMPLES]
        self.values = np.take_along_axis(self.values, order, axis=0)
        self.articles = np.take_along_axis(self.articles, order, axis=0)
        self.places = np.take_along_axis(self.places, order, axis=0)

    def arrays(self, key: str, sign: int) -> artifacts.Arrays:
        found = (self.articles, self.places, (sign * self.values).astype(np.float32))
        return {f"{key}/{name}": one.T for name, one in zip(ARTICLE_ARRAYS, found, strict=True)}


def _sums(states: Array, ids: Ints, words: int) -> npt.NDArray[np.floating]:
    """The sum of the states after each of the ``words`` most frequent words: (words, units)."""
    kept = np.flatnonzero(ids < words)
    where = csr_matrix((np.ones(len(kept), np.float32), (ids[kept], kept)), shape=(words, len(ids)))
    return where @ states


def _favourites(
    sums: npt.NDArray[np.floating], counts: npt.NDArray[np.int64], key: str, sign: int
) -> artifacts.Arrays:
    often = np.flatnonzero(counts >= MIN_OCCURRENCES)
    means = sums[often] / counts[often, None]  # (words, units)
    order = np.argsort(-sign * means, axis=0, kind="stable")[:TOP_EXAMPLES]  # (most, units)
    return {
        f"{key}/words": often[order].T.astype(np.int32),
        f"{key}/means": np.take_along_axis(means, order, axis=0).T.astype(np.float32),
    }


def _key(place: LayerLocation, end: End) -> str:
    return f"{place.member}/{place.layer}/{place.direction}/{end}"


def _end(arrays: artifacts.Arrays, key: str, units: int, words: int) -> TopActivating:
    """One end as it is stored; ValueError or KeyError where it does not fit the network."""
    names = [*(ARTICLE_ARRAYS if f"{key}/articles" in arrays else ()), "words", "means"]
    fields = {name: arrays[f"{key}/{name}"] for name in names}
    if odd := [name for name, one in fields.items() if one.ndim != 2 or len(one) != units]:
        raise ValueError(f"{key}/{odd[0]} must have {units} rows")
    for together in (ARTICLE_ARRAYS, ("words", "means")):
        if len({fields[name].shape for name in together if name in fields}) > 1:
            raise ValueError(f"{key}: {', '.join(together)} must be of one shape")
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
