"""A run as the visitor sees it: its stage or its curves while it is at work, its scores when it is done."""

import logging
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

import streamlit as st

from core.errors import HeadlineLabError
from core.insight.history.figures import learning_curve, learning_curve_spec
from core.insight.history.learning_curves import Curves, Metric, caption, curves
from core.runs import scheduler
from core.runs.retention import FREE_BYTES
from core.runs.run import ACTIVE, LINEAR_MODEL_STAGE, Run
from core.settings.fields import limits
from core.settings.training import RunOverrides, TrainingSettings
from core.training.events import Baseline, BatchEnd, Event, Failed, Finished, Prepared, Preparing, Scoring
from pages import navigation
from pages.components.chart import chart
from pages.components.live_chart import live_chart
from pages.session import Session
from pages.widgets.guess_result import draw_guess, draw_guess_outcome, guessed_accuracy
from pages.wording import count, duration, literal, percent

EVERY = 0.8  # seconds between two looks at a run's log
METRIC = 130  # pixels: four beside each other on a laptop, two on a phone
_RATE_EVENTS = 30  # batch events that the time left is reckoned from: about a quarter of a minute
_logger = logging.getLogger(__name__)
DISK = (
    "The server's disk is full, or cannot be written. Nothing that was saved is lost. Tell whoever runs the server, "
    "and go on once there is room."
)
MORE_EPOCHS = 3  # offered once a run has finished

_ENDINGS = {
    "epochs": "All epochs are done.",
    "patience": "The validation loss no longer fell, so training stopped early.",
    "stopped": "Stopped by you; the best weights so far are kept.",
}


@dataclass(slots=True)
class Log:
    """The events of a run read so far; only what was appended since is read again."""

    run_id: str
    offset: int = 0
    events: list[Event] = field(default_factory=list)

    def update(self, run: Run) -> None:
        fresh, self.offset = run.events(self.offset)
        self.events.extend(fresh)

    def last(self, kind: type) -> Event | None:
        return next((event for event in reversed(self.events) if isinstance(event, kind)), None)


def _log(run: Run) -> Log:
    log = st.session_state.get("run_log")
    if not isinstance(log, Log) or log.run_id != run.id:
        log = st.session_state["run_log"] = Log(run.id)
    log.update(run)
    return log


def run_view(session: Session, run: Run) -> None:
    """Draw the run, and keep drawing it while it is at work."""
    if run.status() in ACTIVE:
        st.fragment(_draw_active, run_every=EVERY)(run)
    else:
        _draw_ended(session, run)


def _draw_active(run: Run) -> None:
    status = run.status()
    if status not in ACTIVE:
        st.rerun()  # the whole page: the settings open up, the sidebar and the scores appear
    log = _log(run)
    left, pause, stop = st.columns([6, 2, 2], vertical_alignment="center")
    with left:
        share, text = progress(log.events, total_epochs(run))
        if status == "waiting":
            share, text = 0.0, _queue_text(run)
        elif status == "stopping":
            text = "Stopping. The best weights so far are kept and measured."
        elif status == "pausing":
            text = "Pausing after this batch"
        st.progress(share, text=text)
    if status != "waiting":
        pause.button(
            "Pause",
            key="pause",
            icon=":material/pause_circle:",
            on_click=_request,
            args=(run.request_pause,),
            disabled=status in ("pausing", "stopping"),
            help="It stands still at a checkpoint, and its place is free for others. It can go on at any time, "
            "also with another learning rate.",
            width="stretch",
        )
    stop.button(
        "Cancel" if status == "waiting" else "Stop",
        key="stop",
        icon=":material/stop_circle:",
        on_click=_request,
        args=(partial(scheduler.cancel, run),),
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
        st.error(DISK)


def total_epochs(run: Run) -> int:
    """Epochs in all, from the settings or the run's overrides."""
    return run.plan().epochs or run.settings.training.epochs


def _queue_text(run: Run) -> str:
    """The position in the queue and the estimated wait."""
    position = scheduler.queue_position(run)
    if position == 0:
        return "Starting the training process"
    seconds = scheduler.wait_seconds(run)
    text = "Next in the queue" if position == 1 else f"Number {position} in the queue"
    return f"{text} · about {duration(max(1.0, seconds))} to wait" if seconds is not None else text


def progress(events: list[Event], epochs: int) -> tuple[float, str]:
    """Share done, 0 to 1, and what is being done, how fast and for how long yet. Markdown of ours alone."""
    prepared = next((event for event in events if isinstance(event, Prepared)), None)
    last = next(
        (event for event in reversed(events) if isinstance(event, Preparing | BatchEnd | Scoring | Prepared)),
        None,
    )
    if isinstance(last, Scoring):
        return 1.0, f"Measuring on {count(last.rows)} test articles"
    if isinstance(last, BatchEnd):
        share = min(1.0, (last.epoch - 1 + last.step / last.steps) / epochs)
        text = f"Epoch {last.epoch} of {epochs} · {count(last.rows_per_second)} articles a second"
        rates = [event.rows_per_second for event in events if isinstance(event, BatchEnd)][-_RATE_EVENTS:]
        if prepared and (rate := sum(rates) / len(rates)) > 0:
            left = max(0.0, epochs * prepared.training_rows - last.rows) / rate
            text += f" · {duration(left)} left" if left >= 1 else " · almost done"
        return share, text
    if isinstance(last, Preparing):
        text = last.stage[:1].upper() + last.stage[1:]
        if last.stage == LINEAR_MODEL_STAGE:  # it does not say how much is left
            started = next(
                one.seconds
                for one in events
                if isinstance(one, Preparing) and one.stage == LINEAR_MODEL_STAGE
            )
            text += f" · {duration(last.seconds - started)} so far" if last.seconds - started >= 1 else ""
        return min(1.0, max(0.0, last.share)), text
    return 0.0, "Building the network" if prepared else "Starting the training process"


def _baselines_by_name(events: list[Event]) -> dict[str, Baseline]:
    """The baselines emitted so far, by name."""
    return {event.name: event for event in events if isinstance(event, Baseline)}


def _draw_charts(learning_curves: Curves, run: Run, *, moving: bool) -> None:
    """Accuracy and loss with a sentence each; while the run is at work redrawn in place, then with hovers."""
    metrics: tuple[Metric, ...] = ("accuracy", "loss")
    captions = {metric: caption(learning_curves, metric) for metric in metrics}
    guess = guessed_accuracy(run)
    for metric in metrics:
        description = f"{metric.capitalize()} of training and validation by epoch"
        if metric == "accuracy" and guess is not None:
            description += f", and a line at the {percent(guess)} that were guessed"
        if moving:
            spec = learning_curve_spec(learning_curves, metric, epochs=total_epochs(run), guess=guess)
            live_chart(spec, f"live_{metric}", alt=f"{description}. {captions[metric]}")
        else:
            figure = learning_curve(learning_curves, metric, epochs=total_epochs(run), guess=guess)
            chart(figure, f"chart_{metric}", description, captions[metric])
    if moving:  # below both: a sentence that grows by a line would make the second chart jump
        for metric in metrics:
            st.caption(literal(captions[metric]))


def _draw_ended(session: Session, run: Run) -> None:
    log = _log(run)
    result = run.result()
    if result:
        _draw_scores(result)
        if run.settings.baselines:
            st.markdown(baseline_comparison(result, log.events))
        draw_guess_outcome(run, result)
    else:
        failed_run = run.status() == "failed"
        draw_guess(run, why="It has no outcome." if failed_run else "The outcome will stand beside it.")
    if run.status() == "failed":
        failed = log.last(Failed)
        st.error(literal(failed.reason) if isinstance(failed, Failed) else "The run failed without a reason.")
    if run.status() == "paused":
        st.info(
            "This run is paused. Nothing is lost, and it can go on at any time.",
            icon=":material/pause_circle:",
        )
        _draw_continue(run)
    elif run.status() == "interrupted":
        _draw_interrupted(run)
    if any(isinstance(event, BatchEnd) for event in log.events):
        _draw_charts(curves(log.events), run, moving=False)
    if result and run.status() == "finished" and run.checkpoints.exist():
        _more_epochs(run, result)
    if result is None and st.button("Set this run aside", key="set_aside"):
        session.choose_run(None)
        st.rerun()


def _draw_interrupted(run: Run) -> None:
    """Draw why the process ended, as far as it is known, and the button that continues the run."""
    lease = run.lease()
    if lease is None:
        st.warning(
            "This run has not begun yet, and does not stand in the queue.", icon=":material/power_off:"
        )
    elif lease.lost:
        why = (
            f"was lost {lease.crashes + 1} times in a row"
            if lease.lost == "often"
            else "was lost when this machine's memory ran out"
        )
        st.error(
            f"The training process of this run {why}, so it was not started again. What it had learnt by its last "
            "checkpoint is kept.",
            icon=":material/power_off:",
        )
        if lease.lost == "memory":
            st.caption("A smaller vocabulary, embedding or batch, or fewer articles, take less of it.")
        if log_tail := run.last_output():
            with st.expander("The last lines of its log"):
                st.code(log_tail, language=None)
    else:
        st.warning(
            "This run was interrupted: its process is gone. Its last checkpoint is kept, and it can go on from there.",
            icon=":material/power_off:",
        )
    if shutil.disk_usage(run.folder).free < FREE_BYTES:
        st.error(DISK)
    if st.button("Continue this run", key="continue", type="primary", icon=":material/resume:"):
        _continue(run, None)


def _draw_continue(run: Run) -> None:
    """Continue a paused run, with the learning rate it has or another one."""
    bounds, current_rate = limits(TrainingSettings, "learning_rate"), _learning_rate(run)
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    rate = left.number_input(
        "Learning rate from here on",
        bounds.low,
        bounds.high,
        current_rate,
        step=current_rate / 10,
        format="%g",
        key=f"rate/{run.id}",
        help="What the schedule starts from. The chart gets a mark where it changes.",
        disabled=not run.checkpoints.exist(),
    )
    if right.button("Continue", key="continue", type="primary", icon=":material/resume:", width="stretch"):
        _continue(run, replace(run.plan(), learning_rate=rate) if rate != current_rate else None)


def _learning_rate(run: Run) -> float:
    return run.plan().learning_rate or run.settings.training.learning_rate


def _more_epochs(run: Run, result: Finished) -> None:
    """Draw the form that trains a finished run for more epochs."""
    most = int(limits(TrainingSettings, "epochs").high) - result.epochs
    if most < 1:
        return
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    more = left.number_input("More epochs", 1, most, min(MORE_EPOCHS, most), key=f"more/{run.id}")
    if right.button(
        f"Train {more} more epoch{'s' * (more != 1)}",
        key="more",
        icon=":material/add_circle:",
        help="From the checkpoint at its end. A schedule that falls is stretched over all epochs, so the learning "
        "rate rises again. Both results stand in the log; the classifier is the better one's.",
        width="stretch",
    ):
        _continue(run, replace(run.plan(), epochs=result.epochs + int(more), continue_after=result.epochs))


def _continue(run: Run, overrides: RunOverrides | None) -> None:
    try:
        if overrides is None:
            scheduler.start(run)
        else:
            scheduler.continue_run(run, overrides)
    except HeadlineLabError as error:
        st.error(literal(str(error)))
    except (OSError, sqlite3.Error):
        _logger.exception("run %s cannot be written", run.id)
        st.error(DISK)
    else:
        st.rerun()


def baseline_comparison(result: Finished, events: list[Event]) -> str:
    """The network's test accuracy beside the baselines', with their time: a list in Markdown, of ours alone."""
    baselines, test = _baselines_by_name(events), result.test
    lines = [f"The same {count(test.rows)} test articles, answered without a network:\n"]
    if linear := baselines.get("linear"):
        difference = 100 * (test.accuracy - linear.test_accuracy)
        verdict = (
            "the network does as well"
            if abs(difference) < 0.05
            else f"the network is {abs(difference):.1f} points {'better' if difference > 0 else 'worse'}"
        )
        lines.append(
            f"- A linear model that only counts words and pairs of words: **{percent(linear.test_accuracy)}** "
            f"in {duration(linear.seconds)}; {verdict}."
        )
    else:
        lines.append(
            "- A linear model that only counts words and pairs of words: no score. The run was stopped first, "
            "or no word stands in two articles."
        )
    if majority := baselines.get("majority"):
        lines.append(
            f"- Always the largest category: **{percent(majority.test_accuracy)}** "
            f"in {duration(majority.seconds) if majority.seconds >= 0.1 else 'less than 0.1 s'}."
        )
    return "\n".join(lines)


def _draw_scores(result: Finished) -> None:
    """The scores on the test part, each beside what always naming the largest category would have."""
    test = result.test
    points_above = 100 * (test.accuracy - test.majority)
    with st.container(horizontal=True):
        st.metric(
            "Test accuracy",
            percent(test.accuracy),
            f"{points_above:+.1f} points" if points_above else None,
            help=f"Share of {count(test.rows)} articles, never seen in training, whose category is named. "
            "Below: how far that is above the largest category.",
            width=METRIC,
        )
        st.metric(
            "Top three",
            percent(test.top3_accuracy),
            help="Share whose category is one of the three most probable labels.",
            width=METRIC,
        )
        st.metric(
            "Macro F1",
            percent(test.macro_f1),
            help="The mean over categories of F1, which is high when few are missed and few are wrongly named. "
            "Small categories count as much as large ones.",
            width=METRIC,
        )
        st.metric(
            "Largest category",
            percent(test.majority),
            help="What always naming the most frequent category would score: the line to beat.",
            width=METRIC,
        )
    st.caption(
        f"{_ENDINGS[result.ending]} "
        + (
            f"{result.epochs} epoch{'s' * (result.epochs != 1)} in {duration(result.seconds)}; "
            f"the weights of epoch {result.best_epoch} are kept."
            if result.best_epoch
            else f"That was after {duration(result.seconds)}, before the first epoch was over."
        )
    )
    with st.container(horizontal=True):
        navigation.to_page("evaluate", "Evaluate it")
        navigation.to_page("predict", "Predict with it", primary=True)
