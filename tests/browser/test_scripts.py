"""Hindi, Arabic and Chinese files as a visitor brings them: from the upload to reading along, in their direction."""

import json
from collections.abc import Mapping
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_path import drawn, picture, scored, settled, start, step_on

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Who, what, and what they did, in two categories; invented.
HINDI = {
    "खेल": (
        ("टीम", "कप्तान", "धावक", "पहलवान"),
        ("मुक़ाबला", "ख़िताब", "दौड़", "लीग"),
        ("जीता", "हारा", "खेला", "छोड़ा"),
    ),
    "भोजन": (
        ("दादी", "रसोइया", "हलवाई", "माली"),
        ("अचार", "दाल", "रोटी", "मिठाई"),
        ("पकाया", "चखा", "परोसा", "बनाया"),
    ),
}
ARABIC = {
    "رياضة": (
        ("الفريق", "اللاعب", "المدرب", "العداء"),
        ("المباراة", "السباق", "النهائي", "البطولة"),
        ("فاز", "خسر", "شارك", "انسحب"),
    ),
    "اقتصاد": (
        ("البنك", "المصنع", "التاجر", "الشركة"),
        ("الأسهم", "الديون", "السلعة", "الأرباح"),
        ("باع", "رفع", "خفض", "أعلن"),
    ),
}
CHINESE = {
    "体育": (
        ("球队", "选手", "教练", "女排"),
        ("决赛", "冠军", "联赛", "奖牌"),
        ("赢得", "退出", "参加", "错过"),
    ),
    "财经": (
        ("银行", "工厂", "商人", "公司"),
        ("股票", "债券", "黄金", "利润"),
        ("卖出", "提高", "降低", "公布"),
    ),
}
SENTENCES = {"hi": "{0} {1} {2}।", "ar": "{2} {0} في {1}.", "zh": "{0}{2}{1}。"}


def _write(folder: Path, language: str, categories: Mapping[str, tuple[tuple[str, ...], ...]]) -> Path:
    file = folder / f"{language}.json"
    rows = [
        {"headline": SENTENCES[language].format(*words), "category": category}
        for category, parts in categories.items()
        for words in product(*parts)
    ]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows * 2), encoding="utf-8")
    return file


def _learn(page: Page, file: Path, language: str, pictures: Path | None) -> None:
    """From the upload to a trained network; on the way the language is told."""
    page.goto("/data")
    settled(page, "Data")
    page.get_by_test_id("stFileUploader").locator("input[type=file]").set_input_files(file)
    expect(page.get_by_text("Articles kept")).to_be_visible()
    picture(page, pictures, f"{file.stem}_data")
    step_on(page, "Cleaning")
    expect(page.get_by_role("combobox", name="Language")).to_have_value(language)
    picture(page, pictures, f"{file.stem}_cleaning")
    step_on(page, "Words")
    picture(page, pictures, f"{file.stem}_words")
    step_on(page, "Train")
    start(page)
    scored(page)
    picture(page, pictures, f"{file.stem}_train")


def _read_along(page: Page, headline: str, pictures: Path | None, name: str) -> list[float]:
    """Predict with the network and read along; where the words stand from the left."""
    page.get_by_role("button", name="Predict").click()
    settled(page, "Predict")
    box = page.get_by_label("Headline", exact=True)
    expect(box).to_have_css("unicode-bidi", "plaintext")  # the rule of text_direction.css
    box.fill(headline)
    box.press("Enter")
    page.get_by_role("radio", name="Read along").click()
    expect(page.get_by_role("slider", name="Words read")).to_be_visible()
    drawn(page, "Predict")
    page.get_by_text("Why this answer").scroll_into_view_if_needed()
    picture(page, pictures, name)
    words = page.get_by_label("Words, those read so far in full ink").locator("li")
    boxes = [word.bounding_box() for word in words.all()]
    return [box["x"] for box in boxes if box]


@pytest.mark.long
def test_hindi_from_the_upload_to_reading_along(page: Page, tmp_path: Path, pictures: Path | None) -> None:
    _learn(page, _write(tmp_path, "hi", HINDI), "Hindi", pictures)
    lefts = _read_along(page, "कप्तान ख़िताब जीता।", pictures, "hi_read_along")
    assert (
        len(lefts) == 5
    )  # three words, the full stop, and the mark of the description: no sign stands alone
    assert lefts == sorted(lefts)


@pytest.mark.long
def test_arabic_is_drawn_from_right_to_left(page: Page, tmp_path: Path, pictures: Path | None) -> None:
    _learn(page, _write(tmp_path, "ar", ARABIC), "Arabic", pictures)
    lefts = _read_along(page, "فاز اللاعب في السباق.", pictures, "ar_read_along")
    assert len(lefts) == 6
    assert lefts == sorted(lefts, reverse=True)


@pytest.mark.long
def test_chinese_is_learnt_word_by_word(page: Page, tmp_path: Path, pictures: Path | None) -> None:
    """Who, what they did, to what, the full stop, and the mark of the description."""
    _learn(page, _write(tmp_path, "zh", CHINESE), "Chinese", pictures)
    assert len(_read_along(page, "选手赢得决赛。", pictures, "zh_read_along")) == 5
