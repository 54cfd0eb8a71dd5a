"""Words of Chinese, Japanese and Thai: as cut by hand, no syllable cut, and never another segmenter's words."""

from dataclasses import replace
from pathlib import Path

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ClassifierError, SettingsError
from core.model.classifier import Classifier
from core.settings.presets import PRESETS
from core.settings.run import RunSettings
from core.text import segmentation
from core.text.cleaning import CleaningSettings, clean, clean_all, trace
from core.text.segmentation import has_segmenter, installed_segmenter, same_words, segment
from tests.classifiers import small_classifier

# Cut into words by hand.
CUT_BY_HAND = {
    "simplified Chinese": (
        "北京 的 银行 和 股票 引起 讨论",
        "我们 应该 如何 看待 足球 联赛",
        "专家 认为 黄金 市场 明年 将 受到 关注",
        "网友 热议 火箭 背后 的 故事",
        "选手 赢得 冠军 奖牌",
        "科学家 发现 新 的 行星",
    ),
    "traditional Chinese": (
        "北京 的 銀行 和 股票 引起 討論",
        "我們 應該 如何 看待 足球 聯賽",
        "專家 認為 黃金 市場 明年 將 受到 關注",
        "網友 熱議 火箭 背後 的 故事",
        "選手 贏得 冠軍 獎牌",
        "科學家 發現 新 的 行星",
    ),
    "Japanese": (
        "銀行 が 金利 を 上げる",
        "新しい 惑星 が 見つかっ た",
        "サッカー の 決勝 は 雨 で 中止",
        "専門家 は 円安 に 注目",
        "政府 が 物価 の 調査 を 始める",
        "なぜ 花火 は 人気 な の か",
    ),
    "Thai": (
        "ธนาคาร ขึ้น ดอกเบี้ย",
        "ทีมชาติ ชนะ นัดชิง",
        "นักวิจัย พบ ดาวเคราะห์ ใหม่",
        "ทำไม คน จึง ชอบ กาแฟ",
        "รัฐบาล เปิด ตลาดน้ำ ใน กรุงเทพ",
        "ฝนตก หนัก ที่ เชียงใหม่",
    ),
}
LANGUAGE = {"simplified Chinese": "zh", "traditional Chinese": "zh", "Japanese": "ja", "Thai": "th"}
LETTER = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}][\p{M}ﾞﾟ]*")
ELSEWHERE = "budoux 99.0/00000000"


def boundaries(words: list[str]) -> set[int]:
    return {sum(map(len, words[:position])) for position in range(1, len(words))}


@pytest.mark.parametrize(
    ("script", "least"),
    [("simplified Chinese", 0.9), ("traditional Chinese", 0.8), ("Japanese", 0.85), ("Thai", 0.75)],
)
def test_words_are_mostly_those_that_a_reader_would_cut(script: str, least: float) -> None:
    """F1 of the boundaries. Without a segmenter it is 0, with every character a word at most 0.7."""
    right = by_hand = by_model = 0
    for text in CUT_BY_HAND[script]:
        expected, words = text.split(), segment(LANGUAGE[script], text.replace(" ", "")).split()
        right += len(boundaries(expected) & boundaries(words))
        by_hand += len(boundaries(expected))
        by_model += len(boundaries(words))
    assert 2 * right / (by_hand + by_model) >= least


def test_other_scripts_digits_and_marks_stand_apart_and_stay_whole() -> None:
    assert segment("zh", "记者发现iPhone15关税。").split() == ["记者", "发现", "iPhone15", "关税", "。"]
    assert segment("ja", "2024年の銀行").split() == ["2024", "年", "の", "銀行"]
    assert segment("zh", "No Chinese at all, 2nd") == "No Chinese at all, 2nd"


@given(
    st.sampled_from(["zh", "ja", "th"]),
    st.text(st.characters(codec="utf-8") | st.sampled_from("的中学校銀行がのカーใน้ำเก็แไ่ๆ 々ｶﾞ🇫🇷👍🏽")),
)
def test_no_letter_is_lost_and_no_syllable_is_cut(language: str, text: str) -> None:
    segmented = segment(language, text)
    assert segmented.replace(" ", "") == text.replace(" ", "")
    before = regex.findall(r"\X", "".join(text.split()))
    if all(LETTER.fullmatch(cluster) for cluster in before):
        assert [cluster for word in segmented.split() for cluster in regex.findall(r"\X", word)] == before


@pytest.mark.parametrize(("language", "letter"), [("zh", "的"), ("ja", "ア"), ("th", "ก")])
def test_a_run_without_any_boundary_is_cut_so_that_time_stays_linear(language: str, letter: str) -> None:
    words = segment(language, letter * 20_000).split()
    assert "".join(words) == letter * 20_000
    assert max(map(len, words)) <= 500


# --- As a step of cleaning ---


def light(language: str, *more: str) -> CleaningSettings:
    settings = CleaningSettings().in_language(language)
    return replace(settings, steps=(*settings.steps, *more))


def test_stop_words_go_out_of_a_sentence_and_its_negation_stays() -> None:
    assert clean("我们的选手不赢得决赛。", light("zh")) == "我们 的 选手 不 赢得 决赛 。"
    assert clean("我们的选手不赢得决赛。", light("zh", "stop_words")) == "选手 不 赢得 决赛"
    dropped = replace(light("zh", "stop_words"), keep_negations=False)
    assert clean("我们的选手不赢得决赛。", dropped) == "选手 赢得 决赛"
    assert "ไม่" in clean("ฝนไม่ตก", light("th", "stop_words")).split()
    assert "ない" in clean("雨は降らない", light("ja", "stop_words")).split()


def test_the_step_shows_which_words_a_sentence_became() -> None:
    step = next(row for row in trace("选手赢得决赛。", light("zh")) if row.step.name == "segmentation")
    assert [(change.before, change.after) for change in step.changes] == [
        ("选手赢得决赛", "选手 赢得 决赛"),
        ("。", "。"),
    ]


def test_only_languages_without_blanks_have_the_step() -> None:
    assert [code for code in ("zh", "ja", "th", "lo", "km", "en", "hi", "ko") if has_segmenter(code)] == [
        *("zh", "ja", "th")
    ]
    assert "segmentation" in light("zh").steps
    for language in ("en", "lo", "ko"):
        assert light(language, "segmentation") == CleaningSettings(language=language)
    assert light("zh").in_language("en") == CleaningSettings()
    printed = CleaningSettings(steps=("lower_case", "segmentation"), as_printed=True, language="zh")
    assert printed.steps == ("lower_case",)


def test_the_presets_find_words_and_characters_need_none() -> None:
    quick = PRESETS["quick"].with_language("ja")
    assert quick.preset == "quick"
    assert "segmentation" in quick.cleaning.steps
    characters = quick.with_tokenization("characters")
    assert "segmentation" not in characters.cleaning.steps
    assert (
        characters.with_language("zh").cleaning == CleaningSettings.marked().in_language("zh").in_characters()
    )
    assert "segmentation" in characters.with_tokenization("words").cleaning.steps
    assert quick.with_setting("tokenization", "characters").cleaning == characters.cleaning
    unticked = replace(quick, cleaning=quick.cleaning.in_characters())
    assert unticked.with_tokenization("words").cleaning == unticked.cleaning  # a choice of one's own


def test_english_never_loads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str) -> None:
        raise AssertionError(f"{name} was loaded")

    monkeypatch.setattr(segmentation, "import_module", refuse)
    installed_segmenter.cache_clear()
    settings = CleaningSettings.from_json(CleaningSettings.marked().to_json())
    assert clean_all(["The cat sat"], settings) == ["the cat sat"]


# --- Another segmenter than the installed one ---


def test_the_segmenter_is_stored_with_the_settings() -> None:
    settings = RunSettings(cleaning=light("zh"))
    record = settings.to_json()
    assert record["cleaning"]["segmenter"] == installed_segmenter()
    assert RunSettings.from_json(record) == settings
    assert "segmenter" not in CleaningSettings(language="zh").to_json()  # as before there were segmenters


def test_another_version_with_the_same_models_finds_the_same_words() -> None:
    record = light("th").to_json()
    record["segmenter"] = "budoux 0.9.0/" + installed_segmenter().rpartition("/")[2]
    assert same_words(record["segmenter"])
    assert CleaningSettings.from_json(record) == light("th")


def test_other_models_are_refused_and_never_replaced() -> None:
    stored = CleaningSettings.from_json(light("ja").to_json() | {"segmenter": ELSEWHERE})
    assert stored.to_json()["segmenter"] == ELSEWHERE  # a run's settings can be read, shown and kept
    for use in (
        lambda: clean("日本の銀行", stored),
        lambda: clean_all(["日本の銀行"], stored),
        lambda: trace("日本の銀行", stored),
    ):
        with pytest.raises(SettingsError, match=f"found by the segmenter {ELSEWHERE}. Here budoux"):
            use()
    with pytest.raises(SettingsError, match="segmenter must be a name, got 7"):
        CleaningSettings.from_json({"steps": [], "segmenter": 7})


@pytest.mark.parametrize(
    ("code", "segmenter"), [("th", installed_segmenter()), ("ja", installed_segmenter()), ("es", "")]
)
def test_a_draft_takes_the_installed_one_with_its_language(code: str, segmenter: str) -> None:
    stored = CleaningSettings.from_json(light("ja").to_json() | {"segmenter": ELSEWHERE})
    assert stored.in_language(code).segmenter == segmenter
    stored.in_language(code).check()
    assert stored.with_installed_segmenter() == light("ja")


def test_a_classifier_carries_it_and_is_refused_elsewhere(tmp_path: Path) -> None:
    classifier = small_classifier(cleaning=light("zh"), known=("选手", "决赛"))
    classifier.save(tmp_path / "here")
    loaded = Classifier.load(tmp_path / "here")
    assert loaded.cleaning == light("zh")
    prediction = loaded.predict(["选手赢得决赛"])[0]
    assert prediction.words == ("选手", "赢得", "决赛")
    assert prediction.unknown == ("赢得",)

    foreign = replace(classifier, cleaning=replace(classifier.cleaning, segmenter=ELSEWHERE))
    foreign.save(tmp_path / "elsewhere")
    with pytest.raises(ClassifierError, match=f"cannot be used here. .* segmenter {ELSEWHERE}"):
        Classifier.load(tmp_path / "elsewhere")
