"""The training of the tiny network as a player: words, headlines and the line between the categories in a plane."""

from typing import Any

import numpy as np

from core.insight.lessons.learning import captions
from core.insight.lessons.learning.compute import (
    CATEGORIES,
    HEADLINES,
    LABELS,
    MEANS,
    WORDS,
    Parameters,
    Training,
    boundary,
)
from pages.components.player import draw_player

_PACE = 250  # milliseconds a step
_DIGITS = 3  # of a coordinate, as it is sent


def draw_plane(training: Training, name: str) -> None:
    """Draw the player from the first moment on. ``name`` tells this training from one with other settings."""
    # The same scale at every moment.
    reach = 1.15 * max(float(np.abs(moment.embedding).max()) for moment in training.moments)
    description = captions.development(training)
    moments: list[dict[str, Any]] = [
        {
            "position": f"0-{step}",
            "name": captions.moment(step),
            "right": captions.score(training, step),
            "accuracy": accuracy,
            "whole": False,
            "kept": False,
            "caption": description,
        }
        for step, accuracy in enumerate(training.accuracies)
    ]
    draw_player(
        __file__,
        key="learning_plane",
        run=f"learning-{name}",
        moments=moments,
        alt="The tiny network's training, step by step",
        data={
            "pace": _PACE,
            "start": 0,
            "drawn": f"Words and headlines in a plane, and the line between the categories. {description}",
            "drawings": [_drawing(moment, reach) for moment in training.moments],
            "categories": [f"{category}; hollow: answered wrongly" for category in CATEGORIES],
            "words": list(WORDS),
            "headlines": [{"text": text, "category": category} for text, category in HEADLINES],
            "reach": reach,
        },
    )


def _drawing(moment: Parameters, reach: float) -> dict[str, Any]:
    """The points, the line and the second category's side at one moment."""
    far = 4 * reach
    line = boundary(moment, far)
    drawing: dict[str, Any] = {
        "words": moment.embedding.round(_DIGITS).tolist(),
        "headlines": (MEANS @ moment.embedding).round(_DIGITS).tolist(),
        "correct": (moment.probabilities().argmax(axis=1) == LABELS).tolist(),
        "line": line,
    }
    if line:
        normal = moment.kernel[:, 1] - moment.kernel[:, 0]
        away = 2 * far * normal / np.hypot(*normal)
        (x1, y1), (x2, y2) = line
        drawing["side"] = [[x1, y1], [x2, y2], [x2 + away[0], y2 + away[1]], [x1 + away[0], y1 + away[1]]]
    return drawing
