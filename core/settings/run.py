"""Settings of a run: the network, its training, and the presets; and the layer table computed from them.

Every field carries its bounds and its one-line explanation, so that the page's widgets, the
check on reading and the documentation are one list. Leaves out: what a layer computes
(``forward.py`` in NumPy, ``network.py`` in Keras).
"""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Literal, get_args

from core.errors import SettingsError
from core.text.cleaning import CleaningSettings

Cell = Literal["SimpleRNN", "LSTM", "GRU", "minGRU"]
Unit = Literal["words", "characters", "words and pairs"]
Pooling = Literal["last", "max_mean"]
Optimizer = Literal["RMSprop", "Adam", "Adagrad", "SGD"]
EmbeddingOptimizer = Literal["same", "RMSprop", "Adam", "Adagrad", "SGD"]
Schedule = Literal["constant", "cosine"]

CELLS: tuple[Cell, ...] = get_args(Cell)
UNITS: tuple[Unit, ...] = get_args(Unit)
POOLINGS: tuple[Pooling, ...] = get_args(Pooling)
OPTIMIZERS: tuple[Optimizer, ...] = get_args(Optimizer)
EMBEDDING_OPTIMIZERS: tuple[EmbeddingOptimizer, ...] = get_args(EmbeddingOptimizer)
SCHEDULES: tuple[Schedule, ...] = get_args(Schedule)

OWN = "own"  # what settings are called that are no preset's
CHARACTERS_A_WORD = 6  # of English news, the space behind it included

# Blocks of weights that a recurrent step multiplies: candidate; i, f, c, o; z, r, h; z, h.
GATES: dict[str, int] = {"SimpleRNN": 1, "LSTM": 4, "GRU": 3, "minGRU": 2}


MAPPED_WORDS = (
    5_000  # the most frequent; a run keeps their rows from before training, and they are a map's points
)
THREADS = 2  # that a run may use: one is started for every two cores


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a field may hold and what it means; ``low`` and ``high`` are included."""

    help: str
    low: float = 0
    high: float = 0
    choices: tuple[str, ...] = ()


def _number(default: float, low: float, high: float, help: str) -> Any:
    return field(default=default, metadata={"limits": Limits(help=help, low=low, high=high)})


def _choice(default: str, choices: tuple[str, ...], help: str) -> Any:
    return field(default=default, metadata={"limits": Limits(help=help, choices=choices)})


def limits(kind: type, name: str) -> Limits:
    """Bounds and explanation of field ``name`` of a settings class."""
    return next(f.metadata["limits"] for f in fields(kind) if f.name == name)


def _check(settings: Any) -> None:
    """Raise SettingsError for the first field that is outside its bounds or not of its kind."""
    for one in fields(settings):
        value, bounds = getattr(settings, one.name), one.metadata.get("limits")
        if one.type is bool and not isinstance(value, bool):
            raise SettingsError(f"{one.name} must be true or false, got {value!r}")
        if bounds is None:
            continue
        if bounds.choices:
            if value not in bounds.choices:
                raise SettingsError(f"{one.name} must be one of {', '.join(bounds.choices)}, got {value!r}")
            continue
        whole = one.type is int
        if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
            kind = "a whole number" if whole else "a number"
            raise SettingsError(f"{one.name} must be {kind}, got {value!r}")
        if not bounds.low <= value <= bounds.high:  # NaN is within no bounds
            # A whole number of hundreds of digits fits no float, and no message.
            given = f"{value:g}" if abs(value) < 1e18 or isinstance(value, float) else "a far larger number"
            raise SettingsError(f"{one.name} must be from {bounds.low:g} to {bounds.high:g}, got {given}")


def _read(kind: type, record: Any) -> dict[str, Any]:
    """Keep the fields of ``record`` that ``kind`` has; refuse what it does not have."""
    if not isinstance(record, dict):
        raise SettingsError(f"{kind.__name__} must be an object, got {type(record).__name__}")
    names = {one.name for one in fields(kind)}
    if unknown := sorted(set(record) - names):
        raise SettingsError(
            f"{kind.__name__} has no setting {unknown[0]!r}; it has {', '.join(sorted(names))}"
        )
    return dict(record)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecurrentLayer:
    """One recurrent layer of the stack; its cell is the network's."""

    units: int = _number(64, 1, 512, "Numbers in the state that the layer carries from word to word.")
    bidirectional: bool = field(
        default=True,
        metadata={"help": "Read the headline from both ends and put the two states side by side."},
    )
    dropout: float = _number(0.0, 0.0, 0.9, "Share of the layer's inputs hidden at random while it trains.")
    recurrent_dropout: float = _number(
        0.0, 0.0, 0.9, "Share of the state hidden at random on its way to the next word while it trains."
    )

    def __post_init__(self) -> None:
        _check(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerRow:
    """One line of the layer table, as ``keras.Model.summary`` prints it."""

    name: str
    output: tuple[int | None, ...]  # None stands for the batch
    parameters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkSettings:
    """The network's shape. Word ids (batch, sequence_length) in, probabilities (batch, categories) out."""

    unit: Unit = _choice(
        "words",
        UNITS,
        "What gets a number: each word; each character; or each word, and besides each pair of neighbouring "
        "words, which vote for the categories directly, past the recurrent layers.",
    )
    vocabulary_size: int = _number(
        20_000,
        3,
        400_000,
        "Rows of the word table at most: the most frequent words, one for padding, one for unknown.",
    )
    sequence_length: int = _number(
        40, 1, 500, "Words read of each text at most; what is longer is cut at its end."
    )
    embedding_size: int = _number(64, 1, 512, "Numbers that stand for a word.")
    embedding_dropout: float = _number(
        0.0,
        0.0,
        0.9,
        "Share of the words' numbers hidden at random while it trains, so that it learns none by heart.",
    )
    cell: Cell = _choice(
        "GRU",
        CELLS,
        "What is computed at each word. SimpleRNN forgets fastest; LSTM and GRU have gates that keep; "
        "minGRU's gates see the word alone.",
    )
    layers: tuple[RecurrentLayer, ...] = (RecurrentLayer(),)
    pooling: Pooling = _choice(
        "max_mean",
        POOLINGS,
        "What the answer looks at: the last state alone, or the largest and the mean value of each unit.",
    )
    dropout: float = _number(0.2, 0.0, 0.9, "Share of the summary hidden at random while it trains.")
    readers: int = _number(
        1,
        1,
        8,
        "Networks side by side, alike but for their first weights, each with a word table of its own. Each learns by "
        "itself, the answer is the mean of theirs: they err differently. Training takes as many times as long.",
    )

    pair_rows: int = _number(
        262_144,
        1_000,
        4_000_000,
        "Rows of the table of pairs. There are more pairs than rows: several share one, and the frequent ones "
        "have their way.",
    )
    pair_dropout: float = _number(
        0.5, 0.0, 0.9, "Share of the votes of words and pairs hidden at random while it trains."
    )

    def __post_init__(self) -> None:
        _check(self)
        if not isinstance(self.layers, tuple) or not 1 <= len(self.layers) <= 4:
            raise SettingsError("layers must be 1 to 4 recurrent layers")

    @property
    def summary_size(self) -> int:
        """Numbers that the dense layer sees."""
        top = self.layers[-1]
        return top.units * (2 if top.bidirectional else 1) * (2 if self.pooling == "max_mean" else 1)

    @property
    def has_votes(self) -> bool:
        """Whether words and pairs vote for the categories beside the recurrent layers."""
        return self.unit == "words and pairs"

    def layer_table(self, *, words: int, categories: int) -> tuple[LayerRow, ...]:
        """The layers with output shapes and parameter counts, without TensorFlow.

        Args:
            words: rows of the word table really used (the fitted word index may be smaller than asked for).
            categories: labels to tell apart.

        Keras's own figures and default names; a test compares both. With several readers a row stands for that layer
        of each, and its parameters are of all. Counts: SimpleRNN u(d + u + 1),
        LSTM 4u(d + u + 1), GRU 3u(d + u + 2) (``reset_after``, two biases), minGRU, which Keras has not,
        2u(d + 1); twice that for both directions.
        """
        size, length = self.embedding_size, self.sequence_length
        readers = self.readers
        rows = [LayerRow(name="embedding", output=(None, length, size), parameters=readers * words * size)]
        if self.embedding_dropout:
            rows.append(LayerRow(name="embedding_dropout", output=(None, length, size), parameters=0))
        names = _keras_names(self)
        for index, layer in enumerate(self.layers):
            seen = size + (0 if self.cell == "minGRU" else layer.units) + (2 if self.cell == "GRU" else 1)
            parameters = readers * GATES[self.cell] * layer.units * seen
            parameters *= 2 if layer.bidirectional else 1
            size = layer.units * (2 if layer.bidirectional else 1)
            keeps_words = index < len(self.layers) - 1 or self.pooling == "max_mean"
            output = (None, length, size) if keeps_words else (None, size)
            rows.append(LayerRow(name=next(names), output=output, parameters=parameters))
        if self.pooling == "max_mean":
            rows.append(LayerRow(name="max_mean_pooling", output=(None, 2 * size), parameters=0))
        rows.append(LayerRow(name="dropout", output=(None, self.summary_size), parameters=0))
        rows.append(
            LayerRow(
                name="dense",
                output=(None, categories),
                parameters=readers * (self.summary_size + 1) * categories,
            )
        )
        if readers > 1:
            rows.append(LayerRow(name="average", output=(None, categories), parameters=0))
        if self.has_votes:
            rows.append(
                LayerRow(
                    name="votes", output=(None, categories), parameters=(words + self.pair_rows) * categories
                )
            )
        return tuple(rows)


def _keras_names(network: NetworkSettings) -> Iterator[str]:
    """Names that Keras gives the recurrent layers of a fresh model: wrapped layers use up a number too."""
    snake = {"SimpleRNN": "simple_rnn", "LSTM": "lstm", "GRU": "gru", "minGRU": "min_gru"}[network.cell]
    wrappers = 0
    for index, layer in enumerate(network.layers):
        stem, count = ("bidirectional", wrappers) if layer.bidirectional else (snake, index)
        wrappers += layer.bidirectional
        yield f"{stem}_{count}" if count else stem


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingSettings:
    """How the weights are found."""

    optimizer: Optimizer = _choice("Adam", OPTIMIZERS, "The rule that turns a gradient into a step.")
    learning_rate: float = _number(
        0.002, 1e-5, 1.0, "Length of a step. Too long and the loss jumps, too short and it crawls."
    )
    embedding_optimizer: EmbeddingOptimizer = _choice(
        "Adagrad",
        EMBEDDING_OPTIMIZERS,
        "The rule for the word table. Adagrad takes long steps for rare words and short ones for frequent words.",
    )
    embedding_learning_rate: float = _number(
        0.1, 1e-5, 10.0, "Length of a step of the word table, unless its rule is the same as the network's."
    )
    schedule: Schedule = _choice(
        "constant",
        SCHEDULES,
        "Whether the step keeps its length or shrinks along a cosine to nothing at the end.",
    )
    label_smoothing: float = _number(
        0.0,
        0.0,
        0.5,
        "Share of certainty given away to all categories while it trains, so that it doubts a little.",
    )
    alone_share: float = _number(
        0.5,
        0.0,
        1.0,
        "Where words and pairs vote: share of the loss that asks the votes and the recurrent layers to be right each "
        "alone. At 0 they learn only together, and lean on each other.",
    )
    batch_size: int = _number(128, 1, 4096, "Articles looked at before each step.")
    epochs: int = _number(3, 1, 100, "Times the network sees every training article at most.")
    patience: int = _number(
        2,
        0,
        50,
        "Stop after this many epochs without a lower validation loss; 0 never stops early.",
    )
    validation_share: float = _number(0.1, 0.01, 0.5, "Share of the articles kept apart to watch training.")
    test_share: float = _number(
        0.2, 0.01, 0.5, "Share of the articles kept apart for the one score at the end."
    )
    articles: int = _number(0, 0, 10_000_000, "Articles used, drawn at random; 0 uses all of them.")
    seed: int = _number(1, 0, 2**31 - 1, "Start of every random choice: the same seed gives the same run.")

    def __post_init__(self) -> None:
        _check(self)
        if self.validation_share + self.test_share > 0.8:
            raise SettingsError(
                f"validation_share and test_share leave {1 - self.validation_share - self.test_share:.0%} "
                "of the articles to learn from; leave at least 20 %"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What somebody wants otherwise than a run's settings say, from where the run stands; None: as it is.

    Attributes:
        learning_rate: what the schedule starts from.
        epochs: in all; the schedule is stretched or shortened to end there.
        beyond: finished epochs of the run when it had ended and more were asked for: there it goes on.
    """

    learning_rate: float | None = None
    epochs: int | None = None
    beyond: int | None = None

    def __post_init__(self) -> None:
        wanted: dict[str, Any] = {"learning_rate": self.learning_rate, "epochs": self.epochs}
        TrainingSettings(**{name: value for name, value in wanted.items() if value is not None})  # its bounds
        most = limits(TrainingSettings, "epochs").high
        if self.beyond is not None and (type(self.beyond) is not int or not 0 <= self.beyond <= most):
            raise SettingsError(f"beyond must be a whole number of epochs from 0 to {most:g}")


@dataclass(frozen=True, slots=True, kw_only=True)
class InitialVectors:
    """A file of word vectors that the word table starts from; the file itself stands under its fingerprint.

    Whoever knows the fingerprint may use the file, so nobody is told another visitor's.
    """

    name: str
    fingerprint: str  # SHA-256 (hex) of the stored bytes
    size: int = _number(64, 1, 512, "Numbers that the file has for a word: the embedding size.")
    frozen: bool = field(
        default=False,
        metadata={
            "help": "Frozen: the rows found in the file stay as they are, and only the other words' rows learn. "
            "Tuned: they are the start, and training moves them too."
        },
    )

    def __post_init__(self) -> None:
        _check(self)
        if not isinstance(self.name, str) or not self.name:
            raise SettingsError("name of the word vectors must be a file's name")
        if not isinstance(self.fingerprint, str) or not re.fullmatch("[0-9a-f]{64}", self.fingerprint):
            raise SettingsError("fingerprint of the word vectors must be 64 hex digits")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSettings:
    """All that a run needs to know besides the news."""

    preset: str = "quick"
    cleaning: CleaningSettings = field(default_factory=CleaningSettings)
    network: NetworkSettings = field(default_factory=NetworkSettings)
    training: TrainingSettings = field(default_factory=TrainingSettings)
    vectors: InitialVectors | None = None  # None: every row of the word table starts at random
    baselines: bool = field(
        default=False,
        metadata={
            "help": "A linear model that only counts words and pairs of words learns from the same articles. "
            "Its score shows what the network's reading in order is worth."
        },
    )
    # (a category of the file, the name it is learnt under) for those that are learnt as one with others.
    merged: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        _check(self)
        _check_merged(self.merged)
        if self.vectors and self.vectors.size != self.network.embedding_size:
            raise SettingsError(
                f"embedding_size must be {self.vectors.size}, as many numbers as {self.vectors.name} has for a "
                f"word, got {self.network.embedding_size}"
            )
        if self.vectors and self.network.unit == "characters":
            raise SettingsError(
                "unit: a network that reads characters has no rows for words. Remove the word vectors or read words."
            )

    @property
    def merged_names(self) -> tuple[str, ...]:
        """The names of the categories that were made of several, each once."""
        return tuple(dict.fromkeys(into for _, into in self.merged))

    def merging(self, one: str, other: str) -> "RunSettings":
        """The same with two labels learnt as one, under both their names; either may be of several already.

        The file stays as it is, and so does the split: articles are drawn by their own categories, then renamed.
        """
        name = f"{one} + {other}"
        before = {kept: into for kept, into in self.merged if into not in (one, other)}
        parts = [kept for kept, into in self.merged if into in (one, other)]
        parts += [label for label in (one, other) if label not in self.merged_names]
        return replace(self, merged=(*before.items(), *((part, name) for part in parts)))

    def starting_from(self, vectors: InitialVectors | None) -> "RunSettings":
        """The same with the word table started from ``vectors``, whose size becomes the embedding's."""
        size = vectors.size if vectors else self.network.embedding_size
        return replace(self, vectors=vectors, network=replace(self.network, embedding_size=size))

    def changed(self, name: str, text: str) -> "RunSettings":
        """The same with one setting of the network or the training as ``text`` says: "readers" and "1".

        Raises:
            SettingsError: there is no such setting, or it may not be that.
        """
        for part in ("network", "training"):
            settings = getattr(self, part)
            one = next((one for one in fields(settings) if one.name == name and one.name != "layers"), None)
            if one is None:
                continue
            try:
                value = int(text) if one.type is int else float(text) if one.type is float else text
            except ValueError:
                kind = "a whole number" if one.type is int else "a number"
                raise SettingsError(f"{name} must be {kind}, got {text!r}") from None
            changed: Any = {part: replace(settings, **{name: value})}
            return replace(self, preset=OWN, **changed)
        names = [
            one.name
            for kind in (NetworkSettings, TrainingSettings)
            for one in fields(kind)
            if one.name != "layers"
        ]
        raise SettingsError(f"there is no setting {name!r}; there are {', '.join(sorted(names))}")

    def reading(self, unit: Unit) -> "RunSettings":
        """The same with other units; a network that reads characters reads as many as its words would have."""
        if unit == self.network.unit:
            return self
        length = self.network.sequence_length
        if unit == "characters":
            length = min(length * CHARACTERS_A_WORD, int(limits(NetworkSettings, "sequence_length").high))
        network = replace(self.network, unit=unit, sequence_length=length)
        return replace(self, preset=OWN, network=network)

    def to_json(self) -> dict[str, Any]:
        return {
            "schema": 1,
            "preset": self.preset,
            "cleaning": self.cleaning.to_json(),
            "network": network_to_json(self.network),
            "training": asdict(self.training),
            "vectors": asdict(self.vectors) if self.vectors else None,
            "baselines": self.baselines,
            "merged": [list(pair) for pair in self.merged],
        }

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> "RunSettings":
        """Raises SettingsError for a missing, unknown or out-of-bounds setting."""
        if not isinstance(record, dict) or record.get("schema") != 1:
            raise SettingsError("these settings are of another version of Headline Lab (schema must be 1)")
        try:
            return cls(
                preset=str(record["preset"]),
                cleaning=CleaningSettings.from_json(record["cleaning"]),
                network=network_from_json(record["network"]),
                training=TrainingSettings(**_read(TrainingSettings, record["training"])),
                vectors=_vectors_from_json(
                    record.get("vectors")
                ),  # settings stored before there were any lack it
                baselines=record.get("baselines", False),  # and this
                merged=_merged_from_json(record.get("merged", [])),  # and this
            )
        except KeyError as error:
            raise SettingsError(f"these settings lack {error.args[0]!r}") from None


def _merged_from_json(record: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(record, list | tuple) or not all(isinstance(pair, list | tuple) for pair in record):
        raise SettingsError("merged must be a list of pairs of names")
    return tuple(tuple(pair) for pair in record)


def _check_merged(merged: tuple[tuple[str, str], ...]) -> None:
    """Raises SettingsError unless each pair is two names, no category is merged twice, and no chain is left."""
    if not isinstance(merged, tuple):
        raise SettingsError("merged must be pairs of names")
    for pair in merged:
        names = isinstance(pair, tuple) and len(pair) == 2 and all(isinstance(name, str) for name in pair)
        if not names or not all(name.strip() for name in pair) or pair[0] == pair[1]:
            raise SettingsError(f"merged must be pairs of two different names, got {str(pair)[:80]}")
    own = [kept for kept, _ in merged]
    if len(set(own)) != len(own):
        raise SettingsError("merged names a category twice")
    if chained := {into for _, into in merged} & set(own):
        raise SettingsError(f"merged into {min(chained)[:80]!r}, which is itself merged into another")


def _vectors_from_json(record: Any) -> InitialVectors | None:
    if record is None:
        return None
    values = _read(InitialVectors, record)
    if lacking := [one.name for one in fields(InitialVectors) if one.name not in values]:
        raise SettingsError(f"InitialVectors lacks {lacking[0]!r}")
    return InitialVectors(**values)


def network_to_json(network: NetworkSettings) -> dict[str, Any]:
    return asdict(network)


def network_from_json(record: Any) -> NetworkSettings:
    """Raises SettingsError for an unknown or out-of-bounds setting."""
    values = _read(NetworkSettings, record)
    layers = values.get("layers", ())
    if not isinstance(layers, list | tuple):
        raise SettingsError("layers must be a list of recurrent layers")
    values["layers"] = tuple(RecurrentLayer(**_read(RecurrentLayer, layer)) for layer in layers)
    return NetworkSettings(**values)


# The article's network with its slips mended: cleaned text, early stopping on validation loss, 130 words as built
# for. Its printed word limit is 100,000; its printed word index has 174,991.
_ARTICLE = RunSettings(
    preset="article",
    cleaning=CleaningSettings.article(),
    network=NetworkSettings(
        vocabulary_size=100_000,
        sequence_length=130,
        embedding_size=70,
        cell="SimpleRNN",
        layers=(
            RecurrentLayer(units=64, bidirectional=True, dropout=0.1, recurrent_dropout=0.2),
            RecurrentLayer(units=64, bidirectional=True, dropout=0.1, recurrent_dropout=0.3),
            RecurrentLayer(units=32, bidirectional=False),
        ),
        pooling="last",
        dropout=0.5,
    ),
    training=TrainingSettings(
        optimizer="RMSprop",
        embedding_optimizer="same",
        learning_rate=0.001,
        batch_size=32,
        epochs=10,
        patience=2,
    ),
)

# The two that follow keep what cleaning would take, and let words and pairs vote: docs/accuracy.md says what each
# choice brought.
_QUICK = RunSettings(
    preset="quick",
    cleaning=CleaningSettings.marked(),
    network=NetworkSettings(
        unit="words and pairs",
        vocabulary_size=30_000,
        sequence_length=40,
        embedding_size=64,
        dropout=0.3,
        pair_rows=131_072,
    ),
    training=TrainingSettings(
        learning_rate=0.003,
        embedding_learning_rate=0.4,
        schedule="cosine",
        label_smoothing=0.1,
        alone_share=0.0,
        batch_size=256,
        epochs=2,
        patience=0,
        validation_share=0.05,
        test_share=0.1,
    ),
)

_BEST = RunSettings(
    preset="best",
    cleaning=CleaningSettings.marked(),
    network=NetworkSettings(
        unit="words and pairs",
        vocabulary_size=50_000,
        sequence_length=60,
        embedding_size=64,
        embedding_dropout=0.4,
        layers=(RecurrentLayer(units=96, bidirectional=True),),
        dropout=0.5,
        readers=4,
        pair_rows=262_144,
    ),
    training=TrainingSettings(
        learning_rate=0.003,
        embedding_learning_rate=0.3,
        schedule="cosine",
        label_smoothing=0.1,
        batch_size=256,
        epochs=4,
        patience=0,
        validation_share=0.03,
        test_share=0.1,
    ),
)

PRESETS: dict[str, RunSettings] = {one.preset: one for one in (_ARTICLE, _QUICK, _BEST)}
