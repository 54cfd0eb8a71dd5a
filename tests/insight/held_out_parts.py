"""Held-out parts without a training: given by hand, or random where only the size matters."""

import numpy as np
import numpy.typing as npt

from core.insight.evaluation.held_out import Articles, HeldOut, HeldOutPart
from core.text.sequences import Sequences


def held_out_part(
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
    years_of_articles = np.zeros(len(y), np.int16) if years is None else np.asarray(years, np.int16)
    headline_texts = tuple(
        headlines if headlines is not None else [f"headline {row}" for row in range(len(y))]
    )
    return HeldOutPart(
        y=y,
        logits=np.asarray(logits, np.float32),
        lengths=sequences.lengths.astype(np.int32),
        unknown=np.zeros(len(y), np.int32) if unknown is None else np.asarray(unknown, np.int32),
        years=years_of_articles,
        sequences=sequences,
        articles=Articles(headlines=headline_texts, descriptions=("",) * len(y), years=years_of_articles),
    )


def part_predicted_as(
    y: npt.ArrayLike, predictions: npt.ArrayLike, *, categories: int, sure: float = 3.0
) -> HeldOutPart:
    """A part in which article ``i`` is predicted as category ``predictions[i]``."""
    logits = np.zeros((len(np.asarray(y)), categories), np.float32)
    logits[np.arange(len(logits)), np.asarray(predictions)] = sure
    return held_out_part(y, logits)


def random_held_out(categories: int, *, articles: int = 400, words: int = 20, seed: int = 1) -> HeldOut:
    """Both parts at random: about half of the predictions correct, texts of 1 to 11 words."""
    rng = np.random.default_rng(seed)
    parts = []
    for rows in (articles // 2, articles):
        y = rng.integers(0, categories, rows)
        logits = rng.normal(0, 1, (rows, categories))
        logits[np.arange(rows), y] += 2.5
        texts = [rng.integers(1, words, rng.integers(1, 12)).tolist() for _ in range(rows)]
        parts.append(
            held_out_part(
                y,
                logits,
                texts=texts,
                unknown=[text.count(1) for text in texts],
                years=rng.integers(2012, 2016, rows),
            )
        )
    counts = np.bincount(parts[1].y, minlength=categories).astype(np.int64) * 4
    return HeldOut(validation=parts[0], test=parts[1], training_counts=counts)
