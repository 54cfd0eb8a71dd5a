"""CSV for a spreadsheet: parsed by two other programs' readers, and no cell is a formula."""

import csv
import io
import tomllib
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.news.csv_export import neutralise_formula, to_csv

texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20)


@pytest.mark.parametrize(
    "cell",
    ['=HYPERLINK("http://x")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "=", "-"],
)
def test_a_formula_becomes_text(cell: str) -> None:
    assert neutralise_formula(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "a=b", "Why?", " =1", "'=1", "10 dinners", "é"])
def test_other_text_stays(cell: str) -> None:
    assert neutralise_formula(cell) == cell


def test_worked_example() -> None:
    made = to_csv(("headline", "=label"), [('Say "no", or=not', 0.25), ("=1+1", -3), ("a\r\nb", 1e-05)])
    expected = '\ufeff"headline","\'=label"\r\n"Say ""no"", or=not",0.25\r\n"\'=1+1",-3\r\n"a\r\nb",1e-05\r\n'
    assert made.decode("utf-8") == expected


@given(st.lists(st.tuples(texts, texts)), texts)
def test_reads_back_and_holds_no_formula(rows: list[tuple[str, str]], name: str) -> None:
    made = to_csv((name, "b"), rows)
    back = list(csv.reader(io.StringIO(made.decode("utf-8-sig"), newline="")))
    assert back == [
        [neutralise_formula(name), "b"],
        *([neutralise_formula(left), neutralise_formula(right)] for left, right in rows),
    ]
    assert not any(cell[:1] in tuple("=+-@\t\r\n") for row in back for cell in row if cell)


def test_pandas_reads_it() -> None:
    table = pd.read_csv(
        io.BytesIO(to_csv(("headline", "probability"), [("Café, closed", 0.5), ("-1", 0.25)]))
    )
    assert table.to_dict("list") == {"headline": ["Café, closed", "'-1"], "probability": [0.5, 0.25]}


def test_a_lone_surrogate_does_not_stop_it() -> None:
    assert to_csv(("a",), [("x\ud800y",)]).endswith(b'"x?y"\r\n')


def test_the_tables_own_export_is_off() -> None:
    """Streamlit's "Download as CSV" beside every table writes formulas as they are (seen in 1.67)."""
    settings = tomllib.loads((Path(__file__).parents[2] / ".streamlit" / "config.toml").read_text())
    assert settings["client"]["disableDataExport"] is True
