"""A test file beside the file that is learnt from: both as one ``News`` whose last rows are the test part.

Leaves out: which of its rows are scored (``training/preparation.py``): a category that is not learnt cannot be.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.news.changes import ROW
from core.news.file_warnings import leakage_warnings
from core.news.label_matching import LeftOut, match_labels
from core.news.rejections import MAX_KEPT
from core.news.wording import many

if TYPE_CHECKING:
    from core.news.news import News  # which reads an archive of both by this module


def with_test(news: "News", test: "News") -> "News":
    """``news`` with the articles of ``test`` behind its own, in the spelling of its own categories.

    A test part that ``news`` had goes. Both tables stay as they are. Memory: the two tables once more.
    """
    if news.test_rows:
        news = _without_test(news)
    own, given = news.table["category"], test.table["category"]
    spelt = match_labels(test.categories, news.categories).label_of
    names = sorted({*news.categories, *(spelt.get(name, name) for name in test.categories)})
    position = {name: index for index, name in enumerate(names)}
    codes = [
        np.array([position.get(spelling.get(name, name), -1) for name in column.cat.categories], np.int32)[
            column.cat.codes.to_numpy()
        ]
        for column, spelling in ((own, {}), (given, spelt))
    ]
    table = pd.concat(
        [frame.drop(columns=["category", ROW], errors="ignore") for frame in (news.table, test.table)],
        ignore_index=True,
    )
    if (
        ROW in news.table
    ):  # no change takes an article of the test file out: it stands behind all of the other's
        start = len(news.table) + news.taken_out
        own_rows = news.table[ROW].to_numpy()
        table[ROW] = np.concatenate([own_rows, np.arange(start, start + len(test), dtype=np.int64)])
    categories = pd.Categorical.from_codes(np.concatenate(codes), categories=pd.Index(names, dtype="str"))
    table.insert(news.table.columns.get_loc("category"), "category", categories)
    rejected = tuple(replace(line, reason=f"{test.name}: {line.reason}") for line in test.rejected)
    alerts = tuple(f"{test.name}: {alert}" for alert in test.alerts)
    warnings = tuple(
        f"{test.name}: {warning}" for warning in (*test.warnings, *leakage_warnings(news.table, test.table))
    )
    return replace(
        news,
        table=table,
        rejected=(*news.rejected, *rejected)[:MAX_KEPT],
        rejected_count=news.rejected_count + test.rejected_count,
        rejected_reasons=tuple(
            (Counter(dict(news.rejected_reasons)) + Counter(dict(test.rejected_reasons))).most_common()
        ),
        alerts=(*news.alerts, *alerts),
        warnings=(*news.warnings, *warnings),
        lasting_warnings=(*news.lasting_warnings, *warnings),
        test_rows=len(test),
        test_sentences=(*alerts, *warnings),
        test_rejected=rejected_by_reason(test),
    )


def own_test_part(news: "News", rows: int, rejected: Mapping[str, int]) -> "News":
    """``news`` whose last ``rows`` are the test part that its file names; ``rejected``: by reason, of that part."""
    learnt, asked = news.table.iloc[:-rows], news.table.iloc[-rows:]
    sentence = (
        f"The file has parts for training and test: its last {many(rows, 'article')} are the test part."
    )
    sentences = (sentence, *leakage_warnings(learnt, asked))
    return replace(
        news,
        warnings=(*sentences, *news.warnings),
        lasting_warnings=(*sentences, *news.lasting_warnings),
        test_rows=rows,
        test_sentences=sentences,
        test_rejected=tuple(
            LeftOut(reason=reason, rows=count) for reason, count in Counter(rejected).most_common()
        ),
    )


def _without_test(news: "News") -> "News":
    """``news`` without the rows of its test file; what could not be read of that, and what was said of it, go too."""
    unread = Counter({group.reason: group.rows for group in news.test_rejected})
    own_rejected = news.rejected_count - unread.total()
    alerts, warnings, lasting = (
        tuple(sentence for sentence in sentences if sentence not in news.test_sentences)
        for sentences in (news.alerts, news.warnings, news.lasting_warnings)
    )
    return replace(
        news,
        table=news.table.iloc[: len(news.table) - news.test_rows],
        rejected=news.rejected[:own_rejected],
        rejected_count=own_rejected,
        rejected_reasons=tuple((Counter(dict(news.rejected_reasons)) - unread).most_common()),
        alerts=alerts,
        warnings=warnings,
        lasting_warnings=lasting,
        test_rows=0,
        test_rejected=(),
        test_sentences=(),
    )


def rejected_by_reason(news: "News") -> tuple[LeftOut, ...]:
    """The lines of a file that could not be read, by their reason, most frequent first."""
    return tuple(LeftOut(reason=reason, rows=rows) for reason, rows in news.rejected_reasons)
