"""Chapter on one-hot vectors and embeddings: two words of the visitor's sentence compared."""

from collections.abc import Sequence

import streamlit as st

from core.insight.lessons.vectors import captions, compute
from core.insight.lessons.vectors.figures import MAX_WORDS, arrows_chart, distance_chart, vectors_chart
from pages import layout
from pages.components.chart import chart
from pages.learn import chapter_frame
from pages.learn.material import Material
from pages.learn.prose import prose
from pages.learn.questions import Question
from pages.learn.vectors.parts import (
    choose_embedding,
    neighbour_table,
    one_hot_product_table,
    size_table,
    word_selects,
)
from pages.learn.vectors.questions import questions
from pages.wording import help_text


def body(material: Material) -> Sequence[Question]:
    embedding = choose_embedding(material)
    vectors, neighbours = embedding.vectors, []
    if len(embedding.choices) < 2:
        layout.empty_state(
            "No two words to compare",
            "This vocabulary has fewer than two words. Choose a different file.",
            page="data",
        )
        return ()
    left, right = layout.columns()
    with left:
        first, second = word_selects(embedding)
        if embedding.word_map:
            nearest = embedding.word_map.neighbours(vectors.token_id(first), most=3)
            neighbours = vectors.vocabulary.decode(token_id for token_id, _ in nearest)
        compared_words = compute.comparison_words(
            embedding.choices, neighbours, first=first, second=second, most=MAX_WORDS
        )
        distances = compute.distances(vectors, first, compared_words)
        pair = next(distance for distance in distances if distance.word == second)
        with st.container(horizontal=True):
            st.metric(
                "One-hot distance",
                f"{compute.ONE_HOT_DISTANCE:.2f}",
                help=help_text("The root of 1 + 1: the rows differ in two places."),
            )
            st.metric(
                "Learnt" if vectors.learnt else "Random rows",
                f"{pair.distance:.2f}",
                f"cosine {pair.cosine:.2f}",
                delta_color="off",
                delta_arrow="off",
                help=help_text(
                    "Both rows are made 1 long first, as one-hot rows are. 0: same direction; 2: opposite."
                ),
            )
        prose(
            "A vector is a row of numbers, and the count of its numbers is its dimension. A vector of dimension 2 is "
            "an arrow on paper. Longer vectors are arrows too, in a space that nobody can draw. But any two lie in one "
            "plane, and that plane can be drawn."
        )
        prose(
            f"A one-hot vector is sparse: one number is 1, all others are 0. It only says which {embedding.token_name} "
            "it is, so all are equally far apart. An embedding is dense: few numbers, none of them wasted. "
            + (
                f"The network has learnt it: {embedding.token_name}s that help to tell the same category end up close "
                "together."
                if vectors.learnt
                else "Here it is drawn at random, so which words are close is chance."
            )
        )
        st.caption(embedding.caption)
    with right:
        chart(
            arrows_chart(first, second, pair, learnt=vectors.learnt),
            "lesson_arrows",
            "Two arrows for one-hot vectors, two for the embedding",
            captions.arrows(first, pair, learnt=vectors.learnt),
        )
        chart(
            distance_chart(first, distances, second, learnt=vectors.learnt),
            "lesson_distances",
            "",
            captions.distances(first, distances, learnt=vectors.learnt),
        )
    chart(
        vectors_chart(vectors, [first, second]),
        "lesson_rows",
        "Both words' rows, one-hot and short",
        captions.rows(vectors, embedding.token_name, embedding.initial_vectors),
    )
    left, right = st.columns(2, gap="large")
    with left:
        neighbour_table(embedding, first)
    with right:
        one_hot_product_table(vectors, first)
    size_table(material, embedding)
    return questions(embedding, first, second, distances)


chapter_frame.show("vectors", body)
