"""The visitor's guess about a run, and its outcome once the run has ended."""

import streamlit as st

from core.errors import HeadlineLabError, RunError
from core.insight.history import captions, guess_outcome
from core.insight.wording import percent
from core.runs.guess import Guess, read_guess
from core.runs.run import Run
from core.training.events import Finished
from pages import caches
from pages.widgets.evaluation_context import load_evaluation
from pages.wording import literal


def guessed_accuracy(run: Run) -> float | None:
    """The guessed accuracy for the chart's line; None without a readable guess."""
    try:
        guess = read_guess(run)
    except RunError:
        return None
    return guess.accuracy if guess else None


def draw_guess(run: Run, *, why: str) -> None:
    """Draw the guess and the sentence ``why``; nothing without a guess."""
    if guess := _read(run):
        parts = [f"{percent(guess.accuracy)} right"] if guess.accuracy is not None else []
        parts += [f"hardest {guess.hardest}"] if guess.hardest is not None else []
        st.caption(literal(f"Your guess: {', '.join(parts)}. {why}"))


def draw_guess_outcome(run: Run, result: Finished) -> None:
    """Draw guess and outcome side by side; nothing without a guess."""
    guess = _read(run)
    if guess is None:
        return
    with st.container(border=True, key="guess_outcome"):
        if result.epochs > run.settings.training.epochs:
            st.caption(
                f"The guess was for {run.settings.training.epochs} epochs. By now it has learnt for "
                f"{result.epochs}."
            )
        left, right = st.columns(2, gap="medium")
        if guess.accuracy is not None:
            with left:
                outcome = guess_outcome.accuracy_outcome(guess.accuracy, result.test)
                _draw_pair("Accuracy", percent(guess.accuracy), percent(outcome.accuracy))
                st.caption(literal(captions.guessed_accuracy(outcome)))
        if guess.hardest is not None:
            with right if guess.accuracy is not None else left:
                _draw_hardest(run, guess.hardest)


def _draw_hardest(run: Run, guess: str) -> None:
    try:
        context = load_evaluation(caches.classifier(run.classifier_folder, run))
    except HeadlineLabError as error:
        _draw_pair("Hardest category", guess, "not known")
        st.caption(literal(f"{error} The Evaluate page can compute it."))
        return
    outcome = guess_outcome.hardest_outcome(guess, context.report, context.labels)
    _draw_pair("Hardest category", guess, captions.hardest_names(outcome))
    st.caption(literal(captions.hardest_category(outcome)))


def _draw_pair(title: str, guess: str, outcome: str) -> None:
    st.markdown(f"**{title}**  \nYour guess: {literal(guess)}  \nOutcome: **{literal(outcome)}**")


def _read(run: Run) -> Guess | None:
    try:
        return read_guess(run)
    except RunError as error:
        st.warning(literal(f"{error} This does not affect the run itself."), icon=":material/question_mark:")
        return None
