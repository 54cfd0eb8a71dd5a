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

    units: int = number_field(64, 1, 512, "Numbers in the state that the layer carries from word to word.")
    bidirectional: bool = field(
        default=True,
        metadata={"help": "Read the headline from both ends and put the two states side by side."},
    )
    dropout: float = number_field(
        0.0, 0.0, 0.9, "Share of the layer's inputs hidden at random while it trains."
    )
    recurrent_dropout: float = number_field(
        0.0, 0.0, 0.9, "Share of the state hidden at random on its way to the next word while it trains."
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
        "What gets a number: each word; each character; or each word, and besides each pair of neighbouring "
        "words, which vote for the categories directly, past the recurrent layers.",
    )
    vocabulary_size: int = number_field(
        20_000,
        3,
        400_000,
        "Rows of the word table at most: the most frequent words, one for padding, one for unknown.",
    )
    sequence_length: int = number_field(
        40, 1, 500, "Words read of each text at most; what is longer is cut at its end."
    )
    embedding_size: int = number_field(64, 1, 512, "Numbers that stand for a word.")
    embedding_dropout: float = number_field(
        0.0,
        0.0,
        0.9,
        "Share of the words' numbers hidden at random while it trains, so that it learns none by heart.",
    )
    cell: Cell = choice_field(
        "GRU",
        CELLS,
        "What is computed at each word. SimpleRNN forgets fastest; LSTM and GRU have gates that keep; "
        "minGRU's gates see the word alone.",
    )
    layers: tuple[RecurrentLayer, ...] = (RecurrentLayer(),)
    pooling: Pooling = choice_field(
        "max_mean",
        POOLINGS,
        "What the answer looks at: the last state alone, or the largest and the mean value of each unit.",
    )
    dropout: float = number_field(0.2, 0.0, 0.9, "Share of the summary hidden at random while it trains.")
    ensemble_size: int = number_field(
        1,
        1,
        8,
        "Networks side by side, alike but for their first weights, each with a word table of its own. Each learns by "
        "itself, the answer is the mean of theirs: they err differently. Training takes as many times as long.",
    )

    bigram_buckets: int = number_field(
        262_144,
        1_000,
        4_000_000,
        "Rows of the table of pairs. There are more pairs than rows: several share one, and the frequent ones "
        "have their way.",
    )
    bag_of_words_dropout: float = number_field(
        0.5, 0.0, 0.9, "Share of the votes of words and pairs hidden at random while it trains."
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
