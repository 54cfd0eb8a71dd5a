"""What ``input_dim``, ``output_dim`` and ``input_length`` do to Keras's Embedding layer, on a file's texts.

``input_dim``: rows of the layer's table, one for each word it knows. ``output_dim``: numbers in a row.
``input_length``: places of a text; Keras 3 has no such argument any more and takes each batch's own length, here it is
the ``sequence_length`` of the network. Source: Keras documentation, ``keras.layers.Embedding``.
"""

from dataclasses import dataclass

import numpy as np

from core.insight.dataset.coverage import VocabularyCoverage
from core.insight.wording import percent
from core.settings.network import NetworkSettings

BYTES = 4  # of a parameter (float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class TutorialLayer:
    """What a tutorial prints of its layer, and the words that it pads its texts to."""

    input_dim: int
    output_dim: int
    input_length: int
    padded_length: int

    @property
    def always_empty(self) -> int:
        """Places of every text that are never filled."""
        return self.input_length - self.padded_length


# "Understanding Word Embeddings and Building your First RNN Model", December 2023: its word index, its layer table,
# and the length in its call of pad_sequences.
TUTORIAL = TutorialLayer(input_dim=174_991, output_dim=70, input_length=130, padded_length=20)
TUTORIAL_NAME = "“Understanding Word Embeddings and Building your First RNN Model”, December 2023"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddingLayer:
    """An Embedding layer, and what it does with a file.

    Attributes:
        parameters: as Keras counts them.
        output: its output's shape; None stands for the batch.
        used: rows that a word of the file's training part has, padding and unknown included.
        known: share of the held-out texts' words that have a row of their own, 0 to 1.
        texts, cut: all texts, and those longer than ``input_length``.
        padding: share of the places of all texts that hold no word, 0 to 1.
    """

    input_dim: int
    output_dim: int
    input_length: int
    parameters: int
    output: tuple[int | None, ...]
    used: int
    known: float
    texts: int
    cut: int
    padding: float

    @property
    def memory(self) -> int:
        """Bytes of the table."""
        return self.parameters * BYTES

    @property
    def unused(self) -> int:
        """Rows that no word of the file ever asks for."""
        return self.input_dim - self.used


def embedding_layer(
    coverage: VocabularyCoverage, *, input_dim: int, output_dim: int, input_length: int
) -> EmbeddingLayer:
    """The layer of these three numbers; they are within the bounds of NetworkSettings."""
    network = NetworkSettings(
        vocabulary_size=input_dim, embedding_size=output_dim, sequence_length=input_length
    )
    row = network.layer_table(words=input_dim, categories=2)[0]  # how many categories is not in this row
    return EmbeddingLayer(
        input_dim=input_dim,
        output_dim=output_dim,
        input_length=input_length,
        parameters=row.parameters,
        output=row.output,
        used=min(input_dim, len(coverage.vocabulary)),
        known=coverage.known_shares(input_dim)[1],
        texts=len(coverage.sequences),
        cut=coverage.truncated_texts(input_length),
        padding=padding_share(coverage, length=input_length),
    )


def padding_share(coverage: VocabularyCoverage, *, length: int, cut: int | None = None) -> float:
    """Share of ``places`` a text that hold no word, when texts are cut to ``cut`` words (None: to ``places``)."""
    words = np.minimum(coverage.sequences.lengths, min(length, length if cut is None else cut)).sum()
    return 1 - float(words) / max(len(coverage.sequences) * length, 1)


def caption(layer: EmbeddingLayer) -> str:
    """What the picture shows; plain text."""
    start = (
        f"{layer.input_dim:,} rows of {layer.output_dim:,} numbers each are {layer.parameters:,} parameters; the "
        f"{layer.input_length:,} places of a text are not in the product. "
    )
    if layer.unused:
        return f"{start}{layer.unused:,} of the rows are for no word of this file: nothing is ever learnt in them."
    return (
        f"{start}{percent(1 - layer.known)} of a new text's words have no row of their own and share row 1."
    )
