"""One record a line, as JSON: nothing that a visitor typed can forge a line or a terminal's command.

``json`` escapes whatever is not plain ASCII, so control characters, line ends and direction marks reach no terminal.
A visitor's name for the server (the hash of his cookie) is never logged; runs are, by their ids.
"""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import TextIO

LOGGERS = ("core", "pages", "headline_lab")


class JsonLineFormatter(logging.Formatter):
    """time, level, logger, message, and for an error its trace."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            told["trace"] = "".join(traceback.format_exception(*record.exc_info))
        return json.dumps(told)


def log_to_stream(stream: TextIO | None = None, *, level: int = logging.INFO) -> None:
    """Have our loggers, and no library's, write to ``stream``, by default standard error; again changes nothing."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLineFormatter())
    for name in LOGGERS:
        logger = logging.getLogger(name)
        logger.setLevel(level)
        logger.handlers = [handler]
        logger.propagate = False
