"""Run the tutorial's mended code on a news file, and keep its numbers in ``data/tutorial_numbers.json``.

    python -m data.record_tutorial FILE NAME

NAME: under which the numbers are kept, ``sample`` or ``dataset``. The chapter that reproduces the tutorial shows both
beside the printed numbers. Kept are counts, losses and accuracies alone, no word of the file. For ``dataset`` FILE is
the News Category Dataset, whole or in part: what is missing of its 200,853 articles is counted too. Cost: two minutes
for the sample; about an hour for the dataset on one processor.
"""

import argparse
import functools
import json
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

import keras
import nltk
import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC
from tensorflow.keras.preprocessing.text import Tokenizer

from core import paths
from data import tutorial_code

FILE = Path(__file__).with_name("tutorial_numbers.json")
NAMES = ("sample", "dataset")
DIGITS = 4  # of losses and accuracies


def count_word_index(texts: "pd.Series[str]") -> int:
    """The length of the word index, fitted on the training part of the texts, which are cleaned first."""
    cleaned = [tutorial_code.clean(text) for text in texts]
    training, _ = train_test_split(cleaned, test_size=0.2, random_state=tutorial_code.SEED)
    tokenizer = Tokenizer(num_words=tutorial_code.NUM_WORDS, oov_token="<OOV>")
    tokenizer.fit_on_texts(training)
    return len(tokenizer.word_index)


def count_steps(path: Path) -> dict[str, Any]:
    """What the steps before the network leave: articles, words, the word index, with and without two of the faults."""
    uncut = tutorial_code.read_articles(path, politics_cut=10**9)
    table = tutorial_code.read_articles(path)
    lengths = [len(tutorial_code.clean(text).split()) for text in table["text"]]
    return {
        "articles": len(uncut),
        "politics": int((uncut["category"] == "POLITICS").sum()),
        "rows": len(table),
        "categories": int(table["category"].nunique()),
        "median_words": float(table["text"].str.split().str.len().median()),
        "median_cleaned_words": float(np.median(lengths)),
        "longer_than_20": int(sum(length > tutorial_code.MAXLEN for length in lengths)),
        "word_index": count_word_index(table["text"]),
        "word_index_without_cut": count_word_index(uncut["text"]),
        "word_index_without_space": count_word_index(table["headline"] + table["short_description"]),
    }


def measure_linear_model(path: Path) -> float:
    """Test accuracy of what needs no network: TF-IDF of the cleaned words and a linear SVM, on the same parts."""
    table = tutorial_code.read_articles(path)
    texts = [tutorial_code.clean(text) for text in table["text"]]
    train_texts, test_texts, y_train, y_test = train_test_split(
        texts, table["category"], test_size=0.2, random_state=tutorial_code.SEED
    )
    model = make_pipeline(TfidfVectorizer(sublinear_tf=True), LinearSVC(C=0.3, random_state=0))
    return round(float(model.fit(train_texts, y_train).score(test_texts, y_test)), DIGITS)


def train(path: Path, epochs: int) -> dict[str, Any]:
    """The mended network's size, its epochs, and what it scores on the held-out part."""
    keras.utils.set_random_seed(tutorial_code.SEED)
    x_train, y_train, x_test, y_test, tokenizer, _ = tutorial_code.prepare(tutorial_code.read_articles(path))
    rows = min(len(tokenizer.word_index) + 1, tutorial_code.NUM_WORDS)
    model = tutorial_code.build_network(rows, y_train.shape[1])
    with tempfile.TemporaryDirectory() as folder:
        history = tutorial_code.train(model, x_train, y_train, f"{folder}/best.keras", epochs).history
        checkpoint = keras.models.load_model(f"{folder}/best.keras")
    loss, accuracy = model.evaluate(x_test, y_test, verbose=0)
    return {
        "keras": version("keras"),
        "training_texts": len(x_train),
        "test_texts": len(x_test),
        "embedding_rows": rows,
        "parameters": int(model.count_params()),
        "most_epochs": epochs,
        "epochs": [
            {name: round(values[epoch], DIGITS) for name, values in history.items()}
            for epoch in range(len(history["loss"]))
        ],
        "test_loss": round(loss, DIGITS),
        "test_accuracy": round(accuracy, DIGITS),
        "checkpoint_accuracy": round(checkpoint.evaluate(x_test, y_test, verbose=0)[1], DIGITS),
        "most_frequent_category": round(float(y_test[:, y_train.sum(axis=0).argmax()].mean()), DIGITS),
        "linear_model": measure_linear_model(path),
    }


def keep(name: str, numbers: dict[str, Any]) -> None:
    """Write the numbers of one file beside those of the other."""
    record = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    record[name] = numbers
    kept = {known: record[known] for known in NAMES if known in record}
    FILE.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description="Run the tutorial's mended code and keep its numbers.")
    parser.add_argument("file", type=Path)
    parser.add_argument("name", choices=NAMES)
    parser.add_argument(
        "--epochs", type=int, default=tutorial_code.EPOCHS, help="at most; early stopping ends sooner"
    )
    arguments = parser.parse_args()
    nltk.data.path[:] = [str(paths.NLTK_DATA)]
    tutorial_code.clean = functools.cache(tutorial_code.clean)  # each text is asked for several times
    steps = count_steps(arguments.file)
    keep(arguments.name, {"steps": steps, "training": None})
    print(steps, flush=True)
    training = train(arguments.file, arguments.epochs)
    keep(arguments.name, {"steps": steps, "training": training})
    print(training)


if __name__ == "__main__":
    main()
