"""Sentences and labels on the Embedding layer, computed from its hyperparameters and a file; plain text."""

from core.insight.lessons.embedding_layer.compute import EmbeddingLayer
from core.insight.wording import percent
from core.model.forward import Array

TUTORIAL_NAME = "“Understanding Word Embeddings and Building your First RNN Model”, December 2023"


def embedding_layer(layer: EmbeddingLayer) -> str:
    """Parameters of the layer, and its unused rows or the words without a row."""
    start = (
        f"{layer.input_dim:,} rows of {layer.output_dim:,} numbers each are {layer.parameters:,} parameters; the "
        f"{layer.input_length:,} places of a text are not in the product. "
    )
    if layer.unused:
        return f"{start}{layer.unused:,} of the rows are for no word of this file: nothing is ever learnt in them."
    return (
        f"{start}{percent(1 - layer.known)} of a new text's words have no row of their own and share row 1."
    )


def layer_title(layer: EmbeddingLayer) -> str:
    return f"{layer.parameters:,} parameters"


def lookup_title(rows: Array) -> str:
    """The title for (positions, dimensions) rows that were looked up."""
    different = len({row.tobytes() for row in rows})
    return f"{len(rows)} places, {different} different rows"
