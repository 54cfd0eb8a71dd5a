"""What the chapters state in passing about Keras and about numbers: each run in Keras or worked by hand."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

from core.insight.lessons.vectors.compute import WordVectors, distances
from core.model.forward import min_gru_step
from core.text.cleaning import CleaningSettings, clean
from core.text.cleaning_steps import STEPS
from core.text.lexicon import STOP_WORDS
from core.text.vocabulary import FIRST_WORD_ID, OOV_ID, PADDING_ID, Vocabulary, count_words

pytestmark = pytest.mark.slow  # imports Keras


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(3)


@pytest.mark.claim(
    "numbers", "number 0 is padding, 1 every unknown word, 2 the most frequent word: as in Keras's Tokenizer"
)
def test_words_are_numbered_as_keras_tokenizer_numbers_them() -> None:
    import keras
    from keras.src.legacy.preprocessing.text import Tokenizer

    texts = ["goal goal goal rain rain cup", "goal rain"]
    tokenizer = Tokenizer(oov_token="unknown")
    tokenizer.fit_on_texts(texts)
    vocabulary = Vocabulary.from_counts(count_words(texts))
    for word in ("goal", "rain", "cup"):
        assert vocabulary.token_id(word) == tokenizer.word_index[word]
    assert [0, 1, tokenizer.word_index["goal"]] == [PADDING_ID, OOV_ID, FIRST_WORD_ID]
    (ids,) = tokenizer.texts_to_sequences(["goal snow"])
    assert ids == [2, OOV_ID]
    assert keras.utils.pad_sequences([ids], maxlen=4).tolist() == [[0, 0, 2, 1]]


@pytest.mark.claim(
    "vectors",
    "1,000 more tokens: 1,000 more zeros in each one-hot vector and 1,000 more rows, each as long as before",
)
def test_a_larger_vocabulary_in_keras() -> None:
    import keras

    small, large = (keras.utils.to_categorical([7], num_classes=size)[0] for size in (500, 1_500))
    assert len(large) - len(small) == 1_000
    assert np.count_nonzero(small) == np.count_nonzero(large) == 1
    layers = [keras.layers.Embedding(size, 16) for size in (500, 1_500)]
    assert [np.asarray(layer(np.array([[7]]))).shape for layer in layers] == [(1, 1, 16)] * 2
    shapes = [layer.get_weights()[0].shape for layer in layers]
    assert shapes == [(500, 16), (1_500, 16)]


@pytest.mark.claim(
    "vectors", "made 1 long, two vectors of one direction are 0 apart, at right angles √2, opposite ones 2"
)
def test_the_ends_of_the_distance() -> None:
    embedding = np.array([[0, 0], [0, 0], [0, 3], [0, 6], [2, 0], [0, -5]], np.float32)
    words = ("north", "farther", "east", "south")
    rows = WordVectors(
        vocabulary=Vocabulary(words=words, counts=(4, 3, 2, 1)), embedding=embedding, learnt=True
    )
    apart = {each.word: each.distance for each in distances(rows, "north", words[1:])}
    assert apart == pytest.approx({"farther": 0, "east": 2**0.5, "south": 2})


@pytest.mark.claim("embedding_layer", "each number of the table takes 4 bytes")
def test_the_table_takes_4_bytes_a_number() -> None:
    import keras

    layer = keras.layers.Embedding(30, 7)
    layer.build()
    (table,) = layer.get_weights()
    assert table.nbytes == 4 * 30 * 7 == 4 * layer.count_params()


@pytest.mark.claim("embedding_layer", "a mask makes the next layer pass over padding")
def test_a_mask_passes_over_padding() -> None:
    import keras

    embedding, recurrent = keras.layers.Embedding(10, 4, mask_zero=True), keras.layers.SimpleRNN(3)
    model = keras.Sequential([embedding, recurrent])
    short, padded = np.array([[7, 3]]), np.array([[7, 3, 0, 0, 0]])
    assert np.allclose(model(short), model(padded), atol=1e-6)
    unmasked = recurrent(keras.ops.convert_to_tensor(embedding.get_weights()[0][padded]))
    assert not np.allclose(model(short), unmasked, atol=1e-3)


@pytest.mark.claim(
    "no_memory", "weights for each place are places × dimension × labels, instead of dimension × labels"
)
def test_weights_for_each_place_in_keras() -> None:
    import keras

    places, dimension, labels = 30, 16, 5
    with_places = keras.Sequential(
        [keras.Input((places, dimension)), keras.layers.Flatten(), keras.layers.Dense(labels, use_bias=False)]
    )
    mean = keras.Sequential(
        [
            keras.Input((places, dimension)),
            keras.layers.GlobalAveragePooling1D(),
            keras.layers.Dense(labels, use_bias=False),
        ]
    )
    assert with_places.count_params() == places * dimension * labels
    assert mean.count_params() == dimension * labels


@pytest.mark.claim("loop", "two texts that differ in their first word have other states after 20 words")
def test_the_first_word_is_in_the_last_state(random: np.random.Generator) -> None:
    import keras

    layer = keras.layers.SimpleRNN(3)
    first = random.normal(size=(1, 20, 2)).astype("float32")
    second = first.copy()
    second[0, 0] += 1
    layer.build((None, None, 2))
    kernel, recurrent, bias = layer.get_weights()
    layer.set_weights([0.1 * kernel, recurrent, bias])  # small inputs: tanh stays steep
    assert np.array_equal(first[0, 1:], second[0, 1:])
    assert not np.array_equal(np.asarray(layer(first)), np.asarray(layer(second)))


@pytest.mark.claim(
    "loop", "the state of a SimpleRNN, LSTM and GRU lies between -1 and 1; a minGRU's has no bounds"
)
def test_which_states_have_bounds(random: np.random.Generator) -> None:
    import keras

    inputs = 50 * random.normal(size=(4, 30, 2)).astype("float32")
    for cell in (keras.layers.SimpleRNN, keras.layers.LSTM, keras.layers.GRU):
        assert np.abs(np.asarray(cell(3, return_sequences=True)(inputs))).max() <= 1
    nothing = np.zeros((1, 3), np.float32)
    gate_and_candidate = np.full((1, 6), 50.0, np.float32)  # of three units: the gate is 1, each candidate 50
    (state,), _ = min_gru_step(gate_and_candidate, (nothing,), nothing, nothing, lambda name, values: values)
    assert state.tolist() == [[50.0] * 3]


@pytest.mark.claim("overfitting", "in Keras a patience of 0 stops at the first epoch that is no better")
@pytest.mark.claim("overfitting", "Keras keeps the last weights unless restore_best_weights is set")
@pytest.mark.parametrize("restores", [False, True])
def test_patience_0_and_the_weights_that_are_left(restores: bool) -> None:
    import keras

    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    model.compile("sgd", "mse")
    stopping = keras.callbacks.EarlyStopping(
        monitor="val_loss", mode="min", patience=0, restore_best_weights=restores
    )
    stopping.set_model(model)
    model.stop_training = False
    stopping.on_train_begin()
    epochs = 0
    for loss in (3.0, 2.0, 2.0, 1.0):
        epochs += 1
        model.set_weights([np.full((1, 1), float(epochs), "float32")])
        stopping.on_epoch_end(epochs - 1, {"val_loss": loss})
        if model.stop_training:
            break
    stopping.on_train_end()
    assert epochs == 3
    assert model.get_weights()[0].item() == (2.0 if restores else 3.0)


@pytest.mark.claim("overfitting", "dropout is off when validation headlines are answered")
def test_dropout_is_off_outside_training() -> None:
    import keras

    layer = keras.layers.Dropout(0.5, seed=1)
    ones = np.ones((1, 200), "float32")
    assert np.array_equal(np.asarray(layer(ones, training=False)), ones)
    dropped = np.asarray(layer(ones, training=True))
    assert 50 < np.count_nonzero(dropped == 0) < 150


@pytest.mark.claim("cleaning", "the stop words are the 318 of scikit-learn's list")
def test_318_stop_words() -> None:
    assert len(ENGLISH_STOP_WORDS) == 318
    assert STOP_WORDS == ENGLISH_STOP_WORDS
    (explanation,) = (step.explanation for step in STEPS if step.name == "stop_words")
    assert "the 318 words in scikit-learn's list" in explanation
    assert {"the", "of", "against"} <= STOP_WORDS


@pytest.mark.claim(
    "cleaning", "without negations, “not good” and “good” are one text; with them they are two"
)
def test_without_negations_not_good_is_good() -> None:
    kept = CleaningSettings(steps=("stop_words",), keep_negations=True)
    assert clean("not good", kept) == "not good"
    assert clean("not good", replace(kept, keep_negations=False)) == clean("good", kept) == "good"


@pytest.mark.claim("cleaning", "the examples in the explanations of the steps")
@pytest.mark.parametrize(
    ("step", "before", "after"),
    [
        ("entities", "Tom &amp; <b>Ann</b>", "Tom & Ann"),
        ("digits", "2nd", "nd"),
        ("separate_digits", "2nd", "2 nd"),
        ("punctuation", "don't", "dont"),
        ("separate_punctuation", "Why??", "Why ??"),
        ("lemmas", "women", "woman"),
    ],
)
def test_the_examples_of_the_steps(step: str, before: str, after: str) -> None:
    (explanation,) = (each.explanation for each in STEPS if each.name == step)
    assert f'"{before}" becomes "{after}"' in explanation
    assert " ".join(clean(before, CleaningSettings(steps=(step,))).split()) == after
