"""What version 0.1.0 stored opens and goes on: runs, classifiers, visitors, settings, page addresses, the command line.

The files beside this were made by 0.1.0 (``make_golden.py``) and are never made again: schema 1 is read for ever. What
today calls the things in them stands in ``opening.py`` alone.
"""

import json
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.golden import opening
from tests.present import present

HERE = Path(__file__).resolve().parent
Record = dict[str, Any]


def stored(name: str) -> Any:
    return json.loads((HERE / name).read_text(encoding="utf-8"))


EXPECTED: Record = stored("expected.json")
RUNS: Record = EXPECTED["runs"]
SETTINGS: Record = stored("settings.json")
COMMAND_LINE: Record = stored("command_line.json")
STATUS = {
    "rich": "finished",
    "article": "finished",
    "characters": "finished",
    "failed": "failed",
    "race SimpleRNN": "finished",
    "race LSTM": "finished",
    "race GRU": "finished",
    "race minGRU": "finished",
    "paused": "paused",
    "interrupted": "interrupted",
    "command line": "finished",
    "more": "waiting",
    "waiting": "waiting",
}
TRAINED = [name for name in STATUS if "predictions" in RUNS[name]]

# On the machine that made them the weights are the same to the last bit. Another processor rounds otherwise: compiled
# for one without vector units, no weight moved by more than 3e-7. With the batches in another order, as a resume that
# lost its place would have them, each array had a weight that moved by 0.04 or more.
TOLERANCE = 1e-4


@pytest.fixture
def golden(storage: Path) -> Path:
    """Everything that 0.1.0's visitors brought and made, in today's places."""
    return opening.put_storage(HERE / "storage")


def run_of(name: str) -> Any:
    return opening.open_run(RUNS[name]["id"])


def lines(log: Path) -> list[Record]:
    """The whole lines of an event log, read as plain JSON."""
    return [json.loads(line) for line in log.read_bytes().split(b"\n")[:-1]]


# --- Settings and small records ---


@pytest.mark.parametrize("name", SETTINGS)
def test_settings_are_read(name: str) -> None:
    assert opening.read_settings(SETTINGS[name]["stored"]) == SETTINGS[name]["values"]


def test_every_event_is_read(golden: Path) -> None:
    run = run_of("waiting")
    shutil.copyfile(HERE / "events.jsonl", run.folder / "events.jsonl")
    there = lines(HERE / "events.jsonl")
    assert len({record["event"] for record in there}) == 11
    assert opening.event_values(run) == there


@pytest.mark.parametrize(
    ("name", "at"), [(name, at) for name, some in stored("records.json").items() for at in range(len(some))]
)
def test_the_small_files_of_a_run_are_read(golden: Path, name: str, at: int) -> None:
    record = stored("records.json")[name][at]
    run = run_of("article")
    (run.folder / name).write_text(json.dumps(record), encoding="utf-8")
    assert opening.small_record(run, name) == record


# --- Runs ---


def test_every_run_is_found_again(golden: Path) -> None:
    ours = {RUNS[name]["id"] for name in STATUS if name != "command line"}
    assert opening.run_ids(EXPECTED["visitor"]) == ours
    assert opening.run_ids("command line") == {RUNS["command line"]["id"]}
    (golden / "runs" / "registry.sqlite3").unlink()
    assert opening.run_ids(EXPECTED["visitor"]) == ours  # from the folders alone


@pytest.mark.parametrize("name", STATUS)
def test_a_run_opens(golden: Path, name: str) -> None:
    run = run_of(name)
    assert run.status() == STATUS[name]
    record = json.loads((run.folder / "run.json").read_bytes())
    assert Path(record["news"]).is_file()
    assert opening.run_values(run) == record | {"news": str(Path(record["news"]))}
    for file in ("process.json", "queued.json", "plan.json", "guess.json"):
        if (run.folder / file).exists():
            assert opening.small_record(run, file) == json.loads((run.folder / file).read_bytes())
    there = lines(run.folder / "events.jsonl") if name != "waiting" else []
    assert opening.event_values(run) == there
    finished = [one for one in there if one["event"] == "Finished"]
    assert opening.result_values(run) == (finished[-1] if finished else None)
    assert bool(finished) == (name in TRAINED)


def test_the_run_with_everything_holds_everything(golden: Path) -> None:
    """Else the tests above would say less than they seem to."""
    run = run_of("rich")
    kinds = Counter(record["event"] for record in opening.event_values(run))
    assert kinds["Baseline"] == 2
    assert kinds["Finished"] == 2
    assert kinds["Resumed"] == kinds["Changed"] == 1
    assert opening.small_record(run, "plan.json") == {"learning_rate": 0.004, "epochs": 5, "beyond": 3}
    assert opening.small_record(run, "guess.json") == {"schema": 1, "accuracy": 0.7, "hardest": "CHESS"}
    assert present(opening.small_record(run_of("more"), "queued.json"))["plan"] == {
        "learning_rate": None,
        "epochs": 2,
        "beyond": 1,
    }
    assert run.checkpoints.exist()
    assert run_of("paused").pause_requested()
    # A crash has left half a line, and an epoch's end that was not saved.
    assert not (run_of("interrupted").folder / "events.jsonl").read_bytes().endswith(b"\n")


@pytest.mark.parametrize("name", TRAINED)
def test_a_runs_classifier_answers_as_it_did(golden: Path, name: str) -> None:
    classifier = opening.load(run_of(name).classifier_folder)
    answers_as(classifier, RUNS[name]["predictions"])
    # They are from before names could be given to numbers.
    assert opening.card_values(classifier) == {"given_names": []} | RUNS[name]["card"]


def answers_as(classifier: Any, expected: list[Record]) -> None:
    answers = opening.predictions(classifier, EXPECTED["headlines"])
    assert len(answers) == len(expected) == len(EXPECTED["headlines"])
    for answer, before in zip(answers, expected, strict=True):
        assert answer["ranking"] == pytest.approx(before["ranking"], abs=1e-5)
        assert {**answer, "ranking": None} == {**before, "ranking": None}


@pytest.mark.parametrize("name", [name for name in TRAINED if name != "command line"])
def test_what_it_answered_to_held_out_articles_is_kept(golden: Path, name: str) -> None:
    run = run_of(name)
    kept, again = opening.answers_again(run)
    assert again == pytest.approx(kept, abs=1e-5)
    part = opening.held_out(run).test
    assert part.articles is not None
    assert len(part.articles.headlines) == len(part) == RUNS[name]["card"]["test"]["rows"]
    accuracy = float((kept.argmax(axis=1) == part.y).mean())
    assert accuracy == pytest.approx(RUNS[name]["card"]["test"]["accuracy"])


def test_every_study_opens(golden: Path) -> None:
    before = set(RUNS["rich"]["studies"])
    assert opening.open_every_study(run_of("rich")) == before - {"first_rows"}


@pytest.mark.parametrize("name", TRAINED)
def test_a_run_is_replayed_from_its_snapshots(golden: Path, name: str) -> None:
    run = run_of(name)
    told = {
        one["epoch"]: one["validation_accuracy"]
        for one in lines(run.folder / "events.jsonl")
        if one["event"] == "EpochEnd"
    }
    assert opening.replayed(run) == pytest.approx(told, abs=1e-12)


def test_the_memory_race_is_found_with_its_four_cells(golden: Path) -> None:
    expected = {
        name.removeprefix("race "): pytest.approx(record["card"]["test"]["accuracy"])
        for name, record in RUNS.items()
        if name.startswith("race ")
    }
    assert len(expected) == 4
    assert opening.race_cells(EXPECTED["visitor"]) == {EXPECTED["race"]: expected}


# --- Runs go on ---


def undisturbed() -> dict[str, np.ndarray]:
    """The weights of a run of the same settings that nothing disturbed."""
    with np.load(HERE / "undisturbed.npz", allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


def by_the_command_line(run: Any) -> None:
    printed = opening.command_line("train", str(run.news), "--resume", str(run.folder), "--json")
    assert set(COMMAND_LINE["train"]["keys"]) <= set(json.loads(printed.splitlines()[-1]))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "go_on"),
    [
        ("paused", by_the_command_line),
        pytest.param("interrupted", opening.start, marks=pytest.mark.long),
    ],
)
def test_a_run_that_stood_still_goes_on_to_the_undisturbed_weights(
    golden: Path, monkeypatch: pytest.MonkeyPatch, name: str, go_on: Callable[[Any], None]
) -> None:
    monkeypatch.setenv("HEADLINE_LAB_SLOTS", "9")  # two others wait
    run = run_of(name)
    before = len(opening.event_values(run))
    go_on(run)
    assert run.status() == "finished", run.last_output()
    events = opening.event_values(run)
    assert "Resumed" in {event["event"] for event in events[before:]}  # and did not begin anew
    assert opening.epochs_told_once(run) == [1, 2, 3, 4]
    weights, expected = opening.weights(run), undisturbed()
    assert weights.keys() == expected.keys()
    for array in expected:
        assert weights[array] == pytest.approx(expected[array], abs=TOLERANCE), array


@pytest.mark.slow
@pytest.mark.long
def test_runs_that_wait_begin_and_go_on(golden: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that had ended learns an epoch more by the overrides in its mark; the new one learns its one."""
    monkeypatch.setenv("HEADLINE_LAB_SLOTS", "1")
    opening.start_next()
    for name in ("more", "waiting"):  # the first one's process begins the second
        opening.wait_for_worker(run_of(name))
    for name, epochs in (("more", [1, 2]), ("waiting", [1])):
        run = run_of(name)
        assert run.status() == "finished", run.last_output()
        assert opening.epochs_told_once(run) == epochs
        assert opening.load(run.classifier_folder).card.epochs == len(epochs)


@pytest.mark.slow
@pytest.mark.long
def test_a_finished_run_of_every_setting_learns_on(golden: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Several readers, words and pairs, merged categories: from the checkpoint that it kept."""
    monkeypatch.setenv("HEADLINE_LAB_SLOTS", "9")
    run = run_of("rich")
    opening.go_on(run, epochs=6, beyond=5)
    assert run.status() == "finished", run.last_output()
    assert opening.epochs_told_once(run) == [1, 2, 3, 4, 5, 6]
    assert sorted(opening.replayed(run)) == [1, 2, 3, 4, 5, 6]


# --- Classifiers by themselves ---


def test_a_classifier_stored_in_8_bits_answers_as_it_did(golden: Path) -> None:
    folder = run_of("command line").classifier_folder
    with np.load(folder / "weights.npz", allow_pickle=False) as file:
        kinds = {name: str(file[name].dtype) for name in ("embedding", "embedding/scale", "votes")}
    assert kinds == {"embedding": "int8", "embedding/scale": "float32", "votes": "int8"}
    answers_as(opening.load(folder), RUNS["command line"]["predictions"])


def test_an_exported_classifier_is_imported(golden: Path, tmp_path: Path) -> None:
    answers_as(
        opening.import_zip(golden / "exported.headline-lab.zip", tmp_path / "in"),
        RUNS["rich"]["predictions"],
    )


def test_a_classifier_that_a_visitor_brought_is_there(golden: Path) -> None:
    brought = opening.brought(EXPECTED["visitor"])
    assert list(brought) == [EXPECTED["imported"]]
    answers_as(opening.load(brought[EXPECTED["imported"]]), RUNS["rich"]["predictions"])


def test_the_starters_card_is_read_with_arrays_of_its_names(tmp_path: Path) -> None:
    """The starter of 0.1.0, whatever becomes of the one in the repository; its 6 MB of weights are zeros here."""
    record = stored("starter/classifier.json")
    del record["files"]  # the oldest have no hashes, and ours are not those files
    (tmp_path / "classifier.json").write_text(json.dumps(record), encoding="utf-8")
    words = ["¶", *(f"word{number}" for number in range(29_997))]
    (tmp_path / "vocabulary.json").write_text(
        json.dumps({"schema": 1, "words": words, "counts": [1] * len(words)}), encoding="utf-8"
    )
    arrays: dict[str, Any] = {
        name: np.zeros(shape, np.int8 if name in ("embedding", "votes") else np.float32)
        for name, shape in stored("starter/arrays.json").items()
    }
    np.savez(tmp_path / "weights.npz", **arrays)
    classifier = opening.load(tmp_path)
    assert list(classifier.labels) == record["labels"]
    # It is from before categories could be merged, and names given to numbers.
    assert opening.card_values(classifier) == {"merged": [], "given_names": []} | record["card"]
    answers = opening.predictions(classifier, ["word7 nowhere"])
    assert answers[0]["unknown"] == ["nowhere"]
    assert list(answers[0]["ranking"].values()) == pytest.approx([1 / 41] * 41)


def test_the_starter_in_the_repository_loads_and_knows_the_same_labels() -> None:
    """How well it answers: tests/models/test_starter.py."""
    assert list(opening.load(opening.STARTER).labels) == stored("starter/classifier.json")["labels"]


# --- A visitor ---


def test_a_visitor_finds_everything_chosen(golden: Path) -> None:
    file = golden / "visitors" / f"{EXPECTED['visitor']}.json"
    record = json.loads(file.read_bytes())
    record["news"]["path"] = str(Path(record["news"]["path"]))
    assert record["run"] == RUNS["rich"]["id"]
    assert record["settings"] == SETTINGS["every key"]["stored"]
    assert opening.visitor_values(EXPECTED["visitor"]) == record


@pytest.mark.slow
@pytest.mark.usefixtures("pages_as_served")
@pytest.mark.parametrize("address", stored("addresses.json"))
def test_a_shared_link_opens_its_page_for_the_visitor_with_the_old_cookie(golden: Path, address: str) -> None:
    file = golden / "visitors" / f"{EXPECTED['visitor']}.json"
    record = json.loads(file.read_bytes())
    file.write_text(json.dumps(record | {"seen": []}), encoding="utf-8")
    page = opening.opened_page(address, EXPECTED["cookie"])
    assert not page.exception
    assert not page.error
    # The page that a link leads to is noted with the visitor, under the link's own name.
    assert set(json.loads(file.read_bytes())["seen"]) == {"home", address or "home"}


# --- The command line ---


@pytest.mark.parametrize("verb", COMMAND_LINE)
def test_a_verb_has_kept_its_options(verb: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "300")  # else long lines are cut
    words = set(opening.command_line(verb, "--help").replace(",", " ").split())
    assert set(COMMAND_LINE[verb]["options"]) <= words


@pytest.mark.parametrize(
    ("verb", "arguments"),
    [
        ("check", ("{NEWS}",)),
        ("evaluate", ("{MODEL}", "{NEWS}")),
        ("predict", ("{MODEL}", "The old ferry waits for the tide")),
        ("explain", ("{MODEL}", "The old ferry", "--method", "leave-one-out")),
        ("explain", ("{MODEL}", "The old ferry", "--method", "integrated gradients")),
        ("export", ("{MODEL}", "{STORAGE}/again.zip")),
        ("import", ("{STORAGE}/exported.headline-lab.zip", "{STORAGE}/in")),
        ("clean", ("--days", "3", "--dry-run")),
    ],
)
def test_a_verb_has_kept_its_keys(golden: Path, verb: str, arguments: tuple[str, ...]) -> None:
    run = run_of("command line")
    here = {"{MODEL}": run.classifier_folder, "{NEWS}": run.news, "{STORAGE}": golden}
    given = list(arguments)
    for name, path in here.items():
        given = [one.replace(name, str(path)) for one in given]
    printed = opening.command_line(verb, *given, "--json").splitlines()[-1]
    assert set(COMMAND_LINE[verb]["keys"]) <= set(json.loads(printed))


@pytest.mark.long
@pytest.mark.slow
def test_train_has_kept_its_options_and_its_keys(
    golden: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEADLINE_LAB_SLOTS", "9")  # else it waits behind the two that wait
    vectors = next((golden / "vectors").glob("*/*"))
    printed = opening.command_line(
        "train", str(run_of("rich").news), "--preset", "quick", "--unit", "words", "--epochs", "1", "--sample", "200",
        "--seed", "3", "--set", "pair_rows=1000", "--set", "readers=2", "--set", "alone_share=0.5", "--small",
        "--baselines", "--vectors", str(vectors), "--frozen", "--source", "Invented", "--out", str(tmp_path / "out"),
        "--json",
    )  # fmt: skip
    record = json.loads(printed.splitlines()[-1])
    assert set(COMMAND_LINE["train"]["keys with --vectors and --baselines"]) <= set(record)
    card = json.loads((tmp_path / "out" / "classifier.json").read_bytes())["card"]
    assert card["source"] == "Invented"
