"""JSON with comments: what the patterns match in strings and comments that never end.

One of 4 MB takes milliseconds; where each mark looks for an end again, the test does not come to its end.
"""

import pytest

from core.news.formats.json_comments import has_comments, without_comments, without_last_commas

TIMES = 1_000_000


def test_commas_in_a_string_that_never_ends_stay() -> None:
    text = '{"a": "' + '\\", ]' * TIMES
    assert without_last_commas(text) == text
    assert without_last_commas('{"a": [1, 2, ], "b": "c, ]", }') == '{"a": [1, 2 ], "b": "c, ]" }'


@pytest.mark.parametrize("end", [b"", b"\\"])
def test_a_string_that_never_ends_stays(end: bytes) -> None:
    text = b'{"a": "' + b'\\"//' * TIMES + end
    assert without_comments(text) == text


def test_a_comment_that_never_ends_leaves_its_line_ends() -> None:
    assert without_comments(b"[1] " + b"/* \n" * TIMES) == b"[1] " + b"\n" * TIMES


def test_a_comment_is_found_below_empty_lines_and_none_where_there_is_none() -> None:
    assert has_comments(b"[" + b"\n" * 60_000 + b" // a\n1]")
    assert not has_comments(b"[" + b"\n" * 65_000 + b"1]")
