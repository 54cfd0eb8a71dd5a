"""What the verbs share: the app, arguments, output, and the user's errors as one line.

Standard output is for results, standard error for what a person watches.
"""

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from core.errors import HeadlineLabError, SettingsError
from core.model.classifier import Classifier
from core.news import content_store
from core.news.label_matching import LeftOut
from core.news.news import News, inspect_news, read_news
from core.news.reading import GUESSED, ROLES, Columns, FileShape, Reading

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
console = Console(stderr=True)  # what a person watches; standard output is for results

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object as the last line.")]
NEWS_FILE = "News: JSON lines, JSON array or CSV; gz, xz, zip."
NewsFile = Annotated[Path, typer.Argument(metavar="FILE", help=NEWS_FILE)]
ColumnOptions = Annotated[
    list[str] | None,
    typer.Option(
        "--column",
        metavar="ROLE=NAME",
        help=f"Which column holds what ({', '.join(ROLES)}), instead of the guess. NAME empty: none. Repeatable.",
    ),
]
EncodingOption = Annotated[
    str | None, typer.Option("--encoding", metavar="NAME", help="The file's encoding, such as cp1252.")
]
DatesOption = Annotated[
    str | None, typer.Option("--dates", metavar="NAME", help="How its dates are written, such as day-first.")
]
MemberOption = Annotated[
    str | None, typer.Option("--member", metavar="NAME", help="The file to read inside an archive.")
]
Model = Annotated[Path, typer.Argument(metavar="MODEL", help="A classifier's folder, or a run's.")]


def print_json(record: dict[str, Any]) -> None:
    print(json.dumps(record, ensure_ascii=False, allow_nan=False))


def left_out_records(left_out: Iterable[LeftOut]) -> list[dict[str, Any]]:
    """Rows that are not scored, as JSON: the reason, how many, and the category if that is the reason."""
    return [
        {"reason": group.reason, "rows": group.rows}
        | ({"category": group.category} if group.category else {})
        for group in left_out
    ]


def progress_bar() -> Progress:
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.percentage:3.0f} %"),
    )
    return Progress(
        *columns, TimeElapsedColumn(), console=console, transient=True, disable=not console.is_terminal
    )


def read_file(file: Path, reading: Reading = GUESSED) -> News:
    with progress_bar() as bar:
        task = bar.add_task(f"Reading {file.name[:60]}", total=1.0)
        return read_news(file, progress=lambda share: bar.update(task, completed=share), reading=reading)


def chosen_reading(
    file: Path,
    columns: Sequence[str] | None,
    encoding: str | None,
    dates: str | None,
    member: str | None,
    *,
    inspect: Callable[..., FileShape] = inspect_news,
) -> Reading:
    """What the options say about reading ``file``; a role that no ``--column`` names keeps the column guessed for it.

    Args:
        inspect: what looks at the file to guess its columns.

    Raises:
        SettingsError: an option is none of these.
        NewsFileError: the file cannot be read.
    """
    reading = Reading(member=member, encoding=encoding, date_format=dates)
    if not columns:
        return reading
    chosen: dict[str, str] = {}
    for option in columns:
        role, equals, column = option.partition("=")
        if not equals or role not in ROLES:
            raise SettingsError(f"--column takes ROLE=NAME with a role of {', '.join(ROLES)}, got {option!r}")
        chosen[role] = column
    guessed = msgspec.structs.asdict(
        inspect(file, name=content_store.safe_name(file.name), reading=reading).used
    )
    free = {role: column for role, column in guessed.items() if column not in chosen.values()}
    return msgspec.structs.replace(reading, columns=Columns(**free | chosen))


def load_classifier(model: Path) -> Classifier:
    """The classifier in ``model``, or in the run's folder ``model``."""
    return Classifier.load(classifier_folder(model))


def classifier_folder(model: Path) -> Path:
    """The classifier's folder: ``model`` itself, or the one in the run's folder ``model``."""
    inside = model / "classifier"
    return inside if inside.is_dir() else model


def main(arguments: list[str] | None = None) -> int:
    """Run one verb and return the exit status; print an error as one line, without click's usage page."""
    try:
        return app(arguments, prog_name="python -m core", standalone_mode=False) or 0
    except (typer.TyperException, HeadlineLabError, OSError) as error:
        # typer's own errors keep the whole sentence in format_message
        message = error.format_message() if hasattr(error, "format_message") else str(error)
        print(" ".join(message.split()), file=sys.stderr)
        return 2
    except (typer.Abort, KeyboardInterrupt):
        return 130
