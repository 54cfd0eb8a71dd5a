"""The app served on loopback, and visitors that speak Streamlit's websocket protocol to it without a browser.

Leaves out: the static files that a browser fetches, and the JavaScript that it runs.
"""

import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Origin, Subprotocol

from core.paths import ROOT

PAGE, BOX = "predict", "Headline"  # the page's address, and the label of its text input
PATIENCE = 120.0  # seconds after which an answer counts as an error


class PageError(Exception):
    """The page shows an error, or lacks what belongs on it."""


FAILURES = (WebSocketException, OSError, PageError)  # a TimeoutError is an OSError


@dataclass(frozen=True, slots=True)
class Server:
    """The app in a process of its own, and the folder of its storage."""

    port: int
    process: psutil.Process
    storage: Path

    def cookie(self) -> str:
        """A new visitor's cookie, which comes with the page as to a browser."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/{PAGE}", headers={"Accept": "text/html"}
        )
        with urllib.request.urlopen(request, timeout=PATIENCE) as page:
            return "; ".join(line.split(";")[0] for line in page.headers.get_all("set-cookie", []))

    def connect(self, cookie: str) -> connect:
        """A websocket to the server, for ``async with``; Streamlit opens a session for it."""
        return connect(
            f"ws://127.0.0.1:{self.port}/_stcore/stream",
            origin=Origin(f"http://127.0.0.1:{self.port}"),
            subprotocols=[Subprotocol("streamlit")],
            additional_headers={"Cookie": cookie},
            proxy=None,
            open_timeout=PATIENCE,
            ping_interval=None,  # the server sends pings
            max_size=None,
        )

    def cpu_seconds(self) -> float:
        times = self.process.cpu_times()
        return float(times.user + times.system)

    def answers(self) -> bool:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}/_stcore/health", timeout=2).close()
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            return False
        return True


@dataclass(slots=True)
class Visitor:
    """One session: its websocket, the page's timers, and on the Predict page the ids of its text input and fragment.

    Attributes:
        timers: the seconds after which a browser would ask for each fragment again.
        downloads: the addresses of the page's downloads by their buttons' labels.
    """

    websocket: ClientConnection
    box: str = ""
    fragment: str = ""
    timers: dict[str, float] = field(default_factory=dict)
    downloads: dict[str, str] = field(default_factory=dict)

    async def open_page(self) -> None:
        """Return once the page's script has finished.

        Raises:
            PageError: the page shows an error, or no text input.
            TimeoutError: it did not finish within PATIENCE.
        """
        await self.run(ClientState(page_name=PAGE))
        if not self.box:
            raise PageError(f"the page has no text input {BOX!r}")

    async def type(self, headline: str) -> None:
        """Return once the headline's prediction is drawn; raises as :meth:`open_page` does."""
        typed = WidgetStates(widgets=[WidgetState(id=self.box, string_value=headline)])
        drawn = await self.run(ClientState(page_name=PAGE, fragment_id=self.fragment, widget_states=typed))
        if "metric" not in drawn:
            raise PageError("a headline was not answered")

    async def run(self, state: ClientState) -> set[str | None]:
        """Rerun the script and wait until it has finished; returns the kinds of elements that it drew."""
        drawn: set[str | None] = set()
        async with asyncio.timeout(PATIENCE):
            await self.websocket.send(BackMsg(rerun_script=state).SerializeToString())
            while True:
                message = ForwardMsg.FromString(await self.websocket.recv(decode=False))
                if message.WhichOneof("type") == "script_finished":
                    if message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                        raise PageError("the script does not compile")
                    if message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                        return drawn
                if message.WhichOneof("type") == "new_session" and not message.metadata.run.fragment_ids:
                    self.timers.clear()
                if message.WhichOneof("type") == "auto_rerun":
                    self.timers[message.auto_rerun.fragment_id] = message.auto_rerun.interval
                element = message.delta.new_element
                drawn.add(element.WhichOneof("type"))
                if element.HasField("exception") or element.alert.format == Alert.ERROR:
                    raise PageError(element.exception.message or element.alert.body)
                if '"address"' in element.bidi_component.json:  # of the component download_button
                    button = json.loads(element.bidi_component.json)
                    self.downloads[button["label"]] = button["address"]
                if element.text_input.label == BOX:
                    self.box, self.fragment = element.text_input.id, message.delta.fragment_id


@contextmanager
def served(
    collect: bool | None = None,
    *,
    descriptors: int | None = None,
    storage: Path | None = None,
    log: Path | None = None,
) -> Iterator[Server]:
    """Serve the app on a free port.

    Args:
        collect: ``runner.postScriptGC``; None leaves it to the app's own configuration.
        storage: the folder of everything that visitors bring and make; None: a new one, removed afterwards.
        log: the file that takes the server's log; None: the log is for the error's message alone.
        descriptors: the soft limit of open descriptors that the server is started with; not on Windows.

    Raises:
        RuntimeError: the server does not answer; the message is the end of its log.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", "--server.headless", "true"]
    command += ["--server.address", "127.0.0.1", "--server.port", str(port)]
    if collect is not None:
        command += ["--runner.postScriptGC", str(collect).lower()]
    if descriptors is not None:
        command = ["sh", "-c", f'ulimit -Sn {descriptors} && exec "$@"', "sh", *command]
    with (
        tempfile.TemporaryDirectory() as new_storage,
        log.open("w+") if log else tempfile.TemporaryFile("w+") as stream,
    ):
        storage = storage or Path(new_storage)
        environment = {**os.environ, "HEADLINE_LAB_STORAGE": str(storage)}
        environment.pop("HEADLINE_LAB_NEWS", None)
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=stream, stderr=stream)
        try:
            server = Server(port, psutil.Process(process.pid), storage)
            deadline = time.monotonic() + PATIENCE
            while not server.answers():
                if process.poll() is not None or time.monotonic() > deadline:
                    stream.seek(0)
                    raise RuntimeError(f"the server does not answer:\n{stream.read()[-2000:]}")
                time.sleep(0.1)
            yield server
        finally:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
