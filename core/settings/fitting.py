"""Presets fitted to a file: hyperparameters as functions of its articles, their length and script, and its categories.

The presets were measured on 180,768 articles: two epochs of batches of 256 are 1,200 steps there, and two steps on a
file of 300. Below ``LARGE`` articles batches shrink, epochs grow, the learning rates fall and dropout rises. From there
on a preset is what it is. docs/accuracy.md has what was tried.
"""

import math
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from core.news.news import News
from core.settings.network import NetworkSettings
from core.settings.run import RunSettings
from core.settings.training import TrainingSettings
from core.text.cleaning import CleaningSettings, clean_all, texts_of
from core.text.languages import Language
from core.text.segmentation import has_segmenter

SMALL, LARGE = 2_000, 100_000  # articles: fitted in full up to here, not at all from there on
STEPS = 200  # of learning on a small file, at least; more where its epochs are long
FEWEST_EPOCHS, MOST_EPOCHS = 12, 60  # of a small file
SMALLEST_BATCH, SMALL_BATCH = 8, 32
STEPS_PER_EPOCH = 15  # of a small file, where that leaves its batches within these bounds
TEST_ARTICLES, VALIDATION_ARTICLES = 200, 100  # held out, where that is no more than a share of
MOST_TEST, MOST_VALIDATION = 0.2, 0.1
LONGEST = 300  # tokens of a small file's texts
SMALL_RATE, SMALL_EMBEDDING_RATE = 0.001, 0.1
FEW, SOME = 500, 1_000  # articles: the small learning rate up to here, twice as large from there on
# From 12 categories on each has fewer articles: as many times more steps, and longer ones of the tables, up to this.
MANY, MOST_TIMES = 12, 2.5
SAMPLED_TEXTS = 1_000  # whose words are counted


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """What a preset needs to know of a news file.

    Attributes:
        articles: in the file.
        words: of a text with its punctuation; 95 % of the texts have no more.
        segmented: whether its words can be told: blanks separate them, or there is a segmenter for the language.
        categories: of these articles.
    """

    articles: int
    words: int
    segmented: bool
    categories: int = 2

    @classmethod
    def of(cls, news: News, language: Language) -> Self:
        """The facts of what a run learns from: not of a test file's rows. Cost: that of 1,000 texts.

        Args:
            language: of the texts.
        """
        table = news.table.iloc[: len(news.table) - news.test_rows]
        rows = np.unique(np.linspace(0, len(table) - 1, SAMPLED_TEXTS).astype(int))
        cleaning = CleaningSettings.marked().in_language(language.code)
        texts = clean_all(texts_of(table.iloc[rows], cleaning), cleaning)
        return cls(
            articles=len(table),
            words=max(1, math.ceil(np.percentile([len(text.split()) for text in texts], 95))),
            segmented=language.segmented or has_segmenter(language.code),
            categories=table["category"].nunique(),
        )


def fit_to_file(preset: RunSettings, facts: FileFacts) -> RunSettings:
    """A preset's settings for a file. A file of ``LARGE`` articles whose words can be told gets them unchanged.

    The preset keeps its name.
    """
    settings = preset if facts.segmented else preset.with_tokenization("characters")
    articles = min(facts.articles, preset.training.articles or facts.articles)
    smallness = min(max(math.log(LARGE / articles) / math.log(LARGE / SMALL), 0.0), 1.0)
    if smallness:
        training = _training(settings.training, articles, facts.categories, smallness)
        network = _network(settings.network, training, articles * facts.words, facts.words, smallness)
        settings = replace(settings, network=network, training=training)
    return replace(settings, preset=preset.preset)


def _training(preset: TrainingSettings, articles: int, categories: int, smallness: float) -> TrainingSettings:
    """The training of so many articles and categories; ``smallness`` is 0 for a large file, 1 for a small one."""
    validation_share = max(
        preset.validation_share, min(MOST_VALIDATION, round(VALIDATION_ARTICLES / articles, 2))
    )
    test_share = max(preset.test_share, min(MOST_TEST, round(TEST_ARTICLES / articles, 2)))
    learnt = articles * (1 - validation_share - test_share)
    small_batch = min(max(learnt / STEPS_PER_EPOCH, SMALLEST_BATCH), SMALL_BATCH)
    batch_size = _between(preset.batch_size, small_batch, smallness)
    large_steps = (
        preset.epochs * LARGE * (1 - preset.validation_share - preset.test_share) / preset.batch_size
    )
    # What 2,000 articles take is what the way from small to large begins with.
    small_learnt = min(articles, SMALL) * (1 - validation_share - test_share)
    times = min(max(categories / MANY, 1.0), MOST_TIMES)
    small_steps = times * max(STEPS, FEWEST_EPOCHS * small_learnt / small_batch)
    steps = _between(large_steps, small_steps, smallness)
    epochs = min(max(round(steps * batch_size / learnt), preset.epochs), MOST_EPOCHS)
    fitted = replace(
        preset,
        batch_size=4 * round(batch_size / 4),
        epochs=epochs,
        patience=round(preset.patience * epochs / preset.epochs),
        validation_share=validation_share,
        test_share=test_share,
    )
    if preset.embedding_optimizer == "same":
        return fitted
    small_rate = SMALL_RATE * min(max(articles / FEW, 1.0), SOME / FEW)
    return replace(
        fitted,
        learning_rate=_rounded(_between(preset.learning_rate, small_rate, smallness)),
        embedding_learning_rate=_rounded(
            _between(preset.embedding_learning_rate, times * SMALL_EMBEDDING_RATE, smallness)
        ),
        auxiliary_loss_weight=round(max(preset.auxiliary_loss_weight, 0.5 * smallness), 2),
    )


def _network(
    preset: NetworkSettings, training: TrainingSettings, tokens: int, words: int, smallness: float
) -> NetworkSettings:
    """The network for texts of so many ``words``, ``tokens`` in all at most."""
    characters = preset.tokenization == "characters"
    fitted = replace(
        preset,
        # No file has more words than tokens, or more pairs.
        vocabulary_size=min(preset.vocabulary_size, _power_of_two(tokens)),
        bigram_buckets=min(preset.bigram_buckets, _power_of_two(2 * tokens)),
    )
    if smallness == 1 and not characters:
        fitted = replace(fitted, sequence_length=max(preset.sequence_length, min(words, LONGEST)))
    if training.embedding_optimizer == "same":
        return fitted
    return replace(
        fitted,
        dropout=round(max(preset.dropout, 0.5 * smallness), 2),
        embedding_dropout=round(max(preset.embedding_dropout, 0.4 * smallness), 2),
    )


def _between(preset: float, small: float, smallness: float) -> float:
    """The geometric mean of the two, weighed by ``smallness``."""
    return float(preset ** (1 - smallness) * small**smallness)


def _rounded(value: float) -> float:
    """``value`` with two digits, as a person would write it."""
    return float(f"{value:.2g}")


def _power_of_two(number: float) -> int:
    """The next power of two, from 1,024."""
    return int(2 ** max(10, math.ceil(math.log2(number))))
