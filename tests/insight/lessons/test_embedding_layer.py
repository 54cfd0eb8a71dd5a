"""The Embedding layer: its figures against Keras's own layer and against counting by hand; what is drawn and said."""

import inspect

import numpy as np
import pytest

from core.insight.dataset.coverage import VocabularyCoverage, measure_coverage
from core.insight.lessons import random_embeddings
from core.insight.lessons.embedding_layer import captions
from core.insight.lessons.embedding_layer.compute import TUTORIAL, embedding_layer, padding_share
from core.insight.lessons.embedding_layer.figures import (
    MOST_LINKS,
    depth,
    embedding_layer_chart,
    lookup_chart,
    side,
)
from core.training.batches import Split
from core.training.preparation import SplitArticles


@pytest.fixture(scope="module")
def coverage() -> VocabularyCoverage:
    """Texts of 3, 1, 2 and 5 words; the first two are learnt from: a twice, b and c once."""
    texts = ["a b c", "a", "a d", "a b e a c"]
    rows = np.arange(4)
    parts = Split(training=rows[:2], validation=rows[2:3], test=rows[3:])
    return measure_coverage(
        texts, SplitArticles(rows=rows, labels=("A",), y=np.zeros(4, np.int32), split=parts)
    )


@pytest.mark.claim("embedding_layer", "a longer text adds no parameters")
@pytest.mark.claim("embedding_layer", "parameters, output shape, memory, words known, texts cut, padding")
def test_the_figures_are_those_counted_by_hand(coverage: VocabularyCoverage) -> None:
    layer = embedding_layer(coverage, input_dim=4, output_dim=7, input_length=2)
    assert (layer.parameters, layer.output, layer.memory) == (28, (None, 2, 7), 112)
    # Padding, unknown, a and b have a row: of a d and a b e a c four words are known.
    assert (layer.used, layer.unused, layer.known) == (4, 0, 4 / 7)
    assert (layer.texts, layer.cut) == (4, 2)
    assert layer.padding == pytest.approx(1 / 8)  # of 4 x 2 places the second of "a" alone
    large = embedding_layer(coverage, input_dim=100, output_dim=1, input_length=5)
    assert (large.used, large.unused, large.known, large.cut) == (5, 95, 5 / 7, 0)
    assert large.padding == pytest.approx(9 / 20)


def test_padding_of_texts_that_are_cut_before_they_are_padded(coverage: VocabularyCoverage) -> None:
    assert padding_share(coverage, length=10, cut=2) == pytest.approx(1 - (2 + 1 + 2 + 2) / 40)
    assert padding_share(coverage, length=2, cut=10) == pytest.approx(1 / 8)


@pytest.mark.claim("embedding_layer", "the tutorial's table has 12,249,370 parameters")
def test_the_tutorials_figures() -> None:
    # As its summary prints them: embedding, (None, 130, 70), 12,249,370.
    assert TUTORIAL.input_dim * TUTORIAL.output_dim == 12_249_370


@pytest.mark.claim(
    "embedding_layer", "Keras 3 warns that input_length is deprecated, and takes each batch as long as it is"
)
@pytest.mark.claim("vectors", "before training the rows are uniform between -0.05 and 0.05")
@pytest.mark.claim("embedding_layer", "Keras counts the same parameters and looks up the same rows")
@pytest.mark.slow
def test_keras_counts_the_same_looks_rows_up_and_has_no_input_length(coverage: VocabularyCoverage) -> None:
    import keras

    layer = embedding_layer(coverage, input_dim=50, output_dim=7, input_length=9)
    keras_layer = keras.layers.Embedding(50, 7)
    texts = np.array([[3, 3, 49, 0, 0, 1, 2, 3, 0]])
    output = np.asarray(keras_layer(texts))
    assert keras_layer.count_params() == layer.parameters
    assert keras_layer.compute_output_shape((None, 9)) == layer.output
    assert np.array_equal(output[0], np.asarray(keras_layer.embeddings)[texts[0]])  # padding's row too
    assert np.abs(np.asarray(keras_layer.embeddings)).max() <= random_embeddings.FARTHEST
    assert (
        np.abs(np.asarray(keras.layers.Embedding(5_000, 7)(np.array([0])))).max()
        <= random_embeddings.FARTHEST
    )
    assert "input_length" not in inspect.signature(keras.layers.Embedding.__init__).parameters
    with pytest.warns(UserWarning, match="`input_length` is deprecated"):
        with_input_length = keras.layers.Embedding(50, 7, input_length=4)
    assert np.asarray(with_input_length(texts)).shape == (1, 9, 7)  # as long as the batch, whatever was said


def test_the_picture_links_each_words_row_to_its_place(coverage: VocabularyCoverage) -> None:
    layer = embedding_layer(coverage, input_dim=30_000, output_dim=64, input_length=8)
    figure = embedding_layer_chart(layer, [2, 1, 29_999])
    assert figure.layout.title.text == "1,920,000 parameters"
    table, words, rest, printed, _ = figure.layout.shapes
    assert table.x1 == pytest.approx(words.x1 - words.x0)
    assert table.y1 == side(30_000, "vocabulary_size")
    assert words.y1 == rest.y0 == pytest.approx(rest.y1 * 3 / 8)
    assert printed.y1 == side(174_991, "vocabulary_size")
    frequent, unknown, rare = figure.data
    assert rare.y[0] == pytest.approx(table.y1, rel=1e-4)
    assert 0 < unknown.y[0] < frequent.y[0] < rare.y[0]
    assert [line.line.dash for line in figure.data] == ["solid", "dash", "solid"]
    assert frequent.y[1] == pytest.approx(rest.y1 * 0.5 / 8)
    assert len(embedding_layer_chart(layer, [2] * 100).data) == MOST_LINKS


def test_sides_and_depths_stay_within_the_picture() -> None:
    assert (
        side(400_000, "vocabulary_size") == side(512, "embedding_size") == side(500, "sequence_length") == 1
    )
    assert side(400_000 / 8, "vocabulary_size") == pytest.approx(0.5)  # the cube root
    assert (depth(0, 100), depth(100, 100)) == (0, 1)
    assert depth(9, 99) == pytest.approx(0.5)  # log 10 of log 100


def test_rows_looked_up_are_drawn_and_counted() -> None:
    rows = random_embeddings.random_rows([5, 3, 5, 0, 0], 6)
    figure = lookup_chart(["the", "<b>", "the", "", ""], rows)
    assert np.array_equal(figure.data[0].z, rows)
    assert list(figure.layout.yaxis.ticktext) == ["the ", "&lt;b&gt; ", "the ", "padding ", "padding "]
    assert figure.layout.title.text == "5 places, 3 different rows"


def test_the_sentence_says_what_is_unused_or_unknown(coverage: VocabularyCoverage) -> None:
    assert captions.embedding_layer(
        embedding_layer(coverage, input_dim=100, output_dim=2, input_length=3)
    ) == (
        "100 rows of 2 numbers each make 200 parameters. The 3 places of a text are not in the product. 95 of the rows "
        "have no word in this file. They are never learnt."
    )
    assert captions.embedding_layer(
        embedding_layer(coverage, input_dim=4, output_dim=2, input_length=3)
    ).endswith("42.9\u00a0% of the words in a new text have no row of their own. They share row 1.")
