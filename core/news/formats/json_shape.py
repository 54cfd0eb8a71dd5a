"""The first bytes of JSON -> the reader of its shape."""

import itertools
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from core.news.columns import is_known_name
from core.news.decompression import Caps
from core.news.formats.json_array import JsonArray
from core.news.formats.json_comments import has_comments, joined_without_comments
from core.news.formats.json_document import JsonDocument, orient_of
from core.news.formats.json_lines import JsonLines, JsonListLines
from core.news.formats.json_object import Problem, decoder, parse_values
from core.news.formats.json_sequence import JsonSequence
from core.news.formats.raw_table import HEAD, RawTable

_ARRAY = re.compile(rb"\s*+\[\s*+(?:[\[{\]\"\-\d,]|true|false|null|NaN|$)")
_LINES_OF_LISTS = re.compile(rb'\s*+\[(?:[^"\[\]{}\r\n]++|"(?:[^"\\\r\n]++|\\.)*+")*+\][ \t,]*+[\r\n]\s*+\[')
_OBJECT = re.compile(rb"\s*+\{")
# A list of numbers, as coordinates are, is one token.
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"|\[[^"{}\[\]]*+\]|[{}\[\],:"]', re.DOTALL)
_LINES = 50  # lines that are looked at when the first is damaged


def open_json(blocks: Iterable[bytes], head: bytes, name: str, caps: Caps) -> RawTable | None:
    """The reader of a text that begins with ``head``, the first of ``blocks``; None if it is not JSON."""
    if has_comments(head):
        text = joined_without_comments(blocks, name)
        head = text[:HEAD]
        blocks = [head, text[HEAD:]]
    if _LINES_OF_LISTS.match(head):
        return JsonListLines(blocks, head, caps)
    if _ARRAY.match(head):
        return JsonArray(blocks, head, caps, start=head.index(b"["))
    if not _OBJECT.match(head):
        return None
    lines = [line for line in head.replace(b"\r", b"\n").split(b"\n", _LINES) if line.strip(b" \t,")]
    first = list(itertools.islice(parse_values(lines[0]), 2))
    if not isinstance(first[-1], Problem) and (len(first) > 1 or len(lines) > 1):
        one_line = len(lines) == 1 and len(head) > caps.line // 4
        return JsonSequence(blocks, head, caps) if one_line else JsonLines(blocks, head, caps)
    beginning = _Beginning.of(head.decode("latin-1"))
    if beginning.more:
        return JsonSequence(blocks, head, caps)
    document = beginning.document
    if isinstance(document, tuple):
        if orient := orient_of(document):
            return JsonDocument(blocks, name, orient, caps)
        if (path := _articles(document)) and path in beginning.arrays:
            unread = [
                other[-1] for other, _ in _lists(document, ()) if other != path and other[0] != "schema"
            ]
            start = beginning.arrays[path]
            return JsonArray(blocks, head, caps, start=start, key=path[-1], unread=unread)
        return JsonLines(blocks, head, caps) if len(lines) == 1 else JsonSequence(blocks, head, caps)
    others = (next(parse_values(line), None) for line in lines[1:_LINES] if line.startswith(b"{"))
    if (
        len(lines) == 1
        or lines[0].lstrip().startswith(b"{'")
        or any(isinstance(other, tuple) for other in others)
    ):
        return JsonLines(blocks, head, caps)
    return JsonSequence(blocks, head, caps)


@dataclass(slots=True)
class _Beginning:
    """What the beginning of a text tells about its first JSON value.

    Attributes:
        document: the value as far as it can be parsed; None if it is damaged.
        complete: whether its end is in the text.
        more: whether another value follows.
        arrays: the position of each array that lies in objects alone, by the keys that lead to it.
    """

    document: Any = None
    complete: bool = False
    more: bool = False
    arrays: dict[tuple[str, ...], int] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str) -> "_Beginning":
        """The beginning whose bytes are the characters of ``text``."""
        beginning = cls()
        closers: list[str] = []  # of the brackets that are open
        keys: list[str] = []  # that lead to the innermost object, as JSON spells them
        cut, key, last = 0, "", ""
        closers_at_cut: list[str] = []
        for token in _TOKEN.finditer(text):
            mark = token.group()
            if mark == "{":
                closers.append("}")
                keys.append(key)
            elif mark == "[":
                if "]" not in closers:
                    path = tuple(_decoded(name) or "" for name in (*keys[1:], key))
                    beginning.arrays.setdefault(path, token.start())
                closers.append("]")
            elif mark in "}]":
                if not closers or closers.pop() != mark:
                    return beginning
                if mark == "}":
                    keys.pop()
                if not closers:
                    beginning.complete = True
                    beginning.more = bool(text[token.end() :].strip(" \t\r\n,"))
                    beginning.document = _decoded(text[: token.end()])
                    return beginning
            elif mark == ",":
                cut, closers_at_cut = token.start(), closers.copy()
            elif mark == ":":
                key = last
            elif mark == '"':  # a text that the end cuts: what looks like a token in it is none
                break
            else:
                last = mark
        if cut:
            beginning.document = _decoded(text[:cut] + "".join(reversed(closers_at_cut)))
        return beginning


def _decoded(text: str) -> Any:
    try:
        return decoder.decode(text.encode("latin-1").decode("utf-8", "replace"))
    except (json.JSONDecodeError, RecursionError):
        return None


def _articles(document: tuple[tuple[str, Any], ...]) -> tuple[str, ...] | None:
    """The keys that lead to the list of articles in an object; None if the object is an article itself."""
    lists = list(_lists(document, ()))
    if not lists:
        return None
    path, rows = max(
        lists, key=lambda entry: (entry[0][-1] == "data" and len(entry[1]) > 0, len(repr(entry[1][:1000])))
    )
    own = _known(key for key, value in document if isinstance(value, str))
    inner = [_known(key for key, _ in row) for row in rows[:10] if isinstance(row, tuple)]
    return None if own >= 2 and own >= max(inner, default=0) else path


def _lists(
    value: tuple[tuple[str, Any], ...], path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], list[Any]]]:
    """Each list of objects or of lists that lies in objects alone."""
    for key, inner in value:
        if isinstance(inner, list) and inner and all(isinstance(row, tuple | list) for row in inner[:10]):
            yield (*path, key), inner
        elif isinstance(inner, tuple) and len(path) < 5:
            yield from _lists(inner, (*path, key))


def _known(names: Iterable[str]) -> int:
    return sum(is_known_name(name) for name in set(names))
