"""The tutorial's six faults: against its own code written out, by hand, and what is said and drawn of them."""

import re

import numpy as np
import pandas as pd
import pytest
from nltk.stem import WordNetLemmatizer

from core.insight.dataset.cleaning_effect import count_words
from core.insight.lessons.embedding_layer.compute import TUTORIAL
from core.insight.lessons.faults import captions, compute, loop_timing
from core.insight.lessons.faults.captions import FAULTS
from core.insight.lessons.faults.compute import NAMES
from core.insight.lessons.faults.figures import remaining_words_chart
from core.news.news import News
from core.text.cleaning import clean_all
from core.text.lexicon import STOP_WORDS

HEADLINES = ["Two women saw the show [video] in Washington", "The 2 dogs", "Wow, Swiss cows", "Of the"]
DESCRIPTIONS = ["Wives wept", "Deeds & words", "", "and with"]


def news_table(headlines: list[str], descriptions: list[str]) -> pd.DataFrame:
    texts = [f"{headline} {text}".strip() for headline, text in zip(headlines, descriptions, strict=True)]
    return pd.DataFrame({"headline": headlines, "short_description": descriptions, "text": texts})


@pytest.fixture
def table() -> pd.DataFrame:
    return news_table(HEADLINES, DESCRIPTIONS)


def printed_patterns(text: str) -> str:
    """The printed substitutions in their order, then stop words and a lemma that is kept."""
    for pattern, by in (
        ("s+", " "), ("@S*", ""), ("[[^()]*]", ""), ("d+", ""), ("[^ws]", ""), ("httpS*", ""), ("#S*", "")
    ):  # fmt: skip
        text = re.sub(pattern, by, text)
    return " ".join(
        WordNetLemmatizer().lemmatize(word) for word in text.lower().split() if word not in STOP_WORDS
    )


@pytest.mark.claim("faults", "the printed patterns do to your file what is counted")
@pytest.mark.filterwarnings("ignore:Possible nested set:FutureWarning")
@pytest.mark.parametrize("joined", [(), ("join",)])
def test_the_patterns_are_the_tutorials(table: pd.DataFrame, joined: tuple[compute.FaultName, ...]) -> None:
    between = "" if joined else " "
    expected = [
        printed_patterns(f"{headline}{between}{description}")
        for headline, description in zip(HEADLINES, DESCRIPTIONS, strict=True)
    ]
    remaining = compute.remaining_words(table, ("patterns", *joined))
    assert remaining.lengths.tolist() == [len(text.split()) for text in expected]
    assert remaining.distinct == len({word for text in expected for word in text.split()})


@pytest.mark.claim("faults", "joining without a space fuses the words at the seam")
def test_the_join_fuses_the_words_at_the_seam(table: pd.DataFrame) -> None:
    mended, fused = compute.remaining_words(table, ()), compute.remaining_words(table, ("join",))
    # woman saw washington wife wept | dog deed word | wow swiss cow | -; "two" and "show" are on the list too.
    assert mended.lengths.tolist() == [5, 3, 3, 0]
    # "Washington" and "Wives", "dogs" and "Deeds", and two stop words that are none any more: "theand".
    assert fused.lengths.tolist() == [4, 2, 3, 1]
    assert compute.seams(table) == compute.Seams(articles=4, both=3, last="Washington", first="Wives")
    alone = table.assign(short_description="", text=HEADLINES)
    assert compute.seams(alone) == compute.Seams(articles=4, both=0, last=None, first=None)
    assert (
        compute.remaining_words(alone, ("join",)).lengths.tolist()
        == compute.remaining_words(alone, ()).lengths.tolist()
    )


@pytest.mark.claim("faults", "the loop leaves every text empty")
def test_the_lemma_leaves_nothing_whatever_else_is_wrong(table: pd.DataFrame) -> None:
    for faults in (("lemma",), ("lemma", "join"), ("lemma", "patterns", "padding")):
        remaining = compute.remaining_words(table, faults)
        assert (remaining.empty, remaining.tokens, remaining.distinct) == (4, 0, 0)
        assert compute.non_empty_texts(remaining) == 0


@pytest.mark.claim("faults", "what padding costs")
def test_padding_by_hand() -> None:
    lengths = np.array([10, 20, 30, 0])
    # 10 + 20 + 20 + 0 words in 4 * 130 or 4 * 20 places; one of four texts is cut.
    long, short = (compute.padding_effect(lengths, columns=columns) for columns in (130, 20))
    assert (long.always_empty, short.always_empty) == (110, 0)
    assert long.filled == pytest.approx(50 / 520)
    assert short.filled == pytest.approx(50 / 80)
    assert long.uncut == short.uncut == 0.75
    assert (TUTORIAL.input_length, TUTORIAL.padded_length) == (130, 20)
    assert captions.padding(short, long) == (
        "110 of 130 places of every text hold nothing, ever: the network takes 6.5 times as many steps for the same "
        "words. 9.6\u00a0% of all places hold a word, with 20 places it is 62.5\u00a0%."
    )
    assert compute.padding_effect(np.array([], np.int64), columns=20).filled == 0


@pytest.mark.claim("faults", "the slow loop gives the same words")
def test_both_loops_give_the_words_of_our_cleaning(table: pd.DataFrame) -> None:
    texts = clean_all(
        [f"{headline} {description}" for headline, description in zip(HEADLINES, DESCRIPTIONS, strict=True)],
        compute.BEFORE_LOOP,
    )
    expected = clean_all(texts, compute.MENDED)
    assert [" ".join(loop_timing.at_every_word(text.split())) for text in texts] == expected
    assert [" ".join(loop_timing.once(text.split())) for text in texts] == expected


def test_the_loop_is_timed_on_the_texts_that_it_says() -> None:
    timing = loop_timing.time_loops(["the cat sat on the mat"] * 200)
    assert (timing.texts, timing.words) == (200, 1_200)
    assert timing.at_every_word > timing.once > 0
    assert timing.seconds_for(400) == pytest.approx((2 * timing.at_every_word, 2 * timing.once))
    assert timing.slowdown == pytest.approx(timing.at_every_word / timing.once)


def test_what_is_said_of_what_is_left(table: pd.DataFrame) -> None:
    mended = compute.remaining_words(table, ())
    assert captions.remaining_words(mended, mended) == "Every word is left: 11 in 4 texts, 11 different ones."
    fused = compute.remaining_words(table, ("join",))
    # 10 words where there were 11, all of them different.
    assert captions.remaining_words(mended, fused) == (
        "9.1\u00a0% fewer words are left, in 4 of 4 texts; 10 of them are different ones, instead of 11."
    )
    assert captions.remaining_words(mended, compute.remaining_words(table, ("lemma",))).startswith(
        "Not one of 11 words is left: all 4 texts are empty."
    )


def test_stop_words_that_fuse_are_words_more() -> None:
    stop = news_table(["of", "of"], ["the", "the"])
    mended, fused = compute.remaining_words(stop, ()), compute.remaining_words(stop, ("join",))
    assert captions.remaining_words(mended, fused) == (
        "2 words more are left, in 2 of 2 texts; 1 of them are different ones, instead of 0."
    )
    assert remaining_words_chart(mended, fused).layout.title.text == "2 words instead of 0"
    # Twelve words, of which two fuse: less than a tenth is gone, and they are not as they were.
    few = news_table(["cat dog bird fish goat"] * 2, ["cow horse", ""])
    mended, fused = compute.remaining_words(few, ()), compute.remaining_words(few, ("join",))
    assert remaining_words_chart(mended, fused).layout.title.text == "11 words instead of 12"


def test_the_bars_are_shares_of_the_mended_figures(table: pd.DataFrame) -> None:
    mended, fused = compute.remaining_words(table, ()), compute.remaining_words(table, ("join",))
    figure = remaining_words_chart(mended, fused)
    assert list(figure.data[0].x) == pytest.approx([4 / 3, 10 / 11, 10 / 11])
    assert [annotation.text for annotation in figure.layout.annotations] == [
        "4 instead of 3", "10 instead of 11", "10 instead of 11"
    ]  # fmt: skip
    nothing = remaining_words_chart(mended, compute.remaining_words(table, ("lemma",)))
    assert nothing.layout.title.text == "Nothing is left"
    assert list(nothing.data[0].x) == [0, 0, 0]
    assert remaining_words_chart(mended, mended).layout.title.text == "The words are left as they are"
    empty = count_words([])
    assert list(remaining_words_chart(empty, empty).data[0].x) == [0, 0, 0]


def test_every_fault_has_its_code_printed_and_mended() -> None:
    assert tuple(fault.name for fault in FAULTS) == NAMES
    assert len({fault.title for fault in FAULTS}) == 6
    assert all(fault.printed != fault.mended for fault in FAULTS)


@pytest.mark.claim("faults", "joining without a space fuses the words at the seam")
@pytest.mark.slow
def test_the_real_file(real_news: News) -> None:
    """As counted when the chapter was written."""
    mended, fused = (compute.remaining_words(real_news.table, faults) for faults in ((), ("join",)))
    assert (mended.distinct, fused.distinct) == (91_566, 201_295)
