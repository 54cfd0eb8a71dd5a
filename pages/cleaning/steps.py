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
from core.text.languages import LANGUAGES, Language
from core.text.segmentation import has_segmenter, installed_segmenter
from core.text.stems import has_stems
from core.text.stop_words import ENGLISH, has_negations, has_stop_words
from pages import caches
from pages.components.token_row import Token, token_row
from pages.session import Session
from pages.wording import count, help_text, literal

MOST_CHARACTERS = 1_000  # of a typed text
EXAMPLE = "Two women saw the show [VIDEO] in Washington: 7 photos by @anna_b #fun https://example.com/show"
NEGATIONS_GO = 'Without negations, "not good" becomes "good". Then no network can tell these two texts apart.'
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


def _in_language(session: Session, cleaning: CleaningSettings, code: str) -> CleaningSettings:
    """``cleaning`` for texts in a language: words are found where the network reads words."""
    cleaning = cleaning.in_language(code)
    reads_characters = session.settings.network.tokenization == "characters"
    return cleaning.in_characters() if reads_characters else cleaning


def _set_as_printed(session: Session, key: str) -> None:
    """Take the article's steps, as printed or mended: the switch is about them, whatever was chosen before."""
    code, as_printed = session.settings.cleaning.language, bool(st.session_state[key])
    _replace_cleaning(
        session, _in_language(session, replace(CleaningSettings.article(), as_printed=as_printed), code)
    )


def _take_language(session: Session, key: str) -> None:
    session.take_settings(session.settings.with_language(st.session_state[key]))


def _take_characters(session: Session) -> None:
    session.take_settings(session.settings.with_tokenization("characters"))


def switches(session: Session) -> None:
    """Draw every step as a switch with its explanation; write ``session.settings.cleaning``."""
    version = session.version
    language = _language_choice(session)
    cleaning = session.settings.cleaning
    steps = _words_choice(session, language, cleaning) if not language.segmented else []
    with st.container(horizontal=True):
        for title, preset, description in (
            ("Light", CleaningSettings.marked(), "Keep what a network can use: only links are removed."),
            (
                "The article's steps",
                CleaningSettings.article(),
                "Removes everything that the article's cleaning removes.",
            ),
        ):
            in_language = _in_language(session, preset, language.code)
            st.button(
                title,
                key=f"take_{title}",
                on_click=_replace_cleaning,
                args=(session, in_language),
                type="primary" if cleaning == in_language else "secondary",
                help=description,
            )
    keep_negations = cleaning.keep_negations
    for step in STEPS:
        if step.name == "tashkeel" and language.script != "Arabic" and step.name not in cleaning.steps:
            continue
        key = f"cleaning_{step.name}_{version}"
        if step.name == "segmentation":  # drawn beside the language
            continue
        if step.name in _ALTERNATIVES:
            steps += _marks_choice(step, cleaning, key)
        elif step.name not in _ALTERNATIVES.values():
            lacks = _lacks(step.name, language)
            if st.checkbox(
                literal(step.title),
                step.name in cleaning.steps,
                key=key,
                help=lacks or _help_text(step, cleaning),
                disabled=bool(lacks),
            ):
                steps.append(step.name)
            if lacks:
                st.caption(lacks)
            elif step.name == "stop_words" and step.name in steps and not cleaning.as_printed:
                keep_negations = _negations_choice(cleaning, f"cleaning_negations_{version}")
    printed = f"cleaning_printed_{version}"
    st.toggle(
        "As the article printed it",
        cleaning.as_printed,
        key=printed,
        on_change=_set_as_printed,
        args=(session, printed),
        help=help_text(
            "The article's code as its web page prints it. Most patterns have lost their backslashes, and no "
            "word is kept. Both faults probably came from publishing. See what they do to a text."
        ),
    )
    edited = CleaningSettings(
        steps=tuple(steps),
        as_printed=cleaning.as_printed,
        language=language.code,
        keep_negations=keep_negations,
    )
    session.settings = replace(session.settings, cleaning=edited)


def _language_choice(session: Session) -> Language:
    """Draw the language of the texts."""
    codes = sorted(LANGUAGES, key=lambda code: LANGUAGES[code].name)
    key = f"cleaning_language_{session.version}"
    selected = st.selectbox(
        "Language",
        codes,
        index=codes.index(session.settings.cleaning.language),
        format_func=lambda code: LANGUAGES[code].name,
        key=key,
        on_change=_take_language,
        args=(session, key),
        help=help_text(
            "The app recognises it from the texts when you choose a file. It decides which stop words and "
            "endings are removed, and how capital letters become small."
        ),
    )
    return LANGUAGES[selected]


def _words_choice(session: Session, language: Language, cleaning: CleaningSettings) -> list[str]:
    """Draw how a text becomes words where no blanks separate them, or offer characters; return the step for it."""
    step = _BY_NAME["segmentation"]
    if session.settings.network.tokenization == "characters":
        st.caption("The network reads characters, so it needs no words.")
        return [step.name] if step.name in cleaning.steps else []
    finds_words = has_segmenter(language.code) and st.checkbox(
        step.title,
        step.name in cleaning.steps,
        key=f"cleaning_{step.name}_{session.version}",
        help=literal(step.explanation),
        disabled=cleaning.as_printed,
    )
    if not finds_words:
        st.info(
            f"{language.name} has no spaces between its words, so a whole sentence counts as one word. A "
            "network that reads characters can learn from it."
        )
        st.button("Read characters", key="take_characters", on_click=_take_characters, args=(session,))
    elif session.replaced_segmenter:
        st.caption(
            f"The words were found by {literal(session.replaced_segmenter)}. This version of the app finds them with "
            f"{literal(installed_segmenter())}, so some words differ."
        )
    return [step.name] if finds_words else []


def _lacks(step: str, language: Language) -> str:
    """Why a step can do nothing in this language; "" where it can."""
    if step == "stop_words" and not has_stop_words(language.code):
        return f"There is no list of stop words for {language.name}."
    if step == "lemmas" and language.code != ENGLISH and not has_stems(language.code):
        return f"There are no rules for the endings of words in {language.name}."
    return ""


def _negations_choice(cleaning: CleaningSettings, key: str) -> bool:
    """Draw whether stop words leave the negations, and what it costs when they go; return the choice."""
    if not has_negations(cleaning.language):
        st.caption(
            f"The app has no list of negations for {LANGUAGES[cleaning.language].name}. They may be removed "
            "too."
        )
        return cleaning.keep_negations
    keep = st.checkbox(
        "Keep negations",
        cleaning.keep_negations,
        key=key,
        help=help_text("Lists of stop words contain words such as not, no and never (nicht, pas, नहीं)."),
    )
    if not keep:
        st.warning(NEGATIONS_GO)
    return keep


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
    """Put a random article of the file into the box."""
    _put_article(task, cleaning, random.randrange(len(caches.read_news(task).table)))


def _put_article(task: ReadNews, cleaning: CleaningSettings, position: int) -> None:
    """Put an article of the file into the box, joined as cleaning joins it."""
    row = caches.read_news(task).table.iloc[position]
    text = join(str(row["headline"]), str(row["short_description"]), cleaning)
    st.session_state[_TEXT] = text[:MOST_CHARACTERS]


@st.fragment
def one_text(cleaning: CleaningSettings, news: ReadNews | None) -> None:
    """Draw the box for a text, what cleaning leaves of it, and the effect of each active step."""
    if st.session_state.setdefault(_TEXT, EXAMPLE) == EXAMPLE and news and cleaning.language != ENGLISH:
        _put_article(news, cleaning, 0)  # the example is in English
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
            help="The headline and description of a random article from your file.",
        )
    text = typed or ""
    remaining = clean(text, cleaning).split()
    with _line("What is left", f"{count(len(text.split()))} → {count(len(remaining))} words"):
        if remaining:
            token_row([Token(word=word) for word in remaining], key="cleaning_left", label="What is left")
        else:
            st.caption("Nothing. The network would get one unknown word.")
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
        st.caption(f"These steps change nothing here: {literal(', '.join(idle))}.")


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
    below = "" if touched else f"{count(fewer)} {'space' if fewer == 1 else 'spaces'} fewer"
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
            same_letters = change.before.lower() == change.after.lower() or row.step.name == "segmentation"
            previous = None if same_letters else change.before
            for position, word in enumerate(change.after.split()):
                yield Token(word=word, number=previous if position == 0 else None, status="changed")
