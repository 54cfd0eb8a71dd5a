"""Presets fitted to files: what a large file leaves alone, what a small one changes, and the bounds of it all."""

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.news.news import read_news
from core.settings.fitting import LARGE, SMALL, FileFacts, fit_to_file
from core.settings.presets import PRESETS
from core.settings.run import RunSettings
from core.text.languages import language_of

ENGLISH_300 = FileFacts(articles=300, words=22, segmented=True)


def steps(settings: RunSettings, articles: int) -> int:
    training = settings.training
    learnt = articles * (1 - training.validation_share - training.test_share)
    return math.ceil(learnt / training.batch_size) * training.epochs


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("articles", [LARGE, 180_768])
def test_a_large_file_gets_a_preset_as_it_is(name: str, articles: int) -> None:
    facts = FileFacts(articles=articles, words=45, segmented=True)
    assert fit_to_file(PRESETS[name], facts) == PRESETS[name]


def test_300_articles_are_learnt_in_some_hundred_small_steps() -> None:
    assert steps(PRESETS["quick"], 300) == 2
    fitted = fit_to_file(PRESETS["quick"], ENGLISH_300)
    network, training = fitted.network, fitted.training
    assert fitted.preset == "quick"
    # 0.1 and 0.2 are held out; 210 articles in 15 steps are batches of 14, 16 as a multiple of 4; 200 steps are 13.3
    # epochs of 15. 300 texts of 22 tokens have at most 6,600 words.
    assert (training.validation_share, training.test_share) == (0.1, 0.2)
    assert (training.batch_size, training.epochs) == (16, 13)
    assert (network.vocabulary_size, network.bigram_buckets) == (8192, 16_384)
    assert network.tokenization == "words and pairs"


@pytest.mark.parametrize("name", ["quick", "best"])
@pytest.mark.parametrize("articles", [60, 100, 200, 300, 500])
def test_a_few_hundred_articles_take_as_many_steps_however_many_they_are(name: str, articles: int) -> None:
    fitted = fit_to_file(PRESETS[name], FileFacts(articles=articles, words=20, segmented=True))
    assert 160 <= steps(fitted, articles) <= 250
    assert 8 <= fitted.training.batch_size <= 32
    assert fitted.training.learning_rate == 0.001


@pytest.mark.parametrize("name", ["quick", "best"])
@pytest.mark.parametrize(
    ("articles", "in_steps"),
    [
        (1000, 264),  # 700 are learnt in 22 batches of 32, twelve times
        (SMALL, 648),  # quick: 1,700 in 54
    ],
)
def test_from_a_thousand_articles_on_each_is_read_twelve_times_at_twice_the_rate(
    name: str, articles: int, in_steps: int
) -> None:
    fitted = fit_to_file(PRESETS[name], FileFacts(articles=articles, words=20, segmented=True))
    assert (fitted.training.batch_size, fitted.training.epochs) == (32, 12)
    assert steps(fitted, articles) == pytest.approx(in_steps, rel=0.03)
    assert fitted.training.learning_rate == 0.002


@pytest.mark.parametrize("name", ["quick", "best"])
def test_the_learning_rate_never_falls_with_the_articles(name: str) -> None:
    rates = [
        fit_to_file(
            PRESETS[name], FileFacts(articles=articles, words=20, segmented=True)
        ).training.learning_rate
        for articles in (60, 500, 700, 1000, 2000, 5000, 20_000, LARGE)
    ]
    assert rates == sorted(rates)
    assert (rates[0], rates[2], rates[-1]) == (0.001, 0.0014, PRESETS[name].training.learning_rate)


@pytest.mark.parametrize(
    ("categories", "epochs", "tables"),
    [(2, 12, 0.1), (12, 12, 0.1), (24, 24, 0.2), (30, 30, 0.25), (90, 30, 0.25)],  # 2.5 times at most
)
def test_many_categories_take_more_epochs_and_longer_steps_of_the_tables(
    categories: int, epochs: int, tables: float
) -> None:
    facts = FileFacts(articles=1000, words=20, segmented=True, categories=categories)
    training = fit_to_file(PRESETS["quick"], facts).training
    assert (training.epochs, training.embedding_learning_rate) == (epochs, tables)
    assert fit_to_file(PRESETS["quick"], replace(facts, articles=LARGE)) == PRESETS["quick"]


def test_early_stopping_waits_as_long_in_steps_when_epochs_are_short() -> None:
    article = PRESETS["article"].training
    fitted = fit_to_file(PRESETS["article"], ENGLISH_300).training
    assert (article.epochs, article.patience) == (10, 2)
    assert (fitted.epochs, fitted.patience) == (13, 3)
    assert fit_to_file(PRESETS["quick"], ENGLISH_300).training.patience == 0  # never stops early, as before


def test_texts_whose_words_cannot_be_told_are_read_by_character() -> None:
    lao = FileFacts(articles=400, words=2, segmented=False)
    for name in ("quick", "best", "article"):
        fitted = fit_to_file(PRESETS[name], lao)
        assert fitted.network.tokenization == "characters"
        assert fitted.preset == name
    assert fit_to_file(PRESETS["quick"], lao).network.sequence_length == 240
    large = fit_to_file(PRESETS["quick"], replace(lao, articles=200_000))
    assert large == replace(PRESETS["quick"].with_tokenization("characters"), preset="quick")


def test_long_texts_of_a_small_file_are_read_to_their_end() -> None:
    def length(words: int, articles: int = 300) -> int:
        facts = FileFacts(articles=articles, words=words, segmented=True)
        return fit_to_file(PRESETS["quick"], facts).network.sequence_length

    assert length(22) == 40  # the preset's
    assert length(130) == 130
    assert length(900) == 300
    assert length(130, articles=180_768) == 40


def test_fewer_articles_drawn_are_a_smaller_file() -> None:
    drawn = replace(PRESETS["quick"], training=replace(PRESETS["quick"].training, articles=300))
    large = FileFacts(articles=180_768, words=22, segmented=True)
    fitted = fit_to_file(drawn, large)
    assert fitted.training == replace(fit_to_file(PRESETS["quick"], ENGLISH_300).training, articles=300)


@given(
    name=st.sampled_from(sorted(PRESETS)),
    articles=st.integers(1, 2_000_000),
    words=st.integers(1, 3_000),
    segmented=st.booleans(),
    categories=st.integers(1, 1_000),
)
def test_any_file_gets_settings_within_bounds_that_survive_json(
    name: str, articles: int, words: int, segmented: bool, categories: int
) -> None:
    preset = PRESETS[name]
    facts = FileFacts(articles=articles, words=words, segmented=segmented, categories=categories)
    fitted = fit_to_file(preset, facts)
    assert fitted.preset == name
    assert fitted.training.epochs >= preset.training.epochs
    assert fitted.training.batch_size <= preset.training.batch_size
    assert fitted.network.vocabulary_size <= preset.network.vocabulary_size
    assert RunSettings.from_json(json.loads(json.dumps(fitted.to_json()))) == fitted


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_more_articles_never_mean_more_epochs_or_smaller_batches(name: str) -> None:
    sizes = [round(60 * 1.2**power) for power in range(45)]
    assert sizes[-1] > LARGE
    trainings = [
        fit_to_file(PRESETS[name], FileFacts(articles=size, words=20, segmented=True)).training
        for size in sizes
    ]
    epochs = [training.epochs for training in trainings]
    batches = [training.batch_size for training in trainings]
    assert epochs == sorted(epochs, reverse=True)
    assert batches == sorted(batches)


def test_the_facts_are_counted_in_the_file(tmp_path: Path) -> None:
    def facts(texts: list[str]) -> FileFacts:
        path = tmp_path / "news.jsonl"
        lines = [
            json.dumps({"headline": text, "category": "AB"[row % 2], "short_description": ""})
            for row, text in enumerate(texts)
        ]
        path.write_text("\n".join(lines), encoding="utf-8")
        return FileFacts.of(read_news(path), language_of(texts))

    # "mark" of the description, four words and a full stop; the one long text in twenty-five is not counted.
    english = facts(["The team wins today."] * 24 + ["word " * 90])
    assert english == FileFacts(articles=25, words=english.words, segmented=True, categories=2)
    assert 5 <= english.words <= 6
    # Three words and the "mark": words of three languages are found, of others not.
    assert facts(["选手赢得决赛"] * 25) == FileFacts(articles=25, words=4, segmented=True)
    assert facts(["นักวิ่งชนะลีก", "ธนาคารขึ้นกำไร"]).segmented
    assert not facts(["ນັກແລ່ນຊະນະລີກ", "ທະນາຄານຂຶ້ນກຳໄລ"]).segmented
    assert facts(["टीम कुश्ती मुक़ाबला जीता", "रॉकेट गुरुत्व तरंग मापा"]).segmented
