"""A text that is sent after its page was left does not bring that page back."""

from streamlit.proto.ClientState_pb2 import ClientState

from server.page_changes import PageChanges


def page(name: str, fragment: str = "") -> ClientState:
    return ClientState(page_script_hash=name, fragment_id=fragment)


def test_a_fragment_of_the_page_that_was_left_becomes_a_run_of_the_new_one() -> None:
    for current in ("home", "learn"):  # before the new page has begun, and after
        changes = PageChanges()
        assert not changes.bring_along(page("home"), "")
        assert not changes.bring_along(page("learn"), "home")
        late = page("home", "headline")
        assert changes.bring_along(late, current)
        assert late == page("learn")


def test_a_fragment_of_the_page_goes_on_as_it_is() -> None:
    changes = PageChanges()
    assert not changes.bring_along(page(""), "")  # an address was opened
    assert not changes.bring_along(page("home", "headline"), "home")
    assert not changes.bring_along(page("learn"), "home")
    assert not changes.bring_along(page("learn", "n"), "learn")
    assert not changes.bring_along(page("home"), "learn")
    assert not changes.bring_along(page("home", "headline"), "home")


def test_a_page_that_the_script_switched_to_is_known() -> None:
    changes = PageChanges()
    assert not changes.bring_along(page("learn"), "home")
    assert not changes.bring_along(page("learn", "button"), "learn")  # which switches back to Home
    late = page("learn", "n")
    assert not changes.bring_along(page("home", "headline"), "home")
    assert changes.bring_along(late, "home")
    assert late == page("home")


def test_where_the_page_is_not_known_nothing_is_changed() -> None:
    changes = PageChanges()
    assert not changes.bring_along(page("learn"), "")
    assert not changes.bring_along(page("words", "size"), "")  # the script may have switched to this page
