"""Cleaning: worked examples by hand, the article's slips, and clean_all equal to clean."""

import json
import lzma
import re
import signal
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.cleaning import article_mended
from benchmarks.stalls import STALLS, stall
from core.errors import SettingsError
from core.news.news import read_news
from core.news.normal_form import nfc
from core.text.cleaning import STEPS, CleaningSettings, clean, clean_all, join, texts_of, trace
from core.text.cleaning_steps import EXCLUSIVE, NAMES, PRINTED_FUNCTIONS, STEP_FUNCTIONS, remove_invisible

ARTICLE, LIGHT = CleaningSettings.article(), CleaningSettings()
AS_THE_ARTICLE = replace(ARTICLE, keep_negations=False)  # its list has them


def only(*steps: str) -> CleaningSettings:
    return CleaningSettings(steps=steps)


@pytest.mark.parametrize(
    ("step", "before", "after"),
    [
        ("white_space", "a\t b\n\nc", "a b c"),
        ("white_space", "zero\u200bwidth \u202ebidi\u202c so\xadft nul\x00", "zerowidth bidi soft nul"),
        ("links", "see http://a.b/c?d=1, or HTTPS://X.Y now", "see or now"),
        ("links", "(www.example.com) http:// whttp", "( http:// whttp"),
        ("users", "hi @anna_b: mail me@example.com @ noon", "hi : mail me .com @ noon"),
        ("brackets", "Show [VIDEO] here[now]there [a [b] c] ]d[", "Show here there [a c] ]d["),
        ("hashtags", "#one two#three # four", "two # four"),
        ("digits", "7-year-old 2nd ٣ x1y2", "-year-old nd xy"),
        ("separate_digits", "7-year-old 2016's $4.50", "7 -year-old 2016 's $ 4 . 50"),
        ("punctuation", "Don't - stop… “now” snake_case", "Dont stop now snake_case"),
        ("separate_punctuation", "Don't stop... “Why??!”", "Don ' t stop ... “ Why ?? ! ”"),
        ("lower_case", "ÉTÉ ΣΑΣ THE", "été σας the"),
        # Letters with their signs: Hindi, Tamil, Thai, vowelled Arabic, and an accent without a composed letter.
        ("separate_punctuation", "बीमा फर्म, शेयर।", "बीमा फर्म , शेयर ।"),
        ("punctuation", "வணக்கம்! นักวิ่ง? اَلمُبُاراَةْ، x\u0304!", "வணக்கம் นักวิ่ง اَلمُبُاراَةْ x\u0304"),
        ("separate_digits", "२०२१में ५वीं", "२०२१ में ५ वीं"),
        ("digits", "२०२१में 3\ufe0f\u20e3!", "में !"),
        ("users", "@दादी का", "का"),
        ("hashtags", "#दादी का #\ufe0f\u20e3", "का #\ufe0f\u20e3"),
        # A joiner belongs to Persian's and Hindi's spelling and to emoji, not to English and not to a word's end.
        ("white_space", "می\u200cخواهم प्र\u200dक ca\u200cts की\u200d", "می\u200cخواهم प्र\u200dक cats की"),
        ("white_space", "e\u200b\u0301", "é"),
        ("separate_punctuation", "می\u200cخواهم!", "می\u200cخواهم !"),
        ("entities", "Tom &amp; <b class='x y'>Ann</b>it&#x27;s &ldquo;new&rdquo;", "Tom & Ann it's “new”"),
        (
            "entities",
            "5 < 6 x<y &lt;3 Q&A R&D; <3 1 &lt; 2 &unknown;",
            "5 < 6 x<y <3 Q&A R&D; <3 1 < 2 &unknown;",
        ),
        (
            "entities",
            "&amp;amp;lt; &amp;nbsp;a<br/>b <![CDATA[c &eacute;]]> <!-- d --> e&#769;",
            "< a b c é é",
        ),
        ("quotes", "it’s ‘so’ “fine” «oui»", "it's 'so' \"fine\" «oui»"),
        ("tashkeel", "اَلْفَرِيقُ شَارَكَ فِي الـــمُبَارَاةِ", "الفريق شارك في المباراة"),
        ("tashkeel", "هٰذَا مُؤَسَّسَةٌ قُرْآن", "هذا مؤسسة قرآن"),
        ("tashkeel", "\u0627\u064e\u0654 \u0627\u0655", "\u0623 \u0625"),  # alef and hamza are one letter
        ("tashkeel", "שָׁלוֹם हिंदी é", "שָׁלוֹם हिंदी é"),
        ("stop_words", "The cat is on the mat", "cat mat"),
        ("lemmas", "women saw geese", "woman saw goose"),
    ],
)
def test_each_step_alone(step: str, before: str, after: str) -> None:
    assert clean(before, only(step)) == after


@pytest.mark.parametrize("code", ["ar", "fa", "ur"])
@pytest.mark.parametrize("settings", [LIGHT, ARTICLE, CleaningSettings.marked()])
def test_in_arabic_letters_vowel_signs_go_unless_one_keeps_them(
    settings: CleaningSettings, code: str
) -> None:
    in_arabic = settings.in_language(code)
    assert set(in_arabic.steps) == {*settings.steps, "tashkeel"}
    assert clean("اَلْفَرِيقُ", replace(in_arabic, language="fa")) == clean(
        "الفريق", replace(in_arabic, language="fa")
    )
    kept = replace(in_arabic, steps=settings.steps)
    assert kept.in_language("ur").steps == settings.steps  # chosen, so another such language changes nothing
    assert in_arabic.in_language("en") == settings
    assert CleaningSettings.from_json(in_arabic.to_json()) == in_arabic


def test_settings_stored_before_there_was_the_step_clean_as_they_did() -> None:
    stored = CleaningSettings.from_json({"steps": list(LIGHT.steps), "as_printed": False, "language": "ar"})
    assert clean("اَلْفَرِيقُ", stored) == "اَلْفَرِيقُ"
    printed = CleaningSettings(steps=ARTICLE.steps, as_printed=True)
    assert printed.in_language("ar") == replace(printed, language="ar")


def test_nothing_on_changes_nothing_but_the_blanks() -> None:
    assert clean(" The  [cat]\t@1 ", only()) == "The [cat] @1"


def test_the_article_mended() -> None:
    text = "Two women saw the show [video] in Washington, see http://example.com/a?b #fun @anna 2 times"
    assert clean(text, ARTICLE) == "woman saw washington time"  # "two", "show", "see" are stop words


def test_the_light_preset_keeps_punctuation_as_words() -> None:
    assert (
        clean("Why Cats\u200b Don't Care: 7 Reasons www.example.com", LIGHT)
        == "why cats don ' t care : 7 reasons"
    )


FAMILY, FRANCE, THUMB = (
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\U0001f1eb\U0001f1f7",
    "\U0001f44d\U0001f3fd",
)
KEY, HEART, WALES = (
    "1\ufe0f\u20e3",
    "❤\ufe0f\u200d\U0001f525",
    "\U0001f3f4\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f",
)


@pytest.mark.parametrize("emoji", [FAMILY, FRANCE, THUMB, KEY, HEART, WALES, "#\ufe0f\u20e3"])
def test_an_emoji_of_several_characters_is_one_word_and_goes_whole(emoji: str) -> None:
    assert clean(f"home {emoji}!", LIGHT) == f"home {emoji} !"
    assert clean(f"home{emoji}\U0001f1e9\U0001f1eax", LIGHT) == f"home {emoji} \U0001f1e9\U0001f1ea x"
    assert clean(f"home {emoji}!", ARTICLE) == "home"


def test_a_letter_with_an_accent_is_one_word_however_it_is_written() -> None:
    composed, decomposed = "La ma\u00f1ana", "La man\u0303ana"
    for settings in (LIGHT, ARTICLE, only()):
        assert (
            clean_all([decomposed], settings)
            == clean_all([composed], settings)
            == [clean(decomposed, settings)]
        )


def test_a_step_that_spans_words_is_traced_word_by_word() -> None:
    (row,) = trace("Tom &amp; <a href='x y'>Ann</a>", only("entities"))
    changes = [(change.before, change.after) for change in row.changes]
    assert changes == [("Tom", "Tom"), ("&amp;", "&"), ("<a", ""), ("href='x", ""), ("y'>Ann</a>", "Ann")]


def test_links_go_before_punctuation_takes_them_apart() -> None:
    assert clean("read http://example.com/page", ARTICLE) == "read"


@pytest.mark.claim("cleaning", "what each printed pattern does to a text")
def test_the_articles_slips_step_by_step() -> None:
    """The example of the article's table: `wwww` before the lemma step, and then nothing."""
    text = "Two women saw the show [video] in Washington"
    settings = CleaningSettings(steps=ARTICLE.steps, as_printed=True)
    after = {row.step.name: row.text for row in trace(text, settings)}
    assert after["white_space"] == "Two women  aw the  how [video] in Wa hington"
    assert after["brackets"] == "Two women  aw the  how [video in Wa hington"
    assert after["digits"] == "Two women  aw the  how [vieo in Wa hington"
    assert after["punctuation"] == after["stop_words"] == "wwww"
    assert after["lemmas"] == clean(text, settings) == ""
    assert list(after) == list(
        PRINTED_FUNCTIONS
    )  # links and tags only after the punctuation, as in the article


def test_a_headline_without_a_w_becomes_nothing_as_printed() -> None:
    settings = CleaningSettings(steps=ARTICLE.steps[:-1], as_printed=True)
    assert clean("Moon Landing At 50", settings) == ""


@pytest.mark.claim("cleaning", "the printed pattern for brackets is run as Python reads it")
@given(st.text(alphabet="[]^()ab s"))
def test_the_printed_bracket_pattern_is_the_articles(text: str) -> None:
    re.purge()  # who compiled it before has had the warning
    with pytest.warns(FutureWarning, match="Possible nested set"):
        as_written = re.compile("[[^()]*]")
    assert PRINTED_FUNCTIONS["brackets"](text) == as_written.sub("", text)


@given(st.text(alphabet="aB3٣.,_- \n’é"))
def test_the_faster_patterns_are_the_plain_ones(text: str) -> None:
    assert STEP_FUNCTIONS["digits"](text) == re.sub(r"\d+", "", text)
    assert STEP_FUNCTIONS["punctuation"](text) == re.sub(r"[^\w\s]+", "", text)


SETTINGS = st.builds(
    lambda on, sides, language, keep_negations: CleaningSettings(
        steps=tuple(
            name
            for name in on
            if not any(name == pair[side] for pair, side in zip(EXCLUSIVE, sides, strict=True))
        ),
        language=language,
        keep_negations=keep_negations,
    ),
    st.sets(st.sampled_from(NAMES)),
    st.tuples(st.integers(0, 1), st.integers(0, 1)),
    st.sampled_from(["en", "tr", "es", "hi", "ar", "de", "zu", "zh", "ja", "th"]),
    st.booleans(),
)
ODD = (
    "the women |THE| [a |] |[|http|://|x.y/z |www.|@|#tag|2nd |...|’s |boxes |\n|\t|\x00|\u200b|\u2028|\x1c|\x85|Σ|ΑΣ |"
    "İ|I|ISPARTA |no |nicht |değil |नहीं का |خِلال |häuser |ſ|\ud800|e\u0301 |हि|\u0301|\u200d|\u200c|1\ufe0f\u20e3|"
    "\U0001f1eb|\U0001f468|\U0001f3fd|❤\ufe0f|&amp;|&lt;|&#769;|<b |<br>|>|&nbsp;|]]>|\u2019s |"
    "اَلْفَرِيقُ |ـ|\u064e|\u0654|\u0627|记者发现|银行|日本の|カﾞ|เก็บน้ำ|ไม่|々"
)
PIECES = st.sampled_from(re.split(r"\|", ODD))
TEXTS = st.one_of(st.text(), st.lists(PIECES).map("".join))


@given(st.lists(TEXTS, max_size=6), SETTINGS)
def test_clean_all_is_clean_for_every_text(texts: list[str], settings: CleaningSettings) -> None:
    assert clean_all(texts, settings) == [clean(text, settings) for text in texts]


@given(TEXTS, SETTINGS)
def test_clean_gives_words_joined_by_single_blanks(text: str, settings: CleaningSettings) -> None:
    cleaned = clean(text, settings)
    assert cleaned == " ".join(cleaned.split())


@given(TEXTS, SETTINGS)
def test_the_trace_ends_as_clean_does_and_accounts_for_every_word(
    text: str, settings: CleaningSettings
) -> None:
    rows = trace(text, settings)
    assert [row.step.name for row in rows] == list(settings.steps)
    before = nfc(text)  # letter and accent as one character, whatever the steps
    for row in rows:
        assert [change.before for change in row.changes] == before.split()
        assert " ".join(change.after for change in row.changes if change.after) == " ".join(row.text.split())
        before = row.text
    assert " ".join(before.split()) == clean(text, settings)


def test_the_trace_marks_what_happened_to_each_word() -> None:
    rows = {row.step.name: row for row in trace("See [the VIDEO]now 2nd", ARTICLE)}
    marks = [(change.before, change.after, change.status) for change in rows["brackets"].changes]
    assert marks == [
        *(("See", "See", "kept"), ("[the", "", "removed")),
        *(("VIDEO]now", "now", "changed"), ("2nd", "2nd", "kept")),
    ]
    assert [change.status for change in rows["digits"].changes] == ["kept", "kept", "changed"]


def test_more_texts_than_are_cleaned_at_once_come_back_in_order_with_progress() -> None:
    texts = [f"Story {number} of the cats" for number in range(130_001)]
    shares: list[float] = []
    cleaned = clean_all(texts, only("lower_case", "stop_words"), shares.append)
    assert cleaned[0] == "story 0 cats"
    assert cleaned[-1] == "story 130000 cats"
    assert len(cleaned) == 130_001
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert len(shares) == 3
    assert clean_all([], LIGHT, shares.append) == []


def test_as_printed_goes_through_clean_all_too() -> None:
    settings = CleaningSettings(steps=ARTICLE.steps[:-1], as_printed=True)
    assert clean_all(["Two women saw", "a [b] wow", ""], settings) == ["www", "ww", ""]


def test_the_join_forgets_its_blank_as_printed() -> None:
    table = pd.DataFrame({"headline": ["Cats win", "Dogs"], "short_description": ["Again they", ""]})
    table["text"] = ["Cats win Again they", "Dogs"]
    assert texts_of(table, ARTICLE) == ["Cats win Again they", "Dogs"]
    assert texts_of(table, CleaningSettings(as_printed=True, steps=())) == ["Cats winAgain they", "Dogs"]
    assert join("", " b", LIGHT) == "b"


parts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)


@given(st.lists(st.tuples(parts, parts), min_size=1, max_size=6))
def test_a_files_texts_are_joined_as_one_headline_is(
    tmp_path_factory: pytest.TempPathFactory, pairs: list[tuple[str, str]]
) -> None:
    path = tmp_path_factory.mktemp("news") / "news.json"
    records = [{"headline": head, "short_description": text, "category": "A"} for head, text in pairs]
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    table = read_news(path).table
    for settings in (LIGHT, CleaningSettings.marked(), CleaningSettings(steps=(), as_printed=True)):
        assert texts_of(table, settings) == [join(head, text, settings) for head, text in pairs]


def test_the_mark_stands_between_headline_and_description_whatever_is_empty() -> None:
    marked = CleaningSettings.marked()
    pairs = [("Cats win!", "Again, they"), ("Dogs", ""), ("", "Birds"), ("", "")]
    texts = [join(headline, description, marked) for headline, description in pairs]
    assert clean_all(texts, marked) == ["cats win ! ¶ again , they", "dogs ¶", "¶ birds", "¶"]
    assert [clean(text, marked) for text in texts] == clean_all(texts, marked)
    gone = CleaningSettings(steps=("mark_description", "punctuation"))  # it is a mark too
    assert clean(join("Cats win!", "Again", gone), gone) == "Cats win Again"


@given(SETTINGS)
def test_settings_survive_json(settings: CleaningSettings) -> None:
    assert CleaningSettings.from_json(json.loads(json.dumps(settings.to_json()))) == settings


@pytest.mark.parametrize(
    ("language", "before", "after"),
    [
        ("en", "the room was not very good", "room not good"),
        ("es", "la habitación no es muy limpia", "habitación no limpia"),
        ("fr", "la chambre n' est pas très propre", "chambre n' pas propre"),
        ("de", "Das Zimmer ist nicht sauber", "Zimmer nicht sauber"),
        ("pt", "a cama não é muito limpa", "cama não limpa"),
        ("it", "la camera non è molto pulita", "camera non pulita"),
        ("hi", "कमरा बहुत साफ़ नहीं था", "कमरा साफ़ नहीं"),
        ("ar", "الغرفة لم تكن نظيفة", "الغرفة لم تكن نظيفة"),
        ("ru", "Номер был не очень чистый", "Номер не чистый"),
        ("tr", "Oda çok temiz değil", "Oda temiz değil"),
        ("zu", "igumbi alihlanzekile", "igumbi alihlanzekile"),
    ],
)
def test_stop_words_go_and_negations_stay(language: str, before: str, after: str) -> None:
    kept = CleaningSettings(steps=("stop_words",), language=language)
    assert clean(before, kept) == after
    dropped = replace(kept, keep_negations=False)
    assert set(clean(before, dropped).split()) <= set(after.split())
    if language in ("en", "es", "de", "hi", "ru", "tr"):
        assert len(clean(before, dropped).split()) == len(after.split()) - 1


@pytest.mark.parametrize(
    ("language", "before", "after"),
    [
        # The vocabulary samples on snowballstem.org, and for Hindi and Arabic what plural and article add.
        ("es", "chicharrones torneado", "chicharron torn"),
        ("fr", "continuellement", "continuel"),
        ("de", "aufeinanderschlügen kategorischen", "aufeinanderschlug kategor"),
        ("pt", "boataria quietinhas", "boat quietinh"),
        ("it", "abbandonata pronunciata", "abbandon pronunc"),
        ("ru", "вавиловского важными", "вавиловск важн"),
        ("hi", "बच्चों लड़कियां", "बच्च लड़क"),
        ("ar", "المدرسون", "مدرس"),
        ("tr", "kitaplarından", "kitap"),
        ("zu", "amanzi", "amanzi"),
    ],
)
def test_words_lose_their_endings(language: str, before: str, after: str) -> None:
    assert clean(before, CleaningSettings(steps=("lemmas",), language=language)) == after


def test_turkish_has_two_letters_i() -> None:
    assert (
        clean("ISPARTA'DA İLK DİYARBAKIR", CleaningSettings(language="tr")) == "ısparta ' da ilk diyarbakır"
    )
    assert clean("I\u0307LK", CleaningSettings(steps=("lower_case",), language="az")) == "ilk"
    assert clean("ISPARTA'DA", only("lower_case")) == "isparta'da"


def test_settings_stored_before_there_were_languages_mean_what_they_meant() -> None:
    stored = CleaningSettings.from_json({"steps": list(ARTICLE.steps), "as_printed": False})
    assert clean("The room was not good", stored) == "room good"
    assert clean("The room was not good", ARTICLE) == "room not good"
    light = CleaningSettings.from_json({"steps": list(LIGHT.steps), "as_printed": False})
    assert light == LIGHT
    assert LIGHT.to_json() == {"steps": list(LIGHT.steps), "as_printed": False}
    assert replace(ARTICLE, language="es").to_json() == {
        **{"steps": list(ARTICLE.steps), "as_printed": False},
        **{"language": "es", "keep_negations": True},
    }


def test_steps_are_kept_in_the_fixed_order_each_once() -> None:
    assert only("lemmas", "links", "lemmas").steps == ("links", "lemmas")
    assert [step.name for step in STEPS].index("links") < [step.name for step in STEPS].index("punctuation")


@pytest.mark.parametrize(
    ("record", "complaint"),
    [
        (None, "must be an object, got NoneType"),
        ([], "must be an object, got list"),
        ({}, "lacks 'steps'"),
        ({"steps": "links"}, "must be a list of step names, got str"),
        ({"steps": [["links"]]}, r"got \['links'\]"),
        ({"steps": ["rm -rf"]}, "got 'rm -rf'"),
        ({"steps": [], "as_printed": 1}, "as_printed must be true or false, got 1"),
        ({"steps": [], "order": []}, "no setting 'order'"),
        ({"steps": [], "language": "xx"}, "language must be a code such as en, es or hi, got 'xx'"),
        ({"steps": [], "language": 7}, "got 7"),
        ({"steps": [], "keep_negations": 1}, "keep_negations must be true or false, got 1"),
        ({"steps": ["digits", "separate_digits"]}, "both 'digits' and 'separate_digits'"),
        ({"steps": ["separate_punctuation"], "as_printed": True}, "the article has no such step"),
    ],
)
def test_a_bad_record_is_refused_with_a_sentence(record: object, complaint: str) -> None:
    with pytest.raises(SettingsError, match=complaint):
        CleaningSettings.from_json(record)


@pytest.fixture
def hang_guard() -> Iterator[None]:
    """Ends the test after two minutes of the processor's time, in the middle of a regular expression too."""

    def ends(*_: object) -> None:
        raise TimeoutError("two minutes for a text that takes a second")

    before = signal.signal(signal.SIGVTALRM, ends)
    signal.setitimer(signal.ITIMER_VIRTUAL, 120)
    yield
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    signal.signal(signal.SIGVTALRM, before)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no timer of a process")
@pytest.mark.usefixtures("hang_guard")
@pytest.mark.parametrize(
    "settings",
    [ARTICLE, CleaningSettings(steps=ARTICLE.steps, as_printed=True), CleaningSettings.marked()],
    ids=["article", "printed", "marked"],
)
@pytest.mark.parametrize("name", STALLS)
def test_nothing_stalls_a_regular_expression(name: str, settings: CleaningSettings) -> None:
    """A pass for each character would be 10^11 steps. benchmarks/stalls.py has the time and how it grows."""
    clean(stall(name, 400_000), settings)


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.parametrize("settings", [AS_THE_ARTICLE, LIGHT], ids=["article", "light"])
def test_clean_all_is_clean_for_20_000_real_articles(
    real_news_path: Path, settings: CleaningSettings
) -> None:
    with lzma.open(real_news_path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in islice(lines, 0, 180_000, 9)]
    texts = [join(row["headline"], row["short_description"], settings) for row in rows]
    assert len(texts) == 20_000
    cleaned = clean_all(texts, settings)
    assert cleaned == [clean(text, settings) for text in texts]
    if settings == AS_THE_ARTICLE:  # and the article's function, mended, written without ours
        assert cleaned == [article_mended(remove_invisible(text)) for text in texts]
