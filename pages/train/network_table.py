"""The layers of the network that the settings describe, with their shapes and parameters."""

import pandas as pd
import streamlit as st

from core.errors import HeadlineLabError
from pages import caches
from pages.session import Session
from pages.wording import count

ARTICLE_CATEGORIES = 41  # shown while no file says how many there are

_DESCRIPTIONS = {
    "embedding": "a row of numbers for every word",
    "bidirectional": "reads word by word, from both ends",
    "simple_rnn": "reads word by word",
    "lstm": "reads word by word, with a memory cell",
    "gru": "reads word by word, with gates",
    "min_gru": "reads word by word, with gates that only see the word",
    "max_mean_pooling": "largest and average value over all words",
    "dropout": "hides some numbers while training",
    "dense": "one number per category, turned into probabilities",
    "average": "average of the networks side by side. The parameters above are for all of them",
    "bag_of_words": "words and pairs vote for categories directly; added to the numbers of the dense layer",
}


def network_table(session: Session, *, expanded: bool) -> None:
    """Draw an expander with the layers of the draft's network; its title counts layers and parameters."""
    words, categories, note = _sizes(session)
    rows = session.settings.network.layer_table(words=words, categories=categories)
    total = sum(row.parameters for row in rows)
    title = f"The network you set: {len(rows)} layers, {count(total)} parameters"
    with st.expander(title, expanded=expanded, icon=":material/layers:"):
        table = pd.DataFrame(
            {
                "layer": [row.name for row in rows],
                "output": [
                    "(" + ",\u00a0".join("None" if size is None else str(size) for size in row.output) + ")"
                    for row in rows
                ],
                "parameters": [count(row.parameters) for row in rows],
                "what it does": [
                    next((text for stem, text in _DESCRIPTIONS.items() if row.name.startswith(stem)), "")
                    for row in rows
                ],
            }
        )
        st.table(table.set_index("layer"))
        st.caption(note)


def _sizes(session: Session) -> tuple[int, int, str]:
    """Rows of the embedding, number of categories, and a note on where the two come from."""
    words = session.settings.network.vocabulary_size
    try:
        task, news = session.news_task, session.read_news()
    except HeadlineLabError:
        task = news = None
    if task is None or news is None:
        return (
            words,
            ARTICLE_CATEGORIES,
            f"With the article's {ARTICLE_CATEGORIES} categories. Your file may have a different number.",
        )
    fitted = caches.fitted_words(task, session.settings)
    if fitted is not None:
        return (
            fitted,
            len(news.categories),
            "Rows of the embedding: the words in the training articles.",
        )
    return (
        words,
        len(news.categories),
        "Rows of the embedding: at most this many. A small file has fewer words.",
    )
