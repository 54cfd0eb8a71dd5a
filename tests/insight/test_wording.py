"""Numbers as a sentence has them."""

from core.insight.wording import ordinal, superscript


def test_ordinals() -> None:
    assert [ordinal(number) for number in (1, 2, 3, 4, 11, 12, 13, 20, 21, 102, 111, 1003)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "20th", "21st", "102nd", "111th", "1,003rd"
    ]  # fmt: skip


def test_superscripts() -> None:
    assert superscript(-1234567890) == "⁻¹²³⁴⁵⁶⁷⁸⁹⁰"
