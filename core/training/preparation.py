"""From a news file to training data: drawn, split, cleaned, encoded as token ids.

The articles are split before words are counted: the vocabulary is fitted on the training part alone, and a word that
occurs only in held-out articles is out-of-vocabulary, as a new word is at prediction.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from core import paths
from core.errors import NewsFileError, SettingsError, WordVectorsError
from core.news import content_store
from core.news.decompression import MAX_CATEGORIES
from core.news.label_matching import UNKNOWN_CATEGORY, LeftOut
from core.news.news import News
from core.settings.fields import limits
from core.settings.network import NetworkSettings
from core.settings.run import RunSettings
from core.settings.training import TrainingSettings
from core.text.cleaning import CleaningSettings, clean_all, texts_of
from core.text.cleaning_steps import SEPARATOR
from core.text.ngrams import as_characters
from core.text.sequences import Sequences
from core.text.vocabulary import Vocabulary
from core.text.word_vectors import WORD_VECTORS, WordVectors, read_vectors
from core.training.batches import SAMPLE_STREAM, Split, encode_labels, fold_splits, split

FEWEST_ARTICLES = 10

ReportStage = Callable[[str, float], None]
UseCleanedTexts = Callable[[Sequence[str], "SplitArticles"], None]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SplitArticles:
    """The articles of a run and the part that each belongs to.

    Attributes:
        rows: (articles,) positions in the news table, rising.
        labels: the categories in alphabetical order.
        y: (articles,) int32, each article's position in ``labels``.
        split: positions in ``rows`` and ``y``.
        left_out: the articles of a test file whose category is not learnt.
    """

    rows: npt.NDArray[np.int64]
    labels: tuple[str, ...]
    y: npt.NDArray[np.int32]
    split: Split
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrainingData:
    """The input of the training loop.

    Attributes:
        rows: (articles,) positions in the news table, rising; the split's are positions in these.
        labels: the categories in alphabetical order.
        y: (articles,) int32, the labels: positions in ``labels``.
        split: the training, validation and test part.
        vocabulary: of the training part.
        sequences: every article's token ids, cut to ``sequence_length``; one out-of-vocabulary id for an article
            without words.
        majority: share of the training part's most frequent category, 0 to 1: the accuracy to beat.
        test_left_out: what of the test file is not scored; None without a test file.
    """

    rows: npt.NDArray[np.int64]
    labels: tuple[str, ...]
    y: npt.NDArray[np.int32]
    split: Split
    vocabulary: Vocabulary
    sequences: Sequences
    majority: float
    test_left_out: tuple[LeftOut, ...] | None = None


def split_articles(
    categories: pd.Series,
    training: TrainingSettings,
    *,
    merged: Sequence[tuple[str, str]] = (),
    test_rows: int = 0,
) -> SplitArticles:
    """Draw the run's articles and split them; the same seed draws the same.

    Args:
        categories: the column ``category`` of the news table.
        training: ``articles``, ``validation_share``, ``test_share`` and ``seed`` are read.
        merged: (category, its new name) for categories that become one label. The split is drawn before, so that it
            is the same as in a run without merging.
        test_rows: how many articles at the end a test file gave. They are the test part, as far as their category is
            learnt; the others are drawn without them, and ``test_share`` is not used.

    Raises:
        NewsFileError: too few articles, one category, or too many categories.
        SettingsError: the number of articles or the shares leave a part empty.
    """
    total = len(categories) - test_rows
    if total < FEWEST_ARTICLES:
        raise NewsFileError(
            f"The file has {total} usable article{'s' * (total != 1)}. Training needs at least "
            f"{FEWEST_ARTICLES}: choose a larger file or the built-in sample."
        )
    rows = np.arange(total)
    sampled = 0 < training.articles < total
    if sampled:
        random = np.random.default_rng([training.seed, 0, SAMPLE_STREAM])
        rows = np.sort(random.choice(total, size=training.articles, replace=False))
    labels, y = encode_labels(categories.iloc[rows])
    if len(labels) < 2:
        if sampled and len(categories.unique()) > 1:
            raise SettingsError(
                f"articles: the {training.articles:,} articles drawn are all in one category. Draw more."
            )
        raise NewsFileError(
            f"All articles are in one category, {labels[0][:60]!r}. A classifier needs at least two. Choose "
            "a file with more categories or the built-in sample."
        )
    if len(labels) > MAX_CATEGORIES:
        raise NewsFileError(
            f"The file has {len(labels):,} categories; at most {MAX_CATEGORIES:,} can be learnt. "
            "Check that the column named category holds a topic and not a title or a link."
        )
    parts = split(
        y,
        validation_share=training.validation_share,
        test_share=0.0 if test_rows else training.test_share,
        seed=training.seed,
    )
    left_out: tuple[LeftOut, ...] = ()
    if test_rows:
        test, test_y, left_out = _known_of_test_file(categories, total, labels)
        parts = replace(parts, test=np.arange(len(y), len(y) + len(test)))
        rows, y = np.concatenate([rows, test]), np.concatenate([y, test_y])
    for name, part in (("validation", parts.validation), ("test", parts.test)):
        if not len(part):
            raise SettingsError(
                f"{name}_share: {len(y):,} articles leave none for the {name} part. "
                f"Use more articles or a larger {name} share."
            )
    if merged:
        labels, y = _renamed(labels, y, dict(merged))
    articles = SplitArticles(rows=rows, labels=labels, y=y, split=parts, left_out=left_out)
    if training.folds:  # refused before the training, not after it
        folds_of(articles, training, folds=training.folds, with_test_file=test_rows > 0)
    return articles


def folds_of(
    articles: SplitArticles, training: TrainingSettings, *, folds: int, with_test_file: bool
) -> list[SplitArticles]:
    """The articles of a run split again for each fold of a cross-validation; those of a test file take no part.

    Training and validation part are as large to each other as in the run.

    Raises:
        SettingsError: fewer articles than folds, or a fold without a validation part.
    """
    open_rows = np.arange(len(articles.y))
    if with_test_file:
        open_rows = np.setdiff1d(open_rows, articles.split.test, assume_unique=True)
    if folds > len(open_rows):
        raise SettingsError(
            f"folds: {len(open_rows):,} articles cannot be cut into {folds} parts. Choose fewer folds."
        )
    y = articles.y[open_rows]
    splits = fold_splits(
        y,
        folds=folds,
        validation_share=training.validation_share / (1 - (0.0 if with_test_file else training.test_share)),
        seed=training.seed,
    )
    if not all(len(parts.validation) and len(parts.training) for parts in splits):
        raise SettingsError(
            f"folds: {len(open_rows):,} articles in {folds} parts leave a network without training or "
            "validation articles. Choose more folds, or a larger validation share."
        )
    return [replace(articles, rows=articles.rows[open_rows], y=y, split=parts) for parts in splits]


def _known_of_test_file(
    categories: pd.Series, start: int, labels: tuple[str, ...]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32], tuple[LeftOut, ...]]:
    """The articles from ``start`` on whose category is learnt: their positions and labels, and what is left out.

    Raises:
        NewsFileError: none is.
    """
    test_labels, test_y = encode_labels(categories.iloc[start:])
    position = {label: index for index, label in enumerate(labels)}
    y = np.array([position.get(label, -1) for label in test_labels], np.int32)[test_y]
    known = y >= 0
    if not known.any():
        raise NewsFileError(
            "No article in the test file has a category that the network learns. For example, the test "
            f"file has {test_labels[0][:60]!r}, the other file {labels[0][:60]!r}."
        )
    rows_of = np.bincount(test_y, minlength=len(test_labels))
    left_out = tuple(
        LeftOut(reason=UNKNOWN_CATEGORY, category=label, rows=int(rows))
        for label, rows in zip(test_labels, rows_of, strict=True)
        if label not in position
    )
    return start + np.flatnonzero(known), y[known], left_out


def _renamed(
    labels: tuple[str, ...], y: npt.NDArray[np.int32], names: dict[str, str]
) -> tuple[tuple[str, ...], npt.NDArray[np.int32]]:
    """Rename labels so that several share one name; a label whose new name no other label shares keeps its own.

    Raises:
        SettingsError: a category already has the new name, or only one label is left.
    """
    if taken := sorted(set(names.values()) & set(labels)):
        raise SettingsError(
            f"merged: the file already has a category {taken[0][:60]!r}, so you cannot use this name."
        )
    label_counts = Counter(names[label] for label in labels if label in names)
    names = {label: name for label, name in names.items() if label_counts[name] > 1}
    new_names = [names.get(label, label) for label in labels]
    merged_labels = tuple(sorted(set(new_names)))
    index = {name: position for position, name in enumerate(merged_labels)}
    merged_ids = np.array([index[name] for name in new_names], np.int32)
    if len(merged_labels) < 2:
        raise SettingsError(
            f"merged: then only one category is left, {merged_labels[0][:60]!r}. Keep at least two."
        )
    return merged_labels, merged_ids[y]


def prepare(
    news: News,
    settings: RunSettings,
    progress: ReportStage | None = None,
    use_cleaned: UseCleanedTexts | None = None,
) -> TrainingData:
    """Sample, split and clean the articles, fit the vocabulary on the training part, encode every article.

    Args:
        news: the checked file.
        settings: all of a run's settings.
        progress: called with the stage's name and its progress, 0 to 1.
        use_cleaned: called once with the cleaned texts and the articles; the texts are freed afterwards.

    Raises:
        NewsFileError, SettingsError: as :func:`split_articles`; or no text has a word left after cleaning.

    Cost: linear in the words of the file; cleaning takes most of it. Memory: the cleaned texts and four bytes for
    each token.
    """
    report = progress or (lambda stage, share: None)
    articles = split_articles(
        news.table["category"], settings.training, merged=settings.merged, test_rows=news.test_rows
    )
    report("cleaning", 0.0)
    raw = texts_of(news.table.iloc[articles.rows], settings.cleaning)
    texts = clean_all(raw, settings.cleaning, lambda share: report("cleaning", share))
    del raw
    if not any(set(text.split()) - {SEPARATOR} for text in texts):  # stops at the first text with a word
        raise SettingsError(
            "After cleaning, no text has a word left. Switch off some cleaning steps. The Cleaning page "
            "shows what each step removes."
        )
    if use_cleaned:
        use_cleaned(texts, articles)
    return encode(
        texts, articles, settings, report, test_left_out=news.test_rejected if news.test_rows else None
    )


def encode(
    texts: Sequence[str],
    articles: SplitArticles,
    settings: RunSettings,
    report: ReportStage,
    *,
    test_left_out: tuple[LeftOut, ...] | None = None,
) -> TrainingData:
    """Fit the vocabulary on the training part, and encode every article.

    Args:
        texts: the cleaned text of each of ``articles``.
        test_left_out: the lines of a test file that could not be read; None without a test file.
    """
    if settings.network.tokenization == "characters":
        texts = [as_characters(text) for text in texts]
    report("counting words", 0.0)
    vocabulary = Vocabulary.fit(
        (texts[row] for row in articles.split.training.tolist()), size=settings.network.vocabulary_size
    )
    report("numbering words", 0.0)
    ids, offsets = vocabulary.encode_texts(texts, length=settings.network.sequence_length)
    report("numbering words", 1.0)
    return TrainingData(
        rows=articles.rows,
        labels=articles.labels,
        y=articles.y,
        split=articles.split,
        vocabulary=vocabulary,
        sequences=Sequences(ids=ids, offsets=offsets),
        majority=majority(articles.y, articles.split),
        test_left_out=None if test_left_out is None else (*articles.left_out, *test_left_out),
    )


def read_initial_vectors(
    settings: RunSettings, vocabulary: Vocabulary, progress: Callable[[float], None] | None = None
) -> WordVectors | None:
    """Read the word vectors that initialise the embedding of a run; None when it starts from random numbers.

    The content store keeps the uploaded file under its fingerprint.

    Raises:
        WordVectorsError: the file is missing, differs from the one in the settings, or has none of the words.
    """
    source = settings.vectors
    if source is None:
        return None
    vectors = read_vectors(
        content_store.find(source.fingerprint, paths.word_vectors(), expected=WORD_VECTORS),
        vocabulary.words,
        sizes=vector_sizes(),
        lower=lowercases(settings.cleaning),
        name=source.name,
        progress=progress,
        member=source.member or None,
    )
    if (vectors.match.fingerprint, vectors.match.size) != (source.fingerprint, source.size):
        raise WordVectorsError(f"{source.name} has changed on the server's disk. Upload it again.")
    if vectors.match.refusal:
        raise WordVectorsError(vectors.match.refusal)
    return vectors


def vector_sizes() -> tuple[int, int]:
    """The smallest and the largest dimension that word vectors may have: the bounds of ``embedding_size``."""
    bounds = limits(NetworkSettings, "embedding_size")
    return int(bounds.low), int(bounds.high)


def lowercases(cleaning: CleaningSettings) -> bool:
    """Whether the vocabulary is lower case, so that "Paris" in a file of word vectors matches "paris"."""
    return "lower_case" in cleaning.steps


def majority(y: npt.NDArray[np.int32], parts: Split) -> float:
    """Share of the training part that belongs to its most frequent category, 0 to 1."""
    return float(np.bincount(y[parts.training]).max() / len(parts.training))
