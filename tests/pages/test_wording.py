"""Numbers as a person writes them; a visitor's words shown as they stand."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from core.insight.wording import percent
from pages.wording import code_span, count, distinct, duration, help_text, literal, plain, size

JOINER = "\u2060"
WITHOUT_WIDTH = dict.fromkeys(map(ord, "\u2060\u2067\u2069"))  # the joiner, and what isolates right to left
visible = st.text(st.characters(exclude_categories=("Cc", "Cs", "Cf", "Zl", "Zp")), max_size=60)


def rendered(markdown: str) -> str:
    """The text that a Markdown parser of another house shows for ``markdown``, as one paragraph."""
    body = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(markdown)
    paragraph = re.fullmatch(r"(?s)<p>(.*)</p>\n", body)
    assert paragraph, body
    assert "<" not in paragraph[1], body
    return html.unescape(paragraph[1])


@pytest.mark.parametrize(
    "text",
    [
        "# no heading",
        "1. no list",
        "- no list",
        "> no quote",
        "    no code",
        "`no code`",
        "**not bold** _nor this_ ~~nor this~~",
        "[no link](javascript:alert(1))",
        "<script>alert(1)</script>",
        "<https://example.com>",
        "&lt;b&gt;",
        "| a | b |",
        r"\*",
        "![no image](x.png)",
    ],
)
def test_markdown_shows_it_as_it_stands(text: str) -> None:
    assert rendered(literal(text)).translate(WITHOUT_WIDTH) == text.strip()


@given(visible.filter(str.strip))
def test_markdown_shows_any_text_as_it_stands(text: str) -> None:
    assert rendered(literal(text)).translate(WITHOUT_WIDTH).split() == text.split()


@pytest.mark.parametrize("text", ["http://www.lab.school:8501", "a `b` ``c``", "`", ":red[x] -> <b>", "  "])
def test_code_shows_it_sign_for_sign_with_nothing_between(text: str) -> None:
    body = MarkdownIt("commonmark").renderInline(code_span(text))
    shown = re.fullmatch(r"<code>(.*)</code>", body)
    assert shown, body
    assert html.unescape(shown[1]).strip() == text.strip()


# What Streamlit replaces in the text that is left once the escapes are undone.
LATER = [
    re.compile(r":[a-z][a-z0-9-]*\["),  # :red[...], :blue-background[...]
    re.compile(r":\+1:|:[\w-]+:"),  # :smile:
    re.compile(r":material/\w+:"),
    re.compile(r"(?:https?://|www(?=\.))"),
    re.compile(r"[\w.+-]+@[\w-]+\.\w"),
    re.compile(r"(^|\s)(<->|->|<-|--|>=|<=|~=)(\s|$)"),
]


@pytest.mark.parametrize(
    "text",
    [
        ":red[danger]",
        ":smile:",
        ":material/home:",
        "https://example.com",
        "www.example.com",
        "WWW.example.com",
        "me@example.com",
        "a -> b <- c <-> d -- e >= f <= g ~= h",
    ],
)
def test_nothing_is_left_for_streamlit_to_replace(text: str) -> None:
    assert any(pattern.search(text) or pattern.search(text.lower()) for pattern in LATER)
    shown = rendered(literal(text))
    assert not any(pattern.search(shown) or pattern.search(shown.lower()) for pattern in LATER)


@pytest.mark.parametrize(
    ("text", "isolated"),
    [
        ("علوم, 94 %", "<علوم>, 94 %"),
        ("It is of علوم. Its answer", "It is of <علوم>. Its answer"),
        ("فاز 3 مرات، 2026", "<فاز 3 مرات،> 2026"),
        ("شركة Apple تطلق", "<شركة> Apple <تطلق>"),
        ("ספורט (29)", "<ספורט> (29)"),
        ("हिन्दी 94 %, Русский", "हिन्दी 94 %, Русский"),
    ],
)
def test_what_runs_from_right_to_left_moves_no_figures_behind_it(text: str, isolated: str) -> None:
    marked = rendered(literal(text)).translate({0x2067: "<", 0x2069: ">"})
    assert marked == isolated


def test_formulas_and_dollars_are_escaped() -> None:
    assert literal("$5 or $6") == r"\$5 or \$6"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("two\nlines\r\n", "two lines"),
        ("a\x00b", "a b"),
        ("turned \u202eround", "turned  round"),
        ("half \ud800", "half \ufffd"),
        ("line\u2028separator", "line separator"),
    ],
)
def test_plain_is_one_line_that_can_be_encoded(text: str, shown: str) -> None:
    assert plain(text) == shown
    assert plain(text).encode()


def test_a_megabyte_of_punctuation_is_escaped_piece_by_piece() -> None:
    """How long it takes is in benchmarks/stalls.py."""
    assert literal("<-" * 500_000) == f"\\<{JOINER}\\-" * 500_000


def test_numbers_as_a_person_writes_them() -> None:
    assert count(180768) == "180,768"
    assert percent(0.6443999).replace("\u00a0", " ") == "64.4 %"
    assert percent(1).replace("\u00a0", " ") == "100.0 %"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (80, "1 min 20 s"),
        (0.31, "0.3 s"),
        (9.96, "10 s"),
        (59.6, "1 min 0 s"),
        (7380, "2 h 3 min"),
        (-1, "0.0 s"),
    ],
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(("amount", "text"), [(12, "12 B"), (8_388_608, "8.4 MB"), (1500, "1.5 kB")])
def test_sizes(amount: int, text: str) -> None:
    assert size(amount) == text


def test_names_that_are_alike_are_told_apart() -> None:
    """Streamlit sends an option's text back, and would take the last of two that are alike."""
    assert distinct({1: "a", 2: "b", 3: "a", 4: "a"}) == {1: "a", 2: "b", 3: "a (2)", 4: "a (3)"}


def test_a_help_text_links_each_word_of_the_field_once_and_is_the_same_every_time() -> None:
    text = "Texts in one batch. A larger batch makes an epoch faster."
    linked = help_text(text)
    targets = re.findall(r"\[(\w+)\]\((glossary#\w+) ", linked)
    assert targets == [("batch", "glossary#batch"), ("epoch", "glossary#epoch")]
    assert re.sub(r"\[(\w+)\]\([^)]*\)", r"\1", linked) == text
    assert help_text(text) == linked
