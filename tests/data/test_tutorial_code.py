"""The tutorial's mended Keras code: its steps by hand and against the app's, and the whole file as people run it."""

import json
import os
import random
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core import paths
from core.insight.lessons.article.compute import count_steps, recorded
from core.insight.lessons.faults.compute import MENDED
from core.news.news import read_news
from core.text.cleaning import clean
from tests.pages.opening import write_news

pytestmark = pytest.mark.slow  # imports Keras


@pytest.fixture
def code(monkeypatch: pytest.MonkeyPatch) -> Any:
    import nltk

    from data import tutorial_code

    monkeypatch.setattr(nltk.data, "path", [str(paths.NLTK_DATA)])
    return tutorial_code


def made_up_news(path: Path, n_articles: int = 120) -> Path:
    """Articles of two categories that one word tells apart."""
    draw = random.Random(1)
    words = [f"word{letter}" for letter in "abcdefgh"]
    return write_news(
        path,
        (
            {
                "category": ("POLITICS", "SPORTS")[row % 2],
                "headline": f"The {('senate', 'striker')[row % 2]} {draw.choice(words)}",
                "short_description": f"{draw.choice(words)} in 2018 [VIDEO]",
            }
            for row in range(n_articles)
        ),
    )


TEXTS = [
    "Two women saw the show [video] in Washington",
    "Wow, 2 Swiss cows! https://example.com/a_b?c=d and more",
    "@jason and #metoo: don’t   stop",
    "(brackets) stay [these do not]",
    "",
]


@pytest.mark.claim("article", "the mended code cleans as this app's cleaning does")
def test_it_cleans_as_the_app_does(code: Any) -> None:
    assert code.clean(TEXTS[0]) == "woman saw washington"
    assert [code.clean(text) for text in TEXTS] == [clean(text, MENDED) for text in TEXTS]
    table = read_news(paths.SAMPLE).table.iloc[::40]
    assert [code.clean(text) for text in table["text"]] == [clean(text, MENDED) for text in table["text"]]


@pytest.mark.claim("article", "the cut drops the first 16,000 articles of POLITICS; a small file keeps them")
def test_the_cut_by_hand(code: Any, tmp_path: Path) -> None:
    path = made_up_news(tmp_path / "news.json", 10)
    assert len(code.read_articles(path)) == 10
    table = code.read_articles(path, politics_cut=3)
    assert table["category"].tolist() == ["SPORTS"] * 3 + ["POLITICS", "SPORTS", "POLITICS", "SPORTS"]
    assert table["text"].iloc[0].startswith("The striker word")
    assert re.fullmatch(r"The striker word. word. in 2018 \[VIDEO\]", table["text"].iloc[0])


@pytest.mark.claim(
    "article", "the mended network has the printed layers: with the printed rows 12,297,859 parameters"
)
def test_its_network_is_the_printed_one(code: Any) -> None:
    from core.insight.lessons.article.compute import PRINTED_LAYERS, layers

    model = code.build_network(174_991, 41)
    assert [layer.name.rstrip("_0123456789") for layer in model.layers] == [
        row.name.rstrip("_0123456789") for row in PRINTED_LAYERS
    ]
    assert [layer.count_params() for layer in model.layers] == [row.parameters for row in PRINTED_LAYERS]
    assert model.count_params() == sum(row.parameters for row in PRINTED_LAYERS) == 12_297_859
    assert [layer.output.shape for layer in model.layers] == [
        row.output for row in layers(rows=174_991, categories=41)
    ]
    assert [layer.count_params() for layer in model.layers] == [
        row.parameters for row in layers(rows=174_991, categories=41)
    ]


@pytest.mark.claim(
    "article", "on a file, the app counts the articles, parts and word index that the Keras code counts"
)
@pytest.mark.parametrize("cut", [True, False])
def test_the_app_counts_what_the_code_counts(code: Any, tmp_path: Path, cut: bool) -> None:
    for path in (made_up_news(tmp_path / "news.json"), paths.SAMPLE):
        table = code.read_articles(path, politics_cut=code.POLITICS_CUT if cut else 10**9)
        x_train, y_train, x_test, _, tokenizer, labels = code.prepare(table)
        counts = count_steps(read_news(path).table, cut=cut)
        assert (counts.rows, counts.categories) == (len(table), len(labels.classes_))
        assert (counts.training_texts, counts.test_texts) == (len(x_train), len(x_test))
        assert counts.word_index == len(tokenizer.word_index)
        assert x_train.shape == (len(y_train), 20)
        assert x_train.max() < counts.embedding_rows


@pytest.mark.long
@pytest.mark.claim(
    "article", "the mended code runs from a file to its test loss and accuracy, in a process of its own"
)
def test_the_whole_file_runs_and_learns(tmp_path: Path) -> None:
    made_up_news(tmp_path / "news.json")
    script = tmp_path / "tutorial_code.py"
    # Few epochs of small batches: a hundred texts are one batch of 128.
    script.write_text(
        paths.TUTORIAL_CODE.read_text("utf-8").replace(
            "EPOCHS, BATCH_SIZE, PATIENCE, SEED = 10, 128, 2, 1",
            "EPOCHS, BATCH_SIZE, PATIENCE, SEED = 4, 8, 4, 1",
        )
    )
    environment = os.environ | {"NLTK_DATA": str(paths.NLTK_DATA), "PYTHONUTF8": "1"}
    ran = subprocess.run(
        [sys.executable, script.name, "news.json"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    assert ran.stdout.startswith("120 rows\nword index of ")
    (result,) = re.findall(r"test loss ([\d.]+) and accuracy ([\d.]+)", ran.stdout)
    assert float(result[1]) > 0.9
    assert (tmp_path / "best.keras").stat().st_size > 0


@pytest.mark.long
@pytest.mark.claim(
    "article", "early stopping gives the best epoch's weights back, and the checkpoint has the same"
)
def test_the_best_epoch_comes_back(code: Any, tmp_path: Path) -> None:
    import keras

    keras.utils.set_random_seed(1)
    x_train, y_train, *_ = code.prepare(code.read_articles(made_up_news(tmp_path / "news.json")))
    model = code.build_network(int(x_train.max()) + 1, 2)
    losses = code.train(model, x_train, 1 - y_train, str(tmp_path / "best.keras"), epochs=2).history[
        "val_loss"
    ]
    checkpoint = keras.models.load_model(tmp_path / "best.keras")
    held_out = round(0.1 * len(x_train))
    kept = model.evaluate(x_train[-held_out:], 1 - y_train[-held_out:], verbose=0)[0]
    assert kept == pytest.approx(min(losses), rel=1e-4)
    for ours, stored in zip(model.get_weights(), checkpoint.get_weights(), strict=True):
        assert np.array_equal(ours, stored)


@pytest.mark.claim("article", "the recorded numbers of the sample's steps are those of the script")
def test_the_recorded_steps_are_what_the_script_counts(code: Any) -> None:
    from dataclasses import asdict

    from data.record_tutorial import FILE, count_steps

    assert paths.TUTORIAL_NUMBERS == FILE
    assert count_steps(paths.SAMPLE) == asdict(recorded()["sample"].steps)


@pytest.mark.long
@pytest.mark.claim("article", "the recorded numbers of the dataset are those of the file")
def test_the_datasets_recorded_steps(real_news_path: Path) -> None:
    """Counted again by this app, whose reading and cleaning are its own: invisible characters differ a little."""
    steps = recorded()["dataset"].steps
    table = read_news(real_news_path).table
    for cut in (True, False):
        counts = count_steps(table, cut=cut)
        assert counts.articles == pytest.approx(steps.articles, rel=1e-4)
        assert counts.politics == pytest.approx(steps.politics, rel=1e-4)
        assert counts.categories == steps.categories
        expected = steps.word_index if cut else steps.word_index_without_cut
        assert counts.word_index == pytest.approx(expected, rel=0.01)
        if cut:
            assert counts.fused_word_index == pytest.approx(steps.word_index_without_space, rel=0.01)
            assert (counts.median_words, counts.median_cleaned_words) == (
                steps.median_words,
                steps.median_cleaned_words,
            )


@pytest.mark.claim("article", "the records keep counts, losses and accuracies alone: no word of a file")
def test_the_record_holds_numbers_only() -> None:
    def strings(value: Any) -> list[str]:
        if isinstance(value, dict):
            return [text for each in value.values() for text in strings(each)]
        if isinstance(value, list):
            return [text for each in value for text in strings(each)]
        return [value] if isinstance(value, str) else []

    record = json.loads(paths.TUTORIAL_NUMBERS.read_text("utf-8"))
    assert set(record) == {"sample", "dataset"}
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", text) for text in strings(record))
