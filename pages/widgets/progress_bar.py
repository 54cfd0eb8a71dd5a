"""A progress bar for what may take seconds or nothing."""

from streamlit.delta_generator import DeltaGenerator

from pages.wording import literal


class ProgressBar:
    """Draws the share done into ``slot``: at most a hundred times, and never for what is done at once."""

    def __init__(self, slot: DeltaGenerator, text: str) -> None:
        self._slot, self._text, self._drawn_share = slot, text, 0.0

    def __call__(self, share: float) -> None:
        if share >= self._drawn_share + 0.01:
            self._drawn_share = share
            self._slot.progress(min(1.0, share), self._text)


def reading_bar(slot: DeltaGenerator, name: str) -> ProgressBar:
    """The bar of a file that is read; ``name`` is what its owner calls it."""
    return ProgressBar(slot, f"Reading {literal(name)}, checking every line")
