"""Text in figures is shown literally; thinning keeps the ends."""

import html

import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.insight import plot_style


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("WORLD NEWS", "WORLD NEWS"),
        ("<b>loud</b>", "&lt;b&gt;loud&lt;/b&gt;"),
        ('<a href="javascript:alert(1)">x</a>', '&lt;a href="javascript:alert(1)"&gt;x&lt;/a&gt;'),
        (r"$\href{a}{b}$", r"&#36;\href{a}{b}&#36;"),
        ("ARTS & CULTURE", "ARTS &amp; CULTURE"),
        ("&lt;", "&amp;lt;"),
        ("two\nlines", "two lines"),
        ("turned \u202e round", "turned   round"),
        ("half \ud800 a pair", "half   a pair"),
    ],
)
def test_escape_leaves_no_markup(text: str, shown: str) -> None:
    assert plot_style.escape(text) == shown


@given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Cf")), max_size=80))
def test_what_plotly_unescapes_is_the_text(text: str) -> None:
    escaped = plot_style.escape(text)
    assert html.unescape(escaped) == text
    assert not set(escaped) & set("<>$")


def test_escape_cuts_before_it_escapes() -> None:
    assert plot_style.escape("&" * 10, most=4) == "&amp;&amp;&amp;…"


@given(st.integers(0, 5000), st.integers(2, 500))
def test_thin_keeps_the_ends_and_the_order(positions: int, most: int) -> None:
    kept = plot_style.thin_indices(positions, most=most)
    assert len(kept) == min(positions, most)
    assert kept == sorted(set(kept))
    if positions:
        assert (kept[0], kept[-1]) == (0, positions - 1)


def _luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("paper", ["#FBF8F1", "#1A1815"])
@pytest.mark.parametrize("name", ["TRAINING", "VALIDATION", "FOR", "AGAINST", "UNKNOWN", "BASELINE", "INK"])
def test_every_hue_stands_out_on_both_papers(name: str, paper: str) -> None:
    light, dark = sorted((_luminance(getattr(plot_style, name)), _luminance(paper)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 3  # WCAG 1.4.11 for graphical objects


def test_finish_fixes_the_height_and_drops_the_legend() -> None:
    figure = plot_style.finish(go.Figure(go.Bar(x=[1], y=[2])), title="Two is most", height=240)
    assert (figure.layout.height, figure.layout.showlegend) == (240, False)
    assert figure.layout.title.text == "Two is most"


def test_axes_read_as_figures_are_written_elsewhere() -> None:
    figure = plot_style.finish(go.Figure(go.Bar(x=[1], y=[20_000])), title="Many", height=240)
    assert (figure.layout.yaxis.separatethousands, figure.layout.yaxis.exponentformat) == (True, "none")
    plot_style.share_axis(figure)
    assert figure.layout.yaxis.ticktext == (
        "0\u00a0%",
        "20\u00a0%",
        "40\u00a0%",
        "60\u00a0%",
        "80\u00a0%",
        "100\u00a0%",
    )
    assert figure.layout.yaxis.tickvals == (0, 0.2, 0.4, 0.6, 0.8, 1)
