"""What every figure shares: colours that mean one thing, text shown literally, and one frame.

Each hue has a contrast of at least 3 : 1 on the light and on the dark background, so a figure needs no
second palette; fonts, grid and background come from Streamlit's theme.
"""

import re

import plotly.graph_objects as go

from core.insight.wording import shorten

TRAINING = "#3B7FBD"  # drawn solid
VALIDATION = "#CC6A1D"  # drawn dashed, so that the two differ in grey print
FOR = "#2C8F6B"  # supports a label; green and purple differ with any colour vision
AGAINST = "#9A63B8"
UNKNOWN = "#8C867B"  # an out-of-vocabulary word; drawn dashed
BASELINE = "#8C867B"  # a thin line, named on the line
INK = "#3B7FBD"  # a single series without a meaning of its own
QUIET = "rgba(140, 134, 123, 0.35)"  # bars and bands in the background
# Categories, the most important first; after Okabe and Ito (2008), whose eight hues differ with any colour vision,
# darkened where they would fade on a light background.
CATEGORIES = ("#0072B2", "#D55E00", "#009E73", "#C0609A", "#B97800", "#3C94CC", "#7A5AA6", "#8A5A2B")

# The recurrent cells: a hue and a dash each, so that they also differ in grey print.
CELLS = {
    "SimpleRNN": (CATEGORIES[1], "dot"),
    "LSTM": (CATEGORIES[0], "solid"),
    "GRU": (CATEGORIES[2], "dash"),
    "minGRU": (CATEGORIES[3], "dashdot"),
}

DASH: dict[str, str] = {TRAINING: "solid", VALIDATION: "dash"}
DIVERGING: list[tuple[float, str]] = [(0.0, AGAINST), (0.5, "#F4F1EA"), (1.0, FOR)]

MOST_POINTS = 500
BASELINE_NAME = "baseline"  # by this name tests find the line and its label
MARK_NAME = "mark"  # and a vertical one

_MARKS = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "$": "&#36;", "\n": " ", "\r": " "})
_UNSHOWABLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def escape(text: str, *, most: int = 80) -> str:
    """Escape ``text`` for labels, category axes and hovers, where Plotly would read HTML and MathJax.

    Cut to ``most`` characters, with an ellipsis.
    """
    return _UNSHOWABLE.sub(" ", shorten(text, most)).translate(_MARKS)


def line_style(hue: str, *, width: float = 2) -> dict[str, object]:
    """Line style of a meaning: its hue and its dash."""
    return {"color": hue, "width": width, "dash": DASH.get(hue, "solid")}


def finish(figure: go.Figure, *, title: str, height: int) -> go.Figure:
    """Give ``figure`` its frame and return it: the finding as title, a fixed height, no legend, no toolbar.

    Args:
        title: states the finding; escape a visitor's text in it first.
        height: in pixels; it never depends on the data, so nothing jumps.
    """
    figure.update_layout(
        overwrite=True,  # the keys below whole: to merge them takes Plotly several times as long
        title={
            "text": title,
            "font": {"size": 15},
            "x": 0,
            "xanchor": "left",
            "y": 1,
            "yanchor": "top",
            "pad": {"t": 6},
        },
        height=height,
        margin={"l": 8, "r": 8, "t": 40, "b": 8},
        showlegend=False,
        hoverlabel={"namelength": -1},
        dragmode=False,
    )
    frame = {"automargin": True, "zeroline": False, "separatethousands": True, "exponentformat": "none"}
    figure.update_xaxes(**frame)  # 10,000; not 10k
    figure.update_yaxes(**frame)
    return figure


def share_axis(figure: go.Figure, *, axis: str = "y", title: str = "", **subplot: int) -> None:
    """Make an axis run from 0 to 1 and read as per cent."""
    update = figure.update_yaxes if axis == "y" else figure.update_xaxes
    shares = [0, 0.2, 0.4, 0.6, 0.8, 1]
    update(
        range=[0, 1],
        tickformat=".0%",
        dtick=0.2,
        tickmode="array",  # Plotly's own format has no space before the sign
        tickvals=shares,
        ticktext=[f"{100 * share:.0f}\u00a0%" for share in shares],
        title=title,
        **subplot,
    )


def add_vertical_mark(figure: go.Figure, at: float, name: str, *, above: bool) -> None:
    """Draw a thin dotted vertical line over the whole height, labelled at its top (``above``) or its bottom."""
    figure.add_vline(x=at, line={"color": BASELINE, "width": 1, "dash": "dot"}, name=MARK_NAME)
    figure.add_annotation(
        x=at,
        y=1 if above else 0,
        yref="paper",
        text=name,
        name=MARK_NAME,
        font={"color": BASELINE, "size": 12},
        showarrow=False,
        xanchor="left",
        yanchor="top" if above else "bottom",
        xshift=3,
    )


def thin_indices(positions: int, *, most: int = MOST_POINTS) -> list[int]:
    """At most ``most`` of the indices 0 .. positions - 1, evenly spread, first and last kept."""
    if positions <= most:
        return list(range(positions))
    return [round(i * (positions - 1) / (most - 1)) for i in range(most)]
