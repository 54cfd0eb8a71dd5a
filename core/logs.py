"""Logging as one JSON object per line: a visitor's input can forge neither a line nor a terminal command.

``json`` escapes everything but plain ASCII, so control characters, line ends and direction marks reach no terminal.
A visitor's identifier (the hash of the cookie) is never logged; runs are logged by their ids.
"""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import TextIO

LOGGERS = ("core", "pages", "server", "headline_lab")


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
