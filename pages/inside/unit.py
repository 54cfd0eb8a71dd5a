"""Inside, one unit: its maximally activating words and test headlines."""

import itertools
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import streamlit as st

from core.errors import AnalysisError, HeadlineLabError
from core.insight import artifacts
from core.insight.activations import captions
from core.insight.activations.top_activating import NAME, End, TopActivating, UnitActivations, unit_states
from core.insight.activations.trace import HeadlineTrace, LayerLocation
from core.insight.evaluation.held_out import NAME as HELD_OUT
from core.insight.evaluation.held_out import HeldOut, HeldOutPart
from core.model.classifier import Classifier
from core.model.cost import forward_work
from core.model.forward import Array
from core.tasks.prediction_tasks import ReadUnitStates
from core.text.sequences import Sequences
from pages import caches
from pages.components.activation_rows import ActivationRow, activation_rows
from pages.components.token_row import Token, token_row
from pages.inside.heatmap import ChosenCell, choose_unit
from pages.inside.inspection import Inspection
from pages.widgets.job_button import job_result
from pages.widgets.prediction_work import computed
from pages.wording import literal

_ENDS: dict[End, str] = {"high": "Highest", "low": "Lowest"}


def draw_unit(inspection: Inspection, headline_trace: HeadlineTrace, cell: ChosenCell) -> None:
    """Draw the choices of the unit and of the end, and its maximally activating words and headlines."""
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    with left:
        choose_unit(cell, headline_trace.trace.states.shape[2])
    if not _has_activations(inspection):
        return
    with right:
        end = st.segmented_control(
            "Where it goes",
            tuple(_ENDS),
            format_func=_ENDS.__getitem__,
            default="high",
            required=True,
            key="inside_end",
            persist_state="session",
            label_visibility="collapsed",
        )
    try:
        activations = inspection.cached(
            _stamp(inspection, NAME),
            lambda: UnitActivations.load(inspection.loaded.folder, inspection.classifier),
        )
    except AnalysisError as error:
        st.error(literal(str(error)))
        return
    high, low = (activations.ends[headline_trace.location, end_name] for end_name in _ENDS)
    vocabulary = inspection.classifier.vocabulary
    st.caption(
        f"**{literal(captions.unit(high, low, cell.unit, vocabulary.words, token_name=inspection.token_name))}**"
    )
    examples = low if end == "low" else high
    tokens = [
        Token(word=word, number=captions.signed(float(mean)), weight=float(mean))
        for word, mean in zip(
            vocabulary.decode(examples.words[cell.unit]), examples.means[cell.unit], strict=True
        )
    ]
    token_row(tokens, "inside_words", label="Words after which the unit is strongest, with its average state")
    try:
        _draw_headlines(inspection, headline_trace, cell, examples, end or "high")
    except HeadlineLabError as error:
        st.error(literal(str(error)))


def _has_activations(inspection: Inspection) -> bool:
    """Whether the maximally activating examples are computed; else draw how to compute them."""
    folder = inspection.loaded.folder
    if inspection.loaded.is_starter:
        if not artifacts.artifact_path(folder, NAME).exists():
            st.caption(
                "Nothing is stored about what activates the units of this classifier. Train your own to see it."
            )
        return artifacts.artifact_path(folder, NAME).exists()
    if (folder.parent / "run.json").exists():  # else its articles are not here
        why = (
            "The app loads the held-out articles of this run from its file again. It takes about ten seconds."
        )
        if not job_result(folder, HELD_OUT, label="Load them", why=why):
            return False
    elif not artifacts.artifact_path(folder, HELD_OUT).exists():
        st.caption(
            "This classifier came without its test articles. So nobody knows what activates its units."
        )
        return False
    return job_result(
        folder,
        NAME,
        label="Find what activates each unit",
        why=(
            "The network reads every test article again. For each unit the app keeps the words and articles "
            "with the highest and lowest values. It takes a few seconds."
        ),
    )


def _stamp(inspection: Inspection, name: str) -> str:
    return repr(caches.stamp(artifacts.artifact_path(inspection.loaded.folder, name)))


def _draw_headlines(
    inspection: Inspection, headline_trace: HeadlineTrace, cell: ChosenCell, examples: TopActivating, end: End
) -> None:
    """Draw the test articles with the unit's activation after each word.

    Raises:
        AnalysisError: the stored articles are damaged, and set aside.
        TaskError: a worker process could not read them.
    """
    if examples.articles is None or examples.positions is None:
        st.caption("The test headlines were not kept with this classifier. Train your own to see them.")
        return
    test = inspection.cached(
        _stamp(inspection, HELD_OUT),
        lambda: HeldOut.load(inspection.loaded.folder, categories=len(inspection.classifier.labels)).test,
    )
    rows, positions = examples.articles[cell.unit], examples.positions[cell.unit]
    if test.sequences is None or not _fits(rows, positions, test.sequences.lengths):
        st.caption("The test headlines are no longer kept with this classifier.")
        return
    texts = test.sequences.take(rows)
    states = _read_states(inspection, headline_trace.location, cell.unit, texts)
    with st.container(height=300, border=False):
        activation_rows(
            [
                ActivationRow(
                    words=_words(inspection.classifier, test, int(row), texts, index),
                    states=unit_state.tolist(),
                    strongest=int(strongest),
                )
                for index, (row, unit_state, strongest) in enumerate(
                    zip(rows, states, positions, strict=True)
                )
            ],
            "inside_articles",
            label="Test articles that activate the unit most, with its state after each word",
        )
    st.caption(
        f"The test articles in which it goes {_ENDS[end].lower()}. The first number says how far. Green is "
        "above 0, purple below 0. The word with that value is framed."
    )


def _read_states(inspection: Inspection, location: LayerLocation, unit: int, texts: Sequences) -> list[Array]:
    """The unit's state after each word of the texts."""
    classifier = inspection.classifier
    one_member = replace(classifier.network, ensemble_size=1)
    longest = int(texts.lengths.max(initial=1))
    rows = (texts.ids[start:end].tolist() for start, end in itertools.pairwise(texts.offsets.tolist()))
    return computed(
        forward_work(one_member, texts=max(len(texts), 1), timesteps=longest),
        lambda: unit_states(classifier, location, unit, texts),
        ReadUnitStates(
            card=inspection.loaded.card, location=location, unit=unit, texts=tuple(map(tuple, rows))
        ),
    )


def _fits(rows: npt.NDArray[np.int32], words: npt.NDArray[np.int32], lengths: npt.NDArray[np.int64]) -> bool:
    """Whether the positions exist in the stored articles; not so when other articles were stored since."""
    return bool((rows < len(lengths)).all() and (words < lengths[rows]).all())


def _words(classifier: Classifier, test: HeldOutPart, row: int, texts: Sequences, index: int) -> list[str]:
    """The words as they were read; decoded from their ids where the text is not stored or is cleaned otherwise now."""
    ids = texts.ids[texts.offsets[index] : texts.offsets[index + 1]].tolist()
    if test.articles:
        words = classifier.words_of(test.articles.headlines[row], test.articles.descriptions[row])
        if classifier.encode(words) == ids:
            return list(words[: len(ids)]) or [""]
    return classifier.vocabulary.decode(ids)
