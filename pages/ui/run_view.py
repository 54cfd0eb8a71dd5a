"""A run as the visitor sees it: its stage or its curves while it is at work, its scores when it is done."""

import time
from dataclasses import dataclass, field

import streamlit as st

from core.insight.figures.training import Curves, curves, learning_curve
from core.rnn.events import Baseline, BatchEnd, Event, Failed, Finished, Prepared, Preparing, Scoring
from core.runs import launch
from core.runs.store import ACTIVE, FITTING, WAITING, Run
from pages.ui import page
from pages.ui.live_chart import live_chart
from pages.ui.session import Session
from pages.ui.text import count, duration, literal, percent

EVERY = 0.8  # seconds between two looks at a run's log
METRIC = 130  # pixels: four beside each other on a laptop, two on a phone
_LATELY = 30  # batch events that the time left is reckoned from: about a quarter of a minute
PATIENCE = 10.0  # seconds until a run that no process took is known to have none

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
        st.fragment(_at_work, run_every=EVERY)(run)
    else:
        _ended(session, run)


def _at_work(run: Run) -> None:
    status = run.status()
    if status not in ACTIVE:
        st.rerun()  # the whole page: the settings open up, the sidebar and the scores appear
    log = _log(run)
    never_launched = (
        status == "waiting" and not run.alive() and time.time() - run.created.timestamp() > PATIENCE
    )
    left, right = st.columns([4, 1], vertical_alignment="center")
    with left:
        share, text = progress(log.events, run.settings.training.epochs)
        if status == "stopping":
            text = "Stopping. The best weights so far are kept and measured."
        st.progress(share, text="The training process has not started." if never_launched else text)
    with right:
        if never_launched:
            st.button("Start again", on_click=launch.start, args=(run,), width="stretch")
        else:
            st.button(
                "Stop",
                key="stop",
                icon=":material/stop_circle:",
                on_click=run.request_stop,
                disabled=status == "stopping",
                width="stretch",
            )
    _charts(curves(log.events), run, moving=True)


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
        lately = [event.rows_per_second for event in events if isinstance(event, BatchEnd)][-_LATELY:]
        if prepared and (rate := sum(lately) / len(lately)) > 0:
            left = max(0.0, epochs * prepared.training_rows - last.rows) / rate
            text += f" · {duration(left)} left" if left >= 1 else " · almost done"
        return share, text
    if isinstance(last, Preparing):
        if last.stage == WAITING:
            return 0.0, "Waiting: another run is training on this machine"
        text = last.stage[:1].upper() + last.stage[1:]
        if last.stage == FITTING:  # it does not say how much is left
            begun = next(one.seconds for one in events if isinstance(one, Preparing) and one.stage == FITTING)
            text += f" · {duration(last.seconds - begun)} so far" if last.seconds - begun >= 1 else ""
        return min(1.0, max(0.0, last.share)), text
    return 0.0, "Building the network" if prepared else "Starting the training process"


def _told(events: list[Event]) -> dict[str, Baseline]:
    """The baselines told so far, by name."""
    return {event.name: event for event in events if isinstance(event, Baseline)}


def _charts(found: Curves, run: Run, *, moving: bool) -> None:
    """Accuracy and loss; while the run is at work redrawn in place, then with hovers. Same height in both."""
    for metric in ("accuracy", "loss"):
        figure = learning_curve(found, metric, epochs=run.settings.training.epochs)
        alt = f"{metric.capitalize()} of training and validation by epoch. {figure.layout.title.text}."
        if moving:
            live_chart(figure, f"live_{metric}", alt=alt)
        else:
            st.plotly_chart(figure, key=f"chart_{metric}", config={"displayModeBar": False}, alt=alt)


def _ended(session: Session, run: Run) -> None:
    log = _log(run)
    result = run.result()
    if result:
        _scores(result)
        if run.settings.baselines:
            st.markdown(compared(result, log.events))
    elif run.status() == "failed":
        failed = log.last(Failed)
        st.error(literal(failed.reason) if isinstance(failed, Failed) else "The run failed without a reason.")
    else:
        st.warning(
            "This run was interrupted: its process is gone. Its last checkpoint is kept, and it can go on from there.",
            icon=":material/power_off:",
        )
        if st.button("Continue this run", type="primary", icon=":material/resume:"):
            launch.start(run)
            st.rerun()
    if any(isinstance(event, BatchEnd) for event in log.events):
        _charts(curves(log.events), run, moving=False)
    if result is None and st.button("Set this run aside", key="set_aside"):
        session.choose_run(None)
        st.rerun()


def compared(result: Finished, events: list[Event]) -> str:
    """The network's test accuracy beside the baselines', with their time: a list in Markdown, of ours alone."""
    told, test = _told(events), result.test
    lines = [f"The same {count(test.rows)} test articles, answered without a network:\n"]
    if linear := told.get("linear"):
        ahead = 100 * (test.accuracy - linear.test_accuracy)
        verdict = (
            "the network does as well"
            if abs(ahead) < 0.05
            else f"the network is {abs(ahead):.1f} points {'better' if ahead > 0 else 'worse'}"
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
    if majority := told.get("majority"):
        lines.append(
            f"- Always the largest category: **{percent(majority.test_accuracy)}** "
            f"in {duration(majority.seconds) if majority.seconds >= 0.1 else 'less than 0.1 s'}."
        )
    return "\n".join(lines)


def _scores(result: Finished) -> None:
    """The scores on the test part, each beside what always naming the largest category would have."""
    test = result.test
    lead = 100 * (test.accuracy - test.majority)
    with st.container(horizontal=True):
        st.metric(
            "Test accuracy",
            percent(test.accuracy),
            f"{lead:+.1f} points" if lead else None,
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
    note, button = st.columns([3, 1], vertical_alignment="center")
    note.caption(
        f"{_ENDINGS[result.ending]} "
        + (
            f"{result.epochs} epoch{'s' * (result.epochs != 1)} in {duration(result.seconds)}; "
            f"the weights of epoch {result.best_epoch} are kept."
            if result.best_epoch
            else f"That was after {duration(result.seconds)}, before the first epoch was over."
        )
    )
    with button:
        page.to_page("predict", "Predict with it", primary=True)
