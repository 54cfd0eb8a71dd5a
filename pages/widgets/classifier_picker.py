"""The classifier picker: the starter, the visitor's finished runs, imported classifiers; and the chosen one's card."""

from dataclasses import dataclass, replace

import streamlit as st

from core import paths
from core.errors import HeadlineLabError
from core.insight.wording import percent
from core.model.classifier import Card, Classifier
from core.model.classifier_files import CARD_FILE
from core.runs.run import Run
from pages import caches
from pages.loaded_classifier import ClassifierKey, LoadedClassifier
from pages.session import STARTER, Session
from pages.widgets import classifier_file
from pages.widgets.run_label import local_time
from pages.wording import count, distinct, duration, literal


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassifierChoice(ClassifierKey):
    """A classifier that a visitor may choose.

    Attributes:
        name: its name in the list.
        imported_id: its id if the visitor imported it.
    """

    name: str
    imported_id: str | None = None


def load_classifier(key: ClassifierKey) -> LoadedClassifier | None:
    """The classifier in memory; None, and the page says why, if it is damaged or gone."""
    try:
        return caches.classifier(key.folder, key.run)
    except HeadlineLabError as error:
        st.error(literal(str(error)))
        return None


def classifier_choices(session: Session) -> dict[str, ClassifierChoice]:
    """The visitor's classifiers by key: the starter, finished runs, then runs of races, then imported ones."""
    choices = {}
    if (paths.STARTER / CARD_FILE).exists():
        choices[STARTER] = ClassifierChoice(name="The starter", folder=paths.STARTER)
    for run in sorted(session.runs(), key=lambda run: run.race is not None):
        if run.result():
            choices[run.id] = ClassifierChoice(name=_run_name(run), folder=run.classifier_folder, run=run)
    for imported in classifier_file.imported_classifiers().of_owner(session.visitor):
        name = f"Uploaded, {local_time(imported.imported_at):%d %b %H:%M}"
        choices[imported.id] = ClassifierChoice(name=name, folder=imported.folder, imported_id=imported.id)
    names = distinct({key: choice.name for key, choice in choices.items()})
    return {key: replace(choice, name=names[key]) for key, choice in choices.items()}


def pick_classifier(session: Session) -> LoadedClassifier | None:
    """Draw the choice and the chosen classifier's card; None when there is no classifier.

    The choice is this page's own: the Train page keeps its run.
    """
    choices = classifier_choices(session)
    if not choices:
        return None
    options = list(choices)
    default = session.run.id if session.run and session.run.id in choices else options[0]
    # A run that has just been trained, or a classifier that was just imported, becomes the choice at once.
    imported_id = classifier_file.last_imported_id(session)
    default = imported_id if imported_id in choices else default
    chosen = choices[
        st.selectbox(
            "Which network answers?",
            options,
            options.index(default),
            format_func={key: choice.name for key, choice in choices.items()}.__getitem__,
            key=f"who_answers/{default}",
            persist_state="session",
        )
    ]
    if loaded := load_classifier(chosen):
        _draw_card(loaded.classifier)
    classifier_file.classifier_file(session, chosen.folder, chosen.imported_id)
    return loaded


def _run_name(run: Run) -> str:
    result = run.result()
    score = f" · {percent(result.test.accuracy)}" if result else ""
    merged = " · merged" * bool(run.settings.merged)
    owner, description = (
        ("Race", run.settings.network.cell) if run.race else ("Yours", f"{run.settings.preset}{merged}")
    )
    return f"{owner}, {local_time(run.created):%d %b %H:%M} · {description}{score}"  # options are no Markdown


def score_line(card: Card) -> str:
    """The test accuracy beside the majority baseline, in one sentence; Markdown."""
    return (
        f"Correct for {percent(card.test.accuracy)} of {count(card.test.rows)} articles that it had never "
        "seen. Always naming the most frequent category would be correct for "
        f"{percent(card.test.majority)}."
    )


def _draw_card(classifier: Classifier) -> None:
    card, network = classifier.card, classifier.network
    st.caption(score_line(card))
    lines = {
        "Learnt from": f"{literal(card.news_name)}, {count(card.rows)} articles in {card.categories} categories",
        "When": f"{literal(card.trained_at[:10])}, in {duration(card.seconds)}",
        "Settings": f"{literal(card.preset)}, {card.epochs} epochs, seed {card.seed}",
        "Network": (
            f"{network.cell}, {len(network.layers)} layer{'s' if len(network.layers) > 1 else ''}; "
            f"{count(len(classifier.vocabulary))} words, reads at most {network.sequence_length} per text"
        ),
        "Among its first three": f"the correct category for {percent(card.test.top3_accuracy)}",
        "Source": literal(card.source),
        "Versions": literal(", ".join(f"{name} {version}" for name, version in card.versions.items())),
    }
    with st.expander("Where it comes from", icon=":material/badge:"):
        st.markdown("\n".join(f"- **{name}:** {text}" for name, text in lines.items() if text))
