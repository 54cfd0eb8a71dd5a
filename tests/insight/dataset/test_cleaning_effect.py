"""Words before and after cleaning, counted by hand."""

from core.insight.dataset.cleaning_effect import count_words


def test_words_by_hand() -> None:
    counted = count_words(["the cat  sat", "", "the mat", "a cat on the mat"])
    assert counted.lengths.tolist() == [3, 0, 2, 5]
    assert counted.tokens == 10
    assert counted.distinct == 6  # the, cat, sat, mat, a, on
    assert counted.frequent == ("the", "cat", "mat", "a", "on", "sat")  # 3, 2, 2, 1, 1, 1
    assert counted.median == 2.5
    assert counted.empty == 1


def test_parts_of_a_large_file_are_put_together() -> None:
    texts = [f"word{number} and" for number in range(20_001)]
    counted = count_words(texts)
    assert counted.lengths.tolist() == [2] * 20_001
    assert counted.distinct == 20_002
    assert counted.frequent[0] == "and"
    assert len(counted.frequent) == 12


def test_no_texts() -> None:
    counted = count_words([])
    assert (counted.tokens, counted.distinct, counted.frequent, counted.median) == (0, 0, (), 0.0)
