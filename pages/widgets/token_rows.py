"""A text as tokens with their ids: words, characters, n-grams of words."""

from collections.abc import Sequence

import streamlit as st

from core.insight.dataset.coverage import VocabularyCoverage
from core.model.classifier import Classifier, Prediction
from core.text.ngrams import NGramIndex, characters, ngrams
from core.text.vocabulary import OOV_ID
from pages.components.token_row import Status, Token, token_row

CHARACTERS_SHOWN = 48
NGRAMS_SHOWN = 24
ZEROS_SHOWN = 4


def tokens_with_ids(pieces: Sequence[str], token_ids: Sequence[int]) -> list[Token]:
    """The tokens with their ids, as far as there are ids; out-of-vocabulary tokens are marked."""
    return [
        Token(word=piece, number=token_id, status="unknown" if token_id == OOV_ID else "plain")
        for piece, token_id in zip(pieces, token_ids, strict=False)
    ]


def prediction_tokens(classifier: Classifier, prediction: Prediction) -> list[Token]:
    """The words of a prediction with their token ids; out-of-vocabulary and truncated words are marked."""
    tokens = []
    for position, word in enumerate(prediction.words):
        number = classifier.vocabulary.token_id(word)
        status: Status = (
            "cut" if position >= prediction.tokens_read else "unknown" if number == OOV_ID else "plain"
        )
        tokens.append(Token(word=word, number=None if status == "cut" else number, status=status))
    return tokens


def padded_row(words: Sequence[str], token_ids: Sequence[int], length: int, key: str) -> int:
    """Draw ``words`` as a network with sequence length ``length`` reads them, the rest faded, and the padded token ids.

    Returns the number of padding zeros.
    """
    used_ids = token_ids[:length]
    cut = [Token(word=word, status="cut") for word in words[length:]]
    token_row([*tokens_with_ids(words, used_ids), *cut], key=key)
    zeros = length - len(used_ids)
    texts = [*map(str, used_ids), *["0"] * min(zeros, ZEROS_SHOWN)]
    if zeros > ZEROS_SHOWN:
        texts.append(f"… {zeros - ZEROS_SHOWN} more zeros")
    st.code(f"[{', '.join(texts)}]", language=None, wrap_lines=True)
    return zeros


def character_row(text: str, coverage: VocabularyCoverage, key: str) -> list[int]:
    """Draw the first characters; return the ids of all."""
    pieces = characters(text)
    token_ids = coverage.characters.encode(pieces)
    token_row(tokens_with_ids(pieces[:CHARACTERS_SHOWN], token_ids), key=key, label="Characters")
    return token_ids


def ngram_row(words: Sequence[str], coverage: VocabularyCoverage, index: NGramIndex, key: str) -> list[int]:
    """Draw the first n-grams of ``words``; return the ids of all."""
    ngram_ids = [index.ngram_id(gram) for gram in ngrams(coverage.vocabulary.encode(words), index.n)]
    tokens = tokens_with_ids([" ".join(gram) for gram in ngrams(words, index.n)], ngram_ids)
    visible = tokens[:NGRAMS_SHOWN]
    if len(tokens) > len(visible):
        visible.append(Token(word=f"… {len(tokens) - len(visible)} more", status="cut"))
    token_row(visible, key=key, label="N-grams")
    return ngram_ids
