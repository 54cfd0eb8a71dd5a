"""Widgets of the chapter on word order: buttons, both networks' captions, weights by position."""

from collections.abc import Callable

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.errors import HeadlineLabError
from core.insight import artifacts
from core.insight.evaluation import captions as evaluation_captions
from core.insight.evaluation import word_order as orders
from core.insight.lessons.no_memory import captions, compute
from core.insight.lessons.no_memory.compute import DenseNetwork, Order
from core.insight.order_task import captions as order_captions
from core.insight.order_task.results import name_positions, order_results
from core.text.vocabulary import OOV_ID
from core.training.preparation import split_articles
from pages.components.token_row import Status, Token, token_row
from pages.learn.classifier_choice import ChapterClassifier
from pages.learn.material import SENTENCE_KEY, Material
from pages.learn.prose import prose
from pages.single_flight_cache import SingleFlightCache
from pages.wording import count, literal, plain

# Reversed, it gets another label from the starter.
ORDER_EXAMPLE = "A film about a doctor who left the church"
_ORDER = "lesson_order"  # key of (words, their order, number of changes)
_ROWS = 320  # height of the table in pixels

_dense_networks = SingleFlightCache[DenseNetwork](4)


def fit_dense_network(material: Material, chosen: ChapterClassifier) -> DenseNetwork:
    """Fit the dense network to this file and the classifier's embedding; cached, with a progress bar.

    Raises:
        NewsFileError, SettingsError: the file leaves nothing to learn from.
    """
    news, training = material.news, material.training
    key = (news.key, chosen.key, chosen.classifier.cleaning, training)
    label = f"A dense network learns from {count(compute.ARTICLES)} articles"
    bar = st.empty() if key in _dense_networks else st.progress(0.0, label)

    def build() -> DenseNetwork:
        split = split_articles(news.table["category"], training, test_rows=news.test_rows)
        # Cleaning fills half of the bar, training the rest.
        return DenseNetwork.fit(chosen.classifier, news, split, lambda share: _show(bar, share / 2, label))

    network = _dense_networks.get(key, build)
    bar.empty()
    return network


def _show(bar: DeltaGenerator, share: float, label: str) -> None:
    bar.progress(min(1.0, share), label)


def order_buttons(material: Material, words: tuple[str, ...]) -> Order:
    """Draw the buttons that reorder the words; return the present order."""
    typed = tuple(range(len(words)))
    if st.session_state.get(_ORDER, ((),))[0] != words:
        st.session_state[_ORDER] = (words, typed, 0)

    def change(reorder: Callable[[Order, int], Order]) -> None:
        _, order, changes = st.session_state[_ORDER]
        st.session_state[_ORDER] = (words, reorder(order, changes + 1), changes + 1)

    with st.container(horizontal=True):
        st.button(
            "Reverse",
            key="order_reverse",
            icon=":material/swap_horiz:",
            on_click=change,
            args=(lambda order, changes: compute.reordered(words, order, "reversed"),),
        )
        st.button(
            "Shuffle",
            key="order_shuffle",
            icon=":material/shuffle:",
            on_click=change,
            args=(lambda order, changes: compute.reordered(words, order, "shuffled", seed=changes),),
        )
        st.button(
            "Swap two words",
            key="order_swap",
            icon=":material/swap_vert:",
            on_click=change,
            args=(lambda order, changes: compute.swapped(words, order, seed=changes),),
        )
        if names := name_positions(words):
            st.button(
                "Swap the two names",
                key="order_swap_names",
                icon=":material/sync_alt:",
                on_click=change,
                args=(lambda order, changes: compute.exchanged(order, *names),),
            )
        st.button(
            "As typed",
            key="order_typed",
            icon=":material/undo:",
            on_click=change,
            args=(lambda order, changes: typed,),
        )
        if not material.cell:
            st.button(
                "Try a sentence where word order matters",
                key="order_example",
                type="tertiary",
                on_click=lambda: st.session_state.update({SENTENCE_KEY: ORDER_EXAMPLE}),
            )
    order: Order = st.session_state[_ORDER][1]
    return order


def show_words(chosen: ChapterClassifier, words: tuple[str, ...], order: Order) -> None:
    """Draw the words in this order with their token ids; mark those that have moved."""
    tokens = []
    for position, typed_position in enumerate(order):
        token_id = chosen.classifier.vocabulary.token_id(words[typed_position])
        moved = words[typed_position] != words[position]
        status: Status = "unknown" if token_id == OOV_ID else "changed" if moved else "plain"
        tokens.append(Token(word=words[typed_position], number=token_id, status=status))
    token_row(tokens, "order_words", label="Words in this order")


def position_weights(
    chosen: ChapterClassifier, dense: DenseNetwork, words: tuple[str, ...], order: Order
) -> None:
    """Draw the cost of a dense layer with weights for each position: parameters, and articles per word and position."""
    left, right = st.columns([1, 2], gap="large")
    with left:
        st.markdown("**What if every place has its own weights?**")
        prose(captions.position_weights(chosen.classifier.network, len(dense.labels)))
    rows = compute.word_occurrences(chosen.classifier, dense, words, order)
    with right:
        if not rows:
            st.info("The classifier knows none of these words, so there is nothing to count.")
            return
        table = pd.DataFrame(
            {
                "word": [plain(occurrence.word) for occurrence in rows],
                "place": [occurrence.position + 1 for occurrence in rows],
                "articles with it": [occurrence.anywhere for occurrence in rows],
                "at this place": [occurrence.at_position for occurrence in rows],
            }
        )
        st.dataframe(table, hide_index=True, height=_ROWS)
        st.caption(captions.counted_articles(dense))


def test_set_caption(material: Material, chosen: ChapterClassifier) -> str:
    """The effect of another order on the whole test set, if it has been measured; plain text."""
    if material.cell:
        return order_captions.order_effect(order_results(), material.cell)
    evaluate_hint = (
        "This is only one sentence. The Evaluate page measures how often the answer changes on all test "
        "articles."
    )
    if chosen.loaded is None or not artifacts.artifact_path(chosen.loaded.folder, orders.NAME).exists():
        return evaluate_hint
    try:
        outcomes = orders.load_outcomes(chosen.loaded.folder, chosen.classifier.card.test.rows)
    except HeadlineLabError as error:
        return f"{error} {evaluate_hint}"
    shuffled = next(outcome for outcome in outcomes if outcome.reordering == "shuffled")
    effect = evaluation_captions.word_order(shuffled.network, shuffled.bag, "the words shuffled")
    return f"Over its whole test part: {effect}"


def networks_caption(material: Material, chosen: ChapterClassifier, dense: DenseNetwork) -> str:
    """Describe the dense network and the classifier; Markdown."""
    classifier = chosen.classifier
    has_other_categories = chosen.loaded and dense.labels != classifier.labels
    return captions.networks(
        dense,
        classifier.network,
        source=literal(material.source),
        classifier_caption=chosen.caption,
        other_source=literal(classifier.card.news_name) if has_other_categories else None,
    )
