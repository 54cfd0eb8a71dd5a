"""What a person sees of ``train``: the progress while it runs, and the result at its end."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from core.cli.console import left_out_records, print_json, progress_bar
from core.insight.evaluation import captions
from core.insight.evaluation.cross_validation import CrossValidation
from core.insight.evaluation.held_out import HeldOut
from core.insight.evaluation.report import evaluate
from core.model.classifier import Classifier
from core.runs.run import Run
from core.settings.run import RunSettings
from core.training.events import (
    Baseline,
    BatchEnd,
    EpochEnd,
    Event,
    Finished,
    Prepared,
    Preparing,
    Scoring,
)


class Watcher:
    """Draws a run's events as a progress bar and a line an epoch."""

    def __init__(self) -> None:
        self.bar = progress_bar()
        self.task = self.bar.add_task("", total=1.0)
        self.prepared: Prepared | None = None

    def show_position(self, position: int) -> None:
        self.bar.update(self.task, description=f"waiting for its turn: number {position} in the queue")

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
                if event.test_left_out is not msgspec.UNSET:
                    accounting = captions.accounting(event.test_rows, event.test_left_out)
                    self.bar.console.print(
                        Text(f"test file: {accounting} The setting test_share is not used.")
                    )
                if event.vectors_found is not None and event.vectors_running is not None:
                    self.bar.console.print(
                        f"{event.vectors_found:,} words start from the word vectors: "
                        f"{event.vectors_running:.1%} of the text"
                    )
            case BatchEnd():
                progress = f"epoch {event.epoch}: loss {event.loss:.3f}, accuracy {event.accuracy:.1%}"
                self.bar.update(self.task, description=progress, completed=event.step / event.steps)
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


def report(
    run: Run,
    result: Finished,
    prepared: Prepared | None,
    *,
    classifier: Path,
    as_json: bool,
    folds: CrossValidation | None = None,
) -> None:
    """Print how the run ended: one JSON object, or a table."""
    # From the log, because an attempt before a resume may have written some.
    baselines = [event for event in run.events()[0] if isinstance(event, Baseline)]
    labels = Classifier.load(run.classifier_folder).labels
    held_out = HeldOut.load(run.classifier_folder, categories=len(labels))
    evaluation = evaluate(held_out.test, held_out.training_counts)
    if as_json:
        never_predicted = [labels[category] for category in evaluation.never_predicted]
        record = _record(run, result, prepared, baselines) | {"never_predicted": never_predicted}
        print_json(record | ({"folds": asdict(folds)} if folds else {}))
    else:
        Console().print(_table(result, baselines))
        if folds:
            Console().print(Text(captions.folds(folds)))
        if suggestion := captions.class_weights(evaluation, labels, run.settings.training.class_weight):
            Console().print(Text(f"{suggestion} To try it: --set class_weight=balanced"))
        Console().print(Text(f"The classifier is in {classifier}"))


def _record(
    run: Run, result: Finished, prepared: Prepared | None, baselines: list[Baseline]
) -> dict[str, Any]:
    record: dict[str, Any] = {
        "run": str(run.folder),
        "rows": prepared.training_rows + prepared.validation_rows + prepared.test_rows if prepared else 0,
        "words": prepared.words if prepared else 0,
        "epochs": result.epochs,
        "seconds": round(result.seconds, 2),
        "validation_accuracy": result.validation_accuracy,
        "test_accuracy": result.test.accuracy,
        "test_macro_f1": result.test.macro_f1,
        "settings": _fitted_settings(run.settings),
    }
    if run.settings.baselines:
        record["baselines"] = {
            baseline.name: {
                "validation_accuracy": baseline.validation_accuracy,
                "test_accuracy": baseline.test_accuracy,
                "test_macro_f1": baseline.test_macro_f1,
                "seconds": round(baseline.seconds, 2),
            }
            for baseline in baselines
        }
    if prepared and prepared.test_left_out is not msgspec.UNSET:
        record["test_rows_given"] = prepared.test_rows + sum(group.rows for group in prepared.test_left_out)
        record["test_rows_scored"] = prepared.test_rows
        record["test_left_out"] = left_out_records(prepared.test_left_out)
    if prepared and prepared.vectors_found is not None:
        record["vectors_found"] = prepared.vectors_found
        record["vectors_running"] = prepared.vectors_running
    return record


def _fitted_settings(settings: RunSettings) -> dict[str, Any]:
    """The settings that a preset takes from the file."""
    network, training = settings.network, settings.training
    return {
        "preset": settings.preset,
        "tokenization": network.tokenization,
        "vocabulary_size": network.vocabulary_size,
        "sequence_length": network.sequence_length,
        "batch_size": training.batch_size,
        "epochs": training.epochs,
        "class_weight": training.class_weight,
        "validation_share": training.validation_share,
        "test_share": training.test_share,
    }


def _table(result: Finished, baselines: list[Baseline]) -> Table:
    table = Table(title=f"Test part: {result.test.rows:,} articles", show_header=False)
    for name, value in (
        ("accuracy", result.test.accuracy),
        ("among the first three", result.test.top3_accuracy),
        ("macro F1", result.test.macro_f1),
        ("always the largest category", result.test.majority),
    ):
        table.add_row(name, f"{value:.1%}")
    for baseline in baselines:
        if baseline.name == "linear":
            table.add_row(f"a linear model, in {baseline.seconds:.0f} s", f"{baseline.test_accuracy:.1%}")
    return table
