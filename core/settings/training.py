"""Hyperparameters of the training, and the ones that may change while a run is paused or finished."""

from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from core.errors import SettingsError
from core.settings.fields import choice_field, limits, number_field, validate

Optimizer = Literal["RMSprop", "Adam", "Adagrad", "SGD"]
EmbeddingOptimizer = Literal["same", "RMSprop", "Adam", "Adagrad", "SGD"]
Schedule = Literal["constant", "cosine"]
ClassWeight = Literal["none", "balanced"]
OPTIMIZERS: tuple[Optimizer, ...] = get_args(Optimizer)
EMBEDDING_OPTIMIZERS: tuple[EmbeddingOptimizer, ...] = get_args(EmbeddingOptimizer)
SCHEDULES: tuple[Schedule, ...] = get_args(Schedule)
CLASS_WEIGHTS: tuple[ClassWeight, ...] = get_args(ClassWeight)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingSettings:
    """How the weights are learnt: optimizer, learning rate, batches, epochs, split of the articles."""

    optimizer: Optimizer = choice_field("Adam", OPTIMIZERS, "The rule that turns a gradient into a step.")
    learning_rate: float = number_field(
        0.002,
        1e-5,
        1.0,
        "How long each step is. If it is too long, the loss jumps. If it is too short, learning is slow.",
    )
    embedding_optimizer: EmbeddingOptimizer = choice_field(
        "Adagrad",
        EMBEDDING_OPTIMIZERS,
        "The rule for the embedding. Adagrad takes long steps for rare words and short steps for frequent "
        "words.",
    )
    embedding_learning_rate: float = number_field(
        0.1,
        1e-5,
        10.0,
        "How long each step of the embedding is. Only used if its optimizer differs from the network's.",
    )
    schedule: Schedule = choice_field(
        "constant",
        SCHEDULES,
        "Whether steps keep their length, or shrink to 0 at the end along a cosine curve.",
    )
    label_smoothing: float = number_field(
        0.0,
        0.0,
        0.5,
        "In training, this share of the probability is spread over all categories. That keeps the network "
        "from being too sure.",
    )
    auxiliary_loss_weight: float = number_field(
        0.5,
        0.0,
        1.0,
        "Only with words and pairs. This share of the loss makes the votes and the recurrent layers learn "
        "to be right alone. At 0 they only learn together.",
    )
    class_weight: ClassWeight = choice_field(
        "none",
        CLASS_WEIGHTS,
        "Balanced: articles in small categories count more in the loss. The network then finds small "
        "categories more often and misses large ones more often. None: every article counts the same.",
    )
    batch_size: int = number_field(128, 1, 4096, "How many articles the network reads before each step.")
    epochs: int = number_field(3, 1, 100, "The most times that the network sees every training article.")
    patience: int = number_field(
        2,
        0,
        50,
        "Stop after this many epochs without a lower validation loss. 0: never stop early.",
    )
    validation_share: float = number_field(
        0.1, 0.01, 0.5, "Share of the articles kept apart to check training."
    )
    test_share: float = number_field(0.2, 0.01, 0.5, "Share of the articles kept apart for the final score.")
    articles: int = number_field(
        0, 0, 10_000_000, "How many articles are used, drawn at random. 0: all of them."
    )
    folds: int = number_field(
        0,
        0,
        20,
        "Parts of a cross-validation after training. For each part, a new network learns from the other "
        "parts and is tested on this one. So every article is tested once. 0: none.",
    )
    seed: int = number_field(
        1, 0, 2**31 - 1, "The start of all random choices. The same seed gives the same run."
    )

    def __post_init__(self) -> None:
        validate(self)
        if self.validation_share + self.test_share > 0.8:
            raise SettingsError(
                f"validation_share and test_share leave {1 - self.validation_share - self.test_share:.0%} "
                "of the articles to learn from; leave at least 20 %"
            )
        if self.folds == 1:
            raise SettingsError("folds must be 0 or at least 2: with one part there is nothing to learn from")


def training_to_json(training: TrainingSettings) -> dict[str, Any]:
    """The record of the settings. It omits what version 0.2.0 did not know unless it is set, so its runs compare."""
    record = asdict(training)
    if training.class_weight == "none":
        del record["class_weight"]
    if not training.folds:
        del record["folds"]
    return record


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOverrides:
    """Values that replace a run's settings when it resumes; None keeps the setting.

    Attributes:
        learning_rate: the learning rate at the schedule's start.
        epochs: the total number; the schedule is stretched or shortened to end there.
        continue_after: for a run that had ended and trains for more epochs: the epochs it had finished by then.
    """

    learning_rate: float | None = None
    epochs: int | None = None
    continue_after: int | None = None

    def __post_init__(self) -> None:
        overrides: dict[str, Any] = {"learning_rate": self.learning_rate, "epochs": self.epochs}
        # Checks the bounds.
        TrainingSettings(**{name: value for name, value in overrides.items() if value is not None})
        max_epochs = limits(TrainingSettings, "epochs").high
        if self.continue_after is not None and (
            type(self.continue_after) is not int or not 0 <= self.continue_after <= max_epochs
        ):
            raise SettingsError(f"continue_after must be a whole number of epochs from 0 to {max_epochs:g}")
