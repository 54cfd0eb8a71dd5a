"""Widgets of the chapter on embeddings: choice of two words, neighbours, one-hot product, storage."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from core.errors import ClassifierError
from core.insight.lessons.vectors import captions, compute
from core.insight.lessons.vectors.compute import BYTES, WordVectors
from core.insight.word_map.word_map import WordMap
from core.settings.fields import limits
from core.settings.network import NetworkSettings
from core.settings.run import InitialVectors
from core.text.cleaning import clean
from core.text.cleaning_steps import SEPARATOR
from core.text.vocabulary import FIRST_WORD_ID
from pages import caches
from pages.learn.material import EXAMPLE, Material
from pages.wording import count, distinct, literal, plain, size
from pages.words.word_index import round_numbers

_NEAREST = 5
_AROUND = 2  # rows of the embedding matrix to show above and below the word's
_COLUMNS = 4  # dimensions to show
_DIGITS = (1, 2, 3, 5)  # leading digits of the slider's values


@dataclass(frozen=True, slots=True, kw_only=True)
class ChapterEmbedding:
    """The embedding that the chapter uses, and its origin.

    Attributes:
        choices: words to choose from; at least two if the vocabulary has them.
        sentence_length: tokens in the visitor's sentence.
        word_map: the map of a trained embedding; None: random vectors.
        initial_vectors: pretrained vectors that training began with; None: random ones.
        token_name: "word" or "character".
        caption: sentences that name the embedding's origin; Markdown.
    """

    vectors: WordVectors
    choices: list[str]
    sentence_length: int
    word_map: WordMap | None
    initial_vectors: InitialVectors | None
    token_name: str
    caption: str


def choose_embedding(material: Material) -> ChapterEmbedding:
    """The embedding of the visitor's classifier, else of the starter, else a random one for the file's vocabulary."""
    visit, initial_vectors, token_name = material.visit, None, "word"
    try:
        loaded = visit.classifier()
    except ClassifierError as error:
        coverage = material.coverage()
        vectors = WordVectors.random(coverage.vocabulary)
        words, example = (
            clean(text, visit.settings.cleaning).split() for text in (material.sentence, EXAMPLE)
        )
        word_map = None
        caption = f"{literal(str(error))} So these rows are drawn at random. They contain nothing learnt."
    else:
        classifier = loaded.classifier
        vectors = WordVectors(
            vocabulary=classifier.vocabulary, embedding=classifier.weights["embedding"], learnt=True
        )
        words, example = (list(classifier.words_of(text)) for text in (material.sentence, EXAMPLE))
        word_map = caches.word_map(loaded)
        if loaded.run:
            initial_vectors = loaded.run.settings.vectors
        if classifier.network.tokenization == "characters":
            token_name = "character"
        caption = captions.embedding(
            token_name, is_own=loaded.run is not None, ensemble_size=classifier.network.ensemble_size
        )
    known = vectors.known(words)
    words = [word for word in words if word != SEPARATOR]
    caption += captions.choices(token_name, known=len(known), unknown=len(set(words)) - len(known))
    choices = known if len(known) > 1 else vectors.known([*known, *example, *vectors.vocabulary.words[:10]])
    return ChapterEmbedding(
        vectors=vectors,
        choices=choices,
        sentence_length=len(words),
        word_map=word_map,
        initial_vectors=initial_vectors,
        token_name=token_name,
        caption=caption,
    )


def word_selects(embedding: ChapterEmbedding) -> tuple[str, str]:
    """Draw the choice of two words; the default is the two rarest, which tell most about a category."""
    rarest = sorted(embedding.choices, key=embedding.vectors.token_id, reverse=True)
    first = _choice("A word", embedding.choices, rarest[0], "lesson_first")
    others = [word for word in embedding.choices if word != first]
    start = next(word for word in rarest if word != first)
    return first, _choice("Another word", others, start, "lesson_second")


def _choice(label: str, words: list[str], start: str, key: str) -> str:
    if st.session_state.get(key) not in words:  # a choice from a previous sentence
        st.session_state[key] = start
    names = distinct({word: plain(word) for word in words})
    choice: str = st.selectbox(label, words, format_func=names.__getitem__, key=key, persist_state="session")
    return choice


def neighbour_table(embedding: ChapterEmbedding, word: str) -> None:
    """Draw the nearest words by cosine similarity, before and after training."""
    st.markdown(f"**Nearest to “{literal(word)}”, by cosine**")
    if embedding.word_map is None:
        st.caption(
            "These rows are random, so which words are near is luck. Train a network to see learnt neighbours "
            "here."
        )
        return
    token_id, decode = embedding.vectors.token_id(word), embedding.vectors.vocabulary.decode
    after = embedding.word_map.neighbours(token_id, most=_NEAREST)
    before, stored = compute.initial_neighbours(embedding.word_map, token_id, most=_NEAREST)
    columns = {}
    for name, neighbours in (("before training", before), ("after training", after)):
        columns[name] = [
            plain(neighbour) for neighbour in decode(neighbour_id for neighbour_id, _ in neighbours)
        ]
        columns[f"cosine {name.split()[0]}"] = [f"{cosine:.2f}" for _, cosine in neighbours]
    st.dataframe(pd.DataFrame(columns), hide_index=True, height="content")
    st.caption(captions.neighbours(embedding.token_name, _before_training(embedding, stored=stored)))


def _before_training(embedding: ChapterEmbedding, *, stored: bool) -> str:
    """Where the vectors came from before training; Markdown. ``stored``: whether the initial ones were stored."""
    initial_vectors = embedding.initial_vectors
    return captions.before_training(
        stored=stored,
        pretrained=literal(initial_vectors.name) if initial_vectors else None,
        frozen=bool(initial_vectors and initial_vectors.frozen),
    )


def one_hot_product_table(vectors: WordVectors, word: str) -> None:
    """Draw a one-hot vector, rows of the embedding matrix, and their product: the word's row."""
    st.markdown(f"**One-hot times the table is the row of “{literal(word)}”**")
    token_id, columns = vectors.token_id(word), min(vectors.size, _COLUMNS)
    first = max(0, min(token_id - _AROUND, len(vectors.embedding) - 2 * _AROUND - 1))
    row_ids = range(first, min(first + 2 * _AROUND + 1, len(vectors.embedding)))
    product = compute.one_hot_product(vectors.embedding, token_id)
    lines = [
        [
            count(row_id),
            plain(vectors.vocabulary.decode([row_id])[0]) or "padding",
            str(int(row_id == token_id)),
            *vectors.embedding[row_id],
        ]
        for row_id in row_ids
    ]
    lines.append(["", "product", "", *product])
    names = ["number", "word", "one-hot", *(str(dimension) for dimension in range(1, vectors.size + 1))]
    table = pd.DataFrame(
        [[*line[:3], *(f"{cell:.2f}" for cell in line[3 : 3 + columns])] for line in lines],
        columns=names[: 3 + columns],
    )
    st.dataframe(table, hide_index=True, height="content")
    difference = float(np.abs(product - vectors.embedding[token_id]).max())
    st.caption(captions.one_hot_product(vectors, token_id, difference=difference, drawn_columns=columns))


def size_table(material: Material, embedding: ChapterEmbedding) -> None:
    """Draw the storage of one-hot vectors and of the embedding, for a vocabulary size to choose."""
    bounds, vocabulary_size = limits(NetworkSettings, "vocabulary_size"), len(embedding.vectors.vocabulary)
    left, right = st.columns([1, 2], gap="large")
    with left:
        st.markdown("**What it takes**")
        rows = st.select_slider(
            f"{embedding.token_name.capitalize()}s in the vocabulary",
            round_numbers(max(FIRST_WORD_ID, int(bounds.low)), int(bounds.high), vocabulary_size, _DIGITS),
            vocabulary_size,
            format_func=count,
            key=f"lesson_index/{vocabulary_size}",
            persist_state="session",
        )
        st.caption(captions.storage(embedding.token_name, embedding.vectors.size))
    texts = [(f"one {embedding.token_name}", 1), ("your sentence", embedding.sentence_length)]
    if embedding.token_name == "word":
        texts.append((plain(material.source), material.coverage().token_count))
    storage = compute.storage_sizes(vocabulary_size=rows, dimensions=embedding.vectors.size, texts=texts)
    table = pd.DataFrame(
        {
            "": [
                f"{row.name}, {count(row.words)} {embedding.token_name}s" if row.words > 1 else row.name
                for row in storage
            ]
            + ["the table, once"],
            "one-hot": [_amount(row.one_hot) for row in storage] + ["none"],
            "embedding": [_amount(row.embedding) for row in storage]
            + [_amount(rows * embedding.vectors.size)],
        }
    )
    with right:
        st.dataframe(table, hide_index=True, height="content")


def _amount(numbers: int) -> str:
    return f"{count(numbers)} = {size(numbers * BYTES)}"
