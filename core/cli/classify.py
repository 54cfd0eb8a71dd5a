"""``evaluate``, ``predict`` and ``explain``: verbs that ask a classifier."""

import sys
import time
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from core.cli.console import (
    AsJson,
    ColumnOptions,
    DatesOption,
    EncodingOption,
    MemberOption,
    Model,
    NewsFile,
    app,
    chosen_reading,
    classifier_folder,
    console,
    left_out_records,
    load_classifier,
    print_json,
    progress_bar,
    read_file,
)
from core.errors import NewsFileError, SettingsError
from core.insight.evaluation import captions
from core.insight.evaluation.own_file import answer_file
from core.insight.wording import many
from core.model.classifier import Classifier, Prediction
from core.news import content_store
from core.news.encodings import encoding_name
from core.news.headline_files import inspect_headlines, read_headlines
from core.news.news import News, inspect_news
from core.news.reading import Reading

_ROWS_AT_ONCE = 1_000  # of a file: an answer ranks all labels


@app.command()
def evaluate(
    model: Model,
    file: NewsFile,
    columns: ColumnOptions = None,
    encoding: EncodingOption = None,
    dates: DatesOption = None,
    member: MemberOption = None,
    as_json: AsJson = False,
) -> None:
    """Measure a classifier on a news file whose articles it has not seen."""
    started = time.perf_counter()
    classifier = load_classifier(model)
    news = _read_with_categories(file, chosen_reading(file, columns, encoding, dates, member), model)
    given_names = _given_names(model)
    with progress_bar() as bar:
        task = bar.add_task("Predicting", total=1.0)
        own = answer_file(
            classifier, news, lambda share: bar.update(task, completed=share), given_names=given_names
        )
    report = own.report()
    for caption in filter(None, (captions.own_file(own), captions.respelled(own))):
        console.print(Text(caption))
    record = {
        "rows": own.rows_scored,
        "rows_given": own.rows_given,
        "rows_scored": own.rows_scored,
        "rows_left_out": own.rows_given - own.rows_scored,
        "left_out": left_out_records(own.left_out),
        "unmatched_labels": own.unmatched_labels,
        "matched_labels": dict(own.respelled),
        "accuracy": report.scores.accuracy,
        "accuracy_low": report.low,
        "accuracy_high": report.high,
        "top3_accuracy": report.scores.top3_accuracy,
        "macro_f1": report.scores.macro_f1,
        "never_predicted": [classifier.labels[category] for category in report.never_predicted],
        "seconds": round(time.perf_counter() - started, 3),
    }
    if as_json:
        print_json(record)
        return
    summary = Table(title=many(own.rows_scored, "article"), show_header=False)
    for name in ("accuracy", "top3_accuracy", "macro_f1"):
        summary.add_row(name, f"{record[name]:.1%}")
    summary.add_row("95 % interval of the accuracy", f"{report.low:.1%} to {report.high:.1%}")
    Console().print(summary)


def _read_with_categories(file: Path, reading: Reading, model: Path) -> News:
    """The news in ``file``; of one without a category column an error that names the verb that needs none."""
    try:
        return read_file(file, reading)
    except NewsFileError:
        used = reading.columns or inspect_news(file, reading=reading).used
        if used.category or not used.headline:
            raise
    raise NewsFileError(
        f"Which column of {file.name} holds the category? Name it with --column category=NAME. To classify texts "
        f"without one: predict {model} --file {file}"
    )


def _given_names(model: Path) -> tuple[tuple[str, str], ...]:
    """The names that categories got when the file of the run ``model`` was read; none of another classifier."""
    from core.runs.run_store import run_in

    run = run_in(classifier_folder(model).resolve().parent)
    return run.reading.category_names if run else ()


@app.command()
def predict(
    model: Model,
    headlines: Annotated[list[str] | None, typer.Argument(metavar="[HEADLINE ...]")] = None,
    file: Annotated[
        Path | None, typer.Option("--file", metavar="FILE", help="Classify each row of a file of texts.")
    ] = None,
    columns: ColumnOptions = None,
    encoding: EncodingOption = None,
    member: MemberOption = None,
    as_json: AsJson = False,
) -> None:
    """Classify headlines: arguments, the rows of a file, or lines of standard input."""
    if file is not None and headlines:
        raise SettingsError("Give headlines or --file FILE, not both.")
    classifier = load_classifier(model)
    if file is not None:
        reading = chosen_reading(file, columns, encoding, None, member, inspect=inspect_headlines)
        _predict_file(classifier, file, reading, as_json=as_json)
        return
    try:
        texts = headlines or [line.rstrip("\r\n") for line in sys.stdin]
    except UnicodeDecodeError as error:
        raise NewsFileError(f"Standard input is not UTF-8 text ({error.reason}). Save it as UTF-8.") from None
    # An undecodable byte becomes a lone surrogate, which can be neither printed nor written.
    texts = [text.encode("utf-8", "replace").decode() for text in texts]
    for prediction in classifier.predict(texts):
        if as_json:
            print_json(_answer(prediction))
        else:
            _print_answer(prediction)


def _predict_file(classifier: Classifier, file: Path, reading: Reading, *, as_json: bool) -> None:
    """Print an answer for each row, in the file's order; with ``as_json`` beside all columns of the row."""
    read = read_headlines(file, content_store.safe_name(file.name), reading)
    used, encoding = read.shape.used, encoding_name(read.shape.encoding)
    console.print(
        Text(
            f"{file.name}: {read.shape.kind}{', ' if encoding else ''}{encoding}; headline from {used.headline}"
            + (f", description from {used.description}" if used.description else "")
        )
    )
    if read.rejected:
        line, reason = read.rejected[0]
        console.print(
            Text(f"{many(read.rejected_count, 'row gets', 'rows get')} no answer; line {line:,}: {reason}")
        )
    answered = set(read.answered)
    for start in range(0, len(read.rows), _ROWS_AT_ONCE):
        rows = range(start, min(start + _ROWS_AT_ONCE, len(read.rows)))
        asked = [row for row in rows if row in answered]
        predictions = classifier.predict(
            [read.headlines[row] for row in asked], [read.descriptions[row] for row in asked]
        )
        prediction_of = dict(zip(asked, predictions, strict=True))
        for row in rows:
            prediction = prediction_of.get(row)
            if as_json:
                print_json(
                    _answer(prediction) | {"row": dict(zip(read.columns, read.rows[row], strict=True))}
                )
            elif prediction:
                _print_answer(prediction)


def _answer(prediction: Prediction | None) -> dict[str, Any]:
    """The JSON of an answer; of a row without a text, its label and probability are null."""
    if prediction is None:
        return {"label": None, "probability": None, "ranking": [], "unknown": []}
    return {
        "label": prediction.label,
        "probability": prediction.probability,
        "ranking": [list(entry) for entry in prediction.ranking],
        "unknown": list(prediction.unknown),
    }


def _print_answer(prediction: Prediction) -> None:
    print(f"{prediction.probability:7.1%}  {prediction.label:<20}  {prediction.text}")


@app.command()
def explain(
    model: Model,
    headline: str,
    method: Annotated[
        str,
        typer.Option(help="How the salience of words is computed: integrated gradients or leave-one-out."),
    ] = "integrated gradients",
    as_json: AsJson = False,
) -> None:
    """Show what each word adds to the answer, and the answer after every word."""
    from core.insight.prediction.attribution import METHODS, attribute_words, read_along, words_read

    if method not in METHODS:
        raise SettingsError(f"--method must be one of {', '.join(METHODS)}, got {method!r}")
    classifier = load_classifier(model)
    words = words_read(classifier, headline.encode("utf-8", "replace").decode())
    reading = read_along(classifier, words)
    attribution = attribute_words(classifier, words, label=reading.label, method=method)
    rankings = [
        [[classifier.labels[label], float(row[label])] for label in np.argsort(-row, kind="stable")]
        for row in reading.probabilities
    ]
    label = classifier.labels[reading.label]
    if as_json:
        print_json(
            {
                "label": label,
                "method": method,
                "words": list(words),
                "salience": [round(float(salience), 6) for salience in attribution.salience],
                "settled": reading.settled,
                "prefixes": rankings if words else [],
            }
        )
        return
    if not words:
        Console().print(Text(f"After cleaning, no word is left. {label} is the answer to nothing."))
        return
    table = Table(title=Text(f"{label}, {rankings[-1][0][1]:.1%}"))
    table.add_column("word")
    table.add_column(Text(f"adds to {label}"), justify="right")
    table.add_column("answer so far")
    for word, salience, ranking in zip(words, attribution.salience, rankings, strict=True):
        best, probability = ranking[0]
        table.add_row(Text(word), f"{salience:+.2f}", Text(f"{best}, {probability:.1%}"))
    Console().print(table)
