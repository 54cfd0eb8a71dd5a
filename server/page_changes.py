"""What a fragment still sends after its page was left.

A text input that answers while one types sends the last letters a moment after them, or when the finger leaves it. Who
presses the name of another page just then leaves before they are sent. Streamlit takes them as a return to the page
that was left, and finds no fragment there: the new page stays blank.
"""

from streamlit import runtime
from streamlit.proto.ClientState_pb2 import ClientState


def page_of(session_id: str) -> str:
    """The hash of the page that the latest run of a session is on; "" if there was none."""
    if not runtime.exists():
        return ""
    info = runtime.get_instance()._session_mgr.get_session_info(session_id)
    return info.session.page_script_hash if info else ""


class PageChanges:
    """Follows the pages of one session by what its browser asks for."""

    def __init__(self) -> None:
        self._asked = self._left = ""

    def bring_along(self, asked: ClientState, current: str) -> bool:
        """Turn what a fragment of a page that was left sends into a run of the page that was asked for since.

        Its texts go with it, and the browser gets the answer that it waits for.

        Args:
            asked: of the browser, to run a page or a fragment; changed in place.
            current: the hash of the page that the latest run is on: the page asked for may not have begun. "" if it is
                not known, and then nothing is changed.

        Returns:
            Whether ``asked`` was changed.
        """
        if not current:
            return False
        if current != self._left:  # the page asked for has begun, or another one by st.switch_page
            self._asked = ""
        if not asked.fragment_id:
            self._asked, self._left = asked.page_script_hash, current
            return False
        expected = self._asked or current
        if asked.page_script_hash in ("", expected):
            return False
        asked.page_script_hash = expected
        asked.fragment_id = ""
        return True
