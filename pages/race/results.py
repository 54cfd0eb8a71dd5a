"""A memory race: the learning curves of the four cells, and a table of their costs and scores; live while it runs."""

import logging
import sqlite3
from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from core.errors import HeadlineLabError
from core.insight import artifacts
from core.insight.evaluation.held_out import NAME as HELD_OUT
from core.insight.evaluation.held_out import HeldOut, HeldOutPart
from core.insight.memory_race.captions import interim_verdict, verdict
from core.insight.memory_race.figures import validation_chart, validation_curves_spec
from core.insight.memory_race.results import Result, compare, relative_spread, result
from core.insight.wording import percent
from core.runs import memory_race, run_queue
from core.runs.memory_race import Race
from core.runs.run import ACTIVE, Run
from core.runs.run_store import RunStore
from core.settings.network import Cell
from core.training.events import Failed, Prepared
from pages import caches
from pages.components.chart import chart
from pages.components.live_chart import live_chart
from pages.single_flight_cache import SingleFlightCache
from pages.widgets.run_progress import DISK_ERROR, REFRESH_SECONDS, RunLog, progress, seconds_between_looks
from pages.wording import count, duration, literal

_LOGS = "race_logs"
_logger = logging.getLogger(__name__)
_DESCRIPTION = "Validation accuracy of the four cells by epoch"
_UNKNOWN = "–"
_test_parts = SingleFlightCache[HeldOutPart](16)
_STATUS_TEXTS = {
    "waiting": "waits",
    "preparing": "gets ready",
    "training": "learns",
    "pausing": "pauses",
    "stopping": "stops",
    "paused": "is paused",
    "interrupted": "is paused",
}


def race_view(race: Race) -> None:
    """Draw the race; while it is at work, draw it again and again, less often while no cell learns."""
    if race.at_work:
        seconds = _refresh_seconds(race)
        st.fragment(_draw_active, run_every=seconds)(race, seconds)
    else:
        _draw_ended(race)


def _refresh_seconds(race: Race) -> float:
    """Seconds between two looks: those of a run at work, or while all cells wait, of the first in the queue."""
    status = {run.id: run.status() for run in race.runs}
    if any(status[run.id] in ACTIVE and status[run.id] != "waiting" for run in race.runs):
        return REFRESH_SECONDS
    waiting = (run for run in race.runs if status[run.id] == "waiting")
    return max(map(seconds_between_looks, waiting), default=REFRESH_SECONDS)  # only the first has a position


def _draw_active(race: Race, seconds: float) -> None:
    """Draw the race at work; ``seconds`` lie between two looks.

    The whole page is drawn again once the race has ended (the settings open up, the distances appear) or asks for other
    looks.
    """
    if not race.at_work or _refresh_seconds(race) != seconds:
        st.rerun()
    logs = {run.id: _log_of(run) for run in race.runs}
    status = {run.settings.network.cell: run.status() for run in race.runs}
    learning = [
        cell for cell, cell_status in status.items() if cell_status in ACTIVE and cell_status != "waiting"
    ]
    left, right = st.columns([8, 2], vertical_alignment="center")
    share, text = _progress(race, logs)
    left.progress(share, text=text)
    right.button(
        "Stop",
        key="race_stop",
        icon=":material/stop_circle:",
        on_click=_request,
        args=(partial(memory_race.stop, race),),
        disabled="stopping" in status.values(),
        help="The cell that is training keeps what it has learnt. The cells that wait will not start.",
        width="stretch",
    )
    results = [result(run.settings, logs[run.id].events) for run in race.runs]
    verdict_so_far = interim_verdict(results, learning)
    spec = validation_curves_spec(
        results, epochs=_epochs(race), title=verdict_so_far.title, majority=_validation_majority(logs)
    )
    live_chart(spec, "race_live", alt=f"{_DESCRIPTION}. {verdict_so_far.text}")
    st.caption(literal(verdict_so_far.text))
    _draw_table(race, results)


def _progress(race: Race, logs: dict[str, RunLog]) -> tuple[float, str]:
    """The share of the whole race that is done, and the stage of the cell at work."""
    shares, doing = [], ""
    for run in race.runs:
        status = run.status()
        share, text = progress(logs[run.id].events, _epochs(race))
        if status == "waiting":
            share, text = (share if run.preempted() else 0.0), ""
            store = RunStore(run.folder.parent)
            if not doing and (position := run_queue.read_queue(store).position(run)):
                ahead = f"{position - 1} other run{'s' * (position > 2)} first"
                text = ahead if position > 1 else "next in the queue"
        elif status not in ACTIVE:
            share, text = share if run in race.resumable_runs else 1.0, ""
        elif status == "stopping":
            text = "stopping: the best weights so far are kept and tested"
        elif not any(isinstance(event, Prepared) for event in logs[run.id].events):
            share = 0.0  # preparation is no part of the training
        if text and not doing:
            doing = f"{run.settings.network.cell}: {text[0].lower()}{text[1:]}"
        shares.append(share)
    return sum(shares) / len(shares), doing or "Starting"


def _request(request: Callable[[], None]) -> None:
    try:
        request()
    except HeadlineLabError as error:
        st.error(literal(str(error)))
    except (OSError, sqlite3.Error):
        _logger.exception("a race cannot be written")
        st.error(DISK_ERROR)


def _draw_ended(race: Race) -> None:
    logs = {run.id: _log_of(run) for run in race.runs}
    parts = {run.settings.network.cell: part for run in race.runs if (part := _test_part(run)) is not None}
    words = float(np.mean([part.lengths.mean() for part in parts.values()])) if parts else None
    results = [result(run.settings, logs[run.id].events, words=words) for run in race.runs]
    right = {cell: part.logits.argmax(axis=1) == part.y for cell, part in parts.items()}
    final_verdict = verdict(compare(results, right))
    figure = validation_chart(
        results, epochs=_epochs(race), title=final_verdict.title, majority=_validation_majority(logs)
    )
    chart(figure, "race_chart", _DESCRIPTION, final_verdict.text)
    _draw_table(race, results, words)
    if words is not None:
        sizes = [cell_result.parameters for cell_result in results if cell_result.parameters]
        st.caption(
            "The numbers of parameters differ by at most "
            f"{percent(relative_spread([cell_result.layer_parameters for cell_result in results]))} in the "
            f"recurrent layers, and by {percent(relative_spread(sizes))} in the whole networks. The time is "
            "training time on this machine, which may have done other work too. Multiply-adds are counted "
            "from the shapes of the weights, for a text of average length."
        )
    _draw_failures(race, logs)


def _draw_failures(race: Race, logs: dict[str, RunLog]) -> None:
    reasons: dict[str, list[Cell]] = {}  # runs that were stopped in the queue share one reason
    for run in race.runs:
        failed = logs[run.id].last(Failed)
        if run.status() == "failed" and isinstance(failed, Failed):
            reasons.setdefault(failed.reason, []).append(run.settings.network.cell)
    for reason, cells in reasons.items():
        st.error(f"{', '.join(cells)}: {literal(reason)}")
    if race.resumable_runs:
        lost = ", ".join(run.settings.network.cell for run in race.resumable_runs)
        st.warning(
            f"Interrupted: {lost}. The process is gone, but the last checkpoint is kept.",
            icon=":material/power_off:",
        )
        if st.button("Continue the race", key="race_continue", type="primary", icon=":material/resume:"):
            _request(partial(memory_race.resume, race))
            st.rerun()


def _draw_table(race: Race, results: list[Result], words: float | None = None) -> None:
    """Draw a column for each cell, which fits a phone."""
    stages = [run.status() for run in race.runs]
    largest = next((cell_result.test.majority for cell_result in results if cell_result.test), None)
    majority_text = f" (largest category: {percent(largest)})" if largest is not None else ""
    text = f" for a text of {words:.0f} words" if words is not None else " for a text"
    cells = {
        cell_result.cell: {
            "Units": count(cell_result.units),
            "Parameters of the recurrent layer": count(cell_result.layer_parameters),
            "Parameters in total": _or_unknown(cell_result.parameters, count),
            "Validation accuracy": _or_unknown(cell_result.validation, percent),
            f"Test accuracy{majority_text}": percent(cell_result.test.accuracy)
            if cell_result.test
            else _STATUS_TEXTS.get(stage, stage),
            "Training time": _or_unknown(cell_result.seconds, duration),
            "Articles per second": _or_unknown(cell_result.rate, count),
            f"Multiply-adds{text}": _or_unknown(cell_result.multiply_adds, count),
        }
        for cell_result, stage in zip(results, stages, strict=True)
    }
    st.table(pd.DataFrame(cells))


def _or_unknown(value: float | None, write: Callable[[float], str]) -> str:
    return _UNKNOWN if value is None else write(value)


def _epochs(race: Race) -> int:
    return race.runs[0].settings.training.epochs


def _validation_majority(logs: dict[str, RunLog]) -> float | None:
    prepared = (event for log in logs.values() if isinstance(event := log.last(Prepared), Prepared))
    return next((event.majority for event in prepared), None)


def _log_of(run: Run) -> RunLog:
    logs: dict[str, RunLog] = st.session_state.setdefault(_LOGS, {})
    log = logs.setdefault(run.id, RunLog(run.id))
    log.update(run)
    return log


def _test_part(run: Run) -> HeldOutPart | None:
    """The test articles with the cell's answers; None for a run that has not finished."""
    folder = run.classifier_folder
    file = artifacts.artifact_path(folder, HELD_OUT)
    if run.result() is None or not file.exists():
        return None
    categories = len(caches.classifier(folder, run).classifier.labels)
    return _test_parts.get(caches.stamp(file), lambda: HeldOut.load(folder, categories=categories).test)


def finished_runs(race: Race) -> dict[Cell, Run]:
    """The runs that have a classifier."""
    return {run.settings.network.cell: run for run in race.runs if run.result()}
