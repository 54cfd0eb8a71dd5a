"""Hyperparameters of the network, and the layer table computed from them.

Leaves out what a layer computes: ``core/model/forward.py`` (NumPy), ``core/model/keras_model.py`` (Keras).
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args

from core.errors import SettingsError
from core.settings.fields import choice_field, known_fields, number_field, validate

Cell = Literal["SimpleRNN", "LSTM", "GRU", "minGRU"]
Tokenization = Literal["words", "characters", "words and pairs"]
Pooling = Literal["last", "max_mean"]

CELLS: tuple[Cell, ...] = get_args(Cell)
TOKENIZATIONS: tuple[Tokenization, ...] = get_args(Tokenization)
POOLINGS: tuple[Pooling, ...] = get_args(Pooling)
CHARACTERS_PER_WORD = 6  # in English news, the following space included

# Weight blocks of one timestep: candidate; i, f, c, o; z, r, h; z, h.
GATES: dict[str, int] = {"SimpleRNN": 1, "LSTM": 4, "GRU": 3, "minGRU": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class RecurrentLayer:
    """One recurrent layer of the stack; its cell is the network's."""

    units: int = number_field(64, 1, 512, "How many numbers the layer carries from word to word.")
    bidirectional: bool = field(
        default=True,
        metadata={"help": "Read the headline from both ends and join the two states."},
    )
    dropout: float = number_field(
        0.0, 0.0, 0.9, "Share of the layer's inputs set to 0 at random in training."
    )
    recurrent_dropout: float = number_field(
        0.0, 0.0, 0.9, "Share of the state set to 0 at random between words in training."
    )

    def __post_init__(self) -> None:
        validate(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerRow:
    """One line of the layer table, as ``keras.Model.summary`` prints it."""

    name: str
    output: tuple[int | None, ...]  # the output's shape; None is the batch dimension
    parameters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkSettings:
    """The architecture: token ids (batch, sequence_length) in, probabilities (batch, categories) out."""

    tokenization: Tokenization = choice_field(
        "words",
        TOKENIZATIONS,
        "What gets a number: words, characters, or words and pairs. With words and pairs, a bag of words "
        "and neighbouring pairs also votes for categories directly, without the recurrent layers.",
    )
    vocabulary_size: int = number_field(
        20_000,
        3,
        400_000,
        "The most rows in the embedding: the most frequent words, one row for padding, one for unknown "
        "words.",
    )
    sequence_length: int = number_field(
        40, 1, 500, "The most words read from each text. Longer texts are cut at the end."
    )
    embedding_size: int = number_field(64, 1, 512, "How many numbers represent a word.")
    embedding_dropout: float = number_field(
        0.0,
        0.0,
        0.9,
        "Share of the embedding numbers set to 0 at random in training, so the network cannot learn them "
        "by heart.",
    )
    cell: Cell = choice_field(
        "GRU",
        CELLS,
        "What the layer computes at each word. SimpleRNN usually forgets fastest. LSTM and GRU have gates "
        "that can keep things. The gates of minGRU only see the word.",
    )
    layers: tuple[RecurrentLayer, ...] = (RecurrentLayer(),)
    pooling: Pooling = choice_field(
        "max_mean",
        POOLINGS,
        "What the answer uses: only the last state, or the largest and the average value of each unit.",
    )
    dropout: float = number_field(0.2, 0.0, 0.9, "Share of the summary set to 0 at random in training.")
    ensemble_size: int = number_field(
        1,
        1,
        8,
        "Networks side by side, each with its own first weights and its own embedding. Each learns by "
        "itself, and the answer is their average. They make different mistakes. Two networks take twice "
        "the time.",
    )

    bigram_buckets: int = number_field(
        262_144,
        1_000,
        4_000_000,
        "Rows in the table for pairs of words. There are more pairs than rows, so several pairs share a "
        "row. Frequent pairs decide what the row learns.",
    )
    bag_of_words_dropout: float = number_field(
        0.5, 0.0, 0.9, "Share of the votes of words and pairs set to 0 at random in training."
    )

    def __post_init__(self) -> None:
        validate(self)
        if not isinstance(self.layers, tuple) or not 1 <= len(self.layers) <= 4:
            raise SettingsError("layers must be 1 to 4 recurrent layers")

    @property
    def pooled_size(self) -> int:
        """Dimension of the dense layer's input."""
        top = self.layers[-1]
        return top.units * (2 if top.bidirectional else 1) * (2 if self.pooling == "max_mean" else 1)

    @property
    def has_bag_of_words(self) -> bool:
        """Whether a bag-of-words branch adds logits of words and bigrams to those of the recurrent layers."""
        return self.tokenization == "words and pairs"

    def layer_table(self, *, words: int, categories: int) -> tuple[LayerRow, ...]:
        """The layers with output shapes and parameter counts, without TensorFlow.

        Args:
            words: rows of the embedding (the fitted vocabulary may be smaller than ``vocabulary_size``).
            categories: number of labels.

        Counts and default names are Keras's; a test compares both. In an ensemble a row stands for that layer of every
        member, and its parameters are those of all members. Counts for u units and inputs of dimension d:
        SimpleRNN u(d + u + 1), LSTM 4u(d + u + 1), GRU 3u(d + u + 2) (``reset_after``, two biases), minGRU
        (not in Keras) 2u(d + 1); twice that for both directions.
        """
        dimension, length = self.embedding_size, self.sequence_length
        ensemble_size = self.ensemble_size
        rows = [
            LayerRow(
                name="embedding",
                output=(None, length, dimension),
                parameters=ensemble_size * words * dimension,
            )
        ]
        if self.embedding_dropout:
            rows.append(LayerRow(name="embedding_dropout", output=(None, length, dimension), parameters=0))
        names = _keras_names(self)
        for index, layer in enumerate(self.layers):
            biases = 2 if self.cell == "GRU" else 1
            fan_in = (
                dimension + (0 if self.cell == "minGRU" else layer.units) + biases
            )  # weights per unit and block
            directions = 2 if layer.bidirectional else 1
            parameters = ensemble_size * directions * GATES[self.cell] * layer.units * fan_in
            dimension = directions * layer.units
            returns_sequences = index < len(self.layers) - 1 or self.pooling == "max_mean"
            output = (None, length, dimension) if returns_sequences else (None, dimension)
            rows.append(LayerRow(name=next(names), output=output, parameters=parameters))
        if self.pooling == "max_mean":
            rows.append(LayerRow(name="max_mean_pooling", output=(None, 2 * dimension), parameters=0))
        rows.append(LayerRow(name="dropout", output=(None, self.pooled_size), parameters=0))
        rows.append(
            LayerRow(
                name="dense",
                output=(None, categories),
                parameters=ensemble_size * (self.pooled_size + 1) * categories,
            )
        )
        if ensemble_size > 1:
            rows.append(LayerRow(name="average", output=(None, categories), parameters=0))
        if self.has_bag_of_words:
            rows.append(
                LayerRow(
                    name="bag_of_words",
                    output=(None, categories),
                    parameters=(words + self.bigram_buckets) * categories,
                )
            )
        return tuple(rows)


def _keras_names(network: NetworkSettings) -> Iterator[str]:
    """Keras's names of the recurrent layers in a fresh model; a layer inside a wrapper takes a number too."""
    snake = {"SimpleRNN": "simple_rnn", "LSTM": "lstm", "GRU": "gru", "minGRU": "min_gru"}[network.cell]
    wrappers = 0
    for index, layer in enumerate(network.layers):
        stem, count = ("bidirectional", wrappers) if layer.bidirectional else (snake, index)
        wrappers += layer.bidirectional
        yield f"{stem}_{count}" if count else stem


def network_to_json(network: NetworkSettings) -> dict[str, Any]:
    return asdict(network)


def network_from_json(record: Any) -> NetworkSettings:
    """Raises SettingsError for an unknown or out-of-bounds setting."""
    values = known_fields(NetworkSettings, record)
    layers = values.get("layers", ())
    if not isinstance(layers, list | tuple):
        raise SettingsError("layers must be a list of recurrent layers")
    values["layers"] = tuple(RecurrentLayer(**known_fields(RecurrentLayer, layer)) for layer in layers)
    return NetworkSettings(**values)
