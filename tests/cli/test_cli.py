"""The command line's contract: verbs, JSON keys, exit status, one line for a mistake."""

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from core import paths
from core.__main__ import main
from core.cli import train
from core.cli.train import OWNER
from core.cli.train_output import report
from core.files import sha256
from core.insight import artifacts
from core.model.classifier import Classifier
from core.news.news import read_news
from core.news.reading import Reading
from core.runs import news_jobs
from core.runs.run import Run
from core.runs.run_store import RunStore
from core.settings.network import NetworkSettings, RecurrentLayer
from core.settings.presets import PRESETS
from core.text.cleaning import CleaningSettings
from tests.classifiers import random_classifier
from tests.insight.held_out_parts import held_out_part, random_held_out
from tests.pages.opening import end_run
from tests.present import present
from tests.runs.queued_runs import interrupt
from tests.text.headlines import HEADLINES


def small_classifier() -> Classifier:
    network = NetworkSettings(
        vocabulary_size=20, sequence_length=6, embedding_size=4, layers=(RecurrentLayer(units=3),)
    )
    return random_classifier(
        network,
        labels=("ANIMALS", "HOMES", "SPORTS"),
        cleaning=CleaningSettings(),
        known=("the", "cat", "sat", "on", "a", "mat"),
    )


def _json(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    """The last line printed, after the verb has ended well."""
    status = main([*arguments, "--json"])
    printed = capsys.readouterr()
    assert status == 0, printed.err
    record: dict[str, Any] = json.loads(printed.out.splitlines()[-1])
    return record


def _mistake(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The one line on standard error."""
    status = main(list(arguments))
    printed = capsys.readouterr()
    assert status == 2
    assert printed.out == ""
    (line,) = printed.err.splitlines()
    return line


def test_check_counts(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    news = tmp_path / "news.json"
    news.write_text(
        '{"category": "A", "headline": "one"}\n{"category": "B", "headline": "two"}\nnot json\n',
        encoding="utf-8",
    )
    record = _json(capsys, "check", str(news))
    assert {"rows", "rejected", "categories", "fingerprint", "seconds"} <= set(record)
    assert record["language"] == "en"
    assert (record["rows"], record["rejected"], record["categories"]) == (2, 1, 2)
    assert len(str(record["fingerprint"])) == 64


def test_a_file_that_is_no_text_is_shown_without_an_encoding(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    news = tmp_path / "news.parquet"
    pd.DataFrame({"headline": ["the cat sat", "a mat", "on it"], "category": list("ABA")}).to_parquet(news)
    assert _json(capsys, "check", str(news))["encoding"] == ""
    small_classifier().save(tmp_path / "model")
    for arguments in (["check", str(news)], ["predict", str(tmp_path / "model"), "--file", str(news)]):
        assert main(arguments) == 0
        printed = " ".join(capsys.readouterr().err.split())
        assert "UTF-8" not in printed
        assert ", ;" not in printed
        assert ", :" not in printed


def test_check_for_a_person_names_the_rejected_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    news = tmp_path / "news.json"
    news.write_text('{"category": "[red]A", "headline": "one"}\nnot json\n', encoding="utf-8")
    assert main(["check", str(news)]) == 0
    printed = capsys.readouterr()
    assert "[red]A" in printed.out  # user text is never markup
    assert "line 2" in printed.err


def test_predict_answers_each_headline_in_order(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    classifier = small_classifier()
    classifier.save(tmp_path / "model")
    word = classifier.vocabulary.words[0]
    assert main(["predict", str(tmp_path / "model"), word, "zzz", "--json"]) == 0
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert set(first) == {"label", "probability", "ranking", "unknown"}
    assert (first["unknown"], second["unknown"]) == ([], ["zzz"])
    expected = classifier.predict([word])[0]
    assert (first["label"], first["probability"]) == (expected.label, expected.probability)
    assert sum(chance for _, chance in first["ranking"]) == pytest.approx(1.0)


def test_predict_reads_standard_input(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_classifier().save(tmp_path / "model")
    monkeypatch.setattr("sys.stdin", io.StringIO("one\ntwo\n"))
    assert main(["predict", str(tmp_path / "model"), "--json"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_predict_answers_each_row_of_a_file_beside_all_its_columns(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    classifier = small_classifier()
    classifier.save(tmp_path / "model")
    file = tmp_path / "mine.csv"
    rows = ["id;title;summary", "7;Le chat est au café;the cat sat", "8;;", "9;On a mat;the cat"]
    file.write_bytes("\n".join(rows).encode("cp1252"))
    assert main(["predict", str(tmp_path / "model"), "--file", str(file), "--json"]) == 0
    printed = capsys.readouterr()
    answers = [json.loads(line) for line in printed.out.splitlines()]
    assert [answer["row"]["id"] for answer in answers] == ["7", "8", "9"]
    assert answers[0]["row"]["title"] == "Le chat est au café"
    first, third = classifier.predict(["Le chat est au café", "On a mat"], ["the cat sat", "the cat"])
    assert [answer["label"] for answer in answers] == [first.label, None, third.label]
    assert answers[2]["probability"] == pytest.approx(third.probability)
    assert "headline from title, description from summary" in " ".join(printed.err.split())
    assert "1 row gets no answer; line 3: title is empty" in " ".join(printed.err.split())
    assert main(["predict", str(tmp_path / "model"), "--file", str(file)]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2
    capsys.readouterr()
    options = ("--column", "headline=summary", "--encoding", "cp1252", "--json")
    assert main(["predict", str(tmp_path / "model"), "--file", str(file), *options]) == 0
    printed = capsys.readouterr()
    assert "headline from summary" in printed.err
    assert "description" not in printed.err
    (by_summary,) = classifier.predict(["the cat sat"])
    assert json.loads(printed.out.splitlines()[0])["probability"] == pytest.approx(by_summary.probability)
    assert "not both" in _mistake(capsys, "predict", str(tmp_path / "model"), "x", "--file", str(file))


def test_bytes_that_are_no_text_are_said_or_replaced(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_classifier().save(tmp_path / "model")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"one\n\xff\n"), encoding="utf-8"))
    assert "not UTF-8" in _mistake(capsys, "predict", str(tmp_path / "model"))
    # How Python hands over an argument with such a byte.
    assert _json(capsys, "predict", str(tmp_path / "model"), "caf\udce9")["unknown"] == ["caf", "?"]


def test_a_file_name_is_no_markup_on_the_progress_bar(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    news = tmp_path / "[b]a[b].json"
    news.write_bytes(paths.SAMPLE.read_bytes())
    screen = io.StringIO()
    monkeypatch.setattr("core.cli.console.console", Console(file=screen, force_terminal=True, width=120))
    assert main(["check", str(news), "--json"]) == 0
    assert "Reading [b]a[b].json" in screen.getvalue()


def test_explain_tells_words_salience_and_a_ranking_after_every_word(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    classifier = small_classifier()
    classifier.save(tmp_path / "mine")
    record = _json(capsys, "explain", str(tmp_path / "mine"), "The cat zebra")
    assert {"words", "salience", "prefixes"} <= set(record)
    assert record["words"] == ["the", "cat", "zebra"]
    assert len(record["salience"]) == len(record["prefixes"]) == 3
    for prefix, ranking in zip(("the", "the cat", "the cat zebra"), record["prefixes"], strict=True):
        (alone,) = classifier.predict([prefix])
        assert [label for label, _ in ranking] == [label for label, _ in alone.ranking]
        assert dict(map(tuple, ranking)) == pytest.approx(dict(alone.ranking), abs=1e-5)
    assert record["label"] == record["prefixes"][-1][0][0]
    other = _json(capsys, "explain", str(tmp_path / "mine"), "The cat zebra", "--method", "leave-one-out")
    assert other["salience"] != record["salience"]
    assert main(["explain", str(tmp_path / "mine"), "The cat [bold]"]) == 0
    assert "[" in capsys.readouterr().out  # no markup
    assert _json(capsys, "explain", str(tmp_path / "mine"), " ")["prefixes"] == []
    assert "--method must be one of" in _mistake(
        capsys, "explain", str(tmp_path / "mine"), "x", "--method", "guess"
    )


def test_evaluate_scores_the_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    classifier = small_classifier()
    classifier.save(tmp_path / "model")
    words = classifier.vocabulary.words[:3]
    right = [classifier.predict([word])[0].label for word in words]
    wrong = next(label for label in classifier.labels if label != right[2])
    news = tmp_path / "news.json"
    articles = [*zip(words, [right[0], right[1], wrong], strict=True), ("any", "A CATEGORY NEVER SEEN")]
    news.write_text(
        "".join(json.dumps({"headline": word, "category": label}) + "\n" for word, label in articles),
        encoding="utf-8",
    )
    record = _json(capsys, "evaluate", str(tmp_path / "model"), str(news))
    assert {"rows", "accuracy", "top3_accuracy", "macro_f1", "seconds"} <= set(record)
    assert (record["rows"], record["accuracy"]) == (3, 2 / 3)
    assert record["never_predicted"] == ([] if wrong in right[:2] else [wrong])


def test_evaluate_accounts_for_every_row_given(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    small_classifier().save(tmp_path / "model")
    rows = [("cat", "Animals"), ("mat", "homes"), ("sat", "SPORTS"), ("on", "Politics"), ("a", "Politics")]
    lines = [json.dumps({"headline": word, "category": label}) for word, label in rows]
    news = tmp_path / "news.json"
    news.write_text("\n".join([*lines, "no json", "{}"]), encoding="utf-8")
    assert main(["evaluate", str(tmp_path / "model"), str(news), "--json"]) == 0
    printed = capsys.readouterr()
    record = json.loads(printed.out.splitlines()[-1])
    assert (record["rows_given"], record["rows_scored"], record["rows"], record["rows_left_out"]) == (
        7,
        3,
        3,
        4,
    )
    assert sum(group["rows"] for group in record["left_out"]) == 4
    assert record["unmatched_labels"] == {"Politics": 2}
    assert record["matched_labels"] == {"Animals": "ANIMALS", "homes": "HOMES"}
    assert "7 rows given, 3 scored, 4 left out:" in printed.err
    assert "2 of category 'Politics'" in " ".join(printed.err.split())


@pytest.mark.parametrize("inside", ["", "classifier"])
def test_evaluate_knows_the_names_that_the_run_s_numbers_got(
    inside: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    classifier = small_classifier()
    names = tuple((str(number), label) for number, label in enumerate(classifier.labels, start=1))
    run = RunStore(paths.runs()).create(
        PRESETS["quick"],
        news=paths.SAMPLE,
        news_name="n.csv",
        fingerprint="0" * 64,
        owner=OWNER,
        reading=Reading(category_names=names),
    )
    classifier.save(run.classifier_folder)
    news = tmp_path / "news.csv"
    news.write_text("headline,category\nthe cat sat,1\na mat,2\non the mat,1\nno cat,9\n", encoding="utf-8")
    record = _json(capsys, "evaluate", str(run.folder / inside), str(news))
    assert (record["rows"], record["unmatched_labels"]) == (3, {"9": 1})
    assert record["matched_labels"] == dict(names[:2])
    named = replace(classifier, card=replace(classifier.card, given_names=names))
    named.save(tmp_path / "named")
    assert main(["export", str(tmp_path / "named"), str(tmp_path / "named.zip")]) == 0
    assert main(["import", str(tmp_path / "named.zip"), str(tmp_path / "brought")]) == 0
    capsys.readouterr()
    assert _json(capsys, "evaluate", str(tmp_path / "brought"), str(news))["matched_labels"] == dict(
        names[:2]
    )
    classifier.save(tmp_path / "alone")
    assert "No article of news.csv" in _mistake(capsys, "evaluate", str(tmp_path / "alone"), str(news))


def test_evaluate_of_a_file_without_categories_names_the_verb_that_needs_none(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    small_classifier().save(tmp_path / "model")
    news = tmp_path / "news.csv"
    rows = [f"{n},The cat sat on mat number {n} of the day" for n in range(30)]
    news.write_text("\n".join(["id,headline", *rows]), encoding="utf-8")
    mistake = _mistake(capsys, "evaluate", str(tmp_path / "model"), str(news))
    assert "Which column of news.csv holds the category?" in mistake
    assert mistake.endswith(f"predict {tmp_path / 'model'} --file {news}")
    assert main(["predict", str(tmp_path / "model"), "--file", str(news)]) == 0


def test_evaluate_knows_categories_that_were_learnt_as_one(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    plain = small_classifier()
    merged = (("CATS", "ANIMALS"), ("DOGS", "ANIMALS"))
    replace(plain, card=replace(plain.card, merged=merged)).save(tmp_path / "mine")
    headlines = ["the cat sat", "a mat", "on the mat", "sat on a cat"]
    categories = ["CATS", "DOGS", "SPORTS", "HOMES"]
    news = tmp_path / "news.json"
    rows = [{"category": c, "headline": h} for c, h in zip(categories, headlines, strict=True)]
    news.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    record = _json(capsys, "evaluate", str(tmp_path / "mine"), str(news))
    truth = ["ANIMALS", "ANIMALS", "SPORTS", "HOMES"]
    right = [one.label == label for one, label in zip(plain.predict(headlines), truth, strict=True)]
    assert record["rows"] == 4
    assert record["accuracy"] == pytest.approx(sum(right) / 4)


def test_evaluate_joins_headline_and_description_as_training_did(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The article's printed code joins them without a blank: "the" and "cat" become the one word "thecat"."""
    printed = CleaningSettings(steps=("lower_case",), as_printed=True)
    classifier = replace(small_classifier(), cleaning=printed)
    pairs = [(one, other) for one in ("the", "cat", "sat") for other in ("on", "a", "mat")]
    labels = [one.label for one in classifier.predict(*map(list, zip(*pairs, strict=True)))]
    apart = [one.label for one in classifier.predict([f"{one} {other}" for one, other in pairs])]
    assert labels != apart
    classifier.save(tmp_path / "model")
    news = tmp_path / "news.json"
    news.write_text(
        "".join(
            json.dumps({"headline": one, "short_description": other, "category": label}) + "\n"
            for (one, other), label in zip(pairs, labels, strict=True)
        ),
        encoding="utf-8",
    )
    assert _json(capsys, "evaluate", str(tmp_path / "model"), str(news))["accuracy"] == 1.0


def test_a_classifier_is_exported_and_imported_again(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["export", str(paths.STARTER), str(tmp_path / "a.zip"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["bytes"] == (tmp_path / "a.zip").stat().st_size
    assert main(["import", str(tmp_path / "a.zip"), str(tmp_path / "in"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["labels"] == 41
    assert main(["import", str(tmp_path / "a.zip"), str(tmp_path / "in")]) == 2
    (tmp_path / "b.zip").write_bytes(b"\x80\x04 pickle")
    assert main(["import", str(tmp_path / "b.zip"), str(tmp_path / "other")]) == 2
    assert "a Python pickle" in capsys.readouterr().err
    assert not (tmp_path / "other").exists()


def test_a_runs_folder_is_exported_as_its_classifiers_is(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    small_classifier().save(tmp_path / "run" / "classifier")
    assert _json(capsys, "export", str(tmp_path / "run"), str(tmp_path / "run.zip"))["bytes"]
    assert _json(capsys, "export", str(tmp_path / "run" / "classifier"), str(tmp_path / "own.zip"))["bytes"]
    with ZipFile(tmp_path / "run.zip") as one, ZipFile(tmp_path / "own.zip") as other:
        assert {name: one.read(name) for name in one.namelist()} == {
            name: other.read(name) for name in other.namelist()
        }


def test_train_names_the_categories_that_are_never_predicted(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """HOMES: ten articles of the test part, all called ANIMALS."""
    run = interrupted_run(tmp_path)
    classifier = small_classifier()
    end_run(run, classifier)
    y = np.repeat([0, 1, 2], 10)
    test = held_out_part(y, np.eye(3)[np.where(y == 1, 0, y)] * 3)
    replace(random_held_out(3), test=test).save(run.classifier_folder)
    result = present(run.result())
    report(run, result, None, classifier=run.classifier_folder, as_json=True)
    assert json.loads(capsys.readouterr().out)["never_predicted"] == ["HOMES"]
    report(run, result, None, classifier=run.classifier_folder, as_json=False)
    printed = " ".join(capsys.readouterr().out.split())
    assert "got no article in “HOMES” right" in printed
    assert "--set class_weight=balanced" in printed


@pytest.mark.slow
def test_train_saves_a_classifier_that_predicts(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, storage: Path
) -> None:
    out = tmp_path / "model"
    options = ("--preset", "quick", "--epochs", "1", "--sample", "2000", "--seed", "3", "--out", str(out))
    record = _json(capsys, "train", str(paths.SAMPLE), *options)
    assert set(record) == {
        "run",
        "rows",
        "words",
        "epochs",
        "seconds",
        "validation_accuracy",
        "test_accuracy",
        "test_macro_f1",
        "settings",
        "never_predicted",
    }
    assert (record["rows"], record["epochs"]) == (2000, 1)
    assert Path(str(record["run"])).parent == storage / "runs"
    again = _json(capsys, "evaluate", str(record["run"]), str(paths.SAMPLE))
    assert again["rows"] == 8000
    assert _json(capsys, "predict", str(out), "council backs team")["label"]
    assert "baselines" not in record  # it was not asked
    # It has ended: there is nothing to resume.
    line = _mistake(capsys, "train", str(paths.SAMPLE), "--resume", str(record["run"]))
    assert "finished" in line


@pytest.mark.slow
def test_a_run_goes_on_with_its_own_file_when_none_is_given(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run = interrupted_run(tmp_path)
    record = _json(capsys, "train", "--resume", str(run.folder))
    assert record["run"] == str(run.folder)
    assert (record["rows"], record["epochs"]) == (1000, 1)


def test_a_run_whose_file_is_gone_is_left_as_it_is(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run = interrupted_run(tmp_path)
    run.news.unlink()
    assert str(run.news) in _mistake(capsys, "train", "--resume", str(run.folder))
    assert run.status() == "interrupted"


def interrupted_run(folder: Path) -> Run:
    """A run of one epoch on 1,000 articles of the sample, whose process was lost before it learnt anything."""
    news = folder / "news.json.gz"
    news.write_bytes(paths.SAMPLE.read_bytes())
    settings = PRESETS["quick"].with_setting("epochs", "1").with_setting("articles", "1000")
    run = RunStore(paths.runs()).create(
        settings, news=news, news_name=news.name, fingerprint=sha256(news), owner=OWNER
    )
    interrupt(run)
    return run


@pytest.mark.long
@pytest.mark.slow
def test_train_learns_from_one_file_and_is_scored_on_the_other(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    rows = [
        {"Title": f"the cat sat {n}" if n % 2 else f"a mat is on {n}", "Label": "Pets" if n % 2 else "Home"}
        for n in range(60)
    ]
    train, test = tmp_path / "train.jsonl", tmp_path / "test.jsonl"
    train.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    scored = [row | {"Label": f" {row['Label'].upper()}"} for row in rows[:12]]
    scored += [{"Title": "vote", "Label": "Politics"}] * 3
    test.write_text("\n".join([*map(json.dumps, scored), "no json"]), encoding="utf-8")
    arguments = ("train", str(train), "--test", str(test), "--epochs", "1", "--baselines", "--json")
    assert main(list(arguments)) == 0
    printed = capsys.readouterr()
    record = json.loads(printed.out.splitlines()[-1])
    assert (record["test_rows_given"], record["test_rows_scored"], record["rows"]) == (16, 12, 72)
    assert [(group.get("category"), group["rows"]) for group in record["test_left_out"]] == [
        ("Politics", 3),
        (None, 1),
    ]
    assert "16 rows given, 12 scored, 4 left out" in " ".join(printed.err.split())
    # The same articles on the command line and by the jobs of the pages.
    again = _json(capsys, "evaluate", record["run"], str(test))
    assert (again["rows"], again["accuracy"]) == (12, record["test_accuracy"])
    folder = Path(record["run"]) / "classifier"
    stored, found_again = artifacts.read(folder, "held_out"), news_jobs.held_out(folder, lambda *_: None)
    for name in ("test/y", "test/ids", "validation/y", "training_counts"):
        assert np.array_equal(stored[name], found_again[name])
    assert len(stored["validation/y"]) == 60 * record["settings"]["validation_share"] == 6
    linear = news_jobs.linear(folder, lambda *_: None)
    assert linear["linear/accuracy"] == record["baselines"]["linear"]["test_accuracy"]


@pytest.mark.long
@pytest.mark.slow
def test_train_with_baselines_adds_them_and_nothing_else(
    capsys: pytest.CaptureFixture[str], storage: Path
) -> None:
    options = ("--epochs", "1", "--sample", "1000", "--baselines")
    record = _json(capsys, "train", str(paths.SAMPLE), *options)
    baselines = record["baselines"]
    assert isinstance(baselines, dict)
    assert list(baselines) == ["majority", "linear"]
    for scores in baselines.values():
        assert set(scores) == {"validation_accuracy", "test_accuracy", "test_macro_f1", "seconds"}
    assert baselines["linear"]["test_accuracy"] > baselines["majority"]["test_accuracy"]
    assert len(record) == 11  # the ten of a run that was not asked, and this


@pytest.mark.long
@pytest.mark.slow
def test_train_with_folds_scores_every_article_once(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, storage: Path
) -> None:
    options = ("--epochs", "1", "--sample", "300", "--folds", "3", "--out", str(tmp_path / "model"))
    record = _json(capsys, "train", str(paths.SAMPLE), *options)
    folds = record["folds"]
    assert set(folds) == {"articles", "each", "mean", "low", "high", "spread", "majority"}
    assert folds["articles"] == record["rows"] == 300
    assert len(folds["each"]) == 3
    assert folds["mean"] == pytest.approx(np.mean(folds["each"]))  # 100 articles each
    assert folds["low"] < folds["mean"] < folds["high"]
    assert folds["mean"] > folds["majority"]
    assert not (tmp_path / "model" / artifacts.FOLDER).exists()  # what folds are of stays on the server
    (run,) = RunStore(paths.runs()).of_owner(OWNER)
    assert run.settings.preset == "quick"
    assert run.settings.training.folds == 3
    line = _mistake(capsys, "train", "--resume", str(run.folder), "--folds", "3")
    assert "for a new run" in line


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("check", "no-such-file.json"), "no-such-file.json"),
        (("train", "no-such-file.json"), "no-such-file.json"),
        (("train", str(paths.SAMPLE), "--preset", "huge"), "article, quick, best"),
        (("train", str(paths.SAMPLE), "--unit", "letters"), "words, characters, words and pairs"),
        (("train", str(paths.SAMPLE), "--unit", "words", "--resume", "nowhere"), "are for a new run"),
        (("train", str(paths.SAMPLE), "--set", "readers"), "--set takes NAME=VALUE"),
        (("train", str(paths.SAMPLE), "--set", "readers=two"), "ensemble_size must be a whole number"),
        (("train", str(paths.SAMPLE), "--set", "colour=red"), "no setting 'colour'"),
        (("train", str(paths.SAMPLE), "--epochs", "0"), "epochs must be from 1 to 100"),
        (("train", str(paths.SAMPLE), "--epochs", "many"), "valid integer"),
        (("train", str(paths.SAMPLE), "--resume", "nowhere"), "no run"),
        (("train", "--resume", "nowhere"), "no run"),
        (("train", "--test", "x.json", "--resume", "nowhere"), "--test is for a new run"),
        (("train", str(paths.SAMPLE), "--test", "no-such-file.json"), "no-such-file.json"),
        (("train",), "Give the news FILE to train on, or a run to go on with: --resume DIR"),
        (("train", "--preset", "quick"), "Give the news FILE"),
        (("train", str(paths.SAMPLE), "--out", str(paths.SAMPLE)), "sample_news.json.gz"),
        (("train", str(paths.SAMPLE), "--seed", "9" * 400), "seed must be from 0"),
        (("predict", "no-such-model", "hello"), "no-such-model"),
        (("evaluate", "no-such-model", str(paths.SAMPLE)), "no-such-model"),
        (("dance",), "dance"),
        (("check",), "FILE"),
        (("check", "--colour"), "--colour"),
    ],
)
def test_a_mistake_is_one_line_and_exit_2(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], says: str
) -> None:
    assert says in _mistake(capsys, *arguments)


def test_a_run_that_memory_cannot_hold_is_refused(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.runs.memory_budget.total_bytes", lambda: 2**20)
    assert main(["train", str(paths.SAMPLE), "--preset", "quick"]) == 2
    assert "of memory, and this machine has 0.0" in capsys.readouterr().err
    assert not paths.runs().exists()


def test_a_file_in_german_is_checked_and_learnt_as_german(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, storage: Path
) -> None:
    file = tmp_path / "news.json"
    rows = [{"headline": text, "category": "AB"[n % 2]} for n, text in enumerate(HEADLINES["de"] * 4)]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert _json(capsys, "check", str(file))["language"] == "de"
    settings = train._settings(
        "article",
        read_news(file),
        epochs=None,
        sample=0,
        seed=None,
        tokenization=None,
        changes=("batch_size=5",),
        baselines=False,
        folds=7,
    )
    assert settings.training.folds == 7
    assert settings.cleaning == PRESETS["article"].with_language("de").cleaning
    assert settings.training.epochs > PRESETS["article"].training.epochs  # few articles
    assert settings.training.batch_size == 5  # and not the fitted one
