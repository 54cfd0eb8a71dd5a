"""The frame around every page: the navigation, and in the sidebar the visitor's progress."""

from pathlib import Path
from typing import Any

import streamlit as st

from core import paths
from core.files import unwritable
from pages import session
from pages.components.print_page import print_button
from pages.components.text_direction import text_direction
from pages.learn.chapters import CHAPTERS
from pages.navigation import PAGES
from pages.progress_sidebar import sidebar
from server.class_address import PAGE

# A file of ours: Streamlit would fetch an emoji or a symbol from the web.
ICON = Path(__file__).parent / "icon.png"

st.set_page_config(page_title="Headline Lab", page_icon=str(ICON), layout="wide")
sections: dict[str, list[Any]] = {}
for name, entry in PAGES.items():
    page = st.Page(entry.file, title=entry.title, icon=entry.icon, url_path=name, default=name == "home")
    sections.setdefault(entry.section, []).append(page)
sections[""] += [  # reached by the contents and by their address; their entries would bury the others
    st.Page(
        chapter.file, title=chapter.title, icon=chapter.icon, url_path=f"learn-{name}", visibility="hidden"
    )
    for name, chapter in CHAPTERS.items()
]
sections[""].append(
    st.Page("join/page.py", title="Join", icon=":material/qr_code_2:", url_path=PAGE, visibility="hidden")
)
chosen = st.navigation(sections, expanded=True)
text_direction()
visit = session.current()
visit.see(chosen.url_path or "home")
# Above the page: on a phone the sidebar is shut.
if not visit.has_cookie:
    st.warning(
        "Your browser does not keep this page's cookie. You can look and type. To upload a file or to "
        "train, allow cookies for this address and reload the page."
    )
if unwritable(paths.storage()):
    st.error(
        "The server cannot write to its disk. You can look and type, but uploads, choices and runs are not "
        "kept. Tell the person who runs the server."
    )
chosen.run()
with st.sidebar:  # after the page, whose changes it shows
    sidebar(visit)
    if chosen.url_path.removeprefix("learn-") in CHAPTERS:
        print_button("Print this chapter on one page", one_page=True)
    else:
        print_button("Print this page", one_page=False)
