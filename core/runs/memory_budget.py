"""How much memory a run will need, and whether a process was ended for want of it.

The estimate is for a person who is about to start a run: it errs on the large side. What it is made of was measured
by ``benchmarks.race`` (its column of megabytes) on 180,768 articles; see ``docs/reliability.md``.
"""

import os
import re
from pathlib import Path

import psutil

from core.errors import RunError
from core.settings.run import RunSettings

LIBRARIES = 820 * 2**20  # TensorFlow and what it loads, before anything is learnt
BYTES_PER_NUMBER = 4  # bytes of a number of any kind
BYTES_PER_ARTICLE = (
    600  # bytes of an article while the texts are cleaned; most is given back before the training
)
OUT_OF_MEMORY = (
    "This machine has too little memory for these settings. Make the vocabulary, the embedding or the batch smaller, "
    "or use fewer articles."
)
COPIES = 4  # of each weight: itself, its optimizer's, the best one's, and one on the way to the disk


def estimate_bytes(settings: RunSettings, articles: int, categories: int) -> int:
    """Bytes that a run of ``settings`` on so many articles will hold at most, about."""
    network, training = settings.network, settings.training
    rows = network.layer_table(words=network.vocabulary_size, categories=max(2, categories))
    weights = sum(row.parameters for row in rows)
    slots = 2 if training.optimizer == "Adam" else 1
    # The states of one reader's layers, with their gates and gradients, for one batch.
    wide = sum(layer.units * (2 if layer.bidirectional else 1) for layer in network.layers)
    states = training.batch_size * network.sequence_length * (7 * wide + 3 * network.embedding_size)
    drawn = min(articles, training.articles) if training.articles else articles
    return (
        LIBRARIES + BYTES_PER_NUMBER * (weights * (COPIES + slots - 1) + states) + BYTES_PER_ARTICLE * drawn
    )


def total_bytes() -> int:
    """Bytes of memory that this machine has or, in a container, may use."""
    most = int(psutil.virtual_memory().total)
    try:
        limit = Path("/sys/fs/cgroup/memory.max").read_text().strip()
        return most if limit == "max" else min(most, int(limit))
    except (OSError, ValueError):  # no such container, or another system
        return most


def check_fits(settings: RunSettings, articles: int, categories: int) -> None:
    """Raise RunError, with advice, for a run that this machine's memory cannot hold."""
    needed, most = estimate_bytes(settings, articles, categories), total_bytes()
    if needed > most:
        raise RunError(
            f"This run would need about {needed / 2**30:.1f} GB of memory, and this machine has {most / 2**30:.1f}. "
            "Make the vocabulary, the embedding or the batch smaller, or use fewer articles."
        )


def oom_kills() -> int:
    """Processes that the system has ended for want of memory so far, where it counts them; else 0."""
    for file in (Path("/sys/fs/cgroup/memory.events"), Path("/proc/vmstat")):
        try:
            if found := re.search(r"^oom_kill (\d+)$", file.read_text(), re.MULTILINE):
                return int(found[1])
        except OSError:
            continue
    return 0


def prefer_as_oom_victim() -> None:
    """Have Linux, when memory runs out, end this process before the web server."""
    try:
        Path(f"/proc/{os.getpid()}/oom_score_adj").write_text("500")
    except OSError:  # another system, or a container that forbids it
        return
