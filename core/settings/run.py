"""All settings of a run: cleaning, network, training, initial word vectors, merged categories; and their JSON.

Every field carries its bounds and its one-line explanation: the page's widgets, the validation of stored
settings and the documentation share this one list.
"""

import re
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, cast

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
from core.settings.training import TrainingSettings, training_to_json
from core.text.cleaning import CleaningSettings

SCHEMA = 2  # of to_json's record; schema 1 had other names (schema1.py)
CUSTOM = "own"  # the preset's name of settings that match no preset

# The most frequent words are the word map's points; a run stores their embedding rows from before training.
MAPPED_WORDS = 5_000
THREADS = 2  # threads of a run; the server starts one run for every two cores


@dataclass(frozen=True, slots=True, kw_only=True)
class InitialVectors:
    """A file of word vectors that initialises the embedding; the content store holds it under its fingerprint.

    Whoever knows the fingerprint may use the file, so a visitor's fingerprints are never shown to another visitor.
    """

    name: str
    fingerprint: str  # SHA-256 (hex) of the stored bytes
    size: int = number_field(64, 1, 512, "Numbers per word in the file: the embedding size.")
    frozen: bool = field(
        default=False,
        metadata={
            "help": (
                "Frozen: the vectors from the file stay the same, and only the vectors of other words are "
                "trained. Tuned: they are the start, and training changes them too."
            )
        },
    )

    member: str = ""  # the file inside an archive of several

    def __post_init__(self) -> None:
        validate(self)
        if not isinstance(self.member, str):
            raise SettingsError("member of the word vectors must be the name of a file in the archive")
        if not isinstance(self.name, str) or not self.name:
            raise SettingsError("name of the word vectors must be a file's name")
        if not isinstance(self.fingerprint, str) or not re.fullmatch("[0-9a-f]{64}", self.fingerprint):
            raise SettingsError("fingerprint of the word vectors must be 64 hex digits")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSettings:
    """All inputs of a run except the news."""

    preset: str = "quick"
    cleaning: CleaningSettings = field(default_factory=CleaningSettings)
    network: NetworkSettings = field(default_factory=NetworkSettings)
    training: TrainingSettings = field(default_factory=TrainingSettings)
    vectors: InitialVectors | None = None  # None: the whole embedding is initialised at random
    baselines: bool = field(
        default=False,
        metadata={
            "help": (
                "A linear model that only counts words and pairs of words learns from the same articles. "
                "Compare its score to see what reading in order is worth."
            )
        },
    )
    # (category of the file, label it is trained as) for each category that is merged with others.
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
                "tokenization: a network that reads characters has no word vectors. Remove the word "
                "vectors or read words."
            )

    @property
    def merged_names(self) -> tuple[str, ...]:
        """The labels of merged categories, each once."""
        return tuple(dict.fromkeys(into for _, into in self.merged))

    def with_merged(self, first: str, second: str) -> "RunSettings":
        """These settings with two labels merged into "first + second"; either may itself be a merged label.

        File and split stay the same: articles are split by their own categories, then relabelled.
        """
        name = f"{first} + {second}"
        unaffected = [(category, label) for category, label in self.merged if label not in (first, second)]
        parts = [category for category, label in self.merged if label in (first, second)]
        parts += [label for label in (first, second) if label not in self.merged_names]
        return replace(self, merged=(*unaffected, *((part, name) for part in parts)))

    def with_vectors(self, vectors: InitialVectors | None) -> "RunSettings":
        """These settings with the embedding initialised from ``vectors``, whose dimension it takes."""
        size = vectors.size if vectors else self.network.embedding_size
        return replace(self, vectors=vectors, network=replace(self.network, embedding_size=size))

    def with_setting(self, name: str, text: str) -> "RunSettings":
        """These settings with one hyperparameter of network or training parsed from ``text``: "ensemble_size", "1".

        Accepts names of schema 1 too.

        Raises:
            SettingsError: there is no such setting, or the value is not allowed.
        """
        name = current_name(name)
        for part in ("network", "training"):
            settings = getattr(self, part)
            setting = next(
                (setting for setting in fields(settings) if setting.name == name and name != "layers"), None
            )
            if setting is None:
                continue
            try:
                value = int(text) if setting.type is int else float(text) if setting.type is float else text
            except ValueError:
                kind = "a whole number" if setting.type is int else "a number"
                raise SettingsError(f"{name} must be {kind}, got {text!r}") from None
            changed: Any = {part: replace(settings, **{name: value})}
            if name == "tokenization":
                changed["cleaning"] = self.cleaning_for(cast(Tokenization, value))
            return replace(self, preset=CUSTOM, **changed)
        names = [
            setting.name
            for kind in (NetworkSettings, TrainingSettings)
            for setting in fields(kind)
            if setting.name != "layers"
        ]
        raise SettingsError(f"there is no setting {name!r}; there are {', '.join(sorted(names))}")

    def with_tokenization(self, tokenization: Tokenization) -> "RunSettings":
        """These settings with another tokenization; for characters the sequence covers about as much text."""
        if tokenization == self.network.tokenization:
            return self
        length = self.network.sequence_length
        if tokenization == "characters":
            length = min(length * CHARACTERS_PER_WORD, int(limits(NetworkSettings, "sequence_length").high))
        network = replace(self.network, tokenization=tokenization, sequence_length=length)
        return replace(self, preset=CUSTOM, network=network, cleaning=self.cleaning_for(tokenization))

    def cleaning_for(self, tokenization: Tokenization) -> CleaningSettings:
        """The cleaning with another tokenization: who goes from words to characters needs no words found, and back."""
        if tokenization == "characters":
            return self.cleaning.in_characters()
        if self.network.tokenization == "characters":
            return self.cleaning.in_language(self.cleaning.language)
        return self.cleaning

    def with_language(self, code: str) -> "RunSettings":
        """These settings for texts in another language. The language is the file's, so a preset stays that preset."""
        cleaning = self.cleaning.in_language(code)
        if self.network.tokenization == "characters":
            cleaning = cleaning.in_characters()
        return replace(self, cleaning=cleaning)

    def to_json(self) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "preset": self.preset,
            "cleaning": self.cleaning.to_json(),
            "network": network_to_json(self.network),
            "training": training_to_json(self.training),
            "vectors": _vectors_to_json(self.vectors) if self.vectors else None,
            "baselines": self.baselines,
            "merged": [list(pair) for pair in self.merged],
        }

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> "RunSettings":
        """The inverse of :meth:`to_json`. Raises SettingsError for a missing, unknown or out-of-bounds setting."""
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
                # Older records lack these three.
                vectors=_vectors_from_json(record.get("vectors")),
                baselines=record.get("baselines", False),
                merged=_merged_from_json(record.get("merged", [])),
            )
        except KeyError as error:
            raise SettingsError(f"these settings lack {error.args[0]!r}") from None


def _merged_from_json(record: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(record, list | tuple) or not all(isinstance(pair, list | tuple) for pair in record):
        raise SettingsError("merged must be a list of pairs of names")
    return tuple(tuple(pair) for pair in record)


def _check_merged(merged: tuple[tuple[str, str], ...]) -> None:
    """Raise SettingsError unless each pair is two names, no category is merged twice, and there are no chains."""
    if not isinstance(merged, tuple):
        raise SettingsError("merged must be pairs of names")
    for pair in merged:
        names = isinstance(pair, tuple) and len(pair) == 2 and all(isinstance(name, str) for name in pair)
        if not names or not all(name.strip() for name in pair) or pair[0] == pair[1]:
            raise SettingsError(f"merged must be pairs of two different names, got {str(pair)[:80]}")
    categories = [category for category, _ in merged]
    if len(set(categories)) != len(categories):
        raise SettingsError("merged names a category twice")
    if chained := {label for _, label in merged} & set(categories):
        raise SettingsError(f"merged into {min(chained)[:80]!r}, which is itself merged into another")


def _vectors_to_json(vectors: InitialVectors) -> dict[str, Any]:
    """Without a member unless one is chosen: settings from before archives of several have none."""
    record = asdict(vectors)
    if not vectors.member:
        del record["member"]
    return record


def _vectors_from_json(record: Any) -> InitialVectors | None:
    if record is None:
        return None
    values = known_fields(InitialVectors, record)
    if missing := [
        setting.name for setting in fields(InitialVectors) if setting.name not in {"member", *values}
    ]:
        raise SettingsError(f"InitialVectors lacks {missing[0]!r}")
    return InitialVectors(**values)
