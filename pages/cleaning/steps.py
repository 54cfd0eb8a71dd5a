"""Parts of the Cleaning page: the switches, and the effect of each step on one text."""

import random
import threading
from collections.abc import Iterator
from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.tasks.news_tasks import ReadNews
from core.text.cleaning import STEPS, CleaningSettings, Step, StepTrace, clean, join, trace
from core.text.cleaning_steps import EXCLUSIVE
from pages import caches
from pages.components.token_row import Token, token_row
from pages.session import Session
from pages.wording import count, literal

MOST_CHARACTERS = 1_000  # of a typed text
EXAMPLE = "Two women saw the show [VIDEO] in Washington: 7 photos by @anna_b #fun https://example.com/show"
_TEXT = "cleaning_text"
_KEEP, _REMOVE, _AS_WORDS = "Keep", "Remove", "As words"
_BY_NAME = {step.name: step for step in STEPS}
_ALTERNATIVES = dict(EXCLUSIVE)  # removing step -> its "as words"
_MARKS = {"digits": "Digits", "punctuation": "Punctuation"}


@st.cache_resource(show_spinner=False)
def load_dictionary() -> threading.Thread:
    """Read stop words and WordNet in a thread, once, so that the first switch does not wait seconds for them."""
    loading = threading.Thread(target=clean, args=("women", CleaningSettings.article()), daemon=True)
    loading.start()
    return loading


def _replace_cleaning(session: Session, cleaning: CleaningSettings) -> None:
    session.take_settings(replace(session.settings, cleaning=cleaning))


def _set_as_printed(session: Session, key: str) -> None:
    """Take the article's steps, as printed or mended: the switch is about them, whatever was chosen before."""
    _replace_cleaning(session, replace(CleaningSettings.article(), as_printed=bool(st.session_state[key])))


def switches(session: Session) -> None:
    """Draw every step as a switch with its explanation; write ``session.settings.cleaning``."""
    cleaning, version = session.settings.cleaning, session.version
    with st.container(horizontal=True):
        for title, preset, description in (
            ("Light", CleaningSettings.marked(), "Keep what a network can use: only links go."),
            ("The article's steps", CleaningSettings.article(), "All that the article's cleaning removes."),
        ):
            st.button(
                title,
                key=f"take_{title}",
                on_click=_replace_cleaning,
                args=(session, preset),
                type="primary" if cleaning == preset else "secondary",
                help=description,
            )
    steps = []
    for step in STEPS:
        key = f"cleaning_{step.name}_{version}"
        if step.name in _ALTERNATIVES:
            steps += _marks_choice(step, cleaning, key)
        elif step.name not in _ALTERNATIVES.values() and st.checkbox(
            literal(step.title), step.name in cleaning.steps, key=key, help=_help_text(step, cleaning)
        ):
            steps.append(step.name)
    printed = f"cleaning_printed_{version}"
    st.toggle(
        "As the article printed it",
        cleaning.as_printed,
        key=printed,
        on_change=_set_as_printed,
        args=(session, printed),
        help="On its way to the page the article's code lost its backslashes. See what the slips do to a text.",
    )
    edited = CleaningSettings(steps=tuple(steps), as_printed=cleaning.as_printed)
    session.settings = replace(session.settings, cleaning=edited)


def _marks_choice(step: Step, cleaning: CleaningSettings, key: str) -> list[str]:
    """Draw the choice for digits or punctuation: kept, removed, or words of their own; return its steps."""
    removed, separate = step.name, _ALTERNATIVES[step.name]
    choices = {_KEEP: [], _REMOVE: [removed]} | ({} if cleaning.as_printed else {_AS_WORDS: [separate]})
    current = next((name for name, on in choices.items() if on and on[0] in cleaning.steps), _KEEP)
    explanation = f"{_REMOVE}: {_BY_NAME[removed].explanation} {_AS_WORDS}: {_BY_NAME[separate].explanation}"
    selected = st.segmented_control(
        _MARKS[removed], list(choices), default=current, key=key, help=literal(explanation), required=True
    )
    return choices[selected or current]


def _help_text(step: Step, cleaning: CleaningSettings) -> str:
    printed = f" As printed: {step.printed}" if cleaning.as_printed and step.printed else ""
    return literal(step.explanation + printed)


def _draw_article(task: ReadNews, cleaning: CleaningSettings) -> None:
    """Put a random article of the file into the box, joined as cleaning joins it."""
    news = caches.read_news(task)
    row = news.table.iloc[random.randrange(len(news.table))]
    text = join(str(row["headline"]), str(row["short_description"]), cleaning)
    st.session_state[_TEXT] = text[:MOST_CHARACTERS]


@st.fragment
def one_text(cleaning: CleaningSettings, news: ReadNews | None) -> None:
    """Draw the box for a text, what cleaning leaves of it, and the effect of each active step."""
    st.session_state.setdefault(_TEXT, EXAMPLE)
    box, button = st.columns([4, 1], gap="small", vertical_alignment="bottom") if news else (st, None)
    typed = box.text_input(
        "Type a text",
        key=_TEXT,
        live="200ms",
        max_chars=MOST_CHARACTERS,
        persist_state="session",
        placeholder="Type a headline",
    )
    if button and news:
        button.button(
            "Another",
            icon=":material/shuffle:",
            on_click=_draw_article,
            args=(news, cleaning),
            help="Headline and description of an article of the file, drawn at random.",
        )
    text = typed or ""
    remaining = clean(text, cleaning).split()
    with _line("What is left", f"{count(len(text.split()))} → {count(len(remaining))} words"):
        if remaining:
            token_row([Token(word=word) for word in remaining], key="cleaning_left", label="What is left")
        else:
            st.caption("Nothing: the network would be given one unknown word.")
    draw_steps(text, cleaning)


def draw_steps(text: str, cleaning: CleaningSettings, *, key: str = "cleaning") -> None:
    """Draw a row for every step that changes the text; name the others below.

    Args:
        key: the start of the rows' keys; unique on the page.
    """
    idle: list[str] = []
    before = text
    for row in trace(text, cleaning):
        if row.text.split() == before.split() and (row.text == before or row.step.name != "white_space"):
            idle.append(row.step.title)
        else:
            _draw_trace(row, before, cleaning, key)
        before = row.text
    if idle and text:
        st.caption(f"Nothing to do here for: {literal(', '.join(idle))}.")


def _line(title: str, below: str) -> DeltaGenerator:
    """Draw the name of a step at the left; return the container at the right for its effect."""
    name, body = st.columns([1, 4], gap="small")
    name.markdown(f"**{literal(title)}**")
    if below:
        name.caption(literal(below))
    return body


def _draw_trace(row: StepTrace, before: str, cleaning: CleaningSettings, key: str) -> None:
    touched = sum(change.status != "kept" for change in row.changes)
    fewer = len(before) - len(row.text)
    below = "" if touched else f"{count(fewer)} {'blank' if fewer == 1 else 'blanks'} fewer"
    with _line(row.step.title, below):
        token_row(list(_tokens(row)), key=f"{key}_{row.step.name}", label=row.step.title)
        if cleaning.as_printed and row.step.printed:
            st.caption(literal(row.step.printed))


def _tokens(row: StepTrace) -> Iterator[Token]:
    """The tokens of a step: removed words struck through, changed words with the old word below."""
    for change in row.changes:
        if change.status == "removed":
            yield Token(word=change.before, status="removed")
        elif change.status == "kept":
            yield Token(word=change.before)
        else:
            previous = change.before if change.before.lower() != change.after.lower() else None
            for position, word in enumerate(change.after.split()):
                yield Token(word=word, number=previous if position == 0 else None, status="changed")
