"""Characters and n-grams: worked examples, and the index against plain counting."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text.ngrams import NGramIndex, characters, count_characters, ngrams
from core.text.vocabulary import OOV_ID, Vocabulary, count_words

texts = st.lists(st.lists(st.sampled_from(["a", "b", "cc", "é"]), min_size=1, max_size=6), max_size=10)


def test_characters_keep_blanks_and_accents() -> None:
    assert characters("né à") == ["n", "é", " ", "à"]


def test_ngrams_are_neighbouring_words() -> None:
    words = ["dog", "bites", "man"]
    assert ngrams(words, 1) == [("dog",), ("bites",), ("man",)]
    assert ngrams(words, 2) == [("dog", "bites"), ("bites", "man")]
    assert ngrams(words, 3) == [("dog", "bites", "man")]
    assert ngrams(words, 4) == []
    with pytest.raises(ValueError, match="n must be at least 1, got 0"):
        ngrams(words, 0)


def test_word_order_changes_the_pairs_and_not_the_words() -> None:
    there, back = ["dog", "bites", "man"], ["man", "bites", "dog"]
    assert sorted(there) == sorted(back)
    assert not set(ngrams(there, 2)) & set(ngrams(back, 2))


@given(texts)
def test_characters_counted_by_word_equal_characters_counted_by_text(some: list[list[str]]) -> None:
    joined = [" ".join(words) for words in some]
    assert count_characters(count_words(joined), len(joined)) == Counter("".join(joined))


@given(texts, st.integers(2, 4))
def test_the_index_equals_a_counter_of_tuples(some: list[list[str]], n: int) -> None:
    vocabulary = Vocabulary.fit((" ".join(words) for words in some), size=99)
    ids, offsets = vocabulary.encode_texts(" ".join(words) for words in some)
    index = NGramIndex.fit(ids, offsets, n=n, vocabulary_size=len(vocabulary))
    counted = Counter(gram for words in some for gram in ngrams(words, n))
    assert len(index) == len(counted)
    assert index.counts.sum() == counted.total()
    assert index.share_seen_once == pytest.approx(
        sum(count == 1 for count in counted.values()) / max(len(counted), 1)
    )
    numbered = {gram: index.ngram_id(vocabulary.encode(gram)) for gram in counted}
    assert sorted(numbered.values()) == list(range(2, len(counted) + 2))
    falling = [counted[gram] for gram in sorted(numbered, key=lambda gram: numbered[gram])]
    assert falling == sorted(falling, reverse=True)


def test_an_ngram_that_no_text_had_is_unknown() -> None:
    vocabulary = Vocabulary.fit(["dog bites man", "man eats"], size=99)
    index = NGramIndex.fit(
        *vocabulary.encode_texts(["dog bites man", "man eats"]), n=2, vocabulary_size=len(vocabulary)
    )
    assert index.ngram_id(vocabulary.encode(["man", "bites"])) == OOV_ID
    assert index.ngram_id(vocabulary.encode(["man", "man"])) == OOV_ID  # from one text into the next
    assert index.ngram_id(vocabulary.encode(["unheard", "of"])) == OOV_ID
    assert index.ngram_id(vocabulary.encode(["bites", "man"])) >= 2
    with pytest.raises(ValueError, match="ids must be 2 token ids, got 3"):
        index.ngram_id([1, 2, 3])
    with pytest.raises(ValueError, match="n must be at least 2, got 1"):
        NGramIndex.fit(*vocabulary.encode_texts([]), n=1, vocabulary_size=2)
