"""One run, one process: read, clean, number, train, save; every event goes into the run's log.

``python -m core.runs.worker FOLDER ATTEMPT`` is what the launcher starts. The command line calls
:func:`work` in its own process instead. Leaves out: when it may begin (``launch.py``).
"""

import contextlib
import ctypes
import errno
import importlib.metadata
import logging
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow

from core import logs
from core.errors import HeadlineLabError, RunError
from core.insight import artifacts
from core.insight.evaluation.held_out import Articles, HeldOut
from core.insight.word_map.projection import INITIAL_ROWS
from core.model.classifier import Card, Classifier
from core.news.news import read_news
from core.runs import keras_parity, memory_budget, scheduler
from core.runs.baseline_process import Baselines
from core.runs.lease import LeaseLost
from core.runs.run import Run
from core.runs.run_store import RunStore
from core.settings.run import THREADS
from core.training.events import Event, Failed, Finished, Paused, Preparing
from core.training.preparation import prepare, read_initial_vectors
from core.training.snapshots import Snapshots

if TYPE_CHECKING:
    from core.training.trainer import Trained

Report = Callable[[Event], None]
_log = logging.getLogger("core.runs.worker")  # also when this module is the process's main one
# The disk is full, the quota used up, the folder read-only: no fault of the run's, which may go on later.
_NO_ROOM = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EROFS, errno.EACCES}


_MMAP_THRESHOLD, _LARGE = -3, 8 << 20  # mallopt's number of the setting, and bytes


def _give_memory_back() -> None:
    """Have the C library give every large array back to the system when it is freed.

    Left alone, glibc raises the size from which it does so to that of whatever was freed, 32 MB at most, and keeps
    what is smaller for later: a hundred megabytes in a run of ``best``. Other systems' libraries have no such setting.
    """
    with contextlib.suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, _LARGE)


def work(
    run: Run, report: Report = lambda event: None, *, source: str = "", small: bool = False
) -> Finished | Failed | None:
    """Carry a run to its end and return its last event; None when it was paused, or another process took it over.

    The run's place in the queue is the caller's to wait for.

    Args:
        report: called with every event, after it stands in the run's log.
        source: whom the classifier's card names for the data.
        small: store the tables in 8 bits a number, a quarter of the size.

    Raises:
        OSError: the disk is full or cannot be written; the run has not ended and can go on later.
    """
    started = time.monotonic()

    def tell(event: Event) -> None:
        run.append(event)
        report(event)

    last = ("", 0.0)

    def stage(name: str, share: float) -> None:
        """At most five Preparing events a second, and always a stage's first and last.

        Ends the run when it is to stop and nothing has been learnt that could be kept; or lets it stand still.
        """
        nonlocal last
        if run.stop_requested() and not run.checkpoints.exist():
            raise HeadlineLabError("The run was stopped before it began to learn.")
        if run.pause_requested() and not run.stop_requested():
            raise _PausedEarly
        now = time.monotonic()
        if name != last[0] or share >= 1 or now - last[1] >= 0.2:
            last = (name, now)
            tell(Preparing(stage=name, share=share, seconds=now - started))

    ending: Finished | Failed | None
    try:
        run.mend_log()
        with Baselines(run, tell) as baselines:
            ending = _train(run, tell, stage, started, baselines, source=source, small=small)
        if ending is None:
            return None
    except LeaseLost as error:
        _log.warning("%s", error)
        return None
    except _PausedEarly:
        tell(Paused(epoch=0, step=0, seconds=time.monotonic() - started))
        return None
    except HeadlineLabError as error:
        ending = Failed(reason=str(error), seconds=time.monotonic() - started)
    except MemoryError:
        ending = Failed(reason=memory_budget.TOO_LITTLE, seconds=time.monotonic() - started)
    except Exception as error:
        _log.exception("run %s", run.id)
        if isinstance(error, OSError) and error.errno in _NO_ROOM:
            raise  # without a last event the run is interrupted, and goes on from its checkpoint once there is room
        ending = Failed(
            reason=f"The run ended by a fault of ours. The server's log has it under {run.id}.",
            seconds=time.monotonic() - started,
        )
    tell(ending)
    # Only now that the log says how the run ended. A large network's checkpoint takes hundreds of megabytes.
    if isinstance(ending, Finished) or run.classifier_folder.exists():
        run.checkpoints.keep_newest()  # more epochs may be asked for
    else:
        run.checkpoints.remove()
    return ending


def _train(
    run: Run,
    tell: Report,
    stage: Callable[[str, float], None],
    started: float,
    baselines: Baselines,
    *,
    source: str,
    small: bool,
) -> Finished | None:
    _give_memory_back()
    stage("reading the news", 0.0)
    news = read_news(run.news, name=run.news_name, progress=lambda share: stage("reading the news", share))
    if news.fingerprint != run.fingerprint:  # the server's own file, or one on the command line, was replaced
        raise RunError(f"{run.news_name} has changed since this run was asked for. Start a new run on it.")
    data = prepare(news, run.settings, progress=stage, cleaned=baselines.start)
    held_out = [
        Articles.from_table(news.table, data.rows[part]) for part in (data.split.validation, data.split.test)
    ]
    del news  # training does not need it, and Arrow would keep its 200 MB for later
    pyarrow.default_memory_pool().release_unused()
    vectors = read_initial_vectors(
        run.settings, data.vocabulary, lambda share: stage("reading word vectors", share)
    )
    baselines.wait(stage)
    stage("starting TensorFlow", 0.0)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    # oneDNN's kernels are no faster at these sizes, and say so at every start.
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
    # As many threads as the queue reckons a run to have.
    os.environ.setdefault("TF_NUM_INTRAOP_THREADS", str(THREADS))
    os.environ.setdefault("TF_NUM_INTEROP_THREADS", str(THREADS))
    import tensorflow as tf

    from core.training.trainer import Halt, train

    stage("starting TensorFlow", 1.0)

    # The same seed gives the same weights, to the last bit, on the same machine.
    tf.config.experimental.enable_op_determinism()

    def halt() -> Halt | None:
        return "stop" if run.stop_requested() else "pause" if run.pause_requested() else None

    try:
        trained: Trained | None
        events = train(
            data,
            run.settings,
            checkpoints=run.checkpoints,
            halt=halt,
            plan=run.plan(),
            elapsed=time.monotonic() - started - baselines.waited,  # their time is told beside, not within
            vectors=vectors,
            snapshots=Snapshots(run.snapshots_folder, held_out[0].headlines, run.commit),
        )
        while True:
            try:
                tell(next(events))
            except StopIteration as end:  # a generator's return value
                trained = end.value
                break
    except tf.errors.ResourceExhaustedError as error:
        raise MemoryError from error
    if trained is None:
        return None
    # The trainer's clock, which goes on across a resume; this process's own starts anew.
    card = Card(
        news_name=run.news_name,
        fingerprint=run.fingerprint,
        rows=len(data.y),
        categories=len(data.labels),
        trained_at=datetime.now(UTC).isoformat(timespec="seconds"),
        preset=run.settings.preset,
        seed=run.settings.training.seed,
        epochs=trained.epochs,
        seconds=trained.seconds,
        validation_accuracy=trained.validation_accuracy,
        test=trained.test,
        source=source,
        merged=run.settings.merged,
        versions={"tensorflow": tf.__version__, "keras": importlib.metadata.version("keras")},
    )
    classifier = Classifier(
        cleaning=run.settings.cleaning,
        network=run.settings.network,
        vocabulary=data.vocabulary,
        labels=data.labels,
        weights=trained.weights,
        card=card,
    )

    def beside(made: Path) -> None:
        """What the run knows of these weights goes into their place with them."""
        answers, stored = (trained.validation_logits, trained.test_logits), classifier
        if small:  # stored otherwise than they were trained, so they answer a little otherwise
            stored = Classifier.load(made)
            answers = (
                stored.logits_of(data.sequences.take(data.split.validation)),
                stored.logits_of(data.sequences.take(data.split.test)),
            )
        HeldOut.from_training_data(data, validation=held_out[0], test=held_out[1], logits=answers).save(made)
        artifacts.write(made, INITIAL_ROWS, {"rows": trained.first_rows})
        beside_keras = keras_parity.measure(
            stored, data.sequences.take(data.split.validation[: keras_parity.MOST])
        )
        artifacts.write(made, keras_parity.NAME, beside_keras.to_arrays())

    with run.commit():
        classifier.save(run.classifier_folder, small=small, beside=beside)
    return Finished(
        ending=trained.ending,
        epochs=trained.epochs,
        best_epoch=trained.best_epoch,
        validation_loss=trained.validation_loss,
        validation_accuracy=trained.validation_accuracy,
        test=trained.test,
        seconds=trained.seconds,
    )


class _PausedEarly(Exception):
    """The run was asked to stand still while it was being prepared."""


def main() -> None:
    """``python -m core.runs.worker FOLDER ATTEMPT``."""
    folder, attempt = Path(sys.argv[1]), int(sys.argv[2])
    logs.log_to_stream()
    if hasattr(os, "nice"):
        os.nice(5)  # the pages answer first
    memory_budget.offer_first()
    store = RunStore(folder.parent)
    run = replace(store.open(folder.name), attempt=attempt)
    with run.lock():
        pass  # whoever started this process has written the claim
    try:
        work(run)
    except Exception as error:  # without a last event the run is interrupted
        _log.exception("run %s: %s", run.id, error)
        sys.exit(1)
    finally:
        # The next one's turn, whether or not a server is there to see it.
        scheduler.advance(store, leaving=os.getpid())


if __name__ == "__main__":
    main()
