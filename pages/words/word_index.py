"""The parts of the Words page: the sliders, the counting, what the sizes keep and lose, the searchable vocabulary."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from core.insight.dataset import captions, figures
from core.insight.dataset.coverage import VocabularyCoverage
from core.insight.wording import percent
from core.settings.fields import limits
from core.settings.network import NetworkSettings
from core.tasks.news_tasks import MeasureCoverage, coverage_task
from core.text.vocabulary import FIRST_WORD_ID, OOV_ID
from pages import layout, tasks
from pages.components.chart import chart
from pages.session import Session
from pages.wording import count, help_text, literal

_MOST_ROWS = 1_000
_MOST_SEARCHED = 60  # characters


def round_numbers(low: int, high: int, value: int, digits: tuple[int, ...]) -> list[int]:
    """Steps of a logarithmic slider: ``digits`` times powers of ten, the bounds, and ``value``."""
    powers = (10**power for power in range(len(str(high))))
    steps = {digit * power for power in powers for digit in digits} | {low, high, value}
    return sorted(step for step in steps if low <= step <= high)


def size_sliders(session: Session) -> None:
    """Draw the sliders for vocabulary size and sequence length, two settings of the next run."""
    network = session.settings.network
    titles = {"vocabulary_size": "Vocabulary size", "sequence_length": "Sequence length"}
    digits = {
        "vocabulary_size": (1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 25),
        "sequence_length": tuple(range(1, 100)),
    }
    sizes = {}
    for name, title in titles.items():
        bounds, value = limits(NetworkSettings, name), getattr(network, name)
        sizes[name] = st.select_slider(
            title,
            round_numbers(int(bounds.low), int(bounds.high), value, digits[name]),
            value,
            format_func=count,
            key=f"words_{name}_{session.version}",
            help=help_text(bounds.help),
        )
    session.settings = replace(session.settings, network=replace(network, **sizes))


def load_coverage(session: Session) -> MeasureCoverage | None:
    """Count the words of the visitor's news; the task whose result has them, else None and a note.

    Raises:
        NewsFileError, SettingsError: the file cannot be read or leaves nothing to learn from.
    """
    news = session.news_task
    if news is None:
        layout.empty_state(
            "No file yet",
            "Here the words in your news file get their numbers. Choose the built-in sample or upload a "
            "file first.",
            page="data",
        )
        return None
    session.read_news()
    task = coverage_task(news, session.settings)
    if not tasks.result(task).token_count:
        no_word_left()
        return None
    return task


def no_word_left() -> None:
    """Draw why the vocabulary is empty, and the way to the Cleaning page."""
    layout.empty_state(
        "No word is left",
        "Cleaning removed every word of every text. Switch off some of its steps.",
        page="cleaning",
    )


def draw_figures(coverage: VocabularyCoverage, network: NetworkSettings) -> None:
    """Draw what the two sizes keep and lose: three metrics, two charts."""
    size, length = network.vocabulary_size, network.sequence_length
    texts, unknown = len(coverage.sequences), coverage.all_unknown_texts(size, length)
    training, held_out = coverage.known_shares(size)
    empty = int(coverage.empty.sum())
    with st.container(horizontal=True):
        st.metric(
            "Words known in new texts",
            percent(held_out),
            f"{percent(training)} in the training part",
            delta_color="off",
            delta_arrow="off",
            help=help_text(
                "The share of all words in the held-out texts (repeats included) that have their own number."
            ),
        )
        st.metric(
            "Texts cut at the end",
            percent(coverage.truncated_texts(length) / texts),
            f"{count(coverage.truncated_texts(length))} of {count(texts)} texts",
            delta_color="off",
            delta_arrow="off",
            help=help_text(
                f"Texts longer than the sequence length. This loses {percent(coverage.truncated_share(length))} "
                "of all words."
            ),
        )
        st.metric(
            "Texts with no known word",
            count(unknown),
            f"{count(empty)} more without any word" if empty else "every text has words",
            delta_color="off",
            delta_arrow="off",
            help=help_text(
                "The network knows none of the words that it reads in these texts. To the network they all "
                "look the same."
            ),
        )
    known, read = st.columns(2)
    with known:
        chart(
            figures.coverage_chart(coverage, size),
            "coverage",
            "Share of words known by vocabulary size",
            captions.coverage(coverage, size),
        )
    with read:
        chart(
            figures.truncation_chart(coverage, length),
            "lengths",
            "Texts by number of words",
            captions.truncation(coverage, length),
        )


@st.fragment
def word_index(task: MeasureCoverage, size: int) -> None:
    """Draw the words with rank, count and token id, most frequent first. The search runs on the server."""
    coverage = tasks.result(task)
    query = st.text_input(
        "Search the vocabulary",
        key="words_search",
        type="search",
        live="200ms",
        placeholder="Type a word",
    )
    # Whether the vocabulary has capitals depends on the cleaning: search as typed, then in lower case.
    typed = (query or "").strip()[:_MOST_SEARCHED]
    positions, matches = coverage.search(typed, most=_MOST_ROWS)
    if not matches:
        positions, matches = coverage.search(typed.lower(), most=_MOST_ROWS)
    if not matches:
        st.caption(
            f"No word in the training part contains “{literal(typed)}”. It would be unknown: number {OOV_ID}."
        )
        return
    vocabulary = coverage.vocabulary
    token_count = sum(vocabulary.counts)
    numbers = [position + FIRST_WORD_ID for position in positions]
    table = pd.DataFrame(
        {
            "rank": [position + 1 for position in positions],
            "word": [vocabulary.words[position] for position in positions],
            "number": [number if number < size else OOV_ID for number in numbers],
            "count": [vocabulary.counts[position] for position in positions],
            "share": [100 * vocabulary.counts[position] / token_count for position in positions],
        }
    )
    st.dataframe(
        table,
        key="words_index",
        hide_index=True,
        height=300,
        column_config={
            "rank": st.column_config.NumberColumn("Rank", format="localized"),
            "word": "Word",
            "number": st.column_config.NumberColumn(
                "Number", format="localized", help="What the network gets. Number 1 is the unknown word."
            ),
            "count": st.column_config.NumberColumn(
                "Count", format="localized", help="How often it occurs in the training part."
            ),
            "share": st.column_config.ProgressColumn(
                "Of all words",
                format="%.2f %%",
                min_value=0,
                max_value=100 * vocabulary.counts[0] / token_count,
            ),
        },
    )
    first = f"The {count(len(positions))} most frequent of " if matches > len(positions) else ""
    st.caption(f"{first}{count(matches)} word{'s' * (matches != 1)}, most frequent first.")
