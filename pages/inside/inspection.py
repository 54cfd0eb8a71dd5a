"""What the Inside page shows: a classifier, one headline, a layer location, and the interventions there."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import streamlit as st

from core.insight.activations.trace import HeadlineTrace, LayerLocation
from core.insight.prediction.cost import prediction_work
from core.model.classifier import Classifier, Prediction
from core.model.forward import Intervention
from core.tasks.prediction_tasks import TraceHeadline
from pages.loaded_classifier import LoadedClassifier
from pages.single_flight_cache import SingleFlightCache
from pages.widgets.prediction_work import computed, predict

T = TypeVar("T")
Interventions = tuple[Intervention, ...]

_parts = SingleFlightCache[Any](32)
_traces = SingleFlightCache[HeadlineTrace](12)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Inspection:
    """One headline in one classifier.

    Attributes:
        prediction: without interventions; its first ``tokens_read`` words are those that were read.
    """

    loaded: LoadedClassifier
    prediction: Prediction

    @classmethod
    def at(cls, loaded: LoadedClassifier, headline: str) -> "Inspection":
        """The prediction for the headline; cached, so that a click computes none.

        Raises:
            HeadlineLabError: there is no prediction.
        """
        return cls(loaded=loaded, prediction=predict(loaded, headline))

    @property
    def classifier(self) -> Classifier:
        return self.loaded.classifier

    @property
    def words(self) -> tuple[str, ...]:
        return self.prediction.words[: self.prediction.tokens_read]

    @property
    def token_name(self) -> str:
        """What one of the ``words`` is called."""
        return "character" if self.classifier.network.tokenization == "characters" else "word"

    def key(self, name: str) -> str:
        """A widget's key, one for every classifier. A component's key must not contain two underscores in a row."""
        return f"inside/{name}/{hashlib.sha256(repr(self.loaded.stamp).encode()).hexdigest()[:12]}"

    def cached(self, name: str, build: Callable[[], T]) -> T:
        """The result of ``build`` for this classifier, cached under ``name``."""
        part: T = _parts.get((self.loaded.stamp, name), build)
        return part

    def trace(self, location: LayerLocation, interventions: Interventions = ()) -> HeadlineTrace:
        """The headline's trace at a location under interventions; cached for all visitors.

        Raises:
            HeadlineLabError: there is no trace.
        """
        key = (self.loaded.stamp, self.words, location, interventions)
        return computed(
            prediction_work(self.classifier.network, len(self.words)),
            lambda: _traces.get(
                key, lambda: HeadlineTrace.read(self.classifier, self.words, location, interventions)
            ),
            TraceHeadline(
                card=self.loaded.card, words=self.words, location=location, interventions=interventions
            ),
        )

    # --- Interventions ---

    @property
    def interventions(self) -> Interventions:
        """The active ones, in the order of their addition; a change of headline or of page keeps them."""
        return _active(self.interventions_key)

    @property
    def interventions_key(self) -> str:
        """Where the session's state has them; a button's callback holds this in place of the classifier."""
        return self.key("holds")


def add_intervention(key: str, intervention: Intervention) -> None:
    """Add an intervention to those under ``key``; it replaces one on the same target."""
    others = (active for active in _active(key) if _target(active) != _target(intervention))
    st.session_state[key] = (*others, intervention)


def remove_interventions(key: str, *removed: Intervention) -> None:
    st.session_state[key] = tuple(active for active in _active(key) if active not in removed)


def _active(key: str) -> Interventions:
    interventions: Interventions = st.session_state.get(key, ())
    return interventions


def _target(intervention: Intervention) -> tuple[object, ...]:
    """What the intervention forces: a gate, of one unit or of all, in a layer, a direction and a member."""
    return (
        intervention.gate,
        intervention.unit,
        intervention.layer,
        intervention.backward,
        intervention.member,
    )
