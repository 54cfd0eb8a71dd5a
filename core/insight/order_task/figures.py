"""The chart of accuracy by distance on "Who beat whom", with the spread over the seeds."""

import plotly.graph_objects as go

from core.insight.memory_race.figures import HEIGHT, NAMES_MARGIN, name_lines
from core.insight.order_task import captions
from core.insight.order_task.results import CELL_NAMES, CHANCE, NAMES, WORDS, OrderResults
from core.insight.plot_style import BASELINE, CELLS, finish, share_axis


def by_distance_chart(results: OrderResults) -> go.Figure:
    """The mean accuracy of each learner against the words after the second name; a bar for its spread."""
    figure = go.Figure()
    figure.add_hline(y=CHANCE, line={"color": BASELINE, "width": 1})
    for learner in (WORDS, *CELL_NAMES):
        colour, dash = CELLS.get(learner, (BASELINE, "dash"))
        spreads = [results.at_distance(learner, distance) for distance in results.distances]
        figure.add_scatter(
            x=list(results.distances),
            y=[spread.mean for spread in spreads],
            name=NAMES[learner],
            mode="lines+markers",
            line={"color": colour, "width": 2, "dash": dash},
            marker={"color": colour, "size": 5},
            error_y={
                "type": "data",
                "symmetric": False,
                "array": [spread.high - spread.mean for spread in spreads],
                "arrayminus": [spread.mean - spread.low for spread in spreads],
                "color": colour,
                "thickness": 1.5,
                "width": 3,
            },
            customdata=[captions.spread(spread) for spread in spreads],
            hovertemplate=f"{NAMES[learner]}: %{{customdata}} with %{{x}} words after the second name<extra></extra>",
            cliponaxis=False,
        )
    share_axis(figure, title="right answers")
    figure.update_xaxes(
        title="words after the second name",
        range=[0, results.distances[-1] + 1],
        tickvals=list(results.distances),
        showgrid=False,
    )
    name_lines(figure, low=0.0, high=1.0)
    finish(figure, title=captions.by_distance_title(results), height=HEIGHT)
    return figure.update_layout(margin_r=NAMES_MARGIN + 14)
