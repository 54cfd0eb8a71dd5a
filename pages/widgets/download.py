"""The button that downloads a file; the server checks that it is the visitor's own who fetches it."""

import streamlit as st

from pages.components.download_button import download_button
from pages.session import Session
from server.downloads import DOWNLOADS, Write


def download(
    session: Session,
    label: str,
    write: Write,
    *,
    thing: str,
    name: str,
    media_type: str,
    key: str,
    primary: bool = False,
    stretch: bool = False,
) -> None:
    """Draw the button; without a cookie it is disabled, for nobody could tell whose the file is.

    Args:
        write: makes the content when the visitor asks for it, see ``Downloads.offer``.
        thing: names the content; another one gets another address.
        name: the file's name in the browser.
        key: of the button; stable and unique on the page.
    """
    address = (
        DOWNLOADS.offer(session.visitor, name, media_type, write, thing=thing) if session.has_cookie else None
    )
    download_button(label, address, key=key, primary=primary, stretch=stretch)
    if address is None:
        st.caption(
            "Your browser does not keep this page's cookie, so the server does not know that this file is "
            "yours. Allow cookies for this address and reload the page."
        )
