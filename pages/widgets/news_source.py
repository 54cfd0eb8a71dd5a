"""The chosen news file, read behind a progress bar."""

from streamlit.delta_generator import DeltaGenerator

from core.news.news import News
from pages.session import Session
from pages.widgets.progress_bar import reading_bar

SAMPLE_NAME = "synthetic sample"


def read(session: Session, slot: DeltaGenerator) -> News | None:
    """The chosen file; None when none is chosen. Draws a progress bar into ``slot`` unless it was read before.

    Raises:
        NewsFileError: the file is gone, or holds no news.
    """
    if session.news_name is None:
        return None
    news = session.read_news(reading_bar(slot, session.news_name))
    slot.empty()
    return news
