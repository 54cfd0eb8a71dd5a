"""The command line: ``python -m core VERB``. The same functions as the pages, without a screen.

With ``--json`` a verb prints one JSON object as its last line (``predict``: one a headline). A mistake
of the user's is one line on standard error and exit status 2, never a traceback.
"""

import json
import os
import shutil
import signal
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import numpy as np
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from core import paths
from core.errors import HeadlineLabError, NewsFileError, RunError, SettingsError
from core.model.classifier import Classifier
from core.model.classifier_files import FILES
from core.news import content_store
from core.news.news import News, articles_per_category, read_news
from core.settings.network import TOKENIZATIONS, Tokenization
from core.settings.presets import PRESETS
from core.settings.run import InitialVectors, RunSettings
from core.text.cleaning import texts_of
from core.text.word_vectors import CAPS, WORD_VECTORS, match_words
from core.training.events import (
    Baseline,
    BatchEnd,
    EpochEnd,
    Event,
    Failed,
    Finished,
    Prepared,
    Preparing,
    Scoring,
)
from core.training.metrics import score
from core.training.preparation import vector_sizes

if TYPE_CHECKING:
    from core.runs.run import Run

OWNER = "command line"

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
console = Console(stderr=True)  # what a person watches; standard output is for results

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object as the last line.")]
NewsFile = Annotated[
    Path, typer.Argument(metavar="FILE", help="News: JSON lines, JSON array or CSV; gz, xz, zip.")
]
Model = Annotated[Path, typer.Argument(metavar="MODEL", help="A classifier's folder, or a run's.")]


def _print(record: dict[str, Any]) -> None:
    print(json.dumps(record, ensure_ascii=False, allow_nan=False))


def _bar() -> Progress:
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.percentage:3.0f} %"),
    )
    return Progress(
        *columns, TimeElapsedColumn(), console=console, transient=True, disable=not console.is_terminal
    )


def _read(file: Path) -> News:
    with _bar() as bar:
        task = bar.add_task(f"Reading {file.name[:60]}", total=1.0)
        return read_news(file, progress=lambda share: bar.update(task, completed=share))


def _classifier(model: Path) -> Classifier:
    """The classifier in ``model``, or in the run's folder ``model``."""
    return Classifier.load(_folder(model))


def _folder(model: Path) -> Path:
    """The classifier's folder: ``model`` itself, or the one in the run's folder ``model``."""
    inside = model / "classifier"
    return inside if inside.is_dir() else model


@app.command()
def check(file: NewsFile, as_json: AsJson = False) -> None:
    """Read a news file and say what is in it."""
    started = time.perf_counter()
    news = _read(file)
    record = {
        "rows": len(news.table),
        "rejected": news.rejected_count,
        "categories": len(news.categories),
        "fingerprint": news.fingerprint,
        "seconds": round(time.perf_counter() - started, 3),
    }
    if not as_json:
        table = Table(
            title=Text(
                f"{news.name}: {record['rows']:,} articles kept, {record['rejected']:,} lines rejected"
            )
        )
        table.add_column("category")
        table.add_column("articles", justify="right")
        for category, articles in articles_per_category(news).items():
            table.add_row(Text(str(category)), f"{articles:,}")
        Console().print(table)
        for line in news.rejected[:20]:
            console.print(Text(f"line {line.line}: {line.reason}"))
        for warning in news.warnings:
            console.print(Text(f"warning: {warning}"))
    else:
        _print(record)


@app.command()
def train(
    file: NewsFile,
    preset: Annotated[str, typer.Option(help="article, quick or best.")] = "quick",
    epochs: Annotated[int | None, typer.Option(help="Instead of the preset's.")] = None,
    sample: Annotated[int, typer.Option(help="Articles drawn at random; 0 for all.")] = 0,
    seed: Annotated[int | None, typer.Option(help="Instead of the preset's.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder to put the classifier in as well.")] = None,
    resume: Annotated[
        Path | None, typer.Option(help="Folder of a run that was interrupted: go on with it.")
    ] = None,
    unit: Annotated[
        str | None,
        typer.Option(help=f"What gets a number: {', '.join(TOKENIZATIONS)}. Instead of the preset's."),
    ] = None,
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", help="NAME=VALUE: another setting than the preset's; may be given again."),
    ] = None,
    small: Annotated[
        bool, typer.Option("--small", help="Store the tables in 8 bits a number: a quarter of the size.")
    ] = False,
    baselines: Annotated[
        bool,
        typer.Option(
            "--baselines",
            help="Also score the majority class and a linear model, before the training.",
        ),
    ] = False,
    vectors: Annotated[
        Path | None,
        typer.Option(help="Start from these word vectors: GloVe's or word2vec's text, plain or gz, xz, zip."),
    ] = None,
    frozen: Annotated[
        bool, typer.Option("--frozen", help="Leave the rows found in the word vectors as they are.")
    ] = False,
    source: Annotated[str, typer.Option(help="Who collected the news, for the classifier's card.")] = "",
    as_json: AsJson = False,
) -> None:
    """Train a network on a news file and save the classifier."""
    from core.runs import scheduler
    from core.runs.run_store import RunStore
    from core.runs.worker import work

    if frozen and vectors is None:
        raise SettingsError("--frozen says what becomes of word vectors: give them with --vectors FILE.")
    if (unit is not None or changes) and resume is not None:
        raise SettingsError("--unit and --set are for a new run: one that is resumed has its settings.")
    if vectors is not None and resume is not None:
        raise SettingsError("--vectors is for a new run: one that is resumed has what it started from.")
    if out is not None:  # now, and not when the training is over
        out.mkdir(parents=True, exist_ok=True)
    if resume is None:
        settings = _settings(preset, epochs=epochs, sample=sample, seed=seed)
        if unit is not None:
            settings = settings.with_tokenization(cast(Tokenization, unit))  # an unknown one is refused there
        for change in changes or ():
            name, equals, text = change.partition("=")
            if not equals:
                raise SettingsError(f"--set takes NAME=VALUE, got {change!r}")
            settings = settings.with_setting(name, text)
        if vectors is not None:
            settings = settings.with_vectors(_vectors(vectors, frozen=frozen))
        settings = replace(settings, baselines=baselines)
        run = _started(settings, file)
    else:
        run = RunStore(resume.resolve().parent).open(resume.resolve().name)
        if run.news != file.resolve():
            raise RunError(f"The run in {resume} was started on {run.news_name}; give that file.")
        scheduler.enqueue_here(run)
    watcher = _Watcher()
    # Ctrl-C stops as the page's button does: the best weights so far are kept and scored.
    signal.signal(signal.SIGINT, lambda *_: run.request_stop())
    try:
        with watcher.bar:
            run = scheduler.wait_for_turn(run, report=watcher.waits)
            ending = work(run, watcher.show, source=source, small=small)
    finally:
        scheduler.advance(RunStore(run.folder.parent), leaving=os.getpid())  # the next one's turn
    if not isinstance(ending, Finished):
        reason = f"The run stands still. Go on with it: --resume {run.folder}"
        raise RunError(ending.reason if isinstance(ending, Failed) else reason)
    if out is not None:
        _copy(run.classifier_folder, out)
    prepared = watcher.prepared
    record = {
        "run": str(run.folder),
        "rows": prepared.training_rows + prepared.validation_rows + prepared.test_rows if prepared else 0,
        "words": prepared.words if prepared else 0,
        "epochs": ending.epochs,
        "seconds": round(ending.seconds, 2),
        "validation_accuracy": ending.validation_accuracy,
        "test_accuracy": ending.test.accuracy,
        "test_macro_f1": ending.test.macro_f1,
    }
    # From the log: before it was resumed, the run may have told some already.
    told = [event for event in run.events()[0] if isinstance(event, Baseline)]
    if run.settings.baselines:
        record["baselines"] = {
            one.name: {
                "validation_accuracy": one.validation_accuracy,
                "test_accuracy": one.test_accuracy,
                "test_macro_f1": one.test_macro_f1,
                "seconds": round(one.seconds, 2),
            }
            for one in told
        }
    if prepared and prepared.vectors_found is not None:
        record["vectors_found"] = prepared.vectors_found
        record["vectors_running"] = prepared.vectors_running
    if as_json:
        _print(record)
        return
    table = Table(title=f"Test part: {ending.test.rows:,} articles", show_header=False)
    for name, value in (
        ("accuracy", ending.test.accuracy),
        ("among the first three", ending.test.top3_accuracy),
        ("macro F1", ending.test.macro_f1),
        ("always the largest category", ending.test.majority),
    ):
        table.add_row(name, f"{value:.1%}")
    for one in told:
        if one.name == "linear":
            table.add_row(f"a linear model, in {one.seconds:.0f} s", f"{one.test_accuracy:.1%}")
    Console().print(table)
    Console().print(Text(f"The classifier is in {out or run.classifier_folder}"))


def _settings(preset: str, *, epochs: int | None, sample: int, seed: int | None) -> RunSettings:
    if preset not in PRESETS:
        raise SettingsError(f"preset must be one of {', '.join(PRESETS)}, got {preset!r}")
    training = PRESETS[preset].training
    training = replace(
        training,
        articles=sample,
        epochs=training.epochs if epochs is None else epochs,
        seed=training.seed if seed is None else seed,
    )
    return replace(PRESETS[preset], training=training)


def _started(settings: RunSettings, file: Path) -> "Run":
    """A run of this process, in the queue; RunError with advice for a terminal where a limit refuses it."""
    from core.runs import start
    from core.runs.retention import NoRoom
    from core.runs.run_store import RunStore

    news = _read(file)  # the run reads it once more; its fingerprint belongs to what was asked for
    store = RunStore(paths.runs())
    try:
        return start.start_here(store, OWNER, settings, start.TrainingFile.of(news, file))
    except start.AlreadyAtWork as error:
        raise RunError(
            f"A run of the command line is at work: {error.run.folder}. Wait for its end, or stop it with Ctrl-C."
        ) from error
    except start.CannotWrite as error:
        raise RunError(
            f"The run cannot be written to {store.root} ({error.__cause__}). Make room there, or set "
            "HEADLINE_LAB_STORAGE to another folder."
        ) from error
    except NoRoom as error:
        raise RunError(
            f"{error} The runs are in {store.root}; python -m core clean removes old ones."
        ) from error


def _vectors(file: Path, *, frozen: bool) -> InitialVectors:
    """Check the file of word vectors and put a copy where the run finds it, on a resume too."""
    with _bar() as bar:
        task = bar.add_task(f"Reading {file.name[:60]}", total=1.0)
        read = match_words(
            file, (), sizes=vector_sizes(), progress=lambda share: bar.update(task, completed=share)
        )
    if read.rejected:
        first = read.rejected[0]
        lines = "line" if read.rejected_count == 1 else "lines"
        said = f"{read.rejected_count:,} malformed {lines} passed over; line {first.line:,}: {first.reason}"
        console.print(Text(said))
    for warning in read.warnings:
        console.print(Text(f"warning: {warning}"))
    with file.open("rb") as stream:
        stored = content_store.store(
            stream, file.name, paths.word_vectors(), max_bytes=CAPS.unpacked, expected=WORD_VECTORS
        )
    return InitialVectors(name=read.name, fingerprint=stored.parent.name, size=read.size, frozen=frozen)


def _copy(classifier: Path, out: Path) -> None:
    """Put the classifier into the folder ``out``, without its studies: they hold headlines."""
    for name in FILES:
        shutil.copyfile(classifier / name, out / name)


class _Watcher:
    """Draws a run's events as a progress bar and a line an epoch."""

    def __init__(self) -> None:
        self.bar = _bar()
        self.task = self.bar.add_task("", total=1.0)
        self.prepared: Prepared | None = None

    def waits(self, place: int) -> None:
        self.bar.update(self.task, description=f"waiting for its turn: number {place} in the queue")

    def show(self, event: Event) -> None:
        match event:
            case Preparing():
                self.bar.update(self.task, description=event.stage, completed=event.share)
            case Prepared():
                self.prepared = event
                self.bar.console.print(
                    f"{event.training_rows:,} articles to learn from, {event.words:,} words, "
                    f"{event.categories} categories, {event.parameters:,} parameters"
                )
                if event.vectors_found is not None and event.vectors_running is not None:
                    self.bar.console.print(
                        f"{event.vectors_found:,} words start from the word vectors: {event.vectors_running:.1%} of "
                        "the running words of the word index"
                    )
            case BatchEnd():
                said = f"epoch {event.epoch}: loss {event.loss:.3f}, accuracy {event.accuracy:.1%}"
                self.bar.update(self.task, description=said, completed=event.step / event.steps)
            case EpochEnd():
                self.bar.console.print(
                    f"epoch {event.epoch}: accuracy {event.accuracy:.1%}, validation {event.validation_accuracy:.1%}, "
                    f"validation loss {event.validation_loss:.3f}, {event.seconds:.0f} s"
                )
            case Baseline(name="linear"):
                self.bar.console.print(
                    f"linear model: validation {event.validation_accuracy:.1%}, {event.seconds:.0f} s"
                )
            case Scoring():
                self.bar.update(self.task, description=f"scoring {event.rows:,} test articles", completed=0)
            case _:
                pass


@app.command()
def clean(
    days: Annotated[float, typer.Option(min=0, help="Since it was last changed.")] = 30.0,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be removed.")] = False,
    as_json: AsJson = False,
) -> None:
    """Remove runs, uploads, brought classifiers and visitors' choices that have not changed for a while."""
    from core.runs.retention import clean as removed

    found = removed(days, remove=not dry_run)
    if as_json:
        _print(asdict(found) | {"removed": not dry_run})
        return
    table = Table(title="Would be removed" if dry_run else "Removed", show_header=False)
    for name, number in asdict(found).items():
        table.add_row(name, f"{number:,}")
    Console().print(table)


@app.command(name="export")
def export_(
    model: Model, file: Annotated[Path, typer.Argument(metavar="ZIP")], as_json: AsJson = False
) -> None:
    """Write a classifier as one file that any Headline Lab can open."""
    from core.files import atomic_writer
    from core.model.classifier_archive import pack

    if not file.parent.is_dir():
        raise SettingsError(f"There is no folder {file.parent} to write {file.name} in.")
    with atomic_writer(file) as stream:
        pack(_folder(model), stream)
    size = file.stat().st_size
    if as_json:
        _print({"file": str(file), "bytes": size})
        return
    Console().print(Text(f"{file}: {size / 1e6:.1f} MB"))


@app.command(name="import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="ZIP")],
    folder: Annotated[Path, typer.Argument(help="New folder for the classifier.")],
    as_json: AsJson = False,
) -> None:
    """Put a classifier that was exported into a folder, and nothing else."""
    from core.model.classifier_archive import unpack

    if folder.exists():
        raise SettingsError(f"{folder} is there already; name a new folder.")
    classifier = unpack(file, folder)
    card = classifier.card
    if as_json:
        _print({"folder": str(folder), "labels": len(classifier.labels), "test_accuracy": card.test.accuracy})
        return
    Console().print(
        Text(
            f"{folder}: {len(classifier.labels)} categories, right for {card.test.accuracy:.1%} of its test part"
        )
    )


@app.command()
def evaluate(model: Model, file: NewsFile, as_json: AsJson = False) -> None:
    """Measure a classifier on a news file whose articles it has not seen."""
    started = time.perf_counter()
    classifier = _classifier(model)
    news = _read(file)
    merged = dict(classifier.card.merged)
    categories = np.array([merged.get(one, one) for one in news.table["category"].tolist()], object)
    known = np.isin(categories.astype(str), classifier.labels)
    if not known.any():
        raise SettingsError(f"No article of {file.name} is of a category that this classifier knows.")
    if not known.all():
        console.print(
            Text(f"{(~known).sum():,} articles are of categories that it was not trained on; left out.")
        )
    table = news.table[known]
    place = {label: number for number, label in enumerate(classifier.labels)}
    y = np.array([place[category] for category in categories[known]])
    with _bar() as bar:
        task = bar.add_task("Predicting", total=1.0)
        probabilities = classifier.probabilities(
            texts_of(table, classifier.cleaning), progress=lambda share: bar.update(task, completed=share)
        )
    # The file's own most frequent category: the classifier's training part is not at hand.
    scores = score(np.log(np.maximum(probabilities, 1e-30)), y, majority_label=int(np.bincount(y).argmax()))
    record = {
        "rows": scores.rows,
        "accuracy": scores.accuracy,
        "top3_accuracy": scores.top3_accuracy,
        "macro_f1": scores.macro_f1,
        "seconds": round(time.perf_counter() - started, 3),
    }
    if as_json:
        _print(record)
        return
    shown = Table(title=f"{scores.rows:,} articles", show_header=False)
    for name in ("accuracy", "top3_accuracy", "macro_f1"):
        shown.add_row(name, f"{record[name]:.1%}")
    Console().print(shown)


@app.command()
def predict(
    model: Model,
    headlines: Annotated[list[str] | None, typer.Argument(metavar="[HEADLINE ...]")] = None,
    as_json: AsJson = False,
) -> None:
    """Classify headlines, one an argument, or one a line of standard input."""
    classifier = _classifier(model)
    try:
        asked = headlines or [line.rstrip("\r\n") for line in sys.stdin]
    except UnicodeDecodeError as error:
        raise NewsFileError(f"Standard input is not UTF-8 text ({error.reason}). Save it as UTF-8.") from None
    # A byte that is no text comes as half a surrogate pair, which can be neither printed nor written.
    asked = [headline.encode("utf-8", "replace").decode() for headline in asked]
    for prediction in classifier.predict(asked):
        if as_json:
            _print(
                {
                    "label": prediction.label,
                    "probability": prediction.probability,
                    "ranking": [list(one) for one in prediction.ranking],
                    "unknown": list(prediction.unknown),
                }
            )
        else:
            print(f"{prediction.probability:7.1%}  {prediction.label:<20}  {prediction.text}")


@app.command()
def explain(
    model: Model,
    headline: str,
    method: Annotated[
        str, typer.Option(help="How the words' salience is computed: integrated gradients, leave-one-out.")
    ] = "integrated gradients",
    as_json: AsJson = False,
) -> None:
    """Show what each word adds to the answer, and the answer after every word."""
    from core.insight.prediction.attribution import METHODS, attributions, read_along, words_read

    if method not in METHODS:
        raise SettingsError(f"--method must be one of {', '.join(METHODS)}, got {method!r}")
    classifier = _classifier(model)
    words = words_read(classifier, headline.encode("utf-8", "replace").decode())
    reading = read_along(classifier, words)
    given = attributions(classifier, words, label=reading.label, method=method)
    rankings = [
        [[classifier.labels[label], float(row[label])] for label in np.argsort(-row, kind="stable")]
        for row in reading.probabilities
    ]
    label = classifier.labels[reading.label]
    if as_json:
        _print(
            {
                "label": label,
                "method": method,
                "words": list(words),
                "salience": [round(float(salience), 6) for salience in given.salience],
                "settled": reading.settled,
                "prefixes": rankings if words else [],
            }
        )
        return
    if not words:
        Console().print(Text(f"After cleaning no word is left. {label} is the answer to nothing."))
        return
    table = Table(title=Text(f"{label}, {rankings[-1][0][1]:.1%}"))
    table.add_column("word")
    table.add_column(Text(f"adds to {label}"), justify="right")
    table.add_column("answer so far")
    for word, salience, ranking in zip(words, given.salience, rankings, strict=True):
        best, probability = ranking[0]
        table.add_row(Text(word), f"{salience:+.2f}", Text(f"{best}, {probability:.1%}"))
    Console().print(table)


def main(arguments: list[str] | None = None) -> int:
    """Run one verb and return the exit status; what click would print as a page of usage is one line."""
    try:
        return app(arguments, prog_name="python -m core", standalone_mode=False) or 0
    except (typer.TyperException, HeadlineLabError, OSError) as error:
        # typer's own errors keep the whole sentence in format_message
        said = error.format_message() if hasattr(error, "format_message") else str(error)
        print(" ".join(said.split()), file=sys.stderr)
        return 2
    except (typer.Abort, KeyboardInterrupt):
        return 130


if __name__ == "__main__":
    sys.exit(main())
