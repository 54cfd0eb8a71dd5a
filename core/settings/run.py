"""Settings of a run: the network, its training, and the presets; and the layer table computed from them.

Every field carries its bounds and its one-line explanation, so that the page's widgets, the
check on reading and the documentation are one list. Leaves out: what a layer computes
(``forward.py`` in NumPy, ``network.py`` in Keras).
"""

import re
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from core.errors import SettingsError
from core.settings.fields import known_fields, limits, number_field, validate
from core.settings.network import (
    CHARACTERS_PER_WORD,
    NetworkSettings,
    Tokenization,
    network_from_json,
    network_to_json,
)
from core.settings.schema1 import current_name
from core.settings.training import TrainingSettings
from core.text.cleaning import CleaningSettings

SCHEMA = 2  # of what to_json gives; 1 had other names (schema1.py)
CUSTOM = "own"  # what settings are called that are no preset's


MAPPED_WORDS = (
    5_000  # the most frequent; a run keeps their rows from before training, and they are a map's points
)
THREADS = 2  # that a run may use: one is started for every two cores


@dataclass(frozen=True, slots=True, kw_only=True)
class InitialVectors:
    """A file of word vectors that the word table starts from; the file itself stands under its fingerprint.

    Whoever knows the fingerprint may use the file, so nobody is told another visitor's.
    """

    name: str
    fingerprint: str  # SHA-256 (hex) of the stored bytes
    size: int = number_field(64, 1, 512, "Numbers that the file has for a word: the embedding size.")
    frozen: bool = field(
        default=False,
        metadata={
            "help": "Frozen: the rows found in the file stay as they are, and only the other words' rows learn. "
            "Tuned: they are the start, and training moves them too."
        },
    )

    def __post_init__(self) -> None:
        validate(self)
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
        validate(self)
        _check_merged(self.merged)
        if self.vectors and self.vectors.size != self.network.embedding_size:
            raise SettingsError(
                f"embedding_size must be {self.vectors.size}, as many numbers as {self.vectors.name} has for a "
                f"word, got {self.network.embedding_size}"
            )
        if self.vectors and self.network.tokenization == "characters":
            raise SettingsError(
                "tokenization: a network that reads characters has no rows for words. "
                "Remove the word vectors or read words."
            )

    @property
    def merged_names(self) -> tuple[str, ...]:
        """The names of the categories that were made of several, each once."""
        return tuple(dict.fromkeys(into for _, into in self.merged))

    def with_merged(self, first: str, second: str) -> "RunSettings":
        """The same with two labels learnt as one, under both their names; either may be of several already.

        The file stays as it is, and so does the split: articles are drawn by their own categories, then renamed.
        """
        name = f"{first} + {second}"
        before = {kept: into for kept, into in self.merged if into not in (first, second)}
        parts = [kept for kept, into in self.merged if into in (first, second)]
        parts += [label for label in (first, second) if label not in self.merged_names]
        return replace(self, merged=(*before.items(), *((part, name) for part in parts)))

    def with_vectors(self, vectors: InitialVectors | None) -> "RunSettings":
        """The same with the word table started from ``vectors``, whose size becomes the embedding's."""
        size = vectors.size if vectors else self.network.embedding_size
        return replace(self, vectors=vectors, network=replace(self.network, embedding_size=size))

    def with_setting(self, name: str, text: str) -> "RunSettings":
        """The same with one setting of the network or the training as ``text`` says: "ensemble_size" and "1".

        Names of schema 1 are taken too.

        Raises:
            SettingsError: there is no such setting, or it may not be that.
        """
        name = current_name(name)
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
            return replace(self, preset=CUSTOM, **changed)
        names = [
            one.name
            for kind in (NetworkSettings, TrainingSettings)
            for one in fields(kind)
            if one.name != "layers"
        ]
        raise SettingsError(f"there is no setting {name!r}; there are {', '.join(sorted(names))}")

    def with_tokenization(self, tokenization: Tokenization) -> "RunSettings":
        """The same with other units; a network that reads characters reads as many as its words would have."""
        if tokenization == self.network.tokenization:
            return self
        length = self.network.sequence_length
        if tokenization == "characters":
            length = min(length * CHARACTERS_PER_WORD, int(limits(NetworkSettings, "sequence_length").high))
        network = replace(self.network, tokenization=tokenization, sequence_length=length)
        return replace(self, preset=CUSTOM, network=network)

    def to_json(self) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
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
        if not isinstance(record, dict) or record.get("schema") not in (1, SCHEMA):
            raise SettingsError(
                f"these settings are of another version of Headline Lab (schema must be 1 or {SCHEMA})"
            )
        try:
            return cls(
                preset=str(record["preset"]),
                cleaning=CleaningSettings.from_json(record["cleaning"]),
                network=network_from_json(record["network"]),
                training=TrainingSettings(**known_fields(TrainingSettings, record["training"])),
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
    values = known_fields(InitialVectors, record)
    if lacking := [one.name for one in fields(InitialVectors) if one.name not in values]:
        raise SettingsError(f"InitialVectors lacks {lacking[0]!r}")
    return InitialVectors(**values)
