"""The Glossary page: every term, and the search."""

from pathlib import Path

from core.insight.glossary import TERMS
from pages.wording import literal
from tests.pages.opening import open_page

PAGE = Path(__file__).parents[2] / "pages" / "learn" / "glossary" / "page.py"


def test_every_term_stands_there_with_its_meaning_and_formula() -> None:
    page = open_page(PAGE)
    assert [element.value for element in page.subheader] == sorted(TERMS, key=str.lower)
    texts = {element.value for element in page.markdown}
    assert {literal(term.meaning) for term in TERMS.values()} <= texts
    assert len(page.latex) == sum(bool(term.formula) for term in TERMS.values())


def test_a_search_finds_names_and_meanings_and_says_where_there_is_none() -> None:
    page = open_page(PAGE)
    page.text_input(key="glossary_sought").set_value(" CARRY ").run()
    assert [element.value for element in page.subheader] == ["LSTM"]  # it keeps "the carry"
    page.text_input(key="glossary_sought").set_value("stochastic").run()
    assert [element.value for element in page.subheader] == ["SGD"]
    page.text_input(key="glossary_sought").set_value(":red[x]").run()
    assert not page.subheader
    assert ":red[" not in page.info[0].value.replace("\u2060", "")
