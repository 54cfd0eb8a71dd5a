"""A classifier: cleaning, vocabulary, labels and weights that were trained together, in one bundle.

Training and prediction share it, so both clean in the same way. Loads in tens of milliseconds and needs no
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
from core.files import atomic_writer
from core.model.classifier_files import (
    CARD_FILE,
    VOCABULARY_FILE,
    WEIGHTS_FILE,
    check_folder,
    hashes,
    is_table,
    quantised,
    read_json,
    read_weights,
)
from core.model.forward import Array, logits, softmax, weight_shapes
from core.model.scores import Scores
from core.settings.network import GATES, NetworkSettings, network_from_json, network_to_json
from core.text.cleaning import CleaningSettings, clean, clean_all, join
from core.text.cleaning_steps import SEPARATOR
from core.text.ngrams import as_characters
from core.text.sequences import Sequences
from core.text.vocabulary import OOV_ID, Vocabulary

SCHEMA = 2  # 1, of version 0.1.0, names some settings otherwise (settings/schema1.py)
MOST_LABELS = 1_000

# A batch holds at most so many texts, and so many numbers in its widest array (16 MB).
_BATCH_TEXTS, _BATCH_NUMBERS = 256, 4_000_000
_CLEANING_SHARE = 0.1  # of the time that a file of headlines takes


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Where a classifier comes from: enough to train it again, and to know how far to trust it."""

    news_name: str  # name of the news file
    fingerprint: str  # SHA-256 of its bytes
    rows: int  # articles used: training, validation and test part together
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
    ] = ()  # (category of the file, the label it is part of) for those learnt as one
    versions: dict[str, str] = field(default_factory=dict)  # of the packages that trained it, by name


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """What the classifier answers to one headline."""

    text: str  # as it came in, headline and description joined
    words: tuple[str, ...]  # after cleaning
    tokens_read: int  # of these, the network read so many; the rest is cut
    unknown: tuple[str, ...]  # words read that are not in the word index, each once, in order
    label: str  # first of the ranking
    probability: float
    ranking: tuple[tuple[str, float], ...]  # all labels, probability falling, ties in alphabetical order

    @property
    def all_out_of_vocabulary(self) -> bool:
        """No word read is in the word index: the answer says only which labels are frequent."""
        return all(word in self.unknown or word == SEPARATOR for word in self.words[: self.tokens_read])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Classifier:
    """Headlines in, probabilities of the labels out.

    Attributes:
        weights: float32 arrays as ``weight_shapes`` lists them; made read-only, for visitors share them.

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
        shapes = weight_shapes(self.network, words=len(self.vocabulary), categories=len(self.labels))
        given = {name: array.shape for name, array in self.weights.items()}
        if given != shapes:
            odd = next(name for name in {**shapes, **given} if shapes.get(name) != given.get(name))
            raise ValueError(f"weights[{odd!r}] must be {shapes.get(odd)}, got {given.get(odd)}")
        if kinds := {str(array.dtype) for array in self.weights.values()} - {"float32"}:
            raise ValueError(f"weights must be float32, got {', '.join(sorted(kinds))}")
        object.__setattr__(self, "weights", {name: _read_only(self.weights[name]) for name in shapes})

    # --- Prediction ---

    def words_of(self, headline: str, description: str = "") -> tuple[str, ...]:
        """The words after cleaning, cut ones included."""
        return tuple(self._tokens(clean(join(headline, description, self.cleaning), self.cleaning)).split())

    def _tokens(self, text: str) -> str:
        """A cleaned text as tokens with blanks between: its words, or its characters."""
        return as_characters(text) if self.network.tokenization == "characters" else text

    def encode(self, words: Sequence[str]) -> list[int]:
        """Token ids, cut to ``sequence_length``; one out-of-vocabulary id if there are no words."""
        return self.vocabulary.encode(words[: self.network.sequence_length]) or [OOV_ID]

    def predict(
        self, headlines: Sequence[str], descriptions: Sequence[str] | None = None
    ) -> list[Prediction]:
        """One prediction for each headline, in order; about a millisecond for one of 15 words."""
        if isinstance(headlines, str):
            raise TypeError("headlines must be a sequence of strings, got one string")
        others = [""] * len(headlines) if descriptions is None else descriptions
        texts = [join(one, other, self.cleaning) for one, other in zip(headlines, others, strict=True)]
        words = [tuple(self._tokens(text).split()) for text in clean_all(texts, self.cleaning)]
        answers = self.probabilities_of(
            Sequences.from_lists(map(self.encode, words))
        )  # (headlines, categories)
        return [self._prediction(*one) for one in zip(texts, words, answers, strict=True)]

    def _prediction(self, text: str, words: tuple[str, ...], answer: Array) -> Prediction:
        read = words[: self.network.sequence_length]
        order = np.argsort(-answer, kind="stable")
        ranking = tuple((self.labels[index], float(answer[index])) for index in order)
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
        cleaned = clean_all(texts, self.cleaning, lambda share: report(_CLEANING_SHARE * share))
        units = map(self._tokens, cleaned)
        ids, offsets = self.vocabulary.encode_texts(units, length=self.network.sequence_length)
        sequences = Sequences(ids=ids, offsets=offsets)
        rest = 1 - _CLEANING_SHARE
        return self.probabilities_of(sequences, lambda share: report(_CLEANING_SHARE + rest * share))

    def label_all(
        self, headlines: Sequence[str], progress: Callable[[float], None] | None = None
    ) -> list[tuple[str, float]]:
        """The most probable label of each headline and its probability, in order."""
        answers = self.probabilities([join(headline, "", self.cleaning) for headline in headlines], progress)
        best = answers.argmax(axis=1)  # (headlines,)
        return [(self.labels[label], float(row[label])) for label, row in zip(best, answers, strict=True)]

    def probabilities_of(
        self, sequences: Sequences, progress: Callable[[float], None] | None = None
    ) -> Array:
        """Probabilities of texts as token ids, (texts, categories)."""
        return softmax(self.logits_of(sequences, progress))

    def logits_of(self, sequences: Sequences, progress: Callable[[float], None] | None = None) -> Array:
        """Logits of texts as token ids, (texts, categories); in batches of similar lengths, the longest first."""
        _one_thread()
        answers = np.empty((len(sequences), len(self.labels)), np.float32)
        lengths = sequences.lengths
        order = np.argsort(-lengths, kind="stable")
        widest = max(GATES[self.network.cell] * layer.units for layer in self.network.layers)
        total, done, start = max(int(lengths.sum()), 1), 0, 0
        while start < len(order):
            longest = max(int(lengths[order[start]]), 1)
            batch = order[start : start + max(1, min(_BATCH_TEXTS, _BATCH_NUMBERS // (longest * widest)))]
            answers[batch] = logits(self.weights, self.network, sequences.pad(batch, longest))
            start, done = start + len(batch), done + int(lengths[batch].sum())
            if progress:
                progress(done / total)
        return answers

    # --- On disk ---

    def save(
        self, folder: Path, *, small: bool = False, beside: Callable[[Path], None] = lambda made: None
    ) -> None:
        """Write the classifier's folder whole, then put it in the place of an old one.

        Args:
            small: for the repository: the tables in 8 bits a number, all compressed. Answers move by some thousandths.
            beside: called with the folder before it is put in its place, to add what belongs to these weights.
        """
        folder = Path(folder)
        folder.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            stored = dict(self.weights)
            if small:
                for name in filter(is_table, self.weights):
                    stored |= quantised(name, stored[name])
            with atomic_writer(made / VOCABULARY_FILE) as file:
                file.write(msgspec.json.encode(self.vocabulary.to_json()))
            with atomic_writer(made / WEIGHTS_FILE) as file:
                # Trained weights shrink by a tenth at best, and unpacking takes five times as long as reading.
                (np.savez_compressed if small else np.savez)(file, **stored)  # type: ignore[arg-type]
            record = self._record() | {"files": hashes(made)}
            with atomic_writer(made / CARD_FILE) as file:
                file.write(msgspec.json.format(msgspec.json.encode(record), indent=2))
            beside(made)
            made.chmod(0o755)
            _replace_folder(made, folder)
        finally:
            shutil.rmtree(made, ignore_errors=True)

    def _record(self) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "cleaning": self.cleaning.to_json(),
            "network": network_to_json(self.network),
            "labels": self.labels,
            "card": self.card,
        }

    @classmethod
    def load(cls, folder: Path) -> "Classifier":
        """Read a classifier's folder, checking everything before it is used.

        Raises:
            ClassifierError: the folder is missing, damaged, of another version or of another program.
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
        vocabulary = Vocabulary.from_json(read_json(folder / VOCABULARY_FILE, dict))
        if len(vocabulary) > network.vocabulary_size:
            raise ClassifierError(
                f"{VOCABULARY_FILE} does not fit {CARD_FILE}: {len(vocabulary):,} words where the network "
                f"has at most {network.vocabulary_size:,}."
            )
        shapes = weight_shapes(network, words=len(vocabulary), categories=len(labels))
        weights = read_weights(folder / WEIGHTS_FILE, shapes)
        # Last, because what is plainly wrong with a file has a sentence of its own.
        kept = hashes(folder) if record.files else {}
        if odd := [name for name, found in kept.items() if record.files.get(name, found) != found]:
            if read_json(folder / CARD_FILE, _Record) != record:  # another took its place while it was read
                return cls.load(folder)
            raise ClassifierError(
                f"{odd[0]} is damaged: it is not the one that {CARD_FILE} was written with."
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
    files: dict[str, str] = field(default_factory=dict)  # SHA-256 of the other two; the oldest have none


@functools.cache
def _one_thread() -> None:
    """Use one thread for NumPy's matrix products from now on.

    Each product here is small. While a run trains on every core, the threads of one product would wait for one another
    longer than they work.
    """
    threadpool_limits(limits=1, user_api="blas")


def _read_only(array: Array) -> Array:
    view = array.view()
    view.flags.writeable = False
    return view


def _replace_folder(made: Path, folder: Path) -> None:
    """Put ``made`` in the place of ``folder``, in two moves: a folder that is not empty is not replaced in one.

    The old one comes back when the second move fails; a process killed between the two leaves it beside.
    """
    if not folder.exists():
        made.replace(folder)
        return
    aside = made.with_name(f"{made.name}-old")
    folder.replace(aside)
    try:
        made.replace(folder)
    except BaseException:
        aside.replace(folder)
        raise
    shutil.rmtree(aside, ignore_errors=True)
