"""``check``, ``clean``, ``export`` and ``import``: verbs for files and folders."""

import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import msgspec
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
    print_json,
    read_file,
)
from core.errors import SettingsError
from core.news.news import articles_per_category
from core.news.reading import FileShape
from core.text.languages import language_of


@app.command()
def check(
    file: NewsFile,
    columns: ColumnOptions = None,
    encoding: EncodingOption = None,
    dates: DatesOption = None,
    member: MemberOption = None,
    as_json: AsJson = False,
) -> None:
    """Read a news file and say what is in it."""
    started = time.perf_counter()
    news = read_file(file, chosen_reading(file, columns, encoding, dates, member))
    shape = news.shape
    record = {
        "rows": len(news.table),
        "kept": len(news.table),
        "rejected": news.rejected_count,
        "rejected_reasons": dict(news.rejected_reasons),
        "rows_in_file": news.rows_in_file,
        "categories": len(news.categories),
        "fingerprint": news.fingerprint,
        "language": language_of(news.table["text"].tolist()).code,
        "seconds": round(time.perf_counter() - started, 3),
        "format": shape.kind,
        "encoding": shape.encoding,
        "member": shape.member,
        "columns": msgspec.to_builtins(shape.used),
        "unused_columns": list(shape.unused),
        "date_format": shape.date_format,
        "articles_per_category": {
            str(category): int(articles) for category, articles in articles_per_category(news).items()
        },
        "alerts": list(news.alerts),
        "warnings": list(news.warnings),
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
        console.print(Text(_how_it_was_read(shape)))
        for warning in (*news.alerts, *news.warnings):
            console.print(Text(f"warning: {warning}"))
    else:
        print_json(record)


def _how_it_was_read(shape: FileShape) -> str:
    """One line: format, encoding, which column holds what, and which are not used."""
    roles = ", ".join(f"{role} from {column}" for role, column in msgspec.to_builtins(shape.used).items())
    unused = f"; not used: {', '.join(shape.unused)}" if shape.unused else ""
    encoding = f", {shape.encoding}" if shape.encoding else ""
    return f"read as {shape.kind}{encoding}: {roles}{unused}"


@app.command()
def clean(
    days: Annotated[float, typer.Option(min=0, help="Since it was last changed.")] = 30.0,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only report what would be removed.")] = False,
    as_json: AsJson = False,
) -> None:
    """Remove runs, uploads, brought classifiers and visitors' choices that have not changed for a while."""
    from core.runs.retention import clean as remove_expired

    cleaned = remove_expired(days, remove=not dry_run)
    if as_json:
        print_json(asdict(cleaned) | {"removed": not dry_run})
        return
    table = Table(title="Would be removed" if dry_run else "Removed", show_header=False)
    for name, number in asdict(cleaned).items():
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
        pack(classifier_folder(model), stream)
    size = file.stat().st_size
    if as_json:
        print_json({"file": str(file), "bytes": size})
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
        raise SettingsError(f"{folder} already exists. Name a new folder.")
    classifier = unpack(file, folder)
    card = classifier.card
    if as_json:
        print_json(
            {"folder": str(folder), "labels": len(classifier.labels), "test_accuracy": card.test.accuracy}
        )
        return
    Console().print(
        Text(
            f"{folder}: {len(classifier.labels)} categories, right for {card.test.accuracy:.1%} of its test part"
        )
    )
