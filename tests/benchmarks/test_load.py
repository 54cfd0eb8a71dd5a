"""What the load benchmark counts as a page and as an answer, and how it sums up its times."""

import asyncio
from typing import cast

import pytest
from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.Metric_pb2 import Metric
from streamlit.proto.TextInput_pb2 import TextInput
from websockets.asyncio.client import ClientConnection

from benchmarks import load
from benchmarks.visitor import PageError, Visitor


def test_the_figures_of_a_load() -> None:
    assert load.quantiles("page", [4.0, 1.0, 2.0, 3.0, 5.0]) == {
        "page_p50": 3.0,
        "page_p95": 4.8,  # four fifths of the way from the fourth to the fifth
        "page_max": 5.0,
    }
    assert load.quantiles("page", []) == {"page_p50": None, "page_p95": None, "page_max": None}
    ours = {"page_p50": 1.0, "page_p95": None, "errors": 0}
    assert load.compared(ours, {"page_p50": 4.0, "page_p95": 2.0, "errors": 2}) == {"page_p50": 0.25}


class Connection:
    """A websocket that has received these messages."""

    def __init__(self, *messages: ForwardMsg) -> None:
        self.frames: list[bytes] = [message.SerializeToString() for message in messages]

    async def send(self, frame: bytes) -> None:
        assert BackMsg.FromString(frame).WhichOneof("type") == "rerun_script"

    async def recv(self, decode: bool) -> bytes:
        return self.frames.pop(0)


def drawn(element: Element) -> ForwardMsg:
    return ForwardMsg(delta=Delta(new_element=element))


BOX = drawn(Element(text_input=TextInput(label="Headline", id="the box")))
ANSWER = drawn(Element(metric=Metric(body="SPORTS")))
FAILURE = drawn(Element(alert=Alert(format=Alert.ERROR, body="Something went wrong on our side")))
END = ForwardMsg(script_finished=ForwardMsg.FINISHED_SUCCESSFULLY)
CUT_SHORT = ForwardMsg(script_finished=ForwardMsg.FINISHED_EARLY_FOR_RERUN)


def come_and_type(*messages: ForwardMsg) -> None:
    async def run() -> None:
        visitor = Visitor(cast(ClientConnection, Connection(*messages)))
        await visitor.open_page()
        await visitor.type("A headline")

    asyncio.run(run())


def test_an_answer_is_one_when_its_script_has_ended() -> None:
    come_and_type(BOX, CUT_SHORT, BOX, END, CUT_SHORT, ANSWER, END)


@pytest.mark.parametrize(
    ("messages", "error"),
    [
        ((ANSWER, END), "no text input 'Headline'"),
        ((BOX, END, BOX, END), "a headline was not answered"),
        ((BOX, END, FAILURE, ANSWER, END), "Something went wrong on our side"),
        ((BOX, ForwardMsg(script_finished=ForwardMsg.FINISHED_WITH_COMPILE_ERROR)), "does not compile"),
    ],
)
def test_a_page_that_failed_is_no_answer(messages: tuple[ForwardMsg, ...], error: str) -> None:
    with pytest.raises(PageError, match=error):
        come_and_type(*messages)
