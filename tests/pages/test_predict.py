"""Predict page: the answer while one types, who answers, and a file of headlines."""

import csv
import errno
import io
import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core import paths
from core.insight.evaluation.held_out import HeldOut
from core.model.classifier import Classifier
from core.model.classifier_archive import pack, unpack
from core.runs.parked_files import ParkedFiles
from core.runs.quotas import Quota
from core.text.cleaning import CleaningSettings
from pages import caches
from pages.learn.material import SENTENCE_KEY
from pages.predict import batch_file
from pages.session import Session
from pages.widgets.headline_box import EXAMPLES
from tests.classifiers import small_classifier
from tests.insight.held_out_parts import held_out_part
from tests.pages.opening import (
    create_run,
    download_buttons,
    end_run,
    fetch_download,
    labelled,
    open_chapter,
    open_page,
)

PAGE = str(Path(__file__).resolve().parent.parent.parent / "pages" / "predict" / "page.py")
KNOWN = ("the", "cat", "sat", "on", "a", "mat")
ANSWERS = "Download the answers (CSV)"
HINDI = ["कप्तान ख़िताब जीता", "दादी ने अचार बनाया"]
ODD = (":red[X]", "$\\href{x}{y}$", "<script>alert(1)</script>")


def made(*labels: str, seed: int = 1) -> Classifier:
    return small_classifier(labels=labels, known=KNOWN, seed=seed)


@pytest.fixture
def starter(starter_folder: Path) -> Classifier:
    classifier = made("ANIMALS", "HOMES", "SPORTS")
    classifier.save(starter_folder)
    return classifier


@pytest.fixture
def page(starter: Classifier) -> AppTest:
    return open_page(PAGE, Session("visitor", paths.visitors() / "visitor.json"))


def typed(page: AppTest, headline: str) -> AppTest:
    page.text_input(key="headline_typed").set_value(headline).run()
    assert not page.exception
    return page


def component(page: AppTest, part: str) -> list[dict[str, Any]]:
    """The data of the page's component that has ``part``: tokens or rows."""
    found = [json.loads(one.proto.json) for one in page.get("bidi_component")]
    return next((data[part] for data in found if part in data), [])


def ranking(page: AppTest) -> list[tuple[str, str]]:
    return [(row["label"], row["figure"]) for row in component(page, "rows")]


def tokens(page: AppTest) -> list[tuple[str, object, str]]:
    return [(token["word"], token["number"], token["status"]) for token in component(page, "tokens")]


def captions(page: AppTest) -> str:
    return "\n".join(one.value for one in page.caption)


def test_empty_page_offers_headlines_to_try(page: AppTest) -> None:
    assert not ranking(page)
    page.button(key="example_1").click().run()
    assert page.text_input(key="headline_typed").value == EXAMPLES[1]
    assert len(ranking(page)) == 3


def test_a_run_offers_test_articles_of_its_own(starter: Classifier) -> None:
    session = finished_in_hindi()
    page = open_page(PAGE, session)
    examples = [page.button(key=f"example_{number}").label for number in range(2)]
    assert sorted(examples) == sorted(HINDI)
    page.button(key="example_1").click().run()
    assert page.text_input(key="headline_typed").value == examples[1]


def test_other_pages_offer_the_runs_own_headlines_too(starter: Classifier) -> None:
    session = finished_in_hindi()
    home = open_page(paths.ROOT / "pages" / "home" / "page.py", session)
    assert home.text_input[0].value in HINDI
    lesson = open_chapter("vectors", session=session)
    assert lesson.text_input(key=SENTENCE_KEY).value in HINDI


def finished_in_hindi() -> Session:
    """A visitor whose run learnt from a Hindi file."""
    session = Session("visitor", paths.visitors() / "visitor.json")
    classifier = small_classifier(labels=("A", "B"), cleaning=CleaningSettings(language="hi"))
    run = create_run(session)
    end_run(run, classifier)
    part = held_out_part([0, 1], [[1, 0], [0, 1]], headlines=HINDI)
    held_out = HeldOut(validation=part, test=part, training_counts=np.array([3, 3]))
    held_out.save(run.classifier_folder)
    session.choose_run(run.id)
    return session


def test_the_answer_is_the_classifiers(page: AppTest, starter: Classifier) -> None:
    typed(page, "The cat sat")
    (expected,) = starter.predict(["The cat sat"])
    assert [one.value for one in page.metric] == [expected.label, f"{100 * expected.probability:.1f}\u00a0%"]
    assert tokens(page) == [("the", 2, "plain"), ("cat", 3, "plain"), ("sat", 4, "plain")]
    assert ranking(page) == [(label, f"{100 * share:.1f}\u00a0%") for label, share in expected.ranking]
    typed(page, "a mat on the mat")
    (expected,) = starter.predict(["a mat on the mat"])
    assert page.metric[0].value == expected.label


def test_the_input_answers_while_one_types(page: AppTest) -> None:
    assert page.text_input(key="headline_typed").proto.live_debounce_ms == 200


def test_unknown_and_cut_words_are_marked_and_said(page: AppTest) -> None:
    typed(page, "the zebra sat on a mat , the last words")
    assert tokens(page)[1] == ("zebra", 1, "unknown")
    assert [status for *_, status in tokens(page)[8:]] == ["cut", "cut"]
    assert "2 words are new to it" in captions(page)  # zebra and the comma
    assert "The last 2 (faded) are cut off" in captions(page)


@pytest.mark.parametrize(
    ("headline", "sentence"),
    [
        ("zebra yak", "It knows none of these words"),
        ("https://example.org", "After cleaning, no word is left"),
    ],
)
def test_nothing_known_is_said(page: AppTest, headline: str, sentence: str) -> None:
    typed(page, headline)
    assert sentence in captions(page)


def test_blanks_are_no_headline(page: AppTest) -> None:
    typed(page, "   ")
    assert not ranking(page)


def test_a_megabyte_is_cut_and_said(page: AppTest, starter: Classifier) -> None:
    typed(page, "the cat " * 125_000)
    assert page.metric[0].value == starter.predict(["the cat " * 4])[0].label
    assert "first 2,000 characters" in captions(page)
    assert len(component(page, "tokens")) == 18  # the 8 that are read and 10 more


def test_what_a_visitor_types_is_never_markup(page: AppTest) -> None:
    typed(page, " ".join(ODD))
    drawn = [one.value for kind in (page.markdown, page.caption, page.subheader) for one in kind]
    assert not any(odd in text for odd in ODD for text in drawn)


def test_labels_are_never_markup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(*ODD).save(tmp_path / "odd")
    monkeypatch.setattr(paths, "STARTER", tmp_path / "odd")
    page = typed(open_page(PAGE), "the cat")
    assert page.metric[0].value not in ODD
    assert page.metric[0].value.replace("\\", "").replace("\u2060", "").strip("$") in "".join(ODD).replace(
        "\\", ""
    )
    assert {label for label, _ in ranking(page)} == set(ODD)  # set as text by the component


def test_card_says_where_the_classifier_comes_from(page: AppTest) -> None:
    assert "Correct for 25.0\u00a0% of 200 articles" in captions(page)
    assert "12.5\u00a0%" in captions(page)
    card = next(one.value for one in page.markdown if "Learnt from" in one.value)
    for part in ("1,000 articles in 3 categories", "2024\\-01\\-31", "seed 1", "GRU", "20 words"):
        assert part in card


def test_no_classifier_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "STARTER", tmp_path / "none")
    page = open_page(PAGE)
    assert page.subheader[0].value == "No classifier yet"
    assert page.button(key="fill_train")
    assert not page.text_input


def test_damaged_starter_is_said_and_the_page_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made("A", "B").save(tmp_path / "bad")
    (tmp_path / "bad" / "weights.npz").write_bytes(b"\x80\x04\x95")
    monkeypatch.setattr(paths, "STARTER", tmp_path / "bad")
    page = open_page(PAGE)
    assert "a Python pickle" in page.error[0].value


def test_own_run_answers_and_the_starter_can_be_chosen_again(page: AppTest, starter: Classifier) -> None:
    visit = page.session_state["session"]
    run, own = create_run(visit), made("MINE", "YOURS", seed=7)
    end_run(run, own)
    someone = create_run(visit, owner="someone else")
    someone.append(run.events()[0][0])
    visit.choose_run(run.id)
    page.run()
    choice = next(one for one in page.selectbox if one.label == "Which network answers?")
    assert len(choice.options) == 2
    assert choice.value == run.id
    typed(page, "the cat")
    assert page.metric[0].value == own.predict(["the cat"])[0].label
    next(one for one in page.selectbox if one.label == "Which network answers?").set_value("starter").run()
    assert page.metric[0].value == starter.predict(["the cat"])[0].label
    assert visit.run.id == run.id  # the Train page still shows the run


# --- A file of headlines ---


def uploaded(page: AppTest, name: str, content: bytes) -> AppTest:
    upload = next(one for one in page.file_uploader if one.label.startswith("One headline per line"))
    upload.set_value((name, content, "text/plain")).run()
    for button in [one for one in page.button if one.label == "Classify all"]:
        button.click().run()
    assert not page.exception
    return page


def test_file_in_table_out(page: AppTest, starter: Classifier) -> None:
    headlines = ["The cat sat", "=HYPERLINK(1)", "on a mat"]
    uploaded(page, "list.txt", "\n".join(headlines).encode())
    answer = fetch_download(page, ANSWERS)
    assert answer.header("content-disposition") == ['attachment; filename="headlines_with_labels.csv"']
    rows = list(csv.reader(io.StringIO(answer.body.decode("utf-8-sig"), newline="")))
    expected = starter.predict(headlines)
    assert rows[0] == [
        "headline",
        "label",
        "probability",
        "label_2",
        "probability_2",
        "label_3",
        "probability_3",
    ]
    assert [row[0] for row in rows[1:]] == ["The cat sat", "'=HYPERLINK(1)", "on a mat"]
    assert [row[1] for row in rows[1:]] == [one.label for one in expected]
    assert [float(row[2]) for row in rows[1:]] == pytest.approx(
        [one.probability for one in expected], abs=1e-4
    )
    assert any(one.value.startswith("3 headlines classified in") for one in page.markdown)
    assert len(page.dataframe[0].value) == 3
    assert "Classify all" not in [one.label for one in page.button]
    (drawn,) = page.get("plotly_chart")
    most = max(sum(one.label == label for one in expected) for label in starter.labels)
    assert json.loads(drawn.proto.spec)["data"][0]["x"][0] == pytest.approx(most / 3)


def test_file_with_rows_that_hold_none(page: AppTest) -> None:
    uploaded(page, "list.jsonl", b'{"headline": "The cat"}\n{"title": "x"}\n{"headline": null}\n')
    assert page.warning[0].value.startswith(
        "2 rows were skipped. The first one is line 2: headline is missing"
    )


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("list.txt", b" \n", "only white space"),
        ("list.csv", b"headline,n\n,1\n", "holds no headline"),
        ("list.txt", b"\x89PNG\r\n\x1a\n\x00", "a PNG image"),
        (":red[x].txt", b"[1]", "holds no headline"),
    ],
)
def test_file_that_cannot_be_read(page: AppTest, name: str, content: bytes, message: str) -> None:
    uploaded(page, name, content)
    assert message in page.error[0].value
    assert ":red[" not in page.error[0].value
    assert ANSWERS not in download_buttons(page)


def answers_of(page: AppTest) -> list[dict[str, str]]:
    """The rows of the downloaded CSV."""
    body = fetch_download(page, ANSWERS).body.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(body, newline="")))


def test_all_columns_come_back_and_the_description_is_used(page: AppTest, starter: Classifier) -> None:
    content = "sep=;\nid;title;summary;label\n=7;The cat sat;on a mat;x\n8;;;y\n9;Un café;the cat;z\n"
    uploaded(page, "mine.csv", content.encode("cp1252"))
    rows = answers_of(page)
    assert [row["id"] for row in rows] == ["'=7", "8", "9"]
    assert [row["label"] for row in rows] == ["x", "y", "z"]  # the file's own
    first, third = starter.predict(["The cat sat", "Un café"], ["on a mat", "the cat"])
    assert [row["predicted_label"] for row in rows] == [first.label, "", third.label]
    assert float(rows[2]["probability"]) == pytest.approx(third.probability, abs=1e-4)
    assert [rows[0][name] for name in ("label_2", "label_3")] == [label for label, _ in first.ranking[1:3]]
    assert rows[2]["title"] == "Un café"
    assert labelled(page, "selectbox", "Encoding").value == "cp1252"
    assert "line 4: title is empty" in page.warning[0].value


def test_any_column_can_be_classified(page: AppTest, starter: Classifier) -> None:
    uploaded(page, "mine.csv", b"title,comment\nThe cat sat,on a mat\nA mat,the cat\n")
    labelled(page, "selectbox", "Headline").set_value("comment").run()
    assert ANSWERS not in download_buttons(page)  # the answers were of another column
    next(one for one in page.button if one.label == "Classify all").click().run()
    expected = starter.predict(["on a mat", "the cat"])
    assert [float(row["probability"]) for row in answers_of(page)] == pytest.approx(
        [one.probability for one in expected], abs=1e-4
    )


def test_many_headlines_show_a_hundred_and_keep_all(page: AppTest) -> None:
    uploaded(page, "list.txt", b"the cat\n" * 2_000)
    assert len(page.dataframe[0].value) == 100
    assert fetch_download(page, ANSWERS).body.count(b"\r\n") == 2_001


def test_the_answers_are_their_visitor_s_and_keep_their_address(page: AppTest) -> None:
    uploaded(page, "list.txt", b"the cat\n")
    before = download_buttons(page)
    page.run()
    assert download_buttons(page) == before  # a link that somebody is about to click
    assert fetch_download(page, ANSWERS).body.count(b"\r\n") == 2
    assert fetch_download(page, ANSWERS, "a stranger").status == 404


def test_the_answers_stay_when_the_classifier_was_read_again(page: AppTest) -> None:
    uploaded(page, "list.txt", b"the cat\n")
    before = download_buttons(page)
    caches._classifiers._results.clear()  # others' classifiers needed the room
    page.run()
    assert download_buttons(page) == before
    assert fetch_download(page, ANSWERS).status == 200


def test_a_disk_that_takes_no_answers_is_said(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**options: object) -> tuple[int, str]:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile, "mkstemp", full)
    uploaded(page, "list.txt", b"the cat\n")
    assert page.error[0].value == "The server's disk is full, so the answers could not be kept."
    assert ANSWERS not in download_buttons(page)


def test_answers_that_made_room_say_so_and_can_be_had_again(
    page: AppTest, starter: Classifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_file, "_answers", ParkedFiles(Quota(visitor=250, address=250, total=250)))
    uploaded(page, "list.txt", b"the cat sat on the mat\n")
    other_tab = open_page(PAGE, page.session_state["session"])
    uploaded(other_tab, "list.txt", b"the cat sat on the mat\n")
    assert fetch_download(other_tab, ANSWERS).status == 200
    gone = fetch_download(page, ANSWERS)
    assert (gone.status, gone.body) == (
        410,
        b"This file was removed to make room for newer ones. Make it again on its page.",
    )
    page.run()
    assert ANSWERS not in download_buttons(page)
    next(one for one in page.button if one.label == "Classify all").click().run()
    assert fetch_download(page, ANSWERS).status == 200


def test_answers_whose_labels_are_too_long_are_refused_before_they_are_written(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_file, "ANSWERS", Quota(visitor=2**20, address=2**20, total=2**20))
    monkeypatch.setattr(batch_file, "to_csv", None)  # not called
    uploaded(page, "list.txt", b"the cat\n" * 100_000)
    assert page.error[0].value.startswith("The answers would take more than 1 MB")
    assert ANSWERS not in download_buttons(page)


def test_the_classifier_that_is_downloaded_is_the_one_that_answers(
    page: AppTest, starter: Classifier, tmp_path: Path
) -> None:
    answer = fetch_download(page, "Download this classifier")
    assert answer.header("content-disposition") == ['attachment; filename="classifier.headline-lab.zip"']
    (tmp_path / "file.zip").write_bytes(answer.body)
    assert unpack(tmp_path / "file.zip", tmp_path / "unpacked").predict(["the cat"]) == starter.predict(
        ["the cat"]
    )
    assert fetch_download(page, "Download this classifier", "a stranger").status == 404


def test_without_a_cookie_nothing_is_offered_and_the_page_says_why(starter: Classifier) -> None:
    page = open_page(PAGE)
    assert download_buttons(page) == {"Download this classifier": None}
    assert "does not keep this page's cookie" in captions(page)


def bring(page: AppTest, name: str, content: bytes) -> AppTest:
    upload = next(one for one in page.file_uploader if one.label == "Upload a classifier")
    upload.set_value((name, content, "application/zip")).run()
    assert not page.exception
    return page


def test_a_classifier_that_is_brought_answers_at_once_and_only_its_visitor(
    page: AppTest, tmp_path: Path
) -> None:
    other = made("CITIES", "RIVERS", seed=3)
    other.save(tmp_path / "other")
    stream = io.BytesIO()
    pack(tmp_path / "other", stream)
    bring(page, "mine.zip", stream.getvalue())
    who = next(one for one in page.selectbox if one.label == "Which network answers?")
    assert who.options[0] == "The starter"
    assert who.options[1].startswith("Uploaded, ")
    typed(page, "the cat sat")
    (expected,) = other.predict(["the cat sat"])
    assert page.metric[0].value == expected.label
    stranger = open_page(PAGE)
    assert [len(one.options) for one in stranger.selectbox if one.label == "Which network answers?"] == [1]
    page.button(key="remove_imported").click().run()
    assert not page.exception
    assert [len(one.options) for one in page.selectbox if one.label == "Which network answers?"] == [1]


def test_a_model_of_another_program_is_refused_by_what_it_is(page: AppTest) -> None:
    bring(page, "model.h5", b"\x89HDF\r\n\x1a\n and more")
    assert "model.h5 is an HDF5 file" in page.error[0].value.replace("\\", "")
    assert len(next(one for one in page.selectbox if one.label == "Which network answers?").options) == 1
