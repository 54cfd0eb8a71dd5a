"""A file of headlines in, a CSV with label and probability out."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from core.errors import HeadlineLabError
from core.insight.prediction import captions
from core.insight.prediction.figures import labels_chart
from core.insight.wording import percent
from core.news.csv_export import to_csv
from core.news.headline_files import MAX_BYTES, MAX_HEADLINES, Headlines, read_headlines
from core.runs.parked_files import ParkedFile, ParkedFiles
from core.runs.quotas import ANSWERS, Client
from pages.components.chart import chart
from pages.loaded_classifier import ClassifierKey, LoadedClassifier
from pages.session import Session
from pages.widgets.classifier_picker import load_classifier
from pages.widgets.download import download
from pages.wording import count, duration, literal, plain

_PREVIEW_ROWS = 100
_KEY = "answered_file"
_answers = ParkedFiles(ANSWERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class _BatchResult:
    """The result of the last file: its id, the classifier's stamp, the CSV, its first rows, the shares of labels."""

    file: str
    classifier: tuple[str, int, int]
    headlines: int
    rejected: int
    first_rejected: tuple[int, str] | None  # line and reason
    csv: ParkedFile
    first: list[tuple[str, str, str]]
    shares: list[tuple[str, float]]  # label and its share of the headlines, falling
    seconds: float


@st.fragment
def headline_file(session: Session, key: ClassifierKey) -> None:
    """Draw the upload, the button, the progress and the result."""
    loaded = load_classifier(key)
    if loaded is None:
        return
    st.subheader("A file of headlines", anchor=False)
    upload = st.file_uploader(
        "One headline a line; or CSV or JSON lines with a column named headline",
        type=["txt", "csv", "tsv", "json", "jsonl"],
        max_upload_size=MAX_BYTES // 2**20,
        help=f"At most {count(MAX_HEADLINES)} headlines. The answers come back as a CSV file.",
        disabled=not session.has_cookie,
    )
    if upload is None:
        st.session_state.pop(_KEY, None)
        return
    result = st.session_state.get(_KEY)
    if (
        result is None
        or (result.file, result.classifier) != (upload.file_id, loaded.stamp)
        or not result.csv.is_there
    ):
        slot = st.empty()
        if not slot.button("Classify them all", type="primary", icon=":material/table_view:"):
            return
        try:
            read = read_headlines(upload.getvalue(), plain(upload.name))
        except HeadlineLabError as error:
            st.error(literal(str(error)))
            return
        slot.empty()
        try:
            result = st.session_state[_KEY] = _classify(session.client, loaded, upload.file_id, read)
        except HeadlineLabError as error:
            st.error(literal(str(error)))
            return
        except OSError:
            st.error("The server's disk is full, so the answers could not be kept.")
            return
    _draw_result(session, result)


def _classify(client: Client, loaded: LoadedClassifier, file: str, read: Headlines) -> _BatchResult:
    start = time.monotonic()
    bar = st.progress(0.0)
    labels = loaded.classifier.label_all(read.headlines, _reporting(bar.progress, len(read.headlines)))
    bar.empty()
    answers = sum(
        len(headline) + len(label) for headline, (label, _) in zip(read.headlines, labels, strict=True)
    )
    if answers > ANSWERS.visitor:  # labels may be of any length
        raise HeadlineLabError(
            f"The answers would have more than {ANSWERS.visitor // 2**20} MB, for the categories have long names. "
            "Split the file."
        )
    rows = [(headline, *answer) for headline, answer in zip(read.headlines, labels, strict=True)]
    return _BatchResult(
        file=file,
        classifier=loaded.stamp,
        headlines=len(read.headlines),
        rejected=read.rejected_count,
        first_rejected=read.rejected[0] if read.rejected else None,
        csv=_answers.park(
            client,
            to_csv(
                ("headline", "label", "probability"),
                [(headline, label, round(probability, 4)) for headline, label, probability in rows],
            ),
        ),
        shares=[
            (label, times / len(labels))
            for label, times in Counter(label for label, _ in labels).most_common()
        ],
        first=[
            (plain(headline), plain(label), percent(probability))
            for headline, label, probability in rows[:_PREVIEW_ROWS]
        ],
        seconds=time.monotonic() - start,
    )


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
    st.markdown(f"{count(result.headlines)} headlines classified in {duration(max(result.seconds, 0.1))}.")
    if result.first_rejected:
        line, reason = result.first_rejected
        rows = "One row was" if result.rejected == 1 else f"{count(result.rejected)} rows were"
        st.warning(f"{rows} passed over. The first is number {count(line)}: {literal(reason)}.")
    download(
        session,
        "Download the answers (CSV)",
        result.csv.copy_to,
        thing=f"{result.file} {result.classifier}",
        name="headlines_with_labels.csv",
        media_type="text/csv",
        key="download_answers",
        primary=True,
    )
    chart(labels_chart(result.shares), "labels_chart", "Labels given", captions.labels(result.shares))
    columns = ("headline", "label", "probability")
    st.dataframe(
        {name: [row[column] for row in result.first] for column, name in enumerate(columns)},
        hide_index=True,
        height=300 if len(result.first) > 7 else "content",
    )
    if result.headlines > _PREVIEW_ROWS:
        st.caption(f"The first {_PREVIEW_ROWS} rows; all are in the file.")
