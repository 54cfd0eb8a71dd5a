"""Stop words and lemmas: the published examples, NLTK's own answers, and no network."""

import io
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nltk
import pytest
from nltk.corpus.reader.wordnet import WordNetCorpusReader

from core.paths import NLTK_DATA
from core.text.lexicon import STOP_WORDS, lemma
from data.make_nltk_data import cut, licence, pack
from pages.memory_size import memory_size


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        # From the docstring of NLTK's WordNetLemmatizer.
        *(("dogs", "dog"), ("churches", "church"), ("aardwolves", "aardwolf"), ("abaci", "abacus")),
        *(("hardrock", "hardrock"), ("us", "u")),
        # By the dictionary: irregular forms, each of the noun rules, and words that stay.
        *(
            ("women", "woman"),
            ("geese", "goose"),
            ("knives", "knife"),
            ("boxes", "box"),
            ("stories", "story"),
        ),
        *(("firemen", "fireman"), ("dishes", "dish"), ("running", "running"), ("news", "news"), ("", "")),
        *(("Women", "Women"), ("ß", "ß"), ("covid", "covid")),
    ],
)
def test_a_word_takes_its_noun_form(word: str, expected: str) -> None:
    assert lemma(word) == expected


@pytest.mark.filterwarnings("ignore:The multilingual functions")
def test_every_word_has_the_lemma_that_nltk_gives_it_with_all_of_wordnet() -> None:
    complete = WordNetCorpusReader(nltk.data.find("corpora/wordnet.zip/wordnet/"), None)
    words = [
        word + ending for word in list(complete._lemma_pos_offset_map)[::20] for ending in ("", "s", "es")
    ]
    words += list(complete._exception_map["n"])
    assert len(words) > 20_000
    # As WordNetLemmatizer.lemmatize: the shortest form.
    assert [lemma(word) for word in words] == [
        min(complete._morphy(word, "n"), key=len, default=word) for word in words
    ]


def test_of_wordnet_only_the_nouns_stay_in_memory() -> None:
    # Not at the top: pytest looks at each name of a module, and to look at this one loads WordNet.
    from nltk.corpus import wordnet

    lemma("women")
    kept = wordnet._lemma_pos_offset_map
    assert len(kept) == 117_798
    assert "dog" in kept
    assert "aardvarks" not in kept
    assert memory_size(kept) < 20e6


def test_stop_words_are_scikit_learns() -> None:
    # Counted and named on the documentation page of sklearn.feature_extraction.text, since 0.10.
    assert len(STOP_WORDS) == 318
    assert {"the", "of", "against", "whereafter"} <= STOP_WORDS
    assert not {"don", "dont", "president"} & STOP_WORDS


FRESH = """
import socket, sys, threading
def refuse(*a, **k): raise AssertionError("the network was asked")
socket.socket.connect = socket.getaddrinfo = refuse
from core.text.lexicon import lemma
answers = []
threads = [threading.Thread(target=lambda: answers.append([lemma(w) for w in ("women", "buses", "saw")]))
           for _ in range(8)]
[t.start() for t in threads]; [t.join() for t in threads]
assert answers == [["woman", "bus", "saw"]] * 8, answers
import nltk
assert len(nltk.data.path) == 1, nltk.data.path
"""


@pytest.mark.slow
def test_eight_threads_of_a_fresh_process_load_it_together_without_the_network() -> None:
    done = subprocess.run([sys.executable, "-c", FRESH], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


def test_threads_share_the_cache() -> None:
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lemma, ["mice"] * 200)) == {"mouse"}


def test_an_index_line_keeps_word_and_part_of_speech_alone() -> None:
    index = (
        "  1 This software  \n  2   \n  3 and database  \ndog n 7 5 @ ~ #m #p %p 7 1 02084071 10114209  \n"
    )
    assert cut(index) == "dog n 1 0 1 0 0\n"
    assert licence(index) == "This software\n\nand database\n"


def _contents(packed: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.slow
def test_the_packed_wordnet_is_what_the_script_packs() -> None:
    source = Path("/usr/share/wordnet")
    if not (source / "index.noun").is_file():
        pytest.skip("Debian's wordnet-base is not on this machine")
    packed, terms = pack(source)
    shipped = (NLTK_DATA / "corpora" / "wordnet.zip").read_bytes()
    assert _contents(packed) == _contents(shipped)  # another zlib may press the same files into other bytes
    assert terms == (NLTK_DATA / "corpora" / "wordnet.LICENSE.txt").read_text("utf-8")
    assert "WordNet 3.0 Copyright 2006 by Princeton University." in terms
    assert len(packed) < 1_000_000
