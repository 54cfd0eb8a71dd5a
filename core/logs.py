"""Logging as one JSON object per line: a visitor's input can forge neither a line nor a terminal command.

``json`` escapes everything but plain ASCII, so control characters, line ends and direction marks reach no terminal.
A visitor's identifier (the hash of the cookie) is never logged; runs are logged by their ids.
"""

import json
import logging
import sqlite3
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TextIO

LOGGERS = ("core", "pages", "server", "headline_lab")
_last_errors: dict[str, str] = {}  # what could not be done -> the error that was logged for it last


class JsonLineFormatter(logging.Formatter):
    """Time, level, logger, message, and for an error its traceback."""

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            entry["trace"] = "".join(traceback.format_exception(*record.exc_info))
        return json.dumps(entry)


def log_to_stream(stream: TextIO | None = None, *, level: int = logging.INFO) -> None:
    """Send this program's loggers, and no library's, to ``stream`` (default: standard error). Idempotent."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLineFormatter())
    for name in LOGGERS:
        logger = logging.getLogger(name)
        logger.setLevel(level)
        logger.handlers = [handler]
        logger.propagate = False


@contextmanager
def errors_logged_once(
    log: logging.Logger, what: str, kinds: tuple[type[Exception], ...] = (Exception,)
) -> Iterator[None]:
    """Log an error of the block and go on; log nothing while the same one comes back, every two seconds for example.

    What the system refuses, on a full or read-only disk for example, is one line without a traceback, and without a
    path, which may hold a visitor's identifier.

    Args:
        what: what could not be done; the same words are the same block.
        kinds: the errors that end here.
    """
    try:
        yield
    except kinds as error:
        if _last_errors.get(what) != repr(error):
            _last_errors[what] = repr(error)
            refused = isinstance(error, (OSError, sqlite3.OperationalError))
            reason = error.strerror if isinstance(error, OSError) and error.strerror else error
            log.error("%s: %s", what, reason, exc_info=None if refused else error)
    else:
        _last_errors.pop(what, None)
