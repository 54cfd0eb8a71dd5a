"""The box for a headline, and examples to put into it."""

import streamlit as st

from pages.wording import literal

# A limit of the widget's own would draw its counter over the end of the headline.
MOST_CHARACTERS = 2_000
# Invented; enough to see the ranking move.
EXAMPLES = (
    "Senate votes on new climate bill after a long night",
    "Ten easy dinners for busy weeknights",
    "Striker scores twice in the last minute of the final",
)


def headline_box(key: str) -> str:
    """Draw the box; return the headline, "" while none is typed."""
    typed = st.text_input(
        "Headline", key=key, live="200ms", placeholder="Type a headline", persist_state="session"
    )
    return typed if typed and typed.strip() else ""


def try_examples(
    key: str, text: str = "Here you will see its words, their numbers and the ranking of the categories."
) -> None:
    """Draw ``text`` and three example headlines, which a click puts into the box of this ``key``."""
    with st.container(border=True, gap=None):
        st.markdown(f"{text} Try one:")
        for number, example in enumerate(EXAMPLES):
            st.button(
                literal(example),
                key=f"example_{number}",
                type="tertiary",
                icon=":material/format_quote:",
                on_click=st.session_state.__setitem__,
                args=(key, example),
            )
