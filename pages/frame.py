"""The frame round every page: navigation, and the state of the path in the sidebar."""

from pathlib import Path

import streamlit as st

from pages.ui import session
from pages.ui.page import PAGES
from pages.ui.path import sidebar

# A file of ours: Streamlit would fetch an emoji or a symbol from the web.
ICON = Path(__file__).parent / "ui" / "icon.png"

st.set_page_config(page_title="Headline Lab", page_icon=str(ICON), layout="wide")
chosen = st.navigation(
    [
        st.Page(entry.file, title=entry.title, icon=entry.icon, default=name == "home")
        for name, entry in PAGES.items()
    ]
)
visit = session.current()
visit.see(chosen.url_path or "home")
chosen.run()
with st.sidebar:  # after the page, so that it shows what the page has just changed
    sidebar(visit)
