"""Held-out parts that were made up: by hand, or drawn at random where only the size matters."""

import numpy as np
import numpy.typing as npt

from core.insight.evaluation.held_out import Articles, HeldOut, HeldOutPart
from core.text.sequences import Sequences


def part(
    y: npt.ArrayLike,
    logits: npt.ArrayLike,
    *,
    texts: list[list[int]] | None = None,
    unknown: npt.ArrayLike | None = None,
    years: npt.ArrayLike | None = None,
    headlines: list[str] | None = None,
) -> HeldOutPart:
    y = np.asarray(y, np.int32)
    sequences = Sequences.from_lists(texts if texts is not None else [[2]] * len(y))
    there = np.zeros(len(y), np.int16) if years is None else np.asarray(years, np.int16)
    told = tuple(headlines if headlines is not None else [f"headline {row}" for row in range(len(y))])
    return HeldOutPart(
        y=y,
        logits=np.asarray(logits, np.float32),
        lengths=sequences.lengths.astype(np.int32),
        unknown=np.zeros(len(y), np.int32) if unknown is None else np.asarray(unknown, np.int32),
        years=there,
        sequences=sequences,
        articles=Articles(headlines=told, descriptions=("",) * len(y), years=there),
    )


def answering(y: npt.ArrayLike, answers: npt.ArrayLike, *, categories: int, sure: float = 3.0) -> HeldOutPart:
    """A part in which article ``i`` gets the name ``answers[i]``."""
    logits = np.zeros((len(np.asarray(y)), categories), np.float32)
    logits[np.arange(len(logits)), np.asarray(answers)] = sure
    return part(y, logits)


def drawn(categories: int, *, articles: int = 400, words: int = 20, seed: int = 1) -> HeldOut:
    """Both parts at random: about half of the answers right, texts of 1 to 12 words."""
    rng = np.random.default_rng(seed)
    parts = []
    for rows in (articles // 2, articles):
        y = rng.integers(0, categories, rows)
        logits = rng.normal(0, 1, (rows, categories))
        logits[np.arange(rows), y] += 2.5
        texts = [rng.integers(1, words, rng.integers(1, 12)).tolist() for _ in range(rows)]
        parts.append(
            part(
                y,
                logits,
                texts=texts,
                unknown=[text.count(1) for text in texts],
                years=rng.integers(2012, 2016, rows),
            )
        )
    counts = np.bincount(parts[1].y, minlength=categories).astype(np.int64) * 4
    return HeldOut(validation=parts[0], test=parts[1], training_counts=counts)
