"""A file of one's own: its scores against scikit-learn, and every row given is scored or left out for a reason."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from sklearn.metrics import accuracy_score, f1_score

from core.errors import NewsFileError
from core.insight.evaluation import captions
from core.insight.evaluation.own_file import answer_file
from core.news.news import News, read_news
from core.news.test_part import with_test
from tests.classifiers import small_classifier

WORDS = ("cat", "dog", "roof", "door", "goal", "team")
CLASSIFIER = small_classifier(labels=("Animals", "Homes", "Sports"), known=WORDS)


def written(path: Path, *lines: tuple[str, str] | str) -> News:
    """The news of a file of (headline, category) and of lines that are no articles."""
    texts = [
        line if isinstance(line, str) else json.dumps({"headline": line[0], "category": line[1]})
        for line in lines
    ]
    path.write_text("\n".join(texts), encoding="utf-8")
    return read_news(path)


def test_every_row_is_scored_or_left_out_for_a_reason(tmp_path: Path) -> None:
    news = written(
        tmp_path / "news.json",
        ("cat dog", "ANIMALS"),
        ("roof", "Homes"),
        ("goal", "Politics"),
        ("team", "sports"),
        ("door", "Politics"),
        "no json",
        ("dog", "animals"),
        ("a", "Art"),
    )
    own = answer_file(CLASSIFIER, news)
    assert (own.rows_given, own.rows_scored) == (8, 4)
    assert own.rows.tolist() == [0, 1, 3, 5]  # of the seven that could be read
    assert own.unmatched_labels == {"Politics": 2, "Art": 1}
    assert [(group.category, group.rows) for group in own.left_out] == [("Politics", 2), ("Art", 1), ("", 1)]
    assert dict(own.respelled) == {"ANIMALS": "Animals", "sports": "Sports", "animals": "Animals"}
    sentences = captions.own_file(own)
    assert sentences.startswith("8 rows given, 4 scored, 4 left out: 2 of category 'Politics'")
    assert news.rejected_reasons[0][0] in sentences
    assert captions.respelled(own).startswith("Read 'ANIMALS' as 'Animals', ")


def test_the_scores_are_scikit_learns(tmp_path: Path) -> None:
    articles = [(word, label) for word in WORDS for label in ("animals", "homes", "sports")]
    own = answer_file(CLASSIFIER, written(tmp_path / "news.json", *articles))
    predicted = [
        prediction.label.lower() for prediction in CLASSIFIER.predict([word for word, _ in articles])
    ]
    truth = [label for _, label in articles]
    report = own.report()
    assert report.scores.accuracy == pytest.approx(accuracy_score(truth, predicted))
    assert report.scores.macro_f1 == pytest.approx(
        f1_score(truth, predicted, average="macro", zero_division=0)
    )
    assert report.low < report.scores.accuracy < report.high
    assert captions.own_file(own) == "18 rows given, 18 scored."


def test_a_file_of_other_categories_is_refused_with_both_lists(tmp_path: Path) -> None:
    news = written(tmp_path / "news.json", ("cat", "Politics"), ("dog", "Art"))
    with pytest.raises(NewsFileError, match=r"'Art', 'Politics'; .*'Animals', 'Homes', 'Sports'"):
        answer_file(CLASSIFIER, news)


def test_of_a_training_and_a_test_file_the_test_file_is_scored(tmp_path: Path) -> None:
    train = written(tmp_path / "train.json", ("cat", "Animals"), ("roof", "Homes"), "no json")
    test = written(tmp_path / "test.json", ("dog", "Politics"), ("door", "homes"), "no json", "{}")
    own = answer_file(CLASSIFIER, with_test(train, test))
    assert (own.rows_given, own.rows_scored, own.rows.tolist()) == (4, 1, [3])
    assert own.unmatched_labels == {"Politics": 1}


def test_the_progress_reaches_its_end(tmp_path: Path) -> None:
    shares: list[float] = []
    answer_file(CLASSIFIER, written(tmp_path / "news.json", ("cat", "Homes")), shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_numbers_that_were_given_names_match_the_labels(tmp_path: Path) -> None:
    news = written(tmp_path / "news.json", ("cat", "1"), ("goal", "2"), ("mat", "3.0"), ("sat", "4"))
    labels = CLASSIFIER.labels
    merged = replace(CLASSIFIER, card=replace(CLASSIFIER.card, merged=(("Pets", labels[2]),)))
    own = answer_file(merged, news, given_names=[("1", labels[0]), ("2", labels[1]), ("3", "Pets")])
    assert own.part.y.tolist() == [0, 1, 2]
    assert own.unmatched_labels == {"4": 1}
    assert dict(own.respelled) == {"1": labels[0], "2": labels[1], "3": labels[2]}
