"""``train``: settings from the options, the start of a run or its resumption, the training in this process."""

import os
import shutil
import signal
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, cast

import typer
from rich.text import Text

from core import paths
from core.cli.console import (
    NEWS_FILE,
    AsJson,
    ColumnOptions,
    DatesOption,
    EncodingOption,
    MemberOption,
    app,
    chosen_reading,
    console,
    progress_bar,
    read_file,
)
from core.cli.train_output import Watcher, report
from core.errors import RunError, SettingsError
from core.insight.evaluation.cross_validation import NAME as FOLDS
from core.insight.evaluation.cross_validation import CrossValidation, load
from core.model.classifier_files import FILES
from core.news import content_store
from core.news.news import News, inspect_news
from core.news.reading import Reading
from core.news.test_part import with_test
from core.runs import jobs, run_queue, scheduler, start
from core.runs.retention import NoRoom
from core.runs.run import Run, ScoredFile
from core.runs.run_store import RunStore
from core.runs.worker import work
from core.settings.fitting import FileFacts, fit_to_file
from core.settings.network import TOKENIZATIONS, Tokenization
from core.settings.presets import PRESETS
from core.settings.run import InitialVectors, RunSettings
from core.text.languages import language_of
from core.text.word_vectors import CAPS, WORD_VECTORS, match_words
from core.training.events import Failed, Finished
from core.training.preparation import vector_sizes

OWNER = "command line"


@app.command()
def train(
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help=f"{NEWS_FILE} May be left out with --resume.")
    ] = None,
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
        bool, typer.Option("--small", help="Store the tables with 8 bits per number: a quarter of the size.")
    ] = False,
    baselines: Annotated[
        bool,
        typer.Option(
            "--baselines",
            help="Also score the majority class and a linear model, before the training.",
        ),
    ] = False,
    folds: Annotated[
        int | None,
        typer.Option(
            help=(
                "Cross-validation: how many parts. For each part, train a network on the others and score it "
                "on this part."
            )
        ),
    ] = None,
    vectors: Annotated[
        Path | None,
        typer.Option(help="Start from these word vectors: text of GloVe or word2vec, plain or gz, xz, zip."),
    ] = None,
    frozen: Annotated[
        bool, typer.Option("--frozen", help="Keep the vectors from the file as they are.")
    ] = False,
    vectors_member: Annotated[
        str, typer.Option(metavar="NAME", help="The file of word vectors in an archive of several.")
    ] = "",
    columns: ColumnOptions = None,
    encoding: EncodingOption = None,
    dates: DatesOption = None,
    member: MemberOption = None,
    test: Annotated[
        Path | None,
        typer.Option("--test", metavar="FILE", help="Score the network only on this file."),
    ] = None,
    source: Annotated[str, typer.Option(help="The source of the news, for the classifier's card.")] = "",
    as_json: AsJson = False,
) -> None:
    """Train a network on a news file and save the classifier."""
    if preset not in PRESETS:
        raise SettingsError(f"preset must be one of {', '.join(PRESETS)}, got {preset!r}")
    if file is None and resume is None:
        raise SettingsError("Give the news FILE to train on, or a run to go on with: --resume DIR.")
    if vectors_member and vectors is None:
        raise SettingsError(
            "--vectors-member names a file in an archive: give the archive with --vectors FILE."
        )
    if frozen and vectors is None:
        raise SettingsError("--frozen is about word vectors: give them with --vectors FILE.")
    if (unit is not None or changes or folds is not None) and resume is not None:
        raise SettingsError(
            "--unit, --folds and --set are for a new run. A resumed run has its own settings."
        )
    if test is not None and resume is not None:
        raise SettingsError("--test is for a new run. A resumed run has its own test file.")
    if vectors is not None and resume is not None:
        raise SettingsError("--vectors is for a new run. A resumed run has its own start.")
    if out is not None:  # fail now, not after the training
        out.mkdir(parents=True, exist_ok=True)
    if resume is not None:
        run = _queue_interrupted_run(resume, file)
    elif file is not None:
        news = read_file(
            file, chosen_reading(file, columns, encoding, dates, member)
        )  # the run reads it again, and checks this fingerprint
        settings = _settings(
            preset,
            news,
            epochs=epochs,
            sample=sample,
            seed=seed,
            tokenization=unit,
            changes=changes or (),
            baselines=baselines,
            folds=folds,
        )
        if vectors is not None:
            settings = settings.with_vectors(_store_vectors(vectors, vectors_member, frozen=frozen))
        run = _queue_new_run(settings, _training_file(news, file, test))
    watcher = Watcher()
    result = _train_here(run, watcher, source=source, small=small)
    if out is not None:
        _copy(run.classifier_folder, out)
    measured = _measure_folds(run, result) if run.settings.training.folds else None
    report(
        run,
        result,
        watcher.prepared,
        classifier=out or run.classifier_folder,
        as_json=as_json,
        folds=measured,
    )


def _settings(
    preset: str,
    news: News,
    *,
    epochs: int | None,
    sample: int,
    seed: int | None,
    tokenization: str | None,
    changes: Sequence[str],
    baselines: bool,
    folds: int | None,
) -> RunSettings:
    """Return the preset's settings, fitted to the file and in its language, with the options' changes."""
    language = language_of(news.table["text"].tolist())
    settings = PRESETS[preset].with_language(language.code)
    settings = replace(settings, training=replace(settings.training, articles=sample), baselines=baselines)
    settings = fit_to_file(settings, FileFacts.of(news, language))
    training = settings.training
    training = replace(
        training,
        epochs=training.epochs if epochs is None else epochs,
        seed=training.seed if seed is None else seed,
        folds=training.folds if folds is None else folds,
    )
    settings = replace(settings, training=training)
    if tokenization is not None:
        settings = settings.with_tokenization(cast(Tokenization, tokenization))  # refuses an unknown one
    for change in changes:
        name, equals, text = change.partition("=")
        if not equals:
            raise SettingsError(f"--set takes NAME=VALUE, got {change!r}")
        settings = settings.with_setting(name, text)
    return settings


def _queue_new_run(settings: RunSettings, file: start.TrainingFile) -> Run:
    """Queue a run for this process; raise RunError with advice for a terminal when a limit refuses it."""
    store = RunStore(paths.runs())
    try:
        return start.start_here(store, OWNER, settings, file)
    except start.AlreadyAtWork as error:
        raise RunError(
            f"A run from the command line is training: {error.run.folder}. Wait until it ends, or stop it "
            "with Ctrl-C."
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


def _training_file(news: News, file: Path, test: Path | None) -> start.TrainingFile:
    """What the run reads: the file that it learns from, and the one that it is scored on if one is given."""
    if test is None:
        return start.TrainingFile.of(news, file)
    scored = read_file(test, _reading_like(news, test))
    return start.TrainingFile.of(with_test(news, scored), file, ScoredFile.of(scored, test))


def _reading_like(news: News, test: Path) -> Reading:
    """Read the test file's columns as those of ``news``, if it has them; its encoding and dates are its own."""
    columns, shape = news.shape.used, inspect_news(test)
    if not set(columns.used()) <= set(shape.columns):
        columns = shape.used
    return Reading(columns=columns, category_names=news.reading.category_names)


def _queue_interrupted_run(folder: Path, file: Path | None) -> Run:
    """Queue the run in ``folder`` for this process, which resumes it; refuse another news file than its own."""
    run = RunStore(folder.resolve().parent).open(folder.resolve().name)
    if file is not None and run.news != file.resolve():
        raise RunError(f"The run in {folder} was started on {run.news_name}; give that file.")
    if not run.news.exists():  # the run would fail, and its checkpoint would go
        raise RunError(f"The news file of this run is gone: {run.news}. Put it back, then try again.")
    if run.test and not Path(run.test.path).exists():
        raise RunError(f"The test file of this run is gone: {run.test.path}. Put it back, then try again.")
    run_queue.enqueue_here(run)
    return run


def _train_here(run: Run, watcher: Watcher, *, source: str, small: bool) -> Finished:
    """Train the queued run in this process when its turn comes, then let the next one start.

    Raises:
        RunError: it has failed, or stands still and can be resumed.
    """
    # Ctrl-C stops as the page's button does: keep and score the best weights so far.
    signal.signal(signal.SIGINT, lambda *_: run.request_stop())
    try:
        with watcher.bar:
            run = scheduler.wait_for_turn(run, report=watcher.show_position)
            ending = work(run, watcher.show, source=source, small=small)
    finally:
        scheduler.advance(RunStore(run.folder.parent), leaving=os.getpid())  # start the next run
    if isinstance(ending, Finished):
        return ending
    if isinstance(ending, Failed):
        raise RunError(ending.reason)
    raise RunError(f"The run is paused. Continue it: python -m core train --resume {run.folder}")


def _measure_folds(run: Run, result: Finished) -> CrossValidation | None:
    """Train the folds in this process; None when Ctrl-C stopped them, or the training before them."""
    if result.ending == "stopped":
        console.print("Training was stopped, so there are no folds.")
        return None
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with progress_bar() as bar:
            task = bar.add_task("", total=1.0)
            jobs.compute_here(
                run.classifier_folder,
                FOLDS,
                lambda stage, share: bar.update(task, description=stage, completed=share),
            )
    except KeyboardInterrupt:
        console.print("The folds were stopped. The classifier is kept.")
        return None
    return load(run.classifier_folder)


def _store_vectors(file: Path, member: str, *, frozen: bool) -> InitialVectors:
    """Check the file of word vectors and store a copy, which a resumed run finds too."""
    with progress_bar() as bar:
        task = bar.add_task(f"Reading {file.name[:60]}", total=1.0)
        matched = match_words(
            file,
            (),
            sizes=vector_sizes(),
            progress=lambda share: bar.update(task, completed=share),
            member=member or None,
        )
    if matched.rejected:
        first = matched.rejected[0]
        lines = "line" if matched.rejected_count == 1 else "lines"
        message = f"{matched.rejected_count:,} malformed {lines} skipped; line {first.line:,}: {first.reason}"
        console.print(Text(message))
    for warning in matched.warnings:
        console.print(Text(f"warning: {warning}"))
    with file.open("rb") as stream:
        stored = content_store.store(
            stream, file.name, paths.word_vectors(), max_bytes=CAPS.unpacked, expected=WORD_VECTORS
        )
    return InitialVectors(
        name=matched.name,
        fingerprint=stored.parent.name,
        size=matched.size,
        frozen=frozen,
        member=member,
    )


def _copy(classifier: Path, out: Path) -> None:
    """Put the classifier into the folder ``out``, without its artifacts, which contain headlines."""
    for name in FILES:
        shutil.copyfile(classifier / name, out / name)
