"""How long a word map takes: ``python -m benchmarks.word_map MODEL``.

The claims: t-SNE of 5,000 words within 10 s on two cores, and all else that a page waits for within 1 s. MODEL is a
classifier's folder; where its held-out articles are not kept with their words (``models/starter``), made-up ones as
long as headlines are taken, for the time does not depend on what they say. Leaves out: how good the map is; the
artifact keeps those figures (``core/insight/word_map/computed_map.py``).
"""

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

# As the job's process has it, and before anything loads OpenMP.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import numpy as np

from core.insight.word_map import computed_map
from core.insight.word_map.computed_map import held_out_texts
from core.insight.word_map.figures import (
    PCA,
    SPACE,
    Selection,
    View,
    coloured_categories,
    plane_chart,
    space_chart,
)
from core.insight.word_map.neighbour_preservation import all_neighbours
from core.insight.word_map.projection import tsne
from core.insight.word_map.tensorboard_export import export_zip
from core.insight.word_map.word_effects import measure_word_effects
from core.insight.word_map.word_map import WordMap
from core.model.classifier import Classifier
from core.text.sequences import Sequences
from core.text.vocabulary import FIRST_WORD_ID

TARGET_TSNE, TARGET_PAGE = 10.0, 1.0  # seconds
MADE_UP, WORDS = 20_000, 20


def made_up(classifier: Classifier, texts: int) -> Sequences:
    """Texts whose words are drawn as often as they occur."""
    counts = np.array(classifier.vocabulary.counts, float)
    length = min(WORDS, classifier.network.sequence_length)
    ids = np.random.default_rng(1).choice(len(counts), texts * length, p=counts / counts.sum())
    return Sequences(ids=(ids + FIRST_WORD_ID).astype(np.int32), offsets=np.arange(texts + 1) * length)


def seconds(task: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Medians of the time and of the processor time."""
    times, processor = [], []
    for _ in range(rounds):
        start, used = time.perf_counter(), time.process_time()
        task()
        times.append(time.perf_counter() - start)
        processor.append(time.process_time() - used)
    return statistics.median(times), statistics.median(processor)


def measured(folder: Path, *, rounds: int, texts: int) -> dict[str, dict[str, float]]:
    """Seconds of each part, by its name: of the job first, then of what the page itself does."""
    classifier = Classifier.load(folder)
    table = classifier.weights["embedding"][: FIRST_WORD_ID + computed_map.MOST_WORDS]
    held_out = held_out_texts(folder, len(classifier.labels)) or made_up(classifier, texts)
    shown = WordMap.load(classifier, folder)
    word = FIRST_WORD_ID + len(shown) // 2
    marked = Selection(
        word=word - FIRST_WORD_ID, neighbours=tuple(one - 2 for one, _ in shown.neighbours(word))
    )

    def draw(view: str) -> str:
        picture = View.build(shown, view, word)
        figure = (space_chart if view == SPACE else plane_chart)(
            shown, picture, categories=coloured_categories(shown), selection=marked
        )
        return str(figure.to_json())

    parts: dict[str, Callable[[], object]] = {
        "t-SNE": lambda: tsne(table[FIRST_WORD_ID:]),
        "nearest of all words": lambda: all_neighbours(table),
        "effects": lambda: measure_word_effects(classifier, held_out, words=len(table) - FIRST_WORD_ID),
        "PCA and what was kept": lambda: WordMap.load(classifier, folder),
        "nearest of one word": lambda: shown.neighbours(word),
        "a word on the map": lambda: draw(PCA),
        "the same in 3D": lambda: draw(SPACE),
        "the projector's files": lambda: export_zip(shown),
    }
    found = {}
    for name, task in parts.items():
        taken, processor = seconds(task, rounds)
        found[name] = {"seconds": taken, "processor_seconds": processor}
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--texts", type=int, default=MADE_UP, help="made-up texts, where none are kept")
    parser.add_argument(
        "--words", type=int, default=computed_map.MOST_WORDS, help="on the map at most, the most frequent"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    given = parser.parse_args()
    computed_map.MOST_WORDS = given.words
    parts = measured(given.model, rounds=given.rounds, texts=given.texts)
    print(f"{'part':<24} {'time':>9} {'processor':>10}")
    for name, part in parts.items():
        print(f"{name:<24} {part['seconds']:7.3f} s {part['processor_seconds']:8.3f} s")
    if given.json:
        print(json.dumps({"parts": parts, "target_tsne": TARGET_TSNE, "target_page": TARGET_PAGE}))


if __name__ == "__main__":
    main()
