"""The list of pages, and the buttons that lead from one to another."""

from dataclasses import dataclass

import streamlit as st
from streamlit.errors import StreamlitAPIException


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A page: its file below pages/, its title wherever it is linked, and its section of the navigation."""

    file: str
    title: str
    icon: str
    section: str = ""


_STEPS, _INSIDE = "Step by step", "See inside"

# The only list of pages, in the order of the navigation.
PAGES: dict[str, Entry] = {
    "home": Entry(file="home/page.py", title="Home", icon=":material/newspaper:"),
    "learn": Entry(file="learn/page.py", title="Learn", icon=":material/school:"),
    "glossary": Entry(file="learn/glossary/page.py", title="Glossary", icon=":material/menu_book:"),
    "data": Entry(file="data/page.py", title="Data", icon=":material/description:", section=_STEPS),
    "cleaning": Entry(
        file="cleaning/page.py", title="Cleaning", icon=":material/cleaning_services:", section=_STEPS
    ),
    "words": Entry(
        file="words/page.py", title="Words", icon=":material/format_list_numbered:", section=_STEPS
    ),
    "train": Entry(file="train/page.py", title="Train", icon=":material/show_chart:", section=_STEPS),
    "evaluate": Entry(
        file="evaluate/page.py", title="Evaluate", icon=":material/fact_check:", section=_STEPS
    ),
    "predict": Entry(file="predict/page.py", title="Predict", icon=":material/keyboard:", section=_STEPS),
    "inside": Entry(file="inside/page.py", title="Inside", icon=":material/memory:", section=_INSIDE),
    "word_map": Entry(
        file="word_map/page.py", title="Word map", icon=":material/scatter_plot:", section=_INSIDE
    ),
    "time_machine": Entry(
        file="time_machine/page.py", title="Time machine", icon=":material/history:", section=_INSIDE
    ),
    "race": Entry(file="race/page.py", title="Memory race", icon=":material/timer:", section=_INSIDE),
}


def go(name: str) -> None:
    """Turn to a page of PAGES."""
    turn(PAGES[name].file, PAGES[name].title)


def turn(file: str, title: str) -> None:
    """Turn to a page by its file. A page that runs outside the frame has no other page; a toast says so."""
    try:
        st.switch_page(file)
    except StreamlitAPIException:
        st.toast(f"Open the app to go to {title}.")


def to_page(name: str, label: str, *, primary: bool = False, key: str | None = None) -> None:
    """Draw a button that turns to another page."""
    if st.button(
        label, key=key or f"to_{name}", type="primary" if primary else "secondary", icon=PAGES[name].icon
    ):
        go(name)


def next_step(name: str, label: str | None = None, *, primary: bool = False) -> None:
    """Draw the button at the end of a page."""
    st.space("small")
    to_page(name, label or f"Next: {PAGES[name].title}", primary=primary, key=f"next_{name}")
