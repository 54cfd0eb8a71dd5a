"""The numbers of the tutorial's steps: as it prints them, on a news file, and recorded from its mended Keras code.

On a file the steps are counted by this app: ``data/tutorial_code.py`` does the same in Keras, and a test compares both.
Leaves out: training. What the mended code learns is recorded by ``python -m data.record_tutorial``.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache

import msgspec
import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.model_selection import train_test_split

from core import paths
from core.errors import AnalysisError
from core.insight.lessons.embedding_layer.compute import TUTORIAL
from core.insight.lessons.faults.compute import MENDED
from core.settings.network import LayerRow
from core.settings.presets import PRESETS
from core.text.cleaning import clean_all, texts_of

POLITICS = "POLITICS"
CUT = 16_000  # articles of POLITICS that the public notebooks drop, the first of the file
TEST_SHARE, SEED = 0.2, 1  # the seed is ours
PRINTED_CATEGORIES = 41

# The tutorial's model summary.
PRINTED_LAYERS = (
    LayerRow(name="embedding", output=(None, 130, 70), parameters=12_249_370),
    LayerRow(name="bidirectional", output=(None, 130, 128), parameters=17_280),
    LayerRow(name="bidirectional_1", output=(None, 130, 128), parameters=24_704),
    LayerRow(name="simple_rnn_2", output=(None, 32), parameters=5_152),
    LayerRow(name="dropout", output=(None, 32), parameters=0),
    LayerRow(name="dense", output=(None, 41), parameters=1_353),
)


# --- Counted on a file ---


@dataclass(frozen=True, slots=True, kw_only=True)
class StepCounts:
    """What the tutorial's steps, mended, make of a file.

    Attributes:
        articles, politics: all articles, and those of the category POLITICS.
        dropped: articles that the cut takes away.
        categories: of the articles that are left.
        training_texts, test_texts: the two parts.
        median_words, median_cleaned_words: of a text before and after cleaning.
        word_index: different words of the training part, and one for all unknown words.
        fused_word_index: the same where headline and description are joined without a space.
    """

    articles: int
    politics: int
    dropped: int
    categories: int
    training_texts: int
    test_texts: int
    median_words: float
    median_cleaned_words: float
    word_index: int
    fused_word_index: int

    @property
    def rows(self) -> int:
        """Articles that are left."""
        return self.articles - self.dropped

    @property
    def embedding_rows(self) -> int:
        """Rows of the embedding: one for each token id that the tokenizer gives, and one for padding."""
        return min(self.word_index + 1, TUTORIAL.token_ids)


def cut_rows(categories: "pd.Series[str]") -> npt.NDArray[np.bool_]:
    """Which articles the cut leaves, (articles,): all but the first 16,000 of POLITICS if there are more of it."""
    is_politics = (categories == POLITICS).to_numpy(dtype=bool)
    if is_politics.sum() <= CUT:
        return np.ones(len(categories), dtype=bool)
    left: npt.NDArray[np.bool_] = ~(is_politics & (np.cumsum(is_politics) <= CUT))
    return left


def count_steps(
    table: pd.DataFrame, *, cut: bool, progress: Callable[[float], None] | None = None
) -> StepCounts:
    """Count what the steps leave.

    Args:
        table: of a News.
        cut: whether the articles of POLITICS are dropped first.

    Raises:
        AnalysisError: fewer than two articles.

    Cost: cleaning all texts twice, half a minute for 180,000.
    """
    left = table[cut_rows(table["category"])] if cut else table
    if len(left) < 2:
        raise AnalysisError("The steps need two articles at least: one to learn from and one to test with.")
    training, test = train_test_split(np.arange(len(left)), test_size=TEST_SHARE, random_state=SEED)
    raw = texts_of(left, MENDED)
    cleaned = clean_all(raw, MENDED, progress)
    fused = clean_all(texts_of(left, replace(MENDED, as_printed=True)), MENDED)
    return StepCounts(
        articles=len(table),
        politics=int((table["category"] == POLITICS).sum()),
        dropped=len(table) - len(left),
        categories=int(left["category"].nunique()),
        training_texts=len(training),
        test_texts=len(test),
        median_words=_median_words(raw),
        median_cleaned_words=_median_words(cleaned),
        word_index=_word_index(cleaned[row] for row in training),
        fused_word_index=_word_index(fused[row] for row in training),
    )


def _median_words(texts: Iterable[str]) -> float:
    return float(np.median([len(text.split()) for text in texts]))


def _word_index(texts: Iterable[str]) -> int:
    """The length of the word index that Keras's Tokenizer makes: it splits at an underscore too."""
    words: set[str] = set()
    for text in texts:
        words.update(text.replace("_", " ").split())
    return len(words) + 1


def layers(*, rows: int, categories: int) -> tuple[LayerRow, ...]:
    """The layers of the tutorial's network, which reads the texts as long as they are padded: no TensorFlow."""
    network = replace(PRESETS["article"].network, sequence_length=TUTORIAL.padded_length)
    return network.layer_table(words=rows, categories=categories)


# --- Recorded ---


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedSteps:
    """What the steps of the mended code before the network left of a file.

    Attributes:
        longer_than_20: cleaned texts of which the network reads only a part.
        word_index_without_cut: with all articles of POLITICS.
        word_index_without_space: as the printed code joins headline and description.
    """

    articles: int
    politics: int
    rows: int
    categories: int
    median_words: float
    median_cleaned_words: float
    longer_than_20: int
    word_index: int
    word_index_without_cut: int
    word_index_without_space: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedEpoch:
    """Losses, and accuracies from 0 to 1, as Keras reports them at an epoch's end."""

    loss: float
    accuracy: float
    val_loss: float
    val_accuracy: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedTraining:
    """What the mended network learnt from a file; accuracies from 0 to 1.

    Attributes:
        most_epochs: that were allowed.
        test_loss, test_accuracy: as the last step prints them.
        checkpoint_accuracy: on the same test part by the checkpoint, which holds the best epoch.
        most_frequent_category: accuracy of always naming the most frequent category.
        linear_model: accuracy of TF-IDF and a linear SVM.
    """

    keras: str
    training_texts: int
    test_texts: int
    embedding_rows: int
    parameters: int
    most_epochs: int
    epochs: tuple[RecordedEpoch, ...]
    test_loss: float
    test_accuracy: float
    checkpoint_accuracy: float
    most_frequent_category: float
    linear_model: float

    @property
    def best_epoch(self) -> int:
        """The epoch with the lowest validation loss, from 1: its weights are kept."""
        losses = [epoch.val_loss for epoch in self.epochs]
        return losses.index(min(losses)) + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What the mended Keras code printed on a file; ``training`` is None until it is recorded."""

    steps: RecordedSteps
    training: RecordedTraining | None


@cache
def recorded() -> dict[str, Recorded]:
    """The recorded numbers of the built-in sample ("sample") and of the real dataset ("dataset"), once a process."""
    return msgspec.json.decode(paths.TUTORIAL_NUMBERS.read_bytes(), type=dict[str, Recorded])
