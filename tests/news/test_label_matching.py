"""Labels matched without case, blanks, the form of letters and of numbers; nothing guessed where two would fit."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from core.news.label_matching import fold_label, match_labels


def test_case_blanks_letters_and_numbers_do_not_matter() -> None:
    labels = ("FOOD", "Straße", "Économie", "1", "-2", "World News")
    match = match_labels(
        (
            " Food ",
            "STRASSE",
            unicodedata.normalize("NFD", "économie"),
            "1.0",
            "-2.00",
            "world\t news",
            "FOOD",
        ),
        labels,
    )
    assert list(match.label_of.values()) == ["FOOD", "Straße", "Économie", "1", "-2", "World News", "FOOD"]
    assert match.unmatched == ()
    assert "FOOD" not in match.respelled
    assert match.respelled["1.0"] == "1"


def test_an_exact_match_wins_and_two_loose_ones_are_none() -> None:
    match = match_labels(("Food", "food", "FOOD", "SPORT"), ("Food", "FOOD", "Sport"))
    assert match.label_of == {"Food": "Food", "FOOD": "FOOD", "SPORT": "Sport"}
    assert match.unmatched == ("food",)


def test_other_numbers_and_parts_of_names_do_not_match() -> None:
    categories = ("1.5", "10", "SPORTS", "", "1.0.0")
    assert match_labels(categories, ("1", "SPORT")).unmatched == categories


def test_categories_that_became_one_label_are_known_by_their_own_names() -> None:
    merged = {"Cats": "ANIMALS", "Dogs": "ANIMALS", "Cups": "NO LABEL"}
    match = match_labels(("cats", "Dogs", "animals", "Cups"), ("ANIMALS", "HOMES"), merged)
    assert match.label_of == {"cats": "ANIMALS", "Dogs": "ANIMALS", "animals": "ANIMALS"}
    assert match.unmatched == ("Cups",)


@given(st.lists(st.text(min_size=1), unique=True))
def test_labels_match_themselves(labels: list[str]) -> None:
    assert match_labels(labels, labels).label_of == {label: label for label in labels}


@given(st.text())
def test_folding_again_changes_nothing(label: str) -> None:
    assert fold_label(fold_label(label)) == fold_label(label)
