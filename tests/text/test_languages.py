"""Languages: invented headlines in 26 of them, whole files and single headlines, mixed and empty ones."""

import pytest

from core.news.news import read_news
from core.paths import SAMPLE
from core.text import languages
from core.text.languages import LANGUAGES, language_of
from tests.text.headlines import HEADLINES


@pytest.mark.parametrize("code", HEADLINES)
def test_eight_headlines_tell_their_language(code: str) -> None:
    assert language_of(HEADLINES[code]).code == code
    assert language_of([headline.upper() for headline in HEADLINES[code]]).code == code


def test_single_headlines_are_nearly_always_told_right() -> None:
    right = [language_of([text]).code == code for code, texts in HEADLINES.items() for text in texts]
    assert len(right) == 208
    assert sum(right) >= 200


def test_the_sample_is_english() -> None:
    assert language_of(read_news(SAMPLE).table["text"].tolist()) == LANGUAGES["en"]


def test_ordinary_english_needs_no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(languages, "_identifier", lambda: pytest.fail("the model was read"))
    assert language_of(read_news(SAMPLE).table["text"].tolist()).code == "en"
    with pytest.raises(pytest.fail.Exception, match="the model was read"):
        language_of(HEADLINES["nl"])


@pytest.mark.parametrize("texts", [["alpha beta gamma delta"], ["w1 w2 w3 w4 w5"], ["aa bb cc dd ee"]])
def test_a_handful_of_invented_words_is_english(texts: list[str]) -> None:
    assert language_of(texts).code == "en"


@pytest.mark.parametrize("texts", [[], [""], ["2021 – 7:3!", "\U0001f1eb\U0001f1f7"]])
def test_without_letters_it_is_english(texts: list[str]) -> None:
    assert language_of(texts).code == "en"


def test_most_letters_decide() -> None:
    assert language_of(["iPhone और Google की नई योजना सामने आई", "Apple"]).code == "hi"
    assert language_of(["iPhone 在市议会关闭旧桥", "NBA 主队赢得奖杯"]).code == "zh"
    assert language_of(["City council votes to close the 東京 bridge"]).code == "en"
    assert language_of(["カメラ"]).code == "ja"


def test_scripts_without_blanks_and_from_right_to_left() -> None:
    assert {code for code in HEADLINES if not LANGUAGES[code].segmented} == {"th", "zh", "ja"}
    assert {code for code in HEADLINES if LANGUAGES[code].right_to_left} == {"ar", "fa", "ur", "he"}
    assert (LANGUAGES["km"].segmented, LANGUAGES["ko"].segmented) == (False, True)
    assert (LANGUAGES["ht"].name, LANGUAGES["ht"].script) == ("Haitian Creole", "Latin")


def test_a_large_file_is_sampled_evenly() -> None:
    german = list(HEADLINES["de"]) * 2_000
    assert language_of(["Quick news today"] * 100 + german).code == "de"
