"""What a classifier answers to the articles that it did not learn from: the rows under every figure of an evaluation.

Kept with the classifier (``studies.py``), so an evaluation needs neither the news file nor the network again. Leaves
out: what the figures are (``evaluation.py``).
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.errors import AnalysisError
from core.insight import artifacts
from core.model.forward import Array
from core.text.sequences import Sequences
from core.text.vocabulary import OOV_ID
from core.training.preparation import TrainingData

NAME = "held_out"
SCHEMA = 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Articles:
    """What a person reads of some articles, in the order of their rows.

    Attributes:
        years: (articles,) int16; 0 for an article without a date.
    """

    headlines: tuple[str, ...]
    descriptions: tuple[str, ...]
    years: npt.NDArray[np.int16]

    @classmethod
    def from_table(cls, table: pd.DataFrame, rows: npt.NDArray[np.int64]) -> "Articles":
        """Those of a News table at positions ``rows``."""
        some = table.iloc[rows]
        return cls(
            headlines=tuple(some["headline"]),
            descriptions=tuple(some["short_description"]),
            years=some["date"].dt.year.fillna(0).to_numpy(np.int16),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HeldOutPart:
    """The validation or the test part, article by article.

    Attributes:
        y: (articles,) int32, position of the right category in the classifier's labels.
        logits: (articles, categories) float32, the answers.
        lengths: (articles,) int32, words read.
        unknown: (articles,) int32, how many of those were not in the word index.
        years: (articles,) int16, 0 without a date.
        sequences: the word ids read; None where they were not kept.
        articles: what a person reads; None where it was not kept.
    """

    y: npt.NDArray[np.int32]
    logits: Array
    lengths: npt.NDArray[np.int32]
    unknown: npt.NDArray[np.int32]
    years: npt.NDArray[np.int16]
    sequences: Sequences | None = None
    articles: Articles | None = None

    def __len__(self) -> int:
        return len(self.y)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HeldOut:
    """Both parts that were not learnt from.

    Attributes:
        training_counts: (categories,) int64, articles of each category in the training part.
    """

    validation: HeldOutPart
    test: HeldOutPart
    training_counts: npt.NDArray[np.int64]

    @classmethod
    def from_training_data(
        cls, data: TrainingData, *, validation: Articles, test: Articles, logits: tuple[Array, Array]
    ) -> "HeldOut":
        """Put together what a run has at its end.

        Args:
            validation, test: of the rows of ``data.split``, in its order.
            logits: answers to the validation and to the test part, in the same order.
        """
        parts = zip((data.split.validation, data.split.test), (validation, test), logits, strict=True)
        made = []
        for rows, articles, answers in parts:
            sequences = data.sequences.take(rows)
            made.append(
                HeldOutPart(
                    y=data.y[rows],
                    logits=np.asarray(answers, np.float32),
                    lengths=sequences.lengths.astype(np.int32),
                    unknown=_sums(sequences.ids == OOV_ID, sequences.offsets),
                    years=articles.years,
                    sequences=sequences,
                    articles=articles,
                )
            )
        counts = np.bincount(data.y[data.split.training], minlength=len(data.labels))
        return cls(validation=made[0], test=made[1], training_counts=counts)

    def save(self, classifier: Path) -> None:
        """Keep it in the classifier's folder."""
        artifacts.write(classifier, NAME, self.to_arrays())

    def to_arrays(self) -> artifacts.Arrays:
        """As it is stored."""
        arrays: artifacts.Arrays = {"schema": np.array(SCHEMA), "training_counts": self.training_counts}
        for name, part in (("validation", self.validation), ("test", self.test)):
            for field in ("y", "logits", "lengths", "unknown", "years"):
                arrays[f"{name}/{field}"] = getattr(part, field)
            if part.sequences is not None:
                arrays[f"{name}/ids"] = part.sequences.ids
            if part.articles is not None:
                arrays[f"{name}/headlines"] = artifacts.texts_to_array(part.articles.headlines)
                arrays[f"{name}/descriptions"] = artifacts.texts_to_array(part.articles.descriptions)
        return arrays

    @classmethod
    def load(cls, classifier: Path, *, categories: int) -> "HeldOut":
        """The inverse of :meth:`save`. About 20 ms for 36,000 articles.

        Raises:
            AnalysisError: missing; or set aside because it is damaged or does not have ``categories`` categories.
        """
        arrays = artifacts.read(classifier, NAME)
        try:
            if int(arrays["schema"]) != SCHEMA:
                raise ValueError("it is of another version of Headline Lab")
            parts = [_part(arrays, name, categories) for name in ("validation", "test")]
            counts = arrays["training_counts"]
            if counts.shape != (categories,):
                raise ValueError(f"training_counts must be ({categories},), got {counts.shape}")
        except (KeyError, ValueError, TypeError, AnalysisError) as error:
            raise artifacts.set_aside(classifier, NAME, error) from None
        return cls(validation=parts[0], test=parts[1], training_counts=counts)


def _part(arrays: artifacts.Arrays, name: str, categories: int) -> HeldOutPart:
    """One part of a stored file; ValueError or KeyError where its arrays do not fit one another."""
    fields = {field: arrays[f"{name}/{field}"] for field in ("y", "logits", "lengths", "unknown", "years")}
    rows = len(fields["y"])
    if fields["logits"].shape != (rows, categories):
        raise ValueError(f"{name}/logits must be ({rows}, {categories}), got {fields['logits'].shape}")
    if odd := [field for field, array in fields.items() if len(array) != rows]:
        raise ValueError(f"{name}/{odd[0]} must have {rows} rows, got {len(fields[odd[0]])}")
    if rows and not 0 <= fields["y"].min() <= fields["y"].max() < categories:
        raise ValueError(f"{name}/y names a category that is not there")
    fields["logits"] = fields["logits"].astype(np.float32, copy=False)
    ids, headlines = arrays.get(f"{name}/ids"), arrays.get(f"{name}/headlines")
    sequences = articles = None
    if ids is not None:
        offsets = np.concatenate([[0], np.cumsum(fields["lengths"], dtype=np.int64)])
        if offsets[-1] != len(ids):
            raise ValueError(f"{name}/ids must have {offsets[-1]} numbers, got {len(ids)}")
        sequences = Sequences(ids=ids, offsets=offsets)
    if headlines is not None:
        articles = Articles(
            headlines=artifacts.texts_from_array(headlines),
            descriptions=artifacts.texts_from_array(arrays[f"{name}/descriptions"]),
            years=fields["years"],
        )
        if not len(articles.headlines) == len(articles.descriptions) == rows:
            raise ValueError(f"{name}/headlines must be {rows}, got {len(articles.headlines)}")
    return HeldOutPart(sequences=sequences, articles=articles, **fields)


def _sums(marks: npt.NDArray[np.bool_], offsets: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
    """How many of the marks of each text are set: (texts,)."""
    reached = np.concatenate([[0], np.cumsum(marks)])
    return (reached[offsets[1:]] - reached[offsets[:-1]]).astype(np.int32)
