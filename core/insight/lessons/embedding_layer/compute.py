"""What ``input_dim``, ``output_dim`` and ``input_length`` do to Keras's Embedding layer, on a file's texts.

``input_dim``: rows of the embedding matrix, one for each word of the vocabulary. ``output_dim``: the dimension of a
vector. ``input_length``: the length to which texts are padded. Keras 3 dropped this argument and takes each batch's own
length; here it is the network's ``sequence_length``. Source: Keras documentation, ``keras.layers.Embedding``.
"""

from dataclasses import dataclass

import numpy as np

from core.insight.dataset.coverage import VocabularyCoverage
from core.settings.network import NetworkSettings

BYTES = 4  # of a parameter (float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class TutorialLayer:
    """The layer that the tutorial prints, and what its texts bring to it.

    Attributes:
        padded_length: words of a text after ``pad_sequences(maxlen=...)``.
        token_ids: how many numbers the tokenizer can give, 0 for padding among them (``num_words``).
        parameters: of the whole network, as its model summary says.
    """

    input_dim: int
    output_dim: int
    input_length: int
    padded_length: int
    token_ids: int
    parameters: int

    @property
    def unreachable(self) -> int:
        """Rows that no token id leads to."""
        return self.input_dim - self.token_ids


# "Understanding Word Embeddings and Building your First RNN Model", December 2023: its model summary, and its calls of
# Tokenizer and pad_sequences.
TUTORIAL = TutorialLayer(
    input_dim=174_991,
    output_dim=70,
    input_length=130,
    padded_length=20,
    token_ids=100_000,
    parameters=12_297_859,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddingLayer:
    """An Embedding layer and its effect on the texts of a file.

    Attributes:
        parameters: as Keras counts them.
        output: the output shape; None stands for the batch.
        used: rows for a word of the file's training part, padding and out-of-vocabulary included.
        known: share of the held-out texts' tokens that are in the vocabulary, 0 to 1.
        texts, cut: the number of texts, and of those longer than ``input_length``.
        padding: share of all positions that hold padding, 0 to 1.
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
        """Bytes of the embedding matrix."""
        return self.parameters * BYTES

    @property
    def unused(self) -> int:
        """Rows for no word of the file, which are never trained."""
        return self.input_dim - self.used


def embedding_layer(
    coverage: VocabularyCoverage, *, input_dim: int, output_dim: int, input_length: int
) -> EmbeddingLayer:
    """The layer of these hyperparameters, which are within the bounds of NetworkSettings."""
    network = NetworkSettings(
        vocabulary_size=input_dim, embedding_size=output_dim, sequence_length=input_length
    )
    # The Embedding layer does not depend on the number of categories.
    row = network.layer_table(words=input_dim, categories=2)[0]
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
    """Share of padding in texts of ``length`` positions, cut to ``cut`` words (None: to ``length``)."""
    words = np.minimum(coverage.sequences.lengths, min(length, length if cut is None else cut)).sum()
    return 1 - float(words) / max(len(coverage.sequences) * length, 1)
