"""Each benchmark on tiny data: it runs, and its last line holds its rows and keys. Never how long anything took."""

import importlib.util
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks import article, baselines, growth, news_files, race, small_files
from core.news.news import read_news
from core.paths import ROOT, SAMPLE, STARTER
from core.settings.presets import PRESETS

pytestmark = pytest.mark.slow

Told = tuple[dict[str, Any], str]  # the object on the last line, and the lines before it


def of(name: str, *arguments: object) -> pytest.MarkDecorator:
    """For a test that gets, as ``told``, what ``python -m benchmarks.NAME ... --json`` tells."""
    return pytest.mark.parametrize(
        "told", [(name, *map(str, arguments))], ids=[pytest.HIDDEN_PARAM], indirect=True
    )


@pytest.fixture
def told(request: pytest.FixtureRequest) -> Told:
    module, *arguments = request.param
    done = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{module}", *arguments, "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=1800,
    )
    assert done.returncode == 0, done.stderr
    *table, last = done.stdout.splitlines()
    return json.loads(last), "\n".join(table)


@pytest.mark.long
@of("cells", "--batches", 40, "--units", 4, "--inputs", 5, "--steps", 3, "--rounds", 1)
def test_cells(told: Told) -> None:
    found, table = told
    assert [(row["cell"], row["batch"]) for row in found["rows"]] == [
        (cell, 40) for cell in ("SimpleRNN", "LSTM", "GRU", "minGRU")
    ]
    for row in found["rows"]:
        assert row["cell"] in table
        if row["cell"] == "minGRU":  # Keras has none
            assert row["stock_ms"] is row["ratio"] is row["output_difference"] is None
        else:
            assert row["output_difference"] < 1e-5
            assert row["gradient_difference"] < 1e-5
        assert {"ours_ms", "share_of_peak", "fastest_ratio", "fastest_share_of_peak"} <= set(row)
    assert found["peak_gflops"] > 0


@pytest.mark.long
@of("products", "--rows", 5, "--units", 3, "--rounds", 1)
def test_products(told: Told) -> None:
    found, table = told
    assert [row["product"] for row in found["rows"]] == ["forward", "to the words", "weights"]
    for row in found["rows"]:
        assert row["product"] in table
        assert {"ours_gflops", "blas_gflops", "ratio"} <= set(row)
    assert found["lanes"] in (4, 8, 16)


@pytest.mark.long
@of("stalls", "--characters", 2_000)
def test_stalls(told: Told) -> None:
    found, table = told
    assert found["characters"] == 2_000
    assert len(found["rows"]) > 10
    for row in found["rows"]:
        assert row["text"] in table
        assert {"marked_ms", "article_ms", "literal_ms"} <= set(row)


@pytest.mark.long
@of("explanation", "--rounds", 1)
def test_explanation(told: Told) -> None:
    found, table = told
    assert {row["look"] for row in found["rows"]} >= {"read along", "integrated gradients", "leave-one-out"}
    assert all(row["look"] in table for row in found["rows"])
    assert found["missing"] < 1e-3


@pytest.mark.long
@of("race", SAMPLE, "--sample", 600, "--only", "quick", "--only", "svm", "--only", "fasttext")
def test_race(told: Told) -> None:
    found, table = told
    rows = {row["name"]: row for row in found["rows"]}
    there = importlib.util.find_spec("fasttext") is not None
    assert list(rows) == ["quick", "svm"] + ["fasttext"] * there
    assert ("fasttext     skipped" in table) != there
    for row in rows.values():
        assert {"seconds", "preparing_seconds", "process_seconds", "peak_mb"} <= set(row)
        assert 0 <= row["accuracy"] <= 1
    parts = {(row["training_rows"], row["test_rows"]) for row in rows.values()}
    assert len(parts) == 1  # the same split
    assert list(found["quick_against"]) == ["svm"]
    assert set(found["quick_against"]["svm"]) == {"of_the_svms_time", "above_the_svm"}


@pytest.mark.long
@of(
    "memory_race", SAMPLE, "--articles", 400, "--epochs", 1, "--units", 16, "--length", 12,
    "--only", "LSTM", "--only", "minGRU",
)  # fmt: skip
def test_memory_race(told: Told) -> None:
    found, table = told
    assert [(row["cell"], row["units"]) for row in found["rows"]] == [("LSTM", 13), ("minGRU", 30)]
    for row in found["rows"]:
        assert row["cell"] in table
        assert 0 < row["test"] <= 1
        assert row["multiply_adds"] > row["layer"]
    assert found["apart"] == pytest.approx(4056 / 3900 - 1, abs=1e-4)
    assert len(found["fillers"]) == 10
    assert set(found["half_gone"]) == set(found["gradient_half_gone"]) == {"LSTM", "minGRU"}


@pytest.mark.long
@of("article", SAMPLE, "--sample", 120, "--rounds", 1)
def test_article(told: Told) -> None:
    found, table = told
    assert found["articles"] == 120
    ours, keras = found["parameters"]
    assert ours == keras  # the same network
    (row,) = found["epochs"]
    assert row["epoch"] == 1
    assert {"target", "keras_seconds", "seconds", "learning_seconds", "times_as_fast"} <= set(row)
    assert "to validation" in table


@pytest.mark.long
@of("units", SAMPLE, "--sample", 300, "--only", "words", "--only", "characters")
def test_units(told: Told) -> None:
    found, table = told
    words, characters = found["rows"]
    assert (words["unit"], characters["unit"]) == ("words", "characters")
    assert characters["numbers"] < words["numbers"]
    assert words["test_rows"] == characters["test_rows"]
    assert {"seconds", "accuracy", "validation_accuracy", "macro_f1", "parameters", "peak_mb"} <= set(words)
    assert "characters" in table


@pytest.mark.long
@of("small", ROOT / "data" / "samples" / "support_tickets.csv", "--seeds", 2)
def test_small(told: Told) -> None:
    (result,) = told[0]["files"]
    for name in ("preset", "svm", "logistic"):
        assert 0 <= result[name] <= 1
    assert result["difference"] == pytest.approx(
        result["preset"] - max(result["svm"], result["logistic"]), abs=2e-4
    )
    assert {"file", "rows", "test_rows", "batch_size", "epochs", "interval", "seconds"} <= set(result)
    assert (told[0]["preset"], told[0]["seeds"]) == ("quick", 2)


@pytest.mark.long
@of("distance", "--units", 4, "--epochs", 1, "--distances", 2, 4, "--repeats", 4)
def test_distance(told: Told) -> None:
    found, table = told
    assert (found["cell"], found["units"], found["seed"]) == ("SimpleRNN", 4, 1)
    assert [row["distance"] for row in found["rows"]] == [2, 4]
    assert all(0 <= row["accuracy"] <= 1 for row in found["rows"])
    assert "SimpleRNN, 4 words after the second name" in table


@pytest.mark.parametrize("seed", [1, 2])
def test_small_files_have_the_rows_and_categories_that_they_promise(seed: int) -> None:
    made = {name: (learnt, rows) for name, learnt, rows in small_files.files(seed, 5, SAMPLE)}
    sizes = {name: (learnt, len({row["category"] for row in rows})) for name, (learnt, rows) in made.items()}
    assert sizes == {
        "foreign": (200, 4),
        "wrong": (400, 4),
        "rare": (500, 4),
        "long": (500, 4),
        "many": (900, 30),
        "sixty": (60, 4),
        "wrong1200": (1_200, 4),
        "tickets": (1_400, 7),
        "spanish": (1_600, 7),
        "hindi": (1_200, 6),
        "news300": (300, 4),
        "news600": (600, 5),
        "news1000": (1_000, 6),
        "news2000": (2_000, 8),
    }
    assert all(len(rows) == learnt + 5 for learnt, rows in made.values())
    assert all(120 <= len(row["headline"].split()) <= 250 for row in made["long"][1])


def test_small_files_of_another_seed_are_other_files() -> None:
    first, again, other = (list(small_files.files(seed, 0, None)) for seed in (1, 1, 2))
    assert first == again
    for (_, _, rows), (_, _, other_rows) in zip(first, other, strict=True):
        assert not {row["headline"] for row in rows} >= {row["headline"] for row in other_rows}


def test_small_files_with_a_test_part_keep_it_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["small_files", str(tmp_path), "--test", "40", "--only", "sixty"])
    small_files.main()
    news = read_news(tmp_path / "sixty.zip")
    assert (len(news), news.test_rows) == (100, 40)


@pytest.mark.long
@of("growth", SAMPLE, "--sizes", 300, "--rounds", 1)
def test_growth(told: Told) -> None:
    found, _ = told
    assert [row["articles"] for row in found["rows"]] == [300]
    for row in found["rows"]:
        assert {"training_us", "epoch_us", "classifier_us", "classifier_seconds", "peak_mb"} <= set(row)
    assert {"training_spread", "epoch_spread", "classifier_spread", "flat"} <= set(found)


@pytest.mark.parametrize("way", ["svm_words", "svm_article"])
def test_baselines_learn_the_sample(way: str) -> None:
    quick = PRESETS["quick"]
    settings = replace(quick, training=replace(quick.training, articles=600))
    assert baselines.measure(SAMPLE, way, settings)["accuracy"] > 0.5  # of ten categories


def test_a_drawn_file_holds_articles_of_the_whole(tmp_path: Path) -> None:
    news = read_news(SAMPLE)
    assert growth.write(news, 50, tmp_path / "some.json") == 50
    drawn = read_news(tmp_path / "some.json")
    assert drawn.rejected_count == 0
    columns = ["headline", "short_description", "category", "date"]
    whole = {tuple(row) for row in news.table[columns].astype(str).to_numpy()}
    assert {tuple(row) for row in drawn.table[columns].astype(str).to_numpy()} <= whole
    assert len(drawn) == 50


def test_the_first_score_that_is_as_good_counts() -> None:
    def scores(*accuracies: float) -> list[dict[str, float]]:
        return [
            {
                "seconds": 2.0 * place,
                "learning_seconds": place,
                "accuracy": accuracy,
                "articles_seen": 10 * place,
            }
            for place, accuracy in enumerate(accuracies, start=1)
        ]

    rounds = [scores(0.1, 0.3, 0.2), scores(0.1, 0.1, 0.2), scores(0.1, 0.1, 0.1, 0.1, 0.4)]
    row = article.against({"seconds": 60.0, "accuracy": 0.2}, rounds)
    assert row["seconds"] == 6.0  # the middle one of 4, 6 and 10
    assert row["times_as_fast"] == 10.0
    assert article.against({"seconds": 60.0, "accuracy": 0.35}, rounds)["seconds"] is None


def test_the_largest_over_the_smallest() -> None:
    assert growth.spread([2.0, 3.0, 2.5]) == 1.5
    assert growth.spread([2.0, None]) is None


def test_quick_against_every_svm() -> None:
    rows = [
        {"name": "quick", "seconds": 30.0, "accuracy": 0.64},
        {"name": "svm", "seconds": 60.0, "accuracy": 0.62},
        {"name": "fasttext", "seconds": 10.0, "accuracy": 0.6},
    ]
    assert race.against_svm(rows) == {"svm": {"of_the_svms_time": 0.5, "above_the_svm": 0.02}}
    assert race.against_svm(rows[1:]) == {}


@pytest.mark.long
@of("kills", "--kills", 3)
def test_kills(told: Told) -> None:
    """Not only that it runs: what it counts must hold for the few kills that a test has time for."""
    found, table = told
    assert found["kills"] == 3
    assert found["same"] == found["forward"] == found["whole"] == found["runs"] >= 1
    assert "undisturbed run's weights" in table


@pytest.mark.long
@of("kills", "--kills", 3, "--turns")
def test_kills_of_runs_that_take_turns(told: Told) -> None:
    found, _ = told
    assert found["kills"] == 3
    assert found["same"] == found["forward"] == found["whole"] == found["runs"] >= 2
    assert found["preempted"] > 0
    assert found["taken_over"] == 0


@pytest.mark.long
@of("fuzz", "--inputs", 300)
def test_fuzz(told: Told) -> None:
    found, table = told
    counts = found["counts"]
    assert counts["news refused"] > 0
    assert counts["zip refused"] > 0
    assert counts["news crashed"] == counts["zip crashed"] == counts["outside"] == 0, found["failures"]
    assert "slowest" in table


@pytest.mark.long
@pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="atheris is for Linux only")
@of("fuzz", "--guided", "--inputs", 300)
def test_fuzz_guided_by_the_lines_that_run(told: Told) -> None:
    found, table = told
    counts = found["counts"]
    assert counts["news read"] > 0
    assert counts["zip refused"] > 0
    assert counts["news crashed"] == counts["zip crashed"] == counts["outside"] == 0, found["failures"]
    assert found["corpus"]["news"] > 6  # more than it was given: it saw lines that those had not reached
    assert found["corpus"]["zip"] > 3
    assert "reached something new" in table


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="reads the most memory from /proc")
@of("bad_input", "--megabytes", 2, "--only", "CSV, every row byte 0xFF", "--only", ".xz of good lines")
def test_bad_input(told: Told) -> None:
    names = ("CSV, every row byte 0xFF", ".xz of good lines")
    found, table = told
    rows = {row["case"]: row for row in found["rows"]}
    assert tuple(rows) == names
    for row in rows.values():
        assert row["case"] in table
        assert {"file_mb", "text_mb", "peak_mb", "times"} <= set(row)
    assert "byte 0xFF at position 1" in rows["CSV, every row byte 0xFF"]["said"]
    assert rows[".xz of good lines"]["said"].endswith(" 0 rejected")
    assert rows[".xz of good lines"]["text_mb"] == 2
    assert rows[".xz of good lines"]["file_mb"] < 1


@pytest.mark.long
@of("load", "--both", "--sessions", 3, "--seconds", 3, "--every", 1)
def test_load(told: Told) -> None:
    found, table = told
    assert found["sessions"] == 3
    for side in (found["no_gc"], found["gc"]):
        assert side["errors"] == 0, table
        assert side["predictions"] >= 3  # each types at least once
        assert len(side["rss_mb"]) == 3  # before the sessions, with their pages open, after the only turn
        assert side["memory_growth_mb"] == pytest.approx(side["rss_mb"][-1] - side["rss_mb"][0], abs=0.1)
        for measured in ("first_page", "prediction"):
            assert 0 < side[f"{measured}_p50"] <= side[f"{measured}_p95"] <= side[f"{measured}_max"]
            assert f"{measured}_p95" in table
    assert found["ratios"].keys() >= {"first_page_p95", "prediction_p50", "prediction_p95", "cpu_seconds"}


@pytest.mark.long
@of("waiting", "--visitors", 3, 1, "--typing", 2, "--seconds", 4, "--every", 1)
def test_waiting(told: Told) -> None:
    figures, table = told
    assert figures["errors"] == 0, table
    assert [row["waiting"] for row in figures["rows"]] == [0, 1, 3]
    for row in figures["rows"]:
        assert row["predictions"] >= 2  # each types at least once
        assert 0 < row["prediction_p50"] <= row["prediction_p95"] <= row["prediction_max"]
        assert (row["polls_per_second"] > 0) == (row["waiting"] > 0)
    for row in figures["rows"][1:]:
        assert 0 < row["poll_p50"] <= row["poll_p95"]
        assert row["ratios"].keys() >= {"prediction_p50", "prediction_p95"}
    assert "prediction_p95" in table


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit of descriptors")
@of("crowd", "--visitors", 20, "--reloads", 12, "--descriptors", 128, "--wait", 1)
def test_crowd(told: Told) -> None:
    """Not only that it runs: 20 tabs need more than the 128 descriptors that the server starts with."""
    figures, table = told
    assert figures["limit"] == 128
    assert figures["failed"] == {"first": 0, "visitors": 0, "return": 0, "reloads": 0}, table
    descriptors = figures["descriptors"]
    assert list(descriptors) == ["before", "open", "reloaded", "left"]
    assert descriptors["open"] >= descriptors["before"] + 4 * 19
    assert "reloads that failed:  0 of 12" in table


@pytest.mark.long
@of(
    *("beside", "--articles", 21_000, "--cleaners", 2, "--waiting", 2, "--upload-mb", 1, "--batch-mb", 0.05),
    *("--units", 8, "--typing", 2, "--seconds", 2, "--after", 0.5),
)
def test_beside(told: Told) -> None:
    figures, table = told
    works = ["alone", "cleaning", "waiting", "upload", "batch", "read_along"]
    assert [row["beside"] for row in figures["rows"]] == works
    for row in figures["rows"]:
        assert row["errors"] == 0, table
        assert row["predictions"] >= 2  # each types at least once
        assert 0 < row["prediction_p50"] <= row["prediction_p95"] <= row["prediction_max"]
        assert {"cpu_share", "cpu_after", "p95_ratio"} <= row.keys()
    assert "prediction_p95" in table


@pytest.mark.long
@of("memory", "--visitors", 2, "--articles", 21_000, "--wait", 0)
def test_memory(told: Told) -> None:
    figures, table = told
    assert figures["errors"] == 0, table
    moments = ["before", "visitor 1", "visitor 2", "left", "largest"]
    assert [row["moment"] for row in figures["rows"]] == moments
    *rows, largest = figures["rows"]
    for name in ("rss", "all"):
        assert largest[name] == max(largest[name], *(row[name] for row in rows)) > 0


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no descriptors to count")
@of("soak", "--sessions", 3, "--minutes", 0.1, "--every", 0.5, "--wait", 0)
def test_soak(told: Told) -> None:
    figures, table = told
    assert figures["errors"] == 0, table
    assert figures["answers"] >= 3  # each session does something
    first, end, left = figures["memory"]
    assert figures["growth_mb"]["rss"] == pytest.approx(end["rss"] - first["rss"], abs=0.1)
    assert left["rss"] > 0
    assert figures["descriptors"]["end"] > figures["descriptors"]["before"]  # the tabs are open


@pytest.mark.long
def test_news_files_of_different_seeds_differ_and_have_the_real_file_s_categories(tmp_path: Path) -> None:
    made_up = [tmp_path / f"made_up_{number}.json" for number in range(2)]
    news_files.write_different(made_up, None, articles=5_000)
    drawn = [tmp_path / f"drawn_{number}.json" for number in range(2)]
    news_files.write_different(drawn, SAMPLE)
    one, other = (read_news(file) for file in made_up)
    assert len(one) == len(other) == 5_000
    assert one.table["category"].nunique() == other.table["category"].nunique() == news_files.CATEGORIES
    assert set(one.table["headline"]).isdisjoint(other.table["headline"])
    assert [len(read_news(file)) for file in drawn] == [7_992, 7_992]  # 8,000 without each thousandth
    assert drawn[0].read_bytes() != drawn[1].read_bytes()


@pytest.mark.long
@of("downloads", "--downloads", 3, "--sessions", 2, "--every", 1, "--late", 0.1)
def test_downloads(told: Told) -> None:
    figures, table = told
    assert (figures["downloads"], figures["whole"], figures["refused_to_others"], figures["errors"]) == (
        3,
        3,
        3,
        0,
    )
    assert "refused to others" in table


@pytest.mark.long
@of("registry", "--runs", 60)
def test_registry(told: Told) -> None:
    found, table = told
    assert found["runs"] == 60
    assert found["of_one_visitor"] == 2
    assert "made again" in table


@pytest.mark.long
@of("checkpoints", SAMPLE, "--epochs", 1)
def test_checkpoints(told: Told) -> None:
    found, table = told
    assert found["checkpoints"] == 1
    assert found["megabytes"] > 1
    assert "share" in found
    assert "of training" in table


@pytest.mark.long
@of("snapshots", SAMPLE, "--epochs", 1, "--rounds", 1, "--against")
def test_snapshots(told: Told) -> None:
    found, table = told
    (row,) = found["rows"]
    assert row["snapshots"] == 7  # before, after 1, 2, 4, 8 and 16 batches, at the epoch's end
    assert "share" in found
    assert 1 < found["megabytes"] < 20
    assert found["same_weights"]
    assert "of training" in table


@pytest.mark.long
@of("word_map", STARTER, "--words", 60, "--texts", 40, "--rounds", 1)
def test_word_map(told: Told) -> None:
    found, table = told
    assert {"t-SNE", "effects", "a word on the map", "the projector's files"} <= set(found["parts"])
    for name, part in found["parts"].items():
        assert name in table
        assert set(part) == {"seconds", "processor_seconds"}


@pytest.mark.long
@of("evaluation")
def test_evaluation(told: Told) -> None:
    found, table = told
    assert found["categories"] == 41
    assert found["articles"] == 18_076
    assert found["seconds"] == pytest.approx(sum(found["steps"].values()))
    assert list(found["views"]) == [
        "Scores",
        "Confusion",
        "Calibration",
        "Where it fails",
        "Confusable",
        "Word order",
    ]
    for name in [*found["steps"], *found["views"]]:
        assert name in table
