"""What a cache counts is about what the memory holds, each object once."""

import gc
import tracemalloc
from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from core import paths
from core.model.classifier import Classifier
from core.settings.presets import PRESETS
from core.tasks.news_tasks import coverage_task
from pages.memory_size import memory_size
from tests.tasks.computed import compute_here, reading


@pytest.mark.parametrize(
    "build",
    [
        lambda: compute_here(coverage_task(reading(), PRESETS["quick"])),
        lambda: Classifier.load(paths.STARTER),
        lambda: {str(n): [n, (n, str(n))] for n in range(10_000)},
    ],
    ids=["coverage", "classifier", "containers"],
)
def test_it_is_about_what_python_counts(build: Callable[[], object]) -> None:
    build()  # what is read once a process
    gc.collect()
    tracemalloc.start()
    kept = build()
    gc.collect()
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert 0.8 < memory_size(kept) / held < 1.25


def test_each_object_counts_once_and_a_circle_ends() -> None:
    block = np.zeros(10_000)
    circle = SimpleNamespace(block=block, also=[block, block])
    circle.itself = circle
    assert 80_000 < memory_size(circle) < 82_000


def test_tables_count_with_their_texts() -> None:
    table = pd.DataFrame({"text": pd.array(["word " * 100] * 1_000, dtype="str")})
    assert 500_000 < memory_size(table) < 520_000
    assert 500_000 < memory_size(table["text"]) < 520_000
