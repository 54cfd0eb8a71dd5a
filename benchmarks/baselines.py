"""What a recurrent network has to beat: one linear classifier by itself, from the file to its test score.

``python -m benchmarks.baselines FILE [--way svm] [--preset quick] [--sample N] [--json]``; ``race.py`` runs it so.
Read, cleaned, drawn and split as the preset's run is, learnt from its training part, scored on its test part:

- ``svm``: TF-IDF of single words and pairs (in at least two texts, sublinear counts), then scikit-learn's
  ``LinearSVC(C=0.3)``; of the preset's cleaned text, taken apart as scikit-learn does when it is not told otherwise;
- ``svm_words``: the same of every word that the preset's cleaning leaves, punctuation and single letters too, which
  are the words that the network reads: slower and more accurate;
- ``svm_article``: the same as ``svm`` of the text as the article cleans it: fewer words, so faster;
- ``fasttext``: A. Joulin and others, "Bag of Tricks for Efficient Text Classification", arXiv 1607.01759 (2016);
  pairs of words too, five epochs. Its package is no requirement of the app: without it this way cannot be gone.

``seconds`` run from the opening of the file to the classifier, each way's libraries imported on the way; its score on
the test part comes after them. The validation part is left alone: nothing here is stopped by it.
"""

import argparse
import importlib
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from core.news.news import read_news
from core.settings.fitting import FileFacts, fit_to_file
from core.settings.presets import PRESETS
from core.settings.run import RunSettings
from core.text.cleaning import clean_all, texts_of
from core.text.languages import language_of
from core.training.preparation import split_articles

Answer = Callable[[Sequence[str]], np.ndarray]  # cleaned texts -> the number of each one's category


def svm(texts: Sequence[str], y: np.ndarray, *, every_word: bool = False) -> Answer:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.svm import LinearSVC

    apart: dict[str, Any] = {"tokenizer": str.split, "token_pattern": None, "lowercase": False}
    vectorizer = TfidfVectorizer(
        ngram_range=(1, 2), min_df=2, sublinear_tf=True, **(apart if every_word else {})
    )
    classifier = LinearSVC(C=0.3).fit(vectorizer.fit_transform(texts), y)
    return lambda others: classifier.predict(vectorizer.transform(others))


def fasttext(texts: Sequence[str], y: np.ndarray) -> Answer:
    package = importlib.import_module("fasttext")  # no requirement, so not known to those who check imports
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "texts.txt"
        file.write_text(
            "".join(f"__label__{label} {text}\n" for label, text in zip(y, texts, strict=True)), "utf-8"
        )
        model = package.train_supervised(str(file), wordNgrams=2, minCount=2, epoch=5, lr=0.5, verbose=0)

    def answer(others: Sequence[str]) -> np.ndarray:
        # A list of texts: for a single one the package asks NumPy 2 for what it no longer does.
        labels, _ = model.predict(list(others))
        return np.array([int(first[0].removeprefix("__label__")) if first else -1 for first in labels])

    return answer


WAYS: dict[str, Callable[[Sequence[str], np.ndarray], Answer]] = {
    "svm": svm,
    "svm_words": partial(svm, every_word=True),
    "svm_article": svm,
    "fasttext": fasttext,
}


def measure(file: Path, way: str, settings: RunSettings) -> dict[str, float | int]:
    began = time.perf_counter()
    news = read_news(file)
    facts = FileFacts.of(news, language_of(news.table["text"].tolist()))
    drawn = split_articles(news.table["category"], fit_to_file(settings, facts).training)
    cleaning = PRESETS["article"].cleaning if way == "svm_article" else settings.cleaning
    texts = clean_all(texts_of(news.table.iloc[drawn.rows], cleaning), cleaning)
    prepared = time.perf_counter()
    learnt, held = drawn.split.training, drawn.split.test
    answer = WAYS[way]([texts[row] for row in learnt], drawn.y[learnt])
    ready = time.perf_counter()
    accuracy = float((answer([texts[row] for row in held]) == drawn.y[held]).mean())
    return {
        "training_rows": len(learnt),
        "test_rows": len(held),
        "seconds": round(ready - began, 2),
        "preparing_seconds": round(prepared - began, 2),
        "scoring_seconds": round(time.perf_counter() - ready, 2),
        "accuracy": accuracy,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="A linear classifier, from the file to its test score.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--way", choices=list(WAYS), default="svm")
    parser.add_argument("--preset", choices=list(PRESETS), default="quick", help="whose cleaning and split")
    parser.add_argument("--sample", type=int, default=0, help="articles drawn at random; 0 takes all")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    given = parser.parse_args()
    preset = PRESETS[given.preset]
    settings = replace(preset, training=replace(preset.training, articles=given.sample))
    found = measure(given.file, given.way, settings)
    print(
        f"{given.way}: {found['accuracy']:.2%} of {found['test_rows']:,}, learnt from {found['training_rows']:,} "
        f"in {found['seconds']:.2f} s"
    )
    if given.json:
        print(json.dumps(found))


if __name__ == "__main__":
    main()
