"""How much memory a run needs, and whether the system killed a process for lack of it.

The estimate is for a person who is about to start a run, so it errs on the large side. Its constants were measured by
``benchmarks/memory_race.py`` (the column of megabytes) on 180,768 articles; see ``docs/reliability.md``.
"""

import os
import re
from pathlib import Path

import psutil

from core.errors import RunError
from core.settings.run import RunSettings

LIBRARIES = 820 * 2**20  # bytes of TensorFlow and what it loads, before training
BYTES_PER_NUMBER = 4  # float32 and int32
BYTES_PER_ARTICLE = 600  # while the texts are cleaned; most is freed before training
OUT_OF_MEMORY = (
    "This machine has too little memory for these settings. Make the vocabulary, the embedding or the batch smaller, "
    "or use fewer articles."
)
COPIES = 4  # of each weight: current, optimizer slot, best epoch's, and one being written to disk


def estimate_bytes(settings: RunSettings, articles: int, categories: int) -> int:
    """Return roughly the peak memory, in bytes, of a run of ``settings`` on so many articles."""
    network, training = settings.network, settings.training
    rows = network.layer_table(words=network.vocabulary_size, categories=max(2, categories))
    weights = sum(row.parameters for row in rows)
    slots = 2 if training.optimizer == "Adam" else 1
    # Hidden states of one ensemble member's layers, with gates and gradients, for one batch.
    width = sum(layer.units * (2 if layer.bidirectional else 1) for layer in network.layers)
    states = training.batch_size * network.sequence_length * (7 * width + 3 * network.embedding_size)
    sample = min(articles, training.articles) if training.articles else articles
    return (
        LIBRARIES + BYTES_PER_NUMBER * (weights * (COPIES + slots - 1) + states) + BYTES_PER_ARTICLE * sample
    )


def total_bytes() -> int:
    """Return the bytes of memory that this machine has or, in a container, may use."""
    installed = int(psutil.virtual_memory().total)
    try:
        limit = Path("/sys/fs/cgroup/memory.max").read_text().strip()
        return installed if limit == "max" else min(installed, int(limit))
    except (OSError, ValueError):  # not in such a container, or another system
        return installed


def check_fits(settings: RunSettings, articles: int, categories: int) -> None:
    """Raise RunError, with advice, for a run that does not fit into this machine's memory."""
    needed, available = estimate_bytes(settings, articles, categories), total_bytes()
    if needed > available:
        raise RunError(
            f"This run would need about {needed / 2**30:.1f} GB of memory, and this machine has "
            f"{available / 2**30:.1f}. Make the vocabulary, the embedding or the batch smaller, or use fewer articles."
        )


def oom_kills() -> int:
    """Return how many processes the system has killed for lack of memory; 0 where it does not count them."""
    for file in (Path("/sys/fs/cgroup/memory.events"), Path("/proc/vmstat")):
        try:
            if match := re.search(r"^oom_kill (\d+)$", file.read_text(), re.MULTILINE):
                return int(match[1])
        except OSError:
            continue
    return 0


def prefer_as_oom_victim() -> None:
    """Have Linux kill this process before the web server when memory runs out."""
    try:
        Path(f"/proc/{os.getpid()}/oom_score_adj").write_text("500")
    except OSError:  # another system, or a container that forbids it
        return
