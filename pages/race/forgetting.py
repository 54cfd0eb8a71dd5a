"""One telling word, moved away from the end by filler words: how much of it each cell of a race remembers."""

from typing import Literal, get_args

import streamlit as st

from core.errors import HeadlineLabError
from core.insight.memory_race import captions, figures, word_choice
from core.insight.memory_race import forgetting as distances
from core.insight.memory_race.forgetting import Forgetting
from core.insight.memory_race.word_choice import TellingWord
from core.insight.order_task.captions import NO_TELLING_WORD
from core.insight.order_task.results import is_order_task
from core.model.classifier import Classifier
from core.runs.memory_race import Race
from core.settings.network import Cell
from core.tasks.prediction_tasks import MeasureForgetting
from core.text.cleaning_steps import SEPARATOR
from core.text.vocabulary import OOV_ID
from pages import caches, layout
from pages.components.chart import chart
from pages.loaded_classifier import LoadedClassifier
from pages.race.results import finished_runs
from pages.single_flight_cache import SingleFlightCache
from pages.widgets.prediction_work import computed
from pages.wording import distinct, help_text, literal

Kind = Literal["Words that tell least", "One of them again and again", "Unknown words"]

_telling_words = SingleFlightCache[tuple[TellingWord, ...]](16)
_quiet_words = SingleFlightCache[tuple[str, ...]](16)
_forgetting = SingleFlightCache[Forgetting](64)


def draw_forgetting(race: Race) -> None:
    """Draw the word and the fillers at the left, both charts at the right; nothing until a cell has finished."""
    loaded = {
        cell: caches.classifier(run.classifier_folder, run) for cell, run in finished_runs(race).items()
    }
    if not loaded:
        return
    classifiers = {cell: each.classifier for cell, each in loaded.items()}
    st.subheader("How far back does each remember?", anchor=False)
    left, right = layout.columns()
    key = (race.id, *classifiers)
    with left:
        st.markdown(
            "One telling word comes first. Filler words move it away from the end, where the network answers."
        )
        word = _choose_word(key, classifiers)
        fillers = _choose_fillers(key, classifiers)
    if word is None:
        return
    try:
        curves = {cell: _measure(each, word, fillers) for cell, each in loaded.items()}
    except HeadlineLabError as error:
        st.error(literal(str(error)))
        return
    category = next(iter(classifiers.values())).labels[word.label]
    with right:
        chart(
            figures.probability_chart(curves, category),
            "race_probability",
            f"Probability of {category} by the number of words after “{word.word}”",
            captions.probability(curves, word.word, category),
        )
        chart(
            figures.gradient_chart(curves),
            "race_gradient",
            f"Size of the gradient from the logit of {category} back to “{word.word}”, by the number of "
            "words after it",
            captions.gradient(curves),
        )
    if is_order_task(race.runs[0].fingerprint):
        with left:
            st.info(NO_TELLING_WORD)
    with left:
        st.caption(
            "Top: the probability of the word's category. Thin lines: the same text with an unknown word "
            "instead. Bottom: how much the category's logit changes if the word's vector changes a little. "
            "Where that is almost 0, training cannot learn from a word that far back."
        )


def _choose_word(key: tuple[str, ...], classifiers: dict[Cell, Classifier]) -> TellingWord | None:
    models = list(classifiers.values())
    labels = models[0].labels
    words = _telling_words.get(key, lambda: word_choice.telling_words(models))
    if not words:
        st.info("The vocabulary of this race is empty: its texts have no words.")
        return None
    names = distinct(
        {index: f"{telling.word} · {labels[telling.label]}" for index, telling in enumerate(words)}
    )
    telling_word = words[
        st.selectbox(
            "Telling word",
            list(names),
            format_func=names.__getitem__,
            key=f"race_word/{key[0]}/{len(key)}",
            persist_state="session",
            help=help_text(
                "One word for each category. When a cell reads only this word, it is most sure of that "
                "category."
            ),
        )
    ]
    own = st.text_input(
        "Or choose your own word", key=f"race_own/{key[0]}", persist_state="session", max_chars=60
    )
    if not own.strip():
        return telling_word
    typed = next((word for word in models[0].words_of(own) if word != SEPARATOR), "")
    own_word = word_choice.telling_word(models, typed) if typed else None
    if own_word is None:
        st.warning(f"“{literal(own)}” is not in the vocabulary of this race, so it tells nothing.")
        return None
    st.caption(
        f"“{literal(own_word.word)}” tells {literal(labels[own_word.label])} best. That is the category "
        "below."
    )
    return own_word


def _choose_fillers(key: tuple[str, ...], classifiers: dict[Cell, Classifier]) -> list[list[int]]:
    """Draw the choice of fillers; their token ids in each order, as many as fit after the first word."""
    models = list(classifiers.values())
    kind: Kind = st.selectbox(
        "Filler words",
        get_args(Kind),
        key=f"race_fillers/{key[0]}",
        persist_state="session",
        help=help_text(
            "Words that tell least come from the 200 most frequent words. They change the answer of every cell "
            "the least."
        ),
    )
    length = models[0].network.sequence_length - 1
    uninformative = _quiet_words.get(key, lambda: word_choice.uninformative_words(models))
    if kind == "Unknown words" or not uninformative:
        st.caption("Every word after it is unknown to the network.")
        return distances.filler_orders([OOV_ID], length)
    used = uninformative[:1] if kind == "One of them again and again" else uninformative
    orders = distances.filler_orders(models[0].vocabulary.encode(used), length)
    mixed = f", in {len(orders)} random orders. The charts show their average" if len(orders) > 1 else ""
    st.caption(f"After it: {literal(' '.join(used))}{mixed}.")
    return orders


def _measure(loaded: LoadedClassifier, word: TellingWord, fillers: list[list[int]]) -> Forgetting:
    """What one cell remembers of the word.

    Raises:
        HeadlineLabError: a worker process could not measure it.
    """
    classifier, orders = loaded.classifier, tuple(map(tuple, fillers))
    return computed(
        distances.forgetting_work(classifier.network, orders=len(orders), words=len(orders[0]) + 1),
        lambda: _forgetting.get(
            (loaded.stamp, word.token_id, word.label, orders),
            lambda: distances.measure_forgetting(classifier, word.token_id, word.label, orders),
        ),
        MeasureForgetting(card=loaded.card, word=word.token_id, label=word.label, fillers=orders),
    )
