"""What a line chart shows, as data: title, axes, lines, named baselines and marks.

``core/insight/history/figures.py`` draws a spec with Plotly, ``pages/components/live_chart.py`` as SVG that is redrawn
in place. Every range and step is explicit, so that both draw the same. Leaves out: how anything is drawn.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """An axis from ``low`` to ``high`` with a tick every ``step``; ``percent``: the ticks read as per cent."""

    title: str
    low: float
    high: float
    step: float
    percent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line in a CSS colour.

    Attributes:
        dash: one of Plotly's names: solid, dash, dot, dashdot.
        points: (x, y), in the order of x.
    """

    name: str
    colour: str
    dash: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HorizontalBaseline:
    """A thin horizontal line at ``value``, a share, over the whole width.

    Attributes:
        label_x: where the label starts (``label_at_start``) or ends.
    """

    name: str
    value: float
    label_x: float
    label_at_start: bool = False

    @property
    def label_below(self) -> bool:
        """Curves rise above the line, so the label is below it where there is room; one at the start is above."""
        return self.value > 0.85 if self.label_at_start else self.value >= 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class VerticalMark:
    """A thin dotted vertical line at ``x`` over the whole height, labelled at its top or its bottom."""

    name: str
    x: float
    label_at_top: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartSpec:
    """A line chart.

    Attributes:
        title: escaped as Plotly needs it (``plot_style.escape``) where it holds a visitor's text.
        height: in pixels.
        right_margin: pixels to the right of the plot for the lines' names.
    """

    title: str
    height: int
    right_margin: int
    x: Axis
    y: Axis
    lines: tuple[Line, ...]
    baselines: tuple[HorizontalBaseline, ...] = ()
    marks: tuple[VerticalMark, ...] = ()


def percent_axis(title: str) -> Axis:
    """An axis of shares, 0 to 1."""
    return Axis(title=title, low=0, high=1, step=0.2, percent=True)


def epoch_axis(epochs: int) -> Axis:
    """An axis of epochs with at most 12 ticks, up to 120 epochs."""
    return Axis(title="epochs", low=0, high=epochs, step=1 if epochs <= 12 else 5 if epochs <= 50 else 10)


def majority_baseline(majority: float, *, epochs: int) -> HorizontalBaseline:
    """The accuracy of always predicting the largest category."""
    name = f"always the largest category: {100 * majority:.1f} %"
    return HorizontalBaseline(name=name, value=majority, label_x=epochs)
