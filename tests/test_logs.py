"""A log's lines are ours alone, whatever was typed."""

import io
import json
import logging
from collections.abc import Iterator

import pytest

from core import logs


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    before = {
        name: (logging.getLogger(name).handlers, logging.getLogger(name).propagate) for name in logs.LOGGERS
    }
    stream = io.StringIO()
    logs.log_to_stream(stream)
    yield stream
    for name, (handlers, propagate) in before.items():
        logging.getLogger(name).handlers = handlers
        logging.getLogger(name).propagate = propagate


@pytest.mark.parametrize(
    "typed", ["two\nlines", "\x1b[31mred", "\u202eback", "\x00", "\ud800", '"}\n{"level": "ERROR"']
)
def test_what_was_typed_stays_within_its_line(stream: io.StringIO, typed: str) -> None:
    logging.getLogger("core.text").warning("given %s", typed)
    (line,) = stream.getvalue().splitlines()
    assert line.isascii()
    assert line.isprintable()
    assert json.loads(line)["message"] == f"given {typed}"
    assert json.loads(line)["level"] == "WARNING"


def test_an_error_has_its_trace_and_a_library_is_not_ours(stream: io.StringIO) -> None:
    try:
        raise ZeroDivisionError("inside\nit")
    except ZeroDivisionError as error:
        logging.getLogger("headline_lab").error("A page failed (%s)", "ab12", exc_info=error)
    logging.getLogger("some.library").error("not ours")
    (line,) = stream.getvalue().splitlines()
    record = json.loads(line)
    assert record["message"] == "A page failed (ab12)"
    assert "ZeroDivisionError: inside" in record["trace"]


def test_set_twice_writes_once(stream: io.StringIO) -> None:
    logs.log_to_stream(stream)
    logging.getLogger("pages.data.page").info("once")
    assert len(stream.getvalue().splitlines()) == 1
