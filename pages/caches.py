"""Results that are computed once and shared by all visitors: news, cleaned texts, counted words, classifiers.

The key is the fingerprint of bytes that the visitor has, so sharing reveals no other visitor's data.
``st.cache_resource`` would not do: its functions may not draw, and reading 180,768 articles has to report progress.
"""

import time
from collections.abc import Callable, Hashable
from dataclasses import replace
from pathlib import Path

from core.errors import ClassifierError, NewsFileError
from core.insight import artifacts
from core.insight.dataset.cleaning_effect import CleaningEffect, count_words
from core.insight.dataset.coverage import VocabularyCoverage, measure_coverage
from core.insight.dataset.overview import Overview
from core.insight.dataset.overview import compute_overview as count_overview
from core.insight.lessons.numbers import compute
from core.insight.prediction import counterfactuals
from core.insight.replay.replay import Replay
from core.insight.word_map.computed_map import NAME as MAP
from core.insight.word_map.projection import INITIAL_ROWS
from core.insight.word_map.word_map import WordMap
from core.model.classifier import Classifier
from core.model.classifier_files import CARD_FILE
from core.news import news as files
from core.news.news import News, articles_per_category
from core.runs.run import Run
from core.settings.run import RunSettings
from core.text.cleaning import CleaningSettings, clean_all, texts_of
from core.text.ngrams import NGramIndex
from core.text.word_vectors import WordMatch, match_words
from core.training.preparation import lowercases, split_articles, vector_sizes
from pages.loaded_classifier import LoadedClassifier
from pages.single_flight_cache import SingleFlightCache

_news = SingleFlightCache[News](3)
_overviews = SingleFlightCache[Overview](6)
_category_counts = SingleFlightCache[dict[str, int]](64)
_cleaned_texts = SingleFlightCache[tuple[list[str], float]](3)
_effects = SingleFlightCache[CleaningEffect](6)
_classifiers = SingleFlightCache[Classifier](6)
_word_maps = SingleFlightCache[WordMap](6)
_replays = SingleFlightCache[Replay](4)
_smallest_flips = SingleFlightCache[tuple[counterfactuals.Counterfactual | None, int]](64)
_coverages = SingleFlightCache[VocabularyCoverage](2)
_matches = SingleFlightCache[WordMatch](8)
_ngrams = SingleFlightCache[NGramIndex](3)
_tokenization_costs = SingleFlightCache[tuple[compute.TokenizationCost, ...]](6)


def stamp(path: Path) -> tuple[str, int, int]:
    """Identity of a file's bytes without reading them."""
    status = path.stat()
    return str(path.resolve()), status.st_mtime_ns, status.st_size


def read_news(path: Path, name: str, progress: Callable[[float], None] | None = None) -> News:
    """The news in ``path``, shown under ``name``; one copy however many visitors hold the file.

    Raises:
        NewsFileError: it is not there or cannot be read.
    """
    try:
        key = stamp(path)
    except OSError:
        raise NewsFileError(
            f"The file {name!r} is no longer on the server. Choose it again on the Data page."
        ) from None
    news = _news.get(key, lambda: files.read_news(path, name=name, progress=progress))
    return news if news.name == name else replace(news, name=name)


def overview(news: News) -> Overview:
    """Counts and confusable categories of ``news``. Do not change them: they are shared."""
    return _overviews.get(news.fingerprint, lambda: count_overview(news))


def count_categories(path: Path, news: News) -> None:
    """Keep how many articles of each category the ``news`` read from ``path`` has; cost: 0.1 s for 180,768 articles."""
    _category_counts.get(
        stamp(path), lambda: {str(name): int(rows) for name, rows in articles_per_category(news).items()}
    )


def counted_categories(path: Path) -> dict[str, int] | None:
    """Articles of each category of a file, most frequent first; None until the file has been read."""
    try:
        return _category_counts.peek(stamp(path))
    except OSError:
        return None


def cleaned(
    news: News, cleaning: CleaningSettings, progress: Callable[[float], None] | None = None
) -> list[str]:
    """All texts of ``news`` after cleaning, in the table's order. Do not change the list: it is shared."""
    return _cleaned(news, cleaning, progress)[0]


def _cleaned(
    news: News, cleaning: CleaningSettings, progress: Callable[[float], None] | None
) -> tuple[list[str], float]:
    """The texts after cleaning, and the seconds it took whoever asked first, on whichever page."""

    def build() -> tuple[list[str], float]:
        raw = texts_of(news.table, cleaning)
        start = time.perf_counter()
        texts = clean_all(raw, cleaning, progress)
        return texts, time.perf_counter() - start

    return _cleaned_texts.get((news.fingerprint, cleaning), build)


def cleaning_effect(
    news: News, cleaning: CleaningSettings, progress: Callable[[float], None] | None = None
) -> CleaningEffect:
    """What ``cleaning`` does to the texts of ``news``; the seconds are those of whoever asked first."""

    def build() -> CleaningEffect:
        texts, seconds = _cleaned(news, cleaning, progress)
        before = count_words(texts_of(news.table, cleaning))
        return CleaningEffect(before=before, after=count_words(texts), seconds=seconds)

    return _effects.get((news.fingerprint, cleaning), build)


def has_cleaning_effect(news: News, cleaning: CleaningSettings) -> bool:
    """Whether :func:`cleaning_effect` would answer at once."""
    return (news.fingerprint, cleaning) in _effects


def classifier(folder: Path, run: Run | None = None) -> LoadedClassifier:
    """The classifier in ``folder``.

    Args:
        run: the run that trained it, if it is known.

    Raises:
        ClassifierError: there is none, or it is damaged.
    """
    try:
        key = stamp(folder / CARD_FILE)
    except OSError:
        raise ClassifierError("There is no classifier here yet. Train one on the Train page.") from None
    loaded = _classifiers.get(key, lambda: Classifier.load(folder))
    return LoadedClassifier(classifier=loaded, folder=folder, run=run, stamp=key)


def word_map(loaded: LoadedClassifier) -> WordMap:
    """The map of the classifier's words, with the artifacts that are computed by now."""
    files = [artifacts.artifact_path(loaded.folder, name) for name in (INITIAL_ROWS, MAP)]
    key = (loaded.stamp, *(stamp(file) if file.exists() else None for file in files))
    return _word_maps.get(key, lambda: WordMap.load(loaded.classifier, loaded.folder))


def replay(folder: Path) -> Replay:
    """How a run learnt, from the snapshots in its folder so far.

    Raises:
        RunError: there is none that can be read.
    """
    key = tuple(stamp(file) for file in sorted(folder.glob("[!.]*.npz")))
    return _replays.get((str(folder), key), lambda: Replay.load(folder))


def smallest_flip(
    loaded: LoadedClassifier, words: tuple[str, ...]
) -> tuple[counterfactuals.Counterfactual | None, int]:
    """As :func:`core.insight.prediction.counterfactuals.smallest_flip`, once a headline, whichever of its words is
    looked at."""
    return _smallest_flips.get(
        (loaded.stamp, words), lambda: counterfactuals.smallest_flip(loaded.classifier, words)
    )


def _coverage_key(news: News, settings: RunSettings) -> tuple[Hashable, ...]:
    """The part of ``settings`` that the coverage depends on: not the sizes, so a slider reuses it."""
    training = settings.training
    shares = (training.validation_share, training.test_share)
    return (news.fingerprint, settings.cleaning, *shares, training.articles, training.seed)


def coverage(
    news: News, settings: RunSettings, progress: Callable[[float], None] | None = None
) -> VocabularyCoverage:
    """The words of ``news``, counted on the training part. ``progress`` is that of cleaning, the longer part.

    Raises:
        SettingsError, NewsFileError: these settings leave nothing to learn from.
    """

    def build() -> VocabularyCoverage:
        articles = split_articles(news.table["category"], settings.training)
        texts = cleaned(news, settings.cleaning, progress)
        return measure_coverage([texts[row] for row in articles.rows.tolist()], articles)

    return _coverages.get(_coverage_key(news, settings), build)


def has_coverage(news: News, settings: RunSettings) -> bool:
    """Whether :func:`coverage` would answer at once."""
    return _coverage_key(news, settings) in _coverages


def fitted_words(news: News, settings: RunSettings) -> int | None:
    """Rows of the embedding that a run of ``settings`` has: as many as its training articles fill.

    None while nobody has counted the words: counting takes seconds for a large file, and is not begun here.
    """
    measured = _coverages.peek(_coverage_key(news, settings))
    if measured is None:
        return None
    in_characters = settings.network.tokenization == "characters"
    vocabulary = measured.characters if in_characters else measured.vocabulary
    return min(len(vocabulary), settings.network.vocabulary_size)


def check_vectors(path: Path, name: str, progress: Callable[[float], None] | None = None) -> WordMatch:
    """What the file of word vectors in ``path`` is: its size, its malformed lines. No words are looked for.

    Raises:
        WordVectorsError: it is no such file.
    """
    key = (path.parent.name, None)
    return _matches.get(
        key, lambda: match_words(path, (), sizes=vector_sizes(), name=name, progress=progress)
    )


def match_vectors(
    path: Path, news: News, settings: RunSettings, progress: Callable[[float], None] | None = None
) -> WordMatch:
    """Which of the training part's words stand in the file of word vectors in ``path``; counts them if need be.

    Raises:
        WordVectorsError: it cannot be read. SettingsError, NewsFileError: as :func:`coverage`.
    """
    words = coverage(news, settings).vocabulary.words
    lower = lowercases(settings.cleaning)
    key = (path.parent.name, _coverage_key(news, settings))
    return _matches.get(
        key, lambda: match_words(path, words, sizes=vector_sizes(), lower=lower, progress=progress)
    )


def ngrams(news: News, settings: RunSettings, n: int) -> NGramIndex:
    """The different n-grams of the training part. Takes seconds the first time."""
    key = (*_coverage_key(news, settings), n)
    return _ngrams.get(key, lambda: coverage(news, settings).ngrams(n))


def tokenization_costs(news: News, settings: RunSettings) -> tuple[compute.TokenizationCost, ...]:
    """The cost of each tokenization and its share of out-of-vocabulary tokens. Takes seconds the first time."""

    def build() -> tuple[compute.TokenizationCost, ...]:
        measured, index = coverage(news, settings), ngrams(news, settings, compute.MAX_N)
        texts, articles = cleaned(news, settings.cleaning), measured.articles
        held_out = [*articles.split.validation, *articles.split.test]
        return compute.tokenization_costs(measured, index, [texts[articles.rows[row]] for row in held_out])

    return _tokenization_costs.get(_coverage_key(news, settings), build)
