"""Word map: the learnt words as points, search among them, their neighbours before and after training."""

from functools import partial

from pages import layout, session
from pages.loaded_classifier import LoadedClassifier
from pages.widgets.classifier_page import classifier_page
from pages.widgets.word_map_jobs import draw_map_jobs
from pages.word_map.download import draw_download
from pages.word_map.learnt_map import draw_word_map


def draw_jobs_and_map(loaded: LoadedClassifier) -> None:
    draw_map_jobs(loaded)
    draw_word_map(loaded.key)


visit = session.current()
layout.opening(
    "Word map",
    "For the network, a word is a row of numbers that training changes. Here each row is a point. Words "
    "with the same use have moved close together.",
)
classifier_page(
    visit,
    content=draw_jobs_and_map,
    beside_picker=partial(draw_download, visit),
    empty=(
        "Here you see the words of a trained network as points. Train one first. With the quick settings that "
        "takes a few minutes."
    ),
)
