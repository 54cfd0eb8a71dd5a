"""The process of one run: read, clean, tokenize, train, save; every event goes into the run's log.

The queue starts ``python -m core.runs.worker FOLDER ATTEMPT``. The command line calls :func:`work` in its own
process instead. Leaves out: when a run may begin (``scheduler.py``), and what it stores at its end (``finish.py``).
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
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow

from core import logs
from core.errors import HeadlineLabError
from core.insight.artifacts import Arrays
from core.insight.evaluation import near_repeats
from core.insight.evaluation.cross_validation import NAME as FOLDS
from core.insight.evaluation.held_out import Articles
from core.runs import jobs, memory_budget, scheduler
from core.runs.baseline_process import Baselines
from core.runs.finish import release_checkpoints, save_classifier
from core.runs.lease import LeaseLost
from core.runs.run import Run
from core.runs.run_news import read_run_news
from core.runs.run_store import RunStore
from core.runs.turn import Turn
from core.settings.run import THREADS
from core.text.word_vectors import WordVectors
from core.training.events import Event, Failed, Finished, Paused, Preparing
from core.training.preparation import TrainingData, prepare, read_initial_vectors
from core.training.snapshots import Snapshots

if TYPE_CHECKING:
    from core.training.trainer import Trained

Report = Callable[[Event], None]
ReportStage = Callable[[str, float], None]  # the stage's name, and the share of it that is done
REPORT_SECONDS = 0.2  # between two reports of one stage
_log = logging.getLogger("core.runs.worker")  # also when this module is the process's main one
# Disk full, quota used up, folder read-only: not the run's fault, and it may go on later.
_NO_ROOM = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EROFS, errno.EACCES}


_MMAP_THRESHOLD, _LARGE = -3, 8 << 20  # mallopt's number of the setting, and bytes


def _give_memory_back() -> None:
    """Have the C library return every large array to the system when it is freed.

    By default glibc raises its threshold to the size of each freed block, up to 32 MB, and keeps smaller ones for
    later: a hundred megabytes in a run of ``best``. Other systems' libraries have no such setting.
    """
    with contextlib.suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, _LARGE)


class _PausedEarly(Exception):
    """The run was asked to pause during its preparation."""


class _StageReporter:
    """Reports the stages before training: at most five events a second, and always a stage's first and last.

    Args:
        started: the run's start, by the monotonic clock.
    """

    def __init__(self, run: Run, emit: Report, started: float) -> None:
        self._run, self._emit, self._started = run, emit, started
        self._stage, self._reported_at = "", 0.0

    def __call__(self, stage: str, share: float) -> None:
        """Emit a Preparing event, if one is due.

        Raises:
            HeadlineLabError: the run is asked to stop, and has learnt nothing yet that could be kept.
            _PausedEarly: the run is asked to pause.
        """
        if self._run.stop_requested() and not self._run.checkpoints.exist():
            raise HeadlineLabError("The run was stopped before it began to learn.")
        if self._run.pause_requested() and not self._run.stop_requested():
            raise _PausedEarly
        now = time.monotonic()
        if stage != self._stage or share >= 1 or now - self._reported_at >= REPORT_SECONDS:
            self._stage, self._reported_at = stage, now
            self._emit(Preparing(stage=stage, share=share, seconds=now - self._started))


def work(
    run: Run, report: Report = lambda event: None, *, source: str = "", small: bool = False
) -> Finished | Failed | None:
    """Carry a run to its end and return its last event; None: it was paused or preempted, or is another process's now.

    The caller has waited for the run's turn in the queue.

    Args:
        report: called with every event, after it is written to the run's log.
        source: who collected the news, for the classifier's card.
        small: store the matrices in 8 bits a number, a quarter of the size.

    Raises:
        OSError: the disk is full or cannot be written; the run has not ended and can go on later.
    """
    started = time.monotonic()

    turn = Turn(run)

    def emit(event: Event) -> None:
        run.append(event)
        turn.add(event)
        report(event)

    report_stage = _StageReporter(run, emit, started)
    ending: Finished | Failed | None
    try:
        run.event_log.cut_torn_tail()
        with Baselines(run, emit) as baselines:
            ending = _train(run, emit, report_stage, started, baselines, turn, source=source, small=small)
        if ending is None:
            return None
    except LeaseLost as error:
        _log.warning("%s", error)
        return None
    except _PausedEarly:
        emit(Paused(epoch=0, step=0, seconds=time.monotonic() - started))
        return None
    except HeadlineLabError as error:
        ending = Failed(reason=str(error), seconds=time.monotonic() - started)
    except MemoryError:
        ending = Failed(reason=memory_budget.OUT_OF_MEMORY, seconds=time.monotonic() - started)
    except Exception as error:
        _log.exception("run %s", run.id)
        if isinstance(error, OSError) and error.errno in _NO_ROOM:
            raise  # without a last event the run is interrupted, and goes on from its checkpoint once there is room
        ending = Failed(
            reason=f"The run ended because of an error in the app. Its number in the server's log is {run.id}.",
            seconds=time.monotonic() - started,
        )
    emit(ending)
    release_checkpoints(run, ending)
    return ending


def _train(
    run: Run,
    emit: Report,
    report_stage: ReportStage,
    started: float,
    baselines: Baselines,
    turn: Turn,
    *,
    source: str,
    small: bool,
) -> Finished | None:
    """Read the news, train and save the classifier; None when the run was paused or preempted."""
    _give_memory_back()
    inputs = _read_inputs(run, report_stage, baselines)
    baselines.wait(report_stage)
    report_stage("starting TensorFlow", 0.0)
    versions = start_tensorflow()
    report_stage("starting TensorFlow", 1.0)
    # The time of the baselines is reported apart from the training's.
    elapsed = time.monotonic() - started - baselines.waited
    trained = _run_trainer(run, inputs, emit, elapsed, turn)
    if trained is None:
        return None
    return save_classifier(
        run,
        inputs.data,
        trained,
        validation=inputs.validation,
        test=inputs.test,
        near_repeats=inputs.near_repeats,
        versions=versions,
        source=source,
        small=small,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Inputs:
    """What a run trains on, and the articles that it holds out; their near-repeats if counting them is quick."""

    data: TrainingData
    validation: Articles
    test: Articles
    near_repeats: Arrays | None
    vectors: WordVectors | None


def _read_inputs(run: Run, report_stage: ReportStage, baselines: Baselines) -> _Inputs:
    """Read, clean and split the news; start the baselines as soon as the texts are clean.

    Raises:
        NewsChanged: the news file has changed since the run was asked for.
    """
    report_stage("reading the news", 0.0)
    news = read_run_news(run, lambda share: report_stage("reading the news", share))
    data = prepare(news, run.settings, progress=report_stage, use_cleaned=baselines.start)
    validation = Articles.from_table(news.table, data.rows[data.split.validation])
    test = Articles.from_table(news.table, data.rows[data.split.test])
    near = None
    if news.table["text"].str.len().sum() <= near_repeats.AT_ONCE:
        training_rows, test_rows = data.rows[data.split.training], data.rows[data.split.test]
        near = near_repeats.find_near_repeats(news.table["text"], training_rows, test_rows)
    del news  # training does not need it, and Arrow would keep its 200 MB for later
    pyarrow.default_memory_pool().release_unused()
    vectors = read_initial_vectors(
        run.settings, data.vocabulary, lambda share: report_stage("reading word vectors", share)
    )
    return _Inputs(data=data, validation=validation, test=test, near_repeats=near, vectors=vectors)


def start_tensorflow() -> dict[str, str]:
    """Import TensorFlow, deterministic and with a run's share of threads; return the versions that train."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    # oneDNN's kernels are no faster at these sizes, and log a line at every start.
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
    # As many threads as the queue counts for a run.
    os.environ.setdefault("TF_NUM_INTRAOP_THREADS", str(THREADS))
    os.environ.setdefault("TF_NUM_INTEROP_THREADS", str(THREADS))
    import tensorflow as tf

    import core.training.trainer  # noqa: F401  loaded within this stage: it takes seconds

    # The same seed gives the same weights, to the last bit, on the same machine.
    tf.config.experimental.enable_op_determinism()
    return {"tensorflow": tf.__version__, "keras": importlib.metadata.version("keras")}


def _run_trainer(run: Run, inputs: _Inputs, emit: Report, elapsed: float, turn: Turn) -> "Trained | None":
    """Train, and emit every event; None when the run was paused or preempted.

    Raises:
        MemoryError: TensorFlow ran out of memory.
    """
    import tensorflow as tf

    from core.training.trainer import Halt, train

    def halt() -> Halt | None:
        if run.stop_requested():
            return "stop"
        if run.pause_requested():
            return "pause"
        return "preempt" if turn.over else None

    try:
        events = train(
            inputs.data,
            run.settings,
            checkpoints=run.checkpoints,
            halt=halt,
            overrides=run.overrides(),
            elapsed=elapsed,
            vectors=inputs.vectors,
            snapshots=Snapshots(run.snapshots_folder, inputs.validation.headlines, run.commit),
        )
        while True:
            try:
                emit(next(events))
            except StopIteration as end:  # a generator's return value
                trained: Trained | None = end.value
                return trained
    except tf.errors.ResourceExhaustedError as error:
        raise MemoryError from error


def main() -> None:
    """``python -m core.runs.worker FOLDER ATTEMPT``."""
    folder, attempt = Path(sys.argv[1]), int(sys.argv[2])
    logs.log_to_stream()
    if hasattr(os, "nice"):
        os.nice(5)  # the pages answer first
    memory_budget.prefer_as_oom_victim()
    store = RunStore(folder.parent)
    run = replace(store.open(folder.name), attempt=attempt)
    with run.lock():
        pass  # whoever started this process has written the claim
    try:
        if isinstance(work(run), Finished) and run.settings.training.folds:
            jobs.request_job(run.classifier_folder, FOLDS)
    except Exception as error:  # without a last event the run is interrupted
        _log.exception("run %s: %s", run.id, error)
        sys.exit(1)
    finally:
        # Start the next run, whether or not a server is there to do it.
        scheduler.advance(store, leaving=os.getpid())


if __name__ == "__main__":
    main()
