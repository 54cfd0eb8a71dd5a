"""How a file that is scored or classified is read: which column holds what, its encoding, the file in an archive."""

from collections.abc import Callable, Sequence

import msgspec
import streamlit as st

from core.news import encodings
from core.news.archive_contents import train_and_test
from core.news.reading import Columns, FileShape, Reading, Role
from pages.wording import distinct, help_text, literal, plain

_REQUIRED: tuple[Role, ...] = ("headline", "category")
_BOX_WIDTH = 190  # pixels
_HELP: dict[Role, str] = {
    "headline": "The text to classify.",
    "description": "Joined to the headline, as in training. Choose none if the network learnt from headlines only.",
    "category": "The correct answer. The network's answer is compared with it.",
    "date": "When the article appeared.",
}


def choose_reading(
    inspect: Callable[[Reading], FileShape], roles: Sequence[Role], *, key: str
) -> tuple[Reading, bool]:
    """Draw how the file is read, with a select box for each choice; what is chosen, and whether it is complete.

    Args:
        inspect: looks at the file, read in this way.
        roles: the columns that are asked for.
        key: of the file; another one begins with its own guesses.

    Raises:
        HeadlineLabError: as ``inspect``.
    """
    reading = Reading()
    shape = inspect(reading)
    if len(shape.members) > 1:
        pair = train_and_test(shape.members)
        member = st.selectbox(
            "File in the archive",
            shape.members,
            shape.members.index(pair[1]) if pair else None,
            format_func=plain,
            key=f"member/{key}",
            placeholder="Choose a file",
        )
        if member is None:
            return reading, False
        reading = msgspec.structs.replace(reading, member=member)
        shape = inspect(reading)
    is_text = shape.encoding in encodings.CHOICES
    with st.container(horizontal=True):  # side by side where there is room, else one below the other
        boxes = [st.container(width=_BOX_WIDTH) for _ in range(len(roles) + is_text)]
    if is_text:
        encoding = boxes[-1].selectbox(
            "Encoding",
            encodings.CHOICES,
            encodings.CHOICES.index(shape.encoding),
            format_func=encodings.encoding_name,
            key=f"encoding/{key}/{reading.member}",
            help=help_text("How letters are stored in the file. Change it if letters look wrong."),
        )
        if encoding != shape.encoding:
            reading = msgspec.structs.replace(reading, encoding=encoding)
            shape = inspect(reading)
    names = distinct({column: plain(column[:80]) for column in shape.columns})
    chosen: dict[str, str] = {}
    for role, box in zip(roles, boxes, strict=False):
        free = [column for column in shape.columns if column not in chosen.values()]
        options = [*([] if role in _REQUIRED else [""]), *free]
        guessed = getattr(shape.used, role)
        chosen[role] = (
            box.selectbox(
                role.capitalize(),
                options,
                options.index(guessed) if guessed in options else None,
                format_func=lambda column: names.get(column, "none"),
                key=f"{role}/{key}/{reading.member}/{shape.encoding}",
                placeholder="Choose a column",
                help=help_text(_HELP[role]),
            )
            or ""
        )
    st.caption(literal(f"Read as {shape.kind}."))
    is_complete = all(chosen[role] for role in roles if role in _REQUIRED)
    return msgspec.structs.replace(reading, columns=Columns(**chosen) if is_complete else None), is_complete
