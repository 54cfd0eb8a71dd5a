"""A link that looks like a button and downloads a file from our own route (server/downloads.py)."""

from pages.components import assets


def download_button(
    label: str, address: str | None, *, key: str, primary: bool = False, stretch: bool = False
) -> None:
    """Draw the link.

    Args:
        address: where the file is; None draws it disabled.
        key: stable and unique on the page; the link is updated in place.
        primary: whether it has the accent's colour.
        stretch: whether it is as wide as its container.
    """
    assets.component(__file__)(
        data={"label": label, "address": address, "primary": primary, "stretch": stretch}, key=key
    )
