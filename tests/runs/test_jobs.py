"""What is found out about a classifier beside the pages: kept with it, once, and never of other weights."""

import importlib
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
import pytest

from core import paths
from core.errors import AnalysisError
from core.files import sha256, write_json
from core.insight import artifacts
from core.insight.activations.keras_parity import KerasParity
from core.insight.evaluation.held_out import HeldOut
from core.model.classifier import Classifier
from core.runs import jobs, keras_parity
from core.runs.lease import process_start
from core.runs.run_store import RunStore
from core.runs.worker import work
from core.settings.network import NetworkSettings, RecurrentLayer
from core.settings.run import RunSettings
from core.settings.training import TrainingSettings
from core.text.cleaning import CleaningSettings
from core.training.events import Finished
from tests.classifiers import random_classifier
from tests.waiting import wait_until

State = jobs.State


@pytest.fixture
def classifier(tmp_path: Path) -> Path:
    folder = tmp_path / "classifier"
    folder.mkdir()
    (folder / "classifier.json").write_text("{}")
    (folder / artifacts.FOLDER).mkdir()
    return folder


def note(classifier: Path, **fields: object) -> None:
    record = {"pid": psutil.Process().pid, "started": process_start(psutil.Process())} | fields
    write_json(classifier / artifacts.FOLDER / "held_out.state.json", record)


def test_state_follows_from_the_result_the_note_and_the_process(classifier: Path) -> None:
    assert jobs.state(classifier, "held_out") == State(status="missing")
    note(classifier)
    assert jobs.state(classifier, "held_out") == State(status="waiting")
    note(classifier, waiting=False, stage="answering", share=0.5)
    assert jobs.state(classifier, "held_out") == State(status="working", stage="answering", share=0.5)
    note(classifier, started=1.0)  # of another process that had this id
    assert jobs.state(classifier, "held_out").status == "failed"
    note(classifier, why="It could not be.")
    assert jobs.state(classifier, "held_out") == State(status="failed", why="It could not be.")
    artifacts.write(classifier, "held_out", {"a": np.zeros(1)})
    assert jobs.state(classifier, "held_out").status == "done"


def test_a_damaged_note_is_as_good_as_none(classifier: Path) -> None:
    (classifier / artifacts.FOLDER / "held_out.state.json").write_bytes(b'{"pid": "x"')
    assert jobs.state(classifier, "held_out").status == "missing"


def test_an_unknown_name_is_a_mistake_of_ours(classifier: Path) -> None:
    with pytest.raises(ValueError, match="name must be one of"):
        jobs.request_job(classifier, "../../etc")


def made(classifier: Path, monkeypatch: pytest.MonkeyPatch, compute: Callable[..., object]) -> None:
    """One job's process, run in this one."""
    monkeypatch.setattr("core.runs.news_jobs.held_out", compute)
    monkeypatch.setattr("sys.argv", ["job", "held_out", str(classifier)])
    monkeypatch.setattr("os.nice", lambda by: 0)
    monkeypatch.setattr("core.runs.memory_budget.prefer_as_oom_victim", lambda: None)
    note(classifier)  # as whoever asked has written it
    jobs.main()


def test_the_result_is_kept_and_the_note_goes(classifier: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def compute(folder: Path, report: jobs.Report) -> artifacts.Arrays:
        report("thinking", 0.25)
        seen.append(jobs.state(folder, "held_out"))
        return {"answer": np.array([42])}

    made(classifier, monkeypatch, compute)
    assert seen == [State(status="working", stage="thinking", share=0.25)]
    assert artifacts.read(classifier, "held_out")["answer"].tolist() == [42]
    assert not list(classifier.glob("studies/*.json"))


@pytest.mark.parametrize("tells", [False, True])
def test_what_was_found_out_about_weights_that_were_replaced_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tells: bool
) -> None:
    """The run learns on meanwhile, and its new weights take the whole folder's place."""
    network = NetworkSettings(
        vocabulary_size=20, sequence_length=6, embedding_size=4, layers=(RecurrentLayer(units=3),)
    )
    first, second = (
        random_classifier(network, labels=("A", "B"), cleaning=CleaningSettings(), seed=seed)
        for seed in (1, 2)
    )
    folder = tmp_path / "trained"
    first.save(folder)
    (folder / artifacts.FOLDER).mkdir()

    def compute(folder: Path, report: jobs.Report) -> artifacts.Arrays:
        second.save(folder, add_files=lambda made: artifacts.write(made, "first_rows", {"rows": np.zeros(1)}))
        if tells:
            report("another stage", 0.5)
        return {"answer": np.array([42])}

    with pytest.raises(SystemExit):
        made(folder, monkeypatch, compute)
    assert sorted(path.name for path in (folder / artifacts.FOLDER).iterdir() if path.suffix != ".lock") == [
        "first_rows.npz"
    ]
    assert jobs.state(folder, "held_out") == State(status="missing")  # of the new weights
    assert artifacts.read(folder, "first_rows")["rows"].tolist() == [0]


def test_what_another_study_has_made_meanwhile_is_not_made_again(
    classifier: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    artifacts.write(classifier, "held_out", {"answer": np.array([1])})
    made(classifier, monkeypatch, lambda folder, report: pytest.fail("computed again"))
    assert artifacts.read(classifier, "held_out")["answer"].tolist() == [1]
    assert jobs.state(classifier, "held_out").status == "done"


def test_a_failure_is_told_without_its_inside(classifier: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def ours(folder: Path, report: jobs.Report) -> artifacts.Arrays:
        raise AnalysisError("The file has gone.")

    def defect(folder: Path, report: jobs.Report) -> artifacts.Arrays:
        raise RuntimeError("/secret/path")

    with pytest.raises(SystemExit):
        made(classifier, monkeypatch, ours)
    assert jobs.state(classifier, "held_out") == State(status="failed", why="The file has gone.")
    with pytest.raises(SystemExit):
        made(classifier, monkeypatch, defect)
    assert "secret" not in jobs.state(classifier, "held_out").why
    assert "an error in the app" in jobs.state(classifier, "held_out").why


@pytest.mark.slow
def test_a_run_keeps_its_held_out_parts_and_they_can_be_made_again(small_news: Path) -> None:
    """The process reads, cleans, splits and answers anew, and comes to the rows that the run had kept."""
    run = RunStore(paths.runs()).create(
        RunSettings(
            network=NetworkSettings(
                vocabulary_size=200, sequence_length=12, embedding_size=8, layers=(RecurrentLayer(units=8),)
            ),
            training=TrainingSettings(learning_rate=0.02, batch_size=16, epochs=1, patience=0),
        ),
        news=small_news,
        news_name=small_news.name,
        fingerprint=sha256(small_news),
        owner="ada",
    )
    assert isinstance(work(run), Finished)
    finished = run.classifier_folder
    network = Classifier.load(finished)
    kept = HeldOut.load(finished, categories=3)
    assert len(kept.test) == network.card.test.rows
    assert (kept.test.logits.argmax(axis=1) == kept.test.y).mean() == pytest.approx(
        network.card.test.accuracy
    )
    assert kept.test.sequences
    assert np.abs(network.logits_of(kept.test.sequences) - kept.test.logits).max() < 1e-4
    told = {row["headline"]: row["category"] for row in map(json.loads, small_news.open())}
    assert kept.test.articles
    assert [told[one] for one in kept.test.articles.headlines] == [network.labels[y] for y in kept.test.y]
    # The word table before anything was learnt: another than the learnt one, of the same words.
    before = artifacts.read(finished, "first_rows")["rows"]
    assert before.shape == network.weights["embedding"].shape
    assert np.abs(before - network.weights["embedding"]).max() > 0.01

    # How far NumPy is from Keras, on the first of those articles; measured again, it is the same.
    measured = KerasParity.load(finished)
    assert measured.largest < 1e-5
    assert (measured.articles, measured.random_ids) == (len(kept.validation), False)
    assert measured.words == kept.validation.lengths.sum()
    again = keras_parity.compute(finished, lambda stage, share: None)
    assert {name: one.item() for name, one in again.items()} == {
        name: one.item() for name, one in measured.to_arrays().items()
    }

    artifacts.artifact_path(finished, "held_out").unlink()
    jobs.request_job(finished, "held_out")
    jobs.request_job(finished, "held_out")  # pressed twice
    assert (
        len([one for one in jobs._started if isinstance(one.args, list) and str(finished) in one.args]) == 1
    )
    wait_until(lambda: jobs.state(finished, "held_out").status not in ("waiting", "working"))
    assert jobs.state(finished, "held_out").status == "done", jobs.state(finished, "held_out").why
    anew = HeldOut.load(finished, categories=3)
    assert anew.test.y.tolist() == kept.test.y.tolist()
    assert anew.test.articles
    assert anew.test.articles.headlines == kept.test.articles.headlines
    assert np.abs(anew.test.logits - kept.test.logits).max() < 1e-4


@pytest.mark.slow
def test_a_classifier_without_articles_is_compared_on_words_drawn_at_random(tmp_path: Path) -> None:
    network = NetworkSettings(
        vocabulary_size=20, sequence_length=6, embedding_size=4, layers=(RecurrentLayer(units=3),)
    )
    random_classifier(network, labels=("A", "B"), cleaning=CleaningSettings()).save(tmp_path / "c")
    said: list[str] = []
    arrays = keras_parity.compute(tmp_path / "c", lambda stage, share: said.append(stage))
    artifacts.write(tmp_path / "c", keras_parity.NAME, arrays)
    found = KerasParity.load(tmp_path / "c")
    assert found.random_ids
    assert found.articles == 128
    assert found.largest < 1e-5
    assert said == ["reading beside Keras"]


@pytest.mark.parametrize("target", jobs.JOBS.values())
def test_each_job_names_a_function(target: str) -> None:
    module, _, function = target.partition(":")
    assert callable(getattr(importlib.import_module(module), function))
