"""What the browser receives of a line chart, key by key: ``live_chart.js`` reads this JSON."""

from dataclasses import replace

from core.insight.history.figures import learning_curve_spec
from core.insight.history.learning_curves import Curves
from core.insight.memory_race.figures import validation_curves_spec
from core.insight.memory_race.results import result
from core.settings.memory_race import equal_budget_settings
from pages.components.live_chart import chart_data

EMPTY = Curves(
    training={"accuracy": [], "loss": []},
    validation={"accuracy": [], "loss": []},
    whole={"accuracy": [], "loss": []},
    learnt={"accuracy": [], "loss": []},
    majority=None,
    linear=None,
)
CURVES = replace(
    EMPTY,
    training={
        "accuracy": [(0.25, 0.21), (0.5, 1 / 3), (1.25, 0.7)],
        "loss": [(0.25, 2.5), (0.5, 2.0), (1.25, 1.1)],
    },
    validation={"accuracy": [(0.5, 0.3)], "loss": [(0.5, 2.25)]},
    whole={"accuracy": [(1, 0.5)], "loss": [(1, 1.75)]},
    majority=0.25,
    linear=0.632,
    changes=[(1.25, 0.0005)],
)


def test_accuracy_with_baselines_a_guess_and_another_learning_rate() -> None:
    spec = learning_curve_spec(CURVES, "accuracy", epochs=2, guess=0.9)
    assert chart_data(spec) == {
        "title": "Unseen articles: 50.0 % right after 1 epoch",
        "height": 236,
        "right": 68,
        "x": {"low": 0, "high": 2, "step": 1, "title": "epochs"},
        "y": {"low": 0, "high": 1, "step": 0.2, "title": "accuracy", "share": True},
        "lines": [
            {
                "name": "training",
                "hue": "#3B7FBD",
                "dash": "solid",
                "points": [[0.25, 0.21], [0.5, 0.3333], [1.25, 0.7]],
            },
            {"name": "validation", "hue": "#CC6A1D", "dash": "dash", "points": [[0.5, 0.3], [1, 0.5]]},
        ],
        "baselines": [
            {
                "value": 0.25,
                "name": "always the largest category: 25.0 %",
                "hue": "#8C867B",
                "until": 2,
                "first": False,
                "below": True,
            },
            {
                "value": 0.632,
                "name": "a linear model: 63.2 %",
                "hue": "#8C867B",
                "until": 2,
                "first": False,
                "below": True,
            },
            {
                "value": 0.9,
                "name": "your guess: 90.0 %",
                "hue": "#8C867B",
                "until": 0,
                "first": True,
                "below": True,
            },
        ],
        "marks": [{"at": 1.25, "name": "learning rate 0.0005", "hue": "#8C867B", "above": False}],
    }


def test_loss_with_its_mark_at_the_top_and_no_baselines() -> None:
    assert chart_data(learning_curve_spec(CURVES, "loss", epochs=20)) == {
        "title": "Loss on unseen articles: 1.75",
        "height": 236,
        "right": 68,
        "x": {"low": 0, "high": 20, "step": 5, "title": "epochs"},
        "y": {"low": 0, "high": 2.7, "step": 0.5, "title": "loss", "share": False},
        "lines": [
            {
                "name": "training",
                "hue": "#3B7FBD",
                "dash": "solid",
                "points": [[0.25, 2.5], [0.5, 2.0], [1.25, 1.1]],
            },
            {"name": "validation", "hue": "#CC6A1D", "dash": "dash", "points": [[0.5, 2.25], [1, 1.75]]},
        ],
        "baselines": [],
        "marks": [{"at": 1.25, "name": "learning rate 0.0005", "hue": "#8C867B", "above": True}],
    }


def test_a_run_without_a_batch_has_axes_and_empty_lines() -> None:
    assert chart_data(learning_curve_spec(EMPTY, "loss", epochs=3)) == {
        "title": "Loss",
        "height": 236,
        "right": 68,
        "x": {"low": 0, "high": 3, "step": 1, "title": "epochs"},
        "y": {"low": 0, "high": 4.32, "step": 1.0, "title": "loss", "share": False},
        "lines": [
            {"name": "training", "hue": "#3B7FBD", "dash": "solid", "points": []},
            {"name": "validation", "hue": "#CC6A1D", "dash": "dash", "points": []},
        ],
        "baselines": [],
        "marks": [],
    }


def test_the_validation_curves_of_a_race() -> None:
    curves: list[list[tuple[float, float]]] = [
        [(0.5, 0.3), (1, 0.5)],
        [(1, 0.6)],
        [],
        [(0.123456, 0.654321)],
    ]
    results = [
        replace(result(settings, []), curve=curve)
        for settings, curve in zip(equal_budget_settings(units=64), curves, strict=True)
    ]
    spec = validation_curves_spec(results, epochs=2, title="LSTM <learns> & more", majority=0.1)
    assert chart_data(spec) == {
        "title": "LSTM &lt;learns&gt; &amp; more",
        "height": 300,
        "right": 76,
        "x": {"low": 0, "high": 2, "step": 1, "title": "epochs"},
        "y": {"low": 0, "high": 1, "step": 0.2, "title": "validation accuracy", "share": True},
        "lines": [
            {"name": "SimpleRNN", "hue": "#D55E00", "dash": "dot", "points": [[0.5, 0.3], [1, 0.5]]},
            {"name": "LSTM", "hue": "#0072B2", "dash": "solid", "points": [[1, 0.6]]},
            {"name": "GRU", "hue": "#009E73", "dash": "dash", "points": []},
            {"name": "minGRU", "hue": "#C0609A", "dash": "dashdot", "points": [[0.1235, 0.6543]]},
        ],
        "baselines": [
            {
                "value": 0.1,
                "name": "always the largest category: 10.0 %",
                "hue": "#8C867B",
                "until": 2,
                "first": False,
                "below": False,
            }
        ],
        "marks": [],
    }
