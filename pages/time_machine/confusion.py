"""Time machine, Confusion: the matrix of what is called what, as it settles."""

import numpy as np
import streamlit as st

from core.insight.evaluation.captions import MIN_ARTICLES
from core.insight.evaluation.confusion import most_frequent, order_by_similarity
from core.insight.evaluation.figures import MOST_CATEGORIES
from core.insight.history import captions as sentences
from core.insight.history.replay import Replay
from core.insight.plot_style import AGAINST, FOR
from pages.components.player import packed, time_player
from pages.wording import count, literal, plain


def confusion(shown: Replay, *, run: str, best_epoch: int) -> None:
    """The matrix with its player; its categories in the order of the last snapshot, those alike side by side."""
    last = shown.confusion(len(shown) - 1)
    kept = most_frequent(last, MOST_CATEGORIES)
    kept = kept[order_by_similarity(last[np.ix_(kept, kept)])]
    counts = []
    for at in range(len(shown)):
        rows = shown.confusion(at)[kept]
        drawn = rows[:, kept]
        counts.append(np.concatenate([drawn, (rows.sum(axis=1) - drawn.sum(axis=1))[:, None]], axis=1))
    said = sentences.recall_caption(shown)
    time_player(
        __file__,
        shown,
        run=run,
        best_epoch=best_epoch,
        captions=[sentences.confusion_caption(shown, at) for at in range(len(shown))],
        alt=said,
        data={
            "names": [plain(shown.labels[at]) for at in kept],
            "counts": packed(np.stack(counts).astype("<u4")),
            "enough": [MIN_ARTICLES if one.whole else _FEW for one in shown.moments],
            "hint": "Point at a cell to read it.",
            "drawn": plain(said),
            "right": FOR,
            "wrong": AGAINST,
        },
    )
    rest = len(shown.labels) - len(kept)
    st.caption(literal(said))
    st.caption(
        "Each row is one category's articles: the stronger the colour, the larger the share of the row. Green is "
        f"right, purple is wrong. Inside the first epoch {count(len(shown.header.few))} articles are asked, at an "
        f"epoch's end {count(len(shown.header.y))}."
        + (f" The {count(rest)} smallest categories are not drawn." if rest else "")
    )


_FEW = 5  # articles of a category whose mistakes are listed, where few are asked
