"""The recorded results on "Who beat whom": accuracy by distance and a table of all learners, over five seeds."""

import pandas as pd
import streamlit as st

from core.insight.order_task import captions
from core.insight.order_task.figures import by_distance_chart
from core.insight.order_task.results import CELL_NAMES, LEARNERS, LONGER, NAMES, order_results
from core.insight.wording import many, points
from pages.components.chart import chart


def by_distance() -> None:
    """Draw the accuracy of each learner by the words after the second name."""
    results = order_results()
    chart(by_distance_chart(results), "order_by_distance", "", captions.by_distance(results))
    if results.of(LONGER):
        st.caption(captions.longer(results))


def accuracy_table() -> None:
    """Draw a row for each learner: its size, its accuracy on test articles in three orders, the effect of a swap."""
    results = order_results()
    units = {cell: str(results.of(cell)[0].units) for cell in CELL_NAMES}
    st.table(
        pd.DataFrame(
            {
                "Units": [units.get(learner, "–") for learner in LEARNERS],
                "As it is": [captions.spread(results.accuracy(learner)) for learner in LEARNERS],
                "Shuffled": [captions.spread(results.after(learner, "shuffled")) for learner in LEARNERS],
                "Reversed": [captions.spread(results.after(learner, "reversed")) for learner in LEARNERS],
                "A swap of the names moves": [points(results.moved(learner).mean) for learner in LEARNERS],
            },
            index=[NAMES[learner] for learner in LEARNERS],
        )
    )
    st.caption(
        f"Right answers on the test articles: the mean of {many(results.seeds, 'seed')}, and in "
        "brackets the lowest and the highest."
    )
