"""``queue`` and ``queue cancel``: who trains and who waits, for whoever runs the server."""

from datetime import UTC, datetime
from typing import Annotated, Any

import psutil
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from core import paths
from core.cli.console import AsJson, app, print_json
from core.cli.train import OWNER
from core.errors import RunError
from core.runs import queue_order, run_queue
from core.runs.run import ACTIVE, Run
from core.runs.run_queue import QueueView
from core.runs.run_store import RunStore

SHORT = 8  # characters of an id, or of a visitor's name, that a person reads
verb = typer.Typer(invoke_without_command=True)
app.add_typer(verb, name="queue")


@verb.callback()
def queue(context: typer.Context, as_json: AsJson = False) -> None:
    """List the runs that train and those that wait, in order; or cancel one."""
    if context.invoked_subcommand is not None:
        return
    store = RunStore(paths.runs())
    view = run_queue.read_queue(store)
    at_work = [_record(run, view) for run in view.at_work if run.alive()]
    # The later cells of a memory race wait too, and have no position yet.
    waiting = [_record(run, view) for run in queue_order.in_order(store.open_runs())]
    if as_json:
        turn = run_queue.turn_seconds()
        print_json(
            {
                "slots": run_queue.slots(),
                "turn_minutes": turn / 60 if turn else 0,
                "at_work": at_work,
                "waiting": waiting,
            }
        )
        return
    if not at_work and not waiting:
        Console().print("No run is training or waiting.")
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("", "run", "visitor", "file", "preset", "status", "since", "done", "wait"):
        table.add_column(
            name, no_wrap=name != "file", overflow="fold", min_width=12 if name == "file" else None
        )
    for record in (*at_work, *waiting):
        table.add_row(*_cells(record))
    Console().print(table)


@verb.command(context_settings={"ignore_unknown_options": True})  # an id may begin with a hyphen
def cancel(
    context: typer.Context,
    run_id: Annotated[str, typer.Argument(metavar="ID", help="The id of a run, or how it begins.")],
    as_json: AsJson = False,
) -> None:
    """Take a waiting run out of the queue; stop one that trains, which keeps its best weights so far."""
    run = _find(run_id)
    run_queue.cancel(run)
    status = run.status()
    if as_json or (context.parent and context.parent.params["as_json"]):
        print_json({"id": run.id, "status": status})
        return
    stops = "stops and keeps the best weights so far" if status in ACTIVE else "has left the queue"
    Console().print(Text(f"Run {run.id} {stops}."))


def _find(beginning: str) -> Run:
    """Return the run at work or in the queue whose id begins like this.

    Raises:
        RunError: there is none, or more than one.
    """
    runs = [run for run in RunStore(paths.runs()).open_runs() if run.status() in ACTIVE]
    matches = [run for run in runs if beginning and run.id.startswith(beginning)]
    if not matches:
        raise RunError(
            f"No run that is training or waiting has an id that begins with {beginning[:40]!r}. See: python "
            "-m core queue"
        )
    if len(matches) > 1:
        raise RunError(
            f"{len(matches)} runs begin with {beginning!r}: {', '.join(run.id for run in matches[:5])}"
        )
    return matches[0]


def _record(run: Run, view: QueueView) -> dict[str, Any]:
    """Return what is printed of a run; None where it is not known, or does not apply."""
    position = view.position(run)
    wait, since, estimated = view.wait_seconds(run), _since(run), run_queue.estimate_training(run)
    done = None
    if estimated:
        remaining, total = estimated
        done = round(1 - remaining / total, 4)
    return {
        "id": run.id,
        "visitor": run.owner if run.owner == OWNER else run.owner[:SHORT],
        "file": run.news_name,
        "preset": run.settings.preset,
        "race": run.race,
        "status": run.status(),
        "preempted": run.preempted(),
        "position": position or None,
        "since": since and datetime.fromtimestamp(since, UTC).isoformat(timespec="seconds"),
        "done": done,
        "wait_seconds": wait if wait is None else round(wait, 1),
    }


def _since(run: Run) -> float | None:
    """Return when the run was queued, or its process started, in seconds since 1970; None: it has just ended."""
    if entry := run.queue_entry():
        return entry.since / 1e9
    lease = run.lease()
    try:
        return psutil.Process(lease.pid).create_time() if lease else None
    except psutil.NoSuchProcess:
        return None


def _cells(record: dict[str, Any]) -> list[Text]:
    done, wait = record["done"], record["wait_seconds"]
    since = datetime.fromisoformat(record["since"]).astimezone() if record["since"] else None
    today = since and since.date() == datetime.now(UTC).astimezone().date()
    return [
        Text(cell)
        for cell in (
            str(record["position"] or ""),
            record["id"][:SHORT],
            record["visitor"],
            record["file"],
            record["preset"],
            record["status"],
            since.strftime("%H:%M" if today else "%d %b") if since else "",
            "" if done is None else f"{done:.0%}",
            "" if wait is None else _clock(wait),
        )
    ]


def _clock(seconds: float) -> str:
    """Return hours, minutes and seconds; a wait may be longer than a day."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest:02}"
