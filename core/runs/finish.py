"""The end of a run: what training leaves becomes the classifier's folder, and its checkpoints give their room back.

Leaves out: training itself (``worker.py``), and how a classifier is stored (``model/classifier_files.py``).
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from core.insight import artifacts
from core.insight.artifacts import Arrays
from core.insight.evaluation.held_out import Articles, HeldOut
from core.insight.evaluation.near_repeats import NAME as NEAR_REPEATS
from core.insight.word_map.projection import INITIAL_ROWS
from core.model.classifier import Card, Classifier
from core.runs import keras_parity
from core.runs.run import Run
from core.training.events import Failed, Finished
from core.training.preparation import TrainingData

if TYPE_CHECKING:
    from core.training.trainer import Trained


def save_classifier(
    run: Run,
    data: TrainingData,
    trained: "Trained",
    *,
    validation: Articles,
    test: Articles,
    near_repeats: Arrays | None,
    versions: dict[str, str],
    source: str,
    small: bool,
) -> Finished:
    """Write the trained classifier, with all that belongs to its weights, into the run's folder.

    Args:
        validation, test: the held-out articles, in the order of ``data.split``.
        near_repeats: which test articles nearly repeat a training article, if that is counted.
        versions: of the libraries that trained it, for its card.
        source: who collected the news, for its card.
        small: store the matrices in 8 bits a number, a quarter of the size.

    Raises:
        LeaseLost: another process has taken the run over; nothing is written.
    """
    classifier = Classifier(
        cleaning=run.settings.cleaning,
        network=run.settings.network,
        vocabulary=data.vocabulary,
        labels=data.labels,
        weights=trained.weights,
        card=_card(run, data, trained, versions=versions, source=source),
    )

    def write_artifacts(folder: Path) -> None:
        """Add to the new folder what only the run knows of these weights, so that both appear at once."""
        stored, logits = classifier, (trained.validation_logits, trained.test_logits)
        if small:  # 8-bit weights answer slightly differently from those that were trained
            stored = Classifier.load(folder)
            logits = (
                stored.logits_of(data.sequences.take(data.split.validation)),
                stored.logits_of(data.sequences.take(data.split.test)),
            )
        HeldOut.from_training_data(data, validation=validation, test=test, logits=logits).save(folder)
        if near_repeats is not None:
            artifacts.write(folder, NEAR_REPEATS, near_repeats)
        artifacts.write(folder, INITIAL_ROWS, {"rows": trained.first_rows})
        parity = keras_parity.measure(stored, data.sequences.take(data.split.validation[: keras_parity.MOST]))
        artifacts.write(folder, keras_parity.NAME, parity.to_arrays())

    with run.commit():
        classifier.save(run.classifier_folder, small=small, add_files=write_artifacts)
    return Finished(
        ending=trained.ending,
        epochs=trained.epochs,
        best_epoch=trained.best_epoch,
        validation_loss=trained.validation_loss,
        validation_accuracy=trained.validation_accuracy,
        test=trained.test,
        seconds=trained.seconds,
    )


def _card(run: Run, data: TrainingData, trained: "Trained", *, versions: dict[str, str], source: str) -> Card:
    return Card(
        news_name=run.news_name,
        fingerprint=run.fingerprint,
        rows=len(data.y),
        categories=len(data.labels),
        trained_at=datetime.now(UTC).isoformat(timespec="seconds"),
        preset=run.settings.preset,
        seed=run.settings.training.seed,
        epochs=trained.epochs,
        seconds=trained.seconds,  # the trainer's clock, which goes on across a resume
        validation_accuracy=trained.validation_accuracy,
        test=trained.test,
        source=source,
        merged=run.settings.merged,
        given_names=run.reading.category_names,
        versions=versions,
    )


def release_checkpoints(run: Run, ending: Finished | Failed) -> None:
    """Keep the newest checkpoint of a run that may go on to more epochs, and none of another.

    Call it once the log says how the run ended: a process killed in between would have to begin again from nothing.
    A large network's checkpoint takes hundreds of megabytes.
    """
    if isinstance(ending, Finished) or run.classifier_folder.exists():
        run.checkpoints.keep_newest()
    else:
        run.checkpoints.remove()
