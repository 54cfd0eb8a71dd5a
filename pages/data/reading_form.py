"""How the chosen file is read: shown with its first rows, and changed by whoever knows better."""

import itertools

import msgspec
import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.errors import HeadlineLabError, NewsFileError
from core.news import dates, encodings
from core.news.categories import are_numbers
from core.news.hidden_characters import escape_hidden
from core.news.news import News
from core.news.normal_form import nfc
from core.news.reading import ROLES, Columns, FileShape, Reading, Role
from core.tasks.news_tasks import InspectNews, ReadNews
from pages import caches, tasks
from pages.session import Session
from pages.wording import count, distinct, help_text, literal

_FAILED = "data_reading_failed"  # why a choice was refused, until it is drawn
_NO_COLUMN = "none"
_LONGEST_NAME = 200  # characters of a category's name
_MOST_NAMED = 100  # numbers to which names can be given
_NAMES_IN_A_ROW = 4
_REQUIRED: tuple[Role, ...] = ("headline", "category")
# Names that say what a column holds: nobody has to confirm them.
_PLAIN_NAMES: dict[Role, tuple[str, ...]] = {
    "headline": ("headline",),
    "description": ("short_description", "description", ""),
    "category": ("category",),
    "date": ("date", ""),
}
_HELP: dict[Role, str] = {
    "headline": "The text to learn from.",
    "description": "A longer text that belongs to the headline. Your file may have none.",
    "category": "The label: what the network learns to predict.",
    "date": "When the article appeared. Your file may have none.",
}


def inspect(task: ReadNews, slot: DeltaGenerator | None = None) -> FileShape:
    """How the file is read, from its beginning; ``slot`` as for ``tasks.result``. Raises NewsFileError."""
    reading = task.without_changes().reading
    return tasks.result(InspectNews(file=task.file, name=task.name, reading=reading), slot=slot)


def is_complete(shape: FileShape) -> bool:
    """Whether the columns of headline and category are known, so that the file can be read."""
    return all(getattr(shape.used, role) for role in _REQUIRED)


def draw_reading(session: Session, task: ReadNews, shape: FileShape, news: News | None) -> None:
    """Draw the form: open where something is doubtful, else folded under a line that says how the file is read.

    Args:
        news: the file as read; None where it cannot be read so.
    """
    failed = st.session_state.pop(_FAILED, None)
    doubts = _doubts(shape, task.reading, news)
    if doubts or failed:
        with st.container(border=True):
            st.subheader("Is the file read correctly?", anchor=False)
            if doubts:
                st.markdown(literal(" ".join(doubts)))
            if failed:
                st.error(literal(failed))
            _draw_form(session, task, shape, news, is_asked=True)
    else:
        with st.expander(f"How the file is read: {literal(_summary(shape))}", icon=":material/table:"):
            _draw_form(session, task, shape, news, is_asked=False)


def _doubts(shape: FileShape, reading: Reading, news: News | None) -> list[str]:
    """What somebody should look at, as sentences."""
    if shape.members and not shape.columns:
        return [f"The archive holds {count(len(shape.members))} files. Choose the one to read."]
    doubts = []
    if lacking := [role for role in _REQUIRED if not getattr(shape.used, role)]:
        columns = "column holds" if len(lacking) == 1 else "columns hold"
        doubts.append(f"Choose which {columns} the {' and the '.join(lacking)}.")
    elif news is None:
        doubts.append("The file cannot be read like this. Choose different columns or a different encoding.")
    elif reading.columns is None and not _has_plain_names(shape.used):
        doubts.append("The app has guessed the columns. Compare them with the first rows, then confirm.")
    if news and news.shape.dates_ambiguous and reading.date_format is None:
        doubts.append("The dates do not say whether day or month comes first. Choose how they are written.")
    return doubts


def _has_plain_names(used: Columns) -> bool:
    return all(getattr(used, role).casefold() in _PLAIN_NAMES[role] for role in ROLES)


def _summary(shape: FileShape) -> str:
    """One line: which column holds what, the format and the encoding."""
    roles = ", ".join(
        f"{role} from “{escape_hidden(column[:40])}”"
        for role in ROLES
        if (column := getattr(shape.used, role))
    )
    encoding = f", {encodings.encoding_name(shape.encoding)}" if shape.encoding else ""
    return f"{roles}; {shape.kind}{encoding}"


def _draw_form(
    session: Session, task: ReadNews, shape: FileShape, news: News | None, *, is_asked: bool
) -> None:
    """Draw the first rows and the choices, and take what is chosen."""
    if shape.columns:
        _draw_preview(shape)
    version = task.without_changes().key()[:12]  # read otherwise, the form begins with what is then the case
    with st.form(f"data_reading_{version}", border=False):
        columns = _draw_columns(shape, version)
        left, right = st.columns(2)
        with left:
            encoding = _draw_encoding(shape, task.reading, version)
        with right:
            date_format = _draw_dates(shape, task.reading, news, version)
        member = _draw_members(shape, task.reading, version)
        named = _draw_names(task.reading, news, version)
        is_taken = st.form_submit_button(
            "Yes, read it like this" if is_asked and news else "Read it like this",
            type="primary" if is_asked else "secondary",
            key=f"data_read_{version}",
        )
    if is_taken:
        is_same_table = (encoding, member) == (task.reading.encoding, task.reading.member)
        is_same = is_same_table and columns.category == shape.used.category
        reading = msgspec.structs.replace(
            task.reading,
            member=member,
            encoding=encoding,
            columns=columns if columns.used() else None,
            date_format=date_format,
            category_names=named if is_same else (),
        )
        _take(session, task, reading, may_guess=not is_same_table)


def _draw_preview(shape: FileShape) -> None:
    """Draw the first rows under the names of their columns, and say which columns are not used."""
    role_of = {column: role for role in ROLES if (column := getattr(shape.used, role))}
    texts = {
        column: escape_hidden(column[:80]) + (f" → {role_of[column]}" if column in role_of else "")
        for column in shape.columns
    }
    rows = [[escape_hidden(cell) for cell in row] for row in shape.preview]
    st.dataframe(
        pd.DataFrame(rows, columns=list(distinct(texts).values()), dtype="str"),
        hide_index=True,
        height="content",
        key="data_preview",
        alt="The first rows in the file",
    )
    if shape.unused:
        listed = ", ".join(f"“{escape_hidden(column[:40])}”" for column in shape.unused[:6])
        more = f" and {count(len(shape.unused) - 6)} more" if len(shape.unused) > 6 else ""
        is_one = len(shape.unused) == 1
        st.caption(
            literal(
                f"{'Column' if is_one else 'Columns'} {listed}{more} {'is' if is_one else 'are'} not used."
            )
        )


def _draw_columns(shape: FileShape, version: str) -> Columns:
    """Draw a select box for each role; the columns chosen."""
    if not shape.columns:
        return Columns()
    names = distinct({column: escape_hidden(column[:80]) for column in shape.columns})
    chosen: dict[str, str] = {}
    for role, box in zip(ROLES, st.columns(len(ROLES)), strict=True):
        # None stands for no column: a text for it could be a column's name.
        options: list[str | None] = [*([] if role in _REQUIRED else [None]), *shape.columns]
        current: str | None = getattr(shape.used, role) or None
        with box:
            column = st.selectbox(
                role.capitalize(),
                range(len(options)),
                index=options.index(current) if current in options else None,
                format_func=lambda index, options=options: names.get(options[index], _NO_COLUMN),
                key=f"data_column_{role}_{version}",
                placeholder="Choose a column",
                help=help_text(_HELP[role]),
            )
        if column is not None and (name := options[column]):
            chosen[role] = name
    return Columns(**chosen)


def _draw_encoding(shape: FileShape, reading: Reading, version: str) -> str | None:
    """Draw the encodings; the one chosen, None if it stays what the file is found to have."""
    if shape.encoding not in encodings.CHOICES:
        return reading.encoding
    chosen = st.selectbox(
        "Encoding",
        encodings.CHOICES,
        index=encodings.CHOICES.index(shape.encoding),
        format_func=encodings.encoding_name,
        key=f"data_encoding_{version}",
        help=help_text("How letters are stored in the file. Change it if letters look wrong."),
    )
    return reading.encoding if chosen == shape.encoding else chosen


def _draw_dates(shape: FileShape, reading: Reading, news: News | None, version: str) -> str | None:
    """Draw the date formats; the one chosen, None if it stays what the column is found to have."""
    if not shape.used.date:
        return reading.date_format
    names = [choice.name for choice in dates.CHOICES]
    decided = reading.date_format or (news.shape.date_format if news else "")
    chosen = st.selectbox(
        "Dates",
        names,
        index=names.index(decided) if decided in names else None,
        format_func=lambda name: dates.format_named(name).words,
        key=f"data_dates_{version}",
        placeholder="As they are in the file",
        help=help_text("One format for all dates in the file."),
    )
    is_asked = bool(news and news.shape.dates_ambiguous)
    return chosen if chosen != decided or is_asked else reading.date_format


def _draw_members(shape: FileShape, reading: Reading, version: str) -> str | None:
    """Draw the files of an archive where it has several; the one chosen."""
    if len(shape.members) < 2:
        return reading.member
    chosen = st.selectbox(
        "File in the archive",
        range(len(shape.members)),
        index=shape.members.index(shape.member) if shape.member in shape.members else None,
        format_func=lambda index: escape_hidden(shape.members[index]),
        key=f"data_member_{version}",
        placeholder="Choose a file",
    )
    return (
        reading.member if chosen is None or shape.members[chosen] == shape.member else shape.members[chosen]
    )


def _draw_names(reading: Reading, news: News | None, version: str) -> tuple[tuple[str, str], ...]:
    """Draw a box for the name of each category, where they are numbers; each number and its name."""
    named = dict(reading.category_names)
    if news and not named and are_numbers(news.categories):
        named = {number: number for number in sorted(news.categories, key=float)}
    if not 0 < len(named) <= _MOST_NAMED:
        return reading.category_names
    st.markdown("The categories are numbers. If you know what they stand for, type their names.")
    typed: dict[str, str] = {}
    boxes = itertools.cycle(st.columns(_NAMES_IN_A_ROW))
    for (number, name), box in zip(named.items(), boxes, strict=False):
        typed[number] = box.text_input(
            f"{literal(number)} is", name, key=f"data_name_{number}_{version}", max_chars=_LONGEST_NAME
        )
    pairs = tuple((number, nfc(name).strip() or number) for number, name in typed.items())
    return pairs if any(number != name for number, name in pairs) else ()


def _take(session: Session, task: ReadNews, reading: Reading, *, may_guess: bool) -> None:
    """Read the file as chosen; where that fails, keep how it was read and say why.

    Args:
        may_guess: whether the table is another now, so that its columns may have other names.
    """
    try:
        chosen = msgspec.structs.replace(task, reading=reading)
        try:
            shape = inspect(chosen)
        except NewsFileError:
            if not may_guess:
                raise
            chosen = msgspec.structs.replace(task, reading=msgspec.structs.replace(reading, columns=None))
            shape = inspect(chosen)
        if is_complete(shape):
            caches.read_news(chosen)
    except HeadlineLabError as error:
        st.session_state[_FAILED] = str(error)
    else:
        session.choose_reading(chosen.reading)
    st.rerun()
