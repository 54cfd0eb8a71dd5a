"""The glossary: linking of first uses, and that each term leads somewhere."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.insight.glossary import TERMS, anchor, link_first_uses
from pages.learn.chapters import CHAPTERS
from pages.navigation import PAGES

LINK = re.compile(r'\[([^\]]*)\]\(glossary#([\w-]+) "([^"]*)"\)')


def test_only_the_first_use_is_linked_in_its_own_form() -> None:
    text, linked = link_first_uses("Tokens are numbered. A token has an id.")
    assert LINK.findall(text) == [("Tokens", "token", TERMS["token"].meaning)]
    assert linked == {"token"}
    assert link_first_uses("A token.", linked) == ("A token.", linked)


def test_the_longest_term_wins() -> None:
    text, linked = link_first_uses("A vanishing gradient is a gradient that vanishes.")
    assert [name for _, name, _ in LINK.findall(text)] == ["vanishing-gradient", "gradient"]
    assert linked == {"vanishing gradient", "gradient"}


@pytest.mark.parametrize(
    "text",
    ["`token`", "$loss$", "[token](https://example.org)", ":red[token]", "tokenized", "re-token", "## token"],
)
def test_code_formulas_links_and_parts_of_words_stay(text: str) -> None:
    assert link_first_uses(text) == (text, frozenset())


@given(st.text())
def test_without_its_links_a_text_is_what_it_was(text: str) -> None:
    linked, _ = link_first_uses(text)
    assert LINK.sub(r"\1", linked) == LINK.sub(r"\1", text)


def test_every_term_says_where_to_see_it() -> None:
    for name, term in TERMS.items():
        assert term.meaning.endswith((".", "?")), name
        assert max(len(sentence.split()) for sentence in re.split(r"[.?:] ", term.meaning)) <= 25, name
        assert '"' not in term.meaning, name  # it would end the tip
        assert set(term.chapters) <= set(CHAPTERS), name
        assert not term.page or term.page in PAGES, name
    assert len({anchor(name) for name in TERMS}) == len(TERMS)
