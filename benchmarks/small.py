"""Small files: ``quick`` as the user gets it, and two linear models on the same splits.

``python -m benchmarks.small FILE... [--seeds 5] [--preset quick] [--set NAME=VALUE] [--json]``. Each seed draws another
split and first weights; a zip of a training and a test file keeps its test part. Learnt from the training part, scored
on the test part, means over the seeds (``benchmarks.small_files`` makes files):

- the preset, fitted to the file (``core/settings/fitting.py``) and trained as a run trains it;
- ``svm``: TF-IDF of words and pairs and a linear support vector machine (``core/training/baselines.py``);
- ``logistic``: TF-IDF of words and logistic regression, both as scikit-learn has them.

The linear models read the same cleaned texts. ``interval`` is the standard error of the mean difference between preset
and the better linear model, over the seeds: the test parts of small files are small.
"""

import argparse
import json
import statistics
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from core.news.news import News, read_news
from core.settings.fitting import FileFacts, fit_to_file
from core.settings.presets import PRESETS
from core.settings.run import RunSettings
from core.text.languages import language_of
from core.text.sequences import Ints
from core.training.baselines import linear_model
from core.training.batches import Split
from core.training.preparation import SplitArticles, TrainingData, prepare

FILE_WIDTH = 28


def preset_score(data: TrainingData, settings: RunSettings) -> float:
    """The test accuracy of a run of ``settings``."""
    from core.training.trainer import train

    steps = train(data, settings)
    while True:
        try:
            next(steps)
        except StopIteration as end:  # a generator's return value
            return float(end.value.test.accuracy)


def logistic_score(texts: Sequence[str], y: Ints, parts: Split) -> float:
    """The test accuracy of TF-IDF and logistic regression."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    tf_idf = TfidfVectorizer(tokenizer=str.split, token_pattern=None, lowercase=False)
    model = LogisticRegression(max_iter=1000)
    model.fit(tf_idf.fit_transform(texts[row] for row in parts.training), y[parts.training])
    predicted = model.predict(tf_idf.transform(texts[row] for row in parts.test))
    return float((predicted == y[parts.test]).mean())


def measure_seed(news: News, settings: RunSettings) -> dict[str, float]:
    """The accuracies of all three on one split, and the seconds that the preset took."""
    scores: dict[str, float] = {}

    def score_linear(texts: Sequence[str], articles: SplitArticles) -> None:
        seed = settings.training.seed
        scores["svm"] = linear_model(texts, articles.y, articles.split, seed=seed).test_accuracy
        scores["logistic"] = logistic_score(texts, articles.y, articles.split)

    data = prepare(news, settings, use_cleaned=score_linear)
    started = time.perf_counter()
    scores["preset"] = preset_score(data, settings)
    return scores | {"seconds": time.perf_counter() - started, "test_rows": len(data.split.test)}


def measure(file: Path, preset: str, seeds: int, changes: Sequence[str] = ()) -> dict[str, float | int | str]:
    """Means over the seeds.

    Args:
        changes: settings other than the fitted preset's, each NAME=VALUE.
    """
    news = read_news(file)
    language = language_of(news.table["text"].tolist())
    settings = fit_to_file(PRESETS[preset], FileFacts.of(news, language)).with_language(language.code)
    for change in changes:
        name, _, value = change.partition("=")
        settings = settings.with_setting(name, value)
    runs = [
        measure_seed(news, replace(settings, training=replace(settings.training, seed=seed)))
        for seed in range(1, seeds + 1)
    ]
    means = {name: statistics.fmean(run[name] for run in runs) for name in runs[0]}
    better = "svm" if means["svm"] >= means["logistic"] else "logistic"
    differences = [run["preset"] - run[better] for run in runs]
    interval = statistics.stdev(differences) / len(differences) ** 0.5 if seeds > 1 else 0.0
    return {
        "file": f"{file.parent.name}/{file.name}",
        "rows": len(news),
        "test_rows": round(means["test_rows"]),
        "batch_size": settings.training.batch_size,
        "epochs": settings.training.epochs,
        "preset": round(means["preset"], 4),
        "svm": round(means["svm"], 4),
        "logistic": round(means["logistic"], 4),
        "difference": round(statistics.fmean(differences), 4),
        "interval": round(interval, 4),
        "seconds": round(means["seconds"], 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="A preset and two linear models on small files.")
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
    parser.add_argument("--preset", choices=list(PRESETS), default="quick")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="after the fitting")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    options = parser.parse_args()
    print(f"{'file':{FILE_WIDTH}} rows  test  {options.preset:>7} svm    logistic difference      seconds")
    results = []
    for file in options.files:
        result = measure(file, options.preset, options.seeds, options.set)
        results.append(result)
        print(
            f"{str(result['file'])[-FILE_WIDTH:]:{FILE_WIDTH}} {result['rows']:5} {result['test_rows']:4}  "
            f"{result['preset']:7.1%} {result['svm']:6.1%} {result['logistic']:6.1%}   "
            f"{float(result['difference']):+7.1%} ± {float(result['interval']):.1%} {result['seconds']:6.1f}",
            flush=True,
        )
    if options.json:
        print(json.dumps({"preset": options.preset, "seeds": options.seeds, "files": results}))


if __name__ == "__main__":
    main()
