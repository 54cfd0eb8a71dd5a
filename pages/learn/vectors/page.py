"""Chapter: one-hot rows against embeddings, by two words of the visitor's sentence."""

import streamlit as st

from core.insight.lessons.vectors import compute
from core.insight.lessons.vectors.figures import MAX_WORDS, distance_chart, vectors_chart
from pages import layout
from pages.components.chart import chart
from pages.learn import chapters
from pages.learn.chapters import Material, Question
from pages.learn.vectors.parts import at_hand, neighbours, question, sizes, table_times_one_hot, two_words


def body(material: Material) -> Question | None:
    shown = at_hand(material)
    rows, near = shown.rows, []
    if len(shown.words) < 2:
        layout.empty_state(
            "No two words to compare",
            "This word index holds fewer than two words. Choose another file.",
            page="data",
        )
        return None
    left, right = layout.columns()
    with left:
        first, second = two_words(shown)
        if shown.map:
            found = shown.map.neighbours(rows.token_id(first), most=3)
            near = rows.vocabulary.decode(number for number, _ in found)
        others = compute.comparison_words(shown.words, near, first=first, second=second, most=MAX_WORDS)
        found_distances = compute.distances(rows, first, others)
        pair = next(one for one in found_distances if one.word == second)
        with st.container(horizontal=True):
            st.metric(
                "One-hot distance",
                f"{compute.ONE_HOT_DISTANCE:.2f}",
                help="The root of 1 + 1: the rows differ in two places.",
            )
            st.metric(
                "Learnt" if rows.learnt else "Random rows",
                f"{pair.distance:.2f}",
                f"cosine {pair.cosine:.2f}",
                delta_color="off",
                delta_arrow="off",
                help="Both rows are made 1 long first, as one-hot rows are. 0: same direction; 2: opposite.",
            )
        st.markdown(
            f"A one-hot row only tells which {shown.piece} it is, so all are equally far apart. "
            + (
                f"A learnt row tells what it does: training brings {shown.piece}s nearer that help to tell the same "
                "categories."
                if rows.learnt
                else "Rows drawn at random are not, but who is near is chance."
            )
        )
        st.caption(shown.said)
    with right:
        chart(
            distance_chart(first, found_distances, second, learnt=rows.learnt),
            "lesson_distances",
            "",
            compute.caption(first, found_distances, learnt=rows.learnt),
        )
    chart(
        vectors_chart(rows, [first, second]),
        "lesson_rows",
        "Both words' rows, one-hot and short",
        shown.of_rows,
    )
    left, right = st.columns(2, gap="large")
    with left:
        neighbours(shown, first)
    with right:
        table_times_one_hot(rows, first)
    sizes(material, shown)
    return question(shown, first, second, found_distances)


chapters.show("vectors", body)
