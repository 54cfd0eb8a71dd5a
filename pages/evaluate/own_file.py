"""Evaluate, Own file: a classifier scored on a file that the visitor brings, every row of it accounted for."""

from dataclasses import replace
from functools import partial
from typing import BinaryIO

import numpy as np
import pandas as pd
import streamlit as st

from core.errors import HeadlineLabError
from core.insight.evaluation import captions
from core.insight.evaluation.held_out import Articles, HeldOut
from core.insight.evaluation.own_file import OwnFile
from core.insight.evaluation.report import Report
from core.tasks.news_tasks import ReadNews
from core.tasks.prediction_tasks import AnswerFile, ExportAnswers
from pages import caches, tasks
from pages.evaluate.confusion import draw_confusion
from pages.evaluate.scores import draw_metrics, draw_table
from pages.loaded_classifier import ClassifierKey, LoadedClassifier
from pages.session import Session
from pages.single_flight_cache import SingleFlightCache
from pages.widgets.download import download
from pages.widgets.evaluation_context import EvaluationContext
from pages.widgets.test_file import choose_test_file
from pages.wording import count, literal, plain

_evaluated = SingleFlightCache[tuple[HeldOut, Report]](16)


@st.fragment
def own_file(session: Session, key: ClassifierKey) -> None:
    """Draw the upload, and the scores on the file once there is one."""
    st.markdown(
        "Score the network on your own file of articles that it has not seen, with their categories. "
        "Capitals and spaces in category names do not matter. Categories that the network does not know "
        "are left out and listed."
    )
    try:
        news = choose_test_file(session, "Score your own file", key="own_test_file")
        if news:
            _draw(session, caches.classifier(key.folder, key.run), news)
    except HeadlineLabError as error:
        st.error(literal(str(error)))


def _draw(session: Session, loaded: LoadedClassifier, news_task: ReadNews) -> None:
    """Draw the accounting of the rows, the scores, the confusion matrix and the download."""
    given_names = loaded.run.reading.category_names if loaded.run else ()
    answers = AnswerFile(card=loaded.card, news=news_task, given_names=given_names)
    export = ExportAnswers(answers=answers)
    own = tasks.result(answers)
    tasks.result(export)  # now: its download would wait for its turn, and hold up all other downloads
    context = _context(loaded, answers, own)
    accounting = literal(captions.own_file(own))
    if own.left_out:
        st.warning(accounting)
        _draw_left_out(own)
    else:
        st.markdown(accounting)
    if respelled := captions.respelled(own):
        st.caption(literal(respelled))
    draw_metrics(context.report)
    st.markdown(literal(captions.own_scores(context.report)))
    download(
        session,
        "Download the answers (CSV)",
        partial(_write, export, session.visitor),
        thing=export.key(),
        name="answers.csv",
        media_type="text/csv",
        key="download_own_answers",
    )
    draw_table(context)
    draw_confusion(context)


def _draw_left_out(own: OwnFile) -> None:
    rows = count(own.rows_given - own.rows_scored)
    with st.expander(f"What is left out: {rows} of {count(own.rows_given)} rows", icon=":material/rule:"):
        st.dataframe(
            pd.DataFrame(
                {
                    "Rows": [group.rows for group in own.left_out],
                    "Why": [plain(group.reason) for group in own.left_out],
                    "Category": [plain(group.category) for group in own.left_out],
                }
            ),
            hide_index=True,
            key="own_left_out",
            alt="How many rows are left out, and why",
        )


def _context(loaded: LoadedClassifier, answers: AnswerFile, own: OwnFile) -> EvaluationContext:
    """The file as a test part, for what is drawn of an evaluation. Its baseline knows the shares of the file."""

    def build() -> tuple[HeldOut, Report]:
        articles = Articles.from_table(caches.read_news(answers.news).table, own.rows)
        test = replace(own.part, articles=articles)
        counts = np.bincount(test.y, minlength=len(loaded.classifier.labels)).astype(np.int64)
        return HeldOut(validation=test, test=test, training_counts=counts), own.report()

    held_out, report = _evaluated.get(answers.key(), build)
    return EvaluationContext(loaded=loaded, held_out=held_out, report=report, stamp=(answers.key(), 0, 0))


def _write(export: ExportAnswers, visitor: str, stream: BinaryIO) -> None:
    stream.write(tasks.result(export, visitor=visitor).data)
