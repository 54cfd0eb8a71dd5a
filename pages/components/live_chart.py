"""A line chart that is redrawn in place while it moves.

``st.plotly_chart`` builds its chart anew at every change of the figure, which flickers and costs a busy
laptop more than the training it shows. This draws the same Plotly figure as SVG: lines, named
horizontal and vertical lines, axes with explicit range and step. Leaves out everything else that Plotly can do, hovers
included; a chart that stands still goes to ``st.plotly_chart``.
"""

from typing import Any

from core.insight.plot_style import BASELINE_NAME, MARK_NAME
from pages.components import assets


def live_chart(figure: Any, key: str, *, alt: str) -> None:
    """Draw a figure of lines; the next call with the same ``key`` redraws it in place."""
    assets.component(__file__)(data=drawing(figure) | {"alt": alt}, key=key)


def drawing(figure: Any) -> dict[str, Any]:
    """What the browser needs of a Plotly figure whose axes have explicit ranges and steps."""
    layout = figure.layout
    lines = [
        {
            "name": trace.name,
            "hue": trace.line.color,
            "dash": trace.line.dash,
            "points": [[round(x, 4), round(y, 4)] for x, y in zip(trace.x, trace.y, strict=True)],
        }
        for trace in figure.data
    ]
    (baselines, names), (marks, mark_names) = (
        [[one for one in drawn if one.name == kind] for drawn in (layout.shapes, layout.annotations)]
        for kind in (BASELINE_NAME, MARK_NAME)
    )
    return {
        "title": layout.title.text,
        "height": layout.height,
        "right": layout.margin.r,
        "x": _axis(layout.xaxis),
        "y": _axis(layout.yaxis) | {"share": bool(layout.yaxis.tickformat)},
        "lines": lines,
        "baselines": [
            {
                "value": line.y0,
                "name": name.text,
                "hue": line.line.color,
                "until": name.x,
                "first": name.xanchor == "left",
                "below": name.yanchor == "top",
            }
            for line, name in zip(baselines, names, strict=True)
        ],
        "marks": [
            {"at": line.x0, "name": name.text, "hue": line.line.color, "above": name.y == 1}
            for line, name in zip(marks, mark_names, strict=True)
        ],
    }


def _axis(axis: Any) -> dict[str, Any]:
    return {"low": axis.range[0], "high": axis.range[1], "step": axis.dtick, "title": axis.title.text}
