"""Who asks for a page, as the middleware says: the visitor and the address, in headers that no browser can set."""

import streamlit as st

from server.addresses import HEADER as ADDRESS
from server.visitors import HEADER as VISITOR


def asked_by() -> str | None:
    """The visitor whose browser asks for this page, as the middleware says (server/visitors.py); None: no cookie."""
    visitor = st.context.headers.get(VISITOR)
    return visitor if isinstance(visitor, str) else None  # a page that runs alone, without a browser


def asked_from() -> str:
    """The name of the address that asks for this page; empty where no server runs it."""
    address = st.context.headers.get(ADDRESS)
    return address if isinstance(address, str) else ""
