"""Time machine, Confusion: the confusion matrix at each snapshot."""

import numpy as np
import streamlit as st

from core.insight.evaluation.confusion import most_frequent, order_by_similarity
from core.insight.evaluation.figures import MOST_CATEGORIES
from core.insight.evaluation.report import MIN_ARTICLES
from core.insight.plot_style import AGAINST, FOR
from core.insight.replay import captions
from core.insight.replay.replay import Replay
from pages.components.player import packed, time_player
from pages.wording import count, literal, plain


def confusion(replay: Replay, *, run: str, best_epoch: int) -> None:
    """Draw the player with the matrix; its order is that of the last snapshot, similar categories side by side."""
    last = replay.confusion(len(replay) - 1)
    categories = most_frequent(last, MOST_CATEGORIES)
    categories = categories[order_by_similarity(last[np.ix_(categories, categories)])]
    counts = []
    for index in range(len(replay)):
        rows = replay.confusion(index)[categories]
        columns = rows[:, categories]
        others = (rows.sum(axis=1) - columns.sum(axis=1))[:, None]
        counts.append(np.concatenate([columns, others], axis=1))
    caption = captions.recall(replay)
    time_player(
        __file__,
        replay,
        run=run,
        best_epoch=best_epoch,
        captions=[captions.confusion(replay, index) for index in range(len(replay))],
        alt=caption,
        data={
            "names": [plain(replay.labels[index]) for index in categories],
            "counts": packed(np.stack(counts).astype("<u4")),
            "enough": [MIN_ARTICLES if moment.whole else _FEW for moment in replay.moments],
            "hint": "Point at a cell to read its numbers.",
            "drawn": plain(caption),
            "right": FOR,
            "wrong": AGAINST,
        },
    )
    not_drawn = len(replay.labels) - len(categories)
    st.caption(literal(caption))
    st.caption(
        (
            "Each row shows the articles of one category. A stronger colour means a larger share of the row. "
            "Green is correct, purple is wrong. During the first epoch the network answers "
            f"{count(len(replay.header.sample))} articles, at the end of an epoch {count(len(replay.header.y))}."
        )
        + (f" The {count(not_drawn)} smallest categories are left out." if not_drawn else "")
    )


_FEW = 5  # articles of a category whose mistakes are listed, where few are asked
