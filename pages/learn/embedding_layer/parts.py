"""Widgets of the chapter on the Embedding layer: sliders, metrics, a sentence looked up, the tutorial's layer."""

from collections.abc import Sequence
from importlib.metadata import version

import streamlit as st

from core.insight.dataset.coverage import VocabularyCoverage
from core.insight.lessons import random_embeddings
from core.insight.lessons.embedding_layer import captions
from core.insight.lessons.embedding_layer.compute import TUTORIAL, EmbeddingLayer, padding_share
from core.insight.lessons.embedding_layer.figures import MAX_DIMENSIONS, MAX_POSITIONS, lookup_chart
from core.insight.wording import percent
from core.settings.fields import limits
from core.settings.network import NetworkSettings
from core.settings.presets import PRESETS
from core.text.vocabulary import PADDING_ID
from pages.components.chart import chart
from pages.learn.prose import prose
from pages.widgets.token_rows import padded_row
from pages.wording import count, help_text, size
from pages.words.word_index import round_numbers

_START = PRESETS["quick"].network
_KEYS = {name: f"lesson_{name}" for name in ("input_dim", "output_dim", "input_length")}


def sliders() -> dict[str, int]:
    """Draw a slider per argument and a button for the tutorial's values; return the arguments by Keras name."""
    rows = limits(NetworkSettings, "vocabulary_size")
    arguments = {
        "input_dim": st.select_slider(
            "input_dim: rows, one a word",
            round_numbers(int(rows.low), int(rows.high), TUTORIAL.input_dim, (1, 2, 3, 5, 7)),
            _START.vocabulary_size,
            format_func=count,
            key=_KEYS["input_dim"],
            persist_state="session",
            help=help_text(
                "How many words get a row, most frequent first. One row is for padding, one for all unknown "
                "words. On the Train page: vocabulary size."
            ),
        )
    }
    for name, setting, start, label, help in (
        (
            "output_dim",
            "embedding_size",
            _START.embedding_size,
            "output_dim: numbers in a row",
            "How many numbers stand for a word. On the Train page: embedding size.",
        ),
        (
            "input_length",
            "sequence_length",
            _START.sequence_length,
            "input_length: places of a text",
            "Longer texts are cut at the end, shorter ones are filled with zeros. On the Train page: "
            "sequence length.",
        ),
    ):
        bounds = limits(NetworkSettings, setting)
        arguments[name] = st.slider(
            label,
            int(bounds.low),
            int(bounds.high),
            start,
            key=_KEYS[name],
            persist_state="session",
            help=help_text(help),
        )
    st.button("As in the tutorial", icon=":material/history_edu:", on_click=_set_tutorial_values)
    prose(
        "The layer is a table. input_dim and output_dim are its sides. input_length says how many rows it "
        "gives for one text. You choose them before training, so they are hyperparameters. output_dim is also "
        "called the dimension of the embedding."
    )
    st.caption("Larger is drawn larger, but not to scale. Dotted: the tutorial's layer.")
    return arguments


def _set_tutorial_values() -> None:
    for name, key in _KEYS.items():
        st.session_state[key] = getattr(TUTORIAL, name)


def layer_metrics(layer: EmbeddingLayer) -> None:
    """Draw the layer's parameters, output shape and memory, and the share of known, cut and padded tokens."""
    shape = ", ".join("None" if side is None else str(side) for side in layer.output)
    known_help = "The share of words in held-out texts that have their own row."
    padding_help = "Share of all places that hold a zero, when every text has input_length places."
    rows = (
        (
            ("Parameters", count(layer.parameters), "input_dim times output_dim, as Keras counts them."),
            ("Output", f"({shape})", "Texts in a batch (any number), places, numbers at each place."),
            ("Memory", size(layer.memory), "The size of the table, at 4 bytes per number."),
        ),
        (
            ("Words known", percent(layer.known), known_help),
            ("Texts cut", percent(layer.cut / layer.texts), f"{count(layer.cut)} of {count(layer.texts)} are longer."),
            ("Padding", percent(layer.padding), padding_help),
        ),
    )  # fmt: skip
    for row in rows:
        for column, (label, value, help) in zip(st.columns(3), row, strict=True):
            column.metric(label, value, help=help_text(help))


def sentence_lookup(words: Sequence[str], token_ids: Sequence[int], layer: EmbeddingLayer) -> None:
    """Draw the sentence as token ids, truncated or padded, and the embedding row of each."""
    st.markdown("**Your sentence on its way through the layer**")
    if not words:
        st.info("After cleaning, no word of this sentence is left. Type a different one.")
        return
    left, right = st.columns(2, gap="large")
    input_ids = list(token_ids[: layer.input_length])
    with left:
        prose(
            "Each word becomes its number. The layer adds nothing up: at every place it takes the row with that number."
        )
        padding = padded_row(words, token_ids, layer.input_length, "lesson_padded")
        st.caption(captions.positions(input_ids, padding=padding, truncated=len(words) - len(input_ids)))
    positions = [*zip(words, input_ids, strict=False), *[("", PADDING_ID)] * padding][:MAX_POSITIONS]
    dimensions = min(layer.output_dim, MAX_DIMENSIONS)
    with right:
        chart(
            lookup_chart(
                [word for word, _ in positions],
                random_embeddings.random_rows([token_id for _, token_id in positions], dimensions),
            ),
            "lesson_looked_up",
            "Rows looked up",
            captions.lookup(layer, drawn_positions=len(positions), drawn_dimensions=dimensions),
        )


def tutorial_layer(coverage: VocabularyCoverage) -> None:
    """Draw the tutorial's layer and the share of padding that it gives on this file."""
    printed = padding_share(coverage, length=TUTORIAL.input_length, cut=TUTORIAL.padded_length)
    mended = padding_share(coverage, length=TUTORIAL.padded_length)
    st.markdown("**The tutorial's layer**")
    prose(captions.tutorial_layer(printed_padding=printed, mended_padding=mended))
    st.caption(f"Its numbers are printed in {captions.TUTORIAL_NAME}; the shares are counted here.")


def keras_note() -> None:
    """Explain that Keras has deprecated the argument ``input_length``."""
    st.markdown("**input_length today**")
    prose(
        f"This app trains with Keras {version('keras')}, which only has input_dim and output_dim. If you "
        "give input_length, Keras warns that it is deprecated and reads each batch at its own length. Here "
        "it means the sequence length: the most words read from a text. Each batch is only padded to its "
        "longest text. A mask marks the padding, so that the next layers skip it."
    )
    st.caption("Source: Keras documentation and source, keras.layers.Embedding.")
