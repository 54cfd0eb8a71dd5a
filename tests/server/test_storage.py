"""A server whose storage cannot be written: said once in its log, and on every page."""

import asyncio
import json
from pathlib import Path

import pytest

from benchmarks.visitor import PageError, Server, Visitor, served

pytestmark = pytest.mark.slow


async def open_page(server: Server) -> None:
    async with server.connect(server.cookie()) as websocket:
        await Visitor(websocket).open_page()


def storage_records(log: Path) -> list[str]:
    """The messages about the storage; a traceback would be a line that is no record."""
    lines = [line for line in log.read_text("utf-8").splitlines() if line.startswith("{")]
    return [message for line in lines if "storage" in (message := json.loads(line)["message"])]


def test_a_storage_that_cannot_be_written_is_said_once_at_start_and_on_the_page(tmp_path: Path) -> None:
    file, log = tmp_path / "file", tmp_path / "log"
    file.write_bytes(b"")  # below it there is no folder to be made, for root neither
    with served(storage=file / "storage", log=log) as server:
        for _ in range(2):
            with pytest.raises(PageError, match="The server cannot write to its disk"):
                asyncio.run(open_page(server))
    (message,) = storage_records(log)
    assert message.startswith(f"The storage cannot be written: {file}.")
    assert "Traceback" not in log.read_text("utf-8")


def test_a_storage_that_can_be_written_is_not_spoken_of(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with served(storage=tmp_path / "storage", log=log) as server:
        asyncio.run(open_page(server))
    assert storage_records(log) == []
