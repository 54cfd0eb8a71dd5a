"""Join: the address that a class types, and its QR code, for the projector."""

import streamlit as st

from pages import layout, navigation
from pages.wording import code_span, help_text
from server.class_address import VARIABLE, addresses_for, qr_svg

QR_WIDTH = 420  # pixels: whole on a projector of 1366x768 beside the sidebar

layout.opening("Join", "Type this address into a browser, or point a camera at the square.")
addresses = addresses_for(st.context.url)
if addresses:
    address = addresses[0]
    if len(addresses) > 1:
        address = st.radio(
            "Address",
            addresses,
            format_func=code_span,
            horizontal=True,
            help=help_text("This computer is on several networks. Take the one that the class is on."),
        )
    st.header(
        code_span(address), anchor=False
    )  # to be copied: as ``literal`` text it would have invisible signs
    st.image(qr_svg(address), width=QR_WIDTH, caption="QR code of the address above")
    st.caption(
        "If it does not open: is the device on the same network? Does the firewall of the server's computer let "
        "others in?"
    )
else:
    layout.empty_state(
        "Only this computer can open the app",
        "It has no network, or the server listens on this computer alone. Connect it to the class's network and start "
        f"it with `make run`. If it has another address there, name it in `{VARIABLE}`.",
    )
navigation.next_step("home", "To the first page: Home", primary=True)
