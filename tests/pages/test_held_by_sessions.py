"""What a session keeps between two runs of its script: keys, never a table or a classifier's weights.

Streamlit keeps a session's state, and its fragments and its widgets' callbacks with all that they hold, as long as the
session lives. Here the caches are emptied behind an open page, and nothing large may be left; nor by
the names at the top of the page's script, which its functions keep.
"""

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from streamlit.runtime.fragment import MemoryFragmentStorage
from streamlit.testing.v1 import AppTest

from core import paths
from core.insight.dataset.cleaning_effect import CleaningEffect
from core.insight.dataset.coverage import VocabularyCoverage
from core.insight.dataset.overview import Overview
from core.insight.evaluation.held_out import HeldOut
from core.insight.replay.replay import Replay
from core.insight.word_map.word_map import WordMap
from core.model.classifier import Classifier
from core.news.news import News
from core.text.ngrams import NGramIndex
from pages.session import Session
from pages.single_flight_cache import SingleFlightCache
from pages.widgets.evaluation_context import EvaluationContext
from tests.classifiers import small_classifier
from tests.insight.run_snapshots import write_snapshots
from tests.pages.opening import create_run, end_run, open_page, open_visit

LARGE = (
    *(News, Overview, CleaningEffect, VocabularyCoverage, NGramIndex),
    *(Classifier, EvaluationContext, HeldOut, WordMap, Replay),
)
HEADLINE = "Star striker signs for rival club after cup final"


def large_objects() -> list[Any]:
    gc.collect()
    return [each for each in gc.get_objects() if isinstance(each, LARGE)]


def empty_caches() -> None:
    for module in [module for name, module in sys.modules.items() if name.startswith("pages.")]:
        for cache in vars(module).values():
            if isinstance(cache, SingleFlightCache):
                cache._results.clear()
                cache._oversized.clear()


@contextmanager
def nothing_large_is_held(
    monkeypatch: pytest.MonkeyPatch, *, has_fragments: bool = True
) -> Iterator[list[AppTest]]:
    """Take a page that is opened inside; all that its session keeps must be small.

    A test's page drops its fragments when its script has ended; a session's does not, so they are kept here.
    """
    fragments: list[Callable[..., Any]] = []
    register = MemoryFragmentStorage.register

    def keep(self: MemoryFragmentStorage, key: str, fragment: Callable[..., Any], **options: Any) -> None:
        fragments.append(fragment)
        register(self, key, fragment, **options)

    monkeypatch.setattr(MemoryFragmentStorage, "register", keep)
    empty_caches()  # of what earlier tests have read
    before = {id(each) for each in large_objects()}
    pages: list[AppTest] = []
    yield pages
    assert pages
    assert bool(fragments) == has_fragments
    made = [each for each in large_objects() if id(each) not in before]
    assert made  # the page needs what its session must not hold
    del made
    empty_caches()
    left = [type(each).__name__ for each in large_objects() if id(each) not in before]
    assert left == []


def page_of(name: str) -> str:
    return str(paths.ROOT / "pages" / name / "page.py")


@pytest.mark.parametrize("name", ["data", "cleaning", "words"])
def test_a_page_of_a_file(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with nothing_large_is_held(monkeypatch) as pages:
        page, _ = open_visit(page_of(name), paths.SAMPLE)
        pages.append(page)
        del page


def test_home_and_predict(monkeypatch: pytest.MonkeyPatch) -> None:
    with nothing_large_is_held(monkeypatch) as pages:
        pages.append(open_page(page_of("home")))
    for why in ("Read along", "What each word adds", "Try another word", "Two classifiers"):
        with nothing_large_is_held(monkeypatch) as pages:
            pages.append(open_page(page_of("predict"), headline_typed=HEADLINE, why=why))


def test_inside_with_an_intervention(monkeypatch: pytest.MonkeyPatch) -> None:
    with nothing_large_is_held(monkeypatch) as pages:
        pages.append(open_page(page_of("inside"), inside_headline=HEADLINE))
        pages[0].button(key="inside_hold").click().run()
        assert pages[0].button(key="inside_let_go").label == "Release all"


@pytest.mark.parametrize(
    "view", ["Scores", "Confusion", "Calibration", "Where it fails", "Confusable", "Word order"]
)
def test_evaluate(view: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with nothing_large_is_held(monkeypatch, has_fragments=view in ("Confusion", "Calibration")) as pages:
        pages.append(open_page(page_of("evaluate"), evaluate_view=view))


def test_word_map_with_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    with nothing_large_is_held(monkeypatch) as pages:
        pages.append(open_page(page_of("word_map"), map_search="striker"))


@pytest.mark.parametrize("view", ["Headlines", "Word map", "Confusion"])
@pytest.mark.usefixtures("asked")
def test_time_machine(view: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with nothing_large_is_held(monkeypatch) as pages:
        session = Session("visitor", None)
        run = create_run(session)
        end_run(run, small_classifier(known=("goal", "soup", "comet", "match")))
        write_snapshots(run.snapshots_folder)
        pages.append(open_page(page_of("time_machine"), session, time_view=view))
