"""Which classifier answers: the starter or one of the visitor's finished runs; and where it comes from."""

import streamlit as st

from core import places
from core.errors import HeadlineLabError
from core.rnn.classifier import Card, Classifier
from core.runs.store import Run
from pages.ui import cached, classifier_file
from pages.ui.run_choice import local
from pages.ui.session import STARTER, Session
from pages.ui.text import count, duration, literal, percent


def who_answers(session: Session) -> Classifier | None:
    """Draw the choice and the chosen classifier's card; None when there is no classifier at all.

    The choice holds for this page alone: it does not turn the Train page to another run.
    """
    runs = {run.id: run for run in session.runs() if run.result()}
    brought = {one.id: one for one in classifier_file.shelf().of_owner(session.visitor)}
    names = {STARTER: "The starter"} if (places.STARTER / "classifier.json").exists() else {}
    names |= {run.id: _named(run) for run in runs.values()}
    names |= {one.id: f"Brought, {local(one.brought):%d %b %H:%M}" for one in brought.values()}
    if not names:
        return None
    options = list(names)
    default = session.run.id if session.run and session.run.id in runs else options[0]
    # A run that has just been trained, or a classifier that was just brought, is taken at once.
    just = classifier_file.just_brought(session)
    default = just if just in brought else default
    chosen = st.selectbox(
        "Who answers",
        options,
        options.index(default),
        format_func=names.__getitem__,
        key=f"who_answers/{default}",
        persist_state="session",
    )
    if chosen in runs:
        folder = runs[chosen].classifier_folder
    else:
        folder = brought[chosen].folder if chosen in brought else places.STARTER
    classifier: Classifier | None = None
    try:
        classifier = cached.classifier(folder)
        _card(classifier)
    except HeadlineLabError as error:
        st.error(literal(str(error)))
    classifier_file.classifier_file(session, folder, chosen if chosen in brought else None)
    return classifier


def _named(run: Run) -> str:
    result = run.result()
    score = f" · {percent(result.test.accuracy)}" if result else ""
    return (
        f"Yours, {local(run.created):%d %b %H:%M} · {run.settings.preset}{score}"  # options are no Markdown
    )


def score_line(card: Card) -> str:
    """How far to trust it, in one sentence; Markdown."""
    return (
        f"Right for {percent(card.test.accuracy)} of {count(card.test.rows)} articles that it never saw; "
        f"always naming the most frequent category would be right for {percent(card.test.majority)}."
    )


def _card(classifier: Classifier) -> None:
    card, network = classifier.card, classifier.network
    st.caption(score_line(card))
    lines = {
        "Learnt from": f"{literal(card.news_name)}, {count(card.rows)} articles in {card.categories} categories",
        "When": f"{literal(card.trained_at[:10])}, in {duration(card.seconds)}",
        "Settings": f"{literal(card.preset)}, {card.epochs} epochs, seed {card.seed}",
        "Network": f"{network.cell}, {len(network.layers)} layer{'s' if len(network.layers) > 1 else ''}; "
        f"{count(len(classifier.vocabulary))} words, reads {network.sequence_length} of a text at most",
        "Among its first three": f"the right category for {percent(card.test.top3_accuracy)}",
        "Source": literal(card.source),
        "Versions": literal(", ".join(f"{name} {version}" for name, version in card.versions.items())),
    }
    with st.expander("Where it comes from", icon=":material/badge:"):
        st.markdown("\n".join(f"- **{name}:** {text}" for name, text in lines.items() if text))
