"""The app served on loopback, and visitors that speak Streamlit's websocket protocol to it without a browser.

Leaves out: the static files that a browser fetches, and the JavaScript that it runs.
"""

import asyncio
import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Common_pb2 import (
    FileUploaderState,
    FileURLs,
    FileURLsRequest,
    StringArray,
    UploadedFileInfo,
)
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Origin, Subprotocol

from core.paths import ROOT

PAGE, BOX = "predict", "Headline"  # the page's address, and the label of its text input
PATIENCE = 120.0  # seconds after which an answer counts as an error
_WIDGETS = (
    "button",
    "button_group",
    "checkbox",
    "file_uploader",
    "text_input",
)  # those that the benchmarks use
_BOUNDARY = "headline-lab-benchmark"


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

    def processes(self) -> list[psutil.Process]:
        """The server and all processes that it has started."""
        return [self.process, *self.process.children(recursive=True)]

    def put(self, address: str, cookie: str, file: Path) -> None:
        """Send a file to an upload's address, as a browser does.

        Raises:
            PageError: the server does not take it.
        """
        token = self._token(cookie)
        head = (
            f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{file.name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        ).encode()
        tail = f"\r\n--{_BOUNDARY}--\r\n".encode()

        def body() -> Iterator[bytes]:
            yield head
            with file.open("rb") as stream:
                while block := stream.read(1 << 20):
                    yield block
            yield tail

        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {
            "Cookie": f"{cookie}; _streamlit_xsrf={token}",
            "X-Xsrftoken": token,
            "Content-Type": f"multipart/form-data; boundary={_BOUNDARY}",
            "Content-Length": str(len(head) + file.stat().st_size + len(tail)),
        }
        connection.request("PUT", f"/{address.lstrip('/')}", body(), headers)
        status = connection.getresponse().status
        connection.close()
        if status != 204:
            raise PageError(f"an upload was answered with {status}")

    def _token(self, cookie: str) -> str:
        """Streamlit's token against forged requests, which a browser sends back with an upload."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/_stcore/health", headers={"Cookie": cookie}
        )
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            cookies: list[str] = [value.split(";")[0] for value in answer.headers.get_all("set-cookie", [])]
        return next(value.partition("=")[2] for value in cookies if value.startswith("_streamlit_xsrf="))

    def answers(self) -> bool:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}/_stcore/health", timeout=2).close()
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class Widget:
    """A widget's id, and its fragment's; "" outside of fragments."""

    id: str
    fragment: str


@dataclass(slots=True)
class Visitor:
    """One session: its websocket, and what stands on its page.

    Attributes:
        box, fragment: on the Predict page the ids of its text input and fragment.
        page, page_hash: the page's name in its address, and how Streamlit names it in its messages.
        timers: the seconds after which a browser would ask for each fragment again.
        downloads: the addresses of the page's downloads by their buttons' labels.
        widgets: the page's buttons, switches, uploads and text inputs by their labels.
        metrics: the labels of the figures that the page shows.
    """

    websocket: ClientConnection
    box: str = ""
    fragment: str = ""
    page: str = PAGE
    page_hash: str = ""
    timers: dict[str, float] = field(default_factory=dict)
    downloads: dict[str, str] = field(default_factory=dict)
    widgets: dict[str, Widget] = field(default_factory=dict)
    metrics: set[str] = field(default_factory=set)

    async def open_page(self) -> None:
        """Return once the Predict page's script has finished.

        Raises:
            PageError: the page shows an error, or no text input.
            TimeoutError: it did not finish within PATIENCE.
        """
        await self.open(PAGE)
        if not self.box:
            raise PageError(f"the page has no text input {BOX!r}")

    async def open(self, page: str, *, patience: float = PATIENCE) -> None:
        """Turn to a page, by its address; raises as :meth:`open_page` does."""
        self.page = page
        await self.run(ClientState(page_name=page), patience)

    async def press(self, label: str, *, patience: float = PATIENCE) -> None:
        """Press the button whose label begins so; return once its script has finished."""
        widget = self._widget(label)
        await self._set(widget, WidgetState(id=widget.id, trigger_value=True), patience)

    async def switch(self, label: str, on: bool) -> None:
        """Tick a box, or not."""
        widget = self._widget(label)
        await self._set(widget, WidgetState(id=widget.id, bool_value=on))

    async def choose(self, label: str, option: str, *, patience: float = PATIENCE) -> set[str | None]:
        """Choose one of the options that stand side by side; returns what was drawn."""
        widget = self._widget(label)
        state = WidgetState(id=widget.id, string_array_value=StringArray(data=[option]))
        return await self._set(widget, state, patience)

    async def fill(self, label: str, text: str) -> None:
        """Type into a text input."""
        widget = self._widget(label)
        await self._set(widget, WidgetState(id=widget.id, string_value=text))

    async def upload(
        self, label: str, file: Path, server: Server, cookie: str, *, patience: float = PATIENCE
    ) -> None:
        """Upload a file; return once the script that takes it has finished."""
        request = FileURLsRequest(request_id=uuid.uuid4().hex, file_names=[file.name])
        await self.websocket.send(BackMsg(file_urls_request=request).SerializeToString())
        async with asyncio.timeout(patience):
            while True:
                message = ForwardMsg.FromString(await self.websocket.recv(decode=False))
                if message.WhichOneof("type") == "file_urls_response":
                    break
        (urls,) = message.file_urls_response.file_urls
        await asyncio.to_thread(server.put, urls.upload_url, cookie, file)
        uploaded = UploadedFileInfo(
            file_id=urls.file_id,
            name=file.name,
            size=file.stat().st_size,
            file_urls=FileURLs(file_id=urls.file_id, upload_url=urls.upload_url, delete_url=urls.delete_url),
        )
        widget = self._widget(label)
        state = WidgetState(
            id=widget.id, file_uploader_state_value=FileUploaderState(uploaded_file_info=[uploaded])
        )
        await self._set(widget, state, patience)

    async def wait_for(self, label: str, *, patience: float = PATIENCE) -> None:
        """Follow the page's timers, as a browser does, until it shows the figure or the download of this label."""
        async with asyncio.timeout(patience):
            while label not in self.metrics and label not in self.downloads:
                if not self.timers:
                    raise PageError(f"the page shows no {label!r}, and has no timer")
                fragment, seconds = min(self.timers.items(), key=lambda timer: timer[1])
                await asyncio.sleep(seconds)
                await self.run(
                    ClientState(page_name=self.page, fragment_id=fragment, is_auto_rerun=True), patience
                )

    def _widget(self, label: str) -> Widget:
        match = next((widget for name, widget in self.widgets.items() if name.startswith(label)), None)
        if match is None:
            raise PageError(f"the page has no {label!r}, only {', '.join(self.widgets)}")
        return match

    async def _set(self, widget: Widget, state: WidgetState, patience: float = PATIENCE) -> set[str | None]:
        """Send what a widget was set to, and rerun its fragment; returns what was drawn."""
        states = WidgetStates(widgets=[state])
        return await self.run(
            ClientState(page_name=self.page, fragment_id=widget.fragment, widget_states=states), patience
        )

    async def type(self, headline: str) -> set[str | None]:
        """Return what was drawn, once the headline's prediction is; raises as :meth:`open_page` does."""
        typed = WidgetStates(widgets=[WidgetState(id=self.box, string_value=headline)])
        drawn = await self.run(ClientState(page_name=PAGE, fragment_id=self.fragment, widget_states=typed))
        if "metric" not in drawn:
            raise PageError("a headline was not answered")
        return drawn

    async def run(self, state: ClientState, patience: float = PATIENCE) -> set[str | None]:
        """Rerun the script and wait until it has finished; returns the kinds of elements that it drew."""
        drawn: set[str | None] = set()
        if state.fragment_id:  # as a browser does; a fragment that reruns the whole script would land on Home
            state.page_script_hash = self.page_hash
        async with asyncio.timeout(patience):
            await self.websocket.send(BackMsg(rerun_script=state).SerializeToString())
            while True:
                message = ForwardMsg.FromString(await self.websocket.recv(decode=False))
                if message.WhichOneof("type") == "script_finished":
                    if message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                        raise PageError("the script does not compile")
                    if message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                        return drawn
                if message.WhichOneof("type") == "new_session" and not message.metadata.run.fragment_ids:
                    self.page_hash = message.new_session.page_script_hash
                    self.timers.clear()
                    self.downloads.clear()
                    self.widgets.clear()
                    self.metrics.clear()
                if message.WhichOneof("type") == "auto_rerun":
                    self.timers[message.auto_rerun.fragment_id] = message.auto_rerun.interval
                drawn.add(self._look(message.delta))

    def _look(self, delta: Delta) -> str | None:
        """Keep what an element shows; returns its kind."""
        element = delta.new_element
        kind = element.WhichOneof("type")
        if element.HasField("exception") or element.alert.format == Alert.ERROR:
            raise PageError(element.exception.message or element.alert.body)
        if '"address"' in element.bidi_component.json:  # of the component download_button
            button = json.loads(element.bidi_component.json)
            self.downloads[button["label"]] = button["address"]
        if element.text_input.label == BOX:
            self.box, self.fragment = element.text_input.id, delta.fragment_id
        if kind in _WIDGETS:
            widget = getattr(element, kind)
            self.widgets[widget.label] = Widget(widget.id, delta.fragment_id)
        if kind == "metric":
            self.metrics.add(element.metric.label)
        return kind


@contextmanager
def served(
    collect: bool | None = None,
    *,
    descriptors: int | None = None,
    storage: Path | None = None,
    news: Path | None = None,
    log: Path | None = None,
) -> Iterator[Server]:
    """Serve the app on a free port.

    Args:
        collect: ``runner.postScriptGC``; None leaves it to the app's own configuration.
        storage: the folder of everything that visitors bring and make; None: a new one, removed afterwards.
        news: a news file that the Data page offers to every visitor.
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
        if news is not None:
            environment["HEADLINE_LAB_NEWS"] = str(news)
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
