"""The sentences under the charts of a file: made files whose story is known."""

import numpy as np
import pandas as pd

from core.insight.dataset import captions as sentences
from core.insight.dataset.cleaning_effect import CleaningEffect, count_words
from core.insight.dataset.coverage import measure_coverage
from core.insight.wording import percent
from core.settings.training import TrainingSettings
from core.training.preparation import split_articles


def plain_spaces(sentence: str) -> str:
    return sentence.replace("\u00a0", " ")


def test_categories() -> None:
    assert sentences.categories(pd.Series({"A": 60, "B": 30, "C": 6, "D": 4})) == (
        "One of 4 categories has half of the articles. The smallest, D, has 4. The largest has 15 times as many, so "
        "small categories are harder to learn."
    )
    assert sentences.categories(pd.Series({"A": 40, "B": 30, "C": 30})) == (
        "The 3 categories have about the same number of articles, 30 to 40."
    )
    assert "nothing to predict" in sentences.categories(pd.Series({"A": 40}))


def test_months() -> None:
    index = pd.date_range("2014-01-01", periods=4, freq="MS")
    assert sentences.months(pd.Series([5, 0, 1_200, 0], index)) == (
        "The fullest month is March 2014, with 1,200 articles. 2 of the 4 months have none."
    )
    assert sentences.months(pd.Series([5, 1, 9, 7], index)) == (
        "The fullest month is March 2014, with 9 articles. The median month has 6."
    )
    assert (
        sentences.months(pd.Series([5], index[:1]))
        == "The fullest month is January 2014, with 5 articles. There are no other months."
    )


def test_lengths() -> None:
    # Ten texts of 1 to 10 words.
    assert sentences.lengths(np.array([0, *[1] * 10])) == (
        "Half of the texts have 5 words or fewer. Nine in ten have at most 9."
    )


def test_words_of_a_file() -> None:
    texts = ["a a b"] * 50 + ["a c"] * 49 + ["a b c d e f g h"]
    measured = measure_coverage(
        texts, split_articles(pd.Series(["A", "B"] * 50, dtype="category"), TrainingSettings())
    )
    every = len(measured.vocabulary)
    assert "no more words to number" in sentences.coverage(measured, every)
    half = plain_spaces(sentences.coverage(measured, 4))
    known = [f"{100 * measured.known_shares(size)[1]:.1f} %" for size in (4, 8, 2)]
    assert half == (
        f"With this size, {known[0]} of the words in new texts have their own number. With twice the size it would "
        f"be "
        f"{known[1]}, with half {known[2]}."
    )
    assert sentences.truncation(measured, 8) == "No text is longer than 8 words, so nothing is cut off."
    # 51 texts have more than two words and lose one each, but the last, which loses six; of 150 + 98 + 8 words.
    assert plain_spaces(sentences.truncation(measured, 2)) == (
        f"51 texts lose their end: {100 * 56 / 256:.1f} % of all words. With twice the length it would be 1 texts."
    )
    counts = measured.vocabulary.counts
    assert plain_spaces(sentences.zipf(measured)).startswith(
        f"“a” alone makes up {100 * counts[0] / sum(counts):.1f} % of all words in the training part. "
        f"{counts.count(1)} of"
    )


def test_cleaning() -> None:
    before, after = count_words(["The cats !", "the dogs ?"]), count_words(["cat", "dog"])
    assert plain_spaces(sentences.cleaning(CleaningEffect(before=before, after=after, seconds=1.0))) == (
        "The median text has 1 word, before 3. There are 66.7 % fewer different words."
    )
    same = CleaningEffect(before=before, after=before, seconds=1.0)
    assert sentences.cleaning(same) == "These steps leave every text with the same number of words."


def test_the_largest_category_has_the_share_that_the_page_gives_beside_it() -> None:
    counts = pd.Series([109, 104, 96, 91], index=["A", "B", "C", "D"])
    # 27.25 %, which is 27.3 % in the row of numbers above.
    assert plain_spaces(sentences.categories_title(counts)) == "A alone has 27.3 % of the articles"
    assert plain_spaces(percent(109 / 400)) == "27.3 %"
