"""Choose the classifier that is evaluated, and the view; the empty state while there is none."""

import streamlit as st

from core.errors import HeadlineLabError
from core.insight import artifacts
from core.insight.evaluation.held_out import NAME as HELD_OUT
from pages import caches, layout
from pages.loaded_classifier import ClassifierKey, LoadedClassifier
from pages.session import STARTER, Session
from pages.widgets.classifier_picker import ClassifierChoice, classifier_choices
from pages.widgets.evaluation_context import EvaluationContext, load_evaluation
from pages.widgets.job_button import job_result
from pages.widgets.merge_note import merge_note
from pages.wording import literal

_CHOICE = "evaluated"  # the Train page's run at the last choice, and that choice


def choose_evaluation(session: Session, views: tuple[str, ...]) -> tuple[LoadedClassifier | None, str]:
    """Draw the choice of a classifier and of a view; return both. Where there is no classifier, the page says so.

    Raises:
        HeadlineLabError: the classifier cannot be read.
    """
    choices = classifier_choices(session)
    starter = choices.get(STARTER)
    if starter and not artifacts.artifact_path(starter.folder, HELD_OUT).exists():
        del choices[STARTER]
    if not choices:
        layout.empty_state(
            "Nothing to evaluate yet",
            "Here you test a trained network on articles that it has never seen. How often is it right? "
            "Which categories does it confuse? Does it know when it is unsure? Train one first. With the "
            "quick settings that takes a few minutes.",
            page="train",
        )
        return None, views[0]
    left, right = st.columns([2, 5])
    with left:
        choice_id = _choose_classifier(session, choices)
    with right:
        view = st.segmented_control(
            "View", views, default=views[0], required=True, key="evaluate_view", persist_state="session"
        )
    choice = choices[choice_id]
    return caches.classifier(choice.folder, choice.run), view or views[0]


def _choose_classifier(session: Session, choices: dict[str, ClassifierChoice]) -> str:
    """The key of the chosen classifier; by default the Train page's run, else the visitor's newest, else the starter.

    A run that ends meanwhile is added to the list and leaves the choice as it is.
    """
    options = [key for key in choices if key != STARTER] + [STARTER] * (STARTER in choices)
    trained_id = session.run.id if session.run and session.run.id in choices else ""
    previous = st.session_state.get(_CHOICE, ("", ""))
    default = (
        previous[1] if previous[0] == trained_id and previous[1] in choices else trained_id or options[0]
    )
    choice_id = st.selectbox(
        "Which network",
        options,
        options.index(default),
        format_func={key: choice.name for key, choice in choices.items()}.__getitem__,
        key=f"which/{trained_id}/{'/'.join(options)}",
        persist_state="session",
    )
    st.session_state[_CHOICE] = (trained_id, choice_id)
    return choice_id


def load_held_out(loaded: LoadedClassifier) -> EvaluationContext | None:
    """The classifier with its held-out parts; None, and the button that computes them, for a run that lacks them.

    Raises:
        HeadlineLabError: the artifacts cannot be read.
    """
    if loaded.run:
        merge_note(loaded.run)
    if not artifacts.artifact_path(loaded.folder, HELD_OUT).exists():
        if loaded.run is None:
            st.info(
                "This classifier was uploaded as a file, which contains no articles. Only networks trained "
                "on this server have test articles here. To score it on your own file, choose “Own file” "
                "above."
            )
            return None
        ready = job_result(
            loaded.folder,
            HELD_OUT,
            label="Load its test articles again",
            why=(
                "This run is older than the list of test articles. The app can rebuild it: it reads and splits "
                "the file again, and the network answers once more."
            ),
        )
        if not ready:
            return None
    return load_evaluation(loaded)


def evaluation_of(key: ClassifierKey) -> EvaluationContext | None:
    """The evaluation of a fragment's classifier; None, and the page says why, if either is damaged or gone."""
    try:
        return load_evaluation(caches.classifier(key.folder, key.run))
    except HeadlineLabError as error:
        st.error(literal(str(error)))
        return None
