"""The chart of a file's labels: what it shows of many labels, and that no label is markup."""

import pytest

from core.insight.prediction.label_figures import HEIGHT, MOST_BARS, labels_chart


def bars(figure):
    (bar,) = figure.data
    return list(figure.layout.yaxis.ticktext), list(bar.x), list(bar.text)


def test_few_labels_are_all_shown():
    names, shares, texts = bars(labels_chart([("SPORTS", 0.75), ("FOOD", 0.25)]))
    assert [name.strip() for name in names] == ["SPORTS", "FOOD"]
    assert shares == [0.75, 0.25]
    assert texts == ["75.0 %", "25.0 %"]


def test_the_rest_stands_in_one_bar_and_the_bars_sum_to_one():
    ranking = [(f"LABEL {number}", 2 / 41 if number == 0 else 1 / 42.05) for number in range(41)]
    names, shares, _ = bars(labels_chart(ranking))
    assert len(names) == MOST_BARS == 8
    assert names[-1].strip() == "34 others together"
    assert shares[-1] == pytest.approx(34 / 42.05)
    assert sum(shares) == pytest.approx(sum(share for _, share in ranking))


def test_nothing_jumps():
    few = labels_chart([("A", 1.0)]).layout
    many = labels_chart([(str(number), 0.05) for number in range(20)]).layout
    assert few.height == many.height == HEIGHT
    assert few.xaxis.range == many.xaxis.range == (0, 1)
    assert few.yaxis.range == many.yaxis.range


def test_title_says_the_finding():
    assert labels_chart([("A", 0.6434), ("B", 0.2)]).layout.title.text == "64.3 % are labelled A"


def test_labels_are_never_markup():
    odd = ["<script>x</script>", "$\\href{a}{b}$", "<b>bold</b>", "a\u202eb\ud800"]
    shown = labels_chart([(label, 0.25) for label in odd]).to_json()
    for part in ("<script", "<b>", "$", "\u202e", "\\ud800", "\\u003cb\\u003e"):
        assert part not in shown.replace("<extra></extra>", "").replace("\\u003cextra\\u003e", "")


def test_labels_that_look_alike_once_cut_stay_apart():
    figure = labels_chart([("X" * 300 + "1", 0.6), ("X" * 300 + "2", 0.4)])
    assert list(figure.data[0].y) == [0, 1]
    assert all(len(name) <= 25 for name in figure.layout.yaxis.ticktext)
