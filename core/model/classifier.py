"""A classifier: cleaning, vocabulary, labels and weights that were trained together, in one bundle.

Training and prediction share it, so both clean texts in the same way. It loads in tens of milliseconds without
TensorFlow. Leaves out: the forward pass (``forward.py``), the checks on what is read from disk
(``classifier_files.py``).
"""

import functools
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from threadpoolctl import threadpool_limits

from core.errors import ClassifierError, SettingsError
from core.files import atomic_writer, sync_folder
from core.model.classifier_files import (
    CARD_FILE,
    MOST_WEIGHTS,
    VOCABULARY_FILE,
    WEIGHTS_FILE,
    check_folder,
    has_token_rows,
    hashes,
    quantise,
    read_json,
    read_weights,
)
from core.model.cost import batch_rows
from core.model.forward import Array, logits, softmax, weight_shapes
from core.model.scores import Scores
from core.settings.network import NetworkSettings, network_from_json, network_to_json
from core.text.cleaning import CleaningSettings, clean, clean_all, join
from core.text.cleaning_steps import SEPARATOR
from core.text.ngrams import as_characters
from core.text.sequences import Sequences
from core.text.vocabulary import Vocabulary, words_read

SCHEMA = 2  # 1, of version 0.1.0, names some settings otherwise (settings/schema1.py)
MOST_LABELS = 1_000

_CLEANING_SHARE = 0.1  # of the time to classify a file of headlines


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Where a classifier comes from: enough to train it again and to judge its quality."""

    news_name: str  # name of the news file
    fingerprint: str  # SHA-256 of its bytes
    rows: int  # articles of the training, validation and test parts together
    categories: int
    trained_at: str  # ISO date or date and time
    preset: str
    seed: int
    epochs: int
    seconds: float
    validation_accuracy: float
    test: Scores
    source: str = ""  # who collected the news, to be cited
    merged: tuple[
        tuple[str, str], ...
    ] = ()  # (category of the file, label) for categories merged into one label
    given_names: tuple[
        tuple[str, str], ...
    ] = ()  # (category of the file, such as 1, name that somebody gave it)
    versions: dict[str, str] = field(default_factory=dict)  # of the packages that trained it, by name


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """The classifier's prediction for one headline."""

    text: str  # before cleaning, headline and description joined
    words: tuple[str, ...]  # after cleaning
    tokens_read: int  # the network reads this many of them; the rest is truncated
    unknown: tuple[str, ...]  # words read that are out-of-vocabulary, each once, in order
    label: str  # first of the ranking
    probability: float
    ranking: tuple[tuple[str, float], ...]  # all labels by falling probability, ties in alphabetical order

    @property
    def all_out_of_vocabulary(self) -> bool:
        """Whether every word read is out-of-vocabulary, so the prediction reflects label frequencies alone."""
        return all(word in self.unknown or word == SEPARATOR for word in self.words[: self.tokens_read])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Classifier:
    """Computes label probabilities of headlines.

    Attributes:
        weights: float32 arrays as ``weight_shapes`` lists them; made read-only, because visitors share them.

    Raises:
        ValueError: labels, vocabulary and weights do not fit the network.
    """

    cleaning: CleaningSettings
    network: NetworkSettings
    vocabulary: Vocabulary
    labels: tuple[str, ...]
    weights: Mapping[str, Array]
    card: Card

    def __post_init__(self) -> None:
        _use_one_thread()
        shapes = weight_shapes(self.network, words=len(self.vocabulary), categories=len(self.labels))
        actual = {name: array.shape for name, array in self.weights.items()}
        if actual != shapes:
            name = next(name for name in {**shapes, **actual} if shapes.get(name) != actual.get(name))
            raise ValueError(f"weights[{name!r}] must be {shapes.get(name)}, got {actual.get(name)}")
        if dtypes := {str(array.dtype) for array in self.weights.values()} - {"float32"}:
            raise ValueError(f"weights must be float32, got {', '.join(sorted(dtypes))}")
        object.__setattr__(self, "weights", {name: _read_only(self.weights[name]) for name in shapes})

    # --- Prediction ---

    def words_of(self, headline: str, description: str = "") -> tuple[str, ...]:
        """The words after cleaning, before truncation."""
        return tuple(self._tokens(clean(join(headline, description, self.cleaning), self.cleaning)).split())

    def _tokens(self, text: str) -> str:
        """Separate the tokens of a cleaned text by blanks: its words, or its characters."""
        return as_characters(text) if self.network.tokenization == "characters" else text

    def encode(self, words: Sequence[str]) -> list[int]:
        """Token ids, truncated to ``sequence_length``; one out-of-vocabulary id if there are no words."""
        return self.vocabulary.encode(words_read(words, self.network.sequence_length))

    def predict(
        self, headlines: Sequence[str], descriptions: Sequence[str] | None = None
    ) -> list[Prediction]:
        """Predict each headline, in order; about a millisecond for 15 words."""
        if isinstance(headlines, str):
            raise TypeError("headlines must be a sequence of strings, got one string")
        if descriptions is None:
            descriptions = [""] * len(headlines)
        texts = [
            join(headline, description, self.cleaning)
            for headline, description in zip(headlines, descriptions, strict=True)
        ]
        words = [tuple(self._tokens(text).split()) for text in clean_all(texts, self.cleaning)]
        sequences = Sequences.from_lists(map(self.encode, words))
        probabilities = self.probabilities_of(sequences)  # (headlines, categories)
        return [self._prediction(*row) for row in zip(texts, words, probabilities, strict=True)]

    def _prediction(self, text: str, words: tuple[str, ...], probabilities: Array) -> Prediction:
        read = words[: self.network.sequence_length]
        order = np.argsort(-probabilities, kind="stable")
        ranking = tuple((self.labels[index], float(probabilities[index])) for index in order)
        label, probability = ranking[0]
        return Prediction(
            text=text,
            words=words,
            tokens_read=len(read),
            unknown=tuple(dict.fromkeys(word for word in read if word not in self.vocabulary)),
            label=label,
            probability=probability,
            ranking=ranking,
        )

    def probabilities(self, texts: Sequence[str], progress: Callable[[float], None] | None = None) -> Array:
        """Probabilities of many texts (headline and description joined, not yet cleaned): (texts, categories).

        Args:
            progress: called with the share done, 0 to 1.
        """
        report = progress or (lambda share: None)
        sequences = self.sequences_of(texts, lambda share: report(_CLEANING_SHARE * share))
        rest = 1 - _CLEANING_SHARE
        return self.probabilities_of(sequences, lambda share: report(_CLEANING_SHARE + rest * share))

    def sequences_of(
        self, texts: Sequence[str], progress: Callable[[float], None] | None = None
    ) -> Sequences:
        """Clean many texts (headline and description joined) and encode them as token ids."""
        token_texts = map(self._tokens, clean_all(texts, self.cleaning, progress))
        ids, offsets = self.vocabulary.encode_texts(token_texts, length=self.network.sequence_length)
        return Sequences(ids=ids, offsets=offsets)

    def rank_all(
        self,
        headlines: Sequence[str],
        descriptions: Sequence[str],
        *,
        most: int,
        progress: Callable[[float], None] | None = None,
    ) -> list[tuple[tuple[str, float], ...]]:
        """The ``most`` most probable labels of each headline with their probabilities, falling, in order."""
        texts = [
            join(headline, description, self.cleaning)
            for headline, description in zip(headlines, descriptions, strict=True)
        ]
        probabilities = self.probabilities(texts, progress)
        order = np.argsort(-probabilities, axis=1, kind="stable")[:, :most]  # (headlines, most)
        return [
            tuple((self.labels[label], float(row[label])) for label in best)
            for best, row in zip(order, probabilities, strict=True)
        ]

    def probabilities_of(
        self, sequences: Sequences, progress: Callable[[float], None] | None = None
    ) -> Array:
        """Probabilities of texts as token ids, (texts, categories)."""
        return softmax(self.logits_of(sequences, progress))

    def logits_of(self, sequences: Sequences, progress: Callable[[float], None] | None = None) -> Array:
        """Logits of texts as token ids, (texts, categories); in batches of similar lengths, the longest first."""
        all_logits = np.empty((len(sequences), len(self.labels)), np.float32)
        lengths = sequences.lengths
        order = np.argsort(-lengths, kind="stable")
        total, done, start = max(int(lengths.sum()), 1), 0, 0
        while start < len(order):
            longest = max(int(lengths[order[start]]), 1)
            batch = order[start : start + batch_rows(self.network, longest)]
            all_logits[batch] = logits(self.weights, self.network, sequences.pad(batch, longest))
            start, done = start + len(batch), done + int(lengths[batch].sum())
            if progress:
                progress(done / total)
        return all_logits

    # --- On disk ---

    def save(
        self, folder: Path, *, small: bool = False, add_files: Callable[[Path], None] = lambda folder: None
    ) -> None:
        """Write the classifier to a temporary folder, then replace ``folder`` by it.

        Args:
            small: quantise embeddings to 8 bits and compress, for the repository; probabilities change by some
                thousandths.
            add_files: called with the temporary folder, to add files that belong to these weights.
        """
        folder = Path(folder)
        folder.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            stored = dict(self.weights)
            if small:
                for name in filter(has_token_rows, self.weights):
                    stored |= quantise(name, stored[name])
            with atomic_writer(temporary / VOCABULARY_FILE) as file:
                file.write(msgspec.json.encode(self.vocabulary.to_json()))
            with atomic_writer(temporary / WEIGHTS_FILE) as file:
                # Trained weights shrink by a tenth at best, and unpacking takes five times as long as reading.
                (np.savez_compressed if small else np.savez)(file, **stored)  # type: ignore[arg-type]
            record = self._record() | {"files": hashes(temporary)}
            with atomic_writer(temporary / CARD_FILE) as file:
                file.write(msgspec.json.format(msgspec.json.encode(record), indent=2))
            add_files(temporary)
            temporary.chmod(0o755)
            _replace_folder(temporary, folder)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)

    def _record(self) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "cleaning": self.cleaning.to_json(),
            "network": network_to_json(self.network),
            "labels": self.labels,
            "card": self.card,
        }

    @classmethod
    def load(cls, folder: Path, *, most_bytes: int = MOST_WEIGHTS) -> "Classifier":
        """Read a classifier's folder and check everything before use.

        Args:
            most_bytes: of its weights in memory.

        Raises:
            ClassifierError: the folder is missing, damaged, or from another version or program.
        """
        folder = Path(folder)
        check_folder(folder)
        if read_json(folder / CARD_FILE, _Version).schema not in (1, SCHEMA):
            raise ClassifierError(
                f"{CARD_FILE} is of another version of Headline Lab (schema must be 1 or {SCHEMA})."
            )
        record = read_json(folder / CARD_FILE, _Record)
        labels = tuple(record.labels)
        if not 2 <= len(set(labels)) == len(labels) <= MOST_LABELS or not all(map(str.strip, labels)):
            raise ClassifierError(
                f"{CARD_FILE} is damaged: labels must be 2 to {MOST_LABELS:,} different names."
            )
        try:
            cleaning, network = CleaningSettings.from_json(record.cleaning), network_from_json(record.network)
        except (SettingsError, TypeError, ValueError) as error:
            raise ClassifierError(f"{CARD_FILE} is damaged: {error}.") from None
        try:
            cleaning.check()
        except SettingsError as error:
            raise ClassifierError(f"This classifier cannot be used here. {error}") from None
        vocabulary = Vocabulary.from_json(read_json(folder / VOCABULARY_FILE, dict))
        if len(vocabulary) > network.vocabulary_size:
            raise ClassifierError(
                f"{VOCABULARY_FILE} does not fit {CARD_FILE}: {len(vocabulary):,} words where the network "
                f"has at most {network.vocabulary_size:,}."
            )
        shapes = weight_shapes(network, words=len(vocabulary), categories=len(labels))
        weights = read_weights(folder / WEIGHTS_FILE, shapes, most_bytes=most_bytes)
        # Last, because the checks above report a plain fault in a sentence of its own.
        file_hashes = hashes(folder) if record.files else {}
        if changed := [name for name, sha in file_hashes.items() if record.files.get(name, sha) != sha]:
            if read_json(folder / CARD_FILE, _Record) != record:  # another process replaced it meanwhile
                return cls.load(folder, most_bytes=most_bytes)
            raise ClassifierError(
                f"{changed[0]} is damaged: it is not the one that {CARD_FILE} was written with."
            )
        return cls(
            cleaning=cleaning,
            network=network,
            vocabulary=vocabulary,
            labels=labels,
            weights=weights,
            card=record.card,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Version:
    schema: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Record:
    """``classifier.json`` as it is decoded."""

    schema: int
    cleaning: dict[str, Any]
    network: dict[str, Any]
    labels: list[str]
    card: Card
    files: dict[str, str] = field(
        default_factory=dict
    )  # SHA-256 of the other two files; absent from the oldest classifiers


@functools.cache
def _use_one_thread() -> None:
    """Use one thread for NumPy's matrix products from now on.

    Each product here is small. While a run trains on every core, the threads of one product would wait for one another
    longer than they work.
    """
    threadpool_limits(limits=1, user_api="blas")


def _read_only(array: Array) -> Array:
    view = array.view()
    view.flags.writeable = False
    return view


def _replace_folder(temporary: Path, folder: Path) -> None:
    """Replace ``folder`` by ``temporary`` in two moves, since no system replaces a folder with content in one.

    The old folder returns when the second move fails; a process killed between the two leaves it with suffix ``-old``.
    """
    if not folder.exists():
        temporary.replace(folder)
        sync_folder(folder.parent)
        return
    old = temporary.with_name(f"{temporary.name}-old")
    folder.replace(old)
    try:
        temporary.replace(folder)
    except BaseException:
        old.replace(folder)
        raise
    sync_folder(folder.parent)
    shutil.rmtree(old, ignore_errors=True)
