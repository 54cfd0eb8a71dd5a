"""Stop words of many languages, and the negations among them. English has scikit-learn's list, others stopwords-iso's.

A stop-word list counts "not" among the words that say nothing, and so "not good" becomes "good". The negations of the
languages below are kept unless somebody asks for them to go.
"""

from functools import cache
from importlib import import_module

from core.news.normal_form import nfc

ENGLISH = "en"

_NEGATIONS: dict[str, str] = {
    "en": "no not nor never neither none nobody nothing nowhere noone cannot cant couldnt hasnt without",
    "es": "no ni nunca jamás nada nadie ningún ninguno ninguna ningunos ningunas sin tampoco",
    "fr": "ne n pas non ni jamais rien personne aucun aucune aucuns aucunes nul nulle sans guère",
    "de": "nicht kein keine keinem keinen keiner keines nie niemals nichts niemand niemanden niemandem nein ohne weder",
    "pt": "não nem nunca jamais nada ninguém nenhum nenhuma sem",
    "it": "no non né ne mai nulla niente nessun nessuno nessuna senza neanche nemmeno neppure",
    "nl": "niet geen nooit niets niks niemand nee noch zonder nergens",
    "sv": "inte ej icke aldrig ingen inget inga nej utan",
    "da": "ikke ej aldrig ingen intet nej uden",
    "no": "ikke ikkje aldri ingen inga inkje intet nei uten",
    "fi": "ei en et emme ette eivät älä älkää",
    "pl": "nie ani bez nigdy nic nikt żaden żadna żadne",
    "cs": "ne ani bez nikdy nic nikdo žádný žádná žádné není nejsou",
    "ru": "не ни нет никогда никто ничего ничто нельзя без никакой",
    "uk": "не ні ані без ніколи ніхто нічого нема немає",
    "bg": "не ни нито никога никой нищо без няма",
    "tr": "değil yok hayır hiç hiçbir asla",
    "ar": "لا لم لن ليس ليست ليسوا لست لسنا ما غير بدون دون ألا كلا",
    "fa": "نه نیست نیستند نیستم هیچ بدون هرگز بی",
    "ur": "نہیں نہ مت بغیر نا",
    "hi": "नहीं नही न ना मत बिना",
    "mr": "नाही नाहीत नको न",
    "bn": "না নেই নয় নি",
    "el": "δεν δε μην μη όχι ούτε χωρίς ποτέ κανείς κανένας τίποτα",
    "he": "לא אין אינו אינה בלי אל",
    "id": "tidak bukan tak jangan belum tanpa",
    "vi": "không chẳng chưa đừng",
    "ro": "nu nici niciodată nimic nimeni fără",
    "zh": "不 没 没有 沒 沒有 不是 不能 不会 不要 未 未曾 无 無 别 非 勿 莫",
    "ja": "ない なく なかっ なし ず ぬ ん ません",
    "th": "ไม่ มิ ไม่ใช่ ไม่มี ไม่ได้ อย่า ห้าม ไร้ ปราศจาก",
    "hu": "nem ne se sem nincs nincsenek soha semmi senki",
}


def has_stop_words(language: str) -> bool:
    """Whether there is a list of stop words for the language with this code."""
    return language == ENGLISH or bool(import_module("stopwordsiso").has_lang(language))


def has_negations(language: str) -> bool:
    """Whether the negations of the language are known, so that they can be kept."""
    return language in _NEGATIONS


@cache
def stop_words(language: str, *, keep_negations: bool) -> frozenset[str]:
    """The stop words of a language, in small letters; empty where there is no list.

    Args:
        language: a code of ``languages.py``.
        keep_negations: leave out "not", "no", "never" and the like.
    """
    if language == ENGLISH:
        words: frozenset[str] = import_module("core.text.lexicon").STOP_WORDS
    else:
        words = (
            frozenset(map(nfc, import_module("stopwordsiso").stopwords(language)))
            if has_stop_words(language)
            else frozenset()
        )
    return words - frozenset(_NEGATIONS.get(language, "").split()) if keep_negations else words
