"""The tasks on a whole news file: reading, counting, cleaning, exporting.

Most begin with the result of another. Leaves out: the computations themselves.
"""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import msgspec
import numpy as np
import numpy.typing as npt

from core import paths
from core.errors import NewsFileError
from core.insight.dataset.cleaning_effect import CleaningEffect, WordCounts, count_words
from core.insight.dataset.coverage import VocabularyCoverage, measure_coverage
from core.insight.dataset.overview import Overview, compute_overview
from core.insight.lessons.article.compute import StepCounts, count_steps
from core.insight.lessons.faults.compute import FaultName, remaining_words
from core.insight.lessons.numbers.compute import MAX_N, TokenizationCost, tokenization_costs
from core.news.changes import NO_CHANGES
from core.news.csv_export import to_csv
from core.news.decompression import NEWS, ExpectedFile, unpacks_to_at_most
from core.news.news import News, articles_per_category, inspect_news, mend, read_news
from core.news.reading import GUESSED, FileShape, Reading
from core.settings.run import RunSettings
from core.settings.training import TrainingSettings
from core.tasks.task import Need, Report, StoredFile, Task
from core.text.cleaning import CleaningSettings, clean_all, texts_of
from core.text.languages import Language, language_of
from core.text.ngrams import NGramIndex
from core.text.word_vectors import WORD_VECTORS, WordMatch, match_words
from core.training.preparation import lowercases, split_articles, vector_sizes

SMALL_FILE = 2**18  # bytes, packed and unpacked
SMALL_TEXTS = 4 * 2**20  # bytes of all texts: some 20,000 headlines with their descriptions
SMALL_ARTICLES = 20_000  # each takes time, however short


class ReadNews(Task[News], frozen=True, kw_only=True):
    """Read a news file; ``name`` is what its owner calls it, ``reading`` what its owner chose about reading it."""

    result_type: ClassVar[Any] = News
    file: StoredFile
    name: str
    reading: Reading = GUESSED

    def compute(self, need: Need, report: Report) -> News:
        if not self.reading.changes.is_empty:  # the file is not read again for one more change
            return mend(need(self.without_changes()), self.reading.changes)
        path = Path(self.file.path)
        news = read_news(
            path, name=self.name, progress=lambda share: report("reading", share), reading=self.reading
        )
        check_unchanged(self.file, news.name)
        return news

    def is_small(self, need: Need) -> bool:
        if not self.reading.changes.is_empty:
            return has_small_texts(need(self.without_changes()))
        return is_small_file(self.file, NEWS) or self.file.path in {
            str(path.resolve()) for path in paths.SAMPLES
        }

    def without_changes(self) -> "ReadNews":
        """The task that reads the articles as they stand in the file."""
        reading = msgspec.structs.replace(self.reading, changes=NO_CHANGES)
        return msgspec.structs.replace(self, reading=reading)


class InspectNews(Task[FileShape], frozen=True, kw_only=True):
    """Look at the beginning of a news file: which columns it has, and how they would be read."""

    result_type: ClassVar[Any] = FileShape
    file: StoredFile
    name: str
    reading: Reading = GUESSED

    def compute(self, need: Need, report: Report) -> FileShape:
        report("looking at the file", 0.0)
        shape = inspect_news(Path(self.file.path), name=self.name, reading=self.reading)
        check_unchanged(self.file, self.name)
        return shape

    def is_small(self, need: Need) -> bool:
        return is_small_file(self.file, NEWS)


def check_unchanged(file: StoredFile, name: str) -> None:
    """Raise NewsFileError if the file's bytes are no longer those that the page has seen."""
    if StoredFile.of(Path(file.path)) != file:
        raise NewsFileError(f"{name} has changed since this page was loaded. Reload the page.")


def is_small_file(file: StoredFile, expected: ExpectedFile) -> bool:
    """Whether a file is small enough for the web server, also when it is unpacked: to a thousand times its size."""
    return file.size <= SMALL_FILE and unpacks_to_at_most(Path(file.path), SMALL_FILE, expected=expected)


def has_small_texts(news: News) -> bool:
    """Whether all texts together are few and short enough for the web server."""
    return len(news) <= SMALL_ARTICLES and int(news.table["text"].array.nbytes) <= SMALL_TEXTS


class CountCategories(Task[dict[str, int]], frozen=True, kw_only=True):
    """Count the articles of each category, most frequent first."""

    result_type: ClassVar[Any] = dict[str, int]
    news: ReadNews

    def compute(self, need: Need, report: Report) -> dict[str, int]:
        counts = articles_per_category(need(self.news))
        return {str(name): int(articles) for name, articles in counts.items()}

    def is_small(self, need: Need) -> bool:
        need(self.news)  # read first: who waits for the counts cannot leave
        return True  # a tenth of a second for 180,000 articles


class SummariseNews(Task[Overview], frozen=True, kw_only=True):
    """Count articles, and compare the categories."""

    result_type: ClassVar[Any] = Overview
    news: ReadNews

    def compute(self, need: Need, report: Report) -> Overview:
        news = need(self.news)
        report("comparing categories", 0.0)
        return compute_overview(news)

    def is_small(self, need: Need) -> bool:
        return has_small_texts(need(self.news))


class DetectLanguage(Task[Language], frozen=True, kw_only=True):
    """Tell the language of a file from its texts."""

    result_type: ClassVar[Any] = Language
    news: ReadNews

    def compute(self, need: Need, report: Report) -> Language:
        texts = need(self.news).table["text"].tolist()
        report("telling the language", 0.0)
        return language_of(texts)

    def is_small(self, need: Need) -> bool:
        return has_small_texts(need(self.news))


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanedTexts:
    """All texts of a file after cleaning, in its order; ``seconds`` is the cleaning alone."""

    texts: list[str]
    seconds: float


class CleanTexts(Task[CleanedTexts], frozen=True, kw_only=True):
    """Clean all texts."""

    result_type: ClassVar[Any] = CleanedTexts
    news: ReadNews
    cleaning: CleaningSettings

    def compute(self, need: Need, report: Report) -> CleanedTexts:
        raw = texts_of(need(self.news).table, self.cleaning)
        report("cleaning", 0.0)
        start = time.perf_counter()
        texts = clean_all(raw, self.cleaning, lambda share: report("cleaning", share))
        return CleanedTexts(texts=texts, seconds=time.perf_counter() - start)

    def is_small(self, need: Need) -> bool:
        return has_small_texts(need(self.news))


class MeasureCleaning(Task[CleaningEffect], frozen=True, kw_only=True):
    """Compare the words of all texts before and after cleaning."""

    result_type: ClassVar[Any] = CleaningEffect
    cleaned: CleanTexts

    def compute(self, need: Need, report: Report) -> CleaningEffect:
        cleaned = need(self.cleaned)
        raw = texts_of(need(self.cleaned.news).table, self.cleaned.cleaning)
        report("counting words", 0.0)
        before = count_words(raw)
        report("counting words", 0.5)
        return CleaningEffect(before=before, after=count_words(cleaned.texts), seconds=cleaned.seconds)

    def is_small(self, need: Need) -> bool:
        return self.cleaned.is_small(need)


class ExportCleaned(Task[npt.NDArray[np.uint8]], frozen=True, kw_only=True):
    """Make a CSV of category, date and cleaned text, in the file's order; its bytes."""

    result_type: ClassVar[Any] = npt.NDArray[np.uint8]
    cleaned: CleanTexts

    def compute(self, need: Need, report: Report) -> npt.NDArray[np.uint8]:
        table, texts = need(self.cleaned.news).table, need(self.cleaned).texts
        report("writing the table", 0.0)
        dates = table["date"].dt.strftime("%Y-%m-%d").fillna("").tolist()
        rows = zip(table["category"].astype(str).tolist(), dates, texts, strict=True)
        return np.frombuffer(to_csv(("category", "date", "text"), rows), np.uint8)

    def is_small(self, need: Need) -> bool:
        return self.cleaned.is_small(need)


class MeasureCoverage(Task[VocabularyCoverage], frozen=True, kw_only=True):
    """Count the words of the training part; see :func:`coverage_task`.

    Raises:
        SettingsError, NewsFileError: these settings leave nothing to learn from.
    """

    result_type: ClassVar[Any] = VocabularyCoverage
    cleaned: CleanTexts
    training: TrainingSettings

    def compute(self, need: Need, report: Report) -> VocabularyCoverage:
        news = need(self.cleaned.news)
        articles = split_articles(news.table["category"], self.training, test_rows=news.test_rows)
        texts = need(self.cleaned).texts
        report("counting words", 0.0)
        return measure_coverage([texts[row] for row in articles.rows.tolist()], articles)

    def is_small(self, need: Need) -> bool:
        return self.cleaned.is_small(need)


def coverage_task(news: ReadNews, settings: RunSettings) -> MeasureCoverage:
    """Return the task with those settings alone that the coverage depends on: not the sizes, so a slider reuses it."""
    training = settings.training
    return MeasureCoverage(
        cleaned=CleanTexts(news=news, cleaning=settings.cleaning),
        training=TrainingSettings(
            validation_share=training.validation_share,
            test_share=training.test_share,
            articles=training.articles,
            seed=training.seed,
        ),
    )


class IndexNgrams(Task[NGramIndex], frozen=True, kw_only=True):
    """Index the n-grams of the training part."""

    result_type: ClassVar[Any] = NGramIndex
    coverage: MeasureCoverage
    n: int

    def compute(self, need: Need, report: Report) -> NGramIndex:
        coverage = need(self.coverage)
        report("counting n-grams", 0.0)
        return coverage.ngrams(self.n)

    def is_small(self, need: Need) -> bool:
        return self.coverage.is_small(need)


class CompareTokenizations(Task[tuple[TokenizationCost, ...]], frozen=True, kw_only=True):
    """Measure the cost of each tokenization, and its share of out-of-vocabulary tokens."""

    result_type: ClassVar[Any] = tuple[TokenizationCost, ...]
    coverage: MeasureCoverage

    def compute(self, need: Need, report: Report) -> tuple[TokenizationCost, ...]:
        coverage = need(self.coverage)
        index = need(IndexNgrams(coverage=self.coverage, n=MAX_N))
        texts, articles = need(self.coverage.cleaned).texts, coverage.articles
        report("looking up n-grams", 0.0)
        held_out = [*articles.split.validation, *articles.split.test]
        return tokenization_costs(coverage, index, [texts[articles.rows[row]] for row in held_out])

    def is_small(self, need: Need) -> bool:
        return self.coverage.is_small(need)


class MatchVectors(Task[WordMatch], frozen=True, kw_only=True):
    """Find which words of the training part a file of word vectors has; without a coverage, only check the file.

    Raises:
        WordVectorsError: it cannot be read. SettingsError, NewsFileError: as :class:`MeasureCoverage`.
    """

    result_type: ClassVar[Any] = WordMatch
    vectors: StoredFile
    name: str
    coverage: MeasureCoverage | None = None
    member: str = ""

    def compute(self, need: Need, report: Report) -> WordMatch:
        words = need(self.coverage).vocabulary.words if self.coverage else ()
        return match_words(
            Path(self.vectors.path),
            words,
            sizes=vector_sizes(),
            lower=self.coverage is not None and lowercases(self.coverage.cleaned.cleaning),
            name=self.name,
            progress=lambda share: report("reading the vectors", share),
            member=self.member or None,
        )

    def is_small(self, need: Need) -> bool:
        few_words = self.coverage is None or self.coverage.is_small(need)
        return few_words and is_small_file(self.vectors, WORD_VECTORS)


class CountFaultyWords(Task[WordCounts], frozen=True, kw_only=True):
    """Count the words that cleaning leaves with some of the tutorial's faults; ``faults`` are sorted."""

    result_type: ClassVar[Any] = WordCounts
    news: ReadNews
    faults: tuple[FaultName, ...]

    def compute(self, need: Need, report: Report) -> WordCounts:
        table = need(self.news).table
        report("cleaning", 0.0)
        return remaining_words(table, self.faults, lambda share: report("cleaning", share))

    def is_small(self, need: Need) -> bool:
        return has_small_texts(need(self.news))


class CountTutorialSteps(Task[StepCounts], frozen=True, kw_only=True):
    """Count what the tutorial's steps leave of a file; ``cut``: after articles of POLITICS are dropped."""

    result_type: ClassVar[Any] = StepCounts
    news: ReadNews
    cut: bool

    def compute(self, need: Need, report: Report) -> StepCounts:
        table = need(self.news).table
        report("cleaning", 0.0)
        return count_steps(table, cut=self.cut, progress=lambda share: report("cleaning", share))

    def is_small(self, need: Need) -> bool:
        return has_small_texts(need(self.news))
