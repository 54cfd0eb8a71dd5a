"""What is chosen about reading a file: columns, encoding, names of categories; and that nothing is chosen twice."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from core.__main__ import main
from core.errors import NewsFileError
from core.news.changes import Changes, Edit
from core.news.news import inspect_news, read_news
from core.news.reading import Columns, Reading
from core.runs.run_news import NewsChanged, read_run_news
from core.runs.run_store import RunStore
from core.settings.presets import PRESETS

ROWS = [
    ("Storm closes the old harbour", "Ferries wait.", "2", "sea"),
    ("Goalkeeper saves two penalties", "A late win.", "1", "ball"),
    ("Fog delays the morning ferry", "Nobody minds.", "2", "sea"),
    ("Sprinter breaks the school record", "By a hair.", "1", "ball"),
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "made-up.csv"
    rows = [("what", "more", "number", "kind"), *ROWS]
    path.write_text("".join(",".join(row) + "\n" for row in rows), "utf-8")
    return path


CHOSEN = Columns(headline="what", description="more", category="number")


def test_chosen_columns_are_read_and_the_others_named(file: Path) -> None:
    news = read_news(file, reading=Reading(columns=CHOSEN))
    assert news.table["headline"].tolist() == [row[0] for row in ROWS]
    assert news.table["short_description"].tolist() == [row[1] for row in ROWS]
    assert news.table["category"].tolist() == ["2", "1", "2", "1"]
    assert news.shape.unused == ("kind",)


@pytest.mark.parametrize("look", [read_news, inspect_news])
@pytest.mark.parametrize(
    ("reading", "refusal"),
    [
        (Reading(date_format="dayfirst"), "“dayfirst” is no way of writing dates.*day-first"),
        (Reading(columns=Columns(headline="what", category="what")), "“what” is chosen twice"),
        (Reading(columns=Columns(headline="what", date="number", category="number")), "“number” is chosen twice"),
    ],
)  # fmt: skip
def test_what_cannot_be_chosen_is_refused_before_the_file_is_read(
    look: Callable[..., object], reading: Reading, refusal: str, file: Path
) -> None:
    with pytest.raises(NewsFileError, match=refusal):
        look(file, reading=reading)


def test_what_was_read_can_be_read_again_by_its_own_reading(file: Path) -> None:
    first = read_news(file, reading=Reading(columns=CHOSEN))
    again = read_news(file, reading=first.reading)
    assert again.reading == first.reading
    assert again.key == first.key
    assert again.table.equals(first.table)


@pytest.mark.parametrize("chosen", [None, "cp1252"])
def test_a_file_that_is_no_text_has_no_encoding(chosen: str | None, tmp_path: Path) -> None:
    path = tmp_path / "news.parquet"
    pd.DataFrame(ROWS, columns=["what", "more", "number", "kind"]).to_parquet(path)
    reading = Reading(columns=CHOSEN, encoding=chosen)
    news = read_news(path, reading=reading)
    assert (news.shape.encoding, news.reading.encoding) == ("", None)
    assert inspect_news(path, reading=reading).encoding == ""
    assert read_news(path, reading=news.reading).key == news.key


def test_another_reading_of_the_same_bytes_has_another_key(file: Path) -> None:
    by_number = read_news(file, reading=Reading(columns=CHOSEN))
    by_kind = read_news(file, reading=Reading(columns=Columns(headline="what", category="kind")))
    assert by_number.fingerprint == by_kind.fingerprint
    assert by_number.key != by_kind.key


def test_categories_get_the_names_that_somebody_gave(file: Path) -> None:
    reading = Reading(columns=CHOSEN, category_names=(("1", "Ball games"), ("3", "Nobody")))
    assert read_news(file, reading=reading).categories == ("2", "Ball games")


def test_a_column_that_is_not_there_is_named_with_those_that_are(file: Path) -> None:
    with pytest.raises(NewsFileError, match=r"no column 'headline'.*“what”, “more”, “number”, “kind”"):
        read_news(file, reading=Reading(columns=Columns(headline="headline", category="kind")))


def test_a_file_whose_columns_nobody_knows_can_be_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "numbers.csv"
    path.write_text("a,b\n1,2\n3,4\n", "utf-8")
    with pytest.raises(NewsFileError, match=r"Which column of numbers\.csv holds the headline"):
        read_news(path)
    shape = inspect_news(path)
    assert shape.columns == ("a", "b")
    assert shape.preview == (("1", "2"), ("3", "4"))


def test_an_encoding_can_be_chosen(tmp_path: Path) -> None:
    path = tmp_path / "turkish.csv"
    path.write_bytes("headline,category\nİlk gün ışığı,doğa\n".encode("cp1254"))
    news = read_news(path, reading=Reading(encoding="cp1254"))
    assert news.table["headline"].tolist() == ["İlk gün ışığı"]
    assert news.reading.encoding == "cp1254"


def test_changes_are_made_after_reading(file: Path) -> None:
    edits = (Edit.of(0, ROWS[0][0], "1"), Edit.of(3, ROWS[3][0], None))
    news = read_news(file, reading=Reading(columns=CHOSEN, changes=Changes(edits=edits)))
    assert news.table["category"].tolist() == ["1", "1", "2"]
    assert news.table["row"].tolist() == [0, 1, 2]


def test_a_run_reads_its_file_as_it_was_read_when_it_was_asked_for(file: Path, tmp_path: Path) -> None:
    news = read_news(file, reading=Reading(columns=CHOSEN))
    store = RunStore(tmp_path / "runs")
    run = store.create(
        PRESETS["quick"],
        news=file,
        news_name=file.name,
        fingerprint=news.fingerprint,
        owner="ada",
        reading=news.reading,
    )
    assert store.open(run.id).reading == news.reading
    assert read_run_news(run, lambda share: None).key == news.key
    file.write_bytes(file.read_bytes() + b"One more,,1,ball\n")
    with pytest.raises(NewsChanged):
        read_run_news(run, lambda share: None)


def test_a_run_of_an_earlier_version_reads_the_columns_that_it_read(tmp_path: Path) -> None:
    file = tmp_path / "news.csv"
    file.write_text("Headline,text,category\nFog delays a ferry,Nobody minds.,sea\n", "utf-8")
    news = read_news(file)
    assert news.table["short_description"].tolist() == ["Nobody minds."]
    run = RunStore(tmp_path / "runs").create(
        PRESETS["quick"], news=file, news_name=file.name, fingerprint=news.fingerprint, owner="ada"
    )
    record = json.loads((run.folder / "run.json").read_text("utf-8"))
    del record["reading"]
    (run.folder / "run.json").write_text(json.dumps(record), "utf-8")
    earlier = read_run_news(RunStore(tmp_path / "runs").open(run.id), lambda share: None)
    assert earlier.table["headline"].tolist() == ["Fog delays a ferry"]
    assert earlier.table["short_description"].tolist() == [""]


def test_the_command_line_takes_columns(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--column", "headline=what", "--column", "category=kind", "--column", "description="]
    assert main(["check", str(file), *options, "--json"]) == 0
    record = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert record["articles_per_category"] == {"ball": 2, "sea": 2}
    assert record["columns"] == {"headline": "what", "category": "kind"}
    assert record["unused_columns"] == ["more", "number"]
    assert record["rows"] + record["rejected"] == record["rows_in_file"] == 4
    assert main(["check", str(file), "--column", "title=what"]) == 2
    assert "--column takes ROLE=NAME" in capsys.readouterr().err


def test_a_member_of_what_is_no_archive_is_refused(file: Path) -> None:
    with pytest.raises(NewsFileError, match=r"no archive, so there is no file 'train\.csv' in it"):
        read_news(file, reading=Reading(columns=CHOSEN, member="train.csv"))


def test_an_archive_of_which_a_file_must_be_chosen_is_inspected(tmp_path: Path) -> None:
    path = tmp_path / "two.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("a.csv", "b.csv"):
            archive.writestr(name, "headline,category\nOne cat,A\nTwo dogs,B\n")
    shape = inspect_news(path)
    assert (shape.members, shape.member, shape.columns) == (("a.csv", "b.csv"), "", ())
    assert inspect_news(path, reading=Reading(member="b.csv")).columns == ("headline", "category")
