"""Which classifier is evaluated, and in which view; and what stands here while there is none."""

import streamlit as st

from core.insight import artifacts
from core.insight.evaluation.held_out import NAME as HELD_OUT
from pages import layout
from pages.loaded_classifier import LoadedClassifier
from pages.session import STARTER, Session
from pages.widgets.classifier_picker import ClassifierChoice, classifier_choices
from pages.widgets.evaluation_context import EvaluationContext, load_evaluation
from pages.widgets.job_button import job_result
from pages.widgets.merge_note import merge_note

_WHICH = "evaluated"  # the Train page's run when it was chosen, and what was chosen


def choose_evaluation(session: Session, views: tuple[str, ...]) -> tuple[EvaluationContext | None, str]:
    """Draw both choices: what is evaluated, ready to be shown, and the view. None: said why, and what to do.

    Raises:
        HeadlineLabError: the classifier or what was kept with it cannot be read.
    """
    among = classifier_choices(session)
    starter = among.get(STARTER)
    if starter and not artifacts.artifact_path(starter.folder, HELD_OUT).exists():
        del among[STARTER]
    if not among:
        layout.empty_state(
            "Nothing to evaluate yet",
            "Here a trained network is examined on articles that it never saw: how often it is right, which categories "
            "it takes for one another, and whether it knows when it does not know. Train one first; with the quick "
            "settings that takes a few minutes.",
            page="train",
        )
        return None, views[0]
    left, right = layout.columns()
    with left:
        which = _choose_classifier(session, among)
    with right:
        view = st.segmented_control(
            "View", views, default=views[0], required=True, key="evaluate_view", persist_state="session"
        )
    return _load(among[which].load()), view or views[0]


def _choose_classifier(session: Session, among: dict[str, ClassifierChoice]) -> str:
    """The key of the chosen one: at first the Train page's run, else the newest of one's own, else the starter.

    A run that ends while one looks, with two categories merged say, joins the list and takes nobody's place.
    """
    options = [key for key in among if key != STARTER] + [STARTER] * (STARTER in among)
    trained = session.run.id if session.run and session.run.id in among else ""
    before = st.session_state.get(_WHICH, ("", ""))
    default = before[1] if before[0] == trained and before[1] in among else trained or options[0]
    which = st.selectbox(
        "Which network",
        options,
        options.index(default),
        format_func={key: one.name for key, one in among.items()}.__getitem__,
        key=f"which/{trained}/{'/'.join(options)}",
        persist_state="session",
    )
    st.session_state[_WHICH] = (trained, which)
    return which


def _load(loaded: LoadedClassifier) -> EvaluationContext | None:
    """The classifier with its held-out parts; where an older run has not kept them, the button that makes them."""
    if loaded.run:
        merge_note(loaded.run)
    if not artifacts.artifact_path(loaded.folder, HELD_OUT).exists():
        if loaded.run is None:
            st.info(
                "This classifier was brought as a file, which holds no articles. Only a network that was trained on "
                "this server can be evaluated here."
            )
            return None
        ready = job_result(
            loaded.folder,
            HELD_OUT,
            label="Find its test articles again",
            why="This run is from before test articles were kept. They can be found again: the file is read and split "
            "as it was, and the network answers them once more.",
        )
        if not ready:
            return None
    return load_evaluation(loaded)
