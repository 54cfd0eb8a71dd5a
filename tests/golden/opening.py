"""Today's functions that open the stored files of version 0.1.0, giving what they read under 0.1.0's names.

The only module of these tests that names anything of ``core`` and ``pages``: when a name changes there, it changes
here, on the right-hand side. The left-hand sides and the stored files stay as they are.
"""

import contextlib
import io
import json
import shutil
from contextlib import redirect_stdout
from dataclasses import asdict
from pathlib import Path
from typing import Any
from unittest.mock import PropertyMock, patch

import msgspec
import numpy as np
import psutil
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest

from core import paths
from core.__main__ import main
from core.insight import artifacts
from core.insight.activations.keras_parity import KerasParity
from core.insight.activations.top_activating import UnitActivations
from core.insight.evaluation import word_order
from core.insight.evaluation.held_out import HeldOut
from core.insight.memory_race import captions, results
from core.insight.replay import replay
from core.insight.word_map.word_map import WordMap
from core.model.classifier import Classifier
from core.model.classifier_archive import unpack
from core.runs import jobs, scheduler
from core.runs.guess import read_guess
from core.runs.imported_classifiers import ImportedClassifiers
from core.runs.memory_race import group_runs
from core.runs.run import Run
from core.runs.run_store import RunStore
from core.settings.run import RunSettings
from core.settings.training import RunOverrides
from core.training.bag_of_words import BagOfWords
from core.training.events import EpochEnd, drop_replayed_events
from pages.session import Session
from server.visitors import HEADER, visitor_name

FRAME = paths.ROOT / "pages" / "frame.py"
STARTER = paths.STARTER

Record = dict[str, Any]


# --- Settings ---


def settings_values(settings: RunSettings) -> Record:
    """Every setting of schema 1 with its value."""
    network, training, vectors = settings.network, settings.training, settings.vectors
    return {
        "schema": 1,
        "preset": settings.preset,
        "cleaning": {
            "steps": list(settings.cleaning.steps),
            "as_printed": settings.cleaning.as_printed,
        },
        "network": {
            "unit": network.tokenization,
            "vocabulary_size": network.vocabulary_size,
            "sequence_length": network.sequence_length,
            "embedding_size": network.embedding_size,
            "embedding_dropout": network.embedding_dropout,
            "cell": network.cell,
            "layers": [
                {
                    "units": layer.units,
                    "bidirectional": layer.bidirectional,
                    "dropout": layer.dropout,
                    "recurrent_dropout": layer.recurrent_dropout,
                }
                for layer in network.layers
            ],
            "pooling": network.pooling,
            "dropout": network.dropout,
            "readers": network.ensemble_size,
            "pair_rows": network.bigram_buckets,
            "pair_dropout": network.bag_of_words_dropout,
        },
        "training": {
            "optimizer": training.optimizer,
            "learning_rate": training.learning_rate,
            "embedding_optimizer": training.embedding_optimizer,
            "embedding_learning_rate": training.embedding_learning_rate,
            "schedule": training.schedule,
            "label_smoothing": training.label_smoothing,
            "alone_share": training.auxiliary_loss_weight,
            "batch_size": training.batch_size,
            "epochs": training.epochs,
            "patience": training.patience,
            "validation_share": training.validation_share,
            "test_share": training.test_share,
            "articles": training.articles,
            "seed": training.seed,
        },
        "vectors": vectors
        and {
            "name": vectors.name,
            "fingerprint": vectors.fingerprint,
            "size": vectors.size,
            "frozen": vectors.frozen,
        },
        "baselines": settings.baselines,
        "merged": [list(pair) for pair in settings.merged],
    }


def read_settings(record: Record) -> Record:
    return settings_values(RunSettings.from_json(record))


# --- Runs ---


def open_run(run_id: str) -> Run:
    return RunStore(paths.runs()).open(run_id)


def run_ids(owner: str) -> set[str]:
    """The owner's runs, as the registry has them."""
    return {run.id for run in RunStore(paths.runs()).of_owner(owner)}


def run_values(run: Run) -> Record:
    """``run.json`` as it was written."""
    record = {
        "schema": 1,
        "id": run.id,
        "owner": run.owner,
        "created": run.created.isoformat(timespec="seconds"),
        "news": str(run.news),
        "news_name": run.news_name,
        "fingerprint": run.fingerprint,
        "settings": settings_values(run.settings),
    }
    return record | ({"race": run.race} if run.race else {})


def event_values(run: Run) -> list[Record]:
    """The event log, line by line; what cannot be read is missing."""
    return [msgspec.to_builtins(event) for event in run.events()[0]]


def epochs_told_once(run: Run) -> list[int]:
    return [event.epoch for event in drop_replayed_events(run.events()[0]) if isinstance(event, EpochEnd)]


def result_values(run: Run) -> Record | None:
    result = run.result()
    return msgspec.to_builtins(result) if result else None


def _plan(plan: RunOverrides | None) -> Record | None:
    return (
        {
            "learning_rate": plan.learning_rate,
            "epochs": plan.epochs,
            "beyond": plan.continue_after,
        }
        if plan
        else None
    )


def small_record(run: Run, name: str) -> Record | None:
    """What the run's folder holds under ``name``, as it is read."""
    match name:
        case "plan.json":
            return _plan(run.overrides())
        case "guess.json":
            guess = read_guess(run)
            return {"schema": 1, "accuracy": guess.accuracy, "hardest": guess.hardest} if guess else None
        case "process.json":
            lease = run.lease()
            return (
                {
                    "attempt": lease.attempt,
                    "pid": lease.pid,
                    "started": lease.started,
                    "told": lease.log_offset,
                    "crashes": lease.crashes,
                    "launched": lease.launched,
                    "kills": lease.kills,
                    "lost": lease.lost,
                }
                if lease
                else None
            )
        case "queued.json":
            mark = run.queue_entry()
            return (
                {
                    "since": mark.since,
                    "crashes": mark.crashes,
                    "pid": mark.pid,
                    "started": mark.started,
                    "plan": _plan(mark.overrides),
                }
                if mark
                else None
            )
    raise ValueError(f"name must be one of a run's small files, got {name!r}")


def replayed(run: Run) -> dict[int, float]:
    """The validation accuracy at each epoch's end, from the answers that its snapshots hold."""
    seen = replay.Replay.load(run.snapshots_folder)
    assert not seen.passed_over
    accuracies = {}
    for at, moment in enumerate(seen.moments):
        if moment.whole:
            y, given = seen.measured(at)
            accuracies[moment.epochs] = float((y == given).mean())
    return accuracies


def race_cells(owner: str) -> dict[str, dict[str, float]]:
    """The owner's races by id: of each cell the share of the test articles that it answers rightly."""
    found = {}
    for race in group_runs(RunStore(paths.runs()).of_owner(owner)):
        rows, right = [], {}
        for run in race.runs:
            rows.append(results.result(run.settings, run.events()[0]))
            part = held_out(run).test
            right[run.settings.network.cell] = part.logits.argmax(axis=1) == part.y
        assert captions.verdict(results.compare(rows, right)).title
        found[race.id] = {str(cell): float(answers.mean()) for cell, answers in right.items()}
    return found


# --- Going on ---


def go_on(run: Run, *, epochs: int, beyond: int) -> None:
    """Ask a run that has ended for more epochs, and wait for them."""
    scheduler.continue_run(run, RunOverrides(epochs=epochs, continue_after=beyond))
    wait_for_worker(run)


def start_next() -> None:
    """Let whoever waits begin."""
    scheduler.advance(RunStore(paths.runs()))


def start(run: Run) -> None:
    """Let a run that stands still go on, and wait until its process has ended."""
    scheduler.start(run)
    wait_for_worker(run)


def wait_for_worker(run: Run) -> None:
    lease = run.lease()
    assert lease is not None
    with contextlib.suppress(psutil.NoSuchProcess):  # it has ended already
        psutil.Process(lease.pid).wait()


# --- Classifiers ---


def load(folder: Path) -> Classifier:
    return Classifier.load(folder)


def import_zip(file: Path, folder: Path) -> Classifier:
    return unpack(file, folder)


def brought(visitor: str) -> dict[str, Path]:
    """The classifiers that a visitor brought, by id."""
    return {one.id: one.folder for one in ImportedClassifiers(paths.imported()).of_owner(visitor)}


def predictions(classifier: Classifier, headlines: list[str]) -> list[Record]:
    return [
        {
            "label": one.label,
            "ranking": dict(one.ranking),
            "words": list(one.words),
            "unknown": list(one.unknown),
        }
        for one in classifier.predict(headlines)
    ]


def card_values(classifier: Classifier) -> Record:
    values: Record = json.loads(json.dumps(asdict(classifier.card)))
    return values


def weights(run: Run) -> dict[str, np.ndarray]:
    """The trained weights, under 0.1.0's names."""
    return dict(Classifier.load(run.classifier_folder).weights)


def held_out(run: Run) -> HeldOut:
    classifier = Classifier.load(run.classifier_folder)
    return HeldOut.load(run.classifier_folder, categories=len(classifier.labels))


def answers_again(run: Run) -> tuple[np.ndarray, np.ndarray]:
    """The logits of the test part: as they are stored, and as the classifier gives them today."""
    part = held_out(run).test
    assert part.sequences is not None
    return part.logits, Classifier.load(run.classifier_folder).logits_of(part.sequences)


def open_every_study(run: Run) -> set[str]:
    """Open each study of a run's classifier that today's pages show; the names of those that were there."""
    folder = run.classifier_folder
    classifier = Classifier.load(folder)
    words, test = WordMap.load(classifier, folder), held_out(run).test
    assert words.computed is not None
    assert words.initial_rows is not None  # from "first_rows"
    assert UnitActivations.load(folder, classifier).ends
    assert KerasParity.load(folder).largest < 1e-5
    outcomes = word_order.load_outcomes(folder, len(test))
    assert all(one.bag is not None for one in outcomes)
    linear = artifacts.read(folder, "linear")
    assert len(BagOfWords.from_arrays(linear).bias) == len(classifier.labels)
    assert 0 < float(linear["linear/accuracy"]) <= 1
    return {name for name in jobs.JOBS if jobs.state(folder, name).status == "done"}


# --- A visitor, and the pages ---


def visitor_values(visitor: str) -> Record:
    """A visitor's file as it was written."""
    session = Session(visitor, paths.visitors() / f"{visitor}.json")
    return {
        "schema": 1,
        "settings": settings_values(session.settings),
        "news": {
            "path": str(session.news_path),
            "name": session.news_name,
            "rows": session.news_rows,
        },
        "run": session.run and session.run.id,
        "seen": sorted(session.seen),
    }


def opened_page(address: str, cookie: str) -> AppTest:
    """The app at an address, asked for by the browser that holds ``cookie``."""
    with patch.object(ContextProxy, "headers", PropertyMock(return_value={HEADER: visitor_name(cookie)})):
        app = AppTest.from_file(str(FRAME), default_timeout=300)
        app.run()
        pages = {info["url_pathname"]: key for key, info in app._registered_pages.items()}
        app._page_hash = pages[address]  # AppTest opens pages by their files alone
        return app.run()


# --- The command line ---


def command_line(*arguments: str) -> str:
    """What a verb prints on standard output, after it has ended well."""
    printed = io.StringIO()
    with redirect_stdout(printed):
        status = main(list(arguments))
    assert status == 0, printed.getvalue()
    return printed.getvalue()


# --- Storage ---


def put_storage(source: Path) -> Path:
    """Copy what visitors brought and made into today's places; ``{STORAGE}`` becomes their folder."""
    storage = paths.runs().parent
    shutil.copytree(source, storage, dirs_exist_ok=True)
    assert paths.visitors().parent == paths.uploads().parent == storage
    inside = json.dumps(str(storage))[1:-1]  # as JSON writes it, backslashes too
    for file in [*paths.runs().glob("*/run.json"), *paths.visitors().glob("*.json")]:
        file.write_text(file.read_text(encoding="utf-8").replace("{STORAGE}", inside), encoding="utf-8")
    return storage
