"""A word map for TensorBoard's Embedding Projector: ``vectors.tsv`` and ``metadata.tsv`` in one zip.

The format: https://www.tensorflow.org/tensorboard/tensorboard_projector_plugin and https://projector.tensorflow.org,
whose "Load" takes the two files. A table's line ends and tabs are its only signs, so a cell holds neither. Words stand
as they are, except that one of several letters that a spreadsheet would run as a formula gets an apostrophe in front:
a TSV opens in one at a double click.
"""

import io
import zipfile

import numpy as np

from core.insight.word_map.word_map import WordMap
from core.news.csv_export import neutralise_formula
from core.text.vocabulary import FIRST_WORD_ID

VECTORS, METADATA = "vectors.tsv", "metadata.tsv"
HEADER = ("word", "count", "category", "effect", "articles")
NOT_MEASURED = "not measured"


def export_zip(shown: WordMap) -> bytes:
    """The zip: of each word on the map its row, and beside it what is known of the word.

    Cost: half a second for 5,000 rows of 64 numbers.
    """
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(VECTORS, vectors_tsv(shown))
        packed.writestr(METADATA, metadata_tsv(shown))
    return stream.getvalue()


def vectors_tsv(shown: WordMap) -> bytes:
    """One word a line, its numbers parted by tabs, six digits each; no header."""
    rows = shown.embedding[FIRST_WORD_ID : FIRST_WORD_ID + len(shown)]
    stream = io.BytesIO()
    np.savetxt(stream, rows, fmt="%.6g", delimiter="\t")
    return stream.getvalue()


def metadata_tsv(shown: WordMap) -> bytes:
    """One word a line under a header, in the order of the vectors."""
    counts, labels = shown.classifier.vocabulary.counts, shown.classifier.labels
    lines = ["\t".join(HEADER)]
    texts = shown.computed.effects.texts if shown.computed else np.zeros(len(shown), np.uint8)
    categories, sizes = shown.categories.tolist(), shown.effect_sizes.tolist()
    for place, word in enumerate(shown.words):
        told = categories[place]
        known = told >= 0
        effect = (f"{sizes[place]:.3f}" if known else "", str(texts[place]))
        category = labels[told] if known else NOT_MEASURED
        lines.append("\t".join((_cell(word), str(counts[place]), _cell(category), *effect)))
    return ("\n".join(lines) + "\n").encode("utf-8", errors="replace")


def _cell(text: str) -> str:
    """``text`` in one line without tabs."""
    one_line = " ".join(text.split())
    return neutralise_formula(one_line) if len(one_line) > 1 else one_line
