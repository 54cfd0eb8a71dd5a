"""Runs in the queue, in the states that its tests need."""

import json
import os
from pathlib import Path
from typing import Any

from core.runs import run_queue, scheduler
from core.runs.run import Run
from core.runs.run_store import RunStore
from core.settings.presets import PRESETS


def new_run(store: RunStore, owner: str = "ada") -> Run:
    """A run that was created and not started."""
    return store.create(
        PRESETS["quick"], news=Path("n.json"), news_name="n.json", fingerprint="f" * 64, owner=owner
    )


def another_run(run: Run, owner: str = "bob") -> Run:
    """A run of somebody else's in the same store."""
    return new_run(RunStore(run.folder.parent), owner)


def interrupt(run: Run) -> None:
    """Give the run to a process that is gone."""
    run.claim(os.getpid())
    file = run.folder / "process.json"
    file.write_text(json.dumps(json.loads(file.read_bytes()) | {"started": 1.0}))


def adopt(run: Run, **how: Any) -> Run:
    """Claim the run for this process, as the command line does."""
    run_queue.enqueue_here(run)
    return scheduler.wait_for_turn(run, **how)
