"""Sentences and labels on the Embedding layer, computed from its hyperparameters and a file; plain text."""

from collections.abc import Sequence

from core.insight.lessons.embedding_layer.compute import TUTORIAL, EmbeddingLayer
from core.insight.lessons.random_embeddings import FARTHEST
from core.insight.wording import percent
from core.model.forward import Array
from core.text.vocabulary import OOV_ID

TUTORIAL_NAME = "“Understanding Word Embeddings and Building your First RNN Model”, December 2023"


def embedding_layer(layer: EmbeddingLayer) -> str:
    """Parameters of the layer, and its unused rows or the words without a row."""
    start = (
        f"{layer.input_dim:,} rows of {layer.output_dim:,} numbers each are {layer.parameters:,} parameters; the "
        f"{layer.input_length:,} places of a text are not in the product. "
    )
    if layer.unused:
        return f"{start}{layer.unused:,} of the rows are for no word of this file: they are never learnt."
    return (
        f"{start}{percent(1 - layer.known)} of a new text's words have no row of their own and share row 1."
    )


def layer_title(layer: EmbeddingLayer) -> str:
    return f"{layer.parameters:,} parameters"


def lookup_title(rows: Array) -> str:
    """The title for (positions, dimensions) rows that were looked up."""
    different = len({row.tobytes() for row in rows})
    return f"{len(rows)} places, {different} different rows"


def positions(input_ids: Sequence[int], *, padding: int, truncated: int) -> str:
    """How many positions hold a word, padding or an out-of-vocabulary word, and how many words are truncated."""
    parts = [f"{len(input_ids) + padding:,} places: {len(input_ids)} for words, {padding:,} for padding"]
    if unknown := input_ids.count(OOV_ID):
        parts.append(f"{unknown} without a row of {'its' if unknown == 1 else 'their'} own: row {OOV_ID}")
    if truncated:
        parts.append(f"{truncated} cut off (faded)")
    return "; ".join(parts) + "."


def lookup(layer: EmbeddingLayer, *, drawn_positions: int, drawn_dimensions: int) -> str:
    """Which embedding vectors are drawn, and where their numbers come from."""
    return (
        f"The first {drawn_positions} of {layer.input_length:,} places, the first {drawn_dimensions} of "
        f"{layer.output_dim:,} numbers: as before training, drawn at random from -{FARTHEST} to {FARTHEST}. "
        "The same number gives the same row wherever it stands, padding too."
    )


def tutorial_layer(*, printed_padding: float, mended_padding: float) -> str:
    """The tutorial's layer, and the shares of padding with its input length and with the length of its texts."""
    product = TUTORIAL.input_dim * TUTORIAL.output_dim
    return (
        f"Its table has {TUTORIAL.input_dim:,} × {TUTORIAL.output_dim} = {product:,} parameters. Its tokenizer gives "
        f"at most {TUTORIAL.token_ids:,} numbers, so {TUTORIAL.unreachable:,} rows are never looked up and never "
        f"learnt. Its code pads each text to {TUTORIAL.padded_length} words, but says "
        f"input_length={TUTORIAL.input_length}. Keras 3 ignores that and reads {TUTORIAL.padded_length} words; Keras 2 "
        f"stops with an error. Nobody pads to {TUTORIAL.input_length}. If somebody did, {percent(printed_padding)} of "
        f"all places would be padding with the file here; with {TUTORIAL.padded_length} places it is "
        f"{percent(mended_padding)}."
    )
