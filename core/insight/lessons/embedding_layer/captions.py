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
        f"{layer.input_dim:,} rows of {layer.output_dim:,} numbers each make {layer.parameters:,} "
        f"parameters. The {layer.input_length:,} places of a text are not in the product. "
    )
    if layer.unused:
        return f"{start}{layer.unused:,} of the rows have no word in this file. They are never learnt."
    return (
        f"{start}{percent(1 - layer.known)} of the words in a new text have no row of their own. They share "
        "row 1."
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
        f"{layer.output_dim:,} numbers. They are drawn at random from -{FARTHEST} to {FARTHEST}, as before "
        "training. The same number always gives the same row, for padding too."
    )


def tutorial_layer(*, printed_padding: float, mended_padding: float) -> str:
    """The tutorial's layer, and the shares of padding with its input length and with the length of its texts."""
    product = TUTORIAL.input_dim * TUTORIAL.output_dim
    return (
        f"Its table has {TUTORIAL.input_dim:,} × {TUTORIAL.output_dim} = {product:,} parameters. Its "
        f"tokenizer gives at most {TUTORIAL.token_ids:,} numbers, so {TUTORIAL.unreachable:,} rows are "
        f"never looked up and never learnt. Its code pads each text to {TUTORIAL.padded_length} words, but "
        f"says input_length={TUTORIAL.input_length}. Keras 3 ignores that and reads "
        f"{TUTORIAL.padded_length} words. Keras 2 stops with an error. Nobody pads to "
        f"{TUTORIAL.input_length}. If somebody did, {percent(printed_padding)} of all places would be "
        f"padding with this file. With {TUTORIAL.padded_length} places it is {percent(mended_padding)}."
    )
