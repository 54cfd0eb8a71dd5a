"""The progress bar of a task: its stage, the share that is done, and about how long the rest takes."""

import time

from streamlit.delta_generator import DeltaGenerator

from pages.wording import count, duration, literal

_STAGES = {
    "reading": "Reading the file and checking every line",
    "comparing categories": "Comparing the categories",
    "cleaning": "Cleaning the texts",
    "counting words": "Counting the words",
    "counting n-grams": "Counting neighbouring words",
    "looking up n-grams": "Looking for neighbouring words in new texts",
    "reading the vectors": "Looking for your words in the word vectors",
    "writing the table": "Writing the table",
}


class TaskBar:
    """Draws into ``slot``, an ``st.empty``."""

    def __init__(self, slot: DeltaGenerator) -> None:
        self._slot = slot
        self._stage, self._began = "", 0.0

    def draw(self, stage: str, share: float) -> None:
        """Draw a stage and the share of it that is done, 0 to 1."""
        now = time.monotonic()
        if stage != self._stage:
            self._stage, self._began = stage, now
        text = _STAGES.get(stage, literal(stage.capitalize()))
        if 0 < share < 1:
            text += f", about {duration((now - self._began) * (1 - share) / share)} left"
        self._slot.progress(min(1.0, share), text)

    def draw_waiting(self, tasks: int) -> None:
        """Draw that the task waits, until ``tasks`` others had their turn."""
        before = f": {count(tasks)} before it" if tasks else ""
        self._slot.progress(0.0, f"Waiting for its turn{before}")
