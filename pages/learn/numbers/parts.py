"""Widgets of the chapter on tokenization: one sentence tokenized three ways, the table of costs."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.insight.dataset.coverage import VocabularyCoverage
from core.insight.lessons.numbers import captions
from core.insight.lessons.numbers.compute import TokenizationCost
from core.insight.wording import percent
from core.text.ngrams import NGramIndex
from core.text.vocabulary import FIRST_WORD_ID, OOV_ID, PADDING_ID
from pages.components.token_row import token_row
from pages.learn.prose import prose
from pages.widgets.token_rows import CHARACTERS_SHOWN, NGRAMS_SHOWN, character_row, ngram_row, tokens_with_ids
from pages.wording import count


def three_tokenizations(text: str, coverage: VocabularyCoverage, index: NGramIndex) -> None:
    """Draw a cleaned text as words, n-grams and characters, each token with its id."""
    prose(
        "A network calculates with numbers, so a text is cut into tokens, and each token gets a number. Cutting is "
        "called tokenization. The list of all tokens with a number is the vocabulary: the most frequent token is "
        f"number {FIRST_WORD_ID}, the next is {FIRST_WORD_ID + 1}. Number {PADDING_ID} fills up short texts, and "
        f"{OOV_ID} stands for every out-of-vocabulary token. How large should a token be: a word, an n-gram or a "
        "character?"
    )
    words = text.split()
    if not words:
        st.info("After cleaning, no word of this sentence is left. Type a different one.")
        return
    token_ids = coverage.vocabulary.encode(words)
    st.markdown(captions.tokens("Words", token_ids))
    token_row(tokens_with_ids(words, token_ids), key="lesson_words")
    heading = st.empty()
    token_ids = ngram_row(words, coverage, index, "lesson_ngrams")
    heading.markdown(captions.tokens(f"N-grams of {index.n} words", token_ids, most=NGRAMS_SHOWN))
    heading = st.empty()
    token_ids = character_row(text, coverage, "lesson_characters")
    heading.markdown(captions.tokens("Characters", token_ids, most=CHARACTERS_SHOWN))


def cost_table(costs: Sequence[TokenizationCost], n: int) -> None:
    """Draw vocabulary size, tokens per text and out-of-vocabulary share of each tokenization; mark the chosen n."""
    st.markdown("**What each way costs on the whole file**")
    table = pd.DataFrame(
        {
            "tokens": [f"{captions.tokenization(cost)}{' (n)' if cost.words == n else ''}" for cost in costs],
            "different": [count(cost.different) for cost in costs],
            "in one text": [f"{cost.pieces:.1f}" for cost in costs],
            "never seen before": [
                "no such text" if cost.unseen is None else percent(cost.unseen) for cost in costs
            ],
        }
    )
    st.table(table.set_index("tokens"))
    st.caption(
        "Counted on the training part: how many different tokens there are, and how many a text has on average. "
        "Never seen before: the share of tokens in held-out texts that the training part does not have. A character "
        "is hardly ever new, but it says little. A long n-gram says a lot, but most occur too rarely to learn from."
    )
