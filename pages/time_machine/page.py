"""Time machine: a run's snapshots, played: predictions, the word map, the confusion matrix."""

import streamlit as st

from core.runs.run import ACTIVE, Run
from pages import caches, layout, navigation, session
from pages.time_machine.choice import chosen_run, load_replay
from pages.time_machine.confusion import confusion
from pages.time_machine.headlines import headlines
from pages.time_machine.words import words

VIEWS = ("Headlines", "Word map", "Confusion")
_REFRESH_SECONDS = 3.0  # between two looks at a run at work


def draw_view(run: Run, view: str, began_at_work: bool) -> None:
    """Draw the view; as a fragment it repeats while the run is at work, and reruns the page once the run has ended."""
    ended = run.status() not in ACTIVE
    replay = load_replay(run)
    if replay:
        result = run.result()
        best = result.best_epoch if result else 0
        if view == "Headlines":
            headlines(replay, run=run.id, best_epoch=best)
        elif view == "Word map":
            loaded = caches.classifier(run.classifier_folder, run) if ended and result else None
            words(replay, run=run.id, best_epoch=best, loaded=loaded)
        else:
            confusion(replay, run=run.id, best_epoch=best)
        if not ended:
            st.caption("The run is training. Each new snapshot is added at the right end of the slider.")
    if ended and began_at_work:
        st.rerun()


visit = session.current()
layout.opening(
    "Time machine",
    "Go back to before training, and play how the answers and the words of the network changed.",
)
chosen = chosen_run(visit, VIEWS)
if chosen:
    at_work = chosen[0].status() in ACTIVE
    st.fragment(draw_view, run_every=_REFRESH_SECONDS if at_work else None)(*chosen, at_work)
    navigation.next_step("train", "Train a new one")
