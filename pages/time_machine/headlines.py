"""Time machine, Headlines: what each of some unseen headlines was called at every snapshot."""

import numpy as np
import streamlit as st

from core.insight.history import captions as sentences
from core.insight.history.replay import Replay
from core.insight.plot_style import AGAINST, FOR, INK, QUIET
from pages.components.player import time_player
from pages.wording import literal, plain

_BARS = 5


def headlines(shown: Replay, *, run: str, best_epoch: int) -> None:
    """The headlines with their answers, those that change most often first; the chosen one with its probabilities."""
    order = np.argsort(-shown.changes.sum(axis=0), kind="stable")
    bars = min(_BARS, len(shown.labels))
    top, shares = [], []
    for at in range(len(shown)):
        probabilities, answers = shown.probabilities(at)[order], shown.answers[at][order]
        ranked = probabilities.astype(np.float64)
        ranked[np.arange(len(order)), answers] += 2  # first, also where 16 bits cannot tell two apart
        first = np.argsort(-ranked, axis=1, kind="stable")[:, :bars]  # (headlines, bars)
        top.append(first)
        shares.append(np.take_along_axis(probabilities, first, axis=1))
    said = sentences.headlines_caption(shown)
    time_player(
        __file__,
        shown,
        run=run,
        best_epoch=best_epoch,
        captions=[sentences.predictions_caption(shown, at) for at in range(len(shown))],
        alt=said,
        data={
            "headlines": [
                {
                    "text": plain(shown.header.headlines[row]) or "(no words)",
                    "truth": int(shown.truth[row]),
                    "about": plain(sentences.headline_caption(shown, int(row))),
                }
                for row in order
            ],
            "labels": [plain(label) for label in shown.labels],
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
        literal(said)
        + " They are drawn at random from the articles that the network never learns from, by the run's seed. Shaded: "
        "another answer than at the snapshot before."
    )
