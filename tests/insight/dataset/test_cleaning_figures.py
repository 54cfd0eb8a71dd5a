"""The curves before and after cleaning: each name stands where its curve is above the other."""

from core.insight.dataset.cleaning_effect import CleaningEffect, count_words
from core.insight.dataset.cleaning_figures import lengths_chart


def test_each_name_stands_where_no_curve_is_above_its_own():
    # Before: one text of 3 words, three of 5. After: three of 3, one of 5.
    before = count_words(["a b c", *["a b c d e"] * 3])
    after = count_words([*["a b c"] * 3, "a b c d e"])
    figure = lengths_chart(CleaningEffect(before=before, after=after, seconds=0.1))
    places = {note.text: (note.x, note.y) for note in figure.layout.annotations}
    assert places == {"before": (5, 3), "after": (3, 3)}
