"""An error that ends a page or a fragment: the visitor reads its sentence, or that it is ours and where the log is."""

import logging

import pytest
from streamlit.testing.v1 import AppTest

from core.errors import TaskError


def drawn_for(error: Exception) -> str:
    def script(error: Exception) -> None:
        from pages.script_errors import on_script_error

        assert on_script_error(error)

    page = AppTest.from_function(script, args=(error,)).run()
    assert not page.exception
    return str(page.error[0].value)


def test_what_a_visitor_can_correct_is_said_as_it_is(caplog: pytest.LogCaptureFixture) -> None:
    assert drawn_for(TaskError("The disk is *full*")) == r"The disk is \*full\*"
    assert not [record for record in caplog.records if record.name == "headline_lab"]


def test_a_defect_is_logged_and_named(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR, "headline_lab")
    sentence = drawn_for(KeyError("secret"))
    assert "on our side" in sentence
    assert "secret" not in sentence
    (record,) = [record for record in caplog.records if record.name == "headline_lab"]
    assert record.getMessage().removeprefix("A page failed (").removesuffix(")") in sentence
    assert record.exc_info
