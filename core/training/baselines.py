"""Baselines: two classifiers without a network, which a network must beat to be worth its time.

The majority class always predicts the training part's most frequent category. The linear model counts words and
bigrams and knows no other word order (S. Wang and C. Manning, "Baselines and Bigrams", 2012,
aclanthology.org/P12-2018). Both learn from the run's training part, cleaned and split as for the network, and are
scored on its other two parts.

Leaves out: the process that the linear model runs in (``runs/baseline_process.py``).
"""

import time
from collections.abc import Sequence

import numpy as np
from sklearn.metrics import f1_score

from core.text.sequences import Ints
from core.training.batches import Split
from core.training.events import Baseline, BaselineName

C = 0.3  # inverse strength of the regularisation; scikit-learn's default 1.0 lets the weights grow larger
FEWEST = 2  # training articles that a word or bigram must occur in


def majority_class(y: Ints, parts: Split) -> Baseline:
    """Score the training part's most frequent category as the prediction for every article.

    Args:
        y: (articles,) labels.
        parts: the run's split, positions in ``y``.
    """
    started = time.perf_counter()
    label = np.bincount(y[parts.training]).argmax()
    predicted = [np.full(len(part), label) for part in _held_out(parts)]
    return _scored("majority", y, parts, predicted, started)


def linear_model(texts: Sequence[str], y: Ints, parts: Split, *, seed: int) -> Baseline:
    """Fit scikit-learn's TF-IDF and linear support vector machine to the training part, and score them.

    A word is what stands between blanks, as in the network's vocabulary.

    Args:
        texts: (articles,) the run's cleaned texts.
        y: (articles,) labels.
        parts: the run's split, positions in ``texts`` and ``y``.
        seed: of the order in which the solver visits the articles; the same seed gives the same weights.

    Raises:
        ValueError: no word occurs in two training articles.

    Cost: one core; grows with words times categories. Memory: every bigram once, as text.
    """
    # Imported here, because the majority class does without.
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.svm import LinearSVC

    started = time.perf_counter()
    tf_idf = TfidfVectorizer(
        ngram_range=(1, 2),
        min_df=FEWEST,
        sublinear_tf=True,
        tokenizer=str.split,
        token_pattern=None,
        lowercase=False,
    )
    # Sparse: (training, words and bigrams)
    features = tf_idf.fit_transform(texts[row] for row in parts.training)
    model = LinearSVC(C=C, random_state=seed).fit(features, y[parts.training])
    del features
    predicted = [model.predict(tf_idf.transform(texts[row] for row in part)) for part in _held_out(parts)]
    return _scored("linear", y, parts, predicted, started)


def _held_out(parts: Split) -> tuple[Ints, Ints]:
    return parts.validation, parts.test


def _scored(name: BaselineName, y: Ints, parts: Split, predicted: Sequence[Ints], started: float) -> Baseline:
    validation, test = predicted
    return Baseline(
        name=name,
        validation_accuracy=float((validation == y[parts.validation]).mean()),
        test_accuracy=float((test == y[parts.test]).mean()),
        test_macro_f1=float(f1_score(y[parts.test], test, average="macro", zero_division=0)),
        seconds=time.perf_counter() - started,
    )
