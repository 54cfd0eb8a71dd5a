"""A finished run's scores on the test articles, and the baselines' accuracies."""

import streamlit as st

from core.errors import HeadlineLabError
from core.insight import artifacts
from core.insight.evaluation import captions
from core.insight.evaluation.held_out import NAME as HELD_OUT
from core.insight.wording import percent
from core.runs.run import Run
from core.training.events import Baseline, Event, Finished
from pages import caches, navigation
from pages.session import Session
from pages.widgets.evaluation_context import load_evaluation
from pages.wording import count, duration, help_text, literal

_METRIC_WIDTH = 130  # pixels: four beside each other on a laptop, two on a phone
_ENDINGS = {
    "epochs": "All epochs are done.",
    "patience": "The validation loss stopped falling, so training stopped early.",
    "stopped": "You stopped it. The best weights so far are kept.",
}


def _baselines_by_name(events: list[Event]) -> dict[str, Baseline]:
    """The baselines emitted so far, by name."""
    return {event.name: event for event in events if isinstance(event, Baseline)}


def baseline_comparison(result: Finished, events: list[Event]) -> str:
    """The network's test accuracy beside the baselines', with their time: a list in Markdown, of ours alone."""
    baselines, test = _baselines_by_name(events), result.test
    lines = [f"The same {count(test.rows)} test articles without a network:\n"]
    if linear := baselines.get("linear"):
        difference = 100 * (test.accuracy - linear.test_accuracy)
        verdict = (
            "the network does as well"
            if abs(difference) < 0.05
            else f"the network is {abs(difference):.1f} points {'better' if difference > 0 else 'worse'}"
        )
        lines.append(
            "- A linear model that only counts words and pairs of words: "
            f"**{percent(linear.test_accuracy)}** in {duration(linear.seconds)}. Here {verdict}."
        )
    else:
        lines.append(
            "- A linear model that only counts words and pairs of words: no score. The run was stopped "
            "before, or no word is in two articles."
        )
    if majority := baselines.get("majority"):
        lines.append(
            f"- Always the largest category: **{percent(majority.test_accuracy)}** "
            f"in {duration(majority.seconds) if majority.seconds >= 0.1 else 'less than 0.1 s'}."
        )
    return "\n".join(lines)


def draw_scores(result: Finished) -> None:
    """The scores on the test articles, beside the score of the majority baseline."""
    test = result.test
    points_above = 100 * (test.accuracy - test.majority)
    with st.container(horizontal=True):
        st.metric(
            "Test accuracy",
            percent(test.accuracy),
            f"{points_above:+.1f} points" if points_above else None,
            help=help_text(
                f"The share of {count(test.rows)} new articles that get the correct category. Below: the "
                "difference from always naming the largest category."
            ),
            width=_METRIC_WIDTH,
        )
        st.metric(
            "Top three",
            percent(test.top3_accuracy),
            help=help_text("The share of articles whose category is among the three most probable labels."),
            width=_METRIC_WIDTH,
        )
        st.metric(
            "Macro F1",
            percent(test.macro_f1),
            help=help_text(
                "The average F1 of all categories. F1 is high when few articles are missed and few get this "
                "name wrongly. Small categories count the same as large ones."
            ),
            width=_METRIC_WIDTH,
        )
        st.metric(
            "Largest category",
            percent(test.majority),
            help=help_text("The score of always naming the most frequent category: the line to beat."),
            width=_METRIC_WIDTH,
        )
    st.caption(
        f"{_ENDINGS[result.ending]} "
        + (
            (
                f"{result.epochs} epoch{'s' * (result.epochs != 1)} in {duration(result.seconds)}. The weights "
                f"of epoch {result.best_epoch} are kept."
            )
            if result.best_epoch
            else f"That was after {duration(result.seconds)}, before the first epoch was over."
        )
    )
    with st.container(horizontal=True):
        navigation.to_page("evaluate", "Evaluate")
        navigation.to_page("predict", "Predict", primary=True)


def suggest_class_weights(session: Session, run: Run) -> None:
    """Say which categories the finished run never predicts; offer class weights for the next one."""
    class_weight = run.settings.training.class_weight
    if class_weight != "none" or not artifacts.artifact_path(run.classifier_folder, HELD_OUT).exists():
        return
    try:
        context = load_evaluation(caches.classifier(run.classifier_folder, run))
    except HeadlineLabError as error:
        st.warning(literal(str(error)))
        return
    caption = captions.class_weights(context.report, context.labels, class_weight)
    if not caption:
        return
    st.info(literal(caption), icon=":material/balance:")
    if session.settings.training.class_weight == "balanced":
        st.caption("“Class weights”, under Learning, is set to balanced. The next run uses it.")
        return
    st.button(
        "Set class weights to balanced",
        key="balance_classes",
        on_click=lambda: session.take_settings(session.settings.with_setting("class_weight", "balanced")),
        help="This changes the setting “Class weights” under Learning. Then start training again.",
    )
