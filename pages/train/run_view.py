"""The chosen run: its progress and learning curves while it is at work, its scores when it has ended."""

import logging
import sqlite3
from collections.abc import Callable
from functools import partial

import streamlit as st

from core.insight.history import captions
from core.insight.history.figures import learning_curve, learning_curve_spec
from core.insight.history.learning_curves import Curves, Metric, curves
from core.insight.wording import percent
from core.runs import run_queue
from core.runs.run import ACTIVE, Run
from core.runs.run_store import RunStore
from core.runs.turn import seconds_of_last_turn
from core.training.events import BatchEnd, Failed
from pages.components.chart import chart
from pages.components.live_chart import live_chart
from pages.session import Session
from pages.train.continue_run import draw_continue, draw_interrupted, draw_more_epochs
from pages.train.guess_result import draw_guess, draw_guess_outcome, guessed_accuracy
from pages.train.scores import baseline_comparison, draw_scores, suggest_class_weights
from pages.widgets.run_progress import (
    DISK_ERROR,
    REFRESH_SECONDS,
    RunLog,
    progress,
    seconds_between_looks,
    total_epochs,
)
from pages.wording import duration, literal

_logger = logging.getLogger(__name__)


def _log(run: Run) -> RunLog:
    log = st.session_state.get("run_log")
    if not isinstance(log, RunLog) or log.run_id != run.id:
        log = st.session_state["run_log"] = RunLog(run.id)
    log.update(run)
    return log


def run_view(session: Session, run: Run) -> None:
    """Draw the run; while it waits or is at work, draw what changes again and again."""
    status = run.status()
    if status == "waiting":
        _draw_waiting(run)
    elif status in ACTIVE:
        st.fragment(_draw_active, run_every=REFRESH_SECONDS)(run)
    else:
        _draw_ended(session, run)


def _draw_waiting(run: Run) -> None:
    """Draw the place in the queue, which changes, and the curves so far, which do not."""
    if run.preempted():
        trained = duration(seconds_of_last_turn(_log(run).events))
        st.info(
            f"Others are waiting, so your run made room after {trained} of training. Nothing is lost. It "
            "will go on by itself from the same point when it is its turn.",
            icon=":material/hourglass_pause:",
        )
    seconds = seconds_between_looks(run)
    st.fragment(_draw_queue, run_every=seconds)(run, seconds)
    _draw_charts(curves(_log(run).events), run, moving=True)


def _draw_queue(run: Run, seconds: float) -> None:
    """Draw the place in the queue and the button that leaves it; ``seconds`` lie between two looks.

    The whole page is drawn again once the run no longer waits, or its place asks for other looks.
    """
    if run.status() != "waiting" or seconds_between_looks(run) != seconds:
        st.rerun()
    left, right = st.columns([8, 2], vertical_alignment="center")
    left.progress(0.0, text=_queue_text(run))
    right.button(
        "Cancel",
        key="stop",
        icon=":material/stop_circle:",
        on_click=_request,
        args=(partial(run_queue.cancel, run),),
        help="It leaves the queue. What it has learnt is kept. You can continue at any time."
        if run.preempted()
        else None,
        width="stretch",
    )


def _draw_active(run: Run) -> None:
    status = run.status()
    if status == "waiting" or status not in ACTIVE:
        st.rerun()  # the whole page: the settings open up, the sidebar and the scores appear
    log = _log(run)
    left, pause, stop = st.columns([6, 2, 2], vertical_alignment="center")
    with left:
        share, text = progress(log.events, total_epochs(run))
        if status == "stopping":
            text = "Stopping. The best weights so far are kept and tested."
        elif status == "pausing":
            text = "Pausing after this batch"
        st.progress(share, text=text)
    pause.button(
        "Pause",
        key="pause",
        icon=":material/pause_circle:",
        on_click=_request,
        args=(partial(run_queue.pause, run),),
        disabled=status in ("pausing", "stopping"),
        help=(
            "It is paused at a checkpoint, and others can train. You can continue at any time, also with a "
            "different learning rate."
        ),
        width="stretch",
    )
    stop.button(
        "Stop",
        key="stop",
        icon=":material/stop_circle:",
        on_click=_request,
        args=(partial(run_queue.cancel, run),),
        disabled=status == "stopping",
        width="stretch",
    )
    _draw_charts(curves(log.events), run, moving=True)


def _request(request: Callable[[], None]) -> None:
    """Send a request to the worker; draw an error if the disk refuses it."""
    try:
        request()
    except (OSError, sqlite3.Error):
        _logger.exception("a request to a run cannot be written")
        st.error(DISK_ERROR)


def _queue_text(run: Run) -> str:
    """The position in the queue and the estimated wait."""
    queue = run_queue.read_queue(RunStore(run.folder.parent))
    position = queue.position(run)
    if position == 0:
        return "Starting the training process"
    seconds = queue.wait_seconds(run)
    text = "Next in the queue" if position == 1 else f"Number {position} in the queue"
    return f"{text} · about {duration(max(1.0, seconds))} to wait" if seconds is not None else text


def _draw_charts(learning_curves: Curves, run: Run, *, moving: bool) -> None:
    """Draw accuracy and loss with a caption each: as a live chart while the run is at work, then as a Plotly figure."""
    metrics: tuple[Metric, ...] = ("accuracy", "loss")
    texts = {metric: captions.learning_curve(learning_curves, metric) for metric in metrics}
    guess = guessed_accuracy(run)
    for metric in metrics:
        description = f"{metric.capitalize()} of training and validation by epoch"
        if metric == "accuracy" and guess is not None:
            description += f", and a line at your guess of {percent(guess)}"
        if moving:
            spec = learning_curve_spec(learning_curves, metric, epochs=total_epochs(run), guess=guess)
            live_chart(spec, f"live_{metric}", alt=f"{description}. {texts[metric]}")
        else:
            figure = learning_curve(learning_curves, metric, epochs=total_epochs(run), guess=guess)
            chart(figure, f"chart_{metric}", description, texts[metric])
    if moving:  # below both: a sentence that grows by a line would make the second chart jump
        for metric in metrics:
            st.caption(literal(texts[metric]))


def _draw_ended(session: Session, run: Run) -> None:
    log = _log(run)
    result = run.result()
    if result:
        draw_scores(result)
        suggest_class_weights(session, run)
        if run.settings.baselines:
            st.markdown(baseline_comparison(result, log.events))
        draw_guess_outcome(run, result)
    else:
        failed_run = run.status() == "failed"
        draw_guess(run, why="It has no result." if failed_run else "You will see the result next to it.")
    if run.status() == "failed":
        failed = log.last(Failed)
        st.error(literal(failed.reason) if isinstance(failed, Failed) else "The run failed without a reason.")
    if run.status() == "paused":
        st.info(
            "This run is paused. Nothing is lost. You can continue at any time.",
            icon=":material/pause_circle:",
        )
        draw_continue(run)
    elif run.status() == "interrupted":
        draw_interrupted(run)
    if any(isinstance(event, BatchEnd) for event in log.events):
        _draw_charts(curves(log.events), run, moving=False)
    if result and run.status() == "finished" and run.checkpoints.exist():
        draw_more_epochs(run, result)
    if result is None and st.button("Set this run aside", key="set_aside"):
        session.choose_run(None)
        st.rerun()
