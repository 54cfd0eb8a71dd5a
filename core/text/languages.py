"""Which language and script texts are in, offline: the script by counting letters, the language by py3langid.

The model of py3langid (BSD; 4.6 MB, read in a second) knows 130 languages. It may answer only
with those of ``LANGUAGES`` that are written in the script of most letters: ADR 43 has how often it is right.

Leaves out: what a language changes about cleaning (``cleaning_steps.py``, ``lexicon.py``).
"""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from core.news.normal_form import nfc

DEFAULT = "en"  # of stored classifiers that name none, and of texts without letters


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A language: its code in ISO 639-1, its English name and its script."""

    code: str
    name: str
    script: str

    @property
    def right_to_left(self) -> bool:
        """Whether it is written from right to left."""
        return self.script in ("Arabic", "Hebrew", "Thaana", "Syriac")

    @property
    def segmented(self) -> bool:
        """Whether blanks separate its words: else ``segmentation.py`` may find them, or characters are the tokens."""
        return self.script not in ("Han", "Japanese", "Thai", "Lao", "Khmer", "Myanmar", "Tibetan")


_NAMES = {
    "Latin": "en English, es Spanish, fr French, de German, pt Portuguese, it Italian, nl Dutch, sv Swedish, "
    "da Danish, no Norwegian, fi Finnish, is Icelandic, pl Polish, cs Czech, sk Slovak, sl Slovenian, hr Croatian, "
    "hu Hungarian, ro Romanian, sq Albanian, lt Lithuanian, lv Latvian, et Estonian, ca Catalan, gl Galician, "
    "eu Basque, ga Irish, cy Welsh, mt Maltese, tr Turkish, az Azerbaijani, uz Uzbek, id Indonesian, ms Malay, "
    "tl Tagalog, vi Vietnamese, sw Swahili, so Somali, ha Hausa, yo Yoruba, ig Igbo, zu Zulu, xh Xhosa, "
    "rw Kinyarwanda, ht Haitian Creole, af Afrikaans, eo Esperanto, la Latin",
    "Cyrillic": "ru Russian, uk Ukrainian, be Belarusian, bg Bulgarian, sr Serbian, mk Macedonian, kk Kazakh, "
    "ky Kyrgyz, mn Mongolian, tg Tajik, tt Tatar",
    "Arabic": "ar Arabic, fa Persian, ur Urdu, ps Pashto, ug Uyghur, ku Kurdish",
    "Devanagari": "hi Hindi, mr Marathi, ne Nepali, sa Sanskrit",
    "Bengali": "bn Bengali, as Assamese",
    "Ethiopic": "am Amharic",
    "Greek": "el Greek",
    "Hebrew": "he Hebrew",
    "Armenian": "hy Armenian",
    "Georgian": "ka Georgian",
    "Gurmukhi": "pa Punjabi",
    "Gujarati": "gu Gujarati",
    "Oriya": "or Odia",
    "Tamil": "ta Tamil",
    "Telugu": "te Telugu",
    "Kannada": "kn Kannada",
    "Malayalam": "ml Malayalam",
    "Sinhala": "si Sinhala",
    "Thaana": "dv Divehi",
    "Thai": "th Thai",
    "Lao": "lo Lao",
    "Khmer": "km Khmer",
    "Myanmar": "my Burmese",
    "Tibetan": "bo Tibetan",
    "Hangul": "ko Korean",
    "Han": "zh Chinese",
    "Japanese": "ja Japanese",
}
LANGUAGES: dict[str, Language] = {
    code: Language(code=code, name=name, script=script)
    for script, names in _NAMES.items()
    for code, name in (entry.split(" ", 1) for entry in names.split(", "))
}

# How Unicode's name of a letter begins, where that is not the script's name in capitals.
_LETTERS = {"CJK": "Han", "HIRAGANA": "Kana", "KATAKANA": "Kana"}
_MOST_TEXTS = 300  # evenly from the whole file
_MOST_CHARACTERS = 200  # of each
_KANA_SHARE = 0.05  # of the letters, from which Han and kana are Japanese; Chinese has none
# For another Latin language than English: less has a handful of words, or invented ones.
_LEAST_PROBABILITY = 0.4
_ENGLISH = ("the", "and", "with", "from", "that", "this", "why", "how", "your", "you")
# Ordinary English has twice as many; other languages have them in a quoted title at most.
_ENGLISH_SHARE = 0.03
_LATIN_SHARE = 0.8  # of the letters, from which a text is Latin: all scripts quote Latin names


def language_of(texts: Sequence[str]) -> Language:
    """The language of most of ``texts``; English where they have no letters, or too few to tell.

    Cost: that of 300 texts at most, and a second where the script does not tell the language.
    """
    step = max(1, len(texts) // _MOST_TEXTS)
    sample = [nfc(text[:_MOST_CHARACTERS]) for text in texts[::step][:_MOST_TEXTS]]
    script = _script("".join(sample))
    candidates = [language.code for language in LANGUAGES.values() if language.script == script]
    if len(candidates) == 1:
        return LANGUAGES[candidates[0]]
    if not candidates or (script == "Latin" and _is_plainly_english(sample)):
        return LANGUAGES[DEFAULT]
    ranking = _identifier().rank(" ".join(sample))  # (code, probability), most probable first
    code, probability = next((code, share) for code, share in ranking if code in candidates)
    return LANGUAGES[DEFAULT if script == "Latin" and probability < _LEAST_PROBABILITY else code]


def _is_plainly_english(texts: Sequence[str]) -> bool:
    """Whether so many words are common ones of English alone that the model need not be asked."""
    words = Counter(word for text in texts for word in text.lower().split())
    return sum(words[word] for word in _ENGLISH) > _ENGLISH_SHARE * words.total()


def _script(text: str) -> str:
    """The script of ``text`` by its letters and their signs; "" without letters."""
    counts: Counter[str] = Counter()
    for character, count in Counter(text).items():
        if unicodedata.category(character)[0] in "LM":
            word = unicodedata.name(character, "").split(" ")[0].split("-")[0]
            counts[_LETTERS.get(word, word.capitalize())] += count
    total = counts.total()
    if not total or counts["Latin"] > _LATIN_SHARE * total:
        return "Latin" if total else ""
    del counts["Latin"]
    if kana := counts.pop("Kana", 0):
        counts["Japanese" if kana > _KANA_SHARE * total else "Han"] += kana + counts.pop("Han", 0)
    return max(counts, key=counts.__getitem__)


def _identifier() -> Any:
    """py3langid with its model, read anew each time: it takes a second, and 100 MB that nobody needs afterwards."""
    module = import_module("py3langid.langid")
    return module.LanguageIdentifier.from_model_file(module.MODEL_FILE, norm_probs=True)
