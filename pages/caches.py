"""What is read once and shared by all visitors: news, classifiers, word maps, snapshots.

The key is the identity of bytes that the visitor has, so sharing reveals no other visitor's data.
``st.cache_resource`` would not do: it counts results and not their bytes.
"""

from dataclasses import replace
from pathlib import Path

from streamlit.delta_generator import DeltaGenerator

from core.errors import ClassifierError, NewsFileError
from core.insight import artifacts
from core.insight.prediction import counterfactuals
from core.insight.replay.replay import Replay
from core.insight.word_map.computed_map import NAME as MAP
from core.insight.word_map.projection import INITIAL_ROWS
from core.insight.word_map.word_map import WordMap
from core.model.classifier import Classifier
from core.model.classifier_files import CARD_FILE
from core.news.news import News
from core.news.reading import GUESSED, Reading
from core.runs.run import Run
from core.settings.run import RunSettings
from core.tasks.news_tasks import ReadNews, coverage_task
from core.tasks.task import StoredFile
from pages import tasks
from pages.loaded_classifier import LoadedClassifier
from pages.single_flight_cache import SingleFlightCache

_classifiers = SingleFlightCache[Classifier](256)
_word_maps = SingleFlightCache[WordMap](64)
_replays = SingleFlightCache[Replay](128)
_smallest_flips = SingleFlightCache[tuple[counterfactuals.Counterfactual | None, int]](8)


def stamp(path: Path) -> tuple[str, int, int]:
    """Identity of a file's bytes without reading them."""
    status = path.stat()
    return str(path.resolve()), status.st_mtime_ns, status.st_size


SAMPLE_NAME = "synthetic sample"


def news_task(path: Path, name: str, reading: Reading = GUESSED) -> ReadNews:
    """The task that reads the news in ``path``, shown under ``name``: the key to all that is computed from them.

    Raises:
        NewsFileError: the file is not there.
    """
    try:
        return ReadNews(file=StoredFile.of(path), name=name, reading=reading)
    except OSError:
        raise NewsFileError(
            f"The file {name!r} is no longer on the server. Choose it again on the Data page."
        ) from None


def read_news(news: ReadNews, slot: DeltaGenerator | None = None) -> News:
    """The news of a file under its owner's name; one copy however many visitors hold the file.

    Raises:
        NewsFileError: it cannot be read.
    """
    read = tasks.result(news, slot=slot)
    return read if read.name == news.name else replace(read, name=news.name)


def fitted_words(news: ReadNews, settings: RunSettings) -> int | None:
    """Rows of the embedding that a run of ``settings`` has: as many as its training articles fill.

    None while nobody has counted the words: counting takes seconds for a large file, and is not begun here.
    """
    measured = tasks.peek(coverage_task(news, settings))
    if measured is None:
        return None
    in_characters = settings.network.tokenization == "characters"
    vocabulary = measured.characters if in_characters else measured.vocabulary
    return min(len(vocabulary), settings.network.vocabulary_size)


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
