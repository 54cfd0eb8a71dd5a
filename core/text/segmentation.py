"""The words of Chinese, Japanese and Thai, which are written without blanks between them, by BudouX.

BudouX (Apache-2.0; Google) sums up trained scores of the one to three letters around each gap, and puts a boundary
where the sum is above zero. Its models are four small files; it knows no dictionary. ADR 47 has how often it is right.

Chinese takes the sum of two models, that of simplified and that of traditional characters: a text may have either.

Leaves out: where in cleaning this is done (``cleaning_steps.py``).
"""

import json
import re
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from core.errors import SettingsError
from core.text.normalisation import MARKS

_MODELS: dict[str, tuple[str, ...]] = {"zh": ("zh-hans", "zh-hant"), "ja": ("ja_word",), "th": ("th",)}
_HAN = "々〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_LETTERS = {
    "zh": _HAN,
    "ja": f"{_HAN}\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f",
    "th": "\u0e01-\u0e3a\u0e40-\u0e4e",
}
# BudouX takes a time that is quadratic in the length of a word: what has no boundary for so long is no language.
_LONGEST_RUN = 500
# A boundary inside a syllable: before a sign or a vowel that follows its consonant in Thai, after one that precedes it.
_INSIDE_SYLLABLE = re.compile(rf" (?=[{MARKS}\uff9e\uff9f\u0e2f-\u0e33\u0e45\u0e46])|(?<=[\u0e40-\u0e44]) ")


def has_segmenter(language: str) -> bool:
    """Whether the words of the language with this code can be told, though no blanks separate them."""
    return language in _MODELS


@cache
def installed_segmenter() -> str:
    """Name and version of what finds the words, and a fingerprint of its models: "budoux 0.10.1/92bc5ab0"."""
    content = b"".join(_model_file(name).read_bytes() for names in _MODELS.values() for name in names)
    return f"budoux {version('budoux')}/{sha256(content).hexdigest()[:8]}"


def same_words(segmenter: str) -> bool:
    """Whether a segmenter finds the words that the installed one finds: another version may have the same models."""
    return segmenter.rpartition("/")[2] == installed_segmenter().rpartition("/")[2]


def check_segmenter(segmenter: str) -> None:
    """Refuse to segment in place of another segmenter.

    Raises:
        SettingsError: its models are not those that are installed.
    """
    if segmenter and not same_words(segmenter):
        raise SettingsError(
            f"The words were found by the segmenter {segmenter[:60]}. Here {installed_segmenter()} is installed, which "
            "finds other words: train again, or install that version of it."
        )


def segment(language: str, text: str) -> str:
    """``text`` with blanks around each word of the language's own letters. Time grows linearly with its length.

    >>> segment("zh", "记者发现iPhone关税")
    ' 记者 发现 iPhone 关税 '
    """
    parse, run = _parser(language)
    return run.sub(lambda match: f" {_INSIDE_SYLLABLE.sub('', ' '.join(parse(match[0])))} ", text)


@cache
def _parser(language: str) -> tuple[Callable[[str], list[str]], re.Pattern[str]]:
    """The function from a run of letters to its words, and the pattern of such runs."""
    scores: dict[str, dict[str, int]] = {}
    for name in _MODELS[language]:
        for feature, weights in json.loads(_model_file(name).read_text("utf-8")).items():
            total = scores.setdefault(feature, {})
            for ngram, weight in weights.items():
                total[ngram] = total.get(ngram, 0) + weight
    letters = _LETTERS[language]
    parser = import_module("budoux").Parser(scores)
    return parser.parse, re.compile(f"[{letters}][{letters}{MARKS}]{{0,{_LONGEST_RUN - 1}}}")


def _model_file(name: str) -> Path:
    return Path(import_module("budoux.parser").MODEL_DIR) / f"{name}.json"
