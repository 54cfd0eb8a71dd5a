"""The race's figures: their points, names that do not overlap, a logarithmic axis without zeros."""

from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest

from core.insight.memory_race.figures import gradient_chart, probability_chart, validation_chart
from core.insight.memory_race.forgetting import Forgetting
from core.insight.memory_race.results import Result, result
from core.insight.plot_style import BASELINE_NAME, CELLS, MOST_POINTS
from core.settings.memory_race import equal_budget_settings
from core.settings.network import CELLS as NAMES
from core.settings.network import Cell

RESULTS = [result(one, []) for one in equal_budget_settings(units=64)]


def race_of(*curves_: list[tuple[float, float]]) -> list[Result]:
    return [replace(one, curve=curve) for one, curve in zip(RESULTS, curves_, strict=True)]


def names(figure: go.Figure) -> dict[str, go.layout.Annotation]:
    return {one.text: one for one in figure.layout.annotations if one.name != BASELINE_NAME}


def test_every_cell_has_a_hue_and_a_dash_of_its_own() -> None:
    assert tuple(CELLS) == NAMES
    assert len({hue for hue, _ in CELLS.values()}) == len({dash for _, dash in CELLS.values()}) == 4


def test_curves_of_a_race_under_way() -> None:
    figure = validation_chart(
        race_of([(0.5, 0.3), (1, 0.5)], [(1, 0.6)], [], []), epochs=2, title="LSTM learns", majority=0.2
    )
    assert [trace.name for trace in figure.data] == list(NAMES)
    assert [list(trace.y) for trace in figure.data] == [[0.3, 0.5], [0.6], [], []]
    assert list(names(figure)) == ["SimpleRNN", "LSTM"]


def test_a_long_race_has_500_points_at_most() -> None:
    many = [(at / 100, 0.5) for at in range(1, 2000)]
    figure = validation_chart(race_of(many, many, many, many), epochs=20, title="t")
    assert sum(len(trace.x) for trace in figure.data) <= MOST_POINTS


@pytest.mark.parametrize("ends", [(0.5, 0.5, 0.5, 0.5), (0.9, 0.1, 0.91, 0.12), (0.99, 0.98, 0.97, 0.96)])
def test_names_stand_apart_and_in_order(ends: tuple[float, ...]) -> None:
    figure = validation_chart(race_of(*([(1.0, end)] for end in ends)), epochs=1, title="t")
    placed = sorted((one.y * (300 - 92) + one.yshift, one.y) for one in names(figure).values())
    at = np.array([place for place, _ in placed])
    assert (np.diff(at) >= 14 - 1e-6).all()
    assert [y for _, y in placed] == sorted(ends)


def test_names_that_stand_far_apart_stay_at_their_lines() -> None:
    figure = validation_chart(race_of(*([(1.0, end)] for end in (0.1, 0.3, 0.5, 0.7))), epochs=1, title="t")
    assert [one.yshift for one in names(figure).values()] == pytest.approx([0, 0, 0, 0])


def forgetting_of(*gradients: list[float]) -> dict[Cell, Forgetting]:
    return {
        cell: Forgetting(
            probabilities=np.linspace(0.9, 0.3, len(some), dtype=np.float32),
            without=np.full(len(some), 0.1, np.float32),
            gradients=np.array(some),
        )
        for cell, some in zip(NAMES, gradients, strict=False)
    }


def test_probability_with_and_without_the_word() -> None:
    figure = probability_chart(forgetting_of([1, 1, 1], [1, 1, 1]), "$x$ <b>SPORTS")
    assert [trace.name for trace in figure.data] == [None, None, "SimpleRNN", "LSTM"]
    assert list(figure.data[0].y) == [0.1] * 3
    assert list(figure.data[2].y) == pytest.approx([0.9, 0.6, 0.3])
    assert figure.layout.yaxis.title.text == "probability of &#36;x&#36; &lt;b&gt;SPORTS"


def test_gradient_on_a_logarithmic_axis() -> None:
    figure = gradient_chart(forgetting_of([2.0, 1e-3, 0.0], [1.0, 0.5, 0.02]))
    assert figure.layout.yaxis.type == "log"
    assert list(figure.data[0].y) == [2.0, 1e-3, None]  # 0 has no logarithm
    assert list(figure.layout.yaxis.range) == [-3, 1]
    ends = names(figure)
    assert (ends["SimpleRNN"].x, ends["SimpleRNN"].y) == (1, pytest.approx(-3))
    assert (ends["LSTM"].x, ends["LSTM"].y) == (2, pytest.approx(np.log10(0.02)))


def test_a_line_that_falls_below_what_can_be_shown_stretches_no_axis() -> None:
    figure = gradient_chart(forgetting_of([1.0, 1e-30, 1e-40]))
    assert figure.layout.yaxis.range[0] >= -12
    assert names(figure)["SimpleRNN"].y >= -12


def test_one_distance_alone() -> None:
    assert list(gradient_chart(forgetting_of([1.0])).layout.xaxis.range) == [0, 1]
