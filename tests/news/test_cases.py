"""Every shape of file that people bring: ../shared/cases by its wanted values, and made-up files of the same kinds.

The files of ../shared/cases are in the shapes of public bug reports, named in its README; where it is absent their
tests are skipped by name. ``case_files.py`` makes a second file of each kind, so that the kind is fixed and
not the file.
"""

import codecs
import unicodedata
from pathlib import Path

import pytest

from core.errors import NewsFileError
from core.news.news import News, inspect_news, read_news
from core.news.reading import ROLES, Columns, Reading
from tests.news.case_files import CaseFile, Wanted, made_files, rows, shared, to_csv, to_zip

FOUR = frozenset({"SPORT", "FOOD", "BUSINESS", "SCIENCE"})
LOWER = frozenset(map(str.lower, FOUR))
DIGITS = frozenset("1234")
FIRST = "Chess team loses the playoffs"
NOTE = "Nobody was there to see it."
MARCH = ("2021-03-01", "2021-03-28")

# Every file of the shared cases that holds news to be read, and what comes out of it.
WANTED = {
    "01-agnews-kaggle/train.csv": Wanted(kept=200, categories=DIGITS, first=FIRST, description=NOTE),
    "03-text-label/bbc_kaggle.csv": Wanted(kept=200, categories=LOWER, first=f"{FIRST} {NOTE}"),
    "03-text-label/headline_text_category.csv": Wanted(
        kept=200, categories=LOWER, first=FIRST, description=NOTE
    ),
    "03-text-label/inshorts.csv": Wanted(kept=200, categories=LOWER, first=FIRST, description=NOTE),
    "03-text-label/spaces.csv": Wanted(kept=200, categories=FOUR, first=FIRST),
    "03-text-label/test_nospace.csv": Wanted(kept=60, categories=FOUR),
    "03-text-label/text_label.csv": Wanted(kept=200, categories=FOUR, first=FIRST),
    "03-text-label/upper.jsonl": Wanted(kept=200, categories=FOUR, first=FIRST),
    "04-number-category/float.csv": Wanted(kept=190, rejected=10, categories=DIGITS),
    "04-number-category/num.csv": Wanted(kept=200, categories=DIGITS, first=FIRST),
    "04-number-category/num.jsonl": Wanted(kept=200, categories=DIGITS, first=FIRST, description=NOTE),
    "05-folder-zip/news.zip": Wanted(kept=200, categories=LOWER, first=FIRST),
    "05-folder-zip/one_folder.zip": Wanted(kept=200, categories=FOUR, first=FIRST, description=NOTE),
    "06-two-csv-zip/archive.zip": Wanted(kept=200, categories=FOUR, first=FIRST, description=NOTE),
    "07-cp1252/excel.csv": Wanted(kept=200, categories=FOUR, first=FIRST, encoding="cp1252"),
    "07-cp1252/latin1.json": Wanted(kept=200, categories=FOUR, first=FIRST, encoding="cp1252"),
    "08-sep-line/sep.csv": Wanted(kept=200, categories=FOUR, first=FIRST),
    "08-sep-line/pipe.csv": Wanted(kept=200, categories=FOUR, first=FIRST),
    "08-sep-line/title_row.csv": Wanted(
        kept=200, categories=FOUR, first=FIRST, days=("2018-01-04", "2021-12-23")
    ),
    "09-cr-only/mac.csv": Wanted(kept=200, categories=FOUR, first=FIRST, description=NOTE),
    "09-cr-only/mac.json": Wanted(kept=200, categories=FOUR, first=FIRST, description=NOTE),
    "10-tsv-quotes/backslash.csv": Wanted(
        kept=200, categories=FOUR, first='Chess team loses the playoffs "at last", they say'
    ),
    "11-dayfirst/dmy.csv": Wanted(kept=200, categories=FOUR, first=FIRST, days=MARCH),
    "11-dayfirst/german.csv": Wanted(kept=200, categories=FOUR, first=FIRST, days=MARCH),
    "12-int-dates/epochms.csv": Wanted(kept=200, days=("2021-03-01", "2021-03-28")),
    "12-int-dates/epochs.csv": Wanted(kept=200, days=("2021-03-01", "2021-03-28")),
    "12-int-dates/excel_serial.jsonl": Wanted(kept=200, days=("2021-03-01", "2021-03-28")),
    "12-int-dates/ns.jsonl": Wanted(kept=200, days=("2021-03-01", "2021-03-28")),
    "12-int-dates/year.jsonl": Wanted(kept=200, days=("2015-01-01", "2020-01-01")),
    "12-int-dates/ymdhm.jsonl": Wanted(kept=200, days=("2021-03-01", "2021-03-01")),
    "13-json-shapes/nulls.jsonl": Wanted(kept=177, rejected=23, categories=FOUR),
    "13-json-shapes/doccano.jsonl": Wanted(kept=200, categories=FOUR, first=FIRST),
    **{
        f"13-json-shapes/{name}": Wanted(kept=200, categories=FOUR, first=FIRST, description=NOTE)
        for name in (
            *("columns.json", "comma_lines.json", "indented_lines.json", "index.json", "news.parquet"),
            *("one_line_objects.json", "records.json", "single_quotes.json", "split.json", "table.json"),
            *("values.json", "wrapped.json", "wrapped_indent.json"),
        )
    },
    "13-json-shapes/nan.json": Wanted(kept=200, categories=FOUR, first=FIRST, description=""),
    "29-multilabel/list.csv": Wanted(kept=200, categories=FOUR, first=FIRST),
    "29-multilabel/list.jsonl": Wanted(kept=200, categories=FOUR, first=FIRST),
    "29-multilabel/hash.csv": Wanted(kept=200, first=FIRST),
}


def decoded(content: bytes, encoding: str) -> str:
    return content.decode(encoding).removeprefix("\ufeff")


def check(news: News, wanted: Wanted, content: bytes) -> None:
    """That ``news`` is what was wanted."""
    table = news.table
    assert (len(news), news.rejected_count) == (wanted.kept, wanted.rejected), news.rejected[:2]
    assert news.rows_in_file == wanted.kept + wanted.rejected
    if wanted.headlines:
        assert table["headline"].tolist() == [
            unicodedata.normalize("NFC", headline) for headline in wanted.headlines
        ]
    if wanted.first:
        assert table["headline"].iloc[0] == wanted.first
    if wanted.description is not None:
        assert table["short_description"].iloc[0] == wanted.description
    if wanted.categories is not None:
        assert set(news.categories) == wanted.categories
    if wanted.days is not None:
        assert table["date"].notna().all()
        days = tuple(day.date().isoformat() for day in (table["date"].min(), table["date"].max()))
        assert days == wanted.days
    for role in ROLES:
        if column := getattr(wanted.columns, role):
            assert getattr(news.shape.used, role) == column
    if wanted.encoding:
        assert decoded(content, news.shape.encoding) == decoded(content, wanted.encoding)


@pytest.mark.parametrize("name", WANTED)
def test_a_shared_file_is_read_as_wanted(name: str) -> None:
    path = shared(name)
    check(read_news(path), WANTED[name], path.read_bytes())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, CaseFile]:
    return made_files(tmp_path_factory.mktemp("made"))


MADE = (
    *("01-kaggle", "01-no-header"),
    *("03-german", "03-german-json", "03-spanish", "03-spanish-json"),
    *("03-french", "03-french-json", "03-hindi", "03-hindi-json"),
    *("03-portuguese", "03-portuguese-json", "03-title-text-class", "03-title-text-class-json"),
    *("03-sentence-target", "03-sentence-target-json", "03-upper", "03-upper-json"),
    *("03-blanks", "03-r-index", "03-imdb", "03-sms"),
    *("04-floats", "04-floats-json", "04-missing"),
    *("29-lists", "29-lists-csv", "29-lists-json-in-csv"),
    *("05-folders", "05-folders-bare", "05-one-file"),
    *("06-train-test",),
    *("07-de-cp1252", "07-es-cp1252", "07-fr-cp1252", "07-pl-cp1250"),
    *("07-ru-cp1251", "07-el-cp1253", "07-ar-cp1256", "07-ja-shift_jis"),
    *(
        "07-ko-euc_kr",
        "07-zh-gb18030",
        "07-de-utf-16",
    ),
    *("07-hi-utf-16-le", "07-ru-utf-16-be", "07-en-utf-16-le", "07-zh-utf-8-sig", "07-ru-koi8-r"),
    *("07-es-mac-roman", "07-few-signs", "07-few-signs-json"),
    *("08-sep-pipe", "08-sep-tab", "08-two-title-rows", "08-decimal-comma"),
    *("08-no-header", "08-blank-lines"),
    *("09-cr", "09-cr-json", "09-crlf", "09-crlf-json", "09-mixed"),
    *("10-inches", "10-backslash", "10-line-breaks"),
    *("11-dots", "11-slashes", "11-two-digits", "11-unpadded"),
    *("11-month-first", "11-month-first-time", "11-year-first", "11-iso-zone"),
    *("11-english", "11-english-short", "11-rfc", "11-german"),
    *("11-spanish", "11-hindi", "11-chinese"),
    *("12-compact", "12-seconds", "12-seconds-float", "12-milliseconds"),
    *("12-microseconds", "12-nanoseconds", "12-excel", "12-excel-half-day"),
    *("12-minutes", "12-years", "12-years-json"),
    *("13-records", "13-columns", "13-index", "13-split"),
    *("13-table", "13-values", "13-lines", "13-indented"),
    *("13-wrapper", "13-nested-wrapper", "13-pretty-objects", "13-comma-lines"),
    *("13-one-line", "13-python", "13-nan", "13-odd-description"),
    *("13-odd-date", "13-null-headline", "13-parquet", "13-parquet-numbers"),
    *("13-parquet-dates", "13-xlsx", "13-xlsx-strings", "13-sqlite"),
    *("19-half", "19-jamo"),
    *(
        "bbc-text.csv",
        "20news.csv",
        "inshorts.csv",
        "isot.csv",
        "spam.csv",
        "ratings_train.txt",
        "cnews.train.txt",
    ),
    *("indicnlp.csv", "form.csv", "Unicode Text.txt", "tweets.csv", "complaints.csv", "newsCorpora.csv"),
    *("guardian.json", "sarcasm.json", "empty cells.csv"),
)


@pytest.mark.parametrize("case", MADE)
def test_another_file_of_the_kind_is_read_as_wanted(
    case: str, made: dict[str, CaseFile], tmp_path: Path
) -> None:
    file = made[case]
    path = tmp_path / file.name
    path.write_bytes(file.content)
    check(read_news(path), file.wanted, file.content)


def test_no_case_is_forgotten(made: dict[str, CaseFile]) -> None:
    assert set(MADE) <= set(made)


def write(folder: Path, name: str, content: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def table(number: int, seed: int, columns: tuple[str, str] = ("headline", "category")) -> str:
    return to_csv(columns, [(row.headline, row.category) for row in rows(number, seed=seed)])


# -- 01, 03: columns ---------------------------------------------------------------------


def test_the_columns_of_ag_news_are_recognised_for_confirmation() -> None:
    shape = inspect_news(shared("01-agnews-kaggle/train.csv"))
    assert shape.columns == ("Class Index", "Title", "Description")
    assert shape.used == Columns(headline="Title", description="Description", category="Class Index")
    assert shape.unused == ()
    assert shape.preview[0] == ("2", FIRST, NOTE)
    assert len(shape.preview) == 5


def test_what_a_column_is_not_used_for_is_known(tmp_path: Path) -> None:
    made = rows(30, seed=1)
    values = [(at, row.headline, "The Gazette", row.category, "x.png") for at, row in enumerate(made)]
    path = write(tmp_path, "news.csv", to_csv(("id", "headline", "newspaper", "category", "picture"), values))
    assert inspect_news(path).unused == ("id", "newspaper", "picture")
    assert len(read_news(path)) == 30


def test_columns_are_assigned_by_hand(tmp_path: Path) -> None:
    made = rows(40, seed=2)
    values = [(row.category, row.description, row.headline) for row in made]
    path = write(tmp_path, "odd.csv", to_csv(("alpha", "beta", "gamma"), values))
    chosen = Columns(headline="gamma", description="beta", category="alpha")
    news = read_news(path, reading=Reading(columns=chosen))
    check(news, Wanted(kept=40, headlines=tuple(row.headline for row in made)), path.read_bytes())
    assert news.reading.columns == chosen
    other = read_news(path, reading=Reading(columns=Columns(headline="alpha", category="gamma")))
    assert other.table["headline"].tolist() == [row.category for row in made]
    assert other.key != news.key


def test_a_column_that_the_file_lacks_is_refused_by_name(tmp_path: Path) -> None:
    path = write(tmp_path, "news.csv", table(10, 1))
    with pytest.raises(NewsFileError, match="titel"):
        read_news(path, reading=Reading(columns=Columns(headline="titel", category="category")))


def test_json_and_csv_give_the_same_table() -> None:
    csv_news = read_news(shared("04-number-category/num.csv"))
    json_news = read_news(shared("04-number-category/num.jsonl"))
    for column in ("headline", "category"):
        assert csv_news.table[column].tolist() == json_news.table[column].tolist()


def test_numbers_get_names(tmp_path: Path) -> None:
    texts = ("Rain falls {},0", "Sun shines {},1.0", "Fog lifts {},0.0")
    lines = [text.format(day) for day in range(5) for text in texts]
    path = write(tmp_path, "n.csv", "\n".join(("text,label", *lines)))
    news = read_news(path, reading=Reading(category_names=(("0", "WET"), ("1", "DRY"))))
    assert news.table["category"].tolist() == ["WET", "DRY", "WET"] * 5


# -- 05, 06: archives --------------------------------------------------------------------


def test_the_first_line_of_a_text_is_its_headline_and_the_rest_its_description() -> None:
    news = read_news(shared("05-folder-zip/news.zip"))
    first = news.table.iloc[0]
    assert (first["headline"], first["category"]) == (FIRST, "sport")
    assert first["short_description"] == f"{NOTE} It cost £5."


def test_train_and_test_of_an_archive_are_kept_apart(made: dict[str, CaseFile], tmp_path: Path) -> None:
    news = read_news(shared("06-two-csv-zip/archive.zip"))
    assert (len(news), news.test_rows) == (200, 40)
    file = made["06-train-test"]
    second = read_news(write(tmp_path, file.name, file.content))
    assert (len(second), second.test_rows) == (120, 30)


def test_an_archive_of_several_files_asks_which(tmp_path: Path) -> None:
    files: dict[str, bytes | str] = {"spring.csv": table(20, 1), "autumn.csv": table(25, 2)}
    path = write(tmp_path, "terms.zip", to_zip(files))
    with pytest.raises(NewsFileError) as refused:
        read_news(path)
    assert "spring.csv" in str(refused.value)
    assert "autumn.csv" in str(refused.value)
    assert len(read_news(path, reading=Reading(member="spring.csv"))) == 20
    assert len(read_news(path, reading=Reading(member="autumn.csv"))) == 25
    assert set(inspect_news(path, reading=Reading(member="autumn.csv")).members) == set(files)
    with pytest.raises(NewsFileError, match=r"winter\.csv"):
        read_news(path, reading=Reading(member="winter.csv"))


# -- 07: encodings -----------------------------------------------------------------------


def test_the_encoding_is_named_and_changeable_by_hand(tmp_path: Path) -> None:
    path = shared("07-cp1252/excel.csv")
    assert codecs.lookup(read_news(path).shape.encoding) == codecs.lookup("cp1252")
    assert "café" in read_news(path).table["headline"].iloc[1]
    by_hand = read_news(path, reading=Reading(encoding="mac_roman"))
    assert "cafÈ" in by_hand.table["headline"].iloc[1]
    assert codecs.lookup(by_hand.shape.encoding) == codecs.lookup("mac_roman")


def test_a_few_damaged_bytes_do_not_change_the_encoding(tmp_path: Path) -> None:
    made = rows(100, language="hi")
    content = to_csv(("title", "label"), [(row.headline, row.category) for row in made]).encode()
    damaged = content.replace("कोहरा".encode(), b"\xff\xfe", 1)
    news = read_news(write(tmp_path, "hi.csv", damaged))
    assert news.shape.encoding == "utf-8"
    assert (len(news), news.rejected_count) == (99, 1)


# -- 10, 11, 30: what is said ------------------------------------------------------------


def test_an_unclosed_quote_costs_its_own_row_at_most() -> None:
    news = read_news(shared("10-tsv-quotes/news.tsv"))
    assert news.rows_in_file == 200
    assert len(news) >= 199
    assert [rejected.line for rejected in news.rejected] in ([], [22])


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_an_unclosed_quote_in_another_file_costs_its_own_row_at_most(separator: str, tmp_path: Path) -> None:
    made = rows(120, seed=8)
    lines = [f"{row.headline}{separator}{row.category}" for row in made]
    for at in (17, 80):
        lines[at] = '"' + lines[at]
    path = write(tmp_path, "open.csv", "\n".join((f"headline{separator}category", *lines)) + "\n")
    news = read_news(path)
    assert news.rows_in_file == 120
    assert len(news) >= 118
    assert {rejected.line for rejected in news.rejected} <= {19, 82}
    kept = [row.category for at, row in enumerate(made) if at not in (17, 80)]
    others = [
        row for row in news.table["category"].tolist() if row in {"MUSIC", "WEATHER", "GARDEN", "TRAFFIC"}
    ]
    assert others[: len(kept)] == kept or len(others) == 120


def test_dates_that_do_not_decide_are_asked(tmp_path: Path) -> None:
    """Days up to 12 alone: both readings are possible, one is taken for the whole column, and it is said."""
    made = rows(60, seed=9)
    values = [
        (row.headline, row.category, f"{at % 12 + 1:02}/{at % 7 + 1:02}/2020") for at, row in enumerate(made)
    ]
    path = write(tmp_path, "dates.csv", to_csv(("title", "label", "date"), values))
    news = read_news(path)
    days = news.table["date"].dt.strftime("%d/%m/%Y").tolist()
    months = news.table["date"].dt.strftime("%m/%d/%Y").tolist()
    written = [value[2] for value in values]
    assert written in (days, months)
    assert any("month" in warning for warning in (*news.alerts, *news.warnings))
    chosen = inspect_news(path).date_format
    assert chosen
    assert news.shape.date_format == chosen


def test_a_loss_above_one_percent_is_said_above_everything(tmp_path: Path) -> None:
    for path, lost in (
        (shared("04-number-category/float.csv"), "10"),
        (
            write(
                tmp_path, "b.csv", "text,label\n" + "Rain falls,A\nSun shines,B\n" * 50 + "Fog lifts,\n" * 7
            ),
            "7",
        ),
    ):
        news = read_news(path)
        assert any(lost in alert for alert in news.alerts), news.alerts


def test_headers_that_repeat_across_a_class_are_hinted_at(tmp_path: Path) -> None:
    news = read_news(shared("30-headers/groups.jsonl"))
    assert (len(news), news.rejected_count) == (300, 0)
    assert any("Newsgroups" in warning or "header" in warning for warning in (*news.alerts, *news.warnings))


def test_the_same_text_under_two_categories_is_a_contradiction_and_no_copy(tmp_path: Path) -> None:
    made = rows(60, seed=4)
    lines = [(f"{row.headline} {at}", row.category) for at, row in enumerate(made)]
    lines += [(headline, "OTHER") for headline, _ in lines[:6]]
    news = read_news(write(tmp_path, "both.csv", to_csv(("title", "label"), lines)))
    sentences = " ".join((*news.alerts, *news.warnings))
    assert "6" in sentences
    assert "categor" in sentences
