"""A player: a slider over moments, and buttons that play them or go one step.

All moments of a view go to the browser at once, so playing asks nothing of the server. Each view brings its own
drawing in JavaScript (pages/time_machine, pages/learn/learning): a function of the view's element and its data that
makes what stands below the player and returns ``show(index, moving)``; ``show.fit`` is called when the width has
changed. The browser keeps the chosen moment, for all views of a run.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from core.insight.replay import captions as sentences
from core.insight.replay.replay import Replay
from pages.components import assets
from pages.wording import plain


def time_player(
    module: str,
    replay: Replay,
    *,
    run: str,
    best_epoch: int,
    captions: Sequence[str],
    alt: str,
    data: dict[str, Any],
    on_word_change: Callable[[], None] | None = None,
) -> None:
    """Draw the player with a view below it.

    Args:
        module: the view's ``__file__``; its JavaScript and CSS stand beside it.
        run: its id, under which the browser keeps the moment.
        best_epoch: the epoch whose weights the classifier has; 0 while there is no classifier.
        captions: a sentence of each moment.
        alt: what the view shows, for a screen reader.
        data: what its JavaScript reads.
    """
    moments = [
        {
            "position": f"{moment.epochs}-{moment.step}",
            "name": sentences.moment(replay, index),
            "right": sentences.accuracy(replay, index),
            "accuracy": replay.accuracy(index),
            "whole": moment.whole,
            "kept": moment.whole and moment.epochs == best_epoch,
            "caption": plain(captions[index]),
        }
        for index, moment in enumerate(replay.moments)
    ]
    draw_player(
        module,
        key=f"time_{Path(module).stem}",
        run=run,
        moments=moments,
        alt=alt,
        data=data,
        on_word_change=on_word_change,
    )


def draw_player(
    module: str,
    *,
    key: str,
    run: str,
    moments: Sequence[dict[str, Any]],
    alt: str,
    data: dict[str, Any],
    on_word_change: Callable[[], None] | None = None,
) -> None:
    """Draw a player with a view below it.

    Args:
        module: the view's ``__file__``; its JavaScript and CSS stand beside it.
        key: the component's.
        run: the name under which the browser keeps the moment.
        moments: of each its "position" ("epochs-step"), "name", "right" and "accuracy" (its score), "whole" (an
            epoch has ended), "kept" (the classifier has these weights) and "caption".
        alt: what the view shows, for a screen reader.
        data: what its JavaScript reads; "pace" (milliseconds a moment) and "start" (the first moment shown) are the
            player's own.
    """
    sent = {"run": run, "moments": [*moments], **data}
    # The browser redraws when the stamp changes, and skips the rest of the data when it does not.
    stamp = hashlib.sha256(json.dumps(sent, sort_keys=True).encode()).hexdigest()
    listening: dict[str, Any] = {"on_word_change": on_word_change} if on_word_change else {}
    assets.component(module)(data=sent | {"stamp": stamp, "alt": plain(alt)}, key=key, **listening)


def packed(numbers: np.ndarray) -> str:
    """The numbers' bytes as base64, which the browser unpacks."""
    return base64.b64encode(np.ascontiguousarray(numbers).tobytes()).decode()
