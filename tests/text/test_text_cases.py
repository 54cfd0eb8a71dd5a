"""What becomes of the texts of ../shared/cases: words of every script, entities, apostrophes, emoji, negations.

Each by the values that its README wants, on the file there and on made-up texts of the same kind.
"""

import unicodedata
from pathlib import Path

import pytest

from core.news.news import read_news
from core.settings.presets import PRESETS
from core.text.cleaning import CleaningSettings, clean, clean_all, texts_of
from core.text.ngrams import characters
from tests.news.case_files import rows, shared, to_csv

each_preset = pytest.mark.parametrize("preset", PRESETS)
# Those that do what is best for a text; the other one does what the article does.
each_light_preset = pytest.mark.parametrize("preset", ["quick", "best"])


def has_letters(token: str) -> bool:
    return any(unicodedata.category(sign)[0] == "L" for sign in token)


def tokens(line: str) -> list[str]:
    """The words of a cleaned text, its signs of punctuation left out."""
    return [token for token in line.split() if has_letters(token)]


def written_words(text: str) -> list[str]:
    """The words as somebody who reads the script would count them: between blanks, without punctuation around them."""
    stripped = (word.strip(".,:;!?'\"()«»।؟،؛") for word in unicodedata.normalize("NFC", text).split())
    return [word for word in stripped if has_letters(word)]


TELUGU, BENGALI, MARATHI, TAMIL, PERSIAN, HEBREW, NEPALI = (
    "వర్షాలతో రహదారి మూతపడింది",
    "ঝড়ে উপকূলের রাস্তা বন্ধ হয়ে গেছে।",
    "पावसामुळे किनाऱ्याचा रस्ता बंद झाला.",
    "மழையால் கடற்கரைச் சாலை மூடப்பட்டது",
    "باران جاده را بست و می\u200cخواهند راه دیگری باز کنند",
    "שָׁלוֹם לָעוֹלָם, הַגֶּשֶׁם סָגַר אֶת הַכְּבִישׁ",
    "वर्षाले सडक बन्द भयो।",
)
ACCENTED = "L'été n'est pas fini: déjà vu à Besançon, Đà Nẵng, Łódź"


@each_preset
@pytest.mark.parametrize(
    "name",
    [
        "16-hindi/hindi.jsonl",
        "16-hindi/pairs.jsonl",
        "17-arabic-thai/arabic.jsonl",
        "17-arabic-thai/tashkeel.jsonl",
    ],
)
def test_a_word_keeps_its_marks(name: str, preset: str) -> None:
    settings = PRESETS[preset].cleaning
    texts = texts_of(read_news(shared(name)).table, CleaningSettings())
    cleaned = clean_all(texts, settings)
    written = [written_words(text) for text in texts]
    kept = sum(len(tokens(line)) for line in cleaned)
    assert 0.6 < kept / sum(map(len, written)) <= 1  # a preset may leave out stop words
    for line, words in zip(cleaned, written, strict=True):
        assert not [token for token in tokens(line) if unicodedata.category(token[0])[0] == "M"]
        assert len(tokens(line)) <= len(words)


@each_preset
def test_arabic_with_its_vowel_signs_is_the_same_text_as_without(preset: str) -> None:
    """Wanted: both files in the same words. Reached: 2,424 words with signs become the 41 that both files have."""
    texts = {
        name: texts_of(read_news(shared(f"17-arabic-thai/{name}.jsonl")).table, CleaningSettings())
        for name in ("arabic", "tashkeel")
    }
    assert len({word for text in texts["tashkeel"] for word in written_words(text)}) > 2_000
    settings = PRESETS[preset].cleaning.in_language("ar")
    assert clean_all(texts["tashkeel"], settings) == clean_all(texts["arabic"], settings)


def test_the_hindi_file_has_as_many_words_as_a_reader_counts() -> None:
    texts = texts_of(read_news(shared("16-hindi/hindi.jsonl")).table, CleaningSettings())
    cleaned = clean_all(texts, PRESETS["quick"].cleaning)
    words = sum(len(tokens(line)) for line in cleaned) / len(texts)
    assert words == pytest.approx(sum(len(written_words(text)) for text in texts) / len(texts))
    assert words == pytest.approx(7.7, abs=0.8)


@pytest.mark.parametrize("text", [TELUGU, BENGALI, MARATHI, TAMIL, PERSIAN, HEBREW, NEPALI, ACCENTED])
@each_light_preset
def test_words_of_other_scripts_stay_whole(text: str, preset: str) -> None:
    cleaned = clean(text, PRESETS[preset].cleaning)
    assert tokens(cleaned) == written_words(text.replace("'", " ").lower())


@each_preset
def test_minimal_pairs_stay_different(preset: str) -> None:
    """Words that differ in one vowel sign, or one mark, alone."""
    pairs = (
        *(("कम", "काम"), ("दिन", "दीन"), ("बल", "बाल"), ("কথা", "কাথা"), ("பல", "பால்"), ("ที่", "ที"), ("ปา", "ป่า")),
        *(("кот", "кит"), ("año", "ano"), ("schon", "schön"), ("pâte", "pâté"), ("عَلِمَ", "عُلِمَ")),
    )
    for left, right in pairs:
        settings = PRESETS[preset].cleaning
        assert clean(f"xyz {left} qrs", settings) != clean(f"xyz {right} qrs", settings), (left, right)


@pytest.mark.parametrize("name", ["spanish_half", "spanish_nfd"])
def test_composed_and_decomposed_letters_are_one(name: str) -> None:
    composed = read_news(shared("19-nfd/spanish_nfc.jsonl"))
    other = read_news(shared(f"19-nfd/{name}.jsonl"))
    assert other.categories == composed.categories
    assert len(other.categories) == 3
    assert other.table["text"].tolist() == composed.table["text"].tolist()
    assert len(other) == len(composed) == 400


@each_preset
def test_a_prediction_is_composed_as_the_training_was(preset: str) -> None:
    settings = PRESETS[preset].cleaning
    for text in ("El fósil más raro ganó", "Trận bão làm sập cầu ở Đà Nẵng", "강한 태풍이 도로를 막았다"):
        decomposed = unicodedata.normalize("NFD", text)
        assert decomposed != text
        assert clean(decomposed, settings) == clean(text, settings)


@each_light_preset
def test_entities_and_tags_are_decoded_by_default(preset: str) -> None:
    settings = PRESETS[preset].cleaning
    cleaned = clean_all(texts_of(read_news(shared("14-entities/entities.jsonl")).table, settings), settings)
    signs = {"amp", "lt", "gt", "quot", "ldquo", "rdquo", "x27", "39", "b", "/b", ";", "nbsp"}
    assert not signs & {token for line in cleaned for token in line.split()}


@each_light_preset
@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("Caf&eacute; &#8217;til dawn&#33;", {"eacute", "8217", "33", "#"}),
        ("Rain&nbsp;stops<br/>play<br>again", {"nbsp", "br"}),
        ("<p>Two</p><p class='x'>lines</p>", {"p", "class", "x"}),
        ("Ham &amp;amp; eggs &lt;3", {"amp", "lt"}),
        ("&quot;Snow&quot; &mdash; it&apos;s here", {"quot", "mdash", "apos"}),
    ],
)
def test_other_entities_and_tags_too(text: str, signs: set[str], preset: str) -> None:
    assert not signs & set(clean(text, PRESETS[preset].cleaning).split())


@each_preset
def test_curly_and_straight_apostrophes_are_one(preset: str, tmp_path: Path) -> None:
    settings = PRESETS[preset].cleaning
    texts = texts_of(read_news(shared("15-apostrophes/mixed.jsonl")).table, settings)
    straight = [text.replace("’", "'") for text in texts]
    assert straight != texts
    assert clean_all(texts, settings) == clean_all(straight, settings)


@each_light_preset
@pytest.mark.parametrize("sign", ["’", "ʼ", "＇", "‘"])
def test_all_apostrophes_are_one(sign: str, preset: str) -> None:
    settings = PRESETS[preset].cleaning
    for text in ("they don't mind", "l'été d'avant", "O'Brien's dogs", "rock 'n' roll"):
        assert clean(text.replace("'", sign), settings) == clean(text, settings)


# A person, a family, two flags, a heart in emoji style, a hand with its skin tone, a keycap.
EMOJI = ("😀", "👨‍👩‍👧", "🇮🇳", "🇧🇷", "❤️", "👍🏽", "1️⃣", "🏳️‍🌈", "🏴󠁧󠁢󠁥󠁮󠁧󠁿")


@pytest.mark.parametrize("emoji", EMOJI)
def test_an_emoji_is_one_character_and_one_word(emoji: str) -> None:
    assert emoji in characters(f"ab {emoji}c")
    settings = PRESETS["quick"].cleaning
    assert clean(f"Today {emoji} again", settings).split()[-2] == emoji


def test_the_emoji_of_the_shared_file_stay_whole() -> None:
    settings = PRESETS["quick"].cleaning
    texts = texts_of(read_news(shared("22-emoji/emoji.jsonl")).table, settings)
    for text, cleaned in zip(texts, clean_all(texts, settings), strict=True):
        assert text.split()[-1] in cleaned.split()


@each_preset
def test_negations_are_kept(preset: str) -> None:
    settings = PRESETS[preset].cleaning
    cleaned = clean_all(texts_of(read_news(shared("23-negation/negation.jsonl")).table, settings), settings)
    labels = read_news(shared("23-negation/negation.jsonl")).table["category"].tolist()
    negated = [("not" in line.split() or "never" in line.split()) for line in cleaned]
    assert [label == "NEGATIVE" for label in labels] == negated


@each_preset
@pytest.mark.parametrize(
    ("text", "word"),
    [("The soup is not cold", "not"), ("Nothing works here", "nothing"), ("There is no rain", "no")],
)
def test_other_negations_are_kept(text: str, word: str, preset: str) -> None:
    assert word in clean(text, PRESETS[preset].cleaning).split()


@each_preset
@pytest.mark.parametrize("text", ["The soup isn't cold", "It doesn’t rain", "They can't play", "I didn't go"])
def test_short_negations_are_kept(text: str, preset: str) -> None:
    """However a preset cuts "isn't": something of the negation is left."""
    settings = PRESETS[preset].cleaning
    positive = text.replace("n't", "").replace("n’t", "")
    assert clean(text, settings) != clean(positive, settings)


@pytest.mark.parametrize(
    ("language", "text", "word"),
    [
        *(
            ("es", "Hoy no llueve", "no"),
            ("fr", "Il ne pleut pas", "pas"),
            ("de", "Es regnet nicht", "nicht"),
        ),
        *(("pt", "Hoje não chove", "não"), ("it", "Oggi non piove", "non"), ("hi", "आज बारिश नहीं हुई", "नहीं")),
        *(
            ("ru", "Сегодня не холодно", "не"),
            ("ar", "لا مطر اليوم", "لا"),
            ("tr", "Hava sıcak değil", "değil"),
        ),
    ],
)
def test_negations_of_other_languages_are_kept(language: str, text: str, word: str) -> None:
    settings = CleaningSettings(steps=("stop_words", "lower_case"), language=language)
    assert word in clean(text, settings).split()


def test_turkish_letters_are_folded_as_turkish(tmp_path: Path) -> None:
    """In Turkish the capital of i is İ: "İSTANBUL" and "istanbul" are one word, with no mark of its own."""
    settings = CleaningSettings(language="tr")
    assert clean("İSTANBUL", settings) == "istanbul"
    assert clean("ISPARTA", settings) == "ısparta"


def test_rows_of_thai_and_chinese_lose_no_character(tmp_path: Path) -> None:
    made = rows(30, language="zh")
    path = tmp_path / "zh.csv"
    path.write_text(
        to_csv(("title", "label"), [(row.headline, row.category) for row in made]), encoding="utf-8"
    )
    settings = PRESETS["quick"].with_language("zh").cleaning
    for text, cleaned in zip(
        texts := texts_of(read_news(path).table, settings), clean_all(texts, settings), strict=True
    ):
        assert [sign for sign in cleaned if has_letters(sign)] == [sign for sign in text if has_letters(sign)]
