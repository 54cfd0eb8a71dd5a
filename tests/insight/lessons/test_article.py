"""The tutorial reproduced: its printed numbers added up, a file's counted by hand, and what is said of both."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.errors import AnalysisError
from core.insight.lessons.article import captions, compute
from core.insight.lessons.article.compute import (
    CUT,
    PRINTED_LAYERS,
    Recorded,
    RecordedEpoch,
    RecordedSteps,
    RecordedTraining,
    count_steps,
    recorded,
)
from core.insight.lessons.article.figures import accuracy_chart
from core.insight.lessons.embedding_layer.compute import TUTORIAL
from core.insight.lessons.faults.compute import NAMES
from core.insight.plot_style import BASELINE_NAME
from tests.present import present


def news_table(categories: list[str], headlines: list[str], descriptions: list[str]) -> pd.DataFrame:
    texts = [f"{headline} {text}".strip() for headline, text in zip(headlines, descriptions, strict=True)]
    return pd.DataFrame(
        {
            "category": categories,
            "headline": headlines,
            "short_description": descriptions,
            "text": texts,
        }
    )


@pytest.fixture
def table() -> pd.DataFrame:
    """Ten texts, all alike, so that it does not matter which are held out."""
    return news_table(["POLITICS", "SPORTS"] * 5, ["The cat wins"] * 10, ["Dogs weep"] * 10)


STEPS = RecordedSteps(
    articles=1_000,
    politics=300,
    rows=900,
    categories=7,
    median_words=29.0,
    median_cleaned_words=16.0,
    longer_than_20=10,
    word_index=400,
    word_index_without_cut=450,
    word_index_without_space=800,
)
TRAINING = RecordedTraining(
    keras="3.15.1",
    training_texts=720,
    test_texts=180,
    embedding_rows=401,
    parameters=10,
    most_epochs=10,
    epochs=(
        RecordedEpoch(loss=2.0, accuracy=0.3, val_loss=1.5, val_accuracy=0.4),
        RecordedEpoch(loss=1.4, accuracy=0.5, val_loss=1.2, val_accuracy=0.55),
        RecordedEpoch(loss=1.0, accuracy=0.7, val_loss=1.3, val_accuracy=0.5),
    ),
    test_loss=1.25,
    test_accuracy=0.52,
    checkpoint_accuracy=0.52,
    most_frequent_category=0.1,
    linear_model=0.6,
)


@pytest.mark.claim("article", "the printed table adds up to 12,297,859 parameters, each layer worked by hand")
def test_the_printed_table_adds_up() -> None:
    def recurrent(inputs: int, units: int) -> int:
        return units * (inputs + units + 1)  # W, U and b of h = tanh(Wx + Uh + b)

    worked = [
        174_991 * 70,
        2 * recurrent(70, 64),
        2 * recurrent(128, 64),
        recurrent(128, 32),
        0,
        32 * 41 + 41,
    ]
    assert [row.parameters for row in PRINTED_LAYERS] == worked
    assert sum(worked) == TUTORIAL.parameters == 12_297_859
    # The answers of the question on where the parameters are.
    assert worked[0] == 12_249_370
    assert sum(worked) - worked[0] == 48_489
    assert sum(worked[1:4]) == 47_136
    assert worked[-1] == 1_353


@pytest.mark.claim(
    "article", "the app's layers for the tutorial's numbers are the printed ones, but for the length of 20"
)
def test_our_layers_are_the_printed_ones() -> None:
    ours = compute.layers(rows=174_991, categories=41)
    assert [(row.name, row.parameters) for row in ours] == [
        (row.name, row.parameters) for row in PRINTED_LAYERS
    ]
    assert [row.output for row in ours] == [
        tuple(20 if side == 130 else side for side in row.output) for row in PRINTED_LAYERS
    ]


@pytest.mark.claim(
    "article", "184,853 printed rows are 200,853 articles less 16,000 of POLITICS; a fifth of them is 36,971"
)
def test_the_printed_rows() -> None:
    rows = {
        row.step: row.printed
        for row in captions.step_rows(_counts(), Recorded(steps=STEPS, training=None), cut=True)
    }
    assert rows["1 Rows"] == f"{200_853 - 16_000:,}" == "184,853"
    assert rows["4 Texts held out to test"] == f"20 %: {math.ceil(184_853 / 5):,}" == "20 %: 36,971"
    assert rows["4 Word index"] == rows["5 Rows of the Embedding layer"] == "174,991"
    assert rows["5 Parameters"] == "12,297,859"


def _counts(**changes: int) -> compute.StepCounts:
    counts = compute.StepCounts(
        articles=1_200,
        politics=20,
        dropped=0,
        categories=3,
        training_texts=960,
        test_texts=240,
        median_words=9.0,
        median_cleaned_words=5.0,
        word_index=99,
        fused_word_index=150,
    )
    return replace(counts, **changes)


@pytest.mark.claim("article", "the steps' numbers of a file, worked by hand")
def test_the_steps_of_a_file_by_hand(table: pd.DataFrame) -> None:
    counts = count_steps(table, cut=True)
    # cat, win, dog, weep and the unknown word; without a space "winsDogs" is one: cat, winsdogs -> winsdog, weep.
    assert counts.word_index == 5
    assert counts.fused_word_index == 4
    assert (counts.training_texts, counts.test_texts) == (8, 2)
    assert (counts.articles, counts.rows, counts.dropped, counts.politics, counts.categories) == (
        10,
        10,
        0,
        5,
        2,
    )
    assert (counts.median_words, counts.median_cleaned_words) == (5.0, 4.0)
    assert counts.embedding_rows == 6


def test_the_cut_takes_the_first_16_000(monkeypatch: pytest.MonkeyPatch, table: pd.DataFrame) -> None:
    monkeypatch.setattr(compute, "CUT", 3)
    assert compute.cut_rows(table["category"]).tolist() == [False, True] * 3 + [True] * 4
    counts = count_steps(table, cut=True)
    assert (counts.rows, counts.dropped, counts.politics) == (7, 3, 5)
    assert count_steps(table, cut=False).rows == 10
    monkeypatch.setattr(compute, "CUT", 5)  # no more than that: all stay
    assert compute.cut_rows(table["category"]).all()


def test_a_table_of_the_token_ids_is_never_longer_than_they_are() -> None:
    assert _counts(word_index=99_998).embedding_rows == 99_999
    assert _counts(word_index=174_991).embedding_rows == 100_000


def test_one_article_is_too_few(table: pd.DataFrame) -> None:
    with pytest.raises(AnalysisError, match="two articles"):
        count_steps(table.head(1), cut=True)
    count_steps(table.head(2), cut=True)


def test_the_cut_is_the_notebooks() -> None:
    assert CUT == 16_000
    assert captions.politics_cut(_counts(), cut=True).endswith("no more than 16,000: none is dropped.")
    cut = _counts(politics=20_000, dropped=16_000)
    assert captions.politics_cut(cut, cut=True).endswith("loses 16,000 of its 20,000 of POLITICS.")
    assert captions.politics_cut(replace(cut, dropped=0), cut=False).endswith(
        "keeps all its 20,000 of POLITICS."
    )


def test_the_datasets_column_follows_the_switch() -> None:
    dataset = Recorded(steps=STEPS, training=None)
    on, off = (
        {row.step: row.dataset for row in captions.step_rows(_counts(), dataset, cut=cut)}
        for cut in (True, False)
    )
    assert (on["1 Rows"], off["1 Rows"]) == ("900", "1,000")
    assert (on["4 Word index"], off["4 Word index"]) == ("400", "450")
    assert (on["4 Texts held out to test"], off["4 Texts held out to test"]) == ("180", "200")
    # 401 rows of 70, the recurrent layers, 33 weights for each of 7 categories.
    assert on["5 Parameters"] == f"{401 * 70 + 47_136 + 33 * 7:,}"


def test_what_is_missing_of_the_dataset_is_said() -> None:
    part = captions.dataset_part(Recorded(steps=STEPS, training=None))
    assert "1,000 of the 200,853 articles" in part
    assert "The other 199,853 were kept apart" in part
    whole = captions.dataset_part(Recorded(steps=replace(STEPS, articles=200_853), training=None))
    assert "all 200,853 articles" in whole
    assert "kept apart" not in whole


@pytest.mark.claim("article", "joined without a space, the dataset's word index is about twice as long")
def test_the_word_index_without_a_space() -> None:
    steps = recorded()["dataset"].steps
    assert 1.9 < steps.word_index_without_space / steps.word_index < 2.2
    assert captions.word_index(_counts()).endswith("it is 150: 51 more, nearly all of them fused words.")
    assert captions.word_index(_counts(fused_word_index=99)).endswith("is 99: no longer than with one.")


@pytest.mark.claim("article", "99.6 % of the printed parameters are in the Embedding layer")
def test_where_the_parameters_are() -> None:
    assert captions.embedding_share(_counts()).startswith("99.6\u00a0% of the printed parameters")
    assert round(100 * 12_249_370 / 12_297_859, 1) == 99.6
    own = 100 * 70 / (100 * 70 + 47_136 + 33 * 3)
    assert f"{100 * own:.1f}\u00a0%" in captions.embedding_share(_counts())
    *_, total = captions.layer_lines(_counts())
    assert (total.printed, total.file) == (12_297_859, 100 * 70 + 47_136 + 33 * 3)


def test_what_is_said_of_a_training() -> None:
    sentence = captions.training(TRAINING)
    assert sentence.startswith("Early stopping ended it after epoch 3, and the weights of epoch 2 came back.")
    assert "accuracy 52.0\u00a0%: less than a linear model" in sentence
    longer = captions.training(replace(TRAINING, most_epochs=3, linear_model=0.5))
    assert longer.startswith("It ran for all 3 epochs that it was allowed")
    assert "more than a linear model" in longer
    equal = captions.training(replace(TRAINING, linear_model=0.52))
    assert "as much as a linear model" in equal


@pytest.mark.claim(
    "article", "the recorded trainings kept the epoch of the lowest validation loss, as the checkpoint did"
)
@pytest.mark.parametrize("name", [name for name, numbers in recorded().items() if numbers.training])
def test_the_recorded_trainings(name: str) -> None:
    training = present(recorded()[name].training)
    steps = recorded()[name].steps
    assert training.training_texts + training.test_texts == steps.rows
    assert training.test_texts == math.ceil(steps.rows / 5)
    assert training.embedding_rows == min(steps.word_index + 1, 100_000)
    layers = compute.layers(rows=training.embedding_rows, categories=steps.categories)
    assert training.parameters == sum(row.parameters for row in layers)
    assert training.checkpoint_accuracy == training.test_accuracy
    assert training.epochs[training.best_epoch - 1].val_loss == min(
        epoch.val_loss for epoch in training.epochs
    )
    assert training.most_frequent_category < training.test_accuracy < 1
    assert len(training.epochs) <= training.most_epochs


def test_the_chart_draws_each_epoch_and_both_baselines() -> None:
    figure = accuracy_chart(TRAINING)
    training, validation, kept = figure.data
    assert (list(training.y), list(validation.y)) == ([0.3, 0.5, 0.7], [0.4, 0.55, 0.5])
    assert (list(kept.x), list(kept.y)) == ([2], [0.55])
    assert sorted(line.y0 for line in figure.layout.shapes if line.name == BASELINE_NAME) == [0.1, 0.6]
    assert figure.layout.title.text == "52.0\u00a0% of the test part correct after epoch 2"


@pytest.mark.claim(
    "article", "each of the ten faults is mended in the code, the missing cut and the third part besides"
)
def test_every_fault_has_its_mend() -> None:
    assert set(captions.MENDS) == {*NAMES, "politics", "validation"}
    assert f"{74_991 * 70:,} parameters fewer" in captions.MENDS["rows"][1]


def test_the_takeaways_say_the_recorded_numbers() -> None:
    text = captions.takeaways(_counts(), TRAINING)
    assert "52.0\u00a0% of them are answered correctly, and a linear model answers 60.0\u00a0%." in text
    assert "99.6\u00a0% of the tutorial's parameters" in text
    assert np.all([line.startswith("- ") for line in text.splitlines()])
