"""The Data page, alone: empty, with the sample, uploads good and bad, the server's file, odd names."""

import gzip
import json
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core import paths
from core.errors import TaskError
from core.runs import stored_uploads
from core.runs.quotas import Client, Quota, uploaders
from core.tasks.result_store import ResultStore
from core.tasks.worker_pool import WorkerPool
from pages import caches, tasks
from pages.wording import literal
from tests.pages.opening import labelled, metrics, open_visit
from tests.present import present

PAGE = Path(__file__).parents[2] / "pages" / "data" / "page.py"
ODD = (":red[x] **b**", "$\\href{x}{y}$", "<script>alert(1)</script>", "=1+1")


def lines(number: int, **more: object) -> bytes:
    rows = (
        {"headline": f"Headline {n}", "category": ODD[n % 4], "date": "2014-01-02", **more}
        for n in range(number)
    )
    return "\n".join(map(json.dumps, rows)).encode()


def upload(page: AppTest, name: str, content: bytes) -> AppTest:
    page.file_uploader[0].upload(name, content).run()
    assert not page.exception
    return page


def table(page: AppTest, column: str) -> pd.DataFrame:
    """The table that has this column."""
    return next(frame.value for frame in page.dataframe if column in frame.value)


def stored() -> list[Path]:
    """All files of the uploads' folder but the lock and the note of who brought what."""
    notes = {".quota.lock", ".uploaders.json"}
    return [path for path in paths.uploads().rglob("*") if path.is_file() and path.name not in notes]


def test_empty_it_says_what_will_stand_here_and_offers_the_sample() -> None:
    page, session = open_visit(PAGE)
    assert page.subheader[0].value == "No file yet"
    assert '"headline"' in page.code[0].value
    assert not page.metric
    page.button(key="data_start").click().run()
    assert not page.exception
    assert session.news_name == "synthetic sample"


def test_the_sample_is_called_synthetic_and_is_counted() -> None:
    page, session = open_visit(PAGE)
    page.button(key="data_sample").click().run()
    assert not page.exception
    assert session.news_path == paths.SAMPLE
    assert "Chosen: synthetic sample" in page.markdown[1].value.replace("\\", "")
    assert metrics(page)["Articles kept"] == "8,000"
    assert metrics(page)["Rows rejected"] == "0"
    assert metrics(page)["Categories"] == "10"
    assert len(page.get("plotly_chart")) == 3
    assert {"Read and correct the articles", "Confusable categories"} <= {one.value for one in page.subheader}
    twins = table(page, "Twin")
    assert [twins["Category"][0], twins["Twin"][0]] == ["WELLBEING", "HEALTH"]
    assert "next_cleaning" in [button.key for button in page.button]


@pytest.mark.parametrize(
    ("key", "path", "name", "rows", "categories"),
    [
        ("data_order", paths.WHO_BEAT_WHOM, "Who beat whom (invented)", "6,400", "2"),
        ("data_spanish", paths.SPANISH_NEWS, "Spanish news (invented)", "1,600", "7"),
        ("data_hindi", paths.HINDI_NEWS, "Hindi news (invented)", "1,200", "6"),
        ("data_tickets", paths.SUPPORT_TICKETS, "Support tickets (invented)", "1,400", "7"),
    ],
)
def test_each_small_sample_is_called_invented_and_is_counted(
    key: str, path: Path, name: str, rows: str, categories: str
) -> None:
    page, session = open_visit(PAGE)
    page.button(key=key).click().run()
    assert not page.exception
    assert (session.news_path, session.news_name) == (path, name)
    assert metrics(page)["Articles kept"] == rows
    assert metrics(page)["Categories"] == categories


def test_an_upload_is_shelved_once_chosen_and_freed() -> None:
    page, session = open_visit(PAGE)
    content = gzip.compress(lines(20) + b'\n{"headline": "cut\n\xff\n', mtime=0)
    upload(page, "../../my news.json.gz", content)
    assert session.news_name == "my news.json.gz"
    assert stored() == [session.news_path]
    assert stored()[0].read_bytes() == content
    assert page.file_uploader[0].value is None  # a fresh uploader, which holds nothing
    assert metrics(page)["Articles kept"] == "20"
    assert metrics(page)["Rows rejected"] == "2"
    rejected = table(page, "Reason")
    assert rejected["Line"].tolist() == [21, 22]
    assert rejected["Reason"][0] == "ends too early"

    other, other_session = open_visit(PAGE)
    upload(other, "another name.json.gz", content)
    assert other_session.news_name == "another name.json.gz"
    assert stored() == [session.news_path]


def test_a_damaged_copy_is_said_to_whoever_has_it_and_replaced_by_the_next_upload(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # A process of another test takes this test's upload for a file outside of the storage, which has no hash.
    pool = WorkerPool(ResultStore(paths.results()))
    monkeypatch.setattr(tasks, "_pool", lambda results: pool)
    content = lines(20_000)
    page, _ = open_visit(PAGE)
    upload(page, "news.json", content)
    (path,) = stored()
    path.write_bytes(content[: len(content) // 2])
    page.run()
    assert not page.exception
    assert "The server's copy of news.json is damaged" in page.error[0].value.replace("\\", "")

    other, _ = open_visit(PAGE)
    upload(other, "news.json", content)
    assert metrics(other)["Articles kept"] == "20,000"
    page.run()
    assert not page.error
    assert metrics(page)["Articles kept"] == "20,000"


def test_what_is_no_news_is_refused_is_not_kept_and_leaves_the_chosen_file() -> None:
    page, session = open_visit(PAGE)
    page.button(key="data_sample").click().run()
    upload(page, "photo.json", b"\x89PNG\r\n\x1a\n" + bytes(100))
    assert "is a PNG image" in page.error[0].value
    assert stored() == []
    assert session.news_name == "synthetic sample"
    assert metrics(page)["Articles kept"] == "8,000"
    upload(page, "news.json", lines(8))
    assert not page.error
    assert metrics(page)["Articles kept"] == "8"


@pytest.mark.parametrize("name", [":red[a] $x$ **b**.json", "<b>" * 150])
def test_odd_names_and_texts_are_literal(name: str) -> None:
    page, session = open_visit(PAGE)
    upload(page, name, lines(20, headline=ODD[2]))
    assert literal(session.news_name or "") in page.markdown[1].value
    select = labelled(page, "selectbox", "Show")
    assert ODD[0] in select.options  # options are no Markdown
    assert set(table(page, "Headline")["Headline"]) == {ODD[2]}  # a table shows its cells as they stand
    assert "repeat an earlier one word for word" in page.warning[0].value


def test_the_table_is_searched_and_narrowed_to_a_category() -> None:
    page, _ = open_visit(PAGE)
    upload(page, "news.json", lines(40))
    labelled(page, "text_input", "Search headline and description").set_value("HEADLINE 3").run()
    assert sorted(table(page, "Headline")["Headline"]) == sorted(
        ["Headline 3", *(f"Headline 3{n}" for n in range(10))]
    )
    labelled(page, "selectbox", "Show").set_value(ODD[3]).run()
    # 3, 31, 35, 39 leave 3 when divided by 4
    assert sorted(table(page, "Headline")["Headline"]) == [
        "Headline 3",
        "Headline 31",
        "Headline 35",
        "Headline 39",
    ]
    assert any(caption.value.startswith("4 of 40 articles match") for caption in page.caption)
    labelled(page, "text_input", "Search headline and description").set_value("[(").run()
    assert not page.exception
    assert len(table(page, "Headline")) == 0


def test_the_servers_file_is_offered_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "school paper.json"
    path.write_bytes(lines(12))
    assert "data_server" not in [button.key for button in open_visit(PAGE)[0].button]
    monkeypatch.setenv("HEADLINE_LAB_NEWS", str(path))
    page, session = open_visit(PAGE)
    page.button(key="data_server").click().run()
    assert not page.exception
    assert session.news_path == path
    assert metrics(page)["Articles kept"] == "12"
    path.unlink()
    page.run()
    assert not page.exception
    assert "no longer on the server" in page.error[0].value


def test_a_file_without_dates_has_no_chart_of_them() -> None:
    page, _ = open_visit(PAGE)
    upload(page, "news.json", lines(10, date=None))
    assert len(page.get("plotly_chart")) == 2
    assert any("have no dates" in caption.value for caption in page.caption)


def test_an_upload_without_room_is_refused_and_the_chosen_file_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    page, session = open_visit(PAGE)
    session.address = "school"
    upload(page, "mine.json", lines(20))
    chosen = present(session.news_path)
    assert uploaders(chosen.parent) == [Client("visitor", "school")]
    monkeypatch.setattr(stored_uploads, "UPLOADS", Quota(visitor=2**30, address=4 * 2**20, total=2**30))
    upload(page, "more.json", lines(21))
    assert page.error[0].value == literal(
        "more.json cannot be kept: everybody on your network has uploaded 4 MB of files that are in use. The limit "
        "is 4 MB. Ask the person who runs the server to make room."
    )
    assert session.news_name == "mine.json"
    assert stored() == [chosen]
    assert metrics(page)["Articles kept"] == "20"


def test_an_upload_whose_reading_is_ended_is_said_and_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def ended(*arguments: object) -> None:
        raise TaskError("The computation was stopped before it finished. Try again.")

    page, session = open_visit(PAGE)
    with monkeypatch.context() as patched:
        patched.setattr(caches, "read_news", ended)
        upload(page, "news.json", lines(20))
    assert page.error[0].value == literal("The computation was stopped before it finished. Try again.")
    assert session.news_name is None
    assert stored() == []
    upload(page, "news.json", lines(20))
    assert session.news_name == "news.json"
