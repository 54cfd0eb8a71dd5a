"""What a network must beat to be worth its time: two answers without one.

The majority class always names the training part's most frequent category. The linear model counts words and pairs
of words and knows no order beyond the pair (S. Wang and C. Manning, "Baselines and Bigrams", 2012,
aclanthology.org/P12-2018). Both learn from the run's own training part, as it was cleaned and split, and are scored
on its other two parts.

Leaves out: the process that the linear model runs in (``runs/baseline_process.py``).
"""

import time
from collections.abc import Sequence

import numpy as np
from sklearn.metrics import f1_score

from core.text.sequences import Ints
from core.training.batches import Split
from core.training.events import Baseline, BaselineName

C = 0.3  # what a mistake costs against the size of the weights; scikit-learn's own 1.0 lets them grow larger
FEWEST = 2  # training articles that a word or pair must stand in


def majority_class(y: Ints, parts: Split) -> Baseline:
    """Score the one answer that is most often right in the training part.

    Args:
        y: (articles,) number of each article's category.
        parts: the run's split, positions in ``y``.
    """
    started = time.perf_counter()
    answer = np.bincount(y[parts.training]).argmax()
    return _scored("majority", y, parts, [np.full(len(p), answer) for p in _held_out(parts)], started)


def linear_model(texts: Sequence[str], y: Ints, parts: Split, *, seed: int) -> Baseline:
    """Fit scikit-learn's TF-IDF and linear support vectors to the training part, and score them.

    A word is what stands between blanks, as for the network's word index: cleaning has said what a word is.

    Args:
        texts: (articles,) the run's cleaned texts.
        y: (articles,) number of each article's category.
        parts: the run's split, positions in ``texts`` and ``y``.
        seed: of the order in which the solver visits the articles; the same seed gives the same weights.

    Raises:
        ValueError: no word stands in two training articles.

    Cost: one core; grows with words times categories. Memory: every pair of words once, as text.
    """
    # Here, for whoever asks for the majority class alone.
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.svm import LinearSVC

    started = time.perf_counter()
    count = TfidfVectorizer(
        ngram_range=(1, 2),
        min_df=FEWEST,
        sublinear_tf=True,
        tokenizer=str.split,
        token_pattern=None,
        lowercase=False,
    )
    counted = count.fit_transform(texts[row] for row in parts.training)  # (training, words and pairs), sparse
    model = LinearSVC(C=C, random_state=seed).fit(counted, y[parts.training])
    del counted
    answers = [model.predict(count.transform(texts[row] for row in part)) for part in _held_out(parts)]
    return _scored("linear", y, parts, answers, started)


def _held_out(parts: Split) -> tuple[Ints, Ints]:
    return parts.validation, parts.test


def _scored(name: BaselineName, y: Ints, parts: Split, answers: Sequence[Ints], started: float) -> Baseline:
    validation, test = answers
    return Baseline(
        name=name,
        validation_accuracy=float((validation == y[parts.validation]).mean()),
        test_accuracy=float((test == y[parts.test]).mean()),
        test_macro_f1=float(f1_score(y[parts.test], test, average="macro", zero_division=0)),
        seconds=time.perf_counter() - started,
    )
