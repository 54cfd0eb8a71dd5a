"""The Join page: the address of the machine's networks, another to choose, or why there is none."""

from pathlib import Path

import pytest

from pages.wording import code_span
from server import class_address
from tests.pages.opening import labelled, open_page

PAGE = Path(__file__).parents[2] / "pages" / "join" / "page.py"


def test_the_address_and_its_code_are_shown_and_another_network_s_can_be_chosen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    addresses = ["http://192.168.1.7:8501", "http://[fd00::2]:8501"]
    monkeypatch.setattr(class_address, "class_addresses", lambda: addresses)
    page = open_page(PAGE)
    assert [element.value for element in page.header] == [code_span(addresses[0])]
    first = page.get("image")[0].proto.imgs[0].url
    labelled(page, "radio", "Address").set_value(addresses[1]).run()
    assert [element.value for element in page.header] == [code_span(addresses[1])]
    assert page.get("image")[0].proto.imgs[0].url != first


def test_one_address_asks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(class_address, "class_addresses", lambda: ["https://lab.school"])
    page = open_page(PAGE)
    assert not page.radio
    assert page.header[0].value == code_span("https://lab.school")
    assert (
        page.header[0].value.strip("` ") == "https://lab.school"
    )  # no invisible sign in it: it can be copied


def test_a_server_that_nobody_else_reaches_says_how_to_change_that(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(class_address, "class_addresses", list)
    page = open_page(PAGE)
    assert not page.header
    assert page.subheader[0].value == "Only this computer can open the app"
    assert any("make run" in element.value for element in page.markdown)
