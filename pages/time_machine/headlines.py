"""Time machine, Headlines: the predictions for some held-out headlines at every snapshot."""

import numpy as np
import streamlit as st

from core.insight.plot_style import AGAINST, FOR, INK, QUIET
from core.insight.replay import captions
from core.insight.replay.replay import Replay
from pages.components.player import time_player
from pages.wording import literal, plain

_BARS = 5


def headlines(replay: Replay, *, run: str, best_epoch: int) -> None:
    """Draw the player with the headlines, most often changed first, and the chosen one's probabilities."""
    order = np.argsort(-replay.changes.sum(axis=0), kind="stable")
    bars = min(_BARS, len(replay.labels))
    top, shares = [], []
    for index in range(len(replay)):
        probabilities, answers = replay.probabilities(index)[order], replay.answers[index][order]
        ranked = probabilities.astype(np.float64)
        ranked[np.arange(len(order)), answers] += 2  # first, also where 16 bits cannot tell two apart
        first = np.argsort(-ranked, axis=1, kind="stable")[:, :bars]  # (headlines, bars)
        top.append(first)
        shares.append(np.take_along_axis(probabilities, first, axis=1))
    caption = captions.headlines(replay)
    time_player(
        __file__,
        replay,
        run=run,
        best_epoch=best_epoch,
        captions=[captions.predictions(replay, index) for index in range(len(replay))],
        alt=caption,
        data={
            "headlines": [
                {
                    "text": plain(replay.header.headlines[row]) or "(no words)",
                    "truth": int(replay.truth[row]),
                    "about": plain(captions.headline(replay, int(row))),
                }
                for row in order
            ],
            "labels": [plain(label) for label in replay.labels],
            "bars": bars,
            "top": np.concatenate(top).ravel().tolist(),
            "shares": np.rint(1000 * np.concatenate(shares)).astype(int).ravel().tolist(),
            "right": FOR,
            "wrong": AGAINST,
            "ink": INK,
            "quiet": QUIET,
        },
    )
    st.caption(
        literal(caption)
        + (
            " They are random articles that the network never learns from. Shaded: the answer changed since "
            "the last snapshot."
        )
    )
