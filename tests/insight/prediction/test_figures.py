"""The stack over the words of a headline, and the chart of the labels of a file, on predictions made by hand."""

import numpy as np
import plotly.graph_objects as go
import pytest

from core.insight.prediction import captions
from core.insight.prediction.attribution import ReadAlong
from core.insight.prediction.figures import (
    HEIGHT,
    LABELS_HEIGHT,
    MOST_BARS,
    labels_chart,
    likeliest_labels,
    read_along_chart,
)

LABELS = ("<b>A</b>", "B", "C", "D", "E", "F", "G")


def reading(rows: list[dict[int, float]], *, from_right: bool = False) -> ReadAlong:
    """One row a word; what is not given is shared by the other labels."""
    table = np.zeros((len(rows), len(LABELS)), np.float32)
    for row, named_shares in zip(table, rows, strict=True):
        row[:] = (1 - sum(named_shares.values())) / (len(LABELS) - len(named_shares))
        for label, share in named_shares.items():
            row[label] = share
    named = table.argmax(axis=1)
    others = np.flatnonzero(named != named[-1])
    settled = int(others[-1]) + 1 if len(others) else 0
    words = tuple(f"word{number}" for number in range(len(rows)))
    position = len(rows) - 1 - settled if from_right else settled
    return ReadAlong(words=words, probabilities=table, from_right=from_right, settled=position)


TURNS = [{1: 0.5, 0: 0.3}, {1: 0.4, 0: 0.35}, {0: 0.6, 1: 0.2}, {0: 0.9}]


def test_the_stack_is_all_of_the_probability() -> None:
    figure = read_along_chart(reading(TURNS), LABELS)
    assert np.sum([trace.y for trace in figure.data], axis=0) == pytest.approx(np.ones(5), abs=1e-5)
    assert {trace.stackgroup for trace in figure.data} == {"one"}
    assert all(trace.line.shape == "hv" for trace in figure.data)
    assert figure.data[0].y == pytest.approx(
        [0.3, 0.35, 0.6, 0.9, 0.9]
    )  # the final answer lies at the bottom
    assert figure.data[-1].name == "2 others"
    assert figure.layout.height == HEIGHT


def test_names_are_no_markup() -> None:
    figure = read_along_chart(reading(TURNS), LABELS)
    assert figure.data[0].name == "&lt;b&gt;A&lt;/b&gt;"
    assert all("<b>" not in (one.text or "") for one in figure.layout.annotations)
    assert "<b>" not in figure.layout.title.text


def test_where_it_settled_is_marked_and_told() -> None:
    figure = read_along_chart(reading(TURNS), LABELS)
    assert figure.layout.title.text == "&lt;b&gt;A&lt;/b&gt; from “word2” on"
    assert [shape.x0 for shape in figure.layout.shapes] == [2]
    assert captions.read_along(reading(TURNS), LABELS) == (
        "The answer changes once. Before “word2” it is B. From “word2” on it stays <b>A</b>, and at the end it has "
        "90.0 %."
    )


def test_arabic_words_stand_from_right_to_left() -> None:
    figure = read_along_chart(reading(TURNS), LABELS, right_to_left=True)
    assert list(figure.layout.xaxis.range) == [4, 0]
    assert list(figure.layout.xaxis.ticktext) == ["word0", "word1", "word2", "word3"]
    assert figure.layout.yaxis.side == "right"
    [name] = [each for each in figure.layout.annotations if each.x == 4]  # at the end of the text, left of it
    assert (name.xanchor, name.xshift) == ("right", -4)
    # Read from the last word on, the first column is the last word, which stands at the left.
    backwards = read_along_chart(reading(TURNS, from_right=True), LABELS, right_to_left=True)
    assert list(backwards.layout.xaxis.range) == [0, 4]


def test_read_from_the_right_the_first_column_is_the_last_word() -> None:
    read = reading(TURNS, from_right=True)
    figure = read_along_chart(read, LABELS)
    assert list(figure.layout.xaxis.ticktext) == ["word3", "word2", "word1", "word0"]
    assert figure.layout.title.text.endswith("from “word1” on")
    assert captions.read_along(read, LABELS).startswith(
        "Read from the right, the answer changes once. Before “word1” it is B."
    )


def test_an_answer_that_never_changed() -> None:
    read = reading([{2: 0.5}, {2: 0.7}])
    assert read_along_chart(read, LABELS).layout.title.text == "C from the first word on"
    assert not read_along_chart(read, LABELS).layout.shapes
    assert captions.read_along(read, LABELS) == (
        "The answer is C from the first word, “word0”. At the end it has 70.0 %."
    )


def test_it_counts_the_turns() -> None:
    there_and_back = [{0: 0.9}, {1: 0.9}, {0: 0.9}, {1: 0.9}]
    assert "changes 3 times" in captions.read_along(reading(there_and_back), LABELS)


def test_named_are_those_that_were_likely_at_some_word() -> None:
    assert likeliest_labels(reading([{3: 0.9}, {5: 0.8}, {0: 0.5, 1: 0.2}]))[:4] == [0, 3, 5, 1]


def test_few_labels_leave_no_others_and_many_words_are_thinned() -> None:
    table = np.full((100, 2), 0.5, np.float32)
    read = ReadAlong(words=("w",) * 100, probabilities=table, from_right=False, settled=0)
    figure = read_along_chart(read, ("A", "B"))
    assert [trace.name for trace in figure.data] == ["A", "B"]
    assert len(figure.layout.xaxis.ticktext) <= 32
    assert sum(len(trace.x) for trace in figure.data) <= 500


def bars(figure: go.Figure) -> tuple[list[str], list[float], list[str]]:
    (bar,) = figure.data
    return list(figure.layout.yaxis.ticktext), list(bar.x), list(bar.text)


def test_few_labels_are_all_shown() -> None:
    names, shares, texts = bars(labels_chart([("SPORTS", 0.75), ("FOOD", 0.25)]))
    assert [name.strip() for name in names] == ["SPORTS", "FOOD"]
    assert shares == [0.75, 0.25]
    assert texts == ["75.0 %", "25.0 %"]


def test_the_rest_stands_in_one_bar_and_the_bars_sum_to_one() -> None:
    ranking = [(f"LABEL {number}", 2 / 41 if number == 0 else 1 / 42.05) for number in range(41)]
    names, shares, _ = bars(labels_chart(ranking))
    assert len(names) == MOST_BARS == 8
    assert names[-1].strip() == "34 others together"
    assert shares[-1] == pytest.approx(34 / 42.05)
    assert sum(shares) == pytest.approx(sum(share for _, share in ranking))


def test_nothing_jumps() -> None:
    few = labels_chart([("A", 1.0)]).layout
    many = labels_chart([(str(number), 0.05) for number in range(20)]).layout
    assert few.height == many.height == LABELS_HEIGHT
    assert few.xaxis.range == many.xaxis.range == (0, 1)
    assert few.yaxis.range == many.yaxis.range


def test_title_says_the_finding() -> None:
    assert labels_chart([("A", 0.6434), ("B", 0.2)]).layout.title.text == "64.3 % are labelled A"


def test_labels_are_never_markup() -> None:
    odd = ["<script>x</script>", "$\\href{a}{b}$", "<b>bold</b>", "a\u202eb\ud800"]
    shown = labels_chart([(label, 0.25) for label in odd]).to_json()
    for part in ("<script", "<b>", "$", "\u202e", "\\ud800", "\\u003cb\\u003e"):
        assert part not in shown.replace("<extra></extra>", "").replace("\\u003cextra\\u003e", "")


def test_labels_that_look_alike_once_cut_stay_apart() -> None:
    figure = labels_chart([("X" * 300 + "1", 0.6), ("X" * 300 + "2", 0.4)])
    assert list(figure.data[0].y) == [0, 1]
    assert all(len(name) <= 25 for name in figure.layout.yaxis.ticktext)


def test_the_caption_names_the_first_two_labels() -> None:
    assert captions.labels([("<b>", 0.5), ("B", 0.3), ("C", 0.2)]).replace("\u00a0", " ") == (
        "50.0 % are labelled <b>, 30.0 % B. There are 3 labels in all."
    )
    assert captions.labels([("A", 1.0)]) == "All headlines are labelled A."
