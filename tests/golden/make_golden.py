"""How the stored files beside this script were made: by Headline Lab 0.1.0, once. They are never made again.

They stand for what visitors and programs have from that version: runs in every state, classifiers, a visitor's choices,
settings, the event log, addresses of pages, the command line. Later versions must open all of it and go on with it, so
files made by a later version would show nothing. Names in ``core`` have changed since: this script documents, no test
imports it, and it runs on 0.1.0 alone (``python -m tests.golden.make_golden`` in a tree of that version).

All news are invented here. ``{STORAGE}`` in a stored file stands for the folder that holds everything visitors bring
and make; tests put their own there. A lease's process is replaced by ``NOBODY``, an id that no system gives, so that no
process of the reader's machine is taken for it.
"""

import gzip
import hashlib
import io
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
from core.rnn.classifier import Classifier
from core.rnn.config import (
    PRESETS,
    InitialVectors,
    NetworkSettings,
    Plan,
    RecurrentLayer,
    RunSettings,
    TrainingSettings,
)
from core.rnn.events import (
    Baseline,
    BatchEnd,
    Changed,
    EpochEnd,
    Event,
    Failed,
    Finished,
    Paused,
    Prepared,
    Preparing,
    Resumed,
    Scores,
    Scoring,
    to_json,
)
from core.rnn.raced import raced
from core.runs.imported import ImportedShelf
from core.runs.store import ENDED, Lease, Queued, Run, RunStore
from core.text.news import read_news
from core.text.steps import NAMES
from pages.ui.lesson import CHAPTERS
from pages.ui.page import PAGES
from pages.ui.session import Session

from core import places
from core.insight import studies
from core.runs import launch, race, study
from core.runs.guess import Guess
from core.runs.guess import keep as keep_guess
from core.runs.worker import work
from core.text import shelf
from core.text.cleaning import CleaningSettings
from core.text.word_vectors import WORD_VECTORS

HERE = Path(__file__).resolve().parent
COOKIE = "the golden visitor's cookie"
VISITOR = hashlib.sha256(COOKIE.encode()).hexdigest()[:32]
NOBODY = 2**22 + 1  # above Linux's highest process id, and odd, which Windows never gives
NEWS_NAME = "golden news.json.gz"

TOPICS = {
    "BREAD": ("loaf", "oven", "dough", "flour", "crust"),
    "CHESS": ("rook", "gambit", "pawn", "endgame", "opening"),
    "GARDEN": ("rose", "hedge", "spade", "compost", "seed"),
    "HARBOUR": ("anchor", "tide", "ferry", "mast", "dock"),
}
FILLERS = ("a", "new", "old", "the", "quiet", "Monday", "brings", "another", "small", "surprise", "for", "us")
HEADLINES = (
    "The old ferry waits for the tide",
    "Rook and pawn decide a quiet endgame",
    "Another loaf out of the oven",
    "A rose behind the hedge, and compost for the seed",
    "zeppelin",
    "",
)


def invented_news() -> bytes:
    """240 articles of four topics, each told by a word or two; the same at every call."""
    draw = random.Random(20)
    lines = []
    for number in range(240):
        category = draw.choice(list(TOPICS))
        headline = [*draw.choices(FILLERS, k=4), draw.choice(TOPICS[category])]
        draw.shuffle(headline)
        description = [*draw.choices(FILLERS, k=3), draw.choice(TOPICS[category])] if number % 3 else []
        lines.append(
            {
                "category": category,
                "headline": " ".join(headline).capitalize(),
                "short_description": " ".join(description),
                "date": f"{2014 + number % 4}-0{1 + number % 9}-15",
            }
        )
    return "".join(json.dumps(line) + "\n" for line in lines).encode()


PLAIN = RunSettings(
    preset="own",
    network=NetworkSettings(
        vocabulary_size=60,
        sequence_length=16,
        embedding_size=6,
        layers=(RecurrentLayer(units=5, dropout=0.1, recurrent_dropout=0.1),),
    ),
    training=TrainingSettings(learning_rate=0.02, batch_size=16, epochs=4, patience=0),
)
RICH = RunSettings(
    preset="own",
    cleaning=CleaningSettings.marked(),
    network=NetworkSettings(
        unit="words and pairs",
        vocabulary_size=60,
        sequence_length=16,
        embedding_size=6,
        embedding_dropout=0.1,
        cell="LSTM",
        layers=(
            RecurrentLayer(units=5, bidirectional=True, dropout=0.1, recurrent_dropout=0.1),
            RecurrentLayer(units=4, bidirectional=False),
        ),
        pooling="max_mean",
        dropout=0.1,
        readers=2,
        pair_rows=1_000,
        pair_dropout=0.3,
    ),
    training=TrainingSettings(
        optimizer="Adam",
        learning_rate=0.01,
        embedding_optimizer="Adagrad",
        embedding_learning_rate=0.2,
        schedule="cosine",
        label_smoothing=0.05,
        alone_share=0.4,
        batch_size=16,
        epochs=3,
        patience=0,
        validation_share=0.2,
        test_share=0.2,
        articles=220,
        seed=7,
    ),
    baselines=True,
).merging("GARDEN", "BREAD")
ARTICLE = replace(
    PRESETS["article"],
    preset="own",
    network=replace(
        PRESETS["article"].network,
        vocabulary_size=60,
        sequence_length=16,
        embedding_size=6,
        layers=(
            RecurrentLayer(units=6, bidirectional=True, dropout=0.1, recurrent_dropout=0.2),
            RecurrentLayer(units=6, bidirectional=True, dropout=0.1, recurrent_dropout=0.3),
            RecurrentLayer(units=4, bidirectional=False),
        ),
    ),
    training=replace(PRESETS["article"].training, epochs=2),
)
CHARACTERS = replace(
    PLAIN,
    cleaning=CleaningSettings(steps=tuple(name for name in NAMES if name == "lower_case"), as_printed=True),
    network=replace(PLAIN.network, unit="characters", sequence_length=60, cell="minGRU"),
    training=replace(PLAIN.training, epochs=2, optimizer="SGD", embedding_optimizer="same"),
)


# --- The parts that need a process of their own ---


def carry_on(folder: Path, until: str) -> None:
    """Work on a run: to its end; or until it is paused in its second epoch; or killed before that epoch is saved."""
    run = RunStore(folder.parent).open(folder.name)
    batches = 0  # of the second epoch
    asked = Run.pause_requested

    def pause_requested(run: Run) -> bool:
        """Asked before every batch."""
        nonlocal batches
        if until == "paused" and isinstance(run.last(EpochEnd), EpochEnd):
            batches += 1
            if batches == 5:
                run.request_pause()
        return asked(run)

    def report(event: Event) -> None:
        if until == "killed" and isinstance(event, EpochEnd) and event.epoch == 2:
            os.kill(os.getpid(), signal.SIGKILL)  # told and not saved: the epoch's end is told twice

    Run.pause_requested = pause_requested  # type: ignore[method-assign]
    work(launch.adopt(run), report)


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *arguments], cwd=places.ROOT, capture_output=True, text=True, check=False
    )


def command_line(*arguments: str) -> dict[str, object]:
    done = python("core", *arguments, "--json")
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout.splitlines()[-1]))


def wait(
    run: Run, until: Callable[[Run], bool] = lambda run: run.status() in ENDED and not run.alive()
) -> None:
    while not until(run):
        time.sleep(0.1)


# --- What is stored ---


def settings_with_every_key(fingerprint: str) -> RunSettings:
    """A draft in which nothing is as the defaults have it."""
    vectors = InitialVectors(name="golden vectors.txt", fingerprint=fingerprint, size=4, frozen=True)
    return replace(RICH, cleaning=CleaningSettings(steps=NAMES[:4])).starting_from(vectors)


def every_event() -> list[Event]:
    scores = Scores(rows=48, accuracy=0.75, top3_accuracy=0.9375, macro_f1=0.7, loss=0.625, majority=0.3125)
    return [
        Preparing(stage="cleaning", share=0.5, seconds=0.25),
        Baseline(
            name="linear", validation_accuracy=0.625, test_accuracy=0.5, test_macro_f1=0.375, seconds=1.5
        ),
        Baseline(
            name="majority", validation_accuracy=0.25, test_accuracy=0.3125, test_macro_f1=0.125, seconds=0.0
        ),
        Prepared(
            training_rows=144,
            validation_rows=48,
            test_rows=48,
            categories=4,
            words=34,
            majority=0.3125,
            parameters=1234,
            seconds=2.0,
        ),
        Prepared(
            training_rows=144,
            validation_rows=48,
            test_rows=48,
            categories=4,
            words=34,
            majority=0.3125,
            parameters=1234,
            seconds=2.0,
            vectors_found=20,
            vectors_running=0.75,
        ),
        Resumed(epoch=2, step=3, seconds=4.0),
        Changed(learning_rate=0.004, rate_before=0.01, epochs=6, epoch=2, step=3, seconds=4.125),
        BatchEnd(
            epoch=2,
            step=4,
            steps=9,
            rows=208,
            loss=1.125,
            accuracy=0.5,
            validation_loss=None,
            validation_accuracy=None,
            rows_per_second=512.0,
            seconds=4.25,
        ),
        BatchEnd(
            epoch=2,
            step=8,
            steps=9,
            rows=272,
            loss=1.0,
            accuracy=0.5625,
            validation_loss=1.25,
            validation_accuracy=0.4375,
            rows_per_second=512.0,
            seconds=4.5,
        ),
        EpochEnd(
            epoch=2,
            rows=288,
            loss=1.0,
            accuracy=0.5625,
            validation_loss=1.125,
            validation_accuracy=0.5,
            best=True,
            learning_rate=0.004,
            seconds=5.0,
        ),
        Paused(epoch=3, step=1, seconds=5.5),
        Scoring(rows=48, seconds=6.0),
        Finished(
            ending="stopped",
            epochs=2,
            best_epoch=2,
            validation_loss=1.125,
            validation_accuracy=0.5,
            test=scores,
            seconds=7.0,
        ),
        Failed(reason="The run was stopped before it began to learn.", seconds=0.5),
    ]


def small_records() -> dict[str, list[dict[str, object]]]:
    """The small files of a run, by the names they have in its folder."""
    plan = Plan(learning_rate=0.004, epochs=6, beyond=3)
    return {
        "process.json": [
            asdict(Lease(attempt=1, pid=NOBODY, started=12.5, told=0)),
            asdict(
                Lease(
                    attempt=5,
                    pid=NOBODY,
                    started=12.5,
                    told=812,
                    crashes=3,
                    launched=True,
                    kills=2,
                    lost="often",
                )
            ),
        ],
        "queued.json": [
            asdict(Queued(since=1_764_000_000_000_000_000)),
            asdict(Queued(since=1_764_000_000_000_000_001, crashes=2, plan=plan)),
            asdict(Queued(since=1_764_000_000_000_000_002, pid=NOBODY, started=12.5)),
        ],
        "plan.json": [asdict(Plan()), asdict(Plan(learning_rate=0.004)), asdict(plan)],
        "guess.json": [
            {"schema": 1, **asdict(Guess(accuracy=0.7, hardest="CHESS"))},
            {"schema": 1, **asdict(Guess(accuracy=0.7))},
            {"schema": 1, **asdict(Guess(hardest="CHESS"))},
        ],
    }


def stored_settings(every_key: RunSettings) -> dict[str, dict[str, object]]:
    """Settings as they are stored, and the values that 0.1.0 reads out of them."""
    without = every_key.to_json()
    for later in ("vectors", "baselines", "merged"):  # settings from before there were these lack them
        del without[later]
    some_lacking = PRESETS["quick"].to_json()
    some_lacking["network"] = {"layers": [{}]}
    some_lacking["training"] = {}
    some = {
        **{name: preset.to_json() for name, preset in PRESETS.items()},
        "every key": every_key.to_json(),
        "race": raced(units=16)[0].to_json(),
        "from before there were word vectors, baselines and merged categories": without,
        "with defaults left out": some_lacking,
    }
    return {
        name: {"stored": record, "values": RunSettings.from_json(record).to_json()}
        for name, record in some.items()
    }


def predictions(classifier: Classifier) -> list[dict[str, object]]:
    return [
        {"label": one.label, "ranking": dict(one.ranking), "words": one.words, "unknown": one.unknown}
        for one in classifier.predict(HEADLINES)
    ]


def command_line_contract(examples: dict[str, dict[str, object]]) -> dict[str, object]:
    os.environ["COLUMNS"] = "300"  # no option is cut off
    verbs = {}
    for verb in ("check", "train", "clean", "export", "import", "evaluate", "predict", "explain"):
        said = python("core", verb, "--help").stdout
        verbs[verb] = {
            "options": sorted(set(re.findall(r"--[a-z][a-z-]*", said))),
            "keys": sorted(examples[verb]),
        }
    verbs["train"]["keys with --vectors and --baselines"] = sorted(examples["train with all"])
    return verbs


def make(build: Path) -> None:
    os.environ["HEADLINE_LAB_STORAGE"] = str(build)
    os.environ["HEADLINE_LAB_SLOTS"] = "12"
    packed = gzip.compress(invented_news(), mtime=0)
    news_file = shelf.shelve(io.BytesIO(packed), NEWS_NAME, places.uploads())
    news = read_news(news_file, name=NEWS_NAME)
    one_topic = b"".join(line + b"\n" for line in invented_news().splitlines() if b"CHESS" in line)
    one_file = shelf.shelve(io.BytesIO(one_topic), "one topic.json", places.uploads())
    words = sorted({word for some in TOPICS.values() for word in some})
    draw = random.Random(21)
    lines = [" ".join([word, *(f"{draw.uniform(-1, 1):.3f}" for _ in range(4))]) for word in words]
    vectors_file = build.parent / "golden vectors.txt"
    vectors_file.write_text("\n".join(lines) + "\n", encoding="utf-8")

    runs: dict[str, Run] = {}
    store = RunStore(places.runs())
    (places.visitors()).mkdir(parents=True)
    visit = Session(VISITOR, places.visitors() / f"{VISITOR}.json")
    visit.choose_news(news_file, NEWS_NAME)

    def create(settings: RunSettings, file: Path = news_file) -> Run:
        return store.create(
            settings,
            news=file,
            news_name=file.name,
            fingerprint=hashlib.sha256(file.read_bytes()).hexdigest(),
            owner=VISITOR,
        )

    # One that nothing disturbed, and two of the same settings that were.
    pool = ThreadPoolExecutor(max_workers=9)
    carried = {}
    for name, until in (("undisturbed", "its end"), ("paused", "paused"), ("interrupted", "killed")):
        runs[name] = create(PLAIN)
        carried[name] = pool.submit(python, "tests.golden.make_golden", str(runs[name].folder), until)

    # The command line's, with word vectors, stored small; and what each verb prints.
    sets = ("vocabulary_size=60", "sequence_length=16", "pair_rows=1000", "batch_size=16")
    options = [part for one in sets for part in ("--set", one)]
    small = build.parent / "small"
    with_all = pool.submit(
        command_line, "train", str(news_file), *options, "--vectors", str(vectors_file), "--frozen", "--small",
        "--baselines", "--source", "Invented for a test", "--out", str(small),
    )  # fmt: skip
    plainly = pool.submit(command_line, "train", str(news_file), *options, "--epochs", "1")

    for name, settings, file in (
        ("article", ARTICLE, news_file),
        ("characters", CHARACTERS, news_file),
        ("failed", PLAIN, one_file),
        ("more", replace(PLAIN, training=replace(PLAIN.training, epochs=1)), news_file),
    ):
        runs[name] = create(settings, file)
        launch.start(runs[name])
    found = race.start(
        store,
        raced(units=16, sequence_length=16, epochs=2),
        news=news_file,
        news_name=NEWS_NAME,
        fingerprint=news.fingerprint,
        owner=VISITOR,
        articles=len(news.table),
        categories=len(news.categories),
    )

    # Finished, with a guess, then asked for more epochs by another plan; all studies.
    visit.take_settings(RICH)
    runs["rich"] = run = create(RICH)
    keep_guess(run, Guess(accuracy=0.7, hardest="CHESS"))
    launch.start(run)
    wait(run)
    launch.go_on(run, Plan(learning_rate=0.004, epochs=5, beyond=3))
    wait(run, lambda run: run.status() == "finished" and not run.alive() and run.lease().attempt == 2)
    for name in study.STUDIES:
        study.ask(run.classifier_folder, name)
    for name in study.STUDIES:
        while study.state(run.classifier_folder, name).status != "done":
            assert study.state(run.classifier_folder, name).status != "failed", name
            time.sleep(0.1)

    for run in found.runs:
        wait(run)
        run.checkpoints.remove()  # as those of finished runs do where room is short
        runs[f"race {run.settings.network.cell}"] = run
    for name in ("article", "characters", "failed", "more"):
        wait(runs[name])
    assert runs["failed"].status() == "failed"
    for name, future in carried.items():
        assert future.result().returncode == (-signal.SIGKILL if name == "interrupted" else 0), (
            future.result()
        )
    with (runs["interrupted"].folder / "events.jsonl").open("ab") as log:
        log.write(b'{"event": "BatchEnd", "epoch": 3, "st')  # a line that a crash has left half written

    classifier_folder = str(runs["rich"].classifier_folder)
    examples = {
        "train with all": with_all.result(),
        "train": plainly.result(),
        "check": command_line("check", str(news_file)),
        "evaluate": command_line("evaluate", str(small), str(news_file)),
        "predict": command_line("predict", str(small), HEADLINES[0]),
        "explain": command_line("explain", str(small), HEADLINES[0]),
        "export": command_line("export", classifier_folder, str(build.parent / "exported.zip")),
        "import": command_line("import", str(build.parent / "exported.zip"), str(build.parent / "in")),
        "clean": command_line("clean", "--dry-run"),
    }
    runs["command line"] = store.open(Path(str(examples["train with all"]["run"])).name)
    store.remove(store.open(Path(str(examples["train"]["run"])).name))
    runs["command line"].checkpoints.remove()  # half a megabyte
    shutil.copyfile(build.parent / "exported.zip", build / "exported.headline-lab.zip")
    brought = ImportedShelf(places.imported()).add(
        VISITOR, build.parent / "exported.zip", name="exported.zip"
    )

    # What waits: a new run, and one that had ended and is asked for more.
    with runs["more"].lock():
        runs["more"].forget_requests()
        runs["more"].queue(time.time_ns(), plan=Plan(epochs=2, beyond=1))
    store.registry.set_ended(runs["more"].id, False)
    runs["waiting"] = create(replace(PLAIN, training=replace(PLAIN.training, epochs=1)))
    launch.enqueue(runs["waiting"])

    every_key = settings_with_every_key(
        shelf.find(_fingerprint(vectors_file), places.word_vectors(), wanted=WORD_VECTORS).parent.name
    )
    visit.take_settings(every_key)
    visit.choose_run(runs["rich"].id)
    for name in ("home", "data", "train", "learn-numbers"):
        visit.see(name)
    assert visit.news is not None  # so that its number of articles is kept

    expected = {
        "cookie": COOKIE,
        "visitor": VISITOR,
        "news_name": NEWS_NAME,
        "news_rows": len(news.table),
        "headlines": HEADLINES,
        "imported": brought.id,
        "race": found.id,
        "runs": {},
    }
    for name, run in runs.items():
        record: dict[str, object] = {"id": run.id}
        if run.classifier_folder.exists():
            classifier = Classifier.load(run.classifier_folder)
            record["predictions"] = predictions(classifier)
            record["card"] = json.loads((run.classifier_folder / "classifier.json").read_bytes())["card"]
            record["studies"] = sorted(
                one.stem for one in (run.classifier_folder / studies.FOLDER).glob("*.npz")
            )
        expected["runs"][name] = record
    undisturbed = Classifier.load(runs.pop("undisturbed").classifier_folder)
    np.savez_compressed(HERE / "undisturbed.npz", **undisturbed.weights)
    store.remove(store.open(expected["runs"].pop("undisturbed")["id"]))

    write("expected.json", expected)
    write("settings.json", stored_settings(every_key))
    write("records.json", small_records())
    write("command_line.json", command_line_contract(examples))
    write(
        "addresses.json",
        ["", *(name for name in PAGES if name != "home"), *(f"learn-{one}" for one in CHAPTERS)],
    )
    (HERE / "events.jsonl").write_text("".join(json.dumps(to_json(one)) + "\n" for one in every_event()))
    (HERE / "starter").mkdir(exist_ok=True)
    shutil.copyfile(places.STARTER / "classifier.json", HERE / "starter" / "classifier.json")
    with np.load(places.STARTER / "weights.npz", allow_pickle=False) as file:
        write("starter/arrays.json", {name: file[name].shape for name in file.files})
    keep(build)


def _fingerprint(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def write(name: str, record: object) -> None:
    (HERE / name).write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def keep(build: Path) -> None:
    """Copy what was made, without locks and without this machine's paths and processes."""
    shutil.rmtree(HERE / "storage", ignore_errors=True)
    shutil.copytree(build, HERE / "storage", ignore=shutil.ignore_patterns("*.lock"))
    for file in (HERE / "storage").rglob("*"):
        if file.name in ("run.json", f"{VISITOR}.json"):
            record = file.read_text(encoding="utf-8").replace(str(build), "{STORAGE}")
            file.write_text(record, encoding="utf-8")
        if file.name == "process.json":
            write(str(file), json.loads(file.read_bytes()) | {"pid": NOBODY})
        if file.name == "worker.log":
            file.unlink()  # what it says is this machine's


if __name__ == "__main__":
    if len(sys.argv) == 3:
        carry_on(Path(sys.argv[1]), sys.argv[2])
    else:
        with tempfile.TemporaryDirectory() as folder:
            make(Path(folder).resolve() / "storage")
