"""What the presets learn from the files of ../shared/cases and from made-up ones of their kinds, by the command line.

The values are those that the README there wants. Each test trains once or twice, for seconds.
"""

import json
import random
from pathlib import Path
from typing import Any

import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from core.__main__ import main
from core.news.news import read_news
from tests.news.case_files import rows, shared, to_csv, to_json_lines, to_zip

pytestmark = [pytest.mark.slow, pytest.mark.long]


class Lab:
    """The command line, as a person uses it."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def run(self, *arguments: object) -> dict[str, Any]:
        """The last line that the verb prints, after it has ended well."""
        status = main([*map(str, arguments), "--json"])
        printed = self.capsys.readouterr()
        assert status == 0, printed.err
        record: dict[str, Any] = json.loads(printed.out.splitlines()[-1])
        return record

    def refusal(self, *arguments: object) -> str:
        """What the verb says when it ends with a mistake of the user's."""
        assert main([*map(str, arguments)]) == 2
        return self.capsys.readouterr().err

    def accuracy(self, train: Path, test: Path, *options: object) -> float:
        """The share of ``test`` that is classified right after training on ``train``."""
        record = self.run("train", train, "--seed", 1, *options)
        return float(self.run("evaluate", record["run"], test)["accuracy"])


@pytest.fixture
def lab(capsys: pytest.CaptureFixture[str]) -> Lab:
    return Lab(capsys)


def linear(train: Path, test: Path) -> float:
    """The accuracy of a linear model on words, trained on all of ``train``."""
    parts = [read_news(path).table for path in (train, test)]
    model = make_pipeline(TfidfVectorizer(token_pattern=r"\S+"), LogisticRegression(C=10, max_iter=1_000))
    model.fit(parts[0]["text"], parts[0]["category"].astype(str))
    return float(model.score(parts[1]["text"], parts[1]["category"].astype(str)))


def written(path: Path, content: str) -> Path:
    path.write_text(content, encoding="utf-8")
    return path


def made(path: Path, number: int, *, seed: int, language: str = "en") -> Path:
    values = [(row.headline, row.category) for row in rows(number, seed=seed, language=language)]
    return written(path, to_csv(("title", "label"), values))


# -- 16, 17, 20: scripts ---------------------------------------------------------------------


@pytest.mark.parametrize("preset", ["quick", "article"])
def test_pairs_that_differ_in_a_vowel_sign_are_learnt(preset: str, lab: Lab) -> None:
    record = lab.run("train", shared("16-hindi/pairs.jsonl"), "--preset", preset, "--seed", 1)
    assert record["test_accuracy"] == 1


def test_other_pairs_that_differ_in_a_mark_are_learnt(lab: Lab, tmp_path: Path) -> None:
    """Bengali, Tamil and Thai words that differ in one sign, among numbers that tell nothing."""
    draw = random.Random(5)
    sides = (("কথা", "பல", "ปา", "দিন"), ("কাথা", "பால்", "ป่า", "দীন"))
    values = []
    for _ in range(300):
        side = draw.randrange(2)
        values.append(
            (f"{draw.randrange(500)} {draw.choice(sides[side])} {draw.randrange(500)}", f"side {side}")
        )
    path = written(tmp_path / "pairs.csv", to_csv(("text", "label"), values))
    assert lab.run("train", path, "--preset", "quick", "--seed", 1)["test_accuracy"] == 1


@pytest.mark.parametrize("name", ["chinese", "unique"])
def test_chinese_is_learnt_by_quick_alone(name: str, lab: Lab) -> None:
    record = lab.run("train", shared(f"20-chinese/{name}.jsonl"), "--preset", "quick", "--seed", 1)
    assert record["test_accuracy"] >= 0.95


@pytest.mark.parametrize("language", ["ja", "zh"])
def test_another_script_without_blanks_is_learnt_by_quick_alone(
    language: str, lab: Lab, tmp_path: Path
) -> None:
    """Each headline has a number of its own, so that no two are one word."""
    values = [
        (f"{row.headline}第{at}回" if at % 2 else f"{at}年{row.headline}", row.category)
        for at, row in enumerate(rows(300, language=language))
    ]
    path = written(tmp_path / "unspaced.csv", to_csv(("title", "label"), values))
    assert lab.run("train", path, "--preset", "quick", "--seed", 1)["test_accuracy"] >= 0.95


# -- 23: negation ----------------------------------------------------------------------------


@pytest.mark.parametrize("preset", ["quick", "article"])
def test_negations_are_learnt(preset: str, lab: Lab) -> None:
    record = lab.run("train", shared("23-negation/negation.jsonl"), "--preset", preset, "--seed", 1)
    assert record["test_accuracy"] >= 0.95


# -- 25, 26: few articles, small categories ----------------------------------------------------


@pytest.mark.parametrize("name", ["n200", "n500", "two_categories"])
def test_few_articles_are_learnt_as_well_as_by_a_linear_model(name: str, lab: Lab) -> None:
    train, test = shared(f"25-small/{name}.jsonl"), shared("25-small/test300.jsonl")
    # Of a test file, evaluate scores the categories that the classifier knows; the linear model gets the same rows.
    assert lab.accuracy(train, test, "--preset", "quick") >= 0.99


@pytest.mark.parametrize("number", [80, 150])
def test_another_few_articles_are_learnt_as_well_as_by_a_linear_model(
    number: int, lab: Lab, tmp_path: Path
) -> None:
    train, test = made(tmp_path / "train.csv", number, seed=1), made(tmp_path / "test.csv", 300, seed=2)
    assert lab.accuracy(train, test, "--preset", "quick") >= linear(train, test)


def test_a_small_category_is_named_with_class_weights(lab: Lab) -> None:
    train, test = shared("26-imbalance/imb.jsonl"), shared("26-imbalance/bal_test.jsonl")
    weighted = lab.accuracy(train, test, "--preset", "quick", "--set", "class_weight=balanced")
    assert weighted >= 0.9


def test_another_small_category_is_named_with_class_weights(lab: Lab, tmp_path: Path) -> None:
    all_rows = rows(1_200, seed=3)
    music = [row for row in all_rows if row.category == "MUSIC"]
    garden = [row for row in all_rows if row.category == "GARDEN"]
    values = [(f"{row.headline} {at}", row.category) for at, row in enumerate([*music[:200], *garden[:12]])]
    train = written(tmp_path / "train.csv", to_csv(("title", "label"), values))
    balanced = [(row.headline, row.category) for row in [*music[200:250], *garden[100:150]]]
    test = written(tmp_path / "test.csv", to_csv(("title", "label"), balanced))
    weighted = lab.accuracy(train, test, "--preset", "quick", "--set", "class_weight=balanced")
    assert weighted >= 0.9


# -- 06, 27: a test file of one's own ------------------------------------------------------------


def test_every_row_of_a_test_file_is_accounted_for(lab: Lab) -> None:
    run = lab.run("train", shared("27-own-test/train.jsonl"), "--preset", "quick", "--seed", 1)["run"]
    unseen = lab.run("evaluate", run, shared("27-own-test/test_unseen.jsonl"))
    assert (unseen["rows_given"], unseen["rows_scored"], unseen["rows_left_out"]) == (120, 96, 24)
    assert unseen["unmatched_labels"] == ["BUSINESS"] or "BUSINESS" in json.dumps(unseen["unmatched_labels"])
    folded = lab.run("evaluate", run, shared("27-own-test/test_case.jsonl"))
    assert (folded["rows_given"], folded["rows_scored"], folded["rows_left_out"]) == (60, 60, 0)
    assert folded["accuracy"] >= 0.95
    assert "category" in lab.refusal("evaluate", run, shared("27-own-test/test_unlabelled.csv"))


def test_every_row_of_another_test_file_is_accounted_for(lab: Lab, tmp_path: Path) -> None:
    train = made(tmp_path / "train.csv", 200, seed=1)
    values: list[dict[str, object]] = [
        {"text": row.headline, "label": f" {row.category.lower()}" if at % 2 else row.category.title()}
        for at, row in enumerate(rows(60, seed=2))
    ]
    values += [dict[str, object](text="The chef bakes bread", label="food")] * 7
    values += [dict[str, object](text=None, label="music")] * 3
    test = written(tmp_path / "test.jsonl", to_json_lines(values))
    run = lab.run("train", train, "--preset", "quick", "--seed", 1)["run"]
    record = lab.run("evaluate", run, test)
    assert (record["rows_given"], record["rows_scored"], record["rows_left_out"]) == (70, 60, 10)
    assert sum(group["rows"] for group in record["left_out"]) == 10
    with_test = lab.run("train", train, "--preset", "quick", "--seed", 1, "--test", test)
    assert with_test["test_accuracy"] == record["accuracy"]


def test_a_zip_of_train_and_test_is_scored_on_its_test_file(lab: Lab, tmp_path: Path) -> None:
    """The test file's labels are wrong on purpose: only that file gives this accuracy."""
    good = [(row.headline, row.category) for row in rows(200, seed=1)]
    turned = {"MUSIC": "GARDEN", "GARDEN": "MUSIC", "WEATHER": "TRAFFIC", "TRAFFIC": "WEATHER"}
    bad = [(row.headline, turned[row.category]) for row in rows(40, seed=2)]
    columns = ("headline", "category")
    path = tmp_path / "set.zip"
    path.write_bytes(to_zip({"train.csv": to_csv(columns, good), "test.csv": to_csv(columns, bad)}))
    record = lab.run("train", path, "--preset", "quick", "--seed", 1)
    assert record["test_accuracy"] <= 0.05
    record = lab.run("train", shared("06-two-csv-zip/archive.zip"), "--preset", "quick", "--seed", 1)
    assert record["test_accuracy"] >= 0.95


# -- 07, 08: prediction reads as the training did --------------------------------------------------


def test_check_names_how_a_file_is_read(lab: Lab) -> None:
    record = lab.run("check", shared("07-cp1252/excel.csv"))
    assert (record["kept"], record["rejected"]) == (200, 0)
    assert record["encoding"] == "cp1252"
    record = lab.run("check", shared("04-number-category/float.csv"))
    assert (record["kept"], record["rejected"]) == (190, 10)
    assert sum(record["rejected_reasons"].values()) == 10
    record = lab.run("check", shared("03-text-label/bbc_kaggle.csv"))
    assert record["unused_columns"] == ["ArticleId"]
    record = lab.run("check", shared("11-dayfirst/dmy.csv"), "--dates", "month-first")
    assert record["date_format"] == "month-first"
