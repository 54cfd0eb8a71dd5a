"""The tutorial's network in Keras, from a news file to its test accuracy, with the faults of the printed code mended.

    python tutorial_code.py NEWS.json

NEWS.json: one JSON object a line, with category, headline and short_description, as in the News Category Dataset.
Needs pandas, scikit-learn, NLTK and TensorFlow with Keras 3. The headings are the tutorial's steps, and a comment says
what was mended. What the tutorial's text does not say is marked "ours".
"""

import re
import sys
from typing import Any

import keras
import nltk
import pandas as pd
from nltk.corpus import wordnet
from nltk.stem import WordNetLemmatizer
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import LabelEncoder
from tensorflow.keras.preprocessing.sequence import pad_sequences
from tensorflow.keras.preprocessing.text import Tokenizer

NUM_WORDS = 100_000  # token ids, 0 for padding and 1 for out-of-vocabulary words among them
MAXLEN = 20  # words that the network reads of a text
POLITICS_CUT = 16_000
EPOCHS, BATCH_SIZE, PATIENCE, SEED = 10, 128, 2, 1  # ours


# --- 1 and 2: read the file, and join headline and description ---


def read_articles(path: Any, politics_cut: int = POLITICS_CUT) -> pd.DataFrame:
    table = pd.read_json(path, lines=True)
    # Mended: the printed text does not have this step. Without it there are 200,853 rows, not 184,853.
    politics = table.index[table["category"] == "POLITICS"]
    if len(politics) > politics_cut:  # a small file keeps the category
        table = table.drop(politics[:politics_cut]).reset_index(drop=True)
    # Mended: a space between the two, or their last and first word fuse.
    table["text"] = table["headline"] + " " + table["short_description"]
    return table


# --- 3: clean the texts ---

# Mended: the patterns have their backslashes, and links and hashtags go before the marks by which one knows them.
PATTERNS = [
    (r"\s+", " "),
    (r"(?i)(?:https?://|www\.)\S+", " "),
    (r"@\w+", " "),
    (r"\[[^\[\]]*\]", " "),
    (r"#\w+", " "),
    (r"\d+", ""),
    (r"[^\w\s]", ""),
]
# Mended: made once, not for every word. The stop words are a set, and a word is looked up in it at once.
STOP_WORDS = set(ENGLISH_STOP_WORDS)
lemmatizer = WordNetLemmatizer()


def clean(text: str) -> str:
    for pattern, replacement in PATTERNS:
        text = re.sub(pattern, replacement, text)
    sentence = []
    for word in text.lower().split():
        if word not in STOP_WORDS:
            sentence.append(lemmatizer.lemmatize(word))  # mended: looked up, and kept
    return " ".join(sentence)


# --- 4: labels, two parts, token ids, padding ---


def prepare(table: pd.DataFrame) -> Any:
    labels = LabelEncoder()
    y = keras.utils.to_categorical(labels.fit_transform(table["category"]))  # one-hot: (texts, categories)
    texts = [clean(text) for text in table["text"]]
    train_texts, test_texts, y_train, y_test = train_test_split(texts, y, test_size=0.2, random_state=SEED)
    tokenizer = Tokenizer(num_words=NUM_WORDS, oov_token="<OOV>")
    tokenizer.fit_on_texts(train_texts)
    x_train, x_test = (
        pad_sequences(tokenizer.texts_to_sequences(part), maxlen=MAXLEN)  # (texts, MAXLEN)
        for part in (train_texts, test_texts)
    )
    return x_train, y_train, x_test, y_test, tokenizer, labels


# --- 5: the network ---


def build_network(rows: int, categories: int) -> Any:
    layers = keras.layers
    model = keras.Sequential()
    model.add(keras.Input((MAXLEN,)))  # mended: the length of the padded texts, in place of input_length=130
    model.add(layers.Embedding(rows, 70))  # mended: a row for each token id, and none that no id reaches
    for recurrent_dropout in (0.2, 0.3):
        model.add(
            layers.Bidirectional(
                layers.SimpleRNN(64, dropout=0.1, recurrent_dropout=recurrent_dropout, return_sequences=True)
            )
        )
    model.add(layers.SimpleRNN(32, activation="tanh"))
    model.add(layers.Dropout(0.2))  # mended: it is in the printed table alone; the rate is ours
    model.add(layers.Dense(categories, activation="softmax"))
    return model


# --- 6: compile, fit, evaluate ---


def train(
    model: Any, x_train: Any, y_train: Any, checkpoint: str = "best.keras", epochs: int = EPOCHS
) -> Any:
    model.compile(optimizer="rmsprop", loss="categorical_crossentropy", metrics=["accuracy"])
    callbacks = [
        # Mended: it watches the validation loss, and the weights of the best epoch come back.
        keras.callbacks.EarlyStopping(monitor="val_loss", patience=PATIENCE, restore_best_weights=True),
        keras.callbacks.ModelCheckpoint(
            checkpoint, monitor="val_loss", save_best_only=True
        ),  # mended: monitor
    ]
    # Mended: a tenth of the training part says when to stop. The test part is kept for the end.
    return model.fit(
        x_train,
        y_train,
        validation_split=0.1,
        epochs=epochs,
        batch_size=BATCH_SIZE,
        callbacks=callbacks,
        verbose=2,
    )


def main(path: str) -> None:
    keras.utils.set_random_seed(SEED)
    try:
        wordnet.ensure_loaded()
    except LookupError:
        nltk.download("wordnet")
    table = read_articles(path)
    print(f"{len(table):,} rows")
    x_train, y_train, x_test, y_test, tokenizer, _ = prepare(table)
    print(f"word index of {len(tokenizer.word_index):,}")
    model = build_network(min(len(tokenizer.word_index) + 1, NUM_WORDS), y_train.shape[1])
    model.summary()
    train(model, x_train, y_train)
    loss, accuracy = model.evaluate(x_test, y_test, verbose=0)
    print(f"test loss {loss:.3f} and accuracy {accuracy:.3f}")


if __name__ == "__main__":
    main(sys.argv[1])
