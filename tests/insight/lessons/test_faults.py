"""The tutorial's ten faults: against its own code written out and run, by hand, and what is said and drawn of them."""

import ast
import importlib.util
import json
import re

import numpy as np
import pandas as pd
import pytest
from nltk.stem import WordNetLemmatizer

from core import paths
from core.insight.dataset.cleaning_effect import count_words
from core.insight.lessons.embedding_layer.captions import tutorial_layer
from core.insight.lessons.embedding_layer.compute import TUTORIAL
from core.insight.lessons.faults import captions, compute, loop_timing
from core.insight.lessons.faults.captions import FAULTS
from core.insight.lessons.faults.compute import NAMES
from core.insight.lessons.faults.figures import remaining_words_chart
from core.news.news import News, read_news
from core.text.cleaning import clean_all
from core.text.lexicon import STOP_WORDS
from data import run_printed_code
from tests.present import present

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
        ("s+", " "), ("(?i)@[a-z0-9_]+", ""), ("[[^()]*]", ""), ("d+", ""), ("[^ws]", ""), ("httpS*", ""), ("#S*", "")
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
    assert long.filled == pytest.approx(50 / 520)
    assert short.filled == pytest.approx(50 / 80)
    assert long.uncut == short.uncut == 0.75
    assert (TUTORIAL.input_length, TUTORIAL.padded_length) == (130, 20)
    assert captions.padding(short, long).endswith(
        "If somebody padded to 130, 9.6\u00a0% of all places would hold a word here. With 20 it is 62.5\u00a0%. "
        "The others are padding."
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
        "9.1\u00a0% fewer words are left, in 4 of 4 texts. Different words: 10 instead of 11."
    )
    assert captions.remaining_words(mended, compute.remaining_words(table, ("lemma",))).startswith(
        "None of the 11 words is left. All 4 texts are empty."
    )


def test_stop_words_that_fuse_are_words_more() -> None:
    stop = news_table(["of", "of"], ["the", "the"])
    mended, fused = compute.remaining_words(stop, ()), compute.remaining_words(stop, ("join",))
    assert captions.remaining_words(mended, fused) == (
        "2 words more are left, in 2 of 2 texts. Different words: 1 instead of 0."
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
    assert len({fault.title for fault in FAULTS}) == 10
    assert all(fault.printed != fault.mended for fault in FAULTS)
    for fault in FAULTS:
        ast.parse(fault.mended)
        if fault.name != "cut_off":
            ast.parse(fault.printed)


@pytest.mark.claim(
    "faults", "a call that is cut off is a SyntaxError, so the printed code does not run to its end"
)
def test_a_call_that_is_cut_off_does_not_parse() -> None:
    cut_off = next(fault for fault in FAULTS if fault.name == "cut_off")
    with pytest.raises(SyntaxError):
        compile(cut_off.printed, "printed", "exec")
    compile(cut_off.mended, "mended", "exec")
    assert "SyntaxError" in captions.cut_off()


@pytest.mark.claim("faults", "the printed loop looks no lemma up and keeps no word; mended it does both")
def test_the_printed_loop_run() -> None:
    class Lemmatizer:
        made, looked_up = 0, 0

        def __init__(self) -> None:
            Lemmatizer.made += 1

        def lemmatize(self, word: str) -> str:
            Lemmatizer.looked_up += 1
            return str(WordNetLemmatizer().lemmatize(word))

    lemma = next(fault for fault in FAULTS if fault.name == "lemma")
    words = ["women", "saw", "cows"]
    for code, looked_up, sentence in ((lemma.printed, 0, []), (lemma.mended, 3, ["woman", "saw", "cow"])):
        Lemmatizer.made = Lemmatizer.looked_up = 0
        names: dict[str, object] = {"text": words, "sentence": [], "WordNetLemmatizer": Lemmatizer}
        exec(code, names)
        assert (Lemmatizer.made, Lemmatizer.looked_up) == (3, looked_up)
        assert names["sentence"] == sentence


@pytest.mark.claim(
    "faults", "the table has 174,991 rows, of which no number reaches 74,991: 5,249,370 parameters"
)
@pytest.mark.claim("embedding_layer", "no number reaches 74,991 rows of the tutorial's table")
def test_rows_that_no_number_reaches() -> None:
    reached = set(range(100_000))  # 0 is padding's
    rows = [row for row in range(174_991) if row not in reached]
    assert len(rows) == TUTORIAL.unreachable == 74_991
    said = captions.unreachable_rows()
    assert f"{len(rows):,} rows" in said
    assert f"{len(rows) * 70:,} of 12,297,859 parameters, 42.7\u00a0%" in said
    assert round(100 * len(rows) * 70 / 12_297_859, 1) == 42.7


@pytest.mark.claim(
    "faults", "a tokenizer of num_words gives only smaller numbers, and the unknown word's to all others"
)
@pytest.mark.slow
def test_keras_tokenizer_gives_only_numbers_below_num_words() -> None:
    from keras.src.legacy.preprocessing.text import Tokenizer

    tokenizer = Tokenizer(num_words=5, oov_token="unknown")
    tokenizer.fit_on_texts(["a a a b b c c d e f g"])
    assert len(tokenizer.word_index) == 8
    assert tokenizer.texts_to_sequences(["a b c d e f g"]) == [[2, 3, 4, 1, 1, 1, 1]]


@pytest.mark.claim("faults", "200,853 articles less 16,000 of POLITICS are the printed 184,853 rows")
def test_the_step_that_is_not_printed() -> None:
    said = captions.missing_step()
    assert "200,853 − 16,000 = 184,853" in said
    assert captions.ALL_ARTICLES - captions.DROPPED == captions.PRINTED_ARTICLES == 200_853 - 16_000


@pytest.mark.long
@pytest.mark.claim("faults", "POLITICS is the largest category of the dataset")
@pytest.mark.slow
def test_politics_is_the_largest_category(real_news: News) -> None:
    counts = real_news.table["category"].value_counts()
    assert counts.index[0] == "POLITICS"
    assert counts.iloc[0] > 16_000


RECORD = json.loads(run_printed_code.FILE.read_text("utf-8"))
INSTALLED = [name for name in run_printed_code.MODULES if importlib.util.find_spec(name)]
KERAS_3, KERAS_2 = (RECORD[name]["outcomes"] for name in ("keras", "tf_keras"))
LONG, SHORT = "texts of 20 words, input_length=130", "texts of 20 words, input_length=20"


@pytest.mark.long
@pytest.mark.claim(
    "faults", "what Keras does with the printed code is recorded, and run again in the Keras that is here"
)
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Argument `input_length` is deprecated:UserWarning")
@pytest.mark.parametrize("name", INSTALLED)
def test_keras_does_with_the_printed_code_what_is_recorded(name: str) -> None:
    assert "keras" in INSTALLED
    assert run_printed_code.run(importlib.import_module(name)) == RECORD[name]["outcomes"]


@pytest.mark.claim(
    "faults", "Keras 3 ignores input_length=130 and reads 20 words; Keras 2 stops with an error"
)
@pytest.mark.claim(
    "embedding_layer", "Keras 3 ignores input_length=130 and reads 20 words; Keras 2 stops with an error"
)
def test_nobody_pads_to_130() -> None:
    assert (RECORD["keras"]["version"][0], RECORD["tf_keras"]["version"][0]) == ("3", "2")
    assert (
        KERAS_3[LONG] == KERAS_3[SHORT] == KERAS_2[SHORT] == {"answers": [2, 41], "input_shape": [None, 20]}
    )
    assert KERAS_2[LONG]["error"] == "ValueError"
    assert "expected shape=(None, 130), found shape=(None, 20)" in KERAS_2[LONG]["message"]
    lengths = np.array([20])
    short, long = (compute.padding_effect(lengths, columns=columns) for columns in (20, 130))
    assert "Keras 3 ignores input_length and takes 20 steps. Keras 2 stops: it expects 130 and finds 20." in (
        captions.padding(short, long)
    )
    layer = tutorial_layer(printed_padding=0.9, mended_padding=0.4)
    assert "Keras 3 ignores that and reads 20 words. Keras 2 stops with an error." in layer


@pytest.mark.claim("faults", "the printed network has 12,297,859 parameters, with Dropout and without")
def test_dropout_has_no_parameters() -> None:
    for outcomes in (KERAS_3, KERAS_2):
        assert outcomes["parameters with Dropout"] == outcomes["parameters without Dropout"]
        assert outcomes["parameters with Dropout"] == TUTORIAL.parameters == 12_297_859
    assert "12,297,859 either way" in captions.dropout()


@pytest.mark.claim(
    "faults", "the misspelt argument moniter is a TypeError in Keras 3; Keras 2 watches val_loss all the same"
)
@pytest.mark.claim(
    "overfitting",
    "the misspelt argument moniter is a TypeError in Keras 3; Keras 2 watches val_loss all the same",
)
def test_what_keras_does_with_moniter() -> None:
    key = "ModelCheckpoint(moniter='val_loss')"
    assert KERAS_3[key]["error"] == "TypeError"
    assert "unexpected keyword argument 'moniter'" in KERAS_3[key]["message"]
    assert KERAS_2[key] == {"monitor": "val_loss"}
    assert "Keras 3 does not know moniter and stops at once with a TypeError." in captions.checkpoint()


@pytest.mark.claim(
    "faults", "early stopping on training accuracy goes on while it rises, and gives no best weights back"
)
def test_early_stopping_on_training_accuracy_goes_on() -> None:
    for outcomes in (KERAS_3, KERAS_2):
        assert outcomes["EarlyStopping(monitor='accuracy')"] == {
            "epochs": 12, "of": 12, "restores_best_weights": False
        }  # fmt: skip


@pytest.mark.long
@pytest.mark.claim("faults", "joining without a space fuses the words at the seam")
@pytest.mark.slow
def test_the_real_file(real_news: News) -> None:
    """As counted when the chapter was written; the empty texts by Python's own ``re`` with the printed patterns."""
    mended, fused, patterns = (
        compute.remaining_words(real_news.table, faults) for faults in ((), ("join",), ("patterns",))
    )
    assert (mended.distinct, fused.distinct) == (91_566, 201_295)
    assert patterns.empty == 42_387


@pytest.mark.claim(
    "faults", "the printed patterns leave 2,253 of the sample's 8,000 texts empty, the others only letters w"
)
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Possible nested set:FutureWarning")
def test_the_sample_by_the_printed_patterns() -> None:
    table = read_news(paths.SAMPLE).table
    texts = [
        printed_patterns(f"{headline} {description}")
        for headline, description in zip(table["headline"], table["short_description"], strict=True)
    ]
    remaining = compute.remaining_words(table, ("patterns",))
    assert remaining.empty == sum(not text for text in texts) == 2_253
    assert len(texts) == 8_000
    assert set("".join(texts)) == {"w"}
    assert "2,253 texts end empty. In the others only the letter w is left." in captions.printed_patterns(
        remaining
    )


@pytest.mark.claim("faults", "the times of the printed cleaning are those that the benchmark recorded")
def test_the_times_of_the_printed_cleaning() -> None:
    benchmarks = (paths.ROOT / "benchmarks" / "README.md").read_text("utf-8")
    printed, mended = (
        re.search(r"its output corrected: ([\d.]+) s", benchmarks),
        re.search(r"its two slow habits corrected as well: ([\d.]+) s", benchmarks),
    )
    parts = (paths.ROOT / "pages" / "learn" / "faults" / "parts.py").read_text("utf-8")
    assert f"it took {float(present(printed)[1]):.0f} s, and {float(present(mended)[1]):.0f} s" in parts
