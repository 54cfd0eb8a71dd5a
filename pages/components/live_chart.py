"""A line chart that is redrawn in place while its data grow.

``st.plotly_chart`` rebuilds its chart at every change of the figure, which flickers and costs a busy laptop more than
the training that it shows. This draws a ``ChartSpec`` as SVG: lines, named horizontal and vertical lines,
axes. Leaves out hovers; ``st.plotly_chart`` draws a chart that no longer changes.
"""

from typing import Any

from core.insight.history.chart_spec import Axis, ChartSpec
from core.insight.plot_style import BASELINE
from pages.components import assets


def live_chart(spec: ChartSpec, key: str, *, alt: str) -> None:
    """Draw a line chart; the next call with the same ``key`` redraws it in place."""
    assets.component(__file__)(data=chart_data(spec) | {"alt": alt}, key=key)


def chart_data(spec: ChartSpec) -> dict[str, Any]:
    """What ``live_chart.js`` receives: ``spec`` with points to four decimals, which is finer than a pixel."""
    return {
        "title": spec.title,
        "height": spec.height,
        "right": spec.right_margin,
        "x": _axis_data(spec.x),
        "y": _axis_data(spec.y) | {"share": spec.y.percent},
        "lines": [
            {
                "name": line.name,
                "hue": line.colour,
                "dash": line.dash,
                "points": [[round(x, 4), round(y, 4)] for x, y in line.points],
            }
            for line in spec.lines
        ],
        "baselines": [
            {
                "value": baseline.value,
                "name": baseline.name,
                "hue": BASELINE,
                "until": baseline.label_x,
                "first": baseline.label_at_start,
                "below": baseline.label_below,
            }
            for baseline in spec.baselines
        ],
        "marks": [
            {"at": mark.x, "name": mark.name, "hue": BASELINE, "above": mark.label_at_top}
            for mark in spec.marks
        ],
    }


def _axis_data(axis: Axis) -> dict[str, Any]:
    return {"low": axis.low, "high": axis.high, "step": axis.step, "title": axis.title}
