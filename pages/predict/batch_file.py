"""A file of headlines in, a CSV of all its columns with labels and probabilities out."""

import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.errors import HeadlineLabError
from core.insight.prediction import captions
from core.insight.prediction.figures import labels_chart
from core.news.csv_export import Cell, to_csv
from core.news.headline_files import (
    MAX_BYTES,
    MAX_HEADLINES,
    Headlines,
    answer_columns,
    inspect_headlines,
    read_headlines,
)
from core.news.reading import FileShape, Reading
from core.runs.parked_files import ParkedFile, ParkedFiles
from core.runs.quotas import ANSWERS, Client
from pages.components.chart import chart
from pages.loaded_classifier import ClassifierKey, LoadedClassifier
from pages.session import Session
from pages.widgets.classifier_picker import load_classifier
from pages.widgets.download import download
from pages.widgets.reading_choice import choose_reading
from pages.wording import count, distinct, duration, help_text, literal, plain

_PREVIEW_ROWS = 100
_KEY, _SHAPES = "answered_file", "shapes_of_headlines"
_RANKED = 3  # labels of each row in the answer
_TYPES = ["txt", "csv", "tsv", "json", "jsonl", "ndjson", "xlsx", "parquet", "gz", "xz", "zip", "zst"]
_answers = ParkedFiles(ANSWERS)
_Asked = tuple[
    str, tuple[str, int, int], Reading
]  # the file's id, the classifier's stamp, how the file is read


@dataclass(frozen=True, slots=True, kw_only=True)
class _BatchResult:
    """The result of the last file: what it was asked of, the CSV, its first rows, the shares of labels."""

    asked: _Asked
    answered: int
    rows: int
    rejected: int
    first_rejected: tuple[int, str] | None  # line and reason
    csv: ParkedFile
    columns: tuple[str, ...]  # of the CSV
    first: list[tuple[str, ...]]
    shares: list[tuple[str, float]]  # label and its share of the headlines, falling
    seconds: float


@st.fragment
def headline_file(session: Session, key: ClassifierKey) -> None:
    """Draw the upload, the columns, the button, the progress and the result."""
    loaded = load_classifier(key)
    if loaded is None:
        return
    st.subheader("A file of headlines", anchor=False)
    upload = st.file_uploader(
        "One headline per line, or a table with a column of texts",
        type=_TYPES,
        max_upload_size=MAX_BYTES // 2**20,
        help=help_text(
            f"CSV, JSON, Excel or Parquet, also compressed. At most {count(MAX_HEADLINES)} headlines. You get "
            "back a CSV file with all columns and the answers."
        ),
        disabled=not session.has_cookie,
    )
    if upload is None:
        st.session_state.pop(_KEY, None)
        st.session_state.pop(_SHAPES, None)
        return
    try:
        reading, is_complete = choose_reading(
            lambda reading: _shape(upload, reading), ("headline", "description"), key=upload.file_id
        )
    except HeadlineLabError as error:
        st.error(literal(str(error)))
        return
    result = st.session_state.get(_KEY)
    asked = (upload.file_id, loaded.stamp, reading)
    if result is None or result.asked != asked or not result.csv.is_there:
        slot = st.empty()
        if not slot.button(
            "Classify all", type="primary", icon=":material/table_view:", disabled=not is_complete
        ):
            return
        slot.empty()
        try:
            with _stored(upload) as path:
                read = read_headlines(path, plain(upload.name), reading)
            result = st.session_state[_KEY] = _classify(session.client, loaded, asked, read)
        except HeadlineLabError as error:
            st.error(literal(str(error)))
            return
        except OSError:
            st.error("The server's disk is full, so the answers could not be kept.")
            return
    _draw_result(session, result)


@contextmanager
def _stored(upload: UploadedFile) -> Iterator[Path]:
    """The upload as a file, for formats that are read from one."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload"
        path.write_bytes(upload.getvalue())
        yield path


def _shape(upload: UploadedFile, reading: Reading) -> FileShape:
    """How the upload is read; kept, because every rerun asks.

    Raises:
        HeadlineLabError: it is no text and no table.
    """
    file_id, shapes = st.session_state.get(_SHAPES, ("", {}))
    if file_id != upload.file_id:
        shapes = {}
    if reading not in shapes:
        try:
            with _stored(upload) as path:
                shapes[reading] = inspect_headlines(path, plain(upload.name), reading)
        except OSError:
            raise HeadlineLabError("The server's disk is full, so the file could not be read.") from None
        st.session_state[_SHAPES] = (upload.file_id, shapes)
    shape: FileShape = shapes[reading]
    return shape


def _classify(
    client: Client,
    loaded: LoadedClassifier,
    asked: _Asked,
    read: Headlines,
) -> _BatchResult:
    start = time.monotonic()
    bar = st.progress(0.0)
    answered = read.answered
    ranked = min(_RANKED, len(loaded.classifier.labels))
    rankings = loaded.classifier.rank_all(
        [read.headlines[row] for row in answered],
        [read.descriptions[row] for row in answered],
        most=ranked,
        progress=_reporting(bar.progress, len(answered)),
    )
    bar.empty()
    answer_size = sum(len(label) + 8 for ranking in rankings for label, _ in ranking)
    if answer_size + sum(len(str(cell)) + 3 for row in read.rows for cell in row) > ANSWERS.visitor:
        raise HeadlineLabError(  # labels and cells may be of any length
            f"The answers would take more than {ANSWERS.visitor // 2**20} MB, because the columns or "
            "category names are long. Split the file."
        )
    answers = dict(zip(answered, rankings, strict=True))
    columns = (*read.columns, *answer_columns(read.columns, ranked=ranked))
    rows = [(*cells, *_answer(answers.get(row), ranked)) for row, cells in enumerate(read.rows)]
    labels = Counter(ranking[0][0] for ranking in rankings)
    return _BatchResult(
        asked=asked,
        answered=len(answered),
        rows=len(rows),
        rejected=read.rejected_count,
        first_rejected=read.rejected[0] if read.rejected else None,
        csv=_answers.park(client, to_csv(columns, rows)),
        columns=columns,
        first=[tuple(plain(str(cell)) for cell in row) for row in rows[:_PREVIEW_ROWS]],
        shares=[(label, times / len(rankings)) for label, times in labels.most_common()],
        seconds=time.monotonic() - start,
    )


def _answer(ranking: tuple[tuple[str, float], ...] | None, ranked: int) -> tuple[Cell, ...]:
    """The cells of a row's answer; empty ones for a row without a text."""
    if ranking is None:
        return ("",) * (2 * ranked)
    return tuple(cell for label, probability in ranking for cell in (label, round(probability, 4)))


def _reporting(draw: Callable[..., object], headlines: int) -> Callable[[float], None]:
    """A progress function that redraws the bar, with the time left, five times a second at most."""
    start = last = time.monotonic()

    def report(share: float) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < 0.2:
            return
        last = now
        left = duration((now - start) * (1 - share) / max(share, 0.01))
        draw(min(share, 1.0), f"Classifying {count(headlines)} headlines, about {left} left")

    return report


def _draw_result(session: Session, result: _BatchResult) -> None:
    headlines = f"{count(result.answered)} headline{'s' * (result.answered != 1)}"
    st.markdown(f"{headlines} classified in {duration(max(result.seconds, 0.1))}.")
    if result.first_rejected:
        line, reason = result.first_rejected
        rows = "One row was" if result.rejected == 1 else f"{count(result.rejected)} rows were"
        st.warning(f"{rows} skipped. The first one is line {count(line)}: {literal(reason)}.")
    download(
        session,
        "Download the answers (CSV)",
        result.csv.copy_to,
        thing=repr(result.asked),
        name="headlines_with_labels.csv",
        media_type="text/csv",
        key="download_answers",
        primary=True,
    )
    chart(labels_chart(result.shares), "labels_chart", "Predicted labels", captions.labels(result.shares))
    names = distinct({number: plain(column) for number, column in enumerate(result.columns)})
    st.dataframe(
        {name: [row[number] for row in result.first] for number, name in names.items()},
        hide_index=True,
        height=300 if len(result.first) > 7 else "content",
    )
    if result.rows > _PREVIEW_ROWS:
        st.caption(f"The first {_PREVIEW_ROWS} rows. The file has all of them.")
