"""The widgets of a run's settings, with the bounds and explanations that core/settings gives each field.

Leaves out: the cleaning steps (Cleaning page).
"""

from dataclasses import fields, replace
from typing import Any

import streamlit as st

from core.insight.evaluation import captions
from core.insight.evaluation.cross_validation import DEFAULT_FOLDS
from core.runs import memory_budget
from core.settings.fields import limits
from core.settings.fitting import SMALL
from core.settings.network import CHARACTERS_PER_WORD, RecurrentLayer
from core.settings.presets import PRESETS
from core.settings.run import RunSettings
from core.settings.training import TrainingSettings
from pages.session import Session
from pages.train.network_table import ARTICLE_CATEGORIES
from pages.wording import count, help_text

MOST_LAYERS = 4
FOLDS = (0, 3, 5, 10)
FEW_CHARACTERS = 120  # about 20 words

_PRESETS = {
    "quick": "One GRU layer, both directions, a small embedding. Start with this one.",
    "best": "Four larger networks side by side, and more epochs. The most accurate. It takes ten times as long.",
    "article": (
        "The network of the article: three SimpleRNN layers that read 130 words. Slow, but you can learn from "
        "it."
    ),
}
_STEPS = {
    "vocabulary_size": 1000,
    "bigram_buckets": 1000,
    "articles": 1000,
    "batch_size": 32,
    "embedding_size": 8,
    "units": 8,
}
_TITLES = {
    "tokenization": "Tokens",
    "bigram_buckets": "Rows for pairs of words",
    "bag_of_words_dropout": "Dropout of the votes",
    "auxiliary_loss_weight": "Weight of separate losses",
    "ensemble_size": "Networks side by side",
    "articles": "Articles used",
    "class_weight": "Class weights",
    "embedding_optimizer": "Optimizer of the embedding",
    "embedding_learning_rate": "Learning rate of the embedding",
}


def preset_choice(session: Session, *, disabled: bool) -> None:
    """Draw the presets; a click on one replaces every setting, the cleaning steps included."""
    chosen = session.settings.preset
    # The key contains the preset: after a change "own" selects none, and each preset can be clicked again.
    key = f"preset/{session.version}/{chosen}"

    def choose() -> None:
        name = st.session_state[key]
        if name in PRESETS:
            # Neither baselines nor the file's language describe the network, so no preset changes them.
            preset = session.presets[name].with_language(session.settings.cleaning.language)
            session.take_settings(replace(preset, baselines=session.settings.baselines))

    st.segmented_control(
        "Preset",
        list(_PRESETS),
        default=chosen if chosen in _PRESETS else None,
        key=key,
        on_change=choose,
        disabled=disabled,
        help=help_text("A full set of settings, including cleaning. It replaces your own choices."),
        width="stretch",
    )
    st.caption(_PRESETS.get(chosen, "These are your own settings. A preset replaces all of them."))


def settings_form(settings: RunSettings, *, version: int, rows: int | None = None) -> RunSettings:
    """Draw all settings in four groups; return their values.

    Args:
        settings: the widgets' first values.
        version: part of the widgets' keys, so that settings replaced elsewhere show at once.
        rows: articles of the chosen file, if there is one; a small one is offered a cross-validation.

    Raises:
        SettingsError: the values do not go together.
    """
    form = _Form(f"settings/{version}")
    network, training = settings.network, settings.training
    with st.expander("Words", icon=":material/format_list_numbered:"):
        network = form.fields(network, "tokenization", "vocabulary_size", "sequence_length")
        if network.tokenization == "characters" and network.sequence_length < FEW_CHARACTERS:
            st.caption(
                f"The length now counts characters: {network.sequence_length} are about "
                f"{network.sequence_length // CHARACTERS_PER_WORD} words of each text."
            )
        if settings.vectors:
            st.caption(f"Embedding size: {settings.vectors.size}, the size of the word vectors.")
        else:
            network = form.fields(network, "embedding_size")
        network = form.fields(network, "embedding_dropout")
        if network.has_bag_of_words:
            network = form.fields(network, "bigram_buckets", "bag_of_words_dropout")
    with st.expander("Network", icon=":material/hub:"):
        network = form.fields(network, "cell")
        network = replace(network, layers=form.layers(network.layers))
        network = form.fields(network, "pooling", "dropout", "ensemble_size")
    with st.expander("Learning", icon=":material/school:"):
        training = form.fields(
            training,
            "epochs",
            "patience",
            "batch_size",
            "optimizer",
            "learning_rate",
            "schedule",
            "label_smoothing",
            "class_weight",
            "embedding_optimizer",
        )
        if training.embedding_optimizer != "same":
            training = form.fields(training, "embedding_learning_rate")
        if network.has_bag_of_words:
            training = form.fields(training, "auxiliary_loss_weight")
    with st.expander("Articles", icon=":material/description:"):
        training = form.fields(training, "validation_share", "test_share", "articles", "seed")
        if training.folds or (rows is not None and rows <= SMALL):
            training = form.folds(training, rows)
    return replace(
        settings,
        cleaning=settings.cleaning_for(network.tokenization),
        network=network,
        training=training,
        baselines=form.baselines(settings.baselines),
    )


class _Form:
    """Draws one widget for each field. The settings class itself refuses a value outside its bounds."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix

    def fields(self, settings: Any, *names: str, section: str = "") -> Any:
        """Draw fields ``names``; return ``settings`` with their values, checked together.

        Args:
            section: tells the keys of two records of one class apart.
        """
        return replace(settings, **{name: self._field(settings, name, section) for name in names})

    def baselines(self, enabled: bool) -> bool:
        selected = st.toggle(
            "Compare with a linear model",
            enabled,
            key=f"{self.prefix}/baselines",
            help=_help(RunSettings, "baselines"),
        )
        st.caption(
            "Shows how well simple counting works. It runs before the network starts and takes about as "
            "long as a quick run."
        )
        return selected

    def folds(self, training: TrainingSettings, rows: int | None) -> TrainingSettings:
        """Draw the number of folds, and why a file of ``rows`` articles is worth them."""
        selected = st.selectbox(
            "Folds of a cross-validation",
            options := sorted({*FOLDS, training.folds}),
            options.index(training.folds),
            key=f"{self.prefix}/folds",
            help=help_text(limits(TrainingSettings, "folds").help),
            format_func=lambda folds: f"{folds} folds" if folds else "none",
        )
        if rows is not None:
            used = min(rows, training.articles or rows)
            test_rows = max(1, round(used * training.test_share))
            st.caption(captions.folds_reason(used, test_rows, selected or DEFAULT_FOLDS))
        return replace(training, folds=selected)

    def layers(self, layers: tuple[RecurrentLayer, ...]) -> tuple[RecurrentLayer, ...]:
        number = st.number_input(
            "Recurrent layers",
            1,
            MOST_LAYERS,
            len(layers),
            key=f"{self.prefix}/layers",
            help=help_text("Each layer reads the states of the layer before it, at every word."),
        )
        # A new layer starts as a copy of the last one.
        stack = (layers + (layers[-1],) * MOST_LAYERS)[: int(number or len(layers))]
        edited = []
        for index, layer in enumerate(stack):
            with st.container(border=True):
                st.markdown(f"**Layer {index + 1}**")
                edited.append(
                    self.fields(
                        layer,
                        "units",
                        "bidirectional",
                        "dropout",
                        "recurrent_dropout",
                        section=f"layer {index + 1}",
                    )
                )
        return tuple(edited)

    def _field(self, settings: Any, name: str, section: str) -> Any:
        kind = type(settings)
        value = getattr(settings, name)
        key = f"{self.prefix}/{kind.__name__}/{section}/{name}"
        label = _TITLES.get(name, name.replace("_", " ").capitalize())
        if isinstance(value, bool):
            return st.toggle("Both directions", value, key=key, help=_help(kind, name))
        bounds = limits(kind, name)
        if bounds.choices:
            options = list(bounds.choices)
            return st.selectbox(
                label,
                options,
                options.index(value),
                key=key,
                help=help_text(bounds.help),
                format_func=lambda option: str(option).replace("_", " "),
            )
        explained = help_text(f"{bounds.help} From {_bound_text(bounds.low)} to {_bound_text(bounds.high)}.")
        if isinstance(value, int):
            step = _STEPS.get(name, 1)
            entered = st.number_input(
                label,
                int(bounds.low),
                int(bounds.high),
                value,
                step,
                key=key,
                help=explained,
            )
        elif name.endswith("learning_rate"):
            entered = st.number_input(
                label,
                bounds.low,
                bounds.high,
                value,
                bounds.high / 2000,
                format="%.5f",
                key=key,
                help=explained,
            )
        else:
            entered = st.slider(label, bounds.low, bounds.high, value, 0.01, key=key, help=explained)
        return value if entered is None else entered  # an emptied box keeps its value


def _help(kind: type, name: str) -> str:
    """The explanation of a field of a settings class."""
    return help_text(next(str(field.metadata["help"]) for field in fields(kind) if field.name == name))


def _bound_text(bound: float) -> str:
    return count(bound) if bound == int(bound) else f"{bound:g}"


def memory_note(settings: RunSettings, rows: int) -> str:
    """The memory that the run is estimated to take."""
    gigabytes = memory_budget.estimate_bytes(settings, rows, ARTICLE_CATEGORIES) / 2**30
    return f"Takes about {gigabytes:.1f} GB of memory at most."
